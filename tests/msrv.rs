//! `rust-version` is a promise: no crate that comes with medfeed may ask for a newer compiler, and all places that name it agree.
//! Dev-dependencies are free: whoever uses the crate never builds them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy.toml frees test functions, not what they call"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// `1.89` and `1.89.0` are the same version.
fn version(text: &str) -> (u32, u32, u32) {
    let mut parts = text
        .split('.')
        .map(|part| part.parse().unwrap_or_else(|_| panic!("not a version: {text:?}")));
    let version = (
        parts.next().unwrap(),
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(0),
    );
    assert_eq!(parts.next(), None, "not a version: {text:?}");
    version
}

/// The value of the line `key = "value"`, the first of its kind.
fn setting(file: &str, key: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let value = text.lines().find_map(|line| {
        line.strip_prefix(key)?
            .trim_start()
            .strip_prefix('=')?
            .trim()
            .split('"')
            .nth(1)
    });
    value.unwrap_or_else(|| panic!("no {key} in {file}")).to_owned()
}

fn ours() -> String {
    setting("Cargo.toml", "rust-version")
}

/// The dependencies that a user of `root` builds, features and platforms all taken together: normal and build ones, not dev ones.
/// Those that declare a newer compiler than `limit` are given as `name version wants …`.
fn too_new(metadata: &Value, limit: &str) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let built = list(&node["deps"])
            .into_iter()
            .filter(|dep| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev"));
        edges.insert(id(&node["id"]), built.map(|dep| id(&dep["pkg"])).collect());
    }
    let root = id(&metadata["resolve"]["root"]);
    let mut reached = BTreeSet::from([root.clone()]);
    let mut open = vec![root];
    while let Some(current) = open.pop() {
        for next in &edges[&current] {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    let packages = list(&metadata["packages"]);
    let built = packages
        .iter()
        .filter(|package| reached.contains(package["id"].as_str().unwrap()));
    built
        .filter_map(|package| {
            let wanted = package["rust_version"].as_str()?;
            let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
            (version(wanted) > version(limit)).then(|| format!("{name} wants {wanted}"))
        })
        .collect()
}

#[test]
fn no_dependency_asks_for_a_newer_compiler() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
            "--manifest-path",
        ])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output();
    let output = match output {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            let reason = String::from_utf8_lossy(&output.stderr).into_owned();
            // An outdated lock file is a finding; packages that cannot be downloaded are not.
            assert!(!reason.contains("--locked was passed"), "{reason}");
            println!("skipped: cargo metadata cannot run: {reason}");
            return;
        }
        Err(error) => {
            println!("skipped: cargo cannot be started: {error}");
            return;
        }
    };
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap().len();
    assert!(nodes > 50, "only {nodes} packages in the graph: it was not read");
    assert_eq!(
        too_new(&metadata, &ours()),
        Vec::<String>::new(),
        "newer than our rust-version {}",
        ours()
    );
}

#[test]
fn all_places_name_the_same_version() {
    assert_eq!(version(&setting("clippy.toml", "msrv")), version(&ours()));
}

#[test]
fn the_check_sees_transitive_and_build_dependencies_but_no_dev_ones() {
    let package = |name: &str, rust: Value| serde_json::json!({"id": name, "name": name, "version": "1.0.0", "rust_version": rust});
    let dep = |name: &str, kind: Value| serde_json::json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
    let node = |name: &str, deps: Vec<Value>| serde_json::json!({"id": name, "deps": deps});
    let metadata = serde_json::json!({
        "packages": [
            package("ours", "1.89".into()), package("normal", "1.89.0".into()), package("deep", "1.90".into()),
            package("build", "1.89.1".into()), package("dev", "2.0".into()), package("under-dev", "2.0".into()),
            package("silent", Value::Null), package("old", "1.9".into()),
        ],
        "resolve": {"root": "ours", "nodes": [
            node("ours", vec![dep("normal", Value::Null), dep("build", "build".into()), dep("dev", "dev".into()), dep("old", Value::Null)]),
            node("normal", vec![dep("deep", Value::Null), dep("silent", Value::Null)]),
            node("dev", vec![dep("under-dev", Value::Null)]),
            node("deep", vec![]), node("build", vec![]), node("under-dev", vec![]), node("silent", vec![]), node("old", vec![]),
        ]},
    });
    assert_eq!(
        too_new(&metadata, "1.89"),
        ["deep 1.0.0 wants 1.90", "build 1.0.0 wants 1.89.1"]
    );
    assert_eq!(too_new(&metadata, "1.90"), Vec::<String>::new());
}

//! The house rules of `DESIGN.md` ("The house"), checked on the source text: who may import whom, who owns which crate,
//! what the pure modules may not touch, and how long a file may be.
//!
//! A new top-level module needs a line in [`HOUSE`]. A rule that proves wrong is changed here and in `DESIGN.md` together.

#![expect(clippy::unwrap_used, reason = "clippy.toml frees test functions, not what they call")]

#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/scan.rs"]
mod scan;

use rules::{Kind, Row};
use std::path::{Path, PathBuf};

/// The rows of the house from the ground up. A module imports only from rows above it in this list; modules of one row are strangers.
const HOUSE: &[Row] = &[
    Row {
        modules: &["error", "limits", "text"],
        kind: Kind::Pure,
    },
    Row {
        modules: &["ident"],
        kind: Kind::Pure,
    },
    Row {
        modules: &["model"],
        kind: Kind::Pure,
    },
    Row {
        modules: &[
            "catalog", "parse", "podcast", "tag", "signal", "cluster", "schedule", "query",
        ],
        kind: Kind::Pure,
    },
    Row {
        modules: &["fetch", "store"],
        kind: Kind::Edge,
    },
    Row {
        modules: &["digest"],
        kind: Kind::Pure,
    },
    Row {
        modules: &["engine"],
        kind: Kind::Edge,
    },
];

/// Crates that one part of the house keeps to itself, so that it can be replaced there: crate, and the paths under `src/` that may name it.
/// A path that ends in `/` is a module (its folder, or its one file); any other path is the beginning of a file's path.
const OWNERS: &[(&str, &[&str])] = &[
    ("aho_corasick", &["tag/", "signal/"]),
    ("ammonia", &["text/"]),
    ("async_compression", &["fetch/"]),
    ("chardetng", &["parse/"]),
    ("chrono", &["parse/bridge.rs"]),
    ("encoding_rs", &["parse/"]),
    ("feed_rs", &["parse/bridge.rs"]),
    ("html5ever", &["text/"]),
    ("quick_xml", &["parse/", "catalog/"]),
    ("reqwest", &["fetch/"]),
    ("rss", &["digest/", "parse/"]),
    ("rusqlite", &["store/sqlite"]),
    ("tokio", &["fetch/", "store/", "engine/"]),
    ("tokio_util", &["fetch/"]),
    ("tokio_postgres", &["store/postgres"]),
    ("toml", &["catalog/", "tag/"]),
    ("xxhash_rust", &["model/"]),
];

const MAX_LINES: usize = 800;
const NAMES_THAT_SAY_NOTHING: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under `folder`, as paths relative to it with `/`, sorted, with their text.
fn rust_files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&current) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name: Vec<_> = path
                    .strip_prefix(folder)
                    .unwrap()
                    .iter()
                    .map(|p| p.to_str().unwrap())
                    .collect();
                files.push((name.join("/"), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn the_source_keeps_the_rules_of_the_house() {
    let files = rust_files(&root().join("src"));
    assert!(
        files.iter().any(|(name, _)| name == "lib.rs"),
        "no src/lib.rs found: this test looks in the wrong place"
    );
    assert_none(&rules::check(HOUSE, OWNERS, &files));
}

#[test]
fn no_file_is_too_long_or_named_after_nothing() {
    let mut violations = Vec::new();
    for folder in ["src", "tests", "examples", "benches"] {
        for (name, text) in rust_files(&root().join(folder)) {
            let lines = text.lines().count();
            if lines > MAX_LINES {
                violations.push(format!("{folder}/{name}: {lines} lines; split it before {MAX_LINES}"));
            }
            let parts = name.trim_end_matches(".rs").split('/');
            if folder == "src" && parts.into_iter().any(|part| NAMES_THAT_SAY_NOTHING.contains(&part)) {
                violations.push(format!("src/{name}: the name says nothing about what is in it"));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn every_owner_in_the_table_lives_in_the_house() {
    for (krate, paths) in OWNERS {
        for path in *paths {
            let module = path.split('/').next().unwrap();
            assert!(
                HOUSE.iter().any(|row| row.modules.contains(&module)),
                "{krate}: no module {module} in the house"
            );
        }
    }
}

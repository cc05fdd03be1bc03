//! Every document in `tests/fixtures/parse` is read, and what stands in its `.expected.json` must be in the outcome.
//!
//! The expectation is a part: objects are compared by the keys they name, lists element by element and in length. A key
//! with `null` must be missing. `"error"` expects a refusal whose message holds that text; `"bytes": "utf-16le"`,
//! `"utf-16be"`, `"utf-32le"`, `"utf-32be"` or `"latin-1"` stores the document in that encoding before reading (others are
//! stored as they are); `"content_type"` is the HTTP header.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde_json::Value;

fn difference(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().find_map(|(key, value)| {
            let path = format!("{path}.{key}");
            match (value, found.get(key)) {
                (Value::Null, None) => None,
                (_, Some(found)) => difference(value, found, &path),
                (_, None) => Some(format!("{path} is missing")),
            }
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => expected
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(index, (expected, found))| difference(expected, found, &format!("{path}[{index}]"))),
        _ if expected == found => None,
        _ => Some(format!("{path}: expected {expected}, found {found}")),
    }
}

fn check(document: &Path) -> Result<(), String> {
    let expected_path = document.with_extension("expected.json");
    let text = fs::read_to_string(&expected_path).map_err(|cause| format!("no expectation: {cause}"))?;
    let mut expected: Value = serde_json::from_str(&text).map_err(|cause| format!("bad expectation: {cause}"))?;
    let mut take = |key: &str| {
        expected
            .as_object_mut()
            .and_then(|object| object.remove(key))
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let (bytes, content_type, error) = (take("bytes"), take("content_type"), take("error"));
    let mut document = fs::read(document).unwrap();
    match bytes.as_deref() {
        Some("utf-16le") => {
            document = String::from_utf8(document)
                .unwrap()
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
        }
        Some("utf-16be") => {
            document = String::from_utf8(document)
                .unwrap()
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect();
        }
        Some(order @ ("utf-32le" | "utf-32be")) => {
            document = String::from_utf8(document)
                .unwrap()
                .chars()
                .map(u32::from)
                .flat_map(|character| match order {
                    "utf-32le" => character.to_le_bytes(),
                    _ => character.to_be_bytes(),
                })
                .collect();
        }
        Some("latin-1") => {
            document = String::from_utf8(document)
                .unwrap()
                .chars()
                .map(|character| u8::try_from(u32::from(character)).unwrap())
                .collect();
        }
        Some(other) => return Err(format!("unknown encoding {other}")),
        None => {}
    }
    let base = "https://example.org/feeds/feed.xml".parse().unwrap();
    match (medfeed::parse(&document, &base, content_type.as_deref()), error) {
        (Err(found), Some(error)) if found.to_string().contains(&error) => Ok(()),
        (Err(found), error) => Err(format!("refused: {found}; expected {error:?}")),
        (Ok(_), Some(error)) => Err(format!("read, but \"{error}\" was expected")),
        (Ok(feed), None) => {
            let found = serde_json::to_value(&feed).unwrap();
            difference(&expected, &found, "feed").map_or(Ok(()), Err)
        }
    }
}

#[test]
fn fixtures_read_as_expected() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parse");
    let mut documents: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.json"))
        .collect();
    documents.sort();
    assert!(documents.len() >= 25, "only {} fixtures", documents.len());
    let failures: Vec<String> = documents
        .iter()
        .filter_map(|path| {
            check(path)
                .err()
                .map(|why| format!("{}: {why}", path.file_name().unwrap().to_string_lossy()))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} failed:\n{}",
        failures.len(),
        documents.len(),
        failures.join("\n")
    );
}

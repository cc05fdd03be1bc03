//! The inspect example: what it prints of good and bad documents, as text and as JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../examples/inspect/mod.rs"]
mod inspect;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Parser as _;
use inspect::{Arguments, DEFAULT_WIDTH, Totals, on_a_small_stack};
use serde_json::Value;

const GOOD: &str = "<rss version='2.0'><channel><title>Ward 7</title>
    <item><guid>1</guid><title>Ablation for atrial fibrillation</title></item>
    <item><guid>2</guid><title>Statins and falls</title></item></channel></rss>";

fn rich() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inspect/rich.xml")
}

/// What the program prints for these words of a command line, and whether all were feeds.
fn run_wide(words: &[&str], input: &[u8], width: usize) -> (String, bool) {
    let arguments = Arguments::try_parse_from(std::iter::once(&"inspect").chain(words)).unwrap();
    let (mut out, mut totals) = (Vec::new(), Totals::default());
    inspect::run(&arguments, &mut &*input, &mut out, width, &mut totals).unwrap();
    (String::from_utf8(out).unwrap(), totals.all_were_feeds())
}

fn run(words: &[&str], input: &[u8]) -> (String, bool) {
    run_wide(words, input, DEFAULT_WIDTH)
}

/// The JSON lines of a run.
fn lines(words: &[&str], input: &[u8]) -> (Vec<Value>, bool) {
    let words: Vec<&str> = std::iter::once(&"--json").chain(words).copied().collect();
    let (text, all) = run(&words, input);
    assert!(text.ends_with('\n'));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), all)
}

/// A directory of saved documents, one of them in a directory of its own.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("b-good.xml", GOOD),
        (
            "c-page.html",
            "<!doctype html><html><title>Not found</title><p>Gone.</p></html>",
        ),
        ("a-empty", ""),
        ("d/broken.xml", "<rss version='2.0'><channel><ti"),
        (
            "d/cut.xml",
            "<rss version='2.0'><channel><title>T</title><item><guid>1</guid><title>One</title></item><item><ti",
        ),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("e-loop")).unwrap();
    folder
}

#[test]
fn a_directory_is_one_json_line_for_each_document_by_path() {
    let folder = folder();
    let (lines, all) = lines(&[folder.path().to_str().unwrap()], b"");
    assert!(!all);
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let path = Path::new(line["file"].as_str().unwrap());
            let path = path.strip_prefix(folder.path()).unwrap().to_str().unwrap();
            (path, line["ok"].as_bool().unwrap(), line["error_kind"].as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("a-empty", false, Some("not-a-feed")),
            ("b-good.xml", true, None),
            ("c-page.html", false, Some("not-a-feed")),
            ("d/broken.xml", false, Some("parse")),
            ("d/cut.xml", true, None),
        ]
    );
    for line in &lines {
        assert_eq!(line["ok"], line["error"].is_null());
        assert_eq!(line["ok"], line["feed"].is_object());
        assert!(line["items"].is_array() && line["warnings"].is_array());
        assert!(
            line["error"]
                .as_str()
                .is_none_or(|error| !error.is_empty() && !error.contains("example.org"))
        );
    }
    let good = &lines[1];
    assert_eq!(good["feed"]["title"], "Ward 7");
    assert!(good["feed"].get("items").is_none() && good["feed"].get("warnings").is_none());
    assert_eq!(good["items"][0]["tags"][0]["specialty"], "cardiology");
    assert_eq!(good["items"][0]["facets"][0]["code"], "atrial-fibrillation");
    let warnings = lines[4]["warnings"].as_array().unwrap();
    assert!(
        warnings.iter().any(|warning| warning["kind"] == "truncated"),
        "{warnings:?}"
    );
}

#[test]
fn a_directory_is_a_report_for_each_document_and_totals() {
    let folder = folder();
    let (text, all) = run(&[folder.path().to_str().unwrap()], b"");
    assert!(!all);
    assert_eq!(text.matches("  refused          not a feed\n").count(), 2, "{text}");
    let (_, totals) = text.rsplit_once("== ").unwrap();
    let mut rest = totals;
    for line in [
        "all documents",
        "  files            5",
        "  read             2",
        "  refused          2 (not a feed)",
        "  refused          1 (cannot be parsed)",
        "  items            3",
        "  with identifier  0 (0 %)",
        "  with date        0 (0 %)",
        "  warnings         1 (truncated)",
        "  tags per item    0.66",
    ] {
        let (_, after) = rest.split_once(&format!("{line}\n")).expect(totals);
        rest = after;
    }
}

#[test]
fn everything_a_document_says_is_in_the_text() {
    let rich = rich();
    let (lines, all) = lines(&[rich.to_str().unwrap()], b"");
    assert!(all);
    let (text, _) = run_wide(&[rich.to_str().unwrap()], b"", usize::MAX);
    let mut missing = Vec::new();
    let line = &lines[0];
    for part in ["feed", "items", "warnings"] {
        leaves(&line[part], part, &mut |path, leaf| {
            // Said in words of their own, or in part.
            let apart = [
                "precision",
                "untrusted",
                "tags",
                "facets",
                "skip_",
                "period_seconds",
                "guid_is_link",
                "found_in",
                "signals",
            ];
            if !apart.iter().any(|name| path.contains(name)) && !text.contains(&leaf) {
                missing.push(format!("{path}: {leaf}"));
            }
        });
    }
    // The counting from 1, the words of an enumeration, and what is shown as one range are no gaps.
    missing.retain(|gap| {
        ![
            "feed.format",
            "].item",
            "content.kind",
            "identifier.type",
            "content.text",
        ]
        .iter()
        .any(|known| gap.contains(known))
    });
    assert!(missing.is_empty(), "{missing:#?}\n{text}");
}

/// Calls `see` with each string and number, and where it stands.
fn leaves(value: &Value, path: &str, see: &mut impl FnMut(&str, String)) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| leaves(value, &format!("{path}.{key}"), see)),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .for_each(|(at, value)| leaves(value, &format!("{path}[{at}]"), see)),
        Value::String(text) => see(path, text.clone()),
        Value::Number(number) => see(path, number.to_string().trim_end_matches(".0").to_owned()),
        Value::Bool(_) | Value::Null => {}
    }
}

#[test]
fn the_text_of_a_rich_document() {
    let (text, all) = run(&["--limit", "2", rich().to_str().unwrap()], b"");
    assert!(all);
    let width = |line: &str| line.chars().count();
    for line in text.lines() {
        let words = line.split_whitespace().last().unwrap_or_default();
        assert!(width(line) <= DEFAULT_WIDTH || words.contains("://"), "{line}");
    }
    let (_, shown) = text.split_once('\n').unwrap(); // the first line is the path
    insta::assert_snapshot!(shown);
}

#[test]
fn standard_input_with_its_address_and_its_header() {
    let latin = b"<rss version='2.0'><channel><title>Caf\xe9</title><link>/home</link><item><guid>1</guid><title>x</title></item></channel></rss>";
    let words = [
        "--base",
        "https://ward.example.org/feed",
        "--content-type",
        "text/xml; charset=iso-8859-1",
        "-",
    ];
    let (lines, all) = lines(&words, latin);
    assert!(all);
    assert_eq!(lines[0]["file"], "-");
    assert_eq!(lines[0]["feed"]["title"], "Café");
    assert_eq!(lines[0]["feed"]["link"], "https://ward.example.org/home");
}

#[test]
fn a_limit_says_what_it_left_out() {
    let (text, _) = run(&["--limit", "1", "--no-tags", "-"], GOOD.as_bytes());
    assert!(text.contains("Item 1: Ablation") && !text.contains("Statins"), "{text}");
    assert!(
        text.contains("\n1 more items are not shown") && !text.contains("  tag "),
        "{text}"
    );
    let (lines, _) = lines(&["--limit", "1", "--no-tags", "-"], GOOD.as_bytes());
    assert_eq!(lines[0]["items"].as_array().unwrap().len(), 1);
    assert_eq!(lines[0]["items_left_out"], 1);
    assert!(lines[0]["items"][0].get("tags").is_none());
}

#[test]
fn what_cannot_be_read_is_told_and_stops_nothing() {
    let (lines, all) = lines(&["/nowhere/feed.xml", "-"], GOOD.as_bytes());
    assert!(!all);
    assert_eq!(lines[0]["ok"], false);
    assert_eq!(lines[0]["error"], "cannot be read: entity not found");
    assert!(lines[0].get("error_kind").is_none());
    assert_eq!(lines[1]["ok"], true);
}

/// Input without an end, such as `/dev/zero`.
#[test]
fn endless_input_is_too_large_and_not_read_to_the_end() {
    struct Endless(usize);
    impl io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += buffer.len();
            assert!(self.0 < 64 << 20, "it reads on and on");
            buffer.fill(0);
            Ok(buffer.len())
        }
    }
    let arguments = Arguments::try_parse_from(["inspect", "--json", "-"]).unwrap();
    let (mut out, mut totals) = (Vec::new(), Totals::default());
    inspect::run(&arguments, &mut Endless(0), &mut out, DEFAULT_WIDTH, &mut totals).unwrap();
    let line: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(line["error_kind"], "too-large");
    assert!(!totals.all_were_feeds());
}

#[test]
fn a_closed_pipe_is_told_as_such_after_the_first_document() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let arguments = Arguments::try_parse_from(["inspect", "-", "/nowhere"]).unwrap();
    let mut totals = Totals::default();
    let failed = inspect::run(
        &arguments,
        &mut GOOD.as_bytes(),
        &mut Closed,
        DEFAULT_WIDTH,
        &mut totals,
    );
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert!(
        totals.all_were_feeds() && totals.files == 1,
        "the run ends, and it is no failure"
    );
}

#[test]
fn nothing_printed_acts_on_a_terminal() {
    let feed = "<rss version='2.0'><channel><title>T</title><item><guid>a\u{9b}31m&#x9b;\u{202e}</guid>
        <title>x</title><content:encoded>&lt;p>1\u{85}2\u{2028}3\u{9b}31m4\u{7f}&lt;/p></content:encoded></item></channel></rss>";
    for words in [&["-"][..], &["--json", "-"]] {
        let (text, _) = run(words, feed.as_bytes());
        let acts = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{202e}');
        assert!(!text.contains(acts), "{text:?}");
    }
    let (lines, _) = lines(&["-"], feed.as_bytes());
    let content = lines[0]["items"][0]["content"]["untrusted"].as_str().unwrap();
    assert!(content.contains("3\u{9b}31m4"), "escaped, not changed: {content:?}");
}

#[test]
fn a_panic_ends_one_document_only() {
    let outcome = on_a_small_stack::<()>(|| panic!("expected by the test"));
    assert_eq!(outcome.unwrap_err().message, "panicked");
}

#[test]
fn wrong_usage_is_told_apart() {
    for words in [
        &["inspect"][..],
        &["inspect", "--frobnicate", "x"],
        &["inspect", "--base", "no address", "x"],
    ] {
        let error = Arguments::try_parse_from(words).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{words:?}");
    }
    assert_eq!(
        Arguments::try_parse_from(["inspect", "--help"])
            .unwrap_err()
            .exit_code(),
        0
    );
}

#[cfg(not(feature = "fetch"))]
#[test]
fn addresses_need_the_feature_fetch() {
    let (lines, _) = lines(&["https://example.org/feed"], b"");
    assert!(lines[0]["error"].as_str().unwrap().contains("not built in"));
}

#[cfg(feature = "fetch")]
#[test]
fn private_addresses_are_not_asked() {
    let (lines, all) = lines(&["http://127.0.0.1/feed?token=SECRET"], b"");
    assert!(!all);
    assert!(
        lines[0]["error"].as_str().unwrap().contains("public"),
        "{}",
        lines[0]["error"]
    );
    assert!(!lines[0].to_string().contains("SECRET"));
}

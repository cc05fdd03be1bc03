//! JSON Feed under strain: bodies that break off anywhere, bodies with any byte changed, and more than the limits allow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use medfeed::{Limits, WarningKind, parse, parse_with};
use url::Url;

fn base() -> Url {
    "https://example.org/feed.json".parse().unwrap()
}

fn document(items: usize) -> String {
    let items: Vec<String> = (0..items)
        .map(|number| {
            format!(
                r#"{{"id":"id-{number}","url":"https://wards.example.org/{number}","title":"Trial \u0026 error {number} \ud83d\ude00",
"content_html":"<p>Ménière \"{number}\"</p>","date_published":"2026-03-01T08:00:00Z","tags":["a","b"],
"attachments":[{{"url":"https://cdn.example.org/{number}.mp3","mime_type":"audio/mpeg","size_in_bytes":1200.5}}]}}"#
            )
        })
        .collect();
    format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"_x\":{{\"y\":[1,null]}},\"items\":[{}]}}",
        items.join(",\n")
    )
}

#[test]
fn a_cut_body_keeps_a_prefix_of_its_items() {
    let document = document(6);
    let whole = parse(document.as_bytes(), &base(), None).unwrap();
    assert_eq!((whole.items.len(), whole.warnings.len()), (6, 0));
    let mut most = 0;
    for end in 0..document.len() {
        let Ok(feed) = parse(&document.as_bytes()[..end], &base(), None) else {
            assert!(
                end < 60,
                "nothing was read of {end} bytes: {:?}",
                parse(&document.as_bytes()[..end], &base(), None)
            );
            continue;
        };
        assert_eq!(feed.items.as_slice(), &whole.items[..feed.items.len()], "cut at {end}");
        assert!(feed.items.len() >= most, "cut at {end}");
        most = feed.items.len();
        let truncated = |warning: &medfeed::Warning| warning.kind == WarningKind::Truncated;
        assert!(feed.warnings.iter().any(truncated), "cut at {end}");
    }
    assert_eq!(most, 6);
}

#[test]
fn every_byte_changed_is_survived() {
    let document = document(2);
    for place in 0..document.len() {
        for byte in [b'"', b'\\', b'{', b']', b',', b'0', b'\n', 0xff] {
            let mut bytes = document.clone().into_bytes();
            bytes[place] = byte;
            let _ = parse(&bytes, &base(), None);
        }
    }
}

#[test]
fn more_than_the_limits_allow_is_left_out() {
    let begin = Instant::now();
    let many = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{}{{\"id\":1}}]}}",
        "{\"id\":1},".repeat(1_000_000)
    );
    let feed = parse(many.as_bytes(), &base(), None).unwrap();
    assert!(feed.items.len() <= Limits::default().max_entries);
    assert!(feed.warnings.iter().any(|warning| warning.kind == WarningKind::Limit));

    let limits = Limits {
        max_text_bytes: 100,
        max_media_per_entry: 2,
        max_elements_per_entry: 3,
        ..Limits::default()
    };
    let long = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"id\":1,\"content_text\":\"{}\",\"tags\":[{}\"t\"],\"attachments\":[{}{{}}]}}]}}",
        "é".repeat(500),
        "\"t\",".repeat(9),
        "{\"url\":\"https://cdn.example.org/a\"},".repeat(9)
    );
    let feed = parse_with(long.as_bytes(), &base(), None, &limits).unwrap();
    assert_eq!(feed.items[0].text().len(), 100);
    assert_eq!(feed.items[0].media.len(), 1);
    let warned = feed
        .warnings
        .iter()
        .filter(|warning| warning.kind == WarningKind::Limit);
    assert_eq!(warned.count(), 3);

    // An extension of small values, which a tree of the document would take ten times its size for.
    let numbers = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"id\":1,\"_x\":[{}0]}}]}}",
        "0,".repeat(4_000_000)
    );
    assert_eq!(parse(numbers.as_bytes(), &base(), None).unwrap().items.len(), 1);
    for open in ["[", "{\"a\":"] {
        let deep = format!(
            "{{\"title\":\"T\",\"items\":[{{\"id\":1,\"_x\":{}",
            open.repeat(1_000_000)
        );
        assert!(parse(deep.as_bytes(), &base(), None).unwrap().items.is_empty());
    }
    // Generous: unoptimised, on a busy machine. Quadratic work would take minutes.
    assert!(begin.elapsed() < Duration::from_secs(60), "took {:?}", begin.elapsed());
}

//! A date as RSS, Atom and JSON Feed carry it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{FeedDate, Item, Limits, Precision, parse};
use properties::{base, feed};

fuzz_target!(|text: &str| {
    let json = serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "t",
        "items": [{"id": "1", "date_published": text, "date_modified": text}]});
    let json = item(json.to_string().as_bytes());
    json.published.into_iter().for_each(again);
    // XML cannot hold the others; a document with them may be taken for binary data.
    if text
        .chars()
        .any(|character| character.is_control() && !matches!(character, '\t' | '\n' | '\r'))
    {
        return;
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let rss = item(format!("<rss version=\"2.0\"><channel><title>t</title><item><guid>1</guid><pubDate>{escaped}</pubDate></item></channel></rss>").as_bytes());
    let atom = item(
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><entry><id>1</id>\
             <published>{escaped}</published><updated>{escaped}</updated></entry></feed>"
        )
        .as_bytes(),
    );
    // Every format means the same by the same words.
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && !text.contains('&') && !text.contains('<') {
        assert_eq!(json.published, rss.published, "JSON Feed and RSS differ");
        assert_eq!(json.published, atom.published, "JSON Feed and Atom differ");
        assert_eq!(json.updated, atom.updated);
        assert_eq!(json.published, json.updated);
    }
    for date in [rss.published, atom.published].into_iter().flatten() {
        again(date);
    }
});

fn item(document: &[u8]) -> Item {
    let mut read = parse(document, &base(), None).expect("a feed with an item");
    feed::holds(&read, &Limits::default());
    assert_eq!(read.items.len(), 1);
    read.items.remove(0)
}

/// A date in the form of RFC 3339 is read as itself.
fn again(date: FeedDate) {
    let written = date.at.to_string();
    let document = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{{\"id\":\"1\",\"date_published\":\"{written}\"}}]}}"
    );
    let back = item(document.as_bytes()).published;
    let year = written
        .get(..4)
        .and_then(|year| year.parse::<i32>().ok())
        .unwrap_or_default();
    // The first moment of 1970 stands for no date, to the second.
    if (1900..=2200).contains(&year) && written != "1970-01-01T00:00:00Z" {
        assert_eq!(back, Some(FeedDate::new(date.at, Precision::Second)), "{written}");
    }
    let begins = |tail: &str| written.ends_with(tail);
    match date.precision {
        Precision::Year => assert!(begins("-01-01T00:00:00Z"), "{date:?}"),
        Precision::Month => assert!(begins("-01T00:00:00Z"), "{date:?}"),
        Precision::Day => assert!(begins("T00:00:00Z"), "{date:?}"),
        _ => {}
    }
}

//! Identity over polls: an item keeps its key and id whatever happens to the items around it, and to its own text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use medfeed::Feed;
use proptest::prelude::*;

fn read(document: &str) -> Feed {
    let base = "https://example.org/feeds/feed.xml".parse().unwrap();
    medfeed::parse(document.as_bytes(), &base, None).unwrap()
}

/// What identifies an item of these tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Guid,
    Link,
    Text,
}

const KINDS: [Kind; 3] = [Kind::Guid, Kind::Link, Kind::Text];

fn rss_item(number: usize, tracking: &str) -> String {
    let title = format!("<title>Item number {number}</title>");
    match KINDS[number % 3] {
        Kind::Guid => {
            format!(
                "<item>{title}<guid isPermaLink='false'>g-{number}</guid><link>https://x.example.org/{number}</link></item>"
            )
        }
        Kind::Link => format!("<item>{title}<link>https://x.example.org/{number}?utm_source={tracking}</link></item>"),
        Kind::Text => format!("<item>{title}<description>Text {number}</description></item>"),
    }
}

fn atom_item(number: usize, tracking: &str) -> String {
    let title = format!("<title>Item number {number}</title>");
    match KINDS[number % 3] {
        Kind::Guid => format!("<entry>{title}<id>urn:x:{number}</id></entry>"),
        Kind::Link => format!("<entry>{title}<link href='https://x.example.org/{number}?rss={tracking}'/></entry>"),
        Kind::Text => format!("<entry>{title}<summary>Text {number}</summary></entry>"),
    }
}

fn json_item(number: usize, tracking: &str) -> String {
    let title = format!("\"title\":\"Item number {number}\"");
    match KINDS[number % 3] {
        Kind::Guid => format!("{{{title},\"id\":{number}}}"),
        Kind::Link => format!("{{{title},\"url\":\"https://x.example.org/{number}?utm_id={tracking}\"}}"),
        Kind::Text => format!("{{{title},\"content_text\":\"Text {number}\"}}"),
    }
}

fn document(format: usize, numbers: &[usize], tracking: &str) -> String {
    let join = |write: fn(usize, &str) -> String, between: &str| {
        let items: Vec<String> = numbers.iter().map(|number| write(*number, tracking)).collect();
        items.join(between)
    };
    match format {
        0 => format!(
            "<rss version='2.0'><channel><title>T</title>{}</channel></rss>",
            join(rss_item, "\n")
        ),
        1 => format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{}</feed>",
            join(atom_item, "\n")
        ),
        _ => format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{}]}}",
            join(json_item, ",")
        ),
    }
}

fn ids(feed: &Feed) -> BTreeMap<String, (String, String)> {
    feed.items
        .iter()
        .map(|item| (item.title.clone(), (item.key.clone(), item.id.to_string())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_key_is_stable_when_others_come_and_go(
        format in 0usize..3,
        before in proptest::collection::btree_set(0usize..60, 1..20),
        after in proptest::collection::btree_set(0usize..60, 1..20),
        seed in any::<u64>(),
    ) {
        let first: Vec<usize> = before.iter().copied().collect();
        let mut second: Vec<usize> = after.iter().copied().collect();
        // Another order, the same for the same seed.
        second.sort_by_key(|number| (*number as u64 + 1).wrapping_mul(seed | 1));
        let first = ids(&read(&document(format, &first, "monday")));
        let second = ids(&read(&document(format, &second, "tuesday")));
        prop_assert_eq!(first.len(), before.len());
        for (title, known) in &first {
            if let Some(later) = second.get(title) {
                prop_assert_eq!(known, later);
            }
        }
        let keys: BTreeSet<&String> = second.values().map(|(key, _)| key).collect();
        prop_assert_eq!(keys.len(), after.len(), "no two items share a key");
    }
}

#[test]
fn an_edited_item_keeps_its_key() {
    let read = |title: &str, link: &str| {
        let document = format!(
            "<rss version='2.0'><channel><title>T</title><item><title>{title}</title><guid isPermaLink='false'>g</guid><link>https://x.example.org/{link}</link></item>\
             <item><title>{title}</title><link>https://x.example.org/2</link><description>{title}</description></item></channel></rss>"
        );
        let items = read(&document).items;
        items.into_iter().map(|item| (item.key, item.id)).collect::<Vec<_>>()
    };
    assert_eq!(read("A fisrt draft", "1"), read("A first draft", "one"));
}

#[test]
fn guids_of_any_length_stay_apart() {
    let long = "g".repeat(100_000);
    let document = |first: &str| {
        format!(
            "<rss version='2.0'><channel><title>T</title><item><title>a</title><guid isPermaLink='false'>{long}{first}</guid></item>\
             <item><title>b</title><guid isPermaLink='false'>{long}y</guid></item></channel></rss>"
        )
    };
    let feed = read(&document("x"));
    assert_eq!(feed.items.len(), 2);
    assert_ne!(feed.items[0].key, feed.items[1].key);
    assert!(feed.items.iter().all(|item| item.key.len() < 1000));
    assert_eq!(feed.items[1].key, read(&document("z")).items[1].key);
}

#[test]
fn equal_items_without_guid_are_as_many_as_they_are() {
    let document = |copies: usize| {
        let items = "<item><title>Erratum</title></item>".repeat(copies);
        format!("<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")
    };
    let three = read(&document(3));
    let four = read(&document(4));
    assert_eq!((three.items.len(), four.items.len()), (3, 4));
    for (before, after) in three.items.iter().zip(&four.items) {
        assert_eq!(before.key, after.key);
    }
}

#[test]
fn the_same_document_at_two_addresses_gives_no_shared_id() {
    let document = document(0, &[0, 1, 2], "x");
    let at = |address: &str| medfeed::parse(document.as_bytes(), &address.parse().unwrap(), None).unwrap();
    let (here, there) = (at("https://a.example.org/feed"), at("https://b.example.org/feed"));
    for (one, other) in here.items.iter().zip(&there.items) {
        assert_eq!(one.key, other.key);
        assert_ne!(one.id, other.id);
    }
}

#[test]
fn a_date_in_the_future_pins_nothing_on_top() {
    let feed = read(
        "<rss version='2.0'><channel><title>T</title><item><title>a</title><pubDate>Fri, 01 Mar 2126 08:00:00 GMT</pubDate></item></channel></rss>",
    );
    let now = "2026-03-01T08:00:00Z".parse().unwrap();
    assert_eq!(feed.items[0].sort_date(now), now);
}

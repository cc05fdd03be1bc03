//! What must hold of a parsed feed.

use std::collections::HashSet;

use medfeed::{Feed, FeedDate, Item, Limits, Source, canonical_link};
use serde_json::Value;
use url::Url;

use super::{base, html, is_line, is_link, is_text, survives_json};

/// Fields that hold an address.
const LINKS: [&str; 18] = [
    "canonical_link",
    "chapters_url",
    "comments",
    "hub",
    "icon",
    "image",
    "license",
    "link",
    "new_feed_url",
    "next_archive",
    "next_page",
    "prev_archive",
    "self_link",
    "thumbnail",
    "url",
    "homepage",
    "avatar",
    "first_page",
];

/// Fields whose text has paragraphs; every other one is a line.
const TEXTS: [&str; 4] = ["description", "summary", "text", "subtitle"];

/// Every property of a feed that was read within these limits from [`base`].
pub fn holds(feed: &Feed, limits: &Limits) {
    assert!(
        !feed.encoding.is_empty() && feed.encoding.is_ascii(),
        "encoding {:?}",
        feed.encoding
    );
    strings("feed", &serde_json::to_value(feed).expect("it can be written"), limits);
    feed.updated.iter().for_each(date);
    assert!(feed.hints.skip_hours.iter().all(|hour| *hour < 24));
    assert!(feed.hints.skip_days.iter().all(|day| (1..=7).contains(day)));
    for warning in &feed.warnings {
        assert!(
            warning.message.len() < 1_000,
            "a warning of {} bytes",
            warning.message.len()
        );
        assert!(
            warning.item.is_none_or(|index| index < feed.items.len()),
            "{warning:?} is of no item"
        );
    }

    assert!(feed.items.len() <= limits.max_entries);
    let source = Source::new(base()).expect("a source").id();
    let (mut ids, mut keys) = (HashSet::new(), HashSet::new());
    for one in &feed.items {
        assert!(ids.insert(one.id), "the id of {:?} stands twice", one.key);
        assert!(keys.insert(&one.key), "the key {:?} stands twice", one.key);
        assert_eq!(one.source, source);
        item(one, limits);
    }
    for one in feed.items.iter().take(3) {
        html::is_harmless(&one.content_html());
    }
    survives_json(feed);
}

/// Every string of the feed, by the name of its field, so that a new field is held to it too: addresses lead to the
/// web, texts are clean, all else is one clean line, and nothing is longer than the limit. Only the content as it came
/// may hold anything, and what addresses in it are relative to.
fn strings(name: &str, value: &Value, limits: &Limits) {
    match value {
        Value::String(_) if name == "base" => {}
        // Markup inside it is closed, and what stands between it escaped.
        Value::String(text) if name == "untrusted" => {
            assert!(
                text.len() <= 8 * limits.max_text_bytes,
                "a content of {} bytes",
                text.len()
            );
        }
        Value::String(text) if LINKS.contains(&name) => {
            is_link(name, &text.parse::<Url>().expect("an address"));
        }
        Value::String(text) => {
            if TEXTS.contains(&name) {
                is_text(name, text);
            } else {
                is_line(name, text);
            }
            // Entities may be resolved and lines broken: some longer than what stood there, never by much. Attributes may
            // always have 4 KiB; a warning and a key say more than a field.
            assert!(
                text.len() <= (8 * limits.max_text_bytes).max(8_000),
                "{name} of {} bytes",
                text.len()
            );
        }
        Value::Array(values) => values.iter().for_each(|value| strings(name, value, limits)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| strings(name, value, limits)),
        _ => {}
    }
}

fn item(item: &Item, limits: &Limits) {
    let kinds = ["guid:", "link:", "text:"];
    assert!(
        kinds.iter().any(|kind| item.key.starts_with(kind)),
        "key {:?}",
        item.key
    );
    assert_eq!(item.link.as_ref().map(canonical_link), item.canonical_link);
    for person in item.authors.iter().chain(&item.contributors) {
        assert!(!person.name.is_empty(), "nobody wrote {:?}", item.key);
    }
    assert!(item.categories.iter().all(|category| !category.term.is_empty()));
    item.published.iter().chain(&item.updated).for_each(date);
    let mut found = HashSet::new();
    for identifier in &item.identifiers {
        assert!(found.insert(&identifier.identifier), "{identifier:?} stands twice");
    }
    assert!(item.media.len() <= limits.max_media_per_entry);
    for media in &item.media {
        assert_ne!(media.bytes, Some(0), "an unknown size is none");
        assert_ne!(media.duration_seconds, Some(0), "an unknown length is none");
    }
    if let Some(episode) = &item.episode {
        assert_ne!(episode.duration_seconds, Some(0), "an unknown length is none");
        assert!(episode.persons.iter().all(|person| !person.name.is_empty()));
    }
    assert!(item.tags.is_empty() && item.signals.is_empty() && item.first_seen.is_none());
}

/// A date is between 1900 and 2200; a zone may move its first or last day into the next year.
pub fn date(date: &FeedDate) {
    let text = date.at.to_string();
    let year: i32 = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    assert!((1899..=2201).contains(&year), "{date:?}");
}

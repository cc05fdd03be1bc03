//! The only place that knows feed-rs: it reads the document too, and what the scan left open is taken from it.
//!
//! The scan's reading stands wherever it has one, because feed-rs 3.0.0 is known to misread what medical feeds are made
//! of (text cut at the first child element, `45:30` as 45 seconds, dates without a comma or with `BST`, guids). feed-rs
//! fills what the scan left empty. A fresh parser per document, since one that failed may not be used again; under panic
//! isolation; and it only ever sees well-formed UTF-8 within limits, since a stack overflow cannot be caught.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model as theirs;
use feed_rs::parser::Builder;
use jiff::Timestamp;
use url::Url;

use super::links::resolve;
use super::read_item::LONGEST_LANGUAGE;
use crate::ident::canonical_link;
use crate::model::{Category, Content, Feed, FeedDate, Item, Media, Person, Precision};
use crate::text::{clean_line, html_to_text};

/// Whether the scan's reading leaves enough open for feed-rs to be asked: the feed has no title, or an item has neither
/// title, text, link nor file.
pub(super) fn is_in_doubt(feed: &Feed) -> bool {
    feed.title.is_none()
        || feed.items.iter().any(|item| {
            item.title.is_empty() && item.summary.is_empty() && item.link.is_none() && item.media.is_empty()
        })
}

/// feed-rs's reading of a document; `None` when it refuses it or panics at it.
pub(super) fn read(text: &str, base: &Url) -> Option<theirs::Feed> {
    let parser = Builder::new()
        .base_uri(Some(base.as_str()))
        .sanitize_content(false)
        .build();
    catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())))
        .ok()?
        .ok()
}

/// Whether feed-rs saw what the scan saw, so that entries can be matched by their place. An answer with nothing in it is
/// no reading at all.
pub(super) fn agrees(read: &theirs::Feed, scanned: &Feed) -> bool {
    read.entries.len() == scanned.items.len() && !(read.entries.is_empty() && read.title.is_none())
}

/// Fills what the scan left open. `numbered`: the document was ours, and every entry's id is its item's number.
pub(super) fn fill(feed: &mut Feed, mut read: theirs::Feed, base: &Url, numbered: bool) {
    for (place, entry) in std::mem::take(&mut read.entries).into_iter().enumerate() {
        let place = if numbered { entry.id.parse().ok() } else { Some(place) };
        if let Some(item) = place.and_then(|place| feed.items.get_mut(place)) {
            fill_item(item, entry, base);
        }
    }
    if feed.title.is_none() {
        feed.title = read.title.as_ref().and_then(line);
    }
    if feed.description.is_none() {
        feed.description = read
            .description
            .map(|text| html_to_text(&text.content))
            .filter(|text| !text.is_empty());
    }
    if feed.link.is_none() {
        feed.link = page(&read.links, base);
    }
    if feed.language.is_none() {
        feed.language = language(read.language);
    }
    if feed.image.is_none() {
        feed.image = read.logo.and_then(|image| address(&image.uri, base));
    }
    if feed.icon.is_none() {
        feed.icon = read.icon.and_then(|image| address(&image.uri, base));
    }
    if feed.generator.is_none() {
        feed.generator = read
            .generator
            .map(|generator| clean_line(&generator.content))
            .filter(|text| !text.is_empty());
    }
    if feed.updated.is_none() {
        feed.updated = read.updated.or(read.published).and_then(date);
    }
    if feed.authors.is_empty() {
        feed.authors = read.authors.into_iter().filter_map(person).collect();
    }
}

fn fill_item(item: &mut Item, entry: theirs::Entry, base: &Url) {
    if item.title.is_empty() {
        item.title = entry.title.as_ref().and_then(line).unwrap_or_default();
    }
    if item.link.is_none() {
        item.link = page(&entry.links, base);
        item.canonical_link = item.link.as_ref().map(canonical_link);
    }
    if item.content.is_none()
        && item.summary.is_empty()
        && let Some(body) = entry.content.and_then(|content| content.body)
    {
        let content = Content::html(body, item.link.clone().or_else(|| Some(base.clone())));
        if !content.text.is_empty() {
            item.content = Some(content);
        }
    }
    if item.summary.is_empty() {
        item.summary = match (entry.summary, &item.content) {
            (Some(summary), _) => html_to_text(&summary.content),
            (None, Some(content)) => content.text.clone(),
            (None, None) => String::new(),
        };
    }
    // A date the scan could not read stays unknown: feed-rs guesses, and a raw string is there to be looked at.
    if item.published.is_none() && item.published_raw.is_none() {
        item.published = entry.published.and_then(date);
    }
    if item.updated.is_none() {
        item.updated = entry
            .updated
            .filter(|_| item.published.is_none() && item.published_raw.is_none())
            .and_then(date);
    }
    if item.authors.is_empty() {
        item.authors = entry.authors.into_iter().filter_map(person).collect();
    }
    if item.contributors.is_empty() {
        item.contributors = entry.contributors.into_iter().filter_map(person).collect();
    }
    if item.categories.is_empty() {
        item.categories = entry
            .categories
            .into_iter()
            .map(|category| Category::new(clean_line(&category.term)))
            .filter(|category| !category.term.is_empty())
            .collect();
    }
    if item.rights.is_none() {
        item.rights = entry.rights.as_ref().and_then(line);
    }
    if item.language.is_none() {
        item.language = language(entry.language);
    }
    if item.media.is_empty() {
        let contents = entry.media.into_iter().flat_map(|media| media.content);
        item.media = contents
            .filter_map(|content| content.url)
            .filter_map(|url| address(url.as_str(), base))
            .map(Media::new)
            .collect();
    }
}

fn line(text: &theirs::Text) -> Option<String> {
    Some(clean_line(&html_to_text(&text.content))).filter(|line| !line.is_empty())
}

/// A language as the scan takes it; what the scan refused as too long does not come in by this door.
fn language(text: Option<String>) -> Option<String> {
    text.map(|text| clean_line(&text))
        .filter(|language| !language.is_empty() && language.len() <= LONGEST_LANGUAGE)
}

fn address(text: &str, base: &Url) -> Option<Url> {
    resolve(text, base, &mut Vec::new())
}

fn page(links: &[theirs::Link], base: &Url) -> Option<Url> {
    links
        .iter()
        .find(|link| link.rel.as_deref().is_none_or(|relation| relation == "alternate"))
        .and_then(|link| address(&link.href, base))
}

fn person(person: theirs::Person) -> Option<Person> {
    let name = clean_line(&person.name.unwrap_or_default());
    let mut ours = Person::new(name);
    ours.email = person
        .email
        .map(|email| clean_line(&email))
        .filter(|email| !email.is_empty());
    (!ours.name.is_empty() && ours.name != "unknown").then_some(ours)
}

fn date(moment: chrono::DateTime<chrono::Utc>) -> Option<FeedDate> {
    let at = Timestamp::from_second(moment.timestamp()).ok()?;
    let year = at.to_zoned(jiff::tz::TimeZone::UTC).year();
    (1900..=2200)
        .contains(&year)
        .then(|| FeedDate::new(at, Precision::Second))
}

//! JSON Feed 1.0 and 1.1, read leniently.
//!
//! Read by us and not by feed-rs, which refuses the whole document for one numeric id, a missing title, an attachment
//! without type or an `http://` version: all of them common. Any JSON object with a list of items and a version or title
//! is taken for a feed; each field that is not of its type is as if it were missing. serde_json bounds nesting itself.

use std::collections::HashSet;

use serde_json::{Map, Value};
use url::Url;

use super::cut::cut;
use super::dates;
use super::identity;
use super::links::resolve;
use super::people::MAX_PEOPLE;
use crate::error::{Error, Kind, Result};
use crate::ident::canonical_link;
use crate::limits::Limits;
use crate::model::{
    Category, Content, Episode, Feed, FeedDate, FeedFormat, Item, Media, Person, SourceId, Warning, WarningKind,
};
use crate::text::{clean_line, clean_text, html_to_text, shorten};

type Object = Map<String, Value>;

/// Reads a JSON Feed.
///
/// # Errors
/// When it is no JSON, or JSON of something else.
pub(super) fn read(
    text: &str,
    base: &Url,
    source: SourceId,
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<Feed> {
    let document: Value =
        serde_json::from_str(text).map_err(|cause| Error::parse("this is no valid JSON").with_source(cause))?;
    let not = || Error::new(Kind::NotAFeed, "this is JSON but no JSON Feed");
    let document = document.as_object().ok_or_else(not)?;
    let version = document
        .get("version")
        .and_then(Value::as_str)
        .is_some_and(|version| version.contains("jsonfeed.org"));
    let items = document.get("items").and_then(Value::as_array);
    if !version && (items.is_none() || !document.contains_key("title")) {
        return Err(not());
    }
    let mut feed = Feed::new(FeedFormat::JsonFeed);
    feed.title = line(document, "title");
    feed.link = link(document, "home_page_url", base, warnings);
    feed.self_link = link(document, "feed_url", base, warnings);
    feed.description = line(document, "description");
    feed.language = line(document, "language");
    feed.image = link(document, "icon", base, warnings);
    feed.icon = link(document, "favicon", base, warnings);
    feed.authors = people(document, base);
    feed.hub = document.get("hubs").and_then(Value::as_array).and_then(|hubs| {
        hubs.iter()
            .filter_map(Value::as_object)
            .find_map(|hub| link(hub, "url", base, &mut Vec::new()))
    });
    let items = items.map(Vec::as_slice).unwrap_or_default();
    for entry in items.iter().filter_map(Value::as_object).take(limits.max_entries) {
        let mut own = Vec::new();
        let item = read_item(entry, base, source, limits, &mut own);
        let index = feed.items.len();
        warnings.extend(own.into_iter().map(|warning| warning.in_item(index)));
        feed.items.push(item);
    }
    if items.len() > limits.max_entries {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("only the first {} entries were read", limits.max_entries),
        ));
    }
    Ok(feed)
}

fn read_item(entry: &Object, base: &Url, source: SourceId, limits: &Limits, warnings: &mut Vec<Warning>) -> Item {
    let mut item = Item::new(source, "");
    item.guid = match entry.get("id") {
        Some(Value::String(id)) => Some(clean_line(id)).filter(|id| !id.is_empty()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    item.title = entry
        .get("title")
        .and_then(Value::as_str)
        .map(|title| clean_line(&html_to_text(title)))
        .unwrap_or_default();
    item.link = link(entry, "url", base, warnings).or_else(|| link(entry, "external_url", base, warnings));
    item.canonical_link = item.link.as_ref().map(canonical_link);
    let mut text = |name: &str| {
        let text = entry
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty())?;
        let kept = cut(text, limits.max_text_bytes);
        if kept.len() < text.len() {
            warnings.push(Warning::new(
                WarningKind::Limit,
                format!("a text longer than {} bytes was cut", limits.max_text_bytes),
            ));
        }
        Some(kept)
    };
    let content_base = item.link.clone().or_else(|| Some(base.clone()));
    item.content = text("content_html")
        .map(|html| Content::html(html, content_base))
        .or_else(|| text("content_text").map(Content::plain));
    item.summary = text("summary").map(clean_text).unwrap_or_default();
    if item.summary.is_empty()
        && let Some(content) = &item.content
    {
        item.summary = content.text.clone();
    }
    let mut date = |name: &str| -> (Option<FeedDate>, Option<String>) {
        let Some(raw) = line(entry, name) else {
            return (None, None);
        };
        let date = dates::read(&raw);
        if date.is_none() {
            warnings.push(Warning::new(
                WarningKind::Date,
                format!(
                    "\"{}\" was not read as a date: {}",
                    shorten(&raw, 60),
                    dates::problem(&raw)
                ),
            ));
        }
        (date, Some(shorten(&raw, 120)))
    };
    (item.published, item.published_raw) = date("date_published");
    item.updated = date("date_modified").0;
    item.authors = people(entry, base);
    item.language = line(entry, "language");
    item.image = link(entry, "image", base, warnings).or_else(|| link(entry, "banner_image", base, warnings));
    let tags = entry
        .get("tags")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut seen = HashSet::new();
    for tag in tags
        .iter()
        .filter_map(Value::as_str)
        .take(limits.max_elements_per_entry)
    {
        let category = Category::new(clean_line(tag));
        if !category.term.is_empty() && seen.insert(category.clone()) {
            item.categories.push(category);
        }
    }
    if tags.len() > limits.max_elements_per_entry || item.authors.len() >= MAX_PEOPLE {
        warnings.push(Warning::new(
            WarningKind::Limit,
            "tags or people beyond the limits were left out",
        ));
    }
    let attachments = entry
        .get("attachments")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for attachment in attachments
        .iter()
        .filter_map(Value::as_object)
        .take(limits.max_media_per_entry)
    {
        if let Some(url) = link(attachment, "url", base, warnings) {
            let mut media = Media::new(url);
            media.mime_type = line(attachment, "mime_type").map(|kind| kind.to_ascii_lowercase());
            media.bytes = number(attachment, "size_in_bytes");
            media.duration_seconds = number(attachment, "duration_in_seconds");
            media.title = line(attachment, "title");
            item.media.push(media);
        }
    }
    if attachments.len() > limits.max_media_per_entry {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("media beyond {} were left out", limits.max_media_per_entry),
        ));
    }
    if item.audio().is_some() {
        let seconds = item.audio().and_then(|audio| audio.duration_seconds);
        item.episode = seconds.map(|seconds| Episode {
            duration_seconds: Some(seconds),
            ..Episode::default()
        });
    }
    let mut found = Vec::new();
    identity::from_item(&item, &mut found);
    item.identifiers = found;
    item
}

fn line(object: &Object, name: &str) -> Option<String> {
    object
        .get(name)
        .and_then(Value::as_str)
        .map(clean_line)
        .filter(|line| !line.is_empty())
}

fn link(object: &Object, name: &str, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    resolve(object.get(name)?.as_str()?, base, warnings)
}

/// A positive number, also one with a fraction or in quotes; 0 is unknown.
fn number(object: &Object, name: &str) -> Option<u64> {
    let number = match object.get(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // The cast saturates; sizes above 2^53 do not occur.
    (number >= 1.0).then_some(number as u64)
}

/// `authors` of 1.1, `author` of 1.0, and names as bare strings.
fn people(object: &Object, base: &Url) -> Vec<Person> {
    let list = object
        .get("authors")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let read = |value: &Value| match value {
        Value::String(name) => Some(Person::new(clean_line(name))),
        Value::Object(person) => {
            let mut named = Person::new(line(person, "name").or_else(|| line(person, "url"))?);
            named.link = link(person, "url", base, &mut Vec::new());
            Some(named)
        }
        _ => None,
    };
    list.iter()
        .chain(object.get("author"))
        .filter_map(read)
        .filter(|person| !person.name.is_empty())
        .take(MAX_PEOPLE)
        .fold(Vec::new(), |mut people, person| {
            if !people.iter().any(|known: &Person| known.name == person.name) {
                people.push(person);
            }
            people
        })
}

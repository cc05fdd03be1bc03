//! From one entry of a JSON Feed to an item: everything but its key, which needs the other items.

use std::collections::HashSet;

use url::Url;

use super::cut::cut;
use super::dates;
use super::identity;
use super::json::{Context, link, people};
use super::json_value::{self, Object};
use super::links::{is_address, resolve};
use super::read_dates::unreadable;
use super::read_media::join;
use super::read_text::{content_base, plain_line, plain_text};
use crate::ident::canonical_link;
use crate::model::{Category, Content, Episode, FeedDate, Item, Link, Media, Warning, WarningKind};
use crate::text::shorten;

/// The longest date string kept as it stood.
const LONGEST_RAW: usize = 120;

/// Reads an entry. Its key is empty.
pub(super) fn read_item(entry: &Object<'_>, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Item {
    let base = context.base;
    let mut item = Item::new(context.source, "");
    // "A number or other type must be coerced to a string."
    item.guid = entry.scalar("id");
    item.title = entry
        .string("title")
        .map(|title| plain_line(&title))
        .unwrap_or_default();
    addresses(entry, base, &mut item, warnings);
    texts(entry, context, &mut item, warnings);
    (item.published, item.published_raw) = date(entry, "date_published", warnings);
    (item.updated, item.updated_raw) = date(entry, "date_modified", warnings);
    item.authors = people(entry, base, warnings);
    item.language = entry.line("language");
    item.image = link(entry, "image", base, warnings).or_else(|| link(entry, "banner_image", base, warnings));
    item.categories = categories(entry, context, warnings);
    item.media = media(entry, context, warnings);
    let seconds = item.audio().and_then(|audio| audio.duration_seconds);
    item.episode = seconds.map(|seconds| Episode {
        duration_seconds: Some(seconds),
        ..Episode::default()
    });
    let mut found = Vec::new();
    identity::from_item(&item, &mut found);
    item.identifiers = found;
    item
}

/// Its page is `url`, else an id that is an address (the specification asks for that), else the page it is about.
fn addresses(entry: &Object<'_>, base: &Url, item: &mut Item, warnings: &mut Vec<Warning>) {
    let about = link(entry, "external_url", base, warnings);
    item.link = link(entry, "url", base, warnings)
        .or_else(|| {
            let id = item.guid.as_deref().filter(|id| is_address(id))?;
            resolve(id, base, warnings)
        })
        .or_else(|| about.clone());
    item.canonical_link = item.link.as_ref().map(canonical_link);
    item.links = about
        .filter(|about| item.link.as_ref() != Some(about))
        .map(|about| Link::new(about, "related"))
        .into_iter()
        .collect();
}

fn texts(entry: &Object<'_>, context: &Context<'_>, item: &mut Item, warnings: &mut Vec<Warning>) {
    let most = context.limits.max_text_bytes;
    let mut text = |name: &str| {
        let mut text = entry.string(name).filter(|text| !text.trim().is_empty())?;
        let kept = cut(&text, most).len();
        if kept < text.len() {
            text.truncate(kept);
            warnings.push(Warning::new(
                WarningKind::Limit,
                format!("a text longer than {most} bytes was cut"),
            ));
        }
        Some(text)
    };
    let outer = item.link.as_ref().unwrap_or(context.base);
    item.content = match text("content_html") {
        Some(html) => {
            let base = content_base(&html, outer);
            Some(Content::html(html, Some(base)))
        }
        None => text("content_text").map(Content::plain),
    };
    item.summary = text("summary").map(|text| plain_text(&text)).unwrap_or_default();
    if item.summary.is_empty()
        && let Some(content) = &item.content
    {
        item.summary.clone_from(&content.text);
    }
}

fn date(entry: &Object<'_>, name: &str, warnings: &mut Vec<Warning>) -> (Option<FeedDate>, Option<String>) {
    let Some(raw) = entry.scalar(name) else {
        return (None, None);
    };
    let date = dates::read(&raw);
    if date.is_none() {
        warnings.push(unreadable(&raw));
    }
    (date, Some(shorten(&raw, LONGEST_RAW)))
}

fn categories(entry: &Object<'_>, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Vec<Category> {
    let (tags, more) = entry.list("tags", context.limits.max_elements_per_entry);
    if more {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("tags beyond {} were left out", context.limits.max_elements_per_entry),
        ));
    }
    let mut seen = HashSet::new();
    let terms = tags.into_iter().filter_map(json_value::line);
    terms
        .filter(|term| seen.insert(term.clone()))
        .map(Category::new)
        .collect()
}

fn media(entry: &Object<'_>, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Vec<Media> {
    let most = context.limits.max_media_per_entry;
    let (attachments, more) = entry.list("attachments", most);
    let mut files: Vec<Media> = Vec::new();
    for attachment in attachments.into_iter().filter_map(Object::read) {
        let Some(url) = link(&attachment, "url", context.base, warnings) else {
            continue;
        };
        let mut media = Media::new(url);
        media.mime_type = attachment.line("mime_type").map(|kind| kind.to_ascii_lowercase());
        media.bytes = attachment.number("size_in_bytes");
        media.duration_seconds = attachment.number("duration_in_seconds");
        media.title = attachment.line("title");
        match files.iter_mut().find(|known| known.url == media.url) {
            Some(known) => join(known, media),
            None => files.push(media),
        }
    }
    if more {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("media beyond {most} were left out"),
        ));
    }
    files
}

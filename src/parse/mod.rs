//! Feeds in: from the bytes of a document to a [`Feed`], whatever its format, encoding and faults.
//!
//! Guided by RSS 2.0 (and 0.90 to 1.0), RFC 4287 (Atom), JSON Feed 1.1, PRISM, Dublin Core, Media RSS, and the podcast
//! namespaces; the order of trust between elements is said at the model's fields.
//!
//! Flow: `sniff` makes UTF-8 text of the bytes (`decode`; labels: `charset`, `declaration`) and tells XML from JSON and
//! from what is no feed (`prolog`, `web_page`). `scan` passes over the XML once (`scan_open`, `scan_names`: elements,
//! roots, prefixes, attributes): it keeps the [`Limits`], reads every item (`read_item`, `read_text`, `read_media`,
//! `read_episode`, `read_journal`, `people`, `dates`, `identity`) and notes what is not well-formed, and what feed-rs cannot
//! stand (`hazard`). Where the scan is in doubt (a feed without a title, an item with nothing to show), `bridge` asks
//! feed-rs too, which sees the document unchanged when it is clean, else as `repair` writes it anew. `json` reads JSON
//! Feed. `item_key` gives the items their identity.
//!
//! Not covered: CDF (refused by name), external entities and DTDs (never read), GeoRSS, Media RSS ratings and players.

mod bridge;
mod charset;
mod code_pages;
mod cut;
mod dates;
mod declaration;
mod decode;
mod entities;
mod guess;
mod hazard;
mod identity;
mod item_key;
mod json;
mod json_item;
mod json_mend;
mod json_value;
mod links;
mod name_list;
mod names;
mod people;
mod prolog;
mod read_dates;
mod read_episode;
mod read_feed;
mod read_item;
mod read_journal;
mod read_media;
mod read_text;
mod repair;
mod scan;
mod scan_names;
mod scan_open;
mod seven_bit;
mod sniff;
mod tree;
mod unicode;
mod vocabulary;
mod web_page;

use std::borrow::Cow;

use url::Url;

use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Feed, FeedFormat, Source, SourceId, Warning, WarningKind};
use read_item::LONGEST_LANGUAGE;
use sniff::Document;
pub(crate) use web_page::{challenge, is_feed_type, linked_feeds};

/// Reads a feed: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, or JSON Feed.
///
/// `base` is the address the bytes came from: relative addresses are resolved against it, and the items belong to the
/// source of that address. `content_type` is the HTTP header, for its charset. Faults that leave something readable
/// are warnings of the feed ([`Feed::warnings`]), not errors.
///
/// ```
/// let base = "https://example.org/feed.xml".parse()?;
/// let feed = medfeed::parse(
///     b"<rss version='2.0'><channel><title>Ward 7</title><item><title>Sepsis & shock</title></item></channel></rss>",
///     &base,
///     Some("application/rss+xml"),
/// )?;
/// assert_eq!(feed.title.as_deref(), Some("Ward 7"));
/// assert_eq!(feed.items[0].title, "Sepsis & shock");
/// assert_eq!(feed.warnings[0].kind, medfeed::WarningKind::Repaired);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`is_not_a_feed`](Error::is_not_a_feed) when it is something else (the message says what: an HTML page, an empty body,
/// a sitemap), [`is_parse`](Error::is_parse) when nothing of it can be read, and
/// [`is_too_large`](Error::is_too_large) above [`Limits::max_body_bytes`].
pub fn parse(bytes: &[u8], base: &Url, content_type: Option<&str>) -> Result<Feed> {
    parse_with(bytes, base, content_type, &Limits::default())
}

/// Like [`parse`], within these limits.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(bytes: &[u8], base: &Url, content_type: Option<&str>, limits: &Limits) -> Result<Feed> {
    read(bytes, base, content_type, limits).map_err(|error| error.with_url(base.clone()))
}

/// The text of a document that turned out to be no feed, decoded as one would be.
pub(crate) fn page_text<'a>(bytes: &'a [u8], base: &Url, content_type: Option<&str>) -> Cow<'a, str> {
    decode::decode(bytes, base, content_type, &mut Vec::new()).text
}

fn read(bytes: &[u8], base: &Url, content_type: Option<&str>, limits: &Limits) -> Result<Feed> {
    if bytes.len() > limits.max_body_bytes {
        let message = format!(
            "the document has {} bytes, more than {}",
            bytes.len(),
            limits.max_body_bytes
        );
        return Err(Error::new(Kind::TooLarge, message));
    }
    let mut warnings = Vec::new();
    let decoded = sniff::sniff(bytes, base, content_type, &mut warnings)?;
    let source = source_of(base);
    let mut feed = match decoded.kind {
        Document::Json => json::read(&decoded.text, base, source, limits, &mut warnings)?,
        Document::Xml => read_xml(&decoded.text, base, source, limits, &mut warnings)?,
    };
    decoded.encoding.clone_into(&mut feed.encoding);
    // Every item repeats it, so it must be short to be believed.
    feed.language = feed.language.filter(|language| language.len() <= LONGEST_LANGUAGE);
    for item in &mut feed.items {
        if item.language.is_none() {
            item.language.clone_from(&feed.language);
        }
    }
    inherit_authors(&mut feed);
    item_key::assign_keys(&mut feed.items, source, &mut warnings);
    let left_out = warnings.len().saturating_sub(limits.max_warnings);
    if left_out > 0 {
        warnings.truncate(limits.max_warnings);
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("{left_out} more warnings were left out"),
        ));
    }
    feed.warnings = warnings;
    Ok(feed)
}

/// The most authors of a feed that its items inherit.
const MOST_INHERITED: usize = 8;

/// The most bytes of their names together.
const LONGEST_INHERITED: usize = 1024;

/// Gives items without authors those of the feed they came from, else of the feed they are in, where the format says so:
/// RFC 4287, 4.2.1, and JSON Feed 1.1. Who edits an RSS channel did not write its items.
fn inherit_authors(feed: &mut Feed) {
    if !matches!(feed.format, FeedFormat::Atom | FeedFormat::JsonFeed) {
        return;
    }
    // A long list is nobody's by-line, and copied to thousands of items it would fill the memory.
    let bytes: usize = feed.authors.iter().map(|author| author.name.len()).sum();
    if feed.authors.len() > MOST_INHERITED || bytes > LONGEST_INHERITED {
        return;
    }
    for item in feed.items.iter_mut().filter(|item| item.authors.is_empty()) {
        let origin = item.origin.as_ref().map(|origin| &origin.authors);
        let authors = origin.filter(|authors| !authors.is_empty()).unwrap_or(&feed.authors);
        item.authors = authors.clone();
    }
}

/// The source of an address; a base that no source can have (not http) still gives its items an id of their own.
fn source_of(base: &Url) -> SourceId {
    Source::new(base.clone()).map_or_else(|_| SourceId::of(&[base.as_str()]), |source| source.id())
}

fn read_xml(text: &str, base: &Url, source: SourceId, limits: &Limits, warnings: &mut Vec<Warning>) -> Result<Feed> {
    let mut scanned = scan::scan(text, base, source, limits, false)?;
    if scanned.feed.items.is_empty() && scanned.says_nothing {
        // A root element that is closed and holds nothing is an empty feed; one that is cut is anybody's guess.
        if scanned
            .warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::Truncated)
        {
            return Err(Error::parse("the document breaks off before the feed says anything"));
        }
        warnings.push(Warning::new(
            WarningKind::Empty,
            "the feed has neither a title nor items",
        ));
    }
    if bridge::is_in_doubt(&scanned.feed) {
        ask_feed_rs(text, base, source, limits, &mut scanned)?;
    }
    if !scanned.repairs.is_empty() {
        scanned.repairs.truncate(6);
        warnings.push(Warning::new(
            WarningKind::Repaired,
            format!("repaired: {}", scanned.repairs.join(", ")),
        ));
    }
    warnings.append(&mut scanned.warnings);
    Ok(scanned.feed)
}

/// Has feed-rs read the document too, as it is when it is clean, else as the scan writes it anew, and fills what the scan
/// left open.
fn ask_feed_rs(text: &str, base: &Url, source: SourceId, limits: &Limits, scanned: &mut scan::Scanned) -> Result<()> {
    let clean = !scanned.hazardous;
    let seen = clean
        .then(|| bridge::read(text, base).filter(|seen| bridge::agrees(seen, &scanned.feed)))
        .flatten();
    let numbered = seen.is_none();
    let seen = match seen {
        Some(seen) => Some(seen),
        None => {
            let repaired = scan::scan(text, base, source, limits, true)?.repaired;
            bridge::read(&repaired.unwrap_or_default(), base)
        }
    };
    if let Some(seen) = seen {
        bridge::fill(&mut scanned.feed, seen, base, numbered);
    }
    Ok(())
}

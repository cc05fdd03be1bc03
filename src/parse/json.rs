//! JSON Feed 1.0 and 1.1, read leniently.
//!
//! Read by us and not by feed-rs, which refuses the whole document for one numeric id, a missing title, an attachment
//! without type or an `http://` version: all of them common. Any JSON object with a list of items and a version or title
//! is taken for a feed; each field that is not of its type is as if it were missing.
//!
//! Flow: one pass cuts the feed's fields and its items out of the document (`json_value`), and reads each item as it
//! comes, so that a document that breaks off keeps what was complete. What strict JSON refuses is mended (`json_mend`) and
//! read again. Not covered: extensions (`_name`), `user_comment`.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use url::Url;

use super::json_item::read_item;
use super::json_mend::mend;
use super::json_value::{self, Name, Object};
use super::links::resolve;
use super::people::MAX_PEOPLE;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Feed, FeedFormat, Item, Person, SourceId, Warning, WarningKind};
use crate::text::{clean_line, shorten};

/// The most hubs looked at.
const MAX_HUBS: usize = 20;

/// What reading needs to know of the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) base: &'a Url,
    pub(super) source: SourceId,
    pub(super) limits: &'a Limits,
}

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
    let context = Context { base, source, limits };
    let mut document = Document::new(context);
    let mut fault = document.walk(text);
    let mended;
    let mut cut = fault.as_ref().is_some_and(|cause| is_at_end(cause, text));
    if fault.is_some() && !cut {
        // What could be read before can be read again, so the first reading need not be kept beside the second.
        let before = document.items.len();
        mended = mend(text);
        document = Document::new(context);
        fault = document.walk(&mended);
        cut = fault.as_ref().is_some_and(|cause| is_at_end(cause, &mended));
        if fault.is_none() || cut || document.items.len() > before {
            document.warnings.push(Warning::new(
                WarningKind::Repaired,
                "repaired: commas, comments or signs in strings that JSON does not allow",
            ));
        }
    }
    if let Some(cause) = fault {
        let of_a_feed = document.is_feed() && (cut || !document.items.is_empty());
        if !of_a_feed {
            return Err(Error::parse("this is not valid JSON").with_source(cause));
        }
        document.warnings.push(document.breaks_off(cut, cause.line()));
    } else if !document.is_feed() {
        return Err(Error::new(Kind::NotAFeed, "this is JSON but no JSON Feed"));
    }
    Ok(document.finish(warnings))
}

/// Whether reading stopped where the document ends. serde_json says of a number or string that is cut that it is none.
fn is_at_end(cause: &serde_json::Error, text: &str) -> bool {
    let text = text.trim_end();
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let last = text.rfind('\n').map_or(text.len(), |at| text.len() - at - 1);
    cause.is_eof() || cause.line() > lines || (cause.line() == lines && cause.column() >= last)
}

/// What was read of the document so far.
struct Document<'t, 'a> {
    context: Context<'a>,
    object: Object<'t>,
    items: Vec<Item>,
    has_items: bool,
    in_items: bool,
    left_out: usize,
    no_objects: usize,
    warnings: Vec<Warning>,
}

impl<'t, 'a> Document<'t, 'a> {
    fn new(context: Context<'a>) -> Self {
        Self {
            context,
            object: Object::default(),
            items: Vec::new(),
            has_items: false,
            in_items: false,
            left_out: 0,
            no_objects: 0,
            warnings: Vec::new(),
        }
    }

    /// Reads as far as it is JSON, and says why it stopped before the end.
    fn walk(&mut self, text: &'t str) -> Option<serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        if let Err(cause) = deserializer.deserialize_map(Fields(self)) {
            return Some(cause);
        }
        if deserializer.end().is_err() {
            self.warnings.push(Warning::new(
                WarningKind::Repaired,
                "text after the document was dropped",
            ));
        }
        None
    }

    fn entry(&mut self, raw: &str) {
        if self.items.len() >= self.context.limits.max_entries {
            self.left_out += 1;
            return;
        }
        let mut own = Vec::new();
        let item = match Object::read(raw) {
            Some(entry) => Some(read_item(&entry, &self.context, &mut own)),
            None if raw.starts_with('{') => {
                Object::read(&mend(raw)).map(|entry| read_item(&entry, &self.context, &mut own))
            }
            None => None,
        };
        let Some(item) = item else {
            self.no_objects += 1;
            return;
        };
        let index = self.items.len();
        self.warnings
            .extend(own.into_iter().map(|warning| warning.in_item(index)));
        self.items.push(item);
    }

    /// A list of items, and something that says it is a feed's: the version, or else what a feed always has beside them.
    fn is_feed(&self) -> bool {
        let version = self.object.scalar("version").unwrap_or_default().to_ascii_lowercase();
        let named = ["title", "feed_url", "home_page_url"]
            .into_iter()
            .any(|name| self.object.raw(name).is_some());
        version.contains("jsonfeed.org") || (self.has_items && named)
    }

    fn breaks_off(&self, cut: bool, line: usize) -> Warning {
        let kept = self.items.len();
        let message = match (cut, self.in_items) {
            (true, true) => {
                format!(
                    "the document breaks off in or after item {}; the {kept} before it were kept",
                    kept + 1
                )
            }
            (true, false) => "the document breaks off outside its items; nothing of an item is missing".to_owned(),
            (false, _) => format!("the document is no JSON from line {line} on; the {kept} items before it were kept"),
        };
        Warning::new(WarningKind::Truncated, message)
    }

    fn finish(mut self, warnings: &mut Vec<Warning>) -> Feed {
        let mut feed = Feed::new(FeedFormat::JsonFeed);
        let (object, base) = (&self.object, self.context.base);
        let mut link = |name: &str| link(object, name, base, warnings);
        feed.link = link("home_page_url");
        feed.self_link = link("feed_url");
        feed.next_page = link("next_url");
        feed.image = link("icon");
        feed.icon = link("favicon");
        feed.title = object.line("title");
        feed.version = object.scalar("version").and_then(|version| version_of(&version));
        feed.description = object.line("description");
        feed.language = object.line("language");
        feed.expired = object.raw("expired") == Some("true");
        feed.authors = people(object, base, warnings);
        feed.hub = hub(object, base, warnings);
        feed.items = std::mem::take(&mut self.items);
        if self.left_out > 0 {
            let most = self.context.limits.max_entries;
            self.warnings.push(Warning::new(
                WarningKind::Limit,
                format!("only the first {most} entries were read"),
            ));
        }
        if self.no_objects > 0 {
            self.warnings.push(Warning::new(
                WarningKind::Other,
                format!("{} entries that are no objects were left out", self.no_objects),
            ));
        }
        warnings.append(&mut self.warnings);
        feed
    }
}

/// The document's own fields.
struct Fields<'d, 't, 'a>(&'d mut Document<'t, 'a>);

impl<'de> Visitor<'de> for Fields<'_, 'de, '_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a feed")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            match name {
                Some("items") => {
                    self.0.in_items = true;
                    map.next_value_seed(Items(&mut *self.0))?;
                    self.0.in_items = false;
                }
                Some(name) => self.0.object.insert(name, map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The list of items; anything else in its place is passed over.
struct Items<'d, 't, 'a>(&'d mut Document<'t, 'a>);

impl<'de> DeserializeSeed<'de> for Items<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of items")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        self.0.has_items = true;
        while let Some(entry) = list.next_element::<&RawValue>()? {
            self.0.entry(entry.get());
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_str<E: serde::de::Error>(self, _: &str) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> std::result::Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<(), E> {
        Ok(())
    }
}

/// `https://jsonfeed.org/version/1.1` is 1.1; a bare number is itself.
fn version_of(text: &str) -> Option<String> {
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_number = last.starts_with(|first: char| first.is_ascii_digit());
    is_number.then(|| shorten(&clean_line(last), 20))
}

/// The first hub of WebSub; one that does not say its kind is taken for one.
fn hub(object: &Object<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    let hubs = object.list("hubs", MAX_HUBS).0;
    hubs.into_iter().filter_map(Object::read).find_map(|hub| {
        let kind = hub.line("type").unwrap_or_default().to_ascii_lowercase();
        let web_sub = matches!(kind.as_str(), "" | "websub" | "pubsubhubbub");
        web_sub.then(|| link(&hub, "url", base, warnings))?
    })
}

pub(super) fn link(object: &Object<'_>, name: &str, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    resolve(&object.line(name)?, base, warnings)
}

/// `authors` of 1.1, `author` of 1.0, and names as bare strings.
pub(super) fn people(object: &Object<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let (mut listed, more) = object.list("authors", MAX_PEOPLE);
    listed.extend(object.list("author", MAX_PEOPLE).0);
    let mut people: Vec<Person> = Vec::new();
    let mut seen = HashSet::new();
    for raw in listed {
        if let Some(person) = person(raw, base, warnings)
            && people.len() < MAX_PEOPLE
            && seen.insert(person.name.clone())
        {
            people.push(person);
        }
    }
    if more {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("people beyond {MAX_PEOPLE} were left out"),
        ));
    }
    people
}

/// Somebody without a name goes by the address of their page.
fn person(raw: &str, base: &Url, warnings: &mut Vec<Warning>) -> Option<Person> {
    if let Some(name) = json_value::line(raw) {
        return Some(Person::new(name));
    }
    let object = Object::read(raw)?;
    let mut person = Person::new(object.line("name").or_else(|| object.line("url"))?);
    person.link = link(&object, "url", base, warnings);
    person.image = link(&object, "avatar", base, warnings);
    Some(person)
}

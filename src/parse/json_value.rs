//! JSON taken apart one level at a time, each field only when it is asked for.
//!
//! No tree of the document is built: an object is a list of slices of the document, for the fields that are read. So a
//! feed costs little more than its text, nesting inside fields nobody reads costs nothing, and a field that is not of
//! its type is as if it were missing.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cut::cut;
use super::json_mend::mend;
use crate::text::clean_line;

/// The fields of a feed, an item, a person, a hub and an attachment that are read.
const NAMES: [&str; 32] = [
    "attachments",
    "author",
    "authors",
    "avatar",
    "banner_image",
    "content_html",
    "content_text",
    "date_modified",
    "date_published",
    "description",
    "duration_in_seconds",
    "expired",
    "external_url",
    "favicon",
    "feed_url",
    "home_page_url",
    "hubs",
    "icon",
    "id",
    "image",
    "items",
    "language",
    "mime_type",
    "name",
    "next_url",
    "size_in_bytes",
    "summary",
    "tags",
    "title",
    "type",
    "url",
    "version",
];

/// The longest single line taken of a field: titles, names, addresses.
const LONGEST_LINE: usize = 64 << 10;

/// A field's name, when it is one that is read.
pub(super) struct Name(pub(super) Option<&'static str>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl Visitor<'_> for Names {
            type Value = Name;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a name")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(NAMES.into_iter().find(|name| *name == text)))
            }
        }
        deserializer.deserialize_str(Names)
    }
}

/// An object, as far as it is read. Of a field that stands twice, the last counts, as nearly all readers have it.
#[derive(Debug, Default)]
pub(super) struct Object<'t> {
    fields: Vec<(&'static str, &'t str)>,
}

impl<'t> Object<'t> {
    /// The object a text is; `None` when it is something else.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        text.starts_with('{').then(|| serde_json::from_str(text).ok())?
    }

    pub(super) fn insert(&mut self, name: &'static str, value: &'t str) {
        match self.fields.iter_mut().find(|(found, _)| *found == name) {
            Some(field) => field.1 = value,
            None => self.fields.push((name, value)),
        }
    }

    /// The field as it stands; `null` is none.
    pub(super) fn raw(&self, name: &str) -> Option<&'t str> {
        self.fields
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| *value)
            .filter(|value| *value != "null")
    }

    /// A string.
    pub(super) fn string(&self, name: &str) -> Option<String> {
        string(self.raw(name)?)
    }

    /// A string in one clean line.
    pub(super) fn line(&self, name: &str) -> Option<String> {
        line(self.raw(name)?)
    }

    /// The same; a number, `true` and `false` are taken as they stand.
    pub(super) fn scalar(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        if raw.starts_with(['"', '{', '[']) {
            line(raw)
        } else {
            Some(raw.to_owned())
        }
    }

    /// A positive whole number, also one with a fraction or in quotes; 0 is unknown.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let text = self.scalar(name)?;
        let whole = text.parse::<u64>().ok().or_else(|| {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
            // The cast saturates; nothing counted here comes near 2^53.
            (number >= 1.0).then_some(number as u64)
        });
        whole.filter(|number| *number > 0)
    }

    /// The first elements of a list, as they stand, and whether there were more. A lone value stands for a list of one.
    pub(super) fn list(&self, name: &str, most: usize) -> (Vec<&'t str>, bool) {
        let Some(raw) = self.raw(name) else {
            return (Vec::new(), false);
        };
        if !raw.starts_with('[') {
            return (vec![raw], false);
        }
        let mut list = List {
            found: Vec::new(),
            most,
            more: false,
        };
        // The slice was checked when it was cut out of the document.
        let mut deserializer = serde_json::Deserializer::from_str(raw);
        let _ = deserializer.deserialize_seq(&mut list);
        (list.found, list.more)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut object = Object::default();
                while let Some(Name(name)) = map.next_key()? {
                    match name {
                        Some(name) => object.insert(name, map.next_value::<&RawValue>()?.get()),
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

struct List<'t> {
    found: Vec<&'t str>,
    most: usize,
    more: bool,
}

impl<'de> Visitor<'de> for &mut List<'de> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.found.len() < self.most {
            match list.next_element::<&RawValue>()? {
                Some(value) => self.found.push(value.get()),
                None => return Ok(()),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.more = true;
        }
        Ok(())
    }
}

/// The string a slice is. Half of a surrogate pair, as cut titles end in, becomes a replacement character.
pub(super) fn string(raw: &str) -> Option<String> {
    if !raw.starts_with('"') {
        return None;
    }
    serde_json::from_str(raw)
        .or_else(|_| serde_json::from_str(&mend(raw)))
        .ok()
}

pub(super) fn line(raw: &str) -> Option<String> {
    let line = clean_line(cut(&string(raw)?, LONGEST_LINE));
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_other_types_are_missing() {
        let object = Object::read(
            r#"{"title":["a"],"title":"b","id":12345678901234567890123,"summary":null,"name":{"name":"x"},"language":"\ud83d","tags":"one","size_in_bytes":"7","duration_in_seconds":90.5,"_x":[[[]]]}"#,
        )
        .unwrap();
        assert_eq!(object.line("title").as_deref(), Some("b"));
        assert_eq!(object.scalar("id").as_deref(), Some("12345678901234567890123"));
        assert_eq!((object.raw("summary"), object.line("name")), (None, None));
        assert_eq!(object.line("language").as_deref(), Some("\u{fffd}"));
        assert_eq!(object.list("tags", 9), (vec!["\"one\""], false));
        assert_eq!(object.number("size_in_bytes"), Some(7));
        assert_eq!(object.number("duration_in_seconds"), Some(90));
    }

    #[test]
    fn nesting_costs_no_stack_and_long_lists_are_cut() {
        let deep = format!("{{\"tags\":{}1{},\"id\":7}}", "[".repeat(50_000), "]".repeat(50_000));
        let object = Object::read(&deep).unwrap();
        assert_eq!(object.scalar("id").as_deref(), Some("7"));
        assert_eq!(object.list("tags", 5).0.len(), 1);
        let object = Object::read(r#"{"tags":[1,2,3]}"#).unwrap();
        assert_eq!(object.list("tags", 2), (vec!["1", "2"], true));
    }
}

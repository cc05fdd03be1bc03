//! Character references and entities, forgivingly: what is none stays as it stands.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::text::named_entity;

/// The longest entity name of HTML is 31 characters.
const LONGEST_NAME: usize = 32;

/// Names remembered in one document. HTML has 2,231; a document that invents more gets the rest back as it wrote them.
const MAX_REMEMBERED: usize = 4096;

/// The longest text a document's own entity may stand for. Real ones are a character or a name.
const LONGEST_VALUE: usize = 1024;

/// The most entities a document may declare.
const MAX_DECLARED: usize = 256;

/// The most bytes that a document's own entities may add in all.
const MOST_ADDED: usize = 256 << 10;

/// Resolves references, remembering HTML's names: asking for one is slow, and documents repeat them.
#[derive(Debug, Default)]
pub(super) struct Entities {
    known: HashMap<String, Option<Cow<'static, str>>>,
    /// The document's own, from its document type; `None` is one that was left out, which no other meaning replaces.
    declared: HashMap<String, Option<String>>,
    /// Whether one that was left out has been asked for.
    incomplete: bool,
    /// How many bytes the document's own have added.
    added: usize,
    refused: bool,
}

impl Entities {
    /// What a reference (`amp`, `#233`, `nbsp`: without `&` and `;`) stands for; `None` when it is unknown.
    pub(super) fn resolve(&mut self, name: &str) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            "nbsp" => "\u{a0}",
            _ => {
                if let Some(value) = self.declared.get(name) {
                    let Some(value) = value else {
                        self.incomplete = true;
                        return None;
                    };
                    if self.added.saturating_add(value.len()) > MOST_ADDED {
                        self.refused = true;
                        return None;
                    }
                    self.added += value.len();
                    return Some(Cow::Owned(value.clone()));
                }
                if let Some(known) = self.known.get(name) {
                    return known.clone();
                }
                if self.known.len() >= MAX_REMEMBERED && !name.starts_with('#') {
                    return None;
                }
                let value = other(name);
                // Numbers are quick to read; long junk is not worth keeping.
                if name.len() <= LONGEST_NAME && !name.starts_with('#') {
                    self.known.insert(name.to_owned(), value.clone());
                }
                return value;
            }
        }))
    }

    /// Whether XML or the document itself knows the reference, so that it needs no repair.
    pub(super) fn knows(&self, name: &str) -> bool {
        name.starts_with('#')
            || matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
            || matches!(self.declared.get(name), Some(Some(_)))
    }

    /// Whether one of the document's own entities was refused since this was last asked, because they have added all
    /// they may.
    pub(super) fn take_refusal(&mut self) -> bool {
        std::mem::take(&mut self.refused)
    }

    /// Takes over the general entities that a document type declares by their text (`<!ENTITY name "text">`). Entities
    /// inside a text are resolved here, by those declared before it, so that nothing nests later; one that uses another
    /// that was left out is left out too. External ones and parameter entities are passed over, never fetched. Whether some
    /// were left out because of a bound.
    pub(super) fn declare(&mut self, doctype: &str) -> bool {
        let mut left_out = false;
        let mut rest = doctype;
        while let Some(at) = rest.find("<!ENTITY") {
            rest = rest.get(at + "<!ENTITY".len()..).unwrap_or_default();
            let declaration = rest.trim_ascii_start();
            let Some((name, value)) = declaration.split_once(|character: char| character.is_ascii_whitespace()) else {
                break;
            };
            if name.len() > LONGEST_NAME || self.declared.len() >= MAX_DECLARED {
                left_out = true;
                continue;
            }
            let value = value.trim_ascii_start();
            let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
                // External: it stands for something that is never read.
                if name != "%" {
                    self.declared.entry(name.to_owned()).or_insert(None);
                }
                continue;
            };
            let Some((value, after)) = value.get(1..).and_then(|value| value.split_once(quote)) else {
                break;
            };
            rest = after;
            self.incomplete = false;
            let value = (value.len() <= LONGEST_VALUE)
                .then(|| self.resolve_all(value).0.into_owned())
                .filter(|value| value.len() <= LONGEST_VALUE && !self.incomplete);
            left_out |= value.is_none();
            // XML 1.0, 4.2: the first declaration counts.
            self.declared.entry(name.to_owned()).or_insert(value);
        }
        left_out
    }

    /// A text with its references resolved, as in attribute values; the flag says whether XML would have refused it.
    pub(super) fn resolve_all<'t>(&mut self, text: &'t str) -> (Cow<'t, str>, bool) {
        if !text.contains('&') {
            return (Cow::Borrowed(text), false);
        }
        let mut resolved = String::with_capacity(text.len());
        let mut broken = false;
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            resolved.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
            let end = rest.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';');
            let name = end.and_then(|end| rest.get(..end));
            match name.and_then(|name| self.resolve(name).map(|value| (name, value))) {
                Some((name, value)) => {
                    broken |= !self.knows(name);
                    resolved.push_str(&value);
                    rest = rest.get(name.len() + 1..).unwrap_or_default();
                }
                None => {
                    broken = true;
                    resolved.push('&');
                }
            }
        }
        resolved.push_str(rest);
        (Cow::Owned(resolved), broken)
    }
}

fn other(name: &str) -> Option<Cow<'static, str>> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return None;
    }
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        let character = match code {
            // Numbers of Windows-1252 that HTML reads as the characters meant.
            0x80..=0x9f => return html_entity(name),
            9 | 10 | 13 => char::from_u32(code)?,
            0..=31 | 0xfffe | 0xffff => return Some(Cow::Borrowed("")),
            _ => char::from_u32(code).unwrap_or('\u{fffd}'),
        };
        return Some(Cow::Owned(character.to_string()));
    }
    html_entity(name)
}

/// HTML's names; control characters, which no text shows and XML refuses, stand for nothing.
fn html_entity(name: &str) -> Option<Cow<'static, str>> {
    let value = named_entity(name)?;
    if value.contains(char::is_control) {
        return Some(Cow::Owned(
            value.replace(|c: char| c.is_control() && !c.is_whitespace(), ""),
        ));
    }
    Some(value)
}

/// A text as XML character data or as an attribute's value.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn known_names_resolve_and_others_stay() {
        for (text, expected, broken) in [
            ("a &amp; b &#233;&#xE9;", "a & b éé", false),
            ("M&eacute;ni&egrave;re&nbsp;x", "Ménière\u{a0}x", true),
            ("AT&T; R&D", "AT&T; R&D", true),
            ("it&#146;s", "it’s", false),
            ("a&#0;b&#x1F;c", "abc", false),
            ("&#xD800;&#99999999999;", "\u{fffd}&#99999999999;", true),
            ("&lol9;&;&", "&lol9;&;&", true),
        ] {
            let (resolved, flag) = Entities::default().resolve_all(text);
            assert_eq!((resolved.as_ref(), flag), (expected, broken), "{text}");
        }
    }
}

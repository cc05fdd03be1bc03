//! One line of JSON for each document.

use std::io::{self, Write};

use medfeed::{Item, Warning};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::reading::{Failure, Reading};

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    ok: bool,
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_feeds: Vec<String>,
    feed: Option<Value>,
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_left_out: Option<usize>,
    warnings: Vec<Warning>,
}

/// Writes the document's line, items beyond `limit` left out and counted.
pub(crate) fn write_line(
    out: &mut dyn Write,
    file: &str,
    outcome: Result<Reading, Failure>,
    limit: Option<usize>,
) -> io::Result<()> {
    let mut line = Line {
        file,
        ok: outcome.is_ok(),
        error: None,
        error_kind: None,
        alternate_feeds: Vec::new(),
        feed: None,
        items: Vec::new(),
        items_left_out: None,
        warnings: Vec::new(),
    };
    match outcome {
        Ok(Reading { mut feed, .. }) => {
            line.items = std::mem::take(&mut feed.items);
            line.warnings = std::mem::take(&mut feed.warnings);
            let shown = limit.unwrap_or(usize::MAX);
            line.items_left_out = line.items.len().checked_sub(shown).filter(|more| *more > 0);
            line.items.truncate(shown);
            let mut feed = serde_json::to_value(&feed)?;
            if let Some(fields) = feed.as_object_mut() {
                fields.remove("items");
            }
            line.feed = Some(feed);
        }
        Err(failure) => {
            line.error = Some(failure.message);
            line.error_kind = failure.reason.code();
            line.alternate_feeds = failure.alternate_feeds;
        }
    }
    let mut text = Vec::new();
    line.serialize(&mut Serializer::with_formatter(&mut text, OneLine))?;
    text.push(b'\n');
    out.write_all(&text)
}

/// JSON in which no character acts on a terminal or ends a line for anybody: what JSON need not escape but a terminal or
/// a reader of lines may obey (DEL, C1, line and paragraph separators, changes of direction) is escaped as well.
struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| acts(*character)) {
            let (plain, tail) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            write!(writer, "\\u{:04x}", u32::from(character))?;
            rest = tail.strip_prefix(character).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

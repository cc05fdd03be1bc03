//! Text in labelled, wrapped lines.

use std::fmt::Display;

use medfeed::clean_line;
use unicode_segmentation::UnicodeSegmentation as _;

/// Columns of a label.
const LABEL: usize = 16;

/// Text that grows line by line. Everything goes through [`clean_line`]: no control character gets onto a page.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    width: usize,
    indent: usize,
}

impl Page {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            text: String::new(),
            width,
            indent: 2,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line from the left edge; what does not fit hangs under its `lead`.
    pub(crate) fn heading(&mut self, lead: &str, words: &str) {
        self.wrap(lead, words);
    }

    /// A label and its value; nothing where there is no value.
    pub(crate) fn field(&mut self, label: &str, value: impl Display) {
        let value = clean_line(&value.to_string());
        if !value.is_empty() {
            let indent = " ".repeat(self.indent);
            self.wrap(&format!("{indent}{label:LABEL$} "), &value);
        }
    }

    /// The field where it is set.
    pub(crate) fn optional(&mut self, label: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.field(label, value);
        }
    }

    /// One line for each value.
    pub(crate) fn each<V: Display>(&mut self, label: &str, values: impl IntoIterator<Item = V>) {
        for value in values {
            self.field(label, value);
        }
    }

    /// Breaks between words only: an address stays whole, and longer than the page if need be.
    fn wrap(&mut self, lead: &str, words: &str) {
        let hang = columns(lead);
        self.text.push_str(lead);
        let mut used = hang;
        for (index, word) in clean_line(words).split(' ').enumerate() {
            let width = columns(word);
            if index > 0 && used + 1 + width > self.width {
                self.text.push('\n');
                self.text.extend(std::iter::repeat_n(' ', hang));
                used = hang;
            } else if index > 0 {
                self.text.push(' ');
                used += 1;
            }
            self.text.push_str(word);
            used += width;
        }
        self.text.push('\n');
    }
}

/// How many columns a terminal gives a text, closely enough: two for East Asian characters and emoji, else one.
fn columns(text: &str) -> usize {
    let width = |grapheme: &str| match grapheme.chars().next() {
        Some('\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}') => {
            2
        }
        Some('\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}') => 2,
        _ => 1,
    };
    text.graphemes(true).map(width).sum()
}

/// What is there of `parts`, in brackets after `head`.
pub(crate) fn with_notes(head: impl Display, parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        head.to_string()
    } else {
        format!("{head} ({})", parts.join(", "))
    }
}

/// `yes` or `no`.
pub(crate) fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// The word that the model's own JSON form has for it.
pub(crate) fn code(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

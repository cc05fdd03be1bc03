//! A digest as plain text: 80 columns, no escape codes, fit for a terminal, a mail or a log.

use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use super::data::{Digest, DigestEntry, web};
use super::lines;
use crate::text::clean_line;

const COLUMNS: usize = 80;

impl Digest {
    /// The digest as plain text of 80 columns. Only addresses, each on a line of its own, may be longer.
    ///
    /// Holds no control characters but line feeds, and nothing that reorders text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut page = Page::default();
        page.paragraph("", &self.title);
        page.rule('=', &self.title);
        page.paragraph("", &lines::overview(self));
        if self.is_empty() {
            page.blank();
            page.paragraph("", lines::NOTHING);
        }
        for section in &self.sections {
            page.blank();
            page.blank();
            page.paragraph("", &section.heading);
            page.rule('-', &section.heading);
            if let Some(introduction) = lines::introduction(&section.kind) {
                page.paragraph("", introduction);
            }
            for (index, entry) in section.entries.iter().enumerate() {
                page.blank();
                page.entry(index + 1, entry);
            }
        }
        let closing = lines::closing(self);
        if !closing.is_empty() {
            page.blank();
            page.blank();
        }
        for line in closing {
            page.paragraph("", &line);
        }
        page.text
    }
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn rule(&mut self, with: char, heading: &str) {
        let width = columns(&clean_line(heading)).clamp(1, COLUMNS);
        self.text.extend(std::iter::repeat_n(with, width));
        self.text.push('\n');
    }

    fn entry(&mut self, number: usize, entry: &DigestEntry) {
        let indent = " ".repeat(4);
        self.paragraph(&format!("{number:>2}. "), &entry.title);
        let badges: Vec<String> = lines::badges(entry)
            .into_iter()
            .map(|(words, _)| format!("[{words}]"))
            .collect();
        self.paragraph(&indent, &badges.join(" "));
        for (notice, link) in lines::notices(entry) {
            self.paragraph(&format!("{indent}! "), &notice);
            self.address(&format!("{indent}  "), link);
        }
        self.paragraph(&indent, &lines::provenance(entry));
        self.paragraph(&indent, &entry.summary);
        self.address(&indent, entry.web_link());
        if let Some(listening) = &entry.listening {
            self.paragraph(&indent, &format!("Listen: {}", lines::listening(listening)));
            self.address(&indent, web(Some(&listening.audio)));
            for (name, link) in [("Transcript", &listening.transcript), ("Chapters", &listening.chapters)] {
                if let Some(link) = web(link.as_ref()) {
                    self.paragraph(&indent, &format!("{name}:"));
                    self.address(&indent, Some(link));
                }
            }
        }
        for version in &entry.versions {
            self.paragraph(&format!("{indent}Also: "), &lines::version(version));
        }
        let names: Vec<&str> = entry.identifiers.iter().map(|one| one.name.as_str()).collect();
        self.paragraph(&indent, &names.join(", "));
        for tag in lines::tags(entry) {
            self.paragraph(&indent, &format!("Tag: {tag}"));
        }
        for evidence in lines::evidence(entry) {
            self.paragraph(&indent, &evidence);
        }
        self.paragraph(&indent, &lines::why(entry));
    }

    /// An address is never broken: it would not open.
    fn address(&mut self, indent: &str, link: Option<&Url>) {
        if let Some(link) = link {
            self.text.push_str(indent);
            self.text.push_str(&clean_line(link.as_str()));
            self.text.push('\n');
        }
    }

    /// Words wrapped at 80 columns; the first line begins with `lead`, the others are indented as deep. Nothing for an
    /// empty text.
    fn paragraph(&mut self, lead: &str, text: &str) {
        let text = clean_line(text);
        if text.is_empty() {
            return;
        }
        let indent = columns(lead);
        let mut line = lead.to_owned();
        let mut used = indent;
        for word in text.split(' ') {
            let width = columns(word);
            if used > indent && used + 1 + width > COLUMNS {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
                line = " ".repeat(indent);
                used = indent;
            }
            if used > indent {
                line.push(' ');
                used += 1;
            }
            for grapheme in word.graphemes(true) {
                let width = columns(grapheme);
                if used + width > COLUMNS {
                    self.text.push_str(&line);
                    self.text.push('\n');
                    line = " ".repeat(indent);
                    used = indent;
                }
                line.push_str(grapheme);
                used += width;
            }
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

/// How many columns a terminal gives a text, closely enough: two for East Asian wide characters and emoji, none for
/// combining marks and joiners, one for the rest.
fn columns(text: &str) -> usize {
    let width = |character: char| match character {
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        character if unicode_normalization::char::is_combining_mark(character) => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    };
    text.chars().map(width).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_line_is_too_long(text in any::<String>(), lead in " {0,8}") {
            let mut page = Page::default();
            page.paragraph(&lead, &text);
            for line in page.text.lines() {
                prop_assert!(columns(line) <= COLUMNS, "{line:?}");
            }
            let words = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
            prop_assert_eq!(words(&page.text), words(&clean_line(&text)));
        }
    }

    #[test]
    fn wide_characters_count_twice() {
        let mut page = Page::default();
        page.paragraph("", &"心".repeat(50));
        assert_eq!(page.text.lines().next().unwrap().chars().count(), 40);
    }
}

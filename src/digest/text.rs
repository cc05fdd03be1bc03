//! Plain text in 80 columns, for a terminal or a mail. No escape codes; all words were cleaned before.

use std::fmt::Write as _;

use super::data::{Digest, DigestEntry, web};
use super::words;

const WIDTH: usize = 80;

impl Digest {
    /// The digest as plain text of 80 columns (links stand on lines of their own and may be longer).
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        wrap(&mut out, "", &self.title);
        let _ = writeln!(out, "{}", "=".repeat(self.title.chars().count().clamp(3, WIDTH)));
        wrap(&mut out, "", &self.generated);
        if self.is_empty() {
            let _ = writeln!(out, "\n{}", words::NOTHING);
        } else {
            wrap(&mut out, "", &words::overview(self));
        }
        for section in &self.sections {
            let _ = writeln!(
                out,
                "\n{}\n{}",
                section.heading,
                "-".repeat(section.heading.chars().count().clamp(3, WIDTH))
            );
            for entry in &section.entries {
                out.push('\n');
                write_entry(&mut out, entry);
            }
        }
        if !self.left_out.is_empty() {
            out.push('\n');
            wrap(&mut out, "", &words::left_out(&self.left_out));
        }
        out
    }
}

fn write_entry(out: &mut String, entry: &DigestEntry) {
    hang(out, "* ", "  ", &entry.title);
    for notice in &entry.notices {
        hang(
            out,
            "  ! ",
            "    ",
            &format!(
                "{} on {}: {} ({})",
                notice.label, notice.date, notice.title, notice.reason
            ),
        );
        if let Some(link) = web(notice.link.as_ref()) {
            let _ = writeln!(out, "    {link}");
        }
    }
    wrap(out, "  ", &words::origin(entry));
    if !entry.summary.is_empty() {
        wrap(out, "  ", &entry.summary);
    }
    if let Some(listening) = &entry.listening {
        wrap(out, "  ", &format!("Listen: {}", words::listening(listening)));
        if let Some(audio) = web(Some(&listening.audio)) {
            let _ = writeln!(out, "    {audio}");
        }
        if let Some(transcript) = web(listening.transcript.as_ref()) {
            let _ = writeln!(out, "    transcript: {transcript}");
        }
    }
    for tag in words::tags(entry) {
        hang(out, "  # ", "    ", &tag);
    }
    for signal in words::signals(entry) {
        hang(out, "  ! ", "    ", &signal);
    }
    for version in &entry.versions {
        let reason = if version.reason.is_empty() {
            String::new()
        } else {
            format!(" ({})", version.reason)
        };
        hang(
            out,
            "  + ",
            "    ",
            &format!("{}, {}: {}{reason}", version.source, version.date, version.title),
        );
    }
    hang(out, "  rank ", "    ", &words::rank(entry));
    if let Some(link) = entry.web_link() {
        let _ = writeln!(out, "  {link}");
    }
    if !entry.identifiers.is_empty() {
        let names: Vec<&str> = entry
            .identifiers
            .iter()
            .map(|identifier| identifier.name.as_str())
            .collect();
        hang(out, "  ", "  ", &names.join(", "));
    }
}

fn wrap(out: &mut String, indent: &str, text: &str) {
    hang(out, indent, indent, text);
}

/// Words in lines of at most [`WIDTH`] characters; a longer word stands alone.
fn hang(out: &mut String, first: &str, rest: &str, text: &str) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column == 0 {
            out.push_str(first);
            column = first.chars().count();
        } else if column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(rest);
            column = rest.chars().count();
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    if column > 0 {
        out.push('\n');
    }
}

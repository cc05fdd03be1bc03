//! A digest as Markdown (CommonMark): titles and summaries are escaped, so that they can be nothing but text.

use url::Url;

use super::data::{Digest, DigestEntry, web};
use super::lines;
use crate::text::clean_line;

impl Digest {
    /// The digest as Markdown. No text of a feed can become a link, an image, HTML, a heading or a list.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = format!("# {}\n\n{}\n", escape(&self.title), escape(&lines::overview(self)));
        if self.is_empty() {
            out.push_str(&format!("\n{}\n", escape(lines::NOTHING)));
        }
        for section in &self.sections {
            out.push_str(&format!("\n## {}\n", escape(&section.heading)));
            if let Some(introduction) = lines::introduction(&section.kind) {
                out.push_str(&format!("\n{}\n", escape(introduction)));
            }
            for entry in &section.entries {
                out.push_str(&self::entry(entry));
            }
        }
        let closing = lines::closing(self);
        if !closing.is_empty() {
            out.push_str("\n---\n");
        }
        for line in closing {
            out.push_str(&format!("\n{}\n", escape(&line)));
        }
        out
    }
}

fn entry(entry: &DigestEntry) -> String {
    let mut out = format!("\n### {}\n\n", link(&entry.title, entry.web_link()));
    let badges: Vec<String> = lines::badges(entry)
        .iter()
        .map(|(words, _)| format!("**{}**", escape(words)))
        .collect();
    if !badges.is_empty() {
        out.push_str(&format!("{}\n\n", badges.join(" · ")));
    }
    for (notice, page) in lines::notices(entry) {
        out.push_str(&format!("> ⚠ **{}**\n\n", link(&notice, page)));
    }
    out.push_str(&format!("{}\n", escape(&lines::provenance(entry))));
    if !entry.summary.is_empty() {
        out.push_str(&format!("\n{}\n", escape(&entry.summary)));
    }
    out.push('\n');
    if let Some(listening) = &entry.listening {
        let mut line = vec![
            link("Listen", web(Some(&listening.audio))),
            escape(&lines::listening(listening)),
        ];
        line.extend(
            listening
                .transcript
                .as_ref()
                .map(|page| link("Transcript", web(Some(page)))),
        );
        line.extend(
            listening
                .chapters
                .as_ref()
                .map(|page| link("Chapters", web(Some(page)))),
        );
        out.push_str(&format!("- {}\n", line.join(" · ")));
    }
    for version in &entry.versions {
        let line = link(&lines::version(version), web(version.link.as_ref()));
        out.push_str(&format!("- Also: {line}\n"));
    }
    let names: Vec<String> = entry
        .identifiers
        .iter()
        .map(|one| link(&one.name, web(one.link.as_ref())))
        .collect();
    if !names.is_empty() {
        out.push_str(&format!("- {}\n", names.join(", ")));
    }
    for tag in lines::tags(entry) {
        out.push_str(&format!("- Tag: {}\n", escape(&tag)));
    }
    for evidence in lines::evidence(entry) {
        out.push_str(&format!("- {}\n", escape(&evidence)));
    }
    let why = lines::why(entry);
    if !why.is_empty() {
        out.push_str(&format!("- {}\n", escape(&why)));
    }
    out
}

fn link(words: &str, to: Option<&Url>) -> String {
    match to {
        Some(to) => format!("[{}](<{}>)", escape(words), destination(to)),
        None => escape(words),
    }
}

/// An address between `<` and `>`: nothing in it may end it, escape its end, or be read as an entity.
fn destination(link: &Url) -> String {
    let mut out = String::new();
    for character in clean_line(link.as_str()).chars() {
        match character {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '[' => out.push_str("%5B"),
            ']' => out.push_str("%5D"),
            ' ' => out.push_str("%20"),
            // "&copy;" would be read as an entity; a ";" before any "&" is a path parameter and stays.
            ';' if out.contains('&') => out.push_str("%3B"),
            other => out.push(other),
        }
    }
    out
}

/// Text that can be nothing but text: what marks up anywhere is escaped everywhere, what marks up at the start of a
/// line is escaped there, and addresses do not link themselves.
fn escape(text: &str) -> String {
    let text = clean_line(text);
    let mut out = String::with_capacity(text.len() + 8);
    let marker = text
        .find(|character: char| !character.is_ascii_digit())
        .filter(|at| *at > 0);
    for (at, character) in text.char_indices() {
        let always = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '$' | '@'
        );
        let leading = at == 0 && matches!(character, '-' | '+' | '=' | ':' | '!');
        let numbered = Some(at) == marker && matches!(character, '.' | ')');
        let rest = text.get(at..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        let linked = rest.starts_with("://") || (character == '.' && ends_with_www(before));
        if always || leading || numbered || linked {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|start| text.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn text_stays_text() {
        for (text, escaped) in [
            ("a](javascript:alert(1))", r"a\](javascript:alert(1))"),
            ("<script>&lt;", r"\<script\>\&lt;"),
            ("- item", r"\- item"),
            ("12. item", r"12\. item"),
            ("p. 12.5", "p. 12.5"),
            ("H. pylori (n = 5)", "H. pylori (n = 5)"),
            ("see www.example.org", r"see www\.example.org"),
            ("http://example.org", r"http\://example.org"),
            ("a\r\n# b", r"a \# b"),
            ("back\\slash", r"back\\slash"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn addresses_cannot_break_out() {
        let url: Url = "https://example.org/a)b?q=\\&copy;>(x)".parse().unwrap();
        let shown = link("t", Some(&url));
        assert_eq!(shown, "[t](<https://example.org/a%29b?q=%5C&copy%3B%3E%28x%29>)");
    }
}

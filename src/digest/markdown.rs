//! Markdown (CommonMark). Everything a feed can write is escaped, so that a title can make neither a link nor HTML.

use std::fmt::Write as _;

use url::Url;

use super::data::{Digest, DigestEntry, web};
use super::words;

impl Digest {
    /// The digest as `CommonMark`.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = format!("# {}\n\n{}  \n", escape(&self.title), escape(&self.generated));
        let overview = if self.is_empty() {
            words::NOTHING.to_owned()
        } else {
            words::overview(self)
        };
        let _ = writeln!(out, "{}", escape(&overview));
        for section in &self.sections {
            let _ = writeln!(out, "\n## {}", escape(&section.heading));
            for entry in &section.entries {
                write_entry(&mut out, entry);
            }
        }
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "\n{}", escape(&words::left_out(&self.left_out)));
        }
        out
    }
}

fn write_entry(out: &mut String, entry: &DigestEntry) {
    let _ = writeln!(out, "\n### {}\n", link(&entry.title, entry.web_link()));
    for notice in &entry.notices {
        let title = link(&notice.title, web(notice.link.as_ref()));
        let _ = writeln!(
            out,
            "> **{} on {}:** {title} ({})\n",
            escape(&notice.label),
            escape(&notice.date),
            escape(&notice.reason)
        );
    }
    let _ = writeln!(out, "*{}*", escape(&words::origin(entry)));
    if !entry.summary.is_empty() {
        let _ = writeln!(out, "\n{}", escape(&entry.summary));
    }
    out.push('\n');
    if let Some(listening) = &entry.listening {
        let audio = link(
            &format!("Listen, {}", words::listening(listening)),
            web(Some(&listening.audio)),
        );
        let transcript = web(listening.transcript.as_ref())
            .map(|url| format!(", {}", link("transcript", Some(url))))
            .unwrap_or_default();
        let _ = writeln!(out, "- {audio}{transcript}");
    }
    for line in words::tags(entry).iter().chain(&words::signals(entry)) {
        let _ = writeln!(out, "- {}", escape(line));
    }
    for version in &entry.versions {
        let reason = if version.reason.is_empty() {
            String::new()
        } else {
            format!(" ({})", escape(&version.reason))
        };
        let title = link(&version.title, web(version.link.as_ref()));
        let _ = writeln!(
            out,
            "- Also: {}, {}: {title}{reason}",
            escape(&version.source),
            escape(&version.date)
        );
    }
    let _ = writeln!(out, "- Rank: {}", escape(&words::rank(entry)));
    if !entry.identifiers.is_empty() {
        let names: Vec<String> = entry
            .identifiers
            .iter()
            .map(|id| link(&id.name, web(id.link.as_ref())))
            .collect();
        let _ = writeln!(out, "- {}", names.join(", "));
    }
}

fn link(text: &str, url: Option<&Url>) -> String {
    let text = escape(if text.is_empty() { "(untitled)" } else { text });
    match url {
        Some(url) => format!(
            "[{text}](<{}>)",
            url.as_str()
                .replace('<', "%3C")
                .replace('>', "%3E")
                .replace('\\', "%5C")
        ),
        None => text,
    }
}

/// Every character that means something in `CommonMark` or HTML gets a backslash; a line break becomes a space.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '#' | '!' | '|' | '~' | '&'
            | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // Only at the start of a line do these make lists and headings.
            '+' | '-' | '=' if escaped.is_empty() => {
                escaped.push('\\');
                escaped.push(character);
            }
            '.' if !escaped.is_empty() && escaped.bytes().all(|byte| byte.is_ascii_digit()) => escaped.push_str("\\."),
            '\n' | '\r' => escaped.push(' '),
            // Autolinks of bare addresses are an extension many renderers have on.
            ':' if escaped.ends_with("http") || escaped.ends_with("https") => escaped.push_str("\\:"),
            other => escaped.push(other),
        }
    }
    escaped
}

//! One self-contained HTML page: no script, no request but for sound that the reader starts, light and dark, narrow and
//! wide, on paper too. All text is escaped here; only http(s) links are written.

use std::fmt::Write as _;

use url::Url;

use super::data::{Digest, DigestEntry, DigestSection, SectionKind, web};
use super::words;

const STYLE: &str = include_str!("digest.css");

impl Digest {
    /// The digest as one HTML page.
    ///
    /// Its own content-security policy allows its style and the sound files, nothing else.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = escape(&self.title);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; media-src https: http:\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<p>{}</p>\n",
            escape(&self.generated)
        );
        let overview = if self.is_empty() {
            words::NOTHING.to_owned()
        } else {
            words::overview(self)
        };
        let _ = writeln!(out, "<p>{}</p>\n</header>\n<main>", escape(&overview));
        for (number, section) in self.sections.iter().enumerate() {
            write_section(&mut out, number, section);
        }
        out.push_str("</main>\n<footer>\n");
        if !self.left_out.is_empty() {
            let _ = writeln!(out, "<p>{}</p>", escape(&words::left_out(&self.left_out)));
        }
        out.push_str("<p>What publishers say, filed and counted by medfeed. Not medical advice.</p>\n</footer>\n</body>\n</html>\n");
        out
    }
}

fn write_section(out: &mut String, number: usize, section: &DigestSection) {
    let class = if section.kind == SectionKind::Safety {
        " class=\"safety\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<section{class} aria-labelledby=\"section-{number}\">\n<h2 id=\"section-{number}\">{}</h2>",
        escape(&section.heading)
    );
    for entry in &section.entries {
        write_entry(out, entry);
    }
    out.push_str("</section>\n");
}

fn write_entry(out: &mut String, entry: &DigestEntry) {
    let language = entry
        .language
        .as_deref()
        .filter(|tag| tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let lang = language.map(|tag| format!(" lang=\"{tag}\"")).unwrap_or_default();
    let _ = writeln!(
        out,
        "<article>\n<h3{lang}>{}</h3>",
        link(&entry.title, entry.web_link())
    );
    for notice in &entry.notices {
        let _ = writeln!(
            out,
            "<p class=\"notice\"><strong>{} on {}:</strong> {} <span class=\"reason\">({})</span></p>",
            escape(&notice.label),
            escape(&notice.date),
            link(&notice.title, web(notice.link.as_ref())),
            escape(&notice.reason)
        );
    }
    let _ = writeln!(out, "<p class=\"origin\">{}</p>", escape(&words::origin(entry)));
    if !entry.summary.is_empty() {
        let _ = writeln!(out, "<p{lang}>{}</p>", escape(&entry.summary));
    }
    if let Some(listening) = &entry.listening {
        let _ = write!(
            out,
            "<p class=\"listen\">Listen: {}",
            escape(&words::listening(listening))
        );
        if let Some(transcript) = web(listening.transcript.as_ref()) {
            let _ = write!(out, " · {}", link("transcript", Some(transcript)));
        }
        out.push_str("</p>\n");
        if let Some(audio) = web(Some(&listening.audio)) {
            let _ = writeln!(
                out,
                "<audio controls preload=\"none\" src=\"{}\" aria-label=\"{}\"></audio>",
                escape(audio.as_str()),
                escape(&entry.title)
            );
        }
    }
    out.push_str("<ul class=\"why\">\n");
    for tag in words::tags(entry) {
        let _ = writeln!(out, "<li class=\"tag\">{}</li>", escape(&tag));
    }
    for signal in words::signals(entry) {
        let _ = writeln!(out, "<li class=\"signal\">{}</li>", escape(&signal));
    }
    let _ = writeln!(out, "<li>Rank {}</li>", escape(&words::rank(entry)));
    if !entry.identifiers.is_empty() {
        let names: Vec<String> = entry
            .identifiers
            .iter()
            .map(|id| link(&id.name, web(id.link.as_ref())))
            .collect();
        let _ = writeln!(out, "<li>{}</li>", names.join(", "));
    }
    out.push_str("</ul>\n");
    if !entry.versions.is_empty() {
        let _ = writeln!(
            out,
            "<details>\n<summary>Also reported: {}</summary>\n<ul>",
            entry.versions.len()
        );
        for version in &entry.versions {
            let reason = if version.reason.is_empty() {
                String::new()
            } else {
                format!(" <span class=\"reason\">({})</span>", escape(&version.reason))
            };
            let title = link(&version.title, web(version.link.as_ref()));
            let _ = writeln!(
                out,
                "<li>{}, {}: {title}{reason}</li>",
                escape(&version.source),
                escape(&version.date)
            );
        }
        out.push_str("</ul>\n</details>\n");
    }
    out.push_str("</article>\n");
}

fn link(text: &str, url: Option<&Url>) -> String {
    let text = escape(if text.is_empty() { "(untitled)" } else { text });
    match url {
        Some(url) => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\">{text}</a>",
            escape(url.as_str())
        ),
        None => text,
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

//! A digest as one HTML page that needs nothing else: to read on a telephone, to print, to attach to a mail.
//!
//! The page holds no script, loads nothing but the sound files one presses play on, and says so in its content security
//! policy, which names the style sheet by its hash. Every text is escaped; links are http(s) only, without referrer.

use sha2::{Digest as _, Sha256};
use url::Url;

use super::data::{Digest, DigestEntry, DigestSection, EntryListening, web};
use super::lines;
use crate::text::clean_line;

const STYLE: &str = include_str!("style.css");

impl Digest {
    /// The digest as one self-contained, accessible HTML page: landmarks, headings in order, light and dark, narrow
    /// screens, print.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = escape(&self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; \
             media-src https: http:; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
             <p class=\"quiet\">{}</p>\n",
            base64(&Sha256::digest(STYLE.as_bytes())),
            escape(&lines::overview(self)),
        );
        if self.sections.len() > 1 {
            out.push_str("<nav aria-label=\"Sections\">\n<ul>\n");
            for (number, section) in self.sections.iter().enumerate() {
                out.push_str(&format!(
                    "<li><a href=\"#section-{}\">{}</a> ({})</li>\n",
                    number + 1,
                    escape(&section.heading),
                    section.entries.len()
                ));
            }
            out.push_str("</ul>\n</nav>\n");
        }
        out.push_str("</header>\n<main>\n");
        if self.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", escape(lines::NOTHING)));
        }
        for (number, section) in self.sections.iter().enumerate() {
            out.push_str(&self::section(number + 1, section));
        }
        out.push_str("</main>\n");
        let closing = lines::closing(self);
        if !closing.is_empty() {
            out.push_str("<footer>\n");
            for line in closing {
                out.push_str(&format!("<p>{}</p>\n", escape(&line)));
            }
            out.push_str("</footer>\n");
        }
        out.push_str("</body>\n</html>\n");
        out
    }
}

fn section(number: usize, section: &DigestSection) -> String {
    let heading = escape(&section.heading);
    let mut out = format!(
        "<section aria-labelledby=\"section-{number}\">\n<h2 id=\"section-{number}\" tabindex=\"-1\">{heading}</h2>\n"
    );
    if let Some(introduction) = lines::introduction(&section.kind) {
        out.push_str(&format!("<p class=\"quiet\">{}</p>\n", escape(introduction)));
    }
    for entry in &section.entries {
        out.push_str(&self::entry(entry));
    }
    out.push_str("</section>\n");
    out
}

fn entry(entry: &DigestEntry) -> String {
    let language = language(entry.language.as_deref());
    let mut out = format!(
        "<article id=\"story-{}\">\n<h3{language} dir=\"auto\">{}</h3>\n",
        entry.story,
        link(&entry.title, entry.web_link())
    );
    let badges = lines::badges(entry);
    if !badges.is_empty() {
        out.push_str("<ul class=\"badges\" aria-label=\"Kind\">\n");
        for (words, warns) in badges {
            let class = if warns { " class=\"warn\"" } else { "" };
            out.push_str(&format!("<li{class}>{}</li>\n", escape(&words)));
        }
        out.push_str("</ul>\n");
    }
    for (notice, page) in lines::notices(entry) {
        out.push_str(&format!("<p class=\"notice\">{}</p>\n", link(&notice, page)));
    }
    out.push_str(&format!(
        "<p class=\"quiet\">{}</p>\n",
        escape(&lines::provenance(entry))
    ));
    if !entry.summary.is_empty() {
        out.push_str(&format!("<p{language} dir=\"auto\">{}</p>\n", escape(&entry.summary)));
    }
    if let Some(listening) = &entry.listening {
        out.push_str(&self::listening(listening, &entry.title));
    }
    let names: Vec<String> = entry
        .identifiers
        .iter()
        .map(|one| link(&one.name, web(one.link.as_ref())))
        .collect();
    if !names.is_empty() {
        out.push_str(&format!("<p class=\"quiet\">{}</p>\n", names.join(", ")));
    }
    out.push_str(&details(entry));
    out.push_str("</article>\n");
    out
}

fn listening(listening: &EntryListening, title: &str) -> String {
    let mut out = String::new();
    let mut line = vec![escape(&lines::listening(listening))];
    if let Some(audio) = web(Some(&listening.audio)) {
        out.push_str(&format!(
            "<audio controls preload=\"none\" src=\"{}\" aria-label=\"{}\"></audio>\n",
            escape(audio.as_str()),
            escape(&format!("Listen to {title}"))
        ));
        line.push(link("Sound file", Some(audio)));
    }
    for (name, page) in [("Transcript", &listening.transcript), ("Chapters", &listening.chapters)] {
        if let Some(page) = web(page.as_ref()) {
            line.push(link(name, Some(page)));
        }
    }
    out.push_str(&format!("<p class=\"quiet\">{}</p>\n", line.join(" · ")));
    out
}

/// Why it was chosen, its tags, and where else it appeared: folded away, one press from every claim.
fn details(entry: &DigestEntry) -> String {
    let mut out = String::new();
    if !entry.versions.is_empty() {
        let count = super::wording::counted(entry.versions.len(), "other report", "other reports");
        out.push_str(&format!(
            "<details>\n<summary>Also at: {}</summary>\n<ul>\n",
            escape(&count)
        ));
        for version in &entry.versions {
            let line = link(&lines::version(version), web(version.link.as_ref()));
            out.push_str(&format!("<li dir=\"auto\">{line}</li>\n"));
        }
        out.push_str("</ul>\n</details>\n");
    }
    let why = entry
        .why
        .iter()
        .map(|part| format!("{} ({:+})", part.words, part.points));
    let tags = lines::tags(entry).into_iter().map(|tag| format!("Tag: {tag}"));
    let reasons: Vec<String> = why.chain(tags).chain(lines::evidence(entry)).collect();
    if !reasons.is_empty() {
        out.push_str(&format!(
            "<details>\n<summary>Why this story ({} points)</summary>\n<ul>\n",
            entry.score
        ));
        for reason in reasons {
            out.push_str(&format!("<li>{}</li>\n", escape(&reason)));
        }
        out.push_str("</ul>\n</details>\n");
    }
    out
}

fn link(words: &str, to: Option<&Url>) -> String {
    match to {
        Some(to) => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>",
            escape(to.as_str()),
            escape(words)
        ),
        None => escape(words),
    }
}

/// ` lang="de"`, where the tag is one: letters, digits and hyphens.
fn language(tag: Option<&str>) -> String {
    let fits = |tag: &&str| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    tag.filter(fits)
        .map(|tag| format!(" lang=\"{tag}\""))
        .unwrap_or_default()
}

/// Text for an element or a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in clean_line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Base64 (RFC 4648, section 4) of a hash.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0u32, |group, at| {
            group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let index = (group >> (18 - 6 * at) & 63) as usize;
            let letter = ALPHABET.get(index).copied().unwrap_or(b'=');
            out.push(if at > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn base64_as_in_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfb]), "//77");
    }

    #[test]
    fn odd_languages_are_dropped() {
        assert_eq!(language(Some("pt-BR")), " lang=\"pt-BR\"");
        for odd in ["\"onload=x", "", "e", "en us"] {
            assert_eq!(language(Some(odd)), "");
        }
    }
}

//! A digest as RSS 2.0, for any feed reader. The only file here that names the `rss` crate.

use rss::{Category, Channel, Enclosure, Guid};

use super::data::{Digest, DigestEntry, web};
use super::lines;
use crate::text::clean_line;

impl Digest {
    /// The digest as RSS 2.0: one item a story, in the digest's order, its guid the story's id, so that a reader shows
    /// a story once however often the digest is made.
    ///
    /// The description is HTML in its escaped form. The channel's link is that of the options, else that of the first
    /// story. An enclosure of unknown size has length 0, as RSS demands a number.
    #[must_use]
    pub fn to_rss(&self) -> String {
        let items: Vec<rss::Item> = self
            .sections
            .iter()
            .flat_map(|section| section.entries.iter().map(|entry| item(entry, &section.heading)))
            .collect();
        let link = web(self.link.as_ref()).or_else(|| self.entries().find_map(DigestEntry::web_link));
        let description = if self.is_empty() {
            lines::NOTHING.to_owned()
        } else {
            lines::overview(self)
        };
        let channel = Channel {
            title: xml_text(&self.title),
            link: link.map(ToString::to_string).unwrap_or_default(),
            description: xml_text(&description),
            language: Some("en".to_owned()),
            last_build_date: date(self.generated_at),
            generator: Some("medfeed".to_owned()),
            items,
            ..Channel::default()
        };
        channel.to_string()
    }
}

fn item(entry: &DigestEntry, heading: &str) -> rss::Item {
    let mut categories = vec![heading.to_owned()];
    for tag in &entry.tags {
        if !categories.contains(&tag.label) {
            categories.push(tag.label.clone());
        }
    }
    let category = |name: &String| Category {
        name: xml_text(name),
        domain: None,
    };
    let enclosure = entry.listening.as_ref().and_then(|listening| {
        let audio = web(Some(&listening.audio))?;
        Some(Enclosure {
            url: audio.to_string(),
            length: "0".to_owned(),
            mime_type: xml_text(listening.mime_type.as_deref().unwrap_or("audio/mpeg")),
        })
    });
    rss::Item {
        title: Some(xml_text(&entry.title)),
        link: entry.web_link().map(ToString::to_string),
        description: Some(description(entry)),
        categories: categories.iter().map(category).collect(),
        guid: Some(Guid {
            value: entry.story.to_string(),
            permalink: false,
        }),
        pub_date: entry.date.at.and_then(date),
        enclosure,
        ..rss::Item::default()
    }
}

/// Warnings, provenance, summary and reasons as small HTML; the `rss` crate escapes it once more for XML.
fn description(entry: &DigestEntry) -> String {
    let escape = |text: &str| super::html::escape(&xml_text(text));
    let mut out = String::new();
    let badges: Vec<String> = lines::badges(entry).iter().map(|(words, _)| escape(words)).collect();
    if !badges.is_empty() {
        out.push_str(&format!("<p><strong>{}</strong></p>", badges.join(" · ")));
    }
    for (notice, page) in lines::notices(entry) {
        let words = escape(&notice);
        match page {
            Some(page) => out.push_str(&format!(
                "<p><strong><a href=\"{}\">{words}</a></strong></p>",
                escape(page.as_str())
            )),
            None => out.push_str(&format!("<p><strong>{words}</strong></p>")),
        }
    }
    out.push_str(&format!("<p>{}</p>", escape(&lines::provenance(entry))));
    if !entry.summary.is_empty() {
        out.push_str(&format!("<p>{}</p>", escape(&entry.summary)));
    }
    if let Some(listening) = &entry.listening {
        out.push_str(&format!("<p>{}</p>", escape(&lines::listening(listening))));
    }
    let why = lines::why(entry);
    if !why.is_empty() {
        out.push_str(&format!("<p>{}</p>", escape(&why)));
    }
    out
}

/// A line with nothing that XML 1.0 cannot hold: besides control characters, the two non-characters U+FFFE and U+FFFF.
fn xml_text(text: &str) -> String {
    clean_line(text)
        .chars()
        .filter(|character| !matches!(character, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

/// A date as RSS wants it (RFC 822 with a four-digit year), in GMT; `None` for one outside its years.
fn date(at: jiff::Timestamp) -> Option<String> {
    jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&at)
        .ok()
}

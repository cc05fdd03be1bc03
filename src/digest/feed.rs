//! RSS 2.0 out, so that a digest can itself be followed. The only file that names the `rss` crate here.

use jiff::tz::TimeZone;

use super::data::{Digest, DigestEntry, web};
use super::words;

impl Digest {
    /// The digest as RSS 2.0: an item a story, its id as guid.
    #[must_use]
    pub fn to_rss(&self) -> String {
        let link = web(self.link.as_ref()).map_or_else(|| "https://example.org/".to_owned(), ToString::to_string);
        let mut channel = rss::Channel::default();
        channel.set_title(self.title.clone());
        channel.set_link(link);
        channel.set_description(if self.is_empty() {
            words::NOTHING.to_owned()
        } else {
            words::overview(self)
        });
        channel.set_pub_date(rfc_2822(self.generated_at));
        channel.set_generator(format!("medfeed {}", env!("CARGO_PKG_VERSION")));
        channel.set_items(self.entries().map(item).collect::<Vec<_>>());
        channel.to_string()
    }
}

fn item(entry: &DigestEntry) -> rss::Item {
    let mut lines: Vec<String> = entry
        .notices
        .iter()
        .map(|notice| format!("{} on {}: {}", notice.label, notice.date, notice.title))
        .collect();
    lines.extend([words::origin(entry), entry.summary.clone()]);
    lines.extend(words::signals(entry));
    lines.extend(words::tags(entry));
    lines.retain(|line| !line.is_empty());
    // A description is HTML by custom: the text is escaped once here, and the crate escapes for XML.
    let description = lines
        .iter()
        .map(|line| format!("<p>{}</p>", html(line)))
        .collect::<String>();
    let enclosure = entry.listening.as_ref().and_then(|listening| {
        let mut enclosure = rss::Enclosure::default();
        enclosure.set_url(web(Some(&listening.audio))?.to_string());
        enclosure.set_mime_type(listening.mime_type.clone().unwrap_or_else(|| "audio/mpeg".to_owned()));
        // Required by RSS 2.0; 0 is the custom where the size is not known.
        enclosure.set_length("0");
        Some(enclosure)
    });
    let categories: Vec<rss::Category> = entry
        .tags
        .iter()
        .map(|tag| rss::Category {
            name: tag.specialty.code().to_owned(),
            domain: None,
        })
        .collect();
    let mut item = rss::Item::default();
    item.set_title(entry.title.clone());
    item.set_link(entry.web_link().map(ToString::to_string));
    item.set_description(description);
    item.set_guid(rss::Guid {
        value: entry.story.to_string(),
        permalink: false,
    });
    item.set_pub_date(entry.date.at.map(rfc_2822));
    item.set_categories(categories);
    item.set_enclosure(enclosure);
    item
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn rfc_2822(at: jiff::Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

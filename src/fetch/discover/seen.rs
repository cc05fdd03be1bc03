//! A feed that was read, brought down to what tells a reader which one it is, and two of them from each other.

use url::Url;

use super::lead::{is_comments_title, without_scheme};
use crate::fetch::FetchResponse;
use crate::ident::canonical_link;
use crate::model::{Feed, FeedDate, FeedFormat, Item, SourceKind, stable_hash};
use crate::text::{fold_title, shorten};

/// Items compared when two feeds may be one under two names.
const COMPARED: usize = 50;

/// Characters of each title compared.
const COMPARED_CHARACTERS: usize = 200;

/// What is kept of a feed that was read.
#[derive(Debug)]
pub(super) struct Seen {
    /// Where to poll it: where it was asked, or where it has moved for good.
    pub url: Url,
    /// Where its bytes came from.
    pub came_from: Url,
    pub format: FeedFormat,
    pub title: Option<String>,
    pub language: Option<String>,
    pub publisher: Option<String>,
    pub homepage: Option<Url>,
    pub kind: SourceKind,
    pub items: usize,
    pub latest: Option<FeedDate>,
    pub is_comments: bool,
    likeness: String,
    body: (u64, usize),
}

impl Seen {
    /// `asked` is where the request went.
    pub(super) fn new(feed: &Feed, asked: Url, answer: &FetchResponse) -> Self {
        Self {
            url: answer.permanent_target().cloned().unwrap_or(asked),
            came_from: answer.final_url.clone(),
            format: feed.format,
            title: feed.title.clone().filter(|title| !title.is_empty()),
            language: feed.language.clone(),
            publisher: feed.publisher.as_ref().map(|publisher| publisher.name.clone()),
            homepage: feed.link.clone(),
            kind: kind_of(feed, &answer.final_url),
            items: feed.items.len(),
            latest: feed
                .items
                .iter()
                .filter_map(|item| item.published.or(item.updated))
                .max_by_key(|date| date.at),
            is_comments: feed.title.as_deref().is_some_and(is_comments_title),
            likeness: likeness(feed),
            body: (stable_hash(&answer.body), answer.body.len()),
        }
    }

    /// Whether both are one feed under two names: the same address to poll or final address (http or https), the same
    /// bytes, or the same title over the same items (first 50: link, title, files), such as one list as RSS and as Atom.
    /// Two feeds without items are only compared by address and bytes; two sound files of one episode make two feeds.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        without_scheme(&self.url) == without_scheme(&other.url)
            || without_scheme(&self.came_from) == without_scheme(&other.came_from)
            || self.body == other.body
            || (!self.likeness.is_empty() && self.likeness == other.likeness)
    }
}

/// A line for the feed's title and one for each item compared; empty without items.
fn likeness(feed: &Feed) -> String {
    if feed.items.is_empty() {
        return String::new();
    }
    let mut lines = folded(feed.title.as_deref().unwrap_or_default());
    for item in feed.items.iter().take(COMPARED) {
        lines.push('\n');
        if let Some(link) = &item.link {
            lines.push_str(canonical_link(link).as_str());
        }
        lines.push(' ');
        lines.push_str(&folded(if item.title.is_empty() {
            &item.summary
        } else {
            &item.title
        }));
        for media in item.media.iter().take(2) {
            lines.push(' ');
            lines.push_str(media.url.path());
        }
    }
    lines
}

fn folded(text: &str) -> String {
    fold_title(&shorten(text, COMPARED_CHARACTERS))
}

/// What kind of source it looks like; news where nothing speaks for another. A podcast: at least half of the items have
/// sound, or the feed has iTunes' or the podcast namespace's elements and any item has. A preprint server: by its host.
/// A journal: at least half of the items name the journal they appeared in, or an article in its volume.
fn kind_of(feed: &Feed, address: &Url) -> SourceKind {
    let count = |has: fn(&Item) -> bool| feed.items.iter().filter(|item| has(item)).count();
    let half = feed.items.len().div_ceil(2).max(1);
    let with_sound = count(|item| item.audio().is_some());
    if with_sound >= half || (feed.podcast.is_some() && with_sound > 0) {
        return SourceKind::Podcast;
    }
    let host = address.host_str().unwrap_or_default();
    if ["medrxiv.org", "biorxiv.org"].iter().any(|server| {
        host.strip_suffix(server)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }) {
        return SourceKind::Preprint;
    }
    let in_journal = count(|item| {
        item.journal
            .as_ref()
            .is_some_and(|journal| journal.name.is_some() || journal.volume.is_some())
    });
    if in_journal >= half {
        return SourceKind::Journal;
    }
    SourceKind::News
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn seen(address: &str, body: &str) -> Seen {
        let url: Url = address.parse().unwrap();
        let answer = FetchResponse::new(200, url.clone(), body);
        Seen::new(&parse(body.as_bytes(), &url, None).unwrap(), url, &answer)
    }

    fn rss(title: &str, items: &str) -> String {
        format!("<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>")
    }

    const ITEM: &str = "<item><title>Sepsis</title><link>https://example.org/1?utm_source=rss</link>\
        <pubDate>Mon, 02 Nov 2026 09:30:00 GMT</pubDate></item>";

    #[test]
    fn one_feed_under_two_names() {
        let a = seen("https://example.org/rss", &rss("Ward 7", ITEM));
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Ward 7</title><entry><title>Sepsis</title>\
            <link href='https://example.org/1'/></entry></feed>";
        assert!(a.is_same(&seen("https://example.org/atom", atom)));
        assert!(a.is_same(&seen("https://elsewhere.example.org/copy", &rss("Ward 7", ITEM))));
        assert!(a.is_same(&seen("http://example.org/rss", &rss("Other", ""))));
        assert!(!a.is_same(&seen("https://example.org/other", &rss("Ward 8", ITEM))));
        let empty = seen("https://example.org/1", &rss("Ward 7", ""));
        assert!(!empty.is_same(&seen("https://example.org/2", &rss("Ward 7", " "))));
    }

    #[test]
    fn the_same_episodes_in_two_formats_are_two_feeds() {
        let show = |file: &str| {
            rss(
                "Rounds",
                &ITEM.replace(
                    "</item>",
                    &format!("<enclosure url='https://example.org/{file}' type='audio/mpeg'/></item>"),
                ),
            )
        };
        let (a, b) = (
            seen("https://example.org/a", &show("1.mp3")),
            seen("https://example.org/b", &show("1.opus")),
        );
        assert!(!a.is_same(&b));
        assert_eq!(a.kind, SourceKind::Podcast);
    }

    #[test]
    fn kinds() {
        assert_eq!(seen("https://example.org/a", &rss("News", ITEM)).kind, SourceKind::News);
        assert_eq!(
            seen("https://connect.medrxiv.org/a", &rss("x", ITEM)).kind,
            SourceKind::Preprint
        );
        assert_eq!(seen("https://notmedrxiv.org/a", &rss("x", ITEM)).kind, SourceKind::News);
        let article = ITEM.replace(
            "<title>",
            "<p:publicationName xmlns:p='http://prismstandard.org/namespaces/basic/2.0/'>J</p:publicationName><title>",
        );
        assert_eq!(
            seen("https://example.org/a", &rss("J", &article)).kind,
            SourceKind::Journal
        );
    }

    #[test]
    fn the_latest_item_need_not_be_the_first() {
        let older = ITEM.replace("02 Nov 2026", "01 Nov 2026").replace("Mon", "Sun");
        let latest = seen("https://example.org/a", &rss("x", &format!("{older}{ITEM}{older}"))).latest;
        assert_eq!(latest.unwrap().at.to_string(), "2026-11-02T09:30:00Z");
    }
}

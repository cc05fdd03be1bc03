//! What a page says of its feeds: pure, from its text to leads.
//!
//! Guided by HTML's `rel="alternate"`, by links of a feed's type or of a feed reader's scheme, and by links that are
//! named a feed. Nothing is inferred from how an address looks.

use url::Url;

use super::lead::{Lead, Leads, quoted, web_address_of, without_scheme};
use crate::parse::{is_feed_type, linked_feeds};
use crate::text::{Anchor, anchors_of_page, words};

/// The most anchors of a page that are looked at. The longest indexes of journals have two or three thousand.
const MAX_ANCHORS: usize = 5_000;

/// What a page led to.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Main feeds first, in the page's order: its `<link>` elements, then its anchors.
    pub leads: Vec<Lead>,
    /// The page has more anchors than were looked at.
    pub cut: bool,
}

/// Reads a page that came from `address`.
pub(super) fn leads_of_page(html: &str, address: &Url) -> Findings {
    let mut leads = Leads::default();
    let page = linked_feeds(html, address, html.len());
    for feed in page.feeds {
        let title = feed.title.as_deref().map(quoted).filter(|title| !title.is_empty());
        let named = title.as_deref().map(|title| format!(" (title “{title}”)"));
        let why = format!(
            "the page links it as {}{}",
            kind_name(&feed.kind),
            named.unwrap_or_default()
        );
        add(&mut leads, feed.url, why, title.as_deref(), address);
    }
    let complete = anchors_of_page(html, MAX_ANCHORS, |anchor| {
        if let Some((url, why)) = read_anchor(&anchor, &page.base, address) {
            let title = anchor
                .labels
                .first()
                .map(String::as_str)
                .filter(|label| !is_bare_name(label));
            add(&mut leads, url, why, title, address);
        }
    });
    Findings {
        leads: leads.into_ordered(),
        cut: !complete,
    }
}

/// A link to the page itself is a button of a script, and the page is known to be no feed.
fn add(leads: &mut Leads, url: Url, why: String, title: Option<&str>, page: &Url) {
    let lead = Lead::new(url, why, title);
    let mut own = page.clone();
    own.set_fragment(None);
    if without_scheme(&lead.url) != without_scheme(&own) {
        leads.add(lead);
    }
}

/// Where an anchor leads when it says that a feed is there, and how it says it.
fn read_anchor(anchor: &Anchor, base: &Url, page: &Url) -> Option<(Url, String)> {
    let text = anchor.labels.first().map(|label| quoted(label));
    let named = text.as_deref().map(|text| format!(" (“{text}”)")).unwrap_or_default();
    if let Some(url) = web_address_of(&anchor.href, Some(page)) {
        return Some((url, format!("the page links it for feed readers{named}")));
    }
    if anchor
        .kind
        .as_deref()
        .is_some_and(|kind| is_feed_type(Some(kind), text.as_deref(), &anchor.href))
    {
        let kind = kind_name(anchor.kind.as_deref().unwrap_or_default());
        return Some((
            base.join(&anchor.href).ok()?,
            format!("a link of the page is of type {kind}{named}"),
        ));
    }
    let label = anchor.labels.iter().find(|label| names_a_feed(label))?;
    let url = base.join(&anchor.href).ok()?;
    Some((url, format!("a link of the page is called “{}”", quoted(label))))
}

/// A feed's type as people call it.
fn kind_name(kind: &str) -> &'static str {
    let kind = kind.to_ascii_lowercase();
    if kind.contains("atom") {
        "Atom"
    } else if kind.contains("rdf") {
        "RSS 1.0 (RDF)"
    } else if kind.contains("rss") {
        "RSS"
    } else if kind.contains("json") {
        "JSON Feed"
    } else {
        "an XML feed"
    }
}

/// Names of feed formats.
const FORMATS: [&str; 3] = ["rss", "atom", "rdf"];

/// "feed" names many things; beside one of these it is ours.
const WITH_FEED: [&str; 11] = [
    "xml", "json", "web", "news", "podcast", "entries", "comments", "posts", "articles", "blog", "journal",
];

/// Words that may stand around the name of a feed without changing what the link is, in English, German, French,
/// Spanish and Italian.
const AROUND: [&str; 72] = [
    "feed",
    "feeds",
    "xml",
    "json",
    "1.0",
    "2.0",
    "1",
    "2",
    "0.92",
    "channel",
    "icon",
    "logo",
    "button",
    "link",
    "url",
    "address",
    "subscribe",
    "subscription",
    "follow",
    "get",
    "copy",
    "open",
    "add",
    "via",
    "to",
    "by",
    "with",
    "in",
    "on",
    "for",
    "of",
    "and",
    "our",
    "the",
    "this",
    "a",
    "an",
    "us",
    "all",
    "new",
    "latest",
    "full",
    "current",
    "issue",
    "toc",
    "news",
    "podcast",
    "entries",
    "comments",
    "posts",
    "articles",
    "blog",
    "journal",
    "site",
    "web",
    "abonnieren",
    "abonnez",
    "vous",
    "au",
    "als",
    "per",
    "mit",
    "den",
    "flux",
    "fil",
    "canal",
    "le",
    "la",
    "por",
    "suscribirse",
    "suscribete",
    "iscriviti",
];

/// Words that ask about feeds, or explain them.
const ASKING: [&str; 12] = [
    "what", "what's", "how", "why", "about", "help", "learn", "use", "using", "guide", "reader", "readers",
];

/// Most words of a name.
const MOST_WORDS: usize = 8;

/// Whether a link's whole text (or label, or title) names a feed and nothing else: "RSS", "RSS feed", "Subscribe via
/// RSS", "Atom", "JSON feed". A topic may stand before or after "RSS feed" ("Cardiology RSS feed"), for that is how
/// publishers list theirs; "What is RSS?", "RSS readers" and "news feed from the ward" are no names.
fn names_a_feed(label: &str) -> bool {
    let words = words(label);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let has_format = words.iter().any(|word| is(&FORMATS, word));
    let has_feed = words.iter().any(|word| word == "feed" || word == "feeds");
    if words.len() > MOST_WORDS || words.iter().any(|word| is(&ASKING, word)) {
        return false;
    }
    if !(has_format || (has_feed && words.iter().any(|word| is(&WITH_FEED, word)))) {
        return false;
    }
    if words.iter().all(|word| is(&FORMATS, word) || is(&AROUND, word)) {
        return true;
    }
    let pair = |first: Option<&String>, second: Option<&String>| {
        first.is_some_and(|word| is(&FORMATS, word)) && second.is_some_and(|word| word == "feed" || word == "feeds")
    };
    pair(words.first(), words.get(1)) || pair(words.iter().rev().nth(1), words.last())
}

/// Whether a name says no more than that it is a feed: it is no title then.
fn is_bare_name(label: &str) -> bool {
    words(label)
        .iter()
        .all(|word| FORMATS.contains(&word.as_str()) || AROUND.contains(&word.as_str()))
        && !super::lead::is_comments_title(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::is_web_link;
    use proptest::prelude::*;

    fn address() -> Url {
        "https://example.org/news/today".parse().unwrap()
    }

    fn leads(html: &str) -> Vec<String> {
        leads_of_page(html, &address())
            .leads
            .into_iter()
            .map(|lead| format!("{}: {}", lead.url, lead.why))
            .collect()
    }

    #[test]
    fn links_then_anchors_and_comments_last() {
        let page = "<!DOCTYPE html><html><head><base href='/base/'>\
            <link rel=alternate type=application/rss+xml title='Ward 7 » Comments Feed' href='comments/feed/'>\
            <link rel=alternate type=application/rss+xml title='Ward 7' href='feed/'>\
            <link type=application/atom+xml href='/atom.xml'><link rel=stylesheet type=application/rss+xml href=no>\
            <link rel=alternate type=application/feed+json href='//cdn.example.org/feed.json'>\
            <!-- <link rel=alternate type=application/rss+xml href=no> -->\
            </head><body><a href='feed/'>RSS</a><a href='podcast.xml' type='application/rss+xml'>Rounds</a>\
            <a href='feed://example.org/reader'>Add to your reader</a><a href='topic' title='RSS feed'><img alt=''></a>\
            <a href='javascript:subscribe()'>RSS</a><a href='data:text/xml,x'>RSS</a><a href='#'>Atom</a>\
            <a href='https://example.org/news/today#x'>RSS</a><a href=other>Other news</a><a href='mailto:a@example.org'>RSS</a>\
            <script>document.write('<a href=no>RSS</a>')</script>";
        assert_eq!(
            leads(page),
            [
                "https://example.org/base/feed/: the page links it as RSS (title “Ward 7”)",
                "https://example.org/atom.xml: the page links it as Atom",
                "https://cdn.example.org/feed.json: the page links it as JSON Feed",
                "https://example.org/base/podcast.xml: a link of the page is of type RSS (“Rounds”)",
                "https://example.org/reader: the page links it for feed readers (“Add to your reader”)",
                "https://example.org/base/topic: a link of the page is called “RSS feed”",
                "https://example.org/base/: a link of the page is called “Atom”",
                "https://example.org/base/comments/feed/: the page links it as RSS (title “Ward 7 » Comments Feed”)",
            ]
        );
    }

    #[test]
    fn names_of_feeds_by_table() {
        for label in [
            "RSS",
            "rss",
            "RSS feed",
            "RSS 2.0",
            "RSS-Feed",
            "Atom",
            "Atom feed",
            "Subscribe via RSS",
            "Subscribe to our RSS feed",
            "RSS feeds",
            "JSON feed",
            "XML feed",
            "Entries feed",
            "Comments feed",
            "Flux RSS",
            "RSS-Feed abonnieren",
            "Podcast RSS",
            "Current issue RSS",
            "Cardiology RSS feed",
            "RSS feed: Heart failure",
            "Follow us on RSS",
        ] {
            assert!(names_a_feed(label), "{label}");
        }
        for label in [
            "",
            "Feed",
            "News",
            "Subscribe",
            "What is RSS?",
            "About RSS feeds",
            "How to use RSS",
            "RSS readers",
            "Atomic force microscopy",
            "Baby feed",
            "Feeding in preterm infants",
            "Press",
            "Our news and how it is made, by RSS or otherwise, each day",
            "Atom optics in cardiology",
            "Enteral feed after surgery",
        ] {
            assert!(!names_a_feed(label), "{label}");
        }
    }

    #[test]
    fn many_anchors_are_bounded() {
        let page: String = (0..=MAX_ANCHORS)
            .map(|number| format!("<a href=/{number}>RSS</a>"))
            .collect();
        let found = leads_of_page(&page, &address());
        assert!(found.cut);
        assert_eq!(found.leads.len(), MAX_ANCHORS);
        assert!(!leads_of_page("<a href=a>RSS</a>", &address()).cut);
        let link = "<link rel=alternate type=application/rss+xml href=/late>";
        let late = format!("<script>{}</script>{link}", "x".repeat(1 << 20));
        assert_eq!(leads_of_page(&late, &address()).leads.len(), 1);
    }

    #[test]
    fn a_base_that_is_no_web_address_is_none() {
        for base in ["javascript:x", "data:,x", "file:///", "http://["] {
            let page = format!("<base href='{base}'><a href=a>RSS</a>");
            assert_eq!(
                leads(&page),
                ["https://example.org/news/a: a link of the page is called “RSS”"],
                "{base}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_page_gives_web_addresses_each_once(html in "(<a href=|<link rel=alternate type=application/rss\\+xml href=|<base href=|'|\"|//|/|\\?|#|feed:|javascript:|http://|a|é|>|RSS|</a>|<!--| ){0,60}") {
            let found = leads_of_page(&html, &address());
            for lead in &found.leads {
                prop_assert!(is_web_link(&lead.url));
                prop_assert!(lead.url.fragment().is_none());
            }
            let mut addresses: Vec<&str> = found.leads.iter().map(|lead| lead.url.as_str()).collect();
            addresses.sort_unstable();
            addresses.dedup();
            prop_assert_eq!(addresses.len(), found.leads.len());
        }

        #[test]
        fn any_text_is_survived(html in "\\PC{0,200}") {
            let _ = leads_of_page(&html, &address());
        }
    }
}

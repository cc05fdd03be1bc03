//! Leads: addresses that may be feeds, each with who says so, in an order, each once.

use std::collections::HashMap;

use url::Url;

use crate::ident::is_web_link;
use crate::text::{clean_line, fold, shorten};

/// Characters of a page's own words that a reason repeats.
const SHOWN: usize = 80;

/// An address that may be a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lead {
    pub url: Url,
    /// Who says so, in words.
    pub why: String,
    /// What it is called there.
    pub title: Option<String>,
    /// It is a feed of readers' comments, as far as its address and title tell.
    pub is_comments: bool,
}

impl Lead {
    pub(super) fn new(mut url: Url, why: impl Into<String>, title: Option<&str>) -> Self {
        url.set_fragment(None);
        let title = title.map(quoted).filter(|title| !title.is_empty());
        Self {
            is_comments: is_comments_address(&url) || title.as_deref().is_some_and(is_comments_title),
            url,
            why: why.into(),
            title,
        }
    }
}

/// A page's own words as they may be repeated.
pub(super) fn quoted(words: &str) -> String {
    shorten(&clean_line(words), SHOWN)
}

/// Leads in the order they were found, each address once.
#[derive(Debug, Default)]
pub(super) struct Leads {
    found: Vec<Lead>,
    /// Where each address stands in `found`: http and https count as one, and https is asked.
    places: HashMap<String, usize>,
}

impl Leads {
    pub(super) fn add(&mut self, lead: Lead) {
        if !is_web_link(&lead.url) {
            return;
        }
        match self.places.get(without_scheme(&lead.url)) {
            Some(place) => {
                if let Some(known) = self.found.get_mut(*place)
                    && known.url.scheme() == "http"
                {
                    known.url = lead.url;
                }
            }
            None => {
                self.places
                    .insert(without_scheme(&lead.url).to_owned(), self.found.len());
                self.found.push(lead);
            }
        }
    }

    /// Main feeds first, comments last, each in the order they were found.
    pub(super) fn into_ordered(self) -> Vec<Lead> {
        let mut found = self.found;
        found.sort_by_key(|lead| lead.is_comments);
        found
    }
}

/// The address without its scheme: an address with a port of its own differs there.
pub(super) fn without_scheme(url: &Url) -> &str {
    url.as_str().split_once(':').map_or("", |(_, rest)| rest)
}

/// The web address in a link of a feed reader's or podcast app's own scheme: `feed:https://…` holds one, `feed://…` (and
/// `pcast`, `itpc`, `podcast`) stands for http. On the host of a page that came by https, https is meant.
pub(super) fn web_address_of(link: &str, page: Option<&Url>) -> Option<Url> {
    let (scheme, rest) = link.trim().split_once(':')?;
    if !["feed", "pcast", "itpc", "podcast"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let rest = rest.trim_start();
    let inner = rest.strip_prefix("//").unwrap_or(rest);
    // `feed://https://…` is met as well.
    if let Ok(url) = Url::parse(inner)
        && is_web_link(&url)
    {
        return Some(url);
    }
    let authority = rest.strip_prefix("//")?;
    let mut url = Url::parse(&format!("http://{authority}")).ok().filter(is_web_link)?;
    if page.is_some_and(|page| page.scheme() == "https" && page.host_str() == url.host_str()) && url.port().is_none() {
        let _ = url.set_scheme("https"); // It does not fail between http and https.
    }
    Some(url)
}

/// WordPress (`/comments/feed/`) and Blogger (`/feeds/comments/default`, `/feeds/123/comments/default`).
fn is_comments_address(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("/comments/feed") || (path.contains("/feeds/") && path.contains("/comments/default"))
}

/// The titles that WordPress, Blogger and others give to feeds of comments: "Comments on …", "… Comments Feed", and the
/// same in the languages of Europe's larger clinics.
pub(super) fn is_comments_title(title: &str) -> bool {
    let title = fold(title);
    let begins = [
        "comments on ",
        "comments on:",
        "comments for ",
        "kommentare zu ",
        "commentaires sur ",
        "comentarios en ",
    ];
    let ends = [
        "comments feed",
        "comments rss",
        "comments (rss)",
        "comments atom",
        "kommentar-feed",
        "kommentare-feed",
        "flux des commentaires",
        "feed de los comentarios",
        "feed dei commenti",
        "feed de comentarios",
    ];
    begins.iter().any(|words| title.starts_with(words))
        || ends.iter().any(|words| title.ends_with(words))
        || title == "comments"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn schemes_of_readers_by_table() {
        let page = url("https://example.org/news");
        for (link, address) in [
            ("feed:https://example.com/a", Some("https://example.com/a")),
            ("feed://https://example.com/a", Some("https://example.com/a")),
            ("feed://example.com/a?b", Some("http://example.com/a?b")),
            ("FEED://example.org/a", Some("https://example.org/a")),
            ("feed://example.org:8080/a", Some("http://example.org:8080/a")),
            ("pcast://example.com/show.xml", Some("http://example.com/show.xml")),
            ("itpc://example.com/show.xml", Some("http://example.com/show.xml")),
            (" podcast://example.com/show.xml ", Some("http://example.com/show.xml")),
            ("feed:javascript:alert(1)", None),
            ("feed:file:///a", None),
            ("feed:example.com", None),
            ("feed://", None),
            ("https://example.com/a", None),
            ("javascript:feed://example.com", None),
            ("feed", None),
        ] {
            assert_eq!(web_address_of(link, Some(&page)), address.map(url), "{link}");
        }
    }

    #[test]
    fn comments_are_told_by_address_and_title() {
        for (address, title, is_comments) in [
            ("https://example.org/comments/feed/", "", true),
            ("https://example.org/feeds/comments/default", "", true),
            ("https://example.org/feed/", "Ward 7 » Comments Feed", true),
            ("https://example.org/feed/", "Comments on: Sepsis", true),
            ("https://example.org/feed/", "Station 7 » Kommentar-Feed", true),
            ("https://example.org/feed/", "Ward 7 » Feed", false),
            (
                "https://example.org/comments-on-sepsis/feed",
                "Editorial comments",
                false,
            ),
        ] {
            let lead = Lead::new(url(address), "", Some(title));
            assert_eq!(lead.is_comments, is_comments, "{address} {title}");
        }
    }

    #[test]
    fn each_address_once_and_comments_last() {
        let mut leads = Leads::default();
        for address in [
            "https://example.org/comments/feed/",
            "http://example.org/a",
            "https://example.org/b",
            "https://example.org/a#top",
            "http://example.org/b",
            "ftp://example.org/c",
        ] {
            leads.add(Lead::new(url(address), "", None));
        }
        let found: Vec<String> = leads.into_ordered().into_iter().map(|lead| lead.url.into()).collect();
        assert_eq!(
            found,
            [
                "https://example.org/a",
                "https://example.org/b",
                "https://example.org/comments/feed/"
            ]
        );
    }

    proptest! {
        #[test]
        fn any_link_is_survived(link in "(feed|pcast):?/{0,3}\\PC{0,12}") {
            if let Some(found) = web_address_of(&link, None) {
                prop_assert!(is_web_link(&found));
            }
        }
    }
}

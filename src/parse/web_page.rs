//! A web page where a feed was expected: which feeds it links, and whether it only asks for proof of a person.
//!
//! Guided by HTML's `rel="alternate"` as browsers and feed readers use it, and by the pages of the services that stand
//! before publishers' sites. Not covered: links in the text of the page, and pages that draw themselves by script.

use url::Url;

use crate::error::Error;
use crate::ident::is_web_link;
use crate::text::links_of_page;

/// The most feeds told of one page.
const MAX_FEEDS: usize = 20;

/// The part of a page in which feeds are looked for in passing. Links stand in the head; the longest heads carry their
/// styles with them.
const HEAD_BYTES: usize = 256 << 10;

/// The part of a page in which the marks of a challenge are looked for; such pages are small.
const CHALLENGE_BYTES: usize = 64 << 10;

/// The refusal of a page, said to be at `address`.
pub(super) fn refuse(html: &str, address: &Url) -> Error {
    if let Some(service) = challenge(html) {
        return Error::challenge(format!("this is no feed but a bot challenge page ({service})"));
    }
    let feeds = alternate_feeds(html, address);
    let message = match feeds.len() {
        0 => "this is no feed but an HTML page".to_owned(),
        1 => "this is no feed but an HTML page; it links 1 feed".to_owned(),
        count => format!("this is no feed but an HTML page; it links {count} feeds"),
    };
    Error::web_page(message, feeds)
}

/// A link of a page to something of a feed's type.
#[derive(Debug)]
pub(crate) struct LinkedFeed {
    /// Absolute, http or https.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
    /// The MIME type as it stands.
    pub kind: String,
    /// Whether it is said to be the page in another form, which is how feeds are announced.
    pub alternate: bool,
}

/// The address that a page's relative ones count from, and the feeds its `<link>` elements name, in order.
#[derive(Debug)]
pub(crate) struct PageFeeds {
    pub base: Url,
    pub feeds: Vec<LinkedFeed>,
}

/// Reads the `<link>` elements in the first so many bytes of a page. Announcements are `rel="alternate"`; `rel="feed"`, Blogger's `service.feed`
/// and no relation at all are told of too, other relations (style sheets, searches) are not.
pub(crate) fn linked_feeds(html: &str, address: &Url, bytes: usize) -> PageFeeds {
    let page = links_of_page(html, bytes);
    let base = page
        .base
        .and_then(|base| address.join(base.trim()).ok())
        .filter(is_web_link)
        .unwrap_or_else(|| address.clone());
    let mut feeds = Vec::new();
    for link in &page.links {
        let relations = link.relations.as_deref().unwrap_or_default();
        let related = |name: &str| {
            relations
                .split_ascii_whitespace()
                .any(|word| word.eq_ignore_ascii_case(name))
        };
        let alternate = related("alternate");
        if !(alternate || relations.is_empty() || related("feed") || related("service.feed")) {
            continue;
        }
        let (kind, title) = (link.kind.as_deref(), link.title.as_deref());
        let href = link.href.as_deref().unwrap_or_default();
        if href.is_empty() || !is_feed_type(kind, title, href) {
            continue;
        }
        if let Ok(url) = base.join(href)
            && is_web_link(&url)
        {
            feeds.push(LinkedFeed {
                url,
                title: title.filter(|title| !title.is_empty()).map(str::to_owned),
                kind: kind.unwrap_or_default().to_owned(),
                alternate,
            });
        }
    }
    PageFeeds { base, feeds }
}

fn alternate_feeds(html: &str, address: &Url) -> Vec<Url> {
    let mut feeds: Vec<Url> = Vec::new();
    let found = linked_feeds(html, address, HEAD_BYTES).feeds;
    for feed in found.into_iter().filter(|feed| feed.alternate) {
        if !feeds.contains(&feed.url) {
            feeds.push(feed.url);
            if feeds.len() == MAX_FEEDS {
                break;
            }
        }
    }
    feeds
}

/// Types of feeds. Plain XML and JSON are of much else too: XML must be called a feed by its title or address, and JSON
/// must not be the page itself as data, which WordPress links from every page.
pub(crate) fn is_feed_type(kind: Option<&str>, title: Option<&str>, href: &str) -> bool {
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    let href = href.to_ascii_lowercase();
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/rss+xml"
        | "application/atom+xml"
        | "application/rdf+xml"
        | "application/feed+json"
        | "application/x.atom+xml"
        | "application/x-atom+xml"
        | "application/rss"
        | "application/atom"
        | "text/rss+xml"
        | "text/rss"
        | "application/x-rss+xml" => true,
        "application/json" => !href.contains("/wp-json") && !href.contains("oembed"),
        "application/xml" | "text/xml" => {
            let title = title.unwrap_or_default().to_ascii_lowercase();
            ["rss", "atom", "feed", "rdf"]
                .iter()
                .any(|word| title.contains(word) || href.contains(word))
        }
        _ => false,
    }
}

/// A service and what its challenge pages hold, in lower case.
struct Service {
    name: &'static str,
    /// Marks that are on no other page.
    sure: &'static [&'static str],
    /// Marks that ordinary pages behind the service hold as well: two of them are needed.
    two_of: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service {
        name: "Cloudflare",
        sure: &[
            "window._cf_chl_opt",
            "cf-chl-widget",
            "cf_chl_managed_tk",
            "cf-browser-verification",
        ],
        two_of: &[
            "<title>just a moment...</title>",
            "<title>attention required! | cloudflare</title>",
            "/cdn-cgi/challenge-platform",
            "cf-chl",
            "id=\"challenge-form\"",
            "cf-error-details",
            "cf-challenge-running",
            "checking your browser before accessing",
        ],
    },
    Service {
        name: "Incapsula",
        sure: &["request unsuccessful. incapsula incident id"],
        two_of: &[
            "_incapsula_resource",
            "incapsula incident id",
            "id=\"main-iframe\"",
            "incident_id=",
        ],
    },
    Service {
        name: "DataDome",
        sure: &[],
        two_of: &[
            "captcha-delivery.com",
            "var dd={",
            "please enable js and disable any ad blocker",
            "id=\"cmsg\"",
        ],
    },
    Service {
        name: "PerimeterX",
        sure: &[],
        two_of: &[
            "px-captcha",
            "window._pxappid",
            "access to this page has been denied",
            "press &amp; hold to confirm you are",
            "captcha.px-cdn.net",
            "captcha.px-cloud.net",
        ],
    },
    Service {
        name: "Akamai",
        sure: &[],
        two_of: &[
            "<title>access denied</title>",
            "reference&#32;&#35;",
            "reference #",
            "errors.edgesuite.net",
            "you don't have permission to access",
            "_sec_cpt",
            "sec-if-cpt-container",
        ],
    },
    Service {
        name: "AWS WAF",
        sure: &[],
        two_of: &[
            "window.gokuprops",
            ".awswaf.com/",
            "awswafintegration",
            "<title>human verification</title>",
        ],
    },
    Service {
        name: "Sucuri",
        sure: &["<title>sucuri website firewall - access denied</title>"],
        two_of: &["sucuri_cloudproxy_js", "<title>you are being redirected...</title>"],
    },
    Service {
        name: "DDoS-Guard",
        sure: &[],
        two_of: &[
            "<title>ddos-guard</title>",
            "/.well-known/ddos-guard/",
            "checking your browser before accessing",
        ],
    },
    Service {
        name: "Anubis",
        sure: &["id=\"anubis_challenge\""],
        two_of: &[
            "/.within.website/x/",
            "making sure you&#39;re not a bot",
            "making sure you're not a bot",
        ],
    },
];

/// Scripts of captchas. Comment forms have them as well, so the page must say what it is for in its title.
const CAPTCHAS: [&str; 5] = [
    "hcaptcha.com/1/api.js",
    "challenges.cloudflare.com/turnstile",
    "google.com/recaptcha/",
    "recaptcha.net/recaptcha/",
    "class=\"h-captcha\"",
];

/// Titles of pages that do nothing but ask for proof of a person; the whole title must be so.
const TITLES: [&str; 15] = [
    "just a moment...",
    "just a moment",
    "one moment, please...",
    "please wait...",
    "please wait",
    "verify you are human",
    "human verification",
    "are you a robot?",
    "are you human?",
    "robot or human?",
    "security check",
    "security verification",
    "checking your browser",
    "captcha",
    "bot verification",
];

/// The service whose challenge a page is: by one mark that no other page has, or by two that are rare apart. An article
/// about such a page, or an ordinary page behind the service, has one of those at most.
pub(crate) fn challenge(html: &str) -> Option<&'static str> {
    let bytes = html.as_bytes();
    let head = bytes.get(..bytes.len().min(CHALLENGE_BYTES))?;
    let page = String::from_utf8_lossy(head).to_ascii_lowercase();
    let service = SERVICES.iter().find(|service| {
        service.sure.iter().any(|mark| page.contains(mark))
            || service.two_of.iter().filter(|mark| page.contains(**mark)).count() >= 2
    });
    if let Some(service) = service {
        return Some(service.name);
    }
    let title = page
        .split_once("<title")?
        .1
        .split_once('>')?
        .1
        .split_once("</title")?
        .0
        .trim();
    let title = title.replace('…', "...");
    (TITLES.contains(&title.as_str()) && CAPTCHAS.iter().any(|captcha| page.contains(captcha))).then_some("captcha")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn feeds(html: &str) -> Vec<String> {
        let address = "https://example.org/news/today".parse().unwrap();
        refuse(html, &address)
            .alternate_feeds()
            .iter()
            .map(Url::to_string)
            .collect()
    }

    #[test]
    fn feeds_of_a_page() {
        let page = "<html><head><link rel='alternate' type='application/rss+xml' href='/rss?a=1&amp;b=2'>\
            <link rel='Alternate home' type='Application/Atom+XML; charset=utf-8' href='atom.xml'>\
            <link rel=alternate type=application/feed+json href=//cdn.example.org/feed.json>\
            <link rel=alternate type=application/rss+xml href='/rss?a=1&b=2'>\
            <link rel=alternate type=application/rss+xml href='javascript:x'><link rel=alternate type=application/rss+xml>\
            <link rel=stylesheet type=application/rss+xml href=no><link rel=alternate hreflang=de href=/de/>\
            <link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1><link rel=alternate type=application/json+oembed href=/no>\
            <link rel=alternate type=text/xml title='RSS of the journal' href=/x.xml><link rel=alternate type=text/xml href=/map.xml>\
            <!-- <link rel=alternate type=application/rss+xml href=/no> -->";
        assert_eq!(
            feeds(page),
            [
                "https://example.org/rss?a=1&b=2",
                "https://example.org/news/atom.xml",
                "https://cdn.example.org/feed.json",
                "https://example.org/x.xml"
            ]
        );
        let based = "<base href='http://journal.example.org/a/'><link rel=alternate type=application/rss+xml href=b>";
        assert_eq!(feeds(based), ["http://journal.example.org/a/b"]);
        let bad = "<base href='data:x'><link rel=alternate type=application/rss+xml href=b>";
        assert_eq!(feeds(bad), ["https://example.org/news/b"]);
        let many: String = (0..50)
            .map(|number| format!("<link rel=alternate type=application/rss+xml href=/{number}>"))
            .collect();
        assert_eq!(feeds(&many).len(), MAX_FEEDS);
    }

    #[test]
    fn the_message_counts_and_names_no_address() {
        let address = "https://example.org/".parse().unwrap();
        let link = "<link rel=alternate type=application/rss+xml href=/secret";
        for (html, message) in [
            (String::new(), "an HTML page"),
            (format!("{link}1>"), "an HTML page; it links 1 feed"),
            (format!("{link}1>{link}2>"), "an HTML page; it links 2 feeds"),
        ] {
            let error = refuse(&html, &address);
            assert_eq!(error.to_string(), format!("this is no feed but {message}"));
            assert!(!format!("{error:?}").contains("secret"));
        }
    }

    #[test]
    fn challenges_and_pages_that_only_look_like_it() {
        let address = "https://example.org/".parse().unwrap();
        for (html, service) in [
            (
                "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'>",
                "Cloudflare",
            ),
            ("<title>x</title><script>window._cf_chl_opt={}</script>", "Cloudflare"),
            (
                "<iframe id=\"main-iframe\" src=\"/_Incapsula_Resource?CWUDNSAI=9\">",
                "Incapsula",
            ),
            (
                "<p id=\"cmsg\">Please enable JS and disable any ad blocker</p>",
                "DataDome",
            ),
            (
                "<title>Access to this page has been denied</title><div id='px-captcha'>",
                "PerimeterX",
            ),
            (
                "<TITLE>Access Denied</TITLE>You don't have permission to access \"x\". Reference&#32;&#35;18",
                "Akamai",
            ),
            (
                "<title>Verify you are human</title><script src='https://hcaptcha.com/1/api.js'>",
                "captcha",
            ),
            (
                "<title> One moment, please… </title><script src=https://challenges.cloudflare.com/turnstile/v0/api.js>",
                "captcha",
            ),
        ] {
            let error = refuse(html, &address);
            assert!(
                error.is_challenge() && error.is_not_a_feed() && error.is_parse(),
                "{html}"
            );
            assert!(
                error.to_string().contains(&format!("bot challenge page ({service})")),
                "{error}"
            );
        }
        for html in [
            "<title>Journal</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'>",
            "<title>Just a moment... for health</title><script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js>",
            "<title>Journal</title><script src='/_Incapsula_Resource?SWJIYLWA=7'></script>",
            "<title>Contact</title><script src='https://hcaptcha.com/1/api.js'></script>",
            "<title>Access denied</title><p>Please log in.",
        ] {
            assert!(!refuse(html, &address).is_challenge(), "{html}");
        }
    }
}

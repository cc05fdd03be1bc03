//! A parsed document.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Category, FeedDate, Funding, Item, Link, Person};

/// A parsed feed: what it says of itself, its items, and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Feed {
    /// What it was written in.
    pub format: FeedFormat,
    /// The version it names: RSS `version` (`2.0`, `0.91`), RDF by its namespace (`1.0`, `0.90`), Atom (`1.0`, `0.3`), JSON
    /// Feed (`1`, `1.1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The encoding it was read as (WHATWG name; IANA name of those WHATWG does not know).
    pub encoding: String,
    /// Its own id: Atom `<id>`, RSS `<guid>`, RDF `rdf:about`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// RSS channel `<title>`, Atom `<title>`, JSON Feed `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The page the feed is of: RSS `<link>`, Atom `link rel="alternate"`, JSON Feed `home_page_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// RSS `<description>`, Atom `<subtitle>`, JSON Feed `description`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// BCP 47: RSS `<language>`, `dc:language`, `xml:lang`, JSON Feed `language`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// RSS `<image>`, `itunes:image`, Atom `<logo>`, JSON Feed `icon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Url>,
    /// Atom `<icon>`, JSON Feed `favicon`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Url>,
    /// The feed's own address: `atom:link rel="self"`, JSON Feed `feed_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_link: Option<Url>,
    /// WebSub hub: `atom:link rel="hub"`, JSON Feed `hubs`. It is never contacted by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<Url>,
    /// The page before this one of a paged or archived feed (RFC 5005): `atom:link rel="prev-archive"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev_archive: Option<Url>,
    /// The archive page after this one (RFC 5005): `atom:link rel="next-archive"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_archive: Option<Url>,
    /// The next page (RFC 5005): `atom:link rel="next"`, JSON Feed `next_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page: Option<Url>,
    /// All Atom links of the feed but those that have a field of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// RSS `<cloud>`: where to register for notice of changes. It is never contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// `itunes:new-feed-url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_feed_url: Option<Url>,
    /// RSS and Atom `<generator>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// RSS `<managingEditor>`, `dc:creator`, `itunes:author`, Atom `<author>`, JSON Feed `authors`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// `dc:contributor`, Atom `<contributor>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<Person>,
    /// Who runs it: `dc:publisher`, else RSS `<webMaster>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Person>,
    /// RSS `<copyright>`, `dc:rights`, Atom `<rights>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// The licence's address: `creativeCommons:license`, `cc:license`, Atom `link rel="license"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<Url>,
    /// RSS `<category>`, `dc:subject`, `itunes:category`, `itunes:keywords`, Atom `<category>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// RSS `<pubDate>`, `dc:date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<FeedDate>,
    /// RSS `<lastBuildDate>` (else `<pubDate>` or `dc:date`), `dcterms:modified`, Atom `<updated>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<FeedDate>,
    /// It says that it will not change any more: JSON Feed `expired`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// What makes it a podcast; `None` when nothing of it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub podcast: Option<Podcast>,
    /// When the publisher wants to be asked again.
    #[serde(default)]
    pub hints: FeedHints,
    /// Its items, in the document's order.
    pub items: Vec<Item>,
    /// What was wrong, and how it was handled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl Feed {
    /// A feed of that format with nothing in it.
    #[must_use]
    pub fn new(format: FeedFormat) -> Self {
        Self {
            format,
            version: None,
            id: None,
            encoding: "UTF-8".to_owned(),
            title: None,
            link: None,
            description: None,
            language: None,
            image: None,
            icon: None,
            self_link: None,
            hub: None,
            prev_archive: None,
            next_archive: None,
            next_page: None,
            links: Vec::new(),
            cloud: None,
            new_feed_url: None,
            generator: None,
            authors: Vec::new(),
            contributors: Vec::new(),
            publisher: None,
            rights: None,
            license: None,
            categories: Vec::new(),
            published: None,
            updated: None,
            expired: false,
            podcast: None,
            hints: FeedHints::default(),
            items: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FeedFormat {
    /// RSS 0.91 to 2.0.
    Rss,
    /// RSS 0.90 and 1.0 (RDF).
    Rdf,
    /// Atom 0.3 and 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.0 and 1.1.
    JsonFeed,
}

impl fmt::Display for FeedFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Rss => "RSS",
            Self::Rdf => "RSS 1.0 (RDF)",
            Self::Atom => "Atom",
            Self::JsonFeed => "JSON Feed",
        })
    }
}

/// A publisher's own wishes about polling. Hints to wait longer, never to ask sooner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FeedHints {
    /// RSS `<ttl>` in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_minutes: Option<u32>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_period_seconds: Option<u64>,
    /// RSS `<skipHours>`: hours (0 to 23, GMT) without news.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// RSS `<skipDays>`: 1 for Monday to 7 for Sunday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<u8>,
    /// `sy:updateBase`: the moment the period counts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_base: Option<FeedDate>,
}

/// RSS `<cloud>` (rssCloud): whom to ask for notice of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Cloud {
    /// The host, as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `registerProcedure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_procedure: Option<String>,
    /// `xml-rpc`, `soap` or `http-post`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
}

/// What makes a feed a podcast: `itunes:*`, `podcast:*`, `googleplay:*` of the channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Podcast {
    /// `podcast:guid`: the show's own identity, the same at every host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// `itunes:owner`: name and e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Person>,
    /// `itunes:explicit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit: Option<bool>,
    /// `itunes:type`, lower case: `episodic` (newest first) or `serial`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// `itunes:complete`: no more episodes will come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// `itunes:block`: directories are asked not to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// `podcast:locked`: other hosts are asked not to import it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// `podcast:medium`, lower case: `podcast`, `video`, `audiobook` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// `itunes:subtitle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// `podcast:funding`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// `podcast:person`: the regular hosts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
}

/// Something wrong with a document that did not stop it from being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// What kind of thing.
    pub kind: WarningKind,
    /// What was wrong and how it was handled, in one line.
    pub message: String,
    /// The item it was in, counted from 0; `None` when it is about the feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
}

impl Warning {
    /// A warning about the feed.
    #[must_use]
    pub fn new(kind: WarningKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            item: None,
        }
    }

    /// The same warning, about that item.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        self.item = Some(index);
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some(index) => write!(out, "item {}: {}", index + 1, self.message),
            None => out.write_str(&self.message),
        }
    }
}

/// What kind of thing was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WarningKind {
    /// Bytes that do not fit the encoding, or a declaration that lies.
    Encoding,
    /// The document was not well-formed and was repaired.
    Repaired,
    /// The document breaks off; what was complete was kept.
    Truncated,
    /// A bound of [`Limits`](crate::Limits) was reached and something was left out.
    Limit,
    /// A date could not be read; it is unknown.
    Date,
    /// A link was dropped: not http(s), or no address.
    Link,
    /// Two items claim the same identity.
    DuplicateKey,
    /// The feed has neither a title nor items: nothing is deleted for it.
    Empty,
    /// Anything else.
    Other,
}

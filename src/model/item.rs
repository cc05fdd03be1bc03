//! One entry of one source.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Episode, Facet, FeedDate, ItemId, Media, Person, Signal, SourceId, Tag};
use crate::ident::{Doi, FoundIdentifier, Identifier};
use crate::text::sanitise_html;

/// One entry of one source, as its publisher gave it, with what medfeed found out about it.
///
/// Text fields are plain text in one clean form (no markup, no control characters) except the content, which is kept as
/// it came and handed out sanitised ([`content_html`](Self::content_html)).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Stable over polls, runs and machines.
    pub id: ItemId,
    /// The source it came from.
    pub source: SourceId,
    /// What identifies it within its source: `guid:…`, `link:…` or `text:…`.
    pub key: String,
    /// RSS `<title>`, Atom `<title>`, JSON Feed `title`; markup resolved to text. May be empty.
    pub title: String,
    /// RSS `<link>`, Atom `link rel="alternate"`, JSON Feed `url`; absolute, http(s) only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// The link to compare by; see [`canonical_link`](crate::canonical_link).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_link: Option<Url>,
    /// Where it is discussed: RSS `<comments>`, Atom `link rel="replies"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<Url>,
    /// Other pages it names: Atom links (also inside RSS items) with a relation such as `related`, `via` or `replies`, and
    /// alternates beside [`link`](Self::link); JSON Feed `external_url` as `related`. Enclosures are in
    /// [`media`](Self::media).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// RSS `<guid>`, RDF `rdf:about`, Atom `<id>`, JSON Feed `id`, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// Whether the guid is a link: RSS `isPermaLink` (true when missing and the guid is an address).
    #[serde(default)]
    pub guid_is_link: bool,
    /// The short text: RSS `<description>`, Atom `<summary>`, JSON Feed `summary`, `itunes:summary`; plain. When a feed
    /// has only one text, it is here in its plain form too.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The long text: `content:encoded`, Atom `<content>`, JSON Feed `content_html`/`content_text`, or an HTML
    /// description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Who wrote it: RSS `<author>`, `dc:creator`, `itunes:author`, Atom `<author>`, JSON Feed `authors`. Where an Atom
    /// entry names nobody, its `<source>`'s authors, else the feed's (RFC 4287, 4.2.1); where a JSON Feed item names nobody,
    /// the feed's. In RSS and RDF never the feed's: who edits a channel did not write its items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// `dc:contributor`, Atom `<contributor>`, `media:credit`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<Person>,
    /// RSS `<category>`, `dc:subject`, Atom `<category>`, `itunes:category`, `media:category`, JSON Feed `tags`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// BCP 47: `xml:lang`, `dc:language`, JSON Feed `language`, else the feed's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// RSS `<pubDate>`, `dc:date`, `prism:publicationDate`, Atom `<published>`, JSON Feed `date_published`. `None`
    /// when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<FeedDate>,
    /// Atom `<updated>`, `dcterms:modified`, JSON Feed `date_modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<FeedDate>,
    /// The string [`published`](Self::published) was read from, as it stood; also where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_raw: Option<String>,
    /// The string [`updated`](Self::updated) was read from, as it stood; also where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_raw: Option<String>,
    /// Rights: `dc:rights`, Atom `<rights>`, RSS `<copyright>`, `media:copyright`, `prism:copyright`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// The licence's address: `creativeCommons:license`, `cc:license`, `dcterms:license`, `media:license`, Atom
    /// `link rel="license"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<Url>,
    /// Where a syndicated item came from: RSS `<source>`, Atom `<source>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// DOI, PMID, PMCID, trial numbers, ISSN, each with where it was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<FoundIdentifier>,
    /// The journal it appeared in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<Journal>,
    /// Enclosures and other files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// A picture: `media:thumbnail`, JSON Feed `image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Url>,
    /// What makes it a podcast episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub episode: Option<Episode>,
    /// Its specialties, most confident first, each with its evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The conditions and drugs it mentions, for whom it is written and whom it is about: by kind, the surest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<Facet>,
    /// Who gave it its tags: [`Tagger::version`](crate::Tagger::version). `None` when nobody has tagged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagger: Option<String>,
    /// What it tells beyond its topic: retraction, recall, guideline, trial, CME …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// When the store first saw it; `None` outside a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
}

impl Item {
    /// An empty item of a source, identified there by `key`.
    #[must_use]
    pub fn new(source: SourceId, key: impl Into<String>) -> Self {
        let key = key.into();
        Self {
            id: Self::id_of(source, &key),
            source,
            key,
            title: String::new(),
            link: None,
            canonical_link: None,
            comments: None,
            links: Vec::new(),
            guid: None,
            guid_is_link: false,
            summary: String::new(),
            content: None,
            authors: Vec::new(),
            contributors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: None,
            updated: None,
            published_raw: None,
            updated_raw: None,
            rights: None,
            license: None,
            origin: None,
            identifiers: Vec::new(),
            journal: None,
            media: Vec::new(),
            image: None,
            episode: None,
            tags: Vec::new(),
            facets: Vec::new(),
            tagger: None,
            signals: Vec::new(),
            first_seen: None,
        }
    }

    fn id_of(source: SourceId, key: &str) -> ItemId {
        ItemId::of(&[&source.to_string(), key])
    }

    /// Gives the item to a source and its id with it. Whatever guid a feed claims, its items can only ever be its own.
    pub fn assign_source(&mut self, source: SourceId) {
        self.source = source;
        self.id = Self::id_of(source, &self.key);
    }

    /// The content as it came. It may hold anything, scripts included: never show it. See
    /// [`content_html`](Self::content_html).
    #[must_use]
    pub fn content_untrusted(&self) -> Option<&str> {
        self.content.as_ref().map(|content| content.raw.as_str())
    }

    /// The content as harmless HTML, relative addresses made absolute; the summary, escaped, where there is no content.
    #[must_use]
    pub fn content_html(&self) -> String {
        let depth = crate::limits::Limits::default().max_html_depth;
        match &self.content {
            Some(content) if content.kind == ContentKind::Html => {
                sanitise_html(&content.raw, content.base.as_ref().or(self.link.as_ref()), depth)
            }
            Some(content) => sanitise_html(&escape(&content.raw), None, depth),
            None => sanitise_html(&escape(&self.summary), None, depth),
        }
    }

    /// The longest plain text there is: of the content, else the summary.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Some(content) if content.text.len() > self.summary.len() => &content.text,
            _ => &self.summary,
        }
    }

    /// The DOI that names the item itself, not one it mentions.
    #[must_use]
    pub fn doi(&self) -> Option<&Doi> {
        self.own_identifiers().find_map(|identifier| match identifier {
            Identifier::Doi(doi) => Some(doi),
            _ => None,
        })
    }

    /// The identifiers that say what the item is: from metadata, guid and link.
    pub fn own_identifiers(&self) -> impl Iterator<Item = &Identifier> {
        self.identifiers
            .iter()
            .filter(|found| found.found_in.names_the_item())
            .map(|found| &found.identifier)
    }

    /// The identifiers it only mentions: from title, text, and links in the text.
    pub fn mentioned_identifiers(&self) -> impl Iterator<Item = &Identifier> {
        self.identifiers
            .iter()
            .filter(|found| !found.found_in.names_the_item())
            .map(|found| &found.identifier)
            .filter(|identifier| !self.own_identifiers().any(|own| own == *identifier))
    }

    /// The sound file to listen to, where there is one.
    #[must_use]
    pub fn audio(&self) -> Option<&Media> {
        self.media.iter().find(|media| media.is_audio())
    }

    /// How long listening takes, in seconds: `itunes:duration`, else the audio file's own.
    #[must_use]
    pub fn listening_seconds(&self) -> Option<u64> {
        let audio = self.audio()?;
        self.episode
            .as_ref()
            .and_then(|episode| episode.duration_seconds)
            .or(audio.duration_seconds)
    }

    /// The date to sort by: when it was published, else updated, but never later than `now`, and `now` when it is not
    /// known. A date in the future cannot pin an item on top.
    #[must_use]
    pub fn sort_date(&self, now: Timestamp) -> Timestamp {
        let seen = self.first_seen.map_or(now, |seen| seen.min(now));
        let claimed = self.published.or(self.updated).map(|date| date.at);
        claimed.filter(|at| *at <= now).unwrap_or(seen)
    }
}

fn escape(text: &str) -> String {
    let mut escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if escaped.contains('\n') {
        escaped = escaped.replace("\n\n", "<br><br>").replace('\n', "<br>");
    }
    escaped
}

/// What the content is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ContentKind {
    /// HTML or XHTML.
    Html,
    /// Plain text.
    Text,
}

/// The long text of an item: as it came, and its plain form for search, tags and comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Content {
    #[serde(rename = "untrusted")]
    pub(crate) raw: String,
    /// HTML or text.
    pub kind: ContentKind,
    /// What relative addresses inside it are resolved against: `xml:base`, else the item's link, else the feed's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Url>,
    /// Its own language (BCP 47), where it says one: Atom `<content xml:lang>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The plain text.
    pub text: String,
}

impl Content {
    /// Content from HTML; the plain text is taken here.
    #[must_use]
    pub fn html(raw: impl Into<String>, base: Option<Url>) -> Self {
        let raw = raw.into();
        let text = crate::text::html_to_text(&raw);
        Self {
            raw,
            kind: ContentKind::Html,
            base,
            language: None,
            text,
        }
    }

    /// Content from plain text.
    #[must_use]
    pub fn plain(raw: impl Into<String>) -> Self {
        let raw = raw.into();
        let text = crate::text::clean_text(&raw);
        Self {
            raw,
            kind: ContentKind::Text,
            base: None,
            language: None,
            text,
        }
    }
}

/// A category an item or feed was given by its publisher.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Category {
    /// The term: RSS `<category>` text, `dc:subject`, Atom `term`, `itunes:category text`, one word of
    /// `itunes:keywords` and `media:keywords`, JSON Feed tag.
    pub term: String,
    /// The vocabulary: RSS `domain`, Atom and `media:category` `scheme`; the element's name (`itunes:keywords`) where the
    /// element is the vocabulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The label for people: Atom and `media:category` `label`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Category {
    /// A category of that term.
    #[must_use]
    pub fn new(term: impl Into<String>) -> Self {
        Self {
            term: term.into(),
            scheme: None,
            label: None,
        }
    }
}

/// The journal an item appeared in, from PRISM and Dublin Core.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Journal {
    /// `prism:publicationName`, else `dc:source` where it is a name and no citation, else the channel's
    /// `prism:publicationName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `prism:volume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// `prism:number`, `prism:issue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// `prism:startingPage` and `prism:endingPage`, or `prism:pageRange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// `prism:section`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// `prism:genre`, `dc:type`, `prism:category`: the kind of article in the publisher's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_type: Option<String>,
    /// `dc:publisher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
}

/// The feed a syndicated item was first published in: RSS `<source>`, Atom `<source>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Origin {
    /// Its title: the text of RSS `<source>`, Atom `<title>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its address: RSS `url`, Atom `link rel="self"`, else its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Its id: Atom `<id>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who writes it: Atom `<author>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// Its rights: Atom `<rights>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// When it last changed: Atom `<updated>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<FeedDate>,
}

/// A link with what it is to the item or feed (RFC 4287, 4.2.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// Where it leads; absolute, http(s) only.
    pub url: Url,
    /// The relation, lower case: `alternate`, `related`, `via`, `replies`, `self`, `next` …
    pub relation: String,
    /// The MIME type, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The language of what it leads to: `hreflang`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Link {
    /// A link of that relation.
    #[must_use]
    pub fn new(url: Url, relation: impl Into<String>) -> Self {
        Self {
            url,
            relation: relation.into(),
            mime_type: None,
            language: None,
            title: None,
        }
    }
}

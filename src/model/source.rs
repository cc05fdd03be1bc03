//! A subscribed feed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{SourceId, Specialty};
use crate::error::{Error, Result, redacted};
use crate::ident::is_web_link;
use crate::text::{clean_line, shorten};

/// A feed to follow: where it is, what it is, and which specialties it serves.
///
/// ```
/// use medfeed::{Source, SourceKind, Specialty};
/// let source: Source = "https://example.org/heart.xml".parse()?;
/// let source = source.with_title("Heart Weekly").with_kind(SourceKind::Podcast).with_specialty(Specialty::CARDIOLOGY);
/// assert_eq!(source.label(), "Heart Weekly");
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    id: SourceId,
    url: Url,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default)]
    kind: SourceKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    specialties: Vec<Specialty>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    homepage: Option<Url>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    folders: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provenance: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval_seconds: Option<u64>,
}

impl Source {
    /// A source at that address.
    ///
    /// # Errors
    /// When the address is not http or https.
    pub fn new(mut url: Url) -> Result<Self> {
        if !is_web_link(&url) {
            return Err(Error::invalid("a source's address begins with http:// or https://").with_url(url));
        }
        url.set_fragment(None);
        Ok(Self {
            id: SourceId::of(&[url.as_str()]),
            url,
            title: None,
            kind: SourceKind::default(),
            publisher: None,
            specialties: Vec::new(),
            language: None,
            homepage: None,
            folders: Vec::new(),
            provenance: None,
            interval_seconds: None,
        })
    }

    /// The id: of the address it was first followed at.
    #[must_use]
    pub fn id(&self) -> SourceId {
        self.id
    }

    /// Where it is polled. It may hold a token: show [`redacted`] or [`label`](Self::label) instead.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its title, as the catalog, the OPML file or the feed itself gave it.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Something to call it by: the title, else the address without secrets.
    #[must_use]
    pub fn label(&self) -> String {
        self.title.clone().unwrap_or_else(|| redacted(&self.url))
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// Who publishes it.
    #[must_use]
    pub fn publisher(&self) -> Option<&str> {
        self.publisher.as_deref()
    }

    /// The specialties it serves, as declared: a prior for its items' tags. Empty when it is general.
    #[must_use]
    pub fn specialties(&self) -> &[Specialty] {
        &self.specialties
    }

    /// Its language (BCP 47).
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The page it belongs to (OPML `htmlUrl`).
    #[must_use]
    pub fn homepage(&self) -> Option<&Url> {
        self.homepage.as_ref()
    }

    /// The folders it was filed under (OPML).
    #[must_use]
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// Where and when its address was seen, for a source of the built-in catalog.
    #[must_use]
    pub fn provenance(&self) -> Option<&str> {
        self.provenance.as_deref()
    }

    /// How often it is to be asked, when the host has said so.
    #[must_use]
    pub fn interval(&self) -> Option<Duration> {
        self.interval_seconds.map(Duration::from_secs)
    }

    /// The same source with this title.
    #[must_use]
    pub fn with_title(mut self, title: impl AsRef<str>) -> Self {
        let title = clean_line(title.as_ref());
        self.title = (!title.is_empty()).then_some(title);
        self
    }

    /// The same source, of this kind.
    #[must_use]
    pub fn with_kind(mut self, kind: SourceKind) -> Self {
        self.kind = kind;
        self
    }

    /// The same source, of this publisher.
    #[must_use]
    pub fn with_publisher(mut self, publisher: impl Into<String>) -> Self {
        self.publisher = Some(publisher.into());
        self
    }

    /// The same source, serving this specialty too.
    #[must_use]
    pub fn with_specialty(mut self, specialty: Specialty) -> Self {
        if !self.specialties.contains(&specialty) {
            self.specialties.push(specialty);
        }
        self
    }

    /// The same source in this language.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// The same source with this home page.
    #[must_use]
    pub fn with_homepage(mut self, homepage: Url) -> Self {
        self.homepage = Some(homepage);
        self
    }

    /// The same source, filed under this folder too.
    ///
    /// A folder's name is one line: control characters and runs of white space become one space. An empty one, and one
    /// that the source is filed under already, is passed over.
    #[must_use]
    pub fn with_folder(mut self, folder: impl AsRef<str>) -> Self {
        let folder = clean_line(folder.as_ref());
        if !folder.is_empty() && !self.folders.contains(&folder) {
            self.folders.push(folder);
        }
        self
    }

    /// The same source with a note on where its address was seen.
    #[must_use]
    pub fn with_provenance(mut self, provenance: impl Into<String>) -> Self {
        self.provenance = Some(provenance.into());
        self
    }

    /// The same source, to be asked that often instead of by its own rhythm; `None` takes it back. Whole seconds.
    ///
    /// It is held between [`Limits::min_interval`](crate::Limits::min_interval) and
    /// [`max_interval`](crate::Limits::max_interval). It is a wish of the host's, and the cost is the publisher's: so
    /// a longer wish of the publisher's wins, and while the server gives nothing to ask conditionally with (`ETag`,
    /// `Last-Modified`), it is no shorter than [`default_interval`](crate::Limits::default_interval), or
    /// [`large_body_interval`](crate::Limits::large_body_interval) for a large feed. Of a source that is followed
    /// already, [`Store::pin`](crate::Store::pin) changes it or takes it back; to follow again without one says nothing.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let source: medfeed::Source = "https://example.org/recalls.xml".parse()?;
    /// let source = source.with_interval(Duration::from_secs(30 * 60));
    /// assert_eq!(source.interval(), Some(Duration::from_secs(1800)));
    /// assert_eq!(source.with_interval(None).interval(), None);
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    #[must_use]
    pub fn with_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.interval_seconds = interval.into().map(|interval| interval.as_secs());
        self
    }

    /// The same source at another address, after a permanent move. Its id stays.
    #[must_use]
    pub fn moved_to(mut self, url: Url) -> Self {
        self.url = url;
        self
    }
}

impl FromStr for Source {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|cause| {
            Error::invalid(format!(
                "\"{}\" is no address: one looks like https://example.org/feed.xml",
                shorten(&clean_line(text), 120)
            ))
            .with_source(cause)
        })?;
        Self::new(url)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Source")
            .field("id", &self.id)
            .field("url", &redacted(&self.url))
            .field("title", &self.title)
            .field("kind", &self.kind)
            .field("specialties", &self.specialties)
            .finish_non_exhaustive()
    }
}

/// What a source is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SourceKind {
    /// A journal, or a database of journals' articles.
    Journal,
    /// A preprint server.
    Preprint,
    /// News, and anything not said to be something else.
    #[default]
    News,
    /// A podcast.
    Podcast,
    /// A public-health agency's notices.
    PublicHealth,
    /// Recalls and safety alerts.
    SafetyAlert,
    /// Guidelines.
    Guideline,
    /// Retractions.
    Retractions,
    /// Press releases.
    PressRelease,
    /// A blog.
    Blog,
}

impl SourceKind {
    /// All of them, in the order of their standing.
    pub const ALL: [Self; 10] = [
        Self::Journal,
        Self::Guideline,
        Self::SafetyAlert,
        Self::PublicHealth,
        Self::Retractions,
        Self::Preprint,
        Self::News,
        Self::PressRelease,
        Self::Podcast,
        Self::Blog,
    ];

    /// The code, such as `public-health`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Preprint => "preprint",
            Self::News => "news",
            Self::Podcast => "podcast",
            Self::PublicHealth => "public-health",
            Self::SafetyAlert => "safety-alert",
            Self::Guideline => "guideline",
            Self::Retractions => "retractions",
            Self::PressRelease => "press-release",
            Self::Blog => "blog",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for SourceKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let code = text.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|kind| kind.code() == code).ok_or_else(|| {
            let codes: Vec<&str> = Self::ALL.iter().map(|kind| kind.code()).collect();
            Error::invalid(format!(
                "\"{}\" is no kind of source: use one of {}",
                shorten(text, 40),
                codes.join(", ")
            ))
        })
    }
}

//! Media, podcast episodes, people.

use serde::{Deserialize, Serialize};
use url::Url;

/// A file that belongs to an item.
///
/// RSS: `<enclosure>`, `media:content` (alone or in `media:group`), `podcast:alternateEnclosure`. Atom:
/// `link rel="enclosure"`. JSON Feed: `attachments`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Media {
    /// Where it is.
    pub url: Url,
    /// Its MIME type as the feed gives it, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its size in bytes; 0 and 1 in a feed mean unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its length in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u64>,
    /// Its title: `media:title` of the same `media:content` or group, `title` of an Atom link or alternate enclosure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its language (BCP 47): `lang` of `media:content` and `podcast:alternateEnclosure`, `hreflang` of an Atom link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is, lower case: `medium` of `media:content` (`audio`, `video`, `image`, `document`, `executable`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Width in pixels: `media:content width`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels: `media:content` and `podcast:alternateEnclosure` `height`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl Media {
    /// A file at that address, nothing else known.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            mime_type: None,
            bytes: None,
            duration_seconds: None,
            title: None,
            language: None,
            medium: None,
            width: None,
            height: None,
        }
    }

    /// Whether it is sound: by its type, or by the ending of its path where the type is missing or odd.
    #[must_use]
    pub fn is_audio(&self) -> bool {
        match self.mime_type.as_deref() {
            Some(mime_type) if mime_type.contains('/') => mime_type.starts_with("audio/"),
            _ => {
                let path = self.url.path().to_ascii_lowercase();
                [".mp3", ".m4a", ".aac", ".ogg", ".opus", ".oga", ".wav"]
                    .iter()
                    .any(|ending| path.ends_with(ending))
            }
        }
    }
}

/// What makes an item a podcast episode.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Episode {
    /// `itunes:episode`, `podcast:episode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// `itunes:season`, `podcast:season`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
    /// `itunes:episodeType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EpisodeKind>,
    /// `itunes:explicit`: `yes`, `true` or `explicit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit: Option<bool>,
    /// `itunes:duration` in seconds, in all its forms: `HH:MM:SS`, `MM:SS`, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u64>,
    /// `podcast:transcript`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<Transcript>,
    /// `podcast:chapters`: where the chapters file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chapters_url: Option<Url>,
    /// `psc:chapters`: chapters that stand in the feed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
    /// `podcast:person`: hosts and guests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// `itunes:image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Url>,
    /// `itunes:title`: the title without number and show, for players.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `itunes:subtitle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// `podcast:season name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season_name: Option<String>,
    /// How the number is to be shown: `podcast:episode display`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_shown: Option<String>,
    /// `podcast:soundbite`: passages that stand for the whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub soundbites: Vec<Soundbite>,
    /// `podcast:funding` of the episode.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// `itunes:block`: directories are asked not to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

/// A passage of an episode (`podcast:soundbite`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Soundbite {
    /// Its start in seconds (`startTime`).
    pub start_seconds: f64,
    /// Its length in seconds (`duration`).
    pub duration_seconds: f64,
    /// Its title; the episode's when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Soundbite {
    /// A passage without a title.
    #[must_use]
    pub fn new(start_seconds: f64, duration_seconds: f64) -> Self {
        Self {
            start_seconds,
            duration_seconds,
            title: None,
        }
    }
}

/// Where listeners may give money (`podcast:funding`): who pays for a programme matters to clinicians.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Funding {
    /// The page.
    pub url: Url,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Funding {
    /// A page to give at, with what it says.
    #[must_use]
    pub fn new(url: Url, text: impl Into<String>) -> Self {
        Self { url, text: text.into() }
    }
}

/// What kind of episode it is (`itunes:episodeType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EpisodeKind {
    /// A regular episode.
    Full,
    /// A preview of what is to come.
    Trailer,
    /// Extra material.
    Bonus,
}

/// A transcript's address (`podcast:transcript`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transcript {
    /// Where it is.
    pub url: Url,
    /// Its MIME type: `text/vtt`, `application/x-subrip`, `application/json`, `text/html`, `text/plain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `captions` when it is timed for display (`rel`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
}

impl Transcript {
    /// A transcript at that address.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            mime_type: None,
            language: None,
            relation: None,
        }
    }
}

/// A chapter of an episode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chapter {
    /// Its start in seconds.
    pub start_seconds: u64,
    /// Its title.
    pub title: String,
    /// Its link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Its picture: `psc:chapter image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Url>,
}

impl Chapter {
    /// A chapter that starts there.
    #[must_use]
    pub fn new(start_seconds: u64, title: impl Into<String>) -> Self {
        Self {
            start_seconds,
            title: title.into(),
            link: None,
            image: None,
        }
    }
}

/// Somebody named in a feed: author, contributor, host, guest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// The name as given, in one clean line.
    pub name: String,
    /// The e-mail address, where the feed gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A page about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// What they do here: `host`, `guest` (`podcast:person`), the role of `media:credit`; lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// A picture of them: `podcast:person img`, JSON Feed `avatar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Url>,
}

impl Person {
    /// Somebody of that name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: None,
            link: None,
            role: None,
            image: None,
        }
    }
}

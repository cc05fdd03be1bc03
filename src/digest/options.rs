//! What the reader wants.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::model::{SourceId, Specialty};

/// For whom and when a digest is made.
///
/// ```
/// use medfeed::{DigestOptions, Specialty};
/// let options = DigestOptions::new("2026-11-23T07:30:00Z".parse()?)
///     .specialties(vec![Specialty::CARDIOLOGY])
///     .reading_minutes(10)
///     .listening_minutes(25)
///     .playback_speed(1.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DigestOptions {
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
    pub(super) specialties: Vec<Specialty>,
    pub(super) reading_minutes: Option<u32>,
    pub(super) listening_minutes: Option<u32>,
    pub(super) playback_speed: f32,
    pub(super) limit: usize,
    pub(super) per_specialty: Option<usize>,
    pub(super) summary_length: usize,
    pub(super) labels: BTreeMap<SourceId, String>,
    pub(super) link: Option<Url>,
    pub(super) unread: Vec<String>,
}

impl DigestOptions {
    /// A digest made at that moment: 20 stories of all specialties, no time budget, dates in UTC.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            now,
            zone: TimeZone::UTC,
            specialties: Vec::new(),
            reading_minutes: None,
            listening_minutes: None,
            playback_speed: 1.0,
            limit: 20,
            per_specialty: None,
            summary_length: 400,
            labels: BTreeMap::new(),
            link: None,
            unread: Vec::new(),
        }
    }

    /// The moment it is made for.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The zone the reader lives in: moments are dated there.
    #[must_use]
    pub fn time_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// What the reader wants, the dearest first: sections come in this order. Empty means all.
    #[must_use]
    pub fn specialties(mut self, specialties: Vec<Specialty>) -> Self {
        self.specialties = specialties;
        self
    }

    /// How long the reader has to read. Warnings count first, and are shown whole even when they alone take longer.
    #[must_use]
    pub fn reading_minutes(mut self, minutes: u32) -> Self {
        self.reading_minutes = Some(minutes);
        self
    }

    /// How long the reader has to listen: the episodes that fill it best are chosen.
    #[must_use]
    pub fn listening_minutes(mut self, minutes: u32) -> Self {
        self.listening_minutes = Some(minutes);
        self
    }

    /// How fast episodes are played: 1.5 means a 30-minute episode takes 20. Kept within 0.5 and 4.
    #[must_use]
    pub fn playback_speed(mut self, speed: f32) -> Self {
        self.playback_speed = speed;
        self
    }

    /// At most so many stories, warnings not counted. Default 20.
    #[must_use]
    pub fn limit(mut self, stories: usize) -> Self {
        self.limit = stories;
        self
    }

    /// At most so many stories in one specialty's section. Default: no bound but [`limit`](Self::limit).
    #[must_use]
    pub fn per_specialty(mut self, stories: usize) -> Self {
        self.per_specialty = Some(stories);
        self
    }

    /// At most so many characters of each summary. Default 400; 0 shows titles only.
    #[must_use]
    pub fn summary_length(mut self, characters: usize) -> Self {
        self.summary_length = characters;
        self
    }

    /// What to call a source. Without it an item shows its journal, else the host of its link.
    #[must_use]
    pub fn source_label(mut self, source: SourceId, label: impl Into<String>) -> Self {
        self.labels.insert(source, label.into());
        self
    }

    /// A source that could not be read when it was last asked; the digest says so.
    #[must_use]
    pub fn unread_source(mut self, label: impl Into<String>) -> Self {
        self.unread.push(crate::text::clean_line(&label.into()));
        self
    }

    /// What the reader wants, the dearest first; empty means all.
    #[must_use]
    pub fn wanted(&self) -> &[Specialty] {
        &self.specialties
    }

    /// The page this digest is about or published at (RSS channel `<link>`).
    #[must_use]
    pub fn link(mut self, link: Url) -> Self {
        self.link = Some(link);
        self
    }
}

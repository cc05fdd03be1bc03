//! A digest as data: everything the renderers show, and nothing they would have to look up.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, Result};
use crate::model::{Precision, SignalKind, Specialty, StoryId};

/// What a digest's JSON calls its form.
pub(super) const SCHEMA: &str = "medfeed-digest-1";

/// Stories chosen for a reader, in sections, each with the reasons it was chosen.
///
/// Made by [`Digest::compose`], shown by [`to_text`](Self::to_text), [`to_markdown`](Self::to_markdown),
/// [`to_html`](Self::to_html), [`to_json`](Self::to_json) and [`to_rss`](Self::to_rss), read back by
/// [`from_json`](Self::from_json).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Digest {
    /// The form of this data: `medfeed-digest-1`.
    pub schema: String,
    /// Its title, in one clean line.
    pub title: String,
    /// The moment it was made for.
    pub generated_at: Timestamp,
    /// The same moment in the reader's zone, in words: `Monday 23 November 2026, 07:30 GMT`.
    pub generated: String,
    /// The reader's time zone: its IANA name, or an offset.
    pub zone: String,
    /// The page this digest is about or published at; RSS channel `<link>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Warnings first, then a section for each specialty, then what to listen to. Empty sections are left out.
    #[serde(default)]
    pub sections: Vec<DigestSection>,
    /// What was not shown, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Sources that could not be read when they were last asked: what they have is missing here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// Sums over all sections.
    #[serde(default)]
    pub totals: DigestTotals,
}

impl Digest {
    /// Reads a digest that [`to_json`](Self::to_json) wrote. Unknown fields are ignored.
    ///
    /// # Errors
    /// When it is no JSON, lacks a field, or its `schema` is another one.
    pub fn from_json(json: &str) -> Result<Self> {
        let digest: Self = serde_json::from_str(json)
            .map_err(|cause| Error::parse(format!("the digest could not be read: {cause}")))?;
        if digest.schema == SCHEMA {
            Ok(digest)
        } else {
            let found = crate::text::shorten(&crate::text::clean_line(&digest.schema), 40);
            Err(Error::parse(format!(
                "the digest's schema is \"{found}\"; this version reads {SCHEMA}"
            )))
        }
    }

    /// All entries, in the order they are shown.
    pub fn entries(&self) -> impl Iterator<Item = &DigestEntry> {
        self.sections.iter().flat_map(|section| &section.entries)
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }
}

/// Entries under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DigestSection {
    /// What it holds.
    pub kind: SectionKind,
    /// Its heading.
    pub heading: String,
    /// Its entries, the most important first.
    pub entries: Vec<DigestEntry>,
}

/// What a section of a digest holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "specialty")]
#[non_exhaustive]
pub enum SectionKind {
    /// Recalls, retractions, outbreaks, corrections. No cap and no budget shortens it.
    Safety,
    /// Stories of one specialty.
    Specialty(Specialty),
    /// Stories without a specialty.
    General,
    /// Episodes to listen to.
    Listening,
}

/// A story as a digest shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DigestEntry {
    /// The story.
    pub story: StoryId,
    /// Its title, in one clean line.
    pub title: String,
    /// The page to open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// The language of title and summary (BCP 47), where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who carries it, the one to show first: titles of sources, else journals, else hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The journal it appeared in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// Who wrote it, in one line: three names at most, then "and 4 others".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authors: String,
    /// When it was published, by its own account.
    pub date: EntryDate,
    /// Whether it has not been peer reviewed yet.
    #[serde(default)]
    pub preprint: bool,
    /// Its specialties, most confident first, with their evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<EntryTag>,
    /// What it tells beyond its topic, warnings first, with the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<EntrySignal>,
    /// What says that it no longer holds as it stood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<EntryNotice>,
    /// The sum of [`why`](Self::why).
    pub score: i32,
    /// The parts of its score, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<WhyPart>,
    /// Its summary, plain and shortened. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The story's other items: copies, coverage, versions, and notices folded into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<EntryVersion>,
    /// What names the work: DOI, PMID, PMCID, trials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<EntryIdentifier>,
    /// How long reading title, notices and summary takes, in seconds, at 238 words a minute. 0 for an episode.
    #[serde(default)]
    pub reading_seconds: u64,
    /// What there is to listen to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listening: Option<EntryListening>,
}

impl DigestEntry {
    /// The web page to open: `None` also when the data holds an address that is not http(s).
    pub(super) fn web_link(&self) -> Option<&Url> {
        web(self.link.as_ref())
    }
}

/// Only http(s) addresses are ever shown, also when a digest comes back from JSON that somebody changed.
pub(super) fn web(link: Option<&Url>) -> Option<&Url> {
    link.filter(|link| crate::ident::is_web_link(link))
}

/// A date and how it is worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryDate {
    /// The moment, or the first moment (UTC) of the day, month or year; `None` when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// How exact it is; `None` when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// "21 November 2026", "November 2026", "2026", "date unknown". A moment is worded in the reader's zone, a day as
    /// the publisher wrote it.
    pub words: String,
}

/// A specialty and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryTag {
    /// The specialty.
    pub specialty: Specialty,
    /// Its name for people.
    pub label: String,
    /// From 0 to 1.
    pub confidence: f32,
    /// The terms that led to it, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// A signal and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntrySignal {
    /// What it is.
    pub kind: SignalKind,
    /// Its name for people.
    pub label: String,
    /// More about it: the class of a recall, the credit of a CME activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The words that say so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// A notice about the story's work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryNotice {
    /// Retraction, expression of concern or correction.
    pub kind: SignalKind,
    /// What happened to the work: "Retracted", "Expression of concern", "Corrected".
    pub label: String,
    /// The notice's title.
    pub title: String,
    /// The notice's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// The notice's date, in words.
    pub date: String,
    /// How it was found to be about this story.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhyPart {
    /// Which part.
    pub part: RankPart,
    /// What it adds, or takes away.
    pub points: i32,
    /// Why, in words: "randomised trial", "4 independent sources".
    pub words: String,
}

/// The parts a story's score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RankPart {
    /// It warns.
    Safety,
    /// How well it fits what the reader wants.
    Specialty,
    /// What kind of evidence it is.
    Evidence,
    /// How many independent sources carry it.
    Coverage,
    /// How new it is.
    Recency,
    /// It is not peer reviewed.
    Preprint,
}

/// Another item of the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryVersion {
    /// Its title.
    pub title: String,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Who carries it.
    pub source: String,
    /// Its date, in words.
    pub date: String,
    /// How it belongs to the story: "same DOI …". Empty when nothing is recorded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What names a work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryIdentifier {
    /// As it is written: `doi:10.5555/abc`, `PMID 12345678`.
    pub name: String,
    /// The resolver's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
}

/// What there is to listen to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryListening {
    /// The sound file.
    pub audio: Url,
    /// Its MIME type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its length in seconds, at normal speed; `None` when the feed does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// How long it takes at the reader's playback speed, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_at_speed: Option<u64>,
    /// A transcript to read instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Url>,
    /// The chapters file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chapters: Option<Url>,
    /// The continuing-education credit, in words, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cme: Option<String>,
}

/// Stories that were not shown, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// Why.
    pub reason: LeftOutReason,
    /// The same, in words.
    pub words: String,
    /// Which, best first: a host can keep them for the next digest.
    pub stories: Vec<StoryId>,
}

/// Why a story is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LeftOutReason {
    /// It does not fit into the reading time.
    ReadingTime,
    /// It does not fit into the listening time.
    ListeningTime,
    /// An episode of unknown length cannot be planned.
    LengthUnknown,
    /// Its specialty has as many stories as the reader wants.
    PerSpecialty,
    /// The digest has as many stories as the reader wants.
    Limit,
    /// It belongs to none of the specialties the reader wants.
    OtherSpecialty,
}

impl LeftOutReason {
    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ReadingTime => "beyond the reading time",
            Self::ListeningTime => "beyond the listening time",
            Self::LengthUnknown => "of unknown length",
            Self::PerSpecialty => "beyond what one specialty may have",
            Self::Limit => "beyond what a digest may have",
            Self::OtherSpecialty => "of other specialties",
        }
    }
}

/// Sums over a digest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DigestTotals {
    /// Stories shown.
    pub stories: usize,
    /// Of these, warnings.
    pub warnings: usize,
    /// Items behind them that are not shown as entries of their own: copies, coverage, versions, folded notices.
    pub items_folded: usize,
    /// Different sources behind them.
    pub sources: usize,
    /// Stories not shown.
    pub left_out: usize,
    /// Reading all that is to be read (episodes are not), in minutes, rounded up.
    pub reading_minutes: u64,
    /// Of these, reading the warnings, in minutes, rounded up: the only part that may pass the reader's budget.
    pub warning_minutes: u64,
    /// Listening to the section "To listen to" at the reader's speed, in minutes, each episode rounded up; those of
    /// unknown length are not counted.
    pub listening_minutes: u64,
}

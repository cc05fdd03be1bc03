//! Items about one thing, and how they hang together.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Facet, Item, ItemId, Signal, SignalKind, StoryId, Tag};

/// Items about one thing: the same work on several hosts, syndicated copies, coverage, a preprint and its paper.
///
/// Notices (retractions, corrections) stay stories of their own; the story they are about carries them in
/// [`notices`](Self::notices).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Story {
    id: StoryId,
    date: Timestamp,
    items: Vec<Item>,
    relations: Vec<Relation>,
    notices: Vec<Notice>,
    tags: Vec<Tag>,
    signals: Vec<Signal>,
}

impl Story {
    /// A story of these parts; the first item is the one to show. `cluster` decides order, tags and signals.
    pub(crate) fn from_parts(
        id: StoryId,
        date: Timestamp,
        items: Vec<Item>,
        relations: Vec<Relation>,
        notices: Vec<Notice>,
        tags: Vec<Tag>,
        signals: Vec<Signal>,
    ) -> Self {
        Self {
            id,
            date,
            items,
            relations,
            notices,
            tags,
            signals,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> StoryId {
        self.id
    }

    /// The latest of its items' dates, as they are sorted by.
    #[must_use]
    pub fn date(&self) -> Timestamp {
        self.date
    }

    /// The title of the item to show, or a placeholder when it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.lead()
            .map(|item| item.title.as_str())
            .filter(|title| !title.is_empty())
            .unwrap_or("(untitled)")
    }

    /// The link of the item to show.
    #[must_use]
    pub fn link(&self) -> Option<&Url> {
        self.items.iter().find_map(|item| item.link.as_ref())
    }

    /// The item to show: the work itself before a report about it.
    #[must_use]
    pub fn lead(&self) -> Option<&Item> {
        self.items.first()
    }

    /// Its items, the one to show first.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Why its items are together, each with its reason and score.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// What says that it no longer holds as it stood.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Its specialties, most confident first.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The facets of all its items, each as sure as the surest of them: by kind, the surest first.
    #[must_use]
    pub fn facets(&self) -> Vec<&Facet> {
        let mut merged: Vec<&Facet> = self.items.iter().flat_map(|item| &item.facets).collect();
        merged.sort_by(|a, b| {
            (a.kind().cmp(&b.kind()))
                .then_with(|| b.confidence().total_cmp(&a.confidence()))
                .then_with(|| a.code().cmp(b.code()))
        });
        let mut seen = std::collections::BTreeSet::new();
        merged.retain(|facet| seen.insert((facet.kind(), facet.code())));
        merged
    }

    /// What its items signal, warnings first, each kind once.
    #[must_use]
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// The signal of that kind, where it has one.
    #[must_use]
    pub fn signal(&self, kind: SignalKind) -> Option<&Signal> {
        self.signals.iter().find(|signal| signal.kind == kind)
    }
}

/// How one item stands to another, decided automatically: with the reason, so that it can be judged and undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Relation {
    /// What kind.
    pub kind: RelationKind,
    /// The later item.
    pub from: ItemId,
    /// The one that was there before, or the work a notice is about.
    pub to: ItemId,
    /// Why, in words.
    pub reason: String,
    /// How sure, 0 to 1.
    pub score: f32,
    /// When it was decided.
    pub at: Timestamp,
}

impl Relation {
    /// A relation decided at that moment.
    #[must_use]
    pub fn new(
        kind: RelationKind,
        from: ItemId,
        to: ItemId,
        reason: impl Into<String>,
        score: f32,
        at: Timestamp,
    ) -> Self {
        Self {
            kind,
            from,
            to,
            reason: reason.into(),
            score,
            at,
        }
    }
}

/// What kind of relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RelationKind {
    /// Both carry the same DOI, PMID or PMCID.
    SameWork,
    /// Both lead to the same page.
    SameLink,
    /// The same title within a few days, and no identifier that differs.
    SameTitle,
    /// A preprint and its published form, or two versions of a preprint.
    VersionOf,
    /// One tells about the work that the other is.
    About,
    /// A notice retracts the other.
    Retracts,
    /// A notice warns about the other.
    RaisesConcern,
    /// A notice corrects the other.
    Corrects,
}

impl RelationKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::SameWork,
        Self::SameLink,
        Self::SameTitle,
        Self::VersionOf,
        Self::About,
        Self::Retracts,
        Self::RaisesConcern,
        Self::Corrects,
    ];

    /// Whether it makes two items one story. Notices only point.
    #[must_use]
    pub fn joins(self) -> bool {
        !matches!(self, Self::Retracts | Self::RaisesConcern | Self::Corrects)
    }

    /// The code, such as `same-work`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SameWork => "same-work",
            Self::SameLink => "same-link",
            Self::SameTitle => "same-title",
            Self::VersionOf => "version-of",
            Self::About => "about",
            Self::Retracts => "retracts",
            Self::RaisesConcern => "raises-concern",
            Self::Corrects => "corrects",
        }
    }
}

impl fmt::Display for RelationKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// A notice about a story's work: it was retracted, corrected, or doubted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Notice {
    /// Retraction, expression of concern or correction.
    pub kind: SignalKind,
    /// The notice itself.
    pub item: ItemId,
    /// The item it is about.
    pub about: ItemId,
    /// The notice's title.
    pub title: String,
    /// The notice's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// What the notice says, plain and shortened: why a paper was retracted. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// How it was found to be about this story.
    pub reason: String,
    /// The notice's date.
    pub date: Timestamp,
}

impl Notice {
    /// A notice about an item.
    #[must_use]
    pub fn new(kind: SignalKind, notice: &Item, relation: &Relation, date: Timestamp) -> Self {
        Self {
            kind,
            item: notice.id,
            about: relation.to,
            title: notice.title.clone(),
            link: notice.link.clone(),
            summary: crate::text::shorten(&crate::text::clean_line(notice.text()), 600),
            reason: relation.reason.clone(),
            date,
        }
    }
}

//! What an update did.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::error::{Error, FailureClass};
use crate::model::{Health, HealthEvent, ItemId, Source, Warning};

/// What one [`update`](crate::Aggregator::update) did, source by source.
///
/// A failure of one source is data here; it never stops the others.
#[derive(Debug, Default)]
#[must_use = "it says which sources failed"]
#[non_exhaustive]
pub struct UpdateReport {
    pub(super) outcomes: Vec<SourceOutcome>,
    pub(super) elapsed: Duration,
}

impl UpdateReport {
    /// What came of each source that was due, in the order of their addresses.
    #[must_use]
    pub fn outcomes(&self) -> &[SourceOutcome] {
        &self.outcomes
    }

    /// The sources that could not be updated, with the reason.
    pub fn failures(&self) -> impl Iterator<Item = (&Source, &Error)> {
        self.outcomes
            .iter()
            .filter_map(|outcome| Some((&outcome.source, outcome.error()?)))
    }

    /// How many sources were asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.outcomes.len() - self.resting()
    }

    /// How many were due and not asked, because their service told another of its sources to wait.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| matches!(outcome.result, OutcomeKind::Resting))
            .count()
    }

    /// How many requests were sent, redirects included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.outcomes.iter().map(|outcome| u64::from(outcome.requests)).sum()
    }

    /// How many answers were 304, "not modified".
    #[must_use]
    pub fn not_modified(&self) -> usize {
        let count = |outcome: &&SourceOutcome| outcome.status == Some(304) && outcome.error().is_none();
        self.outcomes.iter().filter(count).count()
    }

    /// How many new items turned out to be about what another item is about: they joined its story.
    #[must_use]
    pub fn duplicates(&self) -> usize {
        self.outcomes
            .iter()
            .map(|outcome| match &outcome.result {
                OutcomeKind::Updated { duplicates, .. } => *duplicates,
                _ => 0,
            })
            .sum()
    }

    /// How many sources failed in which way.
    #[must_use]
    pub fn failures_by_class(&self) -> BTreeMap<FailureClass, usize> {
        let mut classes = BTreeMap::new();
        for (_, error) in self.failures() {
            *classes.entry(error.class()).or_default() += 1;
        }
        classes
    }

    /// What changed about how sources fare: who failed first, recovered, moved, fell quiet, went, changed format.
    pub fn events(&self) -> impl Iterator<Item = &HealthEvent> {
        self.outcomes.iter().flat_map(|outcome| &outcome.events)
    }

    /// How many answered that nothing changed (304, or the same body again).
    #[must_use]
    pub fn unchanged(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| matches!(outcome.result, OutcomeKind::NotModified))
            .count()
    }

    /// How many items are new.
    #[must_use]
    pub fn new_items(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.new_items().len()).sum()
    }

    /// How many known items say something new.
    #[must_use]
    pub fn updated_items(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.updated_items().len()).sum()
    }

    /// How many relations between items were found.
    #[must_use]
    pub fn relations(&self) -> usize {
        self.outcomes
            .iter()
            .map(|outcome| match &outcome.result {
                OutcomeKind::Updated { relations, .. } => *relations,
                _ => 0,
            })
            .sum()
    }

    /// Bytes of bodies as they were sent, content encodings not undone.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.outcomes.iter().map(|outcome| outcome.wire_bytes).sum()
    }

    /// Decoded bytes of bodies.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.bytes).sum()
    }

    /// How long the update took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Display for UpdateReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        write!(
            out,
            "{} asked, {} unchanged, {} failed; {}, {} updated",
            counted(self.asked(), "source"),
            self.unchanged(),
            self.failures().count(),
            counted(self.new_items(), "new item"),
            self.updated_items()
        )
    }
}

/// What came of one source.
#[derive(Debug)]
#[non_exhaustive]
pub struct SourceOutcome {
    /// The source, as it was followed when it was asked.
    pub source: Source,
    /// How it fares now.
    pub health: Health,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Requests sent for it, redirects included.
    pub requests: u32,
    /// Bytes of the body as it was sent; 0 when the client does not say, or gave up before the end of it.
    pub wire_bytes: u64,
    /// Decoded bytes of the body.
    pub bytes: usize,
    /// How long fetching and reading took.
    pub elapsed: Duration,
    /// Whether a permanent redirect was followed and kept.
    pub moved: bool,
    /// When it may be asked again; `None` for never, when it is gone.
    pub next_due: Option<Timestamp>,
    /// What changed about how it fares.
    pub events: Vec<HealthEvent>,
    pub(super) result: OutcomeKind,
}

#[derive(Debug)]
pub(super) enum OutcomeKind {
    NotModified,
    Updated {
        new: Vec<ItemId>,
        updated: Vec<ItemId>,
        unchanged: usize,
        duplicates: usize,
        relations: usize,
        warnings: Vec<Warning>,
    },
    Failed(Error),
    /// Not asked, for its service wants to be left alone.
    Resting,
}

impl SourceOutcome {
    /// Why it could not be updated.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match &self.result {
            OutcomeKind::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// The new items.
    #[must_use]
    pub fn new_items(&self) -> &[ItemId] {
        match &self.result {
            OutcomeKind::Updated { new, .. } => new,
            _ => &[],
        }
    }

    /// The known items that say something new.
    #[must_use]
    pub fn updated_items(&self) -> &[ItemId] {
        match &self.result {
            OutcomeKind::Updated { updated, .. } => updated,
            _ => &[],
        }
    }

    /// How many items the feed held; 0 when it did not change or could not be read.
    #[must_use]
    pub fn items(&self) -> usize {
        match &self.result {
            OutcomeKind::Updated {
                new,
                updated,
                unchanged,
                ..
            } => new.len() + updated.len() + unchanged,
            _ => 0,
        }
    }

    /// What was wrong with the feed and how it was handled.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        match &self.result {
            OutcomeKind::Updated { warnings, .. } => warnings,
            _ => &[],
        }
    }
}

/// How far an update is, told after each source.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// Sources that are done.
    pub done: usize,
    /// Sources that were due.
    pub total: usize,
    /// New items so far.
    pub new_items: usize,
    /// Failures so far.
    pub failures: usize,
    /// The source that was just done.
    pub source: &'a Source,
}

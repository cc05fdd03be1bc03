//! What a store says about itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{PollState, Source, SourceHealth};

/// A followed source and how it fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceStatus {
    /// The source, at the address it is polled at now.
    pub source: Source,
    /// What is remembered between polls.
    pub state: PollState,
}

impl SourceStatus {
    /// A source and its state.
    #[must_use]
    pub fn new(source: Source, state: PollState) -> Self {
        Self { source, state }
    }

    /// How the source fares at that moment: in one word, since when, how often it failed and why, when it is asked
    /// again, where it moved.
    #[must_use]
    pub fn health(&self, now: Timestamp) -> SourceHealth {
        SourceHealth::of(&self.state, now)
    }
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoreCounts {
    /// Sources that are followed.
    pub sources: usize,
    /// Items, those of sources no longer followed included.
    pub items: usize,
    /// Stories.
    pub stories: usize,
    /// Relations between items.
    pub relations: usize,
}

//! What a store says about itself.

use serde::{Deserialize, Serialize};

use crate::model::{PollState, Source};

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

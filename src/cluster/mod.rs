//! One thing once: which items are about the same work or event, and what a notice is about.

mod keys;
mod merge;

pub use keys::lookup_keys;
pub use merge::assemble;

use jiff::Timestamp;

use crate::model::{Item, Relation, StoryId};

/// A stored item that shares a look-up key with a new one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Candidate {
    /// The item as stored.
    pub item: Item,
    /// The story it is in.
    pub story: StoryId,
}

impl Candidate {
    /// A stored item and its story.
    #[must_use]
    pub fn new(item: Item, story: StoryId) -> Self {
        Self { item, story }
    }
}

/// How a new item stands to stored ones that share a key with it.
#[must_use]
pub fn relate(item: &Item, candidates: &[Candidate], now: Timestamp) -> Vec<Relation> {
    let _ = (item, candidates, now);
    Vec::new()
}

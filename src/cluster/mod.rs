//! One thing once: which items are about the same work or event, and what a notice is about.
//!
//! Flow: [`lookup_keys`] hashes what an item could share with others; the store finds [`Candidate`]s by them; [`relate`]
//! compares in full and says how the item stands to each; [`assemble`] makes the story that is shown. All of it is pure.
//! No item is ever dropped: a story is a view over relations, each with its reason and score.

mod keys;
mod merge;
mod relate;

pub use keys::lookup_keys;
pub use merge::assemble;
pub use relate::relate;

use crate::model::{Item, StoryId};

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

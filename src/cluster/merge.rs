//! A story from its items.

use jiff::Timestamp;

use crate::model::{Item, Notice, Relation, Story, StoryId};

/// A story of these items: the one to show first, tags and signals of all of them, each once.
///
/// `relations` are those between its items; `notices` those that point at them from outside, newest first.
#[must_use]
pub fn assemble(
    id: StoryId,
    items: Vec<Item>,
    relations: Vec<Relation>,
    notices: Vec<Notice>,
    now: Timestamp,
) -> Story {
    let date = items.iter().map(|item| item.sort_date(now)).max().unwrap_or(now);
    Story::from_parts(id, date, items, relations, notices, Vec::new(), Vec::new())
}

//! A story from its items.

use jiff::Timestamp;

use crate::model::{Item, Notice, Relation, Signal, Story, StoryId, Tag};

/// A story of these items: the one to show first, tags and signals of all of them, each once.
///
/// `relations` are those between its items; `notices` those that point at them from outside. The item to show is the
/// work itself before a preprint of it, that before other pages, podcasts and press releases; among equals the earliest.
/// A specialty's confidence is the highest that any item has. Once a published form is there, the story is no preprint.
#[must_use]
pub fn assemble(
    id: StoryId,
    mut items: Vec<Item>,
    mut relations: Vec<Relation>,
    mut notices: Vec<Notice>,
    now: Timestamp,
) -> Story {
    items.sort_by_cached_key(|item| (standing(item), item.sort_date(now), item.id));
    relations.sort_by_key(|relation| (relation.at, relation.from, relation.to, relation.kind));
    notices.sort_by_key(|notice| (notice.kind, std::cmp::Reverse(notice.date), notice.item));
    notices.dedup_by_key(|notice| notice.item);
    let date = items.iter().map(|item| item.sort_date(now)).max().unwrap_or(now);
    let mut tags: Vec<Tag> = Vec::new();
    let mut signals: Vec<Signal> = Vec::new();
    for item in &items {
        for tag in &item.tags {
            match tags.iter_mut().find(|known| known.specialty() == tag.specialty()) {
                Some(known) if known.confidence() < tag.confidence() => *known = tag.clone(),
                Some(_) => {}
                None => tags.push(tag.clone()),
            }
        }
        for signal in &item.signals {
            match signals.iter_mut().find(|known| known.kind == signal.kind) {
                Some(known) if known.confidence < signal.confidence => *known = signal.clone(),
                Some(_) => {}
                None => signals.push(signal.clone()),
            }
        }
    }
    tags.sort_by(|a, b| {
        b.confidence()
            .total_cmp(&a.confidence())
            .then_with(|| a.specialty().cmp(b.specialty()))
    });
    signals.sort_by_key(|signal| (!signal.kind.is_warning(), signal.kind));
    Story::from_parts(id, date, items, relations, notices, tags, signals)
}

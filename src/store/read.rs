//! Reading stories: once, over each backend's primitives.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::Timestamp;

use super::backend::View;
use crate::cluster::assemble;
use crate::error::Result;
use crate::model::{ItemId, Notice, Relation, RelationKind, SignalKind, Story, StoryId};
use crate::query::{Page, Query};

pub(super) fn stories(store: &dyn View, query: &Query, max_page: usize, now: Timestamp) -> Result<Page<Story>> {
    let limit = query.page_limit().clamp(1, max_page.max(1));
    // One more than wanted says whether there is a next page.
    let mut found = store.matching(query, limit.saturating_add(1))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().copied().filter(|_| more);
    let mut stories = Vec::with_capacity(found.len());
    for cursor in found {
        stories.extend(load(store, cursor.story(), now)?);
    }
    Ok(Page::new(stories, next))
}

pub(super) fn story(store: &dyn View, id: StoryId, now: Timestamp) -> Result<Option<Story>> {
    if let Some(story) = load(store, id, now)? {
        return Ok(Some(story));
    }
    // Merged into another: the item that founded it is there now.
    match store.story_of(ItemId::from_bytes(id.to_bytes()))? {
        Some(into) => load(store, into, now),
        None => Ok(None),
    }
}

fn load(store: &dyn View, id: StoryId, now: Timestamp) -> Result<Option<Story>> {
    let items = store.story_items(id)?;
    if items.is_empty() {
        return Ok(None);
    }
    let members: HashSet<ItemId> = items.iter().map(|item| item.id).collect();
    let mut notices = Vec::new();
    let mut relations = Vec::new();
    for relation in store.story_relations(id)? {
        if let Some(kind) = notice_kind(relation.kind).filter(|_| members.contains(&relation.to)) {
            notices.extend(notice(store, kind, &relation, now)?);
        }
        if members.contains(&relation.from) && members.contains(&relation.to) {
            relations.push(relation);
        }
    }
    notices.sort_by_key(|notice| (Reverse(notice.date), notice.item, notice.about));
    Ok(Some(assemble(id, items, relations, notices, now)))
}

fn notice(store: &dyn View, kind: SignalKind, relation: &Relation, now: Timestamp) -> Result<Option<Notice>> {
    Ok(store
        .item(relation.from)?
        .map(|item| Notice::new(kind, &item, relation, item.sort_date(now))))
}

/// What a relation that only points says about the work it points at.
fn notice_kind(kind: RelationKind) -> Option<SignalKind> {
    match kind {
        RelationKind::Retracts => Some(SignalKind::Retraction),
        RelationKind::RaisesConcern => Some(SignalKind::ExpressionOfConcern),
        RelationKind::Corrects => Some(SignalKind::Correction),
        RelationKind::SameWork
        | RelationKind::SameLink
        | RelationKind::SameTitle
        | RelationKind::VersionOf
        | RelationKind::About => None,
    }
}

//! Taking over a fetched feed: the one algorithm, over each backend's primitives.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use url::Url;

use super::backend::{Record, Transaction};
use super::follow;
use crate::cluster::{Candidate, lookup_keys};
use crate::error::Result;
use crate::model::{Item, ItemId, PollState, Relation, RelationKind, SourceId, StoryId};
use crate::query::microseconds;

/// A fetched and parsed feed, and what is to be remembered of its source.
pub(crate) struct FeedUpdate {
    /// Whose feed. Its items are made its own, whatever they claim.
    pub(crate) source: SourceId,
    /// The state from now on: validators, next due time.
    pub(crate) state: PollState,
    /// The new address, after a permanent move.
    pub(crate) moved_to: Option<Url>,
    /// The feed's own title; taken when the source has none.
    pub(crate) title: Option<String>,
    /// The items; of several with one id the first counts.
    pub(crate) items: Vec<Item>,
    /// When it was fetched.
    pub(crate) now: Timestamp,
    /// What the state becomes once it is known how many items are new.
    pub(crate) finish: Finish,
}

/// Settles a state by the number of new items: when the source is due again follows from its rhythm.
pub(crate) type Finish = Box<dyn FnOnce(PollState, usize) -> PollState + Send>;

/// What becomes of a fetched item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is new.
    Add,
    /// It says something new.
    Update,
    /// It is as stored.
    Unchanged,
}

/// Decisions about items: pure, made inside the transaction.
pub(crate) trait Decide: Send + Sync {
    /// Whether a fetched item is new, changed, or as stored.
    fn change(&self, stored: Option<&Item>, fetched: &Item) -> Change;

    /// How an item stands to stored ones that share a look-up key with it.
    fn relate(&self, item: &Item, candidates: &[Candidate], now: Timestamp) -> Vec<Relation>;
}

/// What came of a feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Applied {
    /// New items, in the feed's order.
    pub(crate) added: Vec<ItemId>,
    /// Items that changed.
    pub(crate) updated: Vec<ItemId>,
    /// How many were as stored.
    pub(crate) unchanged: usize,
    /// How many relations were found.
    pub(crate) joined: usize,
    /// New items that joined the story of another one.
    pub(crate) duplicates: usize,
    /// The state as it was kept.
    pub(crate) state: PollState,
}

pub(super) fn apply(
    store: &mut dyn Transaction,
    update: FeedUpdate,
    decide: &dyn Decide,
    max_candidates: usize,
) -> Result<Applied> {
    let FeedUpdate {
        source,
        state,
        moved_to,
        title,
        items,
        now,
        finish,
    } = update;
    let mut applied = Applied::default();
    let Some(kept) = follow::followed(store, source)? else {
        applied.state = state;
        return Ok(applied);
    };
    let mut seen = HashSet::with_capacity(items.len());
    for mut item in items {
        // The id follows from source and key, so no feed can name another's item.
        item.assign_source(source);
        if !seen.insert(item.id) {
            applied.unchanged += 1;
            continue;
        }
        // An item of that id is the source's own: the id holds the source.
        let stored = store.item(item.id)?.filter(|stored| stored.source == source);
        match (decide.change(stored.as_ref(), &item), &stored) {
            (Change::Unchanged, _) => {
                applied.unchanged += 1;
                continue;
            }
            (_, None) => applied.added.push(item.id),
            (_, Some(_)) => applied.updated.push(item.id),
        }
        let put = put(store, item, stored.as_ref(), decide, max_candidates, now)?;
        applied.joined += put.relations;
        applied.duplicates += usize::from(stored.is_none() && put.is_told_elsewhere);
    }
    store.settle()?;
    applied.state = finish(state, applied.added.len());
    follow::renew(store, kept, applied.state.clone(), moved_to, title.as_deref())?;
    Ok(applied)
}

/// What came of an item that was put into its story.
struct Placed {
    /// New relations.
    relations: usize,
    /// Whether one of them joins it to another item.
    is_told_elsewhere: bool,
}

/// Puts one item into its story.
fn put(
    store: &mut dyn Transaction,
    mut item: Item,
    stored: Option<&Item>,
    decide: &dyn Decide,
    max_candidates: usize,
    now: Timestamp,
) -> Result<Placed> {
    item.first_seen = stored.map_or(Some(now), |stored| stored.first_seen);
    for signal in &mut item.signals {
        // JSON has no NaN: kept as such, the item could not be read again.
        if !signal.confidence.is_finite() {
            signal.confidence = 0.0;
        }
    }
    let keys = lookup_keys(&item);
    let candidates = store.candidates(&keys, item.id, max_candidates)?;
    let mut relations = decide.relate(&item, &candidates, now);
    // Only what was compared can be related.
    relations.retain(|relation| {
        let known = |id: ItemId| candidates.iter().any(|candidate| candidate.item.id == id);
        (relation.from == item.id && known(relation.to)) || (relation.to == item.id && known(relation.from))
    });

    let own = store.story_of(item.id)?;
    let story = place(store, &item, own, &relations, &candidates, now)?;
    let id = item.id;
    let date = microseconds(item.sort_date(now));
    store.put_item(
        Record {
            item,
            story: story.id,
            date,
            keys,
        },
        stored,
    )?;
    for merged in story.merged {
        store.merge_story(merged, story.id)?;
    }

    let is_told_elsewhere = relations.iter().any(|relation| relation.kind.joins());
    let mut joined = 0;
    for mut relation in relations {
        if !relation.score.is_finite() {
            relation.score = 0.0;
        }
        let other = if relation.from == id {
            relation.to
        } else {
            relation.from
        };
        let mirrored = is_mutual(relation.kind) && store.has_relation(relation.kind, relation.to, relation.from)?;
        if other != id && !mirrored && store.add_relation(&relation)? {
            joined += 1;
        }
    }
    Ok(Placed {
        relations: joined,
        is_told_elsewhere,
    })
}

/// Where an item goes, and which stories turn out to be the same.
struct Place {
    id: StoryId,
    merged: Vec<StoryId>,
}

/// The oldest of the stories that the item's relations join, its own included; else one that it founds.
///
/// A new item counts as founding a story of its own now. Of stories founded at the same moment the smaller id stays, so
/// the order in which the feeds of one run arrive does not show.
fn place(
    store: &mut dyn Transaction,
    item: &Item,
    own: Option<StoryId>,
    relations: &[Relation],
    candidates: &[Candidate],
    now: Timestamp,
) -> Result<Place> {
    let mut joined: BTreeSet<StoryId> = own.into_iter().collect();
    for relation in relations.iter().filter(|relation| relation.kind.joins()) {
        let other = if relation.from == item.id {
            relation.to
        } else {
            relation.from
        };
        // Asked anew for each: the candidates' stories are those of before this item.
        joined.extend(
            candidates
                .iter()
                .filter(|candidate| candidate.item.id == other)
                .map(|candidate| candidate.story),
        );
    }
    let mut oldest: Option<(i64, StoryId)> = None;
    for story in &joined {
        if let Some(founded) = store.founded(*story)? {
            let this = (founded, *story);
            oldest = Some(oldest.map_or(this, |oldest| oldest.min(this)));
        }
    }
    let founds = (microseconds(now), StoryId::founded_by(item.id));
    let id = match oldest {
        Some(oldest) if own.is_some() || oldest < founds => oldest.1,
        _ => {
            store.add_story(founds.1, founds.0)?;
            founds.1
        }
    };
    joined.remove(&id);
    Ok(Place {
        id,
        merged: joined.into_iter().collect(),
    })
}

/// Whether a relation says the same both ways.
fn is_mutual(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::SameWork | RelationKind::SameLink | RelationKind::SameTitle
    )
}

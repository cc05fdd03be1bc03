//! A store in memory: for tests, for one run, and for hosts with a database of their own.
//!
//! Each change notes its opposite, so that a job that fails leaves no trace. One job at a time has it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::backend::{Backend, Job, Kept, Record, Transaction, Turn, View};
use super::{Due, DueRange, Found, PollTimes, SourceStatus, StoreCounts};
use crate::cluster::Candidate;
use crate::error::Result;
use crate::model::{Health, Item, ItemId, PollState, Relation, RelationKind, SourceId, StoryId};
use crate::query::{Cursor, Query, microseconds};

#[derive(Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    /// Held by whoever updates the sources.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Backend for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn read(&self, job: Box<dyn Job>) {
        self.write(job);
    }

    fn write(&self, mut job: Box<dyn Job>) {
        if job.is_unwanted() {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if job.run(&mut *state).is_err() {
            state.roll_back();
        }
        state.undo.clear();
        drop(state);
        job.finish(Ok(()));
    }

    fn try_turn(&self) -> Result<Option<Turn>> {
        Ok(Arc::clone(&self.turn).try_lock_owned().ok().map(Turn::new))
    }
}

type RelationKey = (ItemId, ItemId, RelationKind);

#[derive(Default)]
struct State {
    sources: HashMap<SourceId, (u64, Kept)>,
    items: HashMap<ItemId, Arc<Stored>>,
    /// In the order in which they came.
    by_number: BTreeMap<u64, ItemId>,
    by_key: HashMap<u64, BTreeSet<(u64, ItemId)>>,
    stories: HashMap<StoryId, i64>,
    members: HashMap<StoryId, BTreeSet<(u64, ItemId)>>,
    by_source: HashMap<SourceId, BTreeSet<(Reverse<i64>, u64, ItemId)>>,
    relations: BTreeMap<RelationKey, Relation>,
    /// The same relations, by where they point.
    pointed: BTreeSet<RelationKey>,
    /// Numbers items and sources in the order in which they came.
    next: u64,
    undo: Vec<Undo>,
}

struct Stored {
    number: u64,
    record: Record,
}

/// What something was before.
enum Undo {
    Source(SourceId, Option<Box<(u64, Kept)>>),
    Item(ItemId, Option<Arc<Stored>>),
    Story(StoryId, Option<i64>),
    Relation(RelationKey),
}

impl State {
    fn roll_back(&mut self) {
        while let Some(change) = self.undo.pop() {
            match change {
                Undo::Source(id, Some(before)) => drop(self.sources.insert(id, *before)),
                Undo::Source(id, None) => drop(self.sources.remove(&id)),
                Undo::Item(id, before) => drop(self.set_item(id, before)),
                Undo::Story(id, Some(before)) => drop(self.stories.insert(id, before)),
                Undo::Story(id, None) => drop(self.stories.remove(&id)),
                Undo::Relation(key) => {
                    self.relations.remove(&key);
                    self.pointed.remove(&(key.1, key.0, key.2));
                }
            }
        }
    }

    /// Sets or removes an item with everything that leads to it, and gives what was there.
    fn set_item(&mut self, id: ItemId, stored: Option<Arc<Stored>>) -> Option<Arc<Stored>> {
        let before = self.items.remove(&id);
        if let Some(before) = &before {
            let record = &before.record;
            self.by_number.remove(&before.number);
            for key in &record.keys {
                remove(&mut self.by_key, key, &(before.number, id));
            }
            remove(&mut self.members, &record.story, &(before.number, id));
            let place = (Reverse(record.date), before.number, id);
            remove(&mut self.by_source, &record.item.source, &place);
        }
        if let Some(stored) = stored {
            let record = &stored.record;
            for key in &record.keys {
                self.by_key.entry(*key).or_default().insert((stored.number, id));
            }
            self.members
                .entry(record.story)
                .or_default()
                .insert((stored.number, id));
            let place = (Reverse(record.date), stored.number, id);
            self.by_source.entry(record.item.source).or_default().insert(place);
            self.by_number.insert(stored.number, id);
            self.items.insert(id, stored);
        }
        before
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn members(&self, story: StoryId) -> impl Iterator<Item = &Arc<Stored>> {
        let members = self.members.get(&story).into_iter().flatten();
        members.filter_map(|(_, id)| self.items.get(id))
    }
}

fn remove<K: std::hash::Hash + Eq, V: Ord>(index: &mut HashMap<K, BTreeSet<V>>, key: &K, value: &V) {
    if let Some(values) = index.get_mut(key) {
        values.remove(value);
        if values.is_empty() {
            index.remove(key);
        }
    }
}

impl View for State {
    fn source(&self, id: SourceId) -> Result<Option<Kept>> {
        Ok(self.sources.get(&id).map(|(_, kept)| kept.clone()))
    }

    fn sources(&self) -> Result<Vec<SourceStatus>> {
        let mut sources: Vec<&(u64, Kept)> = self.sources.values().filter(|(_, kept)| kept.followed).collect();
        sources.sort_by_key(|(number, _)| *number);
        Ok(sources.into_iter().map(|(_, kept)| kept.status.clone()).collect())
    }

    fn due(&self, range: DueRange) -> Result<Vec<Found>> {
        let mut due: Vec<(Option<i64>, u64, &Kept)> = self
            .sources
            .values()
            .filter(|(_, kept)| kept.followed && kept.status.state.health != Health::Gone)
            .map(|(number, kept)| (kept.status.state.next_due.map(microseconds), *number, kept))
            .filter(|(next_due, ..)| next_due.is_none_or(|next_due| range.holds(next_due)))
            .collect();
        due.sort_by_key(|(next_due, number, _)| (*next_due, *number));
        let found = |next_due, kept: &Kept| range.found(next_due, Due::Ready(Box::new(kept.status.clone())));
        Ok(due
            .into_iter()
            .map(|(next_due, _, kept)| found(next_due, kept))
            .collect())
    }

    fn item(&self, id: ItemId) -> Result<Option<Item>> {
        Ok(self.items.get(&id).map(|stored| stored.record.item.clone()))
    }

    fn items_of(&self, source: SourceId, limit: usize) -> Result<Vec<Item>> {
        let latest = self.by_source.get(&source).into_iter().flatten();
        Ok(latest
            .filter_map(|(.., id)| self.items.get(id))
            .take(limit)
            .map(|stored| stored.record.item.clone())
            .collect())
    }

    fn story_of(&self, item: ItemId) -> Result<Option<StoryId>> {
        Ok(self.items.get(&item).map(|stored| stored.record.story))
    }

    fn story_items(&self, story: StoryId) -> Result<Vec<Item>> {
        Ok(self.members(story).map(|stored| stored.record.item.clone()).collect())
    }

    fn story_relations(&self, story: StoryId) -> Result<Vec<Relation>> {
        let least = ItemId::from_bytes([0; 16]);
        let mut keys: BTreeSet<RelationKey> = BTreeSet::new();
        for (_, id) in self.members.get(&story).into_iter().flatten() {
            let first = (*id, least, RelationKind::SameWork);
            let of_item = |key: &&RelationKey| key.0 == *id;
            keys.extend(self.relations.range(first..).map(|(key, _)| key).take_while(of_item));
            let pointing = self.pointed.range(first..).take_while(of_item);
            keys.extend(pointing.map(|(to, from, kind)| (*from, *to, *kind)));
        }
        Ok(keys.iter().filter_map(|key| self.relations.get(key)).cloned().collect())
    }

    fn untagged(&self, after: i64, limit: usize, tagger: &str) -> Result<Vec<(i64, Option<Item>)>> {
        let after = u64::try_from(after).unwrap_or_default();
        let next = self.by_number.range((Bound::Excluded(after), Bound::Unbounded));
        let found = next.take(limit).filter_map(|(number, id)| {
            let item = &self.items.get(id)?.record.item;
            let is_its = item.tagger.as_deref() == Some(tagger);
            Some((i64::try_from(*number).ok()?, (!is_its).then(|| item.clone())))
        });
        Ok(found.collect())
    }

    fn matching(&self, query: &Query, limit: usize) -> Result<Vec<Cursor>> {
        let after = query.cursor().map(Cursor::order);
        let mut stories: Vec<Cursor> = self
            .stories
            .keys()
            .filter_map(|story| {
                let date = self.members(*story).map(|stored| stored.record.date).max()?;
                Some(Cursor::new(date, *story))
            })
            .filter(|cursor| after.is_none_or(|after| cursor.order() > after))
            .collect();
        stories.sort_by_key(|cursor| cursor.order());
        stories.retain({
            let mut found = 0;
            move |cursor| {
                let matches = found < limit
                    && self.members(cursor.story()).any(|stored| {
                        let record = &stored.record;
                        let source = self.sources.get(&record.item.source);
                        let source = source.map(|(_, kept)| &kept.status.source);
                        let date = Timestamp::from_microsecond(record.date);
                        date.is_ok_and(|date| query.matches(&record.item, source, date))
                    });
                found += usize::from(matches);
                matches
            }
        });
        Ok(stories)
    }

    fn counts(&self) -> Result<StoreCounts> {
        Ok(StoreCounts {
            sources: self.sources.values().filter(|(_, kept)| kept.followed).count(),
            items: self.items.len(),
            stories: self.stories.len(),
            relations: self.relations.len(),
        })
    }
}

impl Transaction for State {
    fn put_source(&mut self, kept: &Kept) -> Result<()> {
        let id = kept.status.source.id();
        let before = self.sources.remove(&id);
        let number = match &before {
            Some((number, _)) => *number,
            None => self.number(),
        };
        self.sources.insert(id, (number, kept.clone()));
        self.undo.push(Undo::Source(id, before.map(Box::new)));
        Ok(())
    }

    fn put_state(&mut self, id: SourceId, state: &PollState) -> Result<()> {
        if let Some((_, kept)) = self.sources.get(&id)
            && kept.followed
        {
            let mut kept = kept.clone();
            kept.status.state = state.clone();
            self.put_source(&kept)?;
        }
        Ok(())
    }

    fn put_times(&mut self, id: SourceId, _row: Option<i64>, times: PollTimes) -> Result<()> {
        let mut kept = match self.sources.get(&id) {
            Some((_, kept)) if kept.followed => kept.clone(),
            _ => return Ok(()),
        };
        times.put_into(&mut kept.status.state);
        self.put_source(&kept)
    }

    fn candidates(&self, keys: &[u64], except: ItemId, limit: usize) -> Result<Vec<Candidate>> {
        let mut found: Vec<Candidate> = Vec::new();
        for key in keys {
            // As many as the limit are looked at, so that a key that thousands share stays cheap.
            for (_, id) in self.by_key.get(key).into_iter().flatten().rev().take(limit) {
                if found.len() >= limit {
                    return Ok(found);
                }
                if *id == except || found.iter().any(|candidate| candidate.item.id == *id) {
                    continue;
                }
                let stored = self.items.get(id);
                found.extend(stored.map(|stored| Candidate::new(stored.record.item.clone(), stored.record.story)));
            }
        }
        Ok(found)
    }

    fn founded(&self, story: StoryId) -> Result<Option<i64>> {
        Ok(self.stories.get(&story).copied())
    }

    fn add_story(&mut self, story: StoryId, founded: i64) -> Result<()> {
        let before = self.stories.insert(story, founded);
        self.undo.push(Undo::Story(story, before));
        Ok(())
    }

    fn put_item(&mut self, record: Record, _replaced: Option<&Item>) -> Result<()> {
        let id = record.item.id;
        let number = match self.items.get(&id) {
            Some(stored) => stored.number,
            None => self.number(),
        };
        let before = self.set_item(id, Some(Arc::new(Stored { number, record })));
        self.undo.push(Undo::Item(id, before));
        Ok(())
    }

    fn put_tags(&mut self, _number: i64, item: &Item, _new: bool) -> Result<()> {
        let Some(stored) = self.items.get(&item.id) else {
            return Ok(());
        };
        let record = Record {
            item: item.clone(),
            story: stored.record.story,
            date: stored.record.date,
            keys: stored.record.keys.clone(),
        };
        self.put_item(record, None)
    }

    fn merge_story(&mut self, from: StoryId, into: StoryId) -> Result<()> {
        let members: Vec<Arc<Stored>> = self.members(from).cloned().collect();
        for stored in members {
            let record = &stored.record;
            self.put_item(
                Record {
                    item: record.item.clone(),
                    story: into,
                    date: record.date,
                    keys: record.keys.clone(),
                },
                None,
            )?;
        }
        let before = self.stories.remove(&from);
        self.undo.push(Undo::Story(from, before));
        Ok(())
    }

    fn has_relation(&self, kind: RelationKind, from: ItemId, to: ItemId) -> Result<bool> {
        Ok(self.relations.contains_key(&(from, to, kind)))
    }

    fn add_relation(&mut self, relation: &Relation) -> Result<bool> {
        let key = (relation.from, relation.to, relation.kind);
        if self.relations.contains_key(&key) {
            return Ok(false);
        }
        self.relations.insert(key, relation.clone());
        self.pointed.insert((key.1, key.0, key.2));
        self.undo.push(Undo::Relation(key));
        Ok(true)
    }

    fn settle(&mut self) -> Result<()> {
        Ok(())
    }
}

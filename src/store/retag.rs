//! Tagging stored items anew: one page in one transaction, once over each backend's primitives.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::backend::Transaction;
use crate::error::Result;
use crate::model::{Item, SourceId, Specialty, Tag};

/// What came of tagging a store anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetagReport {
    /// Items looked at: all there are.
    pub seen: usize,
    /// Those that another tagger, or none, had tagged, and that were tagged anew.
    pub retagged: usize,
    /// Those of them whose tags are others now, be it in confidence or evidence.
    pub changed: usize,
    /// Specialties that items gained, each counted for each item.
    pub gained: usize,
    /// Specialties that items lost, each counted for each item.
    pub lost: usize,
}

impl RetagReport {
    pub(crate) fn add(&mut self, page: &Self) {
        self.seen += page.seen;
        self.retagged += page.retagged;
        self.changed += page.changed;
        self.gained += page.gained;
        self.lost += page.lost;
    }

    fn count(&mut self, before: &[Tag], after: &[Tag]) {
        self.retagged += 1;
        self.changed += usize::from(before != after);
        self.gained += missing(after, before);
        self.lost += missing(before, after);
    }
}

/// How many specialties of one list are not in the other.
fn missing(of: &[Tag], other: &[Tag]) -> usize {
    let is_there = |tag: &&Tag| other.iter().any(|known| known.specialty() == tag.specialty());
    of.iter().filter(|tag| !is_there(tag)).count()
}

/// Who tags anew.
pub(crate) struct Retagger {
    /// What items remember that it has tagged.
    pub(crate) version: String,
    /// Tags an item, knowing the specialties its source declares, and lets it remember the version.
    pub(crate) tag: TagAnew,
}

/// See [`Retagger::tag`].
pub(crate) type TagAnew = Box<dyn Fn(&mut Item, &[Specialty]) + Send + Sync>;

/// Tags the items of one page, and says where the next one begins.
pub(super) fn retag(
    store: &mut dyn Transaction,
    after: i64,
    limit: usize,
    retagger: &Retagger,
) -> Result<(RetagReport, Option<i64>)> {
    let mut report = RetagReport::default();
    let page = store.untagged(after, limit, &retagger.version)?;
    let last = page.last().map(|(number, _)| *number);
    report.seen = page.len();
    let is_full = page.len() >= limit;
    let mut declared: HashMap<SourceId, Vec<Specialty>> = HashMap::new();
    for (number, item) in page {
        let Some(stored) = item else { continue };
        let specialties = match declared.entry(stored.source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let kept = store.source(stored.source)?;
                free.insert(kept.map_or(Vec::new(), |kept| kept.status.source.specialties().to_vec()))
            }
        };
        let mut tagged = stored.clone();
        (retagger.tag)(&mut tagged, specialties);
        report.count(&stored.tags, &tagged.tags);
        // Nothing but these: whatever else the tagger did to it.
        let same_tags = stored.tags == tagged.tags && stored.facets == tagged.facets;
        let item = Item {
            tags: tagged.tags,
            facets: tagged.facets,
            tagger: tagged.tagger,
            ..stored
        };
        store.put_tags(number, &item, !same_tags)?;
    }
    Ok((report, last.filter(|_| is_full)))
}

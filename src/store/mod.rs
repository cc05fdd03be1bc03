//! What is kept: sources and how they fare, items, their stories and relations, and an index to find them by.
//!
//! [`Store`] is opaque over a private backend: memory, or one SQLite file. What is decided stands once
//! (`apply`, `follow`, `read`) over primitives that each backend implements; one contract suite runs against all.

mod apply;
mod backend;
mod follow;
mod memory;
mod read;
mod retag;
#[cfg(feature = "sqlite")]
mod sqlite;
mod status;

#[cfg(test)]
pub(crate) mod contract;

pub use retag::RetagReport;
pub use status::{SourceStatus, StoreCounts};

pub(crate) use apply::{Applied, Change, Decide, FeedUpdate};
pub(crate) use backend::Turn;
pub(crate) use retag::Retagger;
pub(crate) use status::{Due, DueRange, Found, PollTimes};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Health, Item, ItemId, PollState, Source, SourceId, Story, StoryId};
use crate::query::{Page, Query, microseconds};
use crate::schedule::DUE_AHEAD;
use backend::{Backend, Transaction, View, job};

/// How often a running update is looked after by the next one.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// What is to be noted of a source after an answer without items.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) source: SourceId,
    /// Its row, where it was found with one.
    pub(crate) row: Option<i64>,
    pub(crate) note: Note,
}

/// How much there is to note.
#[derive(Debug)]
pub(crate) enum Note {
    /// Nothing but when: so it is for nearly every poll.
    Times(PollTimes),
    /// Something else as well.
    State(Box<PollState>),
    /// And a new address.
    Moved(Box<PollState>, Url),
}

/// Where sources, items and stories are kept. A cheap clone of one store; `Send` and `Sync`.
///
/// Nothing stored is ever deleted by a refresh. The asynchronous methods need no particular runtime: SQLite works on
/// threads of its own, one for writing and two for reading. A write that has begun is completed also when its future
/// is dropped; the last clone to be dropped waits for that.
///
/// ```
/// # async fn run() -> medfeed::Result<()> {
/// use medfeed::{Query, Source, Store};
/// let store = Store::in_memory();
/// store.follow(vec!["https://example.org/feed.xml".parse::<Source>()?]).await?;
/// assert_eq!(store.sources().await?.len(), 1);
/// let page = store.stories(&Query::new(), jiff::Timestamp::now()).await?;
/// assert!(page.items.is_empty() && page.next.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    backend: Arc<dyn Backend>,
    limits: Arc<Limits>,
}

impl Store {
    /// A store that lasts as long as its clones.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::over(Arc::new(memory::Memory::default()))
    }

    /// The store in that file, made when there is none. A file that can only be read opens too; then writing fails.
    /// Beside it SQLite keeps two more while it is open (`-wal`, `-shm`); a third (`-update`, empty) is locked while sources
    /// are updated. Opening blocks for as long as the disk takes.
    ///
    /// Several processes may have it open at once; a write waits up to 10 seconds for another's.
    ///
    /// # Errors
    /// [`is_store_corrupt`](crate::Error::is_store_corrupt) when the file is damaged, cut short, empty, or something
    /// else than a store; [`is_store`](crate::Error::is_store) when a newer version wrote it or it cannot be opened. The
    /// file is left as it is.
    #[cfg(feature = "sqlite")]
    pub fn open(path: impl AsRef<std::path::Path>) -> Result<Self> {
        sqlite::Sqlite::open(path.as_ref(), sqlite::Access::ReadWrite, sqlite::BUSY)
            .map(|backend| Self::over(Arc::new(backend)))
    }

    /// The store in that file, for reading only: for a second process that shows what another collects, or a file on a
    /// medium that cannot be written.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when there is no such file or an older version wrote it.
    #[cfg(feature = "sqlite")]
    pub fn open_read_only(path: impl AsRef<std::path::Path>) -> Result<Self> {
        sqlite::Sqlite::open(path.as_ref(), sqlite::Access::ReadOnly, sqlite::BUSY)
            .map(|backend| Self::over(Arc::new(backend)))
    }

    fn over(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            limits: Arc::new(Limits::default()),
        }
    }

    /// The same store under these limits: `max_page` and `max_candidates` matter here.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = Arc::new(limits);
        self
    }

    /// Follows these sources and says how many of them were not followed before.
    ///
    /// One that is followed already keeps its state, and its address when it moved since, and takes the rest from the
    /// new one (a pinned interval stays until another is given); a bare address changes nothing. One that was unfollowed
    /// starts afresh, with its items still there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn follow(&self, sources: Vec<Source>) -> Result<usize> {
        self.write(move |store| follow::follow(store, sources)).await
    }

    /// Stops following a source; its items stay. Says whether it was followed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn unfollow(&self, source: SourceId) -> Result<bool> {
        self.write(move |store| follow::unfollow(store, source)).await
    }

    /// Makes a source due at the next update, whatever it rests for: after its key was put right, or to ask once more for
    /// one that is [gone](Health::Gone). Says whether it is followed. Its publisher may have asked for the rest; this is
    /// for a person's word, not for a loop.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn retry(&self, source: SourceId) -> Result<bool> {
        self.write(move |store| follow::retry(store, source)).await
    }

    /// Asks a source at this interval from its next poll on, or with `None` as often as fits its own publishing again.
    /// Says whether it is followed. See [`Source::with_interval`].
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn pin(&self, source: SourceId, interval: Option<Duration>) -> Result<bool> {
        self.write(move |store| follow::pin(store, source, interval)).await
    }

    /// The sources that are followed, in the order in which they were first, each with its state.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sources(&self) -> Result<Vec<SourceStatus>> {
        self.read(|store| store.sources()).await
    }

    /// The sources that are followed and fare so at that moment, in the order in which they were first followed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sources_with(&self, health: &[Health], now: Timestamp) -> Result<Vec<SourceStatus>> {
        let mut sources = self.sources().await?;
        sources.retain(|status| health.contains(&status.health(now).health));
        Ok(sources)
    }

    /// One page of the stories that match, the latest first (then by id).
    ///
    /// A story stands at its latest item's date, as that was when it was stored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn stories(&self, query: &Query, now: Timestamp) -> Result<Page<Story>> {
        let (query, max_page) = (query.clone(), self.limits.max_page);
        self.read(move |store| read::stories(store, &query, max_page, now))
            .await
    }

    /// One story. The id of a story that was merged into another leads to that one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn story(&self, id: StoryId, now: Timestamp) -> Result<Option<Story>> {
        self.read(move |store| read::story(store, id, now)).await
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn item(&self, id: ItemId) -> Result<Option<Item>> {
        self.read(move |store| store.item(id)).await
    }

    /// A source's latest items, at most `limit` and at most [`Limits::max_page`]; also of one that was unfollowed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn items_of(&self, source: SourceId, limit: usize) -> Result<Vec<Item>> {
        let limit = limit.min(self.limits.max_page);
        self.read(move |store| store.items_of(source, limit)).await
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn count(&self) -> Result<StoreCounts> {
        self.read(|store| store.counts()).await
    }
}

impl Store {
    /// The followed sources that may be asked now, the longest due first, and those that perhaps may: due within
    /// [`DUE_AHEAD`], or later than any rest is long. One that is gone is never due.
    pub(crate) async fn due(&self, now: Timestamp, limits: &Limits) -> Result<Vec<Found>> {
        let after = |wait: Duration| {
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
            microseconds(now.checked_add(wait).unwrap_or(Timestamp::MAX))
        };
        let range = DueRange {
            now: microseconds(now),
            soon: after(DUE_AHEAD),
            absurd: after(limits.max_interval.max(limits.min_interval)),
        };
        self.read(move |store| store.due(range)).await
    }

    /// The right to update the sources, waited for while another update runs, here or in another process.
    ///
    /// # Errors
    /// `is_store_locked` when that one has not ended within `patience`.
    pub(crate) async fn turn(&self, patience: Duration) -> Result<Turn> {
        let begun = tokio::time::Instant::now();
        loop {
            if let Some(turn) = self.backend.try_turn()? {
                return Ok(turn);
            }
            if begun.elapsed() >= patience {
                return Err(Error::new(
                    Kind::StoreLocked,
                    "another update of this store has been running for too long",
                ));
            }
            tokio::time::sleep(BETWEEN_TRIES.min(patience)).await;
        }
    }

    /// Notes how sources fare after answers without items: failures, or "not modified". All in one transaction; the
    /// last of each is where it has moved to.
    pub(crate) async fn record(&self, polled: Vec<Recorded>) -> Result<()> {
        self.write(move |store| {
            polled.into_iter().try_for_each(|one| match one.note {
                Note::Times(times) => store.put_times(one.source, one.row, times),
                Note::State(state) => store.put_state(one.source, &state),
                Note::Moved(state, to) => follow::record_move(store, one.source, *state, to),
            })
        })
        .await
    }

    /// Lets the sources that `holds` names rest until that moment at least.
    pub(crate) async fn rest_until(
        &self,
        until: Timestamp,
        holds: impl Fn(&Source) -> bool + Send + 'static,
    ) -> Result<()> {
        self.write(move |store| {
            for SourceStatus { source, mut state } in store.sources()? {
                if holds(&source) && state.next_due.is_none_or(|due| due < until) {
                    state.next_due = Some(until);
                    state.rests_until = Some(until);
                    store.put_state(source.id(), &state)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Tags anew, in one transaction, those of the next `limit` items after that place that another tagger has tagged, and
    /// says where the last of them stood, when there may be more. The first page is after 0.
    pub(crate) async fn retag(
        &self,
        after: i64,
        limit: usize,
        retagger: Arc<Retagger>,
    ) -> Result<(RetagReport, Option<i64>)> {
        self.write(move |store| retag::retag(store, after, limit, &retagger))
            .await
    }

    /// Takes over a fetched feed in one transaction: items, relations, stories, validators and next due time.
    pub(crate) async fn apply(&self, update: FeedUpdate, decide: Arc<dyn Decide>) -> Result<Applied> {
        let max_candidates = self.limits.max_candidates;
        self.write(move |store| apply::apply(store, update, decide.as_ref(), max_candidates))
            .await
    }
}

impl Store {
    async fn read<T: Send + 'static>(&self, work: impl FnOnce(&dyn View) -> Result<T> + Send + 'static) -> Result<T> {
        let (job, answer) = job(|store: &mut dyn Transaction| work(store));
        self.backend.read(job);
        answer.wait().await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (job, answer) = job(work);
        self.backend.write(job);
        answer.wait().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Store")
            .field("backend", &self.backend.name())
            .finish_non_exhaustive()
    }
}

//! The whole way through: what is due is fetched, read, identified, tagged, joined and stored; then asked for.
//!
//! The only module that knows all others. Effects are here and at the edges; what is decided is pure.

mod ask;
mod builder;
mod decide;
mod poll;
mod report;
mod retag;
mod service;
mod standing;
mod turns;
mod update;

use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::digest::{Digest, DigestOptions};
use crate::error::Result;
use crate::fetch::Fetch;
use crate::limits::Limits;
use crate::model::{Health, Source, SourceId, Story};
use crate::query::Query;
use crate::store::{RetagReport, Store};
use crate::tag::Tagger;

pub use builder::AggregatorBuilder;
pub use report::{Progress, SourceOutcome, UpdateReport};

/// Pages of stories that are weighed for one digest.
const MAX_PAGES: usize = 20;

/// Follows sources, updates what is due, and answers with stories and digests. A cheap clone; `Send` and `Sync`.
///
/// It needs a tokio runtime with time enabled (and, with the built-in client, input and output too).
#[derive(Clone)]
pub struct Aggregator {
    parts: Arc<Parts>,
}

pub(super) struct Parts {
    store: Store,
    fetcher: Arc<dyn Fetch>,
    /// Whether the fetcher is the host's.
    is_own_client: bool,
    tagger: Tagger,
    limits: Limits,
    stories: bool,
    on_progress: Option<builder::OnProgress>,
    on_health: Option<builder::OnHealth>,
    /// Domains that the host says are one service each.
    services: Vec<String>,
    headers: Vec<OwnHeader>,
    /// When this aggregator last updated: how often its host does.
    last_run: Mutex<Option<Timestamp>>,
}

/// A header field for the requests of one source; never in the store, never shown.
struct OwnHeader {
    source: SourceId,
    origin: url::Origin,
    name: String,
    value: String,
}

impl Aggregator {
    /// Sets one up over a store.
    pub fn builder(store: Store) -> AggregatorBuilder {
        AggregatorBuilder::new(store)
    }

    /// The store it works on.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// Follows sources: one, several, or a catalog. Says how many were not followed before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn follow(&self, sources: impl Into<Sources>) -> Result<usize> {
        self.parts.store.follow(sources.into().0).await
    }

    /// Asks every source that is due, and stores what is new. One bad feed never stops the others: what went wrong is
    /// in the report.
    ///
    /// One update at a time works on a store, whatever process it runs in: a second one waits for it (for at most
    /// [`Limits::update_patience`]) and then asks what is still due, so each feed is asked once. When a process dies in
    /// an update, the next one goes on at once.
    ///
    /// # Errors
    /// Only when the store fails; then what was stored before stays, and the next run goes on from there.
    pub async fn update(&self) -> Result<UpdateReport> {
        self.update_at(Timestamp::now()).await
    }

    /// [`update`](Self::update) as if it were `now`: what is due then, first seen then. For tests and replays.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub async fn update_at(&self, now: Timestamp) -> Result<UpdateReport> {
        update::run(Arc::clone(&self.parts), now).await
    }

    /// Tags anew what another tagger has tagged: after a new release, or with a taxonomy of one's own. Nothing is fetched.
    ///
    /// Goes over the whole store, also over items of sources that were unfollowed, and looks at those that remember
    /// another tagger than [this one's version](Tagger::version). Only their tags change: not when they were first seen,
    /// nor their order, their stories or their signals. Each page is kept as it is done, and what is done is not done
    /// again: after an interruption the next call goes on. Updates may run meanwhile.
    ///
    /// ```
    /// # async fn run() -> medfeed::Result<()> {
    /// use medfeed::{Aggregator, Store, Tagger, Taxonomy};
    /// let own = Taxonomy::from_toml(
    ///     "version = 1\nextends = \"builtin\"\n[[specialty]]\ncode = \"cardiology\"\nstrong = [\"heart team\"]",
    /// )?;
    /// let aggregator = Aggregator::builder(Store::in_memory()).tagger(Tagger::new(own)?).build()?;
    /// let report = aggregator.retag().await?;
    /// assert_eq!((report.seen, report.changed), (0, 0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the store cannot be read or written; then the pages before it stay done.
    pub async fn retag(&self) -> Result<RetagReport> {
        retag::retag(&self.parts).await
    }

    /// The stories that match, the latest first: the first page. See [`Store::stories`] for the following ones.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn stories(&self, query: &Query) -> Result<Vec<Story>> {
        Ok(self.parts.store.stories(query, Timestamp::now()).await?.items)
    }

    /// A digest of the stories that match, with the default options: at most as many stories as the query's page holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn digest(&self, title: &str, query: &Query) -> Result<Digest> {
        let options = DigestOptions::new(Timestamp::now()).limit(query.page_limit());
        self.digest_with(title, query, options).await
    }

    /// A digest of the stories that match, as the options say. Sources are called by their titles.
    ///
    /// How many are shown is the options' [`limit`](DigestOptions::limit); the query's page size has no say, so that
    /// everything that matches is weighed (up to 20 pages of [`Limits::max_page`], the latest first). Warnings of the
    /// query's time are weighed whatever its specialties, unless it asks for words, signals or facets of its own. When the
    /// options name no specialties, the query's count. Sources that failed when they were last asked are named in the
    /// digest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn digest_with(&self, title: &str, query: &Query, options: DigestOptions) -> Result<Digest> {
        let mut options = options;
        if options.wanted().is_empty() {
            options = options.specialties(query.specialties().to_vec());
        }
        let mut stories = self.all(query, options.now()).await?;
        if let Some(warnings) = query.for_warnings() {
            stories.extend(self.all(&warnings, options.now()).await?);
        }
        stories.sort_by_key(Story::id);
        stories.dedup_by_key(|story| story.id());
        for status in self.parts.store.sources().await? {
            let label = status.source.label();
            if !status.state.health.is_read() && status.state.health != Health::New {
                options = options.unread_source(&label);
            }
            options = options.source_label(status.source.id(), label);
        }
        Ok(Digest::compose(title, stories, &options))
    }

    /// Every story that matches, page by page.
    async fn all(&self, query: &Query, now: Timestamp) -> Result<Vec<Story>> {
        let mut query = query.clone().limit(self.parts.limits.max_page);
        let mut stories = Vec::new();
        for _ in 0..MAX_PAGES {
            let page = self.parts.store.stories(&query, now).await?;
            stories.extend(page.items);
            let Some(next) = page.next else { break };
            query = query.after(next);
        }
        Ok(stories)
    }
}

impl fmt::Debug for Aggregator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Aggregator")
            .field("store", &self.parts.store)
            .finish_non_exhaustive()
    }
}

/// Sources to follow, made from one, several, or a catalog.
#[derive(Debug, Clone)]
pub struct Sources(Vec<Source>);

impl From<Source> for Sources {
    fn from(source: Source) -> Self {
        Self(vec![source])
    }
}

impl From<Vec<Source>> for Sources {
    fn from(sources: Vec<Source>) -> Self {
        Self(sources)
    }
}

impl From<Catalog> for Sources {
    fn from(catalog: Catalog) -> Self {
        Self(catalog.into_iter().collect())
    }
}

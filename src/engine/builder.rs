//! Building an aggregator.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::{Aggregator, OwnHeader, Parts, Progress};
use crate::error::{Error, Result};
use crate::fetch::Fetch;
#[cfg(feature = "fetch")]
use crate::fetch::{HttpFetcherBuilder, check_own_field};
use crate::limits::Limits;
use crate::model::{HealthEvent, Source};
use crate::store::Store;
use crate::tag::Tagger;

/// Told after each source of an update.
pub(super) type OnProgress = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// Told of each change of a source's health.
pub(super) type OnHealth = Arc<dyn Fn(&HealthEvent) + Send + Sync>;

/// Sets up an [`Aggregator`]. Everything has a safe default except, without the feature `fetch`, the fetcher.
#[must_use = "build() makes the aggregator"]
pub struct AggregatorBuilder {
    store: Store,
    fetcher: Option<Arc<dyn Fetch>>,
    #[cfg(feature = "fetch")]
    http: HttpFetcherBuilder,
    tagger: Option<Tagger>,
    limits: Limits,
    stories: bool,
    on_progress: Option<OnProgress>,
    on_health: Option<OnHealth>,
    services: Vec<String>,
    headers: Vec<OwnHeader>,
}

impl AggregatorBuilder {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            fetcher: None,
            #[cfg(feature = "fetch")]
            http: crate::fetch::HttpFetcher::builder(),
            tagger: None,
            limits: Limits::default(),
            stories: true,
            on_progress: None,
            on_health: None,
            services: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Fetches with this instead of the built-in HTTP client: the host's own client, a cache, a test double.
    pub fn fetcher(mut self, fetcher: impl Fetch) -> Self {
        self.fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Whom a publisher can turn to: a web or mail address that goes into the User-Agent.
    #[cfg(feature = "fetch")]
    pub fn contact(mut self, contact: &str) -> Self {
        self.http = self.http.contact(contact);
        self
    }

    /// Lets the built-in client reach this host although its address is private: a feed on the hospital's own network.
    #[cfg(feature = "fetch")]
    pub fn allow_host(mut self, host: &str) -> Self {
        self.http = self.http.allow_host(host);
        self
    }

    /// Lets the built-in client reach private addresses. Only for programs whose every feed is trusted.
    #[cfg(feature = "fetch")]
    pub fn allow_private(mut self, allow: bool) -> Self {
        self.http = self.http.allow_private(allow);
        self
    }

    /// Tags with this instead of the built-in taxonomy.
    pub fn tagger(mut self, tagger: Tagger) -> Self {
        self.tagger = Some(tagger);
        self
    }

    /// Bounds other than the defaults.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether items about one thing are joined into stories (the default), or each stays on its own.
    pub fn stories(mut self, join: bool) -> Self {
        self.stories = join;
        self
    }

    /// Called after each source of an update, from the task that runs it: it should return at once.
    pub fn on_progress(mut self, tell: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(tell));
        self
    }

    /// Called when a source fares otherwise than before: it failed for the first time or recovered, was refused, fell
    /// quiet, moved, went, changed its format. After what changed is stored, from the task that runs the update: it
    /// should return at once. The same events are in the [report](super::UpdateReport::events).
    pub fn on_health(mut self, tell: impl Fn(&HealthEvent) + Send + Sync + 'static) -> Self {
        self.on_health = Some(Arc::new(tell));
        self
    }

    /// Sends this header field with every request for that source: the key of a private feed. It goes to the origin of
    /// the source's address as given here and to no other, after a redirect or a move neither; it is not stored, and no
    /// log, error or `Debug` shows it. Give it each time the aggregator is built; of one name the last one counts. What the
    /// source's episodes link (transcripts, chapters) is asked for without it.
    ///
    /// When the source has moved to another origin for good, the field is not sent any more: give it for the source at its
    /// new address then (`source.clone().moved_to(url)` keeps its id).
    ///
    /// A host's own [`Fetch`] finds it in [`FetchRequest::headers`](crate::FetchRequest), and is then answerable for the
    /// same.
    pub fn header(mut self, source: &Source, name: impl Into<String>, value: impl Into<String>) -> Self {
        let own = OwnHeader {
            source: source.id(),
            origin: source.url().origin(),
            name: name.into(),
            value: value.into(),
        };
        self.headers
            .retain(|other| other.source != own.source || !other.name.eq_ignore_ascii_case(&own.name));
        self.headers.push(own);
        self
    }

    /// Sets up the built-in client further: a proxy, networks that are allowed, certificates, a resolver. Its limits are
    /// those of [`limits`](Self::limits), whatever is set here.
    ///
    /// ```
    /// use medfeed::{Aggregator, Store};
    /// let medfeed = Aggregator::builder(Store::in_memory())
    ///     .http(|http| http.allow_network("10.20.0.0/16").proxy("http://proxy.hospital.example:3128".parse().unwrap()))
    ///     .build()?;
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    #[cfg(feature = "fetch")]
    pub fn http(mut self, set_up: impl FnOnce(HttpFetcherBuilder) -> HttpFetcherBuilder) -> Self {
        self.http = set_up(self.http);
        self
    }

    /// Says that all hosts of this domain are one service: when one of its feeds is answered with 429 or 503, all of
    /// them wait. Some well-known ones are built in (YouTube, Reddit, NCBI, Bluesky, medRxiv …); elsewhere a refusal
    /// counts for the one feed only.
    pub fn one_service(mut self, domain: &str) -> Self {
        self.services.push(domain.trim().trim_matches('.').to_ascii_lowercase());
        self
    }

    /// The aggregator.
    ///
    /// # Errors
    /// When the built-in client cannot be set up (an address, a contact or a header field that is not valid), or when there
    /// is no fetcher: the feature `fetch` is off and none was given.
    pub fn build(self) -> Result<Aggregator> {
        #[cfg(feature = "fetch")]
        for own in &self.headers {
            check_own_field(&own.name, &own.value)?;
        }
        let is_own_client = self.fetcher.is_some();
        let fetcher: Arc<dyn Fetch> = match self.fetcher {
            Some(fetcher) => fetcher,
            #[cfg(feature = "fetch")]
            None => Arc::new(self.http.limits(self.limits.clone()).build()?),
            #[cfg(not(feature = "fetch"))]
            None => {
                return Err(Error::invalid(
                    "without the feature `fetch` give the aggregator a fetcher of your own",
                ));
            }
        };
        if self.limits.max_concurrent_requests == 0 || self.limits.min_interval > self.limits.max_interval {
            return Err(Error::invalid(
                "Limits: max_concurrent_requests is at least 1, and min_interval at most max_interval",
            ));
        }
        Ok(Aggregator {
            parts: Arc::new(Parts {
                store: self.store.with_limits(self.limits.clone()),
                fetcher,
                is_own_client,
                tagger: self.tagger.unwrap_or_else(Tagger::builtin),
                limits: self.limits,
                stories: self.stories,
                on_progress: self.on_progress,
                on_health: self.on_health,
                services: self.services,
                headers: self.headers,
                last_run: Mutex::default(),
            }),
        })
    }
}

impl fmt::Debug for AggregatorBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AggregatorBuilder")
            .field("store", &self.store)
            .field("own_fetcher", &self.fetcher.is_some())
            .field("stories", &self.stories)
            .finish_non_exhaustive()
    }
}

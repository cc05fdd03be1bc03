//! One source: asked, and what came read. What is to be kept of it is decided here and written by the run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Span;
use url::Url;

use super::Parts;
use super::service::Services;
use super::standing::{Judge, events, learn, note_move};
use crate::error::{Error, Kind, Result};
use crate::fetch::{FetchRequest, FetchResponse};
use crate::model::{Feed, Field, Health, HealthEvent, PollState, Source, Tag, WarningKind, stable_hash};
use crate::parse::parse_with;
use crate::schedule::WaitHints;
use crate::signal::Signals;
use crate::store::SourceStatus;
use crate::tag::Tagger;

/// Feeds read at once: reading is pure computing.
const READERS: usize = 2;

/// Body bytes are counted in units of this, because a semaphore counts in 32 bits.
const UNIT: usize = 1024;

/// Bounds what a run holds at once.
pub(super) struct Gates {
    /// Bodies that were fetched and are not stored yet, in units.
    queued: Arc<Semaphore>,
    queue_units: u32,
    readers: Semaphore,
    pub(super) services: Services,
}

impl Gates {
    pub(super) fn new(parts: &Parts) -> Self {
        let units =
            u32::try_from((parts.limits.max_queued_bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self {
            queued: Arc::new(Semaphore::new(usize::try_from(units).unwrap_or(Semaphore::MAX_PERMITS))),
            queue_units: units,
            readers: Semaphore::new(READERS),
            services: Services::new(parts.services.clone()),
        }
    }

    fn units(&self, bytes: usize) -> u32 {
        u32::try_from(bytes / UNIT + 1)
            .unwrap_or(u32::MAX)
            .min(self.queue_units)
    }
}

/// A source that was asked, or left alone for its service's sake.
pub(super) struct Polled {
    /// As it was followed when it was asked.
    pub(super) source: Source,
    pub(super) before: PollState,
    /// What is remembered from now on.
    pub(super) state: PollState,
    pub(super) status: Option<u16>,
    /// What the headers said about waiting.
    pub(super) hints: WaitHints,
    /// Requests sent, redirects included.
    pub(super) requests: u32,
    pub(super) wire_bytes: u64,
    /// Decoded bytes of the body.
    pub(super) bytes: usize,
    pub(super) elapsed: Duration,
    /// Its new address, after a permanent move.
    pub(super) moved_to: Option<Url>,
    pub(super) news: News,
    /// Its service asked, in its place, to be left alone until then.
    pub(super) service_rests: Option<(String, Timestamp)>,
    /// How it fares now, when it is asked again, and what changed: what the report tells of the state.
    pub(super) health: Health,
    pub(super) next_due: Option<Timestamp>,
    pub(super) events: Vec<HealthEvent>,
    /// Its share of the queue, until it is stored.
    pub(super) _queued: Option<OwnedSemaphorePermit>,
}

/// What came.
pub(super) enum News {
    /// 304, or the same bytes again.
    Unchanged,
    /// A feed.
    Feed(Box<Feed>),
    /// No good answer.
    Failed(Error),
    /// Not asked: its service wants to be left alone.
    Resting,
}

impl Polled {
    fn new(source: Source, before: PollState) -> Self {
        Self {
            source,
            state: before.clone(),
            before,
            status: None,
            hints: WaitHints::default(),
            requests: 0,
            wire_bytes: 0,
            bytes: 0,
            elapsed: Duration::ZERO,
            moved_to: None,
            news: News::Unchanged,
            service_rests: None,
            health: Health::New,
            next_due: None,
            events: Vec::new(),
            _queued: None,
        }
    }

    /// The state is as it will be kept.
    pub(super) fn settle(&mut self, now: Timestamp) {
        self.health = self.state.health;
        self.next_due = self.state.next_due;
        self.events = events(&self.source, &self.before, &self.state, now);
    }

    pub(super) fn judge<'a>(&'a self, parts: &'a Parts, now: Timestamp) -> Judge<'a> {
        Judge {
            source: &self.source,
            hints: &self.hints,
            now,
            limits: &parts.limits,
        }
    }

    fn unchanged(mut self, parts: &Parts, now: Timestamp) -> Self {
        let mut state = std::mem::take(&mut self.state);
        self.judge(parts, now).succeed(&mut state);
        self.state = state;
        self
    }

    /// The same poll as a failure: nothing of the answer is kept but that it failed.
    pub(super) fn failed(mut self, parts: &Parts, error: Error, now: Timestamp) -> Self {
        self.moved_to = None;
        let mut state = self.before.clone();
        self.judge(parts, now).fail(&mut state, &error);
        self.state = state;
        self.news = News::Failed(error);
        self
    }
}

/// Asks one source and reads what comes; how it went is recorded in its span.
pub(super) async fn poll(
    parts: Arc<Parts>,
    gates: Arc<Gates>,
    status: SourceStatus,
    now: Timestamp,
    span: Span,
) -> Polled {
    let SourceStatus { source, state, .. } = status;
    let mut polled = Polled::new(source, state);
    if let Some(until) = gates.services.resting_until(polled.source.url()) {
        polled.state.next_due = polled.state.next_due.max(Some(until));
        polled.state.rests_until = Some(until);
        polled.news = News::Resting;
        return polled;
    }
    // While the queue is full no new request starts; nothing is held, so nobody waits for anybody in a ring.
    drop(gates.queued.acquire().await);
    let begun = Instant::now();
    let mut polled = ask(&parts, &gates, polled, now).await;
    polled.elapsed = begun.elapsed();
    if let (News::Failed(error), Some(until)) = (&polled.news, polled.state.next_due)
        && matches!(error.kind(), Kind::Status(429 | 503))
        && let Some(service) = gates.services.of(polled.source.url())
        && gates.services.rest(&service, until)
    {
        tracing::debug!(service, %until, "this service wants to be left alone");
        polled.service_rests = Some((service, until));
    }
    span.record("status", polled.status);
    span.record("bytes", polled.bytes);
    span.record(
        "milliseconds",
        u64::try_from(polled.elapsed.as_millis()).unwrap_or(u64::MAX),
    );
    match &polled.news {
        News::Feed(feed) => {
            span.record("items", feed.items.len());
            tracing::debug!("read");
        }
        News::Unchanged => tracing::debug!("unchanged"),
        News::Failed(error) => tracing::debug!(class = %error.class(), "failed"),
        News::Resting => {}
    }
    polled
}

async fn ask(parts: &Arc<Parts>, gates: &Gates, mut polled: Polled, now: Timestamp) -> Polled {
    let mut request = FetchRequest::new(polled.source.url().clone())
        .with_validators(polled.state.validators.clone())
        .with_limits(&parts.limits);
    request.validators_for.clone_from(&polled.state.validators_for);
    // The client keeps the deadline; this one, a little later, is for a host's own client that does not.
    let patience = parts
        .limits
        .request_deadline
        .saturating_mul(2)
        .saturating_add(Duration::from_secs(60));
    let answer = match tokio::time::timeout(patience, parts.fetcher.fetch(request)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::timed_out("no complete answer within the deadline")),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            polled.requests = error.requests();
            let url = polled.source.url().clone();
            let error = if error.url().is_none() {
                error.with_url(url)
            } else {
                error
            };
            return polled.failed(parts, error, now);
        }
    };
    polled.status = Some(answer.status);
    polled.bytes = answer.body.len();
    polled.requests = answer.requests();
    polled.wire_bytes = answer.wire_bytes.unwrap_or(0);
    polled.hints = answer.wait_hints(now);
    if let Some(error) = refusal(&answer, &polled, &parts.limits) {
        return polled.failed(parts, error, now);
    }
    if answer.is_not_modified() {
        polled.state.validators = answer.next_validators(&polled.state.validators);
        // A move is believed when a feed was seen there: another page may answer 304 to a date it was never asked for.
        return polled.unchanged(parts, now);
    }
    read(parts, gates, polled, answer, now).await
}

async fn read(parts: &Arc<Parts>, gates: &Gates, mut polled: Polled, answer: FetchResponse, now: Timestamp) -> Polled {
    let hash = stable_hash(&answer.body);
    let target = answer.permanent_target().cloned();
    let validators = answer.validators();
    let is_part = answer.is_partial_feed();
    let (final_url, bytes) = (answer.final_url.clone(), answer.body.len());
    let same = polled.state.body_hash == Some(hash);
    let mut feed = None;
    if !same {
        let units = gates.units(bytes);
        polled._queued = Arc::clone(&gates.queued).acquire_many_owned(units).await.ok();
        let reader = gates.readers.acquire().await;
        let read = read_feed(parts, &polled.source, answer).await;
        drop(reader);
        match read {
            Ok(read) => feed = Some(Box::new(read)),
            Err(error) => return polled.failed(parts, error, now),
        }
    }
    // The pair of validators is replaced as a whole, also when the bytes are those of last time. It lands in one
    // transaction with the items. A document that breaks off changes neither it nor the address, or its other items
    // would be "not modified"; when the same bytes come again, they are all there is.
    let breaks_off = feed.as_deref().is_some_and(breaks_off);
    if !breaks_off {
        polled.state.validators_for = (!validators.is_empty()).then_some(final_url);
        polled.state.validators = validators;
        note_move(&mut polled.state, &polled.source, target.as_ref(), now);
        polled.moved_to = target.filter(|target| target != polled.source.url());
    }
    let Some(feed) = feed else {
        return polled.unchanged(parts, now);
    };
    polled.state.body_hash = Some(hash);
    polled.state.body_bytes = u64::try_from(bytes).ok();
    learn(&mut polled.state, &feed, is_part || breaks_off, now);
    polled.news = News::Feed(feed);
    polled
}

/// Whether the document ended before its end.
fn breaks_off(feed: &Feed) -> bool {
    feed.warnings
        .iter()
        .any(|warning| warning.kind == WarningKind::Truncated)
}

/// Why an answer is no feed, judged by its status and size; what its body is, is judged by reading it.
fn refusal(answer: &FetchResponse, polled: &Polled, limits: &crate::limits::Limits) -> Option<Error> {
    let error = |kind, message: String| Some(Error::new(kind, message).with_url(polled.source.url().clone()));
    let status = Kind::Status(answer.status);
    if answer.is_bot_challenge() {
        let message = "the host asks visitors to prove that they are no robot; the feed cannot be read from here";
        return error(status, message.to_owned()).map(Error::by_challenge);
    }
    if answer.is_not_modified() && polled.state.validators.is_empty() {
        return error(
            status,
            "the server says that nothing changed, and was not asked that (HTTP 304)".to_owned(),
        );
    }
    if answer.body.len() > limits.max_body_bytes {
        // A host's own client may have no bound.
        let message = format!("the body is larger than {} bytes", limits.max_body_bytes);
        return error(Kind::TooLarge, message);
    }
    if answer.is_success() || answer.is_not_modified() {
        return None;
    }
    let meaning = match answer.status {
        401 | 407 => "the server wants a user name and password",
        403 => "the server refuses us",
        404 => "there is no such page",
        410 => "the feed is gone for good",
        429 => "the server says we ask too often",
        500..=599 => "the server has a fault",
        _ => "the server did not send the feed",
    };
    error(status, format!("{meaning} (HTTP {})", answer.status))
}

/// Reads, tags and signals on a blocking thread. A panic there, which nothing is known to cause, fails this feed only.
async fn read_feed(parts: &Arc<Parts>, source: &Source, answer: FetchResponse) -> Result<Feed> {
    let (work, owned) = (Arc::clone(parts), source.clone());
    let read = tokio::task::spawn_blocking(move || {
        let content_type = answer.content_type();
        let mut feed = parse_with(&answer.body, &answer.final_url, content_type, &work.limits)?;
        enrich(&mut feed, &owned, &work.tagger);
        Ok(feed)
    });
    match read.await {
        Ok(read) => read.map_err(|error: Error| error.with_url(source.url().clone())),
        Err(cause) => {
            let error = Error::new(
                Kind::Internal,
                "reading the feed failed in medfeed itself; please report it",
            );
            Err(error.with_source(cause).with_url(source.url().clone()))
        }
    }
}

fn is_english(language: &str) -> bool {
    language
        .get(..2)
        .is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

/// Makes the items the source's own and says what they are about.
fn enrich(feed: &mut Feed, source: &Source, tagger: &Tagger) {
    for item in &mut feed.items {
        item.assign_source(source.id());
        if item.language.is_none() {
            item.language = source.language().map(str::to_owned); // The feed's own is set by parse.
        }
        item.tags = tagger.tag_with_prior(item, source.specialties());
        if item.language.as_deref().is_some_and(|language| !is_english(language)) {
            // The terms are English: in another language a word may look like one by chance.
            let sure =
                |tag: &Tag| tag.confidence() >= 0.7 || tag.terms().iter().any(|term| term.field == Field::Source);
            item.tags.retain(sure);
        }
        item.signals = Signals::detect(item, source.kind());
    }
}

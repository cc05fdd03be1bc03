//! One source: asked, and what came read. What is to be kept of it is decided here and written by the run.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tracing::Span;
use url::Url;

use super::Parts;
use super::report::{OutcomeKind, SourceOutcome};
use super::retag::tag;
use super::service::Services;
use super::standing::{Judge, events, learn, note_move};
use crate::error::{Error, Kind, Result};
use crate::fetch::{FetchFuture, FetchRequest, FetchResponse};
use crate::limits::Limits;
use crate::model::{Feed, Health, HealthEvent, PollState, Source, WarningKind, stable_hash};
use crate::parse::parse_with;
use crate::schedule::WaitHints;
use crate::signal::Signals;
use crate::store::{Note, PollTimes, Recorded, SourceStatus};
use crate::tag::Tagger;

/// Feeds read at once: reading is pure computing.
const READERS: usize = 2;

/// How late a host's own client may be before it is given up, past twice the deadline it was told.
const OWN_CLIENT_PATIENCE: Duration = Duration::from_secs(60);

/// The same for the built-in client, in deadlines: it keeps the deadline itself, and waits for turns and places besides,
/// for at most 30 deadlines each.
const PATIENCE: u32 = 64;

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
    /// Its row in the store, where the store has rows.
    pub(super) row: Option<i64>,
    /// What was remembered until then; `None` as long as nothing has changed but the times of polls, for which it is read
    /// off `state`: so it is with nearly every poll.
    pub(super) before: Option<Box<PollState>>,
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

/// A poll that brought no items, as far as it is needed until it is kept: hundreds of them wait for that, and a
/// [`Polled`] is several times as large.
pub(super) struct Noted {
    /// Taken out when it is given to the store.
    pub(super) note: Option<Recorded>,
    /// Its service asked, in its place, to be left alone until then.
    pub(super) service_rests: Option<(String, Timestamp)>,
    pub(super) outcome: SourceOutcome,
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
    pub(super) fn new(status: SourceStatus, row: Option<i64>) -> Self {
        let SourceStatus { source, state, .. } = status;
        Self {
            source,
            row,
            before: None,
            state,
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

    /// Nothing more comes of this poll: what is to be noted of it, and what the report will say.
    pub(super) fn close(mut self, now: Timestamp) -> Noted {
        self.settle(now);
        let note = Recorded {
            source: self.source.id(),
            row: self.row,
            note: self.note(),
        };
        let result = match std::mem::replace(&mut self.news, News::Unchanged) {
            News::Failed(error) => OutcomeKind::Failed(error),
            News::Resting => OutcomeKind::Resting,
            News::Unchanged | News::Feed(_) => OutcomeKind::NotModified,
        };
        Noted {
            note: Some(note),
            service_rests: self.service_rests.take(),
            outcome: self.outcome(result),
        }
    }

    /// What the report says of it, once it is kept.
    pub(super) fn outcome(self, result: OutcomeKind) -> SourceOutcome {
        SourceOutcome {
            health: self.health,
            status: self.status,
            requests: self.requests,
            wire_bytes: self.wire_bytes,
            bytes: self.bytes,
            elapsed: self.elapsed,
            moved: self.moved_to.is_some(),
            next_due: self.next_due.filter(|_| self.health != Health::Gone),
            events: self.events,
            result,
            source: self.source,
        }
    }

    /// The state is as it will be kept.
    pub(super) fn settle(&mut self, now: Timestamp) {
        self.health = self.state.health;
        self.next_due = self.state.next_due;
        if let Some(before) = &self.before {
            self.events = events(&self.source, before, &self.state, now);
        }
    }

    /// Something else than the times of polls is about to change.
    fn keep_before(&mut self) {
        if self.before.is_none() {
            self.before = Some(Box::new(self.state.clone()));
        }
    }

    /// What the store is to note, taken out of the state.
    fn note(&mut self) -> Note {
        let state = std::mem::take(&mut self.state);
        if let Some(to) = &self.moved_to {
            return Note::Moved(Box::new(state), to.clone());
        }
        let times = PollTimes::of(&state);
        let is_news = self.before.take().is_some_and(|mut known| {
            times.put_into(&mut known);
            *known != state
        });
        if is_news {
            Note::State(Box::new(state))
        } else {
            Note::Times(times)
        }
    }

    fn judge<'a>(source: &'a Source, hints: &'a WaitHints, parts: &'a Parts, now: Timestamp) -> Judge<'a> {
        Judge {
            source,
            hints,
            now,
            limits: &parts.limits,
        }
    }

    fn unchanged(&mut self, parts: &Parts, now: Timestamp) {
        let judge = Self::judge(&self.source, &self.hints, parts, now);
        if !judge.succeeds_as_ever(&self.state) {
            self.keep_before();
        }
        Self::judge(&self.source, &self.hints, parts, now).succeed(&mut self.state);
        self.news = News::Unchanged;
    }

    /// The poll was a failure: nothing of the answer is kept but that it failed.
    pub(super) fn fail(&mut self, parts: &Parts, error: Error, now: Timestamp) {
        self.moved_to = None;
        match &self.before {
            Some(before) => self.state.clone_from(before),
            None => self.keep_before(),
        }
        Self::judge(&self.source, &self.hints, parts, now).fail(&mut self.state, &error);
        self.news = News::Failed(error);
    }
}

/// Asks one source and reads what comes; how it went is recorded in its span.
pub(super) async fn poll(
    parts: &Arc<Parts>,
    gates: &Gates,
    polled: &mut Polled,
    now: Timestamp,
    patience: &mut Patience,
    span: &Span,
) {
    if let Some(until) = gates.services.resting_until(polled.source.url()) {
        polled.keep_before();
        polled.state.next_due = polled.state.next_due.max(Some(until));
        polled.state.rests_until = Some(until);
        polled.news = News::Resting;
        return;
    }
    // While the queue is full no new request starts; nothing is held, so nobody waits for anybody in a ring.
    if gates.queued.available_permits() == 0 {
        drop(gates.queued.acquire().await);
    }
    let begun = Instant::now();
    ask(parts, gates, polled, now, patience).await;
    polled.elapsed = begun.elapsed();
    if let News::Failed(error) = &polled.news
        && matches!(error.kind(), Kind::Status(429 | 503))
        && let Some(until) = service_rest(&polled.hints, &parts.limits, now)
        && let Some(service) = gates.services.of(polled.source.url())
        && gates.services.rest(&service, until)
    {
        tracing::debug!(service, %until, "this service wants to be left alone");
        polled.service_rests = Some((service, until));
    }
    tell(polled, span);
}

/// Until when a service that refused one of its feeds is left alone: what it asked for, else the default interval. The
/// feed's own back-off is no measure for the others: one that is refused for weeks would silence them all. Nor is more
/// than [`Limits::max_alert_interval`] believed, for a recall may be among what they have to say.
fn service_rest(hints: &WaitHints, limits: &Limits, now: Timestamp) -> Option<Timestamp> {
    let rest = hints.stay_away().unwrap_or(limits.default_interval);
    let rest = rest.min(limits.max_alert_interval).max(limits.min_interval);
    now.checked_add(SignedDuration::try_from(rest).ok()?).ok()
}

/// What is logged of a poll: how it went, no content, no address and no secrets.
fn tell(polled: &Polled, span: &Span) {
    if span.is_disabled() {
        return;
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
}

/// The clock of one request after another, by which a client that never answers is given up. One for many: to set a clock
/// anew takes a lock, to put one off does not.
pub(super) struct Patience {
    longest: Duration,
    clock: Pin<Box<Sleep>>,
}

impl Patience {
    pub(super) fn new(parts: &Parts) -> Self {
        let deadline = parts.limits.request_deadline;
        let longest = if parts.is_own_client {
            deadline.saturating_mul(2).saturating_add(OWN_CLIENT_PATIENCE)
        } else {
            deadline.saturating_mul(PATIENCE)
        };
        Self {
            longest,
            clock: Box::pin(sleep(longest)),
        }
    }

    /// The answer, when it comes in time.
    async fn wait_for(&mut self, mut answer: FetchFuture<'_>) -> Result<FetchResponse> {
        let begun = tokio::time::Instant::now();
        // Past the end of time there is no hurry: the clock stays at what `sleep` makes of such a wait.
        if let Some(until) = begun.checked_add(self.longest) {
            self.clock.as_mut().reset(until);
        }
        poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Pending if self.clock.as_mut().poll(context).is_ready() => {
                Poll::Ready(Err(Error::timed_out("no complete answer within the deadline")))
            }
            step => step,
        })
        .await
    }
}

async fn ask(parts: &Arc<Parts>, gates: &Gates, polled: &mut Polled, now: Timestamp, patience: &mut Patience) {
    let answer = patience.wait_for(parts.fetcher.fetch(request(parts, polled))).await;
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
            return polled.fail(parts, error, now);
        }
    };
    polled.status = Some(answer.status);
    polled.bytes = answer.body.len();
    polled.requests = answer.requests();
    polled.wire_bytes = answer.wire_bytes.unwrap_or(0);
    polled.hints = answer.wait_hints(now);
    if let Some(error) = refusal(&answer, polled, &parts.limits) {
        return polled.fail(parts, error, now);
    }
    if answer.is_not_modified() {
        let sent = &polled.state.validators;
        if answer.carries_others(sent) {
            let next = answer.next_validators(sent);
            polled.keep_before();
            polled.state.validators = next;
        }
        // A move is believed when a feed was seen there: another page may answer 304 to a date it was never asked for.
        return polled.unchanged(parts, now);
    }
    // Boxed: few polls come here, and all of them would carry its size.
    Box::pin(read(parts, gates, polled, answer, now)).await;
}

fn request(parts: &Parts, polled: &Polled) -> FetchRequest {
    let mut request = FetchRequest::new(polled.source.url().clone())
        .with_validators(polled.state.validators.clone())
        .with_limits(&parts.limits);
    request.validators_for.clone_from(&polled.state.validators_for);
    for own in parts.headers.iter().filter(|own| own.source == polled.source.id()) {
        // A source that moved to another origin takes no secrets along.
        if own.origin == polled.source.url().origin() {
            request = request.with_header(&own.name, &own.value);
        }
    }
    request
}

async fn read(parts: &Arc<Parts>, gates: &Gates, polled: &mut Polled, answer: FetchResponse, now: Timestamp) {
    polled.keep_before();
    let hash = stable_hash(&answer.body);
    let target = answer.permanent_target().cloned();
    let validators = answer.validators();
    let is_part = answer.is_partial_feed();
    let (final_url, bytes) = (answer.final_url.clone(), answer.body.len());
    let mut feed = None;
    if polled.state.body_hash != Some(hash) {
        let units = gates.units(bytes);
        polled._queued = Arc::clone(&gates.queued).acquire_many_owned(units).await.ok();
        let reader = gates.readers.acquire().await;
        let read = read_feed(parts, &polled.source, answer).await;
        drop(reader);
        match read {
            Ok(read) => feed = Some(Box::new(read)),
            Err(error) => return polled.fail(parts, error, now),
        }
    }
    // The pair of validators is replaced as a whole, also when the bytes are those of last time. It lands in one
    // transaction with the items. A document that breaks off changes neither it nor the address, or its other items
    // would be "not modified"; when the same bytes come again, they are all there is.
    let breaks_off = feed.as_deref().is_some_and(breaks_off);
    if !breaks_off {
        let elsewhere = !validators.is_empty() && final_url != *polled.source.url();
        polled.state.validators_for = elsewhere.then_some(final_url);
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
}

/// Whether the document ended before its end.
fn breaks_off(feed: &Feed) -> bool {
    feed.warnings
        .iter()
        .any(|warning| warning.kind == WarningKind::Truncated)
}

/// Why an answer is no feed, judged by its status and size; what its body is, is judged by reading it.
fn refusal(answer: &FetchResponse, polled: &Polled, limits: &Limits) -> Option<Error> {
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
    error(status, answer.status_in_words("the feed"))
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

/// Makes the items the source's own and says what they are about.
fn enrich(feed: &mut Feed, source: &Source, tagger: &Tagger) {
    for item in &mut feed.items {
        item.assign_source(source.id());
        if item.language.is_none() {
            item.language = source.language().map(str::to_owned); // The feed's own is set by parse.
        }
        tag(item, source.specialties(), tagger);
        item.signals = Signals::detect(item, source.kind());
    }
}

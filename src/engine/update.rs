//! One run over the sources that are due: fetch, read, decide, apply.
//!
//! Sources are asked side by side, bounded by [`Limits::max_concurrent_requests`]. Bodies that wait to be read are
//! bounded by [`Limits::max_queued_bytes`]: past that no new request starts. Reading is done on blocking threads, two
//! at a time, so that a large feed does not hold up the others. Each source ends in one transaction of the store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tracing::Instrument as _;
use url::Url;

use super::decide::Decisions;
use super::report::{OutcomeKind, SourceOutcome};
use super::{Parts, Progress, UpdateReport};
use crate::error::{Error, Kind, Result};
use crate::fetch::{FetchRequest, FetchResponse};
use crate::limits::Limits;
use crate::model::{Feed, Field, Health, PollState, Source, Tag, stable_hash};
use crate::parse::parse_with;
use crate::schedule::{Outcome, WaitHints, next_due};
use crate::signal::Signals;
use crate::store::{FeedUpdate, SourceStatus};
use crate::tag::Tagger;

/// Feeds read at once: reading is pure computing.
const READERS: usize = 2;

/// Body bytes are counted in units of this, because a semaphore counts in 32 bits.
const UNIT: usize = 1024;

/// Bounds what this run holds at once.
struct Gates {
    /// Bodies that were fetched and not read yet, in units.
    queued: Semaphore,
    queue_units: u32,
    readers: Semaphore,
}

pub(super) async fn run(parts: &Arc<Parts>, now: Timestamp) -> Result<UpdateReport> {
    let started = Instant::now();
    let due = parts.store.due(now).await?;
    let total = due.len();
    let queue_units =
        u32::try_from((parts.limits.max_queued_bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
    let gates = Gates {
        queued: Semaphore::new(usize::try_from(queue_units).unwrap_or(Semaphore::MAX_PERMITS)),
        queue_units,
        readers: Semaphore::new(READERS),
    };
    let mut running = stream::iter(due)
        .map(|status| {
            let span = tracing::info_span!("source", host = status.source.url().host_str().unwrap_or_default());
            one(parts, &gates, status, now).instrument(span)
        })
        .buffer_unordered(parts.limits.max_concurrent_requests);

    let mut report = UpdateReport::default();
    let (mut new_items, mut failures) = (0, 0);
    while let Some(outcome) = running.next().await {
        let outcome = outcome?;
        new_items += outcome.new_items().len();
        failures += usize::from(outcome.error().is_some());
        if let Some(tell) = &parts.on_progress {
            let done = report.outcomes.len() + 1;
            tell(Progress {
                done,
                total,
                new_items,
                failures,
                source: &outcome.source,
            });
        }
        report.outcomes.push(outcome);
    }
    drop(running);
    report.outcomes.sort_by(|a, b| a.source.url().cmp(b.source.url()));
    report.elapsed = started.elapsed();
    tracing::debug!(sources = total, new_items, failures, "update done");
    Ok(report)
}

/// One source, from asking it to storing what came. An error is only ever the store's.
async fn one(parts: &Arc<Parts>, gates: &Gates, status: SourceStatus, now: Timestamp) -> Result<SourceOutcome> {
    let started = Instant::now();
    let SourceStatus { source, state, .. } = status;
    // While the queue is full no new request starts; nothing is held, so nobody waits for anybody in a ring.
    drop(gates.queued.acquire().await);
    let request = FetchRequest::new(source.url().clone())
        .with_validators(state.validators.clone())
        .with_limits(&parts.limits);
    // The client keeps the deadline; this one, a little later, is for a host's own client that does not.
    let patience = parts
        .limits
        .request_deadline
        .saturating_mul(2)
        .saturating_add(Duration::from_secs(60));
    let answer = match tokio::time::timeout(patience, parts.fetcher.fetch(request)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::timed_out("no complete answer within the deadline").with_url(source.url().clone())),
    };
    let mut outcome = Draft {
        source,
        state,
        status: None,
        bytes: 0,
        started,
    };
    match answer {
        Err(error) => outcome.fail(parts, error, &WaitHints::default(), now).await,
        Ok(answer) => {
            outcome.status = Some(answer.status);
            outcome.bytes = answer.body.len();
            let hints = answer.wait_hints(now);
            if answer.is_not_modified() {
                let validators = answer.next_validators(&outcome.state.validators);
                outcome.state.validators = validators;
                return outcome
                    .unchanged(parts, answer.permanent_target().cloned(), &hints, now)
                    .await;
            }
            if let Some(error) = refusal(&answer, outcome.source.url()) {
                return outcome.fail(parts, error, &hints, now).await;
            }
            outcome.read(parts, gates, answer, &hints, now).await
        }
    }
}

/// Why an answer is no feed, judged by its status; what its body is, is judged by reading it.
fn refusal(answer: &FetchResponse, url: &Url) -> Option<Error> {
    if answer.is_bot_challenge() {
        let message = "the host asks visitors to prove that they are no robot; the feed cannot be read from here";
        return Some(Error::new(Kind::Status(answer.status), message).with_url(url.clone()));
    }
    if answer.is_success() {
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
    Some(
        Error::new(
            Kind::Status(answer.status),
            format!("{meaning} (HTTP {})", answer.status),
        )
        .with_url(url.clone()),
    )
}

/// A source on its way through.
struct Draft {
    source: Source,
    state: PollState,
    status: Option<u16>,
    bytes: usize,
    started: Instant,
}

impl Draft {
    async fn read(
        mut self,
        parts: &Arc<Parts>,
        gates: &Gates,
        answer: FetchResponse,
        hints: &WaitHints,
        now: Timestamp,
    ) -> Result<SourceOutcome> {
        let hash = stable_hash(&answer.body);
        let target = answer.permanent_target().cloned();
        let validators = answer.validators();
        if self.state.body_hash == Some(hash) {
            // The same bytes as last time: nothing to read, but the new pair of validators counts.
            self.state.validators = validators;
            return self.unchanged(parts, target, hints, now).await;
        }
        let units = u32::try_from(answer.body.len() / UNIT + 1)
            .unwrap_or(u32::MAX)
            .min(gates.queue_units);
        let queued = gates.queued.acquire_many(units).await;
        let reader = gates.readers.acquire().await;
        let read = read_feed(parts, &self.source, answer).await;
        drop((reader, queued));
        let feed = match read {
            Ok(feed) => feed,
            Err(error) => return self.fail(parts, error, hints, now).await,
        };
        // Validators and move land with the items, in one transaction.
        self.state.validators = validators;
        self.state.body_hash = Some(hash);
        self.state.hints = feed.hints.clone();
        self.succeed(parts, hints, now);
        let Feed {
            title, items, warnings, ..
        } = feed;
        let moved = target.is_some();
        let update = FeedUpdate {
            source: self.source.id(),
            state: self.state.clone(),
            moved_to: target,
            title,
            items,
            now,
        };
        let decisions = Decisions { stories: parts.stories };
        let applied = parts.store.apply(update, Arc::new(decisions)).await?;
        tracing::debug!(
            status = self.status,
            bytes = self.bytes,
            new = applied.added.len(),
            updated = applied.updated.len(),
            "stored"
        );
        let result = OutcomeKind::Updated {
            new: applied.added,
            updated: applied.updated,
            unchanged: applied.unchanged,
            relations: applied.joined,
            warnings,
        };
        Ok(self.done(moved, result))
    }

    /// A good answer without news.
    async fn unchanged(
        mut self,
        parts: &Arc<Parts>,
        target: Option<Url>,
        hints: &WaitHints,
        now: Timestamp,
    ) -> Result<SourceOutcome> {
        self.succeed(parts, hints, now);
        let moved = target.is_some();
        parts.store.record(self.source.id(), self.state.clone(), target).await?;
        Ok(self.done(moved, OutcomeKind::NotModified))
    }

    fn succeed(&mut self, parts: &Parts, hints: &WaitHints, now: Timestamp) {
        self.state.last_polled = Some(now);
        self.state.last_success = Some(now);
        self.state.failures = 0;
        self.state.last_error = None;
        self.state.health = Health::Healthy;
        self.state.next_due = Some(self.next_due(Outcome::Success, hints, now, &parts.limits));
    }

    /// A failure: what is stored stays, validators too; the source rests longer each time.
    async fn fail(
        mut self,
        parts: &Arc<Parts>,
        error: Error,
        hints: &WaitHints,
        now: Timestamp,
    ) -> Result<SourceOutcome> {
        self.state.last_polled = Some(now);
        self.state.failures = self.state.failures.saturating_add(1);
        self.state.last_error = Some(error.to_string());
        self.state.health = match error.kind() {
            Kind::Status(410) => Health::Gone,
            Kind::Status(401 | 403 | 407) => Health::Blocked,
            _ if error.is_challenge() => Health::Blocked,
            Kind::NotAFeed => Health::NotAFeed,
            _ => Health::Failing,
        };
        let outcome = if self.state.health == Health::Gone {
            Outcome::Gone
        } else {
            Outcome::Failure
        };
        self.state.next_due = Some(self.next_due(outcome, hints, now, &parts.limits));
        parts.store.record(self.source.id(), self.state.clone(), None).await?;
        tracing::debug!(status = self.status, error = %error, "failed");
        Ok(self.done(false, OutcomeKind::Failed(error)))
    }

    fn next_due(&self, outcome: Outcome, hints: &WaitHints, now: Timestamp, limits: &Limits) -> Timestamp {
        next_due(outcome, hints, &self.source, &self.state, now, limits)
    }

    fn done(self, moved: bool, result: OutcomeKind) -> SourceOutcome {
        SourceOutcome {
            source: self.source,
            health: self.state.health,
            status: self.status,
            bytes: self.bytes,
            elapsed: self.started.elapsed(),
            moved,
            result,
        }
    }
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

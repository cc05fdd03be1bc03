//! One run over the sources that are due: fetch, read, decide, apply.
//!
//! Flow: sources are asked side by side, bounded by [`Limits::max_concurrent_requests`](crate::Limits), and hosts take turns,
//! so that three hundred feeds of one host do not keep the others waiting. Bodies that wait
//! to be read or stored are bounded by `max_queued_bytes`: past that no new request starts. Reading is done on blocking
//! threads, two at a time, so that a large feed does not hold up the others. What came is written while others are still
//! asked: each feed in one transaction of its own, with its validators and next due time; answers without items
//! ("not modified", failures) in one transaction for all that came since the last one, so that a poll of unchanged feeds
//! does not wait for the disk ten thousand times.
//!
//! One run at a time updates a store, whatever process it is in: a second one waits, and then finds nothing due. So a
//! feed is asked once, and a host is not asked at two paces at once.

#![allow(
    clippy::vec_box,
    reason = "what came of a poll is large, and goes on in the box it came in"
)]

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::task::AtomicWaker;
use futures_util::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Sleep, sleep};
use tracing::Instrument as _;

use super::decide::Decisions;
use super::poll::{Gates, News, Patience, Polled, poll};
use super::report::{OutcomeKind, SourceOutcome};
use super::service::belongs;
use super::standing::Judge;
use super::turns::{Taken, Turns};
use super::{Parts, Progress, UpdateReport};
use crate::error::{Error, Kind, Result};
use crate::model::{Feed, Health, Rhythm, Source};
use crate::schedule::is_due;
use crate::store::{Applied, Due, FeedUpdate, Found, Recorded};

/// Answers without items that are noted in one transaction: that many, or what has come in that time. A transaction costs
/// as much as a hundred polls; a process killed in between asks these sources once more.
const RECORDED_AT_ONCE: usize = 512;
const RECORDED_AFTER: Duration = Duration::from_millis(250);

/// Runs it as a task of its own, where the runtime has many threads: the host's own task, often the main thread, would be
/// woken once for each answer. Dropped before its end, it ends.
pub(super) async fn run(parts: Arc<Parts>, now: Timestamp) -> Result<UpdateReport> {
    let mut task = JoinSet::new();
    task.spawn(async move { update(&parts, now).await }.in_current_span());
    match task.join_next().await {
        Some(Ok(report)) => report,
        Some(Err(ended)) => Err(unexpected(ended)),
        None => Err(Error::new(Kind::Internal, "the update did not begin")),
    }
}

/// A task that did not end by itself. A panic is the host's: of its own client, or of what it is told by.
fn unexpected(ended: JoinError) -> Error {
    match ended.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Error::new(Kind::Internal, "the runtime is shutting down"),
    }
}

async fn update(parts: &Arc<Parts>, now: Timestamp) -> Result<UpdateReport> {
    let _turn = parts.store.turn(parts.limits.update_patience).await?;
    let started = Instant::now();
    let due = due(parts, now).await?;
    let mut run = Run {
        parts,
        now,
        total: due.len(),
        new_items: 0,
        failures: 0,
        report: UpdateReport {
            outcomes: Vec::with_capacity(due.len()),
            ..UpdateReport::default()
        },
        waiting: Vec::new(),
        waited: Box::pin(sleep(RECORDED_AFTER)),
        recording: false,
        writes: FuturesUnordered::new(),
    };
    let mut turns = Turns::new(parts.limits.max_concurrent_per_host);
    for due in due {
        let host = due.host().to_owned();
        turns.add(&host, due);
    }
    let asking = Arc::new(Asking {
        parts: Arc::clone(parts),
        gates: Gates::new(parts),
        now,
        turns: Mutex::new(turns),
        answers: Mutex::default(),
        waker: AtomicWaker::new(),
    });
    // Tasks of their own run on all threads of the host's runtime; dropped with the set, they end.
    let mut lanes = JoinSet::new();
    for _ in 0..parts.limits.max_concurrent_requests.max(1).min(run.total) {
        let Some(first) = asking.next(None) else { break };
        // Boxed: a task is moved several times before it runs, and this one is large.
        lanes.spawn(Box::pin(ask(Arc::clone(&asking), first)));
    }
    loop {
        run.take_all(&asking);
        run.record_waiting(lanes.is_empty());
        asking.go_on(run.waiting.len());
        let step = poll_fn(|context| {
            if let Poll::Ready(Some(written)) = run.writes.poll_next_unpin(context) {
                return Poll::Ready(Step::Written(written));
            }
            match lanes.poll_join_next(context) {
                Poll::Ready(Some(ended)) => return Poll::Ready(Step::Ended(ended)),
                // What a lane brought last was taken after its end.
                Poll::Ready(None) if run.writes.is_empty() => return Poll::Ready(Step::Over),
                _ => {}
            }
            if asking.calls(context) {
                return Poll::Ready(Step::Answers);
            }
            if !run.recording && !run.waiting.is_empty() && run.waited.as_mut().poll(context).is_ready() {
                return Poll::Ready(Step::Waited);
            }
            Poll::Pending
        });
        match step.await {
            Step::Ended(Ok(ended)) => ended?,
            Step::Ended(Err(ended)) => return Err(unexpected(ended)),
            Step::Answers => {}
            Step::Written(written) => run.written(written)?,
            Step::Waited => {
                run.take_all(&asking);
                run.record_waiting(true);
            }
            Step::Over => break,
        }
    }
    let Run { mut report, .. } = run;
    report.outcomes = by_address(report.outcomes);
    report.elapsed = started.elapsed();
    tracing::debug!(
        sources = report.asked(),
        requests = report.requests(),
        new = report.new_items(),
        failures = report.failures().count(),
        "update done"
    );
    Ok(report)
}

/// The sources to ask in this run. Those whose time has come are read when their turn comes; the few that are nearly due,
/// or were put off by a clock that was wrong, are looked at now.
async fn due(parts: &Parts, now: Timestamp) -> Result<Vec<Due>> {
    let previous = {
        let mut last_run = parts.last_run.lock().unwrap_or_else(PoisonError::into_inner);
        last_run.replace(now).filter(|previous| *previous <= now)
    };
    let mut all = Vec::new();
    for found in parts.store.due(now, &parts.limits).await? {
        match found {
            Found::Due(due) => all.push(due),
            Found::Perhaps(due) => {
                let (status, _) = due.open()?;
                if is_due(&status.source, &status.state, now, previous, &parts.limits) {
                    all.push(Due::Ready(Box::new(status)));
                }
            }
        }
    }
    Ok(all)
}

/// What the lanes of a run share. Each lane asks one source after another: as many are asked at once as there are lanes.
struct Asking {
    parts: Arc<Parts>,
    gates: Gates,
    now: Timestamp,
    turns: Mutex<Turns<Due>>,
    answers: Mutex<Answers>,
    /// Wakes the run.
    waker: AtomicWaker,
}

/// Answers the run has not taken yet.
#[derive(Default)]
struct Answers {
    new: Vec<Box<Polled>>,
    /// How many the run holds that are yet to be noted.
    waiting: usize,
    /// The run is to look at them now.
    call: bool,
}

impl Asking {
    /// The next source whose host has room, after this one is done.
    fn next(&self, done: Option<Taken>) -> Option<(Taken, Due)> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = done {
            turns.give_back(done);
        }
        turns.take()
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands an answer to the run. It is woken when there is something to do: for a feed; for the first answer without one,
    /// from which on it counts the time; and when there are enough of them.
    fn hand_in(&self, polled: Box<Polled>) {
        let mut answers = self.answers();
        let is_feed = matches!(polled.news, News::Feed(_));
        answers.new.push(polled);
        let count = answers.waiting + answers.new.len();
        if is_feed || count == 1 || count == RECORDED_AT_ONCE {
            answers.call = true;
            drop(answers);
            self.waker.wake();
        }
    }

    /// The run has taken what there was and holds so many answers that are yet to be noted.
    fn go_on(&self, waiting: usize) {
        let mut answers = self.answers();
        answers.waiting = waiting;
        // Some came meanwhile, counted by what the run held before.
        answers.call |= !answers.new.is_empty();
    }

    /// Whether a lane has called; if not, the next call wakes this task.
    fn calls(&self, context: &Context<'_>) -> bool {
        self.waker.register(context.waker());
        self.answers().call
    }
}

/// One lane: it ends when no host has room. Each host that gets room again has it by a lane that goes on itself, so none
/// is missing later.
async fn ask(asking: Arc<Asking>, first: (Taken, Due)) -> Result<()> {
    let mut patience = Patience::new(&asking.parts);
    let mut next = Some(first);
    while let Some((turn, due)) = next {
        let polled = next_poll(&asking, due, &mut patience).await?;
        asking.hand_in(polled);
        next = asking.next(Some(turn));
        // A host's own client may answer without ever waiting; others are to have their turn too.
        tokio::task::coop::consume_budget().await;
    }
    Ok(())
}

/// In the order of their addresses. They are large: the order is found first, and each is moved once.
fn by_address(outcomes: Vec<SourceOutcome>) -> Vec<SourceOutcome> {
    let mut order: Vec<usize> = (0..outcomes.len()).collect();
    let address = |place: &usize| outcomes.get(*place).map(|outcome| outcome.source.url().as_str());
    order.sort_by(|a, b| address(a).cmp(&address(b)));
    let mut outcomes: Vec<Option<SourceOutcome>> = outcomes.into_iter().map(Some).collect();
    let taken = |place| outcomes.get_mut(place).and_then(Option::take);
    order.into_iter().filter_map(taken).collect()
}

/// Asks one source, in a span of its own: where and how it went, no content and no secrets.
async fn next_poll(asking: &Asking, due: Due, patience: &mut Patience) -> Result<Box<Polled>> {
    let (status, row) = due.open()?;
    let span = tracing::info_span!(
        "source",
        host = status.source.url().host_str().unwrap_or_default(),
        source = %status.source.id(),
        status = tracing::field::Empty,
        bytes = tracing::field::Empty,
        items = tracing::field::Empty,
        milliseconds = tracing::field::Empty,
    );
    let mut polled = Box::new(Polled::new(status, row));
    poll(&asking.parts, &asking.gates, &mut polled, asking.now, patience, &span)
        .instrument(span.clone())
        .await;
    Ok(polled)
}

/// What happened next in a run.
enum Step {
    /// A lane did.
    Ended(std::result::Result<Result<()>, JoinError>),
    /// There are answers to be taken.
    Answers,
    Written(Result<Written>),
    /// Answers have waited long enough to be noted.
    Waited,
    Over,
}

/// What a write brought.
enum Written {
    Recorded(Vec<Box<Polled>>),
    Stored(Box<Polled>, Vec<crate::model::Warning>, Box<Applied>),
    /// A decision about this feed failed; its failure is yet to be noted.
    Undecided(Box<Polled>, Error),
}

struct Run<'a> {
    parts: &'a Arc<Parts>,
    now: Timestamp,
    total: usize,
    new_items: usize,
    failures: usize,
    report: UpdateReport,
    /// Answers without items that are yet to be noted.
    waiting: Vec<Box<Polled>>,
    /// When the first of them has waited long enough.
    waited: Pin<Box<Sleep>>,
    recording: bool,
    writes: FuturesUnordered<BoxFuture<'a, Result<Written>>>,
}

impl Run<'_> {
    /// Takes what the lanes have brought.
    fn take_all(&mut self, asking: &Asking) {
        let mut answers = asking.answers();
        let new = std::mem::take(&mut answers.new);
        answers.call = false;
        drop(answers);
        new.into_iter().for_each(|polled| self.take(polled));
    }

    /// What came of one source goes its way into the store.
    fn take(&mut self, mut polled: Box<Polled>) {
        match std::mem::replace(&mut polled.news, News::Unchanged) {
            News::Feed(feed) => {
                let write = store_feed(Arc::clone(self.parts), polled, *feed, self.now);
                self.writes.push(write.boxed());
            }
            other => {
                polled.news = other;
                self.wait(polled);
            }
        }
    }

    /// This one is to be noted soon.
    fn wait(&mut self, polled: Box<Polled>) {
        if self.waiting.is_empty() {
            self.waited.as_mut().reset(tokio::time::Instant::now() + RECORDED_AFTER);
        }
        self.waiting.push(polled);
    }

    /// Notes what waits when it is enough or when it is `time`, unless the last such note is still being written.
    fn record_waiting(&mut self, time: bool) {
        if self.recording || self.waiting.is_empty() || (!time && self.waiting.len() < RECORDED_AT_ONCE) {
            return;
        }
        self.recording = true;
        let rest = self.waiting.split_off(self.waiting.len().min(RECORDED_AT_ONCE));
        let polled = std::mem::replace(&mut self.waiting, rest);
        self.writes
            .push(record(Arc::clone(self.parts), polled, self.now).boxed());
    }

    fn written(&mut self, written: Result<Written>) -> Result<()> {
        match written? {
            Written::Recorded(all) => {
                self.recording = false;
                for polled in all {
                    self.done(polled, |news| match news {
                        News::Failed(error) => OutcomeKind::Failed(error),
                        News::Resting => OutcomeKind::Resting,
                        News::Unchanged | News::Feed(_) => OutcomeKind::NotModified,
                    });
                }
            }
            Written::Stored(polled, warnings, applied) => {
                self.done(polled, |_| OutcomeKind::Updated {
                    new: applied.added,
                    updated: applied.updated,
                    unchanged: applied.unchanged,
                    duplicates: applied.duplicates,
                    relations: applied.joined,
                    warnings,
                });
            }
            Written::Undecided(polled, error) => {
                let mut polled = polled;
                polled.fail(self.parts, error, self.now);
                self.wait(polled);
            }
        }
        Ok(())
    }

    /// One source is done: told to whoever listens, and into the report.
    fn done(&mut self, polled: Box<Polled>, result: impl FnOnce(News) -> OutcomeKind) {
        if let Some(tell) = &self.parts.on_health {
            polled.events.iter().for_each(|event| tell(event));
        }
        let outcome = SourceOutcome {
            health: polled.health,
            status: polled.status,
            requests: polled.requests,
            wire_bytes: polled.wire_bytes,
            bytes: polled.bytes,
            elapsed: polled.elapsed,
            moved: polled.moved_to.is_some(),
            next_due: polled.next_due.filter(|_| polled.health != Health::Gone),
            events: polled.events,
            result: result(polled.news),
            source: polled.source,
        };
        self.new_items += outcome.new_items().len();
        self.failures += usize::from(outcome.error().is_some());
        if let Some(tell) = &self.parts.on_progress {
            tell(Progress {
                done: self.report.outcomes.len() + 1,
                total: self.total,
                new_items: self.new_items,
                failures: self.failures,
                source: &outcome.source,
            });
        }
        self.report.outcomes.push(outcome);
    }
}

/// Notes how sources fare that brought no items.
async fn record(parts: Arc<Parts>, mut polled: Vec<Box<Polled>>, now: Timestamp) -> Result<Written> {
    let notes = polled.iter_mut().map(|one| {
        one.settle(now);
        Recorded {
            source: one.source.id(),
            row: one.row,
            note: one.note(),
        }
    });
    parts.store.record(notes.collect()).await?;
    for (service, until) in polled.iter().filter_map(|one| one.service_rests.clone()) {
        // Sources of that service that are due only later in this time are put off as well.
        let is_of_it = move |source: &Source| belongs(source.url(), &service);
        parts.store.rest_until(until, is_of_it).await?;
    }
    Ok(Written::Recorded(polled))
}

/// Stores a feed in one transaction: items, validators, a move, the next due time.
async fn store_feed(parts: Arc<Parts>, mut polled: Box<Polled>, feed: Feed, now: Timestamp) -> Result<Written> {
    let dates: Vec<Timestamp> = Rhythm::dates_of(&feed).collect();
    let Feed {
        title, items, warnings, ..
    } = feed;
    let (source, hints, limits) = (polled.source.clone(), polled.hints, parts.limits.clone());
    let update = FeedUpdate {
        source: source.id(),
        state: polled.state.clone(),
        moved_to: polled.moved_to.clone(),
        title,
        items,
        now,
        finish: Box::new(move |mut state, news| {
            let judge = Judge {
                source: &source,
                hints: &hints,
                now,
                limits: &limits,
            };
            state.rhythm.observe(dates.into_iter(), news, now);
            judge.succeed(&mut state);
            state
        }),
    };
    let decisions = Decisions { stories: parts.stories };
    match parts.store.apply(update, Arc::new(decisions)).await {
        Ok(applied) => {
            polled.state = applied.state.clone();
            polled.settle(now);
            Ok(Written::Stored(polled, warnings, Box::new(applied)))
        }
        Err(error) if error.is_store() => Err(error),
        // One bad feed never stops the others.
        Err(error) => Ok(Written::Undecided(polled, error)),
    }
}

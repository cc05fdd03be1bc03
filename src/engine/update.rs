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
use tracing::{Instrument as _, Span};

use super::decide::Decisions;
use super::poll::{Gates, News, Noted, Patience, Polled, poll};
use super::report::{OutcomeKind, SourceOutcome};
use super::service::belongs;
use super::standing::Judge;
use super::turns::{Taken, Turns};
use super::{Parts, Progress, UpdateReport};
use crate::error::{Error, Kind, Result};
use crate::model::{Feed, Rhythm, Source};
use crate::schedule::is_due;
use crate::store::{Applied, Due, FeedUpdate, Found};

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
        is_waiting: false,
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
        run.take(&asking, lanes.is_empty());
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
            if !run.recording && run.is_waiting && run.waited.as_mut().poll(context).is_ready() {
                return Poll::Ready(Step::Waited);
            }
            Poll::Pending
        });
        match step.await {
            Step::Ended(Ok(ended)) => ended?,
            Step::Ended(Err(ended)) => return Err(unexpected(ended)),
            Step::Answers => {}
            Step::Written(written) => run.written(&asking, written)?,
            Step::Waited => run.take(&asking, true),
            Step::Over => break,
        }
    }
    let Run { mut report, .. } = run;
    by_address(&mut report.outcomes);
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
    /// Those without items.
    new: Vec<Noted>,
    feeds: Vec<(Box<Polled>, Box<Feed>)>,
    /// The run is still writing down the last of them: however many there are, they are not to be taken yet.
    recording: bool,
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
    ///
    /// What is no feed is closed here, while all of it is at hand; later on it would have to be fetched from far away.
    fn hand_in(&self, mut polled: Polled) {
        let is_call = match std::mem::replace(&mut polled.news, News::Unchanged) {
            News::Feed(feed) => {
                let mut answers = self.answers();
                answers.feeds.push((Box::new(polled), feed));
                answers.call = true;
                true
            }
            other => {
                polled.news = other;
                let noted = polled.close(self.now);
                let mut answers = self.answers();
                answers.new.push(noted);
                let count = answers.new.len();
                let is_call = count == 1 || (count == RECORDED_AT_ONCE && !answers.recording);
                answers.call |= is_call;
                is_call
            }
        };
        if is_call {
            self.waker.wake();
        }
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

/// In the order of their addresses. They are large: the order is found first, and then each is put in its place.
fn by_address(outcomes: &mut [SourceOutcome]) {
    let mut order: Vec<(&str, usize)> = outcomes
        .iter()
        .map(|outcome| outcome.source.url().as_str())
        .zip(0..)
        .collect();
    order.sort_unstable();
    // Where the one at each place belongs.
    let mut places = vec![0; order.len()];
    for (to, (_, from)) in order.into_iter().enumerate() {
        if let Some(place) = places.get_mut(from) {
            *place = to;
        }
    }
    for at in 0..places.len() {
        while let Some(to) = places.get(at).copied().filter(|to| *to != at) {
            outcomes.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Asks one source, in a span of its own: where and how it went, no content and no secrets.
async fn next_poll(asking: &Asking, due: Due, patience: &mut Patience) -> Result<Polled> {
    let (mut polled, span) = begin(due)?;
    poll(&asking.parts, &asking.gates, &mut polled, asking.now, patience, &span)
        .instrument(span.clone())
        .await;
    Ok(polled)
}

/// Reads a source whose turn has come. Apart from the asking, for what is large here would be kept with it else.
fn begin(due: Due) -> Result<(Polled, Span)> {
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
    Ok((Polled::new(status, row), span))
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
    Recorded(Vec<Noted>),
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
    /// There are answers without items that are yet to be noted.
    is_waiting: bool,
    /// When the first of them has waited long enough.
    waited: Pin<Box<Sleep>>,
    recording: bool,
    writes: FuturesUnordered<BoxFuture<'a, Result<Written>>>,
}

impl Run<'_> {
    /// Takes what the lanes have brought. Feeds go their way into the store; the others are left until they are enough or it
    /// is `time`, and the last ones are written down.
    fn take(&mut self, asking: &Asking, time: bool) {
        let mut answers = asking.answers();
        answers.call = false;
        let feeds = std::mem::take(&mut answers.feeds);
        let count = answers.new.len();
        let mut noted = Vec::new();
        if !self.recording && count > 0 && (time || count >= RECORDED_AT_ONCE) {
            let rest = answers.new.split_off(count.min(RECORDED_AT_ONCE));
            noted = std::mem::replace(&mut answers.new, rest);
            // As many will come again.
            answers.new.reserve(noted.len());
            self.recording = true;
            answers.recording = true;
            self.is_waiting = false;
        }
        let is_waiting = !answers.new.is_empty();
        drop(answers);
        if is_waiting && !self.is_waiting {
            self.waited.as_mut().reset(tokio::time::Instant::now() + RECORDED_AFTER);
        }
        self.is_waiting = is_waiting;
        for (polled, feed) in feeds {
            let write = store_feed(Arc::clone(self.parts), polled, *feed, self.now);
            self.writes.push(write.boxed());
        }
        if !noted.is_empty() {
            self.writes.push(record(Arc::clone(self.parts), noted).boxed());
        }
    }

    fn written(&mut self, asking: &Asking, written: Result<Written>) -> Result<()> {
        match written? {
            Written::Recorded(all) => {
                self.recording = false;
                asking.answers().recording = false;
                all.into_iter().for_each(|noted| self.done(noted.outcome));
            }
            Written::Stored(polled, warnings, applied) => {
                self.done(polled.outcome(OutcomeKind::Updated {
                    new: applied.added,
                    updated: applied.updated,
                    unchanged: applied.unchanged,
                    duplicates: applied.duplicates,
                    relations: applied.joined,
                    warnings,
                }));
            }
            Written::Undecided(mut polled, error) => {
                polled.fail(self.parts, error, self.now);
                asking.answers().new.push(polled.close(self.now));
            }
        }
        Ok(())
    }

    /// One source is done: told to whoever listens, and into the report.
    fn done(&mut self, outcome: SourceOutcome) {
        if let Some(tell) = &self.parts.on_health {
            outcome.events.iter().for_each(|event| tell(event));
        }
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
async fn record(parts: Arc<Parts>, mut noted: Vec<Noted>) -> Result<Written> {
    let notes = noted.iter_mut().filter_map(|one| one.note.take()).collect();
    parts.store.record(notes).await?;
    for (service, until) in noted.iter().filter_map(|one| one.service_rests.clone()) {
        // Sources of that service that are due only later in this time are put off as well.
        let is_of_it = move |source: &Source| belongs(source.url(), &service);
        parts.store.rest_until(until, is_of_it).await?;
    }
    Ok(Written::Recorded(noted))
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

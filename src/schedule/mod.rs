//! When a source may be asked again: from what the publisher says, how it went, and the bounds of [`Limits`].
//!
//! Pure: `now` is an argument and the jitter's seed is the source's id, so the same history gives the same due time on
//! every machine.
//!
//! Flow: the source's own interval (pinned by the host, or read off its [`Rhythm`](crate::Rhythm), or the default) is
//! where it begins. [`WaitHints`] (what the answer's headers say) and [`FeedHints`](crate::FeedHints) (what the
//! document says) are wishes to wait *longer*; nothing a publisher says makes us ask sooner, and nothing at all sooner
//! than [`Limits::min_interval`]. Numbers without sense are clamped, windows without sense (all 24 hours, all 7 days)
//! are ignored. A little is added so that sources part; [`is_due`] knows how much.
//!
//! Not covered: `sy:updateBase` (the phase of a period; waiting a whole period is polite at any phase), and waits that
//! hold for a whole host.
//!
//! Guided by: RFC 9111 4.2 (freshness), RFC 9110 10.2.3 (Retry-After), RSS 2.0 (`ttl`, `skipHours`, `skipDays`),
//! the RSS 1.0 syndication module (`sy:updatePeriod`).

mod due;
mod hints;
mod interval;
mod jitter;
mod window;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::limits::Limits;
use crate::model::{PollState, Source, SourceId};
pub use due::{DUE_AHEAD, is_due};
pub use hints::WaitHints;
use interval::own_interval;
use jitter::Jitter;
use window::SkipWindow;

/// Failures in a row after which a `Retry-After` that is shorter than the back-off is not believed any more.
const BELIEVED_FAILURES: u32 = 3;

/// How a poll ended, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// A good answer: a feed, or "not modified".
    Success,
    /// No good answer: not reached, an error status, or no feed.
    Failure,
    /// The server said 410: it shall not be asked again.
    Gone,
}

/// When the source is due again, with everything that has a say in it. It depends on nothing but its arguments: what
/// is kept of a source gives the same due time after a restart and on another machine.
///
/// `state` is the state as it is after this poll: `failures` counts this one (1 after the first failure), `validators`,
/// `hints`, `body_bytes` and `rhythm` are those of the latest good answer.
///
/// [`Outcome::Success`] is settled by [`after_success`], [`Outcome::Failure`] by [`after_failure`];
/// [`Outcome::Gone`] gives [`Timestamp::MAX`]: never.
#[must_use]
pub fn next_due(
    outcome: Outcome,
    hints: &WaitHints,
    source: &Source,
    state: &PollState,
    now: Timestamp,
    limits: &Limits,
) -> Timestamp {
    match outcome {
        Outcome::Success => after_success(hints, source, state, now, limits),
        Outcome::Failure => after_failure(hints, source, state, now, limits),
        Outcome::Gone => Timestamp::MAX,
    }
}

/// When a source is due after a good answer: the longest of its own interval, the answer's
/// [freshness](WaitHints::freshness), `Retry-After`, the feed's `ttl` and its `sy:` period, between
/// [`Limits::min_interval`] and [`Limits::max_interval`]; then moved out of `skipHours` and `skipDays`, by less than
/// 8 days.
///
/// Its own interval is the one [pinned by the host](Source::with_interval); else, when [`Limits::adaptive`] and its
/// [`Rhythm`](crate::Rhythm) is known, an eighth of its usual gap or of its silence, up to
/// [`Limits::max_adaptive_interval`] ([`Limits::max_alert_interval`] for recalls and the like); else [`Limits::default_interval`]. It is shorter than that only for a source
/// with validators, and a large feed without them rests [`Limits::large_body_interval`].
///
/// Up to a tenth is added, at most 10 minutes and never past the longest rest, so that sources that were followed in
/// one moment do not come due together for ever. How much depends on the source and on `now`. [`is_due`] takes it
/// back for programs that run rarely.
#[must_use]
pub fn after_success(
    hints: &WaitHints,
    source: &Source,
    state: &PollState,
    now: Timestamp,
    limits: &Limits,
) -> Timestamp {
    let feed = &state.hints;
    let ttl = feed
        .ttl_minutes
        .map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let period = feed.update_period_seconds.map(Duration::from_secs);
    let wish = [hints.freshness(), hints.stay_away(), ttl, period]
        .into_iter()
        .flatten()
        .fold(own_interval(source, state, now, limits), Duration::max);
    let wait = clamp(wish, limits);
    let jitter = Jitter::of(source.id(), now).on(wait);
    let window = SkipWindow::of(feed);
    let at_the_latest = window.leave(later(now, clamp(Duration::MAX, limits)));
    // Added after the window, else everything that waits for its end comes due with it; and the window holds after it.
    window
        .leave(later(window.leave(later(now, wait)), jitter))
        .min(at_the_latest)
}

/// When a source is due after a failure: [`Limits::default_interval`] doubled with each further failure and shifted by
/// up to a quarter either way, or what `Retry-After` says; between [`Limits::min_interval`] and
/// [`Limits::max_interval`]; then moved out of `skipHours` and `skipDays`.
///
/// A server that names a time is believed three times in a row, also when it is shorter than the back-off. From the
/// fourth failure on the longer of both counts: one that is down for months and always says "in a minute" is asked
/// ever more rarely, too.
///
/// `ttl`, freshness and the rhythm have no say: they are about an answer we do not have.
#[must_use]
pub fn after_failure(
    hints: &WaitHints,
    source: &Source,
    state: &PollState,
    now: Timestamp,
    limits: &Limits,
) -> Timestamp {
    let back_off = back_off(source.id(), state.failures, limits);
    let wait = match hints.stay_away() {
        Some(named) if state.failures <= BELIEVED_FAILURES => named,
        named => back_off.max(named.unwrap_or_default()),
    };
    SkipWindow::of(&state.hints).leave(later(now, clamp(wait, limits)))
}

/// The default interval, doubled with each failure after the first, times 0.75 to 1.25. The failure count is part of
/// the seed: two sources that once collide part again at the next step.
fn back_off(source: SourceId, failures: u32, limits: &Limits) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let base = limits
        .default_interval
        .saturating_mul(1 << doublings)
        .min(limits.max_interval);
    Jitter::of_failure(source, failures).around(base)
}

/// Between the shortest and the longest rest; the shortest wins when they contradict each other.
fn clamp(wait: Duration, limits: &Limits) -> Duration {
    wait.min(limits.max_interval).max(limits.min_interval)
}

/// That much later, or the end of time.
fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;

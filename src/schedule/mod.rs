//! When a source may be asked again: from what the publisher says, how it went, and the bounds of [`Limits`].
//!
//! Pure: `now` and the seed of the jitter are arguments, so the same history gives the same due time on every machine.
//!
//! Flow: [`WaitHints`] (what the answer's headers say) and [`FeedHints`] (what the document says) are wishes to wait
//! *longer*; nothing a publisher says makes us ask sooner than [`Limits::default_interval`] after a good answer, and
//! nothing at all sooner than [`Limits::min_interval`]. Numbers without sense are clamped, windows without sense
//! (all 24 hours, all 7 days) are ignored.
//!
//! Guided by: RFC 9111 4.2 (freshness), RFC 9110 10.2.3 (Retry-After), RSS 2.0 (`ttl`, `skipHours`, `skipDays`),
//! the RSS 1.0 syndication module (`sy:updatePeriod`).

mod window;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::limits::Limits;
use crate::model::FeedHints;
use window::SkipWindow;

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

/// What the headers of an answer say about waiting. Plain data: a host with its own HTTP client can fill it itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitHints {
    /// `Cache-Control: max-age` (RFC 9111 5.2.2.1).
    pub max_age: Option<Duration>,
    /// `Age`: how long a cache on the way has held the answer (RFC 9111 5.1).
    pub age: Option<Duration>,
    /// `Expires`, by the server's clock (RFC 9111 5.3).
    pub expires: Option<Timestamp>,
    /// `Date`, the server's clock; the moment of receipt when the server sent none.
    pub date: Option<Timestamp>,
    /// `Retry-After` in seconds (RFC 9110 10.2.3).
    pub retry_after: Option<Duration>,
    /// `Retry-After` as a date, by the server's clock.
    pub retry_at: Option<Timestamp>,
}

impl WaitHints {
    /// How long the answer stays fresh: the longer of `max-age` less `Age` and `Expires` less `Date`.
    #[must_use]
    pub fn freshness(&self) -> Option<Duration> {
        let by_age = self
            .max_age
            .map(|max_age| max_age.saturating_sub(self.age.unwrap_or_default()));
        by_age.max(self.relative(self.expires))
    }

    /// How long the server asked us to stay away (`Retry-After`), dates taken relative to its own clock.
    #[must_use]
    pub fn stay_away(&self) -> Option<Duration> {
        self.retry_after.max(self.relative(self.retry_at))
    }

    /// A moment of the server's clock as a wait. One in the past says nothing.
    fn relative(&self, at: Option<Timestamp>) -> Option<Duration> {
        Duration::try_from(at?.duration_since(self.date?)).ok()
    }
}

/// When the source is due again, with everything that has a say in it.
///
/// `failures` counts this one: 1 after the first failure. `jitter_seed` should differ from source to source (a hash of
/// its id): sources that failed together do not come back together.
///
/// - [`Outcome::Success`]: [`after_success`].
/// - [`Outcome::Failure`]: [`after_failure`].
/// - [`Outcome::Gone`]: [`Timestamp::MAX`], never.
#[must_use]
pub fn next_due(
    outcome: Outcome,
    hints: &WaitHints,
    feed: &FeedHints,
    failures: u32,
    now: Timestamp,
    limits: &Limits,
    jitter_seed: u64,
) -> Timestamp {
    match outcome {
        Outcome::Success => after_success(hints, feed, now, limits),
        Outcome::Failure => after_failure(hints, feed, failures, now, limits, jitter_seed),
        Outcome::Gone => Timestamp::MAX,
    }
}

/// When a source is due after a good answer: the longest of [`Limits::default_interval`], the answer's
/// [freshness](WaitHints::freshness), `Retry-After`, the feed's `ttl` and its `sy:` period, between
/// [`Limits::min_interval`] and [`Limits::max_interval`]; then moved out of `skipHours` and `skipDays`, by less than
/// 8 days.
#[must_use]
pub fn after_success(hints: &WaitHints, feed: &FeedHints, now: Timestamp, limits: &Limits) -> Timestamp {
    let ttl = feed
        .ttl_minutes
        .map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let period = feed.update_period_seconds.map(Duration::from_secs);
    let wait = [hints.freshness(), hints.stay_away(), ttl, period]
        .into_iter()
        .flatten()
        .fold(limits.default_interval, Duration::max);
    SkipWindow::of(feed).leave(later(now, clamp(wait, limits)))
}

/// When a source is due after a failure: what `Retry-After` says, else [`Limits::default_interval`] doubled with each
/// further failure and shifted by up to a quarter either way; between [`Limits::min_interval`] and
/// [`Limits::max_interval`]; then moved out of `skipHours` and `skipDays`.
///
/// `ttl` and freshness have no say: they are about an answer we do not have.
#[must_use]
pub fn after_failure(
    hints: &WaitHints,
    feed: &FeedHints,
    failures: u32,
    now: Timestamp,
    limits: &Limits,
    jitter_seed: u64,
) -> Timestamp {
    let wait = hints
        .stay_away()
        .unwrap_or_else(|| back_off(failures, limits, jitter_seed));
    SkipWindow::of(feed).leave(later(now, clamp(wait, limits)))
}

/// The default interval, doubled with each failure after the first, times 0.75 to 1.25.
fn back_off(failures: u32, limits: &Limits, jitter_seed: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let base = limits
        .default_interval
        .saturating_mul(1 << doublings)
        .min(limits.max_interval);
    // The failure count is part of the seed: two sources that once collide part again at the next step.
    let random = mix(jitter_seed ^ u64::from(failures).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // 0 to 1023 thousandths-and-a-bit of half the base, on top of three quarters of it.
    let step = u32::try_from(random % 1024).unwrap_or(0);
    let shifted = (base / 4)
        .saturating_mul(3)
        .saturating_add((base / 2048).saturating_mul(step));
    shifted.min(limits.max_interval)
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

/// Spreads a seed over all 64 bits (the finaliser of SplitMix64); the same on every machine.
fn mix(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests;

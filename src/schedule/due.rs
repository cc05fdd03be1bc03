//! Whether a source is asked in this run.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::jitter::{self, Jitter};
use super::later;
use super::window::{SkipWindow, WINDOW_MOST};
use crate::limits::Limits;
use crate::model::{Health, PollState, Source};

/// A source whose due time is further ahead than this is never [due](is_due): a store need not look at it.
pub const DUE_AHEAD: Duration = Duration::from_secs(15 * 60);

/// A run that starts early by this part of a source's rest is on time …
const EARLY_PART: i32 = 100;

/// … by this at the most: schedulers are late by minutes, and the next day punctual again.
const EARLY_MOST: SignedDuration = SignedDuration::from_mins(5);

/// Whether a source is asked in the run at `now`, when the run before it was at `previous_run` (`None` when nobody
/// knows: a program that runs once and ends).
///
/// It is when its [`next_due`](PollState::next_due) has come. It is, too, when that time is a few minutes ahead
/// ([`DUE_AHEAD`]) and the next run would be later than it: a program that runs at six every morning would otherwise
/// miss every second day what shall be asked every 24 hours, for the sake of a few seconds. What is given away then is
/// the jitter, which serves nobody when all sources are asked in one run anyway, and a hundredth of the rest (at most
/// 5 minutes), by which no clock is exact. After a failure nothing is given away, nor where a
/// service asked for the rest ([`PollState::rests_until`]).
///
/// The gap to the next run is taken to be that since the previous one. A due time further ahead than
/// [`Limits::max_interval`] and skipped days allow was written by a clock that was wrong: the source is due.
#[must_use]
pub fn is_due(
    source: &Source,
    state: &PollState,
    now: Timestamp,
    previous_run: Option<Timestamp>,
    limits: &Limits,
) -> bool {
    if state.health == Health::Gone {
        return false;
    }
    let Some(due) = state.next_due.filter(|due| *due > now) else {
        return true;
    };
    let ahead = due.duration_since(now);
    if ahead > DUE_AHEAD_SIGNED {
        let most = limits.max_interval.max(limits.min_interval);
        return due > later(later(now, most), WINDOW_MOST.saturating_add(DUE_AHEAD));
    }
    if state.rests_until.is_some_and(|until| until > now) {
        return false;
    }
    let Some(polled) = state.last_polled.filter(|_| state.failures == 0) else {
        return false;
    };
    let comes_again_before = previous_run.is_some_and(|previous| now.duration_since(previous) <= ahead);
    if comes_again_before {
        return false;
    }
    let rest = due.duration_since(polled);
    let early = (rest / EARLY_PART).clamp(SignedDuration::ZERO, EARLY_MOST);
    undisturbed(source, state, polled, due, limits).is_some_and(|earliest| earliest.duration_since(now) <= early)
}

/// [`DUE_AHEAD`] as a difference of moments.
const DUE_AHEAD_SIGNED: SignedDuration = SignedDuration::from_mins(15);

/// The due time as it was before the jitter was added: the first moment at which nobody's wish is broken.
fn undisturbed(
    source: &Source,
    state: &PollState,
    polled: Timestamp,
    due: Timestamp,
    limits: &Limits,
) -> Option<Timestamp> {
    let rest = Duration::try_from(due.duration_since(polled)).ok()?;
    if rest >= limits.max_interval {
        return Some(due); // No jitter is added past that.
    }
    let added = SignedDuration::try_from(Jitter::of(source.id(), polled).within(rest)).ok()?;
    let earliest = due.checked_sub(added).ok()?;
    Some(SkipWindow::of(&state.hints).leave(earliest))
}

// The two parts of what `is_due` gives away fit in what it looks ahead.
const _: () = assert!(jitter::LONGEST.as_secs() + EARLY_MOST.as_secs() as u64 <= DUE_AHEAD.as_secs());

//! How long a source rests by our own choice, before its publisher is heard.

use std::time::Duration;

use jiff::Timestamp;

use crate::limits::Limits;
use crate::model::{PollState, Source, SourceKind};

/// A source is asked eight times in its usual gap: a weekly podcast is found within a day, a daily feed within three
/// hours. Twice as often would halve the delay and double the requests, nearly all of them for nothing.
const POLLS_PER_GAP: u32 = 8;

/// The rest of a source after a good answer: the interval pinned by the host, else one that fits its rhythm, else
/// [`Limits::default_interval`]; never shorter than is polite.
pub(super) fn own_interval(source: &Source, state: &PollState, now: Timestamp, limits: &Limits) -> Duration {
    source
        .interval()
        .or_else(|| adaptive(source, state, now, limits))
        .unwrap_or(limits.default_interval)
        .max(politeness(state, limits))
}

/// The interval that fits the rhythm: an eighth of the usual gap, or of the time since the latest publication when
/// that is longer, so that a feed gone quiet slows down by itself; at most
/// [`Limits::max_adaptive_interval`], and [`Limits::max_alert_interval`] where news must not wait.
fn adaptive(source: &Source, state: &PollState, now: Timestamp, limits: &Limits) -> Option<Duration> {
    let rhythm = &state.rhythm;
    let usual = rhythm.usual_gap().filter(|_| limits.adaptive)?;
    let interval = usual.max(rhythm.silence(now).unwrap_or_default()) / POLLS_PER_GAP;
    let shortest = if rhythm.is_by_polls() {
        // Polls cannot see gaps shorter than their own: a feed that invents a new id at each would be asked ever more.
        limits.default_interval
    } else {
        limits.min_interval
    };
    let longest = if is_urgent(source.kind()) {
        limits.max_adaptive_interval.min(limits.max_alert_interval)
    } else {
        limits.max_adaptive_interval
    };
    Some(interval.min(longest).max(shortest))
}

/// Whether a source of that kind is followed for the one notice in a year.
fn is_urgent(kind: SourceKind) -> bool {
    matches!(
        kind,
        SourceKind::SafetyAlert | SourceKind::PublicHealth | SourceKind::Retractions | SourceKind::Guideline
    )
}

/// The shortest rest that is fair to the server. With validators "not modified" costs it next to nothing; without
/// them every poll transfers the whole feed.
fn politeness(state: &PollState, limits: &Limits) -> Duration {
    if !state.validators.is_empty() {
        return limits.min_interval;
    }
    if state.body_bytes.is_some_and(|bytes| bytes >= limits.large_body_bytes) {
        return limits.default_interval.max(limits.large_body_interval);
    }
    limits.default_interval
}

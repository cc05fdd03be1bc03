//! How a source stands after a poll: pure. From what was remembered and what came, what is remembered from now on.

use jiff::Timestamp;

use crate::error::{Error, Kind};
use crate::limits::Limits;
use crate::model::{Feed, FormatChange, Health, HealthChange, HealthEvent, Move, PollState, Source};
use crate::schedule::{Outcome, WaitHints, next_due};

/// What a poll's end is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) source: &'a Source,
    pub(super) hints: &'a WaitHints,
    pub(super) now: Timestamp,
    pub(super) limits: &'a Limits,
}

impl Judge<'_> {
    /// After a good answer.
    pub(super) fn succeed(self, state: &mut PollState) {
        state.last_polled = Some(self.now);
        state.rests_until = None;
        state.last_success = Some(self.now);
        state.failures = 0;
        state.failing_since = None;
        state.last_error = None;
        let health = self.health_of(state);
        self.turn(state, health);
        state.next_due = Some(self.due(Outcome::Success, state));
    }

    /// Whether a good answer changes nothing in the state but the times of polls.
    pub(super) fn succeeds_as_ever(self, state: &PollState) -> bool {
        state.rests_until.is_none()
            && state.failures == 0
            && state.failing_since.is_none()
            && state.last_error.is_none()
            && state.health_since.is_some()
            && state.health == self.health_of(state)
    }

    /// How a source fares that gave a good answer.
    fn health_of(self, state: &PollState) -> Health {
        if state.items == Some(0) {
            Health::Empty
        } else if state.rhythm.is_quiet(self.now) {
            Health::Quiet
        } else {
            Health::Healthy
        }
    }

    /// After a failure: what is stored stays, validators too; the source rests longer each time.
    pub(super) fn fail(self, state: &mut PollState, error: &Error) {
        state.last_polled = Some(self.now);
        state.rests_until = None;
        state.failures = state.failures.saturating_add(1);
        state.failing_since = state.failing_since.or(Some(self.now));
        state.last_error = Some(error.to_string());
        let health = match error.kind() {
            Kind::Status(410) => Health::Gone,
            Kind::Status(401 | 403 | 407) => Health::Blocked,
            _ if error.is_challenge() => Health::Blocked,
            Kind::NotAFeed => Health::NotAFeed,
            _ => Health::Failing,
        };
        self.turn(state, health);
        let outcome = if health == Health::Gone {
            Outcome::Gone
        } else {
            Outcome::Failure
        };
        state.next_due = Some(self.due(outcome, state));
    }

    fn turn(self, state: &mut PollState, health: Health) {
        if state.health != health || state.health_since.is_none() {
            state.health = health;
            state.health_since = Some(self.now);
        }
    }

    fn due(self, outcome: Outcome, state: &PollState) -> Timestamp {
        next_due(outcome, self.hints, self.source, state, self.now, self.limits)
    }
}

/// What a document that was read says about its source.
pub(super) fn learn(state: &mut PollState, feed: &Feed, is_part: bool, now: Timestamp) {
    if let Some(before) = state.format
        && before != feed.format
    {
        state.format_changed = Some(FormatChange::new(before, feed.format, now));
    }
    state.format = Some(feed.format);
    state.hints = feed.hints.clone();
    state.hub.clone_from(&feed.hub);
    state.self_link.clone_from(&feed.self_link);
    if !is_part {
        state.items = Some(u64::try_from(feed.items.len()).unwrap_or(u64::MAX));
    }
}

/// What changed from one state to the next, for whoever watches.
pub(super) fn events(source: &Source, before: &PollState, after: &PollState, now: Timestamp) -> Vec<HealthEvent> {
    let mut changes = Vec::new();
    if before.health != after.health {
        let turned = HealthChange::Turned {
            from: before.health,
            to: after.health,
        };
        changes.push((turned, after.last_error.clone()));
    }
    if let Some(moved) = after.moved.clone()
        && before.moved.as_ref() != Some(&moved)
    {
        changes.push((HealthChange::Moved(moved), None));
    }
    if let Some(change) = after.format_changed
        && before.format_changed != Some(change)
    {
        changes.push((HealthChange::FormatChanged(change), None));
    }
    changes
        .into_iter()
        .map(|(change, reason)| HealthEvent::new(source, now, change, reason))
        .collect()
}

/// Notes a permanent move in the state; the source's own address is changed by the store.
pub(super) fn note_move(state: &mut PollState, source: &Source, target: Option<&url::Url>, now: Timestamp) {
    if let Some(target) = target
        && target != source.url()
    {
        state.moved = Some(Move::new(source.url().clone(), target.clone(), now));
    }
}

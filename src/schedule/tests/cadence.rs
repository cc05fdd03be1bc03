//! A source's own interval.

use super::*;

/// A state with validators whose feed published so many hours ago.
fn published(hours_ago: &[u64]) -> PollState {
    let mut state = PollState::default();
    state.validators = validators();
    let dates = hours_ago
        .iter()
        .map(|hours| monday() - SignedDuration::from_secs((hours * HOUR).cast_signed()));
    state.rhythm.observe(dates, 1, monday());
    state
}

fn every(hours: u64) -> PollState {
    published(&(0..12).map(|item| item * hours).collect::<Vec<_>>())
}

fn own(state: &PollState) -> Duration {
    rest(&source(), state, &WaitHints::default())
}

#[test]
fn it_fits_the_rhythm() {
    for (state, expected, what) in [
        (every(7 * 24), 21 * HOUR, "a weekly podcast"),
        (every(24), 3 * HOUR, "a daily feed"),
        (every(4), HOUR / 2, "news"),
        (every(1), HOUR / 4, "all day: no sooner than the minimum"),
        (every(30 * 24), 90 * HOUR, "monthly"),
        (
            published(&[40, 64, 88, 112]),
            5 * HOUR,
            "a daily feed that is late slows down",
        ),
        (
            published(&[2400, 2424, 2448]),
            7 * DAY,
            "one that went quiet a hundred days ago: once a week",
        ),
        (published(&[5, 29]), HOUR, "no rhythm yet"),
        (published(&[]), HOUR, "no dates"),
    ] {
        assert_about(own(&state), expected, what);
    }
}

#[test]
fn sooner_than_an_hour_only_with_conditional_requests() {
    for (hours, expected) in [(1, HOUR), (4, HOUR), (24, 3 * HOUR)] {
        let mut state = every(hours);
        state.validators = Validators::default();
        assert_about(own(&state), expected, "without validators");
    }
}

#[test]
fn it_can_be_switched_off() {
    let limits = Limits {
        adaptive: false,
        ..Limits::default()
    };
    for hours in [1, 24, 30 * 24] {
        let due = after_success(&WaitHints::default(), &source(), &every(hours), monday(), &limits);
        assert_about(
            Duration::try_from(due.duration_since(monday())).unwrap(),
            HOUR,
            "not adaptive",
        );
    }
}

#[test]
fn what_must_not_wait_is_asked_every_day() {
    for (kind, expected) in [
        (SourceKind::Journal, 90 * HOUR),
        (SourceKind::SafetyAlert, DAY),
        (SourceKind::PublicHealth, DAY),
        (SourceKind::Retractions, DAY),
        (SourceKind::Guideline, DAY),
    ] {
        let source = source().with_kind(kind);
        let due = after_success(
            &WaitHints::default(),
            &source,
            &every(30 * 24),
            monday(),
            &Limits::default(),
        );
        let rest = Duration::try_from(due.duration_since(monday())).unwrap();
        assert_about(rest, expected, kind.code());
    }
}

#[test]
fn polls_cannot_see_gaps_shorter_than_their_own() {
    let mut state = PollState::default();
    state.validators = validators();
    for poll in 0..20 {
        state
            .rhythm
            .observe(std::iter::empty(), 5, monday() - SignedDuration::from_hours(20 - poll));
    }
    assert_about(own(&state), HOUR, "a feed that invents new ids at every poll");
}

#[test]
fn a_large_feed_without_validators_is_asked_once_a_day() {
    let mut state = every(2);
    for (bytes, conditional, expected) in [
        (Some(9 << 20), false, DAY),
        (Some(256 << 10), false, DAY),
        (Some((256 << 10) - 1), false, HOUR),
        (None, false, HOUR),
        (Some(9 << 20), true, HOUR / 4),
    ] {
        state.body_bytes = bytes;
        state.validators = if conditional {
            validators()
        } else {
            Validators::default()
        };
        assert_about(own(&state), expected, &format!("{bytes:?} {conditional}"));
    }
    state.validators = Validators::default();
    let pinned = source().with_interval(Duration::from_secs(HOUR));
    assert_about(rest(&pinned, &state, &WaitHints::default()), DAY, "not by a pin either");
    let pinned = source().with_interval(Duration::from_secs(3 * DAY));
    assert_about(rest(&pinned, &state, &WaitHints::default()), 3 * DAY, "longer is fine");
}

#[test]
fn a_pin_replaces_the_rhythm_and_not_the_publisher() {
    let mut state = every(24);
    let pinned = |seconds| source().with_interval(Duration::from_secs(seconds));
    let none = WaitHints::default();
    for (pin, expected) in [
        (0, HOUR / 4),
        (HOUR / 2, HOUR / 2),
        (6 * HOUR, 6 * HOUR),
        (3 * DAY, 3 * DAY),
        (u64::MAX, 7 * DAY),
    ] {
        assert_about(rest(&pinned(pin), &state, &none), expected, "with validators");
    }
    state.validators = Validators::default();
    assert_about(rest(&pinned(HOUR / 2), &state, &none), HOUR, "without validators");
    let asked = WaitHints {
        max_age: Some(Duration::from_secs(9 * HOUR)),
        ..none
    };
    assert_about(
        rest(&pinned(2 * HOUR), &state, &asked),
        9 * HOUR,
        "the publisher asks for more",
    );
}

#[test]
fn what_was_followed_together_parts() {
    let state = PollState::default();
    let limits = Limits::default();
    let mut due: Vec<Timestamp> = vec![monday(); 300];
    for _ in 0..3 {
        for (number, at) in (0..).zip(&mut due) {
            *at = after_success(&WaitHints::default(), &numbered(number), &state, *at, &limits);
        }
    }
    let minutes: std::collections::BTreeSet<i64> = due.iter().map(|at| at.as_second() / 60).collect();
    assert!(minutes.len() >= 12, "300 sources come due in {} minutes", minutes.len());
    let (first, last) = (due.iter().min().unwrap(), due.iter().max().unwrap());
    assert!(
        *first >= later(monday(), Duration::from_secs(3 * HOUR))
            && *last <= later(monday(), Duration::from_secs(3 * HOUR * 11 / 10))
    );
}

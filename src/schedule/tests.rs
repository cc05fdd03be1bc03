#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::field_reassign_with_default
)]

use proptest::prelude::*;

use super::*;
use crate::model::{FeedHints, SourceKind, Validators};

mod cadence;
mod due;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Monday, 10:30 UTC.
fn monday() -> Timestamp {
    at("2026-11-23T10:30:00Z")
}

fn source() -> Source {
    numbered(0)
}

fn numbered(number: u64) -> Source {
    format!("https://example.org/{number}.xml").parse().unwrap()
}

fn state(feed: &FeedHints) -> PollState {
    PollState {
        hints: feed.clone(),
        ..PollState::default()
    }
}

fn validators() -> Validators {
    Validators::new(Some(b"\"1\"".to_vec()), None)
}

/// How long the source rests after a good answer on Monday.
fn rest(source: &Source, state: &PollState, hints: &WaitHints) -> Duration {
    let due = after_success(hints, source, state, monday(), &Limits::default());
    Duration::try_from(due.duration_since(monday())).unwrap()
}

/// What it rests is that, and the jitter.
fn assert_about(rest: Duration, expected: u64, what: &str) {
    let most = expected + (expected / 10).min(600);
    assert!(
        (expected..=most).contains(&rest.as_secs()),
        "{rest:?} is not about {expected} s: {what}"
    );
    assert!(rest <= Limits::default().max_interval, "{what}");
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

#[test]
fn the_longest_wish_counts_and_none_shortens() {
    let seconds = |value| Some(Duration::from_secs(value));
    let server = Some(at("2026-11-22T03:00:00Z")); // a clock that is a day slow must not matter
    let headers = |max_age, age, expires: Option<&str>| WaitHints {
        max_age,
        age,
        date: server,
        expires: expires.map(at),
        ..WaitHints::default()
    };
    let none = FeedHints::default();
    for (hints, feed, expected) in [
        (headers(None, None, None), none.clone(), HOUR),
        (headers(seconds(60), None, None), none.clone(), HOUR),
        (headers(seconds(3 * HOUR), None, None), none.clone(), 3 * HOUR),
        (headers(seconds(3 * HOUR), seconds(HOUR), None), none.clone(), 2 * HOUR),
        (headers(seconds(3 * HOUR), seconds(9 * HOUR), None), none.clone(), HOUR),
        (
            headers(None, seconds(HOUR), Some("2026-11-22T07:00:00Z")),
            none.clone(),
            3 * HOUR,
        ),
        (
            headers(None, None, Some("2026-11-22T05:00:00Z")),
            none.clone(),
            2 * HOUR,
        ),
        (headers(None, None, Some("1970-01-01T00:00:00Z")), none.clone(), HOUR),
        (headers(seconds(u64::MAX), None, None), none.clone(), 7 * DAY),
        (headers(None, None, Some("9999-12-30T00:00:00Z")), none.clone(), 7 * DAY),
        (
            WaitHints::default(),
            FeedHints {
                ttl_minutes: Some(180),
                ..none.clone()
            },
            3 * HOUR,
        ),
        (
            WaitHints::default(),
            FeedHints {
                ttl_minutes: Some(u32::MAX),
                ..none.clone()
            },
            7 * DAY,
        ),
        (
            WaitHints::default(),
            FeedHints {
                ttl_minutes: Some(0),
                update_period_seconds: Some(DAY),
                ..none.clone()
            },
            DAY,
        ),
        (
            WaitHints {
                retry_after: seconds(2 * HOUR),
                ..WaitHints::default()
            },
            none.clone(),
            2 * HOUR,
        ),
    ] {
        assert_about(
            rest(&source(), &state(&feed), &hints),
            expected,
            &format!("{hints:?} {feed:?}"),
        );
    }
}

#[test]
fn skipped_hours_and_days_are_left() {
    let feed = |hours: &[u8], days: &[u8]| FeedHints {
        skip_hours: hours.to_vec(),
        skip_days: days.to_vec(),
        ..FeedHints::default()
    };
    let all_hours: Vec<u8> = (0..24).collect();
    // Without a window it would be 11:30, and up to six minutes.
    for (feed, expected) in [
        (feed(&[10, 12], &[]), "2026-11-23T11:30:00Z"),
        (feed(&[11], &[]), "2026-11-23T12:00:00Z"),
        (feed(&[11, 12, 13], &[]), "2026-11-23T14:00:00Z"),
        (feed(&[], &[1]), "2026-11-24T00:00:00Z"),
        (feed(&[24, 1], &[1, 2]), "2026-11-25T02:00:00Z"),
        (feed(&all_hours, &[]), "2026-11-23T11:30:00Z"),
        (feed(&[], &[1, 2, 3, 4, 5, 6, 7]), "2026-11-23T11:30:00Z"),
        (feed(&[200, 25], &[0, 9, 255]), "2026-11-23T11:30:00Z"),
        (feed(&all_hours[..23], &[1, 2, 3, 4, 5, 6]), "2026-11-29T23:00:00Z"),
    ] {
        for number in 0..20 {
            let due = after_success(
                &WaitHints::default(),
                &numbered(number),
                &state(&feed),
                monday(),
                &Limits::default(),
            );
            let expected = at(expected);
            assert!(
                due >= expected && due < later(expected, Duration::from_secs(360)),
                "{due}: {feed:?}"
            );
        }
    }
}

#[test]
fn failures_back_off_and_spread() {
    let limits = Limits::default();
    let wait = |failures, seed| {
        let mut state = PollState::default();
        state.failures = failures;
        let due = after_failure(&WaitHints::default(), &numbered(seed), &state, monday(), &limits);
        due.duration_since(monday()).as_secs()
    };
    for (failures, hours) in [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32)] {
        for seed in 0..200 {
            let waited = wait(failures, seed);
            assert!((hours * 2700..=hours * 4500).contains(&waited), "{failures}: {waited}");
        }
    }
    assert!(wait(4_000_000_000, 7) >= 5 * 24 * 3600);
    assert_eq!(wait(3, 42), wait(3, 42));
    let distinct: std::collections::BTreeSet<_> = (0..100).map(|seed| wait(1, seed)).collect();
    assert!(
        distinct.len() > 80,
        "a hundred sources come back at {} times",
        distinct.len()
    );
}

#[test]
fn retry_after_is_obeyed_within_bounds() {
    let due = |hints: WaitHints, failures| {
        let mut state = PollState::default();
        state.failures = failures;
        next_due(
            Outcome::Failure,
            &hints,
            &source(),
            &state,
            monday(),
            &Limits::default(),
        )
        .duration_since(monday())
        .as_secs()
    };
    let after = |value| WaitHints {
        retry_after: Some(Duration::from_secs(value)),
        ..WaitHints::default()
    };
    for failures in 1..=3 {
        assert_eq!(
            due(after(1800), failures),
            1800,
            "shorter than the back-off, and believed"
        );
        assert_eq!(due(after(0), failures), 900);
        assert_eq!(due(after(u64::MAX), failures), 7 * 86400);
    }
    assert_eq!(
        due(after(30), 9),
        due(WaitHints::default(), 9),
        "said nine times in vain"
    );
    assert_eq!(due(after(6 * DAY + 7), 7), 6 * 86400 + 7);
    // The server's clock is ten years off; what counts is how far ahead of its own Date it points.
    let slow = |retry_at| WaitHints {
        date: Some(at("2016-01-01T00:00:00Z")),
        retry_at: Some(at(retry_at)),
        ..WaitHints::default()
    };
    assert_eq!(due(slow("2016-01-01T02:00:00Z"), 1), 7200);
    let past = due(slow("2015-12-31T23:00:00Z"), 1);
    assert_eq!(past, due(WaitHints::default(), 1), "a moment in the past says nothing");
}

#[test]
fn freshness_has_no_say_after_a_failure() {
    let mut failed = state(&FeedHints {
        ttl_minutes: Some(9000),
        ..FeedHints::default()
    });
    failed.failures = 1;
    let fresh = WaitHints {
        max_age: Some(Duration::from_secs(5 * DAY)),
        ..WaitHints::default()
    };
    let due = after_failure(&fresh, &source(), &failed, monday(), &Limits::default());
    assert!(due < later(monday(), Duration::from_secs(2 * HOUR)));
}

#[test]
fn gone_is_for_ever() {
    let due = next_due(
        Outcome::Gone,
        &WaitHints::default(),
        &source(),
        &PollState::default(),
        monday(),
        &Limits::default(),
    );
    assert_eq!(due, Timestamp::MAX);
}

fn any_timestamp() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        any::<u64>().prop_map(Duration::from_secs),
        any::<u32>().prop_map(|s| Duration::from_secs(s.into()))
    ]
}

fn any_hints() -> impl Strategy<Value = WaitHints> {
    use proptest::option::of;
    (
        of(any_duration()),
        of(any_duration()),
        of(any_timestamp()),
        of(any_timestamp()),
        of(any_duration()),
        of(any_timestamp()),
    )
        .prop_map(|(max_age, age, expires, date, retry_after, retry_at)| WaitHints {
            max_age,
            age,
            expires,
            date,
            retry_after,
            retry_at,
        })
}

fn any_feed() -> impl Strategy<Value = FeedHints> {
    use proptest::{collection::vec, option::of};
    (
        of(any::<u32>()),
        of(any::<u64>()),
        vec(0..30_u8, 0..40),
        vec(0..9_u8, 0..12),
    )
        .prop_map(
            |(ttl_minutes, update_period_seconds, skip_hours, skip_days)| FeedHints {
                ttl_minutes,
                update_period_seconds,
                skip_hours,
                skip_days,
                ..FeedHints::default()
            },
        )
}

/// Any history a source may have had.
fn any_state() -> impl Strategy<Value = PollState> {
    use proptest::{collection::vec, option::of};
    (
        any_feed(),
        prop_oneof![0..12_u32, any::<u32>()],
        any::<bool>(),
        of(any::<u64>()),
        vec(
            (-40_000_000..100_000_i64).prop_map(|ago| monday() + SignedDuration::from_secs(ago)),
            0..20,
        ),
        of(any_timestamp()),
        of(any_timestamp()),
    )
        .prop_map(
            |(hints, failures, conditional, body_bytes, dates, next_due, last_polled)| {
                let mut state = PollState::default();
                state.hints = hints;
                state.failures = failures;
                state.validators = if conditional {
                    validators()
                } else {
                    Validators::default()
                };
                state.body_bytes = body_bytes;
                let news = dates.len() % 2;
                state.rhythm.observe(dates.into_iter(), news, monday());
                (state.next_due, state.last_polled) = (next_due, last_polled);
                state
            },
        )
}

fn any_source() -> impl Strategy<Value = Source> {
    (any::<u64>(), proptest::option::of(any_duration())).prop_map(|(number, pin)| numbered(number).with_interval(pin))
}

fn longer(wish: Option<Duration>, by: u64) -> Option<Duration> {
    wish.map(|wish| wish.saturating_add(Duration::from_secs(by)))
}

proptest! {
    #[test]
    fn never_too_soon_never_too_late(
        hints in any_hints(), source in any_source(), state in any_state(), failed in any::<bool>(), now in any_timestamp(),
    ) {
        let limits = Limits::default();
        let outcome = if failed { Outcome::Failure } else { Outcome::Success };
        let due = next_due(outcome, &hints, &source, &state, now, &limits);
        let soonest = later(now, limits.min_interval);
        let latest = later(later(now, limits.max_interval), Duration::from_secs(8 * DAY));
        prop_assert!(due >= soonest, "{due} is before {soonest}");
        prop_assert!(due <= latest, "{due} is after {latest}");
        if !failed && state.validators.is_empty() {
            let large = state.body_bytes.is_some_and(|bytes| bytes >= limits.large_body_bytes);
            let fair = if large { limits.large_body_interval } else { limits.default_interval };
            prop_assert!(due >= later(now, fair));
        }
    }

    #[test]
    fn limits_without_sense_do_no_harm(
        shortest in any_duration(), longest in any_duration(), usual in any_duration(), adaptive in any_duration(),
        large in any_duration(), hints in any_hints(), source in any_source(), state in any_state(), now in any_timestamp(),
    ) {
        let limits = Limits {
            min_interval: shortest, max_interval: longest, default_interval: usual, max_adaptive_interval: adaptive,
            large_body_interval: large, ..Limits::default()
        };
        for outcome in [Outcome::Success, Outcome::Failure] {
            prop_assert!(next_due(outcome, &hints, &source, &state, now, &limits) >= later(now, shortest));
        }
        let _ = is_due(&source, &state, now, state.last_success, &limits);
    }

    #[test]
    fn a_longer_wish_is_never_asked_sooner(
        hints in any_hints(), source in any_source(), state in any_state(), now in any_timestamp(),
        by in prop_oneof![0..100_000_u64, any::<u64>()],
    ) {
        let limits = Limits::default();
        let due = |outcome, hints: &WaitHints, source: &Source, state: &PollState| {
            next_due(outcome, hints, source, state, now, &limits)
        };
        let asked = |outcome| due(outcome, &hints, &source, &state);
        let patient = WaitHints {
            max_age: longer(hints.max_age, by),
            retry_after: longer(hints.retry_after, by),
            ..hints
        };
        for outcome in [Outcome::Success, Outcome::Failure] {
            prop_assert!(due(outcome, &patient, &source, &state) >= asked(outcome));
        }
        let mut slower = state.clone();
        slower.hints.ttl_minutes = state.hints.ttl_minutes.map(|ttl| ttl.saturating_add(u32::try_from(by).unwrap_or(u32::MAX)));
        slower.hints.update_period_seconds = state.hints.update_period_seconds.map(|period| period.saturating_add(by));
        prop_assert!(due(Outcome::Success, &hints, &source, &slower) >= asked(Outcome::Success));
        let pinned = source.clone().with_interval(longer(source.interval(), by));
        prop_assert!(due(Outcome::Success, &hints, &pinned, &state) >= asked(Outcome::Success));
        // The publisher's wishes only lengthen what we would do without them.
        let unasked = due(Outcome::Success, &WaitHints::default(), &source, &state);
        prop_assert!(unasked <= asked(Outcome::Success));
    }

    #[test]
    fn more_failures_never_come_back_sooner(
        hints in any_hints(), source in any_source(), failures in prop_oneof![1..12_u32, any::<u32>()], now in any_timestamp(),
    ) {
        let limits = Limits::default();
        let due = |failures| {
            let mut state = PollState::default();
            state.failures = failures;
            after_failure(&hints, &source, &state, now, &limits)
        };
        // From the eighth on it is the longest rest, give or take its jitter.
        let slack = if (1..8).contains(&failures) { Duration::ZERO } else { limits.max_interval / 4 };
        prop_assert!(later(due(failures.saturating_add(1)), slack) >= due(failures));
    }

    #[test]
    fn a_restart_changes_nothing(hints in any_hints(), source in any_source(), state in any_state(), now in any_timestamp()) {
        let kept = |text: String| serde_json::from_str::<PollState>(&text).unwrap();
        let back = kept(serde_json::to_string(&state).unwrap());
        prop_assert_eq!(&back, &state);
        let source_back: Source = serde_json::from_str(&serde_json::to_string(&source).unwrap()).unwrap();
        prop_assert_eq!(&source_back, &source);
        for outcome in [Outcome::Success, Outcome::Failure, Outcome::Gone] {
            let mut next = state.clone();
            next.next_due = Some(next_due(outcome, &hints, &source, &state, now, &Limits::default()));
            prop_assert_eq!(next.next_due, Some(next_due(outcome, &hints, &source_back, &back, now, &Limits::default())));
            prop_assert_eq!(kept(serde_json::to_string(&next).unwrap()), next);
        }
    }

    #[test]
    fn what_is_left_of_the_window_is_outside_it(feed in any_feed(), now in 0_i64..4_000_000_000, number in any::<u64>()) {
        let now = Timestamp::from_second(now).unwrap();
        let due = after_success(&WaitHints::default(), &numbered(number), &state(&feed), now, &Limits::default());
        let zoned = due.to_zoned(jiff::tz::TimeZone::UTC);
        let hours: std::collections::BTreeSet<u8> = feed.skip_hours.iter().filter(|h| **h <= 24).map(|h| h % 24).collect();
        let days: std::collections::BTreeSet<u8> = feed.skip_days.iter().copied().filter(|d| (1..=7).contains(d)).collect();
        if hours.len() < 24 {
            prop_assert!(!hours.contains(&u8::try_from(zoned.hour()).unwrap()));
        }
        if days.len() < 7 {
            prop_assert!(!days.contains(&u8::try_from(zoned.weekday().to_monday_one_offset()).unwrap()));
        }
    }
}

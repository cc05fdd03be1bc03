#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A Monday, 10:30 UTC.
fn monday() -> Timestamp {
    at("2026-11-23T10:30:00Z")
}

fn success(hints: &WaitHints, feed: &FeedHints) -> Duration {
    Duration::try_from(after_success(hints, feed, monday(), &Limits::default()).duration_since(monday())).unwrap()
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
        assert_eq!(success(&hints, &feed).as_secs(), expected, "{hints:?} {feed:?}");
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
    // Without a window it would be 11:30.
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
        let due = after_success(&WaitHints::default(), &feed, monday(), &Limits::default());
        assert_eq!(due, at(expected), "{feed:?}");
    }
}

#[test]
fn failures_back_off_and_spread() {
    let limits = Limits::default();
    let wait = |failures, seed| {
        let due = after_failure(
            &WaitHints::default(),
            &FeedHints::default(),
            failures,
            monday(),
            &limits,
            seed,
        );
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
    let limits = Limits::default();
    let due = |hints: WaitHints| {
        next_due(Outcome::Failure, &hints, &FeedHints::default(), 9, monday(), &limits, 1)
            .duration_since(monday())
            .as_secs()
    };
    let after = |value| WaitHints {
        retry_after: Some(Duration::from_secs(value)),
        ..WaitHints::default()
    };
    assert_eq!(due(after(1800)), 1800);
    assert_eq!(due(after(0)), 900);
    assert_eq!(due(after(u64::MAX)), 7 * 86400);
    // The server's clock is ten years off; what counts is how far ahead of its own Date it points.
    assert_eq!(
        due(WaitHints {
            date: Some(at("2016-01-01T00:00:00Z")),
            retry_at: Some(at("2016-01-01T02:00:00Z")),
            ..WaitHints::default()
        }),
        7200
    );
}

#[test]
fn gone_is_for_ever() {
    let due = next_due(
        Outcome::Gone,
        &WaitHints::default(),
        &FeedHints::default(),
        1,
        monday(),
        &Limits::default(),
        0,
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

proptest! {
    #[test]
    fn never_too_soon_never_too_late(
        hints in any_hints(),
        feed in any_feed(),
        failed in any::<bool>(),
        failures in any::<u32>(),
        now in any_timestamp(),
        seed in any::<u64>(),
    ) {
        let limits = Limits::default();
        let outcome = if failed { Outcome::Failure } else { Outcome::Success };
        let due = next_due(outcome, &hints, &feed, failures, now, &limits, seed);
        let soonest = later(now, limits.min_interval);
        let latest = later(later(now, limits.max_interval), Duration::from_secs(8 * DAY));
        prop_assert!(due >= soonest, "{due} is before {soonest}");
        prop_assert!(due <= latest, "{due} is after {latest}");
    }

    #[test]
    fn limits_without_sense_do_no_harm(
        shortest in any_duration(), longest in any_duration(), usual in any_duration(),
        hints in any_hints(), feed in any_feed(), failures in any::<u32>(), now in any_timestamp(),
    ) {
        let limits = Limits { min_interval: shortest, max_interval: longest, default_interval: usual, ..Limits::default() };
        for outcome in [Outcome::Success, Outcome::Failure] {
            prop_assert!(next_due(outcome, &hints, &feed, failures, now, &limits, 3) >= later(now, shortest));
        }
    }

    #[test]
    fn what_is_left_of_the_window_is_outside_it(feed in any_feed(), now in 0_i64..4_000_000_000) {
        let now = Timestamp::from_second(now).unwrap();
        let due = after_success(&WaitHints::default(), &feed, now, &Limits::default());
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

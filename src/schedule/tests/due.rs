//! Whether a source is asked in a run.

use super::*;

/// Polled well at `polled`, and the time it is due again.
fn polled(number: u64, state: &mut PollState, hints: &WaitHints, polled: Timestamp) -> Timestamp {
    state.last_polled = Some(polled);
    let due = next_due(
        Outcome::Success,
        hints,
        &numbered(number),
        state,
        polled,
        &Limits::default(),
    );
    state.next_due = Some(due);
    due
}

fn asks(seconds: u64) -> WaitHints {
    WaitHints {
        max_age: Some(Duration::from_secs(seconds)),
        ..WaitHints::default()
    }
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[test]
fn a_run_every_day_or_hour_misses_nothing() {
    let limits = Limits::default();
    for number in 0..200_u64 {
        // A scheduler starts a little early or late.
        let drift = seconds((number.cast_signed() * 7) % 21 - 10);
        for (every, wish) in [
            (DAY, DAY),
            (DAY, HOUR),
            (DAY, 21 * HOUR),
            (HOUR, HOUR),
            (HOUR, HOUR / 4),
            (2 * HOUR, 2 * HOUR),
        ] {
            let mut state = PollState::default();
            polled(number, &mut state, &asks(wish), monday());
            let next = monday() + seconds(every.cast_signed()) + drift;
            for previous_run in [None, Some(monday())] {
                assert!(
                    is_due(&numbered(number), &state, next, previous_run, &limits),
                    "{number}: asked every {every} s, wanted every {wish} s"
                );
            }
        }
    }
}

#[test]
fn a_program_that_runs_all_the_time_keeps_the_jitter() {
    let mut asked = std::collections::BTreeSet::new();
    for number in 0..100 {
        let mut state = PollState::default();
        let due = polled(number, &mut state, &WaitHints::default(), monday());
        let mut run = monday();
        while !is_due(
            &numbered(number),
            &state,
            run,
            Some(run - seconds(60)),
            &Limits::default(),
        ) {
            run += seconds(60);
        }
        assert!(due.duration_since(run) <= seconds(60) && run >= monday() + seconds(3600 - 36));
        asked.insert(run);
    }
    assert!(asked.len() >= 5, "{asked:?}");
}

#[test]
fn nothing_is_given_away_after_a_failure() {
    let mut state = PollState::default();
    state.failures = 1;
    state.last_polled = Some(monday());
    let wait = WaitHints {
        retry_after: Some(Duration::from_secs(DAY)),
        ..WaitHints::default()
    };
    let due = next_due(Outcome::Failure, &wait, &source(), &state, monday(), &Limits::default());
    state.next_due = Some(due);
    assert!(!is_due(&source(), &state, due - seconds(1), None, &Limits::default()));
    assert!(is_due(&source(), &state, due, None, &Limits::default()));
}

#[test]
fn new_and_gone_and_a_clock_that_was_wrong() {
    let limits = Limits::default();
    let mut state = PollState::default();
    assert!(is_due(&source(), &state, monday(), None, &limits), "never asked");
    state.next_due = Some(at("2036-01-01T00:00:00Z"));
    state.last_polled = Some(at("2035-12-31T23:00:00Z"));
    assert!(
        is_due(&source(), &state, monday(), None, &limits),
        "written ten years ahead"
    );
    state.next_due = Some(later(monday(), limits.max_interval));
    assert!(!is_due(&source(), &state, monday(), None, &limits));
    state.health = crate::model::Health::Gone;
    state.next_due = Some(Timestamp::MAX);
    assert!(!is_due(&source(), &state, monday(), None, &limits));
}

proptest! {
    #[test]
    fn it_is_due_when_its_time_has_come_and_hardly_sooner(
        hints in any_hints(), mut state in any_state(), number in any::<u64>(),
        polled_at in 0_i64..4_000_000_000, after in 0..40 * DAY, previous in proptest::option::of(any_timestamp()),
    ) {
        let limits = Limits::default();
        let (source, polled_at) = (numbered(number), Timestamp::from_second(polled_at).unwrap());
        state.failures = 0;
        let due = polled(number, &mut state, &hints, polled_at);
        let now = later(polled_at, Duration::from_secs(after));
        let asked = is_due(&source, &state, now, previous, &limits);
        prop_assert!(asked || now < due, "due at {due}, and not asked at {now}");
        // The shortest rest anybody wished for, less a hundredth for clocks that are not exact.
        let wish = hints.freshness().max(hints.stay_away()).unwrap_or_default().min(limits.max_interval).max(limits.min_interval);
        let early = (wish / 90).min(Duration::from_secs(300)) + Duration::from_micros(1);
        prop_assert!(!asked || later(now, early) >= later(polled_at, wish), "asked {after} s after, wish {wish:?}");
    }

    #[test]
    fn any_state_at_any_time(source in any_source(), state in any_state(), now in any_timestamp(), previous in proptest::option::of(any_timestamp())) {
        let asked = is_due(&source, &state, now, previous, &Limits::default());
        let ahead = state.next_due.map_or(SignedDuration::ZERO, |due| due.duration_since(now));
        if ahead <= SignedDuration::ZERO {
            prop_assert!(asked);
        } else if ahead > seconds(15 * 60) && ahead < seconds(14 * 86_400) {
            prop_assert!(!asked, "a store that looks no further ahead would not see it");
        }
    }
}

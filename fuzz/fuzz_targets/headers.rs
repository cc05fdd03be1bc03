//! Headers about waiting and a source's history, to the moment it is asked again. The first line is the history
//! (`now=0 failures=2 dates=-3600,-90000 hours=1,2`), the others are headers.
#![no_main]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use medfeed::{FetchResponse, Limits, Outcome, PollState, Source, Validators, is_due, next_due};
use properties::{base, survives_json};

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let history = History::read(&String::from_utf8_lossy(lines.next().unwrap_or_default()));
    let mut answer = FetchResponse::new(200, base(), "");
    for line in lines {
        let mut field = line.splitn(2, |byte| *byte == b':');
        let name = String::from_utf8_lossy(field.next().unwrap_or_default()).into_owned();
        answer = answer.with_header(&name, field.next().unwrap_or_default().trim_ascii());
    }
    let History { now, source, mut state } = history;
    let hints = answer.wait_hints(now);
    let limits = Limits::default();
    let soonest = later(now, limits.min_interval);
    let latest = later(later(now, limits.max_interval), Duration::from_secs(8 * 86_400));
    let unasked = FetchResponse::new(200, base(), "").wait_hints(now);
    for outcome in [Outcome::Success, Outcome::Failure] {
        let due = next_due(outcome, &hints, &source, &state, now, &limits);
        assert!((soonest..=latest).contains(&due), "{outcome:?}: {due} for {hints:?}");
        assert_eq!(due, next_due(outcome, &hints, &source, &state, now, &limits), "chance");
    }
    let due = next_due(Outcome::Success, &hints, &source, &state, now, &limits);
    let without = next_due(Outcome::Success, &unasked, &source, &state, now, &limits);
    assert!(due >= without, "headers made it sooner");
    let wish = hints.freshness().max(hints.stay_away()).unwrap_or_default();
    assert!(
        due >= later(now, wish.min(limits.max_interval)),
        "sooner than asked for"
    );

    state.next_due = Some(due);
    state.last_polled = Some(now);
    state.failures = 0;
    survives_json(&state);
    survives_json(&source);
    assert!(is_due(&source, &state, due, Some(now), &limits));
    assert!(
        due == now || !is_due(&source, &state, now, None, &limits),
        "due at once"
    );
    let _ = state.rhythm.is_quiet(due);
});

struct History {
    now: Timestamp,
    source: Source,
    state: PollState,
}

impl History {
    /// Words it does not know it passes over.
    fn read(line: &str) -> Self {
        let mut source = Source::new(base()).expect("a web address");
        let mut state = PollState::default();
        let mut now = Timestamp::UNIX_EPOCH;
        let (mut dates, mut news) = (Vec::new(), 0);
        for (name, value) in line.split(' ').filter_map(|word| word.split_once('=')) {
            let numbers: Vec<i64> = value.split(',').filter_map(|number| number.parse().ok()).collect();
            let Some(number) = numbers.first().copied() else {
                continue;
            };
            let positive = number.unsigned_abs();
            let small: Vec<u8> = numbers.iter().filter_map(|number| u8::try_from(*number).ok()).collect();
            match name {
                "now" => now = Timestamp::from_second(number).unwrap_or(now),
                "failures" => state.failures = u32::try_from(number).unwrap_or(u32::MAX),
                "etag" => state.validators = Validators::new(Some(value.as_bytes().to_vec()), None),
                "bytes" => state.body_bytes = Some(positive),
                "pin" => source = source.with_interval(Duration::from_secs(positive)),
                "ttl" => state.hints.ttl_minutes = Some(u32::try_from(number).unwrap_or(u32::MAX)),
                "period" => state.hints.update_period_seconds = Some(positive),
                "hours" => state.hints.skip_hours = small,
                "days" => state.hints.skip_days = small,
                "news" => news = usize::try_from(number).unwrap_or(0),
                "dates" => dates = numbers,
                _ => {}
            }
        }
        let dates = dates
            .into_iter()
            .filter_map(|ahead| now.checked_add(SignedDuration::from_secs(ahead)).ok());
        state.rhythm.observe(dates, news, now);
        if let (Some(usual), Some(longest)) = (state.rhythm.usual_gap(), state.rhythm.longest_gap()) {
            assert!(usual <= longest && usual >= Duration::from_secs(3600));
        }
        Self { now, source, state }
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait)
        .ok()
        .and_then(|wait| now.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX)
}

//! What headers say about waiting: `Cache-Control`, `Age`, `Expires`, `Date`, `Retry-After`.
//!
//! Guided by: RFC 9110 (5.3 repeated fields, 5.6.7 dates, 10.2.3), RFC 9111 (1.2.2, 4.2, 5). Garbage is ignored, numbers
//! past all bounds are taken for a very long time; nothing here can fail. Of a field that came several times, which only
//! `Cache-Control` may, the first one that can be read counts: proxies add their own behind the server's.
//! Not covered: `s-maxage` and `stale-*` (they are for shared caches), heuristic freshness (RFC 9111 4.2.2), for a
//! poller has its own interval.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;

use super::Headers;
use crate::schedule::WaitHints;

/// RFC 9111 1.2.2 asks for at least 2^31 when a number of seconds is too large.
const VERY_LONG: u64 = 1 << 31;

/// Bytes of a header that are read; longer ones are no dates and no directives.
const READ_BYTES: usize = 1024;

/// A weekday that is not the date's is no reason to lose the date.
const IMF_DATE: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);

/// Everything the headers of an answer say about waiting.
pub(super) fn wait_hints(headers: &Headers, received_at: Timestamp) -> WaitHints {
    let date = first(headers, "date", http_date);
    let cache = cache_control(headers);
    // "Do not use it without asking again" is no wish to wait, whatever stands beside it.
    let (max_age, expires) = if cache.ask_again {
        (None, None)
    } else {
        (cache.max_age, first(headers, "expires", http_date))
    };
    WaitHints {
        max_age,
        age: first(headers, "age", first_seconds),
        expires,
        date: Some(date.unwrap_or(received_at)),
        retry_after: first(headers, "retry-after", first_seconds),
        retry_at: first(headers, "retry-after", http_date),
    }
}

#[derive(Debug, Default)]
struct CacheControl {
    max_age: Option<Duration>,
    ask_again: bool,
}

/// `Cache-Control` (RFC 9111 5.2.2), all fields together. The first `max-age` that is a number counts.
fn cache_control(headers: &Headers) -> CacheControl {
    let mut found = CacheControl::default();
    for value in headers.all("cache-control") {
        let read = value.get(..READ_BYTES).unwrap_or(value);
        let mut directives = split_unquoted(&String::from_utf8_lossy(read));
        if read.len() < value.len() {
            directives.pop(); // It may have been cut, and half a number is another number.
        }
        for directive in directives {
            let (name, argument) = directive.split_once('=').unwrap_or((directive.as_str(), ""));
            let argument = argument.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "max-age" if found.max_age.is_none() => {
                    found.max_age = seconds(argument.trim_matches('"').trim());
                }
                // `no-cache="Set-Cookie"` is about that field only.
                "no-cache" if argument.is_empty() => found.ask_again = true,
                "no-store" => found.ask_again = true,
                _ => {}
            }
        }
    }
    found
}

/// Splits at commas that are not within quotes; a backslash in quotes makes the next character mean itself.
fn split_unquoted(value: &str) -> Vec<String> {
    let (mut quoted, mut escaped) = (false, false);
    let mut parts = vec![String::new()];
    for character in value.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}

/// The first field of that name that is text of reasonable length and can be read.
fn first<Value>(headers: &Headers, name: &str, read: impl Fn(&str) -> Option<Value>) -> Option<Value> {
    headers
        .all(name)
        .filter(|value| value.len() <= READ_BYTES)
        .filter_map(|value| std::str::from_utf8(value).ok())
        .find_map(|value| read(value.trim()))
}

/// A number of seconds, or the first of a list of them: a proxy joins two fields to one with a comma.
fn first_seconds(text: &str) -> Option<Duration> {
    seconds(text.split(',').next()?.trim_end())
}

/// A number of seconds: digits only. Negative ones and fractions are none; too many digits are a very long time.
fn seconds(text: &str) -> Option<Duration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(
        text.parse::<u64>().unwrap_or(VERY_LONG).min(VERY_LONG),
    ))
}

/// A date in any of HTTP's three forms (RFC 9110 5.6.7): IMF-fixdate, RFC 850, asctime. The zone is GMT, whatever name
/// for it a server chose.
fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(at) = IMF_DATE.parse_timestamp(text) {
        return Some(at);
    }
    let without_zone = ["GMT", "UTC", "Z"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone))
        .map_or(text, str::trim_end);
    let without_weekday = without_zone.split_once(',').map_or("", |(_, rest)| rest.trim_start());
    // The weekday is left unread, here too.
    let after_weekday = without_zone.split_once(' ').map_or("", |(_, rest)| rest);
    let broken_down = strtime::parse("%d-%b-%y %H:%M:%S", without_weekday)
        .or_else(|_| strtime::parse("%d-%b-%Y %H:%M:%S", without_weekday))
        .or_else(|_| strtime::parse("%d %b %Y %H:%M:%S", without_weekday))
        .or_else(|_| strtime::parse("%b %e %H:%M:%S %Y", after_weekday))
        .ok()?;
    let civil: DateTime = broken_down.to_datetime().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::SignedDuration;
    use proptest::strategy::Strategy as _;

    use super::*;
    use crate::limits::Limits;
    use crate::model::{PollState, Source};
    use crate::schedule::{Outcome, next_due};

    fn hints(fields: &[(&str, &str)]) -> WaitHints {
        let mut headers = Headers::default();
        for (name, value) in fields {
            headers.append(name, value);
        }
        wait_hints(&headers, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn max_age_in_every_dress() {
        for (value, expected) in [
            ("max-age=300", Some(300)),
            ("public, Max-Age=300, must-revalidate", Some(300)),
            ("max-age=\"300\"", Some(300)),
            ("max-age = 300", Some(300)),
            ("private=\"a, max-age=1\", max-age=300", Some(300)),
            ("max-age=300, max-age=900", Some(300)),
            ("max-age=99999999999999999999999", Some(VERY_LONG)),
            ("max-age=18446744073709551615", Some(VERY_LONG)),
            ("no-cache=\"set-cookie\", max-age=300", Some(300)),
            ("max-age=-1", None),
            ("max-age=1.5", None),
            ("max-age=", None),
            ("max-age", None),
            ("max-age=٣", None),
            ("s-maxage=900", None),
            ("no-cache, max-age=300", None),
            ("max-age=300, no-store", None),
            ("private=\"a\\\", max-age=1\", max-age=300", Some(300)),
            ("max-age=x, max-age=300", Some(300)),
            ("max-age=300;must-revalidate", None),
            ("max-age=+300", None),
            ("max-age=0", Some(0)),
            ("no-cache=, max-age=300", None),
            ("x-no-cache, max-age=300", Some(300)),
            ("\"max-age=300", None),
            ("\"", None),
            (",,,=,=", None),
            ("", None),
        ] {
            let found = hints(&[("Cache-Control", value)]).max_age;
            assert_eq!(found, expected.map(Duration::from_secs), "{value}");
        }
        let split = hints(&[("cache-control", "public"), ("cache-control", "max-age=60")]);
        assert_eq!(split.max_age, Some(Duration::from_secs(60)));
        // Cut at a bound, a number is none.
        let long = format!("{}, max-age=86400", "x".repeat(READ_BYTES - 13));
        assert_eq!(hints(&[("cache-control", &long)]).max_age, None);
        let long = format!("max-age=60, {}", "x".repeat(READ_BYTES));
        assert_eq!(
            hints(&[("cache-control", &long)]).max_age,
            Some(Duration::from_secs(60))
        );
    }

    #[test]
    fn bytes_that_are_no_text() {
        let mut headers = Headers::default();
        headers.append("cache-control", b"priv\xe4te=\"\xff\", max-age=60, \xfe".as_slice());
        headers.append("expires", b"\xffSun, 06 Nov 1994 08:49:37 GMT".as_slice());
        headers.append("age", b"\xd9\xa3".as_slice());
        let found = wait_hints(&headers, Timestamp::UNIX_EPOCH);
        assert_eq!(found.max_age, Some(Duration::from_secs(60)));
        assert_eq!((found.expires, found.age), (None, None));
    }

    #[test]
    fn the_first_of_several_fields_that_can_be_read_counts() {
        let found = hints(&[
            ("age", "soon"),
            ("age", "30, 90"),
            ("age", "10"),
            ("cache-control", "max-age=99999999999999999999"),
            ("retry-after", ""),
            ("retry-after", "60"),
            ("retry-after", "7200"),
            ("date", "yesterday"),
            ("date", "Thu, 01 Jan 1970 05:00:00 GMT"),
        ]);
        assert_eq!(found.age, Some(Duration::from_secs(30)));
        assert_eq!(found.freshness(), Some(Duration::from_secs(VERY_LONG - 30)));
        assert_eq!(found.stay_away(), Some(Duration::from_secs(60)));
        assert_eq!(found.date, Some("1970-01-01T05:00:00Z".parse().unwrap()));
        for negative in ["-1", "-99999999999999999999", "1.5", "1 2", "0x10"] {
            assert_eq!(hints(&[("age", negative)]).age, None, "{negative}");
        }
    }

    #[test]
    fn age_is_taken_off_both() {
        let found = hints(&[
            ("date", "Sun, 06 Nov 1994 08:00:00 GMT"),
            ("expires", "Sun, 06 Nov 1994 10:00:00 GMT"),
            ("age", "1800"),
        ]);
        assert_eq!(found.freshness(), Some(Duration::from_secs(5400)));
        let found = hints(&[("cache-control", "max-age=60"), ("age", "99999999999999999999")]);
        assert_eq!(found.freshness(), Some(Duration::ZERO));
    }

    #[test]
    fn a_clock_that_is_years_off_does_not_matter() {
        for year in ["1994", "2026", "2099", "9998"] {
            let at = |hour: &str| format!("06 Nov {year} {hour}:00:00 GMT");
            let found = hints(&[("date", &at("08")), ("expires", &at("11")), ("retry-after", &at("09"))]);
            assert_eq!(found.freshness(), Some(Duration::from_secs(3 * 3600)), "{year}");
            assert_eq!(found.stay_away(), Some(Duration::from_secs(3600)), "{year}");
            let past = hints(&[("date", &at("08")), ("expires", &at("07")), ("retry-after", &at("07"))]);
            assert_eq!((past.freshness(), past.stay_away()), (None, None), "{year}");
        }
    }

    #[test]
    fn dates_in_all_three_forms_and_garbage() {
        for (value, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("Sun, 06 Nov 1994 08:49:37 +0100", Some("1994-11-06T07:49:37Z")),
            ("Sun, 06 Nov 1994 08:49:37 UTC", Some("1994-11-06T08:49:37Z")),
            ("Sun, 06-Nov-1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun, 06-Nov-30 08:49:37 GMT", Some("2030-11-06T08:49:37Z")),
            ("Sun Nov 16 08:49:37 1994", Some("1994-11-16T08:49:37Z")),
            ("Sun, 06 Nov 1994 08:49:60 GMT", Some("1994-11-06T08:49:59Z")),
            ("0", None),
            ("-1", None),
            ("never", None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 99999 08:49:37 GMT", None),
            ("", None),
        ] {
            let found = hints(&[("expires", value)]).expires;
            assert_eq!(found, expected.map(|at| at.parse().unwrap()), "{value}");
        }
    }

    #[test]
    fn retry_after_as_seconds_and_date() {
        let found = hints(&[("retry-after", "120")]);
        assert_eq!(found.stay_away(), Some(Duration::from_secs(120)));
        let found = hints(&[
            ("retry-after", "Sun, 06 Nov 1994 09:49:37 GMT"),
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ]);
        assert_eq!(found.stay_away(), Some(Duration::from_secs(3600)));
        for garbage in ["", "soon", "-5", "1e3", "\u{0}"] {
            assert_eq!(hints(&[("retry-after", garbage)]).stay_away(), None, "{garbage}");
        }
    }

    #[test]
    fn a_missing_date_is_the_moment_of_receipt() {
        let found = hints(&[("expires", "Thu, 01 Jan 1970 02:00:00 GMT")]);
        assert_eq!(found.freshness(), Some(Duration::from_secs(7200)));
    }

    proptest::proptest! {
        #[test]
        fn no_header_does_harm(
            fields in proptest::collection::vec((
                "(cache-control|age|expires|date|retry-after)",
                proptest::prop_oneof![
                    proptest::collection::vec(proptest::num::u8::ANY, 0..60),
                    "(max-age|no-cache|s-maxage|, |=|\"|\\\\|-?[0-9]{1,25}| ){0,8}".prop_map(String::into_bytes),
                    "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{2,5} [0-9]{2}:[0-9]{2}:[0-9]{2} (GMT|UTC|[+-][0-9]{4})".prop_map(String::into_bytes),
                ],
            ), 0..8),
            second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(),
        ) {
            let mut headers = Headers::default();
            for (name, value) in &fields {
                headers.append(name, value);
            }
            let now = Timestamp::from_second(second).unwrap();
            let found = wait_hints(&headers, now);
            let longest = Duration::from_secs(VERY_LONG);
            proptest::prop_assert!(found.max_age.is_none_or(|wait| wait <= longest));
            proptest::prop_assert!(found.retry_after.is_none_or(|wait| wait <= longest));
            let source: Source = "https://example.org/feed.xml".parse().unwrap();
            let (state, limits) = (PollState::default(), Limits::default());
            for outcome in [Outcome::Success, Outcome::Failure] {
                let due = next_due(outcome, &found, &source, &state, now, &limits);
                let soonest = now.checked_add(SignedDuration::try_from(limits.min_interval).unwrap()).unwrap_or(Timestamp::MAX);
                proptest::prop_assert!(due >= soonest);
            }
        }
    }
}

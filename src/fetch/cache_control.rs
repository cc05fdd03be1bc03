//! What headers say about waiting: `Cache-Control`, `Age`, `Expires`, `Date`, `Retry-After`.
//!
//! Garbage is ignored, numbers past all bounds are taken for a very long time; nothing here can fail.
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
    let date = text(headers, "date").and_then(http_date);
    let cache = cache_control(headers);
    let retry = text(headers, "retry-after");
    let mut hints = WaitHints::default();
    hints.date = Some(date.unwrap_or(received_at));
    hints.age = text(headers, "age").and_then(seconds);
    hints.retry_after = retry.and_then(seconds);
    hints.retry_at = retry.and_then(http_date);
    // "Do not use it without asking again" is no wish to wait, whatever stands beside it.
    if !cache.ask_again {
        hints.max_age = cache.max_age;
        hints.expires = text(headers, "expires").and_then(http_date);
    }
    hints
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
        let value = value.get(..READ_BYTES).unwrap_or(value);
        for directive in split_unquoted(&String::from_utf8_lossy(value)) {
            let (name, argument) = directive.split_once('=').unwrap_or((directive.as_str(), ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "max-age" if found.max_age.is_none() => {
                    found.max_age = seconds(argument.trim().trim_matches('"'));
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

/// Splits at commas that are not within quotes.
fn split_unquoted(value: &str) -> Vec<String> {
    let mut quoted = false;
    let mut parts = vec![String::new()];
    for character in value.chars() {
        match character {
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

/// A header as text, when it is text of reasonable length.
fn text<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?;
    (value.len() <= READ_BYTES)
        .then(|| std::str::from_utf8(value).ok())
        .flatten()
        .map(str::trim)
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

/// A date in any of HTTP's three forms (RFC 9110 5.6.7): IMF-fixdate, RFC 850, asctime.
fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(at) = IMF_DATE.parse_timestamp(text) {
        return Some(at);
    }
    let without_weekday = text.split_once(", ").map_or("", |(_, rest)| rest);
    let broken_down = strtime::parse("%d-%b-%y %H:%M:%S GMT", without_weekday)
        .or_else(|_| strtime::parse("%a %b %e %H:%M:%S %Y", text))
        .ok()?;
    let civil: DateTime = broken_down.to_datetime().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

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
            ("\"", None),
            (",,,=,=", None),
            ("", None),
        ] {
            let found = hints(&[("Cache-Control", value)]).max_age;
            assert_eq!(found, expected.map(Duration::from_secs), "{value}");
        }
        let split = hints(&[("cache-control", "public"), ("cache-control", "max-age=60")]);
        assert_eq!(split.max_age, Some(Duration::from_secs(60)));
    }

    #[test]
    fn dates_in_all_three_forms_and_garbage() {
        for (value, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("Sun, 06 Nov 1994 08:49:37 +0100", Some("1994-11-06T07:49:37Z")),
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
        fn no_header_does_harm(name in "(cache-control|age|expires|date|retry-after)", value in "\\PC{0,80}") {
            let found = hints(&[(&name, &value)]);
            let _ = (found.freshness(), found.stay_away());
        }
    }
}

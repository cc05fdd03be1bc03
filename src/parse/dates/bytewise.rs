//! The commonest forms, read byte by byte without any allocation: `Sat, 10 Jan 2026 05:00:00 GMT` and RFC 3339, both
//! with small variations (seconds, fraction, the usual zones).
//!
//! Anything unusual is `None` and left to the general reader, which reads these forms to the same result.

use super::moment::{Clock, believed, days_from_civil, days_in_month, moment};
use crate::model::{FeedDate, Precision};

/// Reads one of the common forms.
pub(super) fn read(bytes: &[u8]) -> Option<FeedDate> {
    match bytes {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..] => internet(bytes),
        _ => mail(bytes),
    }
}

/// RFC 3339, and its day alone.
fn internet(bytes: &[u8]) -> Option<FeedDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = bytes else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let days = day(year, two(*m1, *m2)?, two(*d1, *d2)?)?;
    let Some((mark, rest)) = rest.split_first() else {
        return moment(days, Clock::default(), 0, Precision::Day).ok();
    };
    if !matches!(mark, b'T' | b't' | b' ') {
        return None;
    }
    // A fraction after hh:mm is one of a minute.
    let has_seconds = rest.get(5) == Some(&b':');
    let (mut clock, mut rest) = time(rest)?;
    if let [b'.', tail @ ..] = rest {
        let mut digits = 0;
        for byte in tail.iter().take_while(|byte| byte.is_ascii_digit()) {
            digits += 1;
            if digits > 9 {
                return None;
            }
            clock.nanosecond = clock.nanosecond * 10 + i32::from(byte - b'0');
        }
        if digits == 0 || !has_seconds {
            return None;
        }
        clock.nanosecond *= 10_i32.pow(9 - digits);
        rest = tail.get(usize::try_from(digits).ok()?..)?;
    }
    let offset = match rest {
        b"Z" | b"z" => 0,
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => offset(*sign, two(*h1, *h2)?, two(*m1, *m2)?)?,
        b"" => return moment(days, clock, 0, Precision::Local).ok(),
        _ => return None,
    };
    moment(days, clock, offset, Precision::Second).ok()
}

/// RFC 822 with its successors: English weekday or none, day, month, four-digit year, time, zone.
fn mail(bytes: &[u8]) -> Option<FeedDate> {
    let bytes = match bytes {
        [a, b, c, b',', b' ', rest @ ..] if is_weekday([*a, *b, *c]) => rest,
        _ => bytes,
    };
    let (of_month, rest) = match bytes {
        [d1, d2, b' ', rest @ ..] => (two(*d1, *d2)?, rest),
        [d1, b' ', rest @ ..] => (two(b'0', *d1)?, rest),
        _ => return None,
    };
    let [a, b, c, b' ', y1, y2, y3, y4, b' ', rest @ ..] = rest else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let days = day(year, month([*a, *b, *c])?, of_month)?;
    let (clock, rest) = time(rest)?;
    let (b' ', rest) = rest.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    let hours = |hours: i32| hours * 3600;
    let offset = match rest {
        b"GMT" | b"UTC" | b"UT" | b"Z" => 0,
        [sign, h1, h2, m1, m2] => offset(*sign, two(*h1, *h2)?, two(*m1, *m2)?)?,
        b"EDT" => hours(-4),
        b"EST" | b"CDT" => hours(-5),
        b"CST" | b"MDT" => hours(-6),
        b"MST" | b"PDT" => hours(-7),
        b"PST" => hours(-8),
        _ => return None,
    };
    moment(days, clock, offset, Precision::Second).ok()
}

/// `hh:mm` or `hh:mm:ss`, and what follows.
fn time(bytes: &[u8]) -> Option<(Clock, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = bytes else {
        return None;
    };
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest),
        _ => (0, rest),
    };
    let clock = Clock {
        hour: two(*h1, *h2)?,
        minute: two(*m1, *m2)?,
        second,
        nanosecond: 0,
    };
    // 24:00 and leap seconds are left to the general reader.
    (clock.hour < 24 && clock.minute < 60 && second < 60).then_some((clock, rest))
}

fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// Days since 1970, for a day that exists in a year that is believed.
fn day(year: i32, month: i32, day: i32) -> Option<i64> {
    (believed(year).is_ok() && (1..=days_in_month(year, month)).contains(&day))
        .then(|| days_from_civil(year, month, day))
}

fn offset(sign: u8, hours: i32, minutes: i32) -> Option<i32> {
    let seconds = super::zone::seconds(hours, minutes, 0)?;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

fn is_weekday(name: [u8; 3]) -> bool {
    matches!(
        &name.map(|byte| byte | 0x20),
        b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun"
    )
}

fn month(name: [u8; 3]) -> Option<i32> {
    Some(match &name.map(|byte| byte | 0x20) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

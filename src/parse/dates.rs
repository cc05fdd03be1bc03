//! Dates as feeds write them.
//!
//! Guided by RFC 822/5322 (RSS), W3C-DTF (Dublin Core, PRISM, Atom's RFC 3339), and the forms publishers really use:
//! without comma, seconds or zone, with zone names, `Tue, 09/15/2026 - 10:01`, `Sep 16, 2026 5:39pm`. The string is cut
//! into tokens and the tokens are sorted by what they can be; weekdays are ignored (they are wrong as often as not).
//! A numeric day and month with slashes is month first, as its only users write it, unless that month does not exist.
//! What cannot be read is `None`: a date is never made up. Years before 1900 and after 2200 are not believed.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::model::{FeedDate, Precision};

/// The longest date string looked at; anything longer is no date.
const LONGEST: usize = 120;

/// Reads a date, with how exact it is. `None` when it is none, or not between 1900 and 2200.
pub(super) fn read(text: &str) -> Option<FeedDate> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    numeric_first(text).or_else(|| worded(text))
}

/// The parts of a date while it is read.
#[derive(Default)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    /// Hour, minute, second, nanosecond.
    time: Option<(i8, i8, i8, i32)>,
    /// Seconds east of Greenwich.
    offset: Option<i32>,
}

impl Parts {
    fn build(&self) -> Option<FeedDate> {
        let year = self.year.filter(|year| (1900..=2200).contains(year))?;
        let precision = match (self.month, self.day, self.time, self.offset) {
            (None, _, _, _) => Precision::Year,
            (_, None, _, _) => Precision::Month,
            (_, _, None, _) => Precision::Day,
            (_, _, _, None) => Precision::Local,
            _ => Precision::Second,
        };
        let date = Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let (hour, minute, second, nanosecond) = match precision {
            Precision::Local | Precision::Second => self.time?,
            _ => (0, 0, 0, 0),
        };
        // 24:00 is the next day's first moment; a leap second is the minute's last.
        let midnight_after = hour == 24 && minute == 0 && second == 0;
        let hour = if midnight_after { 0 } else { hour };
        let time = Time::new(hour, minute, second.min(59), nanosecond).ok()?;
        let mut moment = DateTime::from_parts(date, time);
        if midnight_after {
            moment = moment.checked_add(Span::new().days(1)).ok()?;
        }
        let offset = Offset::from_seconds(self.offset.filter(|_| precision == Precision::Second).unwrap_or(0)).ok()?;
        let at: Timestamp = offset.to_timestamp(moment).ok()?;
        Some(FeedDate::new(at, precision))
    }
}

/// ISO 8601 and its relatives: `2026`, `2026-01`, `2026-01-10`, `20260110`, `2026/01/10`, with `T` or a space and a time.
fn numeric_first(text: &str) -> Option<FeedDate> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?;
    let mut parts = Parts::default();
    let rest = match digits {
        4 => {
            parts.year = text.get(..4)?.parse().ok();
            let mut rest = rest;
            for field in [&mut parts.month, &mut parts.day] {
                let Some(tail) = rest.strip_prefix(['-', '/', '.']) else {
                    break;
                };
                let count = tail.bytes().take(2).take_while(u8::is_ascii_digit).count();
                if count == 0 {
                    return None;
                }
                *field = tail.get(..count)?.parse().ok();
                rest = tail.get(count..)?;
            }
            rest
        }
        8 => {
            parts.year = text.get(..4)?.parse().ok();
            parts.month = text.get(4..6)?.parse().ok();
            parts.day = text.get(6..8)?.parse().ok();
            rest
        }
        _ => return None,
    };
    // Placeholders such as 2026-00-00 tell only the year.
    if parts.month == Some(0) {
        (parts.month, parts.day) = (None, None);
    }
    if parts.day == Some(0) {
        parts.day = None;
    }
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
    if rest.is_empty() {
        return parts.build();
    }
    time_and_zone(rest, &mut parts)?;
    parts.build()
}

/// A time and what follows it: `10:01`, `10:01:59.5Z`, `5:39pm EST`, `10:01:59 +0100`.
fn time_and_zone(text: &str, parts: &mut Parts) -> Option<()> {
    for token in text.split_whitespace() {
        take_time(token, parts)
            .or_else(|| take_zone(token, parts))
            .or_else(|| take_half(token, parts))?;
    }
    parts.time.map(|_| ())
}

/// The worded forms: tokens in nearly any order, each taken for what it can be.
fn worded(text: &str) -> Option<FeedDate> {
    let mut parts = Parts::default();
    let mut numbers: Vec<&str> = Vec::new();
    for token in text.split(|character: char| character.is_whitespace() || matches!(character, ',' | '(' | ')')) {
        let token = token.trim_end_matches('.');
        if token.is_empty() || token == "-" || token.eq_ignore_ascii_case("at") || is_weekday(token) {
            continue;
        }
        if take_slashed(token, &mut parts).is_some() || take_month(token, &mut parts).is_some() {
            continue;
        }
        if take_dashed(token, &mut parts).is_some() {
            continue;
        }
        if parts.time.is_none() && take_time(token, &mut parts).is_some() {
            continue;
        }
        if parts.time.is_some() && (take_zone(token, &mut parts).is_some() || take_half(token, &mut parts).is_some()) {
            continue;
        }
        let bare = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|tail| token.strip_suffix(tail))
            .unwrap_or(token);
        if bare.bytes().all(|byte| byte.is_ascii_digit()) && !bare.is_empty() {
            numbers.push(bare);
        } else if parts.time.is_none() || parts.offset.is_some() {
            return None;
        } else {
            // An unknown zone: the time is local to nobody knows where.
        }
    }
    for number in numbers {
        match number.len() {
            1 | 2 if parts.day.is_none() => parts.day = number.parse().ok(),
            2 if parts.year.is_none() => parts.year = number.parse::<i16>().ok().map(century),
            4 if parts.year.is_none() => parts.year = number.parse().ok(),
            _ => return None,
        }
    }
    parts.month?;
    parts.build()
}

/// RFC 2822, 4.3: two-digit years below 50 are of this century.
fn century(year: i16) -> i16 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

fn is_weekday(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .iter()
        .any(|day| lower.starts_with(day))
        && (lower.len() == 3 || lower.ends_with("day") || matches!(lower.as_str(), "tues" | "thur" | "thurs"))
}

fn take_month(token: &str, parts: &mut Parts) -> Option<()> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = token.to_ascii_lowercase();
    if lower.len() < 3 || parts.month.is_some() {
        return None;
    }
    let month = MONTHS
        .iter()
        .position(|month| month.starts_with(&lower) || (lower == "sept" && *month == "september"))?;
    parts.month = i8::try_from(month + 1).ok();
    Some(())
}

/// `09/15/2026`, month first; day first when the first number is no month.
fn take_slashed(token: &str, parts: &mut Parts) -> Option<()> {
    let mut fields = token.split('/');
    let (first, second, year) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || parts.month.is_some() || year.len() != 4 {
        return None;
    }
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    (parts.month, parts.day) = if first > 12 {
        (Some(second), Some(first))
    } else {
        (Some(first), Some(second))
    };
    parts.year = year.parse().ok();
    Some(())
}

/// `10-Jan-2026`, and an ISO date after a weekday.
fn take_dashed(token: &str, parts: &mut Parts) -> Option<()> {
    let fields: Vec<&str> = token.split('-').collect();
    let [first, month, last] = fields.as_slice() else {
        return None;
    };
    if parts.month.is_some() {
        return None;
    }
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let mut taken = Parts::default();
    match month.parse::<i8>() {
        Ok(number) if first.len() == 4 => taken.month = Some(number),
        _ => take_month(month, &mut taken)?,
    }
    let number: i16 = year.parse().ok()?;
    parts.year = Some(if year.len() == 2 { century(number) } else { number });
    parts.day = Some(day.parse().ok()?);
    parts.month = taken.month;
    Some(())
}

fn take_time(token: &str, parts: &mut Parts) -> Option<()> {
    if parts.time.is_some() || !token.contains(':') || !token.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let end = token
        .bytes()
        .position(|byte| !(byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',')))
        .unwrap_or(token.len());
    let (clock, tail) = (token.get(..end)?, token.get(end..)?);
    let mut fields = clock.split(':');
    let hour: i8 = fields.next()?.parse().ok()?;
    let minute: i8 = fields.next()?.parse().ok()?;
    let (mut second, mut nanosecond) = (0, 0);
    if let Some(text) = fields.next() {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        second = whole.parse().ok()?;
        let padded: String = fraction
            .bytes()
            .chain(std::iter::repeat(b'0'))
            .take(9)
            .map(char::from)
            .collect();
        nanosecond = padded.parse().ok()?;
    }
    if fields.next().is_some() || !(0..=24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second)
    {
        return None;
    }
    let mut taken = Parts {
        time: Some((hour, minute, second, nanosecond)),
        ..Parts::default()
    };
    if !tail.is_empty() {
        take_zone(tail, &mut taken).or_else(|| take_half(tail, &mut taken))?;
    }
    parts.time = taken.time;
    parts.offset = parts.offset.or(taken.offset);
    Some(())
}

/// `am` and `pm` of the twelve-hour clock.
fn take_half(token: &str, parts: &mut Parts) -> Option<()> {
    let (hour, minute, second, nanosecond) = parts.time?;
    let lower = token.to_ascii_lowercase();
    let hour = match (lower.as_str(), hour) {
        ("am" | "a.m", 12) => 0,
        ("am" | "a.m", 1..12) => hour,
        ("pm" | "p.m", 12) => 12,
        ("pm" | "p.m", 1..12) => hour + 12,
        _ => return None,
    };
    parts.time = Some((hour, minute, second, nanosecond));
    Some(())
}

/// `Z`, `+01:00`, `-0500`, `GMT+2`, and zone names. `BST` is British summer time, as European publishers mean it.
fn take_zone(token: &str, parts: &mut Parts) -> Option<()> {
    let upper = token.to_ascii_uppercase();
    let numeric = upper
        .strip_prefix("GMT")
        .or_else(|| upper.strip_prefix("UTC"))
        .unwrap_or(&upper);
    if let Some(seconds) = numeric_offset(numeric) {
        parts.offset = Some(seconds);
        return Some(());
    }
    let minutes = match upper.as_str() {
        "Z" | "GMT" | "UT" | "UTC" | "WET" | "ZULU" => 0,
        "BST" | "IST" | "CET" | "MEZ" | "WEST" => 60,
        "CEST" | "MESZ" | "EET" | "SAST" => 120,
        "EEST" | "MSK" => 180,
        "EDT" => -240,
        "EST" | "ET" | "CDT" => -300,
        "CST" | "CT" | "MDT" => -360,
        "MST" | "MT" | "PDT" => -420,
        "PST" | "PT" => -480,
        "AKDT" => -480,
        "AKST" => -540,
        "HST" => -600,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "AEDT" => 660,
        "NZST" => 720,
        "NZDT" => 780,
        _ => return None,
    };
    if parts.offset.is_none() {
        parts.offset = Some(minutes * 60);
    }
    Some(())
}

fn numeric_offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let plain: String = digits.chars().filter(|character| *character != ':').collect();
    if plain.is_empty() || plain.len() > 4 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = if plain.len() <= 2 {
        (plain.as_str(), "0")
    } else {
        plain.split_at(plain.len() - 2)
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_seen_in_feeds() {
        use Precision::{Day, Local, Month, Second, Year};
        for (text, at, precision) in [
            ("Sat, 10 Jan 2026 05:00:00 GMT", "2026-01-10T05:00:00Z", Second),
            ("Sat 10 Jan 2026 05:00:00 GMT", "2026-01-10T05:00:00Z", Second),
            ("10 Jan 2026 05:00 EST", "2026-01-10T10:00:00Z", Second),
            ("Wed, 5 Nov 2025 13:52:10  EST", "2025-11-05T18:52:10Z", Second),
            ("Sat, 10 Jan 2026 05:00:00", "2026-01-10T05:00:00Z", Local),
            ("Fri, 10 Jul 2026 12:00:00 BST", "2026-07-10T11:00:00Z", Second),
            ("Fri, 10 Jul 2026 12:00:00 CEST", "2026-07-10T10:00:00Z", Second),
            ("Sat, 10 Jan 2026 12:00:00 CET", "2026-01-10T11:00:00Z", Second),
            ("Sat, 10 Jan 2026 00:00:00 -0800", "2026-01-10T08:00:00Z", Second),
            ("Thursday, 10 January 26 00:00:00 PST", "2026-01-10T08:00:00Z", Second),
            ("2026", "2026-01-01T00:00:00Z", Year),
            ("2026-02", "2026-02-01T00:00:00Z", Month),
            ("2026-02-00", "2026-02-01T00:00:00Z", Month),
            ("2026-01-10", "2026-01-10T00:00:00Z", Day),
            ("20260110", "2026-01-10T00:00:00Z", Day),
            ("2026/1/9", "2026-01-09T00:00:00Z", Day),
            ("2026-01-10T05:06:07.25+01:00", "2026-01-10T04:06:07.25Z", Second),
            ("2026-01-10T05:06Z", "2026-01-10T05:06:00Z", Second),
            ("2026-01-10 05:06:07", "2026-01-10T05:06:07Z", Local),
            ("2026-01-10T24:00:00Z", "2026-01-11T00:00:00Z", Second),
            ("2026-06-30T23:59:60Z", "2026-06-30T23:59:59Z", Second),
            ("Tue, 09/15/2026 - 10:01", "2026-09-15T10:01:00Z", Local),
            ("Sep 16, 2026 5:39pm", "2026-09-16T17:39:00Z", Local),
            ("September 16th, 2026", "2026-09-16T00:00:00Z", Day),
            ("16 Sept 2026 12:05 am EDT", "2026-09-16T04:05:00Z", Second),
            ("February 2026", "2026-02-01T00:00:00Z", Month),
            ("10-Jan-2026", "2026-01-10T00:00:00Z", Day),
            ("Mon, 2026-01-12 08:00:00 +0000", "2026-01-12T08:00:00Z", Second),
            ("Thu, 01 Jan 2026 00:00:00 XYZ", "2026-01-01T00:00:00Z", Local),
        ] {
            let date = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (date.at.to_string().as_str(), date.precision),
                (at, precision),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_stays_unknown() {
        for text in [
            "",
            "soon",
            "0",
            "1",
            "99999999999",
            "1899-12-31",
            "2201-01-01",
            "2026-13-01",
            "2026-02-30",
            "31 Feb 2026",
            "12:30",
            "Invalid Date",
            "0000-00-00 00:00:00",
            "{{date}}",
            "$item.date",
            "2026-01-10T25:00:00Z",
            "٢٠٢٦-٠١-١٠",
            "10 Jan",
            "-2026",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_string_is_survived(text in any::<String>(), tail in "[0-9A-Za-z:+/ ,.-]{0,40}") {
            let _ = read(&text);
            if let Some(date) = read(&tail) {
                let year = date.at.to_zoned(jiff::tz::TimeZone::UTC).year();
                prop_assert!((1899..=2201).contains(&year));
            }
        }

        #[test]
        fn rfc_3339_agrees_with_jiff(seconds in -2_000_000_000_i64..4_000_000_000) {
            let at = Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(read(&at.to_string()).map(|date| date.at), Some(at));
        }
    }
}

//! Time zones as dates name them: offsets and abbreviations.
//!
//! Abbreviations mean what most feeds mean by them: `BST` is British summer time; `IST` is Indian standard time, since
//! Indian publishers write it and Irish ones write GMT or an offset; `CST` is American. Abbreviations with no such
//! majority (`AST`) and IANA names (`Europe/London`, whose offset would need its rules) are unknown. The military letters
//! are unknown but `Z`, as RFC 2822 (4.3) advises, because RFC 822 gave them the wrong sign.

use super::lex::{Kind, Token};
use super::moment::{days_from_civil, weekday};

/// The furthest offset from Greenwich, in hours (Line Islands, UTC+14).
const FURTHEST: i32 = 14;

/// A zone whose offset can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Seconds east of Greenwich, written as a number.
    Offset(i32),
    /// Seconds east of Greenwich, by name.
    Named(i32),
    /// `ET` and its like, where summer time is not told: standard time in seconds, with the rule of the United States.
    American(i32),
}

impl Zone {
    /// The offset in seconds at this local time.
    pub(super) fn offset(self, year: i32, month: i32, day: i32, hour: i32) -> i32 {
        match self {
            Self::Offset(seconds) | Self::Named(seconds) => seconds,
            Self::American(standard) if is_american_summer(year, month, day, hour) => standard + 3600,
            Self::American(standard) => standard,
        }
    }
}

/// Summer time of the United States: since 2007 from the second Sunday of March to the first of November, since 1987 from
/// the first of April to the last of October, at two in the morning.
fn is_american_summer(year: i32, month: i32, day: i32, hour: i32) -> bool {
    let sunday = |month: i32, not_before: i32| {
        let days = days_from_civil(year, month, not_before);
        days + i64::from(6 - weekday(days))
    };
    let (begin, end) = match year {
        2007.. => (sunday(3, 8), sunday(11, 1)),
        1987.. => (sunday(4, 1), sunday(10, 25)),
        _ => return false,
    };
    let now = (days_from_civil(year, month, day), hour);
    (begin, 2) <= now && now < (end, 2)
}

/// Hours, minutes and seconds of an offset in seconds, when there can be such an offset.
pub(super) fn seconds(hours: i32, minutes: i32, seconds: i32) -> Option<i32> {
    let sum = hours * 3600 + minutes * 60 + seconds;
    (minutes < 60 && seconds < 60 && sum <= FURTHEST * 3600).then_some(sum)
}

/// The number of an offset, from behind its sign: `1`, `01`, `0100`, `01:00`, `01:00:00`; with where it ends.
pub(super) fn unsigned_offset(tokens: &[Token<'_>], at: usize) -> Option<(i32, usize)> {
    let number = |at: usize| match tokens.get(at)?.kind {
        Kind::Number(digits) => Some(digits),
        _ => None,
    };
    let two = |at: usize| {
        let colon = tokens
            .get(at)
            .filter(|token| token.kind == Kind::Sign(':') && !token.gap)?;
        let next = tokens.get(at + 1).filter(|token| !token.gap)?;
        match (colon.kind, next.kind) {
            (_, Kind::Number(digits)) if digits.len() == 2 => digits.parse::<i32>().ok(),
            _ => None,
        }
    };
    let digits = number(at)?;
    let value: i32 = digits.parse().ok()?;
    let (sum, end) = match digits.len() {
        1 | 2 => match (two(at + 1), two(at + 3)) {
            (Some(minutes), Some(second)) => (seconds(value, minutes, second), at + 5),
            (Some(minutes), None) => (seconds(value, minutes, 0), at + 3),
            _ => (seconds(value, 0, 0), at + 1),
        },
        3 | 4 => (seconds(value / 100, value % 100, 0), at + 1),
        6 => (seconds(value / 10_000, value / 100 % 100, value % 100), at + 1),
        _ => (None, at),
    };
    sum.map(|sum| (sum, end))
}

/// The zone of an abbreviation, in lower case.
pub(super) fn named(name: &str) -> Option<Zone> {
    let (hours, minutes) = match name {
        "z" | "gmt" | "ut" | "utc" | "wet" | "zulu" => (0, 0),
        "bst" | "cet" | "mez" | "met" | "west" | "wat" => (1, 0),
        "cest" | "mesz" | "mest" | "eet" | "sast" | "cat" => (2, 0),
        "eest" | "msk" | "trt" | "eat" => (3, 0),
        "pkt" => (5, 0),
        "ist" => (5, 30),
        "npt" => (5, 45),
        "ict" | "wib" => (7, 0),
        "sgt" | "hkt" | "awst" | "myt" | "pht" => (8, 0),
        "jst" | "kst" => (9, 0),
        "acst" => (9, 30),
        "aest" => (10, 0),
        "acdt" => (10, 30),
        "aedt" => (11, 0),
        "nzst" => (12, 0),
        "nzdt" => (13, 0),
        "brt" | "art" | "adt" => (-3, 0),
        "edt" => (-4, 0),
        "est" | "cdt" => (-5, 0),
        "cst" | "mdt" => (-6, 0),
        "mst" | "pdt" => (-7, 0),
        "pst" | "akdt" => (-8, 0),
        "akst" => (-9, 0),
        "hst" => (-10, 0),
        "et" => return Some(Zone::American(-5 * 3600)),
        "ct" => return Some(Zone::American(-6 * 3600)),
        "mt" => return Some(Zone::American(-7 * 3600)),
        "pt" => return Some(Zone::American(-8 * 3600)),
        _ => return None,
    };
    Some(Zone::Named(hours * 3600 + minutes * 60))
}

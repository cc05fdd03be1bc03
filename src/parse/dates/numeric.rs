//! Dates of numbers alone: ISO 8601 with its calendar, week and ordinal dates, days and months by signs or blanks,
//! Chinese, Japanese and Korean dates, seconds since 1970.
//!
//! Each function looks at the tokens from one place and says what it read and where it ends.

use jiff::Timestamp;

use super::clock::{compact, glued_number, glued_sign, number, word};
use super::lex::{Kind, Token, Unit};
use super::moment::{Parts, YEARS, century, of_ordinal, of_week};
use crate::model::{FeedDate, Precision};

/// The moments that seconds since 1970 are believed for: 2000 up to 2100.
const EPOCH: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Reads a date of numbers that begins at this place.
pub(super) fn date(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    by_units(tokens, at)
        .or_else(|| packed(tokens, at))
        .or_else(|| week(tokens, at))
        .or_else(|| year_first(tokens, at))
        .or_else(|| year_last(tokens, at))
        .or_else(|| month_and_year(tokens, at))
}

fn parts(year: i32, month: i32, day: i32) -> Parts {
    Parts {
        year: Some(year),
        month: Some(month),
        day: Some(day),
        ..Parts::default()
    }
}

/// `2026年1月10日`, `2026년 05월 28일`, without day or month too.
fn by_units(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let part = |at: usize, unit: Unit| match tokens.get(at + 1)?.kind {
        Kind::Unit(found) if found == unit => number(tokens, at)?.parse::<i32>().ok(),
        _ => None,
    };
    let year = part(at, Unit::Year)?;
    let (month, day) = (part(at + 2, Unit::Month), part(at + 4, Unit::Day));
    let read = match (month, day) {
        (Some(_), Some(_)) => at + 6,
        (Some(_), None) => at + 4,
        _ => at + 2,
    };
    let read_parts = Parts {
        year: Some(year),
        month,
        day: day.filter(|_| month.is_some()),
        ..Parts::default()
    };
    Some((read_parts, read))
}

/// `20260110`, `202601100506`, `20260110050607`, and the ordinal `2026010`.
fn packed(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let digits = number(tokens, at)?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i32>().ok();
    let year = part(0, 4)?;
    match digits.len() {
        // A number of seven digits is a date only where it can be one: it may be any number.
        7 => {
            let (month, day) = of_ordinal(year, part(4, 7)?).filter(|_| YEARS.contains(&year))?;
            Some((parts(year, month, day), at + 1))
        }
        8 => Some((parts(year, part(4, 6)?, part(6, 8)?), at + 1)),
        12 | 14 => {
            let mut read = parts(year, part(4, 6)?, part(6, 8)?);
            read.clock = Some(compact(digits.get(8..)?).filter(|clock| clock.exists())?);
            Some((read, at + 1))
        }
        _ => None,
    }
}

/// `2026-W02-6`, `2026W026`, `2026-W02`. A week alone is told by its month, that of its Thursday.
fn week(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let year: i32 = number(tokens, at).filter(|digits| digits.len() == 4)?.parse().ok()?;
    let at = if glued_sign(tokens, at + 1) == Some('-') {
        at + 2
    } else {
        at + 1
    };
    if word(tokens, at) != Some("w") {
        return None;
    }
    let digits = glued_number(tokens, at + 1)?;
    let week = digits.get(..2)?.parse().ok()?;
    let (day, end) = match (digits.len(), glued_sign(tokens, at + 2), glued_number(tokens, at + 3)) {
        (3, _, _) => (digits.get(2..)?.parse().ok(), at + 2),
        (2, Some('-'), Some(day)) if day.len() == 1 => (day.parse().ok(), at + 4),
        (2, _, _) => (None, at + 2),
        _ => return None,
    };
    let (year, month, of_month) = of_week(year, week, day.unwrap_or(4))?;
    let mut read = parts(year, month, of_month);
    read.day = read.day.filter(|_| day.is_some());
    Some((read, end))
}

/// `2026-01-10`, `2026/1/10`, `2026.01.10`, `2026. 1. 10.`, `2026-01`, `2026-010`.
fn year_first(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let year: i32 = number(tokens, at).filter(|digits| digits.len() == 4)?.parse().ok()?;
    let (sign, month, next) = signed(tokens, at + 1)?;
    if month.len() == 3 && sign == '-' {
        let (month, day) = of_ordinal(year, month.parse().ok()?)?;
        return Some((parts(year, month, day), next));
    }
    let is_short = month.len() == 1;
    let month = month.parse().ok()?;
    match signed(tokens, next) {
        Some((again, day, end)) if again == sign && day.len() <= 2 => {
            Some((parts(year, month, day.parse().ok()?), end))
        }
        _ => {
            // `2026/1` is an issue's number as often as a month: the year is sure.
            let mut read = parts(year, if sign == '/' && is_short { 0 } else { month }, 0);
            read.day = None;
            Some((read, next))
        }
    }
}

/// A sign between the parts of a date, and the number of up to three digits after it, which may stand apart after a dot.
fn signed<'a>(tokens: &[Token<'a>], at: usize) -> Option<(char, &'a str, usize)> {
    let sign = glued_sign(tokens, at).filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let digits = match sign {
        '.' => number(tokens, at + 1),
        _ => glued_number(tokens, at + 1),
    };
    digits
        .filter(|digits| digits.len() <= 3)
        .map(|digits| (sign, digits, at + 2))
}

/// `15.09.2026`, `15. 9. 2026`, `15-09-2026`, `09/15/2026`, with years of two digits where they cannot be days.
fn year_last(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let first_digits = number(tokens, at).filter(|digits| digits.len() <= 2)?;
    let (sign, second_digits, next) = signed(tokens, at + 1).filter(|(_, digits, _)| digits.len() <= 2)?;
    if glued_sign(tokens, next) != Some(sign) {
        return None;
    }
    let last_digits = match sign {
        '.' => number(tokens, next + 1)?,
        _ => glued_number(tokens, next + 1)?,
    };
    let (first, second): (i32, i32) = (first_digits.parse().ok()?, second_digits.parse().ok()?);
    let last: i32 = last_digits.parse().ok()?;
    let end = next + 2;
    let year = match (last_digits.len(), sign) {
        (4, _) => last,
        (2, '.' | '/') => century(last),
        // Year or day first: told only by a number that is no day.
        (2, _) if first > 31 && last <= 31 => return Some((parts(century(first), second, last), end)),
        (2, _) if last > 31 => century(last),
        _ => return None,
    };
    let month_first = if sign == '/' {
        first <= 12
    } else {
        second > 12 && first <= 12
    };
    let (month, day) = if month_first { (first, second) } else { (second, first) };
    Some((parts(year, month, day), end))
}

/// `01/2026`, `1/2026` (the month or the issue: only the year is sure), and ISO's truncated `-26-01`.
fn month_and_year(tokens: &[Token<'_>], at: usize) -> Option<(Parts, usize)> {
    let first = number(tokens, at).filter(|digits| digits.len() <= 2)?;
    glued_sign(tokens, at + 1).filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let second = glued_number(tokens, at + 2)?;
    let (year, month) = match second.len() {
        4 if first.len() == 1 => (second.parse().ok()?, 0),
        4 => (second.parse().ok()?, first.parse().ok()?),
        2 if at == 1 && is_truncated(tokens) => (century(first.parse().ok()?), second.parse().ok()?),
        _ => return None,
    };
    let mut read = parts(year, month, 0);
    read.day = None;
    Some((read, at + 3))
}

/// Whether the whole is ISO's `-26-01`.
pub(super) fn is_truncated(tokens: &[Token<'_>]) -> bool {
    matches!(
        tokens.iter().map(|token| token.kind).collect::<Vec<_>>().as_slice(),
        [Kind::Sign('-'), Kind::Number(year), Kind::Sign('-'), Kind::Number(month)] if year.len() == 2 && month.len() == 2
    )
}

/// Seconds (10 digits) or milliseconds (13) since 1970, when they are the whole text and of this century.
pub(super) fn epoch(tokens: &[Token<'_>]) -> Option<FeedDate> {
    let digits = match tokens {
        [only] => only,
        [whole, dot, fraction]
            if dot.kind == Kind::Sign('.') && matches!(fraction.kind, Kind::Number(_)) && !dot.gap && !fraction.gap =>
        {
            whole
        }
        _ => return None,
    };
    let Kind::Number(digits) = digits.kind else {
        return None;
    };
    let number: i64 = digits.parse().ok()?;
    let at = match digits.len() {
        10 if EPOCH.contains(&number) => Timestamp::from_second(number).ok()?,
        13 if EPOCH.contains(&(number / 1000)) => Timestamp::from_millisecond(number).ok()?,
        _ => return None,
    };
    Some(FeedDate::new(at, Precision::Second))
}

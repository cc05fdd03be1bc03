//! The parts of a date, and the moment they make.
//!
//! The calendar is plain arithmetic (days from the civil date, Gregorian), because it is done for every item of every
//! feed; the tests compare it with `jiff`.

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::Problem;
use super::zone::Zone;
use crate::model::{FeedDate, Precision};

/// The years that are believed.
pub(super) const YEARS: RangeInclusive<i32> = 1900..=2200;

/// A time of day as written; `hour` may be 24 and `second` 60.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Clock {
    pub(super) hour: i32,
    pub(super) minute: i32,
    pub(super) second: i32,
    pub(super) nanosecond: i32,
}

impl Clock {
    /// Whether there is such a time: 24:00:00 is the next day's first moment, second 60 a leap second.
    pub(super) fn exists(self) -> bool {
        let midnight_after = self.hour == 24 && self.minute == 0 && self.second == 0 && self.nanosecond == 0;
        (midnight_after || (0..24).contains(&self.hour))
            && (0..60).contains(&self.minute)
            && (0..=60).contains(&self.second)
    }
}

/// What was found of a date so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    pub(super) year: Option<i32>,
    pub(super) month: Option<i32>,
    pub(super) day: Option<i32>,
    pub(super) clock: Option<Clock>,
    pub(super) zone: Option<Zone>,
}

impl Parts {
    /// The date these parts make. Month or day 0 (`2026-00-00`) are placeholders and tell only the year or month.
    pub(super) fn build(mut self) -> Result<FeedDate, Problem> {
        let year = self.year.ok_or(if self.month.is_some() && self.day.is_some() {
            Problem::NoYear
        } else {
            Problem::NoDate
        })?;
        believed(year)?;
        if self.month.is_none_or(|month| month == 0) {
            (self.month, self.day) = (None, None);
        }
        self.day = self.day.filter(|day| *day != 0);
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if !(1..=days_in_month(year, month)).contains(&day) {
            return Err(Problem::Day);
        }
        let precision = match (self.month, self.day, self.clock, self.zone) {
            (None, _, _, _) => Precision::Year,
            (_, None, _, _) => Precision::Month,
            (_, _, None, _) => Precision::Day,
            (_, _, _, None) => Precision::Local,
            _ => Precision::Second,
        };
        let clock = self.clock.filter(|_| precision >= Precision::Local).unwrap_or_default();
        let offset = match self.zone {
            Some(zone) if precision == Precision::Second => zone.offset(year, month, day, clock.hour),
            _ => 0,
        };
        moment(days_from_civil(year, month, day), clock, offset, precision)
    }
}

/// Puts together what has been checked. A leap second is its minute's last second.
pub(super) fn moment(days: i64, clock: Clock, offset: i32, precision: Precision) -> Result<FeedDate, Problem> {
    let of_day = clock.hour * 3600 + clock.minute * 60 + clock.second.min(59) - offset;
    let at = Timestamp::new(days * 86_400 + i64::from(of_day), clock.nanosecond).map_err(|_| Problem::NoDate)?;
    Ok(FeedDate::new(at, precision))
}

/// Whether a year is believed, and what stands in the way if not.
pub(super) fn believed(year: i32) -> Result<(), Problem> {
    match year {
        year if YEARS.contains(&year) => Ok(()),
        0 | 1 | 9999 => Err(Problem::Placeholder(year)),
        _ => Err(Problem::Year),
    }
}

/// RFC 2822, 4.3: two-digit years below 50 are of this century, other two-digit and all three-digit ones count from 1900.
pub(super) fn century(year: i32) -> i32 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

pub(super) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The length of a month; 0 for a month that does not exist.
pub(super) fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days since 1 January 1970. Years are counted from March, so that the leap day is the last of its year.
pub(super) fn days_from_civil(year: i32, month: i32, day: i32) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    i64::from(year) * 365 + i64::from(leap_days) + i64::from(of_year) - 719_468
}

/// Month and day of the n-th day of a year.
pub(super) fn of_ordinal(year: i32, ordinal: i32) -> Option<(i32, i32)> {
    let mut left = ordinal;
    for month in 1..=12 {
        let length = days_in_month(year, month);
        if (1..=length).contains(&left) {
            return Some((month, left));
        }
        left -= length;
    }
    None
}

/// 0 for Monday to 6 for Sunday.
pub(super) fn weekday(days: i64) -> i32 {
    // 1 January 1970 was a Thursday.
    i32::try_from((days + 3).rem_euclid(7)).unwrap_or(0)
}

/// Year, month and day of an ISO week date; the week's year need not be the day's.
pub(super) fn of_week(year: i32, week: i32, day: i32) -> Option<(i32, i32, i32)> {
    let fourth = days_from_civil(year, 1, 4);
    let first_monday = fourth - i64::from(weekday(fourth));
    let next_fourth = days_from_civil(year + 1, 1, 4);
    let next_monday = next_fourth - i64::from(weekday(next_fourth));
    let wanted = first_monday + i64::from((week - 1) * 7 + day - 1);
    if week < 1 || !(1..=7).contains(&day) || first_monday + i64::from((week - 1) * 7) >= next_monday {
        return None;
    }
    [year - 1, year, year + 1].into_iter().find_map(|candidate| {
        let ordinal = i32::try_from(wanted - days_from_civil(candidate, 1, 1) + 1).ok()?;
        of_ordinal(candidate, ordinal).map(|(month, day)| (candidate, month, day))
    })
}

//! The hours and days a publisher says bring no news (RSS `<skipHours>` and `<skipDays>`, both in GMT).

use std::time::Duration;

use jiff::Timestamp;

use crate::model::FeedHints;

/// Hours searched for one outside the window: a week of skipped days and a day of skipped hours.
const SEARCHED_HOURS: i64 = 8 * 24;

/// No moment is moved by more than that.
pub(super) const WINDOW_MOST: Duration = Duration::from_secs(8 * 24 * 60 * 60);

/// Hours and days not to ask in, as bit sets.
#[derive(Debug, Clone, Copy)]
pub(super) struct SkipWindow {
    hours: u32,
    days: u32,
}

impl SkipWindow {
    /// The window of a feed. Values out of range are ignored, except hour 24, which RSS 0.91 counted for midnight;
    /// a window that leaves no hour or no day is no window.
    pub(super) fn of(feed: &FeedHints) -> Self {
        let hours = feed
            .skip_hours
            .iter()
            .filter(|hour| **hour <= 24)
            .fold(0_u32, |set, hour| set | 1 << (hour % 24));
        let days = feed
            .skip_days
            .iter()
            .filter(|day| (1..=7).contains(*day))
            .fold(0_u32, |set, day| set | 1 << day);
        Self {
            hours: if hours == 0x00ff_ffff { 0 } else { hours },
            days: if days == 0b1111_1110 { 0 } else { days },
        }
    }

    /// The moment itself when it is outside the window, else the beginning of the first hour after it that is.
    pub(super) fn leave(self, at: Timestamp) -> Timestamp {
        if self.hours == 0 && self.days == 0 {
            return at;
        }
        let first = at.as_second().div_euclid(3600);
        if !self.holds(first) {
            return at;
        }
        (1..=SEARCHED_HOURS)
            .map(|ahead| first.saturating_add(ahead))
            .find(|hour| !self.holds(*hour))
            .and_then(|hour| Timestamp::from_second(hour.saturating_mul(3600)).ok())
            .unwrap_or(at)
    }

    /// Whether an hour (counted from 1970, which began on a Thursday) is in the window.
    fn holds(self, hour: i64) -> bool {
        let of_day = hour.rem_euclid(24);
        let weekday = (hour.div_euclid(24) + 3).rem_euclid(7) + 1;
        self.hours & (1 << of_day) != 0 || self.days & (1 << weekday) != 0
    }
}

//! What is known of a feed's own publishing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Feed, Precision};

/// Moments of publication that are looked at: the latest ones, for a rhythm changes.
const MOMENTS: usize = 32;

/// Polls with news that are remembered of a feed without dates.
const NEWS_POLLS: usize = 16;

/// Moments that make a rhythm. Two give one gap, which may be an accident (a podcast that begins with two episodes);
/// three are the fewest of which one gap can be usual and another the longest.
const LEAST_MOMENTS: usize = 3;

/// Publications within this of each other are one moment: a journal puts ten papers up at once.
const ONE_MOMENT: SignedDuration = SignedDuration::from_hours(1);

/// A date further ahead is an issue's date or a mistake. One day is a zone that was misread, or a date without a time.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Older dates say nothing about how often something comes today.
const BEHIND: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// Silence that may worry, in longest gaps …
const QUIET_GAPS: u32 = 3;

/// … and at the least.
const QUIET_LEAST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is known of a feed's own publishing: how far apart its publications usually are, and when the latest was.
///
/// It is read off the dates of the items in the feed's document ([`observe_feed`](Self::observe_feed)). Of a feed
/// without dates it is read off the polls that brought news, which cannot see anything finer than the polls are.
///
/// ```
/// use std::time::Duration;
/// use medfeed::Rhythm;
/// let now: jiff::Timestamp = "2026-11-24T12:00:00Z".parse()?;
/// let days = ["2026-11-02T06:00:00Z", "2026-11-09T06:00:00Z", "2026-11-16T06:10:00Z", "2026-11-23T06:00:00Z"];
/// let mut rhythm = Rhythm::default();
/// rhythm.observe(days.iter().map(|day| day.parse().unwrap()), 4, now);
/// assert_eq!(rhythm.usual_gap(), Some(Duration::from_secs(7 * 24 * 60 * 60)));
/// assert_eq!(rhythm.latest(), Some("2026-11-23T06:00:00Z".parse()?));
/// assert!(!rhythm.is_quiet(now));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Rhythm {
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_gap_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longest_gap_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    news_polls: Vec<Timestamp>,
}

impl Rhythm {
    /// The usual time from one publication to the next: the median of the latest gaps, at least an hour, for what
    /// comes within an hour counts as one publication. `None` until three publications are known.
    #[must_use]
    pub fn usual_gap(&self) -> Option<Duration> {
        self.usual_gap_seconds.map(Duration::from_secs)
    }

    /// The longest of the latest gaps: a summer break, when there was one. `None` until three publications are known.
    #[must_use]
    pub fn longest_gap(&self) -> Option<Duration> {
        self.longest_gap_seconds.map(Duration::from_secs)
    }

    /// The latest publication that is known, or the latest poll that brought news; up to a day ahead of the clock.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// Whether the publications' own dates are not known, so that only polls with news could be counted.
    #[must_use]
    pub fn is_by_polls(&self) -> bool {
        !self.news_polls.is_empty()
    }

    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How long it has been silent; zero when the latest publication is ahead of the clock.
    #[must_use]
    pub fn silence(&self, now: Timestamp) -> Option<Duration> {
        let silence = now.duration_since(self.latest?);
        Some(Duration::try_from(silence).unwrap_or_default())
    }

    /// Whether it has been silent for longer than is its way: more than three times the longest gap it had of late,
    /// and at least 7 days. A feed without a known rhythm is never quiet, and summer breaks count as gaps, so that
    /// nobody is warned of a journal that comes four times a year.
    #[must_use]
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        let (Some(longest), Some(silence)) = (self.longest_gap(), self.silence(now)) else {
            return false;
        };
        silence >= QUIET_LEAST && silence > longest.saturating_mul(QUIET_GAPS)
    }

    /// Learns from a document that was read: see [`observe`](Self::observe). An item's date is its publication, else
    /// its update; one that is not exact to the day says nothing about gaps of days and is left out.
    pub fn observe_feed(&mut self, feed: &Feed, new_items: usize, now: Timestamp) {
        self.observe(Self::dates_of(feed), new_items, now);
    }

    /// The dates of a feed's items that say something about its rhythm.
    pub(crate) fn dates_of(feed: &Feed) -> impl Iterator<Item = Timestamp> + '_ {
        feed.items.iter().filter_map(|item| {
            let date = item.published.or(item.updated)?;
            (date.precision >= Precision::Day).then_some(date.at)
        })
    }

    /// Learns from the dates of all items in a document, in any order, and from how many of the items were new.
    ///
    /// Dates more than a day ahead or two years back are left out; those within an hour of each other are one moment;
    /// the latest 32 moments count. With fewer than three moments the polls that brought news stand in, this one
    /// included: the latest 16. So a feed that stamps every item with the time of the poll has no rhythm of its own.
    /// A document that says nothing at all, such as an empty one, changes nothing.
    pub fn observe(&mut self, dates: impl Iterator<Item = Timestamp>, new_items: usize, now: Timestamp) {
        let dated = moments(dates, now, MOMENTS);
        if dated.is_empty() && new_items == 0 {
            return;
        }
        if dated.len() >= LEAST_MOMENTS {
            self.news_polls.clear();
            self.count(&dated);
            return;
        }
        let with_news = (new_items > 0).then_some(now);
        self.news_polls = moments(self.news_polls.iter().copied().chain(with_news), now, NEWS_POLLS);
        let polls = std::mem::take(&mut self.news_polls);
        self.count(&polls);
        self.news_polls = polls;
        if let Some(latest) = dated.first() {
            self.latest = Some(*latest); // A date knows better than the poll that found it.
        }
    }

    /// Takes the gaps between moments, the latest first.
    fn count(&mut self, moments: &[Timestamp]) {
        self.latest = moments.first().copied();
        let mut gaps: Vec<u64> = moments
            .iter()
            .zip(moments.iter().skip(1))
            .map(|(later, earlier)| u64::try_from(later.duration_since(*earlier).as_secs()).unwrap_or(0))
            .collect();
        gaps.sort_unstable();
        let known = moments.len() >= LEAST_MOMENTS;
        // Of two in the middle the shorter one: to ask a little too often costs less than to be late.
        let middle = gaps.len().saturating_sub(1) / 2;
        self.usual_gap_seconds = gaps.get(middle).copied().filter(|_| known);
        self.longest_gap_seconds = gaps.last().copied().filter(|_| known);
    }
}

/// The latest moments among these dates, the latest first, each at least [`ONE_MOMENT`] before the one that follows it.
/// Measured from the moment's latest date, not from its neighbour: a feed with news every fifty minutes would be one
/// endless moment.
fn moments(dates: impl Iterator<Item = Timestamp>, now: Timestamp, most: usize) -> Vec<Timestamp> {
    let earliest = now.checked_sub(BEHIND).unwrap_or(Timestamp::MIN);
    let latest = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    let mut dates: Vec<Timestamp> = dates.filter(|date| (earliest..=latest).contains(date)).collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    let mut found: Vec<Timestamp> = Vec::with_capacity(most.min(dates.len()));
    for date in dates {
        if found.last().is_some_and(|last| last.duration_since(date) < ONE_MOMENT) {
            continue;
        }
        if found.len() == most {
            break;
        }
        found.push(date);
    }
    found
}

#[cfg(test)]
mod tests;

//! Dates as feeds give them: how exact they are is part of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How exact a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Precision {
    /// Only the year is known.
    Year,
    /// Year and month: an issue's date.
    Month,
    /// A day without a time.
    Day,
    /// A day with a time but no zone; read as UTC.
    Local,
    /// A moment.
    Second,
}

/// A date of a feed or item. An unknown date is `None` in the field that would hold one; it is never made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FeedDate {
    /// The moment, or the first moment (UTC) of the day, month or year.
    pub at: Timestamp,
    /// How exact it is.
    pub precision: Precision,
}

impl FeedDate {
    /// A date of that exactness.
    #[must_use]
    pub fn new(at: Timestamp, precision: Precision) -> Self {
        Self { at, precision }
    }
}

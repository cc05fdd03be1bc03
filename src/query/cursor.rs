//! Where a page ends, and a page.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::StoryId;

/// Where a page ended: give it to [`Query::after`](super::Query::after) for the next one.
///
/// It names the last story shown by its date and id (a keyset), not a position: stories that come in meanwhile neither
/// repeat nor hide anything that was there before. Opaque: its text form fits into an address, and may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// Microseconds since 1970: what stores sort by.
    date: i64,
    story: StoryId,
}

impl Cursor {
    pub(crate) fn new(date: i64, story: StoryId) -> Self {
        Self { date, story }
    }

    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "only SQL needs it apart"))]
    pub(crate) fn date(self) -> i64 {
        self.date
    }

    pub(crate) fn story(self) -> StoryId {
        self.story
    }

    /// What stories are ordered by: the latest first, then by id.
    pub(crate) fn order(self) -> (std::cmp::Reverse<i64>, StoryId) {
        (std::cmp::Reverse(self.date), self.story)
    }
}

/// A moment as stores keep and sort it: microseconds since 1970.
pub(crate) fn microseconds(at: Timestamp) -> i64 {
    at.as_microsecond()
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.date, self.story)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || Error::invalid("this is no cursor: give back the one that came with the page before");
        let (date, story) = text.trim().split_once('.').ok_or_else(invalid)?;
        Ok(Self {
            date: date.parse().map_err(|_| invalid())?,
            story: story.parse().map_err(|_| invalid())?,
        })
    }
}

impl TryFrom<String> for Cursor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it, in order.
    pub items: Vec<T>,
    /// Where it ends, when there is more.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page that ends there; `None` when it is the last.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, next }
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'page, T> IntoIterator for &'page Page<T> {
    type Item = &'page T;
    type IntoIter = std::slice::Iter<'page, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        for date in [i64::MIN, -1, 0, 1_700_000_000_000_000, i64::MAX] {
            let cursor = Cursor::new(date, StoryId::from_bytes([7; 16]));
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
            let json = serde_json::to_string(&cursor).unwrap();
            assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
        }
        for wrong in [
            "",
            ".",
            "1.",
            ".00",
            "1.zz",
            "99999999999999999999.07070707070707070707070707070707",
            "1",
        ] {
            assert!(wrong.parse::<Cursor>().unwrap_err().is_invalid(), "{wrong}");
        }
    }
}

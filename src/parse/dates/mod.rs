//! Dates as feeds write them.
//!
//! Guided by RFC 822, 850, 1036, 2822 and 5322 (RSS), RFC 3339 (Atom), W3C-DTF and ISO 8601 (Dublin Core, PRISM), and
//! the forms publishers and agencies really use, in some twenty languages.
//!
//! Flow: the two commonest forms are read byte by byte ([`bytewise`]). All others are folded (lower case, no accents)
//! and cut into numbers, words and signs ([`lex`]), which are taken from left to right for what they can be
//! ([`worded`]): patterns of numbers ([`numbers`], [`numeric`]), times of day ([`clock`]), zones ([`zone`],
//! [`after_clock`]), names ([`names`]). What was found gets its place at the end ([`settle`]), and is put together and
//! checked in [`moment`]. A word or number with no place in a date refuses the whole, so that prose with a number in it
//! is no date.
//!
//! What is decided: weekdays are ignored (they are wrong as often as not). Slashes mean month first, dots and dashes day
//! first, unless that month does not exist. A range stands for its beginning. An impossible time is dropped, and the
//! day kept, except in the `T` form of ISO 8601, where it shows that the whole is broken. What cannot be read is
//! unknown: a date is never made up. Years before 1900 and after 2200 are not believed.
//!
//! Not covered: other calendars, digits other than ASCII, numbers in words, relative dates ("yesterday").

mod after_clock;
mod bytewise;
mod clock;
mod lex;
mod moment;
mod names;
mod numbers;
mod numeric;
mod settle;
mod worded;
mod zone;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_forms;
#[cfg(test)]
mod tests_languages;

use crate::model::{FeedDate, Precision};

/// The longest text looked at, in bytes; anything longer is no date.
const LONGEST: usize = 120;

/// Reads a date, with how exact it is. `None` when it is none, or not between 1900 and 2200.
pub(super) fn read(text: &str) -> Option<FeedDate> {
    let text = text.trim();
    bytewise::read(text.as_bytes())
        .or_else(|| any_form(text).ok())
        .filter(|date| !is_epoch(date))
}

/// The moment that programs write for a missing date, to the second.
fn is_epoch(date: &FeedDate) -> bool {
    date.at == jiff::Timestamp::UNIX_EPOCH && date.precision >= Precision::Local
}

/// Why [`read`] makes nothing of a text, in a few words for a warning.
pub(super) fn problem(text: &str) -> &'static str {
    let problem = any_form(text.trim()).err();
    problem.unwrap_or(Problem::Placeholder(1970)).words()
}

/// Reads a date in any of the forms, the common ones included.
fn any_form(text: &str) -> Result<FeedDate, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::TooLong);
    }
    let folded = lex::fold(text).ok_or(Problem::NoDate)?;
    worded::read(&lex::tokens(&folded))
}

/// Why a text was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    /// Nothing in it is a date, or something in it does not belong to one.
    NoDate,
    /// Longer than [`LONGEST`].
    TooLong,
    /// A day and a month, but no year.
    NoYear,
    /// A year that programs write for a missing date.
    Placeholder(i32),
    /// A year that is not believed.
    Year,
    /// 31 February, or a month 13.
    Day,
    /// Hour 25 in a form written by machines.
    Time,
}

impl Problem {
    fn words(self) -> &'static str {
        match self {
            Self::NoDate => "it has no known form",
            Self::TooLong => "too long for a date",
            Self::NoYear => "a date without a year",
            Self::Placeholder(0) => "year 0000 stands for no date",
            Self::Placeholder(1) => "year 0001 stands for no date",
            Self::Placeholder(1970) => "the first moment of 1970 stands for no date",
            Self::Placeholder(_) => "year 9999 stands for no date",
            Self::Year => "a year before 1900 or after 2200",
            Self::Day => "a day that does not exist",
            Self::Time => "a time that does not exist",
        }
    }
}

//! The general reader: takes the tokens of a date from left to right, each for what it can be at its place.
//!
//! Single numbers are kept until the end, when it is known which of them can be the day and which the year. Everything
//! must have a place in a date; only what follows a time (a zone nobody knows) or stands in brackets may be anything, and
//! one word with a comma may lead (a weekday of a language not listed).

use super::Problem;
use super::clock::{self, Half};
use super::lex::{Kind, Token};
use super::moment::{Clock, Parts};
use super::names::{JOINERS, Name, name};
use super::numeric;
use super::zone;
use crate::model::FeedDate;

/// Reads the tokens of a whole text.
pub(super) fn read(tokens: &[Token<'_>]) -> Result<FeedDate, Problem> {
    if let Some(date) = numeric::epoch(tokens) {
        return Ok(date);
    }
    // `-2026` is a year before Christ, `-26-01` (ISO 8601, 1988) a month.
    if clock::glued_number(tokens, 1).is_some()
        && matches!(clock::sign(tokens, 0), Some('-' | '+'))
        && !numeric::is_truncated(tokens)
    {
        return Err(Problem::NoDate);
    }
    let mut reader = Reader {
        tokens: unbracketed(tokens),
        ..Reader::default()
    };
    while let Some(token) = reader.tokens.get(reader.at) {
        match token.kind {
            Kind::Number(digits) => reader.number(digits)?,
            Kind::Word(word) => reader.word(word)?,
            Kind::Sign(sign) => reader.sign(sign),
            Kind::Unit(_) => return Err(Problem::NoDate),
        }
    }
    reader.finish()
}

/// The tokens without brackets around the whole.
fn unbracketed<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    match tokens {
        [first, inner @ .., last]
            if matches!(
                (first.kind, last.kind),
                (Kind::Sign('('), Kind::Sign(')')) | (Kind::Sign('['), Kind::Sign(']'))
            ) =>
        {
            inner
        }
        _ => tokens,
    }
}

/// A single number: day or year.
#[derive(Clone, Copy)]
pub(super) struct Loose {
    pub(super) value: i32,
    pub(super) length: usize,
    /// It ends a range that another number begins.
    pub(super) ends_range: bool,
}

#[derive(Default)]
pub(super) struct Reader<'t, 'a> {
    pub(super) tokens: &'t [Token<'a>],
    /// The token to take next.
    pub(super) at: usize,
    pub(super) parts: Parts,
    pub(super) numbers: Vec<Loose>,
    /// A month by a word that can be a weekday too.
    pub(super) unsure_month: Option<i32>,
    pub(super) season: bool,
    pub(super) half: Option<Half>,
    /// A time was there that does not exist; the day is kept.
    pub(super) dropped_clock: bool,
    /// Where the last date of numbers ended.
    pub(super) date_end: Option<usize>,
    /// Where the last time, half of the day or zone ended: the place of an offset.
    pub(super) clock_end: Option<usize>,
    /// A second month was read: what follows belongs to the end of a range.
    pub(super) in_range_end: bool,
}

impl Reader<'_, '_> {
    pub(super) fn has_clock(&self) -> bool {
        self.parts.clock.is_some() || self.dropped_clock
    }

    /// Whether the number at this place comes after a dash, a slash or a word such as "and".
    pub(super) fn is_joined(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        before.is_some_and(|token| match token.kind {
            Kind::Sign(sign) => matches!(sign, '-' | '/' | '&'),
            Kind::Word(word) => JOINERS.contains(&word),
            _ => false,
        })
    }

    pub(super) fn take_clock(&mut self, (clock, end): (Clock, usize)) {
        // A second time ends a range.
        if !self.has_clock() {
            if clock.exists() {
                self.parts.clock = Some(clock);
            } else {
                self.dropped_clock = true;
            }
        }
        self.at = end;
        self.clock_end = Some(end);
    }

    fn word(&mut self, word: &str) -> Result<(), Problem> {
        if self.after_t(word)? {
            return Ok(());
        }
        if let Some((half, end)) = clock::half(self.tokens, self.at)
            && self.takes_half(word)
        {
            self.half = Some(half);
            self.at = end;
            self.clock_end = Some(end);
            return Ok(());
        }
        if self.has_clock()
            && let Some(zone) = zone::named(word)
        {
            self.parts.zone = self.parts.zone.or(Some(zone));
            self.at += 1;
            self.clock_end = Some(self.at);
            return Ok(());
        }
        // A zone without a time (`2026-01-10Z`) says nothing about the day.
        if word == "z" && self.date_end == Some(self.at) {
            self.at += 1;
            return Ok(());
        }
        self.named(word)
    }

    /// Whether a half of the day can stand here: after a time, or before it in words that mean nothing else.
    fn takes_half(&self, word: &str) -> bool {
        let after_clock = self.parts.clock.is_some() && self.clock_end == Some(self.at);
        self.half.is_none() && (after_clock || (!word.is_ascii() && !self.has_clock()) || self.dropped_clock)
    }

    /// The `T` of ISO 8601 and the time after it. A time that does not exist shows that the whole is broken.
    fn after_t(&mut self, word: &str) -> Result<bool, Problem> {
        let is_glued = self.tokens.get(self.at).is_some_and(|token| !token.gap);
        let after_number = self
            .at
            .checked_sub(1)
            .is_some_and(|before| clock::number(self.tokens, before).is_some());
        if word != "t" || !is_glued || !after_number || self.has_clock() {
            return Ok(false);
        }
        if self.at + 1 == self.tokens.len() {
            self.at += 1;
            return Ok(true);
        }
        let (clock, end) = clock::iso(self.tokens, self.at + 1).ok_or(Problem::NoDate)?;
        if !clock.exists() {
            return Err(Problem::Time);
        }
        self.take_clock((clock, end));
        Ok(true)
    }

    /// `Mar-Apr 2026`, `Mar 2026 - Apr 2026`: the word that could be a weekday begins a range of months. In `mar, 10-avr-2026`
    /// a day stands between.
    fn ends_range_of_unsure_month(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|before| self.tokens.get(before));
        let begins = before.is_some_and(|token| match token.kind {
            Kind::Word(word) => matches!(name(word), Name::Either(_)),
            Kind::Number(digits) => digits.len() == 4,
            _ => false,
        });
        self.parts.month.is_none() && self.unsure_month.is_some() && begins && self.is_joined()
    }

    fn named(&mut self, word: &str) -> Result<(), Problem> {
        match name(word) {
            Name::Month(_) if self.ends_range_of_unsure_month() => {
                self.parts.month = self.unsure_month;
                self.in_range_end = true;
            }
            Name::Month(month) if self.parts.month.is_none() => self.parts.month = Some(month),
            Name::Month(_) | Name::Either(_)
                if self.parts.month.is_some() && self.is_joined() && self.date_end.is_none() =>
            {
                self.in_range_end = true;
            }
            Name::Either(month) => self.unsure_month = Some(month),
            Name::Weekday | Name::Filler => {}
            Name::Season => {
                self.season = true;
                // `1st quarter`: the number is no day.
                self.numbers.retain(|number| number.length > 1);
            }
            // `Q1 2026`.
            _ if word == "q"
                && clock::glued_number(self.tokens, self.at + 1).is_some_and(|digits| digits.len() == 1) =>
            {
                self.season = true;
                self.at += 1;
            }
            // `5:39p`.
            _ if matches!(word, "a" | "p") && self.takes_half(word) => {
                self.half = Some(if word == "a" { Half::Before } else { Half::After });
            }
            _ if self.clock_end == Some(self.at) => self.clock_end = Some(self.at + 1),
            _ if self.at == 0 && clock::glued_sign(self.tokens, 1) == Some(',') => {}
            _ => return Err(Problem::NoDate),
        }
        self.at += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::{self, Unit};
    use super::*;

    #[test]
    fn every_text_of_signs_ends() {
        for text in [
            "(((((((",
            "((2026)",
            "2026-01-10 10:00 (((",
            "+-+-+-",
            "2026-01-10T",
            "))) 2026",
        ] {
            let _ = read(&lex::tokens(text));
        }
    }

    #[test]
    fn units_alone_are_no_date() {
        let folded = lex::fold("10分").unwrap_or_default();
        assert!(
            lex::tokens(&folded)
                .iter()
                .any(|token| token.kind == Kind::Unit(Unit::Minute))
        );
        assert_eq!(read(&lex::tokens(&folded)), Err(Problem::NoDate));
    }
}

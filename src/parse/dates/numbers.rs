//! Numbers: the beginning of a time or of a date of numbers, or kept until the end.

use super::Problem;
use super::clock;
use super::moment::{Clock, Parts};
use super::numeric;
use super::worded::{Loose, Reader};
use super::zone;

impl Reader<'_, '_> {
    /// Takes a number, and what belongs to it.
    pub(super) fn number(&mut self, digits: &str) -> Result<(), Problem> {
        let (tokens, at) = (self.tokens, self.at);
        let is_clock = clock::with_colons(tokens, at)
            .or_else(|| clock::with_words(tokens, at, self.has_day()))
            .or_else(|| clock::with_units(tokens, at));
        if let Some(read) = is_clock {
            self.take_clock(read);
            return Ok(());
        }
        // `10.01.2026 - 12.01.2026`: the end of a range.
        if self.date_end.is_some()
            && self.is_joined()
            && let Some((_, end)) = numeric::date(tokens, at)
        {
            self.at = end;
            return Ok(());
        }
        if self.has_day() {
            let dotted = clock::with_dots(tokens, at).filter(|_| !self.has_clock());
            if let Some(read) = dotted.or_else(|| self.packed_clock(digits)) {
                self.take_clock(read);
                return Ok(());
            }
        }
        if self.season && digits.len() == 4 && self.parts.year.is_none() && self.numbers.is_empty() {
            return self.year_of_season(digits);
        }
        if self.parts.month.is_none()
            && self.parts.year.is_none()
            && let Some((parts, end)) = numeric::date(tokens, at)
        {
            self.parts = Parts {
                clock: parts.clock.or(self.parts.clock),
                zone: self.parts.zone,
                ..parts
            };
            self.at = end;
            self.date_end = Some(end);
            if parts.clock.is_some() {
                self.clock_end = Some(end);
            }
            return Ok(());
        }
        // `05:00:00 0100`: an offset that lost its sign. The time is local to nobody knows where.
        if digits.len() == 4 && self.clock_end == Some(at) && self.has_year() {
            self.at += 1;
            return Ok(());
        }
        if digits.len() > 4 {
            return Err(Problem::NoDate);
        }
        self.numbers.push(Loose {
            value: digits.parse().map_err(|_| Problem::NoDate)?,
            length: digits.len(),
            ends_range: self.is_joined() || self.in_range_end,
        });
        self.at += 1;
        Ok(())
    }

    /// Whether day, month and year are there, so that another number can only belong to a time.
    fn has_day(&self) -> bool {
        let by_words = self.parts.month.or(self.unsure_month).is_some() && self.numbers.len() >= 2;
        self.parts.day.is_some() || by_words
    }

    fn has_year(&self) -> bool {
        self.parts.year.is_some() || self.numbers.iter().any(|number| number.length == 4)
    }

    /// `20260110 050607`, and `0500 GMT` after a date.
    fn packed_clock(&self, digits: &str) -> Option<(Clock, usize)> {
        let before_zone = clock::word(self.tokens, self.at + 1).is_some_and(|word| zone::named(word).is_some());
        let is_one = match digits.len() {
            6 => self.date_end == Some(self.at),
            4 => before_zone && self.has_year(),
            _ => false,
        };
        (is_one && !self.has_clock()).then_some(())?;
        clock::compact(digits).map(|clock| (clock, self.at + 1))
    }

    /// `Winter 2025/26`: the first year.
    fn year_of_season(&mut self, digits: &str) -> Result<(), Problem> {
        self.parts.year = Some(digits.parse().map_err(|_| Problem::NoDate)?);
        self.at += 1;
        let is_range = matches!(clock::glued_sign(self.tokens, self.at), Some('-' | '/'));
        if is_range && clock::glued_number(self.tokens, self.at + 1).is_some_and(|end| matches!(end.len(), 2 | 4)) {
            self.at += 2;
        }
        Ok(())
    }
}

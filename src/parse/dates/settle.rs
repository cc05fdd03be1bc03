//! The end of reading: what was found is put in its place.

use super::Problem;
use super::moment::century;
use super::worded::{Loose, Reader};
use crate::model::FeedDate;

impl Reader<'_, '_> {
    /// The date that was read.
    pub(super) fn finish(mut self) -> Result<FeedDate, Problem> {
        self.parts.month = self
            .parts
            .month
            .or(self.unsure_month.filter(|_| self.date_end.is_none()));
        self.place_numbers()?;
        if self.parts.month.is_none() && self.parts.day.is_some() {
            return Err(Problem::NoDate);
        }
        if let (Some(half), Some(clock)) = (self.half, &mut self.parts.clock) {
            match half.apply(clock.hour) {
                Some(hour) => clock.hour = hour,
                None => self.parts.clock = None,
            }
        }
        if self.season && self.parts.month.is_none() {
            self.parts.clock = None;
        }
        self.parts.build()
    }

    /// Which single number is the day, which the year: four digits are a year, else the day comes first.
    fn place_numbers(&mut self) -> Result<(), Problem> {
        if let ([year, month, day], None, None) = (self.numbers.as_slice(), self.parts.month, self.parts.year)
            && (year.length, month.length, day.length) == (4, 2, 2)
        {
            // `2026 01 10`.
            (self.parts.year, self.parts.month, self.parts.day) =
                (Some(year.value), Some(month.value), Some(day.value));
            return Ok(());
        }
        let parts = &mut self.parts;
        let long_year = parts.year.is_some() || self.numbers.iter().any(|number| number.length > 2);
        for number in &self.numbers {
            let Loose {
                value,
                length,
                ends_range,
            } = *number;
            match length {
                4 if parts.year.is_none() => parts.year = Some(value),
                4 if ends_range && self.in_range_end => {}
                // RFC 2822, 4.3: `126` is 2026. After a day, so that no other number is taken for a year.
                3 if parts.year.is_none() && parts.day.is_some() && value >= 100 => parts.year = Some(century(value)),
                2 if !long_year && value > 31 && parts.year.is_none() => parts.year = Some(century(value)),
                1 | 2 if parts.day.is_none() && !self.in_range_end => parts.day = Some(value),
                1 | 2 if parts.day.is_none() && !ends_range => parts.day = Some(value),
                1 | 2 if long_year && ends_range && parts.day.is_some() => {}
                2 if !long_year && parts.year.is_none() => parts.year = Some(century(value)),
                _ => return Err(Problem::NoDate),
            }
        }
        Ok(())
    }
}

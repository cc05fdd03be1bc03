//! Signs, and what they begin after a time: offsets and comments.

use super::clock;
use super::lex::Kind;
use super::moment::century;
use super::worded::Reader;
use super::zone::{self, Zone};

impl Reader<'_, '_> {
    /// Takes a sign, and what belongs to it.
    pub(super) fn sign(&mut self, sign: char) {
        match sign {
            '(' | '[' => self.comment(if sign == '(' { ')' } else { ']' }),
            '+' | '-' if self.offset(sign).is_some() => {}
            // `Europe/London`.
            '/' | '_' if self.clock_end == Some(self.at) && clock::word(self.tokens, self.at + 1).is_some() => {
                self.at += 2;
                // The sign in `Etc/GMT+2` means the contrary.
                let signed = matches!(clock::glued_sign(self.tokens, self.at), Some('+' | '-'));
                if signed && clock::glued_number(self.tokens, self.at + 1).is_some() {
                    self.at += 2;
                }
                self.clock_end = Some(self.at);
            }
            // `Jan '26`; not `dell'11 gennaio`.
            '\'' if self.is_apart() && self.parts.year.is_none() => {
                let short = clock::glued_number(self.tokens, self.at + 1).filter(|digits| digits.len() == 2);
                self.parts.year = short.and_then(|digits| digits.parse().ok()).map(century);
                self.at += if self.parts.year.is_some() { 2 } else { 1 };
            }
            _ => self.at += 1,
        }
    }

    /// Whether nothing stands directly before the next token.
    fn is_apart(&self) -> bool {
        self.at == 0 || self.tokens.get(self.at).is_some_and(|token| token.gap)
    }

    /// `+0100` after a time or zone; after a mere day it is passed over.
    fn offset(&mut self, sign: char) -> Option<()> {
        let (token, next) = (self.tokens.get(self.at)?, self.tokens.get(self.at + 1)?);
        if sign == '-' && next.gap {
            return None;
        }
        let (seconds, end) = zone::unsigned_offset(self.tokens, self.at + 1)?;
        if self.has_clock() {
            // A dash inside a date that follows the time is no sign.
            let in_place = self.clock_end == Some(self.at) || token.gap || sign == '+';
            in_place.then_some(())?;
            let seconds = if sign == '-' { -seconds } else { seconds };
            if !matches!(self.parts.zone, Some(Zone::Offset(_))) {
                self.parts.zone = Some(Zone::Offset(seconds));
            }
            self.clock_end = Some(end);
        } else if self.date_end != Some(self.at) || end != self.at + 4 || token.gap {
            return None;
        }
        self.at = end;
        Some(())
    }

    /// Something in brackets: a zone if it begins with one and none is known, else nothing.
    fn comment(&mut self, closing: char) {
        let inside = self.at + 1;
        let length = self
            .tokens
            .iter()
            .skip(inside)
            .position(|token| token.kind == Kind::Sign(closing));
        let end = length.map_or(self.tokens.len(), |length| inside + length + 1);
        self.at = inside;
        if self.has_clock() && self.parts.zone.is_none() {
            if let Some(zone) = clock::word(self.tokens, inside).and_then(zone::named) {
                self.parts.zone = Some(zone);
                self.at += 1;
            }
            self.clock_end = Some(self.at);
            if let Some(sign) = clock::sign(self.tokens, self.at).filter(|sign| matches!(sign, '+' | '-')) {
                let _ = self.offset(sign);
            }
        }
        if self.clock_end.is_some() {
            self.clock_end = Some(end);
        }
        self.at = end;
    }
}

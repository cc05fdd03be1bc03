//! Times of day: `10:01`, `10:01:59.25`, `5:39 p.m.`, `10h15`, `10.15 Uhr`, `050607` after a `T`.
//!
//! Each function looks at the tokens from one place and says what it read and where it ends.

use super::lex::{Kind, Token, Unit};
use super::moment::Clock;

/// A half of the day on the clock of twelve hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Before,
    After,
}

impl Half {
    /// The hour of the whole day. With an hour after twelve, the half says nothing new, or contradicts (`None`).
    pub(super) fn apply(self, hour: i32) -> Option<i32> {
        match (self, hour) {
            (Self::Before, 12) => Some(0),
            (Self::After, 0..12) => Some(hour + 12),
            (Self::Before, 13..) => None,
            _ => Some(hour),
        }
    }
}

/// The digits at a place, when nothing stands between them and the token before.
pub(super) fn glued_number<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at) {
        Some(Token {
            kind: Kind::Number(digits),
            gap: false,
        }) => Some(digits),
        _ => None,
    }
}

/// The digits at a place.
pub(super) fn number<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at)?.kind {
        Kind::Number(digits) => Some(digits),
        _ => None,
    }
}

/// The word at a place.
pub(super) fn word<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    match tokens.get(at)?.kind {
        Kind::Word(word) => Some(word),
        _ => None,
    }
}

/// The sign at a place.
pub(super) fn sign(tokens: &[Token<'_>], at: usize) -> Option<char> {
    match tokens.get(at)?.kind {
        Kind::Sign(sign) => Some(sign),
        _ => None,
    }
}

/// The sign at a place, when nothing stands between it and the token before.
pub(super) fn glued_sign(tokens: &[Token<'_>], at: usize) -> Option<char> {
    match tokens.get(at)? {
        Token {
            kind: Kind::Sign(sign),
            gap: false,
        } => Some(*sign),
        _ => None,
    }
}

/// One or two digits.
fn short(digits: &str) -> Option<i32> {
    (digits.len() <= 2).then(|| digits.parse().ok())?
}

/// A fraction of a second in nanoseconds; digits after the ninth are dropped.
fn nanoseconds(fraction: &str) -> i32 {
    fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + i32::from(digit.wrapping_sub(b'0')))
}

/// A fraction glued to the token before: `.25` or `,25`.
fn fraction(tokens: &[Token<'_>], at: usize) -> Option<i32> {
    glued_sign(tokens, at).filter(|sign| matches!(sign, '.' | ','))?;
    glued_number(tokens, at + 1).map(nanoseconds)
}

/// `10:01`, `10:01:59`, `10:01:59.25`.
pub(super) fn with_colons(tokens: &[Token<'_>], at: usize) -> Option<(Clock, usize)> {
    let hour = short(number(tokens, at)?)?;
    let part = |at: usize| {
        glued_sign(tokens, at).filter(|sign| *sign == ':')?;
        short(glued_number(tokens, at + 1)?)
    };
    let minute = part(at + 1)?;
    let mut clock = Clock {
        hour,
        minute,
        ..Clock::default()
    };
    let Some(second) = part(at + 3) else {
        return Some((clock, at + 3));
    };
    clock.second = second;
    let Some(nanosecond) = fraction(tokens, at + 5) else {
        return Some((clock, at + 5));
    };
    clock.nanosecond = nanosecond;
    Some((clock, at + 7))
}

/// `10.15`, `10.15.30`; only called where a date is known or a word says that it is a time.
pub(super) fn with_dots(tokens: &[Token<'_>], at: usize) -> Option<(Clock, usize)> {
    let hour = short(number(tokens, at)?)?;
    let part = |at: usize| {
        glued_sign(tokens, at).filter(|sign| *sign == '.')?;
        glued_number(tokens, at + 1)
            .filter(|digits| digits.len() == 2)
            .and_then(short)
    };
    let minute = part(at + 1)?;
    let second = part(at + 3);
    let end = if second.is_some() { at + 5 } else { at + 3 };
    let clock = Clock {
        hour,
        minute,
        second: second.unwrap_or(0),
        nanosecond: 0,
    };
    Some((clock, end))
}

/// What may follow the `T` of ISO 8601: `05`, `0506`, `050607`, `5:06`, with a fraction of the last part but hours.
pub(super) fn iso(tokens: &[Token<'_>], at: usize) -> Option<(Clock, usize)> {
    let (mut clock, end) = match with_colons(tokens, at) {
        Some(read) => read,
        None => (compact(number(tokens, at)?)?, at + 1),
    };
    // with_colons has taken the fraction of a second already.
    let Some(nanosecond) = fraction(tokens, end) else {
        return Some((clock, end));
    };
    if end == at + 1 && number(tokens, at)?.len() == 6 {
        clock.nanosecond = nanosecond;
    } else if end == at + 3 || (end == at + 1 && number(tokens, at)?.len() == 4) {
        let of_minute = i64::from(nanosecond) * 60;
        clock.second = i32::try_from(of_minute / 1_000_000_000).ok()?;
        clock.nanosecond = i32::try_from(of_minute % 1_000_000_000).ok()?;
    } else {
        return None;
    }
    Some((clock, end + 2))
}

/// `05`, `0506` or `050607`.
pub(super) fn compact(digits: &str) -> Option<Clock> {
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |part| part.parse().ok());
    matches!(digits.len(), 1 | 2 | 4 | 6).then_some(())?;
    Some(Clock {
        hour: digits.get(..2).unwrap_or(digits).parse().ok()?,
        minute: part(2)?,
        second: part(4)?,
        nanosecond: 0,
    })
}

/// `10 Uhr`, `10h`, `10h15`, `10h15m30s`, `10.15 Uhr`, `5 pm` (the half is left to be read), `5 o'clock`. Minutes may stand
/// apart (`10 h 15`) where the day is known already, so that they can be none.
pub(super) fn with_words(tokens: &[Token<'_>], at: usize, has_day: bool) -> Option<(Clock, usize)> {
    const HOURS: &[&str] = &["h", "hs", "hrs", "uhr", "uur", "heures", "horas"];
    let says_hours = |at: usize| word(tokens, at).is_some_and(|word| HOURS.contains(&word));
    if let Some((clock, end)) = with_dots(tokens, at)
        && (says_hours(end) || half(tokens, end).is_some())
    {
        return Some((clock, end));
    }
    let hour = short(number(tokens, at)?)?;
    let mut clock = Clock {
        hour,
        ..Clock::default()
    };
    if half(tokens, at + 1).is_some() && (1..=12).contains(&hour) {
        return Some((clock, at + 1));
    }
    if word(tokens, at + 1) == Some("o") && word(tokens, at + 3) == Some("clock") {
        return Some((clock, at + 4));
    }
    if !says_hours(at + 1) {
        return None;
    }
    let two = |at: usize| {
        let digits = if has_day {
            number(tokens, at)
        } else {
            glued_number(tokens, at)
        };
        digits.filter(|digits| digits.len() == 2).and_then(short)
    };
    let Some(minute) = two(at + 2) else {
        return Some((clock, at + 2));
    };
    clock.minute = minute;
    let mut end = at + 3;
    if word(tokens, end).is_some_and(|word| matches!(word, "m" | "min" | "mn")) {
        end += 1;
        if let Some(second) = two(end) {
            clock.second = second;
            end += 1;
            if word(tokens, end) == Some("s") {
                end += 1;
            }
        }
    }
    Some((clock, end))
}

/// `11時23分`, `11시 23분 12초`.
pub(super) fn with_units(tokens: &[Token<'_>], at: usize) -> Option<(Clock, usize)> {
    let part = |at: usize, unit: Unit| match tokens.get(at + 1)?.kind {
        Kind::Unit(found) if found == unit => short(number(tokens, at)?),
        _ => None,
    };
    let mut clock = Clock {
        hour: part(at, Unit::Hour)?,
        ..Clock::default()
    };
    let Some(minute) = part(at + 2, Unit::Minute) else {
        return Some((clock, at + 2));
    };
    clock.minute = minute;
    let Some(second) = part(at + 4, Unit::Second) else {
        return Some((clock, at + 4));
    };
    clock.second = second;
    Some((clock, at + 6))
}

/// `am`, `p.m.`, `p. m.`, `μ.μ.`, `오후`, `午前`, `下午`.
pub(super) fn half(tokens: &[Token<'_>], at: usize) -> Option<(Half, usize)> {
    let is_dot = |at: usize| matches!(tokens.get(at), Some(token) if token.kind == Kind::Sign('.'));
    let first = word(tokens, at)?;
    let (half, end) = match first {
        "am" | "오전" | "午前" | "上午" => (Half::Before, at + 1),
        "pm" | "오후" | "午後" | "下午" => (Half::After, at + 1),
        "a" | "p" | "π" | "μ" if is_dot(at + 1) => match (first, word(tokens, at + 2)?) {
            ("a", "m") | ("π", "μ") => (Half::Before, at + 3),
            ("p", "m") | ("μ", "μ") => (Half::After, at + 3),
            _ => return None,
        },
        _ => return None,
    };
    Some((half, if is_dot(end) { end + 1 } else { end }))
}

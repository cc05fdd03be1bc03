//! Folding a date's text and cutting it into numbers, words and signs.
//!
//! Folded text has lower case letters without accents, plain signs for typographic ones, and blanks for every white
//! space. Digits of other scripts and signs that stand in no date refuse the text.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// ASCII digits.
    Number(&'a str),
    /// Letters.
    Word(&'a str),
    /// The Chinese, Japanese or Korean word that says what the number before it counts.
    Unit(Unit),
    /// Any other character.
    Sign(char),
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    /// Whether white space stands before it.
    pub(super) gap: bool,
}

/// The folded text; `None` when a character of it stands in no date.
pub(super) fn fold(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'a'..='z' | '0'..='9' => folded.push(character),
            'A'..='Z' => folded.push(character.to_ascii_lowercase()),
            '"' | '\u{b7}' | '•' | '・' => folded.push(' '),
            ',' | '.' | ':' | '-' | '/' | '+' | '(' | ')' | '[' | ']' | '\'' | '&' | '_' | ';' | '|' | '@' => {
                folded.push(character);
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{2018}' | '\u{2019}' | '`' | '\u{b4}' => folded.push('\''),
            // Full width signs.
            '\u{ff0c}' | '\u{3001}' => folded.push(','),
            '\u{ff1a}' => folded.push(':'),
            '\u{ff0e}' | '\u{3002}' => folded.push('.'),
            '\u{ff0f}' => folded.push('/'),
            '\u{ff08}' => folded.push('('),
            '\u{ff09}' => folded.push(')'),
            // Marks of writing direction (some programs write them around the parts of a date), invisible characters,
            // and the sign of ordinals.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => {}
            '\u{feff}' | '\u{ad}' | 'º' | 'ª' | '°' => {}
            _ if character.is_whitespace() => folded.push(' '),
            _ if is_combining_mark(character) => {}
            _ if character.is_alphabetic() => fold_letter(character, &mut folded),
            _ => return None,
        }
    }
    Some(folded)
}

fn fold_letter(letter: char, folded: &mut String) {
    match letter {
        // Hangul would fall into its parts.
        '\u{ac00}'..='\u{d7a3}' => folded.push(letter),
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        _ => {
            for lower in letter.to_lowercase() {
                decompose_canonical(lower, |part| {
                    if !is_combining_mark(part) {
                        folded.push(part);
                    }
                });
            }
        }
    }
}

/// Cuts folded text into tokens.
pub(super) fn tokens(folded: &str) -> Vec<Token<'_>> {
    // A date has some fifteen tokens.
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(24);
    let mut rest = folded;
    let mut gap = false;
    while let Some(first) = rest.chars().next() {
        let after_number = !gap && matches!(tokens.last(), Some(token) if matches!(token.kind, Kind::Number(_)));
        let length = match first {
            ' ' => first.len_utf8(),
            '0'..='9' => run(rest, |character| character.is_ascii_digit()),
            _ if after_number && unit(first).is_some() => first.len_utf8(),
            _ if first.is_alphabetic() => run(rest, char::is_alphabetic),
            _ => first.len_utf8(),
        };
        let (piece, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = tail;
        if first == ' ' {
            gap = true;
            continue;
        }
        let kind = match (first, unit(first)) {
            ('0'..='9', _) => Kind::Number(piece),
            (_, Some(unit)) if after_number => Kind::Unit(unit),
            _ if first.is_alphabetic() => Kind::Word(piece),
            _ => Kind::Sign(first),
        };
        tokens.push(Token { kind, gap });
        gap = false;
    }
    tokens
}

/// The length in bytes of the beginning whose characters all are of this sort.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character| !belongs(character)).unwrap_or(text.len())
}

fn unit(character: char) -> Option<Unit> {
    Some(match character {
        '年' | '년' => Unit::Year,
        '月' | '월' => Unit::Month,
        '日' | '일' | '号' | '號' => Unit::Day,
        '時' | '时' | '点' | '點' | '시' => Unit::Hour,
        '分' | '분' => Unit::Minute,
        '秒' | '초' => Unit::Second,
        _ => return None,
    })
}

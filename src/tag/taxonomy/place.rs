//! Where something stands in a file, and how an error says it: `ward.toml, line 12, specialty "x-ray": …`.

use crate::error::Error;
use crate::text::{clean_line, shorten};

/// Characters of a name or term shown in an error: a message is one line.
const MAX_SHOWN: usize = 60;

/// A file by its name.
#[derive(Debug)]
pub(super) struct File<'text> {
    name: String,
    pub(super) text: &'text str,
}

/// A value and the byte it begins at.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

impl<'text> File<'text> {
    pub(super) fn new(name: &str, text: &'text str) -> Self {
        Self {
            name: shorten(&clean_line(name), MAX_SHOWN),
            text,
        }
    }

    /// The line of a byte, counted from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// What is wrong at a byte of the file.
    pub(super) fn wrong(&self, at: usize, what: &str) -> Error {
        Error::invalid(format!("{}, line {}: {what}", self.name, self.line(at)))
    }

    /// What is wrong at a byte of the file, in the entry of this code.
    pub(super) fn wrong_in(&self, at: usize, code: &str, what: &str) -> Error {
        let (line, code) = (self.line(at), shown(code));
        Error::invalid(format!("{}, line {line}, specialty {code}: {what}", self.name))
    }
}

/// A name or term as an error shows it: in quotes, on one line, not endless.
pub(super) fn shown(text: &str) -> String {
    format!("\"{}\"", shorten(&clean_line(text), MAX_SHOWN))
}

/// The known name that is written most like this one: at most a third of its letters (one at least) put in, left out,
/// changed or swapped with the next; else one that begins with it. "surgry" is surgery, "art" is nothing.
pub(super) fn nearest<'known>(name: &str, known: impl Iterator<Item = &'known str>) -> Option<&'known str> {
    let name: Vec<char> = name.to_lowercase().chars().take(MAX_SHOWN).collect();
    let most = (name.len() / 3).max(1);
    let score = |known: &str| {
        let known: Vec<char> = known.to_lowercase().chars().take(MAX_SHOWN).collect();
        let steps = steps(&name, &known);
        let begins = name.len() >= 4 && known.starts_with(&name);
        (steps <= most || begins).then_some(steps)
    };
    known
        .filter_map(|known| Some((score(known)?, known)))
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, known)| known)
}

/// ": did you mean …?", where there is one near.
pub(super) fn did_you_mean<'known>(name: &str, known: impl Iterator<Item = &'known str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean {}?", shown(near)))
}

/// Edits that lead from one word to the other, a swap of neighbours counted as one (optimal string alignment).
fn steps(from: &[char], to: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let change = at(&last, column) + usize::from(letter != other);
            let mut best = change.min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            let swapped =
                row > 0 && column > 0 && from.get(row - 1) == Some(other) && to.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&above, column - 1) + 1);
            }
            line.push(best);
        }
        above = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name() {
        let known = ["surgery", "nursing", "cardiology", "radiology"];
        for (name, near) in [
            ("surgry", Some("surgery")),
            ("Cardiolgoy", Some("cardiology")),
            ("cardio", Some("cardiology")),
            ("radiologie", Some("radiology")),
            ("astrology", None),
            ("art", None),
            ("", None),
            ("horticulture", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), near, "{name}");
        }
        assert_eq!(steps(&['a', 'b'], &['b', 'a']), 1);
        assert_eq!(steps(&[], &['b', 'a']), 2);
    }
}

//! What kind of text an item is, as far as it bears on how much a found word means.
//!
//! A word in a bare headline is the topic; among the 250 words of an abstract it may be a side remark. And what press
//! offices, journals and databases file under a broad field (public health, policy) shows in the kind of text more than in
//! single words. So the bar of every specialty may move a little with these traits; the fitted weights say how much.

use super::score::{Part, Place};

/// The traits, by the names they bear in the table of weights.
pub(super) const NAMES: [&str; COUNT] = [
    "~no-text",
    "~short-text",
    "~long-text",
    "~length",
    "~headings",
    "~reported",
    "~we",
    "~patients",
    "~review",
];

pub(super) const COUNT: usize = 9;
/// The numbers of the traits that change how much the plain score itself counts.
pub(super) const NO_TEXT: usize = 0;
pub(super) const LONG_TEXT: usize = 2;

/// Words of text from which on it is long: abstracts and articles, no teasers.
const LONG: usize = 60;

/// Headings of a structured abstract, folded; they count with a colon after them.
const HEADINGS: [&str; 9] = [
    "method",
    "methods",
    "result",
    "results",
    "conclusion",
    "conclusions",
    "background",
    "objective",
    "objectives",
];

/// The traits of an item's text, each about 0 to 1; `text` is the text as written.
pub(super) fn of(parts: &[Part<'_>], text: &str) -> [f64; COUNT] {
    let mut traits = [0.0; COUNT];
    let words: Option<&Part<'_>> = parts.iter().find(|part| part.place == Place::Text);
    let count = words.map_or(0, |part| part.words.len());
    let joined = words.map_or("", |part| part.words.joined.as_str());
    let has = |word: &str| f64::from(u8::from(joined.contains(word)));
    let often = |word: &str| joined.matches(word).count();
    let flag = |yes: bool| f64::from(u8::from(yes));
    let reported = often(" said ") + often(" says ") + often(" university ") + often(" researchers ");
    #[expect(clippy::cast_precision_loss, reason = "numbers of words")]
    let (length, reported) = (count as f64, reported.min(12) as f64);
    for (place, value) in traits.iter_mut().zip([
        flag(count == 0),
        flag(count > 0 && count < LONG),
        flag(count >= LONG),
        length.ln_1p() / 5.0,
        flag(has_headings(text)),
        reported / 3.0,
        f64::max(has(" we "), has(" our ")),
        has(" patients "),
        has(" review "),
    ]) {
        *place = value;
    }
    traits
}

/// Whether "Methods:" or the like stands in the text.
fn has_headings(text: &str) -> bool {
    text.match_indices(':').any(|(colon, _)| {
        let before = text.get(..colon).unwrap_or_default().trim_end();
        let word = before
            .rsplit(|character: char| !character.is_alphanumeric())
            .next()
            .unwrap_or_default();
        word.len() <= 11 && HEADINGS.iter().any(|heading| heading.eq_ignore_ascii_case(word))
    })
}

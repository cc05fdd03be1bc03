//! Lines as they may be shown: no control characters, no line breaks, no text that reorders its neighbours.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::flow::{Classes, Flow, LINE, TEXT};

/// One line fit for a title, an author or a terminal: control characters (ESC and C1 included), bidirectional
/// overrides and zero-width characters removed, white space folded, trimmed.
///
/// Joiners inside words (ZWNJ, ZWJ) stay: Persian and Indic scripts and emoji need them.
///
/// ```
/// assert_eq!(medfeed::clean_line(" Heart\u{1b}[31m\r\n failure \u{202e}"), "Heart[31m failure");
/// ```
#[must_use]
pub fn clean_line(text: &str) -> String {
    cleaned(text, &LINE).into_owned()
}

/// Like [`clean_line`], but paragraphs stay: runs of line breaks become one or two.
#[must_use]
pub fn clean_text(text: &str) -> String {
    cleaned(text, &TEXT).into_owned()
}

/// The text itself when it is clean, which most is.
fn cleaned<'t>(text: &'t str, classes: &Classes) -> Cow<'t, str> {
    let clean = classes.run_end(text, 0);
    if clean == text.len() {
        return Cow::Borrowed(text);
    }
    let mut flow = Flow::with_capacity(text.len());
    flow.run(text.get(..clean).unwrap_or_default());
    flow.write(text, clean, classes);
    Cow::Owned(flow.into_text())
}

/// The text cut to at most `limit` characters (graphemes), at a word boundary where there is one near, with `…`.
///
/// ```
/// assert_eq!(medfeed::shorten("Heart failure in older adults", 16), "Heart failure…");
/// ```
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.grapheme_indices(true).nth(limit) else {
        return text.to_owned();
    };
    let room = limit.saturating_sub(1);
    let end = text.grapheme_indices(true).nth(room).map_or(end, |(at, _)| at);
    let head = text.get(..end).unwrap_or_default();
    let next_is_space = text
        .get(end..)
        .is_some_and(|rest| rest.starts_with(char::is_whitespace));
    let cut = match head.rfind(char::is_whitespace) {
        Some(at) if !next_is_space && at * 2 > head.len() => head.get(..at).unwrap_or(head),
        _ => head,
    };
    format!(
        "{}…",
        cut.trim_end_matches(|last: char| last.is_whitespace() || matches!(last, ',' | ';' | ':' | '-' | '–'))
    )
}

/// How many words a reader has to read: Unicode word boundaries (UAX #29), numbers included.
#[must_use]
pub fn count_words(text: &str) -> usize {
    text.unicode_words().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_carry_nothing_hidden() {
        assert_eq!(clean_line("a\u{9b}31mb\u{feff}c\u{2066}d"), "a31mbcd");
        assert_eq!(clean_line("CAR\u{200d}T"), "CAR\u{200d}T");
        assert_eq!(clean_line("\n\t "), "");
    }

    #[test]
    fn paragraphs_stay() {
        assert_eq!(clean_text(" One \n two\r\n\n\n  three \u{7} "), "One\ntwo\n\nthree");
    }

    #[test]
    fn cuts_at_words() {
        assert_eq!(shorten("short", 10), "short");
        assert_eq!(shorten("Randomised trial of aspirin", 17), "Randomised trial…");
        assert_eq!(shorten("Pneumonoultramicroscopic", 8), "Pneumon…");
        assert_eq!(shorten("abc", 0), "…");
    }

    proptest! {
        #[test]
        fn never_longer(text in "\\PC{0,60}", limit in 1usize..40) {
            prop_assert!(shorten(&text, limit).graphemes(true).count() <= limit.max(1));
        }
        #[test]
        fn one_line(text in any::<String>()) {
            let line = clean_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(clean_line(&line), line);
        }
    }
}

//! Folding: the form in which texts are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The text lower-cased, without accents, with ligatures, quotes, dashes and white space unified.
///
/// Guided by NFKD; combining marks are dropped, `ß` becomes `ss`, `æ` `ae`, `œ` `oe`, `ø` `o`, `ł` `l`. Greek letters
/// stay: they are symbols in medical titles (β-blocker), and tags list both forms.
///
/// ```
/// assert_eq!(medfeed::fold("Ménière’s  Disease – a “Review”"), "meniere's disease - a \"review\"");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
    {
        if character.is_whitespace() {
            space = !folded.is_empty();
            continue;
        }
        if character.is_control() || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}') {
            continue;
        }
        if std::mem::take(&mut space) {
            folded.push(' ');
        }
        match character {
            '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' => folded.push('\''),
            '“' | '”' | '„' | '‟' | '«' | '»' | '″' => folded.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => folded.push('-'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other if is_combining_mark(other) => {}
            other => folded.push(other),
        }
    }
    folded
}

/// A title as it is compared: folded, only letters and digits, words separated by one space.
///
/// Numbers stay, so "Part 1" and "Part 2" differ.
#[must_use]
pub fn fold_title(title: &str) -> String {
    let folded = fold(title);
    let mut words = String::with_capacity(folded.len());
    for word in folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// The words of a text, folded, in order (UAX #29).
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    fold(text).unicode_words().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_compare_by_letters_and_digits() {
        assert_eq!(
            fold_title("Effect of H. pylori — a Trial!"),
            fold_title("effect of H pylori: a trial")
        );
        assert_ne!(fold_title("Reviewers 2024"), fold_title("Reviewers 2025"));
        assert_eq!(fold_title("Sjögren’s"), "sjogren s");
        assert_eq!(fold_title("β-blockers"), "β blockers");
    }

    #[test]
    fn folds_ligatures_and_widths() {
        assert_eq!(fold("Ｆｅｖｅｒ ﬁbrillation Œdema"), "fever fibrillation oedema");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold_title(&text);
            prop_assert_eq!(fold_title(&once), once);
        }
    }
}

//! What a person types into a search box, as a safe expression.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold_title;

/// Terms of one search that are looked at; nobody types more, and each costs a look-up.
const MAX_TERMS: usize = 64;

/// Words of one term: a pasted paragraph in quotes stays a bounded expression.
const MAX_WORDS: usize = 64;

/// A search as a person types it: words that all must occur, `"quoted phrases"`, `-excluded` words and phrases, and
/// beginnings of words (`hypertens*`).
///
/// Words are compared folded (see [`fold`](crate::fold)): case, accents and punctuation do not matter, so `COVID-19`
/// finds "Covid 19" and `sjogren` finds "Sjögren’s". There is no other syntax: whatever else is typed is text. An open
/// quote reaches to the end. The first 64 terms count, of each the first 64 words. A search without any letter or digit
/// restricts nothing.
///
/// Typographic quotes work as quotes. Scripts without spaces are compared character by character, in sequence.
///
/// ```
/// use medfeed::Expression;
/// let search = Expression::new("stroke \"atrial fibrillation\" -mice");
/// assert!(search.matches("Atrial Fibrillation", "… and the risk of stroke"));
/// assert!(!search.matches("Atrial fibrillation", "Stroke in mice"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Expression {
    typed: String,
    required: Vec<Term>,
    excluded: Vec<Term>,
}

/// Words in sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Folded, letters and digits only; never empty.
    pub(crate) words: Vec<String>,
    /// Whether the last one is only the beginning of a word.
    pub(crate) prefix: bool,
}

impl Expression {
    /// The expression somebody typed. Anything can be typed.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let mut expression = Self {
            typed: typed.to_owned(),
            ..Self::default()
        };
        let mut rest = typed.trim_start();
        let mut count = 0;
        while !rest.is_empty() && count < MAX_TERMS {
            let (excluded, body) = match rest.strip_prefix('-') {
                Some(body) => (true, body),
                None => (false, rest),
            };
            let (piece, after) = if let Some(quoted) = body.strip_prefix(is_quote) {
                quoted.split_once(is_quote).unwrap_or((quoted, ""))
            } else {
                // A quote also ends a word: `acute"heart failure"` is a word and a phrase.
                let end = body.find(|character: char| character.is_whitespace() || is_quote(character));
                body.split_at(end.unwrap_or(body.len()))
            };
            if let Some(term) = Term::new(piece) {
                count += 1;
                let terms = if excluded {
                    &mut expression.excluded
                } else {
                    &mut expression.required
                };
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            rest = after.trim_start();
        }
        expression
    }

    /// What was typed.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether it restricts nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.required.is_empty() && self.excluded.is_empty()
    }

    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "only an index needs the terms"))]
    pub(crate) fn required(&self) -> &[Term] {
        &self.required
    }

    #[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "only an index needs the terms"))]
    pub(crate) fn excluded(&self) -> &[Term] {
        &self.excluded
    }

    /// Whether a text is found by it. A phrase must stand in the title or in the text, not half in each.
    #[must_use]
    pub fn matches(&self, title: &str, text: &str) -> bool {
        if self.is_empty() {
            return true;
        }
        let (title, text) = (search_words(title), search_words(text));
        let fields: [Vec<&str>; 2] = [split(&title).collect(), split(&text).collect()];
        let found = |term: &Term| fields.iter().any(|field| term.is_in(field));
        self.required.iter().all(found) && !self.excluded.iter().any(found)
    }
}

impl Term {
    fn new(piece: &str) -> Option<Self> {
        let mut found: Vec<String> = split(&search_words(piece)).map(str::to_owned).collect();
        let whole = found.len() <= MAX_WORDS;
        found.truncate(MAX_WORDS);
        (!found.is_empty()).then_some(Self {
            words: found,
            prefix: whole && piece.ends_with('*'),
        })
    }

    fn is_in(&self, field: &[&str]) -> bool {
        let Some((last, first)) = self.words.split_last() else {
            return true;
        };
        field.windows(self.words.len()).any(|window| {
            window.split_last().is_some_and(|(window_last, window_first)| {
                window_first == first
                    && if self.prefix {
                        window_last.starts_with(last.as_str())
                    } else {
                        *window_last == last.as_str()
                    }
            })
        })
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.typed)
    }
}

impl From<String> for Expression {
    fn from(typed: String) -> Self {
        Self::new(&typed)
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.typed
    }
}

/// The words of a text as searches compare them, with a space between: folded runs of letters and digits, cut further
/// where a script writes without spaces. Every store indexes exactly this, so that all of them find the same.
pub(crate) fn search_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    // Piece by piece, since most are ASCII: folding and looking for word boundaries cost many times more.
    for piece in text.split_whitespace() {
        if piece.is_ascii() {
            push_ascii(&mut words, piece);
        } else {
            for word in fold_title(piece).unicode_words() {
                push_space(&mut words);
                words.push_str(word);
            }
        }
    }
    words
}

/// As [`fold_title`] does it: control characters are not there, what is no letter or digit separates.
fn push_ascii(words: &mut String, piece: &str) {
    let mut apart = true;
    for byte in piece.bytes() {
        if byte.is_ascii_alphanumeric() {
            if std::mem::take(&mut apart) {
                push_space(words);
            }
            words.push(char::from(byte.to_ascii_lowercase()));
        } else if !byte.is_ascii_control() {
            apart = true;
        }
    }
}

fn push_space(words: &mut String) {
    if !words.is_empty() {
        words.push(' ');
    }
}

fn split(words: &str) -> impl Iterator<Item = &str> {
    words.split(' ').filter(|word| !word.is_empty())
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(typed: &str, text: &str) -> bool {
        Expression::new(typed).matches("", text)
    }

    #[test]
    fn words_phrases_and_exclusions() {
        assert!(found("stroke heart", "Heart and STROKE"));
        assert!(!found("stroke heart", "Heart"));
        assert!(found("\"heart failure\"", "Chronic heart-failure care"));
        assert!(!found("\"heart failure\"", "failure of the heart"));
        assert!(found("“heart failure”", "heart failure"), "typographic quotes");
        assert!(found("\"heart failure", "heart failure"), "an open quote");
        assert!(!found("heart -mice", "Heart of mice") && found("-mice", "humans"));
        assert!(found("heart -\"in mice\"", "heart in men, mice elsewhere"));
        assert!(found("COVID-19", "covid 19") && !found("COVID-19", "19 covid"));
        assert!(found("- heart", "heart"), "a lone dash is no exclusion");
        assert!(found("acute\"heart failure\"", "heart failure, acute"));
    }

    #[test]
    fn folding_makes_typing_easy() {
        assert!(found("sjogren", "Sjögren’s syndrome"));
        assert!(found("β-blocker", "Β-Blocker therapy"));
        assert!(found("hypertens*", "Hypertensive crisis") && !found("hypertens", "Hypertensive crisis"));
        assert!(found("糖尿病", "2型糖尿病の治療"), "scripts without spaces");
        assert!(!found("病尿糖", "2型糖尿病の治療"));
    }

    #[test]
    fn nothing_typed_restricts_nothing() {
        for typed in [
            "", "   ", "\"", "\"\"", "-", "--", "***", "(", "-\"", "- -", "\u{0}", "！",
        ] {
            let expression = Expression::new(typed);
            assert!(expression.is_empty() && expression.matches("a", "b"), "{typed:?}");
        }
    }

    #[test]
    fn a_phrase_does_not_span_title_and_text() {
        assert!(!Expression::new("\"heart failure\"").matches("The heart", "failure"));
        assert!(Expression::new("heart failure").matches("The heart", "failure"));
    }

    #[test]
    fn terms_are_bounded() {
        let typed = (0..1_000).map(|number| format!("w{number} ")).collect::<String>();
        assert_eq!(Expression::new(&typed).required().len(), MAX_TERMS);
        assert_eq!(
            Expression::new(&format!("\"{typed}\""))
                .required()
                .first()
                .unwrap()
                .words
                .len(),
            MAX_WORDS
        );
    }

    proptest! {
        #[test]
        fn anything_can_be_typed(typed in any::<String>(), text in any::<String>()) {
            let expression = Expression::new(&typed);
            let _ = expression.matches(&text, &text);
            for term in expression.required().iter().chain(expression.excluded()) {
                prop_assert!(!term.words.is_empty());
                for word in &term.words {
                    prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric), "{word:?}");
                }
            }
        }

        /// The quick way is only quicker.
        #[test]
        fn words_are_those_of_folding(text in "(\\PC|[ -~]|[ -~]{6}|\\s|\\p{Cc}|[\u{300}\u{308}’–´ﬁ]){0,30}") {
            let folded = fold_title(&text);
            let slow: Vec<&str> = folded.unicode_words().collect();
            prop_assert_eq!(search_words(&text), slow.join(" "));
        }

        #[test]
        fn every_word_of_a_text_finds_it(text in any::<String>()) {
            for word in split(&search_words(&text)) {
                prop_assert!(Expression::new(word).matches("", &text));
            }
        }
    }
}

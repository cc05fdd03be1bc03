//! An item's words in the forms the rules look at.

use std::borrow::Cow;

use crate::model::Item;
use crate::text::fold;

/// How much of the text the rules read, in bytes: abstracts are shorter, and what a long article says further down is
/// rarely what it is.
const MAX_TEXT: usize = 4 * 1024;

/// How much is read for the statement of credit, which stands at the end of show notes.
const MAX_NOTES: usize = 32 * 1024;

/// Title, section and text, folded, each padded by spaces so that a phrase with spaces around it is whole words.
#[derive(Debug)]
pub(super) struct Wording {
    /// The title as it stands, without its `[Section]`.
    pub(super) title: String,
    /// The folded title: words and single spaces, with `: - ? "` kept as words of their own.
    pub(super) folded: String,
    /// The publisher's section: from `[Section]` before the title, `prism:section` or the article type. Folded.
    pub(super) section: String,
    /// The beginning of the folded text.
    pub(super) text: String,
    /// The publisher's categories, folded.
    pub(super) categories: String,
}

impl Wording {
    pub(super) fn of(item: &Item) -> Self {
        let trimmed = item.title.trim();
        let (bracketed, title) = match trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            // PubMed writes a translated title as "[Title].": then the brackets hold the title, not a section.
            Some((section, rest)) if section.len() <= 60 && rest.trim().len() > 3 => (section, rest.trim()),
            _ => ("", trimmed),
        };
        let journal = item.journal.as_ref();
        let sections = [
            Some(bracketed),
            journal.and_then(|journal| journal.section.as_deref()),
            journal.and_then(|journal| journal.article_type.as_deref()),
        ];
        let section = sections.into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let text = item.text();
        let categories: Vec<&str> = item
            .categories
            .iter()
            .take(20)
            .map(|category| category.term.as_str())
            .collect();
        Self {
            title: title.to_owned(),
            folded: padded(title),
            section: padded(&section),
            text: padded(beginning(text, MAX_TEXT)),
            categories: padded(&categories.join(" / ")),
        }
    }

    /// The first of these phrases that stands in the title, as whole words.
    pub(super) fn in_title<'a>(&self, phrases: &[&'a str]) -> Option<&'a str> {
        first_in(&self.folded, phrases)
    }

    /// The first of these phrases that stands in the section.
    pub(super) fn in_section<'a>(&self, phrases: &[&'a str]) -> Option<&'a str> {
        first_in(&self.section, phrases)
    }

    /// The first of these phrases that stands in the text.
    pub(super) fn in_text<'a>(&self, phrases: &[&'a str]) -> Option<&'a str> {
        first_in(&self.text, phrases)
    }

    /// The folded text with what follows its beginning; folded anew only where there is more.
    pub(super) fn notes(&self, item: &Item) -> Cow<'_, str> {
        match item.text() {
            text if text.len() <= MAX_TEXT => Cow::Borrowed(&self.text),
            text => Cow::Owned(padded(beginning(text, MAX_NOTES))),
        }
    }

    /// The first of these phrases that the title begins with.
    pub(super) fn title_begins<'a>(&self, phrases: &[&'a str]) -> Option<&'a str> {
        phrases
            .iter()
            .copied()
            .find(|phrase| self.folded.get(1..).is_some_and(|rest| begins(rest, phrase)))
    }
}

fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn begins(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| rest.starts_with(' '))
}

/// The first of these phrases that stands in a padded text as whole words.
pub(super) fn first_in<'a>(padded: &str, phrases: &[&'a str]) -> Option<&'a str> {
    phrases.iter().copied().find(|phrase| {
        padded.match_indices(phrase).any(|(at, _)| {
            if padded.get(..at).is_some_and(is_denied) {
                return false;
            }
            let before = at.checked_sub(1).and_then(|at| padded.as_bytes().get(at)).copied();
            let after = padded.as_bytes().get(at + phrase.len()).copied();
            before == Some(b' ') && after == Some(b' ')
        })
    })
}

/// Whether the words before a phrase deny it: "not a randomised trial", "non randomised", "why we need a systematic review".
fn is_denied(before: &str) -> bool {
    [
        " not a ",
        " not an ",
        " no ",
        " non ",
        " need a ",
        " needs a ",
        " need for a ",
        " without a ",
        " lack of ",
    ]
    .iter()
    .any(|denial| before.ends_with(denial))
}

/// Folded; letters and digits are words, `: ? " ™` words of their own, everything else a space; a space at either end.
pub(super) fn padded(text: &str) -> String {
    let folded = fold(text);
    let mut padded = String::with_capacity(folded.len() + 2);
    padded.push(' ');
    for character in folded.chars() {
        let is_word = character.is_alphanumeric();
        let own = matches!(character, ':' | '?' | '"');
        if own && !padded.ends_with(' ') {
            padded.push(' ');
        }
        if is_word || own {
            padded.push(character);
        }
        // "F.D.A." and "U.S." are words: a point inside them is dropped, not a space.
        let dropped = character == '\'' || character == '.';
        if (own || !(is_word || dropped)) && !padded.ends_with(' ') {
            padded.push(' ');
        }
        if character == '.'
            && padded
                .trim_end()
                .split(' ')
                .next_back()
                .is_some_and(|word| word.chars().count() > 3)
            && !padded.ends_with(' ')
        {
            padded.push(' ');
        }
    }
    if !padded.ends_with(' ') {
        padded.push(' ');
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert_eq!(
            padded("F.D.A. Approves: U.S. First. Next"),
            " fda approves : us first next "
        );
        assert_eq!(padded("non-inferiority (phase III)"), " non inferiority phase iii ");
        assert!(first_in(&padded("recalling the past"), &["recall"]).is_none());
        assert_eq!(first_in(&padded("A recall."), &["recall"]), Some("recall"));
        assert_eq!(padded(""), " ");
    }
}

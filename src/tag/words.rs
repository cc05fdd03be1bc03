//! A text cut into words, in the form the automaton reads.
//!
//! Every word stands between its own two spaces (`" heart  failure "`), so a term found by plain search always begins
//! and ends at a word boundary, and two neighbouring terms never share a character.

use unicode_normalization::char::is_combining_mark;

use crate::text::fold;

/// The words of one text, folded and joined, with the way back to the word as it was written.
#[derive(Debug, Default)]
pub(super) struct Words<'text> {
    /// The folded words, each between two spaces.
    pub(super) joined: String,
    /// Where each word begins in `joined` (at its leading space), and the word as written.
    starts: Vec<(usize, &'text str)>,
}

impl<'text> Words<'text> {
    /// Cuts a text at everything that is neither letter, digit, accent nor apostrophe.
    pub(super) fn new(text: &'text str) -> Self {
        let mut words = Self {
            joined: String::with_capacity(text.len() + text.len() / 4),
            starts: Vec::new(),
        };
        for written in text.split(|character: char| !belongs_to_word(character)) {
            let written = written.trim_matches(is_apostrophe);
            let written = written
                .strip_suffix(['s', 'S'])
                .filter(|rest| rest.ends_with(is_apostrophe))
                .map_or(written, |rest| rest.trim_end_matches(is_apostrophe));
            if written.is_empty() {
                continue;
            }
            let start = words.joined.len();
            words.joined.push(' ');
            push_folded(written, &mut words.joined);
            if words.joined.len() == start + 1 {
                words.joined.truncate(start);
                continue;
            }
            words.joined.push(' ');
            words.starts.push((start, written));
        }
        words
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// So many words from that one on, joined; nothing where there are not as many.
    pub(super) fn span(&self, first: usize, count: usize) -> Option<&str> {
        let (start, _) = self.starts.get(first)?;
        let end = match self.starts.get(first + count) {
            Some((end, _)) => *end,
            None if first + count == self.starts.len() => self.joined.len(),
            None => return None,
        };
        self.joined.get(*start..end)
    }

    /// The joined words before that one.
    pub(super) fn before(&self, index: usize) -> &str {
        let start = self.starts.get(index).map_or(self.joined.len(), |(start, _)| *start);
        self.joined.get(..start).unwrap_or_default()
    }

    /// The number of the word in which the byte offset of `joined` lies.
    pub(super) fn at(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|(start, _)| *start <= offset)
            .saturating_sub(1)
    }

    /// The word as written, without a possessive ending.
    pub(super) fn written(&self, index: usize) -> &'text str {
        self.starts.get(index).map_or("", |(_, written)| written)
    }

    /// Whether the text shouts: then capitals do not mark an abbreviation.
    pub(super) fn is_all_capitals(&self) -> bool {
        let (mut upper, mut lower) = (0usize, 0usize);
        for (_, written) in self.starts.iter().take(40) {
            upper += written.chars().filter(|character| character.is_uppercase()).count();
            lower += written.chars().filter(|character| character.is_lowercase()).count();
        }
        self.len() > 2 && upper > 4 * lower
    }
}

fn belongs_to_word(character: char) -> bool {
    if character.is_ascii() {
        // Nearly all of them, and the tables need not be asked.
        return character.is_ascii_alphanumeric() || is_apostrophe(character);
    }
    character.is_alphanumeric()
        || is_apostrophe(character)
        || is_combining_mark(character)
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '´' | '`')
}

/// Appends the word as it is compared: folded, without apostrophes, in one spelling.
fn push_folded(written: &str, joined: &mut String) {
    let start = joined.len();
    if written.is_ascii() {
        for piece in written.split(['\'', '`']) {
            joined.push_str(piece);
        }
        if let Some(word) = joined.get_mut(start..) {
            word.make_ascii_lowercase();
        }
    } else {
        joined.extend(
            fold(written)
                .chars()
                .filter(|c| !is_apostrophe(*c) && !c.is_whitespace()),
        );
    }
    let Some(word) = joined.get(start..) else { return };
    if let Some(spelled) = one_spelling(word) {
        joined.truncate(start);
        joined.push_str(&spelled);
    }
}

/// British spellings brought to one form, the same on both sides, so that a false change costs nothing: ae and oe to e,
/// -our to -or, -isation to -ization, sulph to sulf, -tre and -bre to -ter and -ber, -elling and -ellor with one l.
fn one_spelling(word: &str) -> Option<String> {
    const CHANGES: [(&str, &str); 7] = [
        ("ae", "e"),
        ("oe", "e"),
        ("our", "or"),
        ("isation", "ization"),
        ("sulph", "sulf"),
        ("elling", "eling"),
        ("ellor", "elor"),
    ];
    // One of these pairs stands in each of the changes and endings below; most words have none, and are done with.
    let has_pair = |word: &str| {
        word.as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, b"ae" | b"oe" | b"ou" | b"sa" | b"lp" | b"ll" | b"tr" | b"br"))
    };
    if word.len() < 4 || !has_pair(word) {
        return None;
    }
    let mut spelled: Option<String> = None;
    for (from, to) in CHANGES {
        let current = spelled.as_deref().unwrap_or(word);
        if current.contains(from) {
            spelled = Some(current.replace(from, to));
        }
    }
    let current = spelled.as_deref().unwrap_or(word);
    for (from, to) in [("tre", "ter"), ("bre", "ber"), ("tres", "ters"), ("bres", "bers")] {
        if let Some(stem) = current.strip_suffix(from).filter(|stem| stem.len() > 1) {
            return Some(format!("{stem}{to}"));
        }
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_meet() {
        for (british, american) in [
            ("haemophilia", "hemophilia"),
            ("tumours", "tumors"),
            ("oesophageal", "esophageal"),
            ("diarrhoea", "diarrhea"),
            ("immunisation", "immunization"),
            ("sulphonylurea", "sulfonylurea"),
            ("fibre", "fiber"),
            ("counselling", "counseling"),
            ("counsellor", "counselor"),
            ("centres", "centers"),
            ("caesarean", "cesarean"),
            ("Ménière’s", "meniere"),
            ("Crohn's", "Crohn"),
            ("children’s", "childrens'"),
        ] {
            let (one, other) = (Words::new(british), Words::new(american));
            if british.starts_with("children") {
                assert_ne!(one.joined, other.joined);
            } else {
                assert_eq!(one.joined, other.joined, "{british}");
            }
        }
    }

    #[test]
    fn words_lead_back_to_what_was_written() {
        let words = Words::new("COVID-19: (MS) patients' e\u{301}tude…");
        assert_eq!(words.joined, " covid  19  ms  patients  etude ");
        assert_eq!(words.written(2), "MS");
        assert_eq!(words.span(1, 2), Some(" 19  ms "));
        assert_eq!(words.span(4, 1), Some(" etude "));
        assert_eq!((words.span(4, 2), words.span(9, 1)), (None, None));
        assert_eq!(words.before(2), " covid  19 ");
        assert_eq!(words.at(words.joined.find("ms").unwrap_or_default()), 2);
        assert_eq!(words.written(4), "e\u{301}tude");
        assert_eq!(Words::new("'' — \u{200b}").len(), 0);
        assert!(Words::new("FDA WARNS OF RECALL").is_all_capitals());
        assert!(!Words::new("FDA warns of recall").is_all_capitals());
    }
}

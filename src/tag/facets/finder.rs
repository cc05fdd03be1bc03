//! All terms of all vocabularies in one table: one pass over a text; within each kind the longest term wins.
//!
//! Each word is looked up, and where terms begin with it, the words from there on, in each of the lengths that such terms
//! have. (An automaton as for specialties took several times longer to build: terms here are whole words, with no
//! wildcards.) For each kind the places are then gone through from the left, and of what overlaps the first and longest
//! stays: "type 2 diabetes" hides "diabetes", but "childhood asthma" is a condition and does not hide "childhood", which
//! is a population.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::vocabulary::{FacetVocabulary, MAX_TERM_WORDS};
use crate::tag::automaton::{NEGATIONS, folded_near, forms, is_written_as, written_words};
use crate::tag::score::Part;
use crate::tag::taxonomy::Strength;
use crate::tag::words::Words;

/// What some words say when they are found.
#[derive(Debug)]
struct Meaning {
    /// The number of the vocabulary.
    vocabulary: usize,
    /// The numbers of the entry in it and of the term within all vocabularies: plurals share it. Nothing: the phrase only
    /// hides what is inside it.
    entry: Option<(usize, usize)>,
}

/// A term with what decides whether a place where its letters stand is one of it.
#[derive(Debug)]
struct Demands {
    text: String,
    strength: Strength,
    /// The words as they must be written, where case matters.
    written: Option<Vec<String>>,
    /// Folded words (or beginnings) of which one must stand in the item.
    near: Vec<String>,
}

/// One place in a text where an entry is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    /// The number of the vocabulary.
    pub(super) vocabulary: usize,
    /// The number of the entry in it.
    pub(super) entry: usize,
    /// The number of the term.
    pub(super) term: usize,
    pub(super) strength: Strength,
    /// The number of the first word.
    pub(super) word: usize,
}

/// The terms of several vocabularies, ready to be found.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// By the joined words of a term or phrase; also the first words of all of them.
    known: HashMap<Box<str>, Known>,
    /// By number of the term.
    terms: Vec<Demands>,
    vocabularies: usize,
}

/// What is known of some words.
#[derive(Debug, Default)]
struct Known {
    /// Of a first word: how many words the terms have that begin with it; bit 2 for two words.
    lengths: u16,
    meanings: Vec<Meaning>,
}

/// A place where a term or phrase stands: its first word, where it ends, and what it says.
type Place = (usize, Reverse<usize>, Option<Mention>);

/// Words that take the meaning from a mention they directly precede, beside [`NEGATIONS`]: a mention is of a thing, so
/// that a plain "no" is enough.
const MENTION_NEGATIONS: [&str; 5] = [" no ", " not ", " negative  for ", " rather  than ", " unlike "];

/// Words that may stand between the negation and the term: "without known heart disease", "no evidence of sepsis".
const BETWEEN: [&str; 22] = [
    " a ",
    " an ",
    " any ",
    " active ",
    " clinical ",
    " current ",
    " diagnosed ",
    " established ",
    " evidence  of ",
    " history  of ",
    " known ",
    " overt ",
    " patients  with ",
    " people  with ",
    " preexisting ",
    " pre  existing ",
    " previous ",
    " prior ",
    " significant ",
    " signs  of ",
    " underlying ",
    " use  of ",
];

/// Takes the meaning from the word that follows, not from a whole term.
const NON: &str = " non ";

/// How many such words are looked past.
const MAX_BETWEEN: usize = 3;

impl Finder {
    pub(super) fn new(vocabularies: &[Arc<FacetVocabulary>]) -> Self {
        let terms = || vocabularies.iter().flat_map(|vocabulary| vocabulary.entries());
        let mut finder = Self {
            // A term, its plural, and now and then a first word of its own.
            known: HashMap::with_capacity(
                terms().map(|entry| entry.terms.len() + entry.not.len()).sum::<usize>() * 5 / 2,
            ),
            vocabularies: vocabularies.len(),
            ..Self::default()
        };
        for (vocabulary, entries) in vocabularies.iter().map(|vocabulary| vocabulary.entries()).enumerate() {
            for (number, entry) in entries.iter().enumerate() {
                for term in &entry.terms {
                    finder.add(&term.text, vocabulary, Some((number, finder.terms.len())));
                    finder.terms.push(Demands {
                        text: term.text.clone(),
                        strength: term.strength,
                        written: term.case_sensitive.then(|| written_words(&term.text)),
                        near: term.near.iter().map(|near| folded_near(near)).collect(),
                    });
                }
                for phrase in &entry.not {
                    finder.add(phrase, vocabulary, None);
                }
            }
        }
        finder
    }

    /// Adds a term, or with no entry a phrase that hides, and its plural.
    fn add(&mut self, text: &str, vocabulary: usize, entry: Option<(usize, usize)>) {
        for form in forms(text) {
            // Words stand between spaces of their own, so the first one ends where two spaces follow each other.
            let first = form.find("  ").map_or(form.len(), |end| end + 1);
            let length = form.split_ascii_whitespace().count();
            let bit = 1 << length.min(MAX_TERM_WORDS);
            let meaning = Meaning { vocabulary, entry };
            if first < form.len() {
                let first = form.get(..first).unwrap_or_default();
                match self.known.get_mut(first) {
                    Some(known) => known.lengths |= bit,
                    None => self.known.entry(first.into()).or_default().lengths |= bit,
                }
                self.known
                    .entry(form.into_boxed_str())
                    .or_default()
                    .meanings
                    .push(meaning);
            } else {
                let known = self.known.entry(form.into_boxed_str()).or_default();
                known.lengths |= bit;
                known.meanings.push(meaning);
            }
        }
    }

    /// The term as its vocabulary writes it.
    pub(super) fn term(&self, number: usize) -> &str {
        self.terms.get(number).map_or("", |term| term.text.as_str())
    }

    /// The mentions in one of the parts of an item, without those that are negated.
    pub(super) fn mentions(&self, part: &Part<'_>, parts: &[Part<'_>], company: &mut Company) -> Vec<Mention> {
        let words = &part.words;
        let all_capitals = words.is_all_capitals();
        let mut places: Vec<Vec<Place>> = vec![Vec::new(); self.vocabularies];
        for word in 0..words.len() {
            let Some(first) = words.span(word, 1).and_then(|first| self.known.get(first)) else {
                continue;
            };
            for length in (1..=MAX_TERM_WORDS).filter(|length| first.lengths & (1 << length) != 0) {
                let known = words.span(word, length).and_then(|span| self.known.get(span));
                for meaning in known.iter().flat_map(|known| &known.meanings) {
                    let mention = match meaning.entry {
                        None => None,
                        Some((entry, term)) => match self.terms.get(term) {
                            Some(demands)
                                if demands.are_met_by(words, word, all_capitals)
                                    && company.of(term, &demands.near, parts) =>
                            {
                                Some(Mention {
                                    vocabulary: meaning.vocabulary,
                                    entry,
                                    term,
                                    strength: demands.strength,
                                    word,
                                })
                            }
                            _ => continue,
                        },
                    };
                    if let Some(places) = places.get_mut(meaning.vocabulary) {
                        places.push((word, Reverse(word + length), mention));
                    }
                }
            }
        }
        let mut mentions = Vec::new();
        for mut places in places {
            // Of the same words, a term comes before a phrase that hides: whoever owns it, has it.
            places.sort_by_key(|(start, end, mention)| (*start, *end, mention.is_none()));
            let mut free_from = 0;
            for (start, Reverse(end), mention) in places {
                if start < free_from {
                    continue;
                }
                let before = words.before(start);
                if mention.is_some() && before.ends_with(NON) {
                    // Only its first word is negated: "non-diabetic kidney disease" is a kidney disease.
                    continue;
                }
                free_from = end;
                mentions.extend(mention.filter(|_| !is_negated(before)));
            }
        }
        mentions
    }
}

impl Demands {
    fn are_met_by(&self, words: &Words<'_>, word: usize, all_capitals: bool) -> bool {
        self.written
            .as_ref()
            .is_none_or(|demanded| is_written_as(demanded, words, word, all_capitals))
    }
}

/// Whether what stands before takes the meaning away.
fn is_negated(mut before: &str) -> bool {
    for _ in 0..=MAX_BETWEEN {
        if NEGATIONS
            .iter()
            .chain(&MENTION_NEGATIONS)
            .any(|negation| before.ends_with(negation))
        {
            return true;
        }
        match BETWEEN.iter().find_map(|between| before.strip_suffix(between)) {
            Some(shorter) => before = shorter,
            None => return false,
        }
    }
    false
}

/// Whether the words that decide an ambiguous term stand anywhere in the item; looked for once per term.
#[derive(Debug, Default)]
pub(super) struct Company(BTreeMap<usize, bool>);

impl Company {
    fn of(&mut self, term: usize, near: &[String], parts: &[Part<'_>]) -> bool {
        near.is_empty()
            || *self.0.entry(term).or_insert_with(|| {
                parts
                    .iter()
                    .any(|part| near.iter().any(|near| part.words.joined.contains(near.as_str())))
            })
    }
}

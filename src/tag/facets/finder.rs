//! All terms of all vocabularies in one automaton: one pass over a text; within each kind the longest term wins.
//!
//! The automaton gives every term at every place, also those inside others. For each kind the places are then gone through
//! from the left, and of what overlaps the first and longest stays: "type 2 diabetes" hides "diabetes", but "childhood
//! asthma" is a condition and does not hide "childhood", which is a population.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::vocabulary::FacetVocabulary;
use crate::error::{Error, Result};
use crate::tag::automaton::{NEGATIONS, folded_near, forms, is_written_as, written_words};
use crate::tag::score::Part;
use crate::tag::taxonomy::Strength;

/// What a term says when it is found.
#[derive(Debug)]
struct Meaning {
    /// The number of the vocabulary, and of the entry within it. No entry: the phrase only hides what is inside it.
    vocabulary: usize,
    entry: Option<usize>,
    /// The number of the term within all vocabularies: plurals share it.
    term: usize,
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
    /// Missing only where there are no terms.
    automaton: Option<AhoCorasick>,
    /// By pattern.
    meanings: Vec<Vec<Meaning>>,
    /// By number of the term.
    terms: Vec<Demands>,
    vocabularies: usize,
}

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
    pub(super) fn new(vocabularies: &[Arc<FacetVocabulary>]) -> Result<Self> {
        let mut patterns: Vec<String> = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut finder = Self {
            vocabularies: vocabularies.len(),
            ..Self::default()
        };
        let mut add = |text: &str, meanings: &mut Vec<Vec<Meaning>>, vocabulary, entry, term| {
            for pattern in forms(text) {
                let number = *numbers.entry(pattern).or_insert_with_key(|pattern| {
                    patterns.push(pattern.clone());
                    meanings.push(Vec::new());
                    meanings.len() - 1
                });
                if let Some(list) = meanings.get_mut(number) {
                    list.push(Meaning {
                        vocabulary,
                        entry,
                        term,
                    });
                }
            }
        };
        for (vocabulary, entries) in vocabularies.iter().map(|vocabulary| vocabulary.entries()).enumerate() {
            for (number, entry) in entries.iter().enumerate() {
                for term in &entry.terms {
                    let count = finder.terms.len();
                    add(&term.text, &mut finder.meanings, vocabulary, Some(number), count);
                    finder.terms.push(Demands {
                        text: term.text.clone(),
                        strength: term.strength,
                        written: term.case_sensitive.then(|| written_words(&term.text)),
                        near: term.near.iter().map(|near| folded_near(near)).collect(),
                    });
                }
                for phrase in &entry.not {
                    add(phrase, &mut finder.meanings, vocabulary, None, usize::MAX);
                }
            }
        }
        finder.automaton = Some(
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(&patterns)
                .map_err(|error| Error::invalid("the vocabularies have too many terms").with_source(error))?,
        );
        Ok(finder)
    }

    /// The term as its vocabulary writes it.
    pub(super) fn term(&self, number: usize) -> &str {
        self.terms.get(number).map_or("", |term| term.text.as_str())
    }

    /// The mentions in one of the parts of an item, without those that are negated.
    pub(super) fn mentions(&self, part: &Part<'_>, parts: &[Part<'_>], company: &mut Company) -> Vec<Mention> {
        let words = &part.words;
        let all_capitals = words.is_all_capitals();
        // By vocabulary: where a term or phrase begins and ends, and what it says.
        let mut places: Vec<Vec<(usize, Reverse<usize>, Option<Mention>)>> = vec![Vec::new(); self.vocabularies];
        for found in self
            .automaton
            .iter()
            .flat_map(|automaton| automaton.find_overlapping_iter(&words.joined))
        {
            let meanings = self.meanings.get(found.pattern().as_usize());
            for meaning in meanings.into_iter().flatten() {
                let mention = match (meaning.entry, self.terms.get(meaning.term)) {
                    (Some(entry), Some(term)) => {
                        let word = words.at(found.start());
                        let is_it = term
                            .written
                            .as_ref()
                            .is_none_or(|demanded| is_written_as(demanded, words, word, all_capitals))
                            && company.of(meaning.term, &term.near, parts);
                        if !is_it {
                            continue;
                        }
                        Some(Mention {
                            vocabulary: meaning.vocabulary,
                            entry,
                            term: meaning.term,
                            strength: term.strength,
                            word,
                        })
                    }
                    _ => None,
                };
                if let Some(places) = places.get_mut(meaning.vocabulary) {
                    places.push((found.start(), Reverse(found.end()), mention));
                }
            }
        }
        let mut mentions = Vec::new();
        for mut places in places {
            // Of the same letters, one that says something comes before a phrase that hides: whoever owns it, has it.
            places.sort_by_key(|(start, end, mention)| (*start, *end, mention.is_none()));
            let mut free_from = 0;
            for (start, Reverse(end), mention) in places {
                if start < free_from {
                    continue;
                }
                let before = words.joined.get(..start).unwrap_or_default();
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

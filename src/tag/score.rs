//! From hits to what was found: fields weigh differently, repeats saturate, weak words only support.
//!
//! What comes out is a [`Finding`]: for every specialty a plain score with the terms that made it, and for every term how
//! much of it there was. The judgement (which specialties become tags, how surely) is [`super::judge`]'s.

use std::collections::BTreeMap;

use super::automaton::{Meaning, Vocabulary};
use super::taxonomy::Strength;
use super::words::Words;

/// A part of an item that is read for terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    Title,
    Lead,
    Text,
    Category,
    /// The journal's name.
    Journal,
    /// What the source is declared to be about.
    Source,
}

/// The figures of the plain score. Titles weigh most because feeds often carry nothing else.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) strong: f64,
    pub(super) medium: f64,
    pub(super) weak: f64,
    pub(super) title: f64,
    /// The first [`lead_words`](Self::lead_words) of summary or text: news and press releases say there what they are about.
    pub(super) lead: f64,
    pub(super) lead_words: usize,
    pub(super) text: f64,
    pub(super) category: f64,
    /// What all text beyond the title may add at most.
    pub(super) text_limit: f64,
}

pub(super) const FIGURES: Figures = Figures {
    strong: 1.0,
    medium: 0.33,
    weak: 0.12,
    title: 1.4,
    lead: 0.7,
    lead_words: 45,
    text: 0.4,
    category: 1.4,
    text_limit: 4.0,
};

impl Figures {
    fn of_strength(&self, strength: Strength) -> f64 {
        match strength {
            Strength::Strong => self.strong,
            Strength::Medium => self.medium,
            Strength::Weak => self.weak,
        }
    }

    /// The weight of a place; none for those that are no text of the item's own.
    fn of_place(&self, place: Place) -> Option<f64> {
        match place {
            Place::Title => Some(self.title),
            Place::Lead => Some(self.lead),
            Place::Text => Some(self.text),
            Place::Category => Some(self.category),
            Place::Journal | Place::Source => None,
        }
    }

    /// How much a term counts that stands so often in a place: the second mention says less than the first, the tenth
    /// nearly nothing, and in a title once is enough.
    fn amount(&self, place: Place, count: u32) -> f64 {
        let repeats = if place == Place::Title {
            1.0
        } else {
            1.0 + f64::from(count.max(1)).ln()
        };
        self.of_place(place).unwrap_or_default() * repeats
    }
}

/// What was found in an item.
#[derive(Debug, Default)]
pub(super) struct Finding {
    /// By specialty, in the taxonomy's order; only those of which anything was found.
    pub(super) scores: Vec<Score>,
    /// Every term's text, by its number, with where it stood and how much of it there was; in order.
    pub(super) features: Vec<(usize, Place, f64)>,
    /// Specialties that the words of the journal's name point to, with the term.
    pub(super) journal: Vec<(usize, usize)>,
}

/// What speaks for one specialty by the taxonomy's own strengths.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) specialty: usize,
    pub(super) score: f64,
    /// Terms by number, with the places they stood in and what they added.
    pub(super) terms: Vec<(usize, Place, f64)>,
}

/// A part of an item with what it is.
#[derive(Debug)]
pub(super) struct Part<'text> {
    pub(super) place: Place,
    pub(super) words: Words<'text>,
}

/// Reads the parts of an item.
pub(super) fn find(vocabulary: &Vocabulary, parts: &[Part<'_>]) -> Finding {
    // One entry per mention, sorted afterwards, so that sums are the same on every run.
    let mut mentions: Vec<(usize, usize, Place, Strength)> = Vec::new();
    let mut features: Vec<(usize, Place)> = Vec::new();
    let mut journal: Vec<(usize, usize)> = Vec::new();
    // Looked for once per ambiguous term, however often it stands in the item.
    let mut company: BTreeMap<usize, bool> = BTreeMap::new();
    let mut held: Vec<&Meaning> = Vec::new();
    let mut texts: Vec<usize> = Vec::new();
    for part in parts {
        let all_capitals = part.words.is_all_capitals();
        for hit in vocabulary.hits(&part.words) {
            let place = match part.place {
                Place::Text if hit.word < FIGURES.lead_words => Place::Lead,
                place => place,
            };
            held.clear();
            texts.clear();
            for meaning in hit.meanings {
                let stands = meaning.is_written_in(&part.words, hit.word, all_capitals)
                    && (meaning.near.is_empty()
                        || *company
                            .entry(meaning.term)
                            .or_insert_with(|| has_company(meaning, parts)));
                if !stands {
                    continue;
                }
                if !texts.contains(&meaning.feature) {
                    texts.push(meaning.feature);
                }
                // One hit counts once for a specialty, with the strongest of its meanings that holds.
                match held.iter_mut().find(|other| other.specialty == meaning.specialty) {
                    Some(other) if other.strength < meaning.strength => *other = meaning,
                    Some(_) => {}
                    None => held.push(meaning),
                }
            }
            if place == Place::Journal {
                journal.extend(
                    held.iter()
                        .filter(|meaning| meaning.strength != Strength::Weak)
                        .map(|meaning| (meaning.specialty, meaning.term)),
                );
                continue;
            }
            // Names of categories consist of such phrases; in running text they need company.
            let passing = hit.affiliation && part.place == Place::Text;
            for meaning in &held {
                let strength = if passing {
                    meaning.strength.min(Strength::Medium)
                } else {
                    meaning.strength
                };
                mentions.push((meaning.specialty, meaning.term, place, strength));
            }
            features.extend(texts.iter().map(|feature| (*feature, place)));
        }
    }
    Finding {
        scores: scores(mentions, vocabulary),
        features: amounts(features),
        journal,
    }
}

/// Sums mentions by specialty.
fn scores(mut mentions: Vec<(usize, usize, Place, Strength)>, vocabulary: &Vocabulary) -> Vec<Score> {
    mentions.sort_unstable();
    let mut scores: Vec<Score> = Vec::new();
    for of_specialty in mentions.chunk_by(|a, b| a.0 == b.0) {
        let Some((specialty, ..)) = of_specialty.first().copied() else {
            continue;
        };
        let mut score = Score {
            specialty,
            ..Score::default()
        };
        // What the title and the categories add, what the text adds, what weak words add.
        let (mut head, mut text, mut weak) = (0.0, 0.0, 0.0);
        for of_term in of_specialty.chunk_by(|a, b| a.1 == b.1) {
            let strength = of_term.iter().map(|mention| mention.3).max().unwrap_or(Strength::Weak);
            for of_place in of_term.chunk_by(|a, b| a.2 == b.2) {
                let Some((_, term, place, _)) = of_place.first().copied() else {
                    continue;
                };
                let count = u32::try_from(of_place.len()).unwrap_or(u32::MAX);
                let added = FIGURES.of_strength(strength) * FIGURES.amount(place, count);
                match (strength, place) {
                    (Strength::Weak, _) => weak += added,
                    (_, Place::Lead | Place::Text) => text += added,
                    _ => head += added,
                }
                score.terms.push((term, place, added));
            }
        }
        let text = FIGURES.text_limit * (1.0 - (-text / FIGURES.text_limit).exp());
        // Weak words only support: never more than half of what stands without them.
        let strong = head + text;
        score.score = (strong + f64::min(weak, strong / 2.0)) * vocabulary.weight(specialty);
        scores.push(score);
    }
    scores
}

/// How much of each term there was.
fn amounts(mut features: Vec<(usize, Place)>) -> Vec<(usize, Place, f64)> {
    features.sort_unstable();
    features
        .chunk_by(|a, b| a == b)
        .filter_map(|same| {
            let (feature, place) = same.first().copied()?;
            let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
            Some((feature, place, FIGURES.amount(place, count)))
        })
        .collect()
}

/// Whether one of the words that decide an ambiguous term stands anywhere in the item.
fn has_company(meaning: &Meaning, parts: &[Part<'_>]) -> bool {
    parts.iter().any(|part| {
        meaning
            .near
            .iter()
            .any(|near| part.words.joined.contains(near.as_str()))
    })
}

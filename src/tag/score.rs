//! From hits to scores: fields weigh differently, repeats saturate, the best specialties stay.

use std::collections::BTreeMap;

use super::automaton::{Meaning, Vocabulary};
use super::taxonomy::Strength;
use super::words::Words;

/// A part of an item that is read for terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Title,
    Lead,
    Text,
    Category,
    Journal,
    /// What the source is declared to be about.
    Source,
}

/// Stands for a term where a journal's whole name was known.
pub(super) const WHOLE_JOURNAL: usize = usize::MAX;

const PLACES: usize = 5;

/// The figures of the method. Tuned on press releases, abstracts and headlines together; titles weigh most because
/// feeds often carry nothing else.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) strong: f64,
    pub(super) medium: f64,
    pub(super) weak: f64,
    pub(super) title: f64,
    /// The first [`lead_words`](Self::lead_words) of summary or text: news and press releases say there what they are about.
    pub(super) lead: f64,
    pub(super) lead_words: usize,
    pub(super) text: f64,
    pub(super) category: f64,
    pub(super) journal: f64,
    /// What the only specialty of a source gets without any word for it: enough to tag, at moderate confidence.
    pub(super) source: f64,
    /// What all text beyond the title may add at most.
    pub(super) text_limit: f64,
    /// The score that a specialty needs.
    pub(super) threshold: f64,
    /// The share of the best score that the first, second, third and fourth specialty need.
    pub(super) shares: [f64; 4],
    /// The doubt that a score near 0 would leave, and the score that leaves 1/e of it.
    pub(super) doubt: f64,
    pub(super) sureness: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            strong: 1.0,
            medium: 0.33,
            weak: 0.12,
            title: 1.4,
            lead: 0.7,
            lead_words: 45,
            text: 0.4,
            category: 1.4,
            journal: 1.4,
            source: 1.0,
            text_limit: 4.0,
            threshold: 0.8,
            shares: [0.0, 0.32, 0.45, 0.55],
            doubt: 0.65,
            sureness: 3.8,
        }
    }
}

/// What was found for one specialty.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) specialty: usize,
    pub(super) score: f64,
    /// Terms by number, with the places they stood in and what they added.
    pub(super) terms: Vec<(usize, Place, f64)>,
}

/// A text of an item with what it is.
#[derive(Debug)]
pub(super) struct Part<'text> {
    pub(super) place: Place,
    pub(super) words: Words<'text>,
}

/// Scores every specialty of which anything was found, best first.
pub(super) fn score(vocabulary: &Vocabulary, parts: &[Part<'_>], weights: &Weights) -> Vec<Found> {
    // By specialty and term, in order, so that sums are the same on every run: the best strength and how often in each place.
    let mut counts: BTreeMap<(usize, usize), (Strength, [u32; PLACES])> = BTreeMap::new();
    // Looked for once per ambiguous term, however often it stands in the item.
    let mut company: BTreeMap<usize, bool> = BTreeMap::new();
    for part in parts {
        let all_capitals = part.words.is_all_capitals();
        for hit in vocabulary.hits(&part.words) {
            let place = match part.place {
                Place::Text if hit.word < weights.lead_words => Place::Lead,
                place => place,
            };
            // One hit counts once for a specialty, with the strongest of its meanings that holds.
            let mut held: Vec<&Meaning> = Vec::new();
            for meaning in hit.meanings {
                if !meaning.is_written_in(&part.words, hit.word, all_capitals)
                    || !*company
                        .entry(meaning.term)
                        .or_insert_with(|| has_company(meaning, parts))
                {
                    continue;
                }
                match held.iter_mut().find(|other| other.specialty == meaning.specialty) {
                    Some(other) if other.strength < meaning.strength => *other = meaning,
                    Some(_) => {}
                    None => held.push(meaning),
                }
            }
            // Names of journals and categories consist of such phrases; in running text they need company.
            let passing = hit.affiliation && part.place == Place::Text;
            for meaning in held {
                let strength = if passing {
                    meaning.strength.min(Strength::Medium)
                } else {
                    meaning.strength
                };
                let count = counts
                    .entry((meaning.specialty, meaning.term))
                    .or_insert((strength, [0; PLACES]));
                count.0 = count.0.max(strength);
                if let Some(place) = count.1.get_mut(place as usize) {
                    *place = place.saturating_add(1);
                }
            }
        }
        if part.place == Place::Journal {
            // A journal's whole name says its field, also where its words do not ("Gut").
            for specialty in vocabulary.journal(&part.words) {
                counts
                    .entry((*specialty, WHOLE_JOURNAL))
                    .or_insert((Strength::Strong, [0, 0, 0, 0, 1]));
            }
        }
    }
    let mut found: BTreeMap<usize, (Found, [f64; 3])> = BTreeMap::new();
    for ((specialty, term), (strength, places)) in counts {
        let (entry, sums) = found.entry(specialty).or_default();
        entry.specialty = specialty;
        let strength_weight = match strength {
            Strength::Strong => weights.strong,
            Strength::Medium => weights.medium,
            Strength::Weak => weights.weak,
        };
        for (place, weight) in [
            (Place::Title, weights.title),
            (Place::Lead, weights.lead),
            (Place::Text, weights.text),
            (Place::Category, weights.category),
            (Place::Journal, weights.journal),
        ] {
            let count = places.get(place as usize).copied().unwrap_or_default();
            if count == 0 {
                continue;
            }
            // The second mention says less than the first, the tenth nearly nothing.
            let repeats = if place == Place::Title {
                1.0
            } else {
                1.0 + f64::from(count).ln()
            };
            let added = strength_weight * weight * repeats;
            let sum = match (strength, place) {
                (Strength::Weak, _) => 2,
                (_, Place::Lead | Place::Text) => 1,
                _ => 0,
            };
            if let Some(sum) = sums.get_mut(sum) {
                *sum += added;
            }
            entry.terms.push((term, place, added));
        }
    }
    let mut found: Vec<Found> = found
        .into_values()
        .filter_map(|(mut entry, [head, text, weak])| {
            let text = weights.text_limit * (1.0 - (-text / weights.text_limit).exp());
            // Weak words only support: never more than half of what stands without them.
            let strong = head + text;
            entry.score = (strong + weak.min(strong / 2.0)) * vocabulary.weight(entry.specialty);
            entry
                .terms
                .sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)).then(a.0.cmp(&b.0)));
            (entry.score > 0.0).then_some(entry)
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.specialty.cmp(&b.specialty)));
    found
}

/// Whether one of the words that decide an ambiguous term stands anywhere in the item.
fn has_company(meaning: &Meaning, parts: &[Part<'_>]) -> bool {
    meaning.near.is_empty()
        || parts.iter().any(|part| {
            meaning
                .near
                .iter()
                .any(|near| part.words.joined.contains(near.as_str()))
        })
}

/// Adds what the source declares; with `alone`, also where the item itself says nothing of it.
pub(super) fn add_prior(found: &mut Vec<Found>, specialty: usize, prior: f64, alone: bool) {
    match found.iter_mut().find(|found| found.specialty == specialty) {
        Some(known) => {
            known.score += prior;
            known.terms.push((0, Place::Source, prior));
        }
        None if alone => found.push(Found {
            specialty,
            score: prior,
            terms: vec![(0, Place::Source, prior)],
        }),
        None => {}
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.specialty.cmp(&b.specialty)));
}

/// What is kept: at least the threshold, not far below the best, and at most four. Each further specialty has to be
/// nearer to the best, so that an item about one thing does not collect what it mentions by the way.
pub(super) fn choose(found: &mut Vec<Found>, weights: &Weights) {
    let best = found.first().map_or(0.0, |found| found.score);
    let mut kept = 0;
    found.retain(|found| {
        let keep = weights
            .shares
            .get(kept)
            .is_some_and(|share| found.score >= best * share)
            && found.score >= weights.threshold;
        kept += usize::from(keep);
        keep
    });
}

/// Between 0 and 1: how sure a score makes. The curve follows how often tags of that score were right on labelled
/// abstracts and press releases: about one half at the threshold, four of five at a score of 4, nine of ten at 6 and more.
pub(super) fn confidence(score: f64, weights: &Weights) -> f64 {
    1.0 - weights.doubt * (-score / weights.sureness).exp()
}

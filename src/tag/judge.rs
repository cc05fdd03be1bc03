//! From what was found to tags: log odds for every specialty, each part of them accounted for.
//!
//! For a specialty the log odds are a sum: where it begins (`~bias`), what the kind of text adds ([`super::traits`]), the
//! logarithm of the plain score and its share of the highest (the taxonomy's judgement), the fitted weights of the terms
//! (what labelled texts taught beyond it), the journal's field, and what the source declares. The logistic function of the
//! sum is the confidence, which is why 0.8 means right about eight times in ten.
//!
//! A specialty that no term, journal or source speaks for gets no tag, whatever the rest says. A text that speaks as much
//! of something outside medicine (animals, business, sport) loses confidence by that much.

use std::collections::HashMap;

use super::automaton::Vocabulary;
use super::score::{Finding, Place};
use super::taxonomy::Taxonomy;
use super::traits;
use super::weights::{Shared, Weights};

/// Tags of one item at most, narrower specialties not counted.
const MAX_TAGS: usize = 5;
/// Narrower specialties of one item at most.
const MAX_NARROWER: usize = 3;
/// A tag needs this share of the best one's confidence: what is far less sure than the topic is a side remark.
const LEAST_SHARE: f64 = 0.3;
/// The best specialty is taken down to this share of its threshold, so that a plain but short item is not left out.
const ALONE: f64 = 0.8;
/// The confidence that a narrower specialty needs: it is added to its parent, so it may be strict.
const NARROWER: f64 = 0.4;
/// What must speak for a specialty: a plain score of more than one medium term said once in the text, or fitted weights
/// of so much. So a weak word, or one word in passing, never tags, however much the kind of text may favour a field.
const LEAST_SCORE: f64 = 0.3;
const LEAST_FITTED: f64 = 1.0;
/// What the field of an item's journal adds to the log odds, and what they are at least then, by how many fields the
/// journal has. By hand: texts labelled without regard to their journal are not to be had.
const JOURNAL: f64 = 1.5;
const JOURNAL_AT_LEAST: [f64; 3] = [1.4, 0.8, 0.4];
/// What a specialty that the source declares adds to one that the text speaks of.
const SOURCE: f64 = 1.2;
/// No tag is surer than this: words can always mislead.
const MOST_SURE: f64 = 0.99;
/// The least log odds of the only specialty that a source declares: its items are tagged with it at moderate confidence.
const SOURCE_AT_LEAST: f64 = 0.0;
/// Unless the text speaks so surely of something else and not at all of this.
const CLEARLY_ELSE: f64 = 0.5;
/// What a specialty begins with that the table of weights does not know, above the others' mean: somebody added it on
/// purpose.
const ADDED: f64 = 1.2;
/// What a text's plain score for something outside medicine takes away, times ln(1 + score).
const OUTSIDE: f64 = 2.2;

/// What fitted figures say of a vocabulary's terms, by number.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// By feature: specialties with weights.
    features: Vec<Vec<(u32, f32)>>,
    specialties: Vec<Own>,
    shared: Shared,
}

#[derive(Debug, Default)]
struct Own {
    bias: f64,
    traits: [f64; traits::COUNT],
    threshold: f64,
    parent: Option<usize>,
    outside: bool,
}

/// Why: a term by the number of its text or its own, or what else spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    Term(usize),
    Feature(usize),
    /// The whole name of the journal.
    Journal,
    Source,
}

/// One specialty that is to be a tag.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) specialty: usize,
    pub(super) confidence: f64,
    /// What spoke for it, with how much of the log odds.
    pub(super) causes: Vec<(Cause, Place, f64)>,
}

/// What is known of an item besides its text.
#[derive(Debug, Default)]
pub(super) struct Circumstances {
    /// Fields of the journal, known by its whole name.
    pub(super) journal: Vec<usize>,
    /// What the source declares.
    pub(super) declared: Vec<usize>,
}

impl Judge {
    pub(super) fn new(taxonomy: &Taxonomy, vocabulary: &Vocabulary, weights: &Weights) -> Self {
        let shared = weights.shared.clone();
        let specialties: Vec<Own> = taxonomy
            .entries()
            .iter()
            .map(|entry| {
                let own = weights.own.get(entry.specialty.code()).cloned().unwrap_or_default();
                let mut traits = shared.traits;
                for (sum, added) in traits.iter_mut().zip(own.traits) {
                    *sum += added;
                }
                Own {
                    bias: own.bias.unwrap_or(shared.bias + ADDED),
                    traits,
                    threshold: own.threshold.unwrap_or(shared.threshold),
                    outside: entry.outside,
                    parent: entry.parent.as_ref().and_then(|parent| taxonomy.number(parent)),
                }
            })
            .collect();
        let numbers: HashMap<&str, usize> = taxonomy
            .entries()
            .iter()
            .enumerate()
            .map(|(number, entry)| (entry.specialty.code(), number))
            .collect();
        let features = vocabulary
            .features()
            .iter()
            .map(|feature| {
                let mut of_feature: Vec<(u32, f32)> = weights
                    .of_term(feature)
                    .iter()
                    .filter_map(|(code, weight)| {
                        let number = *numbers.get(code.as_str())?;
                        #[expect(clippy::cast_possible_truncation, reason = "within ±50")]
                        let weight = *weight as f32;
                        Some((u32::try_from(number).ok()?, weight))
                    })
                    .collect();
                of_feature.shrink_to_fit();
                of_feature
            })
            .collect();
        Self {
            features,
            specialties,
            shared,
        }
    }

    /// The specialties that an item is tagged with, most confident first.
    pub(super) fn judge(
        &self,
        finding: &Finding,
        traits: &[f64; traits::COUNT],
        circumstances: &Circumstances,
    ) -> Vec<Verdict> {
        let considered = self.consider(finding, traits, circumstances);
        self.choose(considered)
    }

    /// The log odds of every specialty that something speaks for.
    fn consider(&self, finding: &Finding, traits: &[f64; traits::COUNT], given: &Circumstances) -> Vec<Verdict> {
        let count = self.specialties.len();
        let shared = &self.shared;
        let (no_text, long_text) = (trait_of(traits, traits::NO_TEXT), trait_of(traits, traits::LONG_TEXT));
        let score_factor = shared.score + shared.score_no_text * no_text + shared.score_long_text * long_text;
        let share_factor = shared.share + shared.share_no_text * no_text;
        let term_factor = shared.term + shared.term_long_text * long_text;

        let broad = |number: usize| self.specialties.get(number).is_none_or(|own| own.parent.is_none());
        let is_outside = |number: usize| self.specialties.get(number).is_none_or(|own| own.outside);
        let highest = finding
            .scores
            .iter()
            .filter(|score| broad(score.specialty))
            .map(|score| score.score)
            .fold(0.0, f64::max);
        let outside: f64 = finding
            .scores
            .iter()
            .filter(|score| is_outside(score.specialty))
            .map(|score| score.score)
            .sum();
        let outside = OUTSIDE * outside.ln_1p();

        let mut sums: Vec<f64> = self
            .specialties
            .iter()
            .map(|own| {
                let moved: f64 = own
                    .traits
                    .iter()
                    .zip(traits)
                    .map(|(weight, value)| weight * value)
                    .sum();
                own.bias + moved - outside
            })
            .collect();
        let mut causes: Vec<Vec<(Cause, Place, f64)>> = vec![Vec::new(); count];
        let mut add = |specialty: usize, cause: Cause, place: Place, value: f64| {
            if let (Some(sum), Some(list)) = (sums.get_mut(specialty), causes.get_mut(specialty)) {
                *sum += value;
                list.push((cause, place, value));
            }
        };
        for score in &finding.scores {
            let value = score_factor * score.score.ln_1p() + share_factor * share(score.score, highest);
            let total: f64 = score.terms.iter().map(|(_, _, added)| added).sum();
            for (term, place, added) in &score.terms {
                add(
                    score.specialty,
                    Cause::Term(*term),
                    *place,
                    value * share(*added, total),
                );
            }
        }
        for (feature, place, amount) in &finding.features {
            for (specialty, weight) in self.features.get(*feature).map_or(&[][..], Vec::as_slice) {
                let value = term_factor * f64::from(*weight) * amount;
                add(*specialty as usize, Cause::Feature(*feature), *place, value);
            }
        }
        let sure: Vec<f64> = sums.iter().map(|sum| logistic(*sum)).collect();
        // What speaks for a specialty in the item's own words.
        let own_score = |specialty: usize| {
            let of_it = finding.scores.iter().find(|score| score.specialty == specialty);
            of_it.map_or(0.0, |score| score.score)
        };
        let fitted = |causes: &[(Cause, Place, f64)]| -> f64 {
            let of_terms = causes.iter().filter(|(cause, ..)| matches!(cause, Cause::Feature(_)));
            of_terms.map(|(.., value)| value.max(0.0)).sum()
        };
        let mut spoken: Vec<bool> = causes
            .iter()
            .enumerate()
            .map(|(specialty, causes)| own_score(specialty) > LEAST_SCORE || fitted(causes) > LEAST_FITTED)
            .collect();
        let mut raise = |specialty: usize, cause: Cause, place: Place, by: f64, least: f64| {
            if let (Some(sum), Some(list), Some(spoken)) = (
                sums.get_mut(specialty),
                causes.get_mut(specialty),
                spoken.get_mut(specialty),
            ) {
                let raised = f64::max(*sum + by, least);
                list.push((cause, place, raised - *sum));
                *sum = raised;
                *spoken = true;
            }
        };
        // The whole name says a journal's field better than the words in it.
        let fields: Vec<(usize, Cause)> = if given.journal.is_empty() {
            let mut fields = finding.journal.clone();
            fields.sort_unstable();
            fields.dedup_by_key(|(specialty, _)| *specialty);
            fields.retain(|(specialty, _)| broad(*specialty) && !is_outside(*specialty));
            fields
                .into_iter()
                .map(|(specialty, term)| (specialty, Cause::Term(term)))
                .collect()
        } else {
            given
                .journal
                .iter()
                .map(|specialty| (*specialty, Cause::Journal))
                .collect()
        };
        if let Some(least) = fields.len().checked_sub(1).and_then(|more| JOURNAL_AT_LEAST.get(more)) {
            for (field, cause) in fields {
                // What is said of animals in a journal of medicine stays said of animals.
                raise(field, cause, Place::Journal, JOURNAL, *least - outside);
            }
        }
        let sole = given.declared.len() == 1;
        for declared in &given.declared {
            let said = own_score(*declared) > 0.0;
            let else_said = finding
                .scores
                .iter()
                .filter(|score| score.specialty != *declared && broad(score.specialty))
                .filter_map(|score| sure.get(score.specialty))
                .any(|confidence| *confidence >= CLEARLY_ELSE);
            if said {
                raise(
                    *declared,
                    Cause::Source,
                    Place::Source,
                    SOURCE,
                    if sole { SOURCE_AT_LEAST } else { f64::MIN },
                );
            } else if sole && !else_said {
                raise(*declared, Cause::Source, Place::Source, 0.0, SOURCE_AT_LEAST - outside);
            }
        }
        let verdicts = sums.into_iter().zip(causes).enumerate();
        verdicts
            .filter_map(|(specialty, (sum, causes))| {
                let causes = summed(causes);
                let speaks = spoken.get(specialty).copied().unwrap_or_default() && !causes.is_empty();
                (speaks && !is_outside(specialty)).then(|| Verdict {
                    specialty,
                    confidence: logistic(sum).min(MOST_SURE),
                    causes,
                })
            })
            .collect()
    }

    /// What is kept: above the threshold, not far below the best, a handful; a narrower specialty brings its parent.
    fn choose(&self, mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
        let parent = |verdict: &Verdict| self.specialties.get(verdict.specialty).and_then(|own| own.parent);
        verdicts.sort_by(|a, b| {
            let by_confidence = b.confidence.total_cmp(&a.confidence);
            by_confidence.then(a.specialty.cmp(&b.specialty))
        });
        let (mut narrower, broad): (Vec<Verdict>, Vec<Verdict>) =
            verdicts.into_iter().partition(|verdict| parent(verdict).is_some());
        let best = broad.first().map_or(0.0, |verdict| verdict.confidence);
        narrower.retain(|verdict| verdict.confidence >= f64::max(NARROWER, best * LEAST_SHARE));
        narrower.truncate(MAX_NARROWER);
        let mut kept: Vec<Verdict> = Vec::new();
        for mut verdict in broad {
            let threshold = self.specialties.get(verdict.specialty).map_or(1.0, |own| {
                if kept.is_empty() {
                    own.threshold * ALONE
                } else {
                    own.threshold
                }
            });
            let of_narrower = narrower
                .iter()
                .filter(|narrow| parent(narrow) == Some(verdict.specialty))
                .map(|narrow| narrow.confidence)
                .fold(0.0, f64::max);
            let fits =
                kept.len() < MAX_TAGS && verdict.confidence >= threshold && verdict.confidence >= best * LEAST_SHARE;
            verdict.confidence = verdict.confidence.max(of_narrower);
            if fits || of_narrower > 0.0 {
                kept.push(verdict);
            }
        }
        // Parents that came with a narrower one take the place of the least sure of the others.
        while kept.len() > MAX_TAGS {
            let is_parent = |broad: &Verdict| narrower.iter().any(|narrow| parent(narrow) == Some(broad.specialty));
            match kept.iter().rposition(|broad| !is_parent(broad)) {
                Some(least) => drop(kept.remove(least)),
                None => break,
            }
        }
        // Without its parent's terms a child could not have been found: their scores hold the child's.
        narrower.retain(|narrow| kept.iter().any(|broad| Some(broad.specialty) == parent(narrow)));
        kept.extend(narrower);
        kept.sort_by(|a, b| {
            let by_confidence = b.confidence.total_cmp(&a.confidence);
            by_confidence
                .then(parent(a).is_some().cmp(&parent(b).is_some()))
                .then(a.specialty.cmp(&b.specialty))
        });
        kept
    }
}

/// Causes of the same kind added up; only those that speak for it.
fn summed(mut causes: Vec<(Cause, Place, f64)>) -> Vec<(Cause, Place, f64)> {
    causes.sort_by_key(|cause| (cause.0, cause.1));
    let mut sums: Vec<(Cause, Place, f64)> = Vec::with_capacity(causes.len());
    for (cause, place, value) in causes {
        match sums.last_mut() {
            Some(last) if last.0 == cause && last.1 == place => last.2 += value,
            _ => sums.push((cause, place, value)),
        }
    }
    sums.retain(|(_, _, value)| *value > 0.0);
    sums
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn trait_of(traits: &[f64; traits::COUNT], number: usize) -> f64 {
    traits.get(number).copied().unwrap_or_default()
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

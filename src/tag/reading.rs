//! What is found in an item before it is judged: for fitting weights and for finding out why.

use serde::Serialize;

use super::automaton::Vocabulary;
use super::score::Finding;
use super::taxonomy::Taxonomy;
use super::traits;
use crate::model::Specialty;

/// What a [`Tagger`](crate::Tagger) finds in an item before it judges; see [`Tagger::read`](crate::Tagger::read).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reading {
    /// Every term found, in lower case, with how much of it there was: mentions weighed by where they stand (1.4 in the
    /// title, 0.7 at the beginning of the text, 0.4 further on), repeats saturating. In the order of the vocabulary.
    pub terms: Vec<(String, f64)>,
    /// The plain score of every specialty that a term speaks for, by the taxonomy's strengths alone.
    pub scores: Vec<(Specialty, f64)>,
    /// The kind of text: each trait by the name it has in a table of [`Weights`](crate::Weights), with its value.
    pub traits: Vec<(&'static str, f64)>,
}

impl Reading {
    pub(super) fn new(
        finding: &Finding,
        values: &[f64; traits::COUNT],
        taxonomy: &Taxonomy,
        vocabulary: &Vocabulary,
    ) -> Self {
        let mut terms: Vec<(String, f64)> = Vec::new();
        for of_feature in finding.features.chunk_by(|a, b| a.0 == b.0) {
            if let Some((feature, ..)) = of_feature.first() {
                let amount = of_feature.iter().map(|(_, _, amount)| amount).sum();
                terms.push((vocabulary.feature(*feature).to_owned(), amount));
            }
        }
        let scores = finding
            .scores
            .iter()
            .filter_map(|score| {
                let entry = taxonomy.entries().get(score.specialty)?;
                Some((entry.specialty.clone(), score.score))
            })
            .collect();
        Self {
            terms,
            scores,
            traits: traits::NAMES.iter().copied().zip(values.iter().copied()).collect(),
        }
    }
}

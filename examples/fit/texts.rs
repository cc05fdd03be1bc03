//! The labelled texts as numbers.

use std::collections::HashMap;

use medfeed::{Specialty, Tagger};

use super::labelled::Labelled;

/// What a tagger finds in texts, and what people labelled them with.
pub(crate) struct Texts {
    pub(crate) codes: Vec<String>,
    pub(crate) terms: Vec<String>,
    pub(crate) traits: Vec<&'static str>,
    pub(crate) corpora: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) corpus: usize,
    pub(crate) terms: Vec<(u32, f64)>,
    pub(crate) traits: Vec<f64>,
    /// By specialty: ln(1 + plain score), and its share of the highest; only where there is any.
    scores: HashMap<usize, [f64; 2]>,
    pub(crate) labels: Vec<bool>,
    /// Aspects that ought to be found: any specialty of a group will do.
    pub(crate) groups: Vec<Vec<usize>>,
}

impl Row {
    pub(crate) fn plain(&self, specialty: usize) -> [f64; 2] {
        self.scores.get(&specialty).copied().unwrap_or_default()
    }
}

impl Texts {
    /// Reads every text with the tagger; its weights play no part.
    pub(crate) fn read(items: &[Labelled], tagger: &Tagger) -> Self {
        let codes: Vec<String> = Specialty::ALL
            .iter()
            .map(|specialty| specialty.code().to_owned())
            .collect();
        let numbers: HashMap<&str, usize> = codes
            .iter()
            .enumerate()
            .map(|(number, code)| (code.as_str(), number))
            .collect();
        let mut terms: Vec<String> = Vec::new();
        let mut term_numbers: HashMap<String, u32> = HashMap::new();
        let mut corpora: Vec<String> = items.iter().map(|item| item.source.clone()).collect();
        corpora.sort();
        corpora.dedup();
        let mut traits = Vec::new();
        let mut rows = Vec::with_capacity(items.len());
        for labelled in items {
            let mut item = labelled.item();
            // Labels may come from the journal: fitting must not see it.
            item.journal = None;
            let reading = tagger.read(&item);
            traits = reading.traits.iter().map(|(name, _)| *name).collect();
            let highest = reading
                .scores
                .iter()
                .filter(|(specialty, _)| specialty.parent().is_none())
                .map(|(_, score)| *score)
                .fold(0.0, f64::max);
            let scores = reading
                .scores
                .iter()
                .filter_map(|(specialty, score)| {
                    Some((*numbers.get(specialty.code())?, [score.ln_1p(), score / highest]))
                })
                .filter(|(_, [score, _])| *score > 0.0)
                .collect();
            let of_text = reading
                .terms
                .into_iter()
                .map(|(term, amount)| {
                    let number = *term_numbers.entry(term).or_insert_with_key(|term| {
                        terms.push(term.clone());
                        u32::try_from(terms.len() - 1).expect("not that many terms")
                    });
                    (number, amount)
                })
                .collect();
            let mut labels = vec![false; codes.len()];
            for number in labelled.labels.iter().filter_map(|label| numbers.get(label.as_str())) {
                labels[*number] = true;
            }
            let groups = labelled.groups();
            let groups = groups
                .iter()
                .map(|group| {
                    group
                        .iter()
                        .filter_map(|code| numbers.get(code.as_str()).copied())
                        .collect()
                })
                .collect();
            rows.push(Row {
                corpus: corpora
                    .iter()
                    .position(|corpus| *corpus == labelled.source)
                    .unwrap_or_default(),
                terms: of_text,
                traits: reading.traits.iter().map(|(_, value)| *value).collect(),
                scores,
                labels,
                groups,
            });
        }
        Self {
            codes,
            terms,
            traits,
            corpora,
            rows,
        }
    }

    /// A weight for each of the chosen texts, such that large corpora do not rule; on average 1.
    #[expect(clippy::cast_precision_loss, reason = "numbers of texts")]
    pub(crate) fn balanced(&self, chosen: &[usize], balance: f64) -> Vec<f64> {
        let mut counts = vec![0usize; self.corpora.len()];
        for text in chosen {
            counts[self.rows[*text].corpus] += 1;
        }
        let weights: Vec<f64> = chosen
            .iter()
            .map(|text| (counts[self.rows[*text].corpus] as f64).powf(-balance))
            .collect();
        let mean = weights.iter().sum::<f64>() / chosen.len().max(1) as f64;
        weights.into_iter().map(|weight| weight / mean).collect()
    }
}

pub(crate) fn sigmoid(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

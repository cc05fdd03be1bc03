//! Second step: how much plain score, share and fitted terms count together, and where each specialty's bar lies.

use super::minimise::minimise;
use super::terms::Fitted;
use super::texts::{Row, Texts, sigmoid};

const BALANCE: f64 = 0.85;
const HOLD_BIASES: f64 = 3.0;
const HOLD_TRAITS: f64 = 20.0;
const HOLD_COMMON_TRAITS: f64 = 1.0;
const STEPS: usize = 80;
/// Where every bias begins and is held.
const BIAS: f64 = -3.0;
/// Factors that all specialties share, by their names in the table.
pub(crate) const FACTORS: [&str; 7] = [
    "~score",
    "~share",
    "~term",
    "~score-no-text",
    "~score-long-text",
    "~share-no-text",
    "~term-long-text",
];

/// What the second step gives.
pub(crate) struct Bars {
    pub(crate) factors: [f64; FACTORS.len()],
    pub(crate) biases: Vec<f64>,
    pub(crate) common_traits: Vec<f64>,
    /// By specialty, then by trait.
    pub(crate) traits: Vec<Vec<f64>>,
    pub(crate) threshold: f64,
    pub(crate) thresholds: Vec<f64>,
}

/// The factors of plain score and share alone: what the first step is held at.
pub(crate) fn common_factors(texts: &Texts, chosen: &[usize]) -> [f64; 2] {
    let bars = fit_with(texts, chosen, &|_| Vec::new(), false);
    [bars.factors[0], bars.factors[1]]
}

/// Fits the bars, then the thresholds. `fitted` gives the weights to use for a text: ones that were fitted without it,
/// so that what was learnt by heart does not count as knowledge.
pub(crate) fn fit(texts: &Texts, chosen: &[usize], fitted: &dyn Fn(usize) -> usize, tables: &[Fitted]) -> Bars {
    let sums = |text: usize| term_sums(&texts.rows[text], &tables[fitted(text)], texts.codes.len());
    let mut bars = fit_with(texts, chosen, &sums, true);
    let confidences: Vec<Vec<f64>> = chosen
        .iter()
        .map(|text| confidences(&bars, &texts.rows[*text], &sums(*text), texts.codes.len()))
        .collect();
    (bars.threshold, bars.thresholds) = thresholds(texts, chosen, &confidences);
    bars
}

fn term_sums(row: &Row, table: &Fitted, specialties: usize) -> Vec<f64> {
    let mut sums = vec![0.0; specialties];
    for (term, amount) in &row.terms {
        for (sum, weight) in sums.iter_mut().zip(&table[*term as usize]) {
            *sum += weight * amount;
        }
    }
    sums
}

/// The values that the shared factors multiply.
fn inputs(row: &Row, specialty: usize, term: f64) -> [f64; FACTORS.len()] {
    let [score, share] = row.plain(specialty);
    // By position in the table of traits: no text, long text.
    let (no_text, long_text) = (row.traits[0], row.traits[2]);
    [
        score,
        share,
        term,
        score * no_text,
        score * long_text,
        share * no_text,
        term * long_text,
    ]
}

fn confidences(bars: &Bars, row: &Row, terms: &[f64], specialties: usize) -> Vec<f64> {
    (0..specialties)
        .map(|specialty| {
            let term = terms.get(specialty).copied().unwrap_or_default();
            let mut sum = bars.biases[specialty];
            for (factor, input) in bars.factors.iter().zip(inputs(row, specialty, term)) {
                sum += factor * input;
            }
            for ((common, own), value) in bars.common_traits.iter().zip(&bars.traits[specialty]).zip(&row.traits) {
                sum += (common + own) * value;
            }
            // Without words enough for it, the tagger leaves it out.
            if row.plain(specialty)[0] > 1.3_f64.ln() || term > 1.0 {
                sigmoid(sum)
            } else {
                0.0
            }
        })
        .collect()
}

fn fit_with(texts: &Texts, chosen: &[usize], sums: &dyn Fn(usize) -> Vec<f64>, with_traits: bool) -> Bars {
    let weights = texts.balanced(chosen, BALANCE);
    let specialties = texts.codes.len();
    let traits = if with_traits { texts.traits.len() } else { 0 };
    let factors = if with_traits { FACTORS.len() } else { 2 };
    let terms: Vec<Vec<f64>> = chosen.iter().map(|text| sums(*text)).collect();
    // Laid out as: factors, biases, common traits, traits by specialty.
    let (biases_at, common_at) = (factors, factors + specialties);
    let own_at = common_at + traits;
    let mut start = vec![0.0; own_at + specialties * traits];
    start[..factors.min(3)].fill(1.0);
    start[biases_at..common_at].fill(BIAS);
    let found = minimise(start, STEPS, |at, gradient| {
        gradient.fill(0.0);
        let mut loss = 0.0;
        for ((text, weight), terms) in chosen.iter().zip(&weights).zip(&terms) {
            let row = &texts.rows[*text];
            let common: f64 = at[common_at..own_at]
                .iter()
                .zip(&row.traits)
                .map(|(factor, value)| factor * value)
                .sum();
            for specialty in 0..specialties {
                let values = inputs(row, specialty, terms.get(specialty).copied().unwrap_or_default());
                let own = own_at + specialty * traits;
                let mut sum = at[biases_at + specialty] + common;
                for (factor, value) in at[..factors].iter().zip(values) {
                    sum += factor * value;
                }
                for (factor, value) in at[own..own + traits].iter().zip(&row.traits) {
                    sum += factor * value;
                }
                let right = f64::from(u8::from(row.labels[specialty]));
                loss += weight * (sum.max(0.0) + (-sum.abs()).exp().ln_1p() - right * sum);
                let error = weight * (sigmoid(sum) - right);
                for (slope, value) in gradient[..factors].iter_mut().zip(values) {
                    *slope += error * value;
                }
                gradient[biases_at + specialty] += error;
                for (number, value) in row.traits.iter().take(traits).enumerate() {
                    gradient[common_at + number] += error * value;
                    gradient[own + number] += error * value;
                }
            }
        }
        for number in factors..at.len() {
            let (hold, held_at) = if number < common_at {
                (HOLD_BIASES, BIAS)
            } else if number < own_at {
                (HOLD_COMMON_TRAITS, 0.0)
            } else {
                (HOLD_TRAITS, 0.0)
            };
            let away = at[number] - held_at;
            loss += 0.5 * hold * away * away;
            gradient[number] += hold * away;
        }
        loss
    });
    let mut all_factors = [0.0; FACTORS.len()];
    all_factors[..factors].copy_from_slice(&found[..factors]);
    let own = |specialty: usize| {
        let begin = own_at + specialty * traits;
        found[begin..begin + traits].to_vec()
    };
    Bars {
        factors: all_factors,
        biases: found[biases_at..common_at].to_vec(),
        common_traits: found[common_at..own_at].to_vec(),
        traits: (0..specialties).map(own).collect(),
        threshold: 0.25,
        thresholds: vec![0.25; specialties],
    }
}

/// The thresholds with the best mean F1 over corpora: first one for all, then each specialty's own where that gains.
fn thresholds(texts: &Texts, chosen: &[usize], confidences: &[Vec<f64>]) -> (f64, Vec<f64>) {
    const STEPS: [f64; 7] = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45];
    /// What moving one specialty's threshold must gain in mean F1, so that chance does not move it.
    const LEAST_GAIN: f64 = 0.0003;
    let specialties = texts.codes.len();
    let score = |thresholds: &[f64]| mean_f1(texts, chosen, confidences, thresholds);
    let mut best = (0.25, 0.0);
    for step in STEPS {
        let reached = score(&vec![step; specialties]);
        if reached > best.1 {
            best = (step, reached);
        }
    }
    let common = best.0;
    let mut thresholds = vec![common; specialties];
    let mut reached = best.1;
    for specialty in 0..specialties {
        let mut kept = common;
        for step in STEPS.into_iter().filter(|step| (step - common).abs() < 0.16) {
            thresholds[specialty] = step;
            let with_it = score(&thresholds);
            if with_it > reached + LEAST_GAIN {
                (kept, reached) = (step, with_it);
            }
        }
        thresholds[specialty] = kept;
    }
    (common, thresholds)
}

/// The mean over corpora of F1, with about the rule that the tagger chooses by.
#[expect(clippy::cast_precision_loss, reason = "numbers of tags")]
fn mean_f1(texts: &Texts, chosen: &[usize], confidences: &[Vec<f64>], thresholds: &[f64]) -> f64 {
    let mut counts = vec![[0usize; 4]; texts.corpora.len()];
    for (text, confidences) in chosen.iter().zip(confidences) {
        let row = &texts.rows[*text];
        let best = confidences.iter().copied().fold(0.0, f64::max);
        let tagged = |specialty: usize| {
            let (confidence, threshold) = (confidences[specialty], thresholds[specialty]);
            let least = if confidence == best { threshold * 0.8 } else { threshold };
            confidence > 0.0 && confidence >= least && confidence >= best * 0.3
        };
        let count = &mut counts[row.corpus];
        for specialty in (0..thresholds.len()).filter(|specialty| tagged(*specialty)) {
            count[0] += 1;
            count[1] += usize::from(row.labels[specialty]);
        }
        count[2] += row.groups.len();
        count[3] += row
            .groups
            .iter()
            .filter(|group| group.iter().any(|specialty| tagged(*specialty)))
            .count();
    }
    let scores: Vec<f64> = counts
        .iter()
        .filter(|count| count[2] > 0)
        .map(|[tags, right, aspects, found]| {
            let precision = *right as f64 / (*tags).max(1) as f64;
            let recall = *found as f64 / *aspects as f64;
            2.0 * precision * recall / (precision + recall).max(1e-9)
        })
        .collect();
    scores.iter().sum::<f64>() / scores.len().max(1) as f64
}

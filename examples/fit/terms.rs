//! First step: what each term says of one specialty, beyond the plain score.

use super::minimise::minimise;
use super::texts::{Texts, sigmoid};

/// How far one corpus may rule: a text's weight is 1 / (texts of its corpus)^BALANCE.
const BALANCE: f64 = 0.5;
/// How strongly a term's weight is held at 0.
const HOLD_TERMS: f64 = 2.0;
/// How strongly the factors of plain score and share are held at those common to all specialties.
const HOLD_FACTORS: f64 = 20.0;
/// How strongly a corpus's own bias is held at 0: weakly, so that its habits of labelling stay out of the terms.
const HOLD_BIASES: f64 = 0.3;
/// Terms found in fewer of the texts are not fitted.
const LEAST_TEXTS: usize = 3;
const STEPS: usize = 40;
/// Weights nearer to 0 than this are left out.
const LEAST_WEIGHT: f64 = 0.15;

/// By term, then by specialty: the fitted weights, rounded as they will be written.
pub(crate) type Fitted = Vec<Vec<f64>>;

/// Fits all specialties, two at a time. `factors` are the common ones of plain score and share.
pub(crate) fn fit(texts: &Texts, chosen: &[usize], factors: [f64; 2]) -> Fitted {
    let weights = texts.balanced(chosen, BALANCE);
    let mut counts = vec![0usize; texts.terms.len()];
    for text in chosen {
        for (term, _) in &texts.rows[*text].terms {
            counts[*term as usize] += 1;
        }
    }
    // Numbers among the fitted terms.
    let mut numbers = vec![u32::MAX; texts.terms.len()];
    let mut kept = Vec::new();
    for (term, count) in counts.iter().enumerate() {
        if *count >= LEAST_TEXTS {
            numbers[term] = u32::try_from(kept.len()).expect("not that many terms");
            kept.push(term);
        }
    }
    let rows: Vec<Vec<(u32, f64)>> = chosen
        .iter()
        .map(|text| {
            let terms = texts.rows[*text].terms.iter();
            terms
                .map(|(term, amount)| (numbers[*term as usize], *amount))
                .filter(|(number, _)| *number != u32::MAX)
                .collect()
        })
        .collect();
    let specialties = texts.codes.len();
    let mut fitted = vec![vec![0.0; specialties]; texts.terms.len()];
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let specialty = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if specialty >= specialties {
                        break;
                    }
                    let of_one = one(texts, chosen, &weights, &rows, kept.len(), specialty, factors);
                    results.lock().expect("no panic before").push((specialty, of_one));
                }
            });
        }
    });
    for (specialty, of_one) in results.into_inner().expect("no panic before") {
        for (number, weight) in of_one.into_iter().enumerate() {
            let rounded = (weight * 100.0).round() / 100.0;
            if rounded.abs() >= LEAST_WEIGHT {
                fitted[kept[number]][specialty] = rounded;
            }
        }
    }
    fitted
}

/// A logistic regression of one specialty: terms, two factors, a bias, and a bias of each corpus.
fn one(
    texts: &Texts,
    chosen: &[usize],
    weights: &[f64],
    rows: &[Vec<(u32, f64)>],
    terms: usize,
    specialty: usize,
    factors: [f64; 2],
) -> Vec<f64> {
    let corpora = texts.corpora.len();
    let mut start = vec![0.0; terms + 3 + corpora];
    start[terms] = factors[0];
    start[terms + 1] = factors[1];
    start[terms + 2] = -3.0;
    let mut found = minimise(start, STEPS, |at, gradient| {
        gradient.fill(0.0);
        let mut loss = 0.0;
        for ((text, weight), row) in chosen.iter().zip(weights).zip(rows) {
            let facts = &texts.rows[*text];
            let [score, share] = facts.plain(specialty);
            let bias = terms + 3 + facts.corpus;
            let mut sum = at[terms] * score + at[terms + 1] * share + at[terms + 2] + at[bias];
            for (term, amount) in row {
                sum += at[*term as usize] * amount;
            }
            let right = f64::from(u8::from(facts.labels[specialty]));
            loss += weight * (softplus(sum) - right * sum);
            let error = weight * (sigmoid(sum) - right);
            gradient[terms] += error * score;
            gradient[terms + 1] += error * share;
            gradient[terms + 2] += error;
            gradient[bias] += error;
            for (term, amount) in row {
                gradient[*term as usize] += error * amount;
            }
        }
        for (number, (value, slope)) in at.iter().zip(gradient.iter_mut()).enumerate() {
            let (hold, held_at) = if number < terms {
                (HOLD_TERMS, 0.0)
            } else if number < terms + 2 {
                (HOLD_FACTORS, factors[number - terms])
            } else if number == terms + 2 {
                continue;
            } else {
                (HOLD_BIASES, 0.0)
            };
            loss += 0.5 * hold * (value - held_at) * (value - held_at);
            *slope += hold * (value - held_at);
        }
        loss
    });
    found.truncate(terms);
    found
}

fn softplus(value: f64) -> f64 {
    value.max(0.0) + (-value.abs()).exp().ln_1p()
}

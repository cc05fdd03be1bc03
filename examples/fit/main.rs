//! Fits the table of weights that the tagger adds to the taxonomy, and measures what it is worth on texts it has not seen.
//!
//! `cargo run --release --example fit -- labelled.jsonl --output src/tag/weights.tsv`
//! `cargo run --release --example fit -- labelled.jsonl --cross-validate`
//!
//! Input: one JSON object a line, {id, title, summary, labels: [code], groups?: [[code]], source}. Output: the table that
//! `medfeed::Weights` documents; it holds terms of the taxonomy and numbers, nothing of any text.
//!
//! The method, in two steps. First, for each specialty, a logistic regression on the terms found, beside the plain score by
//! the taxonomy's strengths; what it adds to a term is held near 0, and each corpus has a bias of its own, so that its
//! habits of labelling do not become weights. Then factors shared by all specialties, a bias for each, and what the kind of
//! text adds, fitted with weights from texts other than the one they are used on. Corpora are balanced in both. The journal
//! is never read. Same input and seed, same table.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a tool for developers, on matrices whose sizes it made itself"
)]

mod bars;
#[path = "../evaluate/labelled.rs"]
#[allow(dead_code, reason = "shared with another example")]
mod labelled;
mod minimise;
mod terms;
mod texts;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use bars::Bars;
use clap::Parser;
use labelled::Labelled;
use medfeed::{Tagger, Taxonomy, Weights};
use terms::Fitted;
use texts::Texts;

/// Fits the tagger's weights on labelled texts.
#[derive(Debug, Parser)]
#[command(name = "fit", version)]
struct Arguments {
    /// Labelled texts, one JSON object a line
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where to write the table; standard output if missing
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Measure instead: five parts each left out in turn, then each source left out in turn
    #[arg(long)]
    cross_validate: bool,
    /// Also tag these labelled texts while measuring, which are never fitted on
    #[arg(long, value_name = "FILE")]
    other: Vec<PathBuf>,
    /// Let the tagger read journals' names while measuring
    #[arg(long)]
    journals: bool,
    /// How texts are dealt into parts
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut items = Vec::new();
    for file in &arguments.files {
        items.extend(labelled::read(file)?);
    }
    let tagger = Tagger::with_weights(Taxonomy::builtin(), &Weights::default()).map_err(|error| error.to_string())?;
    let texts = Texts::read(&items, &tagger);
    if arguments.cross_validate {
        return measure(arguments, &items, &texts);
    }
    let all: Vec<usize> = (0..items.len()).collect();
    let table = fit(&texts, &all, arguments.seed);
    match &arguments.output {
        Some(path) => std::fs::write(path, table).map_err(|cause| format!("{}: {cause}", path.display())),
        None => {
            print!("{table}");
            Ok(())
        }
    }
}

/// The table fitted on the chosen texts.
fn fit(texts: &Texts, chosen: &[usize], seed: u64) -> String {
    let factors = bars::common_factors(texts, chosen);
    let whole = terms::fit(texts, chosen, factors);
    // For the second step, each half is judged with weights from the other.
    let half = |text: usize| usize::from(dealt(seed ^ 0x5eed, text).is_multiple_of(2));
    let halves: Vec<Fitted> = (0..2)
        .map(|part| {
            let other: Vec<usize> = chosen.iter().copied().filter(|text| half(*text) != part).collect();
            terms::fit(texts, &other, factors)
        })
        .collect();
    let bars = bars::fit(texts, chosen, &half, &halves);
    table(texts, &whole, &bars)
}

/// The table as text.
fn table(texts: &Texts, fitted: &Fitted, bars: &Bars) -> String {
    let mut lines: Vec<(String, String, f64)> = Vec::new();
    let mut line = |code: &str, name: &str, value: f64| {
        let rounded = (value * 100.0).round() / 100.0;
        if rounded != 0.0 {
            lines.push((code.to_owned(), name.to_owned(), rounded));
        }
    };
    for (name, value) in bars::FACTORS.iter().zip(bars.factors) {
        line("*", name, value);
    }
    for (name, value) in texts.traits.iter().zip(&bars.common_traits) {
        line("*", name, *value);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen specialties")]
    let mean = bars.biases.iter().sum::<f64>() / bars.biases.len() as f64;
    line("*", "~bias", mean);
    line("*", "~threshold", bars.threshold);
    for (specialty, code) in texts.codes.iter().enumerate() {
        line(code, "~bias", bars.biases[specialty]);
        if bars.thresholds[specialty] != bars.threshold {
            line(code, "~threshold", bars.thresholds[specialty]);
        }
        for (name, value) in texts.traits.iter().zip(&bars.traits[specialty]) {
            line(code, name, *value);
        }
        for (term, weights) in texts.terms.iter().zip(fitted) {
            line(code, term, weights[specialty]);
        }
    }
    lines.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut text = String::from(
        "# What each term says for (above 0) or against a specialty, beyond its strength in the taxonomy.\n\
         # Made by the example `fit`; `medfeed::Weights` documents the columns and the names that begin with ~.\n",
    );
    for (code, name, value) in lines {
        let _ = writeln!(text, "{code}\t{name}\t{value}");
    }
    text
}

fn measure(arguments: &Arguments, items: &[Labelled], texts: &Texts) -> Result<(), String> {
    let mut others = Vec::new();
    for file in &arguments.other {
        others.extend(labelled::read(file)?);
    }
    let all = 0..items.len();
    let fifths: Vec<(Vec<usize>, Vec<usize>)> = (0..5)
        .map(|part| all.clone().partition(|text| dealt(arguments.seed, *text) % 5 != part))
        .collect();
    let sources: Vec<(Vec<usize>, Vec<usize>)> = (0..texts.corpora.len())
        .map(|corpus| all.clone().partition(|text| texts.rows[*text].corpus != corpus))
        .collect();
    for (name, splits) in [
        ("five parts, each left out in turn", fifths),
        ("every source left out in turn", sources),
    ] {
        let mut tags: Vec<(usize, Vec<String>)> = Vec::new();
        let mut of_others: Vec<(usize, Vec<String>)> = Vec::new();
        for (number, (seen, unseen)) in splits.iter().enumerate() {
            let table = fit(texts, seen, arguments.seed);
            let weights = Weights::from_tsv(&table).map_err(|error| error.to_string())?;
            let tagger = Tagger::with_weights(Taxonomy::builtin(), &weights).map_err(|error| error.to_string())?;
            let codes = |labelled: &Labelled| {
                let mut item = labelled.item();
                if !arguments.journals {
                    item.journal = None;
                }
                let declared: Vec<_> = labelled
                    .source_specialties
                    .iter()
                    .filter_map(|code| code.parse().ok())
                    .collect();
                let tags = tagger.tag_with_prior(&item, &declared);
                labelled::broad(&tags)
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            tags.extend(unseen.iter().map(|text| (*text, codes(&items[*text]))));
            // Texts of other kinds are seen by none of them: one of the fits will do.
            if number == 0 {
                of_others = others.iter().map(codes).enumerate().collect();
            }
            eprintln!(
                "{name}: {} of {}, {} lines",
                number + 1,
                splits.len(),
                table.lines().count()
            );
        }
        let rows = |items: &'_ [Labelled], tags: &'_ [(usize, Vec<String>)]| {
            let rows: Vec<_> = tags
                .iter()
                .map(|(text, codes)| (&items[*text], codes.iter().map(String::as_str).collect::<Vec<_>>()))
                .collect();
            labelled::table(rows.into_iter())
        };
        println!("{name}\n{}", rows(items, &tags));
        if !others.is_empty() {
            println!(
                "other texts, with the first of these fits\n{}",
                rows(&others, &of_others)
            );
        }
    }
    Ok(())
}

/// A number that deals texts into parts by their position: a step of splitmix64.
fn dealt(seed: u64, text: usize) -> u64 {
    let mut mixed = seed.wrapping_add((text as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

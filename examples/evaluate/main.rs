//! What medfeed makes of labelled texts, for measuring it: tags with their confidence and evidence.
//!
//! `cargo run --release --example evaluate -- tag items.jsonl > tags.jsonl`
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]
#![allow(clippy::expect_used, reason = "what cannot fail")]

mod labelled;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use labelled::{Labelled, Reliability};
use medfeed::{Specialty, Tag, Tagger, Taxonomy};
use serde_json::json;

/// Runs a part of medfeed over texts and writes what it finds, one JSON object a line.
#[derive(Debug, Parser)]
#[command(name = "evaluate", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Specialties: reads {id, title, summary, journal?, categories?, source_specialties?} and writes {id, tags: [[code,
    /// confidence]], evidence}
    Tag {
        /// One JSON object a line
        file: PathBuf,
        /// Also print, to standard error, how tags agree with the labels of this file ({id, labels, groups?, source}) and
        /// how often tags of each confidence are right
        #[arg(long, value_name = "GOLD")]
        calibration: Option<PathBuf>,
        /// Also write the narrower specialties (plastic surgery within surgery); gold labels seldom know them
        #[arg(long)]
        narrower: bool,
        /// Do not read the journal's name
        #[arg(long)]
        no_journal: bool,
        /// Tag with this taxonomy (TOML) instead of the built-in one
        #[arg(long, value_name = "FILE")]
        taxonomy: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let What::Tag {
        file,
        calibration,
        narrower,
        no_journal,
        taxonomy,
    } = Arguments::parse().what;
    match tag(&file, calibration.as_deref(), narrower, no_journal, taxonomy.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tag(
    file: &std::path::Path,
    gold: Option<&std::path::Path>,
    narrower: bool,
    no_journal: bool,
    taxonomy: Option<&std::path::Path>,
) -> Result<(), String> {
    let tagger = match taxonomy {
        None => Tagger::builtin(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
            let taxonomy = Taxonomy::from_toml(&text).map_err(|error| error.to_string())?;
            Tagger::new(taxonomy).map_err(|error| error.to_string())?
        }
    };
    let items = labelled::read(file)?;
    let gold = gold.map(labelled::read).transpose()?;
    let gold = gold.as_deref().map(labelled::by_id);
    let mut reliability = Reliability::default();
    let mut compared: Vec<(&Labelled, Vec<String>)> = Vec::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for labelled in &items {
        let mut item = labelled.item();
        if no_journal {
            item.journal = None;
        }
        let declared: Vec<Specialty> = labelled
            .source_specialties
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        let mut tags = tagger.tag_with_prior(&item, &declared);
        if !narrower {
            tags.retain(|tag| tag.specialty().parent().is_none());
        }
        if let Some(of_gold) = gold.as_ref().and_then(|gold| gold.get(labelled.id.as_str())) {
            for tag in tags.iter().filter(|tag| tag.specialty().parent().is_none()) {
                let right = of_gold.labels.iter().any(|label| label == tag.specialty().code());
                reliability.add(tag.confidence(), right);
            }
            compared.push((
                *of_gold,
                labelled::broad(&tags).into_iter().map(str::to_owned).collect(),
            ));
        }
        if let Err(cause) = writeln!(out, "{}", line(&labelled.id, &tags)) {
            return closed(&cause);
        }
    }
    if let Err(cause) = out.flush() {
        return closed(&cause);
    }
    if gold.is_some() {
        let rows = compared
            .iter()
            .map(|(labelled, codes)| (*labelled, codes.iter().map(String::as_str).collect()));
        eprint!("{}\n{}", labelled::table(rows), reliability.table());
    }
    Ok(())
}

/// A reader that closes the pipe early, such as `head`, is no error.
fn closed(cause: &std::io::Error) -> Result<(), String> {
    if cause.kind() == std::io::ErrorKind::BrokenPipe {
        Ok(())
    } else {
        Err(format!("cannot write: {cause}"))
    }
}

fn line(id: &str, tags: &[Tag]) -> serde_json::Value {
    let listed: Vec<_> = tags
        .iter()
        .map(|tag| json!([tag.specialty().code(), rounded(tag.confidence())]))
        .collect();
    let evidence: serde_json::Map<String, serde_json::Value> = tags
        .iter()
        .map(|tag| {
            let terms: Vec<_> = tag
                .terms()
                .iter()
                .map(|term| json!({"term": term.term, "field": term.field, "share": rounded(term.share)}))
                .collect();
            (tag.specialty().code().to_owned(), json!(terms))
        })
        .collect();
    json!({"id": id, "tags": listed, "evidence": evidence})
}

fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

//! The fitted table: what each term says for or against a specialty beyond the strength that the taxonomy gives it.
//!
//! One line per term and specialty, so that it can be read, compared and edited. Where the table says nothing, the
//! taxonomy's own strengths alone decide: a term or specialty that is added by hand works at once.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use super::traits;
use crate::error::{Error, Result};
use crate::model::stable_hash;

/// The table that is compiled in.
const BUILTIN: &str = include_str!("weights.tsv");

/// What a [`Tagger`](crate::Tagger) adds to the taxonomy's strengths: figures fitted on labelled texts.
///
/// A table of three columns, separated by tabs: the specialty's code (`*` for all), a term as the taxonomy writes it in
/// lower case or a name that begins with `~`, and a number. Lines that begin with `#` are comments. The names:
///
/// | name | of | what |
/// |---|---|---|
/// | `~score` | `*` | factor of ln(1 + plain score) |
/// | `~share` | `*` | factor of the plain score's share of the item's highest |
/// | `~score-no-text`, `~score-long-text`, `~share-no-text` | `*` | what is added to these factors in a bare title, in a long text |
/// | `~term` | `*` | factor of the sum of fitted terms |
/// | `~term-long-text` | `*` | what is added to it in a long text |
/// | `~bias` | a specialty, `*` | the log odds to begin with |
/// | `~no-text`, `~length`, `~headings`, … | a specialty, `*` | what the kind of text adds |
/// | `~threshold` | a specialty, `*` | the confidence that makes a tag |
///
/// ```
/// let weights = medfeed::Weights::from_tsv("*\t~score\t2.4\n*\t~bias\t-3.2\ncardiology\theart\t0.25\n")?;
/// assert_eq!(weights.len(), 1);
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// By specialty's code and name, in order of reading.
    terms: HashMap<String, Vec<(String, f64)>>,
    pub(super) shared: Shared,
    /// By code: bias, traits, threshold where they differ from the shared ones.
    pub(super) own: HashMap<String, Own>,
    /// Of the text it was read from.
    fingerprint: u64,
}

/// The figures that all specialties share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shared {
    pub(super) score: f64,
    pub(super) share: f64,
    pub(super) score_no_text: f64,
    pub(super) score_long_text: f64,
    pub(super) share_no_text: f64,
    pub(super) term: f64,
    pub(super) term_long_text: f64,
    pub(super) bias: f64,
    pub(super) traits: [f64; traits::COUNT],
    pub(super) threshold: f64,
}

/// The figures of one specialty; traits are added to the shared ones, bias and threshold replace them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Own {
    pub(super) bias: Option<f64>,
    pub(super) traits: [f64; traits::COUNT],
    pub(super) threshold: Option<f64>,
}

impl Default for Shared {
    /// About what fitting gives: a strong term in a bare title makes a tag.
    fn default() -> Self {
        Self {
            score: 2.4,
            share: 1.5,
            score_no_text: 0.0,
            score_long_text: 0.0,
            share_no_text: 0.0,
            term: 1.0,
            term_long_text: 0.0,
            bias: -3.6,
            traits: [0.0; traits::COUNT],
            threshold: 0.3,
        }
    }
}

impl Default for Weights {
    /// No fitted term: the taxonomy's strengths alone.
    fn default() -> Self {
        Self {
            terms: HashMap::new(),
            shared: Shared::default(),
            own: HashMap::new(),
            fingerprint: 0,
        }
    }
}

impl Weights {
    /// The table fitted for the [built-in taxonomy](crate::Taxonomy::builtin); read once.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static WEIGHTS: LazyLock<Arc<Weights>> = LazyLock::new(|| {
            Arc::new(Weights::from_tsv(BUILTIN).unwrap_or_else(|error| {
                tracing::error!(%error, "the built-in weights cannot be read");
                Weights::default()
            }))
        });
        Arc::clone(&WEIGHTS)
    }

    /// Reads a table; see [`Weights`] for its form.
    ///
    /// # Errors
    /// When a line has not three columns, a number is none or beyond ±50, a name that begins with `~` is unknown, or a
    /// term stands twice for one specialty. The message names the line.
    pub fn from_tsv(text: &str) -> Result<Self> {
        let mut weights = Self {
            fingerprint: stable_hash(text.as_bytes()),
            ..Self::default()
        };
        let mut seen = std::collections::HashSet::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: String| Error::invalid(format!("weights, line {}: {what}", index + 1));
            let mut columns = line.split('\t');
            let (Some(code), Some(name), Some(number), None) =
                (columns.next(), columns.next(), columns.next(), columns.next())
            else {
                return Err(wrong("three columns are wanted: specialty, term, number".to_owned()));
            };
            let value = number
                .parse::<f64>()
                .ok()
                .filter(|value| value.abs() <= 50.0)
                .ok_or_else(|| wrong(format!("{number:?} is no number between -50 and 50")))?;
            if !seen.insert((code, name)) {
                return Err(wrong(format!("{name:?} is given twice for {code:?}")));
            }
            weights.set(code, name, value).map_err(wrong)?;
        }
        Ok(weights)
    }

    fn set(&mut self, code: &str, name: &str, value: f64) -> std::result::Result<(), String> {
        if !name.starts_with('~') {
            if code == "*" {
                return Err(format!("the term {name:?} needs a specialty"));
            }
            let terms = self.terms.entry(name.to_owned()).or_default();
            terms.push((code.to_owned(), value));
            return Ok(());
        }
        let number = traits::NAMES.iter().position(|known| *known == name);
        if code == "*" {
            let place = match (name, number) {
                (_, Some(number)) => self.shared.traits.get_mut(number),
                ("~score", _) => Some(&mut self.shared.score),
                ("~share", _) => Some(&mut self.shared.share),
                ("~score-no-text", _) => Some(&mut self.shared.score_no_text),
                ("~score-long-text", _) => Some(&mut self.shared.score_long_text),
                ("~share-no-text", _) => Some(&mut self.shared.share_no_text),
                ("~term", _) => Some(&mut self.shared.term),
                ("~term-long-text", _) => Some(&mut self.shared.term_long_text),
                ("~bias", _) => Some(&mut self.shared.bias),
                ("~threshold", _) => Some(&mut self.shared.threshold),
                _ => None,
            };
            *place.ok_or_else(|| format!("{name:?} is no name that is known for all specialties"))? = value;
            return Ok(());
        }
        let own = self.own.entry(code.to_owned()).or_default();
        match (name, number) {
            (_, Some(number)) => {
                if let Some(place) = own.traits.get_mut(number) {
                    *place = value;
                }
            }
            ("~bias", _) => own.bias = Some(value),
            ("~threshold", _) => own.threshold = Some(value),
            _ => return Err(format!("{name:?} is no name that is known for one specialty")),
        }
        Ok(())
    }

    /// How many terms' weights there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.values().map(Vec::len).sum()
    }

    /// Whether no term has a weight.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// A hash of the text it was read from; 0 for none.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What a term, in lower case, says of specialties, by code.
    pub(super) fn of_term(&self, term: &str) -> &[(String, f64)] {
        self.terms.get(term).map_or(&[], Vec::as_slice)
    }

    /// The table as text, in a fixed order: shared figures, then by specialty.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        let mut lines: Vec<(String, String, f64)> = Vec::new();
        let shared = &self.shared;
        for (name, value) in [
            ("~score", shared.score),
            ("~share", shared.share),
            ("~score-no-text", shared.score_no_text),
            ("~score-long-text", shared.score_long_text),
            ("~share-no-text", shared.share_no_text),
            ("~term", shared.term),
            ("~term-long-text", shared.term_long_text),
            ("~bias", shared.bias),
            ("~threshold", shared.threshold),
        ] {
            lines.push(("*".to_owned(), name.to_owned(), value));
        }
        let listed = |values: &[f64; traits::COUNT]| -> Vec<(&str, f64)> {
            traits::NAMES
                .iter()
                .zip(values)
                .filter(|(_, value)| **value != 0.0)
                .map(|(name, value)| (*name, *value))
                .collect()
        };
        for (name, value) in listed(&shared.traits) {
            lines.push(("*".to_owned(), name.to_owned(), value));
        }
        for (code, own) in &self.own {
            for (name, value) in [("~bias", own.bias), ("~threshold", own.threshold)] {
                lines.extend(value.map(|value| (code.clone(), name.to_owned(), value)));
            }
            for (name, value) in listed(&own.traits) {
                lines.push((code.clone(), name.to_owned(), value));
            }
        }
        for (term, of) in &self.terms {
            for (code, value) in of {
                lines.push((code.clone(), term.clone(), *value));
            }
        }
        lines.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let mut text = String::new();
        for (code, name, value) in lines {
            let _ = writeln!(text, "{code}\t{name}\t{value}");
        }
        text
    }
}

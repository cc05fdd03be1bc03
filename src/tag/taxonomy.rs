//! The taxonomy: which specialties there are and which words point to them. Plain TOML, so that it can be replaced.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::words::Words;
use crate::error::{Error, Result};
use crate::model::Specialty;

/// The taxonomy that is compiled in, as TOML: the place to start one's own from.
pub const BUILTIN_TAXONOMY: &str = include_str!("specialties.toml");

/// The specialties a [`Tagger`](crate::Tagger) knows and the terms it finds them by.
///
/// Read from TOML; the form is explained at the head of [`BUILTIN_TAXONOMY`].
///
/// ```
/// let taxonomy = medfeed::Taxonomy::from_toml(
///     "version = 1\n[[specialty]]\ncode = \"hepatology\"\nlabel = \"Hepatology\"\nstrong = [\"liver\", \"cirrhosis\"]",
/// )?;
/// assert_eq!(taxonomy.len(), 1);
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Taxonomy {
    version: u32,
    entries: Vec<SpecialtyEntry>,
    numbers: HashMap<Specialty, usize>,
}

/// One specialty of a [`Taxonomy`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SpecialtyEntry {
    /// The specialty, by its code.
    pub specialty: Specialty,
    /// The name to show.
    pub label: String,
    /// What it is a part of.
    pub parent: Option<Specialty>,
    /// The descriptor's identifier in the Medical Subject Headings of the U.S. National Library of Medicine.
    pub mesh: Option<String>,
    /// The value of schema.org's `MedicalSpecialty`.
    pub schema_org: Option<String>,
    /// What belongs to it, in one sentence; may be empty.
    pub description: String,
    /// What its score is multiplied by. Below 1 for specialties that name a method or the patients rather than the
    /// disease: a scan or a child in a text does not make it one for radiologists or paediatricians.
    pub(super) weight: f64,
    pub(super) terms: Vec<Term>,
    pub(super) not: Vec<String>,
    pub(super) journals: Vec<String>,
}

/// A term and how much it says.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) strength: Strength,
    pub(super) case_sensitive: bool,
    pub(super) near: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Weak,
    Medium,
    Strong,
}

impl Taxonomy {
    /// The taxonomy of 47 clinical specialties that is compiled in; read once.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Taxonomy>> = LazyLock::new(|| {
            // The file is part of the crate and read by a test: what remains of a broken one is an empty taxonomy.
            Arc::new(Taxonomy::from_toml(BUILTIN_TAXONOMY).unwrap_or_else(|error| {
                tracing::error!(%error, "the built-in taxonomy cannot be read");
                Taxonomy {
                    version: 0,
                    entries: Vec::new(),
                    numbers: HashMap::new(),
                }
            }))
        });
        Arc::clone(&BUILTIN)
    }

    /// Reads a taxonomy.
    ///
    /// # Errors
    /// When it is not TOML of this form, has an unknown key, no specialty, a code that is malformed or given twice, an
    /// empty term, a term given twice in one specialty, or an ambiguous term without company. The message names the
    /// specialty and the term.
    pub fn from_toml(text: &str) -> Result<Self> {
        let file: File =
            // Its message shows the line; as a source it would carry the whole file into every log.
            toml::from_str(text).map_err(|error| Error::invalid(format!("taxonomy: {error}")))?;
        let mut numbers = HashMap::new();
        let mut entries = Vec::with_capacity(file.specialty.len());
        for raw in file.specialty {
            let entry = raw.check()?;
            if numbers.insert(entry.specialty.clone(), entries.len()).is_some() {
                return Err(Error::invalid(format!(
                    "taxonomy: specialty {:?} is given twice",
                    entry.specialty.code()
                )));
            }
            entries.push(entry);
        }
        if entries.is_empty() {
            return Err(Error::invalid("taxonomy: no [[specialty]] in it"));
        }
        Ok(Self {
            version: file.version,
            entries,
            numbers,
        })
    }

    /// The number at the head of the file: raised whenever terms change, kept with every tag's evidence by the store.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// How many specialties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The specialties with what is known of them, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[SpecialtyEntry] {
        &self.entries
    }

    /// The specialties, in the order of the file.
    pub fn specialties(&self) -> impl Iterator<Item = &Specialty> {
        self.entries.iter().map(|entry| &entry.specialty)
    }

    /// What is known of a specialty.
    #[must_use]
    pub fn get(&self, specialty: &Specialty) -> Option<&SpecialtyEntry> {
        self.entries.get(*self.numbers.get(specialty)?)
    }

    /// The name of a specialty, in the taxonomy's words.
    #[must_use]
    pub fn label(&self, specialty: &Specialty) -> Option<&str> {
        self.get(specialty).map(|entry| entry.label.as_str())
    }

    /// The specialty of this code ("cardiology") or label ("Infectious diseases"), whatever the case.
    #[must_use]
    pub fn find(&self, code_or_label: &str) -> Option<&SpecialtyEntry> {
        let wanted = Words::new(code_or_label).joined;
        self.entries.iter().find(|entry| {
            Words::new(entry.specialty.code()).joined == wanted || Words::new(&entry.label).joined == wanted
        })
    }

    pub(super) fn number(&self, specialty: &Specialty) -> Option<usize> {
        self.numbers.get(specialty).copied()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    specialty: Vec<RawSpecialty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpecialty {
    code: String,
    label: String,
    parent: Option<String>,
    mesh: Option<String>,
    schema_org: Option<String>,
    #[serde(default)]
    description: String,
    weight: Option<f64>,
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    medium: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    ambiguous: Vec<RawAmbiguous>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    journals: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAmbiguous {
    term: String,
    near: Vec<String>,
}

impl RawSpecialty {
    fn check(self) -> Result<SpecialtyEntry> {
        let code = self.code;
        let wrong = |what: String| Error::invalid(format!("taxonomy: specialty {code:?}: {what}"));
        let specialty = code
            .parse::<Specialty>()
            .map_err(|error| wrong("not a code".to_owned()).with_source(error))?;
        if self.label.trim().is_empty() {
            return Err(wrong("no label".to_owned()));
        }
        let weight = self.weight.unwrap_or(1.0);
        if !(weight > 0.0 && weight <= 2.0) {
            return Err(wrong(format!("the weight {weight} is not above 0 and at most 2")));
        }
        let plain = [
            (self.strong, Strength::Strong),
            (self.medium, Strength::Medium),
            (self.weak, Strength::Weak),
        ];
        let mut terms = Vec::new();
        for (texts, strength) in plain {
            terms.extend(texts.into_iter().map(|text| Term {
                text,
                strength,
                case_sensitive: false,
                near: Vec::new(),
            }));
        }
        terms.extend(self.exact.into_iter().map(|text| Term {
            text,
            strength: Strength::Medium,
            case_sensitive: true,
            near: Vec::new(),
        }));
        for RawAmbiguous { term, near } in self.ambiguous {
            if near.iter().all(|near| Words::new(near).len() == 0) {
                return Err(wrong(format!(
                    "the ambiguous term {term:?} has no `near` that decides it"
                )));
            }
            let case_sensitive = !term.chars().any(char::is_lowercase);
            terms.push(Term {
                text: term,
                strength: Strength::Strong,
                case_sensitive,
                near,
            });
        }
        let mut seen = HashSet::new();
        for term in &terms {
            let joined = Words::new(&term.text).joined;
            let wildcard = term.text.contains('*');
            // A bare "*" or a two-letter stem would match half the language.
            if joined.trim().len() < if wildcard { 4 } else { 2 } {
                return Err(wrong(format!("the term {:?} is too short", term.text)));
            }
            if term.text.trim_start_matches('*').trim_end_matches('*').contains('*') {
                return Err(wrong(format!("the term {:?} has a * inside", term.text)));
            }
            if !seen.insert((joined, term.case_sensitive, wildcard)) {
                return Err(wrong(format!("the term {:?} is given twice", term.text)));
            }
        }
        if let Some(empty) = self
            .not
            .iter()
            .chain(&self.journals)
            .find(|text| Words::new(text).len() == 0)
        {
            return Err(wrong(format!("the empty phrase {empty:?}")));
        }
        Ok(SpecialtyEntry {
            specialty,
            label: self.label,
            parent: self.parent.map(|parent| parent.parse()).transpose()?,
            mesh: self.mesh,
            schema_org: self.schema_org,
            description: self.description,
            weight,
            terms,
            not: self.not,
            journals: self.journals,
        })
    }
}

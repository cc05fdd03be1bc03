//! The taxonomy: which specialties there are and which words point to them. Plain TOML, so that it can be extended or
//! replaced.
//!
//! Flow: the file is read with the place of every value (`read`), joined to the built-in taxonomy where it extends that
//! (`extend`), and checked (`check`). Every error names file, line and what would be right (`place`).

mod check;
mod extend;
mod place;
mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::words::Words;
use crate::error::Result;
use crate::model::{Specialty, stable_hash};

/// The taxonomy that is compiled in, as TOML: the place to start one's own from.
pub const BUILTIN_TAXONOMY: &str = include_str!("../specialties.toml");

/// The specialties a [`Tagger`](crate::Tagger) knows and the terms it finds them by.
///
/// Read from TOML; the form is explained at the head of [`BUILTIN_TAXONOMY`]. A file replaces the built-in taxonomy, or
/// adds to it with `extends = "builtin"`:
///
/// ```
/// use medfeed::{Specialty, Taxonomy};
/// let taxonomy = Taxonomy::from_named_toml("ward.toml", r#"
///     version = 1
///     extends = "builtin"
///     [[specialty]]
///     code = "long-covid-clinic"
///     label = "Long COVID clinic"
///     parent = "rehabilitation"
///     strong = ["long covid", "post covid condition"]
///     [[specialty]]
///     code = "cardiology"
///     strong = ["heart team"]
///     remove = ["varicose vein"]
/// "#)?;
/// let clinic: Specialty = "long-covid-clinic".parse()?;
/// assert_eq!(taxonomy.parent(&clinic), Some(&Specialty::REHABILITATION));
/// assert!(taxonomy.get(&Specialty::NEONATOLOGY).is_some());
/// let error = Taxonomy::from_toml("version = 1\n[[specialty]]\ncode = \"X Ray\"").unwrap_err();
/// assert!(error.to_string().contains("taxonomy, line 3: \"X Ray\" is no code"));
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Taxonomy {
    version: u32,
    /// The version of the built-in taxonomy that it extends.
    extends: Option<u32>,
    fingerprint: u64,
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
    /// Whether it stands for what is not clinical (animals, business, sport): never a tag; a text that speaks of it loses
    /// confidence in everything else.
    pub outside: bool,
    /// What it is a part of: one of the same taxonomy that is itself no part.
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The taxonomy that is compiled in, of 47 clinical specialties and 17 narrower ones; read once.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Taxonomy>> = LazyLock::new(|| {
            // The file is part of the crate and read by a test: what remains of a broken one is an empty taxonomy.
            Arc::new(Taxonomy::from_toml(BUILTIN_TAXONOMY).unwrap_or_else(|error| {
                tracing::error!(%error, "the built-in taxonomy cannot be read");
                Taxonomy::new(0, None, Vec::new())
            }))
        });
        Arc::clone(&BUILTIN)
    }

    /// Reads a taxonomy: one that stands for itself, or with `extends = "builtin"` what is added to the built-in one.
    ///
    /// # Errors
    /// When it is not TOML of this form, has an unknown key, no specialty, a code that is malformed or given twice, a new
    /// code without a label, an unknown parent, an empty term, a term given twice in one specialty, an ambiguous term
    /// without company, or removes what is not there. The message is one line and names the line, the specialty, the
    /// term, and what would be right. [`is_too_large`](crate::Error::is_too_large) past 16 MiB.
    pub fn from_toml(text: &str) -> Result<Self> {
        Self::from_named_toml("taxonomy", text)
    }

    /// [`from_toml`](Self::from_toml) of a file of this name, which its errors show.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_named_toml(name: &str, text: &str) -> Result<Self> {
        let file = place::File::new(name, text);
        let raw = read::read(&file)?;
        let (version, base) = (raw.version, raw.extends.then(Self::builtin));
        let entries = check::check(&file, raw.specialties, base.as_deref())?;
        Ok(Self::new(version, base.map(|base| base.version), entries))
    }

    fn new(version: u32, extends: Option<u32>, entries: Vec<SpecialtyEntry>) -> Self {
        let numbers = entries.iter().enumerate();
        Self {
            version,
            extends,
            fingerprint: fingerprint(&entries),
            numbers: numbers
                .map(|(number, entry)| (entry.specialty.clone(), number))
                .collect(),
            entries,
        }
    }

    /// The number at the head of the file: raised whenever terms change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The version of the built-in taxonomy that it extends, where it does.
    #[must_use]
    pub fn extends(&self) -> Option<u32> {
        self.extends
    }

    /// A hash of all that tags depend on: the specialties in their order with label, parent and weight, their terms,
    /// phrases and journals in any order. The same on every machine and in every run, and another one when a word
    /// changes, whether or not the version was raised.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// How many specialties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.specialties().count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The specialties with what is known of them, in the order of the file; also what is
    /// [outside](SpecialtyEntry::outside) medicine.
    #[must_use]
    pub fn entries(&self) -> &[SpecialtyEntry] {
        &self.entries
    }

    /// The specialties, in the order of the file, without what is [outside](SpecialtyEntry::outside) medicine.
    pub fn specialties(&self) -> impl Iterator<Item = &Specialty> {
        let clinical = self.entries.iter().filter(|entry| !entry.outside);
        clinical.map(|entry| &entry.specialty)
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

    /// What a specialty is a part of.
    #[must_use]
    pub fn parent(&self, specialty: &Specialty) -> Option<&Specialty> {
        self.get(specialty)?.parent.as_ref()
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

/// See [`Taxonomy::fingerprint`]. Each text stands behind its length, so that no two contents run into the same bytes.
fn fingerprint(entries: &[SpecialtyEntry]) -> u64 {
    let mut bytes = Vec::new();
    let mut put = |text: &str| {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    };
    for entry in entries {
        put("specialty");
        put(entry.specialty.code());
        put(&entry.label);
        put(entry.parent.as_ref().map_or("", Specialty::code));
        put(if entry.outside { "outside" } else { "" });
        put(&entry.weight.to_string());
        let mut terms: Vec<&Term> = entry.terms.iter().collect();
        terms.sort_unstable();
        for term in terms {
            put(match (term.strength, term.case_sensitive) {
                (Strength::Weak, _) => "weak",
                (Strength::Medium, false) => "medium",
                (Strength::Medium, true) => "exact",
                (Strength::Strong, false) => "strong",
                (Strength::Strong, true) => "capitals",
            });
            put(&term.text);
            let mut near: Vec<&str> = term.near.iter().map(String::as_str).collect();
            near.sort_unstable();
            near.into_iter().for_each(&mut put);
        }
        for (what, texts) in [("not", &entry.not), ("journals", &entry.journals)] {
            put(what);
            let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            texts.sort_unstable();
            texts.into_iter().for_each(&mut put);
        }
    }
    stable_hash(&bytes)
}

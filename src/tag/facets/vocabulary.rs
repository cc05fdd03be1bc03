//! The vocabularies of facets: which entries there are and which terms name them. Plain TOML, like the taxonomy.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result};
use crate::model::{FacetKey, FacetKind, stable_hash};
use crate::tag::taxonomy::{Strength, Term};
use crate::tag::words::Words;

/// Words of one term: the longest built-in one has seven.
pub(super) const MAX_TERM_WORDS: usize = 12;

/// The vocabulary of one kind of facet: its entries and the terms they are found by.
///
/// Read from TOML; the form is explained at the head of each [built-in file](Self::builtin_toml).
///
/// ```
/// use medfeed::{FacetKind, FacetVocabulary};
/// let conditions = FacetVocabulary::builtin(FacetKind::Condition);
/// let entry = conditions.find("T2DM").or(conditions.find("type 2 diabetes"));
/// assert_eq!(entry.map(|entry| entry.key.to_string()).as_deref(), Some("condition:type-2-diabetes"));
///
/// let own = "version = 1\n[[drug]]\ncode = \"examplumab\"\nlabel = \"Examplumab\"\nterms = [\"examplumab\"]";
/// assert_eq!(FacetVocabulary::from_toml(FacetKind::Drug, own)?.len(), 1);
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FacetVocabulary {
    kind: FacetKind,
    version: u32,
    fingerprint: u64,
    entries: Vec<FacetEntry>,
    numbers: HashMap<String, usize>,
}

/// One entry of a [`FacetVocabulary`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FacetEntry {
    /// What names it in queries.
    pub key: FacetKey,
    /// The words for people.
    pub label: String,
    /// The descriptor's identifier in the Medical Subject Headings of the U.S. National Library of Medicine.
    pub mesh: Option<String>,
    /// Of a drug: what kind of medicine it is, such as "Statin".
    pub class: Option<String>,
    /// What belongs to it, in one sentence; may be empty.
    pub description: String,
    pub(super) terms: Vec<Term>,
    pub(super) not: Vec<String>,
}

impl FacetEntry {
    /// The terms it is found by, as the vocabulary writes them.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.text.as_str())
    }
}

impl FacetVocabulary {
    /// The vocabulary of that kind that is compiled in; read once.
    #[must_use]
    pub fn builtin(kind: FacetKind) -> Arc<Self> {
        static BUILTIN: LazyLock<Vec<Arc<FacetVocabulary>>> = LazyLock::new(|| {
            let read = |kind: &FacetKind| {
                // The files are part of the crate and read by a test: what remains of a broken one is an empty vocabulary.
                let text = FacetVocabulary::builtin_toml(*kind);
                Arc::new(FacetVocabulary::from_toml(*kind, text).unwrap_or_else(|error| {
                    tracing::error!(%error, "a built-in vocabulary cannot be read");
                    FacetVocabulary::empty(*kind)
                }))
            };
            FacetKind::ALL.iter().map(read).collect()
        });
        let found = BUILTIN.iter().find(|vocabulary| vocabulary.kind == kind);
        found.map_or_else(|| Arc::new(Self::empty(kind)), Arc::clone)
    }

    /// The built-in vocabulary as TOML: the place to start one's own from.
    #[must_use]
    pub fn builtin_toml(kind: FacetKind) -> &'static str {
        match kind {
            FacetKind::Condition => include_str!("conditions.toml"),
            FacetKind::Drug => include_str!("drugs.toml"),
            FacetKind::Audience => include_str!("audiences.toml"),
            FacetKind::Population => include_str!("populations.toml"),
        }
    }

    fn empty(kind: FacetKind) -> Self {
        Self {
            kind,
            version: 0,
            fingerprint: 0,
            entries: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// Reads a vocabulary of that kind.
    ///
    /// # Errors
    /// When it is not TOML of this form, has an unknown key, no entry or entries of another kind, a code that is malformed
    /// or given twice, a term that is empty, too short or given twice, or an ambiguous term without company. The message
    /// names the vocabulary, the line of the entry and the term.
    pub fn from_toml(kind: FacetKind, text: &str) -> Result<Self> {
        let file: File =
            // Its message shows the line; as a source it would carry the whole file into every log.
            toml::from_str(text).map_err(|error| Error::invalid(format!("vocabulary of {kind}s: {error}")))?;
        let version = file.version;
        let mut vocabulary = Self {
            version,
            fingerprint: stable_hash(text.as_bytes()),
            ..Self::empty(kind)
        };
        // Each term with the number of its entry: a term names one entry only.
        let mut owners: HashMap<(String, bool), usize> = HashMap::with_capacity(text.len() / 64);
        for raw in file.entries(kind)? {
            let wrong = |what: String| {
                let line = line_of(text, raw.code.span().start);
                let code = raw.code.get_ref();
                Error::invalid(format!("vocabulary of {kind}s, line {line}: {kind} {code:?}: {what}"))
            };
            let entry = raw.check(kind).map_err(wrong)?;
            let number = vocabulary.entries.len();
            for term in &entry.terms {
                let words = Words::new(&term.text);
                check_words(&term.text, &words).map_err(wrong)?;
                if let Some(owner) = owners.insert((words.joined, term.case_sensitive), number) {
                    let owner = vocabulary.entries.get(owner).unwrap_or(&entry).key.code();
                    return Err(wrong(format!(
                        "the term {:?} is given twice, first for {owner:?}: it can name one only",
                        term.text
                    )));
                }
            }
            if vocabulary.numbers.insert(entry.key.code().to_owned(), number).is_some() {
                return Err(wrong("the code is given twice".to_owned()));
            }
            vocabulary.entries.push(entry);
        }
        if vocabulary.entries.is_empty() {
            return Err(Error::invalid(format!("vocabulary of {kind}s: no [[{kind}]] in it")));
        }
        Ok(vocabulary)
    }

    /// The kind of facet it is for.
    #[must_use]
    pub fn kind(&self) -> FacetKind {
        self.kind
    }

    /// The number at the head of the file: raised whenever terms change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// A hash of all of it.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[FacetEntry] {
        &self.entries
    }

    /// The entry of that key.
    #[must_use]
    pub fn get(&self, key: &FacetKey) -> Option<&FacetEntry> {
        let number = *self.numbers.get(key.code())?;
        self.entries.get(number).filter(|entry| entry.key == *key)
    }

    /// The entry that somebody means by this: a code ("type-2-diabetes"), a label or any of its terms, whatever the case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&FacetEntry> {
        let wanted = Words::new(name).joined;
        let is_wanted = |text: &str| Words::new(text).joined == wanted;
        self.entries
            .iter()
            .find(|entry| is_wanted(entry.key.code()) || is_wanted(&entry.label))
            .or_else(|| self.entries.iter().find(|entry| entry.terms().any(is_wanted)))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    condition: Vec<RawEntry>,
    #[serde(default)]
    drug: Vec<RawEntry>,
    #[serde(default)]
    audience: Vec<RawEntry>,
    #[serde(default)]
    population: Vec<RawEntry>,
}

impl File {
    fn entries(self, wanted: FacetKind) -> Result<Vec<RawEntry>> {
        let mut entries = Vec::new();
        for (kind, list) in [
            (FacetKind::Condition, self.condition),
            (FacetKind::Drug, self.drug),
            (FacetKind::Audience, self.audience),
            (FacetKind::Population, self.population),
        ] {
            if kind == wanted {
                entries = list;
            } else if !list.is_empty() {
                return Err(Error::invalid(format!(
                    "vocabulary of {wanted}s: a [[{kind}]] in it: write [[{wanted}]], or read it as a vocabulary of {kind}s"
                )));
            }
        }
        Ok(entries)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    code: Spanned<String>,
    label: String,
    mesh: Option<String>,
    class: Option<String>,
    #[serde(default)]
    description: String,
    /// The same as `strong`: a mention has no strength, for whom a text is written has.
    #[serde(default)]
    terms: Vec<String>,
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    ambiguous: Vec<RawAmbiguous>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAmbiguous {
    term: String,
    near: Vec<String>,
}

impl RawEntry {
    fn check(&self, kind: FacetKind) -> Result<FacetEntry, String> {
        let key = FacetKey::new(kind, self.code.get_ref().as_str()).map_err(|error| error.to_string())?;
        if self.label.trim().is_empty() {
            return Err("no label".to_owned());
        }
        let term = |strength, case_sensitive| {
            move |text: &String| Term {
                text: text.clone(),
                strength,
                case_sensitive,
                near: Vec::new(),
            }
        };
        let mut terms: Vec<Term> = self
            .terms
            .iter()
            .chain(&self.strong)
            .map(term(Strength::Strong, false))
            .collect();
        terms.extend(self.weak.iter().map(term(Strength::Weak, false)));
        terms.extend(self.exact.iter().map(term(Strength::Strong, true)));
        for RawAmbiguous { term, near } in &self.ambiguous {
            if near.iter().all(|near| Words::new(near).len() == 0) {
                return Err(format!(
                    "the ambiguous term {term:?} has no `near`: give words of which one must stand in the item"
                ));
            }
            terms.push(Term {
                text: term.clone(),
                strength: Strength::Strong,
                case_sensitive: !term.chars().any(char::is_lowercase),
                near: near.clone(),
            });
        }
        if !terms.iter().any(|term| term.strength == Strength::Strong) {
            return Err("no term by which it could be found".to_owned());
        }
        for phrase in &self.not {
            check_words(phrase, &Words::new(phrase))?;
        }
        Ok(FacetEntry {
            key,
            label: self.label.clone(),
            mesh: self.mesh.clone(),
            class: self.class.clone(),
            description: self.description.clone(),
            terms,
            not: self.not.clone(),
        })
    }
}

/// Refuses what could not be found, or would be found everywhere.
fn check_words(text: &str, words: &Words<'_>) -> Result<(), String> {
    if text.contains('*') {
        return Err(format!(
            "the term {text:?} has a *: only words of `near` can end in one"
        ));
    }
    // A single letter would be found in every initial.
    if words.joined.trim().len() < 2 {
        return Err(format!("the term {text:?} is too short: at least two letters"));
    }
    if words.len() > MAX_TERM_WORDS {
        return Err(format!("the term {text:?} is too long: at most {MAX_TERM_WORDS} words"));
    }
    Ok(())
}

/// The number of the line in which the byte stands.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

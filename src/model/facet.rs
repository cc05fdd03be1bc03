//! Facets: which conditions and drugs an item mentions, for whom it is written, whom it is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Evidence;
use crate::error::{Error, Result};
use crate::text::{clean_line, shorten};

/// Bytes of a facet's code; the longest built-in one has 56.
const MAX_CODE_BYTES: usize = 80;

/// What a facet tells of an item. Each kind has a vocabulary of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FacetKind {
    /// A disease, injury, symptom or state that is mentioned.
    Condition,
    /// A medicine or vaccine that is mentioned.
    Drug,
    /// For whom it is written.
    Audience,
    /// Whom it is about: age groups, pregnant women.
    Population,
}

impl FacetKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Condition, Self::Drug, Self::Audience, Self::Population];

    /// The code, such as `condition`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Condition => "condition",
            Self::Drug => "drug",
            Self::Audience => "audience",
            Self::Population => "population",
        }
    }

    /// The word for people, such as "Condition".
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Condition => "Condition",
            Self::Drug => "Drug",
            Self::Audience => "Audience",
            Self::Population => "Population",
        }
    }
}

impl fmt::Display for FacetKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for FacetKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let code = text.trim().to_ascii_lowercase();
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| {
                let codes: Vec<&str> = Self::ALL.iter().map(|kind| kind.code()).collect();
                Error::invalid(format!(
                    "\"{}\" is no kind of facet: use one of {}",
                    shorten(&clean_line(text), 40),
                    codes.join(", ")
                ))
            })
    }
}

/// Names a facet: its kind and code, written `condition:type-2-diabetes`. What queries ask for and profiles keep.
///
/// ```
/// use medfeed::{FacetKey, FacetKind};
/// let key: FacetKey = "condition:type-2-diabetes".parse()?;
/// assert_eq!((key.kind(), key.code()), (FacetKind::Condition, "type-2-diabetes"));
/// assert_eq!(key.to_string(), "condition:type-2-diabetes");
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FacetKey {
    kind: FacetKind,
    code: String,
}

impl FacetKey {
    /// The key of that kind and code.
    ///
    /// # Errors
    /// When the code is not lower-case words joined by hyphens.
    pub fn new(kind: FacetKind, code: impl Into<String>) -> Result<Self> {
        let code = code.into();
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if code.len() <= MAX_CODE_BYTES && code.split('-').all(word) {
            Ok(Self { kind, code })
        } else {
            Err(Error::invalid(format!(
                "\"{}\" is no facet's code: that is lower-case words joined by hyphens, such as type-2-diabetes",
                shorten(&clean_line(&code), 60)
            )))
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> FacetKind {
        self.kind
    }

    /// Its code, such as `type-2-diabetes`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for FacetKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.kind, self.code)
    }
}

impl FromStr for FacetKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((kind, code)) = text.trim().split_once(':') else {
            return Err(Error::invalid(format!(
                "\"{}\" is no facet: write its kind and code, such as condition:asthma or drug:metformin",
                shorten(&clean_line(text), 60)
            )));
        };
        Self::new(kind.parse()?, code)
    }
}

impl TryFrom<String> for FacetKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<FacetKey> for String {
    fn from(key: FacetKey) -> Self {
        key.to_string()
    }
}

/// A facet of an item, how sure it is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Facet {
    kind: FacetKind,
    code: String,
    label: String,
    confidence: f32,
    evidence: Vec<Evidence>,
}

impl Facet {
    /// A facet; `confidence` is clamped to 0 to 1.
    #[must_use]
    pub fn new(key: FacetKey, label: impl Into<String>, confidence: f32, evidence: Vec<Evidence>) -> Self {
        Self {
            kind: key.kind,
            code: key.code,
            label: label.into(),
            confidence: if confidence.is_nan() {
                0.0
            } else {
                confidence.clamp(0.0, 1.0)
            },
            evidence,
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> FacetKind {
        self.kind
    }

    /// Its code within its kind, such as `type-2-diabetes`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Kind and code as one key.
    #[must_use]
    pub fn key(&self) -> FacetKey {
        FacetKey {
            kind: self.kind,
            code: self.code.clone(),
        }
    }

    /// Whether it is the one that this key names.
    #[must_use]
    pub fn is(&self, key: &FacetKey) -> bool {
        self.kind == key.kind && self.code == key.code
    }

    /// The words for people, such as "Type 2 diabetes", as the vocabulary had them.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// From 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        self.confidence
    }

    /// The terms that led to it, strongest first, in words.
    #[must_use]
    pub fn evidence(&self) -> String {
        let parts: Vec<String> = self.evidence.iter().take(4).map(ToString::to_string).collect();
        parts.join(", ")
    }

    /// The terms that led to it, strongest first.
    #[must_use]
    pub fn terms(&self) -> &[Evidence] {
        &self.evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text_and_errors_help() {
        for text in [
            "condition:22q11-deletion-syndrome",
            "drug:metformin",
            "audience:nurse",
            "population:adult",
        ] {
            let key: FacetKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
            let json = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<FacetKey>(&json).unwrap(), key);
            assert_eq!(format!(" {text} ").parse::<FacetKey>().unwrap(), key);
        }
        for (wrong, help) in [
            ("asthma", "condition:asthma"),
            ("disease:asthma", "condition, drug, audience, population"),
            ("condition:Asthma", "lower-case"),
            ("condition:", "lower-case"),
            ("condition:a--b", "lower-case"),
            ("condition:a:b", "lower-case"),
            ("", "condition:asthma"),
        ] {
            let error = wrong.parse::<FacetKey>().unwrap_err();
            assert!(
                error.is_invalid() && error.to_string().contains(help),
                "{wrong}: {error}"
            );
        }
        assert!(FacetKey::new(FacetKind::Drug, "a".repeat(MAX_CODE_BYTES + 1)).is_err());
    }

    #[test]
    fn a_story_has_the_facets_of_its_items_once() {
        let facet = |key: &str, sure| Facet::new(key.parse().unwrap(), "Label", sure, Vec::new());
        let item = |guid: &str, facets: Vec<Facet>| {
            let source: crate::model::Source = "https://example.org/feed".parse().unwrap();
            let mut item = crate::model::Item::new(source.id(), guid);
            item.facets = facets;
            item
        };
        let items = vec![
            item("1", vec![facet("drug:gout", 0.9), facet("condition:gout", 0.4)]),
            item("2", vec![facet("condition:asthma", 0.7), facet("condition:gout", 0.9)]),
        ];
        let id = crate::model::StoryId::from_bytes([1; 16]);
        let date = jiff::Timestamp::UNIX_EPOCH;
        let story = crate::model::Story::from_parts(id, date, items, Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let found: Vec<String> = story.facets().iter().map(|facet| facet.key().to_string()).collect();
        assert_eq!(found, ["condition:gout", "condition:asthma", "drug:gout"]);
        assert_eq!(story.facets()[0].confidence(), 0.9);
    }

    #[test]
    fn a_facet_is_bounded_and_named_by_its_key() {
        let key: FacetKey = "drug:metformin".parse().unwrap();
        let facet = Facet::new(key.clone(), "Metformin", f32::NAN, Vec::new());
        assert_eq!((facet.confidence(), facet.key()), (0.0, key.clone()));
        assert!(facet.is(&key) && !facet.is(&"drug:insulin".parse().unwrap()));
        assert_eq!(Facet::new(key, "Metformin", 7.0, Vec::new()).confidence(), 1.0);
    }
}

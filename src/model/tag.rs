//! Specialty tags and their evidence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Specialty;

/// A specialty an item belongs to, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tag {
    specialty: Specialty,
    confidence: f32,
    evidence: Vec<Evidence>,
}

impl Tag {
    /// A tag; `confidence` is clamped to 0 to 1.
    #[must_use]
    pub fn new(specialty: Specialty, confidence: f32, evidence: Vec<Evidence>) -> Self {
        Self {
            specialty,
            confidence: if confidence.is_nan() {
                0.0
            } else {
                confidence.clamp(0.0, 1.0)
            },
            evidence,
        }
    }

    /// The specialty.
    #[must_use]
    pub fn specialty(&self) -> &Specialty {
        &self.specialty
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

/// One matched term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The term, as the taxonomy writes it.
    pub term: String,
    /// Where it stood.
    pub field: Field,
    /// Its share of the tag's score, 0 to 1.
    pub share: f32,
}

impl Evidence {
    /// A term found in a field.
    #[must_use]
    pub fn new(term: impl Into<String>, field: Field, share: f32) -> Self {
        Self {
            term: term.into(),
            field,
            share,
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Field::Source => write!(out, "the source is about {}", self.term),
            // A drug stem stands for the words that end or begin with it.
            field if self.term.contains('*') => write!(out, "“{}” in the {field}", self.term.replace('*', "…")),
            field => write!(out, "“{}” in the {field}", self.term),
        }
    }
}

/// A part of an item that evidence can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Field {
    /// The title.
    Title,
    /// The summary or content.
    Text,
    /// The publisher's categories.
    Category,
    /// The journal's name.
    Journal,
    /// What the source is declared to be about.
    Source,
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Category => "categories",
            Self::Journal => "journal’s name",
            Self::Source => "source",
        })
    }
}

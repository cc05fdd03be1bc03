//! What an item tells beyond its topic.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ident::Identifier;

/// Something an item is or announces, with the words that say so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Signal {
    /// What it is.
    pub kind: SignalKind,
    /// From 0 to 1.
    pub confidence: f32,
    /// The words or the metadata that say so.
    pub evidence: String,
    /// More about it, where there is: the credit of a CME activity, the class of a recall, the design of a trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// For a notice: the identifiers of the work it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Identifier>,
    /// For a notice: the title of the work it is about, as quoted or after "Retraction:".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_title: Option<String>,
}

impl Signal {
    /// A signal; `confidence` is clamped to 0 to 1.
    #[must_use]
    pub fn new(kind: SignalKind, confidence: f32, evidence: impl Into<String>) -> Self {
        let confidence = if confidence.is_nan() {
            0.0
        } else {
            confidence.clamp(0.0, 1.0)
        };
        Self {
            kind,
            confidence,
            evidence: evidence.into(),
            detail: None,
            targets: Vec::new(),
            target_title: None,
        }
    }

    /// The same signal with more about it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind.label())?;
        if let Some(detail) = &self.detail {
            write!(out, " ({detail})")?;
        }
        Ok(())
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $code:literal $label:literal,)*) => {
        /// What a signal says. The codes are those of the evaluation data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum SignalKind {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl SignalKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code, such as `systematic-review`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The words for people, such as "Systematic review".
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

kinds! {
    /// A paper is withdrawn from the record.
    Retraction "retraction" "Retraction",
    /// Editors warn that a paper may be unreliable.
    ExpressionOfConcern "expression-of-concern" "Expression of concern",
    /// A paper is corrected: correction, corrigendum, erratum.
    Correction "correction" "Correction",
    /// A recall or a warning about a drug, a device or a food.
    SafetyAlert "safety-alert" "Safety alert",
    /// An outbreak is reported.
    Outbreak "outbreak" "Outbreak",
    /// A guideline, consensus or recommendation of a body.
    Guideline "guideline" "Guideline",
    /// A drug or device is approved.
    DrugApproval "drug-approval" "Approval",
    /// A systematic review.
    SystematicReview "systematic-review" "Systematic review",
    /// A meta-analysis.
    MetaAnalysis "meta-analysis" "Meta-analysis",
    /// A randomised controlled trial.
    RandomizedTrial "randomized-trial" "Randomised trial",
    /// A cohort, case-control or cross-sectional study.
    Observational "observational" "Observational study",
    /// A case report or series.
    CaseReport "case-report" "Case report",
    /// A narrative review.
    NarrativeReview "narrative-review" "Review",
    /// An editorial, letter, comment or reply.
    EditorialLetterComment "editorial-letter-comment" "Editorial or letter",
    /// Only animals, cells or tissue were studied.
    AnimalOrInVitro "animal-or-in-vitro" "Laboratory or animal study",
    /// Not peer reviewed yet.
    Preprint "preprint" "Preprint",
    /// Written by the people it is about.
    PressRelease "press-release" "Press release",
    /// Continuing-education credit can be had.
    Cme "cme" "CME",
}

impl SignalKind {
    /// Whether it must be seen before anything else: safety alerts, outbreaks, retractions, expressions of concern.
    #[must_use]
    pub fn is_warning(self) -> bool {
        matches!(
            self,
            Self::Retraction | Self::ExpressionOfConcern | Self::SafetyAlert | Self::Outbreak
        )
    }

    /// Whether it says that another paper no longer holds as it stood.
    #[must_use]
    pub fn is_notice(self) -> bool {
        matches!(self, Self::Retraction | Self::ExpressionOfConcern | Self::Correction)
    }
}

impl fmt::Display for SignalKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for SignalKind {
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
                    "\"{}\" is no signal: use one of {}",
                    crate::text::shorten(text, 40),
                    codes.join(", ")
                ))
            })
    }
}

//! Trial registration numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Which register a trial is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TrialRegistry {
    /// ClinicalTrials.gov: `NCT` and 8 digits.
    ClinicalTrials,
    /// ISRCTN: `ISRCTN` and 8 digits.
    Isrctn,
    /// EU Clinical Trials: `2021-000123-45` (EudraCT) or `2023-501234-56-00` (CTIS).
    Euct,
}

/// A trial's number in its register, upper case: `NCT01234567`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrialId {
    registry: TrialRegistry,
    number: String,
}

impl TrialId {
    /// The register.
    #[must_use]
    pub fn registry(&self) -> TrialRegistry {
        self.registry
    }

    /// The number with its prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    pub(super) fn link(&self) -> Option<String> {
        match self.registry {
            TrialRegistry::ClinicalTrials => Some(format!("https://clinicaltrials.gov/study/{}", self.number)),
            TrialRegistry::Isrctn => Some(format!("https://www.isrctn.com/{}", self.number)),
            TrialRegistry::Euct => None,
        }
    }

    /// Every trial number in a text, in order, without repeats. EU numbers look like dates and phone numbers, so they
    /// are taken only after `EudraCT`, `EUCT` or `EU CT`.
    #[must_use]
    pub fn find_all(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut eu_words = 0usize;
        let mut after_eu = false;
        for word in text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-') {
            if word.is_empty() {
                continue;
            }
            // "EU CT number" is the register's own wording.
            if after_eu && word.eq_ignore_ascii_case("ct") {
                (eu_words, after_eu) = (4, false);
                continue;
            }
            after_eu = word == "EU";
            // Most words are neither a number nor what introduces one.
            if word.len() < 4
                || !word
                    .bytes()
                    .any(|byte| byte.is_ascii_digit() || matches!(byte, b'c' | b'C'))
            {
                eu_words = eu_words.saturating_sub(1);
                continue;
            }
            let upper = word.to_ascii_uppercase();
            let id = upper
                .parse::<Self>()
                .ok()
                .filter(|id| id.registry != TrialRegistry::Euct || eu_words > 0);
            if let Some(id) = id
                && !found.contains(&id)
            {
                // What follows a number is not introduced any more, but for a second one right behind it.
                eu_words = 2;
                found.push(id);
            }
            // The number follows within a few words: "EudraCT number, 2021-000123-45".
            eu_words = if matches!(upper.as_str(), "EUDRACT" | "EUCT" | "EU-CT" | "CTIS") {
                4
            } else {
                eu_words.saturating_sub(1)
            };
        }
        found
    }
}

impl FromStr for TrialId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = text.trim().to_ascii_uppercase();
        let digits = |tail: &str, count: usize| tail.len() == count && tail.bytes().all(|byte| byte.is_ascii_digit());
        let registry = if number.strip_prefix("NCT").is_some_and(|tail| digits(tail, 8)) {
            TrialRegistry::ClinicalTrials
        } else if number.strip_prefix("ISRCTN").is_some_and(|tail| digits(tail, 8)) {
            TrialRegistry::Isrctn
        } else {
            let parts: Vec<&str> = number.split('-').collect();
            match parts.as_slice() {
                [year, serial, check] | [year, serial, check, _]
                    if digits(year, 4)
                        && digits(serial, 6)
                        && digits(check, 2)
                        && year.starts_with("20")
                        && parts.get(3).is_none_or(|tail| digits(tail, 2)) =>
                {
                    TrialRegistry::Euct
                }
                _ => {
                    return Err(Error::invalid(
                        "a trial number looks like NCT01234567, ISRCTN01234567 or 2021-000123-45",
                    ));
                }
            }
        };
        Ok(Self { registry, number })
    }
}

impl fmt::Display for TrialId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.number)
    }
}

impl TryFrom<String> for TrialId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<TrialId> for String {
    fn from(id: TrialId) -> Self {
        id.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_numbers_in_prose() {
        let text =
            "(ClinicalTrials.gov NCT01234567; isrctn12345678; EudraCT number, 2021-000123-45; phone 2021-000123-99)";
        let found: Vec<String> = TrialId::find_all(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["NCT01234567", "ISRCTN12345678", "2021-000123-45"]);
        assert!(TrialId::find_all("NCT123 NCT012345678 2021-000123-45").is_empty());
    }
}

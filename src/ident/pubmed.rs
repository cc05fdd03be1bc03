//! PubMed and PubMed Central numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A PubMed number (1 to 8 digits today).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pmid(u32);

/// A PubMed Central number, written `PMC1234567`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pmcid(u32);

impl Pmid {
    /// The number itself.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl Pmcid {
    /// The number without its `PMC`.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for Pmid {
    type Err = Error;

    /// Reads `12345678`, `PMID: 12345678`, `pubmed:12345678`.
    fn from_str(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let rest = ["pmid:", "pmid", "pubmed:", "info:pmid/"]
            .iter()
            .find_map(|head| lower.strip_prefix(head))
            .unwrap_or(&lower);
        number(rest)
            .map(Self)
            .ok_or_else(|| Error::invalid("a PMID is a number of up to 9 digits, such as 31452104"))
    }
}

impl FromStr for Pmcid {
    type Err = Error;

    /// Reads `PMC1234567`, in any case; a version tail (`.1`) is dropped.
    fn from_str(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let rest = ["pmcid:", "pmcid"]
            .iter()
            .find_map(|head| lower.strip_prefix(head))
            .unwrap_or(&lower)
            .trim();
        rest.strip_prefix("pmc")
            .and_then(|digits| number(digits.split('.').next().unwrap_or_default()))
            .map(Self)
            .ok_or_else(|| Error::invalid("a PMCID looks like PMC1234567"))
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = text.trim();
    let plausible = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plausible
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|number| *number > 0)
}

impl fmt::Display for Pmid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Display for Pmcid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PMC{}", self.0)
    }
}

impl TryFrom<String> for Pmcid {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Pmcid> for String {
    fn from(pmcid: Pmcid) -> Self {
        pmcid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows() {
        assert_eq!("PMID: 31452104".parse::<Pmid>().unwrap().to_string(), "31452104");
        assert_eq!("pmc6012345.2".parse::<Pmcid>().unwrap().to_string(), "PMC6012345");
        for no in ["", "0", "12a", "99999999999999999999", "-3", "٣٤"] {
            assert!(no.parse::<Pmid>().is_err(), "{no}");
            assert!(format!("PMC{no}").parse::<Pmcid>().is_err(), "{no}");
        }
    }
}

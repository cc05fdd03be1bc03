//! International standard serial numbers (ISO 3297).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A journal's ISSN, written `0028-4793`; the check digit was verified.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issn(String);

impl Issn {
    /// The form with its hyphen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Issn {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("an ISSN looks like 0028-4793 and ends in its check digit");
        let upper = text.trim().to_uppercase();
        let rest = ["URN:ISSN:", "EISSN:", "ISSN:", "ISSN"]
            .iter()
            .find_map(|head| upper.strip_prefix(head))
            .unwrap_or(&upper);
        let digits: Vec<u32> = rest
            .chars()
            .filter(|character| !matches!(character, '-' | ' ' | '–'))
            .map(|character| {
                if character == 'X' {
                    Some(10)
                } else {
                    character.to_digit(10)
                }
            })
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        let sum: u32 = digits
            .iter()
            .zip((1..=8).rev())
            .map(|(digit, weight)| digit * weight)
            .sum();
        let x_only_last = digits.iter().rev().skip(1).all(|digit| *digit < 10);
        if digits.len() != 8 || !sum.is_multiple_of(11) || !x_only_last || sum == 0 {
            return Err(wrong());
        }
        let shown: String = digits
            .iter()
            .map(|digit| {
                if *digit == 10 {
                    'X'
                } else {
                    char::from_digit(*digit, 10).unwrap_or('0')
                }
            })
            .collect();
        let (head, tail) = shown.split_at(4);
        Ok(Self(format!("{head}-{tail}")))
    }
}

impl fmt::Display for Issn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Issn {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Issn> for String {
    fn from(issn: Issn) -> Self {
        issn.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_decides() {
        assert_eq!("ISSN 00284793".parse::<Issn>().unwrap().as_str(), "0028-4793");
        assert_eq!("2434-561x".parse::<Issn>().unwrap().as_str(), "2434-561X");
        for no in ["0028-4794", "0000-0000", "X028-4793", "0028-479", "", "00284793 1"] {
            assert!(no.parse::<Issn>().is_err(), "{no}");
        }
    }
}

//! Digital object identifiers.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::text::clean_line;

/// A DOI in its bare, case-folded form: `10.1056/nejmoa2400001`.
///
/// DOIs are compared without case (DOI handbook 2.4). It parses `10.…`, `doi:10.…`, `info:doi/10.…`, `urn:doi:10.…`,
/// and resolver links (`https://doi.org/10.…`, `dx.doi.org`), percent-encoded or not; punctuation that a sentence left
/// behind is cut off.
///
/// ```
/// let doi: medfeed::Doi = "https://doi.org/10.5555%2FABC.12(3).".parse()?;
/// assert_eq!(doi.as_str(), "10.5555/abc.12(3)");
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Doi(String);

/// The longest DOI taken. Registered ones stay under 300 characters; longer runs are not identifiers.
const MAX_LENGTH: usize = 512;

/// Prefixes whose DOIs are of preprints, by registrant: bioRxiv and medRxiv (two), Research Square, Preprints.org,
/// SSRN, arXiv, OSF, JMIR preprints, Authorea, ChemRxiv, ScienceOpen, Qeios, F1000 excluded (it publishes after review).
const PREPRINT_PREFIXES: [&str; 10] = [
    "10.1101/",
    "10.64898/",
    "10.21203/rs.",
    "10.20944/preprints",
    "10.2139/ssrn",
    "10.48550/arxiv",
    "10.31219/osf",
    "10.2196/preprints",
    "10.22541/au",
    "10.26434/chemrxiv",
];

impl Doi {
    /// The bare form, lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registrant's prefix, such as `10.1056`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.split_once('/').map_or(self.as_str(), |(prefix, _)| prefix)
    }

    /// The resolver's address. Characters that an address cannot hold are percent-encoded.
    #[must_use]
    pub fn link(&self) -> String {
        let mut link = String::from("https://doi.org/");
        for (at, character) in self.0.char_indices() {
            match character {
                // What is still encoded in a DOI stays as it is; encoded once more it would lead elsewhere.
                '%' if encoded_at(&self.0, at).is_some() => link.push('%'),
                '%' | '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' => {
                    link.push_str(&format!("%{:02X}", u32::from(character)));
                }
                other => link.push(other),
            }
        }
        link
    }

    /// Whether the registrant's prefix is one of a preprint server.
    ///
    /// `10.1101` is also the prefix of the Cold Spring Harbor journals, whose suffixes begin with letters, such as
    /// `gr.` and `gad.`; preprints have a date or a bare number there.
    #[must_use]
    pub fn is_preprint(&self) -> bool {
        match self.0.strip_prefix("10.1101/") {
            Some(suffix) => suffix.starts_with(|first: char| first.is_ascii_digit()),
            None => PREPRINT_PREFIXES.iter().any(|prefix| self.0.starts_with(prefix)),
        }
    }

    /// The DOI of the work without a preprint's version tail: `10.1101/2026.01.02.26000001v2` and
    /// `10.21203/rs.3.rs-1/v1` name versions of one work.
    #[must_use]
    pub fn without_version(&self) -> Self {
        if !self.is_preprint() {
            return self.clone();
        }
        let mut work = self.as_str();
        while let Some(head) = unversioned(work) {
            work = head;
        }
        Self(work.to_owned())
    }

    /// Every DOI in a text, in order, without repeats.
    #[must_use]
    pub fn find_all(text: &str) -> Vec<Self> {
        let decoded: Cow<'_, str> = if text.contains("%2F") || text.contains("%2f") {
            Cow::Owned(text.replace("%2F", "/").replace("%2f", "/"))
        } else {
            Cow::Borrowed(text)
        };
        let mut found: Vec<Self> = Vec::new();
        let mut seen = HashSet::new();
        let mut rest = decoded.as_ref();
        while let Some(at) = rest.find("10.") {
            let boundary = rest.get(..at).and_then(|head| head.chars().next_back());
            let (_, tail) = rest.split_at(at);
            let end =
                tail.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\'' | '“' | '”' | '’' | '|'));
            let word = end.map_or(tail, |end| tail.split_at(end).0);
            let starts_fresh =
                boundary.is_none_or(|before| !before.is_alphanumeric() && before != '.' && before != '-');
            if let Some(doi) = starts_fresh.then(|| Self::from_bare(word)).flatten() {
                if seen.insert(doi.clone()) {
                    found.push(doi);
                }
                rest = tail.split_at(word.len()).1;
            } else {
                rest = tail.split_at(3).1;
            }
        }
        found
    }

    /// `10.dddd/suffix`, percent-encoded or not, with a sentence's punctuation cut off its end. What a page hides in
    /// long words to break them, soft hyphens and the like, is no part of it.
    fn from_bare(word: &str) -> Option<Self> {
        if word.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let shown = clean_line(word);
        let decoded = percent_decoded(&shown);
        let (prefix, suffix) = decoded.split_once('/')?;
        let registrant = prefix.strip_prefix("10.")?;
        let mut parts = registrant.split('.');
        let plausible = parts
            .next()
            .is_some_and(|first| (4..=9).contains(&first.len()) && all_digits(first))
            && parts.all(|part| !part.is_empty() && all_digits(part));
        if !plausible {
            return None;
        }
        // Lower case first: it can be longer.
        let suffix = trim_tail(suffix).to_lowercase();
        (!suffix.is_empty() && suffix.len() <= MAX_LENGTH).then(|| Self(format!("{prefix}/{suffix}")))
    }
}

/// The text without a version's tail, `v2` or `/v2` after a digit of the suffix; `None` where there is none.
fn unversioned(doi: &str) -> Option<&str> {
    let digits = doi.trim_end_matches(|last: char| last.is_ascii_digit());
    let head = digits.strip_suffix('v').filter(|_| digits.len() < doi.len())?;
    let head = head.strip_suffix('/').unwrap_or(head);
    (head.contains('/') && head.ends_with(|last: char| last.is_ascii_digit())).then_some(head)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Cuts what a sentence or an address leaves at a DOI's end; a closing bracket stays when it was opened inside.
fn trim_tail(suffix: &str) -> &str {
    let mut suffix = suffix.split(['?', '#', '&']).next().unwrap_or_default();
    loop {
        let Some(last) = suffix.chars().next_back() else {
            return suffix;
        };
        let open = match last {
            '.' | ',' | ';' | ':' | '!' | '*' | '…' | '/' | '-' | '_' | '–' => None,
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => return suffix,
        };
        if let Some(open) = open {
            let opened = suffix.matches(open).count();
            if opened >= suffix.matches(last).count() {
                return suffix;
            }
        }
        suffix = suffix.strip_suffix(last).unwrap_or_default();
    }
}

impl FromStr for Doi {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let lower = trimmed.to_lowercase();
        let mut bare = lower.as_str();
        for scheme in ["https://", "http://"] {
            bare = bare.strip_prefix(scheme).unwrap_or(bare);
        }
        for head in [
            "www.doi.org/",
            "dx.doi.org/",
            "doi.org/",
            "info:doi/",
            "urn:doi:",
            "doi:",
            "doi/",
            "doi ",
        ] {
            if let Some(rest) = bare.strip_prefix(head) {
                bare = rest.trim_start();
                break;
            }
        }
        Self::from_bare(bare).ok_or_else(|| {
            Error::invalid(format!(
                "\"{}\" is no DOI: one looks like 10.1000/182",
                crate::text::shorten(trimmed, 80)
            ))
        })
    }
}

/// The byte that `%` and two hexadecimal digits encode at that place.
fn encoded_at(text: &str, at: usize) -> Option<u8> {
    let rest = text.get(at..)?.strip_prefix('%')?;
    u8::from_str_radix(hexadecimal_pair(rest)?, 16).ok()
}

/// The two hexadecimal digits a text begins with.
fn hexadecimal_pair(text: &str) -> Option<&str> {
    text.get(..2)
        .filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Percent-encoding undone for the characters DOIs use; anything else stays as it is, `%3F` and `%26` too, which would
/// end the DOI. Done twice it changes nothing more: `%25` is a percent sign only where it does not begin another code.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut codes_end = 0;
    for (at, character) in text.char_indices() {
        if at < codes_end {
            continue;
        }
        match encoded_at(text, at).map(char::from) {
            Some('%') if text.get(at + 3..).and_then(hexadecimal_pair).is_none() => {
                decoded.push('%');
                codes_end = at + 3;
            }
            Some(
                plain
                @ ('/' | '(' | ')' | ':' | ';' | '<' | '>' | '[' | ']' | '"' | '{' | '}' | '|' | '\\' | '^' | '`'),
            ) => {
                decoded.push(plain);
                codes_end = at + 3;
            }
            _ => decoded.push(character),
        }
    }
    Cow::Owned(decoded)
}

impl fmt::Display for Doi {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Doi {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Doi> for String {
    fn from(doi: Doi) -> Self {
        doi.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_every_form() {
        for form in [
            "10.1056/NEJMoa2400001",
            "doi:10.1056/nejmoa2400001",
            "DOI: 10.1056/NEJMoa2400001",
            "info:doi/10.1056/NEJMoa2400001",
            "https://doi.org/10.1056/NEJMoa2400001",
            "http://dx.doi.org/10.1056%2FNEJMoa2400001",
            " 10.1056/nejmoa2400001. ",
            "urn:doi:10.1056/NEJMoa2400001",
        ] {
            assert_eq!(form.parse::<Doi>().unwrap().as_str(), "10.1056/nejmoa2400001", "{form}");
        }
        for no in [
            "",
            "10.1056",
            "10.12/x",
            "10.1056/",
            "doi:",
            "11.1056/x",
            "10.a/b",
            "10.1056x/b",
        ] {
            assert!(no.parse::<Doi>().is_err(), "{no}");
        }
    }

    #[test]
    fn brackets_that_belong_stay() {
        let doi: Doi = "10.1016/S0140-6736(26)00001-2".parse().unwrap();
        assert_eq!(doi.as_str(), "10.1016/s0140-6736(26)00001-2");
        let found =
            Doi::find_all("the paper (10.1016/S0140-6736(26)00001-2). See also doi:10.5555/b; and (10.5555/c).");
        assert_eq!(
            found.iter().map(Doi::as_str).collect::<Vec<_>>(),
            ["10.1016/s0140-6736(26)00001-2", "10.5555/b", "10.5555/c"]
        );
    }

    #[test]
    fn finds_only_dois() {
        assert!(Doi::find_all("rose by 10.5 % in 2010.5555/x and 10.10/2").is_empty());
        assert_eq!(Doi::find_all("x 10.5555/a 10.5555/A 10.5555%2Fb").len(), 2);
    }

    #[test]
    fn versions_are_of_one_work() {
        for (version, work) in [
            ("10.1101/2026.01.02.26000001v2", "10.1101/2026.01.02.26000001"),
            ("10.64898/2026.01.02.26000001v11", "10.64898/2026.01.02.26000001"),
            ("10.21203/rs.3.rs-123/v1", "10.21203/rs.3.rs-123"),
            ("10.1101/gr.123v2", "10.1101/gr.123v2"),
            ("10.5555/abc1v2", "10.5555/abc1v2"),
        ] {
            assert_eq!(version.parse::<Doi>().unwrap().without_version().as_str(), work);
        }
        assert!("10.1101/2026.01.02.26000001".parse::<Doi>().unwrap().is_preprint());
        assert!(!"10.1101/gr.275555.121".parse::<Doi>().unwrap().is_preprint());
    }

    proptest! {
        #[test]
        fn shown_and_read_again(prefix in 1000u32..99999, suffix in "[a-z0-9][a-z0-9.()/:_-]{0,30}[a-z0-9]") {
            let doi: Doi = format!("10.{prefix}/{suffix}").parse().unwrap();
            prop_assert_eq!(doi.to_string().parse::<Doi>().unwrap(), doi.clone());
            prop_assert_eq!(doi.link().parse::<Doi>().unwrap(), doi);
        }
        #[test]
        fn any_text_is_survived(text in any::<String>()) {
            let _ = text.parse::<Doi>();
            let _ = Doi::find_all(&text);
            let _ = Doi::find_all(&format!("10.{text}10.5555/{text}"));
        }
    }
}

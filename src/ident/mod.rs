//! Identifiers of works, trials and journals, and canonical links.
//!
//! Guided by: the DOI handbook (10.x/suffix, case-insensitive), ISO 3297 (ISSN check digit), PubMed and PMC accession
//! forms, ClinicalTrials.gov, ISRCTN and EU CT number forms, and what publishers really write (`doi:`, `info:doi/`,
//! resolver links, article links with the DOI in the path).
//!
//! Flow: fields and links are read by [`identifiers_in_link`], free text by [`identifiers_in_text`]; each identifier is
//! kept with where it was found ([`FoundIn`]), because only some places say what the item *is*; a DOI in the text may
//! be of a paper the item is *about*.

mod doi;
mod issn;
mod link;
mod pubmed;
mod scan;
mod trial;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use doi::Doi;
pub use issn::Issn;
pub use link::{canonical_link, is_web_link};
pub use pubmed::{Pmcid, Pmid};
pub use scan::{identifiers_in_link, identifiers_in_text};
pub use trial::{TrialId, TrialRegistry};

/// Something that names a work, a trial or a journal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "type", content = "value")]
#[non_exhaustive]
pub enum Identifier {
    /// A digital object identifier: names a work.
    Doi(Doi),
    /// A PubMed number: names a work.
    Pmid(Pmid),
    /// A PubMed Central number: names a work.
    Pmcid(Pmcid),
    /// A trial's registration: names a study, of which many works may tell.
    Trial(TrialId),
    /// A journal's number.
    Issn(Issn),
}

impl Identifier {
    /// Whether it names one work, so that two items that carry it are about the same thing.
    #[must_use]
    pub fn names_a_work(&self) -> bool {
        matches!(self, Self::Doi(_) | Self::Pmid(_) | Self::Pmcid(_))
    }

    /// The resolver's address for it, where there is one.
    ///
    /// ```
    /// let doi: medfeed::Doi = "10.5555/abc".parse()?;
    /// assert_eq!(medfeed::Identifier::Doi(doi).link().as_deref(), Some("https://doi.org/10.5555/abc"));
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    #[must_use]
    pub fn link(&self) -> Option<String> {
        match self {
            Self::Doi(doi) => Some(doi.link()),
            Self::Pmid(pmid) => Some(format!("https://pubmed.ncbi.nlm.nih.gov/{}/", pmid.number())),
            Self::Pmcid(pmcid) => Some(format!("https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/")),
            Self::Trial(trial) => trial.link(),
            Self::Issn(_) => None,
        }
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doi(doi) => write!(out, "doi:{doi}"),
            Self::Pmid(pmid) => write!(out, "PMID {pmid}"),
            Self::Pmcid(pmcid) => pmcid.fmt(out),
            Self::Trial(trial) => trial.fmt(out),
            Self::Issn(issn) => write!(out, "ISSN {issn}"),
        }
    }
}

/// Where in an item an identifier was found, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FoundIn {
    /// A metadata element made for it: `prism:doi`, `prism:issn`, `citation` fields.
    Metadata,
    /// `dc:identifier` in any of its forms.
    DcIdentifier,
    /// The guid, `rdf:about` or Atom id.
    Guid,
    /// The item's own link.
    Link,
    /// The title.
    Title,
    /// The summary or content.
    Text,
    /// A link inside the content.
    TextLink,
}

impl FoundIn {
    /// Whether an identifier found here says what the item itself *is*. One in the text may name a work the item is
    /// about, or one it only cites.
    #[must_use]
    pub fn names_the_item(self) -> bool {
        matches!(self, Self::Metadata | Self::DcIdentifier | Self::Guid | Self::Link)
    }
}

impl fmt::Display for FoundIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Metadata => "metadata",
            Self::DcIdentifier => "dc:identifier",
            Self::Guid => "guid",
            Self::Link => "link",
            Self::Title => "title",
            Self::Text => "text",
            Self::TextLink => "link in the text",
        })
    }
}

/// An identifier and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FoundIdentifier {
    /// The identifier.
    pub identifier: Identifier,
    /// Where it stood.
    pub found_in: FoundIn,
}

impl FoundIdentifier {
    /// An identifier found there.
    #[must_use]
    pub fn new(identifier: Identifier, found_in: FoundIn) -> Self {
        Self { identifier, found_in }
    }
}

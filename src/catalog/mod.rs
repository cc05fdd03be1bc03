//! Lists of sources: the built-in one, one's own in TOML, and OPML in and out.
//!
//! A [`Catalog`] is data only: nothing in it is requested until somebody follows it.

mod builtin;
mod encoding;
mod entries;
mod opml;
mod outline;

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::{Source, SourceKind, Specialty};
use crate::text::fold_title;

pub use opml::OpmlImport;

/// A list of sources, to choose from and to follow. Cloning it costs nothing; choosing copies what is kept.
///
/// ```
/// use medfeed::{Catalog, SourceKind, Specialty};
/// let hearts = Catalog::builtin().specialty(Specialty::CARDIOLOGY).kind(SourceKind::Journal).language("en");
/// assert!(!hearts.is_empty());
/// for source in &hearts {
///     assert!(source.specialties().contains(&Specialty::CARDIOLOGY));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    sources: Arc<[Source]>,
}

impl Catalog {
    /// A catalog of these sources, in this order. Of several with one address the first is kept.
    #[must_use]
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        let mut seen = HashSet::new();
        Self {
            sources: sources
                .into_iter()
                .filter(|source| seen.insert(source.url().clone()))
                .collect(),
        }
    }

    /// Those that serve this specialty or a [part](Specialty::parent) of it, as declared. Sources of general medicine declare none and are not among them.
    #[must_use]
    pub fn specialty(self, specialty: Specialty) -> Self {
        self.keep(move |source| {
            let serves = |own: &Specialty| *own == specialty || own.parent().as_ref() == Some(&specialty);
            source.specialties().iter().any(serves)
        })
    }

    /// Those of this kind.
    #[must_use]
    pub fn kind(self, kind: SourceKind) -> Self {
        self.keep(|source| source.kind() == kind)
    }

    /// Those in this language: `zh` takes `zh-TW` too, `zh-TW` takes only that (RFC 4647, section 3.3.1).
    /// Sources that declare no language are not among them.
    #[must_use]
    pub fn language(self, range: &str) -> Self {
        self.keep(|source| source.language().is_some_and(|tag| in_range(tag, range)))
    }

    /// Those of this publisher: its whole name, whatever the case and the accents.
    #[must_use]
    pub fn publisher(self, name: &str) -> Self {
        let wanted = fold_title(name);
        self.keep(|source| {
            source
                .publisher()
                .is_some_and(|publisher| fold_title(publisher) == wanted)
        })
    }

    fn keep(self, wanted: impl Fn(&Source) -> bool) -> Self {
        Self {
            sources: self.sources.iter().filter(|source| wanted(source)).cloned().collect(),
        }
    }

    /// How many sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The sources, in the catalog's order.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The sources, one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Source> {
        self.sources.iter()
    }

    /// The specialties served, each once: the built-in ones in their order, then one's own by code.
    #[must_use]
    pub fn specialties(&self) -> Vec<Specialty> {
        let served: HashSet<&Specialty> = self.iter().flat_map(Source::specialties).collect();
        let mut own: Vec<Specialty> = served
            .iter()
            .filter(|specialty| !specialty.is_builtin())
            .map(|specialty| (*specialty).clone())
            .collect();
        own.sort();
        let mut all: Vec<Specialty> = Specialty::all_builtin()
            .filter(|specialty| served.contains(specialty))
            .cloned()
            .collect();
        all.append(&mut own);
        all
    }
}

/// Basic filtering: equal, or the range followed by a hyphen; without case.
fn in_range(tag: &str, range: &str) -> bool {
    match tag.split_at_checked(range.len()) {
        Some((head, rest)) => {
            !range.is_empty() && head.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with('-'))
        }
        None => false,
    }
}

impl FromIterator<Source> for Catalog {
    fn from_iter<I: IntoIterator<Item = Source>>(sources: I) -> Self {
        Self::new(sources)
    }
}

impl IntoIterator for Catalog {
    type Item = Source;
    type IntoIter = std::vec::IntoIter<Source>;

    fn into_iter(self) -> Self::IntoIter {
        // An `Arc<[Source]>` cannot give its sources away: they are copied, once.
        Vec::from(&*self.sources).into_iter()
    }
}

impl<'a> IntoIterator for &'a Catalog {
    type Item = &'a Source;
    type IntoIter = std::slice::Iter<'a, Source>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn source(url: &str) -> Source {
        url.parse().unwrap()
    }

    fn sample() -> Catalog {
        Catalog::new([
            source("https://example.org/a")
                .with_kind(SourceKind::Journal)
                .with_specialty(Specialty::CARDIOLOGY),
            source("https://example.org/b")
                .with_language("zh-TW")
                .with_publisher("Société Étoile"),
            source("https://example.org/c")
                .with_language("EN")
                .with_specialty("ward-seven".parse().unwrap()),
            source("https://example.org/a").with_kind(SourceKind::Blog),
            source("https://example.org/a#top").with_kind(SourceKind::Blog),
        ])
    }

    #[test]
    fn one_address_once_and_the_first_wins() {
        assert_eq!(sample().len(), 3);
        assert_eq!(sample().sources()[0].kind(), SourceKind::Journal);
    }

    #[test]
    fn choosing_by_each_property() {
        let count = |catalog: Catalog| catalog.len();
        assert_eq!(count(sample().specialty(Specialty::CARDIOLOGY)), 1);
        assert_eq!(
            count(sample().specialty(Specialty::CARDIOLOGY).kind(SourceKind::Blog)),
            0
        );
        assert_eq!(count(sample().publisher("SOCIETE ETOILE")), 1);
        assert_eq!(count(sample().publisher("Société")), 0);
        for (range, expected) in [
            ("zh", 1),
            ("ZH-tw", 1),
            ("z", 0),
            ("zh-", 0),
            ("zh-TW-x", 0),
            ("en", 1),
            ("", 0),
        ] {
            assert_eq!(count(sample().language(range)), expected, "{range}");
        }
    }

    #[test]
    fn served_specialties_builtin_ones_first() {
        let codes: Vec<String> = sample().specialties().iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["cardiology", "ward-seven"]);
        assert_eq!(Catalog::builtin().specialties(), Specialty::ALL);
    }

    #[test]
    fn iterates_owned_and_borrowed() {
        let catalog = sample();
        assert_eq!((&catalog).into_iter().count(), 3);
        assert_eq!(catalog.clone().into_iter().collect::<Catalog>(), catalog);
    }
}

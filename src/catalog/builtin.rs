//! The sources that come with the crate.

use std::sync::OnceLock;

use super::{Catalog, entries};

/// The built-in list; its head says what stands in it and how to add to it.
const SOURCES: &str = include_str!("sources.toml");

impl Catalog {
    /// The sources that come with the crate: journals, preprints, regulators, public health, news, podcasts and
    /// blogs over all 47 specialties.
    ///
    /// Each was seen in a public record, which [`Source::provenance`](crate::Source::provenance) names together with
    /// the year and with the day medfeed itself last requested it: `never`, for now. An address may have moved.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        // The file is part of the crate and a test parses it: the empty catalog is never given.
        BUILTIN
            .get_or_init(|| Self::new(entries::parse(SOURCES).unwrap_or_default()))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::model::{SourceKind, Specialty};

    #[test]
    fn the_file_is_valid_and_nothing_is_lost() {
        let sources = entries::parse(SOURCES).unwrap();
        assert_eq!(
            sources.len(),
            SOURCES.matches("[[source]]").count() - 1,
            "the head names [[source]] once"
        );
        assert_eq!(Catalog::builtin().sources(), sources);
        assert!(sources.len() >= 150, "{}", sources.len());
    }

    #[test]
    fn every_specialty_has_a_source_beside_preprints() {
        for specialty in Specialty::ALL {
            let serving = Catalog::builtin().specialty(specialty.clone());
            let more = serving
                .iter()
                .filter(|source| source.kind() != SourceKind::Preprint)
                .count();
            assert!(more > 0, "{specialty}");
        }
    }

    #[test]
    fn every_kind_but_press_releases_is_there() {
        let mut kinds: HashMap<SourceKind, usize> = HashMap::new();
        for source in &Catalog::builtin() {
            *kinds.entry(source.kind()).or_default() += 1;
        }
        for kind in SourceKind::ALL
            .into_iter()
            .filter(|kind| *kind != SourceKind::PressRelease)
        {
            assert!(kinds.contains_key(&kind), "{kind}");
        }
        assert!(kinds[&SourceKind::Podcast] >= 12, "{kinds:?}");
    }

    #[test]
    fn addresses_are_unique_whatever_the_scheme_and_www() {
        let mut seen = HashSet::new();
        for source in &Catalog::builtin() {
            let url = source.url();
            assert!(
                matches!(url.scheme(), "http" | "https") && url.username().is_empty(),
                "{source:?}"
            );
            let host = url.host_str().unwrap().trim_start_matches("www.").to_owned();
            let rest = format!(
                "{}?{}",
                url.path().trim_end_matches('/'),
                url.query().unwrap_or_default()
            );
            assert!(
                seen.insert((host, rest.to_lowercase())),
                "{source:?} stands there twice"
            );
        }
    }

    #[test]
    fn every_source_says_where_it_was_seen_and_when_it_was_checked() {
        let mut titles = HashSet::new();
        for source in &Catalog::builtin() {
            let provenance = source.provenance().unwrap();
            assert!(
                provenance.starts_with("seen in ") && provenance.contains("; checked: "),
                "{provenance}"
            );
            assert!(
                provenance.contains("confidence: high") || provenance.contains("confidence: med"),
                "{provenance}"
            );
            assert!(
                source.publisher().is_some() && source.language().is_some(),
                "{source:?}"
            );
            assert!(
                titles.insert((source.title().unwrap(), source.kind())),
                "{source:?}: title twice"
            );
        }
    }
}

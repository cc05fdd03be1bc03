//! Which vocabulary an element belongs to, by its namespace, else by its conventional prefix.
//!
//! Feeds bind the right prefix to a slightly wrong namespace, the right namespace to another prefix, and often declare
//! nothing. A declared namespace that is known decides; an unknown or missing one leaves the decision to the prefix.

/// The vocabularies that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Vocabulary {
    /// The document's own: RSS of any version, or Atom in an Atom document.
    Native,
    Atom,
    Content,
    Dc,
    DcTerms,
    Itunes,
    GooglePlay,
    Media,
    Podcast,
    Prism,
    Chapters,
    CreativeCommons,
    Rdf,
    Syndication,
    Xhtml,
    Other,
}

/// Namespaces by a telling part of their address, lower case.
const BY_ADDRESS: [(&str, Vocabulary); 24] = [
    ("creativecommonsrssmodule", Vocabulary::CreativeCommons),
    ("creativecommons.org/ns", Vocabulary::CreativeCommons),
    ("rss/creativecommons", Vocabulary::CreativeCommons),
    ("web.resource.org/cc", Vocabulary::CreativeCommons),
    ("purl.org/dc/elements", Vocabulary::Dc),
    ("purl.org/dc/terms", Vocabulary::DcTerms),
    ("prismstandard.org/namespaces", Vocabulary::Prism),
    ("itunes.com/dtds/podcast", Vocabulary::Itunes),
    ("search.yahoo.com/mrss", Vocabulary::Media),
    ("rssboard.org/media-rss", Vocabulary::Media),
    ("purl.org/rss/1.0/modules/content", Vocabulary::Content),
    ("purl.org/rss/1.0/modules/syndication", Vocabulary::Syndication),
    ("podcastindex.org/namespace", Vocabulary::Podcast),
    ("podcast-namespace", Vocabulary::Podcast),
    ("podlove.org/simple-chapters", Vocabulary::Chapters),
    ("google.com/schemas/play-podcasts", Vocabulary::GooglePlay),
    ("w3.org/2005/atom", Vocabulary::Atom),
    ("purl.org/atom/ns", Vocabulary::Atom),
    ("1999/02/22-rdf-syntax-ns", Vocabulary::Rdf),
    ("w3.org/1999/xhtml", Vocabulary::Xhtml),
    ("purl.org/rss/1.0/modules/prism", Vocabulary::Prism),
    ("purl.org/rss/1.0/modules/dc", Vocabulary::Dc),
    ("purl.org/rss/1.0/modules/", Vocabulary::Other),
    ("w3.org/2000/svg", Vocabulary::Other),
];

/// Namespaces of RSS itself: RSS 1.0, 0.90, and those writers of RSS 2.0 made up.
const NATIVE: [&str; 6] = [
    "purl.org/rss/1.0",
    "my.netscape.com/rdf/simple",
    "channel.netscape.com/rdf/simple",
    "backend.userland.com",
    "blogs.law.harvard.edu/tech/rss",
    "cyber.law.harvard.edu/rss",
];

impl Vocabulary {
    /// The vocabulary a namespace names, if it is a known one.
    pub(super) fn by_address(address: &str) -> Option<Self> {
        let lower = address.trim().to_ascii_lowercase();
        BY_ADDRESS
            .iter()
            .find(|(part, _)| lower.contains(part))
            .map(|(_, vocabulary)| *vocabulary)
            .or_else(|| NATIVE.iter().any(|part| lower.contains(part)).then_some(Self::Native))
    }

    /// What a prefix stands for by convention.
    pub(super) fn by_prefix(prefix: &str) -> Self {
        match prefix.to_ascii_lowercase().as_str() {
            "" | "rss" => Self::Native,
            "atom" | "atom10" | "a10" => Self::Atom,
            "content" => Self::Content,
            "dc" => Self::Dc,
            "dcterms" | "dct" => Self::DcTerms,
            "itunes" => Self::Itunes,
            "googleplay" => Self::GooglePlay,
            "media" => Self::Media,
            "podcast" => Self::Podcast,
            "prism" => Self::Prism,
            "psc" => Self::Chapters,
            "cc" | "creativecommons" => Self::CreativeCommons,
            "rdf" => Self::Rdf,
            "sy" => Self::Syndication,
            "xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slightly_wrong_addresses_are_known() {
        for (address, vocabulary) in [
            ("HTTP://www.itunes.com/DTDs/Podcast-1.0.dtd", Some(Vocabulary::Itunes)),
            ("http://search.yahoo.com/mrss", Some(Vocabulary::Media)),
            (
                "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
                Some(Vocabulary::Podcast),
            ),
            (
                "http://prismstandard.org/namespaces/1.2/basic/",
                Some(Vocabulary::Prism),
            ),
            ("http://purl.org/rss/1.0/modules/content/", Some(Vocabulary::Content)),
            ("http://purl.org/rss/1.0/modules/slash/", Some(Vocabulary::Other)),
            ("http://purl.org/rss/1.0/modules/prism/", Some(Vocabulary::Prism)),
            ("http://purl.org/rss/1.0/", Some(Vocabulary::Native)),
            ("http://example.org/ns", None),
        ] {
            assert_eq!(Vocabulary::by_address(address), vocabulary, "{address}");
        }
    }
}

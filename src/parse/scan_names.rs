//! The scan's part about names: what the root element says, which vocabulary a prefix stands for, and attributes.

use quick_xml::events::BytesStart;

use super::scan::Scanner;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Kind, Result};
use crate::model::FeedFormat;

/// The most namespace declarations in force at once; real feeds have up to 30.
const MAX_BINDINGS: usize = 256;

impl Scanner<'_> {
    pub(super) fn root(&mut self, name: &str, attributes: &[(String, String)]) -> Result<()> {
        let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        let attribute = |wanted: &str| {
            attributes
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let not = |what: &str| Err(Error::new(Kind::NotAFeed, format!("this is no feed but {what}")));
        let format = match local.as_str() {
            "rss" => FeedFormat::Rss,
            "channel" => FeedFormat::Rss,
            "rdf" => FeedFormat::Rdf,
            "feed" | "entry" => FeedFormat::Atom,
            "html" => return not("an HTML page"),
            "opml" => return not("an OPML list of feeds"),
            "urlset" | "sitemapindex" => return not("a sitemap"),
            "svg" => return not("a picture"),
            "error" => return not("an error message"),
            "opensearchdescription" => return not("a search description"),
            other => return not(&format!("XML with the root <{}>", crate::text::shorten(other, 40))),
        };
        let version = attribute("version").unwrap_or_default();
        let odd = match local.as_str() {
            "rss" => name != "rss" || !matches!(version, "2.0" | "0.91" | "0.92") || attribute("xmlns").is_some(),
            "rdf" => !attributes
                .iter()
                .any(|(name, value)| name == "xmlns" && value == "http://purl.org/rss/1.0/"),
            "feed" => attribute("xmlns") != Some("http://www.w3.org/2005/Atom"),
            _ => true,
        };
        if odd {
            self.repair("a root element that feed-rs does not know");
        }
        self.context.atom = format == FeedFormat::Atom;
        self.format = Some(format);
        if let Some(writer) = &mut self.writer {
            writer.begin(format);
        }
        Ok(())
    }

    pub(super) fn bind(&mut self, attributes: &[(String, String)], root: bool) {
        for (name, address) in attributes {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) => match rest.strip_prefix(':') {
                    Some(prefix) => prefix,
                    None => continue,
                },
                None => continue,
            };
            if self.bindings.len() >= MAX_BINDINGS {
                self.repair("too many namespaces");
                return;
            }
            let known = Vocabulary::by_address(address);
            let vocabulary = match known {
                _ if prefix.is_empty() && (root || address.is_empty()) => Vocabulary::Native,
                Some(Vocabulary::Atom) if self.context.atom => Vocabulary::Native,
                Some(vocabulary) => vocabulary,
                None if prefix.is_empty() => Vocabulary::Other,
                None => {
                    let vocabulary = Vocabulary::by_prefix(prefix);
                    if vocabulary != Vocabulary::Other {
                        self.repair("namespaces under a wrong address");
                    }
                    vocabulary
                }
            };
            self.bindings.push((prefix.to_owned(), vocabulary));
        }
    }

    pub(super) fn vocabulary(&mut self, prefix: &str) -> Vocabulary {
        let bound = self
            .bindings
            .iter()
            .rev()
            .find(|(found, _)| found == prefix)
            .map(|(_, vocabulary)| *vocabulary);
        bound.unwrap_or_else(|| match Vocabulary::by_prefix(prefix) {
            Vocabulary::Atom if self.context.atom => Vocabulary::Native,
            vocabulary => {
                if !prefix.is_empty() {
                    self.repair("prefixes that are not declared");
                }
                vocabulary
            }
        })
    }

    pub(super) fn attributes(&mut self, start: &BytesStart<'_>) -> Vec<(String, String)> {
        let mut attributes: Vec<(String, String)> = Vec::new();
        let mut strict = true;
        for attribute in start.html_attributes().with_checks(false) {
            if attributes.len() >= self.limits.max_attributes {
                self.limit(format!(
                    "an element with more than {} attributes was cut",
                    self.limits.max_attributes
                ));
                break;
            }
            let Ok(attribute) = attribute else {
                strict = false;
                continue;
            };
            let name = String::from_utf8_lossy(attribute.key.into_inner()).to_ascii_lowercase();
            let value = String::from_utf8_lossy(&attribute.value);
            let (value, broken) = self.entities.resolve_all(&value);
            strict &= !broken && !attributes.iter().take(50).any(|(found, _)| *found == name);
            attributes.push((name, value.into_owned()));
        }
        if !attributes.is_empty() && (!strict || start.attributes().take(51).any(|attribute| attribute.is_err())) {
            self.repair("attributes that are not well-formed");
        }
        attributes
    }
}

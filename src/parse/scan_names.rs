//! The scan's part about names: what the root element says, which vocabulary a prefix stands for, and attributes.

use std::borrow::Cow;

use quick_xml::events::attributes::Attributes;

use super::scan::Scanner;
use super::tree::Attribute;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Kind, Result};
use crate::model::FeedFormat;

/// The most namespace declarations in force at once; real feeds have up to 30.
const MAX_BINDINGS: usize = 256;

/// Bytes an attribute may have however short texts have to be: most hold addresses.
const ANY_ATTRIBUTE: usize = 4 << 10;

impl<'t> Scanner<'t, '_> {
    pub(super) fn root(&mut self, name: &str, attributes: &[Attribute<'t>]) -> Result<()> {
        let local = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        let attribute = |wanted: &str| {
            attributes
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_ref())
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
            "envelope" => return not("a SOAP message"),
            "definitions" => return not("a description of web services (WSDL)"),
            "schema" => return not("an XML schema"),
            "stylesheet" => return not("an XSLT stylesheet"),
            "kml" | "gpx" => return not("map data"),
            "plist" => return not("a property list"),
            "service" | "categories" => return not("an Atom Publishing document"),
            "rsd" => return not("a description of a blog's interfaces (RSD)"),
            "methodresponse" | "listbucketresult" | "resources" => return not("an interface's answer"),
            "oai-pmh" => return not("an OAI-PMH answer"),
            "parsererror" => return not("a browser's report of broken XML"),
            other => return not(&format!("XML with the root <{}>", crate::text::shorten(other, 40))),
        };
        let version = attribute("version").unwrap_or_default();
        let faulty = match local.as_str() {
            "rss" => name != "rss" || version.is_empty(),
            "channel" => true,
            _ => false,
        };
        if faulty {
            self.repair("a root element in another case or without a version");
        }
        let unknown_to_feed_rs = match local.as_str() {
            "rss" => !matches!(version, "2.0" | "0.91" | "0.92") || attribute("xmlns").is_some(),
            "rdf" => !attributes
                .iter()
                .any(|(name, value)| name == "xmlns" && value == "http://purl.org/rss/1.0/"),
            "feed" => attribute("xmlns") != Some("http://www.w3.org/2005/Atom"),
            _ => true,
        };
        self.hazardous |= unknown_to_feed_rs;
        self.context.atom = format == FeedFormat::Atom;
        self.format = Some(format);
        self.version = version_of(format, attributes);
        self.root_language = attribute("xml:lang")
            .map(crate::text::clean_line)
            .filter(|language| !language.is_empty());
        if let Some(writer) = &mut self.writer {
            writer.begin(format);
        }
        Ok(())
    }

    pub(super) fn bind(&mut self, attributes: &[Attribute<'t>], root: bool) {
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
            let prefix = match name {
                Cow::Borrowed(name) => Cow::Borrowed(name.get(name.len() - prefix.len()..).unwrap_or_default()),
                Cow::Owned(_) => Cow::Owned(prefix.to_owned()),
            };
            self.bindings.push((prefix, vocabulary));
        }
    }

    /// RDF's attributes under the prefix they are read by, whichever the document chose; RDF/XML allows none at all
    /// (`about`, `resource`).
    pub(super) fn name_rdf_attributes(&self, attributes: &mut [Attribute<'t>]) {
        if self.format != Some(FeedFormat::Rdf) {
            return;
        }
        for (name, _) in attributes {
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            let known = match local {
                "about" => "rdf:about",
                "resource" => "rdf:resource",
                _ => continue,
            };
            let is_rdf = prefix.is_empty()
                || self
                    .bindings
                    .iter()
                    .rev()
                    .find(|(bound, _)| bound == prefix)
                    .is_some_and(|(_, vocabulary)| *vocabulary == Vocabulary::Rdf);
            if is_rdf {
                *name = Cow::Borrowed(known);
            }
        }
    }

    pub(super) fn vocabulary(&mut self, prefix: &str) -> Vocabulary {
        // Declarations are kept in lower case, like all attributes.
        let bound = self
            .bindings
            .iter()
            .rev()
            .find(|(found, _)| found.eq_ignore_ascii_case(prefix))
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

    /// The attributes of a tag whose name ends at `end`. As HTML writes them (without quotes, without value, twice) they
    /// are read too, and noted.
    pub(super) fn attributes(&mut self, tag: &'t str, end: usize) -> Vec<Attribute<'t>> {
        let mut found: Vec<Attribute<'t>> = Vec::new();
        if tag.get(end..).is_none_or(|rest| rest.trim_ascii().is_empty()) {
            return found;
        }
        for attribute in Attributes::new(tag, end) {
            match attribute {
                Ok(attribute) if found.len() < self.limits.max_attributes => {
                    let Some(attribute) = self.attribute(attribute.key.into_inner(), &attribute.value) else {
                        continue;
                    };
                    found.push(attribute);
                }
                Ok(_) => {
                    self.too_many_attributes();
                    return found;
                }
                Err(_) => {
                    self.repair("attributes that are not well-formed");
                    return self.html_attributes(tag, end);
                }
            }
        }
        found
    }

    fn html_attributes(&mut self, tag: &'t str, end: usize) -> Vec<Attribute<'t>> {
        let mut found: Vec<Attribute<'t>> = Vec::new();
        for attribute in Attributes::html(tag, end).with_checks(false).flatten() {
            if found.len() >= self.limits.max_attributes {
                self.too_many_attributes();
                break;
            }
            found.extend(self.attribute(attribute.key.into_inner(), &attribute.value));
        }
        found
    }

    fn too_many_attributes(&mut self) {
        self.limit(format!(
            "an element with more than {} attributes was cut",
            self.limits.max_attributes
        ));
    }

    fn attribute(&mut self, name: &'t [u8], value: &Cow<'t, [u8]>) -> Option<Attribute<'t>> {
        let name = std::str::from_utf8(name).ok()?;
        let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        };
        let Cow::Borrowed(value) = value else { return None };
        let (value, broken) = self.entities.resolve_all(std::str::from_utf8(value).ok()?);
        if broken {
            self.repair("attributes that are not well-formed");
        }
        // Cut, an address would be another one: what is too long is as if it were missing.
        let limit = self.limits.max_text_bytes.max(ANY_ATTRIBUTE);
        if value.len() > limit {
            self.limit(format!("an attribute longer than {limit} bytes was left out"));
            return None;
        }
        Some((name, value))
    }
}

/// The version a root element names.
fn version_of(format: FeedFormat, attributes: &[Attribute<'_>]) -> Option<String> {
    let value = |wanted: &str| {
        attributes
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    };
    match format {
        FeedFormat::Rdf => {
            let space = attributes
                .iter()
                .filter(|(name, _)| name.starts_with("xmlns"))
                .find_map(|(_, address)| match address.trim() {
                    address if address.contains("purl.org/rss/1.0/modules") => None,
                    address if address.contains("purl.org/rss/1.0") => Some("1.0"),
                    address if address.contains("netscape.com/rdf/simple/0.9") => Some("0.90"),
                    _ => None,
                });
            space.map(str::to_owned)
        }
        FeedFormat::Atom => {
            let old = value("version").filter(|version| !version.trim().is_empty());
            let space = attributes
                .iter()
                .filter(|(name, _)| name.starts_with("xmlns"))
                .find_map(|(_, address)| {
                    if address.contains("w3.org/2005/Atom") {
                        Some("1.0")
                    } else if address.contains("purl.org/atom/ns") {
                        Some("0.3")
                    } else {
                        None
                    }
                });
            old.map(|version| crate::text::shorten(&crate::text::clean_line(version), 20))
                .or_else(|| space.map(str::to_owned))
        }
        _ => value("version")
            .map(|version| crate::text::shorten(&crate::text::clean_line(version), 20))
            .filter(|version| !version.is_empty()),
    }
}

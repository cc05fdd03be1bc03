//! Addresses in feeds: absolute, http and https only.

use url::Url;

use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{Atom, Native};
use crate::ident::is_web_link;
use crate::model::{Link, Warning, WarningKind};
use crate::text::{clean_line, shorten};

/// The most links kept of one item or feed, beside its own.
const MAX_LINKS: usize = 100;

/// An address made absolute. What is no address, or of another scheme than http and https, is `None` with a warning.
pub(super) fn resolve(text: &str, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    let found = absolute(text, base);
    if found.is_none() && !text.trim().is_empty() {
        // Not the address itself: it may be long, or hold a token.
        let scheme: String = text
            .trim()
            .chars()
            .take_while(|character| *character != ':')
            .take(40)
            .collect();
        warnings.push(Warning::new(
            WarningKind::Link,
            if is_address(text.trim()) {
                "a link without a host was dropped".to_owned()
            } else {
                format!(
                    "a link that is not http or https was dropped (\"{}\")",
                    shorten(&clean_line(&scheme), 20)
                )
            },
        ));
    }
    found
}

/// The same, for addresses whose absence is no loss.
pub(super) fn absolute(text: &str, base: &Url) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // "https:/host" and a DOI written as an address are not what a browser would make of them.
    let slash = ["http:/", "https:/"].iter().find(|head| {
        text.get(..head.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(head))
            && !text.get(head.len()..).is_some_and(|rest| rest.starts_with('/'))
    });
    if let Some(head) = slash {
        let rest = text.get(head.len()..).unwrap_or_default();
        return Url::parse(&format!("{head}/{rest}")).ok().filter(is_web_link);
    }
    if let Some(doi) = text.strip_prefix("doi:").filter(|rest| rest.starts_with("10.")) {
        return Url::parse(&format!("https://doi.org/{doi}")).ok();
    }
    let joined = if text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www.")) {
        Url::parse(&format!("http://{text}"))
    } else {
        base.join(text)
    };
    joined.ok().filter(is_web_link)
}

/// Whether a text is an address of its own, and so may stand in for a link.
pub(super) fn is_address(text: &str) -> bool {
    let scheme = |scheme: &str| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    (scheme("http://") || scheme("https://")) && !text.contains(char::is_whitespace)
}

/// The page an entry or feed leads to.
///
/// RSS: the first `<link>` with an address in it, then `atom:link rel="alternate"`. Atom: `rel="alternate"` or no rel,
/// HTML before other types; a link to related things is none of its own.
pub(super) fn link_of(tree: &Tree<'_>, base: &Url, atom: bool, warnings: &mut Vec<Warning>) -> Option<Url> {
    if !atom {
        let own = tree.fields().filter(|node| node.is(Native, "link"));
        for node in own {
            let text = node.address();
            let text = if text.is_empty() {
                // Atom's form without its namespace: a link to the feed itself is none to its page.
                let page = node
                    .attribute("rel")
                    .is_none_or(|rel| rel.eq_ignore_ascii_case("alternate"));
                node.attribute("href")
                    .filter(|_| page)
                    .or_else(|| node.attribute("rdf:resource"))
                    .unwrap_or_default()
            } else {
                &text
            };
            if let Some(url) = resolve(text, node.base_or(base), warnings) {
                return Some(url);
            }
        }
    }
    let mut alternates: Vec<&Node<'_>> = atom_links(tree, atom)
        .filter(|node| relation_of(node).eq_ignore_ascii_case("alternate"))
        .collect();
    alternates.sort_by_key(|node| !node.attribute("type").is_none_or(|kind| kind.contains("html")));
    alternates.into_iter().find_map(|node| {
        let plain;
        let text = match node.attribute("href") {
            Some(href) => href,
            None => {
                plain = node.address();
                &plain
            }
        };
        resolve(text, node.base_or(base), warnings)
    })
}

/// The Atom links of an entry or feed, also in RSS, also there without their namespace.
pub(super) fn atom_links<'a, 't>(tree: &'a Tree<'t>, atom: bool) -> impl Iterator<Item = &'a Node<'t>> {
    tree.fields().filter(move |node| {
        node.name == "link"
            && (node.vocabulary == Atom
                || (node.vocabulary == Native && (atom || (node.is_blank() && node.attribute("href").is_some()))))
    })
}

/// The relation of an Atom link; without one it is an alternate (RFC 4287, 4.2.7.2). The registry's address before a name
/// is the name's own long form.
pub(super) fn relation_of<'a>(node: &'a Node<'_>) -> &'a str {
    let relation = node.attribute("rel").unwrap_or("alternate");
    relation
        .strip_prefix("http://www.iana.org/assignments/relation/")
        .unwrap_or(relation)
}

/// The first Atom link of that relation.
pub(super) fn related(tree: &Tree<'_>, base: &Url, atom: bool, relation: &str) -> Option<Url> {
    atom_links(tree, atom)
        .filter(|node| relation_of(node).eq_ignore_ascii_case(relation))
        .find_map(|node| absolute(node.attribute("href")?, node.base_or(base)))
}

/// The Atom links that no field of its own holds. Of all but pages and files, which are read with a warning elsewhere,
/// those that are dropped are warned of here.
pub(super) fn other_links(
    tree: &Tree<'_>,
    base: &Url,
    atom: bool,
    own: Option<&Url>,
    known: &[&str],
    warnings: &mut Vec<Warning>,
) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for node in atom_links(tree, atom) {
        let relation = relation_of(node).to_ascii_lowercase();
        if links.len() >= MAX_LINKS {
            continue;
        }
        let text = node.attribute("href").unwrap_or_default();
        let url = if matches!(relation.as_str(), "alternate" | "enclosure") {
            absolute(text, node.base_or(base))
        } else {
            resolve(text, node.base_or(base), warnings)
        };
        let Some(url) = url.filter(|_| !known.contains(&relation.as_str())) else {
            continue;
        };
        if relation == "alternate" && own == Some(&url) {
            continue;
        }
        let mut link = Link::new(url, shorten(&clean_line(&relation), 120));
        link.mime_type = node.attribute("type").map(|kind| clean_line(kind).to_ascii_lowercase());
        link.language = node.attribute("hreflang").map(clean_line);
        link.title = node.attribute("title").map(clean_line);
        links.push(link);
    }
    links
}

//! Addresses in feeds: absolute, http and https only.

use url::Url;

use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{Atom, Native};
use crate::ident::is_web_link;
use crate::model::{Warning, WarningKind};
use crate::text::{clean_line, shorten};

/// An address made absolute. What is no address, or of another scheme than http and https, is `None` with a warning.
pub(super) fn resolve(text: &str, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let joined = if text.starts_with("www.") {
        Url::parse(&format!("http://{text}"))
    } else {
        base.join(text)
    };
    match joined {
        Ok(url) if is_web_link(&url) => Some(url),
        _ => {
            // Not the address itself: it may be long, or hold a token.
            let scheme: String = text.chars().take_while(|character| *character != ':').collect();
            warnings.push(Warning::new(
                WarningKind::Link,
                format!(
                    "a link that is not http or https was dropped (\"{}\")",
                    shorten(&clean_line(&scheme), 20)
                ),
            ));
            None
        }
    }
}

/// The page an entry or feed leads to.
///
/// RSS: the first `<link>` with an address in it, then `atom:link rel="alternate"`. Atom: `rel="alternate"` or no rel,
/// HTML before other types; a link to related things is none of its own.
pub(super) fn link_of(tree: &Tree, base: &Url, atom: bool, warnings: &mut Vec<Warning>) -> Option<Url> {
    if !atom {
        let own = tree.fields().filter(|node| node.is(Native, "link"));
        for node in own {
            let text = node.plain();
            let text = if text.is_empty() {
                node.attribute("href").unwrap_or_default()
            } else {
                &text
            };
            if let Some(url) = resolve(text, node.base.as_ref().unwrap_or(base), warnings) {
                return Some(url);
            }
        }
    }
    let mut alternates: Vec<&Node> = atom_links(tree, atom)
        .filter(|node| {
            node.attribute("rel")
                .is_none_or(|rel| rel.eq_ignore_ascii_case("alternate"))
        })
        .collect();
    alternates.sort_by_key(|node| !node.attribute("type").is_none_or(|kind| kind.contains("html")));
    alternates.into_iter().find_map(|node| {
        let plain;
        let text = match node.attribute("href") {
            Some(href) => href,
            None => {
                plain = node.plain();
                &plain
            }
        };
        resolve(text, node.base.as_ref().unwrap_or(base), warnings)
    })
}

/// The Atom links of an entry or feed, also in RSS.
pub(super) fn atom_links(tree: &Tree, atom: bool) -> impl Iterator<Item = &Node> {
    tree.fields()
        .filter(move |node| node.name == "link" && (node.vocabulary == Atom || (atom && node.vocabulary == Native)))
}

/// The first Atom link of that relation.
pub(super) fn related(tree: &Tree, base: &Url, atom: bool, relation: &str) -> Option<Url> {
    let mut unheeded = Vec::new();
    atom_links(tree, atom)
        .filter(|node| {
            node.attribute("rel")
                .is_some_and(|rel| rel.eq_ignore_ascii_case(relation))
        })
        .find_map(|node| {
            resolve(
                node.attribute("href")?,
                node.base.as_ref().unwrap_or(base),
                &mut unheeded,
            )
        })
}

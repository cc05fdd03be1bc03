//! From one entry's elements to an item: everything but its key, which needs the other items.

use std::collections::HashSet;

use url::Url;

use super::identity::identifiers;
use super::links::{absolute, is_address, link_of, other_links, related, relation_of, resolve};
use super::people;
use super::read_dates::read_dates;
use super::read_episode::episode;
use super::read_journal::journal;
use super::read_media::{image, media};
use super::read_text::{read_texts, title};
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{
    Atom, CreativeCommons, Dc, DcTerms, GooglePlay, Itunes, Media, Native, Podcast, Prism,
};
use crate::ident::canonical_link;
use crate::limits::Limits;
use crate::model::{Category, Item, Origin, Warning, WarningKind};
use crate::text::clean_line;

/// What reading needs to know of the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub base: &'a Url,
    /// An item of the source with nothing in it yet.
    pub blank: &'a Item,
    pub limits: &'a Limits,
    /// Whether unprefixed elements are Atom's.
    pub atom: bool,
}

/// Links of an item that have a field of their own.
const KNOWN_LINKS: [&str; 3] = ["enclosure", "license", "icon"];

/// The longest language tag believed; registered ones have at most 35 characters (RFC 5646, 4.4.1).
pub(super) const LONGEST_LANGUAGE: usize = 64;

/// The longest name of a vocabulary or label kept.
const LONGEST_NAME: usize = 200;

/// Reads an entry. Its key is empty.
pub(super) fn read_item(tree: &Tree<'_>, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Item {
    let mut item = context.blank.clone();
    let top = tree.nodes.first();
    let base = top.map_or(context.base, |node| node.base_or(context.base));

    item.title = title(tree, context.atom);
    addresses(tree, context, base, &mut item, warnings);
    read_texts(tree, context, base, &mut item);
    item.authors = people::authors(tree, base, warnings);
    item.contributors = people::contributors(tree, base, warnings);
    if item.authors.len().max(item.contributors.len()) > people::MAX_PEOPLE {
        item.authors.truncate(people::MAX_PEOPLE);
        item.contributors.truncate(people::MAX_PEOPLE);
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("people beyond {} were left out", people::MAX_PEOPLE),
        ));
    }
    item.categories = categories(tree);
    item.language = top
        .and_then(|node| node.attribute("xml:lang").map(clean_line))
        .or_else(|| tree.first_line(&[(Dc, "language"), (DcTerms, "language"), (Native, "language")]));
    read_dates(tree, &mut item, warnings);
    item.rights = rights(tree, context.atom);
    item.license = license(tree, base, context.atom);
    item.origin = origin(tree, base, warnings);
    item.journal = journal(tree);
    item.media = media(tree, base, context, warnings);
    item.image = image(tree, base, warnings);
    item.episode = episode(tree, base, warnings);
    doubt_duration(&mut item, warnings);
    item.identifiers = identifiers(tree, &item);
    item
}

/// Guid, link, canonical link, comments, other links.
fn addresses(tree: &Tree<'_>, context: &Context<'_>, base: &Url, item: &mut Item, warnings: &mut Vec<Warning>) {
    let about = tree.nodes.first().and_then(|node| node.attribute("rdf:about"));
    let guid = tree
        .field(Native, "guid")
        .or_else(|| tree.field(Native, "id"))
        .or_else(|| tree.field(Atom, "id"));
    item.guid = guid
        .map(Node::plain)
        .or_else(|| about.map(clean_line))
        .filter(|guid| !guid.is_empty());
    item.guid_is_link = guid.is_some_and(|node| {
        node.name == "guid"
            && !node
                .attribute("ispermalink")
                .is_some_and(|flag| flag.eq_ignore_ascii_case("false"))
    }) && item.guid.as_deref().is_some_and(is_address);
    item.link = link_of(tree, base, context.atom, warnings);
    if item.link.is_none() {
        // An id that is an address is the page of an Atom entry or RDF item, if it has no other.
        let stands_in = item.guid_is_link || guid.is_none_or(|node| node.name == "id");
        item.link = item
            .guid
            .as_deref()
            .filter(|text| stands_in && is_address(text))
            .and_then(|text| resolve(text, base, warnings));
    }
    if item.link.is_none() {
        // Content that stands elsewhere as a page (RFC 4287, 4.1.3.2).
        let away = tree.fields().find(|node| {
            node.name == "content"
                && matches!(node.vocabulary, Native | Atom)
                && node.attribute("type").is_none_or(|kind| kind.contains("html"))
        });
        item.link = away.and_then(|node| absolute(node.attribute("src")?, node.base_or(base)));
    }
    item.canonical_link = item.link.as_ref().map(canonical_link);
    item.comments = tree
        .field(Native, "comments")
        .map(Node::address)
        .filter(|text| is_address(text) || !text.contains(char::is_whitespace))
        // How many there are is no page.
        .filter(|text| !text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| resolve(&text, base, warnings))
        .or_else(|| related(tree, base, context.atom, "replies"));
    item.links = other_links(tree, base, context.atom, item.link.as_ref(), &KNOWN_LINKS, warnings);
}

/// More than this many bytes for each second of sound, 2 Mbit/s, is no sound: ten times the best podcasts, and more than
/// an uncompressed recording.
const MOST_BYTES_A_SECOND: u64 = 250_000;

/// Films need more, also where their type says sound.
const FILM_ENDINGS: [&str; 5] = [".mp4", ".m4v", ".mov", ".avi", ".webm"];

/// A duration that cannot be true is unknown: "0:00:01" beside a file of 37 MB would fill a plan with one-second episodes.
fn doubt_duration(item: &mut Item, warnings: &mut Vec<Warning>) {
    let sound = item.audio().filter(|audio| {
        let path = audio.url.path().to_ascii_lowercase();
        !FILM_ENDINGS.iter().any(|ending| path.ends_with(ending))
    });
    let Some(bytes) = sound.and_then(|audio| audio.bytes) else {
        return;
    };
    let Some(episode) = item.episode.as_mut() else { return };
    let Some(seconds) = episode.duration_seconds else {
        return;
    };
    if seconds.saturating_mul(MOST_BYTES_A_SECOND) < bytes {
        episode.duration_seconds = None;
        let message = format!("a length of {seconds} s does not fit a file of {bytes} bytes; it is unknown");
        warnings.push(Warning::new(WarningKind::Other, message));
    }
}

/// Categories of an item or feed, each once.
pub(super) fn categories(tree: &Tree<'_>) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |term: String, scheme: Option<&str>, label: Option<&str>| {
        let short = |text: &str| crate::text::shorten(&clean_line(text), LONGEST_NAME);
        let mut category = Category::new(term);
        (category.scheme, category.label) = (scheme.map(short), label.map(short));
        if !category.term.is_empty() && seen.insert(category.clone()) {
            categories.push(category);
        }
    };
    for node in tree.nodes.iter().skip(1) {
        let label = node.attribute("label");
        match (node.vocabulary, node.name) {
            // Some writers wrap them in one element.
            (Native | Atom, "category")
                if node.parent == 0
                    || tree
                        .nodes
                        .get(node.parent)
                        .is_some_and(|node| node.name == "categories") =>
            {
                let term = node
                    .attribute("term")
                    .map(clean_line)
                    .or_else(|| Some(node.line()).filter(|line| !line.is_empty()))
                    .or_else(|| label.map(clean_line));
                let scheme = node.attribute("scheme").or_else(|| node.attribute("domain"));
                add(term.unwrap_or_default(), scheme, label);
            }
            (Dc | DcTerms, "subject") => add(node.line(), None, None),
            (Itunes | GooglePlay, "category") => add(
                node.attribute("text").map_or_else(|| node.line(), clean_line),
                None,
                None,
            ),
            (Media, "category") => add(node.line(), node.attribute("scheme"), label),
            (Itunes | Media, "keywords") => {
                let scheme = if node.vocabulary == Itunes {
                    "itunes:keywords"
                } else {
                    "media:keywords"
                };
                for word in node.plain().split([',', ';']) {
                    add(word.trim().to_owned(), Some(scheme), None);
                }
            }
            (Prism, "keyword") => add(node.line(), None, None),
            _ => {}
        }
    }
    categories
}

/// What a text says of rights.
pub(super) fn rights(tree: &Tree<'_>, atom: bool) -> Option<String> {
    let own = tree
        .field(Native, "rights")
        .filter(|_| atom)
        .map(super::read_text::atom_line)
        .filter(|line| !line.is_empty());
    own.or_else(|| {
        tree.first_line(&[
            (Dc, "rights"),
            (DcTerms, "rights"),
            (Native, "rights"),
            (Native, "copyright"),
            (Prism, "copyright"),
            (Media, "copyright"),
            (Atom, "rights"),
        ])
    })
}

/// The address of a licence.
pub(super) fn license(tree: &Tree<'_>, base: &Url, atom: bool) -> Option<Url> {
    let named = tree.nodes.iter().skip(1).filter(|node| {
        node.name == "license" && matches!(node.vocabulary, CreativeCommons | DcTerms | Media | Podcast | Native)
    });
    named
        .filter_map(|node| {
            let text = node
                .attribute("rdf:resource")
                .or_else(|| node.attribute("url"))
                .or_else(|| node.attribute("href"))
                .map_or_else(|| node.plain(), str::to_owned);
            is_address(&text).then(|| absolute(&text, node.base_or(base)))?
        })
        .next()
        .or_else(|| related(tree, base, atom, "license"))
}

fn origin(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Origin> {
    let (index, node) = tree
        .children(0)
        .find(|(_, node)| node.name == "source" && matches!(node.vocabulary, Native | Atom))?;
    // RSS names the feed's own address, so that of Atom goes before its page's.
    let linked = |relation: &str| {
        tree.children(index)
            .filter(|(_, child)| child.name == "link" && relation_of(child).eq_ignore_ascii_case(relation))
            .find_map(|(_, child)| child.attribute("href"))
    };
    let link = linked("self").or_else(|| linked("alternate"));
    let updated = tree
        .children(index)
        .find(|(_, child)| child.name == "updated")
        .and_then(|(_, child)| super::dates::read(&child.plain()));
    let origin = Origin {
        title: tree
            .child_line(index, "title")
            .or_else(|| Some(node.line()))
            .filter(|title| !title.is_empty()),
        link: node
            .attribute("url")
            .or(link)
            .and_then(|text| resolve(text, node.base_or(base), warnings)),
        id: tree.child_line(index, "id"),
        authors: people::authors_in(tree, index, base, warnings),
        rights: tree.child_line(index, "rights"),
        updated,
    };
    (origin != Origin::default()).then_some(origin)
}

//! From one entry's elements to an item: everything but its key, which needs the other items.

use std::collections::HashSet;

use url::Url;

use super::dates;
use super::identity::identifiers;
use super::links::{link_of, resolve};
use super::people;
use super::read_media::{episode, image, media};
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{
    self, Atom, Content as ContentModule, Dc, DcTerms, GooglePlay, Itunes, Media, Native, Prism,
};
use crate::ident::canonical_link;
use crate::limits::Limits;
use crate::model::{Category, Content, FeedDate, Item, Journal, Origin, SourceId, Warning, WarningKind};
use crate::text::{clean_line, clean_text, html_to_text};

/// What reading needs to know of the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub base: &'a Url,
    pub source: SourceId,
    pub limits: &'a Limits,
    /// Whether unprefixed elements are Atom's.
    pub atom: bool,
}

/// Reads an entry. Its key is empty.
pub(super) fn read_item(tree: &Tree, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Item {
    let mut item = Item::new(context.source, "");
    let top = tree.nodes.first();
    let base = top.and_then(|node| node.base.as_ref()).unwrap_or(context.base);

    item.title = title(tree, context.atom);
    let about = top.and_then(|node| node.attribute("rdf:about"));
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
            && is_address(&node.plain())
    });
    item.link = link_of(tree, base, context.atom, warnings);
    if item.link.is_none() {
        let fallback = if item.guid_is_link {
            item.guid.clone()
        } else {
            about.map(str::to_owned)
        };
        item.link = fallback
            .filter(|text| is_address(text))
            .and_then(|text| resolve(&text, base, warnings));
    }
    item.canonical_link = item.link.as_ref().map(canonical_link);
    item.comments = tree
        .field(Native, "comments")
        .map(Node::plain)
        .and_then(|text| resolve(&text, base, warnings));

    texts(tree, context, base, &mut item);
    item.authors = people::authors(tree, base);
    item.contributors = people::contributors(tree, base);
    if item.authors.len().max(item.contributors.len()) >= people::MAX_PEOPLE {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("people beyond {} were left out", people::MAX_PEOPLE),
        ));
    }
    item.categories = categories(tree);
    item.language = top
        .and_then(|node| node.attribute("xml:lang").map(str::to_owned))
        .or_else(|| tree.first_line(&[(Dc, "language"), (DcTerms, "language"), (Native, "language")]));
    dates_of(tree, &mut item, warnings);
    item.rights = tree.first_line(&[
        (Dc, "rights"),
        (DcTerms, "rights"),
        (Native, "rights"),
        (Native, "copyright"),
        (Prism, "copyright"),
        (Media, "copyright"),
    ]);
    item.origin = origin(tree, base);
    item.journal = journal(tree);
    item.media = media(tree, base, context, warnings);
    item.image = image(tree, base);
    item.episode = episode(tree, base, warnings);
    doubt_duration(&mut item, warnings);
    item.identifiers = identifiers(tree, &item);
    item
}

/// More than this many bytes for each second of sound, 2 Mbit/s, is no sound: ten times the best podcasts, and more than
/// an uncompressed recording.
const MOST_BYTES_A_SECOND: u64 = 250_000;

/// A duration that cannot be true is unknown: "0:00:01" beside a file of 37 MB would fill a plan with one-second episodes.
fn doubt_duration(item: &mut Item, warnings: &mut Vec<Warning>) {
    let Some(bytes) = item.audio().and_then(|audio| audio.bytes) else {
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

fn is_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// RSS titles are HTML as often as text, so both are resolved; Atom says which it is, and is believed unless the text
/// holds the end tag of inline markup.
fn title(tree: &Tree, atom: bool) -> String {
    let own = tree
        .fields()
        .filter(|node| node.is(Native, "title"))
        .map(|node| if atom { atom_line(node) } else { node.line() });
    own.into_iter()
        .find(|line| !line.is_empty())
        .or_else(|| tree.first_line(&[(Atom, "title"), (Dc, "title"), (Itunes, "title"), (Media, "title")]))
        .unwrap_or_default()
}

/// An Atom text construct in one line.
pub(super) fn atom_line(node: &Node) -> String {
    const INLINE_ENDS: [&str; 7] = ["</i>", "</b>", "</em>", "</sub>", "</sup>", "</strong>", "</a>"];
    let html = node.markup.is_some()
        || node
            .attribute("type")
            .is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
        || has_entity(&node.text)
        || INLINE_ENDS.iter().any(|end| node.text.contains(end));
    if html { node.line() } else { clean_line(&node.text) }
}

fn texts(tree: &Tree, context: &Context<'_>, base: &Url, item: &mut Item) {
    let content_base = |node: &Node| {
        node.base
            .clone()
            .or_else(|| item.link.clone())
            .or_else(|| Some(base.clone()))
    };
    let mut summary = String::new();
    let mut content = None;
    if context.atom {
        summary = tree
            .field(Native, "summary")
            .map(|node| html_to_text_if(node, atom_is_html(node)))
            .unwrap_or_default();
        if let Some(node) = tree.field(Native, "content").filter(|node| atom_is_text(node)) {
            content = Some(if atom_is_html(node) {
                Content::html(node.html(), content_base(node))
            } else {
                Content::plain(node.text.trim())
            });
        }
    }
    if content.is_none() {
        content = tree
            .field(ContentModule, "encoded")
            .or_else(|| tree.field(Native, "encoded"))
            .or_else(|| tree.field(Native, "fulltext"))
            .map(|node| Content::html(node.html(), content_base(node)));
    }
    if let Some(node) = tree.field(Native, "description") {
        if content.is_none() && has_tag(node.html()) {
            content = Some(Content::html(node.html(), content_base(node)));
        }
        if summary.is_empty() {
            summary = html_to_text(node.html());
        }
    }
    for (vocabulary, name) in [
        (Itunes, "summary"),
        (Dc, "description"),
        (DcTerms, "abstract"),
        (Media, "description"),
        (GooglePlay, "description"),
        (Atom, "summary"),
        (Prism, "teaser"),
        (Itunes, "subtitle"),
    ] {
        if !summary.is_empty() {
            break;
        }
        let found = if vocabulary == Media {
            tree.all(Media, "description")
                .map(|(_, node)| node)
                .find(|node| !node.is_blank())
        } else {
            tree.field(vocabulary, name)
        };
        summary = found.map(|node| html_to_text(node.html())).unwrap_or_default();
    }
    if summary.is_empty()
        && let Some(content) = &content
    {
        summary = content.text.clone();
    }
    item.summary = summary;
    item.content = content;
}

fn atom_is_html(node: &Node) -> bool {
    node.markup.is_some()
        || node.attribute("type").is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("html") || kind.contains("xml")
        })
        || (node.attribute("type").is_none_or(|kind| kind == "text") && has_tag(&node.text) && node.text.contains("</"))
}

/// Whether content is text at all: not a reference, not base64 data.
fn atom_is_text(node: &Node) -> bool {
    node.attribute("src").is_none()
        && node.attribute("mode") != Some("base64")
        && node
            .attribute("type")
            .is_none_or(|kind| !kind.contains('/') || kind.contains("text") || kind.contains("xml"))
}

fn html_to_text_if(node: &Node, html: bool) -> String {
    if html || has_entity(&node.text) {
        html_to_text(node.html())
    } else {
        clean_text(&node.text)
    }
}

/// Whether a text that should be plain was escaped once too often: it still holds a reference.
fn has_entity(text: &str) -> bool {
    ["&nbsp;", "&amp;", "&quot;", "&lt;", "&gt;", "&#"]
        .iter()
        .any(|reference| text.contains(reference))
}

/// Whether a text holds a tag, so that it is HTML: `<` and a letter, and a `>` after it.
pub(super) fn has_tag(text: &str) -> bool {
    text.match_indices('<').take(100).any(|(at, _)| {
        text.get(at + 1..).is_some_and(|rest| {
            let rest = rest.strip_prefix('/').unwrap_or(rest);
            rest.starts_with(|first: char| first.is_ascii_alphabetic()) && rest.contains('>')
        })
    })
}

fn categories(tree: &Tree) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |category: Category| {
        if !category.term.is_empty() && seen.insert(category.clone()) {
            categories.push(category);
        }
    };
    for node in tree.fields() {
        match (node.vocabulary, node.name.as_str()) {
            (Native | Atom, "category") => {
                let term = node.attribute("term").map_or_else(|| node.line(), clean_line);
                let mut category = Category::new(term);
                category.scheme = node
                    .attribute("scheme")
                    .or_else(|| node.attribute("domain"))
                    .map(clean_line);
                category.label = node.attribute("label").map(clean_line);
                add(category);
            }
            (Dc | DcTerms, "subject") => add(Category::new(node.line())),
            (Itunes, "category") => add(Category::new(
                node.attribute("text").map(clean_line).unwrap_or_default(),
            )),
            (Media, "category") => add(Category::new(node.line())),
            _ => {}
        }
    }
    categories
}

fn dates_of(tree: &Tree, item: &mut Item, warnings: &mut Vec<Warning>) {
    let published = [
        (Native, "pubdate"),
        (Native, "published"),
        (Native, "issued"),
        (Dc, "date"),
        (Prism, "publicationdate"),
        (Prism, "coverdate"),
        (DcTerms, "issued"),
        (DcTerms, "available"),
        (DcTerms, "created"),
        (Atom, "published"),
        (Native, "created"),
        (Native, "date"),
        (Prism, "coverdisplaydate"),
    ];
    let updated = [
        (Native, "updated"),
        (Native, "modified"),
        (Atom, "updated"),
        (DcTerms, "modified"),
    ];
    let (date, raw, bad) = first_date(tree, &published);
    (item.published, item.published_raw) = (date, raw);
    if let Some(bad) = bad {
        warnings.push(Warning::new(
            WarningKind::Date,
            format!(
                "\"{}\" was not read as a date: {}",
                crate::text::shorten(&clean_line(&bad), 60),
                dates::problem(&bad)
            ),
        ));
    }
    item.updated = first_date(tree, &updated).0;
}

/// The first of these fields that can be read, as date and as it stood; else the first text, and that text as bad.
pub(super) fn first_date(
    tree: &Tree,
    names: &[(Vocabulary, &str)],
) -> (Option<FeedDate>, Option<String>, Option<String>) {
    let mut first: Option<String> = None;
    for (vocabulary, name) in names {
        for node in tree.fields().filter(|node| node.is(*vocabulary, name)) {
            let shown = node.plain();
            let moment = node.attribute("datetime").and_then(dates::read);
            if let Some(date) = moment.or_else(|| dates::read(&shown)) {
                return (Some(date), Some(crate::text::shorten(&shown, 120)), None);
            }
            if first.is_none() && !shown.is_empty() {
                first = Some(shown);
            }
        }
    }
    (
        None,
        first.as_deref().map(|text| crate::text::shorten(text, 120)),
        first,
    )
}

fn origin(tree: &Tree, base: &Url) -> Option<Origin> {
    let (index, node) = tree
        .children(0)
        .find(|(_, node)| node.name == "source" && matches!(node.vocabulary, Native | Atom))?;
    let title = tree
        .children(index)
        .find(|(_, child)| child.name == "title")
        .map(|(_, child)| child.line())
        .or_else(|| Some(node.line()))
        .filter(|title| !title.is_empty());
    let inner = tree.children(index).filter(|(_, child)| child.name == "link");
    let link = inner
        .filter(|(_, child)| {
            child
                .attribute("rel")
                .is_none_or(|rel| matches!(rel, "self" | "alternate"))
        })
        .find_map(|(_, child)| child.attribute("href"));
    let link = node
        .attribute("url")
        .or(link)
        .and_then(|text| resolve(text, base, &mut Vec::new()));
    (title.is_some() || link.is_some()).then_some(Origin { title, link })
}

fn journal(tree: &Tree) -> Option<Journal> {
    let line = |name: &str| tree.first_line(&[(Prism, name)]);
    let source = tree
        .first_line(&[(Dc, "source")])
        .filter(|name| !is_address(name) && name.len() < 200);
    let journal = Journal {
        name: line("publicationname").or(source),
        volume: line("volume"),
        issue: line("number")
            .or_else(|| line("issueidentifier"))
            .or_else(|| line("issue")),
        pages: match (line("startingpage"), line("endingpage")) {
            (Some(first), Some(last)) if first != last => Some(format!("{first}-{last}")),
            (Some(first), _) => Some(first),
            _ => line("pagerange"),
        },
        section: line("section"),
        article_type: line("genre")
            .or_else(|| tree.first_line(&[(Dc, "type")]))
            .or_else(|| line("category"))
            .map(|kind| kind.rsplit('/').next().unwrap_or(&kind).to_owned())
            .filter(|kind| !kind.is_empty()),
    };
    (journal != Journal::default()).then_some(journal)
}

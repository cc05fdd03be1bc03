//! An entry's title, summary and content.
//!
//! RSS never says whether a text is HTML, so it is read as HTML; Atom says so and is believed, unless the text gives it
//! away. Content in Base64 (Atom 0.3 `mode="base64"`, RFC 4287, 4.1.3.3) is decoded where it turns out to be text.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use super::read_item::Context;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{
    Atom, Content as ContentModule, Dc, DcTerms, GooglePlay, Itunes, Media, Native, Prism, Xhtml,
};
use crate::model::{Content, Item};
use crate::text::{base_of_html, clean_line, clean_text, html_to_text};

/// Padding is often lost or wrong.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// RSS titles are HTML as often as text, so both are resolved; Atom says which it is, and is believed unless the text
/// holds the end tag of inline markup.
pub(super) fn title(tree: &Tree<'_>, atom: bool) -> String {
    tree.fields()
        .filter(|node| node.is(Native, "title"))
        .map(|node| if atom { atom_line(node) } else { unescaped_line(node) })
        .find(|line| !line.is_empty())
        .or_else(|| {
            tree.first_line(&[
                (Atom, "title"),
                (Dc, "title"),
                (DcTerms, "title"),
                (Itunes, "title"),
                (Media, "title"),
            ])
        })
        // An item that is nothing but a film or a recording is called as its file is.
        .or_else(|| {
            tree.all(Media, "title")
                .map(|(_, node)| node.line())
                .find(|line| !line.is_empty())
        })
        .unwrap_or_default()
}

/// An Atom text construct in one line.
pub(super) fn atom_line(node: &Node<'_>) -> String {
    if node.markup.is_some() || atom_says_html(node) || has_entity(&node.text) || has_inline_end(&node.text) {
        node.line()
    } else {
        clean_line(&node.text)
    }
}

/// A title of RSS. One that still holds a reference or the end tag of inline markup was escaped twice.
fn unescaped_line(node: &Node<'_>) -> String {
    let line = node.line();
    if has_inline_end(&line) || has_entity(&line) {
        return clean_line(&html_to_text(&line));
    }
    line
}

/// A text of RSS as HTML. Without a tag, but with the end tag of a paragraph or of inline markup among its references, it
/// was escaped twice.
fn unescaped_html<'a>(node: &'a Node<'_>) -> Cow<'a, str> {
    const BLOCK_ENDS: [&str; 2] = ["</p>", "</div>"];
    let html = node.html();
    if html.contains("&lt;/") && !has_tag(html) {
        let inner = html_to_text(html);
        if has_inline_end(&inner) || BLOCK_ENDS.iter().any(|end| inner.contains(end)) {
            return Cow::Owned(inner);
        }
    }
    Cow::Borrowed(html)
}

/// Fills summary and content.
pub(super) fn read_texts(tree: &Tree<'_>, context: &Context<'_>, base: &Url, item: &mut Item) {
    let mut summary = String::new();
    let mut content = None;
    if context.atom {
        summary = tree.field(Native, "summary").map(atom_text).unwrap_or_default();
        content = atom_content(tree, base, item);
    }
    if content.is_none() {
        content = [
            (ContentModule, "encoded"),
            (Native, "encoded"),
            (Xhtml, "body"),
            (Xhtml, "div"),
            (Native, "body"),
            (Native, "fulltext"),
            (Native, "fullitem"),
            (Atom, "content"),
            (Native, "content"),
        ]
        .into_iter()
        .filter(|(vocabulary, _)| !(context.atom && *vocabulary == Native))
        .find_map(|(vocabulary, name)| tree.field(vocabulary, name))
        .map(|node| html_content(node, &unescaped_html(node), base, item));
    }
    if let Some(node) = tree.field(Native, "description") {
        let html = unescaped_html(node);
        // One walk over the text serves both: the summary is the content's plain form.
        if content.is_none() && has_tag(&html) {
            let described = html_content(node, &html, base, item);
            if summary.is_empty() {
                summary.clone_from(&described.text);
            }
            content = Some(described);
        } else if summary.is_empty() {
            summary = html_to_text(&html);
        }
        if has_entity(&summary) {
            summary = html_to_text(&summary);
        }
    }
    if summary.is_empty() {
        summary = other_summary(tree);
    }
    if summary.is_empty()
        && let Some(content) = &content
    {
        summary.clone_from(&content.text);
    }
    item.summary = summary;
    item.content = content;
}

fn other_summary(tree: &Tree<'_>) -> String {
    for (vocabulary, name) in [
        (Itunes, "summary"),
        (Dc, "description"),
        (DcTerms, "abstract"),
        (Media, "description"),
        (GooglePlay, "description"),
        (Native, "summary"),
        (Atom, "summary"),
        (Prism, "teaser"),
        (DcTerms, "description"),
        (Itunes, "subtitle"),
    ] {
        let found = if vocabulary == Media {
            tree.all(Media, "description")
                .map(|(_, node)| node)
                .find(|node| !node.is_blank())
        } else {
            tree.field(vocabulary, name)
        };
        let text = found.map(|node| html_to_text(node.html())).unwrap_or_default();
        if !text.is_empty() {
            return text;
        }
    }
    String::new()
}

/// The first Atom content that is text; HTML before plain text.
fn atom_content(tree: &Tree<'_>, base: &Url, item: &Item) -> Option<Content> {
    let mut plain = None;
    for node in tree
        .fields()
        .filter(|node| node.is(Native, "content") && !node.is_blank())
    {
        if !atom_is_text(node) {
            continue;
        }
        if atom_is_html(node) {
            return Some(html_content(node, node.html(), base, item));
        }
        if plain.is_none() {
            let mut content = Content::plain(node.text.trim());
            content.language = language_of(node);
            plain = Some(content);
        }
    }
    plain
}

/// Content with what its addresses are resolved against: its own `<base>`, its `xml:base`, the item's link, the feed's
/// base.
fn html_content(node: &Node<'_>, html: &str, base: &Url, item: &Item) -> Content {
    let outer = node.base.as_deref().or(item.link.as_ref()).unwrap_or(base);
    let mut content = Content::html(html, Some(content_base(html, outer)));
    content.language = language_of(node);
    content
}

/// What addresses inside HTML are resolved against: its own `<base>`, else what is around it.
pub(super) fn content_base(html: &str, outer: &Url) -> Url {
    (html.contains("<base") || html.contains("<BASE"))
        .then(|| base_of_html(html))
        .flatten()
        .and_then(|own| outer.join(&own).ok())
        .unwrap_or_else(|| outer.clone())
}

fn language_of(node: &Node<'_>) -> Option<String> {
    node.attribute("xml:lang").map(clean_line)
}

/// Puts in place of Base64 the text it stands for, as HTML, when it is text. Publishers put it into every element.
pub(super) fn decode(node: &mut Node<'_>) {
    // Nearly every element has neither attribute.
    if node.attributes.is_empty() {
        return;
    }
    if let Some(text) = decoded(node) {
        node.text = Cow::Owned(text);
        node.attributes
            .retain(|(name, _)| !matches!(name.as_ref(), "type" | "mode"));
        node.attributes.push((Cow::Borrowed("type"), Cow::Borrowed("html")));
    }
}

/// What a node in Base64 holds, when it is text.
fn decoded(node: &Node<'_>) -> Option<String> {
    let kind = node.attribute("type").unwrap_or("text");
    let says_so = node
        .attribute("mode")
        .is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
    let is_data = kind.contains('/') && !is_text_type(kind) && !is_medium(kind) && node.attribute("src").is_none();
    if node.markup.is_some() || !(says_so || is_data) {
        return None;
    }
    let letters: Vec<u8> = node.text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let text = String::from_utf8(BASE64.decode(letters).ok()?).ok()?;
    (!text.trim().is_empty() && !text.contains('\0')).then_some(text)
}

/// Whether content is text at all: not a reference, not data.
fn atom_is_text(node: &Node<'_>) -> bool {
    node.attribute("src").is_none()
        && !node
            .attribute("mode")
            .is_some_and(|mode| mode.eq_ignore_ascii_case("base64"))
        && node
            .attribute("type")
            .is_none_or(|kind| !kind.contains('/') || is_text_type(kind))
}

fn is_text_type(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("text/") || ["xml", "html", "json"].iter().any(|part| kind.contains(part))
}

/// Sound, films and pictures in Base64 are no text, whatever their bytes happen to spell.
fn is_medium(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["audio/", "video/", "image/"].iter().any(|head| kind.starts_with(head))
}

fn atom_says_html(node: &Node<'_>) -> bool {
    node.attribute("type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("html") || kind.contains("xml")
    })
}

fn atom_is_html(node: &Node<'_>) -> bool {
    node.markup.is_some()
        || atom_says_html(node)
        || (node.attribute("type").is_none_or(|kind| kind == "text") && has_tag(&node.text) && node.text.contains("</"))
}

/// A text that should be plain, in one line: resolved where the end tag of inline markup or a reference gives HTML away.
pub(super) fn plain_line(text: &str) -> String {
    if has_entity(text) || has_inline_end(text) {
        clean_line(&html_to_text(text))
    } else {
        clean_line(text)
    }
}

/// The same with its paragraphs; a text has tags when one of them is an end tag.
pub(super) fn plain_text(text: &str) -> String {
    if has_entity(text) || (has_tag(text) && text.contains("</")) {
        html_to_text(text)
    } else {
        clean_text(text)
    }
}

fn atom_text(node: &Node<'_>) -> String {
    if atom_is_html(node) || has_entity(&node.text) {
        html_to_text(node.html())
    } else {
        clean_text(&node.text)
    }
}

fn has_inline_end(text: &str) -> bool {
    const INLINE_ENDS: [&str; 7] = ["</i>", "</b>", "</em>", "</sub>", "</sup>", "</strong>", "</a>"];
    text.contains("</") && INLINE_ENDS.iter().any(|end| text.contains(end))
}

/// Whether a text that should be plain was escaped once too often: it still holds a reference.
fn has_entity(text: &str) -> bool {
    text.contains('&')
        && [
            "&nbsp;", "&amp;", "&quot;", "&lt;", "&gt;", "&#", "&mdash;", "&ndash;", "&rsquo;", "&lsquo;", "&rdquo;",
            "&ldquo;", "&hellip;",
        ]
        .iter()
        .any(|reference| text.contains(reference))
}

/// Whether a text holds a tag, so that it is HTML: `<` and a letter, and a `>` after it.
fn has_tag(text: &str) -> bool {
    let Some(last) = text.rfind('>') else { return false };
    text.match_indices('<').take(100).any(|(at, _)| {
        at < last
            && text.get(at + 1..).is_some_and(|rest| {
                let rest = rest.strip_prefix('/').unwrap_or(rest);
                rest.starts_with(|first: char| first.is_ascii_alphabetic())
            })
    })
}

//! What feed-rs 3.0.0 must not see: elements it panics at, refuses a whole feed for, misreads, or overflows its stack on.
//!
//! Each test is wider than the fault it guards against: a document that fails one only goes the way of repair, where
//! these elements are left out (the scan has read them).

use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary;

/// Elements nested deeper are rewritten flat; feed-rs recurses with large frames.
pub(super) const SAFE_DEPTH: usize = 40;

/// More media elements in one entry than this are rewritten: feed-rs compares thumbnails with groups pair by pair.
const MAX_MEDIA_ELEMENTS: usize = 100;

/// Whether feed-rs must not see an element.
pub(super) fn of_node(node: &Node<'_>, tree: &Tree<'_>, atom: bool) -> bool {
    let text = node.text.trim();
    match (node.vocabulary, node.name) {
        (Vocabulary::Itunes, "duration") => {
            let plain =
                (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
            !plain
        }
        (_, "author" | "managingeditor" | "webmaster" | "creator" | "contributor")
            if !text.is_ascii() && text.contains('@') =>
        {
            true
        }
        (Vocabulary::Media, "title" | "description") => {
            let known = matches!(node.attribute("type"), None | Some("plain" | "html"));
            text.is_empty() || node.markup.is_some() || !known
        }
        (Vocabulary::Media, "group") | (Vocabulary::Itunes, "category") => {
            let nested = tree
                .nodes
                .get(node.parent)
                .is_some_and(|parent| parent.is(node.vocabulary, node.name));
            let twice = nested
                && tree.nodes.get(node.parent).is_some_and(|parent| {
                    tree.nodes
                        .get(parent.parent)
                        .is_some_and(|above| above.is(node.vocabulary, node.name))
                });
            twice || (nested && node.name == "group")
        }
        (Vocabulary::Podcast, "person") => true,
        (Vocabulary::Native, "title" | "summary" | "content" | "subtitle" | "rights" | "tagline") if atom => {
            let kind = node.attribute("type").unwrap_or("text");
            // Content, unlike the other texts, may be of any media type (RFC 4287, 4.1.3.1).
            if node.name == "content" && kind.contains('/') {
                return false;
            }
            !matches!(kind, "text" | "html" | "xhtml") || (node.markup.is_some() && kind != "xhtml")
        }
        _ => node.markup.is_some(),
    }
}

/// Whether feed-rs must not see an entry as a whole.
pub(super) fn of_entry(tree: &Tree<'_>) -> bool {
    let media = tree
        .nodes
        .iter()
        .filter(|node| node.vocabulary == Vocabulary::Media)
        .count();
    media > MAX_MEDIA_ELEMENTS
}

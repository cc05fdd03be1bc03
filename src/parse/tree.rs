//! One entry's elements (or the feed's own) as a flat, bounded list; dropped as soon as they are read.

use super::vocabulary::Vocabulary;
use crate::text::{clean_line, html_to_text};

/// An element.
#[derive(Debug)]
pub(super) struct Node {
    pub vocabulary: Vocabulary,
    /// Local name, lower case.
    pub name: String,
    /// Names lower case, with their prefix (`xml:base`, `rdf:about`); values with entities resolved.
    pub attributes: Vec<(String, String)>,
    /// Character data, entities resolved. For markup inside, see `markup`.
    pub text: String,
    /// The inner markup, when there were elements inside a field of text.
    pub markup: Option<String>,
    /// Index of the element it is in; its own index for the topmost.
    pub parent: usize,
    /// Index after its last descendant.
    pub end: usize,
    /// What `xml:base` was in force.
    pub base: Option<url::Url>,
}

impl Node {
    pub(super) fn is(&self, vocabulary: Vocabulary, name: &str) -> bool {
        self.vocabulary == vocabulary && self.name == name
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// What the element says in one line of plain text. Text that is itself HTML (`&lt;i&gt;` in RSS) is resolved.
    pub(super) fn line(&self) -> String {
        match &self.markup {
            Some(markup) => clean_line(&html_to_text(markup)),
            None => clean_line(&html_to_text(&self.text)),
        }
    }

    /// The same, for fields that are never HTML: addresses, names, numbers.
    pub(super) fn plain(&self) -> String {
        match &self.markup {
            Some(markup) => clean_line(&html_to_text(markup)),
            None => clean_line(&self.text),
        }
    }

    /// The text as HTML: inner markup as it stands, or the character data, which in RSS is HTML.
    pub(super) fn html(&self) -> &str {
        self.markup.as_deref().unwrap_or(&self.text).trim()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.markup.is_none() && self.text.trim().is_empty()
    }
}

/// The elements in document order; the first is the entry itself.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
}

impl Tree {
    /// The children of an element, in order.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Node)> {
        let end = self.nodes.get(index).map_or(0, |node| node.end.min(self.nodes.len()));
        let inside = self.nodes.get(index + 1..end).unwrap_or_default();
        inside
            .iter()
            .enumerate()
            .map(move |(offset, node)| (index + 1 + offset, node))
            .filter(move |(_, node)| node.parent == index)
    }

    /// The entry's own children.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Node> {
        self.children(0).map(|(_, node)| node)
    }

    /// The first own child of that name that says something.
    pub(super) fn field(&self, vocabulary: Vocabulary, name: &str) -> Option<&Node> {
        self.fields().find(|node| node.is(vocabulary, name) && !node.is_blank())
    }

    /// The line of the first of these fields that has one.
    pub(super) fn first_line(&self, names: &[(Vocabulary, &str)]) -> Option<String> {
        names.iter().find_map(|(vocabulary, name)| {
            self.fields()
                .filter(|node| node.is(*vocabulary, name))
                .map(Node::line)
                .find(|line| !line.is_empty())
        })
    }

    /// Every element with that name below the topmost, however deep.
    pub(super) fn all(&self, vocabulary: Vocabulary, name: &'static str) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .skip(1)
            .filter(move |(_, node)| node.is(vocabulary, name))
    }
}

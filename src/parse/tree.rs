//! One entry's elements (or the feed's own) as a flat, bounded list; used again for the next entry when it is read.
//!
//! Texts and attributes borrow from the document wherever it holds them as they are.

use std::borrow::Cow;
use std::rc::Rc;

use url::Url;

use super::vocabulary::Vocabulary;
use crate::text::{clean_line, html_to_text};

/// An attribute: its name in lower case with its prefix (`xml:base`, `rdf:about`), and its value, entities resolved.
pub(super) type Attribute<'t> = (Cow<'t, str>, Cow<'t, str>);

/// An element.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub vocabulary: Vocabulary,
    /// Local name, lower case; one of [`super::names`].
    pub name: &'static str,
    pub attributes: Vec<Attribute<'t>>,
    /// Character data, entities resolved. For markup inside, see `markup`.
    pub text: Cow<'t, str>,
    /// The inner markup, when there were elements inside a field of text.
    pub markup: Option<String>,
    /// Index of the element it is in; its own index for the topmost.
    pub parent: usize,
    /// Index after its last descendant.
    pub end: usize,
    /// What `xml:base` was in force.
    pub base: Option<Rc<Url>>,
}

impl<'t> Node<'t> {
    pub(super) fn new(
        vocabulary: Vocabulary,
        name: &'static str,
        attributes: Vec<Attribute<'t>>,
        parent: usize,
        base: Option<Rc<Url>>,
    ) -> Self {
        Self {
            vocabulary,
            name,
            attributes,
            text: Cow::Borrowed(""),
            markup: None,
            parent,
            end: usize::MAX,
            base,
        }
    }

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

    /// What relative addresses in it are resolved against: its own `xml:base`, else this.
    pub(super) fn base_or<'a>(&'a self, base: &'a Url) -> &'a Url {
        self.base.as_deref().unwrap_or(base)
    }

    /// What the element says in one line of plain text. Text that is itself HTML (`&lt;i&gt;` in RSS) is resolved.
    pub(super) fn line(&self) -> String {
        match &self.markup {
            Some(markup) => clean_line(&html_to_text(markup)),
            None if self.text.contains(['<', '&']) => clean_line(&html_to_text(&self.text)),
            None => clean_line(&self.text),
        }
    }

    /// The same, for fields that are never HTML: addresses, names, numbers.
    pub(super) fn plain(&self) -> String {
        match &self.markup {
            Some(markup) => clean_line(&html_to_text(markup)),
            None => clean_line(&self.text),
        }
    }

    /// The same, for addresses: one that is broken over lines is joined without a gap (WHATWG URL, 4.4, drops line breaks
    /// and tabs).
    pub(super) fn address(&self) -> String {
        if self.markup.is_some() || !self.text.trim().contains(['\n', '\t']) {
            return self.plain();
        }
        let lines = self.text.split(['\n', '\t']).map(str::trim);
        clean_line(&lines.collect::<String>())
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
pub(super) struct Tree<'t> {
    pub nodes: Vec<Node<'t>>,
}

impl<'t> Tree<'t> {
    /// The children of an element, in order.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Node<'t>)> {
        let end = self.nodes.get(index).map_or(0, |node| node.end.min(self.nodes.len()));
        let inside = self.nodes.get(index + 1..end).unwrap_or_default();
        inside
            .iter()
            .enumerate()
            .map(move |(offset, node)| (index + 1 + offset, node))
            .filter(move |(_, node)| node.parent == index)
    }

    /// The entry's own children.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Node<'t>> {
        self.children(0).map(|(_, node)| node)
    }

    /// The first own child of that name that says something.
    pub(super) fn field(&self, vocabulary: Vocabulary, name: &str) -> Option<&Node<'t>> {
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

    /// The line of a child of that element, of any vocabulary.
    pub(super) fn child_line(&self, index: usize, name: &str) -> Option<String> {
        self.children(index)
            .filter(|(_, child)| child.name == name)
            .map(|(_, child)| child.line())
            .find(|line| !line.is_empty())
    }

    /// Whether there is any element of that vocabulary.
    pub(super) fn has(&self, vocabulary: Vocabulary) -> bool {
        self.nodes.iter().any(|node| node.vocabulary == vocabulary)
    }

    /// Every element with that name below the topmost, however deep.
    pub(super) fn all(&self, vocabulary: Vocabulary, name: &'static str) -> impl Iterator<Item = (usize, &Node<'t>)> {
        self.nodes
            .iter()
            .enumerate()
            .skip(1)
            .filter(move |(_, node)| node.is(vocabulary, name))
    }
}

//! The scan's part about what opens: entries, containers, fields, and markup inside fields.

use std::rc::Rc;

use url::Url;

use super::entities;
use super::hazard;
use super::names;
use super::scan::{Open, Role, Scanner, VOID};
use super::tree::{Attribute, Node};
use super::vocabulary::Vocabulary;
use crate::error::Result;
use crate::model::{FeedFormat, WarningKind};

/// The longest base address believed.
const LONGEST_BASE: usize = 2048;

/// What a start tag says.
struct Opening<'t> {
    /// As it stands, with its prefix.
    name: &'t str,
    vocabulary: Vocabulary,
    /// Without prefix, as it stands.
    local: &'t str,
    attributes: Vec<Attribute<'t>>,
    base: Option<Rc<Url>>,
}

impl<'t> Scanner<'t, '_> {
    /// An element without content.
    pub(super) fn empty(&mut self, tag: &'t str) -> Result<()> {
        // What is too deep and empty is left out without being counted as open.
        if !self.beyond.is_empty() {
            return Ok(());
        }
        let depth = self.open.len();
        self.start(tag, true)?;
        if self.open.len() > depth {
            self.close_top();
        } else {
            self.beyond.clear();
        }
        Ok(())
    }

    pub(super) fn start(&mut self, tag: &'t str, empty: bool) -> Result<()> {
        let end = tag
            .bytes()
            .position(|byte| byte.is_ascii_whitespace())
            .unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        if !self.beyond.is_empty() || self.open.len() >= self.limits.max_depth {
            if self.beyond.is_empty() {
                self.limit(format!(
                    "elements nested deeper than {} were left out",
                    self.limits.max_depth
                ));
            }
            *self.beyond.entry(name.to_ascii_lowercase()).or_insert(0) += 1;
            return Ok(());
        }
        let mut attributes = self.attributes(tag, end);
        let bindings = self.bindings.len();
        let root = self.open.is_empty();
        if root {
            self.root(name, &attributes)?;
        }
        if !attributes.is_empty() {
            self.bind(&attributes, root);
            self.name_rdf_attributes(&mut attributes);
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let opening = Opening {
            name,
            vocabulary: self.vocabulary(prefix),
            local,
            base: self.base_of(&attributes),
            attributes,
        };
        if self.open.len() > hazard::SAFE_DEPTH {
            self.hazardous = true;
        }
        let is_entry = opening.vocabulary == Vocabulary::Native && self.is_entry(local);
        if is_entry && self.in_entry && !self.make_room(local, empty) {
            self.bindings.truncate(bindings);
            return Ok(());
        }
        if opening.vocabulary == Vocabulary::Native {
            self.end_open_title(local);
        }
        let base = opening.base.clone();
        let (role, node) = self.place(opening, is_entry);
        if role == Role::Inner && VOID.iter().any(|name| name.eq_ignore_ascii_case(local)) {
            // HTML's empty elements need no end tag.
            self.bindings.truncate(bindings);
            if !empty {
                self.repair("elements that are not closed");
            }
            return Ok(());
        }
        self.open.push(Open {
            name,
            role,
            node,
            bindings,
            base,
        });
        Ok(())
    }

    fn is_entry(&self, local: &str) -> bool {
        local.eq_ignore_ascii_case("item")
            || (local.eq_ignore_ascii_case("entry") && (self.context.atom || self.format == Some(FeedFormat::Rss)))
    }

    fn base_of(&mut self, attributes: &[Attribute<'t>]) -> Option<Rc<Url>> {
        let outer = self.open.last().and_then(|open| open.base.clone());
        let Some((_, relative)) = attributes.iter().find(|(name, _)| name == "xml:base") else {
            return outer;
        };
        match outer.as_deref().unwrap_or(self.context.base).join(relative.trim()) {
            // Every address of every item may repeat it, so its length is bounded.
            Ok(joined) if joined.has_host() && joined.as_str().len() <= LONGEST_BASE => Some(Rc::new(joined)),
            _ => {
                self.repair("a base address that is none");
                outer
            }
        }
    }

    /// A title of RSS that is not closed ends where the next of the item's own elements begins, or it would swallow them.
    fn end_open_title(&mut self, local: &str) {
        const NEXT: [&str; 7] = [
            "link",
            "guid",
            "description",
            "pubdate",
            "enclosure",
            "comments",
            "category",
        ];
        let in_title = !self.context.atom
            && self.open.last().is_some_and(|open| {
                let tree = if self.in_entry { &self.entry } else { &self.feed };
                open.role == Role::Field
                    && tree
                        .nodes
                        .get(open.node)
                        .is_some_and(|node| node.is(Vocabulary::Native, "title"))
            });
        if in_title && names::known(local).is_some_and(|name| NEXT.contains(&name)) {
            self.repair("elements that are not closed");
            self.close_top();
        }
    }

    /// An entry begins inside another one, or inside one of its fields: the end tag of the outer one is missing. Whether
    /// the inner one is to be read.
    fn make_room(&mut self, local: &str, empty: bool) -> bool {
        if empty {
            self.repair("items inside items");
            return false;
        }
        let inside = self.open.last().map(|open| open.role);
        if matches!(inside, Some(Role::Skipped | Role::Container))
            || (self.context.atom && local.eq_ignore_ascii_case("item"))
        {
            return true;
        }
        self.repair("elements that are not closed");
        self.warn_once(WarningKind::Repaired, "an item that is not closed was closed");
        // One that holds nothing yet is only a wrapper.
        let wrapper = self.entry.nodes.len() == 1;
        while self.in_entry && !self.open.is_empty() {
            if wrapper {
                self.in_entry = false;
                self.entry.nodes.clear();
            }
            self.close_top();
        }
        true
    }

    /// What becomes of an element, and the node it or its text goes into.
    fn place(&mut self, opening: Opening<'t>, is_entry: bool) -> (Role, usize) {
        let parent = self.open.last().map(|open| (open.role, open.node));
        let is_channel = opening.vocabulary == Vocabulary::Native && opening.local.eq_ignore_ascii_case("channel");
        match parent {
            None if opening.local.eq_ignore_ascii_case("entry") => self.begin_entry(opening),
            None => {
                let role = if opening.local.eq_ignore_ascii_case("channel") {
                    Role::Channel
                } else {
                    Role::Root
                };
                if self.context.atom || role == Role::Channel {
                    self.feed_top(opening);
                }
                (role, 0)
            }
            Some((Role::Root | Role::Channel, _)) if is_entry => self.begin_entry(opening),
            // Items in a wrapper nobody knows, or behind a field of the feed that is not closed.
            Some((Role::Skipped | Role::Field | Role::Inner, _))
                if is_entry && !self.in_entry && !self.context.atom && self.entries < self.limits.max_entries =>
            {
                self.begin_entry(opening)
            }
            Some((Role::Root, _)) if is_channel => {
                if self.feed.nodes.is_empty() {
                    self.feed_top(opening);
                }
                (Role::Channel, 0)
            }
            Some((Role::Root | Role::Channel | Role::Entry, _)) => self.child(opening, 0),
            Some((Role::Container, node)) => self.child(opening, node),
            Some((Role::Field | Role::Inner, node)) => self.inner(&opening, node),
            Some((Role::Skipped, node)) => (Role::Skipped, node),
        }
    }

    fn feed_top(&mut self, opening: Opening<'t>) {
        let name = names::known(opening.local).unwrap_or("channel");
        let node = Node::new(opening.vocabulary, name, opening.attributes, 0, opening.base);
        self.feed.nodes.push(node);
    }

    fn begin_entry(&mut self, opening: Opening<'t>) -> (Role, usize) {
        if self.entries >= self.limits.max_entries {
            self.limit(format!("only the first {} entries were read", self.limits.max_entries));
            return (Role::Skipped, 0);
        }
        self.entries += 1;
        self.elements = 0;
        self.in_entry = true;
        self.entry.nodes.clear();
        let name = names::known(opening.local).unwrap_or("item");
        self.entry
            .nodes
            .push(Node::new(opening.vocabulary, name, opening.attributes, 0, opening.base));
        (Role::Entry, 0)
    }

    fn count_element(&mut self) -> bool {
        let count = if self.in_entry {
            &mut self.elements
        } else {
            &mut self.feed_elements
        };
        *count += 1;
        if *count <= self.limits.max_elements_per_entry {
            return true;
        }
        self.limit(format!(
            "elements beyond {} were left out",
            self.limits.max_elements_per_entry
        ));
        false
    }

    fn child(&mut self, opening: Opening<'t>, parent: usize) -> (Role, usize) {
        if !self.count_element() || matches!(opening.vocabulary, Vocabulary::Other | Vocabulary::Rdf) {
            return (Role::Skipped, parent);
        }
        let Some(local) = names::known(opening.local) else {
            // Inside a person, what is no name, address or page is markup of the name.
            let in_person = self
                .tree()
                .nodes
                .get(parent)
                .is_some_and(|node| parent > 0 && is_person(node.name));
            if in_person {
                return self.inner(&opening, parent);
            }
            return (Role::Skipped, parent);
        };
        let vocabulary = opening.vocabulary;
        let atom = (self.context.atom && vocabulary == Vocabulary::Native) || vocabulary == Vocabulary::Atom;
        let container = match vocabulary {
            Vocabulary::Media => matches!(local, "group" | "content"),
            Vocabulary::Itunes => matches!(local, "category" | "owner"),
            Vocabulary::Podcast => local == "alternateenclosure",
            Vocabulary::Chapters => local == "chapters",
            _ if atom => is_person(local) || local == "source",
            Vocabulary::Native => {
                is_person(local)
                    || matches!(
                        local,
                        "categories" | "enclosure" | "image" | "textinput" | "skiphours" | "skipdays"
                    )
            }
            _ => false,
        };
        let tree = self.tree();
        // The feed's tree has no topmost element when a channel is missing.
        if tree.nodes.is_empty() {
            tree.nodes.push(Node::new(Vocabulary::Other, "", Vec::new(), 0, None));
        }
        let index = tree.nodes.len();
        tree.nodes
            .push(Node::new(vocabulary, local, opening.attributes, parent, opening.base));
        (if container { Role::Container } else { Role::Field }, index)
    }

    /// An element inside a field: kept as markup of its text.
    fn inner(&mut self, opening: &Opening<'t>, node: usize) -> (Role, usize) {
        if !self.count_element() {
            return (Role::Skipped, node);
        }
        let limit = self.limits.max_text_bytes;
        let Some(target) = self.tree().nodes.get_mut(node) else {
            return (Role::Inner, node);
        };
        if opening.local.eq_ignore_ascii_case("time")
            && let Some((name, moment)) = opening.attributes.iter().find(|(name, _)| name == "datetime")
        {
            target.attributes.push((name.clone(), moment.clone()));
        }
        let text = &target.text;
        let markup = target.markup.get_or_insert_with(|| {
            let mut markup = String::new();
            entities::escape_into(&mut markup, text);
            markup
        });
        let attributes = opening.attributes.iter();
        let length = attributes.fold(opening.name.len() + 2, |length, (name, value)| {
            length + name.len() + value.len() + 4
        });
        let fits = markup.len() + length <= limit;
        if fits {
            markup.push('<');
            markup.push_str(if opening.vocabulary == Vocabulary::Xhtml {
                opening.local
            } else {
                opening.name
            });
            for (name, value) in opening.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns")) {
                markup.push(' ');
                markup.push_str(name);
                markup.push_str("=\"");
                entities::escape_into(markup, value);
                markup.push('"');
            }
            markup.push('>');
        } else {
            self.limit(format!("a text longer than {limit} bytes was cut"));
        }
        (Role::Inner, node)
    }
}

/// Elements of RSS and Atom that name somebody, as text or with `<name>`, `<email>` and `<uri>` inside.
fn is_person(name: &str) -> bool {
    matches!(name, "author" | "contributor" | "managingeditor" | "webmaster")
}

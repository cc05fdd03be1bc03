//! One pass over the document: bounds, facts, and whether feed-rs may see it as it is.
//!
//! quick-xml's bare events, no recursion: a stack of open elements bounded by `Limits::max_depth`, one flat [`Tree`] of
//! the entry under way, and one of the feed's own elements. A finished entry is read into an item at once and its tree
//! dropped. Badly nested end tags close what they can match; fields of text keep markup inside them as text; what is too
//! deep, too many or too long is left out with a warning. Whatever well-formed XML within feed-rs's bounds would not
//! contain is noted as a reason for repair.
//!
//! The same pass writes the repaired document when it is asked to ([`super::repair`]).

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::cut::cut;
use super::entities::{self, Entities};
use super::hazard;
use super::read_item::{Context, read_item};
use super::repair::Writer;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{FeedFormat, Item, SourceId, Warning, WarningKind};

/// What the pass found.
#[derive(Debug)]
pub(super) struct Scanned {
    pub format: FeedFormat,
    /// The feed's own elements; the first node is the channel or feed.
    pub feed: Tree,
    pub items: Vec<Item>,
    pub warnings: Vec<Warning>,
    /// Why feed-rs must not see the document as it is.
    pub repairs: Vec<&'static str>,
    /// The cleaned document, when it was asked for.
    pub repaired: Option<String>,
}

/// HTML's empty elements: written without end tag, in text that was never escaped.
const VOID: [&str; 12] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Root,
    Channel,
    Entry,
    /// Collected, its children too.
    Container,
    /// Collected; elements inside are markup of its text.
    Field,
    /// Markup inside a field.
    Inner,
    /// Left out with all that is in it.
    Skipped,
}

pub(super) struct Open {
    name: String,
    role: Role,
    /// Its node in the tree under way.
    node: usize,
    bindings: usize,
    base: Option<Url>,
}

pub(super) struct Scanner<'a> {
    pub(super) limits: &'a Limits,
    pub(super) context: Context<'a>,
    pub(super) format: Option<FeedFormat>,
    open: Vec<Open>,
    /// Elements open beyond the depth limit, by name.
    beyond: HashMap<String, usize>,
    pub(super) bindings: Vec<(String, Vocabulary)>,
    feed: Tree,
    entry: Option<Tree>,
    /// Elements of the entry under way (or of the feed), markup counted.
    elements: usize,
    feed_elements: usize,
    entries: usize,
    items: Vec<Item>,
    warnings: Vec<Warning>,
    repairs: Vec<&'static str>,
    pub(super) writer: Option<Writer>,
    finished: bool,
    pub(super) entities: Entities,
}

/// Reads a document.
///
/// # Errors
/// [`is_not_a_feed`](Error::is_not_a_feed) when the root element is no feed's.
pub(super) fn scan(text: &str, base: &Url, source: SourceId, limits: &Limits, write: bool) -> Result<Scanned> {
    let mut scanner = Scanner {
        limits,
        context: Context {
            base,
            source,
            limits,
            atom: false,
        },
        format: None,
        open: Vec::new(),
        beyond: HashMap::new(),
        bindings: Vec::new(),
        feed: Tree::default(),
        entry: None,
        elements: 0,
        feed_elements: 0,
        entries: 0,
        items: Vec::new(),
        warnings: Vec::new(),
        repairs: Vec::new(),
        writer: write.then(Writer::default),
        finished: false,
        entities: Entities::default(),
    };
    let mended = super::repair::mend_markup(text);
    if matches!(mended, std::borrow::Cow::Owned(_)) {
        scanner.repair("stray < signs");
    }
    scanner.run(&mended)?;
    scanner.finish()
}

impl Scanner<'_> {
    fn run(&mut self, text: &str) -> Result<()> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => self.start(&start, false)?,
                Ok(Event::Empty(start)) => {
                    let depth = self.open.len();
                    // What is too deep and empty is left out without being counted as open.
                    let too_deep = !self.beyond.is_empty();
                    if !too_deep {
                        self.start(&start, true)?;
                    }
                    if self.open.len() > depth {
                        self.close_top();
                    } else if !too_deep {
                        self.beyond
                            .remove(&*String::from_utf8_lossy(start.name().into_inner()).to_ascii_lowercase());
                    }
                }
                Ok(Event::End(end)) => {
                    let name = String::from_utf8_lossy(end.name().into_inner()).into_owned();
                    self.end(&name);
                }
                Ok(Event::Text(text)) => {
                    let text = text.xml10_content().unwrap_or_default();
                    if text.contains('&') {
                        self.repair("bare & signs");
                    }
                    self.text(&text);
                }
                Ok(Event::CData(data)) => {
                    let text = data.xml10_content().unwrap_or_default();
                    self.text(&text);
                }
                Ok(Event::GeneralRef(reference)) => {
                    let name = reference.decode().unwrap_or_default();
                    if !entities::is_plain_xml(&name) {
                        self.repair("entities that XML does not know");
                    }
                    match self.entities.resolve(&name) {
                        Some(value) => self.text(&value),
                        None => {
                            self.repair("entities that XML does not know");
                            self.text(&format!("&{name};"));
                        }
                    }
                }
                Ok(Event::DocType(_)) => self.repair("a document type"),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
                Ok(Event::Eof) => break,
                Err(cause) => {
                    if self.format.is_none() {
                        return Err(Error::parse("this is no XML document").with_source(cause));
                    }
                    self.repair("a place that is no XML");
                    break;
                }
            }
            if self.finished {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn repair(&mut self, reason: &'static str) {
        if !self.repairs.contains(&reason) {
            self.repairs.push(reason);
        }
    }

    pub(super) fn limit(&mut self, message: String) {
        let mut warning = Warning::new(WarningKind::Limit, message);
        if self.entry.is_some() {
            warning = warning.in_item(self.items.len());
        }
        // One warning per bound and place is enough.
        if self.warnings.last() != Some(&warning) {
            self.warnings.push(warning);
        }
        self.repair("more than the limits allow");
    }

    fn start(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<()> {
        let name = String::from_utf8_lossy(start.name().into_inner()).into_owned();
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
        let attributes = self.attributes(start);
        let bindings = self.bindings.len();
        let root = self.open.is_empty();
        if root {
            self.root(&name, &attributes)?;
        }
        self.bind(&attributes, root);
        let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
        let local = local.to_ascii_lowercase();
        let vocabulary = self.vocabulary(prefix);
        let mut base = self.open.last().and_then(|open| open.base.clone());
        if let Some((_, relative)) = attributes.iter().find(|(name, _)| name == "xml:base") {
            match base.as_ref().unwrap_or(self.context.base).join(relative.trim()) {
                Ok(joined) => base = Some(joined),
                Err(_) => self.repair("a base address that is none"),
            }
        }
        if self.open.len() > hazard::SAFE_DEPTH {
            self.repair("deep nesting");
        }
        let is_entry = vocabulary == Vocabulary::Native
            && (local == "item" || (local == "entry" && (self.context.atom || self.format == Some(FeedFormat::Rss))));
        if is_entry && empty && self.entry.is_some() {
            self.repair("items inside items");
            self.bindings.truncate(bindings);
            return Ok(());
        }
        // An entry that begins inside another one, or inside one of its fields: the end tag is missing.
        if is_entry
            && self.entry.is_some()
            && !matches!(
                self.open.last().map(|open| open.role),
                Some(Role::Skipped | Role::Container)
            )
            && !(self.context.atom && local == "item")
        {
            self.repair("elements that are not closed");
            self.warn_once(WarningKind::Repaired, "an item that is not closed was closed");
            // One that holds nothing yet is only a wrapper.
            let wrapper = self.entry.as_ref().is_some_and(|entry| entry.nodes.len() == 1);
            while self.entry.is_some() && !self.open.is_empty() {
                if wrapper {
                    self.entry = None;
                }
                self.close_top();
            }
        }
        let parent = self.open.last().map(|open| (open.role, open.node));
        let (role, node) = match parent {
            None if local == "entry" => self.begin_entry(vocabulary, &local, attributes, &base),
            None => {
                let role = if local == "channel" { Role::Channel } else { Role::Root };
                if self.context.atom || role == Role::Channel {
                    self.feed.nodes.push(node_of(vocabulary, &local, attributes, 0, &base));
                }
                (role, 0)
            }
            Some((Role::Root | Role::Channel, _)) if is_entry => {
                self.begin_entry(vocabulary, &local, attributes, &base)
            }
            Some((Role::Root, _)) if local == "channel" && vocabulary == Vocabulary::Native => {
                if self.feed.nodes.is_empty() {
                    self.feed.nodes.push(node_of(vocabulary, &local, attributes, 0, &base));
                }
                (Role::Channel, 0)
            }
            Some((Role::Root | Role::Channel | Role::Entry, _)) => self.child(vocabulary, &local, attributes, 0, &base),
            Some((Role::Container, node)) => self.child(vocabulary, &local, attributes, node, &base),
            Some((Role::Field | Role::Inner, node)) => self.inner(vocabulary, &name, &local, &attributes, node),
            Some((Role::Skipped, node)) => (Role::Skipped, node),
        };
        if role == Role::Inner && VOID.contains(&local.as_str()) {
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

    fn warn_once(&mut self, kind: WarningKind, message: &str) {
        if !self
            .warnings
            .iter()
            .any(|warning| warning.kind == kind && warning.message == message)
        {
            self.warnings.push(Warning::new(kind, message));
        }
    }

    fn begin_entry(
        &mut self,
        vocabulary: Vocabulary,
        local: &str,
        attributes: Vec<(String, String)>,
        base: &Option<Url>,
    ) -> (Role, usize) {
        if self.entries >= self.limits.max_entries {
            self.limit(format!("only the first {} entries were read", self.limits.max_entries));
            return (Role::Skipped, 0);
        }
        self.entries += 1;
        self.elements = 0;
        self.entry = Some(Tree {
            nodes: vec![node_of(vocabulary, local, attributes, 0, base)],
        });
        (Role::Entry, 0)
    }

    fn count_element(&mut self) -> bool {
        let count = if self.entry.is_some() {
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

    fn child(
        &mut self,
        vocabulary: Vocabulary,
        local: &str,
        attributes: Vec<(String, String)>,
        parent: usize,
        base: &Option<Url>,
    ) -> (Role, usize) {
        if vocabulary == Vocabulary::Other || vocabulary == Vocabulary::Rdf || !self.count_element() {
            return (Role::Skipped, parent);
        }
        let atom = (self.context.atom && vocabulary == Vocabulary::Native) || vocabulary == Vocabulary::Atom;
        let container = match vocabulary {
            Vocabulary::Media => matches!(local, "group" | "content"),
            Vocabulary::Itunes => matches!(local, "category" | "owner"),
            Vocabulary::Podcast => local == "alternateenclosure",
            Vocabulary::Chapters => local == "chapters",
            _ if atom => matches!(local, "author" | "contributor" | "source"),
            Vocabulary::Native => matches!(local, "image" | "textinput" | "skiphours" | "skipdays"),
            _ => false,
        };
        let tree = self.entry.as_mut().unwrap_or(&mut self.feed);
        // The feed's tree has no topmost element when a channel is missing.
        if tree.nodes.is_empty() {
            tree.nodes.push(node_of(Vocabulary::Other, "", Vec::new(), 0, &None));
        }
        let index = tree.nodes.len();
        tree.nodes.push(node_of(vocabulary, local, attributes, parent, base));
        (if container { Role::Container } else { Role::Field }, index)
    }

    /// An element inside a field: kept as markup of its text.
    fn inner(
        &mut self,
        vocabulary: Vocabulary,
        name: &str,
        local: &str,
        attributes: &[(String, String)],
        node: usize,
    ) -> (Role, usize) {
        if !self.count_element() {
            return (Role::Skipped, node);
        }
        let limit = self.limits.max_text_bytes;
        let tree = self.entry.as_mut().unwrap_or(&mut self.feed);
        if let Some(node) = tree.nodes.get_mut(node) {
            if local == "time"
                && let Some((_, moment)) = attributes.iter().find(|(name, _)| name == "datetime")
            {
                node.attributes.push(("datetime".to_owned(), moment.clone()));
            }
            let text = &node.text;
            let markup = node.markup.get_or_insert_with(|| {
                let mut markup = String::new();
                entities::escape_into(&mut markup, text);
                markup
            });
            if markup.len() < limit {
                markup.push('<');
                markup.push_str(if vocabulary == Vocabulary::Xhtml { local } else { name });
                for (name, value) in attributes.iter().filter(|(name, _)| !name.starts_with("xmlns")) {
                    markup.push(' ');
                    markup.push_str(name);
                    markup.push_str("=\"");
                    entities::escape_into(markup, value);
                    markup.push('"');
                }
                markup.push('>');
            }
        }
        (Role::Inner, node)
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.open.last() else { return };
        if !self.beyond.is_empty() || !matches!(open.role, Role::Field | Role::Container | Role::Inner) {
            return;
        }
        let limit = self.limits.max_text_bytes;
        let node = open.node;
        let tree = self.entry.as_mut().unwrap_or(&mut self.feed);
        let Some(node) = tree.nodes.get_mut(node) else { return };
        let room = limit.saturating_sub(node.markup.as_ref().map_or(node.text.len(), String::len));
        let kept = cut(text, room);
        match &mut node.markup {
            Some(markup) => entities::escape_into(markup, kept),
            None => node.text.push_str(kept),
        }
        if kept.len() < text.len() {
            self.limit(format!("a text longer than {limit} bytes was cut"));
        }
    }

    fn end(&mut self, name: &str) {
        if !self.beyond.is_empty() {
            let lower = name.to_ascii_lowercase();
            if let Some(count) = self.beyond.get_mut(&lower) {
                *count -= 1;
                if *count == 0 {
                    self.beyond.remove(&lower);
                }
                return;
            }
        }
        let Some(at) = self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)) else {
            self.repair("end tags of nothing");
            return;
        };
        // The end of something within the bounds ends what was left open beyond them.
        self.beyond.clear();
        if at + 1 < self.open.len() || self.open.get(at).is_some_and(|open| open.name != name) {
            self.repair("badly nested elements");
        }
        while self.open.len() > at {
            self.close_top();
        }
    }

    fn close_top(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.bindings.truncate(open.bindings);
        match open.role {
            Role::Root => self.finished = true,
            Role::Channel | Role::Skipped => {
                self.finished = self.open.is_empty();
            }
            Role::Entry => {
                self.end_entry();
                self.finished = self.open.is_empty();
            }
            Role::Container | Role::Field => {
                let tree = self.entry.as_mut().unwrap_or(&mut self.feed);
                let end = tree.nodes.len();
                if let Some(node) = tree.nodes.get_mut(open.node) {
                    node.end = end;
                }
                if let Some(node) = tree.nodes.get(open.node)
                    && let Some(reason) = hazard::of_node(node, tree, self.context.atom)
                {
                    self.repair(reason);
                }
            }
            Role::Inner => {
                let local = open.name.rsplit(':').next().unwrap_or_default();
                let tree = self.entry.as_mut().unwrap_or(&mut self.feed);
                if let Some(markup) = tree.nodes.get_mut(open.node).and_then(|node| node.markup.as_mut())
                    && !VOID.contains(&local)
                    && markup.len() < self.limits.max_text_bytes
                {
                    markup.push_str("</");
                    markup.push_str(local);
                    markup.push('>');
                }
            }
        }
    }

    fn end_entry(&mut self) {
        let Some(mut tree) = self.entry.take() else { return };
        let end = tree.nodes.len();
        if let Some(entry) = tree.nodes.first_mut() {
            entry.end = end;
        }
        if let Some(reason) = hazard::of_entry(&tree) {
            self.repair(reason);
        }
        if let Some(writer) = &mut self.writer {
            writer.entry(&tree, self.items.len());
        }
        let mut warnings = Vec::new();
        let item = read_item(&tree, &self.context, &mut warnings);
        let index = self.items.len();
        self.warnings
            .extend(warnings.into_iter().map(|warning| warning.in_item(index)));
        self.items.push(item);
    }

    fn finish(mut self) -> Result<Scanned> {
        let Some(format) = self.format else {
            return Err(Error::new(Kind::NotAFeed, "this is no feed: no element was found"));
        };
        if !self.finished {
            let lost = self.entry.take().is_some();
            self.warnings.push(Warning::new(
                WarningKind::Truncated,
                if lost {
                    format!(
                        "the document breaks off in item {}; the {} before it were kept",
                        self.items.len() + 1,
                        self.items.len()
                    )
                } else {
                    "the document breaks off after its last item; nothing of an item is missing".to_owned()
                },
            ));
            self.repair("a document that breaks off");
        }
        let end = self.feed.nodes.len();
        if let Some(feed) = self.feed.nodes.first_mut() {
            feed.end = end;
        }
        let feed = self.feed;
        Ok(Scanned {
            format,
            repaired: self.writer.map(|writer| writer.finish(&feed)),
            feed,
            items: self.items,
            warnings: self.warnings,
            repairs: self.repairs,
        })
    }
}

fn node_of(
    vocabulary: Vocabulary,
    name: &str,
    attributes: Vec<(String, String)>,
    parent: usize,
    base: &Option<Url>,
) -> Node {
    Node {
        vocabulary,
        name: name.to_owned(),
        attributes,
        text: String::new(),
        markup: None,
        parent,
        end: usize::MAX,
        base: base.clone(),
    }
}

//! One pass over the document: bounds, facts, and whether feed-rs may see it as it is.
//!
//! quick-xml's bare events, no recursion: a stack of open elements bounded by `Limits::max_depth`, one flat [`Tree`] of
//! the entry under way, and one of the feed's own elements. Names, texts and attributes are slices of the document
//! wherever it holds them as they are. A finished entry is read into an item at once and its tree used again. Badly
//! nested end tags close what they can match; fields of text keep markup inside them as text; what is too deep, too many
//! or too long is left out with a warning. Whatever well-formed XML within feed-rs's bounds would not contain is noted as
//! a reason for repair.
//!
//! The same pass writes the repaired document when it is asked to ([`super::repair`]).

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use super::cut::cut;
use super::entities::{self, Entities};
use super::hazard;
use super::read_feed::read_feed;
use super::read_item::{Context, read_item};
use super::read_journal::hand_down_journal;
use super::read_text::decode;
use super::repair::Writer;
use super::tree::Tree;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Feed, FeedFormat, Item, SourceId, Warning, WarningKind};

/// What the pass found.
#[derive(Debug)]
pub(super) struct Scanned {
    /// The feed with its items, its warnings not yet in it.
    pub feed: Feed,
    /// Whether the feed itself said anything.
    pub says_nothing: bool,
    pub warnings: Vec<Warning>,
    /// What was wrong with the document and was repaired.
    pub repairs: Vec<&'static str>,
    /// Whether feed-rs must not see the document as it is, well-formed or not.
    pub hazardous: bool,
    /// The cleaned document, when it was asked for.
    pub repaired: Option<String>,
}

/// How far back a warning of the same bound and place is looked for: several bounds may be reached in turn.
const RECENT_WARNINGS: usize = 8;

/// HTML's empty elements: written without end tag, in text that was never escaped.
pub(super) const VOID: [&str; 12] = [
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

pub(super) struct Open<'t> {
    /// As it stands, with its prefix.
    pub(super) name: &'t str,
    pub(super) role: Role,
    /// Its node in the tree under way.
    pub(super) node: usize,
    pub(super) bindings: usize,
    pub(super) base: Option<Rc<Url>>,
}

pub(super) struct Scanner<'t, 'a> {
    pub(super) limits: &'a Limits,
    pub(super) context: Context<'a>,
    pub(super) format: Option<FeedFormat>,
    pub(super) version: Option<String>,
    pub(super) root_language: Option<String>,
    pub(super) open: Vec<Open<'t>>,
    /// Elements open beyond the depth limit, by name.
    pub(super) beyond: HashMap<String, usize>,
    pub(super) bindings: Vec<(Cow<'t, str>, Vocabulary)>,
    pub(super) feed: Tree<'t>,
    /// The entry under way; its nodes are used again.
    pub(super) entry: Tree<'t>,
    pub(super) in_entry: bool,
    /// Elements of the entry under way (or of the feed), markup counted.
    pub(super) elements: usize,
    pub(super) feed_elements: usize,
    pub(super) entries: usize,
    pub(super) items: Vec<Item>,
    pub(super) warnings: Vec<Warning>,
    repairs: Vec<&'static str>,
    pub(super) hazardous: bool,
    pub(super) writer: Option<Writer>,
    pub(super) finished: bool,
    pub(super) entities: Entities,
    /// Whether the document holds carriage returns at all.
    has_returns: bool,
}

/// Reads a document.
///
/// # Errors
/// [`is_not_a_feed`](Error::is_not_a_feed) when the root element is no feed's.
pub(super) fn scan(text: &str, base: &Url, source: SourceId, limits: &Limits, write: bool) -> Result<Scanned> {
    let blank = Item::new(source, "");
    let message = super::repair::without_message(text);
    let text = message.unwrap_or(text);
    let mut scanner = Scanner::new(base, &blank, limits, write);
    if message.is_some() {
        scanner.repair("a server's message before the document");
    }
    if scanner.run(text, false)? {
        return scanner.finish();
    }
    // Nearly no document needs it, so none is looked through for it beforehand.
    let mended = super::repair::mend_markup(text);
    let mut scanner = Scanner::new(base, &blank, limits, write);
    if message.is_some() {
        scanner.repair("a server's message before the document");
    }
    if matches!(mended, Cow::Owned(_)) {
        scanner.repair("stray < signs or sections without end");
    }
    scanner.run(&mended, true)?;
    scanner.finish()
}

impl<'t, 'a> Scanner<'t, 'a> {
    fn new(base: &'a Url, blank: &'a Item, limits: &'a Limits, write: bool) -> Self {
        Scanner {
            limits,
            context: Context {
                base,
                blank,
                limits,
                atom: false,
            },
            format: None,
            version: None,
            root_language: None,
            open: Vec::new(),
            beyond: HashMap::new(),
            bindings: Vec::new(),
            feed: Tree::default(),
            entry: Tree::default(),
            in_entry: false,
            elements: 0,
            feed_elements: 0,
            entries: 0,
            items: Vec::new(),
            warnings: Vec::new(),
            repairs: Vec::new(),
            hazardous: false,
            writer: write.then(Writer::default),
            finished: false,
            entities: Entities::default(),
            has_returns: false,
        }
    }

    /// Reads to the end; whether it got there. A place that is no XML ends it, unless the text is mended already: then what
    /// is behind that place is lost.
    fn run(&mut self, text: &'t str, mended: bool) -> Result<bool> {
        self.has_returns = text.contains('\r');
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut from = 0;
        while !self.finished {
            let event = reader.read_event();
            let to = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            // The event as it stands: slices of the document outlive the event's own.
            let raw = text.get(from..to).unwrap_or_default();
            from = to;
            let is_tag = matches!(event, Ok(Event::Start(_) | Event::Empty(_) | Event::End(_)));
            if !mended && (event.is_err() || (is_tag && !is_named(raw))) {
                return Ok(false);
            }
            match event {
                Ok(Event::Start(_)) => self.start(inside(raw, "<", ">"), false)?,
                Ok(Event::Empty(_)) => self.empty(inside(raw, "<", "/>"))?,
                Ok(Event::End(_)) => self.end(inside(raw, "</", ">").trim_ascii_end()),
                Ok(Event::Text(_)) => {
                    // A reference that does not end is text of its own.
                    if raw.starts_with('&') {
                        self.repair("bare & signs");
                    }
                    self.text(Cow::Borrowed(raw));
                }
                Ok(Event::CData(_)) => self.text(Cow::Borrowed(inside(raw, "<![CDATA[", "]]>"))),
                Ok(Event::GeneralRef(_)) => self.reference(inside(raw, "&", ";")),
                Ok(Event::DocType(_)) => {
                    self.hazardous = true;
                    if self.entities.declare(raw) {
                        self.limit("entities of the document type beyond the limits were left out".to_owned());
                    }
                }
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
        }
        // End tags of a page around it, comments and half a character are no loss.
        let rest = text.get(from..).unwrap_or_default();
        let rest = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '\u{fffd}');
        if self.finished && !rest.is_empty() && !rest.starts_with("<!--") && !rest.starts_with("</") {
            self.warn_once(
                WarningKind::Repaired,
                "what stands after the end of the feed was left out",
            );
        }
        Ok(true)
    }

    /// Notes a fault of the document. What is well-formed and only more than feed-rs can stand is `hazardous` instead: it
    /// is no fault to tell of.
    pub(super) fn repair(&mut self, reason: &'static str) {
        self.hazardous = true;
        if !self.repairs.contains(&reason) {
            self.repairs.push(reason);
        }
    }

    pub(super) fn limit(&mut self, message: String) {
        let mut warning = Warning::new(WarningKind::Limit, message);
        if self.in_entry {
            warning = warning.in_item(self.items.len());
        }
        // One warning per bound and place is enough.
        if !self
            .warnings
            .iter()
            .rev()
            .take(RECENT_WARNINGS)
            .any(|known| *known == warning)
        {
            self.warnings.push(warning);
        }
        self.hazardous = true;
    }

    pub(super) fn warn_once(&mut self, kind: WarningKind, message: &str) {
        if !self
            .warnings
            .iter()
            .any(|warning| warning.kind == kind && warning.message == message)
        {
            self.warnings.push(Warning::new(kind, message));
        }
    }

    /// The tree that elements go into now.
    pub(super) fn tree(&mut self) -> &mut Tree<'t> {
        if self.in_entry { &mut self.entry } else { &mut self.feed }
    }

    fn reference(&mut self, name: &'t str) {
        let plain = match name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => "",
        };
        if !plain.is_empty() {
            return self.text(Cow::Borrowed(plain));
        }
        if !self.takes_text() {
            return;
        }
        if !self.entities.knows(name) {
            self.repair("entities that XML does not know");
        }
        match self.entities.resolve(name) {
            Some(value) => self.text(value),
            None => {
                self.repair("entities that XML does not know");
                self.text(Cow::Owned(format!("&{name};")));
            }
        }
        if self.entities.take_refusal() {
            self.limit("entities of the document type grew too long; the rest stayed as written".to_owned());
        }
    }

    /// Whether character data here is kept.
    fn takes_text(&self) -> bool {
        self.beyond.is_empty()
            && self
                .open
                .last()
                .is_some_and(|open| matches!(open.role, Role::Field | Role::Container | Role::Inner))
    }

    fn text(&mut self, text: Cow<'t, str>) {
        if text.is_empty() || !self.takes_text() {
            return;
        }
        let Some(place) = self.open.last().map(|open| open.node) else {
            return;
        };
        // XML 1.0, 2.11: line ends are passed on as a line feed.
        let text = if self.has_returns && text.contains('\r') {
            Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            text
        };
        let limit = self.limits.max_text_bytes;
        let Some(node) = self.tree().nodes.get_mut(place) else {
            return;
        };
        let room = limit.saturating_sub(node.markup.as_ref().map_or(node.text.len(), String::len));
        let too_long = text.len() > room;
        match &mut node.markup {
            Some(markup) => entities::escape_into(markup, cut(&text, room)),
            None if node.text.is_empty() && !too_long => node.text = text,
            None => node.text.to_mut().push_str(cut(&text, room)),
        }
        if too_long {
            self.limit(format!("a text longer than {limit} bytes was cut"));
        }
    }

    fn end(&mut self, name: &'t str) {
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
        // Nearly always it is the last one opened.
        let last = self.open.len().saturating_sub(1);
        let at = match self.open.last() {
            Some(open) if open.name == name => Some(last),
            _ => self.open.iter().rposition(|open| open.name.eq_ignore_ascii_case(name)),
        };
        let Some(at) = at else {
            self.repair("end tags of nothing");
            return;
        };
        // The end of something within the bounds ends what was left open beyond them.
        self.beyond.clear();
        if at < last || self.open.get(at).is_some_and(|open| open.name != name) {
            self.repair("badly nested elements");
        }
        while self.open.len() > at {
            self.close_top();
        }
    }

    pub(super) fn close_top(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.bindings.truncate(open.bindings);
        match open.role {
            Role::Root => self.finished = true,
            Role::Channel | Role::Skipped => self.finished = self.open.is_empty(),
            Role::Entry => {
                self.end_entry();
                self.finished = self.open.is_empty();
            }
            Role::Container | Role::Field => {
                let atom = self.context.atom;
                let tree = self.tree();
                let end = tree.nodes.len();
                if let Some(node) = tree.nodes.get_mut(open.node) {
                    node.end = end;
                    if atom {
                        decode(node);
                    }
                }
                let hazardous = tree
                    .nodes
                    .get(open.node)
                    .is_some_and(|node| hazard::of_node(node, tree, atom));
                self.hazardous |= hazardous;
                // A feed that is one lone element without a channel around it.
                self.finished = self.open.is_empty();
            }
            Role::Inner => {
                let limit = self.limits.max_text_bytes;
                let local = open.name.rsplit(':').next().unwrap_or_default();
                if let Some(markup) = self
                    .tree()
                    .nodes
                    .get_mut(open.node)
                    .and_then(|node| node.markup.as_mut())
                    && !VOID.contains(&local)
                    // The start tags fitted, so their end tags are no longer; the end of one that did not is left out.
                    && markup.len() + local.len() <= 2 * limit
                {
                    markup.push_str("</");
                    markup.push_str(local);
                    markup.push('>');
                }
            }
        }
    }

    fn end_entry(&mut self) {
        if !self.in_entry {
            return;
        }
        let end = self.entry.nodes.len();
        if let Some(entry) = self.entry.nodes.first_mut() {
            entry.end = end;
        }
        self.hazardous |= hazard::of_entry(&self.entry);
        if let Some(writer) = &mut self.writer {
            writer.entry(&self.entry, self.items.len());
        }
        let mut warnings = Vec::new();
        let item = read_item(&self.entry, &self.context, &mut warnings);
        let index = self.items.len();
        self.warnings
            .extend(warnings.into_iter().map(|warning| warning.in_item(index)));
        self.items.push(item);
        self.in_entry = false;
        self.entry.nodes.clear();
    }

    fn finish(mut self) -> Result<Scanned> {
        let Some(format) = self.format else {
            return Err(Error::new(Kind::NotAFeed, "this is no feed: no element was found"));
        };
        // What was wrong in an item that is lost, or that was none, is said of the feed.
        let kept = self.items.len();
        for warning in &mut self.warnings {
            warning.item = warning.item.filter(|item| *item < kept);
        }
        if !self.finished {
            let message = if self.in_entry {
                format!(
                    "the document breaks off in item {}; the {} before it were kept",
                    self.items.len() + 1,
                    self.items.len()
                )
            } else {
                "the document breaks off after its last item; nothing of an item is missing".to_owned()
            };
            self.warnings.push(Warning::new(WarningKind::Truncated, message));
            self.repair("a document that breaks off");
        }
        let end = self.feed.nodes.len();
        if let Some(feed) = self.feed.nodes.first_mut() {
            feed.end = end;
        }
        let mut warnings = Vec::new();
        let mut feed = read_feed(&self.feed, format, &self.context, &mut warnings);
        // A channel that says something, if not its title, is an empty feed; a bare root element is none.
        let says_nothing = self.feed.nodes.len() < 2
            || (self.feed.nodes.first().is_some_and(|top| top.name.is_empty()) && feed == Feed::new(format));
        feed.version = self.version;
        if feed.language.is_none() {
            feed.language = self.root_language;
        }
        feed.items = self.items;
        hand_down_journal(&self.feed, &mut feed.items);
        warnings.append(&mut self.warnings);
        Ok(Scanned {
            repaired: self.writer.map(|writer| writer.finish(&self.feed)),
            feed,
            says_nothing,
            warnings,
            repairs: self.repairs,
            hazardous: self.hazardous,
        })
    }
}

/// Whether a tag begins with a name: otherwise its `<` is a sign in a text.
fn is_named(raw: &str) -> bool {
    let name = raw.strip_prefix('<').unwrap_or(raw);
    let name = name.strip_prefix('/').unwrap_or(name);
    name.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | ':'))
}

/// What stands between the delimiters of a piece of markup.
fn inside<'s>(raw: &'s str, before: &str, after: &str) -> &'s str {
    let inner = raw.strip_prefix(before).unwrap_or(raw);
    inner.strip_suffix(after).unwrap_or(inner)
}

//! A document feed-rs can read, written anew from what the scan understood.
//!
//! It holds only what feed-rs reads well, flat, as well-formed UTF-8 under the usual prefixes: links, texts, categories
//! and media of each entry. Every entry carries its number as its guid, so that what feed-rs says of an entry finds its
//! item again even where feed-rs leaves entries out. Text with markup inside becomes escaped HTML.

use std::borrow::Cow;

use super::entities::escape_into;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary;
use crate::model::FeedFormat;

/// Media elements written for one entry.
const MAX_MEDIA: usize = 50;

/// How far into a document its declaration is looked for.
const MAX_PREAMBLE: usize = 64 << 10;

/// What a server's own messages are written in.
const MESSAGE_MARKUP: [&str; 10] = ["b", "br", "center", "div", "font", "hr", "p", "pre", "span", "strong"];

/// The document from its declaration on, when a server wrote messages as HTML before it ("Warning: undefined key"). A
/// document whose first element is anything else begins there, so that a declaration quoted inside a feed is never taken
/// for its beginning.
pub(super) fn without_message(text: &str) -> Option<&str> {
    let name = text
        .strip_prefix('<')?
        .split(|next: char| !next.is_ascii_alphanumeric())
        .next()?;
    if !MESSAGE_MARKUP.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let at = super::cut::cut(text, MAX_PREAMBLE).find("<?xml ")?;
    text.get(at..)
}

/// A `<` that begins nothing becomes `&lt;`: "P < .05" in a text that was never escaped. A CDATA section that
/// never ends gets its end before the end tag of the element it opens in.
pub(super) fn mend_markup(text: &str) -> Cow<'_, str> {
    let mut mended: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    // Whether no section ends any more, so that the end is not looked for again and again.
    let mut endless = false;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let skip = if rest.starts_with("<![CDATA[") {
            let end = if endless { None } else { rest.find("]]>") };
            endless = end.is_none();
            match end {
                Some(end) => Some(end + 3),
                None => end_of_field(text.get(..start).unwrap_or_default(), rest).inspect(|end| {
                    let out = mended.get_or_insert_with(String::new);
                    out.push_str(text.get(copied..start + end).unwrap_or_default());
                    out.push_str("]]>");
                    copied = start + end;
                }),
            }
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|end| end + 2)
        } else {
            let next = rest.chars().nth(1);
            let begins = next.is_some_and(|next| next.is_alphabetic() || matches!(next, '_' | ':' | '!'))
                || (next == Some('/')
                    && rest
                        .chars()
                        .nth(2)
                        .is_some_and(|next| next.is_alphabetic() || next == '_'));
            if !begins && next.is_some() {
                let out = mended.get_or_insert_with(String::new);
                out.push_str(text.get(copied..start).unwrap_or_default());
                out.push_str("&lt;");
                copied = start + 1;
            }
            Some(1)
        };
        let Some(skip) = skip else { break };
        at = start + skip;
    }
    match mended {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(text.get(copied..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}

/// Where, in a text that begins with a CDATA section, the end tag of the element stands that the section opens in.
fn end_of_field(before: &str, section: &str) -> Option<usize> {
    let before = before.trim_ascii_end().strip_suffix('>')?;
    let tag = before.get(before.rfind('<')? + 1..)?;
    let name = tag.split_ascii_whitespace().next()?;
    let is_start = name.starts_with(|first: char| first.is_alphabetic() || first == '_') && !tag.ends_with('/');
    is_start.then(|| section.find(&format!("</{name}")))?
}

/// Writes the document while the scan goes on.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    atom: bool,
}

impl Writer {
    pub(super) fn begin(&mut self, format: FeedFormat) {
        self.atom = format == FeedFormat::Atom;
        self.out.push_str(if self.atom {
            "<feed xmlns=\"http://www.w3.org/2005/Atom\">"
        } else {
            "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>"
        });
    }

    /// One entry, with its number as its identity.
    pub(super) fn entry(&mut self, tree: &Tree<'_>, number: usize) {
        let element = if self.atom { "entry" } else { "item" };
        self.out.push_str(&format!("<{element}>"));
        if self.atom {
            self.text("id", &[], &number.to_string());
        } else {
            self.text("guid", &[("isPermaLink", "false")], &number.to_string());
        }
        self.fields(tree);
        let media = tree.nodes.iter().filter(|node| node.vocabulary == Vocabulary::Media);
        for node in media
            .filter(|node| matches!(node.name, "content" | "thumbnail"))
            .take(MAX_MEDIA)
        {
            if !self.atom {
                self.empty(&format!("media:{}", node.name), node, &["url", "type", "medium"]);
            }
        }
        self.out.push_str(&format!("</{element}>"));
    }

    /// Closes the document after the feed's own fields.
    pub(super) fn finish(mut self, feed: &Tree<'_>) -> String {
        if self.atom {
            self.text("id", &[], "feed");
        }
        self.fields(feed);
        self.out
            .push_str(if self.atom { "</feed>" } else { "</channel></rss>" });
        self.out
    }

    fn fields(&mut self, tree: &Tree<'_>) {
        for node in tree.fields() {
            match (node.vocabulary, node.name) {
                (Vocabulary::Native, name) if self.atom => match name {
                    "title" | "summary" | "content" | "subtitle" | "rights" if !node.is_blank() => {
                        let kind = if matches!(node.attribute("type"), Some("html" | "xhtml")) || node.markup.is_some()
                        {
                            "html"
                        } else {
                            "text"
                        };
                        self.text(name, &[("type", kind)], node.html());
                    }
                    "link" => self.empty("link", node, &["href", "rel", "type", "hreflang", "title"]),
                    "category" => self.empty("category", node, &["term", "scheme", "label"]),
                    "published" | "updated" if !node.is_blank() => self.text(name, &[], node.text.trim()),
                    _ => {}
                },
                (Vocabulary::Native, "title" | "link" | "description" | "language" | "generator")
                    if !node.is_blank() =>
                {
                    self.text(node.name, &[], node.html());
                }
                (Vocabulary::Native, "category") if !node.is_blank() => {
                    let scheme = node.attribute("domain").unwrap_or_default();
                    self.text("category", &[("domain", scheme)], &node.line());
                }
                (Vocabulary::Native, "enclosure") => self.empty("enclosure", node, &["url", "type", "length"]),
                (Vocabulary::Native, "pubdate") if !node.is_blank() => self.text("pubDate", &[], &node.plain()),
                (Vocabulary::Content, "encoded") if !node.is_blank() => self.text("content:encoded", &[], node.html()),
                (Vocabulary::Dc, name @ ("date" | "description" | "subject" | "rights")) if !node.is_blank() => {
                    self.text(&format!("dc:{name}"), &[], &node.line());
                }
                _ => {}
            }
        }
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes.iter().copied());
        self.out.push('>');
        escape_into(&mut self.out, text);
        self.out.push_str(&format!("</{name}>"));
    }

    fn empty(&mut self, name: &str, node: &Node<'_>, attributes: &[&str]) {
        self.open(
            name,
            attributes
                .iter()
                .filter_map(|name| node.attribute(name).map(|value| (*name, value))),
        );
        self.out.push_str("/>");
    }

    fn open<'b>(&mut self, name: &str, attributes: impl Iterator<Item = (&'b str, &'b str)>) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push_str(&format!(" {name}=\""));
            escape_into(&mut self.out, value);
            self.out.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_signs_are_escaped_and_markup_stays() {
        for (text, mended) in [
            ("<a>P < .05 and <3</a>", "<a>P &lt; .05 and &lt;3</a>"),
            (
                "<a><![CDATA[P < .05]]></a><!-- < --><b/>",
                "<a><![CDATA[P < .05]]></a><!-- < --><b/>",
            ),
            ("<a></ b></a>", "<a>&lt;/ b></a>"),
            ("<a><", "<a><"),
            (
                "<a><b><![CDATA[x < y</b><b><![CDATA[z</b></a>",
                "<a><b><![CDATA[x < y]]></b><b><![CDATA[z]]></b></a>",
            ),
            ("<a><b/><![CDATA[x</b></a>", "<a><b/><![CDATA[x</b></a>"),
            ("<a><![CDATA[x", "<a><![CDATA[x"),
        ] {
            assert_eq!(mend_markup(text), mended);
        }
    }

    #[test]
    fn only_messages_before_a_declaration_are_dropped() {
        for (text, rest) in [
            (
                "<br />\n<b>Notice</b>: x<br />\n<?xml version='1.0'?><rss/>",
                Some("<?xml version='1.0'?><rss/>"),
            ),
            ("<rss><b/><?xml version='1.0'?></rss>", None),
            ("<body-count><?xml version='1.0'?></body-count>", None),
            ("<p>no feed", None),
        ] {
            assert_eq!(without_message(text), rest);
        }
    }
}

//! HTML to harmless HTML.
//!
//! Sanitising builds a tree (ammonia) and is super-linear in depth, so depth is counted first, by html5ever's tokeniser
//! alone, which builds none; what is deeper than [`Limits::max_html_depth`](crate::Limits) is shown as its plain text.
//! Before that the attributes of one tag are bounded (`attributes`): the tokeniser itself compares each with each.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use url::Url;

use super::attributes::bounded;
use super::html_to_text;

/// HTML made harmless with ammonia's defaults: no script, no event handler, no frame, no form, no style, links of
/// http(s) and mailto only, `rel="noopener noreferrer"` added; relative addresses resolved against `base`, or removed
/// where there is none.
///
/// `max_depth` bounds the nesting that is handed to the tree builder; deeper HTML comes back as escaped plain text. A tag
/// keeps at most 100 attributes.
#[must_use]
pub fn sanitise_html(html: &str, base: Option<&Url>, max_depth: usize) -> String {
    if !html.contains(['<', '&']) {
        return ammonia::clean_text(html);
    }
    let as_text = || ammonia::clean_text(&html_to_text(html));
    let Some(html) = bounded(html) else {
        return as_text();
    };
    if Cost::of(&html).is_more_than(max_depth) {
        return as_text();
    }
    let mut builder = ammonia::Builder::default();
    builder.url_schemes(["http", "https", "mailto"].into());
    builder.url_relative(match base {
        Some(base) => ammonia::UrlRelative::RewriteWithBase(base.clone()),
        None => ammonia::UrlRelative::Deny,
    });
    builder.clean(&html).to_string()
}

/// Elements that tree builders open again in each block after the one they were left open in.
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// So many elements are opened again in any document; in larger ones, one for each tag that stands there.
const REOPENED_IN_ANY: usize = 10_000;

/// So often an attribute may be compared with those of an open formatting element of the same kind; each time costs a
/// copy. Usual HTML has ten thousand tags at most with a handful of either.
const MOST_COMPARED: usize = 1_000_000;

/// What building a tree of some HTML would cost, found without building it.
#[derive(Default)]
struct Cost {
    /// How deep the elements nest at most, counting unclosed ones.
    deepest: usize,
    tags: usize,
    /// How often a formatting element may be opened again in another block.
    reopened: usize,
    /// How often an attribute of a formatting element is compared with those of the open ones.
    compared: usize,
    /// Whether a tree builder may read tags where we saw none: see [`CostSink::text_mode`].
    tangled: bool,
}

impl Cost {
    fn of(html: &str) -> Self {
        tokenise(html, CostSink::default()).cost.into_inner()
    }

    fn is_more_than(&self, max_depth: usize) -> bool {
        self.tangled
            || self.deepest > max_depth
            || self.reopened > self.tags.saturating_add(REOPENED_IN_ANY)
            || self.compared > MOST_COMPARED
    }
}

pub(super) fn tokenise<Sink: TokenSink>(html: &str, sink: Sink) -> Sink {
    let tokenizer = Tokenizer::new(
        sink,
        TokenizerOpts {
            discard_bom: false,
            ..TokenizerOpts::default()
        },
    );
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // A script in a fragment never runs: feeding goes on until the input is used up.
    while !input.is_empty() {
        if let html5ever::TokenizerResult::Done = tokenizer.feed(&input) {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink
}

/// Counts without building anything.
#[derive(Default)]
struct CostSink {
    cost: RefCell<Cost>,
    /// How many elements of each name are open.
    open: RefCell<HashMap<LocalName, usize>>,
    depth: Cell<usize>,
    /// How many formatting elements are open.
    formatting: Cell<usize>,
    /// Whether an element began inside which tree builders read by other rules.
    foreign: Cell<bool>,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

impl CostSink {
    fn opened(&self, name: &LocalName) {
        let mut open = self.open.borrow_mut();
        let count = open.entry(name.clone()).or_default();
        *count += 1;
        // A second link closes the first.
        let alone = matches!(&**name, "a" | "nobr") && *count > 1;
        if FORMATTING.contains(&&**name) && !alone {
            self.formatting.set(self.formatting.get() + 1);
        }
        self.depth.set(self.depth.get() + 1);
        let mut cost = self.cost.borrow_mut();
        cost.deepest = cost.deepest.max(self.depth.get());
    }

    /// An end tag that closes an element other than the last opened one leaves misnesting behind, which the tree builder
    /// repairs by copying: what it does would need the tree. So each end tag takes back one start tag of its name; one of
    /// nothing closes nothing (`<div></x>` again and again nests), and unclosed paragraphs and list items, common in
    /// feeds, count as nested.
    fn closed(&self, name: &LocalName) {
        if let Some(count) = self.open.borrow_mut().get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            let alone = matches!(&**name, "a" | "nobr") && *count > 0;
            if FORMATTING.contains(&&**name) && !alone {
                self.formatting.set(self.formatting.get().saturating_sub(1));
            }
            self.depth.set(self.depth.get().saturating_sub(1));
        }
    }

    /// What the tokeniser reads after this start tag instead of markup, as a tree builder would tell it. Inside SVG,
    /// MathML and (in older builders) lists of choices it would not, and then `<title><!--</title>` hides from us what it
    /// sees; such a document is shown as text.
    fn text_mode(&self, name: &str) -> TokenSinkResult<()> {
        let mode = match name {
            "script" => ScriptData,
            "style" | "iframe" | "noscript" | "noembed" | "noframes" | "xmp" => Rawtext,
            "title" | "textarea" => Rcdata,
            "svg" | "math" | "select" | "frameset" => {
                self.foreign.set(true);
                return TokenSinkResult::Continue;
            }
            _ => return TokenSinkResult::Continue,
        };
        if self.foreign.get() {
            self.cost.borrow_mut().tangled = true;
        }
        TokenSinkResult::RawData(mode)
    }
}

impl TokenSink for CostSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let tag = match token {
            Token::TagToken(tag) => tag,
            // A CDATA section of SVG or MathML ends elsewhere than the comment that it is in HTML.
            Token::CommentToken(comment) if self.foreign.get() && comment.starts_with("[CDATA[") => {
                self.cost.borrow_mut().tangled = true;
                return TokenSinkResult::Continue;
            }
            _ => return TokenSinkResult::Continue,
        };
        let mut cost = self.cost.borrow_mut();
        cost.tags += 1;
        if FORMATTING.contains(&&*tag.name) {
            cost.compared += self.formatting.get() * tag.attrs.len();
        } else {
            cost.reopened += self.formatting.get();
        }
        drop(cost);
        match tag.kind {
            TagKind::StartTag if VOID.contains(&&*tag.name) => TokenSinkResult::Continue,
            TagKind::StartTag => {
                self.opened(&tag.name);
                self.text_mode(&tag.name)
            }
            TagKind::EndTag => {
                self.closed(&tag.name);
                TokenSinkResult::Continue
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_survives() {
        let base = "https://example.org/a/".parse().unwrap();
        let html = sanitise_html(
            "<p onclick=x()>Hi <script>alert(1)</script><a href='javascript:x'>j</a><a href='b?c=1'>k</a>\
             <img src=x onerror=y><iframe src=//evil></iframe></p>",
            Some(&base),
            100,
        );
        for bad in ["onclick", "script", "onerror", "iframe", "javascript"] {
            assert!(!html.contains(bad), "{html}");
        }
        assert!(html.contains("href=\"https://example.org/a/b?c=1\""), "{html}");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<div>".repeat(200_000) + "text";
        assert_eq!(sanitise_html(&deep, None, 200), "text");
        let mixed = "<b><i><a><p>".repeat(50_000) + "text";
        assert_eq!(html_to_text(&mixed), "text");
        assert!(!sanitise_html(&mixed, None, 200).contains("<b>"));
    }

    /// Each hid the depth from the count, and took a minute.
    #[test]
    fn depth_cannot_be_hidden() {
        let deep = "<div>".repeat(50_000) + "text";
        for (hidden, text) in [
            ("<div></x>".repeat(50_000) + "text", "text"),
            (format!("<svg><title>{deep}"), ""),
            (format!("<svg><desc><![CDATA[<b><!-- ]]>{deep}"), ""),
            (format!("<xmp><!--</xmp>{deep}"), ""),
            (format!("<noembed><!--</noembed>{deep}"), ""),
            (format!("<noframes><!--</noframes>{deep}"), ""),
            (format!("<select><title><!--</select></title>{deep}"), "text"),
        ] {
            let shown = sanitise_html(&hidden, None, 200);
            assert!(
                shown == text || shown.ends_with("text"),
                "{}: {shown}",
                hidden.get(..20).unwrap()
            );
        }
    }

    /// Each attribute was compared with every other one of its tag: 15 seconds for 196 kB.
    #[test]
    fn attributes_are_bounded() {
        let attributes: String = (0..40_000).map(|number| format!(" a{number}")).collect();
        let begun = std::time::Instant::now();
        for html in [
            format!("<p class=x{attributes}>text</p>"),
            format!("<p>text</p{attributes}>"),
            format!("<p>text<b{attributes}"),
            format!("<xmp><!--</xmp><b{attributes}>text"),
            format!("<svg><title><!--</title><b{attributes}>text"),
            format!("<p title='<!--'>text<b{attributes}>"),
        ] {
            let shown = sanitise_html(&html, None, 200);
            assert!(shown.len() < 100, "{shown}");
        }
        // Long ones are no more than long; formatting with many of them is not compared for ever.
        let long = "x/".repeat(500_000);
        for html in [
            format!("<a href='https://example.org/{long}'>text</a>"),
            format!("<a href='https://example.org/{}'>text</a>", "../".repeat(300_000)),
            format!("<p {}>text</p>", "x".repeat(1_000_000)),
            format!("<p class=\"{long}\">text</p>"),
            "<b x>".repeat(190) + &format!("<b{}></b>", attributes.get(..300).unwrap()).repeat(3_000) + "text",
        ] {
            assert!(sanitise_html(&html, None, 200).contains("text"));
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
    }

    #[test]
    fn a_tag_with_many_attributes_stays_a_tag() {
        let attributes: String = (0..1_000).map(|number| format!(" data-{number}=y")).collect();
        let html = format!("<p><em title=x{attributes} onclick=z>text</em></p>");
        assert_eq!(sanitise_html(&html, None, 200), "<p><em title=\"x\">text</em></p>");
    }

    /// Formatting that is left open is opened again in each paragraph: 1 MB became gigabytes.
    #[test]
    fn reopened_formatting_does_not_multiply() {
        let open: String = (0..150).map(|n| format!("<b id={n}>")).collect();
        let many = format!("<p>{open}</p>{}", "<p>x</p>".repeat(100_000));
        assert!(sanitise_html(&many, None, 200).len() < 2 * many.len());
        let usual = format!("<p><b><i>{}", "<p>x</p><a name=y>".repeat(1_000));
        assert!(sanitise_html(&usual, None, 5_000).contains("<i>"));
    }
}

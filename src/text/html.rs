//! HTML to plain text and to harmless HTML.
//!
//! Text is taken by html5ever's tokeniser alone: it builds no tree, so nesting costs nothing. Sanitising builds a tree
//! (ammonia) and is super-linear in depth, so depth is counted first and what is deeper than
//! [`Limits::max_html_depth`](crate::Limits) is shown as its plain text.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use url::Url;

/// The readable text of an HTML fragment: entities resolved, scripts, styles and comments left out, blocks and line
/// breaks on lines of their own, paragraphs separated by an empty line.
///
/// ```
/// assert_eq!(medfeed::html_to_text("<p>Effect of <i>H.&nbsp;pylori</i></p><p>n &lt; 5</p>"), "Effect of H. pylori\n\nn < 5");
/// ```
#[must_use]
pub fn html_to_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return super::clean_text(html);
    }
    let sink = TextSink::default();
    super::clean_text(&tokenise(html, sink).text.into_inner())
}

/// HTML made harmless with ammonia's defaults: no script, no event handler, no frame, no form, no style, links of
/// http(s) and mailto only, `rel="noopener noreferrer"` added; relative addresses resolved against `base`, or removed
/// where there is none.
///
/// `max_depth` bounds the nesting that is handed to the tree builder; deeper HTML comes back as escaped plain text.
#[must_use]
pub fn sanitise_html(html: &str, base: Option<&Url>, max_depth: usize) -> String {
    if !html.contains(['<', '&']) {
        return ammonia::clean_text(html);
    }
    if nesting(html) > max_depth {
        return ammonia::clean_text(&html_to_text(html));
    }
    let mut builder = ammonia::Builder::default();
    builder.url_schemes(["http", "https", "mailto"].into());
    builder.url_relative(match base {
        Some(base) => ammonia::UrlRelative::RewriteWithBase(base.clone()),
        None => ammonia::UrlRelative::Deny,
    });
    builder.clean(html).to_string()
}

/// Placeholder until the fast tokeniser is merged.
pub(crate) fn base_of_html(_html: &str) -> Option<String> {
    None
}

/// How deep the elements nest at most, counting unclosed ones; formatting elements count twice because the tree
/// builder reopens them.
fn nesting(html: &str) -> usize {
    tokenise(html, DepthSink::default()).deepest.into_inner()
}

fn tokenise<Sink: TokenSink>(html: &str, sink: Sink) -> Sink {
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

/// Collects text; block elements leave line breaks.
#[derive(Default)]
struct TextSink {
    text: RefCell<String>,
    /// The element whose text is left out, while inside one.
    silent: RefCell<Option<Cow<'static, str>>>,
}

const SILENT: [&str; 10] = [
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea",
];

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(characters) if self.silent.borrow().is_none() => {
                // Line breaks in HTML source are only white space; those of block elements are added below.
                self.text
                    .borrow_mut()
                    .extend(characters.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
            }
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl TextSink {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let mut silent = self.silent.borrow_mut();
        match tag.kind {
            TagKind::EndTag if silent.as_deref() == Some(name) => *silent = None,
            _ if silent.is_some() => return TokenSinkResult::Continue,
            TagKind::StartTag if SILENT.contains(&name) && !tag.self_closing => {
                *silent = Some(Cow::Owned(name.to_owned()));
                match name {
                    "script" => return TokenSinkResult::RawData(ScriptData),
                    "style" | "noscript" | "iframe" => return TokenSinkResult::RawData(Rawtext),
                    "title" | "textarea" => return TokenSinkResult::RawData(Rcdata),
                    _ => {}
                }
            }
            _ => {}
        }
        let mut text = self.text.borrow_mut();
        match name {
            "br" | "li" | "tr" | "dt" | "dd" | "option" => text.push('\n'),
            "p" | "div" | "section" | "article" | "header" | "footer" | "ul" | "ol" | "dl" | "table" | "blockquote"
            | "pre" | "figure" | "figcaption" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "address"
            | "aside" | "main" | "nav" | "details" | "summary" => text.push_str("\n\n"),
            "td" | "th" => text.push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Counts nesting without building anything.
#[derive(Default)]
struct DepthSink {
    depth: RefCell<usize>,
    deepest: RefCell<usize>,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

impl TokenSink for DepthSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        let name: &str = &tag.name;
        let mut depth = self.depth.borrow_mut();
        match tag.kind {
            TagKind::StartTag if VOID.contains(&name) => {}
            TagKind::StartTag => {
                *depth += 1;
                let mut deepest = self.deepest.borrow_mut();
                *deepest = (*deepest).max(*depth);
            }
            // An end tag that closes an element other than the last opened one leaves misnesting behind, which the
            // tree builder repairs by copying: counting only matched closings down would need the tree, so closings
            // always count down, and unclosed paragraphs and list items, common in feeds, count as nested.
            TagKind::EndTag => *depth = depth.saturating_sub(1),
        }
        if tag.kind == TagKind::StartTag {
            match name {
                "script" => return TokenSinkResult::RawData(ScriptData),
                "style" | "iframe" | "noscript" => return TokenSinkResult::RawData(Rawtext),
                "title" | "textarea" => return TokenSinkResult::RawData(Rcdata),
                _ => {}
            }
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_words_apart() {
        for (html, text) in [
            ("<p>One</p><p>Two</p>", "One\n\nTwo"),
            ("One<br>Two<br/>Three", "One\nTwo\nThree"),
            ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
            ("a<script>alert('<p>')</script>b", "ab"),
            ("a<style>p{}</style> b<!-- c -->", "a b"),
            ("E. coli &amp; <em>H. pylori</em>", "E. coli & H. pylori"),
            ("P &lt; .001 and n &gt; 5", "P < .001 and n > 5"),
            ("x<sub>2</sub>", "x2"),
            ("unclosed <b", "unclosed"),
            ("a <svg><text>no</text></svg> b", "a b"),
            ("line\nbreak in <b>source</b>", "line break in source"),
            ("<textarea>x</p></textarea>y", "y"),
        ] {
            assert_eq!(html_to_text(html).replace("\n\n\n", "\n\n"), text, "{html}");
        }
    }

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
}

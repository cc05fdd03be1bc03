//! HTML to harmless HTML.
//!
//! Sanitising builds a tree (ammonia) and is super-linear in depth, so depth is counted first, by html5ever's tokeniser
//! alone, which builds none; what is deeper than [`Limits::max_html_depth`](crate::Limits) is shown as its plain text.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use url::Url;

use super::html_to_text;

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

/// How deep the elements nest at most, counting unclosed ones; formatting elements count twice because the tree
/// builder reopens them.
fn nesting(html: &str) -> usize {
    tokenise(html, DepthSink::default()).deepest.into_inner()
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

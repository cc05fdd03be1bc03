//! The links a web page has in its head, by html5ever's tokeniser: comments and scripts hide what is in them.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::html::tokenise;

/// The most `<link>` elements kept of one page.
const MAX_LINKS: usize = 500;

/// What a page links with its `<link>` elements.
#[derive(Debug, Default)]
pub(crate) struct PageLinks {
    /// The first `<base href>`.
    pub base: Option<String>,
    /// The attributes of each `<link>`, in order; names in lower case.
    pub links: Vec<Vec<(String, String)>>,
}

/// Reads the links of a page, of its first so many bytes.
pub(crate) fn links_of_page(html: &str, bytes: usize) -> PageLinks {
    let mut end = html.len().min(bytes);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    tokenise(html.get(..end).unwrap_or_default(), LinkSink::default())
        .found
        .into_inner()
}

#[derive(Default)]
struct LinkSink {
    found: RefCell<PageLinks>,
    /// The element whose content is inert, while inside one.
    inert: RefCell<Option<Cow<'static, str>>>,
}

impl TokenSink for LinkSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        let name: &str = &tag.name;
        let mut inert = self.inert.borrow_mut();
        match tag.kind {
            TagKind::EndTag if inert.as_deref() == Some(name) => *inert = None,
            TagKind::StartTag if inert.is_none() => match name {
                "script" => return TokenSinkResult::RawData(ScriptData),
                "style" | "iframe" => return TokenSinkResult::RawData(Rawtext),
                "title" | "textarea" => return TokenSinkResult::RawData(Rcdata),
                "template" | "svg" => *inert = (!tag.self_closing).then(|| Cow::Owned(name.to_owned())),
                "base" | "link" => self.keep(&tag),
                _ => {}
            },
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl LinkSink {
    fn keep(&self, tag: &Tag) {
        let mut found = self.found.borrow_mut();
        let attributes: Vec<(String, String)> = tag
            .attrs
            .iter()
            .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
            .collect();
        if &*tag.name == "link" {
            if found.links.len() < MAX_LINKS {
                found.links.push(attributes);
            }
        } else if found.base.is_none() {
            found.base = attributes
                .into_iter()
                .find_map(|(name, value)| (name == "href").then_some(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_but_not_hidden_ones() {
        let page = links_of_page(
            "<!DOCTYPE html><HEAD><BASE Href='/a/'><base href='/b/'><!-- <link href=no> --><script>'<link href=no>'</script>\
             <template><link href=no></template><title><link href=no></title><LINK REL=alternate HREF=\"x?a=1&amp;b=2\"><link href=y />",
            1000,
        );
        assert_eq!(page.base.as_deref(), Some("/a/"));
        let hrefs: Vec<&str> = page
            .links
            .iter()
            .flatten()
            .filter(|(name, _)| name == "href")
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(hrefs, ["x?a=1&b=2", "y"]);
    }

    #[test]
    fn only_the_beginning_is_read() {
        let page = "<p>é".repeat(100) + "<link href=late>";
        assert!(links_of_page(&page, 499).links.is_empty());
        assert_eq!(links_of_page(&page, usize::MAX).links.len(), 1);
    }
}

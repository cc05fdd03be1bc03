//! The links a web page has in its head. One pass over the markup: comments and scripts hide what is in them, and an
//! element with a hundred thousand attributes costs no more than its bytes.

use super::markup::{Markup, read};
use super::reference;

/// The most `<link>` elements kept of one page.
const MAX_LINKS: usize = 500;

/// Bytes of one value; a longer one is as if missing.
const LONGEST_VALUE: usize = 4096;

/// What a page links with its `<link>` elements.
#[derive(Debug, Default)]
pub(crate) struct PageLinks {
    /// The first `<base href>`.
    pub base: Option<String>,
    /// Each `<link>`, in order.
    pub links: Vec<PageLink>,
}

/// The attributes of a `<link>` that tell of feeds, references resolved, trimmed.
#[derive(Debug, Default)]
pub(crate) struct PageLink {
    pub relations: Option<String>,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub href: Option<String>,
}

/// Reads the links of a page, of its first so many bytes.
pub(crate) fn links_of_page(html: &str, bytes: usize) -> PageLinks {
    let mut end = html.len().min(bytes);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = html.get(..end).unwrap_or_default();
    let mut found = PageLinks::default();
    let mut at = 0;
    while let Some(next) = html.get(at..).and_then(|rest| rest.find('<')) {
        at += next;
        let mut link = [None; 4];
        let markup = read(html, at, |name, value| {
            let names = ["rel", "type", "title", "href"];
            if let Some(place) = names.iter().position(|known| name.eq_ignore_ascii_case(known))
                && let Some(field) = link.get_mut(place)
            {
                field.get_or_insert(value); // The first of two counts.
            }
        });
        at = match markup {
            Markup::Tag(tag) => {
                let [relations, kind, title, href] = link.map(value);
                let is = |name: &str| !tag.closing && tag.name.eq_ignore_ascii_case(name);
                if is("link") && found.links.len() < MAX_LINKS {
                    found.links.push(PageLink {
                        relations,
                        kind,
                        title,
                        href,
                    });
                } else if is("base") && found.base.is_none() {
                    found.base = href;
                }
                tag.skip_content(html).unwrap_or(tag.end)
            }
            Markup::Nothing(end) | Markup::Section(end) => end,
            Markup::Character => at + 1,
            Markup::Unfinished => break,
        };
    }
    found
}

fn value(written: Option<&str>) -> Option<String> {
    written
        .filter(|value| value.len() <= LONGEST_VALUE)
        .map(|value| reference::resolve(value).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn hrefs(html: &str, bytes: usize) -> Vec<String> {
        let links = links_of_page(html, bytes).links;
        links.into_iter().filter_map(|link| link.href).collect()
    }

    #[test]
    fn links_but_not_hidden_ones() {
        let html = "<!DOCTYPE html><HEAD><BASE Href='/a/'><base href='/b/'><!-- <link href=no> --><script>'<link href=no>'</script>\
             <template><link href=no></template><title><link href=no></title><LINK REL=alternate HREF=\"x?a=1&amp;b=2\"><link href=y href=no />";
        assert_eq!(links_of_page(html, 1000).base.as_deref(), Some("/a/"));
        assert_eq!(hrefs(html, 1000), ["x?a=1&b=2", "y"]);
        assert_eq!(
            links_of_page(html, 1000).links.first().unwrap().relations.as_deref(),
            Some("alternate")
        );
    }

    #[test]
    fn only_the_beginning_is_read() {
        let page = "<p>é".repeat(100) + "<link href=late>";
        assert!(hrefs(&page, 499).is_empty());
        assert_eq!(hrefs(&page, usize::MAX), ["late"]);
    }

    #[test]
    fn many_attributes_cost_no_more_than_their_bytes() {
        let attributes: String = (0..300_000).map(|number| format!("{number:x} ")).collect();
        let begun = Instant::now();
        assert_eq!(hrefs(&format!("<link {attributes} href=x>"), usize::MAX), ["x"]);
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_value_without_end_is_none() {
        let long = "x".repeat(LONGEST_VALUE + 1);
        assert!(hrefs(&format!("<link href={long}><link href='{long}"), usize::MAX).is_empty());
    }
}

//! Addresses in HTML: the targets of its links, and its base. Elements whose content is no text hold none.

use std::borrow::Cow;

use super::markup::{Markup, read};
use super::reference;

/// The targets of the first `limit` links (`<a href>`), in order, references resolved, trimmed; empty ones left out.
/// They stay as relative as they are.
pub(crate) fn links_in_html(html: &str, limit: usize) -> Vec<Cow<'_, str>> {
    let mut links = Vec::new();
    if limit > 0 {
        targets(html, "a", |target| {
            links.push(target);
            links.len() < limit
        });
    }
    links
}

/// The address that relative ones count from: that of the first `<base href>`.
pub(crate) fn base_of_html(html: &str) -> Option<String> {
    let mut base = None;
    targets(html, "base", |target| {
        base = Some(target.into_owned());
        false
    });
    base
}

/// Hands out the `href` of each `name` element for as long as more are wanted.
fn targets<'h>(html: &'h str, name: &str, mut more: impl FnMut(Cow<'h, str>) -> bool) {
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        at += found;
        let mut target = None;
        let markup = read(html, at, |name, value| {
            // The first of two counts.
            if target.is_none() && name.eq_ignore_ascii_case("href") {
                target = Some(value);
            }
        });
        at = match markup {
            Markup::Tag(tag) => {
                let target = target.filter(|_| !tag.closing && tag.name.eq_ignore_ascii_case(name));
                if let Some(target) = target.map(|value| trimmed(reference::resolve(value)))
                    && !target.is_empty()
                    && !more(target)
                {
                    return;
                }
                tag.skip_content(html).unwrap_or(tag.end)
            }
            Markup::Nothing(end) | Markup::Section(end) => end,
            Markup::Character => at + 1,
            Markup::Unfinished => return,
        };
    }
}

fn trimmed(target: Cow<'_, str>) -> Cow<'_, str> {
    match target {
        Cow::Borrowed(target) => Cow::Borrowed(target.trim()),
        Cow::Owned(target) => Cow::Owned(target.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_links_in_order() {
        let html = "<p>See <a class=x href=\"https://example.org/?a=1&amp;b=2\">one</a>, <A HREF=' two '>two</A>, \
            <a href=three href=not>x</a><a name=y>y</a><a href>z</a><a href=''>z</a></a href=no>\
            <!-- <a href=no> --><script><a href=no></script><svg><a href=no></svg><area href=no><a\nhref='4'\n>";
        assert_eq!(
            links_in_html(html, 10),
            ["https://example.org/?a=1&b=2", "two", "three", "4"]
        );
        assert_eq!(links_in_html(html, 2).len(), 2);
        assert!(links_in_html(html, 0).is_empty());
        assert!(links_in_html("a < b <a href=\"x", 5).is_empty());
    }

    #[test]
    fn the_first_base_that_has_an_address() {
        for (html, base) in [
            (
                "<base target=_blank><BASE href=' https://example.org/a/ '><base href=b>",
                Some("https://example.org/a/"),
            ),
            ("<p><base href=a&amp;b/>", Some("a&b/")),
            ("<!-- <base href=a> --><p>", None),
            ("<basefont href=a>", None),
            ("", None),
        ] {
            assert_eq!(base_of_html(html).as_deref(), base, "{html}");
        }
    }
}

//! The anchors of a web page: where each leads, and what it says of itself. Elements whose content is no text (scripts,
//! templates, comments) hold none.

use super::line::clean_line;
use super::markup::{Markup, read};
use super::reference;

/// Bytes of one `href`; longer ones are no addresses that a person follows.
const LONGEST_HREF: usize = 4096;

/// Bytes of what an anchor says, in source; a longer text is a sentence or a picture's description, not a name.
const LONGEST_LABEL: usize = 256;

/// An anchor of a page: references resolved, white space cleaned.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// As relative as it stands; never empty.
    pub href: String,
    /// Its `type`.
    pub kind: Option<String>,
    /// What it says of itself: its text with those of its pictures (`alt`), then `aria-label`, then `title`; empty and
    /// long ones left out.
    pub labels: Vec<String>,
}

/// An anchor whose end was not met yet.
#[derive(Default)]
struct Open<'h> {
    href: Option<&'h str>,
    kind: Option<&'h str>,
    label: Option<&'h str>,
    title: Option<&'h str>,
    text: String,
    too_long: bool,
}

impl<'h> Open<'h> {
    fn take(&mut self, name: &str, value: &'h str) {
        let field = match name.to_ascii_lowercase().as_str() {
            "href" => &mut self.href,
            "type" => &mut self.kind,
            "aria-label" => &mut self.label,
            "title" => &mut self.title,
            _ => return,
        };
        field.get_or_insert(value); // The first of two counts.
    }

    fn say(&mut self, text: &str) {
        if self.too_long || text.len() > LONGEST_LABEL.saturating_sub(self.text.len()) {
            self.too_long |= !text.trim().is_empty();
            return;
        }
        self.text.push_str(text);
    }

    fn close(self) -> Option<Anchor> {
        let href = self.href.filter(|href| href.len() <= LONGEST_HREF)?;
        let href = reference::resolve(href).trim().to_owned();
        let text = if self.too_long { "" } else { self.text.as_str() };
        let labels = [Some(text), self.label, self.title]
            .into_iter()
            .flatten()
            .filter(|label| label.len() <= LONGEST_LABEL)
            .map(|label| clean_line(&reference::resolve(label)))
            .filter(|label| !label.is_empty())
            .collect();
        (!href.is_empty()).then(|| Anchor {
            href,
            kind: self
                .kind
                .filter(|kind| kind.len() <= LONGEST_LABEL)
                .map(|kind| reference::resolve(kind).into_owned()),
            labels,
        })
    }
}

/// Hands out the first `limit` anchors (`<a href>`, `<area href>`) of a page, in order. False when there were more.
pub(crate) fn anchors_of_page(html: &str, limit: usize, mut each: impl FnMut(Anchor)) -> bool {
    let mut left = limit;
    let mut open: Option<Open<'_>> = None;
    let mut at = 0;
    let mut hand_out = |anchor: Option<Open<'_>>, left: &mut usize| {
        if let Some(anchor) = anchor.and_then(Open::close) {
            *left -= 1; // It is never 0 here: no anchor is opened then.
            each(anchor);
        }
    };
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        if let Some(open) = &mut open {
            open.say(html.get(at..at + found).unwrap_or_default());
        }
        at += found;
        let mut met = Open::default();
        let mut alternative = None;
        let markup = read(html, at, |name, value| {
            met.take(name, value);
            if name.eq_ignore_ascii_case("alt") {
                alternative.get_or_insert(value);
            }
        });
        at = match markup {
            Markup::Tag(tag) => {
                let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
                if is("a") || (is("area") && !tag.closing) {
                    hand_out(open.take(), &mut left);
                    if !tag.closing {
                        if left == 0 {
                            return false;
                        }
                        met.say(alternative.filter(|_| is("area")).unwrap_or_default());
                        open = Some(met);
                    }
                } else if let Some(open) = &mut open {
                    // Elements part words, as a browser mostly shows them.
                    open.say(" ");
                    open.say(alternative.filter(|_| is("img")).unwrap_or_default());
                }
                tag.skip_content(html).unwrap_or(tag.end)
            }
            Markup::Nothing(end) | Markup::Section(end) => end,
            Markup::Character => at + 1,
            Markup::Unfinished => break,
        };
    }
    hand_out(open.take(), &mut left);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn anchors(html: &str, limit: usize) -> Vec<String> {
        let mut found = Vec::new();
        anchors_of_page(html, limit, |anchor| {
            found.push(format!(
                "{} {} {:?}",
                anchor.href,
                anchor.kind.as_deref().unwrap_or("-"),
                anchor.labels
            ));
        });
        found
    }

    #[test]
    fn anchors_with_what_they_say() {
        let html = "<p><a href='/a?x=1&amp;y=2' TYPE='application/rss+xml'> The <b>RSS</b>\n feed </a><a name=no>x</a>\
            <a href=b><img src=i alt='RSS &amp; Atom'></a><A HREF=c aria-label=Atom title='Feed of us'>&nbsp;</A>\
            <!-- <a href=no> --><script>'<a href=no>'</script><template><a href=no>RSS</a></template>\
            <a href=d>first<a href=e>second</a><area href=f alt=RSS><a href=' '>RSS</a><a href=g>last";
        assert_eq!(
            anchors(html, 50),
            [
                "/a?x=1&y=2 application/rss+xml [\"The RSS feed\"]",
                "b - [\"RSS & Atom\"]",
                "c - [\"Atom\", \"Feed of us\"]",
                "d - [\"first\"]",
                "e - [\"second\"]",
                "f - [\"RSS\"]",
                "g - []"
            ]
        );
    }

    #[test]
    fn long_texts_are_no_names_and_the_limit_holds() {
        let html = format!(
            "<a href=a>RSS{}</a><a href={}>RSS</a><a href=b title=RSS>",
            "x ".repeat(300),
            "y".repeat(5000)
        );
        assert_eq!(anchors(&html, 50), ["a - []", "b - [\"RSS\"]"]);
        let many = "<a href=a>RSS</a>".repeat(10);
        let mut count = 0;
        assert!(!anchors_of_page(&many, 4, |_| count += 1));
        assert_eq!(count, 4);
        assert!(anchors_of_page(&many, 10, |_| count += 1));
        assert!(!anchors_of_page(&many, 0, |_| count += 1));
        assert_eq!(count, 14);
    }

    proptest! {
        #[test]
        fn any_page_is_survived(html in "(<a href=\"?|<a |</a>|<!--|-->|<script>|<svg|<|>|'|\"|RSS|é|&#|;| ){0,40}", limit in 0_usize..5) {
            let mut count = 0;
            anchors_of_page(&html, limit, |_| count += 1);
            prop_assert!(count <= limit);
        }
    }
}

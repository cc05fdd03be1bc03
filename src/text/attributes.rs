//! Bounds the attributes of one tag before html5ever sees it.
//!
//! html5ever compares each attribute of a tag with every other one of it: 40,000 of them in 196 kB took 15 seconds. So
//! they are counted before, wherever a tag may begin: at each `<` before a letter, also inside of comments, scripts and
//! values, for whether html5ever is inside of one there would need html5ever. Where there are too many, scripts, styles
//! and comments (which nobody would see anyway) are taken out, and the attributes past the bound with them; when that
//! does not help, the HTML is shown as text.

use std::borrow::Cow;

use super::markup::{Markup, Next, name_end, next_attribute, read};

/// The most attributes of one tag. Pages have some twenty at the most, elements driven by scripts some forty; those
/// that survive sanitising are fewer than ten.
const MAX_ATTRIBUTES: usize = 100;

/// The same HTML with at most so many attributes in any tag; `None` when it can only be shown as text.
pub(super) fn bounded(html: &str) -> Option<Cow<'_, str>> {
    if !has_many(html) {
        return Some(Cow::Borrowed(html));
    }
    let pruned = pruned(html);
    (!has_many(&pruned)).then_some(Cow::Owned(pruned))
}

/// Whether html5ever might see a tag with too many attributes.
///
/// The time is linear: of the starts within one name only the first is looked at (they all go on after the same name),
/// and of those whose attributes overlap each counts the following ones among its own.
fn has_many(html: &str) -> bool {
    let bytes = html.as_bytes();
    let (mut at, mut known) = (0, 0);
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found + 1;
        at = start;
        let start = start + usize::from(bytes.get(start) == Some(&b'/'));
        if start < known || !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        known = name_end(html, start);
        if end_of_attributes(html, known).is_some() {
            return true;
        }
    }
    false
}

/// Where the last attribute ends that is let through, when there are more.
fn end_of_attributes(html: &str, from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..MAX_ATTRIBUTES {
        match next_attribute(html, at) {
            Some(Next::Attribute { end, .. }) => at = end,
            _ => return None,
        }
    }
    // One that is cut off ends the document, and is compared with nothing.
    matches!(next_attribute(html, at), Some(Next::Attribute { .. })).then_some(at)
}

/// Without scripts, styles, comments and the attributes that are too many.
fn pruned(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        kept.push_str(html.get(at..at + found).unwrap_or_default());
        at += found;
        at = match read(html, at, |_, _| {}) {
            Markup::Tag(tag)
                if ["script", "style"]
                    .iter()
                    .any(|name| tag.name.eq_ignore_ascii_case(name)) =>
            {
                tag.skip_content(html).unwrap_or(tag.end)
            }
            Markup::Tag(tag) => {
                let name = at + 1 + usize::from(tag.closing);
                match end_of_attributes(html, name_end(html, name)) {
                    Some(end) => {
                        kept.push_str(html.get(at..end).unwrap_or_default());
                        kept.push('>');
                    }
                    None => kept.push_str(html.get(at..tag.end).unwrap_or_default()),
                }
                tag.end
            }
            Markup::Nothing(end) => end,
            Markup::Section(end) => {
                kept.push_str(html.get(at..end).unwrap_or_default());
                end
            }
            Markup::Character => {
                kept.push('<');
                at + 1
            }
            Markup::Unfinished => return kept,
        };
    }
    kept.push_str(html.get(at..).unwrap_or_default());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(count: usize) -> String {
        (0..count).map(|number| format!(" a{number}=1")).collect()
    }

    #[test]
    fn what_is_usual_stays_as_it_is() {
        for html in [
            "",
            "a < b",
            "<p class=x>Text</p>",
            &format!("<p{}>Text</p>", attributes(MAX_ATTRIBUTES)),
            "<a<a<a<a",
            "<p title='",
        ] {
            assert!(
                matches!(bounded(html), Some(Cow::Borrowed(same)) if same == html),
                "{html}"
            );
        }
    }

    #[test]
    fn what_is_too_many_goes() {
        let (most, many) = (attributes(MAX_ATTRIBUTES), attributes(MAX_ATTRIBUTES + 1));
        for (html, expected) in [
            (format!("x<p{many}>y<b>z"), format!("x<p{most}>y<b>z")),
            (format!("x</p{many}>y"), format!("x</p{most}>y")),
            (format!("x<br{many}/>y"), format!("x<br{most}>y")),
            (format!("x<script>if(a<b{many})</script>y"), "xy".to_owned()),
            (format!("x<!-- <b{many} -->y < z</= 5"), "xy < z</= 5".to_owned()),
            (format!("x<p{many}"), "x".to_owned()),
            (format!("x<![CDATA[<p{many}>"), format!("x<![CDATA[<p{most}>")),
        ] {
            assert_eq!(bounded(&html).as_deref(), Some(&*expected), "{html}");
        }
    }

    #[test]
    fn what_may_be_hidden_is_text() {
        let many = attributes(MAX_ATTRIBUTES + 1);
        assert_eq!(bounded(&format!("<p title='<b{many}'>")), None);
        assert_eq!(bounded(&format!("<textarea>x</textarea title='<b{many}'>")), None);
    }

    /// Starts that overlap in every way there is, each with nearly too many attributes.
    #[test]
    fn counting_takes_no_time() {
        let begun = std::time::Instant::now();
        for piece in [
            "<a".repeat(99),
            "<a ".repeat(99),
            "<a '".repeat(50),
            "<a b='<a c=\"".repeat(40),
        ] {
            let html = format!("{piece}>").repeat(1_000_000 / piece.len());
            bounded(&html);
        }
        let long = format!("{}b='{}'", "<a ".repeat(99), "<a/".repeat(300_000));
        bounded(&long);
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
    }
}

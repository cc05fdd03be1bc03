//! The markup of HTML source, read in one pass and without a tree.
//!
//! Guided by the HTML standard's tokenisation: a tag begins with `<` or `</` and a letter, quotes in attributes may
//! hold `>`, comments end as browsers end them, what is cut off inside a tag or a comment is gone. Three things are read
//! as feeds mean them:
//! - `<![CDATA[` is no comment: what it wraps is HTML (a feed that wrapped it twice).
//! - `</` before anything but a letter, `>` or white space is text: abstracts write "P </= .05".
//! - A script ends at its first end tag, whatever comments it holds.
//!
//! Nothing is read twice: what has no end swallows the rest, so time is linear in any input.

/// What stands at a `<`.
pub(super) enum Markup<'h> {
    /// The character.
    Character,
    Tag(Tag<'h>),
    /// A comment, a document type, an instruction: nothing to show. Where it ends.
    Nothing(usize),
    /// The beginning of a CDATA section; where its content begins.
    Section(usize),
    /// Cut off: the rest is no text.
    Unfinished,
}

/// A start or end tag.
pub(super) struct Tag<'h> {
    pub name: &'h str,
    pub closing: bool,
    pub self_closing: bool,
    /// Where the tag ends.
    pub end: usize,
}

/// What opens a CDATA section; the case counts.
const SECTION: &str = "<![CDATA[";

/// Elements whose content is no text for readers, and whether markup counts inside them: if not, only their end tag does.
const SILENT: [(&str, bool); 10] = [
    ("script", false),
    ("style", false),
    ("template", true),
    ("noscript", false),
    ("iframe", false),
    ("object", true),
    ("svg", true),
    ("math", true),
    ("title", false),
    ("textarea", false),
];

/// Reads what stands at `at`, where a `<` is; attributes are handed out as they are met, values as they are written.
pub(super) fn read<'h>(html: &'h str, at: usize, attribute: impl FnMut(&'h str, &'h str)) -> Markup<'h> {
    let bytes = html.as_bytes();
    match bytes.get(at + 1) {
        Some(byte) if byte.is_ascii_alphabetic() => tag(html, at + 1, false, attribute),
        Some(b'/') => match bytes.get(at + 2) {
            Some(byte) if byte.is_ascii_alphabetic() => tag(html, at + 2, true, attribute),
            Some(b'>') => Markup::Nothing(at + 3),
            Some(byte) if is_white(*byte) => to_bracket(html, at + 2),
            _ => Markup::Character,
        },
        Some(b'?') => to_bracket(html, at + 2),
        Some(b'!') => {
            let rest = html.get(at..).unwrap_or_default();
            if rest.starts_with("<!--") {
                comment(html, at + 4)
            } else if rest.starts_with(SECTION) {
                Markup::Section(at + SECTION.len())
            } else {
                to_bracket(html, at + 2)
            }
        }
        _ => Markup::Character,
    }
}

impl Tag<'_> {
    /// Where the text goes on when the content of this element is none, which its end tag ends; an unclosed one takes
    /// all the rest. `None`: the content is text, or this is an end tag.
    pub(super) fn skip_content(&self, html: &str) -> Option<usize> {
        if self.closing || self.self_closing {
            return None;
        }
        let (name, markup) = SILENT.iter().find(|(name, _)| self.name.eq_ignore_ascii_case(name))?;
        let mut at = self.end;
        while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
            at += found;
            if !markup && !is_end_tag(html, at, name) {
                at += 1;
                continue;
            }
            at = match read(html, at, |_, _| {}) {
                Markup::Tag(tag) if tag.closing && tag.name.eq_ignore_ascii_case(name) => return Some(tag.end),
                Markup::Tag(tag) => tag.end,
                Markup::Nothing(end) | Markup::Section(end) => end,
                Markup::Character => at + 1,
                Markup::Unfinished => break,
            };
        }
        Some(html.len())
    }
}

fn is_end_tag(html: &str, at: usize, name: &str) -> bool {
    let rest = html.as_bytes().get(at + 1..).unwrap_or_default();
    rest.first() == Some(&b'/')
        && rest
            .get(1..=name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && rest
            .get(name.len() + 1)
            .is_some_and(|byte| is_white(*byte) || matches!(byte, b'/' | b'>'))
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0xc)
}

/// The position of the first byte from `from` on that is asked for, or the end.
fn find(bytes: &[u8], from: usize, asked: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(|byte| !asked(*byte)) {
        at += 1;
    }
    at
}

fn to_bracket(html: &str, from: usize) -> Markup<'_> {
    match html.get(from..).and_then(|rest| rest.find('>')) {
        Some(found) => Markup::Nothing(from + found + 1),
        None => Markup::Unfinished,
    }
}

/// A comment's end: `-->` or `--!>`, and `>` or `->` when they come first.
fn comment(html: &str, from: usize) -> Markup<'_> {
    let rest = html.get(from..).unwrap_or_default();
    for first in [">", "->"] {
        if rest.starts_with(first) {
            return Markup::Nothing(from + first.len());
        }
    }
    let mut at = from;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find("--")) {
        at += found;
        let end = html.as_bytes().get(at + 2..).unwrap_or_default();
        if end.starts_with(b">") {
            return Markup::Nothing(at + 3);
        } else if end.starts_with(b"!>") {
            return Markup::Nothing(at + 4);
        }
        at += 1;
    }
    Markup::Unfinished
}

/// Reads a tag whose name begins at `start`.
fn tag<'h>(html: &'h str, start: usize, closing: bool, attribute: impl FnMut(&'h str, &'h str)) -> Markup<'h> {
    let end = name_end(html, start);
    match attributes(html, end, attribute) {
        Some((after, self_closing)) => Markup::Tag(Tag {
            name: html.get(start..end).unwrap_or_default(),
            closing,
            self_closing,
            end: after,
        }),
        None => Markup::Unfinished,
    }
}

/// Reads attributes up to the end of the tag: where that is, and whether the tag closes itself.
fn attributes<'h>(html: &'h str, from: usize, mut attribute: impl FnMut(&'h str, &'h str)) -> Option<(usize, bool)> {
    let mut at = from;
    loop {
        match next_attribute(html, at)? {
            Next::Attribute { name, value, end } => {
                attribute(name, value);
                at = end;
            }
            Next::End { end, self_closing } => return Some((end, self_closing)),
        }
    }
}

/// What comes next inside a tag.
pub(super) enum Next<'h> {
    Attribute {
        name: &'h str,
        /// As it is written.
        value: &'h str,
        end: usize,
    },
    /// The end of the tag.
    End { end: usize, self_closing: bool },
}

/// Reads one attribute from `from` on, or the end of the tag; `None` when it is cut off.
pub(super) fn next_attribute(html: &str, from: usize) -> Option<Next<'_>> {
    let bytes = html.as_bytes();
    let slice = |from: usize, to: usize| html.get(from..to).unwrap_or_default();
    let mut at = from;
    loop {
        at = find(bytes, at, |byte| !is_white(byte));
        let end = |end, self_closing| Some(Next::End { end, self_closing });
        match bytes.get(at)? {
            b'>' => return end(at + 1, false),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return end(at + 2, true),
            b'/' => at += 1,
            _ => break,
        }
    }
    // The first character belongs to the name, even `=`.
    let start = at;
    at = find(bytes, at + 1, |byte| {
        is_white(byte) || matches!(byte, b'/' | b'>' | b'=')
    });
    let name = slice(start, at);
    at = find(bytes, at, |byte| !is_white(byte));
    if bytes.get(at)? != &b'=' {
        return Some(Next::Attribute {
            name,
            value: "",
            end: at,
        });
    }
    at = find(bytes, at + 1, |byte| !is_white(byte));
    let (value, end) = match *bytes.get(at)? {
        quote @ (b'"' | b'\'') => {
            let start = at + 1;
            let end = start + html.get(start..)?.find(char::from(quote))?;
            (slice(start, end), end + 1)
        }
        _ => {
            let end = find(bytes, at, |byte| is_white(byte) || byte == b'>');
            (slice(at, end), end)
        }
    };
    Some(Next::Attribute { name, value, end })
}

/// Where the name of a tag ends that begins at `start`.
pub(super) fn name_end(html: &str, start: usize) -> usize {
    find(html.as_bytes(), start, |byte| {
        is_white(byte) || matches!(byte, b'/' | b'>')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands at the beginning, its attributes, and what is left after it.
    fn shown(html: &str) -> String {
        let mut found = String::new();
        let markup = read(html, 0, |name, value| found += &format!(" {name}={value}"));
        let rest = |end: usize| html.get(end..).unwrap().to_owned();
        match markup {
            Markup::Character => "character".to_owned(),
            Markup::Tag(tag) => format!(
                "{}{}{}{found}|{}",
                if tag.closing { "/" } else { "" },
                tag.name,
                if tag.self_closing { "/" } else { "" },
                rest(tag.end)
            ),
            Markup::Nothing(end) => format!("|{}", rest(end)),
            Markup::Section(end) => format!("section|{}", rest(end)),
            Markup::Unfinished => "unfinished".to_owned(),
        }
    }

    #[test]
    fn markup_by_table() {
        for (html, expected) in [
            ("<p>x", "p|x"),
            ("</p >x", "/p|x"),
            ("<BR/>x", "BR/|x"),
            ("<a href=\"a>b\" title='\"'>x", "a href=a>b title=\"|x"),
            ("<a href = x/y/>z", "a href=x/y/|z"),
            ("<a href=>x", "a href=|x"),
            ("<a b/c d>x", "a b= c= d=|x"),
            ("<a =b=c>x", "a =b=c|x"),
            ("<a b=\"c\"d>x", "a b=c d=|x"),
            ("<a é=ü>x", "a é=ü|x"),
            ("<a\n/\n>x", "a|x"),
            ("<a b=\"c>x", "unfinished"),
            ("<a b=", "unfinished"),
            ("<a", "unfinished"),
            ("<a/", "unfinished"),
            ("< p>", "character"),
            ("<.05", "character"),
            ("<", "character"),
            ("</= .05", "character"),
            ("</", "character"),
            ("</>x", "|x"),
            ("</ p>x", "|x"),
            ("<?php x ?>y", "|y"),
            ("<?x", "unfinished"),
            ("<!DOCTYPE html>x", "|x"),
            ("<!x", "unfinished"),
            ("<!-- a > b -->x", "|x"),
            ("<!---->x", "|x"),
            ("<!-->x", "|x"),
            ("<!--->x", "|x"),
            ("<!-- a --!>x", "|x"),
            ("<!-- a ----->x", "|x"),
            ("<!-- a -- > b", "unfinished"),
            ("<!->x", "|x"),
            ("<![CDATA[x]]>", "section|x]]>"),
            ("<![cdata[x]]>y", "|y"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn silent_content_ends_with_its_end_tag() {
        for (html, rest) in [
            ("<script>a < b </scripted> </SCRIPT x='>'>y", Some("y")),
            ("<STYLE>p > a </p></style>y", Some("y")),
            ("<svg><a title='</svg>'><!-- </svg> --></svg>y", Some("y")),
            ("<title>x <b> </title>y", Some("y")),
            ("<script>x", Some("")),
            ("<script>x</script", Some("")),
            ("<script/>x", None),
            ("</script>x", None),
            ("<b>x", None),
        ] {
            let Markup::Tag(tag) = read(html, 0, |_, _| {}) else {
                panic!("{html}");
            };
            let found = tag.skip_content(html).map(|at| html.get(at..).unwrap());
            assert_eq!(found, rest, "{html}");
        }
    }
}

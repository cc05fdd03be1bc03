//! The XML of an OPML file, read into flat outlines; what they mean is decided in `opml`.

use std::borrow::Cow;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::limits::Limits;
use crate::text::{clean_line, shorten};

/// Folders and categories kept of one outline; real lists use one to three. Each is copied into every source below it,
/// so number and length are bounded more tightly than other text.
pub(super) const MAX_CATEGORIES: usize = 16;

/// Said when there are more.
pub(super) const TOO_MANY_CATEGORIES: &str = "an outline with more than 16 categories keeps the first 16";

/// Characters (graphemes) kept of a folder's or category's name.
const MAX_CATEGORY_CHARACTERS: usize = 100;

/// One outline with a feed address, as it stands in the file, entities resolved and white space collapsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// `title`, else `text`; may be empty.
    pub(super) title: String,
    /// `xmlUrl`, in any case of letters; or `url` where the type says that it is a feed.
    pub(super) url: String,
    /// `htmlUrl`.
    pub(super) html_url: String,
    /// `language`.
    pub(super) language: String,
    /// `medfeed:kind`, written by `Catalog::to_opml`.
    pub(super) kind: String,
    /// `medfeed:specialties`: codes with commas, written by `Catalog::to_opml`.
    pub(super) specialties: String,
    /// `medfeed:publisher`, written by `Catalog::to_opml`.
    pub(super) publisher: String,
    /// The segments of the `category` attribute, then the names of the folders around it, outermost first.
    pub(super) categories: Vec<Rc<str>>,
}

/// What a file gave: outlines with an address, and what was passed over.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    pub(super) feeds: Vec<Outline>,
    pub(super) notes: Vec<String>,
}

/// Reads the outlines of an OPML 1.0, 1.1 or 2.0 document.
///
/// Lenient where it costs nothing: attribute names in any case, missing quotes, bare `&`, unmatched end tags.
/// A file that breaks off after the first outlines gives those and a note.
///
/// # Errors
/// Says what the document is instead, when its first element is not `opml` or there is none.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Outlines, String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;

    let mut out = Outlines::default();
    // None stands for an outline that is itself a subscription: it encloses others without naming them.
    let mut folders: Vec<Option<Rc<str>>> = Vec::new();
    let (mut beyond_depth, mut outlines) = (0_usize, 0_usize);
    let (mut depth_noted, mut in_opml, mut closed) = (false, false, false);
    loop {
        let position = reader.buffer_position();
        let (element, opens) = match reader.read_event() {
            Ok(Event::Start(element)) => (element, true),
            Ok(Event::Empty(element)) => (element, false),
            Ok(Event::End(element)) => {
                if is_named(element.name().as_ref(), "outline") {
                    if beyond_depth > 0 {
                        beyond_depth -= 1;
                    } else {
                        folders.pop();
                    }
                } else if is_named(element.name().as_ref(), "opml") {
                    closed = true;
                }
                continue;
            }
            Ok(Event::Eof) => break,
            Ok(_) => continue,
            Err(error) if in_opml && !out.feeds.is_empty() => {
                out.notes.push(format!(
                    "the file is broken at byte {position} ({error}); what came before is kept"
                ));
                return Ok(out);
            }
            Err(error) => return Err(format!("the XML is broken at byte {position}: {error}")),
        };
        if !in_opml {
            if !is_named(element.name().as_ref(), "opml") {
                return Err(other_document(element.name().as_ref()));
            }
            (in_opml, closed) = (true, !opens);
            continue;
        }
        if !is_named(element.name().as_ref(), "outline") {
            continue;
        }
        if outlines >= limits.max_outlines {
            out.notes.push(format!(
                "only the first {outlines} outlines are read; the rest is left out"
            ));
            return Ok(out);
        }
        outlines += 1;
        let (mut outline, is_feed) = read_outline(&element, limits, &mut out.notes);
        if is_feed {
            let mut all = true;
            for folder in folders.iter().flatten() {
                // Shared, not copied: a thousand subscriptions in one folder hold its name once.
                all &= push_category(&mut outline.categories, folder);
            }
            if !all {
                out.notes.push(TOO_MANY_CATEGORIES.to_owned());
            }
        }
        if opens {
            if folders.len() < limits.max_depth {
                folders.push(if is_feed {
                    None
                } else {
                    Some(category(&outline.title, &mut out.notes))
                });
            } else {
                beyond_depth += 1;
                if !depth_noted {
                    depth_noted = true;
                    out.notes.push(format!(
                        "folders nested deeper than {} lend no category",
                        limits.max_depth
                    ));
                }
            }
        }
        if is_feed {
            out.feeds.push(outline);
        }
    }
    if !in_opml {
        return Err("there is no XML element in it, so it is not an OPML file".to_owned());
    }
    if !closed {
        out.notes
            .push("the file breaks off before </opml>; what came before is kept".to_owned());
    }
    Ok(out)
}

/// Element and attribute names are compared without their prefix's meaning and without case: readers write
/// `xmlURL`, `XMLURL` and `Outline`.
fn is_named(name: &[u8], expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected.as_bytes())
}

/// Names the document that was handed in by mistake.
fn other_document(root: &[u8]) -> String {
    let name = String::from_utf8_lossy(root.get(..root.len().min(40)).unwrap_or(root)).to_ascii_lowercase();
    let what = match name.as_str() {
        "rss" | "rdf:rdf" | "feed" | "channel" => "it is a feed, not an OPML list of feeds",
        "html" | "head" | "body" => "it is a web page, not an OPML file",
        _ => "it is not an OPML file",
    };
    format!("{what}: its first element is <{}>", name.escape_debug())
}

/// Reads one outline's attributes; the flag says whether it carries a feed address.
fn read_outline(element: &BytesStart<'_>, limits: &Limits, notes: &mut Vec<String>) -> (Outline, bool) {
    let mut outline = Outline::default();
    let (mut text, mut plain_url, mut kind_of_outline) = (String::new(), String::new(), String::new());
    let mut has_feed_url = false;
    let mut attributes = element.html_attributes();
    attributes.with_checks(false);
    for (index, attribute) in attributes.enumerate() {
        if index >= limits.max_attributes {
            notes.push(format!(
                "an outline with more than {index} attributes; the rest is left out"
            ));
            break;
        }
        let Ok(attribute) = attribute else { continue };
        let key = attribute.key.as_ref().to_ascii_lowercase();
        let slot = match key.as_slice() {
            b"title" => &mut outline.title,
            b"text" => &mut text,
            b"xmlurl" => {
                has_feed_url = true;
                &mut outline.url
            }
            b"url" => &mut plain_url,
            b"htmlurl" => &mut outline.html_url,
            b"type" => &mut kind_of_outline,
            b"language" => &mut outline.language,
            b"medfeed:kind" => &mut outline.kind,
            b"medfeed:specialties" => &mut outline.specialties,
            b"medfeed:publisher" => &mut outline.publisher,
            b"category" => {
                let value = bounded(&attribute.value, limits.max_text_bytes, notes);
                let mut all = true;
                for segment in resolve(&value).split([',', '/']) {
                    all &= push_category(&mut outline.categories, &category(segment, notes));
                }
                if !all {
                    notes.push(TOO_MANY_CATEGORIES.to_owned());
                }
                continue;
            }
            _ => continue,
        };
        // The same attribute twice: the first one that says something.
        if slot.is_empty() {
            *slot = clean_line(&resolve(&bounded(&attribute.value, limits.max_text_bytes, notes)));
        }
    }
    if outline.title.is_empty() {
        outline.title = text;
    }
    // What our own attribute says better takes no room from the folders.
    let specialties = &outline.specialties;
    let said = |category: &Rc<str>| {
        specialties
            .split(',')
            .any(|code| code.trim().eq_ignore_ascii_case(category))
    };
    if !specialties.is_empty() {
        outline.categories.retain(|category| !said(category));
    }
    // OPML's type="link" and "include" point at pages and at other lists, not at feeds.
    let typed_as_feed = ["rss", "atom", "feed", "podcast"]
        .iter()
        .any(|name| kind_of_outline.eq_ignore_ascii_case(name));
    if !has_feed_url && typed_as_feed && !plain_url.is_empty() {
        outline.url = plain_url;
        has_feed_url = true;
    }
    (outline, has_feed_url)
}

/// A folder's or category's name as it is kept.
fn category(name: &str, notes: &mut Vec<String>) -> Rc<str> {
    // Four bytes a character at most, and as much again for combining marks: no need to walk a long text.
    let head = cut(name, MAX_CATEGORY_CHARACTERS * 8);
    let kept = shorten(&clean_line(head), MAX_CATEGORY_CHARACTERS);
    if head.len() < name.len() || kept.ends_with('…') && !name.trim_end().ends_with('…') {
        notes.push(format!(
            "a folder or category is longer than {MAX_CATEGORY_CHARACTERS} characters and is shortened"
        ));
    }
    Rc::from(kept)
}

/// The text's first bytes, up to the bound, on a character's edge.
fn cut(text: &str, bound: usize) -> &str {
    let mut end = bound.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Adds a category once, without regard to case; whether there was room. There is room for one more than a source keeps
/// folders, since the outermost one may only name its specialty.
fn push_category(categories: &mut Vec<Rc<str>>, name: &Rc<str>) -> bool {
    let known = |category: &Rc<str>| category.eq_ignore_ascii_case(name);
    if name.is_empty() || categories.iter().any(known) {
        return true;
    }
    let room = categories.len() <= MAX_CATEGORIES;
    if room {
        categories.push(Rc::clone(name));
    }
    room
}

/// An attribute's bytes as text, cut at the bound on a character's edge.
fn bounded<'a>(value: &'a [u8], bound: usize, notes: &mut Vec<String>) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(value);
    if text.len() <= bound {
        return text;
    }
    notes.push(format!("an attribute of {} bytes is cut at {bound}", text.len()));
    Cow::Owned(cut(&text, bound).to_owned())
}

/// Resolves references; a `&` that begins none stays what it is, as in `AT&T` or `?a=1&b=2`.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest names that matter are shorter than 32 bytes: no search to the end of a long text.
        let end = after.bytes().take(32).position(|byte| byte == b';');
        let name = end.and_then(|end| after.get(..end));
        match name.and_then(character) {
            Some(found) => {
                out.push(found);
                rest = after.get(name.map_or(0, str::len) + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of an XML or numeric reference, or of an HTML name that lists of feeds really carry
/// undeclared.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "middot" => '·',
        "bull" => '•',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "agrave" => 'à',
        "aacute" => 'á',
        "acirc" => 'â',
        "atilde" => 'ã',
        "aring" => 'å',
        "aelig" => 'æ',
        "ccedil" => 'ç',
        "egrave" => 'è',
        "eacute" => 'é',
        "Eacute" => 'É',
        "ecirc" => 'ê',
        "euml" => 'ë',
        "iacute" => 'í',
        "icirc" => 'î',
        "iuml" => 'ï',
        "ntilde" => 'ñ',
        "oacute" => 'ó',
        "ocirc" => 'ô',
        "otilde" => 'õ',
        "oslash" => 'ø',
        "uacute" => 'ú',
        "ucirc" => 'û',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Outlines {
        read(text, &Limits::default()).unwrap()
    }

    fn names(outline: &Outline) -> Vec<&str> {
        outline.categories.iter().map(|name| &**name).collect()
    }

    #[test]
    fn nested_folders_and_categories() {
        let read = parsed(
            r#"<?xml version="1.0"?><opml version="2.0"><head><title>All</title></head><body>
            <outline text="Medicine"><outline text="Heart &amp; vessels">
              <outline text="One" title="First" type="rss" xmlUrl="https://example.org/1" category="/Clinic/Ward 7,Arrhythmia"/>
            </outline><outline text="Two" xmlUrl="https://example.org/2" htmlUrl="https://example.org/"></outline></outline>
            <outline text="Three" xmlUrl="https://example.org/3" language="de"/></body></opml>"#,
        );
        assert_eq!(read.notes, Vec::<String>::new());
        let [one, two, three] = read.feeds.as_slice() else {
            panic!("{read:?}")
        };
        assert_eq!(
            (one.title.as_str(), one.url.as_str()),
            ("First", "https://example.org/1")
        );
        assert_eq!(
            names(one),
            ["Clinic", "Ward 7", "Arrhythmia", "Medicine", "Heart & vessels"]
        );
        assert_eq!(
            (names(two), two.html_url.as_str()),
            (vec!["Medicine"], "https://example.org/")
        );
        assert_eq!((names(three), three.language.as_str()), (vec![], "de"));
    }

    #[test]
    fn a_subscription_that_encloses_others_is_no_folder() {
        let read = parsed(
            "<opml><body><outline text='A' xmlUrl='https://example.org/a'><outline text='B' \
             xmlUrl='https://example.org/b'/></outline></body></opml>",
        );
        assert_eq!(read.feeds.len(), 2);
        assert!(read.feeds.iter().all(|feed| feed.categories.is_empty()));
    }

    #[test]
    fn attribute_names_in_any_case_and_without_quotes() {
        let read = parsed(
            "<OPML version=1.0><Body><Outline TEXT='A' XMLURL='https://example.org/a'/>\
             <outline text=B type=RSS xmlurl=https://example.org/b /><outline type='atom' text='C' \
             url='https://example.org/c'/><outline type='link' text='page' url='https://example.org/page'/></Body></OPML>",
        );
        let urls: Vec<_> = read.feeds.iter().map(|feed| feed.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://example.org/a",
                "https://example.org/b",
                "https://example.org/c"
            ]
        );
    }

    #[test]
    fn bare_ampersands_and_undeclared_entities() {
        let read = parsed(
            "<opml><body>AT&T <outline text='Q&A&nbsp;on &eacute;l&#233;vation &#x1F637; &bogus; R&D; &#0;' \
             xmlUrl='https://example.org/f?a=1&b=2&amp;copy=3&quot;'/></body></opml>",
        );
        let [feed] = read.feeds.as_slice() else {
            panic!("{read:?}")
        };
        assert_eq!(feed.title, "Q&A on élévation 😷 &bogus; R&D; &#0;");
        assert_eq!(feed.url, "https://example.org/f?a=1&b=2&copy=3\"");
    }

    #[test]
    fn references_are_resolved_once() {
        assert_eq!(resolve("&amp;lt;b&amp;gt; &#38;amp; &"), "&lt;b&gt; &amp; &");
        assert_eq!(resolve("&#x110000;&#xD800;&;&#;&#x;"), "&#x110000;&#xD800;&;&#;&#x;");
        assert_eq!(
            resolve("&é; &ééééééééééééééééééééééééééé;"),
            "&é; &ééééééééééééééééééééééééééé;"
        );
    }

    #[test]
    fn titles_are_one_clean_line() {
        let read =
            parsed("<opml><body><outline text='Heart&#10;&#27;[31m\u{202e}fail\n ure' xmlUrl='x'/></body></opml>");
        assert_eq!(read.feeds[0].title, "Heart [31mfail ure");
    }

    #[test]
    fn what_is_not_opml_is_named() {
        for (text, expected) in [
            ("<rss version='2.0'><channel/></rss>", "it is a feed"),
            ("<!doctype html><html><body/></html>", "it is a web page"),
            ("<svg/>", "<svg>"),
            ("{\"version\": 1}", "no XML element"),
            ("", "no XML element"),
            ("<opml><body><outline text='A", "broken at byte"),
        ] {
            let error = read(text, &Limits::default()).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn an_empty_list_is_a_list() {
        for text in ["<opml/>", "<opml version='2.0'><head/><body></body></opml>"] {
            let read = parsed(text);
            assert!(read.feeds.is_empty() && read.notes.is_empty(), "{read:?}");
        }
    }

    #[test]
    fn a_file_cut_short_keeps_what_came_before() {
        let whole = "<opml><body><outline text='F'><outline text='A' xmlUrl='a'/><outline text='B' xmlUrl='b'/></outline></body></opml>";
        for end in whole.find("/><").unwrap() + 2..whole.len() - 1 {
            let read = parsed(&whole[..end]);
            assert!(!read.feeds.is_empty() && read.notes.len() == 1, "{end}: {read:?}");
        }
    }

    #[test]
    fn stray_and_missing_end_tags() {
        let read = parsed(
            "<opml><body></outline><outline text='F'><outline text='A' xmlUrl='a'></wrong></outline></outline>\
             <outline text='B' xmlUrl='b'/></body></opml>",
        );
        assert_eq!(read.feeds.iter().map(names).collect::<Vec<_>>(), [vec!["F"], vec![]]);
    }

    #[test]
    fn bounds_are_kept_and_said() {
        let limits = Limits {
            max_depth: 2,
            max_outlines: 4,
            max_text_bytes: 9,
            ..Limits::default()
        };
        let read = read(
            "<opml><body><outline text='1'><outline text='2'><outline text='3'><outline text='ééééééé' xmlUrl='a'/>\
             </outline></outline></outline><outline text='B' xmlUrl='b'/></body></opml>",
            &limits,
        )
        .unwrap();
        let [feed] = read.feeds.as_slice() else {
            panic!("{read:?}")
        };
        assert_eq!((feed.title.as_str(), names(feed)), ("éééé", vec!["1", "2"]));
        let notes = read.notes.join("\n");
        for said in ["deeper than 2", "cut at 9", "first 4 outlines"] {
            assert!(notes.contains(said), "{notes}");
        }
    }

    #[test]
    fn depth_beyond_the_bound_closes_again() {
        let text = format!(
            "<opml><body>{}{}<outline text='B' xmlUrl='b'/></body></opml>",
            "<outline text='x'>".repeat(40_000),
            "</outline>".repeat(40_000)
        );
        assert!(parsed(&text).feeds[0].categories.is_empty());
    }

    #[test]
    fn attributes_beyond_the_bound_are_said() {
        let limits = Limits {
            max_attributes: 2,
            ..Limits::default()
        };
        let read = read("<opml><outline a='1' text='T' xmlUrl='a'/></opml>", &limits).unwrap();
        assert!(read.feeds.is_empty());
        assert!(read.notes[0].contains("more than 2 attributes"), "{:?}", read.notes);
    }

    #[test]
    fn long_folder_names_are_cut_and_said() {
        let text = format!(
            "<opml><outline text='{}'><outline xmlUrl='a' category='{}…'/></outline></opml>",
            "é".repeat(101),
            "x".repeat(5000)
        );
        let read = parsed(&text);
        let lengths: Vec<usize> = names(&read.feeds[0]).iter().map(|name| name.chars().count()).collect();
        assert_eq!((lengths, read.notes.len()), (vec![100, 100], 2));
    }

    #[test]
    fn many_categories_stay_bounded() {
        let text = format!(
            "<opml><outline xmlUrl='a' category='{}'/></opml>",
            (0..5000).map(|n| format!("{n},")).collect::<String>()
        );
        let read = parsed(&text);
        assert_eq!(read.feeds[0].categories.len(), MAX_CATEGORIES + 1);
        assert_eq!(read.notes.len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(<|>|&|;|'|\"|/|=| |opml|outline|body|xmlUrl|text|é|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|[a-z#0-9]){0,60}") {
            let _ = read(&text, &Limits::default());
            let _ = read(&format!("<opml>{text}"), &Limits::default());
            let _ = read(&format!("<opml><outline {text}/></opml>"), &Limits::default());
            let _ = resolve(&text);
        }
    }
}

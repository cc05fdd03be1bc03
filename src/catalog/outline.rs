//! The XML of an OPML file, read into flat outlines; what they mean is decided in `opml`.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The bounds one OPML file is read within.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Folders nested in one another, counted in outlines.
    pub(super) depth: usize,
    /// Subscriptions.
    pub(super) entries: usize,
    /// Bytes of UTF-8 in one attribute.
    pub(super) text: usize,
}

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
    /// `medfeed:publisher`, written by `Catalog::to_opml`.
    pub(super) publisher: String,
    /// The segments of the `category` attribute, then the names of the folders around it, outermost first.
    pub(super) categories: Vec<String>,
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
pub(super) fn read(text: &str, bounds: Bounds) -> Result<Outlines, String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;

    let mut out = Outlines::default();
    // None stands for an outline that is itself a subscription: it encloses others without naming them.
    let mut folders: Vec<Option<String>> = Vec::new();
    let mut beyond_depth = 0_usize;
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
                out.notes.push(format!("the file is broken at byte {position} ({error}); what came before is kept"));
                return Ok(out);
            }
            Err(error) => return Err(format!("the XML is broken at byte {position}: {error}")),
        };
        if !in_opml {
            if !is_named(element.name().as_ref(), "opml") {
                return Err(other_document(element.name().as_ref()));
            }
            in_opml = true;
            continue;
        }
        if !is_named(element.name().as_ref(), "outline") {
            continue;
        }
        let (mut outline, is_feed) = read_outline(&element, bounds.text, &mut out.notes);
        if is_feed {
            if out.feeds.len() >= bounds.entries {
                out.notes.push(format!("only the first {} subscriptions are read; the rest is left out", bounds.entries));
                return Ok(out);
            }
            for folder in folders.iter().flatten() {
                push_category(&mut outline.categories, folder);
            }
        }
        if opens {
            if folders.len() < bounds.depth {
                folders.push(if is_feed { None } else { Some(outline.title.clone()) });
            } else {
                beyond_depth += 1;
                if !depth_noted {
                    depth_noted = true;
                    out.notes.push(format!("folders nested deeper than {} lend no category", bounds.depth));
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
        out.notes.push("the file breaks off before </opml>; what came before is kept".to_owned());
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
fn read_outline(element: &BytesStart<'_>, text_bound: usize, notes: &mut Vec<String>) -> (Outline, bool) {
    let mut outline = Outline::default();
    let (mut text, mut plain_url, mut kind_of_outline) = (String::new(), String::new(), String::new());
    let mut has_feed_url = false;
    for attribute in element.html_attributes().with_checks(false).flatten() {
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
            b"medfeed:publisher" => &mut outline.publisher,
            b"category" => {
                let value = bounded(&attribute.value, text_bound, notes);
                for segment in resolve(&value).split([',', '/']) {
                    push_category(&mut outline.categories, &collapse(segment));
                }
                continue;
            }
            _ => continue,
        };
        // The same attribute twice: the first one that says something.
        if slot.is_empty() {
            *slot = collapse(&resolve(&bounded(&attribute.value, text_bound, notes)));
        }
    }
    if outline.title.is_empty() {
        outline.title = text;
    }
    // OPML's type="link" and "include" point at pages and at other lists, not at feeds.
    let typed_as_feed = ["rss", "atom", "feed", "podcast"].iter().any(|name| kind_of_outline.eq_ignore_ascii_case(name));
    if !has_feed_url && typed_as_feed && !plain_url.is_empty() {
        outline.url = plain_url;
        has_feed_url = true;
    }
    (outline, has_feed_url)
}

/// Adds a category once, without regard to case.
fn push_category(categories: &mut Vec<String>, name: &str) {
    let known = |category: &String| category.eq_ignore_ascii_case(name);
    if !name.is_empty() && !categories.iter().any(known) {
        categories.push(name.to_owned());
    }
}

/// An attribute's bytes as text, cut at the bound on a character's edge.
fn bounded<'a>(value: &'a [u8], bound: usize, notes: &mut Vec<String>) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(value);
    if text.len() <= bound {
        return text;
    }
    notes.push(format!("an attribute of {} bytes is cut at {bound}", text.len()));
    let mut end = bound;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(text.get(..end).unwrap_or_default().to_owned())
}

/// White space to single spaces, control characters and direction overrides dropped: these texts end up in
/// terminals and mail headers.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let mut rest = word.chars().filter(|c| !c.is_control() && !is_direction_control(*c)).peekable();
        if rest.peek().is_some() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(rest);
        }
    }
    out
}

/// Unicode's explicit direction controls, zero-width ones included, and the byte-order mark.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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

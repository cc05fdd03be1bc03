//! What kind of document a body is, and where in it the document begins.
//!
//! Guided by what servers really send: feeds with warnings of PHP, blank lines or zero bytes before them, with two
//! declarations or a broken one, inside a page; and what is no feed at all, which is refused by name.
//!
//! Flow: [`decode`](super::decode) makes text of the bytes, characters that XML forbids are dropped, then the first
//! element tells (`prolog`): a feed's root begins the document, a page is refused (`web_page`), and markup that can only
//! be junk before a feed is skipped. Roots of other XML are told apart later, by the scan. Not covered: feeds inside
//! archives.

use std::borrow::Cow;

use url::Url;

use super::decode::{self, has_forbidden};
use super::prolog::{self, Element};
use super::web_page;
use crate::error::{Error, Kind, Result};
use crate::model::{Warning, WarningKind};

/// What a document turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    Xml,
    Json,
}

/// A document as text.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// From the first `<` or `{` on, without byte order mark, XML declaration and control characters.
    pub text: Cow<'a, str>,
    /// The name of the encoding it was read as.
    pub encoding: &'static str,
    pub kind: Document,
}

/// Text with more than one forbidden character in so many is binary data, if it does not begin as a feed. Random bytes
/// have one in nine.
const CHARACTERS_FOR_EACH_CONTROL: usize = 20;

/// Decodes a body and tells what it is.
///
/// # Errors
/// [`is_not_a_feed`](Error::is_not_a_feed) for an empty body, binary data, a web page (with the feeds it links), and
/// anything else that is neither XML nor a JSON object; the message says which.
pub(super) fn sniff<'a>(
    bytes: &'a [u8],
    base: &Url,
    content_type: Option<&str>,
    warnings: &mut Vec<Warning>,
) -> Result<Decoded<'a>> {
    let not = |what: &str| Err(Error::new(Kind::NotAFeed, what));
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return not("the body is empty");
    }
    if let Some(name) = binary_kind(bytes) {
        return not(&format!("this is no feed but {name}"));
    }
    let decode::Text { text, encoding, clean } = decode::decode(bytes, base, content_type, warnings);
    let text = if clean || !has_forbidden(text.as_bytes()) {
        text
    } else {
        let (clean, dropped) = without_forbidden(&text);
        if dropped * CHARACTERS_FOR_EACH_CONTROL > clean.chars().count() + dropped && !prolog::begins_as_feed(&clean) {
            return not("this is no feed but binary data");
        }
        repaired(warnings, &format!("{dropped} control characters were dropped"));
        Cow::Owned(clean)
    };
    let start = text
        .find(|character: char| !character.is_whitespace() && character != '\u{feff}')
        .unwrap_or(text.len());
    let head = text.get(start..).unwrap_or_default();
    if head.is_empty() {
        return not("the body is empty");
    }
    if head.starts_with('{') {
        return Ok(Decoded {
            text: from(text, start),
            encoding,
            kind: Document::Json,
        });
    }
    if head.starts_with('[') && (prolog::find_feed(head).is_none() || is_json(head)) {
        return not("this is no feed but a JSON list");
    }
    let Some(first) = head.find('<') else {
        return not("this is no feed but plain text");
    };
    let (begin, junk) = begin(head.get(first..).unwrap_or_default(), base)?;
    if first > 0 {
        repaired(warnings, "text before the document was dropped");
    } else if let Some(junk) = junk {
        repaired(warnings, junk);
    }
    Ok(Decoded {
        text: from(text, start + first + begin),
        encoding,
        kind: Document::Xml,
    })
}

fn repaired(warnings: &mut Vec<Warning>, message: &str) {
    warnings.push(Warning::new(WarningKind::Repaired, message));
}

/// Where the document begins in text that begins with a tag, and what was wrong when that is not at its beginning.
fn begin(text: &str, base: &Url) -> Result<(usize, Option<&'static str>)> {
    let found = prolog::first_element(text);
    let odd = found.odd.then_some("what stood before the root element was dropped");
    let name = found.name;
    let rest = text.get(found.root..).unwrap_or_default();
    match found.element {
        Element::Feed if is_cdf(name, rest, found.doctype) => Err(Error::new(
            Kind::NotAFeed,
            "this is no feed but a CDF channel (Channel Definition Format)",
        )),
        // A "<" that begins no tag is text as well.
        Element::Other if !is_tag(name, rest) => Ok(match behind_junk(text, found.root) {
            Some(at) => (at, Some("text before the document was dropped")),
            None => (found.begin, odd),
        }),
        Element::Feed | Element::Other => Ok((found.begin, odd)),
        Element::Page => match prolog::feed_in_page(rest) {
            Some(at) => Ok((found.root + at, Some("the page around the feed was dropped"))),
            None => Err(web_page::refuse(text, base)),
        },
        Element::Fragment => match behind_junk(text, found.root) {
            Some(at) => Ok((at, Some("markup before the document was dropped"))),
            None => Err(web_page::refuse(text, base)),
        },
    }
}

/// Where the feed behind junk begins, its own declaration left out.
fn behind_junk(text: &str, from: usize) -> Option<usize> {
    let at = from + prolog::find_feed(text.get(from..)?)?;
    Some(at + prolog::first_element(text.get(at..)?).begin)
}

/// `< 5` and `<name@example.org>` are no tags.
fn is_tag(name: &str, text: &str) -> bool {
    !name.is_empty() && !text.get(name.len() + 1..).is_some_and(|after| after.starts_with('@'))
}

/// Microsoft's format of 1997 for channels of pages: its root has the page's address as an attribute, which a
/// `<channel>` of RSS never has.
fn is_cdf(name: &str, root: &str, doctype: Option<&str>) -> bool {
    let local = name.rsplit(':').next().unwrap_or_default();
    if !local.eq_ignore_ascii_case("channel") {
        return false;
    }
    let tag = root.split('>').next().unwrap_or_default().to_ascii_lowercase();
    let attribute = |wanted: &str| {
        tag.split_ascii_whitespace()
            .skip(1)
            .any(|part| part.split('=').next() == Some(wanted))
    };
    attribute("href")
        || (attribute("base") && attribute("lastmod"))
        || doctype.is_some_and(|doctype| doctype.to_ascii_lowercase().contains("cdf"))
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn from(text: Cow<'_, str>, start: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(start..).unwrap_or_default()),
        Cow::Owned(text) if start == 0 => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.get(start..).unwrap_or_default().to_owned()),
    }
}

/// What binary formats begin with, named for the error message.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 33] = [
        (b"\x1f\x8b", "gzip data, which is to be unpacked first"),
        (b"\x1f\x9d", "compressed data"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"BZh91AY&SY", "bzip2 data"),
        (b"\xfd7zXZ\0", "xz data"),
        (b"x\x01\xed", "zlib data"),
        (b"x\x9c", "zlib data"),
        (b"x\xda", "zlib data"),
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP file"),
        (b"PK\x05\x06", "a ZIP file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"\0\0\x01\0\x01\0", "an icon"),
        (b"ID3", "an MP3 file"),
        (b"\xff\xfb", "an MP3 file"),
        (b"fLaC", "a FLAC file"),
        (b"OggS", "an Ogg file"),
        (b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
        (b"wOFF", "a font"),
        (b"wOF2", "a font"),
        (b"\0\x01\0\0\0", "a font"),
        (b"OTTO\0", "a font"),
        (b"\x7fELF", "an executable file"),
        (b"\xca\xfe\xba\xbe", "an executable file"),
        (b"\xcf\xfa\xed\xfe", "an executable file"),
        (b"\0asm", "an executable file"),
        (b"SQLite format 3\0", "a SQLite database"),
    ];
    match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] => {
            return Some(match kind.get(..4) {
                Some(b"WEBP") => "a WebP picture",
                Some(b"WAVE") => "a WAV file",
                Some(b"AVI ") => "an AVI file",
                _ => "a RIFF file",
            });
        }
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            return Some(match brand.get(..4) {
                Some(b"avif" | b"heic" | b"mif1") => "a picture",
                _ => "an MP4 file",
            });
        }
        // "MZ" could begin a text; the header of a program has zero bytes at once.
        [b'M', b'Z', header @ ..] if header.iter().take(32).any(|byte| *byte == 0) => {
            return Some("an executable file");
        }
        _ => {}
    }
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, name)| *name)
}

/// The text without the characters XML forbids, and how many were dropped.
fn without_forbidden(text: &str) -> (String, usize) {
    let forbidden = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let mut clean = String::with_capacity(text.len());
    let mut dropped = 0;
    for character in text.chars() {
        if forbidden(character) {
            dropped += 1;
        } else {
            clean.push(character);
        }
    }
    (clean, dropped)
}

#[cfg(test)]
mod tests;

//! From bytes to UTF-8 text, and what kind of document it is.
//!
//! Guided by RFC 7303 (XML media types), the XML declaration (XML 1.0, appendix F) and the WHATWG encoding labels; and
//! by what servers really do: the declared encoding is often wrong, and UTF-8 is then what it really is. So, in order:
//! a byte order mark; UTF-16 by the pattern of its zero bytes; UTF-8 when the bytes are valid UTF-8 and say something
//! (text in another encoding practically never is); the HTTP charset, then the XML declaration, when the bytes fit it;
//! UTF-8 with single bad bytes; then a guess by statistics (chardetng). A declaration that lies and bytes that fit
//! nothing leave a warning.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

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
    /// The WHATWG name of the encoding it was read as.
    pub encoding: &'static str,
    pub kind: Document,
}

/// How many characters beyond ASCII make valid UTF-8 certain against a declared East Asian encoding, whose two-byte
/// characters can look like UTF-8 in short texts.
const CERTAIN_CHARACTERS: usize = 8;

/// Decodes a body and tells what it is.
///
/// # Errors
/// [`is_not_a_feed`](Error::is_not_a_feed) for an empty body, binary data, an HTML page, and anything else that is
/// neither XML nor a JSON object; the message says which.
pub(super) fn sniff<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    warnings: &mut Vec<Warning>,
) -> Result<Decoded<'a>> {
    let not = |what: &str| Err(Error::new(Kind::NotAFeed, what));
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return not("the body is empty");
    }
    if let Some(name) = binary_kind(bytes) {
        return not(&format!("this is no feed but {name}"));
    }
    let (text, encoding) = decode(bytes, content_type, warnings);
    let text = match without_control_characters(&text) {
        None => text,
        Some((clean, dropped)) => {
            if dropped * 10 > text.len() {
                return not("this is no feed but binary data");
            }
            warnings.push(Warning::new(
                WarningKind::Repaired,
                format!("{dropped} control characters were dropped"),
            ));
            Cow::Owned(clean)
        }
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
            encoding: encoding.name(),
            kind: Document::Json,
        });
    }
    if head.starts_with('[') {
        return not("this is no feed but a JSON list");
    }
    let Some(first) = head.find('<') else {
        return not("this is no feed but plain text");
    };
    if first > 0 {
        warnings.push(Warning::new(
            WarningKind::Repaired,
            "text before the document was dropped",
        ));
    }
    let mut start = start + first;
    // The declaration tells of the bytes; of the text it would be a lie.
    let declared = text
        .get(start..)
        .filter(|rest| rest.starts_with("<?xml"))
        .and_then(|rest| rest.find("?>"));
    if let Some(end) = declared {
        start += end + "?>".len();
    }
    if looks_like_html(text.get(start..).unwrap_or_default()) {
        return not("this is no feed but an HTML page");
    }
    Ok(Decoded {
        text: from(text, start),
        encoding: encoding.name(),
        kind: Document::Xml,
    })
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
    const MAGIC: [(&[u8], &str); 9] = [
        (b"\x1f\x8b", "gzip data"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"ID3", "an MP3 file"),
        (b"RIFF", "a RIFF file"),
    ];
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, name)| *name)
}

/// The text of bytes that are UTF-8, also when a body that breaks off ends inside a character.
fn utf_8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(cause) if cause.error_len().is_none() => std::str::from_utf8(bytes.get(..cause.valid_up_to())?)
            .ok()
            .filter(|text| !text.is_ascii()),
        Err(_) => None,
    }
}

fn decode<'a>(
    bytes: &'a [u8],
    content_type: Option<&str>,
    warnings: &mut Vec<Warning>,
) -> (Cow<'a, str>, &'static Encoding) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return lossy(encoding, bytes.get(length..).unwrap_or_default(), warnings);
    }
    if let Some(encoding) = utf_16_pattern(bytes) {
        return lossy(encoding, bytes, warnings);
    }
    let http = content_type
        .and_then(charset)
        .and_then(|label| Encoding::for_label(label.as_bytes()));
    let declared = declared_encoding(bytes).and_then(|label| Encoding::for_label(label.as_bytes()));
    // A label of UTF-16 on a document whose declaration could be read byte by byte is wrong for certain.
    let claims: Vec<&'static Encoding> = [http, declared]
        .into_iter()
        .flatten()
        .filter(|claim| *claim != UTF_16LE && *claim != UTF_16BE)
        .collect();
    if claims.contains(&ISO_2022_JP) && bytes.contains(&0x1b) {
        return lossy(ISO_2022_JP, bytes, warnings);
    }
    if let Some(text) = utf_8(bytes) {
        let beyond = text.bytes().filter(|byte| *byte >= 0xc0).count();
        let other = claims.iter().find(|claim| **claim != UTF_8);
        match other {
            Some(claim) if beyond > 0 && !claim.is_single_byte() && beyond < CERTAIN_CHARACTERS => {
                if let Some(text) = claim.decode_without_bom_handling_and_without_replacement(bytes) {
                    return (text, claim);
                }
            }
            Some(claim) if beyond > 0 && !claims.contains(&UTF_8) => warnings.push(Warning::new(
                WarningKind::Encoding,
                format!("declared as {} but it is UTF-8", claim.name()),
            )),
            _ => {}
        }
        return (Cow::Borrowed(text), UTF_8);
    }
    for claim in claims.iter().filter(|claim| **claim != UTF_8) {
        if let Some(text) = claim.decode_without_bom_handling_and_without_replacement(bytes) {
            return (text, claim);
        }
    }
    if mostly_utf_8(bytes) {
        return lossy(UTF_8, bytes, warnings);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    warnings.push(Warning::new(
        WarningKind::Encoding,
        match claims.first() {
            Some(claim) => format!(
                "declared as {} but the bytes do not fit; read as {}",
                claim.name(),
                guess.name()
            ),
            None => format!("no encoding declared; read as {}", guess.name()),
        },
    ));
    lossy(guess, bytes, warnings)
}

fn lossy<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    warnings: &mut Vec<Warning>,
) -> (Cow<'a, str>, &'static Encoding) {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        warnings.push(Warning::new(
            WarningKind::Encoding,
            format!("bytes that are no {} were replaced", encoding.name()),
        ));
    }
    (text, encoding)
}

/// Whether invalid UTF-8 is still UTF-8: single bad bytes among many good characters, or a cut at the end.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        // An incomplete character at the very end is a cut body, not another encoding.
        let cut =
            chunk.invalid().len() > 1 && std::ptr::eq(chunk.invalid().as_ptr_range().end, bytes.as_ptr_range().end);
        if !chunk.invalid().is_empty() && !cut {
            bad += 1;
        }
    }
    bad == 0 || good >= bad * 10
}

/// UTF-16 without a byte order mark: the first characters of a document are ASCII, so every other byte is zero.
fn utf_16_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{' | b' ' | b'\n', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<' | b'{' | b' ' | b'\n', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The `encoding` of an XML declaration near the start, read byte by byte.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024))?).into_owned();
    let declaration = head.get(head.find("<?xml")?..)?;
    let declaration = declaration.get(..declaration.find("?>")?)?;
    let value = declaration.get(declaration.find("encoding")? + "encoding".len()..)?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

/// The text without the characters XML forbids, and how many were dropped; `None` when there are none.
fn without_control_characters(text: &str) -> Option<(String, usize)> {
    let forbidden = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text
        .bytes()
        .any(|byte| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0xef)
        || !text.contains(forbidden)
    {
        return None;
    }
    let mut dropped = 0;
    let clean = text
        .chars()
        .filter(|character| {
            let keep = !forbidden(*character);
            dropped += usize::from(!keep);
            keep
        })
        .collect();
    Some((clean, dropped))
}

/// An HTML page, by its first tag. XHTML with a declaration too.
fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let skip = if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else {
            None
        };
        match skip.and_then(|skip| rest.get(skip..)) {
            Some(next) => rest = next,
            None => break,
        }
    }
    let head: String = rest.chars().take(40).collect::<String>().to_ascii_lowercase();
    let doctype = head
        .strip_prefix("<!doctype")
        .map(str::trim_start)
        .is_some_and(|name| name.starts_with("html"));
    doctype
        || ["<html", "<head", "<body", "<script", "<meta"]
            .iter()
            .any(|tag| head.starts_with(tag))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8], content_type: Option<&str>) -> (String, &'static str, usize) {
        let mut warnings = Vec::new();
        let decoded = sniff(bytes, content_type, &mut warnings).unwrap();
        (decoded.text.into_owned(), decoded.encoding, warnings.len())
    }

    #[test]
    fn utf_16_in_both_orders_with_and_without_mark() {
        let text = "<rss>Ménière</rss>";
        for (mark, big) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut bytes = Vec::new();
            let document = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{text}");
            for unit in mark.then_some(0xfeff).into_iter().chain(document.encode_utf16()) {
                bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            let (read, encoding, warnings) = text_of(&bytes, None);
            assert_eq!((read.as_str(), warnings), (text, 0));
            assert_eq!(encoding, if big { "UTF-16BE" } else { "UTF-16LE" });
        }
    }

    #[test]
    fn declarations_are_believed_only_when_they_fit() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><rss>M\xe9ni\xe8re</rss>";
        let (text, encoding, warnings) = text_of(latin, None);
        assert!(text.contains("Ménière"));
        assert_eq!((encoding, warnings), ("windows-1252", 0));

        let lying = "<?xml version='1.0' encoding='ISO-8859-1'?><rss>Ménière</rss>";
        let (text, encoding, warnings) = text_of(lying.as_bytes(), Some("text/xml; charset=iso-8859-1"));
        assert!(text.contains("Ménière"));
        assert_eq!((encoding, warnings), ("UTF-8", 1));

        let wrong = b"<?xml version='1.0' encoding='UTF-8'?><rss>M\xe9ni\xe8re's disease and na\xefve T cells</rss>";
        let (text, _, warnings) = text_of(wrong, None);
        assert!(text.contains("Ménière"), "{text}");
        assert!(warnings > 0);

        let (text, encoding, _) = text_of(b"<rss>M\xe9ni\xe8re</rss>", Some("text/xml;charset=\"windows-1252\""));
        assert!(text.contains("Ménière"));
        assert_eq!(encoding, "windows-1252");
    }

    #[test]
    fn what_is_no_feed_is_named() {
        for (bytes, word) in [
            (&b" \n"[..], "empty"),
            (b"", "empty"),
            (b"\x1f\x8b\x08\0\0\0", "gzip"),
            (b"%PDF-1.7", "PDF"),
            (b"<!DOCTYPE html><title>x</title>", "HTML"),
            (b"<?xml version='1.0'?><!-- c --><html xmlns='x'>", "HTML"),
            (b"[1, 2]", "JSON list"),
            (b"Not found", "plain text"),
        ] {
            let error = sniff(bytes, None, &mut Vec::new()).unwrap_err();
            assert!(error.is_not_a_feed() && error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn a_cut_inside_a_character_does_not_change_the_encoding() {
        let text = "<rss><title>Ménière</title><title>Né";
        let (read, encoding, warnings) = text_of(&text.as_bytes()[..text.len() - 1], None);
        assert_eq!(
            (read.as_str(), encoding, warnings),
            ("<rss><title>Ménière</title><title>N", "UTF-8", 0)
        );
    }

    #[test]
    fn one_bad_byte_does_not_change_the_encoding() {
        let mut bytes = "<rss>é é é é é é é é é é é é".as_bytes().to_vec();
        bytes.extend(b"\xff</rss>");
        let (text, encoding, warnings) = text_of(&bytes, None);
        assert!(text.ends_with("é\u{fffd}</rss>"));
        assert_eq!((encoding, warnings), ("UTF-8", 1));
    }
}

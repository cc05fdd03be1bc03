//! From the bytes of a document to text.
//!
//! Guided by RFC 7303 (XML media types) and the XML declaration (XML 1.0, appendix F); and by what servers really do:
//! the declared encoding is wrong as often as right, and UTF-8 is then what it mostly is. So, in order: a byte order
//! mark; UTF-16 and UTF-32 by their zero bytes; EBCDIC by its first letters; UTF-8 when the bytes are valid UTF-8 and
//! say something beyond ASCII (text in another encoding practically never is); the HTTP charset, then the declaration,
//! when the bytes fit it; UTF-8 with single bad bytes; then a guess by statistics (chardetng), told the country of the
//! address or the language the document names. A label that lies, a label nobody knows and bytes that fit nothing leave
//! a warning. `text/xml` without a charset is no claim of US-ASCII here, whatever RFC 3023 said.
//!
//! Clean UTF-8 costs one validation and one scan for control characters and is not copied.

use std::borrow::Cow;

use encoding_rs::{
    Encoding, ISO_2022_JP, ISO_8859_2, ISO_8859_7, ISO_8859_8, ISO_8859_13, ISO_8859_15, UTF_8, WINDOWS_1250,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1257,
};
use url::Url;

use super::charset::Charset;
use super::code_pages::ebcdic_037;
use super::declaration;
use super::guess::guess;
use super::seven_bit;
use super::unicode::{Mark, Wide};
use crate::model::{Warning, WarningKind};
use crate::text::{clean_line, shorten};

/// A document as text.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    /// The name of the encoding it was read as: the WHATWG's, or where that has none the one of IANA.
    pub encoding: &'static str,
    /// Known to hold no character that XML forbids.
    pub clean: bool,
}

impl<'a> Text<'a> {
    fn new(text: impl Into<Cow<'a, str>>, encoding: &'static str) -> Self {
        Self {
            text: text.into(),
            encoding,
            clean: false,
        }
    }
}

/// How many characters beyond ASCII make valid UTF-8 certain against a declared East Asian encoding, whose two-byte
/// characters can look like UTF-8 in short texts.
const CERTAIN_CHARACTERS: usize = 8;

/// A document is still UTF-8, or what it is declared as, when there are so many good characters beyond ASCII for each
/// bad one. Text in a wrong encoding has about as many bad ones as good.
const GOOD_FOR_EACH_BAD: usize = 10;

/// Makes text of a body. Any bytes are survived.
pub(super) fn decode<'a>(
    bytes: &'a [u8],
    base: &Url,
    content_type: Option<&str>,
    warnings: &mut Vec<Warning>,
) -> Text<'a> {
    let mut bytes = bytes;
    let mut marked = None;
    // A mark is sometimes there twice: by the program that wrote the file and the one that sent it.
    while let Some((mark, length)) = Mark::of(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        if let Mark::Wide(wide) = mark
            && !readable_as_ascii(rest)
        {
            return read_wide(Wide::of_pattern(rest).unwrap_or(wide), rest, warnings);
        }
        marked = Some(mark);
        bytes = rest;
    }
    if let Some(wide) = Wide::of_pattern(bytes) {
        return read_wide(wide, bytes, warnings);
    }
    let http = content_type.and_then(declaration::charset);
    if let Some(text) = read_ebcdic(bytes, http, warnings) {
        return text;
    }
    let claims = Claims::of(bytes, http, marked == Some(Mark::Utf8), warnings);
    match std::str::from_utf8(bytes) {
        Ok(text) => read_valid(text, &claims, warnings),
        Err(_) => read_invalid(bytes, &claims, base, warnings),
    }
}

/// What the document is claimed to be, the most trusted first.
struct Claims {
    all: Vec<Charset>,
    /// A label was there that nobody knows.
    unknown: bool,
}

impl Claims {
    fn of(bytes: &[u8], http: Option<&str>, marked: bool, warnings: &mut Vec<Warning>) -> Self {
        let mut claims = Self {
            all: Vec::new(),
            unknown: false,
        };
        if marked {
            claims.all.push(Charset::Standard(UTF_8));
        }
        let declared = declaration::label(bytes);
        if let (Some(sent), Some(written)) = (http, declared.as_deref())
            && let (Some(sent), Some(written)) = (Charset::of_label(sent), Charset::of_label(written))
            && sent != written
        {
            let message =
                "the server and the document name different encodings; the first that fits the bytes was taken";
            encoding_warning(warnings, message);
        }
        for label in [http, declared.as_deref()].into_iter().flatten() {
            match Charset::of_label(label) {
                Some(claim) if !claims.all.contains(&claim) => claims.all.push(claim),
                Some(_) => {}
                None if label.trim().is_empty() => {}
                None => {
                    claims.unknown = true;
                    let label = shorten(&clean_line(label), 40);
                    encoding_warning(warnings, format!("the encoding \"{label}\" is not known"));
                }
            }
        }
        claims
    }

    fn has(&self, charset: Charset) -> bool {
        self.all.contains(&charset)
    }

    fn utf_8(&self) -> bool {
        self.has(Charset::Standard(UTF_8))
    }
}

fn encoding_warning(warnings: &mut Vec<Warning>, message: impl Into<String>) {
    warnings.push(Warning::new(WarningKind::Encoding, message));
}

fn replaced_warning(text: &str, encoding: &str, warnings: &mut Vec<Warning>) {
    let count = text.matches(char::REPLACEMENT_CHARACTER).count();
    encoding_warning(
        warnings,
        format!("bytes that are no {encoding} were replaced in {count} places"),
    );
}

/// A mark of UTF-16 before a document that is written in bytes: some programs add it to whatever they send.
fn readable_as_ascii(bytes: &[u8]) -> bool {
    let head = bytes.trim_ascii_start();
    let head = head.get(..head.len().min(64)).unwrap_or_default();
    matches!(head, [b'<' | b'{', second, ..] if second.is_ascii_graphic() || second.is_ascii_whitespace())
        && head.iter().filter(|byte| byte.is_ascii()).count() * 4 >= head.len() * 3
        && !head.contains(&0)
}

fn read_wide<'a>(wide: Wide, bytes: &[u8], warnings: &mut Vec<Warning>) -> Text<'a> {
    let (text, broken) = wide.decode(bytes);
    if broken {
        replaced_warning(&text, wide.name(), warnings);
    }
    Text::new(text, wide.name())
}

/// A document in EBCDIC begins with its `<`, which is the letter L in ASCII, and what can follow in a document. Which
/// page it is says the declaration, read through page 037, or HTTP.
fn read_ebcdic<'a>(bytes: &[u8], http: Option<&str>, warnings: &mut Vec<Warning>) -> Option<Text<'a>> {
    /// EBCDIC's white space: line feed, new line, carriage return, tab, space.
    const SPACE: [u8; 5] = [0x25, 0x15, 0x0d, 0x05, 0x40];
    const BEGINNINGS: [&str; 8] = ["<?xml", "<rss", "<RSS", "<feed", "<rdf", "<RDF", "<!--", "<!DOC"];
    let start = bytes.iter().position(|byte| !SPACE.contains(byte))?;
    let head = bytes.get(start..).filter(|head| head.first() == Some(&0x4c))?;
    let page = ebcdic_037()?;
    let head = page.decode(head.get(..head.len().min(1024))?);
    if !BEGINNINGS.iter().any(|beginning| head.starts_with(beginning)) {
        return None;
    }
    let declared = declaration::label(head.as_bytes());
    let page = [http, declared.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|label| match Charset::of_label(label) {
            Some(Charset::Page(page)) if page.ebcdic => Some(page),
            _ => None,
        });
    let page = match page {
        Some(page) => page,
        None => {
            let page = ebcdic_037()?;
            encoding_warning(warnings, format!("not declared as EBCDIC; read as {}", page.name));
            page
        }
    };
    let text = page.decode(bytes);
    if text.contains(char::REPLACEMENT_CHARACTER) {
        replaced_warning(&text, page.name, warnings);
    }
    Some(Text::new(text, page.name))
}

/// Valid UTF-8, ASCII included.
fn read_valid<'a>(text: &'a str, claims: &Claims, warnings: &mut Vec<Warning>) -> Text<'a> {
    let bytes = text.as_bytes();
    let clean = !has_forbidden(bytes);
    if let Some(text) = read_seven_bit(text, claims, clean, warnings) {
        return text;
    }
    let read = Text {
        text: Cow::Borrowed(text),
        encoding: UTF_8.name(),
        clean,
    };
    let Some(other) = claims.all.iter().find(|claim| **claim != Charset::Standard(UTF_8)) else {
        return read;
    };
    let beyond = bytes.iter().filter(|byte| **byte >= 0xc0).count();
    match other {
        Charset::Standard(encoding) if beyond > 0 && !encoding.is_single_byte() && beyond < CERTAIN_CHARACTERS => {
            if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                return Text::new(text, encoding.name());
            }
        }
        // Whatever the text says, it is not in units of two bytes, nor in EBCDIC.
        Charset::Wide(_) if !claims.utf_8() => {
            encoding_warning(warnings, format!("declared as {} but it is UTF-8", other.name()));
        }
        _ if beyond > 0 && !claims.utf_8() => {
            encoding_warning(warnings, format!("declared as {} but it is UTF-8", other.name()));
        }
        _ => {}
    }
    read
}

/// ASCII whose letters stand for others: ISO-2022-JP (also undeclared, by its escapes), and the ones that must be
/// declared.
fn read_seven_bit<'a>(text: &'a str, claims: &Claims, clean: bool, warnings: &mut Vec<Warning>) -> Option<Text<'a>> {
    let bytes = text.as_bytes();
    let shifted = [Charset::Utf7, Charset::Hz, Charset::Iso2022Kr]
        .into_iter()
        .any(|charset| claims.has(charset));
    // UTF-7 may hide even the first sign of the document.
    let hidden = text.starts_with("+ADw");
    if (clean && !shifted && !hidden && !claims.has(Charset::Standard(ISO_2022_JP))) || !text.is_ascii() {
        return None;
    }
    if claims.has(Charset::Utf7) || hidden {
        return Some(Text::new(seven_bit::utf_7(text), Charset::Utf7.name()));
    }
    if claims.has(Charset::Hz) {
        return Some(Text::new(seven_bit::hz(bytes), Charset::Hz.name()));
    }
    let escapes = |sequence: &str| text.contains(sequence);
    if escapes("\u{1b}$)C") && text.contains('\u{e}') {
        return Some(Text::new(seven_bit::iso_2022_kr(bytes), Charset::Iso2022Kr.name()));
    }
    if escapes("\u{1b}$B") || escapes("\u{1b}$@") || escapes("\u{1b}(J") {
        if !claims.has(Charset::Standard(ISO_2022_JP)) {
            let claim = claims.all.first().map_or("nothing", |claim| claim.name());
            encoding_warning(
                warnings,
                format!("declared as {claim} but it is {}", ISO_2022_JP.name()),
            );
        }
        return Some(lossy(ISO_2022_JP, bytes, warnings));
    }
    None
}

fn read_invalid<'a>(bytes: &'a [u8], claims: &Claims, base: &Url, warnings: &mut Vec<Warning>) -> Text<'a> {
    let (good, bad) = utf_8_characters(bytes);
    if good >= CERTAIN_CHARACTERS && good >= bad * GOOD_FOR_EACH_BAD {
        if let (Some(claim), false) = (claims.all.first(), claims.utf_8()) {
            encoding_warning(warnings, format!("declared as {} but it is UTF-8", claim.name()));
        }
        return lossy(UTF_8, bytes, warnings);
    }
    for claim in &claims.all {
        if let Some(text) = read_claimed(*claim, bytes, warnings) {
            return text;
        }
    }
    if good >= bad * GOOD_FOR_EACH_BAD {
        return lossy(UTF_8, bytes, warnings);
    }
    let guess = guess(bytes, base);
    encoding_warning(
        warnings,
        match claims.all.first() {
            Some(claim) => format!(
                "declared as {} but the bytes do not fit; read as {}",
                claim.name(),
                guess.name()
            ),
            None if claims.unknown => format!("read as {}", guess.name()),
            None => format!("no encoding declared; read as {}", guess.name()),
        },
    );
    lossy(guess, bytes, warnings)
}

/// The bytes as they are claimed to be, when they fit: every byte means something, or all but a character cut at the
/// end, or all but a few.
fn read_claimed<'a>(claim: Charset, bytes: &'a [u8], warnings: &mut Vec<Warning>) -> Option<Text<'a>> {
    let (text, name): (Cow<'a, str>, &'static str) = match claim {
        Charset::Standard(encoding) if encoding == UTF_8 || encoding == ISO_2022_JP => return None,
        Charset::Standard(encoding) => {
            let encoding = if bytes.iter().any(|byte| (0x80..0xa0).contains(byte)) {
                let read = windows_instead(encoding)?;
                if read != encoding {
                    encoding_warning(
                        warnings,
                        format!("declared as {} but it is {}", encoding.name(), read.name()),
                    );
                }
                read
            } else {
                encoding
            };
            if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                return Some(Text::new(text, encoding.name()));
            }
            (encoding.decode_without_bom_handling(bytes).0, encoding.name())
        }
        Charset::Page(page) if !page.ebcdic => (page.decode(bytes).into(), page.name),
        _ => return None,
    };
    let bad = text.matches(char::REPLACEMENT_CHARACTER).count();
    if bad == 0 {
        return Some(Text::new(text, name));
    }
    let cut = bad == 1 && text.ends_with(char::REPLACEMENT_CHARACTER);
    let beyond = text.chars().filter(|character| !character.is_ascii()).count();
    if !cut && beyond - bad < bad * GOOD_FOR_EACH_BAD {
        return None;
    }
    replaced_warning(&text, name, warnings);
    Some(Text::new(text, name))
}

/// What text claimed to be in a part of ISO 8859 is when it has bytes from 0x80 to 0x9f, which the parts leave to
/// control characters no document has: the Windows page nearest to it. `None` where there is no near one, so that the
/// bytes are asked.
fn windows_instead(encoding: &'static Encoding) -> Option<&'static Encoding> {
    const NEAREST: [(&Encoding, &Encoding); 5] = [
        (ISO_8859_2, WINDOWS_1250),
        (ISO_8859_7, WINDOWS_1253),
        (ISO_8859_8, WINDOWS_1255),
        (ISO_8859_13, WINDOWS_1257),
        (ISO_8859_15, WINDOWS_1252),
    ];
    if let Some((_, windows)) = NEAREST.iter().find(|(iso, _)| *iso == encoding) {
        return Some(windows);
    }
    (!encoding.name().starts_with("ISO-8859")).then_some(encoding)
}

/// Single bad bytes among many good characters, or a cut at the end, are still UTF-8: how many characters beyond ASCII
/// are good, and how many places are bad.
fn utf_8_characters(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut bad, mut left) = (0usize, 0usize, bytes.len());
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        left -= chunk.valid().len() + chunk.invalid().len();
        // An incomplete character at the very end is a cut body, not another encoding; a single letter of another
        // encoding there looks the same, so there must be more to it.
        let cut = left == 0 && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        let cut = cut && (chunk.invalid().len() > 1 || good > 0);
        bad += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    (good, bad)
}

fn lossy<'a>(encoding: &'static Encoding, bytes: &'a [u8], warnings: &mut Vec<Warning>) -> Text<'a> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        replaced_warning(&text, encoding.name(), warnings);
    }
    Text::new(text, encoding.name())
}

/// Whether there is a character that XML forbids: a control character other than tab and the ends of lines, or U+FFFE
/// or U+FFFF. A scan of bytes, in blocks so that it needs no branch for each.
pub(super) fn has_forbidden(bytes: &[u8]) -> bool {
    const BLOCK: usize = 64;
    let control = |byte: u8| byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r';
    let mut noncharacter = false;
    let mut suspicious = |block: &[u8]| {
        let (found, lead) = block.iter().fold((false, false), |(found, lead), byte| {
            (found | control(*byte), lead | (*byte == 0xef))
        });
        noncharacter |= lead;
        found
    };
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    if blocks.iter().any(|block| suspicious(block)) || suspicious(rest) {
        return true;
    }
    // 0xef begins U+FFFE and U+FFFF, but full-width letters as well.
    let (second, third) = (bytes.get(1..).unwrap_or_default(), bytes.get(2..).unwrap_or_default());
    noncharacter
        && bytes
            .iter()
            .zip(second)
            .zip(third)
            .fold(false, |found, ((first, second), third)| {
                found | ((*first == 0xef) & (*second == 0xbf) & (*third | 1 == 0xbf))
            })
}

#[cfg(test)]
mod tests;

//! What a document says of its own encoding, and what HTTP says, read byte by byte.
//!
//! Guided by XML 1.0 (section 4.3.3) and RFC 9110 (media types). The declaration counts wherever it stands near the
//! start, in capitals, in single quotes or none: programs print warnings before it. HTML's `<meta>` counts where such
//! junk has one. Not covered: a declaration beyond [`SEARCHED_BYTES`].

/// How far a declaration is looked for in a document that does not begin as one. Warnings of PHP are a few hundred bytes
/// each.
const SEARCHED_BYTES: usize = 64 << 10;

/// How far `<meta>` and the language are looked for.
const HEAD_BYTES: usize = 4 << 10;

/// The longest declaration.
const DECLARATION_BYTES: usize = 1 << 10;

/// The charset of a `Content-Type`.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    content_type.split([';', ',']).skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).trim())
            .filter(|value| !value.is_empty())
    })
}

/// The encoding the document declares.
pub(super) fn label(bytes: &[u8]) -> Option<String> {
    let head = bytes.trim_ascii_start();
    if begins(head, b"<?xml") {
        return encoding_of(head).or_else(|| later_declaration(head.get(5..)?));
    }
    // A document without a declaration may well quote one in its text.
    let document = [&b"<rss"[..], b"<feed", b"<rdf:rdf", b"{", b"["];
    if document.iter().any(|beginning| begins(head, beginning)) {
        return None;
    }
    later_declaration(head).or_else(|| meta(head))
}

/// A declaration that is not the first thing: after junk, or after one that names no encoding. One in the text of an
/// entry is none, so it ends at the root of a feed.
fn later_declaration(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes.get(..bytes.len().min(SEARCHED_BYTES))?;
    loop {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(at..)?;
        if begins(rest, b"<?xml")
            && let Some(label) = encoding_of(rest)
        {
            return Some(label);
        }
        if [&b"<rss"[..], b"<feed", b"<rdf:rdf", b"<channel"]
            .iter()
            .any(|root| begins(rest, root))
        {
            return None;
        }
        rest = rest.get(1..)?;
    }
}

fn begins(bytes: &[u8], beginning: &[u8]) -> bool {
    bytes
        .get(..beginning.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(beginning))
}

/// The `encoding` of the declaration these bytes begin with. In EBCDIC the quotes may be other signs, so whatever is no
/// letter of a label ends it.
fn encoding_of(bytes: &[u8]) -> Option<String> {
    let declaration = bytes.get(..bytes.len().min(DECLARATION_BYTES))?;
    let end = declaration
        .iter()
        .skip(1)
        .position(|byte| matches!(byte, b'>' | b'<'))?
        + 1;
    value_after(declaration.get(..end)?, b"encoding")
}

/// The charset of an HTML `<meta>`.
fn meta(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes.get(..bytes.len().min(HEAD_BYTES))?;
    loop {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(at..)?;
        if begins(rest, b"<meta") {
            let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
            if let Some(label) = value_after(rest.get(..end)?, b"charset") {
                return Some(label);
            }
        }
        rest = rest.get(1..)?;
    }
}

/// The value of an attribute, quoted or not, when the name stands by itself.
fn value_after(tag: &[u8], name: &[u8]) -> Option<String> {
    let at = tag
        .windows(name.len())
        .position(|window| window.eq_ignore_ascii_case(name))?;
    let value = tag.get(at + name.len()..)?.trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let start = value
        .iter()
        .position(u8::is_ascii_alphanumeric)
        .filter(|start| *start <= 3)?;
    let label: String = value
        .get(start..)?
        .iter()
        .map(|byte| char::from(*byte))
        .take_while(|letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':' | '+' | ' ' | '(' | ')')
        })
        .collect();
    Some(label.trim().to_owned()).filter(|label| !label.is_empty())
}

/// The language a feed names for itself: `<language>` or `xml:lang`, near the start.
pub(super) fn language(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(HEAD_BYTES))?;
    let after = |name: &[u8]| {
        let at = head.windows(name.len()).position(|window| window == name)?;
        let value = head.get(at + name.len()..)?.trim_ascii_start();
        let value = value
            .strip_prefix(b"\"")
            .or_else(|| value.strip_prefix(b"'"))
            .unwrap_or(value);
        let tag: String = value
            .iter()
            .map(|byte| char::from(*byte))
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
            .take(16)
            .collect();
        Some(tag).filter(|tag| tag.len() >= 2)
    };
    after(b"language>").or_else(|| after(b"xml:lang="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_as_they_are_written() {
        for (document, expected) in [
            ("<?xml version='1.0' encoding='koi8-r'?><rss>", Some("koi8-r")),
            ("\n\n  <?XML VERSION=\"1.0\" ENCODING=\"KOI8-R\" ?>", Some("KOI8-R")),
            (
                "<?xml version=\"1.0\" encoding = \"ISO_8859-1:1987\"?>",
                Some("ISO_8859-1:1987"),
            ),
            ("<?xml version=1.0 encoding=utf-8?>", Some("utf-8")),
            ("<?xml version=\"1.0\" encoding=\"\"?>", None),
            (
                "<?xml version=\"1.0\"?><?xml version=\"1.0\" encoding=\"cp1251\"?><rss>",
                Some("cp1251"),
            ),
            ("<?xml version=\"1.0\"?><rss><t>&lt;<![CDATA[<?xml encoding='x'?>", None),
            ("<rss><t><![CDATA[<?xml version='1.0' encoding='x'?>]]>", None),
            (
                "<br />\n<b>Warning</b>: x<br /><?xml version='1.0' encoding='cp866'?>",
                Some("cp866"),
            ),
            (
                "<html><head><META http-equiv=Content-Type content=\"text/html; charset=big5\">",
                Some("big5"),
            ),
            ("<html><meta charset=\"koi8-u\">", Some("koi8-u")),
            ("junk", None),
            ("<?xml encoding=", None),
        ] {
            assert_eq!(label(document.as_bytes()).as_deref(), expected, "{document}");
        }
    }

    #[test]
    fn charsets_of_http() {
        for (header, expected) in [
            ("text/xml; charset=\"utf-8\"", Some("utf-8")),
            ("text/xml;boundary=x; CHARSET = 'koi8-r' ", Some("koi8-r")),
            ("text/xml; charset=", None),
            ("text/xml", None),
            ("charset=utf-8", None),
        ] {
            assert_eq!(charset(header), expected, "{header}");
        }
    }

    #[test]
    fn languages() {
        assert_eq!(language(b"<rss><language>ja-JP</language>").as_deref(), Some("ja-JP"));
        assert_eq!(language(b"<feed xml:lang='ru'>").as_deref(), Some("ru"));
        assert_eq!(language(b"<feed>"), None);
    }
}

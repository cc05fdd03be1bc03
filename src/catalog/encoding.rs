//! The bytes of an OPML file as text. Lists are written by many old programs: UTF-8 with or without a mark,
//! UTF-16 with one, and Latin-1 are all met.

use std::borrow::Cow;

/// Windows-1252 for the bytes 0x80 to 0x9f, which Latin-1 leaves to control characters (WHATWG Encoding
/// Standard, index windows-1252). The WHATWG reads every label of the Latin-1 family this way.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes the file: by its mark, else as UTF-8 if it is that, else by what the XML declaration says.
///
/// The second value says what could not be read as declared.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Option<String>) {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(error) => match declared(bytes).as_deref() {
            Some("iso-8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252" | "us-ascii" | "ascii") => {
                (Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()), None)
            }
            Some("utf-8" | "utf8") | None => (
                String::from_utf8_lossy(bytes),
                Some(format!(
                    "not valid UTF-8 from byte {} on; the broken characters are replaced",
                    error.valid_up_to()
                )),
            ),
            Some(other) => (
                String::from_utf8_lossy(bytes),
                Some(format!(
                    "the encoding \"{other}\" is not known here; read as UTF-8, broken characters replaced"
                )),
            ),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Cow<'static, str>, Option<String>) {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut replaced = !odd.is_empty();
    let text = char::decode_utf16(units)
        .map(|character| {
            replaced |= character.is_err();
            character.unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect();
    (
        Cow::Owned(text),
        replaced.then(|| "not valid UTF-16; the broken characters are replaced".to_owned()),
    )
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from(byte),
    }
}

/// The encoding that the XML declaration names, in lower case and cut to something printable.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).to_ascii_lowercase();
    let (declaration, _) = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = value.get(1..)?.split_once(quote)?;
    Some(name.chars().filter(char::is_ascii_graphic).take(40).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(bytes)
            .collect()
    }

    #[test]
    fn utf8_with_and_without_mark() {
        assert_eq!(decode("Ärzte".as_bytes()), (Cow::Borrowed("Ärzte"), None));
        assert_eq!(decode("\u{feff}<opml/>".as_bytes()), (Cow::Borrowed("<opml/>"), None));
    }

    #[test]
    fn utf16_in_both_orders_and_broken() {
        for bytes in [
            utf16_bytes("<é😷>", u16::to_le_bytes),
            utf16_bytes("<é😷>", u16::to_be_bytes),
        ] {
            assert_eq!(decode(&bytes), (Cow::Borrowed("<é😷>"), None));
            let (text, note) = decode(&bytes[..bytes.len() - 1]);
            assert!(text.starts_with("<é"));
            assert!(note.is_some(), "an odd byte and half a pair are said");
        }
    }

    #[test]
    fn latin1_as_declared_reads_the_windows_quotes_too() {
        let mut bytes = b"<?xml version='1.0' encoding='ISO-8859-1'?>".to_vec();
        bytes.extend([0x93, 0xe9, 0x94, 0x80]);
        let (text, note) = decode(&bytes);
        assert!(text.ends_with("“é”€"), "{text}");
        assert_eq!(note, None);
    }

    #[test]
    fn a_wrong_declaration_loses_to_valid_utf8_and_an_unknown_one_is_said() {
        let text = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>é";
        assert_eq!(decode(text.as_bytes()), (Cow::Borrowed(text), None));
        let mut bytes = b"<?xml version=\"1.0\" encoding=\"koi8-r\"?>".to_vec();
        bytes.push(0xc1);
        assert!(decode(&bytes).1.is_some_and(|note| note.contains("koi8-r")));
        assert!(decode(&[b'<', 0xff]).1.is_some_and(|note| note.contains("byte 1")));
    }
}

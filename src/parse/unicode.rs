//! UTF-16 and UTF-32, which are known by their marks and by where their zero bytes are, not by what is declared.
//!
//! Guided by the Unicode Standard (chapter 23.8, byte order mark) and XML 1.0, appendix F. Not covered: UTF-32 in the two
//! unusual byte orders that appendix names.

use encoding_rs::{UTF_16BE, UTF_16LE};

/// An encoding in units of two or four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// A byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Utf8,
    Wide(Wide),
}

impl Mark {
    /// The mark a document begins with, and its length.
    pub(super) fn of(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some((Self::Utf8, 3)),
            [0xff, 0xfe, 0, 0, ..] => Some((Self::Wide(Wide::Utf32Le), 4)),
            [0, 0, 0xfe, 0xff, ..] => Some((Self::Wide(Wide::Utf32Be), 4)),
            [0xff, 0xfe, ..] => Some((Self::Wide(Wide::Utf16Le), 2)),
            [0xfe, 0xff, ..] => Some((Self::Wide(Wide::Utf16Be), 2)),
            _ => None,
        }
    }
}

/// How many bytes the zero bytes are counted in, where the first units do not tell.
const COUNTED_BYTES: usize = 256;

impl Wide {
    /// By the zero bytes. The first characters of a document are ASCII, so two whole units of it suffice; else half of
    /// the units at the start must have their zero on one side, and next to none on the other (binary data has them on
    /// both, a few stray zeros before a document are fewer).
    pub(super) fn of_pattern(bytes: &[u8]) -> Option<Self> {
        let plain = |byte: &u8| (1..0x80).contains(byte);
        match bytes {
            [0, 0, 0, first, 0, 0, 0, second, ..] if plain(first) && plain(second) => return Some(Self::Utf32Be),
            [first, 0, 0, 0, second, 0, 0, 0, ..] if plain(first) && plain(second) => return Some(Self::Utf32Le),
            [0, first, 0, second, ..] if plain(first) && plain(second) => return Some(Self::Utf16Be),
            [first, 0, second, 0, ..] if plain(first) && plain(second) => return Some(Self::Utf16Le),
            _ => {}
        }
        let head = bytes.get(..bytes.len().min(COUNTED_BYTES)).unwrap_or_default();
        let (units, _) = head.as_chunks::<2>();
        let big = units.iter().filter(|unit| unit[0] == 0 && unit[1] != 0).count();
        let little = units.iter().filter(|unit| unit[1] == 0 && unit[0] != 0).count();
        let clearly = |this: usize, other: usize| units.len() >= 8 && this * 2 >= units.len() && other * 16 <= this;
        if clearly(big, little) {
            Some(Self::Utf16Be)
        } else if clearly(little, big) {
            Some(Self::Utf16Le)
        } else {
            None
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }

    /// The text; a lone surrogate, an odd byte at the end and what is beyond Unicode become U+FFFD. The second value is
    /// whether there was any.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        let (encoding, order): (_, fn([u8; 4]) -> u32) = match self {
            Self::Utf16Le => (Some(UTF_16LE), u32::from_le_bytes),
            Self::Utf16Be => (Some(UTF_16BE), u32::from_be_bytes),
            Self::Utf32Le => (None, u32::from_le_bytes),
            Self::Utf32Be => (None, u32::from_be_bytes),
        };
        if let Some(encoding) = encoding {
            let (text, broken) = encoding.decode_without_bom_handling(bytes);
            return (text.into_owned(), broken);
        }
        let (units, odd) = bytes.as_chunks::<4>();
        let mut broken = !odd.is_empty();
        let mut text = String::with_capacity(units.len());
        text.extend(units.iter().map(|unit| {
            let character = char::from_u32(order(*unit));
            broken |= character.is_none();
            character.unwrap_or(char::REPLACEMENT_CHARACTER)
        }));
        if !odd.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        (text, broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_patterns() {
        assert_eq!(Mark::of(b"\xff\xfe<\0"), Some((Mark::Wide(Wide::Utf16Le), 2)));
        assert_eq!(Mark::of(b"\xff\xfe\0\0<\0\0\0"), Some((Mark::Wide(Wide::Utf32Le), 4)));
        assert_eq!(Mark::of(b"<rss>"), None);
        assert_eq!(Wide::of_pattern(b"<\0r\0"), Some(Wide::Utf16Le));
        assert_eq!(Wide::of_pattern(b"\0\0\0<\0\0\0r"), Some(Wide::Utf32Be));
        for none in [
            &b"\0<?xml"[..],
            b"\0\0<?xml ",
            b"\0\0\0<?xml",
            b"<rss>\0\0\0</rss>",
            b"",
        ] {
            assert_eq!(Wide::of_pattern(none), None, "{none:?}");
        }
        let late: Vec<u8> = "日本<rss><title>x</title></rss>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(Wide::of_pattern(&late), Some(Wide::Utf16Be));
    }

    #[test]
    fn broken_units_are_replaced() {
        assert_eq!(
            Wide::Utf16Le.decode(b"a\0\x3d\xd8b\0c"),
            ("a\u{fffd}b\u{fffd}".to_owned(), true)
        );
        assert_eq!(
            Wide::Utf32Be.decode(b"\0\0\0a\0\0\xd8\0\xff\xff\xff\xff\0"),
            ("a\u{fffd}\u{fffd}\u{fffd}".to_owned(), true)
        );
        assert_eq!(Wide::Utf32Le.decode(b"\x37\xf6\x01\0"), ("😷".to_owned(), false));
    }
}

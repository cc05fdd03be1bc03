//! The 7-bit encodings browsers no longer read: UTF-7, HZ and ISO-2022-KR.
//!
//! Guided by RFC 2152, RFC 1843 and RFC 1557. They are read only where they are declared and the bytes are 7-bit; browsers
//! dropped them because markup can hide in them, which does no harm here: what is read is sanitised afterwards.

use encoding_rs::{EUC_KR, GBK};

/// UTF-7. A run that is no base64 of whole UTF-16 units stays as it is, so `a+b` in a document that only claims to be
/// UTF-7 survives.
pub(super) fn utf_7(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        let (before, run) = rest.split_at(at);
        out.push_str(before);
        let run = run.get(1..).unwrap_or_default();
        let length = run.bytes().position(|byte| sextet(byte).is_none()).unwrap_or(run.len());
        let (encoded, after) = run.split_at(length);
        rest = after;
        if encoded.is_empty() {
            out.push('+');
            rest = after.strip_prefix('-').unwrap_or(after);
        } else if let Some(decoded) = utf_16_of_base64(encoded) {
            out.push_str(&decoded);
            rest = after.strip_prefix('-').unwrap_or(after);
        } else {
            out.push('+');
            out.push_str(encoded);
        }
    }
    out.push_str(rest);
    out
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

fn utf_16_of_base64(encoded: &str) -> Option<String> {
    let mut units = Vec::with_capacity(encoded.len() * 3 / 8 + 1);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in encoded.bytes() {
        bits = (bits << 6) | sextet(byte)?;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from(bits >> count & 0xffff).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    // What is left over pads the last unit: fewer bits than a letter has, and none of them set.
    if count >= 6 || bits != 0 || units.is_empty() {
        return None;
    }
    String::from_utf16(&units).ok()
}

/// HZ: two-byte characters of GB 2312 between `~{` and `~}`, without their high bits.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [b'~', b'{', after @ ..] => {
                chinese = true;
                after
            }
            [b'~', b'}', after @ ..] => {
                chinese = false;
                after
            }
            [b'~', b'~', after @ ..] if !chinese => {
                eight.push(b'~');
                after
            }
            [b'~', b'\n', after @ ..] if !chinese => after,
            // A line ends what was never closed.
            [b'\n', after @ ..] => {
                chinese = false;
                eight.push(b'\n');
                after
            }
            [first @ 0x21..=0x7d, second @ 0x21..=0x7e, after @ ..] if chinese => {
                eight.extend([first | 0x80, second | 0x80]);
                after
            }
            [byte, after @ ..] => {
                eight.push(*byte);
                after
            }
            [] => break,
        };
    }
    GBK.decode_without_bom_handling(&eight).0.into_owned()
}

/// ISO-2022-KR: two-byte characters of KS X 1001 between shift-out and shift-in, without their high bits; the
/// announcement `ESC $ ) C` is left out.
pub(super) fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut eight = Vec::with_capacity(bytes.len());
    let mut korean = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [0x1b, b'$', b')', b'C', after @ ..] => after,
            [0x0e, after @ ..] => {
                korean = true;
                after
            }
            [0x0f, after @ ..] => {
                korean = false;
                after
            }
            [b'\n', after @ ..] => {
                korean = false;
                eight.push(b'\n');
                after
            }
            [byte @ 0x21..=0x7e, after @ ..] if korean => {
                eight.push(byte | 0x80);
                after
            }
            [byte, after @ ..] => {
                eight.push(*byte);
                after
            }
            [] => break,
        };
    }
    EUC_KR.decode_without_bom_handling(&eight).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_7_as_the_standard_has_it() {
        for (bytes, text) in [
            ("M+AOk-ni+AOg-re", "Ménière"),
            ("A+ImIDkQ.", "A≢Α."),
            ("Hi Mom -+Jjo--!", "Hi Mom -☺-!"),
            ("+ZeVnLIqe-", "日本語"),
            ("1 +- 1", "1 + 1"),
            ("+2D3eNw-", "😷"),
            ("a+b and C++ and x+", "a+b and C++ and x+"),
        ] {
            // "C++" is base64 of too few bits; the last plus stands alone.
            assert_eq!(utf_7(bytes), text);
        }
    }

    #[test]
    fn shifted_text() {
        assert_eq!(hz(b"<t>~{VPND~} ~~ a~\nb</t>"), "<t>中文 ~ ab</t>");
        assert_eq!(hz(b"~{VPN"), "中N");
        assert_eq!(iso_2022_kr(b"\x1b$)C<t>\x0eGQ1[\x0f!</t>"), "<t>한글!</t>");
    }
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use encoding_rs::{BIG5, EUC_KR, GBK, KOI8_R, SHIFT_JIS, WINDOWS_1251};
use proptest::prelude::*;

use super::*;
use crate::parse::code_pages::CODE_PAGES;

fn read(bytes: &[u8], content_type: Option<&str>) -> (String, &'static str, Vec<String>) {
    read_from(bytes, "https://example.org/feed.xml", content_type)
}

fn read_from(bytes: &[u8], address: &str, content_type: Option<&str>) -> (String, &'static str, Vec<String>) {
    let mut warnings = Vec::new();
    let base = address.parse().unwrap();
    let text = decode(bytes, &base, content_type, &mut warnings);
    assert!(warnings.iter().all(|warning| warning.kind == WarningKind::Encoding));
    let messages = warnings.into_iter().map(|warning| warning.message).collect();
    (text.text.into_owned(), text.encoding, messages)
}

fn declared(label: &str, text: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><rss>").into_bytes();
    bytes.extend(text);
    bytes.extend(b"</rss>");
    bytes
}

fn wide(text: &str, wide: Wide) -> Vec<u8> {
    match wide {
        Wide::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Wide::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Wide::Utf32Le => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        Wide::Utf32Be => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
    }
}

const WIDES: [Wide; 4] = [Wide::Utf16Le, Wide::Utf16Be, Wide::Utf32Le, Wide::Utf32Be];

#[test]
fn utf_16_and_utf_32_with_and_without_mark() {
    for (kind, label) in WIDES.into_iter().zip(["utf-16", "UTF-16BE", "ucs-4", "iso-8859-1"]) {
        let document = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><rss>Ménière 😷</rss>");
        for marks in ["", "\u{feff}", "\u{feff}\u{feff}"] {
            let bytes = wide(&format!("{marks}{document}"), kind);
            let (text, encoding, warnings) = read(&bytes, Some("text/xml; charset=utf-8"));
            assert_eq!(text.trim_start_matches('\u{feff}'), document);
            assert_eq!((encoding, warnings.len()), (kind.name(), 0));
        }
    }
    // A mark that says the other order, and an odd byte at the end.
    let mut bytes = b"\xfe\xff".to_vec();
    bytes.extend(wide("<rss>é</rss>", Wide::Utf16Le));
    bytes.push(b'x');
    let (text, encoding, warnings) = read(&bytes, None);
    assert_eq!((text.as_str(), encoding), ("<rss>é</rss>\u{fffd}", "UTF-16LE"));
    assert_eq!(warnings, ["bytes that are no UTF-16LE were replaced in 1 places"]);
}

#[test]
fn marks_of_utf_8_and_marks_that_lie() {
    let document = "<rss>é</rss>";
    for marks in ["\u{feff}", "\u{feff}\u{feff}"] {
        let bytes = format!("{marks}{document}");
        let read = read(bytes.as_bytes(), Some("text/xml; charset=iso-8859-1"));
        assert_eq!(read, (document.to_owned(), "UTF-8", vec![]));
    }
    for mark in [&b"\xff\xfe"[..], b"\xfe\xff"] {
        let bytes = [mark, document.as_bytes()].concat();
        assert_eq!(read(&bytes, None).0, document);
    }
    // The mark of UTF-8 before Latin-1: the declaration is next.
    let bytes = [b"\xef\xbb\xbf".to_vec(), declared("iso-8859-1", b"M\xe9ni\xe8re")].concat();
    let (text, encoding, _) = read(&bytes, None);
    assert!(text.contains("Ménière"));
    assert_eq!(encoding, "windows-1252");
}

#[test]
fn a_declaration_of_utf_16_on_readable_bytes_is_wrong() {
    for label in ["utf-16", "UTF-16LE", "ucs-2", "utf-32", "ISO-10646-UCS-4"] {
        let (text, encoding, warnings) = read(&declared(label, "é".as_bytes()), None);
        assert!(text.contains("<rss>é"));
        assert_eq!((encoding, warnings.len()), ("UTF-8", 1), "{label}");
    }
    let (text, encoding, _) = read(&declared("utf-16", b"na\xefve M\xe9ni\xe8re"), None);
    assert!(text.contains("naïve Ménière"), "{text}");
    assert_eq!(encoding, "windows-1252");
}

#[test]
fn every_code_page_is_read_by_every_label() {
    for page in CODE_PAGES {
        let mut labels: Vec<String> = page.labels.split_whitespace().map(str::to_owned).collect();
        labels.push(page.name.to_owned());
        if page.number != 0 {
            labels.extend([format!("cp{:03}", page.number), format!("IBM-{}", page.number)]);
        }
        let sample: Vec<u8> = (0xa0..=0xffu8)
            .filter(|byte| !page.decode(&[*byte]).contains(char::REPLACEMENT_CHARACTER))
            .filter(|byte| page.decode(&[*byte]) != "<")
            .collect();
        for label in labels {
            let bytes = if page.ebcdic {
                let unpage = |text: &str| -> Vec<u8> {
                    let all: Vec<u8> = (0..=255).collect();
                    let table: Vec<char> = page.decode(&all).chars().collect();
                    text.chars()
                        .map(|c| u8::try_from(table.iter().position(|known| *known == c).unwrap()).unwrap())
                        .collect()
                };
                let document = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><rss>");
                [unpage(&document), sample.clone(), unpage("</rss>")].concat()
            } else {
                declared(&label, &sample)
            };
            let (text, encoding, warnings) = read(&bytes, None);
            assert_eq!((encoding, warnings.len()), (page.name, 0), "{label}: {warnings:?}");
            let inside = text.split_once("<rss>").unwrap().1;
            assert_eq!(inside, page.decode(&sample) + "</rss>", "{label}");
        }
    }
}

#[test]
fn ebcdic_without_declaration() {
    let (text, encoding, warnings) = read(b"\x25\x4c\x99\xa2\xa2\x6e\x4c\x61\x99\xa2\xa2\x6e", None);
    assert_eq!(
        (text.as_str(), encoding, warnings.len()),
        ("\n<rss></rss>", "IBM037", 1)
    );
    let http = read(b"\x4c\x99\xa2\xa2\x6e\x4a\x5a", Some("text/xml; charset=ebcdic-cp-be"));
    assert_eq!((http.0.as_str(), http.1, http.2.len()), ("<rss>[]", "IBM500", 0));
    // EBCDIC claimed of what can be read.
    let (text, encoding, _) = read(&declared("ibm037", "é".as_bytes()), None);
    assert!(text.contains("<rss>é</rss>"));
    assert_eq!(encoding, "UTF-8");
    assert_eq!(read(b"Latest <rss>", None).1, "UTF-8");
}

#[test]
fn declared_encodings_of_the_standard() {
    let (russian, japanese) = ("<rss>Новости кардиологии</rss>", "<rss>心不全の治療</rss>");
    for (encoding, text, label) in [
        (KOI8_R, russian, "koi8-r"),
        (WINDOWS_1251, russian, "CP-1251"),
        (SHIFT_JIS, japanese, "x-sjis"),
        (BIG5, "<rss>心臟病</rss>", "big5-hkscs"),
        (GBK, "<rss>心脏病</rss>", "gb2312"),
        (EUC_KR, "<rss>심부전</rss>", "ks_c_5601-1987"),
    ] {
        let bytes = encoding.encode(text).0;
        let header = format!("text/xml; charset={label}");
        assert_eq!(read(&bytes, Some(&header)), (text.to_owned(), encoding.name(), vec![]));
        // The header lies, the declaration does not.
        let bytes = declared(label, &bytes);
        let (read, name, _) = read(&bytes, Some("text/xml; charset=utf-8"));
        assert!(read.contains(text), "{label}");
        assert_eq!(name, encoding.name());
    }
}

#[test]
fn seven_bit_encodings() {
    let (text, encoding, warnings) = read(b"<rss>\x1b$B?4B!\x1b(B</rss>", Some("text/xml; charset=iso-2022-jp"));
    assert_eq!(
        (text.as_str(), encoding, warnings.len()),
        ("<rss>心臓</rss>", "ISO-2022-JP", 0)
    );
    let (text, encoding, warnings) = read(&declared("utf-8", b"\x1b$B?4B!\x1b(B"), None);
    assert!(text.contains("<rss>心臓</rss>"));
    assert_eq!((encoding, warnings.len()), ("ISO-2022-JP", 1));
    for (label, bytes, inside) in [
        ("utf-7", &b"M+AOk-ni+AOg-re"[..], "Ménière"),
        ("hz-gb-2312", b"~{VPND~}", "中文"),
        ("iso-2022-kr", b"\x1b$)C\x0eGQ1[\x0f", "한글"),
    ] {
        let (text, _, warnings) = read(&declared(label, bytes), None);
        assert!(text.contains(&format!("<rss>{inside}</rss>")), "{text}");
        assert!(warnings.is_empty());
    }
    let hidden = read(b"+ADw-rss+AD4-M+AOk-ni+AOg-re+ADw-/rss+AD4-", None);
    assert_eq!(hidden.0, "<rss>Ménière</rss>");
    // Claimed, but not seven bits.
    assert!(read(&declared("utf-7", "é a+b".as_bytes()), None).0.contains("é a+b"));
    assert!(read(&declared("hz", b"M\xe9ni\xe8re"), None).0.contains("Ménière"));
}

#[test]
fn ascii_and_the_parts_of_iso_8859_that_are_windows_pages() {
    let (text, encoding, warnings) = read(&declared("us-ascii", b"Crohn\x92s na\xefve"), None);
    assert!(text.contains("Crohn’s naïve"), "{text}");
    assert_eq!((encoding, warnings.len()), ("windows-1252", 1));
    let (_, encoding, warnings) = read(&declared("us-ascii", "é".as_bytes()), None);
    assert_eq!((encoding, warnings.len()), ("UTF-8", 1));
    assert_eq!(read(&declared("us-ascii", b"plain"), None).2.len(), 0);
    let (text, _, warnings) = read(&declared("iso-8859-1", b"\x93Crohn\x92s\x94 \x80 5"), None);
    assert!(text.contains("“Crohn’s” € 5"));
    assert!(warnings.is_empty());
    let (text, encoding, warnings) = read(&declared("iso-8859-2", b"\x8aime\xe8 l\xe9\xe8ba"), None);
    assert!(text.contains("Šimeč léčba"), "{text}");
    assert_eq!((encoding, warnings.len()), ("windows-1250", 1));
    let russian = WINDOWS_1251
        .encode("«Новости» — кардиология и ревматология “сегодня”")
        .0;
    let (text, encoding, warnings) = read(&declared("iso-8859-5", &russian), None);
    assert!(text.contains("— кардиология"), "{text}");
    assert_eq!((encoding, warnings.len()), ("windows-1251", 1));
}

#[test]
fn unknown_labels_are_told_and_the_bytes_asked() {
    let (text, encoding, warnings) = read(&declared("klingon", b"na\xefve M\xe9ni\xe8re"), None);
    assert!(text.contains("naïve Ménière"));
    assert_eq!(encoding, "windows-1252");
    assert_eq!(
        warnings,
        ["the encoding \"klingon\" is not known", "read as windows-1252"]
    );
    let (_, encoding, warnings) = read(&declared("x-unknown", "é".as_bytes()), Some("text/xml; charset=\"\""));
    assert_eq!((encoding, warnings.len()), ("UTF-8", 1));
    // "replacement" would make nothing of it.
    assert!(read(&declared("iso-2022-cn", b"abc"), None).0.contains("abc"));
}

#[test]
fn what_is_cut_or_has_single_bad_bytes_keeps_its_encoding() {
    let mut cut = declared("utf-8", "Ménière é".as_bytes());
    let end = cut.len() - "</rss>".len() - 1;
    cut.truncate(end);
    let (text, encoding, warnings) = read(&cut, None);
    assert!(text.ends_with("Ménière \u{fffd}"), "{text}");
    assert_eq!((encoding, warnings.len()), ("UTF-8", 1));
    for lead in [&b"\xe5\xbf"[..], b"\xf0\x9f\x98"] {
        let (_, encoding, _) = read(&[b"<rss>", lead].concat(), None);
        assert_eq!(encoding, "UTF-8");
    }
    let mut sjis = declared("shift_jis", &SHIFT_JIS.encode("心不全").0);
    sjis.truncate(sjis.len() - "</rss>".len() - 1);
    let (text, encoding, warnings) = read(&sjis, None);
    assert!(text.ends_with("心不\u{fffd}"), "{text}");
    assert_eq!((encoding, warnings.len()), ("Shift_JIS", 1));
    // UTF-8 declared as something that any byte fits, with one bad byte.
    let text = "Ménière à côté d'une sténose opérée".repeat(3);
    let bytes = [declared("iso-8859-1", text.as_bytes()), b"\xff".to_vec()].concat();
    let (read_text, encoding, warnings) = read(&bytes, None);
    assert!(read_text.contains("sténose opérée"));
    assert_eq!((encoding, warnings.len()), ("UTF-8", 2));
}

#[test]
fn the_country_of_the_host_and_the_language_help_to_guess() {
    let bytes = [&b"<rss>"[..], &WINDOWS_1251.encode("Грипп").0, b"</rss>"].concat();
    assert_eq!(read_from(&bytes, "https://example.ru/feed", None).0, "<rss>Грипп</rss>");
    let named = [&b"<rss><language>ja</language>"[..], &SHIFT_JIS.encode("肺炎").0].concat();
    assert!(read(&named, None).0.contains("肺炎"));
    for address in [
        "https://192.0.2.1/",
        "https://[2001:db8::1]/",
        "https://localhost/",
        "https://xn--e1aybc.xn--p1ai/",
    ] {
        assert!(read_from(&bytes, address, None).2.len() == 1);
    }
}

#[test]
fn clean_utf_8_is_not_copied() {
    let document = declared("utf-8", "Ménière 心不全 ＡＢ".as_bytes());
    let mut warnings = Vec::new();
    let base = "https://example.org/".parse().unwrap();
    let text = decode(
        &document,
        &base,
        Some("application/rss+xml; charset=UTF-8"),
        &mut warnings,
    );
    assert!(matches!(text.text, Cow::Borrowed(_)) && text.clean && warnings.is_empty());
}

#[test]
fn forbidden_characters_are_seen_wherever_they_stand() {
    for forbidden in ["\0", "\u{8}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
        for before in [0, 1, 61, 62, 63, 64, 65, 127, 200] {
            let text = "x".repeat(before) + forbidden + "y";
            assert!(has_forbidden(text.as_bytes()), "{before}");
        }
    }
    for text in ["", "\t\r\n plain", "ＡＢ\u{fffd}\u{feff}\u{7f}\u{85}"] {
        assert!(!has_forbidden(text.repeat(40).as_bytes()));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300), label in "[a-zA-Z0-9_-]{0,12}") {
        let header = format!("text/xml; charset={label}");
        read(&bytes, Some(&header));
        read(&declared(&label, &bytes), None);
    }

    #[test]
    fn any_label_on_any_bytes(
        index in 0..CODE_PAGES.len() + 12,
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        const OTHERS: [&str; 12] = [
            "utf-7", "hz", "iso-2022-kr", "iso-2022-jp", "utf-16", "utf-32", "shift_jis", "big5", "gb18030", "euc-jp",
            "us-ascii", "iso-8859-7",
        ];
        let label = CODE_PAGES.get(index).map_or_else(|| OTHERS[index - CODE_PAGES.len()], |page| page.name);
        read(&declared(label, &bytes), None);
    }

    #[test]
    fn text_comes_back_through_every_unicode_encoding(text in "[^\\p{C}]{0,40}") {
        let document = format!("<rss>{text}</rss>");
        prop_assert_eq!(&read(document.as_bytes(), None).0, &document);
        for kind in WIDES {
            for mark in ["", "\u{feff}"] {
                let bytes = wide(&format!("{mark}{document}"), kind);
                prop_assert_eq!(&read(&bytes, None).0, &document);
            }
        }
    }
}

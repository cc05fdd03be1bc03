//! Which encoding a label means.
//!
//! Guided by the labels of the WHATWG Encoding Standard first, then by IANA's registry and by what iconv and Python
//! call things: old feeds were written with those. Labels are compared by their letters and digits alone, so `ISO_8859-1`,
//! `iso 8859-1` and `iso88591` are one. Not covered: ISO-2022-CN, JOHAB,
//! EBCDIC of Asia; they count as unknown, and the bytes are asked instead.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, KOI8_R, KOI8_U, MACINTOSH, SHIFT_JIS, UTF_8,
    UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1252, X_MAC_CYRILLIC,
};

use super::code_pages::CodePage;

/// An encoding somebody claims a document to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// One of the WHATWG Encoding Standard, UTF-16 excepted.
    Standard(&'static Encoding),
    /// One it leaves out.
    Page(&'static CodePage),
    /// 7 bits and no more: whoever says so and sends more is wrong.
    Ascii,
    /// UTF-16, UCS-2, UTF-32 or UCS-4: units of several bytes, which show in the bytes themselves.
    Wide(&'static str),
    Utf7,
    /// GB 2312 in 7 bits, between `~{` and `~}`.
    Hz,
    /// KS X 1001 in 7 bits, between shift-out and shift-in.
    Iso2022Kr,
}

impl Charset {
    /// What a label means; `None` when nobody knows.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        let label = label.trim();
        if label.eq_ignore_ascii_case("utf-8") {
            return Some(Self::Standard(UTF_8));
        }
        let plain: String = label
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .take(MAX_LABEL)
            .collect();
        let bare = plain.strip_prefix('x').or_else(|| plain.strip_prefix("cs"));
        let any = |plain: &str| own(plain).or_else(|| standard(plain)).or_else(|| numbered(plain));
        own(&plain)
            .or_else(|| standard(label))
            .or_else(|| any(&plain))
            .or_else(|| any(bare?))
    }

    /// The name to show.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard(encoding) => encoding.name(),
            Self::Page(page) => page.name,
            Self::Ascii => "US-ASCII",
            Self::Wide(name) => name,
            Self::Utf7 => "UTF-7",
            Self::Hz => "HZ-GB-2312",
            Self::Iso2022Kr => "ISO-2022-KR",
        }
    }
}

/// No label is longer; the longest of the registry has 45 characters with its signs.
const MAX_LABEL: usize = 48;

fn standard(label: &str) -> Option<Charset> {
    // Without "replacement", which makes one U+FFFD of a whole document to guard browsers against scripts.
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return Some(Charset::Wide("UTF-16"));
    }
    Some(Charset::Standard(encoding))
}

/// The labels the standard lacks, in letters and digits.
fn own(plain: &str) -> Option<Charset> {
    let charset = match plain {
        "ascii" | "usascii" | "us" | "ansix341968" | "ansix341986" | "iso646us" | "iso646irv1991" | "isoir6"
        | "646" | "iso646" => Charset::Ascii,
        "utf" | "u8" | "utf8sig" | "utf8bom" | "utf8mb4" | "utf8n" => Charset::Standard(UTF_8),
        "utf7" | "u7" | "unicode11utf7" | "unicode20utf7" => Charset::Utf7,
        "utf16"
        | "utf16le"
        | "utf16be"
        | "u16"
        | "ucs2"
        | "ucs2le"
        | "ucs2be"
        | "iso10646ucs2"
        | "unicode"
        | "csunicode"
        | "unicode11"
        | "csunicode11"
        | "unicodebig"
        | "unicodelittle"
        | "unicodebigunmarked"
        | "unicodelittleunmarked"
        | "unicodefffe"
        | "unicodefeff"
        | "iso10646"
        | "csunicodeascii"
        | "iso10646ucsbasic"
        | "iso10646unicodelatin1"
        | "csunicodelatin1"
        | "iso10646j1" => Charset::Wide("UTF-16"),
        "utf32" | "utf32le" | "utf32be" | "u32" | "ucs4" | "ucs4le" | "ucs4be" | "csucs4" | "iso10646ucs4" => {
            Charset::Wide("UTF-32")
        }
        "hz" | "hzgb" | "hzgb2312" | "cshzgb2312" => Charset::Hz,
        "iso2022kr" | "csiso2022kr" | "iso2022kr1" => Charset::Iso2022Kr,
        "latin" | "iso8859" | "8859" | "ansi" | "windows" | "iso88591windows30latin1" => {
            Charset::Standard(WINDOWS_1252)
        }
        "macroman" | "macosroman" | "mac" => Charset::Standard(MACINTOSH),
        "maccyrillic" | "macukraine" | "macukrainian" => Charset::Standard(X_MAC_CYRILLIC),
        "koi8" | "koi8r" => Charset::Standard(KOI8_R),
        "koi8u" | "koi8ru" => Charset::Standard(KOI8_U),
        "thai" | "tis620" | "tis6200" | "tis62025290" | "tis62025291" | "isoir166" => Charset::Standard(WINDOWS_874),
        "big5hkscs" | "hkscs" | "big5tw" | "bigfive" | "cnbig5" | "big5eten" | "macchinesetrad" | "mactradchinese" => {
            Charset::Standard(BIG5)
        }
        "gb18030" | "gb180302000" | "gb180302005" | "gb180302022" => Charset::Standard(GB18030),
        "euccn" | "eucgb2312cn" | "gb23121980" | "gb231280" | "cngb" | "macsimpchinese" | "macchinesesimp" => {
            Charset::Standard(GBK)
        }
        "eucjp"
        | "ujis"
        | "eucjis"
        | "eucjis2004"
        | "eucjisx0213"
        | "jisx0213"
        | "eucjpms"
        | "eucjpwin"
        | "eucpkdfmtjapanese"
        | "extendedunixcodepackedformatforjapanese" => Charset::Standard(EUC_JP),
        "shiftjis" | "sjis" | "shiftjis2004" | "sjis2004" | "shiftjisx0213" | "sjisx0213" | "mskanji" | "sjiswin"
        | "macjapanese" => Charset::Standard(SHIFT_JIS),
        "jis" | "jis7" => Charset::Standard(ISO_2022_JP),
        "euckr" | "uhc" | "ksx1001" | "mackorean" | "ksc56011992" => Charset::Standard(EUC_KR),
        _ if plain.starts_with("iso2022jp") => Charset::Standard(ISO_2022_JP),
        _ => return CodePage::of_label(plain).map(Charset::Page),
    };
    Some(charset)
}

/// Labels that are a number, with or without a word before it (`cp437`, `IBM-037`, `windows1252`), and the parts of
/// ISO 8859 by number or by Latin number.
fn numbered(plain: &str) -> Option<Charset> {
    if let Some(part) = plain.strip_prefix("iso").unwrap_or(plain).strip_prefix("8859") {
        // A year may follow the part: ISO_8859-1:1987, ISO-8859-15:1999.
        let part = match part.len() {
            5 | 6 => part.get(..part.len() - 4)?,
            _ => part,
        };
        return standard(&format!("iso-8859-{part}"));
    }
    if let Some(part) = plain.strip_prefix("latin").or_else(|| plain.strip_prefix("isolatin")) {
        let part = match part {
            "5" => "9",
            "6" => "10",
            "7" => "13",
            "8" => "14",
            "9" | "0" => "15",
            "10" => "16",
            "1" | "2" | "3" | "4" => part,
            _ => return None,
        };
        return standard(&format!("iso-8859-{part}"));
    }
    const WORDS: [&str; 12] = [
        "codepage", "windows", "msdos", "ccsid", "ibmcp", "ibm", "oem", "dos", "win", "cp", "ms", "",
    ];
    let digits = WORDS.iter().find_map(|word| plain.strip_prefix(word))?;
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    let charset = match number {
        367 | 20127 => Charset::Ascii,
        819 | 28591 => Charset::Standard(WINDOWS_1252),
        866 => Charset::Standard(IBM866),
        874 => Charset::Standard(WINDOWS_874),
        932 | 943 => Charset::Standard(SHIFT_JIS),
        936 | 1386 => Charset::Standard(GBK),
        949 | 970 | 51949 => Charset::Standard(EUC_KR),
        950 | 951 => Charset::Standard(BIG5),
        1200 | 1201 => Charset::Wide("UTF-16"),
        1208 | 65001 => Charset::Standard(UTF_8),
        10000 => Charset::Standard(MACINTOSH),
        10007 | 10017 => Charset::Standard(X_MAC_CYRILLIC),
        12000 | 12001 => Charset::Wide("UTF-32"),
        20866 | 878 => Charset::Standard(KOI8_R),
        21866 | 1168 => Charset::Standard(KOI8_U),
        50220..=50222 => Charset::Standard(ISO_2022_JP),
        50225 => Charset::Iso2022Kr,
        51932 | 20932 => Charset::Standard(EUC_JP),
        51936 => Charset::Standard(GBK),
        52936 => Charset::Hz,
        54936 => Charset::Standard(GB18030),
        65000 => Charset::Utf7,
        1250..=1258 => return standard(&format!("windows-{number}")),
        28592..=28606 => return standard(&format!("iso-8859-{}", number - 28590)),
        912..=916 | 920 | 923 => {
            let part = match number {
                920 => 9,
                923 => 15,
                number => [2, 3, 4, 5, 8].get(usize::try_from(number - 912).ok()?).copied()?,
            };
            return standard(&format!("iso-8859-{part}"));
        }
        // Microsoft's numbers of the EBCDIC pages of countries: 20273 is IBM 273.
        20273..=20871 => return CodePage::of_number(number - 20000).map(Charset::Page),
        number => return CodePage::of_number(number).map(Charset::Page),
    };
    Some(charset)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_all_their_spellings() {
        let mut failed = Vec::new();
        for (labels, name) in [
            ("utf-8 UTF8 utf_8 unicode-1-1-utf-8 cp65001 65001 x-utf-8 u8", "UTF-8"),
            ("us-ascii ASCII ANSI_X3.4-1968 cp367 iso646-us 646", "US-ASCII"),
            (
                "iso-8859-1 ISO_8859-1:1987 iso8859_1 latin-1 Latin1 l1 cp819 8859_1 csISOLatin1 x-iso-8859-1 iso88591 windows-1252 cp1252 win1252 x-cp1252 1252",
                "windows-1252",
            ),
            (
                "iso-8859-15 latin9 latin-9 iso8859_15 ISO-8859-15:1999 8859-15 iso_8859_15 cp923",
                "ISO-8859-15",
            ),
            ("iso-8859-2 latin2 iso8859_2 28592", "ISO-8859-2"),
            ("iso-8859-9 latin5 windows-1254 cp1254", "windows-1254"),
            (
                "iso-8859-11 tis-620 TIS620 TIS-620.2529-1 cp874 windows-874 thai",
                "windows-874",
            ),
            (
                "windows-1251 cp1251 win-1251 windows1251 CP-1251 x-cp1251 Windows_1251",
                "windows-1251",
            ),
            ("koi8-r KOI8R cskoi8r koi8 cp878 20866", "KOI8-R"),
            ("koi8-u koi8-ru", "KOI8-U"),
            ("koi8-t", "KOI8-T"),
            ("cp437 IBM437 437 csPC8CodePage437 ibm-437 dos-437 cp-437", "IBM437"),
            ("cp850 IBM850 850 csPC850Multilingual", "IBM850"),
            ("cp858 IBM00858 CCSID00858 CP00858 PC-Multilingual-850+euro", "IBM00858"),
            ("cp866 ibm866 866 csIBM866", "IBM866"),
            ("cp1125 ruscii cp866u", "IBM1125"),
            (
                "ibm037 cp037 037 ebcdic-cp-us csIBM037 ebcdic-cp-wt IBM-037 cp37",
                "IBM037",
            ),
            ("ebcdic-cp-be cp500 csibm500 ebcdic-cp-ch", "IBM500"),
            ("cp1140 IBM01140 CCSID01140 ebcdic-us-37+euro", "IBM01140"),
            ("ibm1026 cp1026 csIBM1026", "IBM1026"),
            ("ibm273 cp273 20273", "IBM273"),
            ("hp-roman8 roman8 r8 csHPRoman8 cp1051", "hp-roman8"),
            ("PTCP154 csPTCP154 PT154 CP154 Cyrillic-Asian", "PTCP154"),
            (
                "macintosh mac x-mac-roman mac-roman MacRoman csMacintosh 10000",
                "macintosh",
            ),
            (
                "x-mac-cyrillic mac-cyrillic maccyrillic x-mac-ukrainian 10007",
                "x-mac-cyrillic",
            ),
            ("mac-greek x-mac-greek 10006", "x-mac-greek"),
            ("mac-latin2 mac-centeuro x-mac-ce maccentraleurope", "x-mac-ce"),
            ("mac-iceland x-mac-icelandic", "x-mac-icelandic"),
            ("mac-turkish x-mac-turkish", "x-mac-turkish"),
            (
                "shift_jis Shift-JIS sjis x-sjis ms932 cp932 windows-31j csShiftJIS ms_kanji shift_jis-2004",
                "Shift_JIS",
            ),
            ("euc-jp eucjp x-euc-jp ujis euc_jis_2004 euc-jisx0213", "EUC-JP"),
            (
                "iso-2022-jp iso2022_jp csISO2022JP iso-2022-jp-2 iso2022_jp_ext",
                "ISO-2022-JP",
            ),
            ("euc-kr euckr ks_c_5601-1987 cp949 uhc ms949 korean", "EUC-KR"),
            ("iso-2022-kr csISO2022KR", "ISO-2022-KR"),
            ("big5 big5-hkscs Big5_HKSCS cp950 csbig5", "Big5"),
            ("gb2312 gbk cp936 euc-cn x-gbk chinese ms936", "GBK"),
            ("gb18030 GB18030-2000", "gb18030"),
            ("hz-gb-2312 hz", "HZ-GB-2312"),
            ("utf-7 UTF7 unicode-1-1-utf-7 csUTF7 x-unicode-2-0-utf-7", "UTF-7"),
            (
                "utf-16 utf-16le UTF_16BE ucs-2 iso-10646-ucs-2 csUnicode unicode u16 cp1200",
                "UTF-16",
            ),
            ("utf-32 utf-32le UTF_32BE ucs-4 iso-10646-ucs-4 csucs4 u32", "UTF-32"),
        ] {
            let wrong: Vec<&str> = labels
                .split(' ')
                .filter(|label| Charset::of_label(label).map(Charset::name) != Some(name))
                .collect();
            failed.extend(wrong.into_iter().map(|label| (label, name)));
        }
        assert!(failed.is_empty(), "{failed:?}");
    }

    #[test]
    fn what_is_no_label_is_none() {
        for label in [
            "",
            " ",
            "x",
            "cs",
            "-",
            "klingon",
            "0",
            "8",
            "99999",
            "cp",
            "iso-8859-99",
            "é",
            "bz2",
            "hex",
        ] {
            assert_eq!(Charset::of_label(label), None, "{label}");
        }
        let long = "9".repeat(10_000);
        assert_eq!(Charset::of_label(&long), None);
    }
}

//! A guess at the encoding of bytes that say nothing of it, by statistics (chardetng).
//!
//! Short texts leave it open, so the detector is told the country of the host or, where that is nobody's, one where the
//! language is written that the document names. Where neither is known, a few letters of a Latin alphabet count as
//! western European. Not covered: what chardetng does not know, the code pages among it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258,
};
use url::Url;

use super::declaration;

/// The most bytes the guess is made from, counted from a little before the first one beyond ASCII.
const GUESSED_BYTES: usize = 512 << 10;

/// So many bytes beyond ASCII and more are believed to tell one Latin alphabet from another.
const FEW_CHARACTERS: usize = 8;

/// The encoding of bytes that are no UTF-8 and fit no claim.
pub(super) fn guess(bytes: &[u8], base: &Url) -> &'static Encoding {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let start = start.saturating_sub(64);
    let end = bytes.len().min(start + GUESSED_BYTES);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(start..end).unwrap_or_default(), true);
    let country = country_of_host(base)
        .or_else(|| declaration::language(bytes).and_then(|language| country_of_language(&language)));
    let guess = detector.guess(country.as_deref().map(str::as_bytes), Utf8Detection::Allow);
    let beyond = bytes
        .iter()
        .filter(|byte| !byte.is_ascii())
        .take(FEW_CHARACTERS)
        .count();
    if country.is_none() && beyond < FEW_CHARACTERS && OTHER_LATIN.contains(&guess) {
        return WINDOWS_1252;
    }
    guess
}

/// Latin alphabets that a few letters cannot tell from the western one, which is the likeliest where nothing names a
/// country: one apostrophe and one accent look Baltic.
const OTHER_LATIN: [&Encoding; 6] = [
    WINDOWS_1250,
    WINDOWS_1254,
    WINDOWS_1257,
    WINDOWS_1258,
    ISO_8859_2,
    ISO_8859_4,
];

/// The last label of the host, where it is a country's: two letters, or an international one.
fn country_of_host(base: &Url) -> Option<String> {
    let last = base.domain()?.rsplit('.').next()?;
    let country = (last.len() == 2 || last.starts_with("xn--"))
        && !matches!(last, "eu" | "io" | "tv" | "me" | "co" | "ai" | "fm" | "cc" | "ws");
    let fit = last
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (country && fit).then(|| last.to_owned())
}

/// A country where that language is written, for languages with an encoding of their own.
fn country_of_language(language: &str) -> Option<String> {
    let language = language.to_ascii_lowercase();
    let country = match language.get(..2)? {
        "ja" => "jp",
        "ko" => "kr",
        "zh" if ["tw", "hk", "hant", "mo"].iter().any(|part| language.contains(part)) => "tw",
        "zh" => "cn",
        "uk" => "ua",
        "be" => "by",
        "el" => "gr",
        "he" | "iw" => "il",
        "ar" => "ae",
        "fa" => "ir",
        "cs" => "cz",
        "sl" => "si",
        "et" => "ee",
        "vi" => "vn",
        same @ ("ru" | "bg" | "mk" | "th" | "tr" | "pl" | "hu" | "sk" | "hr" | "ro" | "lt" | "lv") => same,
        _ => return None,
    };
    Some(country.to_owned())
}

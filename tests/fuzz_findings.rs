//! What the fuzz targets in `fuzz/` found, each with the shortest input that showed it and what went wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use medfeed::{Catalog, Doi, Limits, Source, TranscriptText, canonical_link, identifiers_in_text};
use url::Url;

fn doi(text: &str) -> Doi {
    text.parse().unwrap()
}

/// A percent sign was encoded in the link but not decoded when the link was read; a code found in running text stayed,
/// and went when the DOI was stored and read again: one work, two DOIs.
#[test]
fn a_doi_with_a_percent_sign_is_itself_in_every_form() {
    for text in [
        "10.5555/é%",
        "10.5555/50%25",
        "10.5555/a%2",
        "10.5555/a%28b%29c",
        "10.5555/a%252f",
        "10.5555/a%c3%a9",
        "10.5555/%%41",
        "10.5555/a%7Cb%5Ec",
    ] {
        let read = doi(text);
        assert_eq!(Doi::find_all(text), std::slice::from_ref(&read), "{text}");
        assert_eq!(doi(read.as_str()), read, "{text}");
        assert_eq!(doi(&read.link()), read, "{text}: {}", read.link());
    }
    assert_eq!(doi("10.5555/a%28b%29c").as_str(), "10.5555/a(b)c");
    assert_eq!(doi("10.5555/50%").link(), "https://doi.org/10.5555/50%25");
}

/// `10.64898/v2` lost its whole suffix as a version's tail, and what was left was no DOI.
#[test]
fn a_suffix_that_is_only_a_version_is_no_version() {
    for text in ["10.64898/v2", "10.64898//v2", "10.21203/rs.v1"] {
        assert_eq!(doi(text).without_version(), doi(text));
    }
    assert_eq!(doi("10.1101/1v2v3").without_version(), doi("10.1101/1"));
}

/// Zero-width characters, which pages put into long words to break them, became part of the DOI.
#[test]
fn a_doi_holds_nothing_hidden() {
    for text in [
        "10.5555/ab\u{feff}c",
        "10.5555/ab\u{ad}c",
        "10.5555/abc\u{200b}.",
        "10.5555/ab%2\u{200b}8c",
    ] {
        let found = identifiers_in_text(text);
        assert!(found[0].to_string().starts_with("doi:10.5555/ab"), "{found:?}");
        assert!(
            !found[0].to_string().contains(['\u{feff}', '\u{ad}', '\u{200b}']),
            "{found:?}"
        );
    }
    assert_eq!(Doi::find_all("10.5555/ab%2\u{200b}8c"), [doi("10.5555/ab(c")]);
}

/// Lower case can be longer than upper case: such a DOI was found in a text, but not taken when read again.
#[test]
fn the_longest_doi_is_measured_in_lower_case() {
    let text = format!("10.5555/{}", "İ".repeat(200));
    assert!(Doi::find_all(&text).is_empty() && text.parse::<Doi>().is_err());
}

/// One `www.` or `m.` was taken away at a time: the canonical link of a canonical link was another.
#[test]
fn canonical_twice_is_canonical_once() {
    for (link, host) in [
        ("https://m.m.m.example.org/", "example.org"),
        ("https://www.m.example.org/", "example.org"),
        ("https://www.m.org/", "m.org"),
        ("https://m.m.m./", "m."),
    ] {
        let once = canonical_link(&link.parse::<Url>().unwrap());
        assert_eq!(once.host_str(), Some(host));
        assert_eq!(canonical_link(&once), once);
    }
}

/// "M : word" was said by "M ", "M: word" by "M".
#[test]
fn a_speaker_has_one_name() {
    let text = "M : a bed\n\nM: two beds\n\nM : three";
    let transcript = TranscriptText::parse(text.as_bytes(), None, &Limits::default()).unwrap();
    assert!(transcript.cues.iter().all(|cue| cue.speaker.as_deref() == Some("M")));
}

/// A folder named like a specialty of one's own, but for its case, was lost when the list was written and read again.
#[test]
fn a_folder_in_another_case_is_its_specialty() {
    let opml = "<opml><body><outline xmlUrl='https://example.org/a' category='/Ward-7,/Beds' medfeed:specialties='ward-7'/>\
                </body></opml>";
    let first = Catalog::from_opml(opml.as_bytes()).unwrap().catalog;
    assert_eq!(first.sources()[0].folders(), ["Beds"]);
    let second = Catalog::from_opml(first.to_opml("t").as_bytes()).unwrap().catalog;
    assert_eq!(second.iter().map(Source::folders).collect::<Vec<_>>(), [["Beds"]]);
}

/// 61.029 s, reckoned from a minute and 1.029 s, was read from JSON as the neighbouring number: what a store keeps as JSON
/// differed from what was put in, one time in a hundred.
#[test]
fn times_survive_json() {
    let text = "WEBVTT\n\n01:01.029 --> 01:02\nBeds.";
    let transcript = TranscriptText::parse(text.as_bytes(), None, &Limits::default()).unwrap();
    let json = serde_json::to_string(&transcript).unwrap();
    assert_eq!(serde_json::from_str::<TranscriptText>(&json).unwrap(), transcript);
}

/// U+FFFF counted as shown, but XML cannot hold it: a folder's name changed when the list was written and read again.
#[test]
fn what_xml_cannot_hold_is_not_shown() {
    let opml =
        "<opml><outline text='Ward&#xffff; 7\u{fffe}'><outline xmlUrl='https://example.org/a'/></outline></opml>";
    let first = Catalog::from_opml(opml.as_bytes()).unwrap().catalog;
    assert_eq!(first.sources()[0].folders(), ["Ward 7"]);
    assert_eq!(
        Catalog::from_opml(first.to_opml("t").as_bytes()).unwrap().catalog,
        first
    );
}

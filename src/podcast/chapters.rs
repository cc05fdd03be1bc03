//! Chapters of an episode (`podcast:chapters`): the JSON chapters format 1.2 of the podcast namespace.

use serde_json::Value;
use url::Url;

use crate::error::{Error, Kind, Result};
use crate::ident::is_web_link;
use crate::limits::Limits;
use crate::model::Chapter;
use crate::text::{clean_line, shorten};

/// Reads a chapters file: the chapters in order of their start.
///
/// Chapters with `"toc": false` are left out, as the format asks: they only change the picture. A chapter without a
/// title is called by its number; one without a usable `startTime` is left out. Links that are not http(s) are dropped.
///
/// ```
/// let json = br#"{"version": "1.2.0", "chapters": [{"startTime": 62.5, "title": "Results"}, {"startTime": 0}]}"#;
/// let chapters = medfeed::parse_chapters(json, &medfeed::Limits::default())?;
/// assert_eq!((chapters[0].title.as_str(), chapters[1].start_seconds), ("Chapter 1", 62));
/// # Ok::<(), medfeed::Error>(())
/// ```
///
/// # Errors
/// When it is larger than [`Limits::max_body_bytes`], holds more chapters than [`Limits::max_entries`], or is no JSON
/// with a list of chapters.
pub fn parse_chapters(bytes: &[u8], limits: &Limits) -> Result<Vec<Chapter>> {
    let value = json(bytes, limits)?;
    let listed = value
        .get("chapters")
        .and_then(Value::as_array)
        .ok_or_else(|| Error::parse("the chapters file has no list of chapters"))?;
    if listed.len() > limits.max_entries {
        return Err(Error::new(
            Kind::TooLarge,
            format!("the chapters file lists more than {} chapters", limits.max_entries),
        ));
    }
    let shown = |chapter: &&Value| chapter.get("toc").and_then(Value::as_bool) != Some(false);
    let mut found: Vec<(f64, &Value)> = listed
        .iter()
        .filter(shown)
        .filter_map(|chapter| Some((seconds(chapter.get("startTime")?)?, chapter)))
        .collect();
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok(found
        .into_iter()
        .enumerate()
        .map(|(index, (start, value))| {
            let title = value.get("title").and_then(Value::as_str).map(clean_line);
            let title = title.filter(|title| !title.is_empty());
            let mut chapter = Chapter::new(
                start as u64,
                title.map_or_else(|| format!("Chapter {}", index + 1), |title| shorten(&title, 300)),
            );
            chapter.link = value
                .get("url")
                .and_then(Value::as_str)
                .and_then(|url| url.parse::<Url>().ok())
                .filter(is_web_link);
            chapter
        })
        .collect())
}

/// The document as JSON, within the limits; a byte order mark is passed over.
pub(super) fn json(bytes: &[u8], limits: &Limits) -> Result<Value> {
    if bytes.len() > limits.max_body_bytes {
        return Err(Error::new(
            Kind::TooLarge,
            format!("the file is larger than {} bytes", limits.max_body_bytes),
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|cause| Error::parse(format!("the file is no JSON: {cause}")))
}

/// Seconds as a number, or as one in a string; never negative, endless or absurd.
pub(super) fn seconds(value: &Value) -> Option<f64> {
    let seconds = value
        .as_f64()
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))?;
    super::timed::plausible(seconds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_chapters_are_kept_apart() {
        let json = br#"{"chapters": [
            {"startTime": "90", "title": "Discussion\u001b[31m", "url": "javascript:alert(1)"},
            {"startTime": 30, "title": "A picture only", "toc": false},
            {"startTime": 0.9, "title": "Opening", "url": "https://example.org/a"},
            {"startTime": -4, "title": "Before the start"}, {"startTime": 1e300}, {"title": "No start"}, 7, null]}"#;
        let chapters = parse_chapters(json, &Limits::default()).unwrap();
        assert_eq!(chapters.len(), 2);
        assert_eq!((chapters[0].start_seconds, chapters[0].title.as_str()), (0, "Opening"));
        assert!(chapters[0].link.is_some());
        assert_eq!(
            (chapters[1].start_seconds, chapters[1].title.as_str()),
            (90, "Discussion[31m")
        );
        assert_eq!(chapters[1].link, None);
    }

    #[test]
    fn bounds_are_errors() {
        let limits = Limits {
            max_entries: 2,
            max_body_bytes: 100,
            ..Limits::default()
        };
        let three = br#"{"chapters":[{},{},{}]}"#;
        assert!(parse_chapters(three, &limits).unwrap_err().is_too_large());
        assert!(parse_chapters(&[b' '; 101], &limits).unwrap_err().is_too_large());
        for broken in ["", "[]", "{}", "{\"chapters\": 3}", "<html>"] {
            assert!(
                parse_chapters(broken.as_bytes(), &limits).unwrap_err().is_parse(),
                "{broken}"
            );
        }
        let deep = "[".repeat(100_000);
        assert!(
            parse_chapters(deep.as_bytes(), &Limits::default())
                .unwrap_err()
                .is_parse()
        );
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in any::<Vec<u8>>()) {
            let _ = parse_chapters(&bytes, &Limits::default());
        }
    }
}

//! Transcripts of episodes (`podcast:transcript`) in the forms podcasts publish them in.
//!
//! Guided by: WebVTT (W3C), SubRip, and the JSON and HTML forms of the podcast namespace. Flow: the form is told by the
//! content where it is unmistakable, else by the MIME type, because hosts serve all of them as `text/plain`; the text is
//! read as UTF-8, broken bytes become U+FFFD.
//!
//! A speaker comes from `<v Name>` in WebVTT, `speaker` in JSON, `<cite>` with a colon in HTML. Elsewhere
//! "Name: …" at the start of a cue is taken for one only when it is short, each word is capitalised, and the same name
//! opens at least two cues, so that a single "Note: …" stays text.
//!
//! Not covered: word-by-word highlighting, positions, styles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chapters::{json, seconds};
use super::timed;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Warning, WarningKind};
use crate::text::{clean_line, clean_text, html_to_text};

/// What is said in an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TranscriptText {
    /// What it was written in.
    pub format: TranscriptFormat,
    /// What is said, in the document's order.
    pub cues: Vec<Cue>,
    /// What was left out, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// A few words of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cue {
    /// When they begin, in seconds; `None` in a transcript without times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_seconds: Option<f64>,
    /// When they end, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_seconds: Option<f64>,
    /// Who says them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The words: plain text in one line.
    pub text: String,
}

/// What a transcript is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TranscriptFormat {
    /// WebVTT (`text/vtt`).
    Vtt,
    /// SubRip (`application/x-subrip`, `application/srt`).
    Srt,
    /// The podcast namespace's JSON (`application/json`).
    Json,
    /// HTML (`text/html`).
    Html,
    /// Plain text (`text/plain`).
    Plain,
}

impl TranscriptText {
    /// Reads a transcript. `mime_type` is that of `podcast:transcript` or of the answer; it may be missing or wrong.
    ///
    /// ```
    /// use medfeed::{Limits, TranscriptText};
    /// let vtt = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ada>Good morning.\n";
    /// let transcript = TranscriptText::parse(vtt.as_bytes(), Some("text/plain"), &Limits::default())?;
    /// assert_eq!(transcript.cues[0].speaker.as_deref(), Some("Ada"));
    /// assert_eq!(transcript.text(), "Ada: Good morning.");
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is larger than [`Limits::max_body_bytes`], claims to be JSON and is not, or holds no words. Of more than
    /// [`Limits::max_entries`] cues the first are kept, with a warning.
    pub fn parse(bytes: &[u8], mime_type: Option<&str>, limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.max_body_bytes {
            return Err(Error::new(
                Kind::TooLarge,
                format!("the transcript is larger than {} bytes", limits.max_body_bytes),
            ));
        }
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let format = recognise(&text, mime_type);
        let limit = limits.max_entries;
        let (mut cues, more) = match format {
            TranscriptFormat::Vtt | TranscriptFormat::Srt => timed::cues(&text, limit),
            TranscriptFormat::Json => segments(&json(bytes, limits)?, limit),
            TranscriptFormat::Html => paragraphs(&html_to_text(&text), limit),
            TranscriptFormat::Plain => paragraphs(&clean_text(&text.replace("\r\n", "\n").replace('\r', "\n")), limit),
        };
        name_speakers(&mut cues);
        if cues.is_empty() {
            return Err(Error::parse("the transcript holds no words"));
        }
        let mut warnings = Vec::new();
        if more {
            let message = format!("the transcript has more than {limit} cues; the first ones were kept");
            warnings.push(Warning::new(WarningKind::Limit, message));
        }
        Ok(Self { format, cues, warnings })
    }

    /// What is said, as text to read: a paragraph for each change of speaker, begun with the name.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut speaker = None;
        for cue in &self.cues {
            if text.is_empty() || cue.speaker != speaker || cue.start_seconds.is_none() {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                if let Some(name) = &cue.speaker {
                    text.push_str(name);
                    text.push_str(": ");
                }
            } else {
                text.push(' ');
            }
            text.push_str(&cue.text);
            speaker.clone_from(&cue.speaker);
        }
        text
    }
}

fn recognise(text: &str, mime_type: Option<&str>) -> TranscriptFormat {
    let start = text.trim_start();
    let mime_type = mime_type.unwrap_or_default().to_ascii_lowercase();
    let timed = start.lines().take(20).any(|line| line.contains("-->"));
    if start.starts_with("WEBVTT") || (timed && mime_type.starts_with("text/vtt")) {
        TranscriptFormat::Vtt
    } else if start.starts_with('{') || mime_type.starts_with("application/json") {
        TranscriptFormat::Json
    } else if start.starts_with("<!") || mime_type.starts_with("text/html") {
        TranscriptFormat::Html
    } else if timed {
        TranscriptFormat::Srt
    } else if start.starts_with('<') {
        TranscriptFormat::Html
    } else {
        TranscriptFormat::Plain
    }
}

/// `{"segments": [{"speaker", "startTime", "endTime", "body"}]}`.
fn segments(value: &Value, limit: usize) -> (Vec<Cue>, bool) {
    let none = Vec::new();
    let segments = value.get("segments").and_then(Value::as_array).unwrap_or(&none);
    let text = |segment: &Value, name| segment.get(name).and_then(Value::as_str).map(clean_line);
    let cues = segments.iter().take(limit).filter_map(|segment| {
        let start = segment.get("startTime").and_then(seconds);
        let end = segment.get("endTime").and_then(seconds);
        Some(Cue {
            start_seconds: start,
            end_seconds: end.filter(|end| start.is_none_or(|start| *end >= start)),
            speaker: text(segment, "speaker").filter(|name| !name.is_empty()),
            text: text(segment, "body").filter(|body| !body.is_empty())?,
        })
    });
    (cues.collect(), segments.len() > limit)
}

/// A cue a paragraph. A paragraph that is only a name with a colon, a time, or both, is said of the next one.
fn paragraphs(text: &str, limit: usize) -> (Vec<Cue>, bool) {
    let mut cues = Vec::new();
    let (mut speaker, mut start) = (None, None);
    for paragraph in text.split("\n\n").map(clean_line).filter(|line| !line.is_empty()) {
        if let Some((name, time)) = heading(&paragraph) {
            speaker = name.or(speaker);
            start = time.or(start);
            continue;
        }
        if cues.len() == limit {
            return (cues, true);
        }
        cues.push(Cue {
            start_seconds: start.take(),
            end_seconds: None,
            speaker: speaker.clone(),
            text: paragraph,
        });
    }
    (cues, false)
}

/// "Ada:", "0:07", "Ada: 0:07".
fn heading(line: &str) -> Option<(Option<String>, Option<f64>)> {
    if let Some(time) = timed::time(line) {
        return Some((None, Some(time)));
    }
    let (name, rest) = line.split_once(':')?;
    if !is_name(name) {
        return None;
    }
    let rest = rest.trim();
    let time = timed::time(rest);
    (rest.is_empty() || time.is_some()).then(|| (Some(name.trim().to_owned()), time))
}

fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    (1..=4).contains(&words.len())
        && name.len() <= 60
        && words
            .iter()
            .all(|word| word.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit()))
        && name.starts_with(char::is_alphabetic)
}

/// "Ada: Good morning." becomes words of Ada's, when she speaks twice or more.
fn name_speakers(cues: &mut [Cue]) {
    if cues.iter().any(|cue| cue.speaker.is_some()) {
        return;
    }
    let split = |cue: &Cue| {
        let (name, text) = cue.text.split_once(": ")?;
        is_name(name).then(|| (name.trim().to_owned(), text.to_owned()))
    };
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in cues.iter().filter_map(split) {
        *times.entry(name).or_default() += 1;
    }
    let mut speaking: Option<String> = None;
    for cue in cues {
        if let Some((name, text)) = split(cue).filter(|(name, _)| times.get(name).is_some_and(|count| *count > 1)) {
            cue.text = text;
            speaking = Some(name);
        }
        // Until the next name the same person goes on.
        cue.speaker.clone_from(&speaking);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, mime_type: Option<&str>) -> TranscriptText {
        TranscriptText::parse(text.as_bytes(), mime_type, &Limits::default()).unwrap()
    }

    fn shown(transcript: &TranscriptText) -> Vec<(Option<f64>, Option<&str>, &str)> {
        let cue = |cue: &'_ Cue| (cue.start_seconds, cue.end_seconds);
        assert!(
            transcript
                .cues
                .iter()
                .map(cue)
                .all(|(start, end)| end.is_none_or(|end| start.is_some_and(|start| end >= start)))
        );
        transcript
            .cues
            .iter()
            .map(|cue| (cue.start_seconds, cue.speaker.as_deref(), cue.text.as_str()))
            .collect()
    }

    #[test]
    fn webvtt_with_everything() {
        let vtt = "\u{feff}WEBVTT - Ward rounds\nLanguage: en\n\nSTYLE\n::cue { color: red }\n\nNOTE a --> b\n\n\
                   intro\n00:01.000 --> 00:04.500 align:start position:0%\n<v.loud Ada>Half <i>went</i> home &amp; n < 5\n\
                   <v Ben>Why?\n\n00:05.000 --> 00:02.000\n<00:05.100><c>Back</c>wards\n\n00:07.000 --> later\nnever\n";
        let transcript = parse(vtt, None);
        assert_eq!(transcript.format, TranscriptFormat::Vtt);
        assert_eq!(
            shown(&transcript),
            [
                (Some(1.0), Some("Ada"), "Half went home & n < 5"),
                (Some(1.0), Some("Ben"), "Why?"),
                (Some(5.0), None, "Backwards"),
            ]
        );
        assert_eq!(transcript.cues[2].end_seconds, None);
    }

    #[test]
    fn subrip_as_it_is_found() {
        let srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nAda Alder: Welcome.\r\nTo the ward.\r\n2\r\n\
                   00:00:03,000 --> 00:00:04,000\r\nNote: 12 beds.\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n\
                   Ada Alder: <b>Thank you.</b>\r\n";
        let transcript = parse(srt, Some("application/x-subrip"));
        assert_eq!(
            shown(&transcript),
            [
                (Some(1.0), Some("Ada Alder"), "Welcome. To the ward."),
                (Some(3.0), Some("Ada Alder"), "Note: 12 beds."),
                (Some(5.0), Some("Ada Alder"), "Thank you."),
            ]
        );
        assert_eq!(
            transcript.text(),
            "Ada Alder: Welcome. To the ward. Note: 12 beds. Thank you."
        );
        assert_eq!(parse(&srt.replace("\r\n", "\r"), None).cues, transcript.cues);
    }

    #[test]
    fn json_of_the_podcast_namespace() {
        let json = r#"{"version": "1.0.0", "segments": [
            {"speaker": "Ada", "startTime": 0.5, "endTime": "2", "body": "Hello\u001b[0m"},
            {"startTime": -1, "endTime": 0.1, "body": "there"}, {"startTime": 3, "body": " "}, 4]}"#;
        let transcript = parse(json, Some("text/plain"));
        assert_eq!(transcript.format, TranscriptFormat::Json);
        assert_eq!(transcript.cues.len(), 2);
        assert_eq!(
            (transcript.cues[0].end_seconds, transcript.cues[0].text.as_str()),
            (Some(2.0), "Hello[0m")
        );
        assert_eq!(transcript.cues[1].start_seconds, None);
    }

    #[test]
    fn html_and_plain_text() {
        let html = "<cite>Ada:</cite>\n<time>0:07</time>\n<p>Good <b>morning</b>.</p>\n<p>Two beds.</p>\
                    <script>x --> y</script><cite>Ben:</cite><time>1:02:03</time><p>Fine: none.</p>";
        let transcript = parse(html, Some("text/html"));
        assert_eq!(
            shown(&transcript),
            [
                (Some(7.0), Some("Ada"), "Good morning."),
                (None, Some("Ada"), "Two beds."),
                (Some(3_723.0), Some("Ben"), "Fine: none."),
            ]
        );
        let plain = parse("Note: one thing.\r\n\r\nAnother\r\nline.", None);
        assert_eq!(
            shown(&plain),
            [(None, None, "Note: one thing."), (None, None, "Another line.")]
        );
    }

    #[test]
    fn bounds_are_kept_and_told() {
        let limits = Limits {
            max_entries: 3,
            ..Limits::default()
        };
        let srt = "0:01 --> 0:02\nword\n\n".repeat(10);
        let text = "word\n\n".repeat(10);
        let json = format!("{{\"segments\": [{}0]}}", "{\"body\": \"word\"},".repeat(10));
        for document in [srt, text, json] {
            let transcript = TranscriptText::parse(document.as_bytes(), None, &limits).unwrap();
            assert_eq!((transcript.cues.len(), transcript.warnings.len()), (3, 1), "{document}");
        }
        let small = Limits {
            max_body_bytes: 4,
            ..Limits::default()
        };
        assert!(
            TranscriptText::parse(b"words", None, &small)
                .unwrap_err()
                .is_too_large()
        );
        for empty in ["", "WEBVTT\n\n", "{}", "<p></p>"] {
            assert!(
                TranscriptText::parse(empty.as_bytes(), None, &limits)
                    .unwrap_err()
                    .is_parse(),
                "{empty}"
            );
        }
        let many_voices = format!("WEBVTT\n\n0:01 --> 0:02\n{}", "<v A>b".repeat(100));
        assert_eq!(
            TranscriptText::parse(many_voices.as_bytes(), None, &limits)
                .unwrap()
                .cues
                .len(),
            3
        );
    }

    proptest! {
        #[test]
        fn any_text_in_any_form(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "WEBVTT", "\n", "\n\n", "00:01", " --> ", "00:01:02,5", "<v A>", "<", ">", "{", "\"segments\":[", "é", "\u{1b}",
                "Ada: ", "1", "&amp;", "<p>", "</p>",
            ]), 0..40),
            mime_type in proptest::sample::select(vec!["text/vtt", "application/json", "text/html", "text/plain", ""]),
        ) {
            if let Ok(transcript) = TranscriptText::parse(parts.concat().as_bytes(), Some(mime_type), &Limits::default()) {
                for cue in &transcript.cues {
                    prop_assert!(!cue.text.is_empty() && !cue.text.chars().any(char::is_control));
                }
                prop_assert!(!transcript.text().is_empty());
            }
        }
    }
}

//! Timed text: WebVTT and SubRip share their shape, blocks of a timing line and lines of text.
//!
//! Guided by: WebVTT (W3C), and SubRip as players read it. Flow: every line with `-->` and two times begins a cue; the
//! lines up to the next empty line are its text. So headers, notes, styles, regions, cue names and settings need no
//! rules of their own, and one broken block never spoils the next.

use super::transcript::Cue;
use crate::text::{clean_line, html_to_text};

/// Longer than any recording: about 115 days.
const MAX_SECONDS: f64 = 1e7;

/// A time that can be one.
pub(super) fn plausible(seconds: f64) -> Option<f64> {
    (0.0..=MAX_SECONDS).contains(&seconds).then_some(seconds)
}

/// The cues of WebVTT or SubRip, at most `limit`, and whether there were more.
pub(super) fn cues(text: &str, limit: usize) -> (Vec<Cue>, bool) {
    let mut cues = Vec::new();
    let mut open: Option<(Option<f64>, Option<f64>, Vec<&str>)> = None;
    let mut lines = text.lines().flat_map(|line| line.split('\r'));
    loop {
        let line = lines.next();
        let timing = line.and_then(timing);
        let ends = line.is_none_or(|line| line.trim().is_empty()) || timing.is_some();
        if ends && let Some((start, end, mut spoken)) = open.take() {
            // Where the empty line is missing, the number of the next block stands at the end of this one.
            if timing.is_some() && spoken.len() > 1 && spoken.last().is_some_and(|last| is_number(last)) {
                spoken.pop();
            }
            push(&mut cues, start, end, &spoken.join(" "));
            if cues.len() > limit {
                cues.truncate(limit);
                return (cues, true);
            }
        }
        let Some(line) = line else { return (cues, false) };
        if let Some((start, end)) = timing {
            open = Some((Some(start), end, Vec::new()));
        } else if let Some((_, _, spoken)) = &mut open {
            spoken.push(line);
        }
    }
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// The times of a timing line; settings after the second are passed over. An end before the start is unknown.
fn timing(line: &str) -> Option<(f64, Option<f64>)> {
    let (start, rest) = line.split_once("-->")?;
    let start = time(start.trim())?;
    let end = time(rest.split_whitespace().next()?)?;
    Some((start, (end >= start).then_some(end)))
}

/// `01:02:03.456`, `02:03,456`, `2:03`: hours may be missing, the fraction too.
pub(super) fn time(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let digits = |part: &str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        let part = part.replace(',', ".");
        let (whole, fraction) = part.split_once('.').unwrap_or((&part, "0"));
        if !digits(whole) || !digits(fraction) || (!last && part.contains('.')) {
            return None;
        }
        seconds = seconds * 60.0 + part.parse::<f64>().ok()?;
    }
    plausible(seconds)
}

/// The text of a cue, a cue for each voice (`<v Name>`); other tags go, character references are resolved.
fn push(cues: &mut Vec<Cue>, start: Option<f64>, end: Option<f64>, text: &str) {
    let mut speaker = None;
    let mut plain = String::new();
    let mut rest = text;
    let mut spoken = Vec::new();
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, after)) = tag(after) else {
            plain.push_str("&lt;");
            rest = after;
            continue;
        };
        if let Some(name) = voice(tag) {
            spoken.push((speaker.take(), std::mem::take(&mut plain)));
            speaker = Some(name);
        }
        rest = after;
    }
    plain.push_str(rest);
    spoken.push((speaker, plain));
    for (speaker, plain) in spoken {
        let text = clean_line(&html_to_text(&plain));
        if !text.is_empty() {
            cues.push(Cue {
                start_seconds: start,
                end_seconds: end,
                speaker,
                text,
            });
        }
    }
}

/// The tag that `text` opens with, and what follows. Looks no further than a name is long, so that a flood of `<` costs
/// nothing.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (end, _) = text
        .char_indices()
        .take(200)
        .take_while(|(_, character)| *character != '<')
        .find(|(_, character)| *character == '>')?;
    let (tag, rest) = text.split_at_checked(end)?;
    is_tag(tag).then_some((tag, rest.strip_prefix('>').unwrap_or(rest)))
}

/// What stands between `<` and `>` in cues: names, closings, and the times of karaoke; not "n < 5 and m > 3".
fn is_tag(tag: &str) -> bool {
    tag.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/')
        && (!tag.starts_with(|first: char| first.is_ascii_digit()) || time(tag).is_some())
}

/// The name in `v Name` or `v.loud Name`.
fn voice(tag: &str) -> Option<String> {
    let (class, name) = tag.split_once(char::is_whitespace)?;
    let is_voice = class.eq_ignore_ascii_case("v") || class.starts_with("v.");
    let name = clean_line(&html_to_text(name));
    (is_voice && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_flood_of_brackets_is_text() {
        let flood = format!("0:01 --> 0:02\n{}", "<".repeat(500_000));
        let (cues, _) = cues(&flood, 10);
        assert_eq!(cues[0].text.len(), 500_000);
    }

    #[test]
    fn times_in_all_forms() {
        for (text, seconds) in [
            ("01:02:03.500", Some(3_723.5)),
            ("02:03,250", Some(123.25)),
            ("0:07", Some(7.0)),
            ("7", None),
            ("1:2:3:4", None),
            ("-1:00", None),
            ("1.5:00", None),
            ("999999:00:00", None),
            ("1:00.", None),
            ("１:00", None),
        ] {
            assert_eq!(time(text), seconds, "{text}");
        }
    }
}

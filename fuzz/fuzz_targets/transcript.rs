//! Transcripts in every form, and chapters. The first byte chooses the MIME type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{Limits, TranscriptText, parse_chapters};
use properties::{is_line, is_link, survives_json};

const TYPES: [Option<&str>; 7] = [
    None,
    Some("text/vtt"),
    Some("application/x-subrip"),
    Some("application/json"),
    Some("text/html; charset=utf-8"),
    Some("text/plain"),
    Some("application/octet-stream"),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let mime_type = TYPES[usize::from(*first) % TYPES.len()];
    let few = Limits {
        max_entries: 3,
        ..Limits::default()
    };
    for limits in [Limits::default(), few] {
        if let Ok(transcript) = TranscriptText::parse(bytes, mime_type, &limits) {
            holds(&transcript, &limits);
        }
        if let Ok(chapters) = parse_chapters(bytes, &limits) {
            assert!(chapters.len() <= limits.max_entries);
            assert!(chapters.is_sorted_by_key(|chapter| chapter.start_seconds));
            for chapter in &chapters {
                assert!(!chapter.title.is_empty());
                is_line("a chapter", &chapter.title);
                chapter.link.iter().for_each(|link| is_link("a chapter", link));
                survives_json(chapter);
            }
        }
    }
});

fn holds(transcript: &TranscriptText, limits: &Limits) {
    assert!((1..=limits.max_entries).contains(&transcript.cues.len()));
    for cue in &transcript.cues {
        assert!(!cue.text.is_empty());
        is_line("a cue", &cue.text);
        if let Some(speaker) = &cue.speaker {
            assert!(!speaker.is_empty());
            is_line("a speaker", speaker);
        }
        let times = [cue.start_seconds, cue.end_seconds];
        assert!(
            times.iter().flatten().all(|seconds| (0.0..=1e7).contains(seconds)),
            "{times:?}"
        );
        if let [Some(start), Some(end)] = times {
            assert!(start <= end, "{times:?}");
        }
    }
    assert!(!transcript.text().is_empty());
    survives_json(transcript);
}

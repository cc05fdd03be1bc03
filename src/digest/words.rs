//! Lines that several renderers share.

use super::data::{Digest, DigestEntry, EntryListening, LeftOut};

/// "3 stories, 1 of them a warning, from 12 sources; 6 minutes to read, 25 to listen".
pub(super) fn overview(digest: &Digest) -> String {
    let totals = &digest.totals;
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let mut line = format!(
        "{} from {}",
        count(totals.stories, "story", "stories"),
        count(totals.sources, "source", "sources")
    );
    if totals.items_folded > 0 {
        line += &format!(
            "; {} shown with them",
            count(totals.items_folded, "other report", "other reports")
        );
    }
    line += &format!(". Reading: {} min", totals.reading_minutes);
    if totals.listening_minutes > 0 {
        line += &format!(", listening: {} min", totals.listening_minutes);
    }
    line + "."
}

/// "Journal of X, Health Wire and 3 more · 21 November 2026 · preprint, not peer reviewed".
pub(super) fn origin(entry: &DigestEntry) -> String {
    let mut parts = Vec::new();
    let shown = entry
        .sources
        .get(..entry.sources.len().min(3))
        .unwrap_or_default()
        .join(", ");
    if !shown.is_empty() {
        parts.push(if entry.sources.len() > 3 {
            format!("{shown} and {} more", entry.sources.len() - 3)
        } else {
            shown
        });
    }
    parts.push(entry.date.words.clone());
    if entry.preprint {
        parts.push("preprint, not peer reviewed".to_owned());
    }
    parts.join(" · ")
}

/// "Cardiology (“stent” in the title); Randomised trial (phase 3)": each specialty and signal with its evidence.
pub(super) fn tags(entry: &DigestEntry) -> Vec<String> {
    entry
        .tags
        .iter()
        .take(3)
        .map(|tag| {
            if tag.evidence.is_empty() {
                tag.label.clone()
            } else {
                format!("{}: {}", tag.label, tag.evidence)
            }
        })
        .collect()
}

/// Signals with their evidence.
pub(super) fn signals(entry: &DigestEntry) -> Vec<String> {
    entry
        .signals
        .iter()
        .map(|signal| {
            let detail = signal
                .detail
                .as_deref()
                .map(|detail| format!(" ({detail})"))
                .unwrap_or_default();
            format!("{}{detail}: {}", signal.label, signal.evidence)
        })
        .collect()
}

/// "safety 100, specialty 27 …": why it ranks where it does.
pub(super) fn rank(entry: &DigestEntry) -> String {
    let parts: Vec<String> = entry
        .why
        .iter()
        .map(|part| format!("{:+} {}", part.points, part.words))
        .collect();
    format!("{} = {}", entry.score, parts.join(", "))
}

/// "14 min at 1× · 0.5 AMA PRA Category 1 · transcript".
pub(super) fn listening(listening: &EntryListening) -> String {
    let mut parts = vec![match listening.seconds_at_speed.or(listening.seconds) {
        Some(seconds) => format!("{} min", seconds.div_ceil(60)),
        None => "length unknown".to_owned(),
    }];
    parts.extend(listening.cme.iter().map(|credit| format!("CME: {credit}")));
    parts.join(" · ")
}

/// "12 beyond the number of stories for a digest".
pub(super) fn left_out(left: &[LeftOut]) -> String {
    let parts: Vec<String> = left
        .iter()
        .map(|left| format!("{} {}", left.stories.len(), left.words))
        .collect();
    format!("Not shown: {}.", parts.join("; "))
}

/// What an empty digest says.
pub(super) const NOTHING: &str = "Nothing new for you this time.";

//! The lines of an entry that all renderers share, as plain text: each renderer escapes them in its own way.

use super::data::{Digest, DigestEntry, EntryListening, EntryVersion, SectionKind};
use super::wording::{counted, length, minutes_in_words};
use crate::model::SignalKind;

/// What to say when there is nothing to show.
pub(super) const NOTHING: &str = "Nothing to report this time: no story matched what you asked for.";

/// "Monday 23 November 2026, 07:30 UTC · 6 stories · 4 min to read · 24 min to listen".
pub(super) fn overview(digest: &Digest) -> String {
    let totals = &digest.totals;
    let mut parts = vec![digest.generated.clone(), counted(totals.stories, "story", "stories")];
    if totals.reading_minutes > 0 {
        parts.push(format!("{} to read", minutes_in_words(totals.reading_minutes)));
    }
    if totals.listening_minutes > 0 {
        parts.push(format!("{} to listen", minutes_in_words(totals.listening_minutes)));
    }
    parts.join(" · ")
}

/// "From 9 sources; 4 more reports folded in. Not shown: 3 stories beyond the reading time."
pub(super) fn closing(digest: &Digest) -> Vec<String> {
    let totals = &digest.totals;
    let mut lines = Vec::new();
    if totals.stories > 0 {
        let mut line = format!("From {}", counted(totals.sources, "source", "sources"));
        if totals.items_folded > 0 {
            line.push_str(&format!(
                "; {} of the same stories folded in",
                counted(totals.items_folded, "further report", "further reports")
            ));
        }
        lines.push(line + ".");
    }
    if !digest.left_out.is_empty() {
        let words: Vec<&str> = digest.left_out.iter().map(|left| left.words.as_str()).collect();
        lines.push(format!("Left out: {}.", words.join(", ")));
    }
    if !digest.unread.is_empty() {
        let shown = digest
            .unread
            .iter()
            .take(10)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let more = digest.unread.len().saturating_sub(10);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        lines.push(format!(
            "Could not be read, so something may be missing: {shown}{more}."
        ));
    }
    if totals.reading_minutes > 0 {
        lines.push(
            "Reading times assume 238 words a minute (Brysbaert 2019). Warnings are shown whatever the limits."
                .to_owned(),
        );
    }
    lines
}

/// Labels that must be seen beside the title: warnings, preprint, kind of evidence.
pub(super) fn badges(entry: &DigestEntry) -> Vec<(String, bool)> {
    let mut badges: Vec<(String, bool)> = Vec::new();
    for notice in &entry.notices {
        let badge = (notice.label.clone(), true);
        if !badges.contains(&badge) {
            badges.push(badge);
        }
    }
    for signal in &entry.signals {
        if signal.kind == SignalKind::Preprint || signal.kind == SignalKind::Cme {
            continue;
        }
        let mut words = signal.label.clone();
        if let Some(detail) = &signal.detail {
            words.push_str(&format!(" ({detail})"));
        }
        badges.push((words, signal.kind.is_warning()));
    }
    if entry.preprint {
        badges.push(("Preprint, not peer reviewed".to_owned(), true));
    }
    badges
}

/// "Heart Journal, Example News · 21 November 2026 · A. Example · 1 min".
pub(super) fn provenance(entry: &DigestEntry) -> String {
    let mut parts = Vec::new();
    let shown: Vec<&str> = entry.sources.iter().take(3).map(String::as_str).collect();
    let mut sources = shown.join(", ");
    if entry.sources.len() > 3 {
        sources.push_str(&format!(" and {} more", entry.sources.len() - 3));
    }
    let journal = entry
        .journal
        .iter()
        .filter(|journal| !entry.sources.contains(journal))
        .cloned();
    parts.extend(journal);
    parts.push(sources);
    parts.push(entry.date.words.clone());
    parts.push(entry.authors.clone());
    if entry.reading_seconds > 0 {
        parts.push(format!("{} to read", length(entry.reading_seconds)));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// "Retracted: <title>, 12 November 2026", with the notice's page apart.
pub(super) fn notices(entry: &DigestEntry) -> impl Iterator<Item = (String, Option<&url::Url>)> {
    entry.notices.iter().map(|notice| {
        let line = format!("{}: {}, {}", notice.label, notice.title, notice.date);
        (line, super::data::web(notice.link.as_ref()))
    })
}

/// "Why: randomised trial +24, Cardiology, 90 % sure +27".
pub(super) fn why(entry: &DigestEntry) -> String {
    let parts: Vec<String> = entry
        .why
        .iter()
        .map(|part| format!("{} ({:+})", part.words, part.points))
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("Why: {}; {} points", parts.join("; "), entry.score)
}

/// "Cardiology: “heart failure” in the title"; a line a specialty.
pub(super) fn tags(entry: &DigestEntry) -> Vec<String> {
    let tag = |tag: &super::data::EntryTag| {
        if tag.evidence.is_empty() {
            tag.label.clone()
        } else {
            format!("{}: {}", tag.label, tag.evidence)
        }
    };
    entry.tags.iter().map(tag).collect()
}

/// "Randomised trial: “a randomised trial” in the title"; a line a signal.
pub(super) fn evidence(entry: &DigestEntry) -> Vec<String> {
    entry
        .signals
        .iter()
        .filter(|signal| !signal.evidence.is_empty())
        .map(|signal| format!("{}: {}", signal.label, signal.evidence))
        .collect()
}

/// "24 min at your speed (36 min) · CME: 0.5 credits".
pub(super) fn listening(listening: &EntryListening) -> String {
    let mut line = match (listening.seconds_at_speed, listening.seconds) {
        (Some(at_speed), Some(seconds)) if at_speed != seconds => {
            format!(
                "{} at your speed ({} at normal speed)",
                length(at_speed),
                length(seconds)
            )
        }
        (_, Some(seconds)) => length(seconds),
        _ => "length unknown".to_owned(),
    };
    if let Some(cme) = &listening.cme {
        line.push_str(&format!(" · CME: {cme}"));
    }
    line
}

/// "Example News, 21 November 2026 (same DOI)".
pub(super) fn version(version: &EntryVersion) -> String {
    let reason = if version.reason.is_empty() {
        String::new()
    } else {
        format!(" ({})", version.reason)
    };
    let title = version.title.trim_end_matches('.');
    format!("{}: {title}, {}{reason}", version.source, version.date)
}

/// What a section is for, in a sentence, where its heading does not say it.
pub(super) fn introduction(kind: &SectionKind) -> Option<&'static str> {
    match kind {
        SectionKind::Safety => Some(
            "Recalls and other alerts, retractions, outbreaks, and papers that were corrected, whatever the limits.",
        ),
        SectionKind::Specialty(_) | SectionKind::General | SectionKind::Listening => None,
    }
}

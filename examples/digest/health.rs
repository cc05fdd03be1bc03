//! How the followed sources fare, as a table: those that need attention first.

use std::fmt::Write as _;

use jiff::{SpanRound, Timestamp, Unit};
use medfeed::{Health, SourceHealth, SourceStatus, redacted};

/// Columns of a source's name.
const NAME: usize = 34;

/// The same for a program: one object a source, in the order in which they were followed, without secrets.
pub(crate) fn json(sources: &[SourceStatus], now: Timestamp) -> Result<String, serde_json::Error> {
    let all: Vec<serde_json::Value> = sources
        .iter()
        .map(|status| {
            let mut health = serde_json::to_value(status.health(now))?;
            if let Some(object) = health.as_object_mut() {
                object.insert("source".to_owned(), status.source.label().into());
                object.insert("id".to_owned(), status.source.id().to_string().into());
                object.insert("url".to_owned(), redacted(status.source.url()).into());
                if let Some(moved) = &status.state.moved {
                    let moved = serde_json::json!({
                        "from": redacted(&moved.from), "to": redacted(&moved.to), "at": moved.at,
                    });
                    object.insert("moved".to_owned(), moved);
                }
            }
            Ok(health)
        })
        .collect::<Result<_, serde_json::Error>>()?;
    Ok(format!("{:#}\n", serde_json::Value::from(all)))
}

/// The table, with a line that sums it up.
pub(crate) fn table(sources: &[SourceStatus], now: Timestamp) -> String {
    let mut rows: Vec<(SourceHealth, &SourceStatus)> =
        sources.iter().map(|status| (status.health(now), status)).collect();
    rows.sort_by_cached_key(|(health, status)| {
        let calm = !health.health.needs_attention();
        (
            calm,
            std::cmp::Reverse(health.health),
            status.source.label().to_lowercase(),
        )
    });
    if rows.is_empty() {
        return "no source is followed\n".to_owned();
    }
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:<10}  {:<NAME$}  {:>7}  {:>6}  {:>7}  note",
        "health", "source", "since", "latest", "next"
    );
    for (health, status) in &rows {
        let line = format!(
            "{:<10}  {:<NAME$}  {:>7}  {:>6}  {:>7}  {}",
            health.health.to_string(),
            shortened(&status.source.label()),
            ago(health.failing_since.or(health.since), now),
            ago(health.latest_item, now),
            until(health, now),
            note(health, status),
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let mut counts = Vec::new();
    for kind in Health::ALL {
        let count = rows.iter().filter(|(health, _)| health.health == kind).count();
        if count > 0 {
            counts.push(format!("{count} {kind}"));
        }
    }
    let _ = writeln!(out, "{}", counts.join(", "));
    out
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}

/// What cannot be seen in the other columns.
fn note(health: &SourceHealth, status: &SourceStatus) -> String {
    let mut notes = Vec::new();
    if health.failures > 1 {
        notes.push(format!("{} times", health.failures));
    }
    // An address that is the source's name already stands in the line.
    let address = format!(" ({})", redacted(status.source.url()));
    let in_name = status.source.title().is_none();
    notes.extend(
        health
            .last_error
            .as_ref()
            .map(|error| match error.strip_suffix(&address) {
                Some(error) if in_name => error.to_owned(),
                _ => error.clone(),
            }),
    );
    if let Some(moved) = &health.moved {
        notes.push(format!(
            "moved {} to {}",
            moved.at.strftime("%Y-%m-%d"),
            redacted(&moved.to)
        ));
    }
    if let Some(change) = &health.format_changed {
        notes.push(format!("{}, was {}", change.to, change.from));
    }
    notes.join("; ")
}

fn ago(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "-".to_owned(), |at| rough(at.min(now), now))
}

fn until(health: &SourceHealth, now: Timestamp) -> String {
    match health.next_due {
        _ if health.health == Health::Gone => "never".to_owned(),
        Some(due) if due > now => format!("in {}", rough(now, due)),
        _ => "now".to_owned(),
    }
}

/// A time span in its largest unit: `5 m`, `3 h`, `12 d`.
fn rough(from: Timestamp, to: Timestamp) -> String {
    let round = SpanRound::new().smallest(Unit::Minute).largest(Unit::Minute);
    let minutes = to
        .since(from)
        .and_then(|span| span.round(round))
        .map_or(0, |span| span.get_minutes());
    match minutes {
        0..60 => format!("{minutes} m"),
        60..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

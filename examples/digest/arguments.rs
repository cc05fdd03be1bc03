//! What the command line says, checked before anything is fetched.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use medfeed::{Source, Specialty};

/// Reads medical feeds and prints a digest: each thing once, under its specialty, with the reason.
///
/// With no arguments it starts a server with demonstration feeds on this machine and reads those; no network is needed.
#[derive(Debug, Parser)]
#[command(name = "digest", version)]
pub(crate) struct Arguments {
    /// Follow this feed (repeatable)
    #[arg(long, value_name = "URL", value_parser = parse_source)]
    pub(crate) feed: Vec<Source>,
    /// Follow the feeds of an OPML file
    #[arg(long, value_name = "FILE")]
    pub(crate) opml: Option<PathBuf>,
    /// Follow the built-in catalog, or the part of it that serves the given specialties
    #[arg(long)]
    pub(crate) catalog: bool,
    /// Serve every file of a directory on this machine and read those: for saved feeds
    #[arg(long, value_name = "DIR", conflicts_with_all = ["feed", "opml", "catalog"])]
    pub(crate) replay: Option<PathBuf>,
    /// Only this specialty (repeatable), such as cardiology
    #[arg(long, value_name = "CODE", value_parser = parse_specialty)]
    pub(crate) specialty: Vec<Specialty>,
    /// Only what is newer: 24h, 7d, 2w, or a date such as 2026-11-01
    #[arg(long, value_name = "WHEN", value_parser = parse_since, default_value = "30d")]
    pub(crate) since: Since,
    /// Keep sources and items in this file, so that the next run asks only what is due (default: forget everything)
    #[arg(long, value_name = "FILE")]
    pub(crate) db: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the digest to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How long there is to read, such as 15m (the demonstration takes 15m)
    #[arg(long, value_name = "TIME", value_parser = parse_minutes)]
    pub(crate) reading: Option<u32>,
    /// How long there is to listen, such as 25m (the demonstration takes 25m)
    #[arg(long, value_name = "TIME", value_parser = parse_minutes)]
    pub(crate) listening: Option<u32>,
    /// At most this many stories; warnings come besides
    #[arg(long, value_name = "N", value_parser = parse_limit, default_value = "20")]
    pub(crate) limit: usize,
    /// Print how the followed sources fare instead of a digest; with --db and no feed named, nothing is asked
    #[arg(long)]
    pub(crate) health: bool,
    /// Tag anew what --db holds from other releases, and say what changed; nothing is asked
    #[arg(long, requires = "db", conflicts_with_all = ["feed", "opml", "catalog", "replay", "health"])]
    pub(crate) retag: bool,
    /// Let feeds lie on private addresses: for servers of one's own
    #[arg(long)]
    pub(crate) allow_private: bool,
    /// Whom publishers can turn to, a web or mail address; goes into the User-Agent
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) contact: Option<String>,
    /// Print nothing but the digest and errors
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl Arguments {
    /// Whether the command line says which feeds to read.
    pub(crate) fn names_feeds(&self) -> bool {
        !self.feed.is_empty() || self.opml.is_some() || self.catalog || self.replay.is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Markdown,
    Html,
    Json,
    Rss,
}

/// From when on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Since {
    Ago(SignedDuration),
    At(Timestamp),
}

impl Since {
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.checked_sub(span).unwrap_or(Timestamp::MIN),
            Self::At(at) => at,
        }
    }
}

fn parse_source(text: &str) -> Result<Source, String> {
    text.parse().map_err(|error: medfeed::Error| error.to_string())
}

fn parse_specialty(text: &str) -> Result<Specialty, String> {
    Specialty::builtin(text).map_err(|error| error.to_string())
}

/// A number and a unit, as seconds.
fn span(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits)?.to_ascii_lowercase().as_str() {
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    digits.trim().parse::<u32>().ok()?.checked_mul(unit)
}

fn parse_since(text: &str) -> Result<Since, String> {
    if let Some(seconds) = span(text) {
        return Ok(Since::Ago(SignedDuration::from_secs(i64::from(seconds))));
    }
    let day = |date: Date| date.to_zoned(TimeZone::system()).ok().map(|start| start.timestamp());
    if let Some(at) = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<Date>().ok().and_then(day))
    {
        return Ok(Since::At(at));
    }
    Err("use a time span such as 24h, 7d or 2w, or a date such as 2026-11-01".to_owned())
}

fn parse_limit(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "use a whole number such as 20".to_owned())
}

fn parse_minutes(text: &str) -> Result<u32, String> {
    let minutes = text
        .trim()
        .parse::<u32>()
        .ok()
        .or_else(|| span(text).map(|seconds| seconds / 60));
    minutes
        .filter(|minutes| (1..=24 * 60).contains(minutes))
        .ok_or_else(|| "use minutes or hours, from 1m to 24h, such as 15m".to_owned())
}

//! Which feeds a page offers, why, and what was asked in vain.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use medfeed::{DiscoveredFeed, Discovery, HttpFetcher, Limits, RefusedFeed, redacted};
use serde_json::{Value, json};

/// Finds the feeds of a page: a journal, a blog, a channel, a show, or a feed itself.
///
/// Ends with 0 when there are any, with 1 when there are none or the page cannot be had, with 2 for wrong usage.
/// Addresses are shown without user names, passwords and tokens, except those of feeds in the JSON form.
#[derive(Debug, Parser)]
#[command(name = "discover", version)]
struct Arguments {
    /// The address of the page or feed
    #[arg(value_name = "URL")]
    address: String,
    /// Ask private addresses as well: only for pages you trust
    #[arg(long)]
    allow_private: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let found = match search(&arguments).await {
        Ok(found) => found,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let text = if arguments.json {
        format!("{:#}\n", as_json(&found))
    } else {
        as_text(&found)
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // A reader that closes the pipe early, such as `head`, is no error.
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write: {}", cause.kind());
            return ExitCode::FAILURE;
        }
        _ => {}
    }
    if found.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

async fn search(arguments: &Arguments) -> medfeed::Result<Discovery> {
    let limits = Limits::default();
    let fetcher = HttpFetcher::builder()
        .allow_private(arguments.allow_private)
        .limits(limits.clone())
        .build()?;
    Discovery::of(&arguments.address, &fetcher, &limits).await
}

fn as_text(found: &Discovery) -> String {
    let mut lines = vec![format!("{}: {} found", redacted(&found.page), feeds(found.feeds.len()))];
    for feed in &found.feeds {
        lines.push(String::new());
        lines.push(feed.source.label());
        lines.push(format!("  {}", redacted(feed.source.url())));
        lines.push(format!("  because {}", feed.why));
        lines.push(format!("  {}", facts(feed)));
        lines.extend(feed.also.iter().map(|url| format!("  the same at {}", redacted(url))));
    }
    if !found.refused.is_empty() {
        lines.push(String::new());
        lines.push("Asked, but no feed:".to_owned());
    }
    for RefusedFeed { url, why, error, .. } in &found.refused {
        let reason = match error.url() {
            Some(at) if at != url => error.to_string(),
            _ => without_address(error),
        };
        lines.push(format!("  {} ({why}): {reason}", redacted(url)));
    }
    if let Some(note) = &found.note {
        lines.push(String::new());
        lines.push(format!("Note: {note}."));
    }
    lines.join("\n") + "\n"
}

fn feeds(count: usize) -> String {
    match count {
        0 => "no feed".to_owned(),
        1 => "1 feed".to_owned(),
        _ => format!("{count} feeds"),
    }
}

/// Format, kind, language, number of items, date of the latest.
fn facts(feed: &DiscoveredFeed) -> String {
    let mut facts = vec![feed.format.to_string(), feed.source.kind().to_string()];
    facts.extend(feed.source.language().map(str::to_owned));
    facts.push(match feed.items {
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    });
    facts.extend(
        feed.latest
            .map(|latest| format!("latest {}", latest.at.strftime("%Y-%m-%d"))),
    );
    if feed.is_comments {
        facts.push("readers' comments".to_owned());
    }
    facts.join(", ")
}

/// The error's message alone: its address stands beside it already.
fn without_address(error: &medfeed::Error) -> String {
    let message = error.to_string();
    match error.url() {
        Some(url) => message
            .strip_suffix(&format!(" ({})", redacted(url)))
            .unwrap_or(&message)
            .to_owned(),
        None => message,
    }
}

fn as_json(found: &Discovery) -> Value {
    let feeds = found.feeds.iter().map(|feed| {
        json!({
            "source": feed.source,
            "why": feed.why,
            "format": feed.format,
            "items": feed.items,
            "latest": feed.latest.map(|latest| latest.at),
            "comments": feed.is_comments,
            "also": feed.also,
        })
    });
    let refused = found.refused.iter().map(
        |refused| json!({ "url": redacted(&refused.url), "why": refused.why, "reason": refused.error.to_string() }),
    );
    json!({
        "page": redacted(&found.page),
        "feeds": feeds.collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "left_out": found.left_out,
        "note": found.note,
    })
}

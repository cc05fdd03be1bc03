//! A small program that makes a digest: of demonstration feeds on this machine, or of live ones.
//!
//! ```text
//! cargo run --release --example digest
//! cargo run --release --example digest -- --catalog --specialty cardiology --since 24h --db heart.db --format html --output heart.html
//! ```
#![allow(clippy::print_stderr, reason = "a program talks to people")]

#[path = "digest/arguments.rs"]
mod arguments;
#[path = "demo/mod.rs"]
mod demo;
#[path = "digest/health.rs"]
mod health;
#[path = "digest/sources.rs"]
mod sources;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use arguments::{Arguments, Format};
use clap::Parser as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use medfeed::{
    Aggregator, Catalog, Digest, DigestOptions, Limits, Query, Source, SourceStatus, Store, UpdateReport, WarningKind,
};

/// What ends the program: one line that says what would be right.
type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => error.exit(), // --help and --version
        Err(error) => {
            say(&in_one_line(&error.to_string()));
            return ExitCode::from(2);
        }
    };
    match run(&arguments).await {
        Ok(code) => code,
        Err(failure) => {
            say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.output {
        check_output(path)?;
    }
    if let Some(file) = arguments
        .db
        .as_ref()
        .filter(|_| arguments.health && !arguments.names_feeds())
    {
        let sources = Store::open_read_only(file)?.sources().await?;
        give(arguments, &health_of(arguments, &sources, Timestamp::now())?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let forgotten = tempfile::tempdir()?;
    let file = arguments
        .db
        .clone()
        .unwrap_or_else(|| forgotten.path().join("digest.db"));
    let store = Store::open(&file)?;
    if arguments.retag {
        let report = Aggregator::builder(store).build()?.retag().await?;
        let text = format!(
            "{} items, {} tagged anew: {} have other tags, {} specialties gained, {} lost\n",
            report.seen, report.retagged, report.changed, report.gained, report.lost
        );
        give(arguments, &text)?;
        return Ok(ExitCode::SUCCESS);
    }

    let world = World::of(arguments).await?;
    let progress = bar(arguments.quiet);
    let shown = progress.clone();
    let mut builder = Aggregator::builder(store)
        .allow_private(arguments.allow_private)
        .limits(world.limits())
        .on_progress(move |progress| {
            shown.set_length(progress.total as u64);
            shown.set_position(progress.done as u64);
            shown.set_message(format!(
                "{} new items, {} failed",
                progress.new_items, progress.failures
            ));
        });
    if let Some(contact) = &arguments.contact {
        builder = builder.contact(contact);
    }
    if world.is_local() {
        builder = builder.allow_host("127.0.0.1");
    }
    let medfeed = builder.build()?;
    let followed = world.sources(arguments)?;
    if followed.is_empty() && medfeed.store().count().await?.sources == 0 {
        return Err("no feed to follow: the file, directory or part of the catalog holds none".into());
    }
    let local: Vec<_> = if world.is_local() {
        followed.iter().map(Source::id).collect()
    } else {
        Vec::new()
    };
    let mut all_failed = false;
    match refresh(arguments, &medfeed, &world, followed).await {
        Ok(report) => {
            progress.finish_and_clear();
            tell(arguments, &medfeed, &report).await?;
            all_failed = report.asked() > 0 && report.failures().count() == report.asked();
        }
        Err(error) if error.is_store_read_only() => say(&format!("note: {error}; this is what it holds")),
        Err(error) => return Err(error.into()),
    }

    let mut is_empty = false;
    if arguments.health {
        let sources = medfeed.store().sources().await?;
        give(arguments, &health_of(arguments, &sources, world.now())?)?;
    } else {
        let digest = compose(arguments, &medfeed, matches!(world, World::Demo { .. })).await?;
        is_empty = digest.is_empty();
        let text = match arguments.format {
            Format::Text => digest.to_text(),
            Format::Markdown => digest.to_markdown(),
            Format::Html => digest.to_html(),
            Format::Json => digest.to_json()?,
            Format::Rss => digest.to_rss(),
        };
        give(arguments, &text)?;
    }
    if arguments.db.is_some() {
        // This machine's own server is gone after this run: a later one shall not ask for it. The items stay.
        for source in local {
            let _ = medfeed.store().unfollow(source).await;
        }
    }
    Ok(if all_failed && is_empty {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn refresh(
    arguments: &Arguments,
    medfeed: &Aggregator,
    world: &World,
    followed: Vec<Source>,
) -> medfeed::Result<UpdateReport> {
    medfeed.follow(followed).await?;
    let World::Demo { server, now } = world else {
        return medfeed.update().await;
    };
    let first = medfeed.update_at(*now - SignedDuration::from_hours(12)).await?;
    if !arguments.quiet {
        say(&format!("first poll: {first}"));
    }
    server.advance();
    medfeed.update_at(*now).await
}

fn health_of(arguments: &Arguments, sources: &[SourceStatus], now: Timestamp) -> Result<String, Failure> {
    match arguments.format {
        Format::Json => Ok(health::json(sources, now)?),
        Format::Text => Ok(health::table(sources, now)),
        _ => Err("--health is a table or, with --format json, JSON".into()),
    }
}

/// Where the output goes. A file is written in place: a link, a device and the file's own permissions stay what they are.
fn give(arguments: &Arguments, text: &str) -> Result<(), Failure> {
    match &arguments.output {
        Some(path) => std::fs::write(path, text)
            .map_err(|cause| format!("cannot write {}: {}", path.display(), cause.kind()).into()),
        None => Ok(print(text)?),
    }
}

/// Says something to people. Nobody listening is no error.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// What clap says in a paragraph, without the hint at `--help`.
fn in_one_line(said: &str) -> String {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines
        .take_while(|line| !line.starts_with("For more") && !line.starts_with("Usage"))
        .collect::<Vec<_>>()
        .join(" ");
    if said.contains("unexpected argument") {
        format!("{said}; --help lists the options")
    } else {
        said
    }
}

/// Where the feeds are.
enum World {
    /// The demo server, polled twice: twelve hours ago and now.
    Demo { server: demo::DemoServer, now: Timestamp },
    /// Saved files, served on this machine.
    Replay(demo::ReplayServer),
    /// The network.
    Live,
}

impl World {
    async fn of(arguments: &Arguments) -> Result<Self, Failure> {
        if let Some(directory) = &arguments.replay {
            if !directory.is_dir() {
                return Err(format!(
                    "{} is no directory: --replay takes one of saved feeds",
                    directory.display()
                )
                .into());
            }
            let server = demo::ReplayServer::start(directory).await?;
            let urls = server.feed_urls();
            if urls.is_empty() {
                return Err(format!(
                    "no file in {}: --replay takes a directory of saved feeds",
                    directory.display()
                )
                .into());
            }
            same_address(arguments, urls.first(), demo::REPLAY_PORT)?;
            return Ok(Self::Replay(server));
        }
        if arguments.names_feeds() {
            return Ok(Self::Live);
        }
        let now = Timestamp::now();
        let server = demo::DemoServer::start(now - SignedDuration::from_hours(12)).await?;
        same_address(arguments, server.feed_urls().first(), demo::USUAL_PORT)?;
        Ok(Self::Demo { server, now })
    }

    /// The time of the last poll.
    fn now(&self) -> Timestamp {
        match self {
            Self::Demo { now, .. } => *now,
            _ => Timestamp::now(),
        }
    }

    fn is_local(&self) -> bool {
        !matches!(self, Self::Live)
    }

    /// On this machine nobody has to be spared; the defaults are for other people's servers. Saved files are read at
    /// every run, whatever they say about waiting.
    fn limits(&self) -> Limits {
        let spared = Limits {
            host_spacing: Duration::ZERO,
            max_concurrent_per_host: 8,
            ..Limits::default()
        };
        match self {
            Self::Live => Limits::default(),
            Self::Demo { .. } => spared,
            Self::Replay(_) => Limits {
                default_interval: Duration::ZERO,
                min_interval: Duration::ZERO,
                max_interval: Duration::ZERO,
                ..spared
            },
        }
    }

    fn sources(&self, arguments: &Arguments) -> Result<Vec<Source>, Failure> {
        match self {
            Self::Demo { server, .. } => Ok(sources::demo_sources(server)?),
            Self::Replay(server) => Ok(server
                .feed_urls()
                .iter()
                .map(|url| url.parse())
                .collect::<medfeed::Result<_>>()?),
            Self::Live => {
                let mut followed = arguments.feed.clone();
                if let Some(file) = &arguments.opml {
                    let bytes =
                        std::fs::read(file).map_err(|cause| format!("cannot read {}: {cause}", file.display()))?;
                    let import = Catalog::from_opml(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
                    for note in import.notes.iter().filter(|_| !arguments.quiet) {
                        say(&format!("note: {note}"));
                    }
                    followed.extend(import.catalog);
                }
                if arguments.catalog && arguments.specialty.is_empty() {
                    followed.extend(Catalog::builtin());
                } else if arguments.catalog {
                    let wanted = arguments.specialty.iter().cloned();
                    followed.extend(wanted.flat_map(|specialty| Catalog::builtin().specialty(specialty)));
                }
                Ok(followed)
            }
        }
    }
}

/// What is kept is kept under its address: with `--db`, a server on another port than usual would make everything new.
fn same_address(arguments: &Arguments, url: Option<&String>, port: u16) -> Result<(), Failure> {
    let usual = url.is_none_or(|url| url.contains(&format!(":{port}/")));
    if arguments.db.is_none() || usual {
        return Ok(());
    }
    Err(format!(
        "port {port} is taken, by another run perhaps: with --db the feeds must be served on it; try again later"
    )
    .into())
}

fn bar(quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} feeds, {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()).with_style(style)
}

/// The run in two lines, and each source that failed in one.
async fn tell(arguments: &Arguments, medfeed: &Aggregator, report: &UpdateReport) -> Result<(), Failure> {
    for (source, error) in report.failures() {
        let private = error.is_refused_address() && error.to_string().contains("public");
        let hint = if private { "; --allow-private lets it" } else { "" };
        match source.title() {
            Some(title) => say(&format!("failed: {title}: {error}{hint}")),
            None => say(&format!("failed: {error}{hint}")),
        }
    }
    if arguments.quiet {
        return Ok(());
    }
    for outcome in report.outcomes() {
        let partly = |kind| matches!(kind, WarningKind::Truncated | WarningKind::Limit);
        for warning in outcome.warnings().iter().filter(|warning| partly(warning.kind)) {
            say(&format!("note: {}: {warning}", outcome.source.label()));
        }
    }
    say(&format!("{report}, in {:.1} s", report.elapsed().as_secs_f64()));
    let counts = medfeed.store().count().await?;
    let (mut items, mut identified, mut tags) = (0, 0, 0);
    for status in medfeed.store().sources().await? {
        for item in medfeed.store().items_of(status.source.id(), usize::MAX).await? {
            items += 1;
            identified += usize::from(!item.identifiers.is_empty());
            tags += item.tags.len();
        }
    }
    say(&format!(
        "{} items in {} stories; {identified} with an identifier; {:.2} tags an item",
        counts.items,
        counts.stories,
        if items == 0 {
            0.0
        } else {
            f64::from(u32::try_from(tags).unwrap_or(u32::MAX)) / f64::from(items)
        }
    ));
    Ok(())
}

async fn compose(arguments: &Arguments, medfeed: &Aggregator, is_demo: bool) -> Result<Digest, Failure> {
    let now = Timestamp::now();
    let mut query = Query::new()
        .since(arguments.since.resolve(now))
        .limit(Limits::default().max_page);
    for specialty in &arguments.specialty {
        query = query.specialty(specialty.clone());
    }
    let mut options = DigestOptions::new(now)
        .time_zone(jiff::tz::TimeZone::system())
        .specialties(arguments.specialty.clone())
        .limit(arguments.limit);
    // The demonstration shows both budgets: a coffee to read, a drive to listen.
    let (reading, listening) = if is_demo { (Some(15), Some(25)) } else { (None, None) };
    if let Some(minutes) = arguments.reading.or(reading) {
        options = options.reading_minutes(minutes);
    }
    if let Some(minutes) = arguments.listening.or(listening) {
        options = options.listening_minutes(minutes);
    }
    let labels: Vec<_> = arguments
        .specialty
        .iter()
        .map(|specialty| specialty.label().into_owned())
        .collect();
    let title = if labels.is_empty() {
        "Medical digest".to_owned()
    } else {
        format!("{}: digest", labels.join(", "))
    };
    Ok(medfeed.digest_with(&title, &query, options).await?)
}

/// Nothing is fetched for an output that cannot be written.
fn check_output(path: &Path) -> Result<(), Failure> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(format!("{} is a directory: --output takes a file", path.display()).into());
    }
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(format!("there is no directory {folder}: --output takes a file in one that exists").into());
    }
    if path.exists() && !path.is_file() {
        return Ok(()); // A pipe or a device: opening it would already do something.
    }
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened
        .map(drop)
        .map_err(|cause| format!("cannot write {}: {}", path.display(), cause.kind()).into())
}

/// Prints; a reader that closes the pipe early, such as `head`, is no error.
fn print(text: &str) -> std::io::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

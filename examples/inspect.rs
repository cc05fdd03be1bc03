//! What medfeed makes of a document, field by field: the tool to open when a feed looks wrong.
//!
//! ```text
//! cargo run --release --example inspect -- feed.xml
//! cargo run --release --example inspect -- --json saved-feeds/ | jq 'select(.ok | not) | .file'
//! curl -s https://example.org/feed | cargo run --release --example inspect -- --base https://example.org/feed -
//! ```
#![allow(clippy::print_stderr, reason = "a program talks to people")]

#[path = "inspect/mod.rs"]
mod inspect;

use std::io::{BufWriter, ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use inspect::{Arguments, DEFAULT_WIDTH, Totals};

/// The narrowest page that still holds a label and a few words.
const LEAST_WIDTH: usize = 40;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(), // 2 for wrong usage, 0 after --help
    };
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = width.map_or(DEFAULT_WIDTH, |columns: usize| columns.max(LEAST_WIDTH));
    let mut totals = Totals::default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    match inspect::run(&arguments, &mut std::io::stdin().lock(), &mut out, width, &mut totals) {
        Ok(()) => {}
        // A reader that closes the pipe early, such as `head`, is no error.
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => {}
        Err(cause) => {
            let _ = writeln!(std::io::stderr(), "error: cannot write: {}", cause.kind());
            return ExitCode::FAILURE;
        }
    }
    // What is still buffered belongs to a pipe that closed; writing it at the end could only fail again.
    let (_, _) = out.into_parts();
    if totals.all_were_feeds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

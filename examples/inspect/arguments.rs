//! What the command line says.

use std::path::PathBuf;

use clap::Parser;
use url::Url;

/// Shows what medfeed makes of feeds: every field, every warning, or why a document is no feed.
///
/// Ends with 0 when all documents were read as feeds, with 1 when some were not, with 2 for wrong usage. Text is wrapped
/// to $COLUMNS, else to 100 columns.
#[derive(Debug, Parser)]
#[command(name = "inspect", version)]
pub(crate) struct Arguments {
    /// A file, a directory (every regular file under it, by path; symbolic links are not followed), - for standard input,
    /// or an http(s) address, fetched as the aggregator would (no private addresses)
    #[arg(value_name = "PATH|-|URL", required = true)]
    pub(crate) documents: Vec<PathBuf>,
    /// Print one line of JSON for each document, in the order of the paths
    #[arg(long)]
    pub(crate) json: bool,
    /// The address the bytes of files and standard input came from; an answer from the network has its own
    #[arg(long, value_name = "URL", default_value = "https://example.org/feed")]
    pub(crate) base: Url,
    /// The Content-Type header that files and standard input came with
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
    /// Show at most this many items of a document (default: 20 as text, all as JSON)
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Leave specialties and signals out (signals are those of a news source)
    #[arg(long)]
    pub(crate) no_tags: bool,
}

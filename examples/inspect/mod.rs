//! From the paths of a command line to a report or a line of JSON for each document.
//!
//! Flow: `documents` finds what is to be read and reads it within bounds, one document at a time; `reading` parses and
//! tags it on a thread of its own; `report` (with `items`, on a `page`) or `json` writes it; `totals` counts.

mod arguments;
mod documents;
mod items;
mod json;
mod page;
mod reading;
mod report;
mod totals;

use std::io::{Read, Write};

use medfeed::Limits;

pub(crate) use arguments::Arguments;
use documents::Loader;
use page::Page;
#[allow(unused_imports, reason = "for the tests, which have this module too")]
pub(crate) use reading::on_a_small_stack;
pub(crate) use totals::Totals;

/// Columns of the text output where nobody says.
pub(crate) const DEFAULT_WIDTH: usize = 100;

/// Items of one document shown as text where nobody says.
const DEFAULT_ITEMS: usize = 20;

/// Reads everything that is named and writes what came of it, flushed document by document. `totals` holds what was read
/// also when writing fails.
///
/// # Errors
/// Only those of writing; a document that cannot be read is part of the output.
pub(crate) fn run(
    arguments: &Arguments,
    input: &mut dyn Read,
    out: &mut dyn Write,
    width: usize,
    totals: &mut Totals,
) -> std::io::Result<()> {
    let limits = Limits::default();
    let mut loader = Loader::new(arguments, &limits, input);
    let mut has_directory = false;
    for named in &arguments.documents {
        has_directory |= named.is_dir();
        for document in documents::documents_of(named) {
            let name = document.name();
            let outcome = loader
                .load(document)
                .and_then(|loaded| reading::read(&loaded, &limits, !arguments.no_tags));
            totals.count(&outcome);
            if arguments.json {
                json::write_line(out, &name, outcome, arguments.limit)?;
            } else {
                let mut page = Page::new(width);
                report::write(&mut page, &name, &outcome, arguments.limit.unwrap_or(DEFAULT_ITEMS));
                out.write_all(page.text().as_bytes())?;
            }
            out.flush()?;
        }
    }
    if !arguments.json && (has_directory || totals.files > 1) {
        let mut page = Page::new(width);
        totals.write(&mut page);
        out.write_all(page.text().as_bytes())?;
    }
    out.flush()
}

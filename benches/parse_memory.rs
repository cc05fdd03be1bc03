//! How much memory reading takes: the peak while a document is parsed, less what was in use before, in times the document.
//!
//! Each document is read in a process of its own, and the system's own figure is taken (`VmHWM`), so this measures on
//! Linux only. Run with `cargo bench --bench parse_memory`.

#![allow(clippy::print_stdout, reason = "it is what a measurement is for")]

use std::process::Command;

#[path = "feeds/mod.rs"]
mod feeds;

/// Entries of each document: a large journal's feed.
const ENTRIES: usize = 6_500;

fn main() {
    match std::env::args().nth(1).filter(|path| !path.starts_with('-')) {
        Some(path) => measure(&path),
        None => {
            println!("{:<16} {:>10} {:>12} {:>8}", "document", "MB", "peak MB", "times");
            for (name, feed) in documents() {
                print!("{name:<16} ");
                match measure_apart(&feed) {
                    Ok(figures) => print!("{figures}"),
                    Err(cause) => println!("not measured: {cause}"),
                }
            }
        }
    }
}

fn documents() -> Vec<(String, String)> {
    let clean = feeds::clean(ENTRIES)
        .into_iter()
        .map(|(name, feed)| (name.to_owned(), feed));
    let broken = feeds::broken(ENTRIES)
        .into_iter()
        .map(|(name, _, feed)| (format!("{name}, broken"), feed));
    clean.chain(broken).collect()
}

/// A process that never held anything but the document has no freed memory to use again.
fn measure_apart(feed: &str) -> std::io::Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), feed)?;
    let output = Command::new(std::env::current_exe()?).arg(file.path()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn measure(path: &str) {
    let (Ok(feed), Ok(base)) = (std::fs::read(path), "https://example.org/feed.xml".parse()) else {
        return println!("not measured: no document");
    };
    let before = kilobytes("VmRSS:");
    let read = medfeed::parse(&feed, &base, None);
    let peak = kilobytes("VmHWM:").saturating_sub(before) as f64 / 1024.0;
    if before == 0 {
        return println!("not measured: this system does not tell");
    }
    let items = read.map_or(0, |feed| feed.items.len());
    let size = feed.len() as f64 / f64::from(1u32 << 20);
    println!("{size:>10.1} {peak:>12.1} {:>8.2}  ({items} items)", peak / size);
}

/// A line of `/proc/self/status`.
fn kilobytes(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

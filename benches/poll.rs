//! How fast ten thousand unchanged sources are polled, compared with a bare reqwest loop that asks the same server the
//! same things, with as many requests under way, in the same run.
//!
//! The server is a process of its own on the loopback address; it answers 304 to whoever sends the validator and a small
//! feed to everybody else. medfeed keeps its sources in a SQLite file; each round is one `update` with every source due.
//! Both take turns, and the middle one of the rounds counts. Memory is the polling process's own peak (`VmHWM`, Linux).
//!
//! Run with `cargo bench --bench poll`; `cargo bench --bench poll -- 1000` polls as many sources.

#![allow(clippy::print_stdout, reason = "it is what a measurement is for")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is none")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use medfeed::{Aggregator, Limits, Source, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const SOURCES: usize = 10_000;
const ROUNDS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match arguments.next().as_deref() {
        Some("serve") => runtime().block_on(serve()),
        Some(number) => runtime().block_on(compare(number.parse().unwrap_or(SOURCES))),
        None => runtime().block_on(compare(SOURCES)),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Ends the server with the measurement.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn compare(sources: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut port)
        .unwrap();
    let _server = Server(child);
    let urls: Vec<String> = (0..sources)
        .map(|number| format!("http://127.0.0.1:{}/feed/{number}.xml", port.trim()))
        .collect();

    let limits = Limits {
        host_spacing: Duration::ZERO,
        max_concurrent_per_host: usize::MAX,
        ..Limits::default()
    };
    let at_once = limits.max_concurrent_requests;
    let folder = tempfile::tempdir().unwrap();
    let medfeed = Aggregator::builder(Store::open(folder.path().join("poll.db")).unwrap())
        .allow_host("127.0.0.1")
        .limits(limits)
        .build()
        .unwrap();
    let followed: Vec<Source> = urls.iter().map(|url| url.parse().unwrap()).collect();
    medfeed.follow(followed).await.unwrap();
    let mut now = Timestamp::now();
    let begun = Instant::now();
    let first = medfeed.update_at(now).await.unwrap();
    assert_eq!((first.new_items(), first.failures().count()), (sources, 0));
    println!("{sources} sources, {at_once} requests at once, {ROUNDS} rounds");
    println!(
        "first poll, one item stored of each: {:.1} s, peak {:.0} MiB",
        begun.elapsed().as_secs_f64(),
        peak_mebibytes()
    );

    let client = reqwest::Client::builder().build().unwrap();
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let answers = stream::iter(&urls)
            .map(|url| {
                let request = client.get(url).header("if-none-match", "\"1\"");
                async { request.send().await.unwrap().status().as_u16() }
            })
            .buffer_unordered(at_once)
            .collect::<Vec<u16>>()
            .await;
        bare.push(begun.elapsed());
        assert!(answers.iter().all(|status| *status == 304));

        now += SignedDuration::from_hours(24 * 15);
        let begun = Instant::now();
        let report = medfeed.update_at(now).await.unwrap();
        ours.push(begun.elapsed());
        assert_eq!((report.not_modified(), report.requests()), (sources, sources as u64));
    }
    let rate = |times: &mut Vec<Duration>| {
        times.sort();
        sources as f64 / times[times.len() / 2].as_secs_f64()
    };
    let (bare, ours) = (rate(&mut bare), rate(&mut ours));
    println!("bare reqwest loop: {bare:8.0} requests a second");
    println!(
        "medfeed update:    {ours:8.0} requests a second, {:.2} of the bare loop",
        ours / bare
    );
    println!("peak memory of the polling process: {:.0} MiB", peak_mebibytes());
}

/// The most memory this process has used; not a number where the system does not tell.
fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

const UNCHANGED: &[u8] = b"HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n";

async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(answer(stream));
    }
}

/// Answers request after request on one connection.
async fn answer(mut stream: tokio::net::TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut head = Vec::with_capacity(4096);
    loop {
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
        let sent = if text.contains("if-none-match") {
            stream.write_all(UNCHANGED).await
        } else {
            stream.write_all(&feed(&path)).await
        };
        if sent.is_err() {
            return;
        }
        head.clear();
    }
}

fn feed(path: &str) -> Vec<u8> {
    let body = format!(
        "<rss version=\"2.0\"><channel><title>Feed {path}</title><link>https://example.org{path}</link>\
         <item><guid isPermaLink=\"false\">{path}</guid><title>Report {path} on ward hygiene</title>\
         <description>What was measured, and what came of it.</description></item></channel></rss>"
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-type: application/rss+xml\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

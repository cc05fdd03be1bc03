//! How fast ten thousand unchanged sources are polled, compared with the plain loop over reqwest that one would write
//! instead, against the same server, with as many requests under way, in the same run.
//!
//! The server is a process of its own on the loopback address; it answers 304 to whoever sends the validator and a small
//! feed to everybody else. medfeed keeps its sources in a SQLite file; each round is one `update` with every source due.
//! The loop has its addresses and validators in memory and keeps nothing but the statuses. It sends the fields that
//! medfeed sends (`Accept`, `Accept-Encoding`, `A-IM`, `If-None-Match`, `User-Agent`), has the same deadlines and reads
//! each answer to its end; it has no guard, no pacing, no bound on a body, and decides nothing.
//!
//! Both take turns, and which of them begins changes with each round: what else the machine does falls on both. What
//! counts is the middle one of the rounds' ratios. CPU time is that of the polling process, all its threads together; it
//! tells more than the rate where others use the machine. Memory is its own peak (`VmHWM`). Linux tells both.
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
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue, IF_NONE_MATCH};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const SOURCES: usize = 10_000;
const ROUNDS: usize = 9;

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

    let client = plain_client();
    let validators = vec!["\"1\"".to_owned(); sources];
    let plain: Vec<(String, String)> = urls.into_iter().zip(validators).collect();
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for turn in [round, round + 1] {
            if turn % 2 == 0 {
                let watch = Watch::start();
                let statuses = ask_all(&client, &plain, at_once).await;
                bare.push(watch.stop(sources));
                assert!(statuses.iter().all(|status| *status == 304));
            } else {
                now += SignedDuration::from_hours(24 * 15);
                let watch = Watch::start();
                let report = medfeed.update_at(now).await.unwrap();
                ours.push(watch.stop(sources));
                assert_eq!((report.not_modified(), report.requests()), (sources, sources as u64));
            }
        }
    }
    let ratios = bare.iter().zip(&ours).map(|(bare, ours)| ours.rate / bare.rate);
    let ratio = median(ratios.collect());
    for (name, rounds) in [("plain reqwest loop:", &bare), ("medfeed update:    ", &ours)] {
        let rate = median(rounds.iter().map(|round| round.rate).collect());
        let cpu = median(rounds.iter().map(|round| round.cpu).collect());
        println!("{name} {rate:8.0} requests a second, {cpu:4.0} µs of CPU time for each");
    }
    println!("medfeed does {ratio:.2} of the loop's requests a second");
    println!("peak memory of the polling process: {:.0} MiB", peak_mebibytes());
}

/// A client as a careful user sets it up for feeds.
fn plain_client() -> reqwest::Client {
    let limits = Limits::default();
    let fields = [
        (
            ACCEPT,
            medfeed::FetchRequest::new("http://127.0.0.1".parse().unwrap())
                .accept
                .parse()
                .unwrap(),
        ),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, zstd, deflate")),
        (HeaderName::from_static("a-im"), HeaderValue::from_static("feed")),
    ];
    reqwest::Client::builder()
        .user_agent("reader/1.0")
        .default_headers(fields.into_iter().collect())
        .connect_timeout(limits.connect_timeout)
        .timeout(limits.request_deadline)
        .build()
        .unwrap()
}

/// The plain loop: all of them, so many at once.
async fn ask_all(client: &reqwest::Client, sources: &[(String, String)], at_once: usize) -> Vec<u16> {
    stream::iter(sources)
        .map(|(url, validator)| {
            let request = client.get(url).header(IF_NONE_MATCH, validator);
            async {
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                assert!(answer.bytes().await.unwrap().is_empty());
                status
            }
        })
        .buffer_unordered(at_once)
        .collect()
        .await
}

/// Looks at the clocks.
struct Watch {
    begun: Instant,
    cpu: f64,
}

/// One round: requests a second, and microseconds of CPU time for each.
struct Round {
    rate: f64,
    cpu: f64,
}

impl Watch {
    fn start() -> Self {
        Self {
            begun: Instant::now(),
            cpu: cpu_seconds(),
        }
    }

    fn stop(self, requests: usize) -> Round {
        let elapsed = self.begun.elapsed().as_secs_f64();
        Round {
            rate: requests as f64 / elapsed,
            cpu: (cpu_seconds() - self.cpu) / requests as f64 * 1e6,
        }
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The CPU time of this process so far, in user and in system mode; not a number where the system does not tell.
fn cpu_seconds() -> f64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the process, in parentheses, may hold anything.
    let (_, fields) = status.rsplit_once(')').unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: Option<f64> = ticks.map(|ticks| ticks.parse::<f64>().ok()).sum();
    // Linux counts a hundred of them in a second.
    ticks.unwrap_or(f64::NAN) / 100.0
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

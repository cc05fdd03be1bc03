//! A thousand sources, fifty of them hostile: all others are stored, the report is right, the run ends in time, and memory
//! stays bounded. A file of its own, for the memory is that of the whole process.
#![cfg(all(feature = "fetch", feature = "sqlite"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use medfeed::{Aggregator, FailureClass, Health, HttpFetcher, Limits, Query, Source, Store};
use support::names::Names;
use support::server::{Script, Server, Step};

const SOURCES: usize = 1_000;
const HOSTILE: usize = 50;

fn feed(name: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{name}</title><item><guid isPermaLink=\"false\">{name}-1</guid>\
         <title>Heart failure in ward {name}, a cohort study</title></item></channel></rss>"
    )
}

/// One gibibyte of spaces, as a megabyte.
fn bomb() -> Vec<u8> {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..1024 {
        bomb.write_all(&[b' '; 1 << 20]).unwrap();
    }
    bomb.finish().unwrap()
}

/// What each kind of hostile source does, and as what it must be reported.
fn hostile(bomb: &[u8]) -> Vec<(&'static str, Script, FailureClass)> {
    let slowly = Step::Drip(feed("drip").into_bytes(), Duration::from_secs(1));
    let megabyte = vec![b'x'; 1 << 20];
    let rss: (&str, &[u8]) = ("content-type", b"application/rss+xml");
    vec![
        ("drip", Script::head(200, &[rss]).then(slowly), FailureClass::Timeout),
        ("hang", Script::new().then(Step::Hang), FailureClass::Timeout),
        (
            "bomb",
            Script::answer(200, &[("content-encoding", b"gzip"), rss], bomb),
            FailureClass::TooLarge,
        ),
        ("loop", Script::redirect(301, "/loop"), FailureClass::Redirect),
        ("reset", Script::new().then(Step::Reset), FailureClass::Connect),
        (
            "huge",
            Script::head(200, &[rss, ("content-length", b"104857600")]).then(Step::Endless(megabyte.clone())),
            FailureClass::TooLarge,
        ),
        (
            "endless",
            Script::head(200, &[rss]).then(Step::Endless(megabyte)),
            FailureClass::TooLarge,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_950_arrive_in_time_and_in_little_memory() {
    let server = Server::start().await;
    let kinds = hostile(&bomb());
    for (name, script, _) in &kinds {
        server.on(&format!("/{name}"), script.clone());
    }
    let mut expected: BTreeMap<FailureClass, usize> = BTreeMap::new();
    let mut sources = Vec::new();
    for number in 0..SOURCES {
        // Spread over the thousand: every twentieth is hostile.
        let (name, target) = if number % (SOURCES / HOSTILE) == 7 {
            let (name, _, class) = &kinds[number / (SOURCES / HOSTILE) % kinds.len()];
            *expected.entry(*class).or_default() += 1;
            (format!("{name}-{number}"), format!("/{name}"))
        } else {
            let (name, target) = (format!("ward-{number}"), format!("/{number}.xml"));
            let rss: (&str, &[u8]) = ("content-type", b"application/rss+xml");
            server.on(&target, Script::answer(200, &[rss], feed(&name)));
            (name, target)
        };
        let url = format!("http://{name}.example.org:{}{target}", server.port());
        sources.push(url.parse::<Source>().unwrap());
    }
    assert_eq!(expected.values().sum::<usize>(), HOSTILE);

    let folder = tempfile::tempdir().unwrap();
    let limits = Limits::default();
    let http = HttpFetcher::builder()
        .allow_network("127.0.0.1")
        // Every name is this machine, so that each source has a host of its own, as on the network.
        .resolver(Names::default())
        .limits(limits.clone());
    let medfeed = Aggregator::builder(Store::open(folder.path().join("thousand.db")).unwrap())
        .fetcher(http.build().unwrap())
        .limits(limits.clone())
        .build()
        .unwrap();
    medfeed.follow(sources).await.unwrap();
    let begun = Instant::now();
    let report = medfeed.update().await.unwrap();
    let spent = begun.elapsed();

    assert_eq!(report.asked(), SOURCES);
    assert_eq!(
        report.failures_by_class(),
        expected,
        "{:?}",
        report.failures().collect::<Vec<_>>()
    );
    assert_eq!(report.new_items(), SOURCES - HOSTILE);
    assert_eq!(medfeed.store().count().await.unwrap().items, SOURCES - HOSTILE);
    let query = Query::new().limit(SOURCES);
    let stories = medfeed.stories(&query).await.unwrap();
    assert_eq!(stories.len(), SOURCES - HOSTILE, "each ward is a story of its own");
    let healthy = medfeed.store().sources_with(&[Health::Healthy], jiff::Timestamp::now());
    assert_eq!(healthy.await.unwrap().len(), SOURCES - HOSTILE);
    assert!(
        spent < limits.request_deadline + Duration::from_secs(5),
        "the run took {spent:?}"
    );
    if let Some(peak) = peak_mebibytes() {
        assert!(peak < 300, "{peak} MiB");
    }
}

/// The most memory this process, server and bomb included, has used. Linux tells; elsewhere it is not looked at.
fn peak_mebibytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1024)
}

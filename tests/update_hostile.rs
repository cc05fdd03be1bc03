//! One source dead, one hanging, one serving 100 MB, one bomb: the others arrive, the report names the four, the run
//! ends within the deadline.
#![cfg(feature = "fetch")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use medfeed::{Aggregator, Limits, Query, Source, Store};
use support::server::{Script, Server, Step};

const DEADLINE: Duration = Duration::from_secs(3);

fn feed(name: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{name}</title><item><guid>{name}-1</guid>\
         <title>Heart failure in {name}, a cohort study</title></item></channel></rss>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_arrive_and_the_report_names_the_bad_ones() {
    let server = Server::start().await;
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..100 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    server
        .on("/hanging", Script::new().then(Step::Hang))
        .on("/huge", Script::head(200, &[]).send(vec![b'x'; 100_000_000]))
        .on(
            "/bomb",
            Script::answer(200, &[("content-encoding", b"gzip")], bomb.finish().unwrap()),
        );
    let mut urls = vec![
        server.url("/hanging"),
        server.url("/huge"),
        server.url("/bomb"),
        // Nobody listens there: the port was free a moment ago.
        format!("http://127.0.0.1:{}/dead", free_port()).parse().unwrap(),
    ];
    for number in 0..20 {
        let target = format!("/good-{number}");
        server.on(
            &target,
            Script::answer(200, &[("content-type", b"application/rss+xml")], feed(&target)),
        );
        urls.push(server.url(&target));
    }

    let limits = Limits {
        request_deadline: DEADLINE,
        host_spacing: Duration::ZERO,
        max_concurrent_per_host: 8,
        ..Limits::default()
    };
    let medfeed = Aggregator::builder(Store::in_memory())
        .allow_host("127.0.0.1")
        .limits(limits)
        .build()
        .unwrap();
    let sources: Vec<Source> = urls.into_iter().map(|url| Source::new(url).unwrap()).collect();
    medfeed.follow(sources).await.unwrap();
    let begun = Instant::now();
    let report = medfeed.update().await.unwrap();
    let spent = begun.elapsed();

    let failed: BTreeMap<String, String> = report
        .failures()
        .map(|(source, error)| (source.url().path().to_owned(), error.to_string()))
        .collect();
    assert_eq!(
        failed.keys().collect::<Vec<_>>(),
        ["/bomb", "/dead", "/hanging", "/huge"],
        "{failed:?}"
    );
    for (source, error) in report.failures() {
        match source.url().path() {
            "/hanging" => assert!(error.is_timeout(), "{error:?}"),
            "/huge" | "/bomb" => assert!(error.is_too_large(), "{error:?}"),
            _ => assert!(error.is_connect(), "{error:?}"),
        }
    }
    assert_eq!(report.new_items(), 20);
    assert_eq!(medfeed.stories(&Query::new()).await.unwrap().len(), 20);
    assert!(spent < DEADLINE + Duration::from_secs(15), "the run took {spent:?}");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

//! Feeds of one host are asked a few at a time and apart from each other.

use std::time::{Duration, Instant};

use crate::support::server::{Script, Server, Step};
use futures_util::future::join_all;
use medfeed::{Fetch as _, FetchRequest, Limits};

fn slow_answer(wait: u64) -> Script {
    Script::new()
        .then(Step::Wait(Duration::from_millis(wait)))
        .send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\n<rss/>")
}

#[tokio::test]
async fn requests_to_one_host_are_spaced() {
    let server = Server::start().await;
    let fetcher = crate::support::builder()
        .limits(Limits {
            host_spacing: Duration::from_millis(150),
            max_concurrent_per_host: 5,
            ..crate::support::limits()
        })
        .build()
        .unwrap();
    let begun = Instant::now();
    // Clones share the pacing.
    let answers = join_all((0..5).map(|_| {
        let fetcher = fetcher.clone();
        let url = server.url("/feed");
        async move { fetcher.fetch(FetchRequest::new(url)).await }
    }));
    assert!(answers.await.iter().all(Result::is_ok));
    let arrivals: Vec<Instant> = server.requests().iter().map(|asked| asked.at).collect();
    for (place, arrival) in arrivals.iter().enumerate() {
        let earliest = Duration::from_millis(150) * u32::try_from(place).unwrap();
        assert!(
            *arrival >= begun + earliest,
            "request {place} came {:?} in",
            *arrival - begun
        );
    }
}

#[tokio::test]
async fn only_so_many_are_under_way_and_waiting_costs_no_deadline() {
    let server = Server::start().await;
    server.on("/feed", slow_answer(250));
    let fetcher = crate::support::builder()
        .limits(Limits {
            max_concurrent_per_host: 2,
            // Eight requests, two at once, take four times a quarter of a second: longer than one deadline.
            request_deadline: Duration::from_millis(800),
            ..crate::support::limits()
        })
        .build()
        .unwrap();
    let answers = join_all((0..8).map(|_| fetcher.fetch(FetchRequest::new(server.url("/feed"))))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().body, b"<rss/>");
    }
    assert_eq!(server.most_at_once(), 2);
}

#[tokio::test]
async fn a_request_given_up_gives_its_place_back() {
    let server = Server::start().await;
    server.on("/hang", Script::new().then(Step::Hang));
    server.on("/feed", slow_answer(0));
    let fetcher = crate::support::builder()
        .limits(Limits {
            max_concurrent_per_host: 1,
            ..crate::support::limits()
        })
        .build()
        .unwrap();
    for _ in 0..3 {
        let hanging = fetcher.fetch(FetchRequest::new(server.url("/hang")));
        assert!(tokio::time::timeout(Duration::from_millis(50), hanging).await.is_err());
    }
    let begun = Instant::now();
    assert!(fetcher.fetch(FetchRequest::new(server.url("/feed"))).await.is_ok());
    assert!(begun.elapsed() < Duration::from_secs(8));
}

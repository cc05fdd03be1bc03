//! Only a few large bodies are under way at once, and waiting for that costs nobody its deadline.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use medfeed::{Fetch as _, FetchRequest, HttpFetcher, Limits};

use crate::support::builder;
use crate::support::server::{Script, Server, Step};

const FREE: usize = 64 << 10;
const LARGE: usize = 9 << 20;

fn fetcher(places: usize, deadline: Duration) -> HttpFetcher {
    builder()
        .limits(Limits {
            free_body_bytes: FREE,
            max_large_bodies: places,
            max_body_bytes: 16 << 20,
            max_concurrent_per_host: 100,
            request_deadline: deadline,
            ..crate::support::limits()
        })
        .build()
        .unwrap()
}

/// Just too large to be free, then a drip.
fn drip() -> Script {
    Script::head(200, &[])
        .send(vec![b' '; FREE + 1])
        .then(Step::Drip(vec![b' '; 10_000], Duration::from_millis(20)))
}

#[tokio::test]
async fn a_drip_holds_its_place_until_its_own_deadline_and_no_longer() {
    let server = Server::start().await;
    server
        .on("/drip", drip())
        .on("/large", Script::answer(200, &[], vec![b'x'; LARGE]))
        .on("/small", Script::answer(200, &[], vec![b'x'; FREE]));
    let fetcher = fetcher(1, Duration::from_millis(1_500));
    let begun = Instant::now();
    let drips = join_all((0..2).map(|_| fetcher.fetch(FetchRequest::new(server.url("/drip")))));
    let honest = async {
        while server.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        // What is free waits for nobody.
        let small = fetcher.fetch(FetchRequest::new(server.url("/small"))).await.unwrap();
        assert_eq!(small.body.len(), FREE);
        let small_after = begun.elapsed();
        let large = fetcher.fetch(FetchRequest::new(server.url("/large"))).await.unwrap();
        assert_eq!(large.body.len(), LARGE);
        (small_after, begun.elapsed())
    };
    let (drips, (small_after, large_after)) = futures_util::future::join(drips, honest).await;
    for drip in drips {
        assert!(drip.unwrap_err().is_timeout());
    }
    assert!(small_after < Duration::from_millis(1_400), "{small_after:?}");
    // It waited for both drips, longer than its own deadline, and came whole all the same.
    assert!(
        large_after > Duration::from_millis(1_600) && large_after < Duration::from_secs(8),
        "{large_after:?}"
    );
}

#[tokio::test]
async fn sixty_four_large_feeds_all_come_through_four_places() {
    let server = Server::start().await;
    server.on("/large", Script::answer(200, &[], vec![b'x'; 1 << 20]));
    let fetcher = fetcher(4, Duration::from_secs(10));
    let answers = join_all((0..64).map(|_| fetcher.fetch(FetchRequest::new(server.url("/large"))))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().body.len(), 1 << 20);
    }
}

#[tokio::test]
async fn waiting_for_a_place_has_an_end() {
    let server = Server::start().await;
    server
        .on("/drip", drip())
        .on("/large", Script::answer(200, &[], vec![b'x'; LARGE]));
    // Thirty deadlines are 600 ms; the drip has a deadline of its own that is longer.
    let fetcher = fetcher(1, Duration::from_millis(20));
    let patient = |target: &str| {
        let mut request = FetchRequest::new(server.url(target));
        request.deadline = Some(Duration::from_secs(5));
        request
    };
    let drip = fetcher.fetch(patient("/drip"));
    let large = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        let error = fetcher.fetch(patient("/large")).await.unwrap_err();
        (error, begun.elapsed())
    };
    tokio::select! {
        outcome = drip => panic!("the drip ended first: {outcome:?}"),
        (error, spent) = large => {
            assert!(error.is_timeout() && error.to_string().contains("large bodies"), "{error:?}");
            assert!(spent >= Duration::from_millis(550) && spent < Duration::from_secs(4), "{spent:?}");
        }
    }
}

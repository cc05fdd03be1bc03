//! One deadline holds for a whole request: whatever the server does, it ends there.

use std::time::{Duration, Instant};

use crate::support::server::{Script, Server, Step};
use medfeed::{Error, Fetch as _, FetchRequest, HttpFetcher, Limits};

const DEADLINE: Duration = Duration::from_millis(600);

fn fetcher() -> HttpFetcher {
    crate::support::builder()
        .limits(Limits {
            request_deadline: DEADLINE,
            ..crate::support::limits()
        })
        .build()
        .unwrap()
}

async fn ends_in_time(server: &Server, target: &str) -> Error {
    let begun = Instant::now();
    let error = fetcher()
        .fetch(FetchRequest::new(server.url(target)))
        .await
        .expect_err(target);
    let spent = begun.elapsed();
    assert!(
        spent >= DEADLINE / 2 && spent < Duration::from_secs(20),
        "{target} took {spent:?}"
    );
    assert!(error.is_timeout(), "{target}: {error:?}");
    error
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_deadline() {
    let server = Server::start().await;
    let drip = || Step::Drip(vec![b' '; 10_000], Duration::from_millis(20));
    server
        .on("/body", Script::head(200, &[]).then(drip()))
        .on(
            "/sized",
            Script::head(200, &[("content-length", b"10000")]).then(drip()),
        )
        .on("/status", Script::new().send("HTTP/1.1 200 ").then(drip()))
        .on("/headers", Script::new().send("HTTP/1.1 200 OK\r\nx: ").then(drip()))
        .on(
            "/not-modified",
            Script::new().send("HTTP/1.1 304 Not Modified\r\nx: ").then(drip()),
        );
    for target in ["/body", "/sized", "/status", "/headers", "/not-modified"] {
        ends_in_time(&server, target).await;
    }
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let server = Server::start().await;
    server
        .on("/nothing", Script::new().then(Step::Hang))
        .on(
            "/half-a-head",
            Script::new().send("HTTP/1.1 200 OK\r\ncontent-").then(Step::Hang),
        )
        .on(
            "/half-a-body",
            Script::head(200, &[("content-length", b"100")])
                .send("<rss>")
                .then(Step::Hang),
        )
        .on(
            "/half-a-gzip",
            Script::head(200, &[("content-encoding", b"gzip")])
                .send([0x1f, 0x8b, 8])
                .then(Step::Hang),
        );
    for target in ["/nothing", "/half-a-head", "/half-a-body", "/half-a-gzip"] {
        let error = ends_in_time(&server, target).await;
        assert_eq!(error.url(), Some(&server.url(target)));
    }
}

#[tokio::test]
async fn redirects_share_the_deadline() {
    let server = Server::start().await;
    let slow = |to: &str| {
        Script::new().then(Step::Wait(Duration::from_millis(250))).send(format!(
            "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        ))
    };
    server
        .on("/1", slow("/2"))
        .on("/2", slow("/3"))
        .on("/3", slow("/4"))
        .on("/4", slow("/5"));
    ends_in_time(&server, "/1").await;
}

#[tokio::test]
async fn a_request_may_have_a_deadline_of_its_own() {
    let server = Server::start().await;
    server.on(
        "/late",
        Script::new()
            .then(Step::Wait(DEADLINE * 2))
            .send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<rss/>"),
    );
    let mut request = FetchRequest::new(server.url("/late"));
    request.deadline = Some(DEADLINE * 10);
    assert_eq!(fetcher().fetch(request).await.unwrap().body, b"<rss/>");
}

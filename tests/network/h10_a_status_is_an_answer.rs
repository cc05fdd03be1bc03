//! A status that is no success is an answer: the caller decides what it means.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::{Script, Server};

#[tokio::test]
async fn a_status_that_is_no_success_is_an_answer() {
    let server = Server::start().await;
    for status in [204, 401, 404, 410, 429, 500, 503] {
        server.on(
            "/feed",
            Script::answer(
                status,
                &[("retry-after", b"120")],
                if status == 204 { "" } else { "no" },
            ),
        );
        let answer = fetcher().fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
        assert_eq!(answer.status, status);
        let hints = answer.wait_hints(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(hints.retry_after, Some(std::time::Duration::from_secs(120)));
    }
    server.on(
        "/feed",
        Script::answer(403, &[("cf-mitigated", b"challenge")], "<html>"),
    );
    let answer = fetcher().fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
    assert!(answer.is_bot_challenge());
}

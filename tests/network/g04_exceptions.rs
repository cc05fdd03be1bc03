//! Exceptions open what they name and nothing else.

use medfeed::{Fetch as _, FetchRequest, HttpFetcher};
use url::Url;

use crate::support::server::{Script, Server};

fn spelled(server: &Server, host: &str) -> Url {
    format!("http://{host}:{}/feed", server.port()).parse().unwrap()
}

#[tokio::test]
async fn exceptions_open_what_they_name() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    for (builder, host, allowed) in [
        (HttpFetcher::builder().allow_host("127.0.0.1"), "127.0.0.1", true),
        (HttpFetcher::builder().allow_host("127.0.0.1"), "0x7f000001", true),
        (HttpFetcher::builder().allow_host("LOCALHOST"), "localhost", true),
        (HttpFetcher::builder().allow_host("localhost"), "127.0.0.1", false),
        (HttpFetcher::builder().allow_network("127.0.0.0/8"), "127.0.0.1", true),
        (HttpFetcher::builder().allow_network("127.0.0.2"), "127.0.0.1", false),
        (HttpFetcher::builder().allow_private(true), "localhost", true),
        (HttpFetcher::builder().allow_private(false), "localhost", false),
    ] {
        let shown = format!("{builder:?} {host}");
        let outcome = builder
            .build()
            .unwrap()
            .fetch(FetchRequest::new(spelled(&server, host)))
            .await;
        assert_eq!(outcome.is_ok(), allowed, "{shown}: {outcome:?}");
    }
}

#[test]
fn settings_without_sense_are_said_to_be() {
    assert!(
        HttpFetcher::builder()
            .allow_network("10.0.0.0/40")
            .build()
            .unwrap_err()
            .is_invalid()
    );
    assert!(
        HttpFetcher::builder()
            .contact("a\r\nx: y")
            .build()
            .unwrap_err()
            .is_invalid()
    );
    assert!(
        HttpFetcher::builder()
            .user_agent("\u{1f3e5}\n")
            .build()
            .unwrap_err()
            .is_invalid()
    );
}

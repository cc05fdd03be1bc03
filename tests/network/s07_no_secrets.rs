//! No error, `Debug` or log shows a secret.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::{Script, Server};

#[tokio::test]
async fn an_error_shows_no_secrets() {
    let server = Server::start().await;
    server.on(
        "/feed?token=SEKRIT",
        Script::head(200, &[("content-length", b"100")]).send("<rss/>"),
    );
    let error = fetcher()
        .fetch(FetchRequest::new(server.url("/feed?token=SEKRIT")))
        .await
        .unwrap_err();
    assert_eq!(server.requests().len(), 1);
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(current) = cause {
        shown.push_str(&format!("{current} {current:?}"));
        cause = current.source();
    }
    assert!(!shown.contains("SEKRIT"), "{shown}");
}

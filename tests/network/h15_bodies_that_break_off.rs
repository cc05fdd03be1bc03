//! A body that breaks off is an error and never a short feed.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::{Script, Server, Step};

#[tokio::test]
async fn bodies_that_break_off() {
    let server = Server::start().await;
    let chunked: &[(&str, &[u8])] = &[("transfer-encoding", b"chunked")];
    server
        .on(
            "/short",
            Script::head(200, &[("content-length", b"100")]).send("<rss/>"),
        )
        .on(
            "/reset",
            Script::head(200, &[("content-length", b"100")])
                .send("<rss/>")
                .then(Step::Reset),
        )
        .on("/no-last-chunk", Script::head(200, chunked).send("6\r\n<rss/>\r\n"))
        .on("/half-a-chunk", Script::head(200, chunked).send("ff\r\n<rss/>"))
        .on("/bad-chunk", Script::head(200, chunked).send("6\r\n<rss/>\r\nzz\r\n"))
        .on("/no-answer", Script::new())
        .on("/not-http", Script::new().send("SSH-2.0-OpenSSH_9.0\r\n"));
    for target in [
        "/short",
        "/reset",
        "/no-last-chunk",
        "/half-a-chunk",
        "/bad-chunk",
        "/no-answer",
        "/not-http",
    ] {
        let error = fetcher()
            .fetch(FetchRequest::new(server.url(target)))
            .await
            .expect_err(target);
        assert!(error.is_connect(), "{target}: {error:?}");
        assert_eq!(error.url(), Some(&server.url(target)));
    }
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let port = Server::start().await.port();
    let url = format!("http://127.0.0.1:{port}/feed").parse().unwrap();
    let error = fetcher().fetch(FetchRequest::new(url)).await.unwrap_err();
    assert!(error.is_connect() && !error.is_refused_address(), "{error:?}");

    let url = "http://no-such-name.invalid/feed".parse().unwrap();
    let error = fetcher().fetch(FetchRequest::new(url)).await.unwrap_err();
    assert!(!error.is_refused_address(), "{error:?}");
}

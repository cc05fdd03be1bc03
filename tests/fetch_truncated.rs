//! A body that breaks off, or is not what it says, is an error and never a short feed.
#![cfg(feature = "fetch")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use medfeed::{Fetch as _, FetchRequest};
use support::fetcher;
use support::server::{Script, Server, Step};

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn feed() -> String {
    let items: String = (0..2_000)
        .map(|number| format!("<item><guid>{}</guid></item>", number * 7919))
        .collect();
    format!("<rss><channel>{items}</channel></rss>")
}

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
async fn gzip_cut_anywhere_is_an_error() {
    let server = Server::start().await;
    let whole = gzipped(&feed());
    let gzip: &[(&str, &[u8])] = &[("content-encoding", b"gzip")];
    let fetcher = fetcher();
    for cut in [
        1,
        5,
        10,
        11,
        100,
        whole.len() / 2,
        whole.len() - 9,
        whole.len() - 8,
        whole.len() - 1,
    ] {
        // With an honest length, and closed without any.
        server.on("/sized", Script::answer(200, gzip, &whole[..cut]));
        server.on("/closed", Script::head(200, gzip).send(&whole[..cut]));
        for target in ["/sized", "/closed"] {
            let outcome = fetcher.fetch(FetchRequest::new(server.url(target))).await;
            let error = outcome.expect_err(&format!("{target} cut at {cut} of {}", whole.len()));
            assert!(error.is_connect(), "{target} cut at {cut}: {error:?}");
        }
    }
    server.on("/sized", Script::answer(200, gzip, &whole));
    let answer = fetcher.fetch(FetchRequest::new(server.url("/sized"))).await.unwrap();
    assert_eq!(answer.body, feed().into_bytes());
}

/// Brotli and zstd streams of "hello", written out by hand: one uncompressed block each.
const BROTLI: &[u8] = b"\x0b\x02\x80hello\x03";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello";

#[tokio::test]
async fn brotli_and_zstd_cut_anywhere_are_errors() {
    let server = Server::start().await;
    let fetcher = fetcher();
    for (encoding, whole) in [("br", BROTLI), ("zstd", ZSTD)] {
        let header: &[(&str, &[u8])] = &[("content-encoding", encoding.as_bytes())];
        server.on("/whole", Script::answer(200, header, whole));
        let answer = fetcher
            .fetch(FetchRequest::new(server.url("/whole")))
            .await
            .expect(encoding);
        assert_eq!((answer.body.as_slice(), answer.wire_bytes), (b"hello".as_slice(), None));
        for cut in 1..whole.len() {
            server.on("/cut", Script::answer(200, header, &whole[..cut]));
            let outcome = fetcher.fetch(FetchRequest::new(server.url("/cut"))).await;
            assert!(outcome.is_err(), "{encoding} cut at {cut}: {outcome:?}");
        }
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

#[tokio::test]
async fn encodings_that_lie_are_clean_errors() {
    let server = Server::start().await;
    let mut flipped = gzipped(&feed());
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x55;
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        server.on(
            "/plain",
            Script::answer(200, &[("content-encoding", encoding.as_bytes())], feed()),
        );
        let error = fetcher()
            .fetch(FetchRequest::new(server.url("/plain")))
            .await
            .expect_err(encoding);
        assert!(error.is_connect(), "{encoding}: {error:?}");
    }
    server.on(
        "/flipped",
        Script::answer(200, &[("content-encoding", b"gzip")], &flipped),
    );
    assert!(
        fetcher()
            .fetch(FetchRequest::new(server.url("/flipped")))
            .await
            .is_err()
    );
}

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

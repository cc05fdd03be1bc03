//! A body that breaks off, or is not what it says, is an error and never a short feed.

use std::io::Write as _;

use crate::support::fetcher;
use crate::support::server::{Script, Server};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use medfeed::{Fetch as _, FetchRequest};

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
async fn deflate_comes_in_two_dialects() {
    let server = Server::start().await;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(b"<rss/>").unwrap();
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(b"<rss/>").unwrap();
    server
        .on(
            "/zlib",
            Script::answer(200, &[("content-encoding", b"deflate")], zlib.finish().unwrap()),
        )
        .on(
            "/raw",
            Script::answer(200, &[("content-encoding", b"deflate")], raw.finish().unwrap()),
        );
    let answer = fetcher().fetch(FetchRequest::new(server.url("/zlib"))).await.unwrap();
    assert_eq!(answer.body, b"<rss/>");
    // RFC 9110 8.4.1.2 means zlib; raw deflate may fail, but cleanly and never as other bytes.
    match fetcher().fetch(FetchRequest::new(server.url("/raw"))).await {
        Ok(answer) => assert_eq!(answer.body, b"<rss/>"),
        Err(error) => assert!(error.is_connect(), "{error:?}"),
    }
}

//! Bodies and headers end at their limits, however they are wrapped.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::encode::{CODINGS, encode, header};
use crate::support::fetcher;
use crate::support::server::{Script, Server, Step};
use flate2::Compression;
use flate2::write::GzEncoder;
use medfeed::{Fetch as _, FetchRequest, Limits};

#[tokio::test]
async fn a_hundred_megabytes_end_at_the_limit() {
    let server = Server::start().await;
    let block = vec![b'x'; 64 << 10];
    let mut chunk = b"10000\r\n".to_vec();
    chunk.extend_from_slice(&block);
    chunk.extend_from_slice(b"\r\n");
    let declared = Script::head(200, &[("content-length", b"104857600")]);
    let enormous = Script::head(200, &[("content-length", b"18446744073709551615")]);
    server
        .on("/declared", declared.then(Step::Endless(block.clone())))
        .on("/enormous", enormous.then(Step::Endless(block.clone())))
        .on("/until-close", Script::head(200, &[]).then(Step::Endless(block)))
        .on(
            "/chunked",
            Script::head(200, &[("transfer-encoding", b"chunked")]).then(Step::Endless(chunk)),
        );
    for target in ["/declared", "/until-close", "/chunked", "/enormous"] {
        let begun = Instant::now();
        let error = fetcher()
            .fetch(FetchRequest::new(server.url(target)))
            .await
            .unwrap_err();
        // 2^64-1 is no length to the HTTP library; a clean error is all that is asked then.
        assert!(error.is_too_large() || target == "/enormous", "{target}: {error:?}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{target}");
    }
}

#[tokio::test]
async fn a_declared_length_over_the_limit_is_refused_before_the_body() {
    let server = Server::start().await;
    server.on(
        "/feed",
        Script::head(200, &[("content-length", b"1048577")]).then(Step::Hang),
    );
    let begun = Instant::now();
    let error = fetcher()
        .fetch(FetchRequest::new(server.url("/feed")))
        .await
        .unwrap_err();
    assert!(error.is_too_large(), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(8), "it waited for the body");
}

#[tokio::test]
async fn a_compressed_bomb_ends_at_the_limit() {
    let server = Server::start().await;
    let zeros = vec![0; 64 << 20];
    for coding in CODINGS {
        let bomb = encode(coding, &zeros).await;
        assert!(bomb.len() < 150_000, "{coding}: {}", bomb.len());
        server.on(
            "/bomb",
            Script::answer(200, &[("content-encoding", header(coding).as_bytes())], &bomb),
        );
        let error = fetcher()
            .fetch(FetchRequest::new(server.url("/bomb")))
            .await
            .expect_err(coding);
        assert!(error.is_too_large(), "{coding}: {error:?}");

        // A bomb within a bomb. The outer layer alone is small; announced as two, the inner one ends at the limit.
        let twice = encode("gzip", &bomb).await;
        server.on("/once", Script::answer(200, &[("content-encoding", b"gzip")], &twice));
        let once = fetcher().fetch(FetchRequest::new(server.url("/once"))).await.unwrap();
        assert!(once.body == bomb, "{coding}");
        let both = format!("{}, gzip", header(coding));
        server.on(
            "/twice",
            Script::answer(200, &[("content-encoding", both.as_bytes())], &twice),
        );
        let error = fetcher()
            .fetch(FetchRequest::new(server.url("/twice")))
            .await
            .expect_err(coding);
        assert!(error.is_too_large(), "{coding}: {error:?}");
    }
}

#[tokio::test]
async fn no_layer_in_between_is_larger_than_the_limit() {
    // Gzip members without any content: 20 bytes that come to none, 4 MiB of them packed once more.
    let server = Server::start().await;
    let nothing = encode("gzip", b"").await;
    let members = nothing.repeat((4 << 20) / nothing.len());
    let packed = encode("br", &members).await;
    assert!(packed.len() < 10_000);
    server
        .on(
            "/packed",
            Script::answer(200, &[("content-encoding", b"gzip, br")], &packed),
        )
        .on(
            "/plain",
            Script::head(200, &[("content-encoding", b"gzip")]).send(&members),
        );
    for target in ["/packed", "/plain"] {
        let error = fetcher()
            .fetch(FetchRequest::new(server.url(target)))
            .await
            .expect_err(target);
        assert!(error.is_too_large(), "{target}: {error:?}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_whole() {
    let server = Server::start().await;
    let exact = vec![b'a'; 1 << 20];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&exact).unwrap();
    server
        .on("/plain", Script::answer(200, &[], &exact))
        .on("/over", Script::head(200, &[]).send(&exact).send("b"))
        .on(
            "/gzip",
            Script::answer(200, &[("content-encoding", b"gzip")], gzip.finish().unwrap()),
        );
    for target in ["/plain", "/gzip"] {
        let answer = fetcher().fetch(FetchRequest::new(server.url(target))).await.unwrap();
        assert!(answer.body == exact, "{target}");
    }
    let error = fetcher()
        .fetch(FetchRequest::new(server.url("/over")))
        .await
        .unwrap_err();
    assert!(error.is_too_large(), "{error:?}");
    let mut request = FetchRequest::new(server.url("/over"));
    request.max_body_bytes = Some((1 << 20) + 1);
    assert_eq!(fetcher().fetch(request).await.unwrap().body.len(), (1 << 20) + 1);
}

#[tokio::test]
async fn a_nine_megabyte_feed_fits_the_default_limits() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], vec![b' '; 9 << 20]));
    let fetcher = crate::support::builder().limits(Limits::default()).build().unwrap();
    let answer = fetcher.fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
    assert_eq!(answer.body.len(), 9 << 20);
    assert_eq!(answer.wire_bytes, Some(9 << 20));
}

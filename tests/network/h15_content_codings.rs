//! Every content coding that is asked for is undone, counted and held to its end; one that lies or breaks off is an error
//! and never a short feed.

use medfeed::{Fetch as _, FetchRequest, FetchResponse, Result};

use crate::encode::{CODINGS, encode, header};
use crate::support::fetcher;
use crate::support::server::{Script, Server, Step};

fn feed() -> Vec<u8> {
    let items: String = (0..500)
        .map(|number| format!("<item><guid>{}</guid></item>", number * 7919))
        .collect();
    format!("<rss><channel>{items}</channel></rss>").into_bytes()
}

/// What a server that announces this coding and sends these bytes comes to. Fresh every time.
async fn sent(coding: &str, bytes: &[u8]) -> Result<FetchResponse> {
    let server = Server::start().await;
    server.on(
        "/feed",
        Script::answer(200, &[("content-encoding", coding.as_bytes())], bytes),
    );
    fetcher().fetch(FetchRequest::new(server.url("/feed"))).await
}

#[tokio::test]
async fn every_coding_is_asked_for_and_undone_and_the_wire_is_counted() {
    for coding in CODINGS {
        let bytes = encode(coding, &feed()).await;
        let answer = sent(header(coding), &bytes).await.expect(coding);
        assert!(answer.body == feed(), "{coding}");
        assert_eq!(answer.wire_bytes, Some(bytes.len() as u64), "{coding}");
        assert_eq!(answer.header("content-encoding"), Some(header(coding).as_bytes()));
    }
    let answer = sent("x-gzip", &encode("gzip", &feed()).await).await.unwrap();
    assert!(answer.body == feed());
}

#[tokio::test]
async fn codings_on_top_of_each_other_are_undone_in_turn() {
    let gzip = encode("gzip", &feed()).await;
    for outer in CODINGS {
        let both = encode(outer, &gzip).await;
        for name in ["gzip, OUTER", "x-gzip,identity , OUTER", "utf-8,gzip,OUTER"] {
            let answer = sent(&name.replace("OUTER", header(outer)), &both).await.expect(outer);
            assert!(answer.body == feed(), "{outer}");
            assert_eq!(answer.wire_bytes, Some(both.len() as u64));
        }
    }
    let thrice = encode("gzip", &encode("gzip", &gzip).await).await;
    assert!(sent("gzip, gzip, gzip", &thrice).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn what_is_no_coding_is_passed_through() {
    for name in ["identity", "utf-8", "none", "", "gzip;q=1"] {
        assert!(sent(name, &feed()).await.expect(name).body == feed(), "{name}");
    }
}

#[tokio::test]
async fn a_body_without_bytes_is_empty_in_every_coding() {
    let server = Server::start().await;
    for coding in CODINGS {
        let announced: &[(&str, &[u8])] = &[("content-encoding", header(coding).as_bytes())];
        for status in [200, 204, 404] {
            server.on("/feed", Script::answer(status, announced, ""));
            let answer = fetcher()
                .fetch(FetchRequest::new(server.url("/feed")))
                .await
                .expect(coding);
            assert_eq!(
                (answer.status, answer.body.len(), answer.wire_bytes),
                (status, 0, Some(0))
            );
        }
    }
}

#[tokio::test]
async fn several_members_in_a_row_are_one_body() {
    for coding in ["gzip", "zstd"] {
        let mut bytes = encode(coding, b"<rss>").await;
        bytes.extend(encode(coding, b"</rss>").await);
        assert_eq!(sent(coding, &bytes).await.unwrap().body, b"<rss></rss>");
        bytes.truncate(bytes.len() - 1);
        assert!(sent(coding, &bytes).await.unwrap_err().is_connect(), "{coding}");
    }
}

#[tokio::test]
async fn data_cut_anywhere_is_an_error() {
    let server = Server::start().await;
    let fetcher = fetcher();
    for coding in CODINGS {
        let whole = encode(coding, &feed()).await;
        let end = whole.len();
        let announced: &[(&str, &[u8])] = &[("content-encoding", header(coding).as_bytes())];
        for cut in [1, 2, 3, 5, 10, 11, 18, 100, end / 2, end - 9, end - 8, end - 2, end - 1] {
            // With an honest length, and closed without any.
            server.on("/sized", Script::answer(200, announced, &whole[..cut]));
            server.on("/closed", Script::head(200, announced).send(&whole[..cut]));
            for target in ["/sized", "/closed"] {
                let outcome = fetcher.fetch(FetchRequest::new(server.url(target))).await;
                let error = outcome.expect_err(&format!("{coding} {target} cut at {cut} of {end}"));
                assert!(error.is_connect(), "{coding} {target} cut at {cut}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn inner_data_that_is_cut_is_an_error_too() {
    for inner in CODINGS {
        let mut bytes = encode(inner, &feed()).await;
        bytes.truncate(bytes.len() / 2);
        let bytes = encode("gzip", &bytes).await;
        let error = sent(&format!("{}, gzip", header(inner)), &bytes)
            .await
            .expect_err(inner);
        assert!(error.is_connect(), "{inner}: {error:?}");
    }
}

#[tokio::test]
async fn codings_that_lie_are_clean_errors() {
    for coding in ["gzip", "br", "zstd", "deflate"] {
        let error = sent(coding, &feed()).await.expect_err(coding);
        assert!(error.is_connect(), "{coding}: {error:?}");
        for other in CODINGS.iter().filter(|other| header(other) != coding) {
            let error = sent(coding, &encode(other, &feed()).await).await.expect_err(other);
            assert!(error.is_connect(), "{coding} for {other}: {error:?}");
        }
    }
}

#[tokio::test]
async fn data_behind_the_compressed_data_is_an_error() {
    for coding in CODINGS {
        let mut bytes = encode(coding, &feed()).await;
        bytes.extend_from_slice(b"and more");
        assert!(sent(header(coding), &bytes).await.unwrap_err().is_connect(), "{coding}");
    }
}

#[tokio::test]
async fn flipped_bits_never_give_another_feed() {
    // gzip and zlib carry a check sum; the others only their form.
    for coding in ["gzip", "deflate"] {
        let whole = encode(coding, &feed()).await;
        for place in (12..whole.len()).step_by(97) {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x15;
            if let Ok(answer) = sent(coding, &flipped).await {
                assert!(answer.body == feed(), "{coding} flipped at {place}");
            }
        }
    }
}

#[tokio::test]
async fn a_transfer_that_breaks_off_behind_the_compressed_data_is_noticed() {
    let server = Server::start().await;
    for coding in CODINGS {
        let whole = encode(coding, &feed()).await;
        let length = (whole.len() + 10).to_string();
        let announced: &[(&str, &[u8])] = &[
            ("content-encoding", header(coding).as_bytes()),
            ("content-length", length.as_bytes()),
        ];
        server.on("/feed", Script::head(200, announced).send(&whole).then(Step::Reset));
        let error = fetcher()
            .fetch(FetchRequest::new(server.url("/feed")))
            .await
            .expect_err(coding);
        assert!(error.is_connect(), "{coding}: {error:?}");
    }
}

/// A zstd frame whose header asks for that window (a power of two), with one block of five bytes.
fn zstd_with_window(log: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3];
    frame.extend_from_slice(&[0x29, 0, 0]);
    frame.extend_from_slice(b"hello");
    frame
}

#[tokio::test]
async fn a_zstd_window_over_eight_mebibytes_is_refused() {
    for log in [10, 20, 23] {
        assert_eq!(sent("zstd", &zstd_with_window(log)).await.unwrap().body, b"hello");
    }
    for log in [24, 27, 31, 41] {
        let error = sent("zstd", &zstd_with_window(log)).await.expect_err("a wide window");
        assert!(error.is_connect(), "{log}: {error:?}");
    }
}

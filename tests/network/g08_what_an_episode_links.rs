//! Transcripts and chapters come from addresses in feeds: they go through the same door, under the same guard and bounds.

use medfeed::{Aggregator, HttpFetcher, Limits, Store, Transcript};
use url::Url;

use crate::support::server::{Script, Server, Step};
use crate::support::{builder, limits};
use crate::ward::over;

const CHAPTERS: &str =
    r#"{"version":"1.2.0","chapters":[{"startTime":0,"title":"Welcome"},{"startTime":95.5,"title":"Heart failure"}]}"#;

#[tokio::test]
async fn they_are_fetched_and_read() {
    let server = Server::start().await;
    let cues = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ada>Good morning.\n";
    server
        .on("/41.vtt", Script::answer(200, &[("content-type", b"text/plain")], cues))
        .on("/41.json", Script::answer(200, &[], CHAPTERS));
    let medfeed = over(Store::in_memory()).build().unwrap();
    let transcript = medfeed
        .transcript(&Transcript::new(server.url("/41.vtt")))
        .await
        .unwrap();
    assert_eq!(transcript.text(), "Ada: Good morning.");
    let chapters = medfeed.chapters(&server.url("/41.json")).await.unwrap();
    let titles: Vec<&str> = chapters.iter().map(|chapter| chapter.title.as_str()).collect();
    assert_eq!(titles, ["Welcome", "Heart failure"]);
    let asked: Vec<String> = server.requests().into_iter().map(|asked| asked.target).collect();
    assert_eq!(asked, ["/41.vtt", "/41.json"], "one request each");
    assert!(
        server
            .requests()
            .iter()
            .all(|asked| asked.header("if-none-match").is_none())
    );
}

#[tokio::test]
async fn private_addresses_are_refused_on_the_first_hop_and_after_redirects() {
    let server = Server::start().await;
    let elsewhere = format!("http://127.0.0.2:{}/41.vtt", server.port());
    server
        .on(
            "/41.vtt",
            Script::answer(200, &[], "WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n"),
        )
        .on("/moved", Script::redirect(302, &elsewhere));
    let own = |http: HttpFetcher| {
        let medfeed = Aggregator::builder(Store::in_memory()).fetcher(http);
        medfeed.limits(limits()).build().unwrap()
    };
    let strict = own(HttpFetcher::builder().limits(limits()).build().unwrap());
    let here_only = own(builder().build().unwrap());
    let private: [Url; 4] = [
        server.url("/41.vtt"),
        "http://169.254.169.254/latest/meta-data/".parse().unwrap(),
        "http://[::ffff:10.0.0.1]/chapters.json".parse().unwrap(),
        "file:///etc/passwd".parse().unwrap(),
    ];
    for (medfeed, address) in private.iter().map(|address| (&strict, address.clone())).chain([
        (&here_only, server.url("/moved")),
        (&here_only, elsewhere.parse().unwrap()),
    ]) {
        let error = medfeed.transcript(&Transcript::new(address.clone())).await.unwrap_err();
        assert!(error.is_refused_address(), "{address}: {error:?}");
        let error = medfeed.chapters(&address).await.unwrap_err();
        assert!(error.is_refused_address(), "{address}: {error:?}");
    }
    assert!(server.requests().iter().all(|asked| asked.target == "/moved"));
}

#[tokio::test]
async fn what_is_missing_too_large_or_something_else_is_an_error_that_says_so() {
    let server = Server::start().await;
    server
        .on(
            "/endless",
            Script::head(200, &[]).then(Step::Endless(vec![b'x'; 1 << 16])),
        )
        .on(
            "/page",
            Script::answer(200, &[], "<!DOCTYPE html><title>Log in</title>"),
        );
    let medfeed = over(Store::in_memory())
        .limits(Limits {
            max_body_bytes: 1 << 20,
            ..limits()
        })
        .build()
        .unwrap();
    let missing = medfeed
        .transcript(&Transcript::new(server.url("/none")))
        .await
        .unwrap_err();
    assert_eq!(missing.status(), Some(404));
    assert!(missing.to_string().contains("/none"), "{missing}");
    let endless = medfeed.chapters(&server.url("/endless")).await.unwrap_err();
    assert!(endless.is_too_large(), "{endless:?}");
    let page = medfeed.chapters(&server.url("/page")).await.unwrap_err();
    assert!(page.is_parse() && page.to_string().contains("/page"), "{page:?}");
}

//! Private addresses are refused on every hop, and at connect time.

use crate::support::server::{Script, Server};
use medfeed::{Fetch as _, FetchRequest, HttpFetcher};
use url::Url;

fn spelled(server: &Server, host: &str) -> Url {
    format!("http://{host}:{}/feed", server.port()).parse().unwrap()
}

#[tokio::test]
async fn by_default_nothing_private_is_asked() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    let fetcher = HttpFetcher::builder().build().unwrap();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "0.0.0.0",
        "[::1]",
    ] {
        let error = fetcher
            .fetch(FetchRequest::new(spelled(&server, host)))
            .await
            .expect_err(host);
        assert!(error.is_refused_address(), "{host}: {error:?}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_leads_to_nothing_private_either() {
    let server = Server::start().await;
    // The test server is the one exception; every other private address stays refused.
    let fetcher = crate::support::fetcher();
    let port = server.port();
    for location in [
        format!("http://127.0.0.2:{port}/feed"),
        format!("http://localhost:{port}/feed"),
        format!("http://[::1]:{port}/feed"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "//192.168.0.1/".to_owned(),
        "http://[64:ff9b::a9fe:a9fe]/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "ftp://example.org/feed".to_owned(),
        "data:text/xml,<rss/>".to_owned(),
        "http://127.0.0.1:22/".to_owned(),
    ] {
        server.on("/moved", Script::redirect(301, &location));
        server.on("/first", Script::redirect(302, "/moved"));
        for target in ["/moved", "/first"] {
            let error = fetcher
                .fetch(FetchRequest::new(server.url(target)))
                .await
                .expect_err(&location);
            assert!(error.is_refused_address(), "{location}: {error:?}");
        }
    }
    assert!(server.requests().iter().all(|asked| asked.target != "/feed"));
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_resolves_to_when_connecting() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    // With a network allowed, local names go on to the resolver, where the loopback address is still refused.
    let elsewhere = HttpFetcher::builder().allow_network("10.0.0.0/8").build().unwrap();
    let error = elsewhere
        .fetch(FetchRequest::new(spelled(&server, "localhost")))
        .await
        .unwrap_err();
    assert!(error.is_refused_address(), "{error:?}");
    assert!(server.requests().is_empty());

    let here = HttpFetcher::builder()
        .allow_network("127.0.0.0/8")
        .allow_network("::1")
        .build()
        .unwrap();
    let answer = here
        .fetch(FetchRequest::new(spelled(&server, "localhost")))
        .await
        .unwrap();
    assert_eq!(answer.body, b"<rss/>");
}

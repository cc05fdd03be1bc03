//! A name is judged by what it resolves to each time a connection is made: a second answer does not help.

use futures_util::{StreamExt as _, stream};
use medfeed::{Error, Fetch as _, FetchRequest, FetchResponse, HttpFetcher, Result};
use url::Url;

use crate::support::limits;
use crate::support::names::Names;
use crate::support::server::{Script, Server};

/// May go to 127.0.0.1; 127.0.0.2, where the server could be reached just as well, stands for a private address.
fn fetcher(names: &Names) -> HttpFetcher {
    HttpFetcher::builder()
        .allow_network("127.0.0.1/32")
        .resolver(names.clone())
        .limits(limits())
        .build()
        .unwrap()
}

fn at(server: &Server, host: &str, target: &str) -> Url {
    format!("http://{host}:{}{target}", server.port()).parse().unwrap()
}

async fn get(fetcher: &HttpFetcher, url: Url) -> Result<FetchResponse> {
    fetcher.fetch(FetchRequest::new(url)).await
}

fn is_refused_unsent(error: &Error, requests: u32) {
    assert!(error.is_refused_address(), "{error:?}");
    assert_eq!(error.requests(), requests);
}

#[tokio::test]
async fn a_second_answer_goes_through_the_same_gate() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    let names = Names::default();
    names.answer("rebind.example.org", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let fetcher = fetcher(&names);
    let url = at(&server, "rebind.example.org", "/feed");
    assert_eq!(get(&fetcher, url.clone()).await.unwrap().body, b"<rss/>");
    // The server closed the connection, so the name is asked about anew.
    for _ in 0..2 {
        is_refused_unsent(&get(&fetcher, url.clone()).await.unwrap_err(), 0);
    }
    assert_eq!((names.asked().len(), server.requests().len()), (3, 1));
}

#[tokio::test]
async fn a_connection_that_was_kept_and_ended_is_not_opened_elsewhere() {
    let server = Server::start().await;
    // Announced to be kept, and ended by the server right after.
    server.on(
        "/feed",
        Script::new().send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<rss/>"),
    );
    let names = Names::default();
    names.answer("rebind.example.org", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let fetcher = fetcher(&names);
    let url = at(&server, "rebind.example.org", "/feed");
    assert!(get(&fetcher, url.clone()).await.is_ok());
    let error = loop {
        match get(&fetcher, url.clone()).await {
            Err(error) if error.is_refused_address() => break error,
            // The end of the connection had not been seen yet.
            Err(error) => assert!(error.is_connect(), "{error:?}"),
            Ok(answer) => panic!("{answer:?}"),
        }
    };
    is_refused_unsent(&error, 0);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn nor_within_one_chain_of_redirects() {
    let server = Server::start().await;
    server
        .on("/a", Script::redirect(302, "/b"))
        .on("/b", Script::answer(200, &[], "<rss/>"));
    let names = Names::default();
    names.answer("rebind.example.org", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let error = get(&fetcher(&names), at(&server, "rebind.example.org", "/a"))
        .await
        .unwrap_err();
    is_refused_unsent(&error, 1);
    assert_eq!(server.only_request().target, "/a");
}

#[tokio::test]
async fn private_addresses_of_a_name_are_skipped_and_the_public_one_is_asked() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    let names = Names::default();
    let fetcher = fetcher(&names);
    let private: &[&str] = &[
        "10.0.0.1",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.2",
        "169.254.169.254",
        "0.0.0.0",
    ];
    let mixed: Vec<&str> = private.iter().copied().chain(["127.0.0.1"]).collect();
    names.answer("mixed.example.org", &[&mixed]);
    names.answer("private.example.org", &[private]);
    names.answer("nothing.example.org", &[&[]]);
    assert!(get(&fetcher, at(&server, "mixed.example.org", "/feed")).await.is_ok());
    is_refused_unsent(
        &get(&fetcher, at(&server, "private.example.org", "/feed"))
            .await
            .unwrap_err(),
        0,
    );
    let nothing = get(&fetcher, at(&server, "nothing.example.org", "/feed"))
        .await
        .unwrap_err();
    assert!(nothing.is_connect() && !nothing.is_refused_address(), "{nothing:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_resolver_opens_nothing_by_itself() {
    let server = Server::start().await;
    let fetcher = HttpFetcher::builder().resolver(Names::default()).build().unwrap();
    let error = get(&fetcher, at(&server, "feeds.example.org", "/feed"))
        .await
        .unwrap_err();
    is_refused_unsent(&error, 0);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_thousand_names_are_asked_side_by_side() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    let names = Names::default();
    let fetcher = fetcher(&names);
    let answers = stream::iter(0..1_000)
        .map(|number| get(&fetcher, at(&server, &format!("h{number}.example.org"), "/feed")))
        .buffer_unordered(64);
    let bodies: Vec<Vec<u8>> = answers.map(|answer| answer.unwrap().body).collect().await;
    assert!(bodies.len() == 1_000 && bodies.iter().all(|body| body == b"<rss/>"));
    assert_eq!(names.asked().len(), 1_000);
}

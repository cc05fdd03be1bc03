//! Header fields of the host's go to the origin they are for, and to no other again.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::names::Names;
use crate::support::server::{Script, Server};
use crate::support::{builder, fetcher, limits};

#[tokio::test]
async fn own_fields_stay_with_their_origin_for_good() {
    let (home, away) = (Server::start().await, Server::start().await);
    home.on("/feed", Script::redirect(302, "/within"))
        .on("/within", Script::redirect(302, away.url("/there").as_str()))
        .on("/back", Script::answer(200, &[], "<rss/>"));
    away.on("/there", Script::redirect(302, home.url("/back").as_str()));
    let request = FetchRequest::new(home.url("/feed"))
        .with_header("X-Api-Key", "one")
        .with_header("x-api-key", b"two\xfc")
        .with_header("Authorization", "Bearer ward7");
    fetcher().fetch(request).await.unwrap();
    let sent: Vec<(String, bool, usize)> = home
        .requests()
        .into_iter()
        .chain(away.requests())
        .map(|asked| {
            let keys = asked.header_names().iter().filter(|name| *name == "x-api-key").count();
            let bearer = asked.header("authorization") == Some(b"Bearer ward7");
            (asked.target, bearer, keys)
        })
        .collect();
    let expected = [
        ("/feed", true, 2),
        ("/within", true, 2),
        ("/back", false, 0),
        ("/there", false, 0),
    ];
    assert_eq!(
        sent,
        expected.map(|(target, bearer, keys)| (target.to_owned(), bearer, keys))
    );
}

#[tokio::test]
async fn another_name_or_port_is_another_origin() {
    let server = Server::start().await;
    let fetcher = builder()
        .allow_network("127.0.0.1")
        .resolver(Names::default())
        .build()
        .unwrap();
    let away = format!("http://other.example.org:{}/there", server.port());
    server
        .on("/feed", Script::redirect(301, &away))
        .on("/there", Script::answer(200, &[], "<rss/>"));
    let url = format!("http://feeds.example.org:{}/feed", server.port())
        .parse()
        .unwrap();
    fetcher
        .fetch(FetchRequest::new(url).with_header("x-api-key", "one"))
        .await
        .unwrap();
    let keys: Vec<bool> = server
        .requests()
        .iter()
        .map(|asked| asked.header("x-api-key").is_some())
        .collect();
    assert_eq!(keys, [true, false]);
}

#[tokio::test]
async fn the_hosts_own_accept_and_language_take_the_place_of_ours() {
    let server = Server::start().await;
    let request = FetchRequest::new(server.url("/feed"))
        .with_header("Accept", "text/vtt")
        .with_header("Accept-Language", "de");
    fetcher().fetch(request).await.unwrap();
    let asked = server.only_request();
    assert_eq!(asked.header_text("accept").unwrap(), "text/vtt");
    assert_eq!(asked.header_text("accept-language").unwrap(), "de");
}

#[tokio::test]
async fn fields_that_are_the_clients_own_are_refused() {
    let server = Server::start().await;
    let fetcher = builder().limits(limits()).build().unwrap();
    for (name, value) in [
        ("Host", "example.org"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("Keep-Alive", "1"),
        ("TE", "trailers"),
        ("Trailer", "x"),
        ("Upgrade", "h2c"),
        ("Expect", "100-continue"),
        ("accept-encoding", "gzip"),
        ("If-None-Match", "*"),
        ("if-modified-since", "yesterday"),
        ("If-Range", "x"),
        ("If-Anything", "x"),
        ("Range", "bytes=0-1"),
        ("A-IM", "feed"),
        ("Proxy-Authorization", "Basic x"),
        ("", "x"),
        ("x y", "x"),
        ("x:y", "x"),
        ("x\r\ny", "x"),
        ("\u{fc}", "x"),
        ("x-secret", "SEKRIT\r\nHost: other"),
        ("x-secret", "SEKRIT\n"),
        ("x-secret", "SEKRIT\0"),
    ] {
        let request = FetchRequest::new(server.url("/feed")).with_header(name, value);
        for error in [
            fetcher.open(&request).await.expect_err(name),
            fetcher.fetch(request).await.expect_err(name),
        ] {
            assert!(error.is_invalid(), "{name}: {error:?}");
            assert!(!format!("{error} {error:?}").contains("SEKRIT"), "{error:?}");
        }
    }
    assert!(server.requests().is_empty());
}

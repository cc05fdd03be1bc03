//! Validators go back byte for byte, and are never made up.

use crate::support::fetcher;
use crate::support::server::{Script, Server};
use medfeed::{Fetch as _, FetchRequest, Validators};

/// Things servers really send, and things they should not.
const ODD: [(&[u8], &[u8]); 7] = [
    (b"\"33a64df5\"", b"Wed, 21 Oct 2015 07:28:00 GMT"),
    (b"W/\"0815\"", b"Wed, 21 Oct 2015 07:28:00 +0200"),
    (b"\"abc-gzip\"", b"2015-10-21 07:28"),
    (b"unquoted", b"yesterday"),
    (b"W/W/\"\"", b"Thu, 01 Jan 1970 00:00:00 GMT"),
    (b"\"a, b\", \"c\"", b"0"),
    (b"\"\xe9\xff\"", b"Mi, 21 M\xe4r 2015"),
];

#[tokio::test]
async fn validators_make_the_round_trip_unchanged() {
    let fetcher = fetcher();
    for (etag, last_modified) in ODD {
        let server = Server::start().await;
        server.on(
            "/feed",
            Script::answer(200, &[("ETag", etag), ("Last-Modified", last_modified)], "<rss/>"),
        );
        let first = fetcher.fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
        let kept = first.validators();
        assert_eq!(kept, Validators::new(Some(etag.to_vec()), Some(last_modified.to_vec())));

        // As a store would keep them.
        let kept: Validators = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        server.on("/feed", Script::answer(304, &[], ""));
        let request = FetchRequest::new(server.url("/feed")).with_validators(kept.clone());
        let second = fetcher.fetch(request).await.unwrap();
        assert!(second.is_not_modified() && second.body.is_empty());
        assert_eq!(second.next_validators(&kept), kept);
        let asked = server.requests();
        assert_eq!(asked[1].header("if-none-match"), Some(etag));
        assert_eq!(asked[1].header("if-modified-since"), Some(last_modified));
    }
}

#[tokio::test]
async fn one_validator_alone_is_sent_alone() {
    let server = Server::start().await;
    server.on("/feed", Script::answer(304, &[("etag", b"\"2\"")], ""));
    let sent = Validators::new(Some(b"\"1\"".to_vec()), None);
    let request = FetchRequest::new(server.url("/feed")).with_validators(sent.clone());
    let answer = fetcher().fetch(request).await.unwrap();
    assert_eq!(server.only_request().header("if-none-match"), Some(b"\"1\"".as_slice()));
    assert_eq!(server.only_request().header("if-modified-since"), None);
    assert_eq!(answer.next_validators(&sent).etag.as_deref(), Some(b"\"2\"".as_slice()));
}

#[tokio::test]
async fn validators_go_back_only_where_they_came_from() {
    let (home, away) = (Server::start().await, Server::start().await);
    let sent = Validators::new(Some(b"\"1\"".to_vec()), Some(b"yesterday".to_vec()));
    let asked_with_validators = |server: &Server, target: &str| -> bool {
        let asked: Vec<_> = server
            .requests()
            .into_iter()
            .filter(|one| one.target == target)
            .collect();
        let last = asked.last().unwrap();
        let conditions = [last.header("if-none-match"), last.header("if-modified-since")];
        assert!(conditions.iter().all(Option::is_some) || conditions.iter().all(Option::is_none));
        conditions[0].is_some()
    };
    home.on("/feed", Script::redirect(302, away.url("/cdn/feed?signed=2").as_str()));
    away.on("/cdn/feed?signed=2", Script::answer(304, &[], ""));
    let request = FetchRequest::new(home.url("/feed")).with_validators(sent.clone());

    // The address that gave them, whatever its query is today.
    let to_cdn = request.clone().with_validators_for(away.url("/cdn/feed?signed=1"));
    let answer = fetcher().fetch(to_cdn.clone()).await.unwrap();
    assert!(answer.is_not_modified());
    assert_eq!(answer.requests(), 2);
    assert!(!asked_with_validators(&home, "/feed"));
    assert!(asked_with_validators(&away, "/cdn/feed?signed=2"));

    // Without a word where they came from: from the address asked, and not from where it leads.
    away.on("/cdn/feed?signed=2", Script::answer(200, &[], "<rss/>"));
    fetcher().fetch(request.clone()).await.unwrap();
    assert!(asked_with_validators(&home, "/feed"));
    assert!(!asked_with_validators(&away, "/cdn/feed?signed=2"));

    // A maintenance page takes the place of the feed: another path, another origin.
    for elsewhere in [away.url("/maintenance"), home.url("/cdn/feed")] {
        home.on("/feed", Script::redirect(302, elsewhere.as_str()));
        for server in [&home, &away] {
            server.on(elsewhere.path(), Script::answer(200, &[], "<html>Back soon</html>"));
        }
        let answer = fetcher().fetch(to_cdn.clone()).await.unwrap();
        assert_eq!(answer.status, 200);
        let server = if elsewhere.origin() == away.url("/").origin() {
            &away
        } else {
            &home
        };
        assert!(!asked_with_validators(server, elsewhere.path()), "{elsewhere}");
    }

    // It answers for itself after all, though it was not asked.
    home.on("/cdn/feed", Script::answer(304, &[], ""));
    let error = fetcher().fetch(to_cdn).await.unwrap_err();
    assert_eq!((error.status(), error.requests()), (Some(304), 2));
}

#[tokio::test]
async fn the_first_address_gets_its_own_back_also_when_it_is_named() {
    let server = Server::start().await;
    server.on("/feed?page=1", Script::answer(304, &[], ""));
    let sent = Validators::new(Some(b"\"1\"".to_vec()), None);
    for (named, expected) in [("/feed?page=2", true), ("/other", false)] {
        let request = FetchRequest::new(server.url("/feed?page=1"))
            .with_validators(sent.clone())
            .with_validators_for(server.url(named));
        assert_eq!(fetcher().fetch(request).await.is_ok(), expected, "{named}");
    }
}

#[tokio::test]
async fn an_answer_that_was_not_asked_for_is_an_error() {
    let server = Server::start().await;
    for status in [304, 206] {
        server.on("/feed", Script::answer(status, &[], ""));
        let error = fetcher()
            .fetch(FetchRequest::new(server.url("/feed")))
            .await
            .unwrap_err();
        assert_eq!((error.status(), error.requests()), (Some(status), 1));
    }
}

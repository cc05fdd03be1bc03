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
async fn validators_go_along_a_redirect() {
    let server = Server::start().await;
    server.on("/old", Script::redirect(302, "/new"));
    server.on("/new", Script::answer(304, &[], ""));
    let sent = Validators::new(Some(b"\"1\"".to_vec()), None);
    let request = FetchRequest::new(server.url("/old")).with_validators(sent);
    assert!(fetcher().fetch(request).await.unwrap().is_not_modified());
    assert_eq!(server.requests()[1].header("if-none-match"), Some(b"\"1\"".as_slice()));
}

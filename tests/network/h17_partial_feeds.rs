//! `A-IM: feed` goes out only together with a validator that it can refer to.

use medfeed::{Fetch as _, FetchRequest, Validators};

use crate::support::fetcher;
use crate::support::server::{Script, Server};

#[tokio::test]
async fn a_partial_feed_is_asked_for_only_with_an_etag() {
    let server = Server::start().await;
    server.on(
        "/feed",
        Script::answer(226, &[("im", b"feed"), ("etag", b"\"2\"")], "<rss/>"),
    );
    server.on("/moved", Script::redirect(302, "/feed"));
    let (etag, date) = (Some(b"\"1\"".to_vec()), Some(b"yesterday".to_vec()));
    for (target, validators, expected) in [
        ("/feed", Validators::default(), false),
        ("/feed", Validators::new(None, date.clone()), false),
        ("/feed", Validators::new(etag.clone(), None), true),
        ("/feed", Validators::new(etag.clone(), date), true),
        // The validator does not go along, so the wish does not either.
        ("/moved", Validators::new(etag, None), false),
    ] {
        let request = FetchRequest::new(server.url(target)).with_validators(validators);
        let answer = fetcher().fetch(request).await.unwrap();
        assert!(answer.is_partial_feed() && answer.is_success());
        let asked = server.requests();
        let last = asked.last().unwrap();
        assert_eq!(last.header("a-im").is_some(), expected, "{target}");
        assert_eq!(last.header("if-none-match").is_some(), expected, "{target}");
    }
}

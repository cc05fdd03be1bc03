//! Conditions are never made up.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::{Script, Server};

#[tokio::test]
async fn conditions_are_never_made_up() {
    let server = Server::start().await;
    server.on(
        "/feed",
        Script::answer(200, &[("date", b"Wed, 21 Oct 2015 07:28:00 GMT")], "<rss/>"),
    );
    let answer = fetcher().fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
    assert!(answer.validators().is_empty());
    let request = FetchRequest::new(server.url("/feed")).with_validators(answer.validators());
    fetcher().fetch(request).await.unwrap();
    for asked in server.requests() {
        let names = asked.header_names();
        assert!(!names.iter().any(|name| name.starts_with("if-")), "{names:?}");
    }
}

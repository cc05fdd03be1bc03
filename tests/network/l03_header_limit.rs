//! Headers end at their limits, in count and in size.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::{Script, Server, Step};

#[tokio::test]
async fn headers_have_limits_too() {
    let server = Server::start().await;
    let long = vec![b'v'; 9_000];
    let fields: Vec<(&str, &[u8])> = vec![("x-long", long.as_slice()); 10];
    let many: Vec<(&str, &[u8])> = vec![("x-many", b"1"); 5_000];
    server
        .on("/long", Script::answer(200, &fields, "<rss/>"))
        .on("/many", Script::answer(200, &many, "<rss/>"))
        .on("/usual", Script::answer(200, &many[..150], "<rss/>"))
        .on(
            "/endless",
            Script::new()
                .send("HTTP/1.1 200 OK\r\n")
                .then(Step::Endless(b"x: y\r\n".to_vec())),
        )
        .on(
            "/one",
            Script::new()
                .send("HTTP/1.1 200 OK\r\nx: ")
                .then(Step::Endless(vec![b'y'; 4096])),
        );
    for target in ["/long", "/many", "/endless", "/one"] {
        let error = fetcher()
            .fetch(FetchRequest::new(server.url(target)))
            .await
            .unwrap_err();
        assert!(error.is_too_large(), "{target}: {error:?}");
    }
    assert!(fetcher().fetch(FetchRequest::new(server.url("/usual"))).await.is_ok());
}

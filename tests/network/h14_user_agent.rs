//! The host may name itself, and ask for other types of document.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::builder;
use crate::support::server::{Script, Server};

#[tokio::test]
async fn the_host_may_name_itself_and_ask_for_other_types() {
    let server = Server::start().await;
    let fetcher = builder().user_agent("WardReader/7").contact("unused").build().unwrap();
    let request = FetchRequest::new(server.url("/transcript.vtt")).with_accept("text/vtt");
    fetcher.fetch(request).await.unwrap();
    let asked = server.only_request();
    assert_eq!(asked.header_text("user-agent").unwrap(), "WardReader/7");
    assert_eq!(asked.header_text("accept").unwrap(), "text/vtt");
}

#[tokio::test]
async fn medfeed_names_itself_and_whom_to_turn_to_on_every_hop() {
    let server = Server::start().await;
    server.on("/old", Script::redirect(302, "/feed"));
    let name = format!(
        "medfeed/{}.{}",
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR")
    );
    for (fetcher, expected) in [
        (builder(), name.clone()),
        (
            builder().contact("ward7@example.org"),
            format!("{name} (+ward7@example.org)"),
        ),
    ] {
        let before = server.requests().len();
        let fetcher = fetcher.build().unwrap();
        fetcher.fetch(FetchRequest::new(server.url("/old"))).await.unwrap();
        let asked = server.requests();
        assert_eq!(asked.len() - before, 2);
        for one in asked.iter().skip(before) {
            assert_eq!(one.header_text("user-agent").unwrap(), expected);
        }
    }
}

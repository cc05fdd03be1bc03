//! `Accept` names the feed types, and in the end anything: some servers answer 406 when the list is too short.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::fetcher;
use crate::support::server::Server;

#[tokio::test]
async fn the_types_of_feeds_come_first() {
    let server = Server::start().await;
    fetcher().fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
    let accept = server.only_request().header_text("accept").unwrap();
    let weight = |kind: &str| -> f32 {
        let part = accept
            .split(',')
            .map(str::trim)
            .find(|part| part.split(';').next() == Some(kind))
            .unwrap_or_else(|| panic!("no {kind} in {accept}"));
        part.split_once(";q=")
            .map_or(1.0, |(_, weight)| weight.parse().unwrap())
    };
    for feed in [
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
    ] {
        for other in ["application/xml", "text/xml", "application/json", "text/html", "*/*"] {
            assert!(weight(feed) > weight(other), "{feed} {other}: {accept}");
        }
    }
}

//! The host may name itself, and ask for other types of document.

use medfeed::{Fetch as _, FetchRequest};

use crate::support::builder;
use crate::support::server::Server;

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

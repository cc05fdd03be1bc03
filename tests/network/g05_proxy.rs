//! A proxy is used when the host names it, and never because the environment does.

use std::process::Command;

use crate::support::server::{Script, Server};
use medfeed::{Fetch as _, FetchRequest, HttpFetcher};

const ASKED: &str = "MEDFEED_TEST_ASKED";

#[tokio::test]
async fn a_chosen_proxy_is_a_trusted_hop() {
    let proxy = Server::start().await;
    proxy.on("http://journal.example.org/feed", Script::answer(200, &[], "<rss/>"));
    // Once by address, once by a name that the guard would refuse anywhere else.
    for host in ["127.0.0.1", "localhost"] {
        let through = format!("http://{host}:{}/", proxy.port()).parse().unwrap();
        let fetcher = HttpFetcher::builder().proxy(through).build().unwrap();
        let request = FetchRequest::new("http://journal.example.org/feed".parse().unwrap());
        assert_eq!(fetcher.fetch(request).await.unwrap().body, b"<rss/>");
        // What is asked through it is judged as ever.
        for refused in ["http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/"] {
            let error = fetcher
                .fetch(FetchRequest::new(refused.parse().unwrap()))
                .await
                .expect_err(refused);
            assert!(error.is_refused_address(), "{error:?}");
        }
    }
    assert_eq!(proxy.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies_of_the_environment_are_not_used() {
    let (server, proxy) = (Server::start().await, Server::start().await);
    server.on("/feed", Script::answer(200, &[], "<rss/>"));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "g05_proxy::asks_one_address", "--ignored"])
        .env(ASKED, server.url("/feed").as_str())
        .envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, proxy.url("/").to_string())))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .env_remove("REQUEST_METHOD")
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    assert_eq!((server.requests().len(), proxy.requests().len()), (1, 0));
}

/// Run by the test above in a process of its own, for the environment belongs to the whole process.
#[tokio::test]
#[ignore = "needs an address in the environment"]
async fn asks_one_address() {
    let url = std::env::var(ASKED).unwrap().parse().unwrap();
    let answer = crate::support::fetcher().fetch(FetchRequest::new(url)).await.unwrap();
    assert_eq!(answer.body, b"<rss/>");
}

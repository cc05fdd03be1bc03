//! A host's own configured reqwest builder cannot lead around the guard, whatever was set on it.

use medfeed::{Fetch as _, FetchRequest, HttpFetcher};

use crate::support::names::Names;
use crate::support::server::{Script, Server};
use crate::support::{builder, limits};

fn own() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
}

#[allow(clippy::redundant_closure_for_method_calls, reason = "the type has no public name")]
#[tokio::test]
async fn redirects_referer_proxies_and_retries_are_medfeeds_own() {
    let (server, proxy) = (Server::start().await, Server::start().await);
    server
        .on("/moved", Script::redirect(302, "http://127.0.0.2:1/feed"))
        .on("/old", Script::redirect(302, "/feed"))
        .on("/feed", Script::answer(200, &[], "<rss/>"));
    let set_up = own()
        .redirect(reqwest::redirect::Policy::limited(10))
        .referer(true)
        .proxy(reqwest::Proxy::all(proxy.url("/")).unwrap())
        .user_agent("Host/1")
        .retry(reqwest::retry::for_host("127.0.0.1").classify_fn(|asked| asked.retryable()));
    let fetcher = builder().client(set_up).contact("ward7@example.org").build().unwrap();
    let error = fetcher
        .fetch(FetchRequest::new(server.url("/moved")))
        .await
        .unwrap_err();
    assert!(error.is_refused_address(), "{error:?}");
    let answer = fetcher.fetch(FetchRequest::new(server.url("/old"))).await.unwrap();
    assert_eq!((answer.body.as_slice(), answer.requests()), (b"<rss/>".as_slice(), 2));
    assert_eq!((server.requests().len(), proxy.requests().len()), (3, 0));
    for asked in server.requests() {
        assert_eq!(asked.header("referer"), None);
        assert!(asked.header_text("user-agent").unwrap().starts_with("medfeed/"));
    }
}

#[tokio::test]
async fn overrides_of_names_are_refused_when_building() {
    let address = "127.0.0.1:80".parse().unwrap();
    for led_around in [
        own().resolve("example.org", address),
        own().resolve_to_addrs("example.org", &[address]),
        own().resolve_to_addrs("example.org", &[]),
    ] {
        let error = HttpFetcher::builder().client(led_around).build().unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
    }
    #[cfg(unix)]
    {
        let error = HttpFetcher::builder()
            .client(own().unix_socket("/nowhere/socket"))
            .build()
            .unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
    }
    assert!(HttpFetcher::builder().client(own()).build().is_ok());
}

#[tokio::test]
async fn a_resolver_of_the_hosts_client_is_replaced() {
    struct Everywhere;
    impl reqwest::dns::Resolve for Everywhere {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            panic!("the host's resolver was asked")
        }
    }
    let server = Server::start().await;
    let names = Names::default();
    let fetcher = HttpFetcher::builder()
        .client(own().dns_resolver(Everywhere))
        .resolver(names.clone())
        .limits(limits())
        .build()
        .unwrap();
    let url = format!("http://feeds.example.org:{}/feed", server.port())
        .parse()
        .unwrap();
    let error = fetcher.fetch(FetchRequest::new(url)).await.unwrap_err();
    assert!(error.is_refused_address(), "{error:?}");
    assert_eq!((names.asked().len(), server.requests().len()), (1, 0));
}

//! A source's address is replaced only after a chain of 301 and 308 with a feed at its end, and never from https to http.

use medfeed::{Fetch, FetchFuture, FetchRequest, FetchResponse, Health, HealthChange, Redirect, Source, Store};

use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, over, rss};

#[tokio::test]
async fn only_a_permanent_chain_to_a_feed_moves_a_source() {
    let targets = [
        "/301", "/308", "/chain", "/302", "/303", "/307", "/mixed", "/login", "/dead", "/fault",
    ];
    let ward = Ward::following(&targets).await;
    ward.server
        .on("/new", ok(&[("etag", b"\"1\"")], rss(&[("1", "One")])))
        .on("/301", Script::redirect(301, "/new"))
        .on("/308", Script::redirect(308, "/new"))
        .on("/chain", Script::redirect(301, "/between"))
        .on("/between", Script::redirect(308, "/new"))
        .on("/302", Script::redirect(302, "/new"))
        .on("/303", Script::redirect(303, "/new"))
        .on("/307", Script::redirect(307, "/new"))
        .on("/mixed", Script::redirect(301, "/302"))
        .on("/login", Script::redirect(301, "/page"))
        .on(
            "/page",
            ok(
                &[("content-type", b"text/html")],
                "<!DOCTYPE html><html><form>Log in</form></html>",
            ),
        )
        .on("/dead", Script::redirect(301, "/nowhere"))
        .on("/fault", Script::redirect(308, "/broken"))
        .on("/broken", Script::answer(500, &[], rss(&[("1", "One")])));
    let report = ward.update(morning()).await;
    let moved = report.outcomes().iter().filter(|outcome| outcome.moved).count();
    assert_eq!((moved, report.failures().count()), (3, 3));
    let moves: Vec<_> = report
        .events()
        .filter(|event| matches!(event.change, HealthChange::Moved(_)))
        .collect();
    assert_eq!(moves.len(), 3);
    for target in targets {
        let status = ward.status(target).await;
        let expected = if ["/301", "/308", "/chain"].contains(&target) {
            "/new"
        } else {
            target
        };
        assert_eq!(status.source.url(), &ward.server.url(expected), "{target}");
        assert_eq!(status.state.moved.is_some(), expected == "/new", "{target}");
    }
    assert_eq!(ward.state("/login").await.health, Health::NotAFeed);
    // From now on the new address is asked, and the old one where the move was for now.
    let before = ward.server.requests().len();
    let report = ward.update(morning() + hours(2)).await;
    let asked = ward.asked_since(before);
    assert!(
        !asked
            .iter()
            .any(|target| ["/301", "/308", "/chain", "/between"].contains(&target.as_str())),
        "{asked:?}"
    );
    assert!(asked.contains(&"/302".to_owned()) && asked.contains(&"/307".to_owned()));
    assert_eq!(report.new_items(), 0, "the items are the same source's");
}

/// A journal's feed really was overwritten so: all addresses of the site lead to one page for a day, and that page answers
/// 304 to any date.
#[tokio::test]
async fn a_maintenance_page_that_says_not_modified_is_no_new_home() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on(
        "/feed",
        ok(
            &[("etag", b"\"1\""), ("last-modified", b"Sun, 22 Nov 2026 00:00:00 GMT")],
            rss(&[("1", "One")]),
        ),
    );
    let _ = ward.update(morning()).await;
    ward.server
        .on("/feed", Script::redirect(301, "/maintenance"))
        .on("/maintenance", Script::answer(304, &[("etag", b"\"page\"")], ""));
    let report = ward.update(morning() + hours(2)).await;
    let there = ward.server.requests().pop().unwrap();
    assert_eq!(
        (there.target.as_str(), there.header("if-modified-since")),
        ("/maintenance", None)
    );
    assert_eq!(
        report.failures().count(),
        1,
        "no page can say so of a feed it does not know"
    );
    let status = ward.status("/feed").await;
    assert_eq!(status.source.url(), &ward.server.url("/feed"));
    assert_eq!(status.state.validators.etag.as_deref(), Some(&b"\"1\""[..]));
    ward.server.on("/feed", Script::answer(304, &[], ""));
    assert_eq!(ward.update(morning() + hours(24)).await.not_modified(), 1);
    assert_eq!(
        ward.server.requests().pop().unwrap().header("if-none-match"),
        Some(&b"\"1\""[..])
    );
}

/// Says of whatever is asked that it has moved for good, down to http.
struct Downwards;

impl Fetch for Downwards {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        let to: url::Url = request.url.as_str().replacen("https:", "http:", 1).parse().unwrap();
        let hop = Redirect::new(301, request.url, to.clone());
        let answer = FetchResponse::new(200, to, rss(&[("1", "One")])).with_redirect(hop);
        Box::pin(async move { Ok(answer) })
    }
}

#[tokio::test]
async fn from_https_to_http_is_for_now_at_most() {
    let medfeed = over(Store::in_memory()).fetcher(Downwards).build().unwrap();
    let source: Source = "https://example.org/feed".parse().unwrap();
    medfeed.follow(source.clone()).await.unwrap();
    let report = medfeed.update_at(morning()).await.unwrap();
    assert!(!report.outcomes()[0].moved && report.new_items() == 1);
    assert_eq!(medfeed.store().sources().await.unwrap()[0].source.url(), source.url());
}

//! What a body is, is told by the body: a page, nothing, or no items delete nothing and are reported as what they are;
//! a feed under a wrong type is a feed.

use medfeed::{FailureClass, Health};

use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, rss};

#[tokio::test]
async fn what_came_is_called_what_it_is() {
    const PAGE: &str = "<!DOCTYPE html><html><head><title>Ward notes</title>\
        <link rel='alternate' type='application/rss+xml' href='/feed2'></head><body>Under maintenance</body></html>";
    let ward = Ward::following(&["/feed"]).await;
    let feed = rss(&[("1", "One"), ("2", "Two")]);
    ward.server.on("/feed", ok(&[], &feed));
    let _ = ward.update(morning()).await;
    let mut now = morning();
    for (content_type, body, health, class) in [
        (
            "application/rss+xml",
            PAGE,
            Health::NotAFeed,
            Some(FailureClass::NotAFeed),
        ),
        ("text/html", PAGE, Health::NotAFeed, Some(FailureClass::NotAFeed)),
        (
            "application/rss+xml",
            "",
            Health::NotAFeed,
            Some(FailureClass::NotAFeed),
        ),
        (
            "application/rss+xml",
            " \n",
            Health::NotAFeed,
            Some(FailureClass::NotAFeed),
        ),
        (
            "application/json",
            "{\"error\":\"try again\"}",
            Health::NotAFeed,
            Some(FailureClass::NotAFeed),
        ),
        (
            "application/rss+xml",
            "Database error",
            Health::NotAFeed,
            Some(FailureClass::NotAFeed),
        ),
        ("application/rss+xml", &rss(&[]), Health::Empty, None),
        ("text/html", &rss(&[("1", "One")]), Health::Healthy, None),
        ("image/png", &rss(&[("2", "Two")]), Health::Healthy, None),
        ("application/json; charset=utf-8", &feed, Health::Healthy, None),
    ] {
        now += hours(8 * 24);
        ward.server
            .on("/feed", ok(&[("content-type", content_type.as_bytes())], body));
        let report = ward.update(now).await;
        let found = report.failures().next().map(|(_, error)| error.class());
        assert_eq!(found, class, "{content_type} {body}");
        assert_eq!(ward.state("/feed").await.health, health, "{content_type} {body}");
        assert_eq!(report.outcomes()[0].health, health);
        assert_eq!(ward.titles().await, ["One", "Two"], "nothing is deleted");
    }
}

#[tokio::test]
async fn a_page_names_the_feeds_it_links() {
    let ward = Ward::following(&["/page"]).await;
    let page = "<html><head><link rel='alternate' type='application/rss+xml' href='/feed2'></head></html>";
    ward.server.on("/page", ok(&[("content-type", b"text/html")], page));
    let report = ward.update(morning()).await;
    let (_, error) = report.failures().next().unwrap();
    assert_eq!(error.alternate_feeds(), [ward.server.url("/feed2")]);
    assert_eq!(ward.server.requests().len(), 1, "and does not ask them");
}

#[tokio::test]
async fn empty_stays_empty_while_nothing_changes() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on("/feed", ok(&[("etag", b"\"1\"")], rss(&[])));
    let _ = ward.update(morning()).await;
    assert_eq!(ward.state("/feed").await.health, Health::Empty);
    ward.server.on("/feed", Script::answer(304, &[], ""));
    let report = ward.update(morning() + hours(24)).await;
    assert_eq!((report.not_modified(), report.events().count()), (1, 0));
    assert_eq!(ward.state("/feed").await.health, Health::Empty);
    ward.server.on("/feed", ok(&[], rss(&[])));
    let _ = ward.update(morning() + hours(48)).await;
    assert_eq!(ward.state("/feed").await.health, Health::Empty, "the same bytes");
    ward.server.on("/feed", ok(&[], rss(&[("1", "One")])));
    let report = ward.update(morning() + hours(72)).await;
    assert_eq!(
        (ward.state("/feed").await.health, report.events().count()),
        (Health::Healthy, 1)
    );
}

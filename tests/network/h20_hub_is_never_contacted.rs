//! The WebSub hub and the address a feed gives itself are kept for the host; nobody contacts them.

use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, rss_with};

#[tokio::test]
async fn hub_and_self_are_known_and_left_alone() {
    let ward = Ward::following(&["/rss", "/json"]).await;
    let (hub, own) = (ward.server.url("/hub"), ward.server.url("/own"));
    let head = format!(
        "<atom:link rel='hub' href='{hub}'/><atom:link rel='self' href='{own}'/>\
         <cloud domain='127.0.0.1' port='{}' path='/cloud' registerProcedure='' protocol='http-post'/>",
        ward.server.port()
    );
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Ward notes\",\"feed_url\":\"{own}\",\
         \"hubs\":[{{\"type\":\"WebSub\",\"url\":\"{hub}\"}}],\"items\":[{{\"id\":\"1\",\"title\":\"One\"}}]}}"
    );
    ward.server
        .on("/rss", ok(&[("etag", b"\"1\"")], rss_with(&head, &[("1", "One")])))
        .on(
            "/json",
            ok(&[("content-type", b"application/feed+json"), ("etag", b"\"1\"")], json),
        );
    let report = ward.update(morning()).await;
    assert_eq!(report.failures().count(), 0);
    ward.server.on("/rss", Script::answer(304, &[], ""));
    let _ = ward.update(morning() + hours(2)).await;
    for target in ["/rss", "/json"] {
        let status = ward.status(target).await;
        assert_eq!(
            (status.state.hub.as_ref(), status.state.self_link.as_ref()),
            (Some(&hub), Some(&own)),
            "{target}"
        );
        assert_eq!(status.source.url(), &ward.server.url(target), "its own word is no move");
    }
    assert!(
        ward.asked_since(0)
            .iter()
            .all(|target| target == "/rss" || target == "/json")
    );
    assert_eq!(ward.server.requests().len(), 4);
}

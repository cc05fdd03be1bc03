//! `A-IM: feed` goes out only together with a validator that it can refer to; what a 226 brings is added.

use medfeed::{Fetch as _, FetchRequest, Health, Validators};

use crate::support::fetcher;
use crate::support::server::{Script, Server};
use crate::ward::{Ward, hours, morning, ok, rss};

#[tokio::test]
async fn a_partial_feed_is_asked_for_only_with_an_etag() {
    let server = Server::start().await;
    server.on(
        "/feed",
        Script::answer(226, &[("im", b"feed"), ("etag", b"\"2\"")], "<rss/>"),
    );
    server.on("/moved", Script::redirect(302, "/feed"));
    let (etag, date) = (Some(b"\"1\"".to_vec()), Some(b"yesterday".to_vec()));
    for (target, validators, expected) in [
        ("/feed", Validators::default(), false),
        ("/feed", Validators::new(None, date.clone()), false),
        ("/feed", Validators::new(etag.clone(), None), true),
        ("/feed", Validators::new(etag.clone(), date), true),
        // The validator does not go along, so the wish does not either.
        ("/moved", Validators::new(etag, None), false),
    ] {
        let request = FetchRequest::new(server.url(target)).with_validators(validators);
        let answer = fetcher().fetch(request).await.unwrap();
        assert!(answer.is_partial_feed() && answer.is_success());
        let asked = server.requests();
        let last = asked.last().unwrap();
        assert_eq!(last.header("a-im").is_some(), expected, "{target}");
        assert_eq!(last.header("if-none-match").is_some(), expected, "{target}");
    }
}

#[tokio::test]
async fn a_partial_feed_is_added_and_takes_nothing_away() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server
        .on("/feed", ok(&[("etag", b"\"1\"")], rss(&[("1", "One"), ("2", "Two")])));
    let _ = ward.update(morning()).await;
    let mut now = morning();
    for (etag, items, known) in [
        ("\"2\"", &[("3", "Three")][..], 3),
        ("\"3\"", &[], 3),
        ("\"4\"", &[("1", "One, corrected")], 3),
    ] {
        now += hours(24);
        let headers: [(&str, &[u8]); 2] = [("im", b"feed"), ("etag", etag.as_bytes())];
        ward.server.on("/feed", Script::answer(226, &headers, rss(items)));
        let report = ward.update(now).await;
        assert_eq!((report.failures().count(), ward.items().await), (0, known), "{etag}");
        let state = ward.state("/feed").await;
        assert_eq!(
            (state.health, state.items),
            (Health::Healthy, Some(2)),
            "{etag}: a part is not the whole"
        );
        assert_eq!(state.validators.etag.as_deref(), Some(etag.as_bytes()));
    }
    let sent: Vec<_> = ward
        .server
        .requests()
        .iter()
        .map(|asked| asked.header_text("if-none-match"))
        .collect();
    assert_eq!(
        sent,
        [
            None,
            Some("\"1\"".to_owned()),
            Some("\"2\"".to_owned()),
            Some("\"3\"".to_owned())
        ]
    );
    assert_eq!(ward.titles().await, ["One, corrected", "Three", "Two"]);
}

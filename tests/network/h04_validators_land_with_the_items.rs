//! Validators are kept only with the items of the document they came with, read to its end: an error, a body that is cut,
//! a web page never touch them.

use medfeed::{Health, Store};

use crate::encode::encode;
use crate::support::server::{Script, Step};
use crate::ward::{Ward, hours, morning, ok, over, rss};

const NEW: (&str, &[u8]) = ("etag", b"\"new\"");

#[tokio::test]
async fn nothing_but_a_whole_feed_touches_them() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on(
        "/feed",
        ok(&[("etag", b"\"1\""), ("last-modified", b"then")], rss(&[("1", "One")])),
    );
    let _ = ward.update(morning()).await;
    let kept = ward.state("/feed").await.validators;
    let longer = rss(&[("1", "One"), ("2", "Two")]);
    let gzip = encode("gzip", longer.as_bytes()).await;
    let half = gzip.get(..gzip.len() / 2).unwrap();
    let mut now = morning();
    for (what, answer) in [
        ("a fault", Script::answer(500, &[NEW], &longer)),
        ("a refusal", Script::answer(403, &[NEW], &longer)),
        (
            "a challenge",
            Script::answer(200, &[NEW, ("cf-mitigated", b"challenge")], &longer),
        ),
        (
            "a page",
            ok(&[NEW], "<!DOCTYPE html><html><body>Back soon</body></html>"),
        ),
        ("nothing", ok(&[NEW], "")),
        (
            "cut by the length",
            Script::head(200, &[NEW, ("content-length", b"9999")]).send(&longer),
        ),
        (
            "cut by a reset",
            Script::head(200, &[NEW, ("content-length", b"9999")])
                .send(&longer)
                .then(Step::Reset),
        ),
        (
            "cut within gzip",
            Script::answer(200, &[NEW, ("content-encoding", b"gzip")], half),
        ),
        ("cut before any item", ok(&[NEW], longer.get(..90).unwrap())),
    ] {
        now += hours(24 * 8);
        ward.server.on("/feed", answer);
        let report = ward.update(now).await;
        assert_eq!(report.failures().count(), 1, "{what}");
        assert_eq!(
            ward.server.requests().pop().unwrap().header("if-none-match"),
            Some(&b"\"1\""[..]),
            "{what}"
        );
        let state = ward.state("/feed").await;
        assert_eq!(state.validators, kept, "{what}");
        assert_ne!(state.health, Health::Healthy, "{what}");
    }
    assert_eq!(ward.items().await, 1);
}

/// A body without a length that ends too early looks whole to any client. What it holds is kept, and asked for again:
/// with its validators the rest would be "not modified" for ever.
#[tokio::test]
async fn a_document_that_breaks_off_is_asked_for_again() {
    let ward = Ward::following(&["/feed", "/always"]).await;
    let whole = rss(&[("1", "One"), ("2", "Two"), ("3", "Three")]);
    let cut = whole
        .get(..whole.find("<item><guid isPermaLink='false'>3").unwrap())
        .unwrap();
    let answer = || Script::head(200, &[NEW, ("content-type", b"application/rss+xml")]).send(cut);
    ward.server.on("/feed", answer()).on("/always", answer());
    let report = ward.update(morning()).await;
    assert_eq!(
        (report.failures().count(), report.new_items()),
        (0, 4),
        "what came is kept"
    );
    for target in ["/feed", "/always"] {
        assert!(ward.state(target).await.validators.is_empty(), "{target}");
        assert_eq!(
            ward.state(target).await.items,
            None,
            "{target}: who knows how many there are"
        );
    }
    ward.server.on("/feed", ok(&[NEW], &whole));
    let report = ward.update(morning() + hours(2)).await;
    assert_eq!(report.new_items(), 1);
    // The same bytes twice: that is how this publisher ends.
    for target in ["/feed", "/always"] {
        assert_eq!(
            ward.state(target).await.validators.etag.as_deref(),
            Some(NEW.1),
            "{target}"
        );
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn they_are_there_with_the_items_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let ward = Ward::set_up(over(Store::open(&file).unwrap()), &["/feed"]).await;
    ward.server.on("/feed", ok(&[NEW], rss(&[("1", "One")])));
    let _ = ward.update(morning()).await;
    let Ward { server, medfeed } = ward;
    drop(medfeed);
    let ward = Ward {
        server,
        medfeed: over(Store::open(&file).unwrap()).build().unwrap(),
    };
    ward.server.on("/feed", Script::answer(304, &[], ""));
    let report = ward.update(morning() + hours(2)).await;
    assert_eq!((report.not_modified(), ward.items().await), (1, 1));
    assert_eq!(
        ward.server.requests().pop().unwrap().header("if-none-match"),
        Some(NEW.1)
    );
}

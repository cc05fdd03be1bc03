//! A source rests an hour at least between two polls, a large feed without validators a day; a restart changes nothing.

use medfeed::{Limits, Store};

use crate::support::limits;
use crate::ward::{Ward, hours, is_about, minutes, morning, ok, over, rss, rss_with};

#[tokio::test]
async fn an_hour_between_polls() {
    let ward = Ward::following(&["/feed", "/etag"]).await;
    ward.server.on("/feed", ok(&[], rss(&[("1", "One")]))).on(
        "/etag",
        ok(
            &[("etag", b"\"1\""), ("cache-control", b"no-store, max-age=0")],
            rss(&[("1", "One")]),
        ),
    );
    for minute in 0..60 {
        let _ = ward.update(morning() + minutes(minute)).await;
    }
    assert_eq!(ward.server.requests().len(), 2, "{:?}", ward.server.requests());
    let _ = ward.update(morning() + minutes(70)).await;
    assert_eq!(ward.server.requests().len(), 4);
}

#[tokio::test]
async fn a_large_feed_without_validators_is_asked_once_a_day() {
    let settings = Limits {
        large_body_bytes: 10_000,
        ..limits()
    };
    let ward = Ward::set_up(over(Store::in_memory()).limits(settings), &["/bare", "/etag", "/small"]).await;
    let large = rss_with(
        &format!("<description>{}</description>", "rest ".repeat(2_500)),
        &[("1", "One")],
    );
    ward.server
        .on("/bare", ok(&[], &large))
        .on("/etag", ok(&[("etag", b"\"1\"")], &large))
        .on("/small", ok(&[], rss(&[("1", "One")])));
    let _ = ward.update(morning()).await;
    for (target, rest) in [("/bare", 24), ("/etag", 1), ("/small", 1)] {
        let found = ward.rest(target, morning()).await;
        assert!(is_about(found, hours(rest)), "{target}: {found:?}");
    }
    // The same bytes again are as large.
    let next = morning() + hours(25);
    let _ = ward.update(next).await;
    assert!(is_about(ward.rest("/bare", next).await, hours(24)));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_restart_asks_nobody_sooner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let open = || over(Store::open(&file).unwrap());
    let ward = Ward::set_up(open(), &["/feed", "/failing"]).await;
    ward.server.on(
        "/feed",
        ok(&[("cache-control", b"max-age=18000")], rss(&[("1", "One")])),
    );
    let _ = ward.update(morning()).await;
    let due = ward.state("/feed").await.next_due;
    let Ward {
        mut server,
        mut medfeed,
    } = ward;
    for hour in 0..5 {
        drop(medfeed);
        let again = Ward {
            server,
            medfeed: open().build().unwrap(),
        };
        assert_eq!(again.state("/feed").await.next_due, due);
        let _ = again.update(morning() + hours(hour) - minutes(0)).await;
        Ward { server, medfeed } = again;
    }
    let asked = |target: &str| server.requests().iter().filter(|asked| asked.target == target).count();
    assert_eq!(asked("/feed"), 1);
    assert!(
        asked("/failing") <= 3,
        "the failing one rests longer each time: {}",
        asked("/failing")
    );
}

//! The next poll is at the latest of all wishes: our own interval, `max-age` less `Age`, `Expires` relative to `Date`,
//! `ttl`, `sy:`, `Retry-After`; never later than the longest rest.

use medfeed::Limits;

use crate::support::server::Script;
use crate::ward::{Fields, Ward, hours, is_about, morning, ok, rss_with};

#[tokio::test]
async fn the_longest_of_all_wishes_counts() {
    const DATE: (&str, &[u8]) = ("date", b"Mon, 01 Jan 2001 00:00:00 GMT");
    let period = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>";
    let week = i64::try_from(Limits::default().max_interval.as_secs() / 3600).unwrap();
    let cases: [(&str, Fields<'_>, &str, i64); 11] = [
        ("/none", &[], "", 1),
        ("/max-age", &[("cache-control", b"public, max-age=10800")], "", 3),
        ("/age", &[("cache-control", b"max-age=10800"), ("age", b"3600")], "", 2),
        ("/short", &[("cache-control", b"max-age=60")], "<ttl>1</ttl>", 1),
        (
            "/expires",
            &[DATE, ("expires", b"Mon, 01 Jan 2001 04:00:00 GMT")],
            "",
            4,
        ),
        (
            "/expired",
            &[DATE, ("expires", b"Sun, 31 Dec 2000 00:00:00 GMT")],
            "",
            1,
        ),
        ("/ttl", &[], "<ttl>300</ttl>", 5),
        ("/period", &[], period, 12),
        ("/later", &[("retry-after", b"21600")], "", 6),
        (
            "/all",
            &[("cache-control", b"max-age=7200"), ("retry-after", b"10800")],
            "<ttl>420</ttl>",
            7,
        ),
        ("/year", &[("cache-control", b"max-age=31536000")], "", week),
    ];
    let targets: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let ward = Ward::following(&targets).await;
    for (target, headers, head, _) in cases {
        ward.server.on(target, ok(headers, rss_with(head, &[("1", "One")])));
    }
    let report = ward.update(morning()).await;
    assert_eq!(report.failures().count(), 0);
    for (target, _, _, rest) in cases {
        let found = ward.rest(target, morning()).await;
        assert!(is_about(found, hours(rest)), "{target}: {found:?} instead of {rest} h");
    }
}

/// What the document said stays said when the answer is "not modified".
#[tokio::test]
async fn a_ttl_holds_after_a_304() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on(
        "/feed",
        ok(&[("etag", b"\"1\"")], rss_with("<ttl>300</ttl>", &[("1", "One")])),
    );
    let _ = ward.update(morning()).await;
    ward.server.on("/feed", Script::answer(304, &[], ""));
    let next = morning() + hours(6);
    assert_eq!(ward.update(next).await.not_modified(), 1);
    assert!(is_about(ward.rest("/feed", next).await, hours(5)));
}

//! 429 and 503: `Retry-After` is obeyed, in seconds and as a date by the server's own clock, within bounds; without it our
//! own back-off. It counts for the one source, unless its host is known to be one service: then all of that service wait.

use medfeed::{FailureClass, Health, Limits, Source, Store};

use crate::support::limits;
use crate::support::server::Script;
use crate::ward::{Fields, Ward, hours, minutes, morning, ok, over, rss};

#[tokio::test]
async fn the_wait_a_server_names_is_kept() {
    const DATE: (&str, &[u8]) = ("date", b"Mon, 01 Jan 2001 00:00:00 GMT");
    let cases: [(&str, Fields<'_>, i64, i64); 7] = [
        ("/seconds", &[("retry-after", b"7200")], 120, 120),
        (
            "/date",
            &[DATE, ("retry-after", b"Mon, 01 Jan 2001 03:00:00 GMT")],
            180,
            180,
        ),
        (
            "/past",
            &[DATE, ("retry-after", b"Sun, 31 Dec 2000 03:00:00 GMT")],
            45,
            75,
        ),
        ("/year", &[("retry-after", b"31536000")], 7 * 24 * 60, 7 * 24 * 60),
        ("/soon", &[("retry-after", b"1")], 15, 15),
        ("/none", &[], 45, 75),
        ("/fresh", &[("cache-control", b"max-age=864000")], 45, 75),
    ];
    for status in [429, 503] {
        let targets: Vec<&str> = cases.iter().map(|case| case.0).collect();
        let ward = Ward::following(&targets).await;
        for (target, headers, ..) in cases {
            ward.server.on(target, Script::answer(status, headers, "later"));
        }
        let report = ward.update(morning()).await;
        assert_eq!(
            report.failures_by_class().get(&FailureClass::Overloaded),
            Some(&cases.len())
        );
        for (target, _, least, most) in cases {
            let rest = ward.rest(target, morning()).await;
            assert!(
                rest >= minutes(least) && rest <= minutes(most),
                "{status} {target}: {rest:?}"
            );
        }
        // Not a second sooner.
        let before = ward.server.requests().len();
        let _ = ward.update(morning() + minutes(119)).await;
        assert!(!ward.asked_since(before).contains(&"/seconds".to_owned()));
        let _ = ward.update(morning() + minutes(120)).await;
        assert!(ward.asked_since(before).contains(&"/seconds".to_owned()));
    }
}

fn one_by_one() -> Limits {
    Limits {
        max_concurrent_requests: 1,
        ..limits()
    }
}

#[tokio::test]
async fn a_refusal_counts_for_the_one_feed() {
    let ward = Ward::set_up(over(Store::in_memory()).limits(one_by_one()), &["/a", "/b"]).await;
    ward.server
        .on("/a", Script::answer(429, &[("retry-after", b"7200")], "later"))
        .on("/b", ok(&[], rss(&[("1", "One")])));
    let report = ward.update(morning()).await;
    assert_eq!((report.asked(), report.resting(), report.new_items()), (2, 0, 1));
    assert!(ward.rest("/b", morning()).await < minutes(70));
}

#[tokio::test]
async fn a_whole_service_waits() {
    for status in [429, 503] {
        let aggregator = over(Store::in_memory()).limits(one_by_one()).one_service("127.0.0.1");
        let ward = Ward::set_up(aggregator, &["/later"]).await;
        ward.server
            .on("/later", ok(&[("etag", b"\"1\"")], rss(&[("1", "One")])));
        let _ = ward.update(morning()).await;
        for target in ["/refused", "/due"] {
            ward.medfeed
                .follow(Source::new(ward.server.url(target)).unwrap())
                .await
                .unwrap();
        }
        ward.server
            .on(
                "/refused",
                Script::answer(status, &[("retry-after", b"10800")], "later"),
            )
            .on("/due", ok(&[], rss(&[("1", "One")])));
        let now = morning() + minutes(30);
        let report = ward.update(now).await;
        assert_eq!(
            ward.asked_since(1),
            ["/refused"],
            "the other one was due and left alone"
        );
        assert_eq!((report.asked(), report.resting(), report.failures().count()), (1, 1, 1));
        let due = ward.state("/due").await;
        assert_eq!(
            (due.failures, due.health, due.last_error),
            (0, Health::New, None),
            "no failure of its own"
        );
        let later = ward.state("/later").await;
        assert_eq!((later.failures, later.health), (0, Health::Healthy));
        for target in ["/refused", "/due", "/later"] {
            assert_eq!(ward.rest(target, now).await, hours(3), "{target}");
        }
        let _ = ward.update(now + minutes(179)).await;
        assert_eq!(ward.server.requests().len(), 2, "nobody is asked in this time");
        ward.server.on("/refused", ok(&[], rss(&[("2", "Two")])));
        let report = ward.update(now + hours(3)).await;
        assert_eq!(
            (report.asked(), report.failures().count(), ward.items().await),
            (3, 0, 3)
        );
    }
}

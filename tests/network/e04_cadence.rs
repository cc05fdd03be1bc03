//! A source is asked as often as fits its own publishing: a busy one more often, a quiet one ever more rarely, within what is
//! fair to its server; or as often as the host has pinned.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use medfeed::{Limits, Source, SourceKind, Store};

use crate::support::limits;
use crate::support::server::Script;
use crate::ward::{Fields, Ward, dated, hours, is_about, minutes, morning, ok, over};

const ETAG: Fields<'static> = &[("etag", b"\"1\"")];

/// What is said of a source when it is followed.
type Shape = fn(Source) -> Source;

/// Ten publications so far apart, the latest that long before the morning.
fn every(gap: SignedDuration, latest: SignedDuration) -> String {
    let moments: Vec<Timestamp> = (0..10).map(|number| morning() - latest - gap * number).collect();
    dated(&moments)
}

#[tokio::test]
async fn each_at_its_own_pace() {
    let (hour, day) = (hours(1), hours(24));
    let half_an_hour = Duration::from_secs(1800);
    let none: Fields<'_> = &[];
    let source = |source: Source| source;
    let cases: [(&str, Fields<'_>, String, Shape, SignedDuration); 9] = [
        ("/busy", ETAG, every(hour * 2, minutes(5)), source, minutes(15)),
        ("/busy-bare", none, every(hour * 2, minutes(5)), source, hour),
        ("/daily", ETAG, every(day, hour), source, hour * 3),
        ("/weekly", ETAG, every(day * 7, hour), source, hour * 21),
        ("/silent", ETAG, every(day * 7, day * 40), source, day * 5),
        ("/stopped", ETAG, every(day * 7, day * 300), source, day * 7),
        (
            "/recalls",
            ETAG,
            every(day * 30, day),
            |source| source.with_kind(SourceKind::SafetyAlert),
            day,
        ),
        (
            "/pinned",
            ETAG,
            every(day * 7, hour),
            |source| source.with_interval(Duration::from_secs(1800)),
            minutes(30),
        ),
        (
            "/pinned-bare",
            none,
            every(day * 7, hour),
            |source| source.with_interval(Duration::from_secs(1800)),
            hour,
        ),
    ];
    for adaptive in [true, false] {
        let settings = Limits { adaptive, ..limits() };
        let ward = Ward::set_up(over(Store::in_memory()).limits(settings), &[]).await;
        for (target, headers, body, shape, _) in &cases {
            ward.server.on(target, ok(headers, body));
            let source = shape(Source::new(ward.server.url(target)).unwrap());
            ward.medfeed.follow(source).await.unwrap();
        }
        let _ = ward.update(morning()).await;
        for (target, _, _, shape, rest) in &cases {
            let found = ward.rest(target, morning()).await;
            let pinned = shape(Source::new(ward.server.url(target)).unwrap()).interval() == Some(half_an_hour);
            let wanted = if adaptive || pinned { *rest } else { hour };
            assert!(
                is_about(found, wanted),
                "{target} {adaptive}: {found:?} instead of {wanted:?}"
            );
        }
    }
}

#[tokio::test]
async fn one_that_falls_silent_slows_down_and_one_that_wakes_speeds_up() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on("/feed", ok(ETAG, every(hours(24), hours(1))));
    let _ = ward.update(morning()).await;
    ward.server.on("/feed", Script::answer(304, &[], ""));
    let mut rest = ward.rest("/feed", morning()).await;
    for days in [4, 10, 30] {
        let now = morning() + hours(24 * days);
        assert_eq!(ward.update(now).await.not_modified(), 1);
        let longer = ward.rest("/feed", now).await;
        assert!(
            longer > rest && is_about(longer, hours(24 * days + 1) / 8),
            "{days}: {longer:?}"
        );
        rest = longer;
    }
    let now = morning() + hours(24 * 40);
    let moments: Vec<Timestamp> = (0..30).map(|number| now - hours(1) - hours(4) * number).collect();
    ward.server.on("/feed", ok(ETAG, dated(&moments)));
    let _ = ward.update(now).await;
    assert!(is_about(ward.rest("/feed", now).await, minutes(30)));
}

/// The interval is the host's wish, the cost the publisher's: what it asks for counts when it is longer.
#[tokio::test]
async fn a_publisher_outlasts_a_pin() {
    let ward = Ward::set_up(over(Store::in_memory()), &[]).await;
    let source = Source::new(ward.server.url("/feed"))
        .unwrap()
        .with_interval(Duration::from_secs(1800));
    ward.medfeed.follow(source).await.unwrap();
    let headers: [(&str, &[u8]); 2] = [("etag", b"\"1\""), ("cache-control", b"max-age=14400")];
    ward.server.on("/feed", ok(&headers, every(hours(1), minutes(1))));
    let _ = ward.update(morning()).await;
    assert!(is_about(ward.rest("/feed", morning()).await, hours(4)));
}

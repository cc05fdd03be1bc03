//! 410 stops a source, and it is said. Everything else keeps what there is and is asked ever more rarely, never not at all;
//! one good answer resets it.

use medfeed::{FailureClass, Health, HealthChange};

use crate::support::server::Script;
use crate::ward::{Ward, hours, is_about, minutes, morning, ok, rss};

#[tokio::test]
async fn what_is_gone_is_not_asked_again() {
    let ward = Ward::following(&["/feed"]).await;
    ward.server.on("/feed", ok(&[], rss(&[("1", "One")])));
    let _ = ward.update(morning()).await;
    ward.server
        .on("/feed", Script::answer(410, &[("retry-after", b"60")], "gone"));
    let report = ward.update(morning() + hours(2)).await;
    let (_, error) = report.failures().next().unwrap();
    assert_eq!((error.status(), error.class()), (Some(410), FailureClass::Gone));
    let event = report.events().next().unwrap();
    let gone = HealthChange::Turned {
        from: Health::Healthy,
        to: Health::Gone,
    };
    assert!(event.change == gone && event.to_string().contains("gone"), "{event}");
    for year in 1..4 {
        assert_eq!(ward.update(morning() + hours(year * 8766)).await.asked(), 0);
    }
    let status = ward.status("/feed").await;
    assert_eq!(status.health(morning()).next_due, None);
    assert_eq!(ward.items().await, 1);
    // The reader decides: followed anew it is asked.
    ward.medfeed.store().unfollow(status.source.id()).await.unwrap();
    ward.medfeed.follow(status.source).await.unwrap();
    ward.server.on("/feed", ok(&[], rss(&[("1", "One")])));
    let report = ward.update(morning() + hours(3)).await;
    assert_eq!(
        (report.asked(), report.failures().count(), report.new_items()),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn every_other_failure_grows_the_rest_and_keeps_what_there_is() {
    let cases = [
        ("/missing", Script::answer(404, &[], ""), Health::Failing),
        ("/refused", Script::answer(403, &[], ""), Health::Blocked),
        ("/fault", Script::answer(500, &[], ""), Health::Failing),
        ("/page", ok(&[], "<!DOCTYPE html><html></html>"), Health::NotAFeed),
        (
            "/cut",
            Script::head(200, &[("content-length", b"999")]).send("<rss"),
            Health::Failing,
        ),
        ("/silent", Script::new(), Health::Failing),
        // It always says "in a minute"; it is not believed for ever.
        (
            "/minute",
            Script::answer(503, &[("retry-after", b"60")], ""),
            Health::Failing,
        ),
    ];
    let targets: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let ward = Ward::following(&targets).await;
    for target in &targets {
        ward.server.on(target, ok(&[("etag", b"\"1\"")], rss(&[("1", "One")])));
    }
    let _ = ward.update(morning()).await;
    for (target, script, _) in &cases {
        ward.server.on(target, script.clone());
    }
    // Shifted by up to a quarter.
    let longest = hours(7 * 24) * 3 / 4;
    let mut now = morning();
    let mut rests = vec![minutes(0); targets.len()];
    for failures in 1..=12_u32 {
        now += hours(8 * 24);
        let report = ward.update(now).await;
        assert_eq!(
            report.failures().count(),
            targets.len(),
            "each is asked, also after {failures}"
        );
        for ((target, _, health), before) in cases.iter().zip(&mut rests) {
            let state = ward.state(target).await;
            assert_eq!((state.failures, state.health), (failures, *health), "{target}");
            assert_eq!(state.validators.etag.as_deref(), Some(&b"\"1\""[..]), "{target}");
            let rest = state.next_due.unwrap().duration_since(now);
            let believed = *target == "/minute" && failures <= 3;
            assert!(
                rest > *before || believed || rest >= longest,
                "{target} {failures}: {rest:?}"
            );
            assert!(rest <= hours(7 * 24));
            *before = rest;
        }
    }
    assert!(rests.iter().all(|rest| *rest >= longest), "{rests:?}");
    assert_eq!(ward.items().await, targets.len());
    for target in &targets {
        ward.server.on(target, ok(&[], rss(&[("1", "One"), ("2", "Two")])));
    }
    now += hours(8 * 24);
    assert_eq!(ward.update(now).await.new_items(), targets.len());
    for target in &targets {
        let state = ward.state(target).await;
        assert_eq!(
            (state.failures, state.health, state.last_error),
            (0, Health::Healthy, None)
        );
        assert!(is_about(state.next_due.unwrap().duration_since(now), hours(1)));
    }
}

//! How a source fares is kept, told once per change to the host and in the report, and shown in a line without secrets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use medfeed::{FeedFormat, Health, HealthChange, HealthEvent, Source, Store};

use crate::support::server::Script;
use crate::ward::{Ward, dated, hours, morning, ok, over, rss};

const TARGET: &str = "/feed?token=SEKRIT";
const ETAG: &[(&str, &[u8])] = &[("etag", b"\"1\"")];

fn atom() -> String {
    let entries: String = (1..5)
        .map(|week| {
            let at = morning() - hours(24 * 7 * week);
            format!("<entry><id>urn:x:{week}</id><title>Note {week}</title><updated>{at}</updated></entry>")
        })
        .collect();
    format!("<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x</id><title>Ward notes</title>{entries}</feed>")
}

/// What a change is called here.
fn called(event: &HealthEvent) -> String {
    match &event.change {
        HealthChange::Turned { from, to } => format!("{} to {}", from.code(), to.code()),
        HealthChange::Moved(_) => "moved".to_owned(),
        HealthChange::FormatChanged(change) => format!("{} to {}", change.from, change.to),
        other => panic!("{other:?}"),
    }
}

/// A source's whole life, with each answer twice: the second one is no event.
async fn live(store: Store) -> (Ward, Timestamp) {
    let heard: Arc<Mutex<Vec<HealthEvent>>> = Arc::default();
    let aggregator = over(store).on_health({
        let heard = Arc::clone(&heard);
        move |event| heard.lock().unwrap().push(event.clone())
    });
    let ward = Ward::set_up(aggregator, &[]).await;
    // Often enough to be through with it before it grows quiet.
    let source = Source::new(ward.server.url(TARGET)).unwrap();
    let source = source.with_interval(Duration::from_secs(3600));
    ward.medfeed.follow(source).await.unwrap();
    let weeks: Vec<Timestamp> = (1..5).map(|week| morning() - hours(24 * 7 * week)).collect();
    let good = || ok(ETAG, dated(&weeks));
    assert_eq!(ward.status(TARGET).await.health(morning()).health, Health::New);
    assert_eq!(ward.status(TARGET).await.health(morning()).to_string(), "new");
    let mut now = morning();
    for (answer, health, changes) in [
        (good(), Health::Healthy, &["new to healthy"][..]),
        (
            Script::answer(500, &[], "SEKRIT"),
            Health::Failing,
            &["healthy to failing"],
        ),
        (good(), Health::Healthy, &["failing to healthy"]),
        (
            Script::answer(403, &[], "SEKRIT"),
            Health::Blocked,
            &["healthy to blocked"],
        ),
        (
            ok(&[], "<!DOCTYPE html><html>SEKRIT</html>"),
            Health::NotAFeed,
            &["blocked to not-a-feed"],
        ),
        (ok(&[], rss(&[])), Health::Empty, &["not-a-feed to empty"]),
        (ok(ETAG, atom()), Health::Healthy, &["empty to healthy", "RSS to Atom"]),
        (Script::redirect(301, "/new?token=SEKRIT"), Health::Healthy, &["moved"]),
    ] {
        ward.server.on(TARGET, answer).on("/new?token=SEKRIT", ok(ETAG, atom()));
        for changes in [changes, &[]] {
            let report = ward.update(now).await;
            assert_eq!(report.asked(), 1, "{health}");
            let told: Vec<String> = report.events().map(called).collect();
            assert_eq!(told, changes, "{health}");
            let heard = std::mem::take(&mut *heard.lock().unwrap());
            assert_eq!(heard, report.events().cloned().collect::<Vec<_>>());
            let status = ward.status(TARGET).await;
            assert_eq!(
                (status.health(now).health, report.outcomes()[0].health),
                (health, health)
            );
            for other in Health::ALL {
                let found = ward.medfeed.store().sources_with(&[other], now).await.unwrap();
                assert_eq!(found.len(), usize::from(other == health), "{other}");
            }
            for shown in [
                status.health(now).to_string(),
                format!("{:?}", status.health(now)),
                format!("{heard:?}"),
            ]
            .into_iter()
            .chain(heard.iter().map(ToString::to_string))
            {
                assert!(!shown.contains("SEKRIT"), "{shown}");
            }
            now = status.state.next_due.unwrap() + hours(1);
        }
    }
    (ward, now)
}

#[tokio::test]
async fn every_change_is_told_once() {
    let (ward, now) = live(Store::in_memory()).await;
    let shown = ward.status(TARGET).await.health(now).to_string();
    assert!(
        shown.starts_with("healthy; moved ") && shown.contains("became Atom"),
        "{shown}"
    );

    // It grows quiet by time alone, and the next poll tells it.
    let later = now + hours(24 * 60);
    let health = ward.status(TARGET).await.health(later);
    assert_eq!(
        (health.health, ward.state(TARGET).await.health),
        (Health::Quiet, Health::Healthy)
    );
    assert_eq!(
        ward.medfeed
            .store()
            .sources_with(&[Health::Quiet], later)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(health.to_string().split(';').next(), Some("quiet since 2026-11-16"));
    ward.server.on("/new?token=SEKRIT", Script::answer(304, &[], ""));
    for changes in [&["healthy to quiet"][..], &[]] {
        let now = if changes.is_empty() {
            later + hours(24 * 8)
        } else {
            later
        };
        let told: Vec<String> = ward.update(now).await.events().map(called).collect();
        assert_eq!(told, changes);
    }

    ward.server.on("/new?token=SEKRIT", Script::answer(410, &[], "SEKRIT"));
    let gone = later + hours(24 * 16);
    let told: Vec<String> = ward.update(gone).await.events().map(called).collect();
    assert_eq!(told, ["quiet to gone"]);
    let shown = ward.status(TARGET).await.health(gone).to_string();
    assert!(
        shown.starts_with("gone since ") && !shown.contains("next try") && !shown.contains("SEKRIT"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_failing_source_says_since_when_how_often_and_why() {
    let ward = Ward::following(&[TARGET]).await;
    ward.server.on(TARGET, Script::answer(503, &[], "SEKRIT"));
    let _ = ward.update(morning()).await;
    let _ = ward.update(morning() + hours(5)).await;
    let health = ward.status(TARGET).await.health(morning() + hours(6));
    assert_eq!(
        (health.failures, health.failing_since, health.since),
        (2, Some(morning()), Some(morning()))
    );
    assert_eq!(
        (health.last_success, health.last_polled),
        (None, Some(morning() + hours(5)))
    );
    let shown = health.to_string();
    assert!(
        shown.starts_with("failing since 2026-11-23 06:00 UTC, 2 times, next try 2026-11-23 1"),
        "{shown}"
    );
    assert!(shown.contains("HTTP 503") && !shown.contains("SEKRIT"), "{shown}");
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn it_is_all_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let (ward, now) = live(Store::open(&file).unwrap()).await;
    let before = ward.status(TARGET).await;
    let Ward { server, medfeed } = ward;
    drop(medfeed);
    let ward = Ward {
        server,
        medfeed: over(Store::open(&file).unwrap()).build().unwrap(),
    };
    let after = ward.status(TARGET).await;
    assert_eq!(after, before);
    let health = after.health(now);
    let moved = health.moved.unwrap();
    assert_eq!(
        (moved.from, moved.to),
        (ward.server.url(TARGET), ward.server.url("/new?token=SEKRIT"))
    );
    assert_eq!(health.format_changed.unwrap().to, FeedFormat::Atom);
    assert_eq!(ward.update(now).await.events().count(), 0, "a restart is no change");
}

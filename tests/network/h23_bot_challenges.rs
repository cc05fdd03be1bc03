//! A bot challenge is called one, not an error of parsing, and not a refusal of the feed.

use medfeed::{FailureClass, Health};

use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, rss, rss_with};

const PAGE: &str = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking</body></html>";
const SCRIPT: &str = "<html><body><script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script></body></html>";

#[tokio::test]
async fn a_challenge_is_named_in_the_report() {
    let cases = [
        (
            "/header",
            Script::answer(403, &[("cf-mitigated", b"challenge")], ""),
            true,
        ),
        (
            "/any-status",
            Script::answer(200, &[("cf-mitigated", b"challenge")], PAGE),
            true,
        ),
        (
            "/title",
            Script::answer(403, &[("content-type", b"text/html")], PAGE),
            true,
        ),
        (
            "/script",
            Script::answer(503, &[("content-type", b"text/html")], SCRIPT),
            true,
        ),
        (
            "/too-often",
            Script::answer(429, &[("content-type", b"text/html")], PAGE),
            true,
        ),
        (
            "/refused",
            Script::answer(403, &[], "<html><title>Forbidden</title></html>"),
            false,
        ),
    ];
    let targets: Vec<&str> = cases.iter().map(|case| case.0).collect();
    let ward = Ward::following(&targets).await;
    for target in &targets {
        ward.server.on(target, ok(&[], rss(&[("1", "One")])));
    }
    let _ = ward.update(morning()).await;
    for (target, script, _) in &cases {
        ward.server.on(target, script.clone());
    }
    let report = ward.update(morning() + hours(2)).await;
    assert_eq!(
        report.failures_by_class().get(&FailureClass::Blocked),
        Some(&targets.len())
    );
    for (source, error) in report.failures() {
        let (target, _, challenge) = cases.iter().find(|case| source.url().path() == case.0).unwrap();
        assert_eq!(error.is_challenge(), *challenge, "{target}: {error}");
        assert_eq!(error.to_string().contains("robot"), *challenge, "{target}: {error}");
        assert!(!error.is_parse() && !error.is_not_a_feed(), "{target}: {error}");
        let state = ward.state(target).await;
        assert_eq!(state.health, Health::Blocked, "{target}");
        assert_eq!(state.last_error.unwrap().contains("robot"), *challenge, "{target}");
    }
    let events: Vec<String> = report.events().map(ToString::to_string).collect();
    assert_eq!(
        events.iter().filter(|event| event.contains("robot")).count(),
        5,
        "{events:?}"
    );
    assert_eq!(ward.items().await, targets.len());
}

#[tokio::test]
async fn a_feed_that_reports_on_one_is_read() {
    let ward = Ward::following(&["/feed"]).await;
    let head = "<description>&lt;html&gt;&lt;title&gt;Just a moment...</description>";
    ward.server.on(
        "/feed",
        ok(
            &[],
            rss_with(head, &[("1", "<![CDATA[<html><title>Just a moment...]]>")]),
        ),
    );
    assert_eq!(ward.update(morning()).await.failures().count(), 0);
}

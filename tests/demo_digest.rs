//! The demonstration, through the real stack: HTTP, parsing, identifiers, tags, stories, SQLite, digest.
#![cfg(all(feature = "fetch", feature = "sqlite"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../examples/demo/mod.rs"]
mod demo;
#[path = "../examples/digest/health.rs"]
mod health;
#[path = "../examples/digest/sources.rs"]
mod sources;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use medfeed::{
    Aggregator, Digest, DigestEntry, DigestOptions, Limits, Query, RankPart, SectionKind, SignalKind, Specialty, Store,
};

fn morning() -> Timestamp {
    "2026-11-23T07:00:00Z".parse().unwrap()
}

/// Polls the demo twice, twelve hours apart, and composes.
async fn run(options: DigestOptions, query: Query) -> (Aggregator, Digest, usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("demo.db")).unwrap();
    let evening = morning() - SignedDuration::from_hours(12);
    let server = demo::DemoServer::start_on(evening, 0).await.unwrap();
    let limits = Limits {
        host_spacing: Duration::ZERO,
        max_concurrent_per_host: 8,
        ..Limits::default()
    };
    let medfeed = Aggregator::builder(store)
        .allow_host("127.0.0.1")
        .limits(limits)
        .build()
        .unwrap();
    medfeed.follow(sources::demo_sources(&server).unwrap()).await.unwrap();
    let first = medfeed.update_at(evening).await.unwrap();
    assert_eq!(first.failures().count(), 1, "only the closed journal fails");
    server.advance();
    let second = medfeed.update_at(morning()).await.unwrap();
    assert_eq!(
        (second.new_items(), second.updated_items()),
        (1, 2),
        "a retraction, and two edited titles"
    );
    let digest = medfeed.digest_with("Medical digest", &query, options).await.unwrap();
    (medfeed, digest, first.new_items())
}

fn everything() -> (DigestOptions, Query) {
    (DigestOptions::new(morning()).limit(1_000), Query::new().limit(1_000))
}

fn find<'digest>(digest: &'digest Digest, title: &str) -> Vec<&'digest DigestEntry> {
    digest.entries().filter(|entry| entry.title.contains(title)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_once_with_why_and_warnings_on_top() {
    let (options, query) = everything();
    let (medfeed, digest, items) = run(options, query).await;
    assert!(items >= 120, "{items}");
    assert!(digest.entries().count() > 100);

    // Once: no story twice, and all that belongs to the trial under the paper.
    let stories: BTreeSet<_> = digest.entries().map(|entry| entry.story).collect();
    assert_eq!(stories.len(), digest.entries().count());
    let harbour = find(&digest, "One-month versus twelve-month dual antiplatelet");
    assert_eq!(harbour.len(), 1);
    let outlets: Vec<&str> = harbour[0]
        .versions
        .iter()
        .map(|version| version.source.as_str())
        .collect();
    for outlet in [
        "Saved literature search",
        "Health Wire",
        "Ward Post",
        "Clinic Herald",
        "Practice Today",
        "University Press Office",
    ] {
        assert!(outlets.contains(&outlet), "{outlet} is missing in {outlets:?}");
    }
    assert!(harbour[0].versions.iter().all(|version| !version.reason.is_empty()));
    assert_eq!(
        find(&digest, "Wastewater signals").len(),
        1,
        "a preprint and its published form"
    );
    assert_eq!(
        find(&digest, "Acknowledgment of Reviewers").len(),
        2,
        "two lists under one title"
    );

    // Why: every specialty and signal has its evidence, every rank its parts.
    for entry in digest.entries() {
        assert!(entry.tags.iter().all(|tag| !tag.evidence.is_empty()), "{}", entry.title);
        assert!(
            entry.signals.iter().all(|signal| !signal.evidence.is_empty()),
            "{}",
            entry.title
        );
        assert_eq!(entry.score, entry.why.iter().map(|part| part.points).sum::<i32>());
    }
    assert_eq!(harbour[0].tags[0].specialty, Specialty::CARDIOLOGY);

    // Warnings: a recall on top, the paper that was read yesterday now retracted.
    assert_eq!(digest.sections[0].kind, SectionKind::Safety);
    let top = &digest.sections[0].entries[0];
    assert!(top.title.contains("Recall of Metoprolol"), "{}", top.title);
    assert_eq!(top.signals[0].kind, SignalKind::SafetyAlert);
    let retracted = find(&digest, "Allopurinol and incident atrial fibrillation");
    assert_eq!(retracted.len(), 1, "the notice is shown with its paper");
    assert_eq!(retracted[0].notices[0].kind, SignalKind::Retraction);
    assert_eq!(retracted[0].versions.len(), 1, "the paper in two feeds");
    assert!(
        digest.sections[0]
            .entries
            .iter()
            .any(|entry| entry.signals.iter().any(|s| s.kind == SignalKind::Outbreak))
    );

    // Traps of wording warn nobody.
    for trap in ["Errors in", "Expression of", "Adherence to"] {
        let entry = find(&digest, trap);
        assert!(
            !entry.is_empty() && entry.iter().all(|entry| entry.why.iter().all(|part| part.points < 90)),
            "{trap}"
        );
    }
    // Foreign HTML, markup in titles, dates ahead of now.
    assert_eq!(find(&digest, "H. pylori").len(), 1);
    let html = digest.to_html();
    assert!(!html.contains("<script") && !html.contains("onerror") && !html.contains("javascript:"));
    assert!(medfeed.stories(&Query::new()).await.unwrap()[0].date() <= morning());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_filter_and_no_page_hides_a_warning_or_a_failure() {
    let query = Query::new().specialty(Specialty::CRITICAL_CARE).limit(1);
    let (_, digest, _) = run(DigestOptions::new(morning()).limit(1), query).await;
    for warning in ["Recall of Metoprolol", "Infusion Pumps", "Measles outbreak"] {
        assert_eq!(find(&digest, warning).len(), 1, "{warning}");
    }
    let ordinary = digest
        .sections
        .iter()
        .filter(|section| section.kind != SectionKind::Safety);
    let others: Vec<_> = ordinary
        .map(|section| (&section.heading, section.entries.len()))
        .collect();
    assert!(others.iter().map(|(_, count)| count).sum::<usize>() <= 1, "{others:?}");
    assert_eq!(digest.unread, ["A closed journal"]);
    assert!(
        digest
            .to_text()
            .contains("Could not be read, so something may be missing: A closed journal.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retracted_paper_is_no_evidence_any_more() {
    let (options, query) = everything();
    let (_, digest, _) = run(options, query).await;
    let paper = find(&digest, "Allopurinol and incident atrial fibrillation")[0];
    assert!(paper.why.iter().all(|part| part.part != RankPart::Evidence));
    assert!(digest.to_text().contains("[Retracted]"));
    // Why it was retracted, in the notice's own words, not its title over again.
    assert!(!paper.notices[0].title.starts_with("Retraction") && paper.notices[0].title.len() > 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_listening_fit_the_time() {
    let options = DigestOptions::new(morning())
        .reading_minutes(15)
        .listening_minutes(25)
        .limit(1_000);
    let (_, digest, _) = run(options, Query::new().limit(1_000)).await;
    assert!(digest.totals.reading_minutes <= 15.max(digest.totals.warning_minutes));
    assert!(
        (20..=25).contains(&digest.totals.listening_minutes),
        "{}",
        digest.totals.listening_minutes
    );
    let listening = digest.sections.last().unwrap();
    assert_eq!(listening.kind, SectionKind::Listening);
    assert!(listening.entries.iter().all(|entry| entry.listening.is_some()));
    assert!(digest.totals.left_out > 0 && !digest.left_out.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_gives_the_same() {
    // Ports differ between runs and ids with them, so they are compared within one run, and texts between two.
    let (options, query) = everything();
    let (medfeed, digest, _) = run(options.clone(), query.clone()).await;
    let again = medfeed
        .digest_with("Medical digest", &query, options.clone())
        .await
        .unwrap();
    assert_eq!(digest.to_json().unwrap(), again.to_json().unwrap());
    let (_, other, _) = run(options, query).await;
    let titles = |digest: &Digest| {
        let mut titles: Vec<String> = digest.entries().map(|entry| entry.title.clone()).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&digest), titles(&other));
    assert_eq!(digest.totals, other.totals);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_sources_begins_with_what_needs_attention() {
    let (options, query) = everything();
    let (medfeed, _, _) = run(options, query).await;
    let table = health::table(&medfeed.store().sources().await.unwrap(), morning());
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 22, "{table}");
    let failing: Vec<&str> = lines[1].split_whitespace().collect();
    assert!(
        lines[1].starts_with("failing     A closed journal") && lines[1].contains("2 times; there is no such page"),
        "{failing:?}"
    );
    assert!(
        failing.contains(&"12") && lines[1].contains(" h  2 times"),
        "{}",
        lines[1]
    );
    assert!(lines[2..21].iter().all(|line| line.starts_with("healthy")), "{table}");
    let moved = lines.iter().find(|line| line.contains("Example Paediatrics")).unwrap();
    assert!(moved.contains("moved 2026-11-2"), "{moved}");
    assert_eq!(lines[21], "19 healthy, 1 failing");
    let json = health::json(&medfeed.store().sources().await.unwrap(), morning()).unwrap();
    let all: serde_json::Value = serde_json::from_str(&json).unwrap();
    let failing: Vec<&serde_json::Value> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|source| source["health"] == "failing")
        .collect();
    assert_eq!((all.as_array().unwrap().len(), failing.len()), (20, 1));
    assert_eq!(
        (&failing[0]["source"], &failing[0]["failures"]),
        (&"A closed journal".into(), &2.into())
    );
    // Two weeks later nobody has published anything.
    let later = morning() + SignedDuration::from_hours(24 * 30);
    let table = health::table(&medfeed.store().sources().await.unwrap(), later);
    assert!(table.contains("\nquiet "), "{table}");
    assert_eq!(health::table(&[], later), "no source is followed\n");
}

//! What an update does with each kind of answer, over a client of the test's own: no network.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use medfeed::{
    Aggregator, Error, Fetch, FetchFuture, FetchRequest, FetchResponse, Health, Limits, Query, Redirect, RelationKind,
    Source, SourceKind, Specialty, Store, Tagger, Taxonomy, Validators,
};

/// Answers from a table that the test may change, and remembers what it was asked.
#[derive(Clone, Default)]
struct Canned {
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<(String, Validators)>>>,
}

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a few in a test")]
enum Answer {
    Response(FetchResponse),
    Refused,
    Never,
}

impl Canned {
    fn set(&self, url: &str, response: FetchResponse) {
        self.answers
            .lock()
            .unwrap()
            .insert(url.to_owned(), Answer::Response(response));
    }
    fn asked(&self) -> Vec<(String, Validators)> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Fetch for Canned {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        let answer = self.answers.lock().unwrap().get(request.url.as_str()).cloned();
        self.asked
            .lock()
            .unwrap()
            .push((request.url.to_string(), request.validators.clone()));
        Box::pin(async move {
            match answer {
                Some(Answer::Response(response)) => Ok(response),
                Some(Answer::Refused) | None => Err(Error::fetch_failed("nobody there").with_url(request.url)),
                Some(Answer::Never) => std::future::pending().await,
            }
        })
    }
}

const A: &str = "https://a.example.org/feed.xml";
const B: &str = "https://b.example.org/feed.xml";

fn now() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

/// An RSS feed of (guid, title, doi or nothing, text).
fn rss(items: &[(&str, &str, &str, &str)]) -> String {
    let mut feed = String::from(
        "<rss version=\"2.0\" xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\"><channel><title>A feed</title>\
         <link>https://example.org/</link><description>d</description>",
    );
    for (guid, title, doi, text) in items {
        feed += &format!(
            "<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title><description>{text}</description>"
        );
        feed += "<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate>";
        if !doi.is_empty() {
            feed += &format!("<prism:doi>{doi}</prism:doi>");
        }
        feed += "</item>";
    }
    feed + "</channel></rss>"
}

fn ok(url: &str, body: impl Into<Vec<u8>>) -> FetchResponse {
    FetchResponse::new(200, url.parse().unwrap(), body).with_header("content-type", "application/rss+xml")
}

async fn following(urls: &[&str]) -> (Canned, Aggregator) {
    let client = Canned::default();
    let medfeed = Aggregator::builder(Store::in_memory())
        .fetcher(client.clone())
        .build()
        .unwrap();
    for url in urls {
        let source: Source = url.parse().unwrap();
        medfeed.follow(source.with_kind(SourceKind::Journal)).await.unwrap();
    }
    (client, medfeed)
}

async fn health(medfeed: &Aggregator, url: &str) -> (Health, u32, Validators) {
    let sources = medfeed.store().sources().await.unwrap();
    let status = sources
        .into_iter()
        .find(|status| status.source.url().as_str() == url)
        .unwrap();
    (status.state.health, status.state.failures, status.state.validators)
}

#[tokio::test]
async fn validators_go_back_as_they_came_and_a_304_changes_nothing() {
    let (client, medfeed) = following(&[A]).await;
    let feed = rss(&[("1", "Ablation for atrial fibrillation in adults", "", "x")]);
    client.set(
        A,
        ok(A, feed)
            .with_header("ETag", "W/\"odd-gzip")
            .with_header("last-modified", "yesterday, around noon"),
    );
    let report = medfeed.update_at(now()).await.unwrap();
    assert_eq!(
        (report.asked(), report.new_items(), report.failures().count()),
        (1, 1, 0)
    );

    assert_eq!(
        medfeed.update_at(now() + hours(0)).await.unwrap().asked(),
        0,
        "not due yet"
    );
    client.asked();
    client.set(
        A,
        FetchResponse::new(304, A.parse().unwrap(), "").with_header("etag", "\"new\""),
    );
    let report = medfeed.update_at(now() + hours(2)).await.unwrap();
    assert_eq!((report.asked(), report.unchanged(), report.new_items()), (1, 1, 0));
    let sent = Validators::new(Some(b"W/\"odd-gzip".to_vec()), Some(b"yesterday, around noon".to_vec()));
    assert_eq!(client.asked(), [(A.to_owned(), sent)]);
    let (health, _, validators) = health(&medfeed, A).await;
    assert_eq!(health, Health::Healthy);
    assert_eq!(
        validators.etag.as_deref(),
        Some(&b"\"new\""[..]),
        "a 304's validators are merged"
    );
}

#[tokio::test]
async fn an_unchanged_body_still_replaces_the_pair_of_validators() {
    let (client, medfeed) = following(&[A]).await;
    let feed = rss(&[("1", "One", "", "x")]);
    client.set(
        A,
        ok(A, feed.clone())
            .with_header("etag", "\"1\"")
            .with_header("last-modified", "then"),
    );
    let _ = medfeed.update_at(now()).await.unwrap();
    client.set(A, ok(A, feed).with_header("etag", "\"2\""));
    let report = medfeed.update_at(now() + hours(2)).await.unwrap();
    assert_eq!(report.unchanged(), 1);
    let (_, _, validators) = health(&medfeed, A).await;
    assert_eq!(
        validators,
        Validators::new(Some(b"\"2\"".to_vec()), None),
        "one of them vanished"
    );
}

#[tokio::test]
async fn what_is_no_feed_deletes_nothing_and_keeps_the_validators() {
    let (client, medfeed) = following(&[A]).await;
    client.set(
        A,
        ok(A, rss(&[("1", "One thing", "", "x"), ("2", "Another", "", "y")])).with_header("etag", "\"1\""),
    );
    let _ = medfeed.update_at(now()).await.unwrap();
    let mut at = now();
    for (body, kind) in [
        (
            "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>",
            Health::NotAFeed,
        ),
        ("", Health::NotAFeed),
        ("\u{1}\u{2}\u{3}\u{0}\u{0}binary", Health::NotAFeed),
    ] {
        at += hours(24 * 8);
        client.set(A, ok(A, body).with_header("etag", "\"html\""));
        let report = medfeed.update_at(at).await.unwrap();
        let (_, error) = report.failures().next().unwrap();
        assert!(error.is_parse(), "{error}");
        let (found, _, validators) = health(&medfeed, A).await;
        assert_eq!(found, kind, "{body:?}: {error}");
        assert_eq!(validators.etag.as_deref(), Some(&b"\"1\""[..]));
    }
    assert_eq!(health(&medfeed, A).await.1, 3);
    assert_eq!(medfeed.store().count().await.unwrap().items, 2);
    client.set(
        A,
        ok(A, "<rss version='2.0'><channel><title>A feed</title></channel></rss>"),
    );
    let report = medfeed.update_at(at + hours(24 * 8)).await.unwrap();
    assert_eq!(report.failures().count(), 0, "an empty feed is a feed");
    assert_eq!(medfeed.store().count().await.unwrap().items, 2);
    assert_eq!(health(&medfeed, A).await.1, 0, "a success resets the count");
}

#[tokio::test]
async fn failures_are_data_and_wait_longer_each_time() {
    let (client, medfeed) = following(&[A, B]).await;
    client.set(B, ok(B, rss(&[("1", "One", "", "x")])));
    client.answers.lock().unwrap().insert(A.to_owned(), Answer::Refused);
    let mut at = now();
    let mut rest = SignedDuration::ZERO;
    for failures in 1..=4 {
        let report = medfeed.update_at(at).await.unwrap();
        let failed: Vec<&str> = report.failures().map(|(source, _)| source.url().as_str()).collect();
        assert_eq!(failed, [A], "the other one arrives");
        let sources = medfeed.store().sources().await.unwrap();
        let state = &sources
            .iter()
            .find(|status| status.source.url().as_str() == A)
            .unwrap()
            .state;
        assert_eq!((state.failures, state.health), (failures, Health::Failing));
        let wait = state.next_due.unwrap().duration_since(at);
        assert!(wait > rest, "{wait:?} after {rest:?}");
        rest = wait;
        at = state.next_due.unwrap() + hours(2);
    }
}

#[tokio::test]
async fn gone_is_not_asked_again_and_blocked_is_named() {
    let (client, medfeed) = following(&[A, B]).await;
    client.set(A, FetchResponse::new(410, A.parse().unwrap(), ""));
    client.set(
        B,
        FetchResponse::new(403, B.parse().unwrap(), "no").with_header("cf-mitigated", "challenge"),
    );
    let report = medfeed.update_at(now()).await.unwrap();
    let said: Vec<String> = report.failures().map(|(_, error)| error.to_string()).collect();
    assert!(
        said[0].contains("gone for good") && said[1].contains("no robot"),
        "{said:?}"
    );
    assert_eq!(health(&medfeed, A).await.0, Health::Gone);
    assert_eq!(health(&medfeed, B).await.0, Health::Blocked);
    client.asked();
    let _ = medfeed.update_at(now() + hours(24 * 365)).await.unwrap();
    assert_eq!(
        client.asked().iter().map(|(url, _)| url.as_str()).collect::<Vec<_>>(),
        [B]
    );
}

#[tokio::test]
async fn a_permanent_move_counts_only_when_a_feed_is_there() {
    let (client, medfeed) = following(&[A]).await;
    let moved = |status: u16, body: &str| {
        ok(B, body).with_redirect(Redirect::new(status, A.parse().unwrap(), B.parse().unwrap()))
    };
    let address = async |medfeed: &Aggregator| medfeed.store().sources().await.unwrap()[0].source.url().to_string();

    client.set(A, moved(301, "<!DOCTYPE html><html><body>log in</body></html>"));
    let _ = medfeed.update_at(now()).await.unwrap();
    assert_eq!(address(&medfeed).await, A, "a login page is no new home");
    client.set(A, moved(302, &rss(&[("1", "One", "", "x")])));
    let _ = medfeed.update_at(now() + hours(24)).await.unwrap();
    assert_eq!(address(&medfeed).await, A, "302 is for now");
    client.set(A, moved(301, &rss(&[("1", "One", "", "x"), ("2", "Two", "", "y")])));
    let report = medfeed.update_at(now() + hours(48)).await.unwrap();
    assert!(report.outcomes()[0].moved);
    assert_eq!(report.new_items(), 1, "the items are the same source's");
    assert_eq!(address(&medfeed).await, B);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_answers_does_not_hold_up_the_run() {
    let (client, medfeed) = following(&[A, B]).await;
    client.answers.lock().unwrap().insert(A.to_owned(), Answer::Never);
    client.set(B, ok(B, rss(&[("1", "One", "", "x")])));
    let report = medfeed.update_at(now()).await.unwrap();
    let (source, error) = report.failures().next().unwrap();
    assert!(source.url().as_str() == A && error.is_timeout());
    assert_eq!(report.new_items(), 1);
}

#[tokio::test]
async fn one_source_cannot_touch_anothers_items() {
    let (client, medfeed) = following(&[A, B]).await;
    client.set(A, ok(A, rss(&[("same-guid", "The real title of the paper", "", "x")])));
    client.set(B, ok(B, rss(&[("same-guid", "A false title", "", "x")])));
    let report = medfeed.update_at(now()).await.unwrap();
    assert_eq!(report.new_items(), 2);
    let titles: Vec<String> = medfeed
        .stories(&Query::new())
        .await
        .unwrap()
        .iter()
        .map(|story| story.title().to_owned())
        .collect();
    assert!(titles.contains(&"The real title of the paper".to_owned()), "{titles:?}");
}

#[tokio::test]
async fn a_retraction_finds_the_paper_that_was_read_before() {
    let (client, medfeed) = following(&[A, B]).await;
    let title = "Allopurinol and atrial fibrillation in older adults: a cohort study";
    client.set(
        A,
        ok(
            A,
            rss(&[("1", title, "10.5555/paper", "We followed patients with gout.")]),
        ),
    );
    client.set(
        B,
        ok(B, rss(&[("9", title, "10.5555/PAPER", "The same paper elsewhere.")])),
    );
    let _ = medfeed.update_at(now()).await.unwrap();
    let stories = medfeed.stories(&Query::new()).await.unwrap();
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0].items().len(), 2);
    assert_eq!(stories[0].relations()[0].kind, RelationKind::SameWork);
    assert!(
        stories[0]
            .tags()
            .iter()
            .any(|tag| tag.specialty() == &Specialty::CARDIOLOGY)
    );

    let notice = (
        "2",
        &*format!("Retraction: {title}"),
        "10.5555/notice",
        "The editors retract doi:10.5555/paper.",
    );
    client.set(A, ok(A, rss(&[notice])));
    let report = medfeed.update_at(now() + hours(24)).await.unwrap();
    assert_eq!(report.new_items(), 1);
    let stories = medfeed.stories(&Query::new()).await.unwrap();
    assert_eq!(stories.len(), 2, "the notice stays a story of its own");
    let paper = stories.iter().find(|story| story.items().len() == 2).unwrap();
    assert_eq!(paper.notices()[0].reason, "the notice names doi:10.5555/paper");
    assert_eq!(
        medfeed.store().count().await.unwrap().items,
        3,
        "the paper left its feed and stays"
    );
}

#[tokio::test]
async fn the_order_of_arrival_does_not_show() {
    let title = "Allopurinol and atrial fibrillation in older adults: a cohort study";
    let mut seen = Vec::new();
    for order in [[A, B], [B, A]] {
        let client = Canned::default();
        let limits = Limits {
            max_concurrent_requests: 1,
            ..Limits::default()
        };
        let medfeed = Aggregator::builder(Store::in_memory())
            .fetcher(client.clone())
            .limits(limits)
            .build()
            .unwrap();
        client.set(A, ok(A, rss(&[("1", title, "10.5555/paper", "Here.")])));
        client.set(B, ok(B, rss(&[("9", title, "10.5555/paper", "There.")])));
        for url in order {
            medfeed.follow(url.parse::<Source>().unwrap()).await.unwrap();
        }
        let _ = medfeed.update_at(now()).await.unwrap();
        let asked: Vec<String> = client.asked().into_iter().map(|(url, _)| url).collect();
        let story = medfeed.stories(&Query::new()).await.unwrap().remove(0);
        let items: Vec<_> = story.items().iter().map(|item| item.id).collect();
        seen.push((asked, story.id(), items));
    }
    assert_ne!(seen[0].0, seen[1].0, "the test must ask in two orders");
    assert_eq!((seen[0].1, &seen[0].2), (seen[1].1, &seen[1].2));
}

#[test]
fn an_update_can_run_on_another_thread() {
    fn is_send<T: Send>(_: T) {}
    let medfeed = Aggregator::builder(Store::in_memory())
        .fetcher(Canned::default())
        .build()
        .unwrap();
    is_send(medfeed.update());
}

#[tokio::test]
async fn a_changed_taxonomy_tags_what_is_stored_anew_and_no_reader_sees_another_time() {
    let fetcher = Canned::default();
    let feed = rss(&[
        ("1", "The heart team meets at noon", "", "A talk about schedules."),
        ("2", "Sinus rhythm after ablation", "", "Nine of ten patients."),
        ("3", "Five quiet beaches", "", "For autumn."),
    ]);
    fetcher.set(A, ok(A, feed.clone()));
    let store = Store::in_memory();
    let with = |tagger: Tagger| {
        let builder = Aggregator::builder(store.clone())
            .fetcher(fetcher.clone())
            .tagger(tagger);
        builder.build().unwrap()
    };
    let first = with(Tagger::builtin());
    first.follow(A.parse::<Source>().unwrap()).await.unwrap();
    assert_eq!(first.update_at(now()).await.unwrap().new_items(), 3);
    let source = A.parse::<Source>().unwrap().id();
    let stored = store.items_of(source, 9).await.unwrap();
    assert!(
        stored
            .iter()
            .all(|item| item.tagger == Some(Tagger::builtin().version()))
    );
    // By the same tagger, nothing is done.
    let report = first.retag().await.unwrap();
    assert_eq!((report.seen, report.retagged), (3, 0));

    let own = "version = 7\nextends = \"builtin\"\n[[specialty]]\ncode = \"team-talk\"\nlabel = \"Team talk\"\n\
               strong = [\"heart team\", \"quiet beaches\"]";
    let tagger = Tagger::new(Taxonomy::from_toml(own).unwrap()).unwrap();
    assert!(tagger.version().contains("+7-"), "{}", tagger.version());
    let second = with(tagger.clone());
    let stories = store.stories(&Query::new(), now()).await.unwrap();
    let report = second.retag().await.unwrap();
    assert_eq!((report.seen, report.retagged), (3, 3));
    assert!(report.changed == 2 && report.gained >= 2, "{report:?}");
    let talk: Specialty = "team-talk".parse().unwrap();
    let found = second.stories(&Query::new().specialty(talk)).await.unwrap();
    assert_eq!(found.len(), 2);
    let again = store.items_of(source, 9).await.unwrap();
    for (before, after) in stored.iter().zip(&again) {
        assert_eq!(after.tagger, Some(tagger.version()));
        let mut after = after.clone();
        after.tags.clone_from(&before.tags);
        after.tagger.clone_from(&before.tagger);
        assert_eq!(after, *before, "nothing else has changed");
    }
    let anew = store.stories(&Query::new(), now()).await.unwrap();
    assert!(
        stories
            .items
            .iter()
            .map(|s| (s.id(), s.date()))
            .eq(anew.items.iter().map(|s| (s.id(), s.date())))
    );

    // The feed comes again, one item more: those tagged anew are as stored.
    let longer = feed.replace("</channel>", "<item><guid>4</guid><title>Four</title></item></channel>");
    fetcher.set(A, ok(A, longer));
    let report = second.update_at(now() + hours(48)).await.unwrap();
    assert_eq!((report.new_items(), report.updated_items()), (1, 0));
}

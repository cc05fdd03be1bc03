//! A host's own client is told what to send back, where to, and how much it may bring; what it brings beyond that is refused.

use std::sync::{Arc, Mutex};

use medfeed::{
    Aggregator, FailureClass, Fetch, FetchFuture, FetchRequest, FetchResponse, Health, Limits, Redirect, Source, Store,
    Validators,
};

use crate::ward::{hours, morning, rss};

#[derive(Clone, Default)]
struct Own {
    answers: Arc<Mutex<Vec<FetchResponse>>>,
    asked: Arc<Mutex<Vec<FetchRequest>>>,
}

impl Fetch for Own {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop();
        Box::pin(async move { Ok(answer.expect("the host's own fault")) })
    }
}

async fn following(limits: Limits) -> (Own, Aggregator) {
    let own = Own::default();
    let medfeed = Aggregator::builder(Store::in_memory())
        .fetcher(own.clone())
        .limits(limits)
        .build()
        .unwrap();
    medfeed
        .follow("https://example.org/feed".parse::<Source>().unwrap())
        .await
        .unwrap();
    (own, medfeed)
}

fn answer(body: impl Into<Vec<u8>>) -> FetchResponse {
    FetchResponse::new(200, "https://example.org/feed".parse().unwrap(), body)
}

#[tokio::test]
async fn it_gets_validators_where_they_came_from_and_the_limits() {
    let limits = Limits {
        max_body_bytes: 12_345,
        ..Limits::default()
    };
    let (own, medfeed) = following(limits.clone()).await;
    let (here, there): (url::Url, url::Url) = (
        "https://example.org/feed".parse().unwrap(),
        "https://storage.example.org/feed?signed=1".parse().unwrap(),
    );
    let mut moved = answer(rss(&[("1", "One")]))
        .with_header("ETag", b"W/\"\xff\"")
        .with_header("last-modified", "then");
    moved.final_url = there.clone();
    own.answers
        .lock()
        .unwrap()
        .push(moved.with_redirect(Redirect::new(302, here.clone(), there.clone())));
    let report = medfeed.update_at(morning()).await.unwrap();
    assert_eq!((report.new_items(), report.requests(), report.wire_bytes()), (1, 2, 0));
    own.answers
        .lock()
        .unwrap()
        .push(FetchResponse::new(304, there.clone(), ""));
    let report = medfeed.update_at(morning() + hours(2)).await.unwrap();
    assert_eq!(report.not_modified(), 1);
    let asked = own.asked.lock().unwrap();
    let [first, second] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!(
        (&first.url, &first.validators, &first.validators_for),
        (&here, &Validators::default(), &None)
    );
    let validators = Validators::new(Some(b"W/\"\xff\"".to_vec()), Some(b"then".to_vec()));
    assert_eq!(
        (&second.url, &second.validators, &second.validators_for),
        (&here, &validators, &Some(there))
    );
    for request in asked.iter() {
        assert_eq!(request.max_body_bytes, Some(12_345));
        assert_eq!(request.deadline, Some(limits.request_deadline));
        assert!(request.accept.contains("application/rss+xml"));
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let (own, medfeed) = following(Limits {
        max_body_bytes: 1_000,
        ..Limits::default()
    })
    .await;
    let large = rss(&[("1", &"long ".repeat(500))]);
    own.answers
        .lock()
        .unwrap()
        .push(answer(large).with_header("etag", "\"1\""));
    let report = medfeed.update_at(morning()).await.unwrap();
    assert_eq!(
        report.failures_by_class().into_iter().collect::<Vec<_>>(),
        [(FailureClass::TooLarge, 1)]
    );
    let status = medfeed.store().sources().await.unwrap().remove(0);
    assert_eq!(status.state.health, Health::Failing);
    assert!(status.state.validators.is_empty() && medfeed.store().count().await.unwrap().items == 0);
}

/// "Nothing changed" to a question that was not asked would keep a source empty for ever.
#[tokio::test]
async fn a_304_to_no_question_is_a_failure() {
    let (own, medfeed) = following(Limits::default()).await;
    own.answers
        .lock()
        .unwrap()
        .push(FetchResponse::new(304, "https://example.org/feed".parse().unwrap(), ""));
    let report = medfeed.update_at(morning()).await.unwrap();
    assert_eq!(report.failures().count(), 1);
}

#[tokio::test]
async fn its_panics_are_the_hosts_and_hold_up_nothing() {
    let (own, medfeed) = following(Limits::default()).await;
    let update = tokio::spawn({
        let medfeed = medfeed.clone();
        async move { medfeed.update_at(morning()).await.map(drop) }
    });
    let panic = update.await.unwrap_err().into_panic();
    assert!(panic.downcast_ref::<String>().map_or_else(
        || {
            panic
                .downcast_ref::<&str>()
                .is_some_and(|text| text.contains("own fault"))
        },
        |text| text.contains("own fault")
    ));
    own.answers.lock().unwrap().push(answer(rss(&[("1", "One")])));
    let report = medfeed.update_at(morning()).await.unwrap();
    assert_eq!(
        report.new_items(),
        1,
        "the next update has its turn at once, and asks what was not answered"
    );
}

//! Adding, updating, and what a feed cannot do.

use super::*;
use crate::error::{Error, Kind};

for_each_backend!(
    items_are_added_once_and_updated,
    a_feed_that_shrinks_loses_nothing,
    one_source_cannot_touch_anothers,
    one_id_twice_in_a_feed_counts_once,
    a_panicking_decision_leaves_no_trace,
    what_fails_takes_nothing_along,
    odd_numbers_can_be_read_again,
    future_and_unknown_dates_stand_at_first_sight,
);

async fn items_are_added_once_and_updated(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let items = vec![item(&heart, "guid:1", "One", 1), item(&heart, "guid:2", "Two", 2)];
    let first = fetched(&store, &heart, items.clone(), 10).await;
    assert_eq!(first.added, [items[0].id, items[1].id]);
    let again = fetched(&store, &heart, items.clone(), 20).await;
    assert_eq!((again.added.len(), again.updated.len(), again.unchanged), (0, 0, 2));

    let mut corrected = items[0].clone();
    corrected.title = "One, corrected".to_owned();
    let third = fetched(&store, &heart, vec![corrected, items[1].clone()], 30).await;
    assert_eq!((third.updated.as_slice(), third.unchanged), (&[items[0].id][..], 1));
    let stored = store.item(items[0].id).await.unwrap().unwrap();
    assert_eq!(
        (stored.title.as_str(), stored.first_seen),
        ("One, corrected", Some(at(10)))
    );
    assert!(titles(&store, &Query::new().search("corrected")).await == ["One, corrected"]);
    assert_eq!(titles(&store, &Query::new().search("two -one")).await, ["Two"]);
    let counts = store.count().await.unwrap();
    assert_eq!((counts.items, counts.stories, counts.relations), (2, 2, 0));
}

async fn a_feed_that_shrinks_loses_nothing(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    fetched(&store, &heart, vec![item(&heart, "guid:1", "One", 1)], 10).await;
    assert_eq!(fetched(&store, &heart, vec![], 20).await, Applied::default());
    assert_eq!(store.count().await.unwrap().items, 1);
}

async fn one_source_cannot_touch_anothers(store: Store) {
    let (good, evil) = (source("good"), source("evil"));
    store.follow(vec![good.clone(), evil.clone()]).await.unwrap();
    let original = item(&good, "guid:1", "The original", 1);
    fetched(&store, &good, vec![original.clone()], 10).await;
    // The same guid; a forged id; a forged source.
    let same_guid = item(&evil, "guid:1", "Same guid", 2);
    let mut forged_id = item(&evil, "guid:2", "Forged id", 3);
    forged_id.id = original.id;
    let mut forged_source = item(&good, "guid:1", "Forged source", 4);
    forged_source.key = "guid:3".to_owned();
    let mut forged_all = original.clone();
    forged_all.title = "Forged all".to_owned();
    let applied = fetched(&store, &evil, vec![same_guid, forged_id, forged_source, forged_all], 20).await;
    assert_eq!(
        (applied.added.len(), applied.updated.len(), applied.unchanged),
        (3, 0, 1)
    );
    let kept = store.item(original.id).await.unwrap().unwrap();
    assert_eq!((kept.title.as_str(), kept.source), ("The original", good.id()));
    assert_eq!(store.items_of(good.id(), 10).await.unwrap().len(), 1);
    assert_eq!(store.items_of(evil.id(), 10).await.unwrap().len(), 3);
}

async fn one_id_twice_in_a_feed_counts_once(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let twice = vec![item(&heart, "guid:1", "First", 1), item(&heart, "guid:1", "Second", 2)];
    for _ in 0..2 {
        let applied = fetched(&store, &heart, twice.clone(), 10).await;
        assert!(applied.updated.is_empty(), "it must not change on every poll");
    }
    assert_eq!(store.items_of(heart.id(), 9).await.unwrap()[0].title, "First");
}

async fn a_panicking_decision_leaves_no_trace(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let old = item(&heart, "guid:0", "A title that is long enough", 1);
    fetched(&store, &heart, vec![old.clone()], 10).await;
    let before = (store.sources().await.unwrap(), store.count().await.unwrap());

    let mut changed = old.clone();
    changed.summary = "changed".to_owned();
    let joins = item(&heart, "guid:1", "A title that is long enough", 2);
    let mut half = update(&heart, vec![changed, joins, item(&heart, "guid:2", "Boom", 3)], 20);
    half.state.next_due = Some(at(900));
    let decide = ByTitle {
        panics_at: Some("Boom"),
    };
    let error = store.apply(half, Arc::new(decide)).await.unwrap_err();
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!((store.sources().await.unwrap(), store.count().await.unwrap()), before);
    assert_eq!(store.item(old.id).await.unwrap().unwrap().summary, "");
    assert!(titles(&store, &Query::new().search("changed")).await.is_empty());
    // And it works on.
    let after = fetched(&store, &heart, vec![item(&heart, "guid:2", "Boom", 3)], 30).await;
    assert_eq!(after.added.len(), 1);
}

/// Writes that come at once may share a transaction; wherever in it one fails, the others are kept and it is not.
async fn what_fails_takes_nothing_along(store: Store) {
    let names: Vec<String> = (0..12).map(|number| format!("s{number}")).collect();
    let fails = |number: usize| number.is_multiple_of(3);
    let writes = names.iter().enumerate().map(|(number, name)| {
        let followed = vec![source(name)];
        store.write(move |store| {
            let added = follow::follow(store, followed)?;
            if fails(number) {
                return Err(Error::new(Kind::Internal, "on purpose"));
            }
            Ok(added)
        })
    });
    for (number, done) in futures_util::future::join_all(writes).await.into_iter().enumerate() {
        match done {
            Ok(added) => assert!(added == 1 && !fails(number)),
            Err(error) => assert!(fails(number) && error.to_string().contains("on purpose"), "{error}"),
        }
    }
    let kept: Vec<Source> = store
        .sources()
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.source)
        .collect();
    let expected = names.iter().enumerate().filter(|(number, _)| !fails(*number));
    assert_eq!(kept, expected.map(|(_, name)| source(name)).collect::<Vec<_>>());
}

async fn odd_numbers_can_be_read_again(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let mut odd = item(&heart, "guid:\u{0}", "Odd \u{0} title 😀", 1);
    let mut signal = Signal::new(SignalKind::Cme, 1.0, "credit");
    signal.confidence = f32::NAN;
    odd.signals = vec![signal];
    fetched(&store, &heart, vec![odd.clone()], 5).await;
    let stored = store.item(odd.id).await.unwrap().unwrap();
    assert_eq!(
        (stored.title.as_str(), stored.signals[0].confidence),
        (odd.title.as_str(), 0.0)
    );
    assert_eq!(titles(&store, &Query::new().signal(SignalKind::Cme)).await.len(), 1);
}

async fn future_and_unknown_dates_stand_at_first_sight(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let mut unknown = item(&heart, "guid:1", "Unknown", 0);
    unknown.published = None;
    let items = vec![
        unknown,
        item(&heart, "guid:2", "Future", 5_000_000),
        item(&heart, "guid:3", "Before the epoch", -86_400),
    ];
    fetched(&store, &heart, items, 100).await;
    fetched(&store, &heart, vec![item(&heart, "guid:4", "Later", 101)], 200).await;
    let shown = titles(&store, &Query::new()).await;
    assert_eq!((shown[0].as_str(), shown[3].as_str()), ("Later", "Before the epoch"));
    let window = Query::new().since(at(100)).until(at(101));
    assert_eq!(titles(&store, &window).await.len(), 2);
}

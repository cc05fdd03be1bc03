//! Tagging anew: only tags change, page by page, and what is done is not done again.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::model::{Specialty, Tag};

for_each_backend!(
    only_tags_change,
    pages_go_over_all_and_the_next_run_goes_on,
    a_sources_specialties_are_known_also_when_it_was_unfollowed,
    a_tagger_that_panics_leaves_the_page_as_it_was,
);

fn tag(specialty: &Specialty, confidence: f32) -> Tag {
    Tag::new(specialty.clone(), confidence, vec![])
}

/// Gives each item these tags.
fn giving(version: &str, tags: Vec<Tag>) -> Arc<Retagger> {
    let remembered = version.to_owned();
    Arc::new(Retagger {
        version: version.to_owned(),
        tag: Box::new(move |item, _| {
            item.tags.clone_from(&tags);
            item.tagger = Some(remembered.clone());
            // A tagger has no say in anything else.
            item.title = "overwritten".to_owned();
            item.first_seen = None;
        }),
    })
}

async fn filled(store: &Store, count: i64) -> (Source, Vec<Item>) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let items: Vec<Item> = (1..=count)
        .map(|number| {
            let mut item = item(
                &heart,
                &format!("guid:{number}"),
                &format!("Word{number} of it"),
                number,
            );
            item.tags = vec![tag(&Specialty::CARDIOLOGY, 0.9)];
            item.tagger = Some("1-old".to_owned());
            item
        })
        .collect();
    fetched(store, &heart, items.clone(), 100).await;
    (heart, items)
}

async fn all(store: &Store, limit: usize, retagger: &Arc<Retagger>) -> RetagReport {
    let (mut report, mut after) = (RetagReport::default(), Some(0));
    while let Some(number) = after {
        let (page, last) = store.retag(number, limit, Arc::clone(retagger)).await.unwrap();
        assert!(page.seen <= limit);
        report.add(&page);
        after = last;
    }
    report
}

async fn only_tags_change(store: Store) {
    let (heart, items) = filled(&store, 3).await;
    let before = store.items_of(heart.id(), 9).await.unwrap();
    let stories = store.stories(&Query::new(), at(1000)).await.unwrap();
    let sources = store.sources().await.unwrap();

    let new = vec![tag(&Specialty::NEUROLOGY, 0.8), tag(&Specialty::CARDIOLOGY, 0.9)];
    let report = all(&store, 10, &giving("2-new", new.clone())).await;
    let counts = (report.seen, report.retagged, report.changed, report.gained, report.lost);
    assert_eq!(counts, (3, 3, 3, 3, 0));
    let after = store.items_of(heart.id(), 9).await.unwrap();
    assert_eq!(after.len(), before.len());
    for (after, mut before) in after.into_iter().zip(before) {
        before.tags.clone_from(&new);
        before.tagger = Some("2-new".to_owned());
        assert_eq!(after, before);
    }
    // Found by their new tags, by their words as before, at their old place.
    let neurology = Query::new().specialty(Specialty::NEUROLOGY);
    assert_eq!(
        titles(&store, &neurology).await,
        ["Word3 of it", "Word2 of it", "Word1 of it"]
    );
    assert_eq!(titles(&store, &Query::new().search("word2")).await, ["Word2 of it"]);
    let now = store.stories(&Query::new(), at(1000)).await.unwrap();
    let facts = |page: &Page<Story>| -> Vec<_> {
        page.items
            .iter()
            .map(|story| (story.id(), story.date(), story.title().to_owned()))
            .collect()
    };
    assert_eq!(facts(&now), facts(&stories));
    assert_eq!(store.sources().await.unwrap(), sources);

    let report = all(&store, 10, &giving("3-none", vec![])).await;
    assert_eq!((report.changed, report.gained, report.lost), (3, 0, 6));
    assert!(titles(&store, &neurology).await.is_empty());
    // The same tags of another tagger: remembered, but no change.
    let report = all(&store, 10, &giving("4-none", vec![])).await;
    assert_eq!((report.seen, report.retagged, report.changed), (3, 3, 0));
    let kept = store.item(items[0].id).await.unwrap().unwrap();
    assert_eq!(
        (kept.tagger.as_deref(), kept.first_seen),
        (Some("4-none"), Some(at(100)))
    );
}

async fn pages_go_over_all_and_the_next_run_goes_on(store: Store) {
    let (heart, _) = filled(&store, 7).await;
    let retagger = giving("2-new", vec![]);
    // A run that ends after its first page.
    let (page, next) = store.retag(0, 3, Arc::clone(&retagger)).await.unwrap();
    assert_eq!((page.seen, page.retagged), (3, 3));
    assert!(next.is_some());
    // Another item comes in between, tagged by the new one already.
    let mut late = item(&heart, "guid:late", "Late", 50);
    late.tagger = Some("2-new".to_owned());
    fetched(&store, &heart, vec![late], 200).await;
    for limit in [3, 4, 8, 9] {
        let report = all(&store, limit, &retagger).await;
        let left = if limit == 3 { 4 } else { 0 };
        assert_eq!((report.seen, report.retagged), (8, left), "pages of {limit}");
    }
    assert_eq!(all(&Store::in_memory(), 3, &retagger).await, RetagReport::default());
}

async fn a_sources_specialties_are_known_also_when_it_was_unfollowed(store: Store) {
    let heart = source("heart").with_specialty(Specialty::CARDIOLOGY);
    store.follow(vec![heart.clone()]).await.unwrap();
    fetched(&store, &heart, vec![item(&heart, "guid:1", "One", 1)], 10).await;
    store.unfollow(heart.id()).await.unwrap();
    let retagger = Arc::new(Retagger {
        version: "2-new".to_owned(),
        tag: Box::new(|item, source| {
            item.tags = source.iter().map(|specialty| tag(specialty, 0.5)).collect();
            item.tagger = Some("2-new".to_owned());
        }),
    });
    let report = all(&store, 5, &retagger).await;
    assert_eq!((report.changed, report.gained), (1, 1));
    assert_eq!(
        titles(&store, &Query::new().specialty(Specialty::CARDIOLOGY)).await,
        ["One"]
    );
}

async fn a_tagger_that_panics_leaves_the_page_as_it_was(store: Store) {
    let (heart, _) = filled(&store, 4).await;
    let before = store.items_of(heart.id(), 9).await.unwrap();
    let tagged = AtomicUsize::new(0);
    let retagger = Arc::new(Retagger {
        version: "2-new".to_owned(),
        tag: Box::new(move |item, _| {
            assert!(tagged.fetch_add(1, Ordering::Relaxed) < 2, "as the test wants it");
            item.tags.clear();
        }),
    });
    assert!(store.retag(0, 9, retagger).await.is_err());
    assert_eq!(store.items_of(heart.id(), 9).await.unwrap(), before);
}

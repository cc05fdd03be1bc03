//! Joining, merging, notices.

use super::*;

for_each_backend!(
    copies_join_the_first,
    a_bridge_merges_into_the_oldest,
    an_update_can_join,
    notices_point_and_do_not_join,
    relations_are_kept_once,
    candidates_are_bounded,
);

const TITLE: &str = "Statins and the risk of falls";

async fn copies_join_the_first(store: Store) {
    let (journal, news) = (source("journal"), source("news"));
    store.follow(vec![journal.clone(), news.clone()]).await.unwrap();
    let first = item(&journal, "guid:1", TITLE, 10);
    fetched(&store, &journal, vec![first.clone()], 100).await;
    let copy = item(&news, "guid:9", "STATINS, and the risk of falls!", 20);
    let applied = fetched(&store, &news, vec![copy.clone()], 200).await;
    assert_eq!((applied.added.len(), applied.joined), (1, 1));
    let stories = store.stories(&Query::new(), at(300)).await.unwrap().items;
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0].id(), StoryId::founded_by(first.id));
    assert_eq!(stories[0].items().len(), 2);
    let relation = &stories[0].relations()[0];
    assert_eq!(
        (relation.from, relation.to, relation.kind),
        (copy.id, first.id, RelationKind::SameTitle)
    );
    assert_eq!(
        (relation.reason.as_str(), relation.score, relation.at),
        ("the test says so", 0.9, at(200))
    );
    // What one source only has finds the story with all its items.
    let by_source = store
        .stories(&Query::new().source(news.id()), at(300))
        .await
        .unwrap()
        .items;
    assert_eq!(by_source, stories);
}

async fn a_bridge_merges_into_the_oldest(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let older = item(&feed, "guid:1", TITLE, 10);
    let newer = with_doi(item(&feed, "guid:2", "Quite another title for this", 20), "10.1000/x1");
    fetched(&store, &feed, vec![older.clone()], 100).await;
    fetched(&store, &feed, vec![newer.clone()], 200).await;
    assert_eq!(store.count().await.unwrap().stories, 2);
    let bridge = with_doi(item(&feed, "guid:3", TITLE, 5), "10.1000/x1");
    let applied = fetched(&store, &feed, vec![bridge.clone()], 300).await;
    assert_eq!(applied.joined, 2);

    let oldest = StoryId::founded_by(older.id);
    let story = store.story(oldest, at(400)).await.unwrap().unwrap();
    assert_eq!((story.items().len(), story.relations().len()), (3, 2));
    let counts = store.count().await.unwrap();
    assert_eq!(
        (counts.stories, counts.items),
        (1, 3),
        "nothing but the empty story goes"
    );
    // A kept link to the merged story leads to the one it is in now; one to nothing, to nothing.
    let merged = store
        .story(StoryId::founded_by(newer.id), at(400))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(merged.id(), oldest);
    assert!(
        store
            .story(StoryId::from_bytes([9; 16]), at(400))
            .await
            .unwrap()
            .is_none()
    );
    // It stands at its latest item.
    assert_eq!(titles(&store, &Query::new().since(at(20))).await.len(), 1);
    assert_eq!(titles(&store, &Query::new().since(at(21))).await.len(), 0);
}

async fn an_update_can_join(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let first = item(&feed, "guid:1", TITLE, 10);
    let second = item(&feed, "guid:2", "A draft of something else", 20);
    fetched(&store, &feed, vec![first.clone(), second.clone()], 100).await;
    let mut renamed = second.clone();
    renamed.title = TITLE.to_owned();
    fetched(&store, &feed, vec![renamed], 200).await;
    let story = store
        .story(StoryId::founded_by(first.id), at(300))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(story.items().len(), 2);
    // Its old title is not a key any more.
    fetched(
        &store,
        &feed,
        vec![item(&feed, "guid:3", "A draft of something else", 30)],
        300,
    )
    .await;
    assert_eq!(store.count().await.unwrap().stories, 2);
}

async fn notices_point_and_do_not_join(store: Store) {
    let (journal, watch) = (source("journal"), source("watch"));
    store.follow(vec![journal.clone(), watch.clone()]).await.unwrap();
    let paper = item(&journal, "guid:1", TITLE, 10);
    fetched(&store, &journal, vec![paper.clone()], 100).await;
    let early = retraction(item(&watch, "guid:1", "A first notice of something", 150), TITLE);
    let late = retraction(item(&watch, "guid:2", "A second notice of something", 160), TITLE);
    let applied = fetched(&store, &watch, vec![early.clone(), late.clone()], 200).await;
    assert_eq!(applied.joined, 2);
    assert_eq!(store.count().await.unwrap().stories, 3);

    let story = store
        .story(StoryId::founded_by(paper.id), at(300))
        .await
        .unwrap()
        .unwrap();
    let notices: Vec<_> = story
        .notices()
        .iter()
        .map(|notice| (notice.item, notice.about))
        .collect();
    assert_eq!(notices, [(late.id, paper.id), (early.id, paper.id)], "the latest first");
    assert_eq!(story.notices()[0].kind, SignalKind::Retraction);
    assert_eq!(story.notices()[0].date, at(160));
    assert!(story.relations().is_empty() && story.items().len() == 1);
    let notice = store
        .story(StoryId::founded_by(late.id), at(300))
        .await
        .unwrap()
        .unwrap();
    assert!(notice.notices().is_empty(), "a notice is not about itself");

    // A copy that comes later is in the story, so the notices stand there too.
    fetched(&store, &watch, vec![item(&watch, "guid:3", TITLE, 250)], 300).await;
    let story = store
        .story(StoryId::founded_by(paper.id), at(400))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((story.items().len(), story.notices().len()), (2, 2));
}

async fn relations_are_kept_once(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let first = item(&feed, "guid:1", TITLE, 10);
    let second = item(&feed, "guid:2", TITLE, 20);
    assert_eq!(
        fetched(&store, &feed, vec![first.clone(), second.clone()], 100)
            .await
            .joined,
        1
    );
    for (changed, summary) in [(&second, "a"), (&first, "b")] {
        let mut changed = changed.clone();
        changed.summary = summary.to_owned();
        let applied = fetched(&store, &feed, vec![changed], 200).await;
        assert_eq!(
            (applied.updated.len(), applied.joined),
            (1, 0),
            "neither again nor the other way round"
        );
    }
    let story = store
        .story(StoryId::founded_by(first.id), at(300))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(story.relations().len(), 1);
    assert_eq!(story.relations()[0].at, at(100), "as it was first decided");
}

async fn candidates_are_bounded(store: Store) {
    let limits = Limits {
        max_candidates: 3,
        ..Limits::default()
    };
    let store = store.with_limits(limits);
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let items: Vec<Item> = (0..10)
        .map(|number| item(&feed, &format!("guid:{number}"), TITLE, number))
        .collect();
    let applied = fetched(&store, &feed, items, 100).await;
    assert_eq!(applied.joined, 1 + 2 + 7 * 3, "at most three were compared with each");
    assert_eq!(store.count().await.unwrap().stories, 1);
}

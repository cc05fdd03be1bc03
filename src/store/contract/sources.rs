//! Following, and when sources are due.

use std::time::Duration;

use super::*;
use crate::model::{Health, SourceKind, Specialty};

for_each_backend!(
    following_twice_adds_once,
    a_move_survives_following_again,
    a_pinned_interval_survives_following_again,
    a_person_can_ask_once_more,
    unfollowing_keeps_items,
    due_times_are_kept,
    a_failure_is_recorded,
    a_note_keeps_what_else_is_known,
    resting_only_puts_off,
    sources_are_found_by_health,
    one_update_at_a_time,
    an_unfollowed_source_takes_nothing,
);

async fn following_twice_adds_once(store: Store) {
    let heart = source("heart")
        .with_title("Heart")
        .with_specialty(Specialty::CARDIOLOGY);
    assert_eq!(
        store
            .follow(vec![heart.clone(), source("lung"), heart.clone()])
            .await
            .unwrap(),
        2
    );
    let renamed = source("heart")
        .with_title("Heart Weekly")
        .with_kind(SourceKind::Podcast);
    assert_eq!(store.follow(vec![renamed.clone(), source("lung")]).await.unwrap(), 0);
    let sources = store.sources().await.unwrap();
    assert_eq!(sources.len(), 2);
    assert_eq!(sources[0].source, renamed, "in the order in which they came");
    // A bare address says nothing about a source, so it takes nothing away.
    assert_eq!(store.follow(vec![source("heart")]).await.unwrap(), 0);
    assert_eq!(store.sources().await.unwrap()[0].source, renamed);
    assert_eq!(store.count().await.unwrap().sources, 2);
}

async fn a_move_survives_following_again(store: Store) {
    let old = source("old");
    store.follow(vec![old.clone()]).await.unwrap();
    let mut state = PollState::default();
    state.health = Health::Healthy;
    state.next_due = Some(at(500));
    let moved = url("https://example.net/new");
    let mut first = update(&old, vec![], 10);
    first.state = state.clone();
    first.moved_to = Some(moved.clone());
    first.title = Some("The feed’s own".to_owned());
    store.apply(first, Arc::new(ByTitle::default())).await.unwrap();

    store
        .follow(vec![source("old").with_kind(SourceKind::Journal)])
        .await
        .unwrap();
    let status = store.sources().await.unwrap().remove(0);
    assert_eq!((status.source.id(), status.source.url()), (old.id(), &moved));
    assert_eq!(status.source.title(), Some("The feed’s own"));
    assert_eq!(status.source.kind(), SourceKind::Journal);
    assert_eq!(status.state, state);
}

async fn a_pinned_interval_survives_following_again(store: Store) {
    let half_an_hour = Duration::from_secs(1800);
    store
        .follow(vec![source("heart").with_interval(half_an_hour)])
        .await
        .unwrap();
    let interval = async |again: Source| {
        store.follow(vec![again]).await.unwrap();
        store.sources().await.unwrap().remove(0).source.interval()
    };
    let catalog = source("heart").with_title("Heart");
    assert_eq!(interval(catalog.clone()).await, Some(half_an_hour));
    assert_eq!(interval(source("heart")).await, Some(half_an_hour));
    let hour = Duration::from_secs(3600);
    assert_eq!(interval(catalog.with_interval(hour)).await, Some(hour));
    let id = source("heart").id();
    assert!(store.pin(id, None).await.unwrap());
    assert_eq!(interval(source("heart")).await, None, "an explicit word takes it away");
    assert!(store.pin(id, Some(hour)).await.unwrap() && !store.pin(source("never").id(), None).await.unwrap());
    assert_eq!(interval(source("heart")).await, Some(hour));
}

async fn a_person_can_ask_once_more(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let mut state = PollState::default();
    state.health = Health::Gone;
    state.next_due = Some(Timestamp::MAX);
    state.rests_until = Some(at(900));
    store.record(vec![note(&heart, state)]).await.unwrap();
    assert!(store.due(at(9), &Limits::default()).await.unwrap().is_empty());
    assert!(store.retry(heart.id()).await.unwrap() && !store.retry(source("never").id()).await.unwrap());
    let due = store.due(at(9), &Limits::default()).await.unwrap();
    assert!(matches!(due[..], [Found::Due(_)]));
    assert_eq!(store.sources().await.unwrap()[0].state.rests_until, None);
}

async fn unfollowing_keeps_items(store: Store) {
    let heart = source("heart").with_kind(SourceKind::Journal);
    store.follow(vec![heart.clone()]).await.unwrap();
    fetched(&store, &heart, vec![item(&heart, "guid:1", "One", 1)], 5).await;
    assert!(store.unfollow(heart.id()).await.unwrap());
    assert!(!store.unfollow(heart.id()).await.unwrap());
    assert!(!store.unfollow(source("never").id()).await.unwrap());
    assert!(
        store.sources().await.unwrap().is_empty() && store.due(at(9), &Limits::default()).await.unwrap().is_empty()
    );
    assert_eq!(titles(&store, &Query::new().kind(SourceKind::Journal)).await, ["One"]);
    assert_eq!(store.items_of(heart.id(), 10).await.unwrap().len(), 1);
    // Followed anew it starts afresh, also when it was gone, and finds its items.
    assert_eq!(store.follow(vec![heart.clone()]).await.unwrap(), 1);
    assert_eq!(store.due(at(9), &Limits::default()).await.unwrap().len(), 1);
    let again = fetched(&store, &heart, vec![item(&heart, "guid:1", "One", 1)], 6).await;
    assert_eq!((again.added.len(), again.unchanged), (0, 1));
}

async fn due_times_are_kept(store: Store) {
    let names = ["new", "soon", "late", "gone"];
    store.follow(names.map(source).to_vec()).await.unwrap();
    for (name, next_due, health) in [
        ("soon", 50, Health::Healthy),
        ("late", 100, Health::Failing),
        ("gone", 0, Health::Gone),
    ] {
        let mut state = PollState::default();
        state.next_due = Some(at(next_due));
        state.health = health;
        store.record(vec![note(&source(name), state)]).await.unwrap();
    }
    let due = async |second| {
        let found = store.due(at(second), &Limits::default()).await.unwrap();
        let (mut due, mut perhaps) = (Vec::new(), Vec::new());
        for found in found {
            let (list, found) = match found {
                Found::Due(found) => (&mut due, found),
                Found::Perhaps(found) => (&mut perhaps, found),
            };
            list.push(found.open().unwrap().0.source.url().path().to_owned());
        }
        (due.join(" "), perhaps.join(" "))
    };
    let both = |due: &str, perhaps: &str| (due.to_owned(), perhaps.to_owned());
    assert_eq!(due(49).await, both("/new", "/soon /late"));
    assert_eq!(due(50).await, both("/new /soon", "/late"), "due at that very moment");
    assert_eq!(due(1_000).await, both("/new /soon /late", ""), "gone is never due");
    assert_eq!(due(-1_000).await, both("/new", ""), "a quarter of an hour is the most");
    // A clock that was wrong by years put them off too far: somebody has to look.
    assert_eq!(due(-9_000_000).await, both("/new", "/soon /late"));
}

async fn a_failure_is_recorded(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    let mut state = PollState::default();
    state.failures = 3;
    state.last_error = Some("no answer".to_owned());
    state.validators = crate::model::Validators::new(Some(b"W/\"\xff\"".to_vec()), None);
    state.body_hash = Some(u64::MAX);
    // One that was never followed is left out; the others of the batch are kept.
    let batch = vec![note(&source("never"), state.clone()), note(&heart, state.clone())];
    store.record(batch).await.unwrap();
    let sources = store.sources().await.unwrap();
    assert_eq!((sources.len(), &sources[0].state), (1, &state));
}

async fn a_note_keeps_what_else_is_known(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    // Renamed while it was being asked: the note is about the state alone.
    let renamed = heart.clone().with_title("Heart").with_kind(SourceKind::Journal);
    store.follow(vec![renamed.clone()]).await.unwrap();
    store.record(vec![note(&heart, PollState::default())]).await.unwrap();
    assert_eq!(store.sources().await.unwrap()[0].source, renamed);
    let moved = Recorded {
        source: heart.id(),
        row: None,
        note: Note::Moved(Box::default(), url("https://example.net/new")),
    };
    store.record(vec![moved]).await.unwrap();
    let status = store.sources().await.unwrap().remove(0);
    assert_eq!(status.source.url(), &url("https://example.net/new"));
    assert_eq!((status.source.id(), status.source.title()), (heart.id(), Some("Heart")));
    store.unfollow(heart.id()).await.unwrap();
    let mut state = PollState::default();
    state.failures = 7;
    store.record(vec![note(&heart, state)]).await.unwrap();
    store.follow(vec![heart]).await.unwrap();
    assert_eq!(store.sources().await.unwrap()[0].state.failures, 0);
}

async fn resting_only_puts_off(store: Store) {
    let names = ["new", "soon", "late", "other"];
    store.follow(names.map(source).to_vec()).await.unwrap();
    for (name, next_due) in [("soon", 50), ("late", 500), ("other", 50)] {
        let mut state = PollState::default();
        state.next_due = Some(at(next_due));
        store.record(vec![note(&source(name), state)]).await.unwrap();
    }
    let holds = |source: &Source| source.url().path() != "/other";
    store.rest_until(at(100), holds).await.unwrap();
    let due: Vec<_> = store
        .sources()
        .await
        .unwrap()
        .into_iter()
        .map(|status| status.state.next_due)
        .collect();
    assert_eq!(due, [Some(at(100)), Some(at(100)), Some(at(500)), Some(at(50))]);
}

async fn sources_are_found_by_health(store: Store) {
    let names = ["new", "failing", "gone"];
    store.follow(names.map(source).to_vec()).await.unwrap();
    for (name, health) in [("failing", Health::Failing), ("gone", Health::Gone)] {
        let mut state = PollState::default();
        state.health = health;
        store.record(vec![note(&source(name), state)]).await.unwrap();
    }
    let found = store
        .sources_with(&[Health::Gone, Health::Failing], at(9))
        .await
        .unwrap();
    let paths: Vec<&str> = found.iter().map(|status| status.source.url().path()).collect();
    assert_eq!(paths, ["/failing", "/gone"]);
}

async fn one_update_at_a_time(store: Store) {
    let turn = store.turn(Duration::ZERO).await.unwrap();
    let refused = store.clone().turn(Duration::from_millis(60)).await;
    assert!(refused.err().unwrap().is_store_locked());
    let next = tokio::spawn({
        let store = store.clone();
        async move { store.turn(Duration::from_secs(60)).await.map(drop) }
    });
    tokio::task::yield_now().await;
    drop(turn);
    next.await.unwrap().unwrap();
}

fn note(source: &Source, state: PollState) -> Recorded {
    Recorded {
        source: source.id(),
        row: None,
        note: Note::State(Box::new(state)),
    }
}

async fn an_unfollowed_source_takes_nothing(store: Store) {
    let heart = source("heart");
    store.follow(vec![heart.clone()]).await.unwrap();
    store.unfollow(heart.id()).await.unwrap();
    let applied = fetched(&store, &heart, vec![item(&heart, "guid:1", "One", 1)], 5).await;
    assert_eq!(
        applied,
        Applied::default(),
        "it was unfollowed while it was being asked"
    );
    assert_eq!(store.count().await.unwrap().items, 0);
}

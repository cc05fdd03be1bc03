//! Filters, pages, and what can be typed into a search.

use std::collections::BTreeSet;

use super::*;
use crate::model::{Content, Facet, FacetKey, SourceKind, Specialty, Tag};
use proptest::prelude::*;

for_each_backend!(
    filters_hold_on_one_item,
    facets_are_asked_for_by_kind,
    searches_are_safe,
    words_and_phrases_are_found,
    pages_have_bounds,
);

async fn filters_hold_on_one_item(store: Store) {
    let journal = source("journal").with_kind(SourceKind::Journal).with_language("en-GB");
    let news = source("news").with_language("de");
    store.follow(vec![journal.clone(), news.clone()]).await.unwrap();
    let title = "Statins and the risk of falls";
    let mut paper = item(&journal, "guid:1", title, 10);
    paper.tags = vec![
        Tag::new(Specialty::CARDIOLOGY, 0.3, vec![]),
        Tag::new(Specialty::GERIATRICS, 0.1, vec![]),
    ];
    paper.signals = vec![Signal::new(SignalKind::RandomizedTrial, 0.9, "randomised")];
    let mut report = item(&news, "guid:1", title, 20);
    report.tags = vec![Tag::new(Specialty::GERIATRICS, 0.9, vec![])];
    let mut other = item(&news, "guid:2", "Something else entirely", 30);
    other.language = Some("fr-CA".to_owned());
    fetched(&store, &journal, vec![paper], 100).await;
    fetched(&store, &news, vec![report, other], 100).await;
    let count = async |query: Query| titles(&store, &query).await.len();
    let cardiology = || Query::new().specialty(Specialty::CARDIOLOGY);
    assert_eq!(count(cardiology()).await, 1);
    assert_eq!(count(cardiology().least_confidence(0.300_01)).await, 0);
    assert_eq!(
        count(cardiology().specialty(Specialty::UROLOGY)).await,
        1,
        "any of them"
    );
    assert_eq!(
        count(cardiology().kind(SourceKind::News)).await,
        0,
        "the same item must be both"
    );
    assert_eq!(
        count(Query::new().specialty(Specialty::GERIATRICS).kind(SourceKind::News)).await,
        1
    );
    assert_eq!(
        count(Query::new().specialty(Specialty::GERIATRICS).kind(SourceKind::Journal)).await,
        0
    );
    assert_eq!(
        count(Query::new().signal(SignalKind::RandomizedTrial).signal(SignalKind::Cme)).await,
        1
    );
    assert_eq!(count(Query::new().signal(SignalKind::Cme)).await, 0);
    assert_eq!(count(Query::new().language("en")).await, 1);
    assert_eq!(count(Query::new().language("en-gb").language("fr")).await, 2);
    assert_eq!(
        count(Query::new().language("e").language("en-us").language("f_")).await,
        0
    );
    assert_eq!(count(Query::new().language("%")).await, 0);
    assert_eq!(
        count(Query::new().source(journal.id()).source(source("x").id())).await,
        1
    );
    assert_eq!(count(Query::new().source(source("x").id())).await, 0);
    assert_eq!(
        count(Query::new().until(at(20))).await,
        1,
        "the story has an item before"
    );
    assert_eq!(
        count(Query::new().since(at(11)).until(at(20))).await,
        0,
        "but none in between"
    );
}

fn facet(key: &str, confidence: f32) -> Facet {
    Facet::new(key.parse().unwrap(), "Label", confidence, vec![])
}

async fn facets_are_asked_for_by_kind(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let with = |guid: &str, title: &str, second, facets: &[(&str, f32)]| {
        let mut item = item(&feed, guid, title, second);
        item.facets = facets.iter().map(|(key, sure)| facet(key, *sure)).collect();
        item
    };
    let items = vec![
        with(
            "guid:1",
            "Asthma in children",
            1,
            &[("condition:asthma", 0.9), ("population:pediatric", 0.9)],
        ),
        with(
            "guid:2",
            "Asthma in adults",
            2,
            &[("condition:asthma", 0.7), ("population:adult", 0.9)],
        ),
        with(
            "guid:3",
            "Gout in the elderly",
            3,
            &[("condition:gout", 0.9), ("population:older", 0.9)],
        ),
        with("guid:4", "Nothing of the kind", 4, &[]),
        // A drug of the same code as a condition is another facet.
        with(
            "guid:5",
            "A drug named asthma",
            5,
            &[("drug:asthma", 0.9), ("condition:gout", 0.1)],
        ),
    ];
    fetched(&store, &feed, items, 10).await;
    let found = async |keys: &[&str]| {
        let ask = |query: Query, key: &&str| query.facet(key.parse::<FacetKey>().unwrap());
        titles(&store, &keys.iter().fold(Query::new(), ask)).await
    };
    let (children, adults, gout) = ("Asthma in children", "Asthma in adults", "Gout in the elderly");
    assert_eq!(found(&["condition:asthma"]).await, [adults, children]);
    assert_eq!(
        found(&["condition:asthma", "condition:gout"]).await,
        [gout, adults, children]
    );
    assert_eq!(found(&["condition:asthma", "population:pediatric"]).await, [children]);
    assert_eq!(
        found(&["population:pediatric", "population:older"]).await,
        [gout, children],
        "any of one kind"
    );
    assert_eq!(
        found(&["population:pediatric", "population:older", "condition:gout"]).await,
        [gout]
    );
    assert!(found(&["condition:asthma", "drug:asthma"]).await.is_empty());
    assert_eq!(found(&["drug:asthma"]).await, ["A drug named asthma"]);
    assert!(found(&["audience:nurse"]).await.is_empty());
    let sure = |sure: f32| {
        Query::new()
            .facet("condition:gout".parse().unwrap())
            .least_confidence(sure)
    };
    assert_eq!(titles(&store, &sure(0.05)).await.len(), 2);
    assert_eq!(titles(&store, &sure(0.95)).await.len(), 0);
    let page = sure(0.0).limit(1).search("gout").kind(SourceKind::News);
    assert_eq!(titles(&store, &page).await, [gout], "with other conditions");

    // An item that changes loses the facets it had; what is stored comes back with them.
    let changed = with("guid:1", "Gout in children", 1, &[("condition:gout", 0.8)]);
    fetched(&store, &feed, vec![changed.clone()], 20).await;
    assert_eq!(found(&["condition:asthma"]).await, [adults]);
    assert_eq!(found(&["condition:gout"]).await, [gout, "Gout in children"]);
    assert_eq!(store.item(changed.id).await.unwrap().unwrap().facets, changed.facets);
}

async fn searches_are_safe(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    fetched(
        &store,
        &feed,
        vec![item(&feed, "guid:1", "NEAR miss AND near OR not title", 1)],
        5,
    )
    .await;
    for typed in [
        "\"",
        "\"\"",
        "'",
        "''",
        "*",
        "NEAR(",
        "NEAR(a b, 5)",
        "title:miss",
        "{title text}: x",
        "a OR",
        "AND",
        "NOT x",
        "^near",
        "a + b",
        "(",
        ")",
        "a)b",
        "-",
        "--",
        "-- DROP TABLE items",
        "'; DROP TABLE items; --",
        "\u{0}",
        "near\u{0}miss",
        "a\"b\"c\"",
        "\"a\" OR \"b",
        "rowid:1",
        "search MATCH 'x'",
        "😀",
        "%",
        "_",
        "\\",
        "“",
        "-\"",
        "-*",
        "\"*\"*",
        "x\u{300}\u{301}",
        "ﷺ",
        "İ",
        "ß",
    ] {
        // Each must be answered, whatever it finds.
        titles(&store, &Query::new().search(typed)).await;
    }
    assert_eq!(
        titles(&store, &Query::new().search("NEAR AND OR not title"))
            .await
            .len(),
        1,
        "they are words"
    );
    assert!(titles(&store, &Query::new().search("title:else")).await.is_empty());
    assert!(
        titles(&store, &Query::new().search("miss OR nonsense"))
            .await
            .is_empty(),
        "OR is a word, too"
    );
    assert_eq!(store.count().await.unwrap().items, 1);
}

async fn words_and_phrases_are_found(store: Store) {
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let mut first = item(&feed, "guid:1", "Ménière’s disease: a β-blocker", 1);
    first.content = Some(Content::html(
        "<p>Of <b>hypertensive</b> crisis</p><p>in 糖尿病</p>",
        None,
    ));
    let mut second = item(&feed, "guid:2", "Heart", 2);
    second.summary = "failure in mice".to_owned();
    fetched(&store, &feed, vec![first, second], 5).await;
    let (first, second) = ("Ménière’s disease: a β-blocker", "Heart");
    for (typed, found) in [
        ("meniere", vec![first]),
        ("MENIERE'S disease", vec![first]),
        ("\"disease a β blocker\"", vec![first]),
        ("\"blocker disease\"", vec![]),
        ("hypertens*", vec![first]),
        ("hypertens", vec![]),
        ("\"hypertensive cri*\"", vec![first]),
        ("尿病", vec![first]),
        ("病尿", vec![]),
        ("heart failure", vec![second]),
        ("\"heart failure\"", vec![]),
        ("-mice", vec![first]),
        ("-meniere -mice", vec![]),
        ("failure -\"mice in\"", vec![second]),
        ("***", vec![second, first]),
    ] {
        assert_eq!(titles(&store, &Query::new().search(typed)).await, found, "{typed}");
    }
}

async fn pages_have_bounds(store: Store) {
    let limits = Limits {
        max_page: 2,
        ..Limits::default()
    };
    let store = store.with_limits(limits);
    let feed = source("feed");
    store.follow(vec![feed.clone()]).await.unwrap();
    let items = (0..5).map(|number| item(&feed, &format!("guid:{number}"), &format!("Title {number}"), number));
    fetched(&store, &feed, items.collect(), 100).await;
    for (limit, shown) in [(0, 1), (1, 1), (2, 2), (usize::MAX, 2)] {
        let page = store.stories(&Query::new().limit(limit), at(100)).await.unwrap();
        assert_eq!((page.items.len(), page.next.is_some()), (shown, true));
    }
    assert_eq!(store.items_of(feed.id(), usize::MAX).await.unwrap().len(), 2);
    let last = Query::new().limit(2).until(at(2));
    let page = store.stories(&last, at(100)).await.unwrap();
    assert_eq!(
        (page.items.len(), page.next),
        (2, None),
        "a full page that is the last one"
    );
}

/// All titles, page by page; `between` is done after the first page.
async fn all_pages(store: &Store, limit: usize, between: Vec<Item>, feed: &Source) -> Vec<StoryId> {
    let mut query = Query::new().limit(limit);
    let mut seen = Vec::new();
    let mut between = Some(between);
    loop {
        let page = store.stories(&query, at(10_000)).await.unwrap();
        assert!(page.items.len() <= limit);
        seen.extend(page.items.iter().map(Story::id));
        let Some(next) = page.next else { return seen };
        assert_eq!(page.items.len(), limit, "only the last page may be short");
        query = query.after(next.to_string().parse().unwrap());
        if let Some(items) = between.take() {
            fetched(store, feed, items, 9_000).await;
        }
    }
}

fn pages_are_complete(open: impl Fn() -> Store, dates: &[i64], limit: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = open();
        let feed = source("feed");
        store.follow(vec![feed.clone()]).await.unwrap();
        // Titles too short for a key: each founds its own story.
        let item =
            |(number, date): (usize, &i64)| item(&feed, &format!("guid:{number}"), &format!("T {number}"), *date);
        let items: Vec<Item> = dates.iter().enumerate().map(item).collect();
        let expected: BTreeSet<StoryId> = items.iter().map(|item| StoryId::founded_by(item.id)).collect();
        fetched(&store, &feed, items, 5_000).await;
        // A newer story that comes in while somebody pages shifts nothing.
        let newer = super::item(&feed, "guid:new", "New", 8_000);
        let pages = all_pages(&store, limit, vec![newer], &feed).await;
        let unique: BTreeSet<StoryId> = pages.iter().copied().collect();
        assert_eq!(unique.len(), pages.len(), "a story came twice");
        assert_eq!(unique, expected);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_of_memory_are_complete(dates in prop::collection::vec(0..5_i64, 1..30), limit in 1..8_usize) {
        pages_are_complete(Store::in_memory, &dates, limit);
    }
}

#[cfg(feature = "sqlite")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn pages_of_sqlite_are_complete(dates in prop::collection::vec(-3..3_i64, 1..30), limit in 1..8_usize) {
        let folder = tempfile::tempdir().unwrap();
        pages_are_complete(|| Store::open(folder.path().join("store.db")).unwrap(), &dates, limit);
    }

    /// Both find the same, whatever stands in the text and whatever is typed.
    #[test]
    fn memory_and_sqlite_find_the_same(
        texts in prop::collection::vec("[a-cß糖尿 \\-'\"*.]{0,12}|\\PC{0,8}", 1..8),
        typed in prop::collection::vec("-?\"?[a-cß糖尿 \\-*]{0,5}\"?|\\PC{0,4}", 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let stores = [Store::in_memory(), Store::open(folder.path().join("store.db")).unwrap()];
            let feed = source("feed");
            let items: Vec<Item> = texts.iter().enumerate().map(|(number, text)| {
                let mut item = item(&feed, &format!("guid:{number}"), text, 1);
                item.summary = texts[texts.len() - 1 - number].clone();
                item
            }).collect();
            for store in &stores {
                store.follow(vec![feed.clone()]).await.unwrap();
                fetched(store, &feed, items.clone(), 5).await;
            }
            for typed in typed.iter().chain(&texts) {
                let [memory, sqlite] = [&stores[0], &stores[1]];
                let query = Query::new().search(typed);
                assert_eq!(titles(memory, &query).await, titles(sqlite, &query).await, "{typed:?}");
            }
        });
    }
}

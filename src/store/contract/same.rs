//! Whatever happens to two backends, they hold and find the same.
#![cfg(feature = "sqlite")]

use super::*;
use crate::model::{Facet, SourceKind, Specialty, Tag};
use proptest::prelude::*;
use proptest::sample::select;

/// Few titles, DOIs and words, so that joins, merges and repeats are common.
const TITLES: [&str; 5] = [
    "Statins and the risk of falls",
    "Effect of H. pylori on sleep",
    "STATINS and the risk of falls",
    "糖尿病 care in older adults: a trial",
    "",
];
const DOIS: [&str; 3] = ["10.1000/a", "10.1000/b", "10.1000/c"];
const LANGUAGES: [&str; 4] = ["en", "en-GB", "de", "x"];
const FACETS: [&str; 4] = [
    "condition:gout",
    "condition:asthma",
    "population:adult",
    "population:older",
];
const SEARCHES: [&str; 6] = ["statins", "\"risk of\" -sleep", "-pylori", "病", "fall*", ""];

#[derive(Debug, Clone)]
struct Entry {
    key: u8,
    title: &'static str,
    summary: &'static str,
    date: Option<i64>,
    doi: Option<&'static str>,
    tag: Option<(Specialty, f32)>,
    facets: Vec<(&'static str, f32)>,
    language: Option<&'static str>,
    retracts: Option<&'static str>,
}

fn entry() -> impl Strategy<Value = Entry> {
    (
        0..6_u8,
        select(&TITLES[..]),
        select(&["", "of sleep", "risk"][..]),
        prop::option::of(-5..60_i64),
        prop::option::weighted(0.4, select(&DOIS[..])),
        prop::option::of((select(&Specialty::ALL[..3]), 0.0..1.0_f32)),
        prop::collection::vec((select(&FACETS[..]), 0.0..1.0_f32), 0..3),
        prop::option::of(select(&LANGUAGES[..])),
        prop::option::weighted(0.15, select(&TITLES[..4])),
    )
        .prop_map(
            |(key, title, summary, date, doi, tag, facets, language, retracts)| Entry {
                key,
                title,
                summary,
                date,
                doi,
                tag,
                facets,
                language,
                retracts,
            },
        )
}

impl Entry {
    fn item(&self, source: &Source) -> Item {
        let mut item = item(
            source,
            &format!("guid:{}", self.key),
            self.title,
            self.date.unwrap_or(0),
        );
        if self.date.is_none() {
            item.published = None;
        }
        if let Some(doi) = self.doi {
            item = with_doi(item, doi);
        }
        if let Some(target) = self.retracts {
            item = retraction(item, target);
        }
        item.summary = self.summary.to_owned();
        item.language = self.language.map(str::to_owned);
        item.tags.extend(
            self.tag
                .clone()
                .map(|(specialty, confidence)| Tag::new(specialty, confidence, vec![])),
        );
        item.facets.extend(
            self.facets
                .iter()
                .map(|(key, confidence)| Facet::new(key.parse().unwrap(), "Label", *confidence, vec![])),
        );
        item
    }
}

fn query() -> impl Strategy<Value = Query> {
    let filters = (
        prop::collection::vec(select(&Specialty::ALL[..3]), 0..3),
        prop::option::of(select(&[SourceKind::Journal, SourceKind::News][..])),
        prop::option::weighted(0.2, 0..3_usize),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, select(&LANGUAGES[..])),
        prop::collection::vec(select(&FACETS[..]), 0..3),
    );
    let bounds = (
        prop::option::weighted(0.4, -5..60_i64),
        prop::option::weighted(0.4, -5..60_i64),
        prop::option::weighted(0.4, select(&SEARCHES[..])),
        0.0..1.0_f32,
        1..5_usize,
    );
    (filters, bounds).prop_map(
        |((specialties, kind, from, retraction, language, facets), (since, until, search, sure, limit))| {
            let mut query = Query::new().least_confidence(sure).limit(limit);
            for specialty in specialties {
                query = query.specialty(specialty);
            }
            for facet in facets {
                query = query.facet(facet.parse().unwrap());
            }
            query = kind.into_iter().fold(query, Query::kind);
            query = from
                .into_iter()
                .fold(query, |query, from| query.source(sources()[from].id()));
            query = language.into_iter().fold(query, Query::language);
            query = since.into_iter().fold(query, |query, since| query.since(at(since)));
            query = until.into_iter().fold(query, |query, until| query.until(at(until)));
            query = search.into_iter().fold(query, Query::search);
            if retraction {
                query.signal(SignalKind::Retraction)
            } else {
                query
            }
        },
    )
}

fn sources() -> [Source; 3] {
    [
        source("a").with_kind(SourceKind::Journal).with_language("en-US"),
        source("b").with_kind(SourceKind::News),
        source("c").with_language("de"),
    ]
}

/// Every page of a query.
async fn pages(store: &Store, query: &Query) -> Vec<Story> {
    let (mut query, mut all) = (query.clone(), Vec::new());
    loop {
        let page = store.stories(&query, at(100)).await.unwrap();
        all.extend(page.items);
        let Some(next) = page.next else { return all };
        query = query.after(next);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn memory_and_sqlite_stay_the_same(
        feeds in prop::collection::vec((0..3_usize, prop::collection::vec(entry(), 0..6)), 1..8),
        queries in prop::collection::vec(query(), 8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("store.db");
            let memory = Store::in_memory();
            let mut sqlite = Store::open(&path).unwrap();
            for store in [&memory, &sqlite] {
                store.follow(sources().to_vec()).await.unwrap();
            }
            for (now, (from, entries)) in feeds.iter().enumerate() {
                let from = &sources()[*from];
                let items: Vec<Item> = entries.iter().map(|entry| entry.item(from)).collect();
                let now = 20 + i64::try_from(now).unwrap();
                let applied = fetched(&memory, from, items.clone(), now).await;
                assert_eq!(applied, fetched(&sqlite, from, items, now).await);
            }
            drop(sqlite);
            sqlite = Store::open(&path).unwrap();
            assert_eq!(memory.count().await.unwrap(), sqlite.count().await.unwrap());
            let everything = pages(&memory, &Query::new()).await;
            assert_eq!(everything, pages(&sqlite, &Query::new()).await);
            for query in &queries {
                let found = pages(&memory, query).await;
                assert_eq!(&found, &pages(&sqlite, query).await, "{query:?}");
                // In the one order, and nothing that is not there.
                let mut expected = everything.clone();
                expected.retain(|story| found.contains(story));
                assert_eq!(found, expected, "{query:?}");
            }
            // Each item is in one story, and each story has what joins it.
            let mut seen: Vec<_> = everything.iter().flat_map(Story::items).map(|item| item.id).collect();
            seen.sort();
            let all = seen.len();
            seen.dedup();
            assert_eq!((all, seen.len()), (memory.count().await.unwrap().items, all));
            for story in &everything {
                let joins = story.relations().iter().filter(|relation| relation.kind.joins()).count();
                assert!(joins + 1 >= story.items().len(), "a story without a reason: {story:?}");
            }
        });
    }
}

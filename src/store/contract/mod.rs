//! What every backend must do, run against each of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::field_reassign_with_default
)]

mod items;
mod paging;
mod retag;
mod same;
mod sources;
mod stories;

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::apply::{Applied, Change, Decide, FeedUpdate};
use super::*;
use crate::cluster::Candidate;
use crate::ident::Identifier;
use crate::model::{Relation, RelationKind, Signal, SignalKind};
use crate::text::fold_title;

/// Declares each named contract as a test of every backend.
macro_rules! for_each_backend {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::store::Store::in_memory()).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                super::$name(crate::store::Store::open(folder.path().join("store.db")).unwrap()).await;
            })*
        }
    };
}
pub(super) use for_each_backend;

/// Same text: unchanged. Same folded title: one story. A retraction signal with a target title: about that one.
#[derive(Debug, Default)]
pub(super) struct ByTitle {
    /// Panics at the item of this title.
    pub(super) panics_at: Option<&'static str>,
}

impl Decide for ByTitle {
    fn change(&self, stored: Option<&Item>, fetched: &Item) -> Change {
        match stored {
            None => Change::Add,
            Some(stored) if stored.title == fetched.title && stored.summary == fetched.summary => Change::Unchanged,
            Some(_) => Change::Update,
        }
    }

    fn relate(&self, item: &Item, candidates: &[Candidate], now: Timestamp) -> Vec<Relation> {
        assert!(self.panics_at != Some(item.title.as_str()), "as the test wants it");
        assert!(
            candidates.iter().all(|candidate| candidate.item.id != item.id),
            "never itself"
        );
        candidates
            .iter()
            .filter_map(|candidate| {
                let target = item.signals.iter().find_map(|signal| signal.target_title.as_deref());
                let kind = match target {
                    Some(target) if target == candidate.item.title => RelationKind::Retracts,
                    Some(_) => return None,
                    None if fold_title(&candidate.item.title) == fold_title(&item.title) => RelationKind::SameTitle,
                    None if candidate.item.doi().is_some() && candidate.item.doi() == item.doi() => {
                        RelationKind::SameWork
                    }
                    None => return None,
                };
                Some(Relation::new(
                    kind,
                    item.id,
                    candidate.item.id,
                    "the test says so",
                    0.9,
                    now,
                ))
            })
            .collect()
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(super) fn source(name: &str) -> Source {
    format!("https://example.org/{name}").parse().unwrap()
}

/// An item of a source, published at that second.
pub(super) fn item(source: &Source, key: &str, title: &str, second: i64) -> Item {
    let mut item = Item::new(source.id(), key);
    item.title = title.to_owned();
    item.published = Some(crate::model::FeedDate::new(at(second), crate::model::Precision::Second));
    item
}

pub(super) fn with_doi(mut item: Item, doi: &str) -> Item {
    let doi = Identifier::Doi(doi.parse().unwrap());
    item.identifiers = vec![crate::ident::FoundIdentifier::new(doi, crate::ident::FoundIn::Metadata)];
    item
}

pub(super) fn retraction(mut item: Item, target: &str) -> Item {
    let mut signal = Signal::new(SignalKind::Retraction, 1.0, "Retraction");
    signal.target_title = Some(target.to_owned());
    item.signals = vec![signal];
    item
}

pub(super) fn update(source: &Source, items: Vec<Item>, second: i64) -> FeedUpdate {
    FeedUpdate {
        source: source.id(),
        state: PollState::default(),
        moved_to: None,
        title: None,
        items,
        now: at(second),
        finish: Box::new(|state, _| state),
    }
}

/// Applies items fetched at that second.
pub(super) async fn fetched(store: &Store, source: &Source, items: Vec<Item>, second: i64) -> Applied {
    store
        .apply(update(source, items, second), Arc::new(ByTitle::default()))
        .await
        .unwrap()
}

pub(super) async fn titles(store: &Store, query: &Query) -> Vec<String> {
    let page = store.stories(query, at(10_000)).await.unwrap();
    page.into_iter().map(|story| story.title().to_owned()).collect()
}

pub(super) fn url(text: &str) -> Url {
    text.parse().unwrap()
}

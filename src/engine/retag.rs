//! Tags: given to an item when it comes, and given anew to all that is stored when the tagger is another.
//!
//! Flow of the second: the store is gone through in pages, in the order in which items came. What remembers another tagger
//! is tagged and written, each page in one transaction, so that nothing is lost between reading and writing, and a run
//! that ends early is gone on with by the next. Only tags change: no dates, no stories, no signals.

use std::sync::Arc;

use super::Parts;
use crate::error::Result;
use crate::model::{Field, Item, Specialty, Tag};
use crate::store::{RetagReport, Retagger};
use crate::tag::Tagger;

/// Items of one transaction: writers wait for as long as these take, some hundredths of a second.
const PAGE: usize = 128;

/// In another language than English, what a tag needs that no source stands for.
const SURE: f32 = 0.7;

/// Says what an item is about, and who says so.
pub(super) fn tag(item: &mut Item, source: &[Specialty], tagger: &Tagger) {
    (item.tags, item.facets) = tagger.tag_with_facets(item, source);
    if item.language.as_deref().is_some_and(|language| !is_english(language)) {
        // The terms are English: in another language a word may look like one by chance.
        let sure = |tag: &Tag| tag.confidence() >= SURE || tag.terms().iter().any(|term| term.field == Field::Source);
        item.tags.retain(sure);
        item.facets.retain(|facet| facet.confidence() >= SURE);
    }
    item.tagger = Some(tagger.version());
}

fn is_english(language: &str) -> bool {
    language
        .get(..2)
        .is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

pub(super) async fn retag(parts: &Parts) -> Result<RetagReport> {
    let tagger = parts.tagger.clone();
    let retagger = Arc::new(Retagger {
        version: tagger.version(),
        tag: Box::new(move |item, source| tag(item, source, &tagger)),
    });
    let mut report = RetagReport::default();
    let mut after = Some(0);
    while let Some(number) = after {
        let (page, last) = parts.store.retag(number, PAGE, Arc::clone(&retagger)).await?;
        report.add(&page);
        after = last;
    }
    tracing::debug!(
        seen = report.seen,
        retagged = report.retagged,
        changed = report.changed,
        "retag done"
    );
    Ok(report)
}

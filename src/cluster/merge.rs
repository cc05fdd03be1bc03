//! A story from its items.

use jiff::Timestamp;

use crate::ident::Identifier;
use crate::model::{Item, Notice, Relation, Signal, SignalKind, Story, StoryId, Tag};

/// A story of these items: the one to show first, tags and signals of all of them, each once.
///
/// `relations` are those between its items; `notices` those that point at them from outside. The item to show is the
/// work itself before a preprint of it, that before other pages, podcasts and press releases; among equals
/// the one that was seen first, then the earliest.
/// A specialty's confidence is the highest that any item has. Once a published form is there, the story is no preprint.
#[must_use]
pub fn assemble(
    id: StoryId,
    mut items: Vec<Item>,
    mut relations: Vec<Relation>,
    mut notices: Vec<Notice>,
    now: Timestamp,
) -> Story {
    // Of equals the one that was there first: a later feed cannot take a story over by claiming its DOI and an old date.
    items.sort_by_cached_key(|item| {
        let seen = item.first_seen.unwrap_or(Timestamp::MAX);
        (standing(item), seen, item.sort_date(now), item.id)
    });
    relations.sort_by_key(|relation| (relation.at, relation.from, relation.to, relation.kind));
    notices.sort_by_key(|notice| (notice.kind, std::cmp::Reverse(notice.date), notice.item));
    notices.dedup_by_key(|notice| notice.item);
    let date = items.iter().map(|item| item.sort_date(now)).max().unwrap_or(now);
    let tags = merged_tags(&items);
    let signals = merged_signals(&items);
    Story::from_parts(id, date, items, relations, notices, tags, signals)
}

/// How well an item stands for its story; lower is better.
fn standing(item: &Item) -> u8 {
    let names_a_work = item.own_identifiers().any(Identifier::names_a_work);
    let has = |kind| item.signals.iter().any(|signal| signal.kind == kind);
    if names_a_work && !has(SignalKind::Preprint) {
        0
    } else if names_a_work {
        1
    } else if has(SignalKind::PressRelease) {
        4
    } else if item.audio().is_some() {
        3
    } else {
        2
    }
}

fn merged_tags(items: &[Item]) -> Vec<Tag> {
    let mut merged: Vec<Tag> = Vec::new();
    for tag in items.iter().flat_map(|item| &item.tags) {
        match merged.iter_mut().find(|known| known.specialty() == tag.specialty()) {
            Some(known) if known.confidence() < tag.confidence() => *known = tag.clone(),
            Some(_) => {}
            None => merged.push(tag.clone()),
        }
    }
    merged.sort_by(|a, b| {
        b.confidence()
            .total_cmp(&a.confidence())
            .then_with(|| a.specialty().cmp(b.specialty()))
    });
    merged
}

fn merged_signals(items: &[Item]) -> Vec<Signal> {
    let published = items.first().is_some_and(|lead| standing(lead) == 0);
    let all_press = items.iter().all(|item| {
        item.signals
            .iter()
            .any(|signal| signal.kind == SignalKind::PressRelease)
    });
    let mut merged: Vec<Signal> = Vec::new();
    for signal in items.iter().flat_map(|item| &item.signals) {
        // What only one of several items is, does not describe the story.
        let of_the_item_only = (signal.kind == SignalKind::Preprint && published)
            || (signal.kind == SignalKind::PressRelease && !all_press)
            || (signal.kind == SignalKind::EditorialLetterComment && items.len() > 1 && !first_has(items, signal.kind));
        if of_the_item_only {
            continue;
        }
        match merged.iter_mut().find(|known| known.kind == signal.kind) {
            Some(known) if known.confidence < signal.confidence => *known = signal.clone(),
            Some(_) => {}
            None => merged.push(signal.clone()),
        }
    }
    merged.sort_by_key(|signal| signal.kind);
    merged
}

fn first_has(items: &[Item], kind: SignalKind) -> bool {
    items
        .first()
        .is_some_and(|item| item.signals.iter().any(|signal| signal.kind == kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::{FoundIdentifier, FoundIn};
    use crate::model::{Evidence, FeedDate, Field, Precision, Source, Specialty};

    fn item(key: &str, doi: Option<&str>, confidence: f32) -> Item {
        let source: Source = "https://example.org/f.xml".parse().unwrap();
        let mut item = Item::new(source.id(), key);
        item.title = key.to_owned();
        let found = doi.map(|doi| FoundIdentifier::new(Identifier::Doi(doi.parse().unwrap()), FoundIn::Metadata));
        item.identifiers.extend(found);
        let evidence = vec![Evidence::new(key, Field::Title, 1.0)];
        item.tags.push(Tag::new(Specialty::CARDIOLOGY, confidence, evidence));
        item
    }

    #[test]
    fn the_paper_leads_and_tags_are_merged() {
        let news = item("news", None, 0.9);
        let mut preprint = item("preprint", Some("10.1101/2026.01.01.1"), 0.4);
        preprint.signals.push(Signal::new(SignalKind::Preprint, 0.99, "prefix"));
        let paper = item("paper", Some("10.5555/a"), 0.5);
        let id = StoryId::founded_by(news.id);
        let story = assemble(
            id,
            vec![news, preprint.clone(), paper],
            Vec::new(),
            Vec::new(),
            Timestamp::UNIX_EPOCH,
        );
        let order: Vec<&str> = story.items().iter().map(|item| item.title.as_str()).collect();
        assert_eq!(order, ["paper", "preprint", "news"]);
        assert_eq!(story.tags().len(), 1);
        assert_eq!(story.tags()[0].evidence(), "“news” in the title");
        assert!(story.signals().is_empty(), "published by now");
        let alone = assemble(id, vec![preprint], Vec::new(), Vec::new(), Timestamp::UNIX_EPOCH);
        assert!(alone.signal(SignalKind::Preprint).is_some());
    }

    #[test]
    fn a_later_feed_does_not_take_a_story_over() {
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let mut paper = item("paper", Some("10.5555/a"), 0.5);
        paper.first_seen = Some(day(100));
        paper.published = Some(FeedDate::new(day(99), Precision::Second));
        let mut claim = item("buy pills", Some("10.5555/a"), 0.5);
        claim.first_seen = Some(day(101));
        claim.published = Some(FeedDate::new(day(1), Precision::Second));
        let id = StoryId::founded_by(paper.id);
        let story = assemble(id, vec![claim, paper], Vec::new(), Vec::new(), day(200));
        assert_eq!(story.title(), "paper");
    }
}

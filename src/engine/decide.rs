//! Decisions of an update: pure.

use jiff::Timestamp;
use url::Url;

use crate::cluster::{Candidate, relate};
use crate::ident::canonical_link;
use crate::model::{Item, Media, Relation};
use crate::store::{Change, Decide};

/// The decisions made inside the store's transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decisions {
    /// Whether items are joined into stories.
    pub(super) stories: bool,
}

impl Decide for Decisions {
    fn change(&self, stored: Option<&Item>, fetched: &Item) -> Change {
        match stored {
            None => Change::Add,
            Some(stored) if says_the_same(stored, fetched) => Change::Unchanged,
            Some(_) => Change::Update,
        }
    }

    fn relate(&self, item: &Item, candidates: &[Candidate], now: Timestamp) -> Vec<Relation> {
        if self.stories {
            relate(item, candidates, now)
        } else {
            Vec::new()
        }
    }
}

/// Whether a fetched item says what the stored one says.
///
/// Links are compared in their canonical form, content by its text, media without their parameters: `PubMed` stamps its
/// links with the time of the poll, and podcast hosts rotate tokens. Either would make every item "updated" at every poll.
fn says_the_same(stored: &Item, fetched: &Item) -> bool {
    let mut fetched = fetched.clone();
    fetched.first_seen = stored.first_seen;
    // Another tagger that finds the same is no news.
    fetched.tagger.clone_from(&stored.tagger);
    if same_link(stored.link.as_ref(), fetched.link.as_ref()) {
        fetched.link.clone_from(&stored.link);
    }
    // The text counts, not the markup: PubMed's holds links that are stamped like the item's own.
    if let (Some(known), Some(content)) = (&stored.content, &mut fetched.content)
        && known.kind == content.kind
        && known.text == content.text
    {
        content.clone_from(known);
    }
    if stored.guid_is_link && stored.key == fetched.key {
        fetched.guid.clone_from(&stored.guid);
    }
    let same_media = stored.media.len() == fetched.media.len()
        && stored
            .media
            .iter()
            .zip(&fetched.media)
            .all(|(known, new)| same_file(known, new));
    if same_media {
        fetched.media.clone_from(&stored.media);
    }
    fetched == *stored
}

fn same_link(stored: Option<&Url>, fetched: Option<&Url>) -> bool {
    match (stored, fetched) {
        (Some(stored), Some(fetched)) => stored == fetched || canonical_link(stored) == canonical_link(fetched),
        (stored, fetched) => stored.is_none() && fetched.is_none(),
    }
}

fn same_file(stored: &Media, fetched: &Media) -> bool {
    let bare = |media: &Media| {
        let mut bare = media.clone();
        bare.url.set_query(None);
        bare
    };
    bare(stored) == bare(fetched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Content, Source};

    fn item() -> Item {
        let source: Source = "https://example.org/feed.xml".parse().unwrap();
        let mut item = Item::new(source.id(), "guid:1");
        item.title = "Title".to_owned();
        item.link = Some(
            "https://pubmed.ncbi.nlm.nih.gov/38/?utm_source=a&ff=20260101&v=1"
                .parse()
                .unwrap(),
        );
        item.content = Some(Content::html("<a href='https://example.org/?ff=1'>38</a>", None));
        item.media
            .push(Media::new("https://example.org/a.mp3?token=1".parse().unwrap()));
        item
    }

    #[test]
    fn what_changes_at_every_poll_is_no_news() {
        let decisions = Decisions { stories: true };
        let mut stored = item();
        stored.first_seen = Some(Timestamp::UNIX_EPOCH);
        stored.tagger = Some("1-0123".to_owned());
        let mut fetched = item();
        fetched.tagger = Some("2-4567".to_owned());
        fetched.link = Some(
            "https://pubmed.ncbi.nlm.nih.gov/38/?utm_source=b&ff=20260202&v=2"
                .parse()
                .unwrap(),
        );
        fetched.media = vec![Media::new("https://example.org/a.mp3?token=2".parse().unwrap())];
        fetched.content = Some(Content::html(
            "<a href='https://example.org/?ff=2'>38</a>",
            fetched.link.clone(),
        ));
        assert_eq!(decisions.change(None, &fetched), Change::Add);
        assert_eq!(decisions.change(Some(&stored), &fetched), Change::Unchanged);
        fetched.link = Some("https://pubmed.ncbi.nlm.nih.gov/39/".parse().unwrap());
        assert_eq!(decisions.change(Some(&stored), &fetched), Change::Update);
        let mut renamed = item();
        renamed.title = "Another".to_owned();
        assert_eq!(decisions.change(Some(&stored), &renamed), Change::Update);
        let mut longer = item();
        longer
            .media
            .push(Media::new("https://example.org/b.mp3".parse().unwrap()));
        assert_eq!(decisions.change(Some(&stored), &longer), Change::Update);
    }
}

//! What holds for every fixture however it is damaged: reading never panics, a cut document gives a prefix of its items,
//! and the same bytes give the same feed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use medfeed::{Feed, Item, parse};
use proptest::prelude::*;
use url::Url;

fn base() -> Url {
    "https://example.org/feeds/feed.xml".parse().unwrap()
}

/// All documents of `tests/fixtures/parse`, by path.
static DOCUMENTS: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parse");
    let mut documents: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.json"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    documents.sort();
    assert!(documents.len() >= 200);
    documents
});

/// What of an item cannot depend on anything that stands behind it. Journal, authors, language and ISSN may come from the
/// feed's own elements, which may follow the items; with the end cut off they are not there.
fn own(item: &Item) -> (&str, &str, Option<&Url>, Option<&str>, &str, usize) {
    (
        &item.key,
        &item.title,
        item.link.as_ref(),
        item.guid.as_deref(),
        &item.summary,
        item.media.len(),
    )
}

fn holds(feed: &Feed) {
    let json = serde_json::to_string(feed).unwrap();
    assert_eq!(&serde_json::from_str::<Feed>(&json).unwrap(), feed);
    let mut ids: Vec<_> = feed.items.iter().map(|item| item.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), feed.items.len());
    for warning in &feed.warnings {
        assert!(warning.item.is_none_or(|item| item < feed.items.len()), "{warning}");
    }
    for item in &feed.items {
        assert!(!item.title.chars().any(char::is_control));
        let links = item.link.iter().chain(item.media.iter().map(|media| &media.url));
        for link in links.chain(item.links.iter().map(|link| &link.url)) {
            assert!(matches!(link.scheme(), "http" | "https"), "{link}");
        }
    }
}

#[test]
fn a_cut_fixture_gives_a_prefix_of_its_items() {
    for (path, document) in DOCUMENTS.iter() {
        let Ok(whole) = parse(document, &base(), None) else {
            continue;
        };
        // An encoding that is guessed, or told by bytes further on, may be another for a part.
        let told = whole.encoding == "UTF-8";
        let step = (document.len() / 60).max(1);
        for end in (0..document.len()).step_by(step) {
            let Ok(part) = parse(&document[..end], &base(), None) else {
                continue;
            };
            if !told || part.encoding != whole.encoding {
                continue;
            }
            assert!(
                part.items.len() <= whole.items.len(),
                "{} cut at {end}: {} items of {}",
                path.display(),
                part.items.len(),
                whole.items.len()
            );
            for (cut, item) in part.items.iter().zip(&whole.items) {
                assert_eq!(own(cut), own(item), "{} cut at {end}", path.display());
            }
        }
    }
}

#[test]
fn the_same_bytes_give_the_same_feed() {
    for (path, document) in DOCUMENTS.iter() {
        let read = || parse(document, &base(), None).map_err(|error| error.to_string());
        let feed = read();
        assert_eq!(feed, read(), "{}", path.display());
        if let Ok(feed) = feed {
            holds(&feed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Bytes changed, dropped, doubled and moved, and two documents spliced.
    #[test]
    fn damaged_fixtures_are_survived(
        which in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..6, any::<u8>(), 1usize..40), 1..8),
    ) {
        let mut document = which.get(&DOCUMENTS).1.clone();
        let splice = &other.get(&DOCUMENTS).1;
        for (at, kind, byte, length) in changes {
            if document.is_empty() {
                break;
            }
            let at = at.index(document.len());
            let end = (at + length).min(document.len());
            match kind {
                0 => document[at] = byte,
                1 => drop(document.drain(at..end)),
                2 => {
                    let copy = document[at..end].to_vec();
                    document.splice(at..at, copy);
                }
                3 => document.splice(at..at, *b"<item><title>&").for_each(drop),
                4 => document.truncate(at),
                _ => {
                    let from = at.min(splice.len());
                    document.splice(at.., splice[from..].iter().copied());
                }
            }
        }
        if let Ok(feed) = parse(&document, &base(), None) {
            holds(&feed);
        }
    }
}

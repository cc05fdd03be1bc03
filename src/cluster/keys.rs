//! Look-up keys: what two items about one thing have in common, hashed.
//!
//! A store keeps each item's keys and finds candidates by them, so that no comparison ever scans. A key is only a hint:
//! whatever is found by it is compared in full ([`relate`](super::relate)).

use crate::ident::Identifier;
use crate::model::{Item, stable_hash};
use crate::text::fold_title;

/// Titles of fewer words than this name series and columns, not works: "Editorial", "In this issue".
pub(super) const MIN_TITLE_WORDS: usize = 4;

/// The look-up keys of an item: its identifiers and those it mentions (a notice names the paper it is about), its
/// canonical link, its folded title, and the title a notice is about. At most 64, without repeats.
#[must_use]
pub fn lookup_keys(item: &Item) -> Vec<u64> {
    let mut keys: Vec<u64> = item
        .identifiers
        .iter()
        .filter_map(|found| identifier_key(&found.identifier))
        .collect();
    if let Some(link) = &item.canonical_link {
        keys.push(key("link", link.as_str()));
    }
    keys.extend(title_key(&item.title));
    for signal in &item.signals {
        keys.extend(signal.targets.iter().filter_map(identifier_key));
        keys.extend(signal.target_title.as_deref().and_then(title_key));
    }
    let mut seen = Vec::with_capacity(keys.len());
    keys.retain(|key| {
        !seen.contains(key) && {
            seen.push(*key);
            true
        }
    });
    keys.truncate(64);
    keys
}

fn identifier_key(identifier: &Identifier) -> Option<u64> {
    identifier.names_a_work().then(|| key("id", &identifier.to_string()))
}

fn title_key(title: &str) -> Option<u64> {
    let folded = fold_title(title);
    (folded.split(' ').count() >= MIN_TITLE_WORDS).then(|| key("title", &folded))
}

fn key(space: &str, value: &str) -> u64 {
    stable_hash(format!("{space}\n{value}").as_bytes())
}

//! What identifies an item within its source: the same over polls, whatever else changes.
//!
//! `guid:…`, else `link:…` (canonical, so tracking does not matter), else `text:…`, a hash of title and content. When two
//! items of one document have the same key, nothing is lost: items that differ, and equal ones that have no guid, are
//! numbered in document order, so that the same document always gives the same keys. An item with a guid that stands
//! twice, equal in every field, is one item.

use std::collections::{HashMap, HashSet};

use super::cut::cut;
use crate::model::{Item, SourceId, Warning, WarningKind, stable_hash};
use crate::text::{clean_line, shorten};

/// The longest guid taken as it stands; longer ones are cut and made unique by their hash.
const LONGEST: usize = 512;

fn key_of(item: &Item) -> String {
    if let Some(guid) = item.guid.as_deref().filter(|guid| !guid.is_empty()) {
        if guid.len() <= LONGEST {
            return format!("guid:{guid}");
        }
        let head = cut(guid, LONGEST);
        return format!("guid:{head}…{:016x}", stable_hash(guid.as_bytes()));
    }
    if let Some(link) = &item.canonical_link {
        return format!("link:{link}");
    }
    format!("text:{:016x}", content_hash(item))
}

fn content_hash(item: &Item) -> u64 {
    stable_hash(format!("{}\n{}", item.title, item.text()).as_bytes())
}

/// What is known of a key in this document.
struct Known {
    /// How many items claim it.
    count: usize,
    /// The first of them.
    first: usize,
    /// Their hashes over every field, once there are two; hashing all items would cost more than reading them.
    whole: HashSet<u64>,
}

/// Gives every item of a document its key and id.
pub(super) fn assign_keys(items: &mut Vec<Item>, source: SourceId, warnings: &mut Vec<Warning>) {
    let mut known: HashMap<String, Known> = HashMap::with_capacity(items.len());
    let mut repeated = vec![false; items.len()];
    for index in 0..items.len() {
        let Some(item) = items.get(index) else { break };
        let key = key_of(item);
        let has_guid = item.guid.is_some();
        let (count, first) = match known.get(&key) {
            Some(found) => (found.count + 1, found.first),
            None => (1, index),
        };
        let mut unique = key.clone();
        if count > 1 {
            let equal = has_guid
                && known.get_mut(&key).is_some_and(|found| {
                    if found.whole.is_empty() {
                        found.whole.extend(items.get(first).map(whole_hash));
                    }
                    items
                        .get(index)
                        .is_some_and(|item| !found.whole.insert(whole_hash(item)))
                });
            let shown = shorten(&clean_line(&key), 80);
            let message = if equal {
                format!("\"{shown}\" stands in the document more than once, equal in all; it was kept once")
            } else {
                format!("\"{shown}\" identifies {count} items of this document; this one was numbered")
            };
            warnings.push(Warning::new(WarningKind::DuplicateKey, message).in_item(index));
            if let Some(found) = known.get_mut(&key) {
                found.count = count;
            }
            if equal {
                if let Some(flag) = repeated.get_mut(index) {
                    *flag = true;
                }
                continue;
            }
            unique = number(&key, count, &mut known);
        }
        // The key as numbered is taken too: a guid may end in "#2" by itself.
        known.entry(unique.clone()).or_insert_with(|| Known {
            count: 1,
            first: index,
            whole: HashSet::new(),
        });
        if let Some(item) = items.get_mut(index) {
            item.key = unique;
            item.assign_source(source);
        }
    }
    renumber(warnings, &repeated);
    let mut flags = repeated.into_iter();
    items.retain(|_| !flags.next().unwrap_or(false));
}

/// The key with the first free number from `count` on.
fn number(key: &str, mut count: usize, known: &mut HashMap<String, Known>) -> String {
    let mut unique = format!("{key}#{count}");
    while known.contains_key(&unique) {
        count += 1;
        unique = format!("{key}#{count}");
    }
    if let Some(found) = known.get_mut(key) {
        found.count = count;
    }
    unique
}

/// Warnings count the items that are kept; what was said of a repetition is said of the feed.
fn renumber(warnings: &mut [Warning], repeated: &[bool]) {
    if !repeated.contains(&true) {
        return;
    }
    let mut places = Vec::with_capacity(repeated.len());
    let mut place = 0;
    for equal in repeated {
        places.push((!equal).then_some(place));
        place += usize::from(!equal);
    }
    for warning in warnings {
        warning.item = warning.item.and_then(|item| places.get(item).copied().flatten());
    }
}

/// A hash over every field but those that follow from the key.
fn whole_hash(item: &Item) -> u64 {
    let mut bare = item.clone();
    bare.key = String::new();
    bare.assign_source(item.source);
    stable_hash(format!("{bare:?}").as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn keys(guids: &[Option<&str>]) -> (Vec<String>, usize) {
        let source = "https://example.org/feed".parse::<Source>().unwrap().id();
        let mut items: Vec<Item> = guids
            .iter()
            .map(|guid| {
                let mut item = Item::new(source, "");
                item.guid = guid.map(|guid| guid.trim_end_matches('!').to_owned());
                item.title = guid.unwrap_or_default().to_owned();
                item
            })
            .collect();
        let mut warnings = Vec::new();
        assign_keys(&mut items, source, &mut warnings);
        (items.into_iter().map(|item| item.key).collect(), warnings.len())
    }

    #[test]
    fn nothing_is_lost_and_no_key_twice() {
        let (found, warnings) = keys(&[Some("a"), Some("a#2"), Some("a!"), Some("a!!"), Some("a")]);
        assert_eq!(found, ["guid:a", "guid:a#2", "guid:a#3", "guid:a#4"]);
        assert_eq!(warnings, 3);
        let (found, _) = keys(&[None, None, None]);
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn long_guids_stay_different() {
        let long = "x".repeat(5000);
        let (found, warnings) = keys(&[Some(&format!("{long}a")), Some(&format!("{long}b"))]);
        assert_ne!(found[0], found[1]);
        assert_eq!(warnings, 0);
        assert!(found[0].len() < 600);
    }
}

//! Which elements hold an item's dates, and in which order they are believed.

use super::dates;
use super::tree::Tree;
use super::vocabulary::Vocabulary::{self, Atom, Dc, DcTerms, Native, Prism};
use crate::model::{FeedDate, Item, Warning, WarningKind};
use crate::text::{clean_line, shorten};

/// The longest date string kept as it stood.
const LONGEST_RAW: usize = 120;

const PUBLISHED: [(Vocabulary, &str); 13] = [
    (Native, "pubdate"),
    (Native, "published"),
    (Native, "issued"),
    (Dc, "date"),
    (Prism, "publicationdate"),
    (Prism, "coverdate"),
    (DcTerms, "issued"),
    (DcTerms, "available"),
    (DcTerms, "created"),
    (Atom, "published"),
    (Native, "created"),
    (Native, "date"),
    (Prism, "coverdisplaydate"),
];

const UPDATED: [(Vocabulary, &str); 6] = [
    (Native, "updated"),
    (Native, "modified"),
    (Atom, "updated"),
    (DcTerms, "modified"),
    (Prism, "modificationdate"),
    (Native, "lastbuilddate"),
];

/// A date as it was read and as it stood.
#[derive(Debug, Default)]
pub(super) struct Dated {
    pub date: Option<FeedDate>,
    pub raw: Option<String>,
}

/// Fills an item's dates. One that is there and cannot be read is unknown, with a warning.
pub(super) fn read_dates(tree: &Tree<'_>, item: &mut Item, warnings: &mut Vec<Warning>) {
    let published = first_date(tree, &PUBLISHED);
    let updated = first_date(tree, &UPDATED);
    for dated in [&published, &updated] {
        if let (None, Some(raw)) = (dated.date, &dated.raw) {
            warnings.push(unreadable(raw));
        }
    }
    (item.published, item.published_raw) = (published.date, published.raw);
    (item.updated, item.updated_raw) = (updated.date, updated.raw);
}

/// What is said of a date that cannot be read.
pub(super) fn unreadable(raw: &str) -> Warning {
    let shown = shorten(&clean_line(raw), 60);
    let why = dates::problem(raw);
    Warning::new(WarningKind::Date, format!("\"{shown}\" was not read as a date: {why}"))
}

/// The first of these fields that can be read; else the first text, as it stood.
pub(super) fn first_date(tree: &Tree<'_>, names: &[(Vocabulary, &str)]) -> Dated {
    let mut first: Option<String> = None;
    for (vocabulary, name) in names {
        for node in tree.fields().filter(|node| node.is(*vocabulary, name)) {
            let shown = node.plain();
            let moment = node.attribute("datetime").and_then(dates::read);
            if let Some(date) = moment.or_else(|| dates::read(&shown)) {
                return Dated {
                    date: Some(date),
                    raw: Some(kept(shown)),
                };
            }
            if first.is_none() && !shown.is_empty() {
                first = Some(shown);
            }
        }
    }
    Dated {
        date: None,
        raw: first.map(kept),
    }
}

fn kept(text: String) -> String {
    if text.len() <= LONGEST_RAW {
        text
    } else {
        shorten(&text, LONGEST_RAW)
    }
}

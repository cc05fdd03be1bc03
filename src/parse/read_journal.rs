//! The journal an item appeared in, from PRISM and Dublin Core; what the channel says of it holds for its items.

use super::links::is_address;
use super::tree::Tree;
use super::vocabulary::Vocabulary::{Dc, DcTerms, Prism};
use crate::ident::{FoundIdentifier, FoundIn, Identifier, Issn};
use crate::model::{Item, Journal};

/// The longest name of a journal.
const LONGEST_NAME: usize = 200;

/// Gives items the name and ISSN of the journal that only their channel tells (HighWire, Elsevier). What an item says
/// itself stays.
pub(super) fn hand_down_journal(channel: &Tree<'_>, items: &mut [Item]) {
    let name = channel
        .first_line(&[(Prism, "publicationname")])
        .filter(|name| name.len() < LONGEST_NAME);
    let issn: Vec<Issn> = channel
        .fields()
        .filter(|node| node.vocabulary == Prism && matches!(node.name, "issn" | "eissn"))
        .filter_map(|node| node.plain().parse().ok())
        .take(2)
        .collect();
    if name.is_none() && issn.is_empty() {
        return;
    }
    for item in items {
        if let Some(name) = &name {
            let journal = item.journal.get_or_insert_with(Journal::default);
            if journal.name.is_none() {
                journal.name = Some(name.clone());
            }
        }
        let has_issn = |found: &FoundIdentifier| matches!(found.identifier, Identifier::Issn(_));
        if !item.identifiers.iter().any(has_issn) {
            let found = issn.iter().cloned();
            item.identifiers
                .extend(found.map(|issn| FoundIdentifier::new(Identifier::Issn(issn), FoundIn::Metadata)));
            item.identifiers.sort_by_key(|identifier| identifier.found_in);
        }
    }
}

pub(super) fn journal(tree: &Tree<'_>) -> Option<Journal> {
    // Most feeds have nothing of it.
    if !tree
        .nodes
        .iter()
        .any(|node| matches!(node.vocabulary, Prism | Dc | DcTerms))
    {
        return None;
    }
    let line = |name: &str| tree.first_line(&[(Prism, name)]);
    let source = tree
        .first_line(&[(Dc, "source")])
        // With a number in it, it is a citation ("Journal 203, (2026)") and no name.
        .filter(|name| !is_address(name) && name.len() < LONGEST_NAME)
        .filter(|name| !name.bytes().any(|byte| byte.is_ascii_digit()));
    let journal = Journal {
        name: line("publicationname").or(source),
        volume: line("volume"),
        // An identifier with brackets is a publisher's internal number (PII, SICI), no issue a reader could ask for.
        issue: line("number")
            .or_else(|| line("issue"))
            .or_else(|| line("issueidentifier").filter(|identifier| !identifier.contains('('))),
        pages: match (line("startingpage"), line("endingpage")) {
            (Some(first), Some(last)) if first != last => Some(format!("{first}-{last}")),
            (Some(first), _) => Some(first),
            _ => line("pagerange"),
        },
        section: line("section"),
        article_type: line("genre")
            .or_else(|| tree.first_line(&[(Dc, "type")]))
            .or_else(|| line("category"))
            .map(|kind| kind.rsplit('/').next().unwrap_or(&kind).to_owned())
            .filter(|kind| !kind.is_empty()),
        publisher: tree.first_line(&[(Dc, "publisher"), (DcTerms, "publisher"), (Prism, "publisher")]),
    };
    (journal != Journal::default()).then_some(journal)
}

//! Identifiers of an item, each with where it was found, and its journal's ISSN.
//!
//! Publishers' practice: `prism:doi` bare or with `doi:`; `dc:identifier` as `doi:…`, `info:doi/…`, bare, a link, or
//! something internal (`hwp:resource-id:…`, a PII) that is no identifier of ours; a guid that is a bare DOI, a PMC or a
//! trial number; links with the DOI in the path. Title and texts only mention, so what is found there ranks below. One identifier is kept once,
//! at its most trusted place.

use url::Url;

use super::cut::cut;
use super::links::absolute;
use super::tree::Tree;
use super::vocabulary::Vocabulary::{Dc, DcTerms, Prism};
use crate::ident::{
    Doi, FoundIdentifier, FoundIn, Identifier, Issn, Pmcid, Pmid, TrialId, identifiers_in_link, identifiers_in_text,
};
use crate::model::{ContentKind, Item};
use crate::text::links_in_html;

/// The longest text searched; identifiers stand in the first lines or in a reference list nobody needs.
const SEARCHED_BYTES: usize = 32 << 10;

/// The most identifiers taken from one text: a long reference list names more than anybody follows.
const MAX_MENTIONED: usize = 100;

/// The most links of a content looked into.
const MAX_LINKS: usize = 200;

/// The identifiers of an entry whose other fields are read.
pub(super) fn identifiers(tree: &Tree<'_>, item: &Item) -> Vec<FoundIdentifier> {
    let mut found = Vec::new();
    for node in tree.fields() {
        match (node.vocabulary, node.name) {
            (Prism, "doi") => value(&node.plain(), FoundIn::Metadata, &mut found),
            (Prism, "issn" | "eissn") => {
                if let Ok(issn) = node.plain().parse::<Issn>() {
                    add(&mut found, Identifier::Issn(issn), FoundIn::Metadata);
                }
            }
            (Prism, "url") => {
                if let Ok(url) = node.plain().parse::<Url>() {
                    for identifier in identifiers_in_link(&url) {
                        add(&mut found, identifier, FoundIn::Link);
                    }
                }
            }
            (Dc | DcTerms, "identifier") => value(&node.plain(), FoundIn::DcIdentifier, &mut found),
            _ => {}
        }
    }
    from_item(item, &mut found);
    found
}

/// What an item's guid, link, title and texts hold, for formats without metadata elements.
pub(super) fn from_item(item: &Item, found: &mut Vec<FoundIdentifier>) {
    if let Some(guid) = &item.guid {
        value(guid, FoundIn::Guid, found);
    }
    if let Some(link) = &item.link {
        for identifier in identifiers_in_link(link) {
            add(found, identifier, FoundIn::Link);
        }
    }
    for identifier in identifiers_in_text(&item.title) {
        add(found, identifier, FoundIn::Title);
    }
    let text = item.text();
    for text in [item.summary.as_str(), if text == item.summary { "" } else { text }] {
        for identifier in identifiers_in_text(cut(text, SEARCHED_BYTES))
            .into_iter()
            .take(MAX_MENTIONED)
        {
            add(found, identifier, FoundIn::Text);
        }
    }
    if let Some(html) = item
        .content
        .as_ref()
        .filter(|content| content.kind == ContentKind::Html)
    {
        let base = html.base.as_ref().or(item.link.as_ref());
        let html = cut(&html.raw, SEARCHED_BYTES);
        let links = if may_name_a_work(html) {
            links_in_html(html, MAX_LINKS)
        } else {
            Vec::new()
        };
        for address in links.into_iter().filter(|address| may_name_a_work(address)) {
            if let Some(url) = base.and_then(|base| absolute(&address, base)) {
                for identifier in identifiers_in_link(&url) {
                    add(found, identifier, FoundIn::TextLink);
                }
            }
        }
    }
    found.sort_by_key(|identifier| identifier.found_in);
}

/// What stands in every address that names a work or trial.
const TELLING: [&str; 6] = [
    "/10.",
    "=10.",
    "ncbi.nlm.nih.gov",
    "clinicaltrials.gov",
    "isrctn.com",
    "nature.com/articles",
];

/// Only such addresses are parsed, and only where there is one are the links looked for: nearly none is.
fn may_name_a_work(text: &str) -> bool {
    TELLING.iter().any(|part| text.contains(part))
}

/// An identifier element's or guid's value.
fn value(text: &str, place: FoundIn, found: &mut Vec<FoundIdentifier>) {
    let text = text.trim();
    // "doi:https://doi.org/…" is the link.
    let text = match text.get(..4).zip(text.get(4..)) {
        Some((head, rest)) if head.eq_ignore_ascii_case("doi:") && rest.trim_start().starts_with("http") => {
            rest.trim_start()
        }
        _ => text,
    };
    let lower = text.get(..24).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("hwp:") || text.is_empty() {
        return;
    }
    if lower.starts_with("http") {
        if let Ok(url) = text.parse::<Url>() {
            for identifier in identifiers_in_link(&url) {
                add(found, identifier, place);
            }
        }
        return;
    }
    if lower.starts_with("pmid") || lower.starts_with("pubmed") || lower.starts_with("info:pmid/") {
        if let Ok(pmid) = text.parse::<Pmid>() {
            add(found, Identifier::Pmid(pmid), place);
        }
        return;
    }
    if lower.starts_with("pmc") {
        // "pmc:PMC6012345" names its kind twice.
        let bare = text
            .get(4..)
            .filter(|_| lower.starts_with("pmc:"))
            .map_or(text, str::trim);
        if let Ok(pmcid) = bare.parse::<Pmcid>() {
            add(found, Identifier::Pmcid(pmcid), place);
        }
        return;
    }
    if lower.starts_with("nct") || lower.starts_with("isrctn") {
        if let Ok(trial) = text.parse::<TrialId>() {
            add(found, Identifier::Trial(trial), place);
        }
        return;
    }
    if lower.starts_with("issn") || lower.starts_with("urn:issn:") {
        if let Ok(issn) = text.parse::<Issn>() {
            add(found, Identifier::Issn(issn), place);
        }
        return;
    }
    let named = ["10.", "doi:", "info:doi/", "urn:doi:", "doi 10.", "doi.org/"]
        .iter()
        .any(|head| lower.starts_with(head));
    if named && let Ok(doi) = text.parse::<Doi>() {
        add(found, Identifier::Doi(doi.without_version()), place);
    }
}

fn add(found: &mut Vec<FoundIdentifier>, identifier: Identifier, place: FoundIn) {
    match found.iter_mut().find(|known| known.identifier == identifier) {
        Some(known) => known.found_in = known.found_in.min(place),
        None => found.push(FoundIdentifier::new(identifier, place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_values_in_all_forms() {
        for (text, shown) in [
            ("doi:10.5555/ABC.1", Some("doi:10.5555/abc.1")),
            ("info:doi/10.5555/abc.1", Some("doi:10.5555/abc.1")),
            ("10.5555/abc.1", Some("doi:10.5555/abc.1")),
            ("https://doi.org/10.5555/abc.1", Some("doi:10.5555/abc.1")),
            ("hwp:resource-id:exj;1/2/10.5555", None),
            ("pmid:38000001", Some("PMID 38000001")),
            ("pubmed:38000001", Some("PMID 38000001")),
            ("doi:https://doi.org/10.5555/abc.1", Some("doi:10.5555/abc.1")),
            ("PMC6000001", Some("PMC6000001")),
            ("NCT05550001", Some("NCT05550001")),
            ("urn:issn:5555-5551", Some("ISSN 5555-5551")),
            ("PMC of the hospital", None),
            ("S0140-6736(26)00001-1", None),
            ("38000001", None),
        ] {
            let mut found = Vec::new();
            value(text, FoundIn::DcIdentifier, &mut found);
            assert_eq!(
                found.first().map(|found| found.identifier.to_string()).as_deref(),
                shown,
                "{text}"
            );
        }
    }
}

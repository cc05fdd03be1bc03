//! Identifiers in links and in free text.

use std::collections::HashSet;

use url::Url;

use super::{Doi, Identifier, Pmcid, Pmid, TrialId};

/// The identifiers an item's own link names: a DOI in the path or in a `doi` parameter, a PubMed or PMC page, a trial's
/// page, and Nature's article pages (`nature.com/articles/<suffix>` is `10.1038/<suffix>`).
///
/// A preprint link's version tail (`…v1`, `…v2.full`) is dropped: the versions are one work.
///
/// ```
/// let link = "https://www.medrxiv.org/content/10.1101/2026.01.02.26000001v2?rss=1".parse()?;
/// assert_eq!(medfeed::identifiers_in_link(&link)[0].to_string(), "doi:10.1101/2026.01.02.26000001");
/// # Ok::<(), url::ParseError>(())
/// ```
#[must_use]
pub fn identifiers_in_link(link: &Url) -> Vec<Identifier> {
    let mut found = Vec::new();
    let host = link.host_str().unwrap_or_default().trim_start_matches("www.");
    let path = link.path();
    if host == "pubmed.ncbi.nlm.nih.gov" || (host == "ncbi.nlm.nih.gov" && path.starts_with("/pubmed/")) {
        let number = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
        if let Ok(pmid) = number.parse::<Pmid>() {
            found.push(Identifier::Pmid(pmid));
        }
        return found;
    }
    if host == "pmc.ncbi.nlm.nih.gov" || (host == "ncbi.nlm.nih.gov" && path.starts_with("/pmc/")) {
        found.extend(
            path.split('/')
                .find_map(|part| part.parse::<Pmcid>().ok())
                .map(Identifier::Pmcid),
        );
        return found;
    }
    if host == "clinicaltrials.gov" || host == "isrctn.com" {
        found.extend(
            path.split('/')
                .find_map(|part| part.parse::<TrialId>().ok())
                .map(Identifier::Trial),
        );
        return found;
    }
    if host == "nature.com"
        && let Some(suffix) = path.strip_prefix("/articles/")
        && let Ok(doi) = format!("10.1038/{}", suffix.trim_end_matches(".pdf").trim_end_matches('/')).parse::<Doi>()
        && suffix.starts_with(['s', 'n', 'd'])
    {
        found.push(Identifier::Doi(doi));
        return found;
    }
    if let Some(doi) = doi_in_path(path) {
        found.push(Identifier::Doi(doi));
    } else if let Some(doi) = link
        .query_pairs()
        .filter(|(name, _)| name == "doi" || name == "id")
        .find_map(|(_, value)| doi_parameter(&value))
    {
        found.push(Identifier::Doi(doi));
    }
    found
}

fn doi_parameter(value: &str) -> Option<Doi> {
    let bare = value.strip_prefix("doi:").unwrap_or(value);
    bare.starts_with("10.").then(|| bare.parse().ok()).flatten()
}

/// A DOI at a path's start or after a slash. Views of an article that publishers append are cut off.
fn doi_in_path(path: &str) -> Option<Doi> {
    let start = path.find("/10.")? + 1;
    let mut tail = path.get(start..)?.to_owned();
    for view in [
        "/full/html",
        "/fulltext",
        "/full",
        "/abstract",
        "/pdf",
        "/epdf",
        "/html",
        ".full.pdf",
        ".full-text",
        ".full",
        ".abstract",
        ".pdf",
        ".short",
    ] {
        if let Some(cut) = tail.strip_suffix(view) {
            tail = cut.to_owned();
        }
    }
    let doi: Doi = tail.parse().ok()?;
    Some(doi.without_version())
}

/// The identifiers in a text: DOIs, `PMID: …`, `PMC…`, trial numbers, in that order, without repeats.
///
/// A bare number is never taken for a PMID: it must be introduced by the word.
#[must_use]
pub fn identifiers_in_text(text: &str) -> Vec<Identifier> {
    let mut found: Vec<Identifier> = Vec::new();
    if text.contains("10.") {
        found.extend(
            Doi::find_all(text)
                .into_iter()
                .map(|doi| Identifier::Doi(doi.without_version())),
        );
    }
    if names_pubmed(text) {
        find_pubmed(text, &mut found);
    }
    if ["CT", "ct", "Ct"].iter().any(|word| text.contains(word)) {
        found.extend(TrialId::find_all(text).into_iter().map(Identifier::Trial));
    }
    if found.len() > 1 {
        let mut seen = HashSet::with_capacity(found.len());
        found.retain(|identifier| seen.insert(identifier.clone()));
    }
    found
}

/// Whether a text can hold a PMID or PMCID at all, in the cases these words are written in. Searching for a few words is
/// much quicker than cutting every text into its own.
fn names_pubmed(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "PMID", "pmid", "Pmid", "PubMed", "Pubmed", "pubmed", "PUBMED", "PMC", "pmc",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

fn find_pubmed(text: &str, found: &mut Vec<Identifier>) {
    let mut after_pmid = 0usize;
    for word in text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if word.eq_ignore_ascii_case("pmid") || word.eq_ignore_ascii_case("pubmed") {
            after_pmid = 2;
            continue;
        }
        if after_pmid > 0
            && word.len() >= 5
            && let Ok(pmid) = word.parse::<Pmid>()
        {
            found.push(Identifier::Pmid(pmid));
        }
        after_pmid = after_pmid.saturating_sub(1);
        if word.len() > 6
            && word.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("pmc"))
            && let Ok(pmcid) = word.parse::<Pmcid>()
        {
            found.push(Identifier::Pmcid(pmcid));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> Vec<String> {
        identifiers_in_link(&url.parse().unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn publishers_links() {
        for (url, id) in [
            (
                "https://www.nejm.org/doi/full/10.1056/NEJMoa2400001?rss=searchAndBrowse",
                "doi:10.1056/nejmoa2400001",
            ),
            (
                "https://onlinelibrary.wiley.com/doi/abs/10.1002/hed.27000?af=R",
                "doi:10.1002/hed.27000",
            ),
            ("https://journals.sagepub.com/doi/10.1177/0001?ai=1", "doi:10.1177/0001"),
            (
                "https://www.biorxiv.org/content/10.1101/2026.01.02.600001v1.full?rss=1",
                "doi:10.1101/2026.01.02.600001",
            ),
            (
                "https://www.nature.com/articles/s41591-026-00001-1",
                "doi:10.1038/s41591-026-00001-1",
            ),
            (
                "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000001",
                "doi:10.1371/journal.pone.0000001",
            ),
            (
                "https://pubmed.ncbi.nlm.nih.gov/38000001/?utm_source=x&fc=1&ff=20260101&v=2.18",
                "PMID 38000001",
            ),
            ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6012345/", "PMC6012345"),
            ("https://clinicaltrials.gov/study/NCT01234567", "NCT01234567"),
            ("https://example.org/doi/10.5555/abc/full/html", "doi:10.5555/abc"),
        ] {
            assert_eq!(link(url), [id], "{url}");
        }
        assert!(link("https://example.org/news/10.html").is_empty());
        assert!(link("https://www.nature.com/articles/").is_empty());
    }

    #[test]
    fn text_needs_the_word() {
        let ids =
            identifiers_in_text("PMID: 38000001, 38000002, PMC6012345; room 38000003; NCT01234567 doi:10.5555/a.");
        let shown: Vec<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "doi:10.5555/a",
                "PMID 38000001",
                "PMID 38000002",
                "PMC6012345",
                "NCT01234567"
            ]
        );
        assert!(identifiers_in_text("In 2026, 12345 patients (PMID pending 3).").is_empty());
    }
}

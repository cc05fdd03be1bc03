//! Canonical links: one address for what trackers, campaigns and feeds make many.
//!
//! Flow: scheme and host lower-cased and default ports dropped by the URL parser; then fragments, user names and
//! tracking parameters go, `http` becomes `https` for comparison, a leading `www.` or `m.` and a trailing slash too.
//! Parameters that choose the content (`id`, `p`, `page`, `doi` …) stay, in their order.
//!
//! Not covered here (issue of its own): AMP hosts, feed proxies and redirect wrappers.

use url::Url;

/// Parameters that say how the reader came, never what is shown. From publishers' feeds and from analytics products.
const TRACKING: [&str; 43] = [
    "rss",
    "af",
    "dgcid",
    "src",
    "cmp",
    "sr",
    "hpt",
    "xid",
    "intcmp",
    "ito",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
    "ns_linkname",
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "twclid",
    "yclid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "at_medium",
    "at_campaign",
    "ocid",
    "ncid",
    "feedtype",
    "feedname",
    "ftag",
    "smid",
    "ref_src",
    "emc",
    "wt.mc_id",
    "trk",
    "spm",
    "ncl",
    "cmpid",
    "campaign_id",
    "sessionid",
];

/// Parameters PubMed adds per client and per poll; dropped on its hosts, and where `fc` and `ff` (when the feed was made
/// and fetched) stand together. Elsewhere they may mean something.
const PUBMED: [&str; 4] = ["fc", "ff", "v", "sort"];

/// The one address to compare links by. It is a key, not a replacement: show and open the item's own link.
///
/// ```
/// let a = medfeed::canonical_link(&"http://www.example.org/a/?utm_source=rss&id=7#top".parse()?);
/// let b = medfeed::canonical_link(&"https://example.org/a?id=7&rss=yes".parse()?);
/// assert_eq!(a, b);
/// # Ok::<(), url::ParseError>(())
/// ```
#[must_use]
pub fn canonical_link(link: &Url) -> Url {
    let mut canonical = link.clone();
    canonical.set_fragment(None);
    if !is_web_link(link) {
        return canonical;
    }
    // None of these setters fails on an http(s) address with a host; where one does, the part stays as it was.
    let _ = canonical.set_username("");
    let _ = canonical.set_password(None);
    if canonical.scheme() == "http" && canonical.port().is_none() {
        let _ = canonical.set_scheme("https");
    }
    let host = canonical.host_str().unwrap_or_default().to_owned();
    let bare = without_subdomain(&host);
    if bare != host {
        let _ = canonical.set_host(Some(bare));
    }
    if let Some(query) = link.query() {
        let has = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
        let pubmed = bare.ends_with("ncbi.nlm.nih.gov") || (has("fc") && has("ff"));
        let kept: Vec<&str> = query
            .split('&')
            .filter(|part| !part.is_empty())
            .filter(|part| {
                let name = part.split('=').next().unwrap_or_default().to_ascii_lowercase();
                !(TRACKING.contains(&name.as_str())
                    || name.starts_with("utm_")
                    || (pubmed && PUBMED.contains(&name.as_str())))
            })
            .collect();
        canonical.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
    }
    let path = canonical.path().to_owned();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() < path.len() && !trimmed.is_empty() {
        canonical.set_path(trimmed);
    }
    canonical
}

/// The host without leading `www.` and `m.`, as long as a dot is left. All of them, so that what is canonical stays so.
fn without_subdomain(host: &str) -> &str {
    let mut bare = host;
    while let Some(rest) = bare
        .strip_prefix("www.")
        .or_else(|| bare.strip_prefix("m."))
        .filter(|rest| rest.contains('.'))
    {
        bare = rest;
    }
    bare
}

/// Whether a link may be kept and shown: http or https, with a host. `javascript:`, `data:`, `file:` never are.
#[must_use]
pub fn is_web_link(link: &Url) -> bool {
    matches!(link.scheme(), "http" | "https") && link.has_host()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(url: &str) -> String {
        canonical_link(&url.parse().unwrap()).into()
    }

    #[test]
    fn tracking_goes_content_stays() {
        for (url, expected) in [
            (
                "https://pubmed.ncbi.nlm.nih.gov/38/?utm_source=Feed&fc=20260101&ff=2026&v=2.18.0",
                "https://pubmed.ncbi.nlm.nih.gov/38",
            ),
            ("https://example.org/38/?fc=2&ff=3&v=2.18", "https://example.org/38"),
            (
                "https://example.org/doi/10.5555/a?af=R",
                "https://example.org/doi/10.5555/a",
            ),
            ("https://example.org/?p=12&CMP=share", "https://example.org/?p=12"),
            ("http://example.org:8080/a/", "http://example.org:8080/a"),
            ("https://user:pw@m.example.org/a#b", "https://example.org/a"),
            ("https://example.org/", "https://example.org/"),
            ("https://m.org/x?v=2", "https://m.org/x?v=2"),
            ("https://example.org/watch?v=abc", "https://example.org/watch?v=abc"),
        ] {
            assert_eq!(canonical(url), expected);
        }
    }

    proptest! {
        #[test]
        fn canonical_twice_changes_nothing(path in "[a-z0-9/]{0,20}", query in "([a-z_]{1,6}=[a-z0-9]{0,3}&?){0,4}") {
            let once = canonical(&format!("http://www.example.org/{path}?{query}"));
            prop_assert_eq!(canonical(&once), once);
        }
    }
}

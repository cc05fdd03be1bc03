//! Hosts that are one service: when one feed of theirs is told to wait, all of them wait.
//!
//! By default a refusal counts for the source alone, for one host may serve feeds of a thousand strangers who are
//! limited one by one. The services below count all requests of one visitor together (issues 7870 and 7880 of
//! `FreshRSS` tell of readers that were locked out by asking on). A host can name more
//! ([`AggregatorBuilder::one_service`](super::AggregatorBuilder::one_service)).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use url::Url;

/// Domains, with everything below them, that limit a visitor over all their feeds.
const SERVICES: [&str; 14] = [
    "bsky.app",
    "feedburner.com",
    "feedproxy.google.com",
    "github.com",
    "itunes.apple.com",
    "medium.com",
    "ncbi.nlm.nih.gov",
    "openrss.org",
    "reddit.com",
    "rsshub.app",
    "biorxiv.org",
    "medrxiv.org",
    "vimeo.com",
    "youtube.com",
];

/// The services, and which of them asked us to stay away in this run.
#[derive(Debug, Default)]
pub(super) struct Services {
    own: Vec<String>,
    resting: Mutex<HashMap<String, Timestamp>>,
}

impl Services {
    pub(super) fn new(own: Vec<String>) -> Self {
        Self {
            own,
            resting: Mutex::default(),
        }
    }

    /// The service that an address belongs to.
    pub(super) fn of(&self, url: &Url) -> Option<String> {
        let known = SERVICES.into_iter().chain(self.own.iter().map(String::as_str));
        known
            .into_iter()
            .find(|service| belongs(url, service))
            .map(str::to_owned)
    }

    /// Until when the service of that address is to be left alone.
    pub(super) fn resting_until(&self, url: &Url) -> Option<Timestamp> {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.is_empty() {
            return None;
        }
        resting.get(&self.of(url)?).copied()
    }

    /// Notes that a service asked us to stay away; false when it is known to.
    pub(super) fn rest(&self, service: &str, until: Timestamp) -> bool {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        let known = resting.get(service).is_some_and(|known| *known >= until);
        if !known {
            resting.insert(service.to_owned(), until);
        }
        !known
    }
}

/// Whether an address is at that domain or below it.
pub(super) fn belongs(url: &Url, service: &str) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    host.strip_suffix(service)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_told_by_whole_names() {
        let services = Services::new(vec!["feeds.hospital.example".to_owned()]);
        for (url, service) in [
            (
                "https://www.youtube.com/feeds/videos.xml?channel_id=x",
                Some("youtube.com"),
            ),
            ("https://youtube.com./feeds", Some("youtube.com")),
            ("https://pubmed.ncbi.nlm.nih.gov/rss/search/1", Some("ncbi.nlm.nih.gov")),
            ("https://notyoutube.com/", None),
            ("https://youtube.com.example.org/", None),
            ("https://feeds.hospital.example/a", Some("feeds.hospital.example")),
            ("https://hospital.example/a", None),
            ("http://127.0.0.1/", None),
        ] {
            assert_eq!(services.of(&url.parse().unwrap()).as_deref(), service, "{url}");
        }
    }

    #[test]
    fn a_longer_rest_replaces_a_shorter_one_only() {
        let services = Services::default();
        let url: Url = "https://old.reddit.com/r/medicine/.rss".parse().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(services.rest("reddit.com", at(10)) && !services.rest("reddit.com", at(5)));
        assert_eq!(services.resting_until(&url), Some(at(10)));
    }
}

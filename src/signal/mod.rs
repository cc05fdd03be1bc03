//! What an item tells beyond its topic: retraction, correction, recall, outbreak, guideline, study type, preprint, CME.
//!
//! Guided by how journals, agencies and providers word these things in feeds, and by the traps of that wording:
//! "Expression of Poliovirus Receptor" is no concern, "Adherence to Guidelines" no guideline, "recall bias" no recall.
//!
//! Flow: notices first (retraction, concern, correction): what is quoted in a notice's title is the paper's, so a notice
//! carries no study type. Then safety alerts, outbreaks and approvals, then study types, then what source, host and DOI
//! tell (preprint, press release), then CME credit.
//!
//! Scope: English wording. A rule looks at whole words of the folded title, the publisher's section (`[Corrections]`)
//! and, where it says so, the text. Each signal names the words that led to it. What these rules do not see: notices
//! that carry only the article's own title.

mod alert;
mod cme;
mod notice;
mod phrase;
mod study;

use crate::model::{Item, Signal, SignalKind, SourceKind};
use phrase::Wording;

/// Finds the signals of items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signals;

impl Signals {
    /// The signals of an item from a source of that kind, warnings first, each kind once.
    ///
    /// ```
    /// use medfeed::{Item, Signals, SignalKind, Source, SourceKind};
    /// let source: Source = "https://example.org/journal.xml".parse()?;
    /// let mut item = Item::new(source.id(), "guid:1");
    /// item.title = "Retraction: Aspirin and the risk of falls".into();
    /// let signals = Signals::detect(&item, SourceKind::Journal);
    /// assert_eq!(signals[0].kind, SignalKind::Retraction);
    /// assert_eq!(signals[0].target_title.as_deref(), Some("Aspirin and the risk of falls"));
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    #[must_use]
    pub fn detect(item: &Item, source: SourceKind) -> Vec<Signal> {
        let wording = Wording::of(item);
        let mut found: Vec<Signal> = Vec::new();
        if let Some(notice) = notice::detect(item, &wording) {
            found.push(notice);
        } else {
            found.extend(alert::detect(&wording, source));
            found.extend(study::detect(item, &wording, source));
        }
        found.extend(preprint(item, source));
        found.extend(press_release(item, source));
        found.extend(cme::detect(item, &wording));
        found.sort_by_key(|signal| signal.kind);
        found.dedup_by_key(|signal| signal.kind);
        found
    }
}

/// Hosts of preprint servers; a source that only links there from a news page is no preprint, so the item's link decides.
const PREPRINT_HOSTS: [&str; 7] = [
    "medrxiv.org",
    "biorxiv.org",
    "researchsquare.com",
    "preprints.org",
    "arxiv.org",
    "papers.ssrn.com",
    "preprints.jmir.org",
];

fn preprint(item: &Item, source: SourceKind) -> Option<Signal> {
    if let Some(doi) = item.doi() {
        return doi.is_preprint().then(|| {
            Signal::new(
                SignalKind::Preprint,
                0.99,
                format!("the DOI prefix {} is of a preprint server", doi.prefix()),
            )
        });
    }
    let host = item.link.as_ref().and_then(|link| link.host_str()).unwrap_or_default();
    if let Some(server) = PREPRINT_HOSTS.iter().find(|server| is_host(host, server)) {
        return Some(Signal::new(SignalKind::Preprint, 0.97, format!("it is on {server}")));
    }
    (source == SourceKind::Preprint).then(|| Signal::new(SignalKind::Preprint, 0.9, "the source is a preprint server"))
}

/// Hosts that carry what organisations write about themselves.
const PRESS_HOSTS: [&str; 6] = [
    "eurekalert.org",
    "prnewswire.com",
    "businesswire.com",
    "globenewswire.com",
    "newswise.com",
    "alphagalileo.org",
];

fn press_release(item: &Item, source: SourceKind) -> Option<Signal> {
    let host = item.link.as_ref().and_then(|link| link.host_str()).unwrap_or_default();
    if let Some(wire) = PRESS_HOSTS.iter().find(|wire| is_host(host, wire)) {
        return Some(Signal::new(SignalKind::PressRelease, 0.97, format!("it is on {wire}")));
    }
    (source == SourceKind::PressRelease)
        .then(|| Signal::new(SignalKind::PressRelease, 0.9, "the source carries press releases"))
}

fn is_host(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

#[cfg(test)]
mod tests;

//! What came back, and what it says of itself.

use std::fmt;

use jiff::Timestamp;
use url::Url;

use super::cache_control;
use crate::error::redacted;
use crate::model::Validators;
use crate::parse::challenge;
use crate::schedule::WaitHints;

/// Bytes of a page searched for the words of a bot challenge; such pages are small.
const CHALLENGE_WINDOW: usize = 64 << 10;

/// Bytes of a name for which room is set aside.
#[cfg(feature = "fetch")]
const USUAL_NAME: usize = 20;

/// A complete answer: status, headers, the redirects that led to it, and the decoded body.
///
/// Its `Debug` shows addresses [redacted] and the body's length only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchResponse {
    /// The HTTP status of the last answer.
    pub status: u16,
    /// The headers of the last answer.
    pub headers: Headers,
    /// Where the last answer came from.
    pub final_url: Url,
    /// The redirects followed, in order.
    pub redirects: Vec<Redirect>,
    /// The body, content encodings undone, character encoding untouched.
    pub body: Vec<u8>,
    /// Bytes of the body as it came over the wire, compressed or not. `HttpFetcher` always counts them.
    pub wire_bytes: Option<u64>,
}

/// One redirect that was followed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirect {
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Who sent us on.
    pub from: Url,
    /// Where to.
    pub to: Url,
}

impl Redirect {
    /// A redirect of that status.
    #[must_use]
    pub fn new(status: u16, from: Url, to: Url) -> Self {
        Self { status, from, to }
    }

    /// Whether the new address replaces the old one: 301 or 308 (RFC 9110 15.4), and not from https down to http,
    /// which anybody on the way can forge from then on.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308) && !(self.from.scheme() == "https" && self.to.scheme() != "https")
    }
}

impl FetchResponse {
    /// An answer without headers or redirects, for a host's own [`Fetch`](super::Fetch).
    #[must_use]
    pub fn new(status: u16, final_url: Url, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Headers::default(),
            final_url,
            redirects: Vec::new(),
            body: body.into(),
            wire_bytes: None,
        }
    }

    /// The same answer with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The same answer after one redirect more.
    #[must_use]
    pub fn with_redirect(mut self, redirect: Redirect) -> Self {
        self.redirects.push(redirect);
        self
    }

    /// The first header of that name (any case), byte for byte.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name)
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the body holds only what is new since the validators that were sent: 226 with `IM: feed` (RFC 3229). Its
    /// entries are added to the known ones; that others are missing means nothing.
    #[must_use]
    pub fn is_partial_feed(&self) -> bool {
        self.status == 226
            && self
                .headers
                .all("im")
                .flat_map(|value| value.split(|byte| *byte == b','))
                .any(|manipulation| manipulation.trim_ascii().eq_ignore_ascii_case(b"feed"))
    }

    /// How many requests it took: one, and one for each redirect.
    #[must_use]
    pub fn requests(&self) -> u32 {
        u32::try_from(self.redirects.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    }

    /// What a status that is no success means for `what` was asked for ("the feed"), in words.
    pub(crate) fn status_in_words(&self, what: &str) -> String {
        let meaning = match self.status {
            401 | 407 => "the server wants a user name and password",
            403 => "the server refuses us",
            404 => "there is no such page",
            410 => return format!("{what} is gone for good (HTTP 410)"),
            429 => "the server says we ask too often",
            500..=599 => "the server has a fault",
            other => return format!("the server did not send {what} (HTTP {other})"),
        };
        format!("{meaning} (HTTP {})", self.status)
    }

    /// Whether nothing changed since the validators that were sent: 304.
    #[must_use]
    pub fn is_not_modified(&self) -> bool {
        self.status == 304
    }

    /// `Content-Type` as it came, parameters included.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        let text = std::str::from_utf8(self.header("content-type")?).ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// `ETag` and `Last-Modified` of this answer, byte for byte. To be kept after a good 200 in place of the old pair.
    #[must_use]
    pub fn validators(&self) -> Validators {
        let exact = |name| self.header(name).filter(|value| !value.is_empty()).map(<[u8]>::to_vec);
        Validators::new(exact("etag"), exact("last-modified"))
    }

    /// The validators to send next time, when `sent` were sent this time: a 304 adds what it carries to them
    /// (RFC 9111 4.3.4), any other answer replaces them as a pair.
    #[must_use]
    pub fn next_validators(&self, sent: &Validators) -> Validators {
        let carried = self.validators();
        if !self.is_not_modified() {
            return carried;
        }
        Validators::new(
            carried.etag.or_else(|| sent.etag.clone()),
            carried.last_modified.or_else(|| sent.last_modified.clone()),
        )
    }

    /// Whether this 304 carries a validator that is another than the one sent.
    pub(crate) fn carries_others(&self, sent: &Validators) -> bool {
        let other = |name, sent: &Option<Vec<u8>>| {
            self.header(name)
                .is_some_and(|value| !value.is_empty() && sent.as_deref() != Some(value))
        };
        other("etag", &sent.etag) || other("last-modified", &sent.last_modified)
    }

    /// What the headers say about waiting; `received_at` stands in for a missing `Date`.
    #[must_use]
    pub fn wait_hints(&self, received_at: Timestamp) -> WaitHints {
        cache_control::wait_hints(&self.headers, received_at)
    }

    /// The address that should replace the one asked: only when every redirect on the way
    /// [is permanent](Redirect::is_permanent) and what came is a success or "not modified".
    ///
    /// The caller should still see that a feed is there before believing it: maintenance and login pages come by 301
    /// as well.
    #[must_use]
    pub fn permanent_target(&self) -> Option<&Url> {
        let good = self.is_success() || self.is_not_modified();
        (good && self.redirects.iter().all(Redirect::is_permanent))
            .then(|| self.redirects.last().map(|last| &last.to))
            .flatten()
    }

    /// Whether this is a bot challenge instead of an answer: the header `cf-mitigated: challenge`; or status 401, 403,
    /// 405, 429 or 503 with an HTML page whose beginning has the title or the script path of such a page, or the marks of one of
    /// the services that `parse` knows. A feed that reports on such a page is not taken for one: it comes with another
    /// status.
    #[must_use]
    pub fn is_bot_challenge(&self) -> bool {
        if self
            .header("cf-mitigated")
            .is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"challenge"))
        {
            return true;
        }
        if !matches!(self.status, 401 | 403 | 405 | 429 | 503) {
            return false;
        }
        let beginning = self.body.get(..CHALLENGE_WINDOW).unwrap_or(&self.body);
        let page = String::from_utf8_lossy(beginning);
        if challenge(&page).is_some() {
            return true;
        }
        let page = page.to_ascii_lowercase();
        page.contains("<html")
            && (page.contains("<title>just a moment")
                || page.contains("<title>attention required! | cloudflare")
                || page.contains("/cdn-cgi/challenge-platform/"))
    }
}

impl fmt::Debug for FetchResponse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FetchResponse")
            .field("status", &self.status)
            .field("final_url", &redacted(&self.final_url))
            .field("redirects", &self.redirects)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("wire_bytes", &self.wire_bytes)
            .finish()
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Redirect")
            .field("status", &self.status)
            .field("from", &redacted(&self.from))
            .field("to", &redacted(&self.to))
            .finish()
    }
}

/// Response headers: names in lower case, values as opaque bytes, in the order they came.
///
/// Its `Debug` shows the names only: values may be cookies or addresses with tokens.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// All names, one after the other, and so the values: every poll has some, and few of them are looked at.
    names: String,
    values: Vec<u8>,
    /// Where the name and the value of each field end.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// Room for so many fields, of so many bytes together.
    #[cfg(feature = "fetch")]
    pub(super) fn with_capacity(fields: usize, bytes: usize) -> Self {
        Self {
            names: String::with_capacity(bytes.min(fields.saturating_mul(USUAL_NAME))),
            values: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(fields),
        }
    }

    /// Adds a field; one of the same name stays.
    pub fn append(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let begin = self.names.len();
        self.names.push_str(name);
        if let Some(name) = self.names.get_mut(begin..) {
            name.make_ascii_lowercase();
        }
        self.values.extend_from_slice(value.as_ref());
        self.ends.push((self.names.len(), self.values.len()));
    }

    /// The first value of that name, in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All values of that name, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut begin = (0, 0);
        self.ends.iter().map(move |end| {
            let name = self.names.get(begin.0..end.0).unwrap_or_default();
            let value = self.values.get(begin.1..end.1).unwrap_or_default();
            begin = *end;
            (name, value)
        })
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn chain(hops: &[(u16, &str)]) -> FetchResponse {
        let mut from = url("https://old.example.org/feed");
        let mut response = FetchResponse::new(200, from.clone(), "");
        for (status, to) in hops {
            response = response.with_redirect(Redirect::new(*status, from, url(to)));
            from = url(to);
        }
        response
    }

    #[test]
    fn only_a_chain_that_is_permanent_throughout_moves_a_source() {
        let (a, b) = ("https://a.example.org/", "https://b.example.org/");
        assert_eq!(chain(&[]).permanent_target(), None);
        assert_eq!(chain(&[(301, a), (308, b)]).permanent_target(), Some(&url(b)));
        for temporary in [302, 303, 307] {
            assert_eq!(chain(&[(301, a), (temporary, b)]).permanent_target(), None);
            assert_eq!(chain(&[(temporary, a), (301, b)]).permanent_target(), None);
        }
        assert_eq!(chain(&[(301, "http://a.example.org/")]).permanent_target(), None);
        // Down and up again is no better: the middle can be forged.
        assert_eq!(
            chain(&[(301, "http://a.example.org/"), (301, b)]).permanent_target(),
            None
        );
        let mut missing = chain(&[(301, a)]);
        missing.status = 404;
        assert_eq!(missing.permanent_target(), None);
    }

    #[test]
    fn validators_are_exact_and_replaced_as_a_pair() {
        let sent = Validators::new(Some(b"\"old\"".to_vec()), Some(b"yesterday".to_vec()));
        let odd: &[u8] = b"W/\"a\xfcb\"-gzip";
        let fresh = FetchResponse::new(200, url("https://example.org/"), "").with_header("ETag", odd);
        assert_eq!(fresh.next_validators(&sent), Validators::new(Some(odd.to_vec()), None));
        let unchanged = FetchResponse::new(304, url("https://example.org/"), "").with_header("etag", "\"new\"");
        assert_eq!(
            unchanged.next_validators(&sent),
            Validators::new(Some(b"\"new\"".to_vec()), Some(b"yesterday".to_vec()))
        );
        let bare = FetchResponse::new(200, url("https://example.org/"), "");
        assert!(bare.next_validators(&sent).is_empty());
    }

    #[test]
    fn a_partial_feed_says_so_in_status_and_header() {
        let answer = |status| FetchResponse::new(status, url("https://example.org/"), "");
        assert!(answer(226).with_header("IM", "feed").is_partial_feed());
        assert!(answer(226).with_header("im", "gzip, Feed").is_partial_feed());
        assert!(answer(226).is_success());
        assert!(!answer(226).with_header("IM", "vcdiff").is_partial_feed());
        assert!(!answer(226).is_partial_feed());
        assert!(!answer(200).with_header("IM", "feed").is_partial_feed());
    }

    #[test]
    fn a_challenge_is_told_from_an_answer() {
        let page = "<!DOCTYPE html><html><head><title>Just a moment...</title>";
        let feed = "<rss><channel><title>Just a moment: rest in <html> wards</title>";
        let answer = |status, body: &str| FetchResponse::new(status, url("https://example.org/"), body);
        assert!(answer(403, page).is_bot_challenge());
        assert!(answer(503, page).is_bot_challenge());
        assert!(
            answer(403, "")
                .with_header("CF-Mitigated", "challenge")
                .is_bot_challenge()
        );
        let other = "<title>x</title><p id=\"cmsg\">Please enable JS and disable any ad blocker</p>";
        assert!(answer(429, other).is_bot_challenge());
        assert!(!answer(200, page).is_bot_challenge());
        assert!(!answer(200, feed).is_bot_challenge());
        assert!(!answer(403, "<html><title>Forbidden</title>").is_bot_challenge());
    }

    #[test]
    fn debug_shows_no_secrets() {
        let secret = url("https://u:SEKRIT@example.org/?token=SEKRIT");
        let response = FetchResponse::new(200, secret.clone(), "SEKRIT")
            .with_header("set-cookie", "SEKRIT")
            .with_redirect(Redirect::new(302, secret.clone(), secret.clone()));
        let request = super::super::FetchRequest::new(secret);
        assert!(!format!("{response:?}{request:?}").contains("SEKRIT"));
    }
}

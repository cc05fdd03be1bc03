//! The one [`Error`] of the crate, and how an address may be shown.
//!
//! The error is opaque: ask it with the `is_*` methods instead of matching on it, so that new causes can be told apart
//! later without breaking anybody. It never shows a secret: user names, passwords and token-like parameters of an
//! address are hidden in `Display` and `Debug` ([`redacted`]).

use std::error::Error as StdError;
use std::fmt;

use url::Url;

/// What every fallible call of the crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something that went wrong, with the address it happened at and the underlying cause where there are any.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: Kind,
    message: String,
    url: Option<Url>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Set only for a web page.
    alternate_feeds: Vec<Url>,
    challenge: bool,
    requests: u32,
}

/// What kind of failure an [`Error`] is; private, so that it can grow.
#[cfg_attr(
    not(all(feature = "fetch", feature = "sqlite")),
    allow(dead_code, reason = "each edge has failures of its own")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Timeout,
    TooLarge,
    RefusedAddress,
    Connect,
    Certificate,
    Status(u16),
    Redirect,
    Body,
    Parse,
    NotAFeed,
    Store,
    StoreLocked,
    StoreReadOnly,
    StoreCorrupt,
    Invalid,
    Internal,
}

/// In which way something failed: what a report counts by, and a dashboard groups by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureClass {
    /// No complete answer within the deadline.
    Timeout,
    /// The host could not be reached.
    Connect,
    /// The server's certificate does not hold.
    Certificate,
    /// The connection broke, or the body ended early or was encoded otherwise than announced.
    BrokenOff,
    /// A bound of [`Limits`](crate::Limits) was reached.
    TooLarge,
    /// An address that is not asked: private, reserved, not http(s).
    RefusedAddress,
    /// Too many redirects, a loop, or one to nowhere.
    Redirect,
    /// 401, 403, 407, or a bot challenge.
    Blocked,
    /// 429, or 503: later, perhaps.
    Overloaded,
    /// 404.
    Missing,
    /// 410.
    Gone,
    /// Another status of 400 to 499, or one that is no answer to what was asked.
    Client,
    /// A status of 500 to 599.
    Server,
    /// Something else than a feed.
    NotAFeed,
    /// A feed that could not be read.
    Unreadable,
    /// The store.
    Store,
    /// A value that the caller gave.
    Invalid,
    /// A fault of medfeed.
    Internal,
}

impl FailureClass {
    /// The code, such as `too-large`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Certificate => "certificate",
            Self::BrokenOff => "broken-off",
            Self::TooLarge => "too-large",
            Self::RefusedAddress => "refused-address",
            Self::Redirect => "redirect",
            Self::Blocked => "blocked",
            Self::Overloaded => "overloaded",
            Self::Missing => "missing",
            Self::Gone => "gone",
            Self::Client => "client",
            Self::Server => "server",
            Self::NotAFeed => "not-a-feed",
            Self::Unreadable => "unreadable",
            Self::Store => "store",
            Self::Invalid => "invalid",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                url: None,
                source: None,
                alternate_feeds: Vec::new(),
                challenge: false,
                requests: 0,
            }),
        }
    }

    /// A web page instead of a feed, with the feeds it links.
    pub(crate) fn web_page(message: impl Into<String>, alternate_feeds: Vec<Url>) -> Self {
        let mut error = Self::new(Kind::NotAFeed, message);
        error.inner.alternate_feeds = alternate_feeds;
        error
    }

    /// The same error, of a page that checks for bots.
    pub(crate) fn by_challenge(mut self) -> Self {
        self.inner.challenge = true;
        self
    }

    /// A page that asks who is there, instead of a feed.
    pub(crate) fn challenge(message: impl Into<String>) -> Self {
        let mut error = Self::new(Kind::NotAFeed, message);
        error.inner.challenge = true;
        error
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    #[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "only the HTTP client counts"))]
    pub(crate) fn with_requests(mut self, requests: u32) -> Self {
        self.inner.requests = requests;
        self
    }

    /// An error that a host's own [`Fetch`](crate::Fetch) reports: it could not reach or read the address.
    pub fn fetch_failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Connect, message)
    }

    /// An error that a host's own [`Fetch`](crate::Fetch) reports: the deadline passed.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(Kind::Timeout, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    pub(crate) fn parse(message: impl Into<String>) -> Self {
        Self::new(Kind::Parse, message)
    }

    /// The same error, said of this address.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.inner.url = Some(url);
        self
    }

    /// The same error without its address, for logs that must not hold any.
    #[must_use]
    pub fn without_url(mut self) -> Self {
        self.inner.url = None;
        self
    }

    /// The address it happened at, in full. Use [`redacted`] before showing it to anybody.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.inner.url.as_ref()
    }

    /// How many requests the built-in HTTP client had sent when it failed: the first one and one for each redirect. 0 when
    /// none left this machine: a refused address, no connection, a certificate that does not hold. 0 as well when there was
    /// an answer that is no feed (a status, a page): the report's
    /// [`SourceOutcome::requests`](crate::SourceOutcome::requests) counts those too.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.inner.requests
    }

    pub(crate) fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// In which way it failed.
    #[must_use]
    pub fn class(&self) -> FailureClass {
        if self.inner.challenge {
            return FailureClass::Blocked;
        }
        match self.inner.kind {
            Kind::Timeout => FailureClass::Timeout,
            Kind::TooLarge => FailureClass::TooLarge,
            Kind::RefusedAddress => FailureClass::RefusedAddress,
            Kind::Connect => FailureClass::Connect,
            Kind::Certificate => FailureClass::Certificate,
            Kind::Redirect => FailureClass::Redirect,
            Kind::Body => FailureClass::BrokenOff,
            Kind::Status(401 | 403 | 407) => FailureClass::Blocked,
            Kind::Status(429 | 503) => FailureClass::Overloaded,
            Kind::Status(404) => FailureClass::Missing,
            Kind::Status(410) => FailureClass::Gone,
            Kind::Status(500..) => FailureClass::Server,
            Kind::Status(_) => FailureClass::Client,
            Kind::Parse => FailureClass::Unreadable,
            Kind::NotAFeed => FailureClass::NotAFeed,
            Kind::Store | Kind::StoreLocked | Kind::StoreReadOnly | Kind::StoreCorrupt => FailureClass::Store,
            Kind::Invalid => FailureClass::Invalid,
            Kind::Internal => FailureClass::Internal,
        }
    }

    /// The total deadline passed before the answer was complete.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == Kind::Timeout
    }

    /// A bound of [`Limits`](crate::Limits) was reached.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.inner.kind == Kind::TooLarge
    }

    /// The address is private, reserved, not http(s), or on a port no feed is served from.
    #[must_use]
    pub fn is_refused_address(&self) -> bool {
        self.inner.kind == Kind::RefusedAddress
    }

    /// The host could not be reached, or the connection broke. True as well for
    /// [`is_certificate`](Self::is_certificate).
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.inner.kind, Kind::Connect | Kind::Body | Kind::Certificate)
    }

    /// The host's TLS certificate does not hold: signed by nobody known, for another name, expired. It is never passed
    /// over; a host's own authority can be added (`HttpFetcherBuilder::root_certificate_pem`).
    #[must_use]
    pub fn is_certificate(&self) -> bool {
        self.inner.kind == Kind::Certificate
    }

    /// The HTTP status, when the server answered with one that is no success.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.inner.kind {
            Kind::Status(code) => Some(code),
            _ => None,
        }
    }

    /// Too many redirects, a loop, or a redirect to somewhere that is no address.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        self.inner.kind == Kind::Redirect
    }

    /// The document could not be read as a feed. True as well for [`is_not_a_feed`](Self::is_not_a_feed).
    #[must_use]
    pub fn is_parse(&self) -> bool {
        matches!(self.inner.kind, Kind::Parse | Kind::NotAFeed)
    }

    /// The document is something else than a feed: an HTML page, an empty body, binary data.
    #[must_use]
    pub fn is_not_a_feed(&self) -> bool {
        self.inner.kind == Kind::NotAFeed
    }

    /// The document is a page that checks for bots, or refuses them, in place of the feed: waiting or asking the publisher
    /// for access helps, another address does not. Its status says so, or the page itself: then
    /// [`is_not_a_feed`](Self::is_not_a_feed) is true as well.
    #[must_use]
    pub fn is_challenge(&self) -> bool {
        self.inner.challenge
    }

    /// The feeds that the page links, when the document was a web page instead of a feed; empty otherwise.
    ///
    /// They are the page's `<link rel="alternate">` of a feed's type (RSS, Atom, JSON Feed), in its order, absolute
    /// against its `<base href>` or its own address, http and https only, without repeats, 20 at most.
    ///
    /// ```
    /// let page = b"<!DOCTYPE html><link rel=alternate type='application/rss+xml' href='/news.xml'>";
    /// let error = medfeed::parse(page, &"https://example.org/news".parse()?, Some("text/html")).unwrap_err();
    /// assert!(error.is_not_a_feed());
    /// assert_eq!(error.alternate_feeds()[0].as_str(), "https://example.org/news.xml");
    /// # Ok::<(), url::ParseError>(())
    /// ```
    #[must_use]
    pub fn alternate_feeds(&self) -> &[Url] {
        &self.inner.alternate_feeds
    }

    /// The store failed: locked, read-only, corrupt, full, or a newer schema.
    #[must_use]
    pub fn is_store(&self) -> bool {
        matches!(
            self.inner.kind,
            Kind::Store | Kind::StoreLocked | Kind::StoreReadOnly | Kind::StoreCorrupt
        )
    }

    /// Somebody else held the store for longer than the busy time-out.
    #[must_use]
    pub fn is_store_locked(&self) -> bool {
        self.inner.kind == Kind::StoreLocked
    }

    /// The store can be read but not written.
    #[must_use]
    pub fn is_store_read_only(&self) -> bool {
        self.inner.kind == Kind::StoreReadOnly
    }

    /// The file is damaged, cut short, or not a store of medfeed. It is never overwritten.
    #[must_use]
    pub fn is_store_corrupt(&self) -> bool {
        self.inner.kind == Kind::StoreCorrupt
    }

    /// A value the caller gave is not valid; the message says what would be right.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.inner.kind == Kind::Invalid
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.inner.message)?;
        if let Some(url) = &self.inner.url {
            write!(out, " ({})", redacted(url))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = out.debug_struct("Error");
        debug
            .field("kind", &self.inner.kind)
            .field("message", &self.inner.message);
        if let Some(url) = &self.inner.url {
            debug.field("url", &redacted(url));
        }
        if let Some(source) = &self.inner.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// Parameter names whose values are secrets often enough to be hidden: private podcast feeds carry tokens.
const SECRET_PARAMETERS: [&str; 21] = [
    "access",
    "access_token",
    "apikey",
    "api_key",
    "api-key",
    "auth",
    "authorization",
    "code",
    "credential",
    "hash",
    "jwt",
    "key",
    "pass",
    "password",
    "pwd",
    "secret",
    "session",
    "sid",
    "sig",
    "signature",
    "token",
];

/// An address as it may be shown: user name, password, the values of token-like parameters, and whatever looks like a key
/// in the path or the query become `***`: a UUID, or 26 and more letters and digits in a row with both among them. Private
/// podcast feeds carry their key there. A public number that is as long is hidden as well; nobody reads those.
///
/// ```
/// let url = "https://nurse:ward7@example.org/feed?token=abc&page=2".parse()?;
/// assert_eq!(medfeed::redacted(&url), "https://***@example.org/feed?token=***&page=2");
/// # Ok::<(), url::ParseError>(())
/// ```
#[must_use]
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    let had_user = !url.username().is_empty() || url.password().is_some();
    if had_user {
        // Neither call fails for http(s); for other schemes there is no user to hide.
        let _ = shown.set_password(None);
        let _ = shown.set_username("");
    }
    if let Some(query) = url.query() {
        let parts: Vec<String> = query
            .split('&')
            .map(|part| match part.split_once('=') {
                Some((name, value)) if !value.is_empty() && (is_secret_parameter(name) || is_key(value)) => {
                    format!("{name}=***")
                }
                None if is_key(part) => "***".to_owned(),
                _ => part.to_owned(),
            })
            .collect();
        shown.set_query(Some(&parts.join("&")));
    }
    if url.path().split('/').any(holds_key) {
        let parts: Vec<&str> = url
            .path()
            .split('/')
            .map(|part| if holds_key(part) { "***" } else { part })
            .collect();
        shown.set_path(&parts.join("/"));
    }
    let text = String::from(shown);
    if had_user {
        text.replacen("://", "://***@", 1)
    } else {
        text
    }
}

/// Letters and digits in a row that make a key rather than a word or a number.
const KEY_CHARACTERS: usize = 26;

/// A part of a path that is a key, whatever its ending.
fn holds_key(part: &str) -> bool {
    is_key(part.split_once('.').map_or(part, |(stem, _)| stem))
}

fn is_key(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let is_uuid = text.len() == 36
        && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    is_uuid || (mixed && text.len() >= KEY_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_secret_parameter(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_PARAMETERS.iter().any(|secret| {
        name == *secret
            || (secret.len() > 3 && (name.ends_with(&format!("_{secret}")) || name.ends_with(&format!("-{secret}"))))
    }) || name.ends_with("token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_show() {
        for (url, hidden) in [
            ("https://user:pw@example.org/a", "pw"),
            ("https://user@example.org/a", "user"),
            ("https://example.org/a?auth_token=SEKRIT", "SEKRIT"),
            ("https://example.org/a?Key=SEKRIT&x=1", "SEKRIT"),
            ("https://example.org/a?feedtoken=SEKRIT", "SEKRIT"),
            ("https://example.org/a?u=9&access=SEKRIT", "SEKRIT"),
            (
                "https://example.org/rss/Ab3dEf6hIj9lMn2pQr5tUv8x1z/podcast",
                "Ab3dEf6hIj9lMn2pQr5tUv8x1z",
            ),
            (
                "https://example.org/a/7f1d6a52-3c4e-4b5f-9a8b-0c1d2e3f4a5b.xml",
                "7f1d6a52",
            ),
            ("https://example.org/a?u=0123456789abcdef0123456789", "0123456789abcdef"),
        ] {
            let url: Url = url.parse().unwrap();
            let error = Error::parse("no feed").with_url(url.clone());
            for text in [error.to_string(), format!("{error:?}"), redacted(&url)] {
                assert!(!text.contains(hidden), "{text}");
            }
        }
    }

    #[test]
    fn plain_addresses_are_shown_whole() {
        let url: Url = "https://example.org/a?page=2&specialty=cardiology".parse().unwrap();
        assert_eq!(redacted(&url), url.as_str());
        for plain in [
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrst12",
            "https://example.org/2026/11/a-randomised-trial-of-beetroot-juice-in-hypertension",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=cardiovascular_medicine",
            "https://example.org/doi/10.1016/S0140-6736(26)01234-5/fulltext?utm_source=rss",
            "https://example.org/feeds/12345678901234567890123456789012",
            "https://example.org/internationalgastroenterologyreview/feed.xml",
        ] {
            assert_eq!(redacted(&plain.parse().unwrap()), plain);
        }
        assert_eq!(Error::parse("x").with_url(url).without_url().to_string(), "x");
    }
}

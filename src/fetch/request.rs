//! What is asked for.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::Headers;
use crate::error::redacted;
use crate::limits::Limits;
use crate::model::Validators;

/// The feed types, then any XML or JSON, then anything: some servers answer 406 when the list is too short.
pub(super) const ACCEPT_FEEDS: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, \
     application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.4, */*;q=0.3";

/// One request: an address, the validators of the last good answer, and the bounds of this request.
///
/// Its `Debug` shows addresses [redacted] and the names of header fields only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchRequest {
    /// What to get. It may hold a user name, password or token.
    pub url: Url,
    /// To be sent back exactly as they came; nothing is sent for those that are `None`.
    pub validators: Validators,
    /// Where the validators came from: the final address of the answer that carried them. They are sent to that address
    /// (same origin and path; the query may differ, for links to storage are signed anew each time) and to no other: a
    /// maintenance page behind a redirect would answer 304 to a date that is not its own. `None`: they came from
    /// [`url`](Self::url) itself, and are sent to it but not after a redirect.
    pub validators_for: Option<Url>,
    /// The host's own header fields: an API key, a language. `HttpFetcher` sends them to the origin of
    /// [`url`](Self::url) only, and not any more once a redirect led to another one (from http to https included).
    ///
    /// Fields that are the client's own business are refused with `is_invalid`: `Host`, `Content-Length`,
    /// `Transfer-Encoding`, `Connection`, `TE`, `Upgrade`, `Accept-Encoding`, `Range`, `A-IM`, `If-…`, `Proxy-…` and the
    /// like; so are names and values that cannot stand in a header.
    pub headers: Headers,
    /// The part that is asked for, first byte and last byte (included), with [`with_range`](Self::with_range).
    pub range: Option<(u64, Option<u64>)>,
    /// The `Accept` header. By default it names the feed types.
    pub accept: String,
    /// Most bytes of the decoded body; `None` for the fetcher's own bound.
    pub max_body_bytes: Option<usize>,
    /// The deadline for the whole request, waiting for the host's turn not counted; `None` for the fetcher's own.
    pub deadline: Option<Duration>,
}

impl FetchRequest {
    /// A request for the feed at that address, without validators, within the fetcher's own bounds.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            validators: Validators::default(),
            validators_for: None,
            headers: Headers::default(),
            range: None,
            accept: ACCEPT_FEEDS.to_owned(),
            max_body_bytes: None,
            deadline: None,
        }
    }

    /// The same request, answered with 304 when nothing changed since these.
    #[must_use]
    pub fn with_validators(mut self, validators: Validators) -> Self {
        self.validators = validators;
        self
    }

    /// The same request, with its validators for this address only: the final address of the answer that carried them.
    #[must_use]
    pub fn with_validators_for(mut self, address: Url) -> Self {
        self.validators_for = Some(address);
        self
    }

    /// The same request with one header field more; see [`headers`](Self::headers).
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The same request for a part of the body, to resume a download: from this byte to that one (included) or to the end.
    /// For `HttpFetcher::open` only, a feed is read whole. The server may answer 206 with the part, 416, or 200 with the
    /// whole body. The part is of the body as it lies there, so no compression is asked for; with validators, `If-Range`
    /// stands in for the other conditions, and gives the whole body when it changed since (a weak `ETag` cannot be used so).
    #[must_use]
    pub fn with_range(mut self, first: u64, last: Option<u64>) -> Self {
        self.range = Some((first, last));
        self
    }

    /// The same request for other types of document.
    #[must_use]
    pub fn with_accept(mut self, accept: impl Into<String>) -> Self {
        self.accept = accept.into();
        self
    }

    /// The same request within the body size and deadline of these limits.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> Self {
        self.max_body_bytes = Some(limits.max_body_bytes);
        self.deadline = Some(limits.request_deadline);
        self
    }
}

impl fmt::Debug for FetchRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FetchRequest")
            .field("url", &redacted(&self.url))
            .field("validators", &self.validators)
            .field("validators_for", &self.validators_for.as_ref().map(redacted))
            .field("headers", &self.headers)
            .field("range", &self.range)
            .field("accept", &self.accept)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("deadline", &self.deadline)
            .finish()
    }
}

//! What is asked for.

use std::fmt;
use std::time::Duration;

use url::Url;

use crate::error::redacted;
use crate::limits::Limits;
use crate::model::Validators;

/// The feed types, then any XML or JSON, then anything: some servers answer 406 when the list is too short.
const ACCEPT_FEEDS: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, \
     application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.4, */*;q=0.3";

/// One request: an address, the validators of the last good answer, and the bounds of this request.
///
/// Its `Debug` shows the address [redacted].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchRequest {
    /// What to get. It may hold a user name, password or token.
    pub url: Url,
    /// To be sent back exactly as they came; nothing is sent for those that are `None`.
    pub validators: Validators,
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
            .field("accept", &self.accept)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("deadline", &self.deadline)
            .finish()
    }
}

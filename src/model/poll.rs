//! What is remembered of a source between polls.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FeedHints, Rhythm};

/// The validators of the last good answer, as opaque bytes: sent back exactly as they came (RFC 9110 13.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Validators {
    /// `ETag`, quotes and `W/` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, whatever form its date has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Vec<u8>>,
}

impl Validators {
    /// These two, as they came.
    #[must_use]
    pub fn new(etag: Option<Vec<u8>>, last_modified: Option<Vec<u8>>) -> Self {
        Self { etag, last_modified }
    }

    /// Whether there is nothing to send back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// How a source fares. The store keeps it, the report and the host show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Health {
    /// Not asked yet.
    #[default]
    New,
    /// The last answer was good.
    Healthy,
    /// It could not be read the last time or times.
    Failing,
    /// The server said 410: it is not asked any more.
    Gone,
    /// The server refused us: 401, 403, or a bot challenge.
    Blocked,
    /// What came was no feed.
    NotAFeed,
}

/// What is remembered of a source between polls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PollState {
    /// To be sent with the next request.
    pub validators: Validators,
    /// When it may be asked again; `None` for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// The last time it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_polled: Option<Timestamp>,
    /// The last good answer, unchanged ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Failures since then.
    pub failures: u32,
    /// The last failure in one line, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// How it fares.
    pub health: Health,
    /// What the feed itself last said about polling; it counts after an answer without a body, too.
    pub hints: FeedHints,
    /// A hash of the last body that was parsed: an unchanged body is not parsed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<u64>,
    /// Decoded bytes of the last good body: a large feed that cannot say "not modified" is asked less often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// How often the feed itself has news.
    #[serde(skip_serializing_if = "Rhythm::is_empty")]
    pub rhythm: Rhythm,
}

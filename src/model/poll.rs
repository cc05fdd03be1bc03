//! What is remembered of a source between polls.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{FeedFormat, FeedHints, FormatChange, Health, Move, Rhythm};
use crate::error::redacted;

/// The validators of the last good answer, as opaque bytes: sent back exactly as they came (RFC 9110 13.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Validators {
    /// `ETag`, quotes and `W/` included.
    #[serde(skip_serializing_if = "Option::is_none", with = "opaque")]
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, whatever form its date has.
    #[serde(skip_serializing_if = "Option::is_none", with = "opaque")]
    pub last_modified: Option<Vec<u8>>,
}

/// Bytes as a text where they are one, which nearly all are, else as a list of numbers.
mod opaque {
    use std::fmt;

    use serde::de::{SeqAccess, Visitor};
    use serde::{Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes.as_deref().map(|bytes| (bytes, std::str::from_utf8(bytes))) {
            None => serializer.serialize_none(),
            Some((_, Ok(text))) => serializer.serialize_str(text),
            Some((bytes, Err(_))) => bytes.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        deserializer.deserialize_any(Opaque)
    }

    struct Opaque;

    impl<'de> Visitor<'de> for Opaque {
        type Value = Option<Vec<u8>>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a text, a list of bytes, or nothing")
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.as_bytes().to_vec()))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut bytes = Vec::new();
            while let Some(byte) = list.next_element()? {
                bytes.push(byte);
            }
            Ok(Some(bytes))
        }
    }
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

/// What is remembered of a source between polls. Its `Debug` shows addresses [redacted].
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PollState {
    /// To be sent with the next request.
    pub validators: Validators,
    /// The address of the answer that carried the validators, when redirects led there; `None` when it was the source's
    /// own. They go back there and nowhere else, for another page's "not modified" would say nothing about the feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validators_for: Option<Url>,
    /// When it may be asked again; `None` for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due: Option<Timestamp>,
    /// Not to be asked before then, not by a minute: a service it belongs to refused another of its sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rests_until: Option<Timestamp>,
    /// The last time it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_polled: Option<Timestamp>,
    /// The last good answer, unchanged ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// Failures since then.
    pub failures: u32,
    /// When the first of them was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// The last failure in one line, without secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// How it fares.
    pub health: Health,
    /// Since when it has fared so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_since: Option<Timestamp>,
    /// What the feed itself last said about polling; it counts after an answer without a body, too.
    pub hints: FeedHints,
    /// A hash of the last body that was parsed: an unchanged body is not parsed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<u64>,
    /// Decoded bytes of the last good body: a large feed that cannot say "not modified" is asked less often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// What the last document was written in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FeedFormat>,
    /// How many items the last whole document held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// How often the feed itself has news.
    #[serde(skip_serializing_if = "Rhythm::is_empty")]
    pub rhythm: Rhythm,
    /// The last permanent move that was followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Move>,
    /// The last change of format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format_changed: Option<FormatChange>,
    /// The WebSub hub the feed names (`atom:link rel="hub"`, JSON Feed `hubs`). medfeed never contacts it; a host with
    /// an address that is reachable from outside may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<Url>,
    /// The feed's own address as it names it (`atom:link rel="self"`, JSON Feed `feed_url`): the topic to give to the
    /// hub. It is never taken for the source's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_link: Option<Url>,
}

impl fmt::Debug for PollState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PollState")
            .field("validators", &self.validators)
            .field("validators_for", &self.validators_for.as_ref().map(redacted))
            .field("next_due", &self.next_due)
            .field("rests_until", &self.rests_until)
            .field("last_polled", &self.last_polled)
            .field("last_success", &self.last_success)
            .field("failures", &self.failures)
            .field("failing_since", &self.failing_since)
            .field("last_error", &self.last_error)
            .field("health", &self.health)
            .field("health_since", &self.health_since)
            .field("hints", &self.hints)
            .field("body_hash", &self.body_hash)
            .field("body_bytes", &self.body_bytes)
            .field("format", &self.format)
            .field("items", &self.items)
            .field("rhythm", &self.rhythm)
            .field("moved", &self.moved)
            .field("format_changed", &self.format_changed)
            .field("hub", &self.hub.as_ref().map(redacted))
            .field("self_link", &self.self_link.as_ref().map(redacted))
            .finish()
    }
}

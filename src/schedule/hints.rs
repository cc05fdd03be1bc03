//! What the headers of an answer say about waiting.

use std::time::Duration;

use jiff::Timestamp;

/// What the headers of an answer say about waiting. Plain data: a host with its own HTTP client can fill it itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitHints {
    /// `Cache-Control: max-age` (RFC 9111 5.2.2.1).
    pub max_age: Option<Duration>,
    /// `Age`: how long a cache on the way has held the answer (RFC 9111 5.1).
    pub age: Option<Duration>,
    /// `Expires`, by the server's clock (RFC 9111 5.3).
    pub expires: Option<Timestamp>,
    /// `Date`, the server's clock; the moment of receipt when the server sent none.
    pub date: Option<Timestamp>,
    /// `Retry-After` in seconds (RFC 9110 10.2.3).
    pub retry_after: Option<Duration>,
    /// `Retry-After` as a date, by the server's clock.
    pub retry_at: Option<Timestamp>,
}

impl WaitHints {
    /// How long the answer stays fresh: the longer of `max-age` and `Expires` less `Date`, less `Age`.
    #[must_use]
    pub fn freshness(&self) -> Option<Duration> {
        let lifetime = self.max_age.max(self.relative(self.expires))?;
        Some(lifetime.saturating_sub(self.age.unwrap_or_default()))
    }

    /// How long the server asked us to stay away (`Retry-After`), dates taken relative to its own clock.
    #[must_use]
    pub fn stay_away(&self) -> Option<Duration> {
        self.retry_after.max(self.relative(self.retry_at))
    }

    /// A moment of the server's clock as a wait. One in the past says nothing.
    fn relative(&self, at: Option<Timestamp>) -> Option<Duration> {
        Duration::try_from(at?.duration_since(self.date?)).ok()
    }
}

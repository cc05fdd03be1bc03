//! How a source fares, and what changed about it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{FeedFormat, PollState, Source, SourceId};
use crate::error::redacted;

/// How a source fares, in one word. The store keeps it, the report and the host show it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Health {
    /// Not asked yet.
    #[default]
    New,
    /// The last answer was good.
    Healthy,
    /// The last answer was good, and nothing has been published for longer than ever before: more than three times its
    /// longest recent pause, and at least a week.
    Quiet,
    /// The last answer was a feed without a single item. What was stored before stays.
    Empty,
    /// It could not be read the last time or times.
    Failing,
    /// The server refused us: 401, 403, 407, or a bot challenge.
    Blocked,
    /// What came was no feed: a web page, nothing, or something else.
    NotAFeed,
    /// The server said 410: it is not asked any more, unless [`Store::retry`](crate::Store::retry) says so.
    Gone,
}

impl Health {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Healthy,
        Self::Quiet,
        Self::Empty,
        Self::Failing,
        Self::Blocked,
        Self::NotAFeed,
        Self::Gone,
    ];

    /// The code, such as `not-a-feed`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Healthy => "healthy",
            Self::Quiet => "quiet",
            Self::Empty => "empty",
            Self::Failing => "failing",
            Self::Blocked => "blocked",
            Self::NotAFeed => "not-a-feed",
            Self::Gone => "gone",
        }
    }

    /// Whether the last answer could be read as a feed: what the source holds is known up to then.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Self::Healthy | Self::Quiet | Self::Empty)
    }

    /// Whether somebody should have a look: everything but new and healthy sources.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        !matches!(self, Self::New | Self::Healthy)
    }
}

impl fmt::Display for Health {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotAFeed => "not a feed",
            other => other.code(),
        })
    }
}

/// A permanent move that was followed: every redirect on the way was permanent and a feed was there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Move {
    /// The address until then.
    pub from: Url,
    /// The address since.
    pub to: Url,
    /// When it was found.
    pub at: Timestamp,
}

impl Move {
    /// A move found at that moment.
    #[must_use]
    pub fn new(from: Url, to: Url, at: Timestamp) -> Self {
        Self { from, to, at }
    }
}

impl fmt::Debug for Move {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Move")
            .field("from", &redacted(&self.from))
            .field("to", &redacted(&self.to))
            .field("at", &self.at)
            .finish()
    }
}

/// A publisher's change to another kind of document at the same address: often a new web site, so items may return
/// under new ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormatChange {
    /// What it was until then.
    pub from: FeedFormat,
    /// What it is since.
    pub to: FeedFormat,
    /// When it was found.
    pub at: Timestamp,
}

impl FormatChange {
    /// A change found at that moment.
    #[must_use]
    pub fn new(from: FeedFormat, to: FeedFormat, at: Timestamp) -> Self {
        Self { from, to, at }
    }
}

/// How a source fares, with everything a reader of a table of sources wants to know. From
/// [`SourceStatus::health`](crate::SourceStatus::health); its `Display` is one line without secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceHealth {
    /// In one word.
    pub health: Health,
    /// Since when it has been so; `None` before the first poll. Of a quiet source: since its latest publication.
    pub since: Option<Timestamp>,
    /// Failures since the last good answer, of whatever kind.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// The last failure in one line, without secrets.
    pub last_error: Option<String>,
    /// The last time it was asked.
    pub last_polled: Option<Timestamp>,
    /// The last good answer, unchanged ones included.
    pub last_success: Option<Timestamp>,
    /// When it may be asked again; `None` for now, and for never when it is [gone](Health::Gone).
    pub next_due: Option<Timestamp>,
    /// How many items the last document held.
    pub items: Option<u64>,
    /// When the latest item was published, as far as the feed says.
    pub latest_item: Option<Timestamp>,
    /// The last permanent move.
    pub moved: Option<Move>,
    /// The last change of format.
    pub format_changed: Option<FormatChange>,
}

impl SourceHealth {
    /// What the state says at that moment: a source grows quiet by time alone.
    pub(crate) fn of(state: &PollState, now: Timestamp) -> Self {
        let grown_quiet = state.health == Health::Healthy && state.rhythm.is_quiet(now);
        Self {
            health: if grown_quiet { Health::Quiet } else { state.health },
            since: if grown_quiet || state.health == Health::Quiet {
                state.rhythm.latest()
            } else {
                state.health_since
            },
            failures: state.failures,
            failing_since: state.failing_since,
            last_error: state.last_error.clone(),
            last_polled: state.last_polled,
            last_success: state.last_success,
            next_due: state.next_due.filter(|_| state.health != Health::Gone),
            items: state.items,
            latest_item: state.rhythm.latest(),
            moved: state.moved.clone(),
            format_changed: state.format_changed,
        }
    }
}

impl fmt::Display for SourceHealth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.health)?;
        let minute = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC");
        match self.health {
            Health::Quiet => {
                if let Some(latest) = self.latest_item {
                    write!(out, " since {}", latest.strftime("%Y-%m-%d"))?;
                }
            }
            _ if self.failures > 0 => {
                if let Some(since) = self.failing_since {
                    write!(out, " since {}", minute(since))?;
                }
                let times = if self.failures == 1 { "time" } else { "times" };
                write!(out, ", {} {times}", self.failures)?;
                if let Some(next) = self.next_due {
                    write!(out, ", next try {}", minute(next))?;
                }
                if let Some(error) = &self.last_error {
                    write!(out, ": {error}")?;
                }
            }
            _ => {}
        }
        if let Some(moved) = &self.moved {
            write!(
                out,
                "; moved {} to {}",
                moved.at.strftime("%Y-%m-%d"),
                redacted(&moved.to)
            )?;
        }
        if let Some(change) = &self.format_changed {
            let day = change.at.strftime("%Y-%m-%d");
            write!(out, "; became {} on {day} (was {})", change.to, change.from)?;
        }
        Ok(())
    }
}

/// Something changed about how a source fares: for a host that tells its people.
///
/// ```
/// use medfeed::{Aggregator, HealthChange, Store};
/// # struct Client;
/// # impl medfeed::Fetch for Client {
/// #     fn fetch(&self, request: medfeed::FetchRequest) -> medfeed::FetchFuture<'_> {
/// #         Box::pin(async move { Err(medfeed::Error::fetch_failed("nobody there")) })
/// #     }
/// # }
/// let medfeed = Aggregator::builder(Store::in_memory())
///     .fetcher(Client)
///     .on_health(|event| {
///         if let HealthChange::Turned { to, .. } = &event.change && to.needs_attention() {
///             println!("{event}");
///         }
///     })
///     .build()?;
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HealthEvent {
    /// Whose.
    pub source: SourceId,
    /// What the source is called, without secrets.
    pub label: String,
    /// When.
    pub at: Timestamp,
    /// What changed.
    pub change: HealthChange,
    /// Why, where there was a failure: one line without secrets.
    pub reason: Option<String>,
}

impl HealthEvent {
    /// A change of that source.
    #[must_use]
    pub fn new(source: &Source, at: Timestamp, change: HealthChange, reason: Option<String>) -> Self {
        Self {
            source: source.id(),
            label: source.label(),
            at,
            change,
            reason,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HealthChange {
    /// It fares otherwise than before.
    Turned {
        /// Before.
        from: Health,
        /// Now.
        to: Health,
    },
    /// A permanent move was followed; from now on the new address is asked.
    Moved(Move),
    /// The same address serves another kind of document.
    FormatChanged(FormatChange),
}

impl fmt::Display for HealthEvent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.label)?;
        match &self.change {
            HealthChange::Turned { from: Health::New, to } => write!(out, "{to}")?,
            HealthChange::Turned { from, to } => write!(out, "{to}, was {from}")?,
            HealthChange::Moved(moved) => write!(out, "moved to {}", redacted(&moved.to))?,
            HealthChange::FormatChanged(change) => write!(out, "became {}, was {}", change.to, change.from)?,
        }
        match &self.reason {
            Some(reason) => write!(out, ": {reason}"),
            None => Ok(()),
        }
    }
}

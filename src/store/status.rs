//! What a store says about itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Result;
#[cfg(feature = "sqlite")]
use crate::error::{Error, Kind};
use crate::model::{PollState, Source, SourceHealth};

/// A followed source and how it fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceStatus {
    /// The source, at the address it is polled at now.
    pub source: Source,
    /// What is remembered between polls.
    pub state: PollState,
}

impl SourceStatus {
    /// A source and its state.
    #[must_use]
    pub fn new(source: Source, state: PollState) -> Self {
        Self { source, state }
    }

    /// How the source fares at that moment: in one word, since when, how often it failed and why, when it is asked
    /// again, where it moved.
    #[must_use]
    pub fn health(&self, now: Timestamp) -> SourceHealth {
        SourceHealth::of(&self.state, now)
    }
}

/// Where the address stands in a source as it is written: after the id, which has 32 digits.
#[cfg(feature = "sqlite")]
const BEFORE_URL: usize = "{\"id\":\"\",".len() + 32;
#[cfg(feature = "sqlite")]
const URL: &str = "\"url\":\"";

/// A source that is due, as the backend holds it: read only when its turn comes, for ten thousand of them are much.
#[derive(Debug)]
pub(crate) enum Due {
    /// As it is.
    Ready(Box<SourceStatus>),
    /// As JSON.
    #[cfg(feature = "sqlite")]
    Json {
        /// Its row.
        row: i64,
        /// The source.
        source: String,
        /// Its state.
        state: String,
        /// The times of the state that were noted later.
        times: PollTimes,
    },
}

/// The part of a state that every poll changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PollTimes {
    pub(crate) next_due: Option<Timestamp>,
    pub(crate) last_polled: Option<Timestamp>,
    pub(crate) last_success: Option<Timestamp>,
}

impl PollTimes {
    /// Those of a state.
    pub(crate) fn of(state: &PollState) -> Self {
        Self {
            next_due: state.next_due,
            last_polled: state.last_polled,
            last_success: state.last_success,
        }
    }

    /// Puts those that are known into a state.
    pub(crate) fn put_into(self, state: &mut PollState) {
        state.next_due = self.next_due.or(state.next_due);
        state.last_polled = self.last_polled.or(state.last_polled);
        state.last_success = self.last_success.or(state.last_success);
    }
}

/// A source found by its due time.
#[derive(Debug)]
pub(crate) enum Found {
    /// Its time has come.
    Due(Due),
    /// Its time is not quite there, or so far away that a clock must have been wrong.
    Perhaps(Due),
}

/// Which due times are looked for, in microseconds since 1970: what is due, and what is perhaps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DueRange {
    pub(crate) now: i64,
    pub(crate) soon: i64,
    pub(crate) absurd: i64,
}

impl DueRange {
    pub(crate) fn holds(self, due: i64) -> bool {
        due <= self.soon || due > self.absurd
    }

    pub(crate) fn found(self, next_due: Option<i64>, due: Due) -> Found {
        if next_due.is_none_or(|next_due| next_due <= self.now) {
            Found::Due(due)
        } else {
            Found::Perhaps(due)
        }
    }
}

impl Due {
    /// The host it is at: what sources take turns by.
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Ready(status) => status.source.url().host_str().unwrap_or_default(),
            // Reading the whole is for later; the address stands near the beginning.
            #[cfg(feature = "sqlite")]
            Self::Json { source, .. } => {
                let as_ever = source.get(BEFORE_URL..).and_then(|rest| rest.strip_prefix(URL));
                let address = as_ever.or_else(|| source.split_once(URL).map(|(_, rest)| rest));
                let authority = address
                    .and_then(|address| address.split_once(':'))
                    .map_or("", |(_, rest)| rest);
                let authority = authority.strip_prefix("//").unwrap_or_default();
                let authority = authority.split(['/', '?', '#', '"']).next().unwrap_or_default();
                let host = authority.rsplit('@').next().unwrap_or_default();
                host.rsplit_once(':').map_or(host, |(host, _)| host)
            }
        }
    }

    /// The source and its state, and its row where it has one.
    ///
    /// # Errors
    /// When what is stored cannot be read back.
    pub(crate) fn open(self) -> Result<(SourceStatus, Option<i64>)> {
        match self {
            Self::Ready(status) => Ok((*status, None)),
            #[cfg(feature = "sqlite")]
            Self::Json {
                row,
                source,
                state,
                times,
            } => {
                let read = || {
                    Ok(SourceStatus::new(
                        serde_json::from_str(&source)?,
                        serde_json::from_str(&state)?,
                    ))
                };
                let status = read().map(|mut status: SourceStatus| {
                    times.put_into(&mut status.state);
                    (status, Some(row))
                });
                status.map_err(|error: serde_json::Error| {
                    let message = "the store holds a source that cannot be read back";
                    Error::new(Kind::StoreCorrupt, message).with_source(error)
                })
            }
        }
    }
}

/// How much a store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoreCounts {
    /// Sources that are followed.
    pub sources: usize,
    /// Items, those of sources no longer followed included.
    pub items: usize,
    /// Stories.
    pub stories: usize,
    /// Relations between items.
    pub relations: usize,
}

//! Places for large bodies, so that memory does not grow with the number of requests under way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::pace::PATIENCE;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;

/// The places of one fetcher; see [`Limits::max_large_bodies`]. Whoever holds one waits for nothing but its server and
/// its own deadline, so the places always come back: a drip holds one until its deadline and no longer.
#[derive(Debug)]
pub(super) struct LargeBodies {
    places: Arc<Semaphore>,
    /// What needs no place.
    pub(super) free_bytes: usize,
    patience: Duration,
}

/// The right to hold a large body, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl LargeBodies {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.max_large_bodies.clamp(1, Semaphore::MAX_PERMITS))),
            free_bytes: limits.free_body_bytes,
            patience: limits.request_deadline.saturating_mul(PATIENCE),
        }
    }

    /// Waits for a place, in the order of asking.
    ///
    /// # Errors
    /// `is_timeout`, when the wait takes too long.
    pub(super) async fn place(&self) -> Result<Place> {
        let permit = timeout(self.patience, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_| Error::new(Kind::Timeout, "too many other large bodies are under way"))?
            .map_err(|_| Error::new(Kind::Internal, "the places for large bodies are gone"))?;
        Ok(Place { _permit: permit })
    }
}

//! A host's turn: how many requests are under way to it at once, and how far apart they start.
//!
//! Feeds of one publisher often share a host and a due time; without pacing they would all be asked in the same
//! instant. Waiting here does not count against the deadline of a request, but is bounded itself.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::{Error, Kind, Result};
use crate::limits::Limits;

/// Hosts remembered before idle ones are forgotten.
const REMEMBERED_HOSTS: usize = 1024;

/// Longest wait for a turn, in request deadlines: ten minutes by default. It is reached only when a host hangs on
/// every request while dozens of others wait for it.
pub(super) const PATIENCE: u32 = 30;

/// Hands out turns. One for all requests of a fetcher.
#[derive(Debug)]
pub(super) struct Pace {
    hosts: Mutex<HashMap<String, Arc<HostPace>>>,
    at_once: usize,
    spacing: Duration,
    patience: Duration,
    jitter: RandomState,
}

#[derive(Debug)]
struct HostPace {
    places: Arc<Semaphore>,
    /// When the next request may start.
    next: Mutex<Instant>,
}

/// The right to ask a host, given back when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _place: OwnedSemaphorePermit,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            hosts: Mutex::default(),
            at_once: limits.max_concurrent_per_host.clamp(1, Semaphore::MAX_PERMITS),
            spacing: limits.host_spacing,
            patience: limits.request_deadline.saturating_mul(PATIENCE),
            jitter: RandomState::new(),
        }
    }

    /// Waits until the host may be asked.
    ///
    /// # Errors
    /// `is_timeout`, when the wait takes too long.
    pub(super) async fn turn(&self, host: &str) -> Result<Turn> {
        let pace = self.of(host);
        // Mostly there is nothing to wait for, and then no clock need be set.
        let free = match Arc::clone(&pace.places).try_acquire_owned() {
            Ok(place) => match self.reserve(&pace) {
                Some(start) => Some((place, start)),
                None => return Ok(Turn { _place: place }),
            },
            Err(_) => None,
        };
        timeout(self.patience, async {
            let (place, start) = match free {
                Some((place, start)) => (place, Some(start)),
                None => {
                    let place = Arc::clone(&pace.places).acquire_owned().await;
                    let place = place.map_err(|_| Error::new(Kind::Internal, "the pacing of requests has ended"))?;
                    (place, self.reserve(&pace))
                }
            };
            if let Some(start) = start {
                sleep_until(start).await;
            }
            Ok(Turn { _place: place })
        })
        .await
        .unwrap_or_else(|_| {
            Err(Error::new(
                Kind::Timeout,
                "too many other requests to this host are waiting",
            ))
        })
    }

    fn of(&self, host: &str) -> Arc<HostPace> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = hosts.get(host) {
            return Arc::clone(pace);
        }
        let now = Instant::now();
        if hosts.len() >= REMEMBERED_HOSTS {
            // Whoever uses or awaits a host holds its Arc; the rest are forgotten once their spacing is over.
            hosts.retain(|_, pace| {
                Arc::strong_count(pace) > 1 || *pace.next.lock().unwrap_or_else(PoisonError::into_inner) > now
            });
        }
        let pace = Arc::new(HostPace {
            places: Arc::new(Semaphore::new(self.at_once)),
            next: Mutex::new(now),
        });
        hosts.insert(host.to_owned(), Arc::clone(&pace));
        pace
    }

    /// The moment this request may start, `None` for now; the next one is moved behind it by the spacing and up to a
    /// quarter more.
    fn reserve(&self, pace: &HostPace) -> Option<Instant> {
        if self.spacing.is_zero() {
            return None;
        }
        let now = Instant::now();
        let mut next = pace.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = now.max(*next);
        let random = u32::try_from(self.jitter.hash_one(start) % 256).unwrap_or(0);
        let step = self
            .spacing
            .saturating_add((self.spacing / 1024).saturating_mul(random));
        *next = start.checked_add(step).unwrap_or(start);
        (start > now).then_some(start)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            host_spacing: Duration::from_millis(40),
            max_concurrent_per_host: 2,
            request_deadline: Duration::from_millis(20),
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn one_host_waits_another_does_not() {
        let pace = Pace::new(&limits());
        let begin = Instant::now();
        for _ in 0..4 {
            pace.turn("a").await.unwrap();
        }
        let spent = begin.elapsed();
        assert!(spent >= Duration::from_millis(120), "{spent:?}");
        let begin = Instant::now();
        pace.turn("b").await.unwrap();
        assert!(begin.elapsed() < Duration::from_millis(40));
    }

    #[tokio::test]
    async fn a_host_that_never_answers_does_not_hold_the_others_for_ever() {
        let pace = Pace::new(&limits());
        let _first = pace.turn("a").await.unwrap();
        let _second = pace.turn("a").await.unwrap();
        assert!(pace.turn("a").await.unwrap_err().is_timeout());
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten_and_busy_ones_are_not() {
        let pace = Pace::new(&Limits {
            host_spacing: Duration::from_micros(1),
            ..limits()
        });
        let _busy = (pace.of("busy"), pace.turn("busy").await.unwrap());
        for host in 0..5_000 {
            pace.turn(&host.to_string()).await.unwrap();
        }
        let hosts = pace.hosts.lock().unwrap();
        assert!(
            hosts.len() <= REMEMBERED_HOSTS && hosts.contains_key("busy"),
            "{}",
            hosts.len()
        );
    }

    #[tokio::test]
    async fn limits_without_sense_do_no_harm() {
        let pace = Pace::new(&Limits {
            max_concurrent_per_host: 0,
            host_spacing: Duration::MAX,
            request_deadline: Duration::MAX,
            ..Limits::default()
        });
        pace.turn("a").await.unwrap();
    }
}

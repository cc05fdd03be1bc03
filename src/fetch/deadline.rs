//! What is left of the time of one request.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::{Error, Kind, Result};

/// One deadline for a whole request: redirects, headers, body. Its clock runs only while the request does, so that
/// waiting for a turn, or for whoever reads the body, is not held against the server.
#[derive(Debug)]
pub(super) struct Deadline {
    left: Duration,
}

/// Takes the time off also when the caller gives up in between.
struct Running<'a> {
    deadline: &'a mut Deadline,
    since: Instant,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.deadline.left = self.deadline.left.saturating_sub(self.since.elapsed());
    }
}

impl Deadline {
    pub(super) fn new(whole: Duration) -> Self {
        Self { left: whole }
    }

    /// Does this part of the request, within what is left.
    ///
    /// # Errors
    /// Those of the work; `is_timeout` when the time runs out.
    pub(super) async fn within<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let running = Running {
            since: Instant::now(),
            deadline: self,
        };
        timeout(running.deadline.left, work)
            .await
            .unwrap_or_else(|_| Err(Error::new(Kind::Timeout, "there was no complete answer in time")))
    }
}

//! A body that is read piece by piece: for downloads too large to be held, and, within, for every other answer.

use std::fmt;

use super::FetchResponse;
use super::body::Body;
use super::deadline::Deadline;
use super::large::LargeBodies;
use super::pace::Turn;
use crate::error::{Error, Result};

/// An answer whose body is still to come; see `HttpFetcher::open`.
///
/// While it lives it counts as a request under way to its host.
#[must_use = "the body is read with chunk()"]
pub struct FetchStream {
    head: FetchResponse,
    body: Body,
    deadline: Deadline,
    ended: bool,
    _turn: Turn,
}

impl FetchStream {
    pub(super) fn new(head: FetchResponse, body: Body, deadline: Deadline, turn: Turn) -> Self {
        Self {
            head,
            body,
            deadline,
            ended: false,
            _turn: turn,
        }
    }

    /// Status, headers, final address and redirects; its body is empty and stays so.
    #[must_use]
    pub fn head(&self) -> &FetchResponse {
        &self.head
    }

    /// Bytes that came over the wire so far.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.body.wire_bytes()
    }

    /// The next bytes of the body, content codings undone; `None` at its end. What came before is a part only until then.
    ///
    /// The deadline of the request runs while this waits, and rests while the caller does something else.
    ///
    /// # Errors
    /// `is_timeout`, `is_too_large`; `is_connect` when the body breaks off or is not what it says. There is nothing more to
    /// be had after an error.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let more = self.deadline.within(self.body.next(&mut bytes)).await;
        self.ended = !matches!(more, Ok(true));
        let head = &self.head;
        more.map_err(|error| said_of(error, head))
            .map(|more| more.then_some(bytes))
    }

    /// The whole answer. A body past what is free waits for a place first, its clock stopped: what it holds until then is
    /// small, and the server waits too.
    pub(super) async fn whole(mut self, large: &LargeBodies) -> Result<FetchResponse> {
        let bytes = self.read(large).await.map_err(|error| said_of(error, &self.head))?;
        self.head.wire_bytes = Some(self.body.wire_bytes());
        self.head.body = bytes;
        Ok(self.head)
    }

    async fn read(&mut self, large: &LargeBodies) -> Result<Vec<u8>> {
        if self.body.has_ended() {
            return Ok(Vec::new());
        }
        let mut bytes = self.body.room();
        let (body, free) = (&mut self.body, large.free_bytes);
        let all = self
            .deadline
            .within(async {
                while bytes.len() <= free {
                    if !body.next(&mut bytes).await? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await?;
        if !all {
            let _place = large.place().await?;
            self.deadline
                .within(async {
                    while body.next(&mut bytes).await? {}
                    Ok(())
                })
                .await?;
        }
        Ok(bytes)
    }
}

fn said_of(error: Error, head: &FetchResponse) -> Error {
    error.with_url(head.final_url.clone()).with_requests(head.requests())
}

impl fmt::Debug for FetchStream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FetchStream")
            .field("head", &self.head)
            .field("wire_bytes", &self.wire_bytes())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

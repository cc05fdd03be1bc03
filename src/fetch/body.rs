//! A body as it streams in: counted on the wire, its codings undone, under its limit.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::TryStreamExt as _;
use reqwest::Response;
use tokio::io::AsyncBufReadExt as _;
use tokio_util::io::StreamReader;

use super::coding::{Coding, PastLimit, Reader, codings, decoded};
use super::failure::client_error;
use crate::error::{Error, Kind, Result};

/// Reserved at most before anything has arrived: a server's word is no reason to set memory aside.
const FIRST_RESERVE: usize = 64 << 10;

/// The body of one answer. Bytes are counted as they come out of the decoders, so a compressed bomb ends at the limit
/// like any other body. There are no more bytes on the wire than the limit either: compressing that makes things larger
/// is no honest one.
pub(super) struct Body {
    /// Taken out only while the decoders are put on.
    reader: Option<Reader>,
    /// Its end has been seen, or it has nothing.
    ended: bool,
    /// Not undone yet.
    codings: Vec<Coding>,
    wire_bytes: Arc<AtomicU64>,
    /// `Content-Length`.
    declared: Option<u64>,
    read: usize,
    limit: usize,
}

impl Body {
    /// That of an answer which has none by its status (RFC 9110 6.4.1: 304), whatever its headers say.
    pub(super) fn none(limit: usize) -> Self {
        Self {
            reader: None,
            ended: true,
            codings: Vec::new(),
            wire_bytes: Arc::default(),
            declared: None,
            read: 0,
            limit,
        }
    }

    /// Whether nothing more will come.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The body of this answer. Nothing is read yet; an honest `Content-Length` over the limit ends it here.
    ///
    /// # Errors
    /// `is_too_large`; `is_connect` when it is compressed too many times over.
    pub(super) fn new(response: Response, limit: usize) -> Result<Self> {
        let declared = response.content_length();
        if declared.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
            return Err(too_large(limit));
        }
        let codings = codings(response.headers())?;
        let wire_bytes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&wire_bytes);
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        let wire = response
            .bytes_stream()
            .map_err(io::Error::other)
            .and_then(move |bytes| {
                let came = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let sum = counter.fetch_add(came, Ordering::Relaxed).saturating_add(came);
                std::future::ready(if sum > most {
                    Err(io::Error::other(PastLimit))
                } else {
                    Ok(bytes)
                })
            });
        Ok(Self {
            reader: Some(Box::pin(StreamReader::new(wire))),
            ended: false,
            codings,
            wire_bytes,
            declared,
            read: 0,
            limit,
        })
    }

    /// Bytes that have come over the wire so far.
    pub(super) fn wire_bytes(&self) -> u64 {
        self.wire_bytes.load(Ordering::Relaxed)
    }

    /// Room for the beginning of the body.
    pub(super) fn room(&self) -> Vec<u8> {
        let expected = self.declared.and_then(|length| usize::try_from(length).ok());
        Vec::with_capacity(expected.unwrap_or(0).min(FIRST_RESERVE))
    }

    /// Adds the next bytes to `into`; `false` at the end.
    ///
    /// # Errors
    /// `is_too_large`; `is_connect` when the body breaks off, is compressed otherwise than announced, or ends in the
    /// middle of the compressed data.
    pub(super) async fn next(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let limit = self.limit;
        let failure = |error| read_error(error, limit);
        if !self.codings.is_empty() {
            // Whoever gives up waiting here has lost the bytes that were looked at: the body then ends in an error.
            let raw = self.reader.take().ok_or_else(given_up)?;
            let codings = std::mem::take(&mut self.codings);
            self.reader = Some(decoded(raw, &codings, limit).await.map_err(failure)?);
        }
        let reader = self.reader.as_mut().ok_or_else(given_up)?;
        let bytes = reader.fill_buf().await.map_err(failure)?;
        let came = bytes.len();
        if came > self.limit.saturating_sub(self.read) {
            return Err(too_large(limit));
        }
        grow(into, came, limit);
        into.extend_from_slice(bytes);
        reader.consume(came);
        self.read += came;
        self.ended = came == 0;
        Ok(came > 0)
    }
}

/// Doubles the room as it fills, but not past the limit: the last doubling would hold half of it empty.
fn grow(into: &mut Vec<u8>, came: usize, limit: usize) {
    let needed = into.len().saturating_add(came);
    if needed > into.capacity() {
        let room = into.capacity().saturating_mul(2).min(limit).max(needed);
        into.reserve_exact(room - into.len());
    }
}

fn too_large(limit: usize) -> Error {
    Error::new(Kind::TooLarge, format!("the body is larger than {limit} bytes"))
}

fn given_up() -> Error {
    Error::new(Kind::Body, "reading the body was given up before")
}

/// A failure of reading as one of ours: the client's own, the limit, or what a decoder says.
fn read_error(error: io::Error, limit: usize) -> Error {
    const MESSAGE: &str = "the body could not be read to its end";
    if matches!(error.get_ref(), Some(cause) if cause.is::<PastLimit>()) {
        return too_large(limit);
    }
    match error.downcast::<reqwest::Error>() {
        Ok(error) => client_error(error, Kind::Body, MESSAGE),
        Err(error) => Error::new(Kind::Body, MESSAGE).with_source(error),
    }
}

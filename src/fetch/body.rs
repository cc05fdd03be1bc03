//! Reading a body under its limit.

use reqwest::Response;

use super::http::client_error;
use crate::error::{Error, Kind, Result};

/// Reserved at most before anything has arrived: a server's word is no reason to set memory aside.
const FIRST_RESERVE: usize = 64 << 10;

/// The whole decoded body. Bytes are counted as they come out of the decoder, so a compressed bomb ends at the limit
/// like any other body; an honest `Content-Length` over the limit ends the request before the body begins.
///
/// # Errors
/// `is_too_large`; `is_connect` when the body breaks off, is compressed otherwise than announced, or ends in the
/// middle of the compressed data.
pub(super) async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>> {
    let too_large = || Error::new(Kind::TooLarge, format!("the body is larger than {limit} bytes"));
    let declared = response.content_length();
    if declared.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(too_large());
    }
    let expected = declared.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(expected.min(FIRST_RESERVE));
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| client_error(error, Kind::Body, "the body could not be read to its end"))?
    {
        if chunk.len() > limit.saturating_sub(body.len()) {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

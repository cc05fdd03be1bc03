//! Content codings (RFC 9110 8.4): undone here and not by the HTTP client, so that the bytes on the wire are counted and
//! every layer is held to the body limit while it streams.
//!
//! Guided by: RFC 1952 (gzip, several members in a row), RFC 1950 and 1951 (what `deflate` means, and what some servers
//! send under that name), RFC 7932 (brotli), RFC 8878 and 9659 (zstd, and its window on the Web).
//!
//! Not covered: `compress`, dictionaries (`dcb`, `dcz`). They are not asked for; a coding that nobody knows is passed
//! through, for real servers write `utf-8` there.

use std::io::{self, Cursor};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt as _, BufReader, ReadBuf};

use crate::error::{Error, Kind, Result};

/// What is asked for. A server that knows several takes the one it likes.
pub(super) const ACCEPTED_CODINGS: &str = "gzip, br, zstd, deflate";

/// Codings on top of each other: a cache that compresses what was compressed before makes two; more is an attack.
const MAX_CODINGS: usize = 2;

/// The widest zstd window, as a power of two: 8 MiB, all that RFC 9659 lets a server use on the Web. A frame may ask for
/// two gigabytes.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Decoded bytes between two layers.
const BUFFER: usize = 16 << 10;

/// Bytes that come in, wherever from.
pub(super) type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

/// A coding that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Brotli,
    Zstd,
    Deflate,
}

/// The codings of an answer in the order they were applied. `identity` and unknown ones are left out.
///
/// # Errors
/// `is_connect`, when there are more than [`MAX_CODINGS`].
pub(super) fn codings(headers: &HeaderMap) -> Result<Vec<Coding>> {
    let mut found = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in value.as_bytes().split(|byte| *byte == b',') {
            let coding = match name.trim_ascii().to_ascii_lowercase().as_slice() {
                b"gzip" | b"x-gzip" => Coding::Gzip,
                b"br" => Coding::Brotli,
                b"zstd" => Coding::Zstd,
                b"deflate" => Coding::Deflate,
                _ => continue,
            };
            if found.len() == MAX_CODINGS {
                return Err(Error::new(Kind::Body, "the body is compressed too many times over"));
            }
            found.push(coding);
        }
    }
    Ok(found)
}

/// The bytes with these codings undone, the last one first. No layer gives more than `limit` bytes: past that it fails
/// with [`PastLimit`].
///
/// A body without any bytes stays empty: servers send the header with 204s and empty 200s too.
pub(super) async fn decoded(mut reader: Reader, codings: &[Coding], limit: usize) -> io::Result<Reader> {
    for (layer, coding) in codings.iter().rev().enumerate() {
        let (beginning, rest) = peeked(reader).await?;
        let empty = beginning.is_empty();
        let whole: Reader = Box::pin(Cursor::new(beginning.clone()).chain(rest));
        if empty && layer == 0 {
            return Ok(whole);
        }
        let decoder = Decoder::new(*coding, &beginning, whole);
        reader = Box::pin(BufReader::with_capacity(BUFFER, Limited::new(decoder, limit)));
    }
    Ok(reader)
}

/// The first two bytes, or fewer when there are no more, and what follows them.
async fn peeked(mut reader: Reader) -> io::Result<(Vec<u8>, Reader)> {
    let mut beginning = Vec::with_capacity(2);
    (&mut reader).take(2).read_to_end(&mut beginning).await?;
    Ok((beginning, reader))
}

/// One layer. At the end of the compressed data it looks for the end of its input, so that the connection can be used
/// again and a transfer that breaks off there is noticed. More data is an error: bare deflate and brotli have no check sum,
/// and a decoder that is shown something else may come to an early end that looks like a good one.
enum Decoder {
    Gzip(GzipDecoder<Reader>),
    Brotli(BrotliDecoder<Reader>),
    Zstd(ZstdDecoder<Reader>),
    Zlib(ZlibDecoder<Reader>),
    Deflate(DeflateDecoder<Reader>),
}

impl Decoder {
    fn new(coding: Coding, beginning: &[u8], reader: Reader) -> Self {
        match coding {
            Coding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Self::Gzip(decoder)
            }
            Coding::Brotli => Self::Brotli(BrotliDecoder::new(reader)),
            Coding::Zstd => {
                let mut decoder = ZstdDecoder::with_params(reader, &[DParameter::window_log_max(ZSTD_WINDOW_LOG)]);
                decoder.multiple_members(true);
                Self::Zstd(decoder)
            }
            Coding::Deflate if is_raw_deflate(beginning) => Self::Deflate(DeflateDecoder::new(reader)),
            Coding::Deflate => Self::Zlib(ZlibDecoder::new(reader)),
        }
    }

    fn poll_decoded(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Gzip(decoder) => Pin::new(decoder).poll_read(context, buffer),
            Self::Brotli(decoder) => Pin::new(decoder).poll_read(context, buffer),
            Self::Zstd(decoder) => Pin::new(decoder).poll_read(context, buffer),
            Self::Zlib(decoder) => Pin::new(decoder).poll_read(context, buffer),
            Self::Deflate(decoder) => Pin::new(decoder).poll_read(context, buffer),
        }
    }

    fn input(&mut self) -> &mut Reader {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
        }
    }
}

/// `deflate` means zlib (RFC 9110 8.4.1.2), and some servers send bare deflate. A zlib header is two bytes: method 8, a
/// window of at most 32 KiB, and as a number divisible by 31. Bare deflate cannot begin so: it would be a stored block
/// whose padding is not zero.
fn is_raw_deflate(beginning: &[u8]) -> bool {
    let &[first, second] = beginning else {
        return false;
    };
    let is_zlib = first & 0x0f == 8 && first >> 4 <= 7 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0;
    !is_zlib
}

impl AsyncRead for Decoder {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let decoder = self.get_mut();
        let before = buffer.filled().len();
        ready!(decoder.poll_decoded(context, buffer))?;
        if buffer.filled().len() > before || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if ready!(Pin::new(decoder.input()).poll_fill_buf(context))?.is_empty() {
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the compressed data ends before the body does",
        )))
    }
}

/// Why reading stopped: more bytes than allowed. Found again in the error by its type.
#[derive(Debug)]
pub(super) struct PastLimit;

impl std::fmt::Display for PastLimit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("more bytes than allowed")
    }
}

impl std::error::Error for PastLimit {}

/// A reader that fails with [`PastLimit`] once more than so many bytes came.
struct Limited<R> {
    reader: R,
    left: usize,
}

impl<R> Limited<R> {
    fn new(reader: R, limit: usize) -> Self {
        Self { reader, left: limit }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Limited<R> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.reader).poll_read(context, buffer))?;
        let came = buffer.filled().len().saturating_sub(before);
        match this.left.checked_sub(came) {
            Some(left) => this.left = left,
            None => return Poll::Ready(Err(io::Error::other(PastLimit))),
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn named(values: &[&str]) -> Result<Vec<Coding>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_ENCODING, value.parse().unwrap());
        }
        codings(&headers)
    }

    #[test]
    fn codings_are_read_in_order_and_unknown_ones_passed_over() {
        assert_eq!(named(&[]).unwrap(), []);
        assert_eq!(named(&["identity"]).unwrap(), []);
        assert_eq!(named(&["utf-8"]).unwrap(), []);
        assert_eq!(named(&["X-GZIP"]).unwrap(), [Coding::Gzip]);
        assert_eq!(named(&["gzip, br"]).unwrap(), [Coding::Gzip, Coding::Brotli]);
        assert_eq!(
            named(&["deflate", ",identity , zstd,"]).unwrap(),
            [Coding::Deflate, Coding::Zstd]
        );
        assert!(named(&["gzip, gzip, gzip"]).unwrap_err().is_connect());
        assert!(named(&["gzip", "br", "zstd"]).unwrap_err().is_connect());
    }

    #[test]
    fn the_two_dialects_of_deflate_are_told_apart_by_two_bytes() {
        for zlib in [[0x78, 0x01], [0x78, 0x5e], [0x78, 0x9c], [0x78, 0xda], [0x48, 0x89]] {
            assert!(!is_raw_deflate(&zlib), "{zlib:x?}");
        }
        for raw in [
            [0x4b, 0x4c],
            [0xb3, 0x29],
            [0x01, 0x06],
            [0x00, 0x00],
            [0x78, 0x9d],
            [0x88, 0x1c],
        ] {
            assert!(is_raw_deflate(&raw), "{raw:x?}");
        }
        assert!(!is_raw_deflate(&[]) && !is_raw_deflate(&[0x4b]));
    }
}

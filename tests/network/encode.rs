//! Compressed bodies for the tests.

use async_compression::tokio::bufread::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Every coding there is, `raw` being bare deflate.
pub(crate) const CODINGS: [&str; 5] = ["gzip", "br", "zstd", "deflate", "raw"];

/// These bytes in that coding.
pub(crate) async fn encode(coding: &str, bytes: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => all(GzipEncoder::new(bytes)).await,
        "br" => all(BrotliEncoder::with_quality(bytes, async_compression::Level::Fastest)).await,
        "zstd" => all(ZstdEncoder::new(bytes)).await,
        "deflate" => all(ZlibEncoder::new(bytes)).await,
        "raw" => all(DeflateEncoder::new(bytes)).await,
        other => panic!("no such coding: {other}"),
    }
}

/// The name a server gives to that coding.
pub(crate) fn header(coding: &str) -> &str {
    if coding == "raw" { "deflate" } else { coding }
}

async fn all(mut encoder: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).await.unwrap();
    bytes
}

//! What the fetch tests share: a server that misbehaves on demand, and a fetcher that may talk to it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part; a test fails by panicking"
)]

pub mod names;
pub mod server;

use std::time::Duration;

use medfeed::{HttpFetcher, HttpFetcherBuilder, Limits};

/// Short deadlines, small bodies, no spacing.
pub fn limits() -> Limits {
    Limits {
        request_deadline: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(5),
        max_body_bytes: 1 << 20,
        host_spacing: Duration::ZERO,
        ..Limits::default()
    }
}

/// A fetcher that may go to the test server and nowhere else that is private.
pub fn builder() -> HttpFetcherBuilder {
    HttpFetcher::builder().allow_host("127.0.0.1").limits(limits())
}

pub fn fetcher() -> HttpFetcher {
    builder().build().unwrap()
}

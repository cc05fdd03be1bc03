//! Getting the bytes: the [`Fetch`] trait that every HTTP client can stand behind, and what an answer says.
//!
//! Always built: [`Fetch`], [`FetchRequest`], [`FetchResponse`]. With the feature `fetch`: `HttpFetcher`, a client with
//! the address guard, limits and per-host pacing. reqwest is named only in this module.
//!
//! Flow of one request (`http`): wait for the host's turn (`pace`), check the address (`guard`), send with the
//! header fields that are for this hop (`outgoing`: validators exactly as they came and only to where they came from),
//! follow redirects by hand so that every hop goes through the same gates, read the body piece by piece (`stream`, `body`,
//! `coding`) under its limit, a large one only with a place (`large`), all within one `deadline`. A status that is no
//! success is an answer, not an error: the caller decides what 404, 410 or 429 mean. `discover` asks a page, and what
//! it links, for feeds over any [`Fetch`].
//!
//! Guided by: RFC 9110 (semantics, validators, Retry-After), RFC 9111 (freshness), the WHATWG URL and Fetch standards
//! (host spellings, bad ports), the IANA special-purpose address registries.

#[cfg(feature = "fetch")]
mod body;
#[cfg(feature = "fetch")]
mod builder;
mod cache_control;
#[cfg(feature = "fetch")]
mod coding;
#[cfg(feature = "fetch")]
mod deadline;
mod discover;
#[cfg(feature = "fetch")]
mod failure;
#[cfg(feature = "fetch")]
mod guard;
#[cfg(feature = "fetch")]
mod http;
#[cfg(feature = "fetch")]
mod large;
#[cfg(feature = "fetch")]
mod outgoing;
#[cfg(feature = "fetch")]
mod pace;
mod request;
#[cfg(feature = "fetch")]
mod resolve;
mod response;
#[cfg(feature = "fetch")]
mod stream;

use std::future::Future;
use std::pin::Pin;

#[cfg(feature = "fetch")]
pub use builder::HttpFetcherBuilder;
pub use discover::{DiscoveredFeed, Discovery, RefusedFeed};
#[cfg(feature = "fetch")]
pub use http::HttpFetcher;
#[cfg(feature = "fetch")]
pub(crate) use outgoing::check_own_field;
pub use request::FetchRequest;
#[cfg(feature = "fetch")]
pub use resolve::{ResolveFuture, ResolveHost};
pub use response::{FetchResponse, Headers, Redirect};
#[cfg(feature = "fetch")]
pub use stream::FetchStream;

use crate::error::Result;

/// What [`Fetch::fetch`] returns.
pub type FetchFuture<'a> = Pin<Box<dyn Future<Output = Result<FetchResponse>> + Send + 'a>>;

/// Something that gets the bytes at an address. Implement it to put medfeed over your app's own HTTP client.
///
/// What is asked of an implementation:
/// - one GET (redirects included) per call, with [`FetchRequest::validators`] sent back byte for byte as
///   `If-None-Match` and `If-Modified-Since`, to [where they came from](FetchRequest::validators_for) only, and
///   [`FetchRequest::headers`] to the first origin only;
/// - the decoded body, whole or an error: never a part of it;
/// - any status as an `Ok` answer; an [`Error`](crate::Error) only when there is no answer
///   ([`Error::fetch_failed`](crate::Error::fetch_failed), [`Error::timed_out`](crate::Error::timed_out)).
///
/// Addresses come from feeds, so from strangers: an implementation should refuse private addresses as `HttpFetcher`
/// does.
///
/// ```
/// use medfeed::{Fetch, FetchFuture, FetchRequest, FetchResponse};
///
/// /// Answers every request with the same document.
/// struct Canned(&'static [u8]);
///
/// impl Fetch for Canned {
///     fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
///         Box::pin(async move {
///             Ok(FetchResponse::new(200, request.url, self.0).with_header("etag", "\"v1\""))
///         })
///     }
/// }
/// ```
pub trait Fetch: Send + Sync + 'static {
    /// Gets what is at the request's address.
    ///
    /// # Errors
    /// When there is no complete answer: not reached, refused, past the deadline, too large, broken off.
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_>;
}

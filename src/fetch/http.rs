//! [`HttpFetcher`]: HTTP with the address guard, limits, pacing, and redirects done by hand.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, Response};
use tokio::time::{Instant, timeout};
use url::Url;

use super::body;
use super::builder::HttpFetcherBuilder;
use super::guard::{Guard, RefusedName};
use super::pace::Pace;
use super::{Fetch, FetchFuture, FetchRequest, FetchResponse, Headers, Redirect};
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;

/// The HTTP client of medfeed. Cloning is cheap; clones share connections and pacing.
///
/// Private addresses are refused on every hop, TLS is verified, there are no cookies, no `Referer`, and no proxies from
/// the environment. Needs a Tokio runtime.
///
/// ```
/// let fetcher = medfeed::HttpFetcher::builder()
///     .contact("https://ward7.example.org/medfeed")
///     .allow_network("10.20.0.0/16")
///     .build()?;
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Clone)]
pub struct HttpFetcher {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    guard: Arc<Guard>,
    pace: Pace,
    limits: Limits,
}

impl HttpFetcher {
    /// Settings to start from: nothing private allowed, default [`Limits`].
    pub fn builder() -> HttpFetcherBuilder {
        HttpFetcherBuilder::default()
    }

    pub(super) fn assemble(client: Client, guard: Arc<Guard>, pace: Pace, limits: Limits) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                guard,
                pace,
                limits,
            }),
        }
    }
}

impl Fetch for HttpFetcher {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        Box::pin(self.inner.follow(request))
    }
}

impl fmt::Debug for HttpFetcher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("HttpFetcher")
            .field("limits", &self.inner.limits)
            .finish_non_exhaustive()
    }
}

/// What one hop brought.
enum Hop {
    Arrived(Box<FetchResponse>),
    Onward { status: u16, location: Vec<u8> },
}

impl Inner {
    /// Asks, and goes where it is sent, until there is an answer.
    async fn follow(&self, request: FetchRequest) -> Result<FetchResponse> {
        let limit = request.max_body_bytes.unwrap_or(self.limits.max_body_bytes);
        let headers = request_headers(&request)?;
        let mut left = request.deadline.unwrap_or(self.limits.request_deadline);
        let mut url = request.url;
        url.set_fragment(None);
        let mut redirects: Vec<Redirect> = Vec::new();
        loop {
            self.guard.check_url(&url)?;
            // The turn at the last host is given back before this one is awaited: two requests that cross cannot
            // wait for each other.
            let turn = self.pace.turn(url.host_str().unwrap_or_default()).await;
            let turn = turn.map_err(|error| error.with_url(url.clone()))?;
            let begun = Instant::now();
            let hop = timeout(left, self.ask(&url, headers.clone(), limit))
                .await
                .unwrap_or_else(|_| Err(Error::new(Kind::Timeout, "there was no complete answer in time")))
                .map_err(|error| error.with_url(url.clone()))?;
            left = left.saturating_sub(begun.elapsed());
            drop(turn);
            match hop {
                Hop::Arrived(mut response) => {
                    response.redirects = redirects;
                    return Ok(*response);
                }
                Hop::Onward { status, location } => {
                    let to = redirect_target(&url, &location)?;
                    let circular = to == url || redirects.iter().any(|earlier| earlier.from == to);
                    let complaint = if circular {
                        Some("the redirects lead in a circle")
                    } else if redirects.len() >= self.limits.max_redirects {
                        Some("there are too many redirects")
                    } else {
                        None
                    };
                    if let Some(complaint) = complaint {
                        return Err(Error::new(Kind::Redirect, complaint).with_url(url));
                    }
                    redirects.push(Redirect::new(status, url, to.clone()));
                    url = to;
                }
            }
        }
    }

    /// One request to one address.
    async fn ask(&self, url: &Url, headers: HeaderMap, limit: usize) -> Result<Hop> {
        let response = self
            .client
            .get(url.clone())
            .headers(headers)
            .send()
            .await
            .map_err(|error| client_error(error, Kind::Connect, "the host could not be reached"))?;
        check_header_size(&response, self.limits.max_header_bytes)?;
        let status = response.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308)
            && let Some(location) = response.headers().get(LOCATION)
        {
            let location = location.as_bytes().to_vec();
            return Ok(Hop::Onward { status, location });
        }
        let mut headers = Headers::default();
        for (name, value) in response.headers() {
            headers.append(name.as_str(), value);
        }
        // The client takes Content-Length away when it undoes a content encoding: what is left is the wire's size.
        let wire_bytes = response.content_length();
        let body = body::read(response, limit).await?;
        let mut arrived = FetchResponse::new(status, url.clone(), body);
        arrived.headers = headers;
        arrived.wire_bytes = wire_bytes;
        Ok(Hop::Arrived(Box::new(arrived)))
    }
}

/// `Accept`, and the validators byte for byte. Nothing is made up: no validator, no condition.
fn request_headers(request: &FetchRequest) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let accept = HeaderValue::from_str(&request.accept)
        .map_err(|_| Error::invalid("the accepted types must be visible ASCII, for they stand in a header"))?;
    headers.insert(ACCEPT, accept);
    let mut condition = |name: HeaderName, value: &Option<Vec<u8>>| {
        // Bytes that cannot have come in a header cannot be sent back in one.
        if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_bytes) {
            headers.insert(name, value);
        }
    };
    condition(IF_NONE_MATCH, &request.validators.etag);
    condition(IF_MODIFIED_SINCE, &request.validators.last_modified);
    Ok(headers)
}

/// Where a `Location` leads (RFC 9110 10.2.2). Credentials in it are dropped: a server must not choose who we are.
/// Those of the first request stay as long as the origin does.
fn redirect_target(from: &Url, location: &[u8]) -> Result<Url> {
    let mut to = from.join(String::from_utf8_lossy(location).trim()).map_err(|error| {
        Error::new(Kind::Redirect, "the redirect leads to something that is no address")
            .with_source(error)
            .with_url(from.clone())
    })?;
    to.set_fragment(None);
    let same_origin = to.origin() == from.origin();
    let (user, password) = if same_origin {
        (from.username(), from.password())
    } else {
        ("", None)
    };
    // Neither call fails where credentials can stand; the guard refuses all other schemes.
    let _ = to.set_username(user);
    let _ = to.set_password(password);
    Ok(to)
}

/// Names, values and the four bytes around them, all fields together.
fn check_header_size(response: &Response, limit: usize) -> Result<()> {
    let size = response.headers().iter().fold(0_usize, |size, (name, value)| {
        size.saturating_add(name.as_str().len())
            .saturating_add(value.len())
            .saturating_add(4)
    });
    if size > limit {
        return Err(Error::new(
            Kind::TooLarge,
            format!("the headers are larger than {limit} bytes"),
        ));
    }
    Ok(())
}

/// An error of the client as one of ours: the guard's refusals and time-outs are found in its causes. Its own address
/// is taken out, for it may hold secrets and its `Display` shows them.
pub(super) fn client_error(error: reqwest::Error, otherwise: Kind, message: &str) -> Error {
    let error = error.without_url();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    let mut too_large = false;
    while let Some(current) = cause {
        if current.is::<RefusedName>() {
            return Error::new(Kind::RefusedAddress, RefusedName.to_string());
        }
        // The HTTP library says this of too many or too long headers; its error type is not ours to name.
        too_large |= current.to_string() == "message head is too large";
        cause = current.source();
    }
    if error.is_timeout() {
        return Error::new(Kind::Timeout, "the host could not be reached in time").with_source(error);
    }
    if too_large {
        return Error::new(Kind::TooLarge, "there are too many headers").with_source(error);
    }
    Error::new(otherwise, message).with_source(error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn credentials_stay_with_their_origin() {
        let from: Url = "https://nurse:pw@example.org/a/feed?x#f".parse().unwrap();
        for (location, expected) in [
            ("b", "https://nurse:pw@example.org/a/b"),
            ("https://example.org/b", "https://nurse:pw@example.org/b"),
            ("https://other:x@example.org/b", "https://nurse:pw@example.org/b"),
            ("https://example.com/b", "https://example.com/b"),
            ("https://other:x@example.com/b", "https://example.com/b"),
            ("//example.com/", "https://example.com/"),
            ("http://example.org/b", "http://example.org/b"),
            ("https://example.org:8443/b", "https://example.org:8443/b"),
            ("  /c#fragment ", "https://nurse:pw@example.org/c"),
        ] {
            let to = redirect_target(&from, location.as_bytes()).unwrap();
            assert_eq!(to.as_str(), expected, "{location}");
        }
        assert!(redirect_target(&from, b"https://[").unwrap_err().is_redirect());
        assert!(
            redirect_target(&from, b"http://\xff\xff:99999999/")
                .unwrap_err()
                .is_redirect()
        );
    }
}

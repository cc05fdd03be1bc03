//! [`HttpFetcher`]: HTTP with the address guard, limits, pacing, and redirects done by hand.

use std::fmt;
use std::sync::Arc;

use reqwest::header::LOCATION;
use reqwest::{Client, Response};
use url::Url;

use super::body::Body;
use super::builder::HttpFetcherBuilder;
use super::deadline::Deadline;
use super::failure::client_error;
use super::guard::{Guard, normal_host};
use super::large::LargeBodies;
use super::outgoing::{HopHeaders, Outgoing, Wanted};
use super::pace::Pace;
use super::stream::FetchStream;
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
    large: LargeBodies,
    /// The connections lead to a proxy, so where they lead says nothing about the hosts asked.
    proxied: bool,
    limits: Limits,
}

impl HttpFetcher {
    /// Settings to start from: nothing private allowed, default [`Limits`].
    pub fn builder() -> HttpFetcherBuilder {
        HttpFetcherBuilder::default()
    }

    pub(super) fn assemble(client: Client, guard: Arc<Guard>, proxied: bool, limits: Limits) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                guard,
                pace: Pace::new(&limits),
                large: LargeBodies::new(&limits),
                proxied,
                limits,
            }),
        }
    }
}

impl HttpFetcher {
    /// Whether a request may go to this address, as far as the address itself tells: for links that a host wants to follow
    /// by other means. What a name resolves to is only known when connecting.
    ///
    /// # Errors
    /// `is_refused_address`, with the reason.
    pub fn check(&self, url: &Url) -> Result<()> {
        self.inner.guard.check_url(url)
    }

    /// Asks, and gives the body piece by piece: for downloads. The address guard, pacing, redirects and header rules are
    /// those of [`fetch`](Fetch::fetch). The limits are the request's or the fetcher's, made for feeds: give an episode
    /// [more bytes](FetchRequest::max_body_bytes) and [more time](FetchRequest::deadline).
    ///
    /// # Errors
    /// Those of [`fetch`](Fetch::fetch), until the headers are there.
    ///
    /// ```no_run
    /// # async fn example(fetcher: medfeed::HttpFetcher) -> Result<(), Box<dyn std::error::Error>> {
    /// use medfeed::FetchRequest;
    ///
    /// let mut request = FetchRequest::new("https://example.org/episode.mp3".parse()?).with_accept("audio/*");
    /// request.max_body_bytes = Some(200 << 20);
    /// request.deadline = Some(std::time::Duration::from_secs(600));
    /// let mut episode = fetcher.open(&request).await?;
    /// while let Some(bytes) = episode.chunk().await? {
    ///     // write them
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(&self, request: &FetchRequest) -> Result<FetchStream> {
        self.inner.open(request, Wanted::Stream).await
    }
}

impl Fetch for HttpFetcher {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        Box::pin(async move {
            let stream = self.inner.open(&request, Wanted::Document).await?;
            let answer = stream.whole(&self.inner.large).await?;
            let (host, status, bytes) = (answer.final_url.host_str(), answer.status, answer.body.len());
            tracing::debug!(host, status, bytes, "answered");
            Ok(answer)
        })
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
    Arrived(u16, Headers, Body),
    Onward { status: u16, location: Vec<u8> },
}

impl Inner {
    /// Asks, and goes where it is sent, until there is an answer.
    async fn open(&self, request: &FetchRequest, wanted: Wanted) -> Result<FetchStream> {
        let limit = request.max_body_bytes.unwrap_or(self.limits.max_body_bytes);
        let mut outgoing = Outgoing::new(request, wanted)?;
        let mut deadline = Deadline::new(request.deadline.unwrap_or(self.limits.request_deadline));
        let mut url = request.url.clone();
        url.set_fragment(None);
        let mut redirects: Vec<Redirect> = Vec::new();
        let mut requests = 0;
        loop {
            self.guard
                .check_url(&url)
                .map_err(|error| error.with_requests(requests))?;
            // The turn at the last host is given back before this one is awaited: two requests that cross cannot
            // wait for each other.
            let turn = self.pace.turn(&normal_host(url.host_str().unwrap_or_default())).await;
            let turn = turn.map_err(|error| error.with_url(url.clone()).with_requests(requests))?;
            let headers = outgoing.hop(&url);
            let hop = deadline
                .within(self.ask(&url, headers, limit, &mut requests))
                .await
                .map_err(|error| error.with_url(url.clone()).with_requests(requests))?;
            match hop {
                Hop::Arrived(status, headers, body) => {
                    let mut head = FetchResponse::new(status, url, Vec::new());
                    head.headers = headers;
                    head.redirects = redirects;
                    return Ok(FetchStream::new(head, body, deadline, turn));
                }
                Hop::Onward { status, location } => {
                    let to = redirect_target(&url, &location).map_err(|error| error.with_requests(requests))?;
                    let circular = to == url || redirects.iter().any(|earlier| earlier.from == to);
                    let complaint = if circular {
                        Some("the redirects lead in a circle")
                    } else if redirects.len() >= self.limits.max_redirects {
                        Some("there are too many redirects")
                    } else {
                        None
                    };
                    if let Some(complaint) = complaint {
                        let error = Error::new(Kind::Redirect, complaint);
                        return Err(error.with_url(url).with_requests(requests));
                    }
                    redirects.push(Redirect::new(status, url, to.clone()));
                    url = to;
                }
            }
        }
    }

    /// One request to one address.
    async fn ask(&self, url: &Url, headers: HopHeaders, limit: usize, requests: &mut u32) -> Result<Hop> {
        *requests += 1;
        let sent = if url.username().is_empty() && url.password().is_none() {
            let mut request = reqwest::Request::new(reqwest::Method::GET, url.clone());
            *request.headers_mut() = headers.fields;
            self.client.execute(request)
        } else {
            // Makes a header field of the credentials, and takes longer.
            let request = self.client.get(url.clone()).headers(headers.fields).build();
            let request = request.map_err(|error| client_error(error, Kind::Invalid, "the request cannot be sent"))?;
            self.client.execute(request)
        };
        let sent = sent.await;
        let response = sent.map_err(|error| {
            if error.is_connect() {
                *requests -= 1;
            }
            client_error(error, Kind::Connect, "the host could not be reached")
        })?;
        if !self.proxied {
            self.check_connection(url, &response)?;
        }
        let header_bytes = check_header_size(&response, self.limits.max_header_bytes)?;
        let status = response.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308)
            && let Some(location) = response.headers().get(LOCATION)
        {
            let location = location.as_bytes().to_vec();
            return Ok(Hop::Onward { status, location });
        }
        // Both answers are to a question that was not asked: there would be no document, or a part of one.
        if status == 304 && !headers.conditional {
            return Err(Error::new(
                Kind::Status(status),
                "the server says that nothing changed, but was not told since when",
            ));
        }
        if status == 206 && !headers.partial {
            return Err(Error::new(
                Kind::Status(status),
                "the server sent a part, but was asked for the whole",
            ));
        }
        let mut fields = Headers::with_capacity(response.headers().len(), header_bytes);
        for (name, value) in response.headers() {
            fields.append(name.as_str(), value);
        }
        let body = if status == 304 {
            Body::none(limit)
        } else {
            Body::new(response, limit)?
        };
        Ok(Hop::Arrived(status, fields, body))
    }

    /// The last line of the guard: the address the answer really came from. Only settings of the host's own client can
    /// lead past the resolver; then the request was sent, but nobody gets to see the answer.
    fn check_connection(&self, url: &Url, response: &Response) -> Result<()> {
        let host = url.host_str().unwrap_or_default();
        match response.remote_addr() {
            Some(address) if self.guard.may_connect(host, address.ip()) => Ok(()),
            Some(_) => Err(Error::new(
                Kind::RefusedAddress,
                "the connection led to an address that is not public",
            )),
            None => Err(Error::new(
                Kind::RefusedAddress,
                "the connection led to something that has no address",
            )),
        }
    }
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

/// How large they are: names, values and the four bytes around them, all fields together.
///
/// # Errors
/// `is_too_large`.
fn check_header_size(response: &Response, limit: usize) -> Result<usize> {
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
    Ok(size)
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

    /// A client that nobody led behind the guard: the address of the connection gives it away.
    #[tokio::test]
    async fn an_answer_from_a_private_address_is_refused_last_of_all() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 1024]).await;
                let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\n<rss/>";
                let _ = stream.write_all(answer).await;
            }
        });
        let ask = async |guard: Guard, proxied: bool| {
            let client = Client::builder()
                .no_proxy()
                .resolve("feeds.example.org", address)
                .build()
                .unwrap();
            let url = format!("http://feeds.example.org:{}/", address.port()).parse().unwrap();
            HttpFetcher::assemble(client, Arc::new(guard), proxied, Limits::default())
                .fetch(FetchRequest::new(url))
                .await
        };
        let error = ask(Guard::default(), false).await.unwrap_err();
        assert!(error.is_refused_address() && error.requests() == 1, "{error:?}");
        let network = Guard {
            networks: vec!["127.0.0.1".parse().unwrap()],
            ..Guard::default()
        };
        assert_eq!(ask(network, false).await.unwrap().body, b"<rss/>");
        // Behind a proxy the address is the proxy's.
        assert!(ask(Guard::default(), true).await.is_ok());
    }
}

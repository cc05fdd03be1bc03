//! Setting up an [`HttpFetcher`].

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use url::Url;

use super::guard::{Guard, GuardedResolver, Network, normal_host};
use super::http::HttpFetcher;
use super::pace::Pace;
use crate::error::{Error, Kind, Result, redacted};
use crate::limits::Limits;

/// How long an unused connection is kept. Feeds of one host are asked within seconds or not again for an hour.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// Header fields in one answer; the client counts fields, their bytes are counted against `max_header_bytes` after.
const MAX_HEADER_FIELDS: usize = 256;

/// Settings of an [`HttpFetcher`]; see [`HttpFetcher::builder`].
#[derive(Clone, Default)]
#[must_use = "call build()"]
pub struct HttpFetcherBuilder {
    contact: Option<String>,
    user_agent: Option<String>,
    hosts: Vec<String>,
    networks: Vec<String>,
    private: bool,
    limits: Limits,
    proxy: Option<Url>,
}

impl HttpFetcherBuilder {
    /// Where a publisher can reach whoever runs this (an address or e-mail): `User-Agent: medfeed/x.y (+contact)`.
    pub fn contact(mut self, contact: &str) -> Self {
        self.contact = Some(contact.to_owned());
        self
    }

    /// The whole `User-Agent`, in place of medfeed's own; a contact is then not added.
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        self.user_agent = Some(user_agent.to_owned());
        self
    }

    /// Lets requests and redirects go to this host (a name or an IP address), also when it is private. Names match
    /// whole: `nas.local` does not allow `x.nas.local`.
    pub fn allow_host(mut self, host: &str) -> Self {
        self.hosts.push(host.to_owned());
        self
    }

    /// Lets requests and redirects go to addresses in this range: `10.1.0.0/16`, `fd00::/8`, or one address. Local
    /// names (`nas.local`) are then judged by what they resolve to.
    pub fn allow_network(mut self, network: &str) -> Self {
        self.networks.push(network.to_owned());
        self
    }

    /// Lets requests go to every address, private ones included: only where all sources are trusted.
    pub fn allow_private(mut self, allow: bool) -> Self {
        self.private = allow;
        self
    }

    /// The bounds of every request, and the pacing.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends everything through this HTTP proxy (`http://` or `https://`). It is trusted: it may be at a private
    /// address, and as it resolves the names, what they resolve to cannot be checked here; IP literals and local names
    /// still are. Proxies from environment variables are never used, for they would bypass the guard unasked.
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// The fetcher.
    ///
    /// # Errors
    /// `is_invalid`, when a network is none, a proxy is none, or contact or user agent cannot stand in a header.
    pub fn build(self) -> Result<HttpFetcher> {
        let networks: Vec<Network> = self
            .networks
            .iter()
            .map(|network| network.parse())
            .collect::<Result<_>>()?;
        let hosts: HashSet<String> = self.hosts.iter().map(|host| normal_host(host)).collect();
        let guard = Arc::new(Guard {
            hosts,
            networks,
            private: self.private,
        });
        let mut client = reqwest::Client::builder()
            .user_agent(self.user_agent_header()?)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(GuardedResolver {
                guard: Arc::clone(&guard),
                proxy: self.proxy.as_ref().and_then(Url::host_str).map(normal_host),
            })
            .connect_timeout(self.limits.connect_timeout)
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(self.limits.max_concurrent_per_host)
            .http1_max_headers(MAX_HEADER_FIELDS)
            .http2_max_header_list_size(u32::try_from(self.limits.max_header_bytes).unwrap_or(u32::MAX));
        if let Some(proxy) = &self.proxy {
            let through = reqwest::Proxy::all(proxy.clone())
                .map_err(|_| Error::invalid("the proxy is no http or https address").with_url(proxy.clone()))?;
            client = client.proxy(through);
        }
        let client = client
            .build()
            .map_err(|error| Error::new(Kind::Internal, "the HTTP client could not be set up").with_source(error))?;
        Ok(HttpFetcher::assemble(
            client,
            guard,
            Pace::new(&self.limits),
            self.limits,
        ))
    }

    fn user_agent_header(&self) -> Result<HeaderValue> {
        let text = match (&self.user_agent, &self.contact) {
            (Some(user_agent), _) => user_agent.clone(),
            (None, Some(contact)) => format!("{OWN_NAME} (+{contact})"),
            (None, None) => OWN_NAME.to_owned(),
        };
        HeaderValue::from_str(&text)
            .map_err(|_| Error::invalid("contact and user agent must be visible ASCII, for they stand in a header"))
    }
}

/// `medfeed/0.1`: publishers count versions, patch levels tell them nothing.
const OWN_NAME: &str = concat!(
    "medfeed/",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

impl fmt::Debug for HttpFetcherBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("HttpFetcherBuilder")
            .field("contact", &self.contact)
            .field("user_agent", &self.user_agent)
            .field("hosts", &self.hosts)
            .field("networks", &self.networks)
            .field("private", &self.private)
            .field("limits", &self.limits)
            .field("proxy", &self.proxy.as_ref().map(redacted))
            .finish()
    }
}

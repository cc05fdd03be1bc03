//! Setting up an [`HttpFetcher`].

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Certificate, ClientBuilder, Identity};
use url::Url;

use super::guard::{Guard, Network, normal_host};
use super::http::HttpFetcher;
use super::resolve::{GuardedResolver, ResolveHost};
use crate::error::{Error, Kind, Result, redacted};
use crate::limits::Limits;

/// How long an unused connection is kept. Feeds of one host are asked within seconds or not again for an hour.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// Header fields in one answer; the client counts fields, their bytes are counted against `max_header_bytes` after. It
/// sets room aside for so many with each answer, so no more than a generous server sends.
const MAX_HEADER_FIELDS: usize = 160;

/// Settings of an [`HttpFetcher`]; see [`HttpFetcher::builder`].
#[derive(Default)]
#[must_use = "call build()"]
pub struct HttpFetcherBuilder {
    contact: Option<String>,
    user_agent: Option<String>,
    hosts: Vec<String>,
    networks: Vec<String>,
    private: bool,
    limits: Limits,
    proxy: Option<Url>,
    root_certificates: Vec<Vec<u8>>,
    client_identity: Option<Vec<u8>>,
    resolver: Option<Arc<dyn ResolveHost>>,
    client: Option<ClientBuilder>,
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

    /// Trusts these authorities as well as the system's: one or more certificates in PEM. For a hospital's own authority,
    /// or one that a gateway on the way signs with. May be called again.
    pub fn root_certificate_pem(mut self, pem: &[u8]) -> Self {
        self.root_certificates.push(pem.to_vec());
        self
    }

    /// Shows this certificate to servers that ask who is there: the certificate and its private key in one PEM. Every
    /// server that asks gets to see the certificate (not the key).
    pub fn client_identity_pem(mut self, pem: &[u8]) -> Self {
        self.client_identity = Some(pem.to_vec());
        self
    }

    /// Asks this for the addresses of names, in place of the system's resolver.
    pub fn resolver(mut self, resolver: impl ResolveHost) -> Self {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// Starts from the host's own configured builder of the same version of reqwest: its TLS settings, HTTP versions, keep
    /// alive, local address.
    ///
    /// What must be so is then forced on it: no redirects by the client and no `Referer`, names resolved behind the
    /// address guard, no proxy but [`proxy`](Self::proxy), no retries, no decompression by the client, certificates
    /// verified, medfeed's `User-Agent`, time-outs, pool and header bounds. Settings that lead around the guard and cannot
    /// be taken back (`resolve`, `resolve_to_addrs`, a Unix socket) are refused by [`build`](Self::build); and an answer
    /// from an address that is not public is refused in any case.
    ///
    /// The host is answerable for what cannot be seen in its builder: default headers go to **every** host that is asked
    /// (use [`FetchRequest::with_header`](crate::FetchRequest::with_header) for secrets), a cookie store keeps cookies,
    /// a TLS configuration of its own (`tls_backend_preconfigured`) decides alone what it verifies.
    ///
    /// A finished `reqwest::Client` cannot be taken: its redirects and its resolver can be neither seen nor changed, so a
    /// feed could send it to any private address. A host that wants its own client whole implements [`Fetch`](crate::Fetch).
    pub fn client(mut self, client: ClientBuilder) -> Self {
        self.client = Some(client);
        self
    }

    /// The fetcher.
    ///
    /// # Errors
    /// `is_invalid`, when a network is none, a proxy is none, contact or user agent cannot stand in a header, a certificate
    /// or key cannot be read, or the host's client leads around the guard.
    pub fn build(mut self) -> Result<HttpFetcher> {
        let networks: Vec<Network> = self
            .networks
            .iter()
            .map(|network| network.parse())
            .collect::<Result<_>>()?;
        let hosts: HashSet<String> = self.hosts.iter().map(|host| normal_host(host).into_owned()).collect();
        let guard = Arc::new(Guard {
            hosts,
            networks,
            private: self.private,
        });
        let own_client = self.client.is_some();
        let start = match self.client.take() {
            // Retries are the host's; of the client's own making is only one, after the server said it did nothing.
            Some(own) => within_the_guard(own)?.retry(reqwest::retry::never()),
            None => reqwest::Client::builder(),
        };
        let mut client = start
            .user_agent(self.user_agent_header()?)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .no_hickory_dns()
            .dns_resolver(GuardedResolver::new(
                Arc::clone(&guard),
                self.resolver.clone(),
                self.proxy
                    .as_ref()
                    .and_then(Url::host_str)
                    .map(|host| normal_host(host).into_owned()),
            ))
            // Another crate of the program may have switched these features on.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .tls_danger_accept_invalid_certs(false)
            .tls_danger_accept_invalid_hostnames(false)
            .connect_timeout(self.limits.connect_timeout)
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(self.limits.max_concurrent_per_host)
            .http1_max_headers(MAX_HEADER_FIELDS)
            .http2_max_header_list_size(u32::try_from(self.limits.max_header_bytes).unwrap_or(u32::MAX));
        for pem in &self.root_certificates {
            client = client.tls_certs_merge(certificates(pem)?);
        }
        if let Some(pem) = &self.client_identity {
            let identity = Identity::from_pem(pem)
                .map_err(|_| Error::invalid("the client's identity is a certificate and its private key in one PEM"))?;
            client = client.identity(identity);
        }
        if let Some(proxy) = &self.proxy {
            if !matches!(proxy.scheme(), "http" | "https") {
                return Err(Error::invalid("the proxy is no http or https address").with_url(proxy.clone()));
            }
            let through = reqwest::Proxy::all(proxy.clone())
                .map_err(|_| Error::invalid("the proxy is no http or https address").with_url(proxy.clone()))?;
            client = client.proxy(through);
        }
        let client = client.build().map_err(|error| {
            // Only now are certificates read, and the settings of the host's own client put to use.
            let error_is_theirs = own_client || !self.root_certificates.is_empty() || self.client_identity.is_some();
            let kind = if error_is_theirs { Kind::Invalid } else { Kind::Internal };
            Error::new(kind, "the HTTP client could not be set up").with_source(error)
        })?;
        Ok(HttpFetcher::assemble(client, guard, self.proxy.is_some(), self.limits))
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

/// The builder, unless a setting leads around the guard that no later call can take back. They can only be seen in its
/// `Debug`; `tests/network/g07_…` notices when that changes, and what slips through is refused by the address it leads to.
fn within_the_guard(client: ClientBuilder) -> Result<ClientBuilder> {
    let settings = format!("{client:?}");
    for (shown, meant) in [
        ("dns_overrides: {", "resolve() and resolve_to_addrs()"),
        ("unix_socket: ", "a Unix socket"),
    ] {
        if settings.contains(shown) {
            return Err(Error::invalid(format!(
                "{meant} in the client's builder would lead around the address guard; use resolver() and allow_host()"
            )));
        }
    }
    Ok(client)
}

/// At least one certificate.
fn certificates(pem: &[u8]) -> Result<Vec<Certificate>> {
    Certificate::from_pem_bundle(pem)
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| Error::invalid("a root certificate is one certificate or more in PEM"))
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
            .field("root_certificates", &self.root_certificates.len())
            .field("client_identity", &self.client_identity.is_some())
            .field("resolver", &self.resolver.is_some())
            .field("own_client", &self.client.is_some())
            .finish()
    }
}

//! Names to addresses: the system's resolver or the host's own, always behind the guard.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::{Guard, normal_host};

/// What [`ResolveHost::resolve`] returns.
pub type ResolveFuture<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Something that knows the addresses of host names, in place of the system's resolver: DNS over HTTPS, a hospital's own
/// directory, a test. It is asked each time a connection is made; what it answers goes through the address guard as any
/// answer does, so it cannot open a way to a private address.
///
/// ```
/// use medfeed::{HttpFetcher, ResolveFuture, ResolveHost};
///
/// /// Knows one host.
/// struct Directory;
///
/// impl ResolveHost for Directory {
///     fn resolve<'a>(&'a self, host: &'a str) -> ResolveFuture<'a> {
///         Box::pin(async move {
///             match host {
///                 "feeds.example.org" => Ok(vec![[192, 0, 2, 7].into()]),
///                 _ => Err(std::io::ErrorKind::NotFound.into()),
///             }
///         })
///     }
/// }
///
/// let fetcher = HttpFetcher::builder().resolver(Directory).build()?;
/// # Ok::<(), medfeed::Error>(())
/// ```
pub trait ResolveHost: Send + Sync + 'static {
    /// Every address of this name, in the order to try.
    fn resolve<'a>(&'a self, host: &'a str) -> ResolveFuture<'a>;
}

/// The system's resolver.
struct System;

impl ResolveHost for System {
    fn resolve<'a>(&'a self, host: &'a str) -> ResolveFuture<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver behind the guard.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    guard: Arc<Guard>,
    names: Arc<dyn ResolveHost>,
    /// The proxy the host chose: a trusted hop, also at a private address.
    proxy: Option<String>,
}

impl GuardedResolver {
    /// With the system's resolver unless there is another.
    pub(super) fn new(guard: Arc<Guard>, names: Option<Arc<dyn ResolveHost>>, proxy: Option<String>) -> Self {
        Self {
            guard,
            names: names.unwrap_or_else(|| Arc::new(System)),
            proxy,
        }
    }
}

impl fmt::Debug for GuardedResolver {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("GuardedResolver").finish_non_exhaustive()
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, names) = (Arc::clone(&self.guard), Arc::clone(&self.names));
        let is_proxy = self.proxy.as_deref() == Some(&*normal_host(name.as_str()));
        Box::pin(async move {
            let found = names.resolve(name.as_str()).await?;
            let allowed = if is_proxy {
                found
            } else {
                guard.admit(name.as_str(), found)?
            };
            if allowed.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            // Port 0: the client takes the one of the address asked.
            Ok(Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

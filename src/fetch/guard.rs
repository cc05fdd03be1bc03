//! The address guard: which addresses a request may go to.
//!
//! A feed is a stranger's text, and so is every address in it and every redirect. Without a guard, a feed could make
//! the host's machine ask its own services (a metadata endpoint, a database, a router).
//!
//! Flow: [`Guard::check_url`] looks at the address itself, on the first request and on each redirect: scheme, port,
//! IP literals in every spelling (the WHATWG URL parser has made IPs of decimal, octal, hex and full-width hosts by
//! then), local names. `resolve::GuardedResolver` looks at what a name resolves to, at the moment of connecting, and
//! hands on only the allowed addresses: a second DNS answer (rebinding) goes through the same gate. Both are
//! needed, for the HTTP client never asks a resolver about an IP literal. Last, the address of the connection an answer
//! came by is looked at ([`Guard::may_connect`]): nothing in the client's settings can have led around the first two.
//!
//! Guided by: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890, 8190), RFC 6052 and 8215 (NAT64),
//! RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5214 (ISATAP), RFC 6761 and others (special names), the WHATWG Fetch standard (bad ports).
//!
//! Not covered: NAT64 under a network's own prefix (RFC 6052 3.2), which looks like any global address.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

use crate::error::{Error, Kind, Result};

/// Ports that browsers refuse, for other protocols listen there (WHATWG Fetch, "bad port").
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Name endings that never leave the machine or its network, or that the DNS is not to be asked about: RFC 6761
/// (`localhost`), 6762 with its appendix G (what is in use behind routers), 7686, 8375, 9476; `internal` is reserved by ICANN.
/// `test`, `example` and `invalid` go on to the resolver, as RFC 6761 has it: what they lead to is checked as ever.
const LOCAL_NAMES: [&str; 12] = [
    "alt",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
];

/// IPv4 ranges that are not global, from the IANA registry; multicast and the deprecated 6to4 relay besides.
const NOT_GLOBAL_V4: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// IPv6: the only range given out for global unicast.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Ranges within it that are not global: protocol assignments (Teredo, benchmarking and ORCHID among them),
/// documentation twice, and 6to4. Teredo and 6to4 carry an IPv4 address that could be private; they are refused
/// altogether, for no feed is served over either.
const NOT_GLOBAL_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// NAT64: an IPv4 address in the last 32 bits (RFC 6052). On IPv6-only networks every IPv4 host looks like this.
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// A range of addresses in CIDR notation: `10.1.0.0/16`, `fd00::/8`, or one address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => in_v4((base, self.prefix), address),
            (IpAddr::V6(base), IpAddr::V6(address)) => in_v6((base, self.prefix), address),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || Error::invalid(format!("`{text}` is no network; write it as 10.1.0.0/16 or fd00::/8"));
        let (base, prefix) = text
            .split_once('/')
            .map_or((text, None), |(base, rest)| (base, Some(rest)));
        let base: IpAddr = base.trim().parse().map_err(|_| invalid())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.trim().parse().map_err(|_| invalid())?,
            None => longest,
        };
        if prefix > longest {
            return Err(invalid());
        }
        Ok(Self { base, prefix })
    }
}

/// What may be asked: the rules above, and the exceptions the host made.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    /// Host names (lower case, no dot at the end) and IP addresses exempt from every rule but scheme and port.
    pub(super) hosts: HashSet<String>,
    /// Ranges exempt from the address rules. With any of them, local names are judged by what they resolve to.
    pub(super) networks: Vec<Network>,
    /// Every address is allowed.
    pub(super) private: bool,
}

impl Guard {
    /// Whether a request may go to this address, as far as the address itself tells.
    ///
    /// # Errors
    /// `is_refused_address`, with the reason.
    pub(super) fn check_url(&self, url: &Url) -> Result<()> {
        let refused = |reason: String| Err(Error::new(Kind::RefusedAddress, reason).with_url(url.clone()));
        if !matches!(url.scheme(), "http" | "https") {
            return refused(format!("only http and https are asked, not {}", url.scheme()));
        }
        if let Some(port) = url.port_or_known_default()
            && BAD_PORTS.contains(&port)
        {
            return refused(format!("port {port} is not one that feeds are served from"));
        }
        let Some(host) = url.host() else {
            return refused("the address has no host".to_owned());
        };
        let address = match host {
            Host::Domain(name) => {
                if self.private || self.lists(name) || !self.networks.is_empty() || !is_local_name(name) {
                    return Ok(());
                }
                return refused(format!("{name} is a local name"));
            }
            Host::Ipv4(address) => IpAddr::V4(address),
            Host::Ipv6(address) => IpAddr::V6(address),
        };
        let is_listed = || match address {
            IpAddr::V4(_) => self.lists(url.host_str().unwrap_or_default()),
            // An address writes some of these otherwise than they are listed.
            IpAddr::V6(_) => self.lists(&address.to_string()),
        };
        if self.allows(address) || is_listed() {
            return Ok(());
        }
        refused(format!("{address} is not a public address"))
    }

    /// Whether the host made an exception for this name or address.
    fn lists(&self, host: &str) -> bool {
        !self.hosts.is_empty() && self.hosts.contains(&*normal_host(host))
    }

    /// Whether this address may be connected to.
    fn allows(&self, address: IpAddr) -> bool {
        if self.private {
            return true;
        }
        let unwrapped = unwrap(address);
        self.networks
            .iter()
            .any(|network| network.contains(unwrapped) || network.contains(address))
            || is_global(unwrapped)
    }

    /// Whether a connection for this host (as it stands in the address) may lead to this address.
    pub(super) fn may_connect(&self, host: &str, address: IpAddr) -> bool {
        self.allows(address) || self.lists(host)
    }

    /// The addresses of a name that may be connected to.
    pub(super) fn admit(&self, host: &str, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, RefusedName> {
        let any = !found.is_empty();
        let allowed: Vec<IpAddr> = found
            .into_iter()
            .filter(|address| self.may_connect(host, *address))
            .collect();
        if any && allowed.is_empty() {
            return Err(RefusedName);
        }
        Ok(allowed)
    }
}

/// A host as it is compared: lower case, without the dot at the end or the brackets of IPv6.
pub(super) fn normal_host(host: &str) -> Cow<'_, str> {
    let host = host
        .trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.');
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

fn is_local_name(name: &str) -> bool {
    let name = normal_host(name);
    LOCAL_NAMES.iter().any(|local| {
        name.strip_suffix(local)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// The IPv4 address within a mapped (`::ffff:0:0/96`) or NAT64 address; any other one as it is.
fn unwrap(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(wrapped) if in_v6(NAT64, wrapped) => {
            let [.., a, b, c, d] = wrapped.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        other => other.to_canonical(),
    }
}

fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_GLOBAL_V4.iter().any(|range| in_v4(*range, address)),
        IpAddr::V6(address) => {
            in_v6(GLOBAL_V6, address)
                && !NOT_GLOBAL_V6.iter().any(|range| in_v6(*range, address))
                && isatap(address).is_none_or(|inner| is_global(IpAddr::V4(inner)))
        }
    }
}

/// The IPv4 address that an ISATAP address (RFC 5214) is a tunnel to: a machine with such an interface sends what goes to
/// any of them straight there. Told by the interface identifier `0000:5efe` or `0200:5efe`, which no other use is made of.
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, _, _, _, flags, marker, _, _] = address.segments();
    let [.., a, b, c, d] = address.octets();
    (flags & !0x0200 == 0 && marker == 0x5efe).then(|| Ipv4Addr::new(a, b, c, d))
}

fn in_v4((base, prefix): (Ipv4Addr, u8), address: Ipv4Addr) -> bool {
    let differing = base.to_bits() ^ address.to_bits();
    differing.checked_shr(32 - u32::from(prefix.min(32))).unwrap_or(0) == 0
}

fn in_v6((base, prefix): (Ipv6Addr, u8), address: Ipv6Addr) -> bool {
    let differing = base.to_bits() ^ address.to_bits();
    differing.checked_shr(128 - u32::from(prefix.min(128))).unwrap_or(0) == 0
}

/// Why a name was not resolved: all its addresses are refused. Found again in the client's error by its type.
#[derive(Debug)]
pub(super) struct RefusedName;

impl fmt::Display for RefusedName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the name has no public address")
    }
}

impl std::error::Error for RefusedName {}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;

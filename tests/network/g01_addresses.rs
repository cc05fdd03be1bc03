//! Which addresses are refused, in every spelling, and which just beside them are not.

use std::collections::BTreeSet;

use medfeed::{HttpFetcher, HttpFetcherBuilder};
use url::Url;

/// Every one refused by default. Documentation ranges stand here because they are refused too.
const REFUSED: &[&str] = &[
    // loopback, in every spelling the URL standard knows
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0X7F000001/",
    "http://127.0x0.0.1/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
    "http://127\u{3002}0\u{3002}0\u{3002}1/",
    "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
    "http://user:pw@127.0.0.1/",
    "http://example.org@127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:127.0.0.1/",
    "http:////127.0.0.1/",
    // this network
    "http://0/",
    "http://0.0.0.0/",
    "http://0.0.0.0:443/",
    "http://0x0/",
    "http://0.255.255.255/",
    // private
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://012.0.0.1/",
    "http://167772161/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://192.168.255.255/",
    "http://192.168.257/",
    "http://3232235777/",
    // shared, link-local, metadata
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://100.127.255.255/",
    "http://169.254.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    // protocol assignments, documentation, 6to4 relay, benchmarking, multicast, reserved, broadcast
    "http://192.0.0.1/",
    "http://192.0.0.8/",
    "http://192.0.0.170/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.51.100.1/",
    "http://203.0.113.255/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.19.255.255/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://254.1.2.3/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6: unspecified, loopback, mapped, compatible, translated
    "http://[::]/",
    "http://[::1]/",
    "http://[::1]:8080/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:192.168.1.1]/",
    "http://[::ffff:0.0.0.0]/",
    "http://[::127.0.0.1]/",
    "http://[::8.8.8.8]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::ffff:0:8.8.8.8]/",
    // NAT64 of private addresses, local-use NAT64
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b::192.0.2.1]/",
    "http://[64:ff9b:1::1]/",
    "http://[64:ff9b:1:ffff::8.8.8.8]/",
    "http://[64:ff9b:0:0:1::8.8.8.8]/",
    // 6to4, Teredo, ORCHID, benchmarking, documentation, discard, SRv6
    "http://[2002:7f00:1::]/",
    "http://[2002:a00:1::1]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[2002:808:808::1]/",
    "http://[2001::1]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[2001:0:808:808::f7f7:f7f7]/",
    "http://[2001:2::1]/",
    "http://[2001:10::1]/",
    "http://[2001:20::1]/",
    "http://[2001:1ff:ffff::1]/",
    "http://[2001:db8::1]/",
    "http://[2001:db8:ffff:ffff::1]/",
    "http://[3fff::1]/",
    "http://[3fff:fff:ffff::1]/",
    "http://[100::1]/",
    "http://[100:0:0:1::1]/",
    "http://[5f00::1]/",
    // unique local, link-local, site-local, multicast, never given out
    "http://[fc00::1]/",
    "http://[fd00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fdff:ffff::1]/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[ff0e::1]/",
    "http://[4000::1]/",
    "http://[1fff::1]/",
    "http://[e000::1]/",
    // names
    "http://localhost/",
    "http://LOCALHOST./",
    "http://feeds.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router.home.arpa/",
    "http://box.localdomain/",
    "http://\u{24db}ocalhost/",
    // ISATAP: a private IPv4 address in the last half
    "http://[2a00:1450::5efe:10.0.0.1]/",
    "http://[2a00:1450::200:5efe:c0a8:101]/",
    // names that are local by RFC 6761, 6762 (and its appendix G), 7686, 8375 and 9476
    "http://printer.LOCAL./",
    "http://wiki.intranet/",
    "http://intranet/",
    "http://nas.private/",
    "http://wiki.corp/",
    "http://router.home/",
    "http://router.lan/",
    "http://feeds.internal:8080/",
    "http://journalzfqwwo2k.onion/",
    "http://name.alt/",
    // schemes, and ports where something else listens
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "data:text/xml,<rss/>",
    "javascript:1",
    "feed://example.org/",
    "ws://example.org/",
    "http://example.org:0/",
    "http://example.org:22/",
    "http://example.org:25/",
    "https://example.org:6667/",
    "http://example.org:10080/",
];

/// Every one let through to the resolver or the network.
const ALLOWED: &[&str] = &[
    "http://example.org/",
    "https://example.org:8443/feed?x=1",
    "https://b\u{fc}cher.example.org/",
    "http://localhost.example.org/",
    "http://notlocalhost/",
    "http://mylocal/",
    "http://international/",
    "http://8.8.8.8/",
    "http://1.1.1.1/",
    "http://134744072/",
    "http://0x08080808/",
    "http://9.255.255.255/",
    "http://11.0.0.0/",
    "http://100.63.255.255/",
    "http://100.128.0.0/",
    "http://126.255.255.255/",
    "http://128.0.0.1/",
    "http://169.253.255.255/",
    "http://169.255.0.0/",
    "http://172.15.255.255/",
    "http://172.32.0.0/",
    "http://192.0.1.0/",
    "http://192.0.3.0/",
    "http://192.167.255.255/",
    "http://192.169.0.0/",
    "http://198.17.255.255/",
    "http://198.20.0.0/",
    "http://223.255.255.255/",
    "http://[2606:4700:4700::1111]/",
    "http://[2001:200::1]/",
    "http://[2001:4860:4860::8888]/",
    "http://[2a00:1450::1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://user:pw@8.8.8.8/",
    "http://127.0.0.1@example.org/",
    "http://example.org/@127.0.0.1",
    "http://example.org/?u=http://127.0.0.1/",
    "http://example.org#@127.0.0.1/",
    "http://127.0.0.1.example.org/",
    "http://lan.example.org/",
    "http://home.example.org/",
    "http://corporate/",
    // left to the resolver: applications need not know them (RFC 6761 6.2, 6.4, 6.5), and what they lead to is checked
    "http://feeds.test/",
    "http://feeds.invalid/",
    "http://feeds.example/",
    // special-purpose, but global: AS112 and AMT
    "http://192.31.196.1/",
    "http://192.52.193.1/",
    "http://192.175.48.1/",
    "http://[2620:4f:8000::1]/",
    // ISATAP with a public address
    "http://[2a00:1450::200:5efe:808:808]/",
    "https://example.org:443/",
    "http://example.org:8000/",
];

/// The WHATWG Fetch standard's "bad ports", written down once more.
const BAD_PORTS: &str = "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 \
     117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 \
     990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080";

fn parsed(text: &str) -> Url {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn lets_through(builder: HttpFetcherBuilder, text: &str) -> bool {
    match builder.build().unwrap().check(&parsed(text)) {
        Ok(()) => true,
        Err(error) => {
            assert!(error.is_refused_address() && error.requests() == 0, "{text}: {error:?}");
            false
        }
    }
}

#[test]
fn private_addresses_are_refused_in_every_spelling() {
    assert!(REFUSED.len() + ALLOWED.len() > 190, "entries were lost");
    let fetcher = HttpFetcher::builder().build().unwrap();
    for text in REFUSED {
        let error = fetcher.check(&parsed(text)).expect_err(text);
        assert!(error.is_refused_address(), "{text}: {error:?}");
    }
}

#[test]
fn public_addresses_just_beside_them_are_not() {
    let fetcher = HttpFetcher::builder().build().unwrap();
    for text in ALLOWED {
        fetcher
            .check(&parsed(text))
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn of_all_ports_exactly_the_bad_ones_are_refused() {
    let bad: BTreeSet<u16> = BAD_PORTS.split_whitespace().map(|port| port.parse().unwrap()).collect();
    let fetcher = HttpFetcher::builder().allow_private(true).build().unwrap();
    let mut url = parsed("http://example.org/");
    for port in 0..=u16::MAX {
        url.set_port(Some(port)).unwrap();
        assert_eq!(fetcher.check(&url).is_err(), bad.contains(&port), "{port}");
    }
}

#[test]
fn some_spellings_are_no_addresses_at_all() {
    for text in [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1%251]/",
        "http://127.0.0.1.1/",
        "http://0x100000000/",
        "http://256.0.0.1/",
        "http://1.2.3.4.5/",
        "http:///",
        "http://\u{0}/",
        "http://127.0.0.1:99999/",
    ] {
        let url = text.parse::<Url>();
        assert!(url.is_err(), "{text}: {url:?}");
    }
}

#[test]
fn an_exception_opens_local_names_and_nothing_more() {
    let listed = || HttpFetcher::builder().allow_host("wiki.corp").allow_host("fd00::7");
    assert!(lets_through(listed(), "http://WIKI.corp./feed"));
    assert!(lets_through(listed(), "http://[fd00:0::7]/feed"));
    assert!(!lets_through(listed(), "http://x.wiki.corp/feed"));
    assert!(!lets_through(listed(), "http://wiki.corp:25/feed"));
    assert!(!lets_through(listed(), "http://[fd00::8]/feed"));
    assert!(lets_through(
        HttpFetcher::builder().allow_network("10.0.0.0/8"),
        "http://10.1.2.3/"
    ));
    assert!(lets_through(
        HttpFetcher::builder().allow_network("10.0.0.0/8"),
        "http://[::ffff:10.1.2.3]/"
    ));
    assert!(!lets_through(
        HttpFetcher::builder().allow_network("10.0.0.0/8"),
        "http://11.0.0.0:22/"
    ));
    assert!(!lets_through(
        HttpFetcher::builder().allow_network("10.0.0.0/8"),
        "http://127.0.0.1/"
    ));
}

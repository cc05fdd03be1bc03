#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Every one refused by default. Documentation ranges stand here because they are refused too.
const REFUSED: [&str; 125] = [
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
];

/// Every one let through to the resolver or the network.
const ALLOWED: [&str; 34] = [
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
];

#[test]
fn private_addresses_are_refused_in_every_spelling() {
    let guard = Guard::default();
    for text in REFUSED {
        let url: Url = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        let error = guard.check_url(&url).expect_err(text);
        assert!(error.is_refused_address(), "{text}: {error:?}");
    }
}

#[test]
fn public_addresses_just_beside_them_are_not() {
    let guard = Guard::default();
    for text in ALLOWED {
        let url: Url = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        guard.check_url(&url).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn zone_identifiers_are_no_addresses_at_all() {
    for text in [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1%251]/",
    ] {
        assert!(text.parse::<Url>().is_err(), "{text}");
    }
}

#[test]
fn other_schemes_and_ports_are_refused_whatever_was_allowed() {
    let guard = Guard {
        hosts: HashSet::from(["example.org".to_owned()]),
        private: true,
        ..Guard::default()
    };
    for text in [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "data:text/xml,<rss/>",
        "javascript:1",
        "http://example.org:22/",
        "http://example.org:25/",
        "https://example.org:6667/",
        "http://example.org:0/",
        "http://example.org:10080/",
    ] {
        assert!(guard.check_url(&text.parse().unwrap()).is_err(), "{text}");
    }
    for text in [
        "http://example.org:80/",
        "http://example.org:8000/",
        "https://127.0.0.1/",
    ] {
        assert!(guard.check_url(&text.parse().unwrap()).is_ok(), "{text}");
    }
}

#[test]
fn exceptions_reach_no_further_than_they_say() {
    let guard = Guard {
        hosts: HashSet::from(["nas.local".to_owned(), "192.168.7.7".to_owned(), "fd00::7".to_owned()]),
        networks: Vec::new(),
        private: false,
    };
    let ok = |guard: &Guard, text: &str| guard.check_url(&text.parse().unwrap()).is_ok();
    assert!(ok(&guard, "http://NAS.local./feed"));
    assert!(ok(&guard, "http://192.168.7.7/"));
    assert!(ok(&guard, "http://0xc0a80707/"));
    assert!(ok(&guard, "http://[fd00::7]/"));
    assert!(!ok(&guard, "http://evil.nas.local/"));
    assert!(!ok(&guard, "http://192.168.7.8/"));
    assert!(!ok(&guard, "http://[fd00::8]/"));

    let guard = Guard {
        networks: vec!["10.1.0.0/16".parse().unwrap(), "fd00:7::/32".parse().unwrap()],
        ..Guard::default()
    };
    assert!(ok(&guard, "http://10.1.255.255/"));
    assert!(ok(&guard, "http://[::ffff:10.1.0.1]/"));
    assert!(ok(&guard, "http://[fd00:7::1]/"));
    assert!(!ok(&guard, "http://10.2.0.0/"));
    assert!(!ok(&guard, "http://[fd00:8::1]/"));
    assert!(!ok(&guard, "http://127.0.0.1/"));
    // A local name is now judged by its address, at connect time.
    assert!(ok(&guard, "http://nas.local/"));
}

#[test]
fn what_a_name_resolves_to_is_filtered() {
    let guard = Guard {
        hosts: HashSet::from(["nas.example.org".to_owned()]),
        ..Guard::default()
    };
    let addresses = |texts: &[&str]| -> Vec<IpAddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
    let mixed = addresses(&["127.0.0.1", "8.8.8.8", "::1", "fd00::1", "2606:4700::1"]);
    assert_eq!(
        guard.admit("example.org", mixed).unwrap(),
        addresses(&["8.8.8.8", "2606:4700::1"])
    );
    let private = addresses(&["10.0.0.1", "::ffff:127.0.0.1"]);
    assert!(guard.admit("example.org", private.clone()).is_err());
    assert_eq!(guard.admit("NAS.example.org.", private.clone()).unwrap(), private);
    assert!(guard.admit("example.org", Vec::new()).unwrap().is_empty());
}

#[test]
fn networks_are_read_strictly() {
    for text in [
        "10.0.0.0/33",
        "fd00::/129",
        "10.0.0/8",
        "example.org/8",
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/-1",
    ] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
    let everything: Network = "0.0.0.0/0".parse().unwrap();
    assert!(everything.contains("255.255.255.255".parse().unwrap()));
    assert!(!everything.contains("::1".parse().unwrap()));
    let one: Network = "10.0.0.1".parse().unwrap();
    assert!(one.contains("10.0.0.1".parse().unwrap()) && !one.contains("10.0.0.0".parse().unwrap()));
    let all_six: Network = "::/0".parse().unwrap();
    assert!(all_six.contains("ffff::".parse().unwrap()));
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

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

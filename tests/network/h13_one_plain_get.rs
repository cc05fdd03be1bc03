//! What is sent, and what is not: a clean neighbour.

use crate::support::server::{Script, Server};
use crate::support::{builder, fetcher};
use medfeed::{Fetch as _, FetchRequest};

#[tokio::test]
async fn a_poll_is_one_plain_get() {
    let server = Server::start().await;
    server.on("/feed?b=2&a=1", Script::answer(200, &[], "<rss/>"));
    let fetcher = builder().contact("https://ward7.example.org/medfeed").build().unwrap();
    fetcher
        .fetch(FetchRequest::new(server.url("/feed?b=2&a=1#part")))
        .await
        .unwrap();
    let asked = server.only_request();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("GET", "/feed?b=2&a=1"));
    let agent = asked.header_text("user-agent").unwrap();
    let version = agent
        .strip_prefix("medfeed/")
        .and_then(|rest| rest.strip_suffix(" (+https://ward7.example.org/medfeed)"))
        .unwrap_or_else(|| panic!("{agent}"));
    assert!(
        version.split('.').count() == 2 && version.split('.').all(|part| part.parse::<u32>().is_ok()),
        "{agent}"
    );
    let accept = asked.header_text("accept").unwrap();
    for kind in [
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "*/*",
    ] {
        assert!(accept.contains(kind), "{accept}");
    }
    let encodings = asked.header_text("accept-encoding").unwrap();
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        assert!(encodings.contains(encoding), "{encodings}");
    }
    let mut names = asked.header_names();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn cookies_and_referers_do_not_come_along() {
    let server = Server::start().await;
    let fetcher = fetcher();
    server.on(
        "/feed",
        Script::answer(302, &[("set-cookie", b"id=1; Path=/"), ("location", b"/other")], ""),
    );
    server.on(
        "/other",
        Script::answer(200, &[("set-cookie", b"id=2; Path=/")], "<rss/>"),
    );
    for _ in 0..2 {
        fetcher.fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
    }
    assert_eq!(server.requests().len(), 4);
    for asked in server.requests() {
        assert_eq!((asked.header("cookie"), asked.header("referer")), (None, None));
    }
}

#[tokio::test]
async fn nothing_else_is_asked_whatever_the_answer_invites_to() {
    let server = Server::start().await;
    let page = "<html><head><link rel=icon href=/favicon.ico><link rel=alternate type=application/rss+xml href=/rss>\
        <meta http-equiv=refresh content='0;url=/other'></head><body><img src=/pixel.gif></body></html>";
    let feed = "<rss version='2.0'><channel><image><url>/logo.png</url></image><item>\
        <enclosure url='/episode.mp3' type='audio/mpeg' length='1'/></item></channel></rss>";
    let hints: &[(&str, &[u8])] = &[
        ("link", b"</hub>; rel=hub, </style.css>; rel=preload"),
        ("refresh", b"0; url=/other"),
        ("content-location", b"/other"),
        ("set-cookie", b"id=1"),
    ];
    for (status, body) in [
        (200, page),
        (200, feed),
        (404, page),
        (401, page),
        (429, page),
        (503, page),
    ] {
        server.on("/feed", Script::answer(status, hints, body));
        let before = server.requests().len();
        let answer = fetcher().fetch(FetchRequest::new(server.url("/feed"))).await.unwrap();
        assert_eq!((answer.status, answer.requests()), (status, 1));
        let asked = server.requests();
        assert_eq!(asked.len() - before, 1, "{status}");
        assert!(asked.iter().all(|one| one.target == "/feed" && one.method == "GET"));
    }
}

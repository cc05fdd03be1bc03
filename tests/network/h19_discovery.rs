//! H19: the feeds of a page are found from what it says and what its platform documents, never guessed; private addresses
//! are refused, and all of it is bounded.

use std::time::{Duration, Instant};

use medfeed::{Discovery, FeedFormat, Fetch, FetchFuture, FetchRequest, HttpFetcher, Limits, SourceKind};
use url::Url;

use crate::support;
use crate::support::server::{Script, Server, Step};

const HTML: &[(&str, &[u8])] = &[("content-type", b"text/html; charset=utf-8")];

fn rss(title: &str, guid: &str) -> String {
    format!(
        "<rss version='2.0'><channel><title>{title}</title><link>https://example.org/</link><language>en-GB</language>\
         <item><title>Sepsis {guid}</title><guid>{guid}</guid><pubDate>Mon, 02 Nov 2026 09:30:00 GMT</pubDate></item></channel></rss>"
    )
}

fn serve_feed(server: &Server, target: &str, title: &str) {
    server.on(
        target,
        Script::answer(200, &[("content-type", b"application/rss+xml")], rss(title, target)),
    );
}

fn serve_page(server: &Server, target: &str, page: &str) {
    server.on(
        target,
        Script::answer(
            200,
            HTML,
            format!("<!DOCTYPE html><html><head><title>Ward 7</title>{page}"),
        ),
    );
}

async fn discover(server: &Server, target: &str) -> medfeed::Result<Discovery> {
    Discovery::of(server.url(target).as_str(), &support::fetcher(), &support::limits()).await
}

fn found(discovery: &Discovery) -> Vec<&str> {
    discovery.feeds.iter().map(|feed| feed.source.url().path()).collect()
}

/// Paths asked after the page, in the order of the alphabet: leads are asked side by side.
fn asked(server: &Server) -> Vec<String> {
    let mut targets: Vec<String> = server
        .requests()
        .into_iter()
        .skip(1)
        .map(|asked| asked.target)
        .collect();
    targets.sort();
    targets
}

#[tokio::test]
async fn links_of_a_page_with_a_base_and_nothing_that_is_hidden() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/news",
        "<base href='/journal/'>\
         <link rel=alternate type=application/rss+xml title='Current issue' href='rss.xml'>\
         <!-- <link rel=alternate type=application/rss+xml href=/comment> -->\
         <template><link rel=alternate type=application/rss+xml href=/template></template>\
         <script>'<a href=/script>RSS</a>'</script></head>\
         <a href='javascript:rss()'>RSS</a><a href='data:text/xml,x'>RSS</a><a href='topic'>RSS feed</a><a href=/plain>News</a>",
    );
    serve_feed(&server, "/journal/rss.xml", "Journal");
    serve_feed(&server, "/journal/topic", "Topic");
    let discovery = discover(&server, "/news").await.unwrap();
    assert_eq!(found(&discovery), ["/journal/rss.xml", "/journal/topic"]);
    assert_eq!(asked(&server), ["/journal/rss.xml", "/journal/topic"]);
    assert!(discovery.refused.is_empty() && discovery.note.is_none() && discovery.left_out == 0);
    let feed = &discovery.feeds[0];
    assert_eq!(feed.why, "the page links it as RSS (title “Current issue”)");
    assert_eq!(feed.source.title(), Some("Journal"));
    assert_eq!(feed.source.language(), Some("en-GB"));
    assert_eq!(feed.source.homepage(), Some(&server.url("/news")));
    assert_eq!((feed.items, feed.format), (1, FeedFormat::Rss));
    assert_eq!(feed.latest.unwrap().at.to_string(), "2026-11-02T09:30:00Z");
    assert_eq!(discovery.feeds[1].why, "a link of the page is called “RSS feed”");
}

#[tokio::test]
async fn private_addresses_are_refused_and_named() {
    let server = Server::start().await;
    let port = server.port();
    serve_page(
        &server,
        "/",
        &format!(
            "<link rel=alternate type=application/rss+xml href='http://127.0.0.2:{port}/a'>\
             <link rel=alternate type=application/rss+xml href='http://localhost:{port}/b'>\
             <a href='http://169.254.169.254/latest/meta-data/'>RSS</a><a href='http://10.0.0.1/'>RSS</a>\
             <a href='feed://[::1]:{port}/c'>RSS</a><a href='/moved'>RSS</a><a href='/good'>RSS</a>"
        ),
    );
    server.on("/moved", Script::redirect(301, &format!("http://127.0.0.2:{port}/d")));
    serve_feed(&server, "/good", "Good");
    let discovery = discover(&server, "/").await.unwrap();
    assert_eq!(found(&discovery), ["/good"]);
    assert_eq!(asked(&server), ["/good", "/moved"]);
    let refused: Vec<&str> = discovery
        .refused
        .iter()
        .map(|refused| refused.url.host_str().unwrap())
        .collect();
    assert_eq!(
        refused,
        [
            "127.0.0.2",
            "localhost",
            "169.254.169.254",
            "10.0.0.1",
            "[::1]",
            "127.0.0.1"
        ]
    );
    assert!(
        discovery
            .refused
            .iter()
            .all(|refused| refused.error.is_refused_address())
    );
}

#[tokio::test]
async fn a_private_page_is_an_error() {
    let server = Server::start().await;
    let guarded = HttpFetcher::builder().build().unwrap();
    let error = Discovery::of(server.url("/").as_str(), &guarded, &Limits::default())
        .await
        .unwrap_err();
    assert!(error.is_refused_address());
    assert!(
        medfeed::Source::discover(server.url("/").as_str())
            .await
            .unwrap_err()
            .is_refused_address()
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_thousand_links_are_ten_requests() {
    let server = Server::start().await;
    let links: String = (0..1000).map(|number| format!("<a href='/{number}'>RSS</a>")).collect();
    serve_page(&server, "/", &links);
    serve_feed(&server, "/3", "Third");
    let discovery = discover(&server, "/").await.unwrap();
    assert_eq!(server.requests().len(), 11);
    assert_eq!(found(&discovery), ["/3"]);
    assert_eq!((discovery.refused.len(), discovery.left_out), (9, 990));
    assert!(
        discovery
            .refused
            .iter()
            .all(|refused| refused.error.status() == Some(404))
    );
    assert!(discovery.note.unwrap().contains("990 more links"));
    let three = Limits {
        max_discovered: 3,
        ..support::limits()
    };
    let fewer = Discovery::of(server.url("/").as_str(), &support::fetcher(), &three)
        .await
        .unwrap();
    assert_eq!((fewer.feeds.len(), fewer.refused.len(), fewer.left_out), (0, 3, 997));
}

#[tokio::test]
async fn links_that_lead_to_pages_or_in_circles() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/a",
        "<a href='/b'>RSS</a><a href='/a#feeds'>RSS</a><a href='/circle'>Atom feed</a>",
    );
    serve_page(
        &server,
        "/b",
        "<a href='/a'>RSS</a><link rel=alternate type=application/rss+xml href=/c>",
    );
    server.on("/circle", Script::redirect(302, "/elsewhere"));
    server.on("/elsewhere", Script::redirect(302, "/circle"));
    let discovery = discover(&server, "/a").await.unwrap();
    assert!(discovery.is_empty());
    assert_eq!(asked(&server), ["/b", "/circle", "/elsewhere"]);
    let [page, circle] = discovery.refused.as_slice() else {
        panic!("{discovery:?}")
    };
    assert!(page.error.is_not_a_feed() && page.error.to_string().contains("it links 1 feed"));
    assert_eq!(page.why, "a link of the page is called “RSS”");
    assert!(circle.error.is_redirect());
    assert!(discovery.note.unwrap().contains("/b to see"));
}

#[tokio::test]
async fn a_feed_on_another_host_and_a_feed_in_json() {
    let (server, other) = (Server::start().await, Server::start().await);
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Rounds","items":[{"id":"1","content_text":"x",
        "attachments":[{"url":"https://example.org/1.mp3","mime_type":"audio/mpeg"}]}]}"#;
    other.on(
        "/feed.json",
        Script::answer(200, &[("content-type", b"application/feed+json")], json),
    );
    serve_page(
        &server,
        "/",
        &format!(
            "<link rel=alternate type=application/feed+json href='{}'>",
            other.url("/feed.json")
        ),
    );
    let discovery = discover(&server, "/").await.unwrap();
    let feed = &discovery.feeds[0];
    assert_eq!(feed.source.url(), &other.url("/feed.json"));
    assert_eq!(
        (feed.format, feed.source.kind()),
        (FeedFormat::JsonFeed, SourceKind::Podcast)
    );
    assert_eq!(feed.why, "the page links it as JSON Feed");
}

#[tokio::test]
async fn a_feed_itself_is_one_request() {
    let server = Server::start().await;
    serve_feed(&server, "/feed", "Ward 7");
    server.on("/old", Script::redirect(301, "/feed"));
    server.on("/now", Script::redirect(302, "/feed"));
    for (target, kept) in [("/feed", "/feed"), ("/old", "/feed"), ("/now", "/now")] {
        let discovery = discover(&server, target).await.unwrap();
        assert_eq!(found(&discovery), [kept]);
        assert_eq!(discovery.feeds[0].why, "it is a feed itself");
        assert_eq!(
            discovery.feeds[0].source.homepage().unwrap().as_str(),
            "https://example.org/"
        );
    }
    assert_eq!(server.requests().len(), 5);
    let as_link = format!("feed:{}", server.url("/feed"));
    let discovery = Discovery::of(&as_link, &support::fetcher(), &support::limits())
        .await
        .unwrap();
    assert_eq!(found(&discovery), ["/feed"]);
}

#[tokio::test]
async fn moves_are_kept_when_permanent_and_one_feed_is_told_once() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/",
        "<link rel=alternate type=application/rss+xml href=/old><link rel=alternate type=application/rss+xml href=/hop>\
         <a href=/feed>RSS</a><a href=/copy>RSS feed</a><a href=/other>Atom</a>",
    );
    server.on("/old", Script::redirect(308, "/feed"));
    server.on("/hop", Script::redirect(307, "/other"));
    serve_feed(&server, "/feed", "Ward 7");
    server.on("/copy", Script::answer(200, &[], rss("Ward 7", "/feed")));
    serve_feed(&server, "/other", "Ward 8");
    let discovery = discover(&server, "/").await.unwrap();
    assert_eq!(found(&discovery), ["/feed", "/hop"]);
    assert_eq!(discovery.feeds[0].also, [server.url("/copy")]);
    assert_eq!(discovery.feeds[1].also, [server.url("/other")]);
}

#[tokio::test]
async fn feeds_of_comments_come_last() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/",
        "<link rel=alternate type=application/rss+xml href=/comments/feed/><link rel=alternate type=application/rss+xml href=/post/feed/>\
         <link rel=alternate type=application/rss+xml href=/feed/>",
    );
    serve_feed(&server, "/comments/feed/", "Comments for Ward 7");
    serve_feed(&server, "/post/feed/", "Comments on: Sepsis");
    serve_feed(&server, "/feed/", "Ward 7");
    let discovery = discover(&server, "/").await.unwrap();
    assert_eq!(found(&discovery), ["/feed/", "/post/feed/", "/comments/feed/"]);
    let marks: Vec<bool> = discovery.feeds.iter().map(|feed| feed.is_comments).collect();
    assert_eq!(marks, [false, true, true]);
}

#[tokio::test]
async fn a_page_that_cannot_be_had_is_an_error_and_says_why() {
    let server = Server::start().await;
    let page = "<html><title>Gone</title><link rel=alternate type=application/rss+xml href=/feed>";
    for status in [403, 404, 410, 500] {
        server.on("/", Script::answer(status, HTML, page));
        let error = discover(&server, "/").await.unwrap_err();
        assert_eq!(error.status(), Some(status), "{error:?}");
        assert!(!error.is_challenge());
    }
    let challenge = "<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b'></script>";
    let other = "<html><iframe id=\"main-iframe\" src=\"/_Incapsula_Resource?CWUDNSAI=9\">";
    for (status, page) in [
        (403, challenge),
        (503, challenge),
        (200, challenge),
        (403, other),
        (200, other),
    ] {
        server.on("/", Script::answer(status, HTML, page));
        let error = discover(&server, "/").await.unwrap_err();
        assert!(error.is_challenge(), "{status} {error:?}");
    }
    server.on("/", Script::answer(200, HTML, vec![b'x'; (1 << 20) + 1]));
    assert!(discover(&server, "/").await.unwrap_err().is_too_large());
    for address in [
        "",
        "example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "feed:example.org",
    ] {
        let error = Discovery::of(address, &support::fetcher(), &support::limits())
            .await
            .unwrap_err();
        assert!(error.is_invalid(), "{address}: {error:?}");
    }
    assert!(asked(&server).iter().all(|target| target == "/"));
}

#[tokio::test]
async fn a_page_without_feeds_says_what_helps() {
    let server = Server::start().await;
    serve_page(&server, "/", "<p>Nothing here.");
    server.on("/pdf", Script::answer(200, &[], "%PDF-1.7 x"));
    server.on("/data", Script::answer(200, &[], "{\"a\":1}"));
    server.on("/empty", Script::answer(200, HTML, ""));
    for target in ["/", "/pdf", "/data", "/empty"] {
        let discovery = discover(&server, target).await.unwrap();
        assert!(
            discovery.is_empty() && discovery.refused.is_empty(),
            "{target}: {discovery:?}"
        );
        assert!(
            discovery.note.as_deref().is_some_and(|note| note.contains("RSS")),
            "{discovery:?}"
        );
    }
    server.on("/broken", Script::answer(200, &[], "<rss version='2.0'><channel"));
    let discovery = discover(&server, "/broken").await.unwrap();
    assert!(discovery.is_empty());
    assert!(discovery.refused[0].error.is_parse());
}

#[tokio::test]
async fn a_lead_that_drips_ends_with_its_deadline_and_the_others_are_found() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/",
        "<a href=/drip>RSS</a><a href=/endless>RSS</a><a href=/challenge>RSS</a><a href=/feed>RSS</a>",
    );
    server.on(
        "/drip",
        Script::head(200, &[]).then(Step::Drip(vec![b' '; 1000], Duration::from_millis(50))),
    );
    server.on(
        "/endless",
        Script::head(200, &[]).then(Step::Endless(vec![b' '; 65_536])),
    );
    server.on(
        "/challenge",
        Script::answer(403, &[("cf-mitigated", b"challenge")], "<html>"),
    );
    serve_feed(&server, "/feed", "Ward 7");
    let limits = Limits {
        request_deadline: Duration::from_millis(700),
        ..support::limits()
    };
    let begun = Instant::now();
    let discovery = Discovery::of(server.url("/").as_str(), &support::fetcher(), &limits)
        .await
        .unwrap();
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert_eq!(found(&discovery), ["/feed"]);
    let [drip, endless, challenge] = discovery.refused.as_slice() else {
        panic!("{discovery:?}")
    };
    assert!(drip.error.is_timeout());
    assert!(endless.error.is_too_large() || endless.error.is_timeout());
    assert!(challenge.error.is_challenge());
}

#[tokio::test]
async fn no_secret_is_shown() {
    let server = Server::start().await;
    serve_page(
        &server,
        "/?token=SEKRIT",
        "<a href='/a?key=SEKRIT'>RSS</a><a href='/b?key=SEKRIT'>RSS</a><a href='/c?key=SEKRIT'>RSS</a>",
    );
    serve_feed(&server, "/a?key=SEKRIT", "Ward 7");
    server.on(
        "/c?key=SEKRIT",
        Script::answer(200, &[], rss("Ward 7", "/a?key=SEKRIT")),
    );
    let mut address = server.url("/?token=SEKRIT");
    address.set_username("nurse").unwrap();
    address.set_password(Some("SEKRIT")).unwrap();
    let discovery = Discovery::of(address.as_str(), &support::fetcher(), &support::limits())
        .await
        .unwrap();
    assert_eq!(
        (
            discovery.feeds.len(),
            discovery.refused.len(),
            discovery.feeds[0].also.len()
        ),
        (1, 1, 1)
    );
    // What the feed says in its own title is the feed's.
    let shown = format!("{discovery:?}{:?}{}", discovery.note, discovery.refused[0].error);
    assert!(!shown.contains("SEKRIT"), "{shown}");
    let homepage = discovery.feeds[0].source.homepage().unwrap();
    assert!(homepage.username().is_empty() && homepage.password().is_none());
}

/// The whole Web is one server on this machine: the host asked for is the first part of the path there.
struct Mapped {
    client: HttpFetcher,
    server: Url,
}

impl Mapped {
    fn onto(server: &Server) -> Self {
        Self {
            client: support::fetcher(),
            server: server.url("/"),
        }
    }
}

impl Fetch for Mapped {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        Box::pin(async move {
            let asked = request.url.clone();
            let mut there = request;
            let mut url = self.server.clone();
            url.set_path(&format!("/{}{}", asked.host_str().unwrap_or_default(), asked.path()));
            url.set_query(asked.query());
            there.url = url;
            let mut answer = self.client.fetch(there).await?;
            answer.final_url = asked;
            Ok(answer)
        })
    }
}

#[tokio::test]
async fn platforms_are_asked_where_they_say() {
    let server = Server::start().await;
    let web = Mapped::onto(&server);
    let lookup = "/itunes.apple.com/lookup?id=42&entity=podcast&country=de";
    server.on(
        lookup,
        Script::answer(
            200,
            &[],
            r#"{"results":[{"collectionName":"Rounds","feedUrl":"https://pods.example.org/rounds.xml"}]}"#,
        ),
    );
    serve_feed(&server, "/pods.example.org/rounds.xml", "Heart Rounds");
    let channel = "/www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrst-_";
    serve_feed(&server, channel, "Ward 7 videos");
    let frame = "<div class='app-holder' id='mastodon'></div>";
    serve_page(&server, "/social.example.org/@ward7", frame);
    serve_feed(&server, "/social.example.org/@ward7.rss", "Ward 7 posts");
    serve_page(&server, "/example.org/@ward7", "<p>Not Mastodon.");
    serve_feed(&server, "/example.org/@ward7.rss", "Never asked for");
    let medrxiv = "/connect.medrxiv.org/medrxiv_xml.php?subject=Cardiovascular_Medicine";
    serve_feed(&server, medrxiv, "medRxiv: Cardiovascular Medicine");
    for (address, feed, why, requests) in [
        (
            "https://podcasts.apple.com/de/podcast/rounds/id42",
            "https://pods.example.org/rounds.xml",
            "Apple Podcasts names it as the feed of the show “Rounds”",
            vec![lookup, "/pods.example.org/rounds.xml"],
        ),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrst-_/videos",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrst-_",
            "YouTube serves a feed for each channel",
            vec![channel],
        ),
        (
            "https://social.example.org/@ward7",
            "https://social.example.org/@ward7.rss",
            "Mastodon serves a feed for each profile",
            vec!["/social.example.org/@ward7", "/social.example.org/@ward7.rss"],
        ),
        (
            "https://www.medrxiv.org/collection/cardiovascular-medicine",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=Cardiovascular_Medicine",
            "medRxiv serves a feed for each subject",
            vec![medrxiv],
        ),
    ] {
        let before = server.requests().len();
        let discovery = Discovery::of(address, &web, &support::limits()).await.unwrap();
        assert_eq!(discovery.feeds.len(), 1, "{discovery:?}");
        assert_eq!(discovery.feeds[0].source.url().as_str(), feed);
        assert_eq!(discovery.feeds[0].why, why);
        assert_eq!(discovery.feeds[0].source.homepage().unwrap().as_str(), address);
        let requests_made: Vec<String> = server
            .requests()
            .into_iter()
            .skip(before)
            .map(|asked| asked.target)
            .collect();
        assert_eq!(requests_made, requests);
    }
    let before = server.requests().len();
    let not_mastodon = Discovery::of("https://example.org/@ward7", &web, &support::limits())
        .await
        .unwrap();
    assert!(not_mastodon.is_empty());
    assert_eq!(server.requests().len(), before + 1);
    for (address, helps) in [
        ("https://open.spotify.com/show/abc", "Spotify offers no feeds"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=sepsis", "Create RSS"),
    ] {
        let discovery = Discovery::of(address, &web, &support::limits()).await.unwrap();
        assert!(discovery.is_empty());
        assert!(discovery.note.unwrap().contains(helps));
    }
    assert_eq!(server.requests().len(), before + 1);
}

#[tokio::test]
async fn a_directory_that_fails_or_names_nothing() {
    let server = Server::start().await;
    let web = Mapped::onto(&server);
    let lookup = "/itunes.apple.com/lookup?id=42&entity=podcast";
    let ask = async || Discovery::of("https://podcasts.apple.com/us/podcast/x/id42", &web, &support::limits()).await;
    assert_eq!(ask().await.unwrap_err().status(), Some(404));
    server.on(lookup, Script::answer(200, &[], "<html>"));
    assert!(ask().await.unwrap_err().is_parse());
    server.on(lookup, Script::answer(200, &[], r#"{"resultCount":0,"results":[]}"#));
    assert!(ask().await.unwrap().note.unwrap().contains("names no feed"));
    // A feed that the directory names goes through the guard like any other.
    server.on(
        lookup,
        Script::answer(200, &[], r#"{"results":[{"feedUrl":"file:///etc/passwd"}]}"#),
    );
    let discovery = ask().await.unwrap();
    assert!(discovery.is_empty());
}

//! The demo's server keeps the promises in `examples/demo/README.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where a promise is broken"
)]

#[path = "../examples/demo/mod.rs"]
mod demo;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use demo::{DemoServer, ReplayServer};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One answer, as it came over the wire apart from the split into head and body.
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if self.header("content-encoding") == "gzip" {
            flate2::read::GzDecoder::new(self.body.as_slice())
                .read_to_string(&mut text)
                .unwrap();
        } else {
            text = String::from_utf8(self.body.clone()).unwrap();
        }
        text
    }
}

async fn get(url: &str, headers: &[(&str, &str)]) -> Answer {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let split = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..split].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<_, _> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = bytes[split + 4..].to_vec();
    if let Some(length) = headers.get("content-length") {
        assert!(
            status == 304 || length.parse() == Ok(body.len()),
            "{url}: a body of {length} bytes was promised"
        );
    }
    Answer { status, headers, body }
}

async fn start() -> DemoServer {
    DemoServer::start("2026-01-05T06:00:00Z".parse::<Timestamp>().unwrap())
        .await
        .unwrap()
}

/// Every feed's text by path, redirects followed, those without a body left out.
async fn texts(server: &DemoServer) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for mut url in server.feed_urls() {
        let mut answer = get(&url, &[]).await;
        if answer.status == 301 {
            url = answer.header("location").to_owned();
            answer = get(&url, &[]).await;
        }
        if answer.status == 200 {
            texts.insert(url.strip_prefix(server.base()).unwrap().to_owned(), answer.text());
        }
    }
    texts
}

fn items(text: &str) -> usize {
    ["<item>", "<item ", "<entry>", "\"id\": \""]
        .iter()
        .map(|start| text.matches(start).count())
        .sum()
}

/// The DOIs that the items of a feed claim as their own.
fn dois(text: &str) -> Vec<&str> {
    [
        "<prism:doi>",
        "<dc:identifier>doi:",
        "<dc:identifier>info:doi/",
        "\"external_url\": \"https://doi.org/",
    ]
    .iter()
    .flat_map(|start| text.split(start).skip(1))
    .map(|rest| rest.split(['<', '"']).next().unwrap())
    .collect()
}

#[tokio::test]
async fn every_feed_is_filled_in_and_there_are_enough_items() {
    let server = start().await;
    assert!(server.feed_urls().len() >= 14);
    let first = texts(&server).await;
    server.advance();
    let second = texts(&server).await;
    for texts in [&first, &second] {
        assert_eq!(texts.len(), server.feed_urls().len() - 1, "one feed is gone");
        for (path, text) in texts {
            assert!(
                !text.contains("{{") && !text.contains("}}"),
                "{path} has a placeholder left"
            );
            assert!(items(text) >= 5, "{path} has {} items", items(text));
        }
        let total: usize = texts.values().map(|text| items(text)).sum();
        assert!(total >= 130, "{total} items");
    }
    let changed: BTreeSet<_> = first
        .keys()
        .filter(|path| first[*path] != second[*path])
        .map(String::as_str)
        .collect();
    let expected = [
        "cardiology.xml",
        "literature-search.xml",
        "oncology.rdf",
        "podcast-night-shift.xml",
        "ward-post.xml",
    ];
    assert_eq!(
        changed,
        expected
            .map(|name| format!("/feeds/{name}"))
            .iter()
            .map(String::as_str)
            .collect()
    );
}

#[tokio::test]
async fn dates_are_counted_from_the_given_moment() {
    let server = start().await;
    let texts = texts(&server).await;
    assert!(texts["/feeds/cardiology.xml"].contains("<pubDate>Mon, 05 Jan 2026 01:00:00 +0000</pubDate>"));
    assert!(texts["/feeds/preprints.rdf"].contains("<dc:date>2026-01-04</dc:date>"));
    let nested = "<time datetime=\"2026-01-04T21:00:00Z\">Sun, 01/04/2026 - 21:00</time>";
    assert!(texts["/feeds/safety-alerts.xml"].contains(nested));
    assert!(texts["/feeds/clinic-herald.xml"].contains("<pubDate>Sun, 4 Jan 2026 22:00:00  EST</pubDate>"));
    assert!(
        texts["/feeds/ward-post.xml"].contains("<pubDate>Sat, 14 Feb 2026 06:00:00 +0000</pubDate>"),
        "the future"
    );
}

#[tokio::test]
async fn a_doi_names_one_work_and_two_works_are_on_two_hosts() {
    let server = start().await;
    server.advance();
    let mut feeds_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in texts(&server).await {
        for doi in dois(&text) {
            feeds_of.entry(doi.to_owned()).or_default().insert(path.clone());
        }
    }
    assert!(feeds_of.len() >= 60, "{} DOIs", feeds_of.len());
    assert!(
        feeds_of
            .keys()
            .all(|doi| doi.starts_with("10.5555/") || doi.starts_with("10.1101/2026.00.00.99"))
    );
    let shared: Vec<_> = feeds_of
        .iter()
        .filter(|(_, feeds)| feeds.len() > 1)
        .map(|(doi, _)| doi.as_str())
        .collect();
    assert_eq!(shared, ["10.5555/jec.0288", "10.5555/jec.0301"]);
    assert!(
        feeds_of["10.5555/jec.0312"].contains("/feeds/cardiology.xml"),
        "a retraction has its own DOI"
    );
}

#[tokio::test]
async fn advance_retracts_a_paper_edits_titles_and_drops_an_item() {
    let server = start().await;
    let first = texts(&server).await;
    server.advance();
    let second = texts(&server).await;
    let in_both = |path: &str, text: &str| (first[path].contains(text), second[path].contains(text));
    let paper = "Allopurinol and incident atrial fibrillation in older adults with gout";
    assert_eq!(
        in_both("/feeds/cardiology.xml", &format!("<title>{paper}")),
        (true, true)
    );
    assert_eq!(
        in_both("/feeds/cardiology.xml", &format!("<title>Retraction: {paper}")),
        (false, true)
    );
    assert_eq!(
        in_both("/feeds/cardiology.xml", "retract the article (doi:10.5555/jec.0288)"),
        (false, true)
    );
    assert_eq!(
        in_both("/feeds/oncology.rdf", "Neoadjuvant anti-PD-1 therapy in"),
        (true, false)
    );
    assert_eq!(
        in_both(
            "/feeds/oncology.rdf",
            "Neoadjuvant versus adjuvant anti-PD-1 therapy in"
        ),
        (false, true)
    );
    assert_eq!(
        in_both("/feeds/oncology.rdf", "doi:10.5555/eoj.2171"),
        (true, false),
        "one item has gone"
    );
    assert_eq!(
        items(&first["/feeds/oncology.rdf"]),
        items(&second["/feeds/oncology.rdf"]) + 1
    );
    assert_eq!(
        in_both("/feeds/ward-post.xml", "(updated with new use-by dates)"),
        (false, true)
    );
}

#[tokio::test]
async fn validators_must_come_back_exactly() {
    let server = start().await;
    let outbreaks = format!("{}/feeds/outbreaks.xml", server.base());
    let tag = get(&outbreaks, &[]).await.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    server.advance();
    assert_eq!(get(&outbreaks, &[("If-None-Match", &tag)]).await.status, 304);
    let stripped = tag.trim_start_matches("W/").to_owned();
    assert_eq!(get(&outbreaks, &[("If-None-Match", &stripped)]).await.status, 200);

    let neurology = format!("{}/feeds/neurology.atom", server.base());
    let changed = get(&neurology, &[]).await.header("last-modified").to_owned();
    assert_eq!(changed, "Mon, 05 Jan 2026 04:00:00 GMT");
    let unchanged = get(&neurology, &[("If-Modified-Since", &changed)]).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    assert_eq!(
        get(&neurology, &[("If-Modified-Since", "Mon, 05 Jan 2026 05:00:00 GMT")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_changed_feed_has_a_new_validator() {
    let server = start().await;
    let url = format!("{}/feeds/cardiology.xml", server.base());
    let tag = get(&url, &[]).await.header("etag").to_owned();
    assert_eq!(get(&url, &[("If-None-Match", &tag)]).await.status, 304);
    server.advance();
    let again = get(&url, &[("If-None-Match", &tag)]).await;
    assert_eq!(again.status, 200);
    assert_ne!(again.header("etag"), tag);
}

#[tokio::test]
async fn compressed_moved_closed_and_broken() {
    let server = start().await;
    let mut compressed = 0;
    for url in server.feed_urls() {
        let answer = get(&url, &[("Accept-Encoding", "gzip, br")]).await;
        if answer.header("content-encoding") == "gzip" {
            compressed += 1;
            assert_eq!(answer.body[..2], [0x1f, 0x8b]);
            assert!(items(&answer.text()) >= 8, "{url}");
        }
    }
    assert_eq!(compressed, 3);
    let moved = get(&format!("{}/feeds/pediatrics.xml", server.base()), &[]).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, &*format!("{}/feeds/paediatrics.atom", server.base()))
    );
    assert_eq!(
        get(&format!("{}/feeds/closed-journal.xml", server.base()), &[])
            .await
            .status,
        404
    );
    assert_eq!(get(&format!("{}/", server.base()), &[]).await.status, 404);
    let broken = get(&format!("{}/feeds/gastroenterology.xml", server.base()), &[])
        .await
        .text();
    assert!(broken.contains("Ustekinumab & vedolizumab"), "a bare ampersand");
    assert_eq!(
        (broken.matches("<item>").count(), broken.matches("</item>").count()),
        (6, 5)
    );
    assert!(!broken.contains("</rss>"));
    let statuses: BTreeSet<u16> = server.requests().iter().map(|(_, status)| *status).collect();
    assert_eq!(statuses, BTreeSet::from([200, 301, 404]));
    assert!(server.requests().contains(&("/feeds/pediatrics.xml".to_owned(), 301)));
}

#[tokio::test]
async fn links_of_the_literature_search_differ_at_every_poll() {
    let server = start().await;
    let url = format!("{}/feeds/literature-search.xml", server.base());
    let (one, two) = (get(&url, &[]).await.text(), get(&url, &[]).await.text());
    let link = |text: &str| {
        text.split("<item>")
            .nth(1)
            .unwrap()
            .split("link>")
            .nth(1)
            .unwrap()
            .to_owned()
    };
    assert!(link(&one).contains("ff=20260105060001"), "{}", link(&one));
    assert!(link(&two).contains("ff=20260105060002"), "{}", link(&two));
    let guids = |text: &str| text.matches("<guid isPermaLink=\"false\">pubmed:990").count();
    assert_eq!((guids(&one), guids(&two)), (10, 10));
}

#[tokio::test]
async fn stories_copies_preprint_and_hard_items_are_there() {
    let server = start().await;
    let texts = texts(&server).await;
    let has = |path: &str, what: &str| assert!(texts[&format!("/feeds/{path}")].contains(what), "{path}: {what}");
    let copied = "<title>One month of dual antiplatelet therapy is enough for many stent patients";
    has("health-wire.xml", copied);
    has("ward-post.xml", copied);
    has("ward-post.xml", "supplied by Example Health Wire");
    has("clinic-herald.xml", "HARBOUR");
    has("practice-today.atom", "HARBOUR");
    let preprinted = "<title>Wastewater signals of influenza A(H5) precede clinical detection";
    has("preprints.rdf", preprinted);
    has("preprints.rdf", "/content/10.1101/2026.00.00.99000017v1?rss=1");
    has("infection.rdf", preprinted);
    has("infection.rdf", "info:doi/10.5555/");
    has("infection.rdf", "Effect of <i>H. pylori</i> eradication");
    has("ward-post.xml", "&lt;script&gt;");
    has("podcast-heart-rounds.xml", "AMA PRA Category 1 Credit");
    for duration in ["00:14:20", "23:45", "605"] {
        has(
            "podcast-heart-rounds.xml",
            &format!("<itunes:duration>{duration}</itunes:duration>"),
        );
    }
    let undated = texts["/feeds/cardiology.xml"]
        .split("<item>")
        .filter(|item| !item.contains("<pubDate>"))
        .count();
    assert_eq!(undated - 1, 1, "the channel's head and one item have no date");
    let podcast = &texts["/feeds/podcast-heart-rounds.xml"];
    let linked: Vec<_> = podcast
        .split('"')
        .filter(|text| text.starts_with(&format!("{}/media/", server.base())))
        .collect();
    assert_eq!(linked.len(), 3);
    for url in linked {
        assert_eq!(get(url, &[]).await.status, 200, "{url}");
    }
}

#[tokio::test]
async fn a_dropped_server_lets_its_port_go() {
    let server = DemoServer::start_on(Timestamp::UNIX_EPOCH, 0).await.unwrap();
    let host = server.base().strip_prefix("http://").unwrap().to_owned();
    let beside = DemoServer::start_on(Timestamp::UNIX_EPOCH, 0).await.unwrap();
    assert_ne!(server.base(), beside.base());
    drop(server);
    for _ in 0..200 {
        if TcpStream::connect(&host).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("still listening");
}

#[tokio::test]
async fn replay_serves_a_directory_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("b")).unwrap();
    let broken = [0xff, 0x00, b'<', b'r'];
    std::fs::write(dir.path().join("b/with space & more.xml"), broken).unwrap();
    std::fs::write(dir.path().join("a.json"), "{}").unwrap();
    std::fs::write(dir.path().join("c"), "").unwrap();
    let server = ReplayServer::start(dir.path()).await.unwrap();
    let urls = server.feed_urls();
    let paths: Vec<_> = urls.iter().map(|url| url.splitn(4, '/').nth(3).unwrap()).collect();
    assert_eq!(paths, ["a.json", "b/with%20space%20%26%20more.xml", "c"]);
    let mut types = Vec::new();
    for url in &urls {
        types.push(get(url, &[]).await.header("content-type").to_owned());
    }
    assert_eq!(
        types,
        ["application/feed+json", "application/xml", "application/octet-stream"]
    );
    let answer = get(&urls[1], &[]).await;
    assert_eq!(answer.body, broken);
    assert_eq!(
        get(&urls[1], &[("If-None-Match", answer.header("etag"))]).await.status,
        304
    );
    assert_eq!(get(&urls[1].replace("b/with", "../b/with"), &[]).await.status, 404);
}

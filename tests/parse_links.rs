//! Addresses inside content: what `Item::content_html` hands out is absolute and harmless, whatever the feed wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use medfeed::Feed;

fn read(document: &str) -> Feed {
    let base = "https://example.org/feeds/feed.xml".parse().unwrap();
    medfeed::parse(document.as_bytes(), &base, None).unwrap()
}

fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn the_base_of_atom_content_is_its_own() {
    let feed = read(
        r##"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://wards.example.org/a/"><title>T</title><id>urn:x</id>
<entry xml:base="b/"><id>urn:x:1</id><title>E</title><link href="page.html"/>
<content type="html" xml:base="c/">&lt;a href="one"&gt;1&lt;/a&gt;&lt;img src="../two.png"&gt;&lt;a href="//cdn.example.org/3"&gt;3&lt;/a&gt;&lt;a href="#four"&gt;4&lt;/a&gt;</content></entry>
<entry><id>urn:x:2</id><title>E</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><a href="five">5</a><img src="/six.png" alt=""/></div></content></entry></feed>"##,
    );
    has(
        &feed.items[0].content_html(),
        &[
            "href=\"https://wards.example.org/a/b/c/one\"",
            "src=\"https://wards.example.org/a/b/two.png\"",
            "href=\"https://cdn.example.org/3\"",
            "href=\"https://wards.example.org/a/b/c/#four\"",
        ],
    );
    has(
        &feed.items[1].content_html(),
        &[
            "href=\"https://wards.example.org/a/five\"",
            "src=\"https://wards.example.org/six.png\"",
        ],
    );
}

#[test]
fn the_base_of_rss_and_json_content_is_the_items_page() {
    let rss = read(
        "<rss version='2.0'><channel><title>T</title><item><link>https://wards.example.org/2026/1.html</link>\
         <description><![CDATA[<p><a href='2.html'>next</a> <img src='p/1.png'></p>]]></description></item>\
         <item><title>No page</title><description><![CDATA[<p><a href='3.html'>3</a></p>]]></description></item></channel></rss>",
    );
    let json = read(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://wards.example.org/2026/1.html",
"content_html":"<p><a href='2.html'>next</a> <img src='p/1.png'></p>"},{"id":"2","content_html":"<p><a href='3.html'>3</a></p>"}]}"#,
    );
    for feed in [rss, json] {
        has(
            &feed.items[0].content_html(),
            &[
                "href=\"https://wards.example.org/2026/2.html\"",
                "src=\"https://wards.example.org/2026/p/1.png\"",
            ],
        );
        has(
            &feed.items[1].content_html(),
            &["href=\"https://example.org/feeds/3.html\""],
        );
    }
}

#[test]
fn no_scheme_but_http_survives_in_content() {
    let feed = read(
        "<rss version='2.0'><channel><title>T</title><item><title>a</title><description><![CDATA[\
         <a href='javascript:alert(1)'>1</a><a href=' JaVaScRiPt:alert(1)'>2</a><a href='java\tscript:alert(1)'>3</a>\
         <img src='data:image/svg+xml;base64,AA'><a href='vbscript:x'>4</a><a href='file:///etc/passwd'>5</a>\
         <a href='mailto:desk@wards.example.org'>6</a>]]></description></item></channel></rss>",
    );
    let html = feed.items[0].content_html().to_lowercase();
    for scheme in ["script:", "data:", "file:"] {
        assert!(!html.contains(scheme), "{html}");
    }
    assert!(html.contains("mailto:desk@wards.example.org"), "{html}");
}

//! Feeds to measure on, made here: 200 entries each, in the shapes publishers use.

use std::fmt::Write as _;

/// Entries of each document.
pub(crate) const ENTRIES: usize = 200;

const ABSTRACT: &str = "In this randomised trial, 1,204 adults with heart failure and a reduced ejection fraction were \
    assigned to the drug or to placebo and followed for two years. Death from cardiovascular causes or a first admission \
    for worsening heart failure occurred in 14 of 100 patients and in 18 of 100. Blood pressure and kidney function did \
    not differ. Whether the effect holds in patients older than 80 years is not known.";

/// An article's HTML: paragraphs, a list, links, entities.
fn html(number: usize) -> String {
    format!(
        "<p><strong>Background:</strong> {ABSTRACT}</p>\n<p>Effect of <em>H. pylori</em> &amp; statins (<i>P</i> &lt; .05); \
         see <a href=\"https://doi.org/10.5555/cited.{number}\" target=\"_blank\">the trial</a>.</p>\n<ul><li>Dose 50 mg</li>\
         <li>Follow-up 2&nbsp;years</li></ul>\n<p><img src=\"https://example.org/figures/{number}.png\" alt=\"Figure\"/></p>\n\
         <p>{ABSTRACT}</p>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A journal's RSS: PRISM, Dublin Core, a short description and the article in a CDATA section.
fn rss() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>A journal</title>\
         <link>https://example.org/</link><description>d</description>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<item>\n<title>Treatment {number} of heart failure: a randomised trial</title>\n\
             <link>https://example.org/doi/10.5555/bench.{number}?af=R</link>\n<guid isPermaLink=\"false\">bench-{number}</guid>\n\
             <pubDate>Mon, 23 Nov 2026 06:00:00 GMT</pubDate>\n<dc:creator>Ana Author, Bo Writer</dc:creator>\n\
             <prism:doi>10.5555/bench.{number}</prism:doi>\n<prism:publicationName>A journal</prism:publicationName>\n\
             <description>{ABSTRACT}</description>\n<content:encoded><![CDATA[{}]]></content:encoded>\n</item>\n",
            html(number)
        );
    }
    feed + "</channel></rss>"
}

/// A society journal's RDF: short abstracts, PRISM.
fn rdf() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\"><channel rdf:about=\"https://example.org/\">\
         <title>A journal</title><link>https://example.org/</link><description>d</description></channel>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<item rdf:about=\"https://example.org/article/S1555-00(26){number:05}-X/fulltext?rss=yes\">\n\
             <title>[Articles] Treatment {number} of heart failure</title>\n\
             <link>https://example.org/article/S1555-00(26){number:05}-X/fulltext?rss=yes</link>\n\
             <description>{ABSTRACT}</description>\n<dc:creator>Ana Author, Bo Writer</dc:creator>\n<dc:date>2026-11-23</dc:date>\n\
             <dc:identifier>doi:10.5555/bench.{number}</dc:identifier>\n<dc:source>A journal</dc:source>\n\
             <prism:publicationName>A journal</prism:publicationName>\n<prism:volume>12</prism:volume>\n\
             <prism:number>4</prism:number>\n<prism:startingPage>{number}</prism:startingPage>\n\
             <prism:section>Articles</prism:section>\n</item>\n"
        );
    }
    feed + "</rdf:RDF>"
}

/// A blog's Atom: escaped HTML content.
fn atom() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>A journal</title>\
         <id>https://example.org/</id><updated>2026-11-23T06:00:00Z</updated>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<entry>\n<title>Treatment {number} of heart failure: a randomised trial</title>\n<id>tag:example.org,2026:{number}</id>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"https://example.org/doi/10.5555/bench.{number}\"/>\n\
             <published>2026-11-23T06:00:00Z</published>\n<updated>2026-11-23T06:00:00Z</updated>\n\
             <author><name>Ana Author</name></author>\n<category term=\"cardiology\"/>\n<summary>{ABSTRACT}</summary>\n\
             <content type=\"html\">{}</content>\n</entry>\n",
            escaped(&html(number))
        );
    }
    feed + "</feed>"
}

/// A podcast: enclosures, iTunes elements, show notes.
fn podcast() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
         xmlns:podcast=\"https://podcastindex.org/namespace/1.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>Heart rounds</title><link>https://example.org/</link><description>d</description>\
         <itunes:author>Ward 7</itunes:author><itunes:explicit>false</itunes:explicit>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<item>\n<title>{number}: Heart failure in clinic</title>\n<itunes:title>Heart failure in clinic</itunes:title>\n\
             <link>https://example.org/episodes/{number}</link>\n<guid isPermaLink=\"false\">episode-{number}</guid>\n\
             <pubDate>Mon, 23 Nov 2026 06:00:00 +0000</pubDate>\n<description><![CDATA[{}]]></description>\n\
             <itunes:summary>{ABSTRACT}</itunes:summary>\n\
             <enclosure url=\"https://media.example.org/{number}.mp3\" length=\"23400000\" type=\"audio/mpeg\"/>\n\
             <itunes:duration>1560</itunes:duration>\n<itunes:episode>{number}</itunes:episode>\n<itunes:season>2</itunes:season>\n\
             <itunes:episodeType>full</itunes:episodeType>\n<itunes:explicit>false</itunes:explicit>\n\
             <podcast:transcript url=\"https://media.example.org/{number}.vtt\" type=\"text/vtt\"/>\n</item>\n",
            html(number)
        );
    }
    feed + "</channel></rss>"
}

fn json() -> String {
    let items: Vec<serde_json::Value> = (0..ENTRIES)
        .map(|number| {
            serde_json::json!({
                "id": format!("bench-{number}"),
                "url": format!("https://example.org/doi/10.5555/bench.{number}"),
                "title": format!("Treatment {number} of heart failure: a randomised trial"),
                "content_html": html(number),
                "summary": ABSTRACT,
                "date_published": "2026-11-23T06:00:00Z",
                "authors": [{"name": "Ana Author"}],
                "tags": ["cardiology"],
            })
        })
        .collect();
    serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A journal",
        "home_page_url": "https://example.org/",
        "items": items,
    })
    .to_string()
}

/// The clean documents, by name.
pub(crate) fn clean() -> Vec<(&'static str, String)> {
    vec![
        ("rss", rss()),
        ("rdf", rdf()),
        ("atom", atom()),
        ("podcast", podcast()),
        ("json", json()),
    ]
}

/// The same documents with what real feeds get wrong, by name, each beside its clean form: raw feed-rs refuses or
/// misreads the broken ones, so it is measured on the clean ones.
pub(crate) fn broken() -> Vec<(&'static str, String, String)> {
    let spoil = |clean: String, pairs: &[(&str, &str)]| {
        let broken = pairs
            .iter()
            .fold(clean.clone(), |text, (from, to)| text.replace(from, to));
        (clean, broken)
    };
    let (rss, rss_broken) = spoil(
        rss(),
        &[
            ("heart failure:", "heart failure & <i>shock</i> &nbsp;"),
            ("isPermaLink=\"false\"", "isPermaLink=false"),
            (" xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\"", ""),
            ("version=\"2.0\"", "version=\"2\""),
        ],
    );
    let (rdf, rdf_broken) = spoil(
        rdf(),
        &[
            ("[Articles]", "P < .05 &"),
            (" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"", ""),
        ],
    );
    let (atom, atom_broken) = spoil(
        atom(),
        &[
            ("type=\"html\"", "type=\"HTML\""),
            ("<title>Treatment", "<title>&eacute;tude & <b>Treatment</b>"),
        ],
    );
    let (podcast, podcast_broken) = spoil(
        podcast(),
        &[
            ("<itunes:duration>1560", "<itunes:duration>26:00 min"),
            (": Heart", " & Heart"),
        ],
    );
    vec![
        ("rss", rss, rss_broken),
        ("rdf", rdf, rdf_broken),
        ("atom", atom, atom_broken),
        ("podcast", podcast, podcast_broken),
    ]
}

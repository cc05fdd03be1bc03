//! Documents made to hurt: each is survived on a small stack, in bounded time, with an error or a partial result.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use medfeed::{Feed, Limits, Result, WarningKind, parse, parse_with};
use url::Url;

fn base() -> Url {
    "https://example.org/feed.xml".parse().unwrap()
}

/// Parses on a thread with a 2 MiB stack, as an async runtime's worker has it.
fn survive(document: Vec<u8>) -> Result<Feed> {
    let begin = Instant::now();
    let outcome = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || parse(&document, &base(), None))
        .unwrap()
        .join()
        .expect("parsing panicked");
    // Generous: unoptimised, on a busy machine. Quadratic work would take minutes.
    assert!(begin.elapsed() < Duration::from_secs(20), "took {:?}", begin.elapsed());
    outcome
}

fn rss(inside: &str) -> Vec<u8> {
    format!(
        "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\">\
         <channel><title>T</title><item><title>One</title><guid>1</guid>{inside}</item></channel></rss>"
    )
    .into_bytes()
}

fn one_item(document: Vec<u8>) -> Feed {
    let feed = survive(document).unwrap();
    assert_eq!(feed.items.len(), 1);
    assert_eq!(feed.items[0].title, "One");
    feed
}

#[test]
fn deep_nesting_is_cut() {
    let deep = |name: &str, count: usize| format!("<{name}>").repeat(count) + "x" + &format!("</{name}>").repeat(count);
    let feed = one_item(rss(&deep("a", 100_000)));
    assert_eq!(
        feed.warnings
            .iter()
            .filter(|warning| warning.kind == WarningKind::Limit)
            .count(),
        1
    );
    one_item(rss(&deep("media:group", 5_000)));
    one_item(rss(&deep("itunes:category", 20_000)));
    one_item(rss(&deep("description", 30_000)));
    // Never closed: the item cannot be complete.
    let open = survive(rss(&"<media:group>".repeat(50_000))).unwrap();
    assert!(open.items.len() <= 1);
    // Nothing but nesting has no title and no items: an empty feed, and the bound that was reached is told.
    let nested = survive(deep("rss", 100_000).into_bytes()).unwrap();
    assert!(nested.items.is_empty());
    let kinds: Vec<_> = nested.warnings.iter().map(|warning| warning.kind).collect();
    assert!(kinds.contains(&WarningKind::Empty) && kinds.contains(&WarningKind::Limit));
}

/// Every size the documentation names, at once: none of them takes long, and what is left out is told.
#[test]
fn documents_of_every_bad_size() {
    let wide = Limits {
        max_body_bytes: 256 << 20,
        ..Limits::default()
    };
    let text = format!("<description>{}</description>", "x".repeat(100_000_000));
    let feed = parse_with(&rss(&text), &base(), None, &wide).unwrap();
    assert_eq!(feed.items[0].summary.len(), wide.max_text_bytes);
    assert!(parse(&rss(&text), &base(), None).unwrap_err().is_too_large());

    let long = format!("<enclosure url=\"https://example.org/{}\"/>", "x".repeat(10_000_000));
    one_item(rss(&long));

    let many = format!(
        "<rss version='2.0'><channel><title>T</title>{}</channel></rss>",
        "<item/>".repeat(1_000_000)
    );
    let feed = survive(many.into_bytes()).unwrap();
    assert_eq!(feed.items.len(), Limits::default().max_entries);
    assert!(feed.warnings.iter().any(|warning| warning.kind == WarningKind::Limit));
    assert!(feed.warnings.len() <= Limits::default().max_warnings + 1);

    one_item(rss(
        &"<media:thumbnail url='https://example.org/t.png'/><media:group/>".repeat(50_000)
    ));
    one_item(rss(&"<![CDATA[x]]>".repeat(500_000)));
    for flood in ["<", "&", "</b>", "<!--", "<?", "<![CDATA[", "<a b='"] {
        let document = rss(&format!("<description>{}", flood.repeat(1_000_000)));
        assert!(survive(document).is_ok(), "{flood}");
    }
}

/// What every item repeats must be short, or thousands of small items would fill the memory.
#[test]
fn what_the_feed_hands_down_is_short() {
    let long = "x".repeat(1_000_000);
    let items = "<item><title>x</title></item>".repeat(2_000);
    for head in [
        format!("<rss version='2.0' xml:lang='{long}'><channel><language>{long}</language>"),
        format!(
            "<rss version='2.0' xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/'><channel>\
             <prism:publicationName>{long}</prism:publicationName>"
        ),
        format!("<rss version='2.0' xml:base='https://example.org/{long}/'><channel>"),
    ] {
        let feed = survive(format!("{head}<title>T</title>{items}</channel></rss>").into_bytes()).unwrap();
        let held = serde_json::to_string(&feed.items).unwrap().len();
        assert!(held < 2_000 * 1_000, "{held} bytes in the items");
    }
    let authors = format!("<author><name>{long}</name></author>").repeat(3);
    let entries = "<entry><id>a</id></entry>".repeat(2_000);
    let atom = format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{authors}{entries}</feed>");
    let feed = survive(atom.into_bytes()).unwrap();
    assert!(feed.items.iter().all(|item| item.authors.is_empty()));
}

/// Entities of the document stand for what they say, within bounds, in texts and in attributes; files and addresses are
/// never read.
#[test]
fn entities_of_the_document_are_bounded() {
    let document = |inside: &str, item: &str| {
        format!(
            "<?xml version='1.0'?><!DOCTYPE rss [{inside}]><rss version='2.0'><channel><title>T</title><item><title>One</title>{item}</item></channel></rss>"
        )
    };
    let linear = format!("<!ENTITY a '{}'>", "x".repeat(1_000));
    let feed = survive(
        document(
            &linear,
            &format!("<description>{}</description>", "&a;".repeat(200_000)),
        )
        .into_bytes(),
    )
    .unwrap();
    assert!(feed.items[0].summary.len() < 2_000_000);
    assert!(feed.warnings.iter().any(|warning| warning.kind == WarningKind::Limit));
    let quadratic = format!("<!ENTITY a '{}'>", "x".repeat(100_000));
    let feed = survive(
        document(
            &quadratic,
            &format!("<description>{}</description>", "&a;".repeat(100_000)),
        )
        .into_bytes(),
    )
    .unwrap();
    assert!(feed.items[0].summary.len() < 1_000_000);
    let enclosures = format!("<enclosure url='https://example.org/{}'/>", "&a;".repeat(50)).repeat(2_000);
    survive(document(&linear, &enclosures).into_bytes()).unwrap();
    let outside = "<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'http://example.org/p.dtd'>%p;";
    let feed = survive(document(outside, "<description>&f;</description>").into_bytes()).unwrap();
    assert_eq!(feed.items[0].summary, "&f;");
}

/// One real journal's feed is 9 MB with 6,500 articles: it is read whole.
#[test]
fn a_journal_of_nine_megabytes() {
    let abstract_text = "Background: heart failure is common. ".repeat(36);
    let items: String = (0..6_500)
        .map(|number| {
            format!(
                "<item><title>Article {number}</title><link>https://example.org/doi/10.5555/{number}?af=R</link>\
                 <guid isPermaLink='false'>{number}</guid><description>{abstract_text}</description></item>"
            )
        })
        .collect();
    let document = format!("<rss version='2.0'><channel><title>T</title>{items}</channel></rss>");
    assert!(document.len() > 9_000_000);
    let feed = survive(document.into_bytes()).unwrap();
    assert_eq!((feed.items.len(), feed.warnings.len()), (6_500, 0));
}

/// Found by fuzzing: a language that is too long came back by feed-rs, attributes had no bound, and a warning named an
/// item that was none.
#[test]
fn what_fuzzing_found_in_bounds() {
    let long = "x\n".repeat(70);
    let document = format!("<rss version='2.0'><channel><language>{long}</language><item/></channel></rss>");
    let feed = survive(document.into_bytes()).unwrap();
    assert_eq!(
        (feed.language.as_deref(), feed.items[0].language.as_deref()),
        (None, None)
    );

    let tight = Limits {
        max_text_bytes: 64,
        max_attributes: 1,
        ..Limits::default()
    };
    let term = "t".repeat(10_000);
    let item = format!("<category term='{term}'/><title>a <b title='{term}'>b</b></title>");
    let feed = parse_with(&rss(&item), &base(), None, &tight).unwrap();
    assert!(feed.items[0].categories.is_empty());
    assert!(feed.warnings.iter().any(|warning| warning.kind == WarningKind::Limit));

    let wrapped = "<item a='1' b='2'><item><title>One</title></item></item><item a='1' b='2'><item>";
    let document = format!("<rss version='2.0'><channel><title>T</title>{wrapped}");
    let feed = parse_with(document.as_bytes(), &base(), None, &tight).unwrap();
    assert!(
        feed.warnings
            .iter()
            .all(|warning| warning.item.is_none_or(|item| item < feed.items.len()))
    );
}

#[test]
fn deep_html_is_text() {
    let div = "<div>".repeat(200_000);
    let feed = one_item(rss(&format!("<description><![CDATA[{div}bottom]]></description>")));
    assert_eq!(feed.items[0].summary, "bottom");
    assert!(feed.items[0].content_html().len() < 100);
    one_item(rss(&format!("<description>{div}bottom</description>")));
}

#[test]
fn entities_do_not_multiply() {
    let mut bomb = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'lollollol'>".to_owned();
    for (name, inner) in ["bb", "cc", "dd", "ee", "ff"].iter().zip(["a", "bb", "cc", "dd", "ee"]) {
        bomb += &format!("<!ENTITY {name} '{}'>", format!("&{inner};").repeat(50));
    }
    bomb += "<!ENTITY file SYSTEM 'file:///etc/passwd'>]>";
    bomb += "<rss version='2.0'><channel><title>T</title><item><title>&ff;&file;</title></item></channel></rss>";
    let feed = survive(bomb.into_bytes()).unwrap();
    assert_eq!(feed.items[0].title, "&ff;&file;");
}

#[test]
fn what_panics_elsewhere_is_read_here() {
    for duration in ["123456789012345678901", "٣٠:٠٠", "99999999999:99", "-1", ":"] {
        let feed = one_item(rss(&format!("<itunes:duration>{duration}</itunes:duration>")));
        assert!(
            feed.items[0]
                .episode
                .as_ref()
                .is_none_or(|episode| episode.duration_seconds.is_none()),
            "{duration}"
        );
    }
    for (element, text) in [
        ("author", "é@example.org"),
        ("author", "José <josé@example.org>é"),
        ("itunes:author", "日本@example.org(日本)"),
        ("managingEditor", "é é@é é"),
    ] {
        let feed = one_item(rss(&format!("<{element}>{}</{element}>", text.replace('<', "&lt;"))));
        assert!(feed.items[0].authors.iter().all(|author| !author.name.is_empty()));
    }
    let thumbnails =
        "<media:thumbnail url='https://example.org/t.png'/>".repeat(4_000) + &"<media:group/>".repeat(4_000);
    one_item(rss(&thumbnails));
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>{}",
        String::from_utf8(rss("")).unwrap()
    );
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    assert_eq!(one_item(bytes).encoding, "UTF-16BE");
}

#[test]
fn bounds_of_the_callers_are_kept() {
    let many = "<item><title>x</title></item>".repeat(500);
    let document = format!("<rss version='2.0'><channel><title>T</title>{many}</channel></rss>");
    let few = Limits {
        max_entries: 10,
        ..Limits::default()
    };
    let feed = parse_with(document.as_bytes(), &base(), None, &few).unwrap();
    assert_eq!(feed.items.len(), 10);
    assert_eq!(
        feed.warnings
            .iter()
            .filter(|warning| warning.kind == WarningKind::Limit)
            .count(),
        1
    );

    let small = Limits {
        max_body_bytes: 100,
        ..Limits::default()
    };
    assert!(
        parse_with(document.as_bytes(), &base(), None, &small)
            .unwrap_err()
            .is_too_large()
    );

    let tight = Limits {
        max_text_bytes: 10,
        max_media_per_entry: 2,
        max_attributes: 3,
        ..Limits::default()
    };
    let item = "<description>aaaaaaaaaéé</description>".to_owned()
        + &(0..5)
            .map(|number| format!("<enclosure url='https://example.org/{number}.mp3'/>"))
            .collect::<String>()
        + "<category a='1' b='2' c='3' d='4'>C</category>";
    let feed = parse_with(&rss(&item), &base(), None, &tight).unwrap();
    assert_eq!(feed.items[0].summary, "aaaaaaaaa");
    assert_eq!(feed.items[0].media.len(), 2);
    assert!(
        feed.warnings
            .iter()
            .filter(|warning| warning.kind == WarningKind::Limit)
            .count()
            >= 3
    );
}

#[test]
fn many_attributes_and_namespaces_are_survived() {
    let attributes: String = (0..50_000).map(|number| format!(" a{number}='x'")).collect();
    one_item(rss(&format!("<category{attributes}>c</category>")));
    let namespaces: String = (0..50_000).map(|number| format!(" xmlns:a{number}='x'")).collect();
    one_item(rss(&format!("<category{namespaces}>c</category>")));
    one_item(rss(&"</b>".repeat(200_000)));
    one_item(rss(&"<b/>".repeat(200_000)));
}

#[test]
fn long_lists_are_not_compared_pair_by_pair() {
    let tags: Vec<String> = (0..300_000).map(|number| format!("\"t{number}\"")).collect();
    let people: Vec<String> = (0..100_000)
        .map(|number| format!("{{\"name\":\"n{number}\"}}"))
        .collect();
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{{\"id\":1,\"title\":\"One\",\"tags\":[{}],\"authors\":[{}]}}]}}",
        tags.join(","),
        people.join(",")
    );
    let feed = one_item(json.into_bytes());
    assert!(feed.warnings.iter().any(|warning| warning.kind == WarningKind::Limit));
    assert!(
        survive(format!("{{\"a\":{}", "[".repeat(500_000)).into_bytes())
            .unwrap_err()
            .is_parse()
    );

    let authors: String = (0..200_000).map(|number| format!("Name {number};")).collect();
    one_item(rss(&format!("<author>{authors}</author>")));
    let categories: String = (0..4_000)
        .map(|number| format!("<category>{number}</category>"))
        .collect();
    assert_eq!(one_item(rss(&categories)).items[0].categories.len(), 4_000);
    one_item(rss(&format!("<description>{}</description>", "&lol;".repeat(300_000))));
    one_item(rss(&format!("<description>{}</description>", "&".repeat(1_000_000))));
    one_item(rss(&format!("<description>{}</description>", "&lt;".repeat(1_000_000))));
    one_item(rss(&format!(
        "<description>{}</description>",
        "10.5555/a ".repeat(100_000)
    )));
    let distinct: String = (0..50_000).map(|number| format!("10.5555/{number} ")).collect();
    one_item(rss(&format!("<description>{distinct}</description>")));
}

#[test]
fn a_cut_body_keeps_a_prefix_of_its_items() {
    let items: String = (0..40)
        .map(|number| {
            format!(
                "<item><title>Trial &amp; error {number}</title><link>https://example.org/{number}?a=1&amp;b=2</link>\
                 <guid isPermaLink=\"false\">id-{number}</guid><description><![CDATA[<p>Ménière {number}</p>]]></description>\
                 <pubDate>Sat, 10 Jan 2026 05:00:00 GMT</pubDate></item>\n"
            )
        })
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>"
    );
    let whole = parse(document.as_bytes(), &base(), None).unwrap();
    assert_eq!((whole.items.len(), whole.warnings.len()), (40, 0));
    let mut most = 0;
    for end in (0..document.len()).step_by(97) {
        let Ok(feed) = parse(&document.as_bytes()[..end], &base(), None) else {
            assert!(end < 200, "nothing was read of {end} bytes");
            continue;
        };
        assert_eq!(feed.items.as_slice(), &whole.items[..feed.items.len()], "cut at {end}");
        assert!(feed.items.len() >= most, "cut at {end}");
        most = feed.items.len();
        assert!(
            feed.warnings
                .iter()
                .any(|warning| warning.kind == WarningKind::Truncated),
            "cut at {end}"
        );
    }
    assert!(most >= 39);
}

#[test]
fn every_byte_changed_is_survived() {
    let document = rss("<description>&lt;p&gt;a&lt;/p&gt;</description><link>https://example.org/1</link>");
    for at in 0..document.len() {
        for byte in [0u8, b'<', b'&', b'"', 0xff] {
            let mut changed = document.clone();
            changed[at] = byte;
            let _ = parse(&changed, &base(), None);
        }
    }
}

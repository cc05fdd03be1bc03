//! Reading a feed with everything medfeed takes from it, beside raw feed-rs on the same bytes in the same run.
//!
//! Quote the ratio, not the times: machines differ.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use medfeed::{Signals, SourceKind, Tagger};

const ENTRIES: usize = 200;

const ABSTRACT: &str = "In this randomised trial, 1,204 adults with heart failure and a reduced ejection fraction were \
    assigned to the drug or to placebo and followed for two years. Death from cardiovascular causes or a first admission \
    for worsening heart failure occurred in 14 of 100 patients and in 18 of 100. Blood pressure and kidney function did \
    not differ. Whether the effect holds in patients older than 80 years is not known.";

fn rss() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\"><channel><title>A journal</title>\
         <link>https://example.org/</link><description>d</description>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<item><title>Treatment {number} of heart failure: a randomised trial</title>\
             <link>https://example.org/doi/10.5555/bench.{number}?af=R</link><guid isPermaLink=\"false\">bench-{number}</guid>\
             <pubDate>Mon, 23 Nov 2026 06:00:00 GMT</pubDate><dc:creator>A. Author</dc:creator>\
             <prism:doi>10.5555/bench.{number}</prism:doi><prism:publicationName>A journal</prism:publicationName>\
             <description>{ABSTRACT}</description></item>"
        );
    }
    feed + "</channel></rss>"
}

fn atom() -> String {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>A journal</title>\
         <id>https://example.org/</id><updated>2026-11-23T06:00:00Z</updated>",
    );
    for number in 0..ENTRIES {
        let _ = write!(
            feed,
            "<entry><title>Treatment {number} of heart failure: a randomised trial</title><id>tag:example.org,2026:{number}</id>\
             <link href=\"https://example.org/doi/10.5555/bench.{number}\"/><updated>2026-11-23T06:00:00Z</updated>\
             <author><name>A. Author</name></author><content type=\"html\">&lt;p&gt;{ABSTRACT}&lt;/p&gt;</content></entry>"
        );
    }
    feed + "</feed>"
}

fn benchmark(criterion: &mut Criterion) {
    let Ok(base) = "https://example.org/feed.xml".parse() else {
        return;
    };
    let tagger = Tagger::builtin();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Elements(ENTRIES as u64));
    for (name, feed) in [("rss", rss()), ("atom", atom())] {
        let feed = feed.as_bytes();
        group.bench_with_input(BenchmarkId::new("feed-rs", name), feed, |bencher, feed| {
            bencher.iter(|| feed_rs::parser::parse(black_box(feed)).map_or(0, |feed| feed.entries.len()));
        });
        group.bench_with_input(BenchmarkId::new("medfeed", name), feed, |bencher, feed| {
            bencher.iter(|| medfeed::parse(black_box(feed), &base, None).map_or(0, |feed| feed.items.len()));
        });
        group.bench_with_input(
            BenchmarkId::new("medfeed, tags and signals", name),
            feed,
            |bencher, feed| {
                bencher.iter(|| {
                    let items = medfeed::parse(black_box(feed), &base, None)
                        .map(|feed| feed.items)
                        .unwrap_or_default();
                    items
                        .iter()
                        .map(|item| tagger.tag(item).len() + Signals::detect(item, SourceKind::Journal).len())
                        .sum::<usize>()
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

//! Reading a feed with everything medfeed takes from it, beside raw feed-rs on the same document in the same run.
//!
//! Quote the ratio, not the times: machines differ. Broken documents are measured beside feed-rs on their clean form,
//! because feed-rs refuses or misreads them.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use medfeed::{Signals, SourceKind, Tagger};

mod feeds;

fn feed_rs_entries(feed: &[u8]) -> usize {
    feed_rs::parser::parse(black_box(feed)).map_or(0, |feed| feed.entries.len())
}

fn benchmark(criterion: &mut Criterion) {
    let Ok(base) = "https://example.org/feed.xml".parse() else {
        return;
    };
    let entries = |feed: &[u8]| medfeed::parse(black_box(feed), &base, None).map_or(0, |feed| feed.items.len());

    let mut group = criterion.benchmark_group("clean");
    group.throughput(Throughput::Elements(feeds::ENTRIES as u64));
    for (name, feed) in feeds::clean() {
        let feed = feed.as_bytes();
        group.bench_with_input(BenchmarkId::new("feed-rs", name), feed, |bencher, feed| {
            bencher.iter(|| feed_rs_entries(feed));
        });
        group.bench_with_input(BenchmarkId::new("medfeed", name), feed, |bencher, feed| {
            bencher.iter(|| entries(feed));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("broken");
    group.throughput(Throughput::Elements(feeds::ENTRIES as u64));
    for (name, clean, broken) in feeds::broken() {
        group.bench_with_input(
            BenchmarkId::new("feed-rs, clean", name),
            clean.as_bytes(),
            |bencher, feed| {
                bencher.iter(|| feed_rs_entries(feed));
            },
        );
        group.bench_with_input(BenchmarkId::new("medfeed", name), broken.as_bytes(), |bencher, feed| {
            bencher.iter(|| entries(feed));
        });
    }
    group.finish();

    let tagger = Tagger::builtin();
    let mut group = criterion.benchmark_group("with tags and signals");
    group.throughput(Throughput::Elements(feeds::ENTRIES as u64));
    for (name, feed) in feeds::clean() {
        group.bench_with_input(BenchmarkId::new("medfeed", name), feed.as_bytes(), |bencher, feed| {
            bencher.iter(|| {
                let items = medfeed::parse(black_box(feed), &base, None)
                    .map(|feed| feed.items)
                    .unwrap_or_default();
                items
                    .iter()
                    .map(|item| tagger.tag(item).len() + Signals::detect(item, SourceKind::Journal).len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

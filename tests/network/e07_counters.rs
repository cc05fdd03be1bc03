//! What the report counts, and what the log tells of each source: where and how it went, no content and no secrets.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use medfeed::FailureClass;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::encode::encode;
use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, rss};

const PAPER: &str = "Allopurinol and atrial fibrillation in older adults: a cohort study";

/// A feed with one paper.
fn journal(guid: &str) -> String {
    format!(
        "<rss version='2.0' xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/'><channel><title>A journal</title>\
         <item><guid isPermaLink='false'>{guid}</guid><title>{PAPER}</title><prism:doi>10.5555/paper</prism:doi>\
         <pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
    )
}

#[tokio::test]
async fn everything_is_counted() {
    let targets = [
        "/gzip", "/moved", "/journal", "/copy", "/missing", "/gone", "/refused", "/page", "/later", "/dead",
    ];
    let ward = Ward::following(&targets).await;
    let plain = rss(&[("1", "One"), ("2", "Two")]);
    let gzip = encode("gzip", plain.as_bytes()).await;
    let etag: (&str, &[u8]) = ("etag", b"\"1\"");
    ward.server
        .on("/gzip", ok(&[etag, ("content-encoding", b"gzip")], &gzip))
        .on("/moved", Script::redirect(302, "/between"))
        .on("/between", Script::redirect(302, "/there"))
        .on("/there", ok(&[], rss(&[("3", "Three")])))
        .on("/journal", ok(&[], journal("1")))
        .on("/copy", ok(&[], journal("9")))
        .on("/gone", Script::answer(410, &[], ""))
        .on("/refused", Script::answer(401, &[], ""))
        .on("/page", ok(&[], "<!DOCTYPE html><html></html>"))
        .on("/later", Script::answer(429, &[], ""))
        .on("/dead", Script::redirect(302, "/nowhere"));
    let report = ward.update(morning()).await;
    assert_eq!((report.asked(), report.requests()), (10, 13), "three redirects");
    assert_eq!(
        (report.new_items(), report.updated_items(), report.unchanged()),
        (5, 0, 0)
    );
    assert_eq!(
        (report.duplicates(), report.relations(), report.not_modified()),
        (1, 1, 0)
    );
    let classes: BTreeMap<FailureClass, usize> = [
        (FailureClass::Missing, 2),
        (FailureClass::Gone, 1),
        (FailureClass::Blocked, 1),
        (FailureClass::NotAFeed, 1),
        (FailureClass::Overloaded, 1),
    ]
    .into();
    assert_eq!(report.failures_by_class(), classes);
    let of = |path: &str| {
        report
            .outcomes()
            .iter()
            .find(|outcome| outcome.source.url().path() == path)
            .unwrap()
    };
    let compressed = of("/gzip");
    assert_eq!(
        (compressed.wire_bytes, compressed.bytes),
        (gzip.len() as u64, plain.len())
    );
    assert_eq!(
        (of("/moved").requests, of("/moved").status, of("/moved").items()),
        (3, Some(200), 1)
    );
    assert_eq!((of("/dead").requests, of("/dead").status), (2, Some(404)));
    assert_eq!(
        report.bytes(),
        report.outcomes().iter().map(|outcome| outcome.bytes).sum::<usize>()
    );
    assert_eq!(
        report.to_string(),
        "10 sources asked, 0 unchanged, 6 failed; 5 new items, 0 updated"
    );

    ward.server
        .on("/gzip", Script::answer(304, &[], ""))
        .on("/there", ok(&[], rss(&[("3", "Three, corrected"), ("4", "Four")])));
    let report = ward.update(morning() + hours(24 * 8)).await;
    assert_eq!((report.not_modified(), report.unchanged(), report.asked()), (1, 3, 9));
    assert_eq!(
        (report.new_items(), report.updated_items(), report.duplicates()),
        (1, 1, 0)
    );
}

/// A span or an event, and its fields.
type Line = (&'static Metadata<'static>, BTreeMap<String, String>);

/// Keeps all that medfeed logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Line>>>);

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Log {
    fn line(&self, metadata: &'static Metadata<'static>, fill: impl FnOnce(&mut Fields<'_>)) -> Id {
        let mut fields = BTreeMap::new();
        fill(&mut Fields(&mut fields));
        let mut lines = self.0.lock().unwrap();
        lines.push((metadata, fields));
        Id::from_u64(lines.len() as u64)
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("medfeed")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(span.metadata(), |fields| span.record(fields))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let place = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[place].1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn each_source_has_a_span_without_content_and_secrets() {
    let ward = Ward::following(&["/secret-path?token=SEKRIT", "/missing?token=SEKRIT"]).await;
    let body = rss(&[("1", "Unpublished title"), ("2", "Another")]);
    ward.server.on("/secret-path?token=SEKRIT", ok(&[], &body));
    let log = Log::default();
    // The tasks of an update run on this thread, too: the runtime of a test has no other.
    let guard = tracing::subscriber::set_default(log.clone());
    let _ = ward.update(morning()).await;
    drop(guard);
    let lines = log.0.lock().unwrap();
    let spans: Vec<_> = lines
        .iter()
        .filter(|(metadata, _)| metadata.name() == "source")
        .map(|(_, fields)| fields)
        .collect();
    assert_eq!(spans.len(), 2, "{lines:?}");
    let status = |status: &str| {
        *spans
            .iter()
            .find(|fields| fields.get("status").is_some_and(|own| own == status))
            .unwrap()
    };
    let (good, missing) = (status("200"), status("404"));
    for fields in [good, missing] {
        assert_eq!(fields["host"], "\"127.0.0.1\"");
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        let known = ["bytes", "host", "items", "milliseconds", "source", "status"];
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    }
    assert_eq!(
        (good["bytes"].as_str(), good["items"].as_str()),
        (body.len().to_string().as_str(), "2")
    );
    assert!(good.contains_key("milliseconds") && !missing.contains_key("items"));
    let mut all = String::new();
    write!(all, "{lines:?}").unwrap();
    for hidden in ["SEKRIT", "Unpublished", "Ward notes", "token"] {
        assert!(!all.contains(hidden), "{hidden} in {all}");
    }
    let spans = format!("{spans:?}");
    assert!(!spans.contains("secret-path") && !spans.contains("http"), "{spans}");
}

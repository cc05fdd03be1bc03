//! No error, `Debug` or log shows a secret: not a user name, password or token of an address, not a header field of the
//! host's, not a validator's page.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use medfeed::{Fetch as _, FetchRequest};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::server::{Script, Server, Step};
use crate::support::{builder, limits};

/// Writes down everything that any crate logs, at every level.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The error and everything under it, shown both ways.
fn shown(error: &medfeed::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        write!(text, "{current} {current:?}").unwrap();
        cause = current.source();
    }
    text
}

#[tokio::test]
async fn whatever_happens_no_secret_is_shown() {
    let server = Server::start().await;
    let with_secrets = |target: &str| {
        let mut url = server.url(&format!("{target}?token=SEKRIT"));
        url.set_username("SEKRIT").unwrap();
        url.set_password(Some("SEKRIT")).unwrap();
        url
    };
    let to = |target: &str| Script::redirect(302, with_secrets(target).as_str());
    server
        .on("/good?token=SEKRIT", Script::answer(200, &[], "<rss/>"))
        .on(
            "/cut?token=SEKRIT",
            Script::head(200, &[("content-length", b"100")]).send("<rss/>"),
        )
        .on(
            "/lie?token=SEKRIT",
            Script::answer(200, &[("content-encoding", b"gzip")], "<rss/>"),
        )
        .on(
            "/large?token=SEKRIT",
            Script::head(200, &[("content-length", b"99999999")]),
        )
        .on("/hang?token=SEKRIT", Script::new().then(Step::Hang))
        .on("/reset?token=SEKRIT", Script::new().then(Step::Reset))
        .on("/junk?token=SEKRIT", Script::new().send("SEKRIT is no HTTP\r\n\r\n"))
        .on("/circle?token=SEKRIT", to("/circle"))
        .on("/onward?token=SEKRIT", to("/cut"))
        .on("/nowhere?token=SEKRIT", Script::redirect(302, "http://[SEKRIT"))
        .on(
            "/private?token=SEKRIT",
            Script::redirect(302, "http://SEKRIT:SEKRIT@10.0.0.1/?token=SEKRIT"),
        )
        .on("/since?token=SEKRIT", Script::answer(304, &[], ""));
    let mut settings = limits();
    settings.request_deadline = std::time::Duration::from_millis(300);
    let fetcher = builder().limits(settings).build().unwrap();
    let logged = Everything::default();
    let mut text = format!("{fetcher:?}");
    let all = async {
        let closed: url::Url = format!("http://SEKRIT:SEKRIT@127.0.0.1:{}/?token=SEKRIT", closed_port().await)
            .parse()
            .unwrap();
        let mut urls: Vec<url::Url> = [
            "/good", "/cut", "/lie", "/large", "/hang", "/reset", "/junk", "/circle", "/onward", "/nowhere",
            "/private", "/since",
        ]
        .iter()
        .map(|target| with_secrets(target))
        .collect();
        urls.push(closed);
        urls.push("ftp://SEKRIT:SEKRIT@example.org/?token=SEKRIT".parse().unwrap());
        let mut failures = 0;
        for url in urls {
            let request = FetchRequest::new(url.clone())
                .with_header("x-api-key", "SEKRIT")
                .with_validators_for(url);
            write!(text, "{request:?} {request:#?}").unwrap();
            match fetcher.open(&request).await {
                Ok(stream) => write!(text, "{stream:?} {:?}", stream.head()).unwrap(),
                Err(error) => text.push_str(&shown(&error)),
            }
            match fetcher.fetch(request).await {
                Ok(answer) => write!(text, "{answer:?}").unwrap(),
                Err(error) => {
                    failures += 1;
                    text.push_str(&shown(&error));
                }
            }
        }
        failures
    };
    let failures = all.with_subscriber(logged.clone()).await;
    assert_eq!(failures, 13, "all but the good one");
    let logged = logged.0.lock().unwrap();
    assert!(logged.contains("answered"), "the log was not seen: {logged}");
    for (what, text) in [("shown", text.as_str()), ("logged", logged.as_str())] {
        let place = text.find("SEKRIT").unwrap_or(text.len());
        let around = text.get(place.saturating_sub(200)..).unwrap_or(text);
        assert!(
            !text.contains("SEKRIT"),
            "{what}: …{}",
            around.get(..300).unwrap_or(around)
        );
    }
    let keys = server
        .requests()
        .iter()
        .filter(|asked| asked.header("x-api-key") == Some(b"SEKRIT"))
        .count();
    assert!(keys > 20, "the secrets were sent where they belong: {keys}");
}

/// A port that nobody listens on.
async fn closed_port() -> u16 {
    Server::start().await.port()
}

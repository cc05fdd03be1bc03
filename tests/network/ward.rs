//! The whole way through for the tests: an aggregator over the built-in client, a server, and a clock that is passed.

use jiff::{SignedDuration, Timestamp};
use medfeed::{Aggregator, AggregatorBuilder, PollState, Query, Source, SourceStatus, Store, UpdateReport};

use crate::support::server::{Script, Server};
use crate::support::{builder, limits};

/// Header fields of an answer.
pub(crate) type Fields<'a> = &'a [(&'a str, &'a [u8])];

/// A Monday morning.
pub(crate) fn morning() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

pub(crate) fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub(crate) fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// An RSS feed with these elements in its head, and an item for each (guid, title).
pub(crate) fn rss_with(head: &str, items: &[(&str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, title)| {
            format!(
                "<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><description>x</description></item>"
            )
        })
        .collect();
    format!(
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' \
         xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>Ward notes</title>{head}{items}</channel></rss>"
    )
}

pub(crate) fn rss(items: &[(&str, &str)]) -> String {
    rss_with("", items)
}

/// An RSS feed with an item for each of these moments.
pub(crate) fn dated(moments: &[Timestamp]) -> String {
    let items: String = moments
        .iter()
        .map(|at| {
            let (second, date) = (at.as_second(), at.strftime("%a, %d %b %Y %H:%M:%S GMT"));
            format!("<item><guid isPermaLink='false'>{second}</guid><title>Note {second}</title><pubDate>{date}</pubDate></item>")
        })
        .collect();
    format!("<rss version='2.0'><channel><title>Ward notes</title>{items}</channel></rss>")
}

/// A good answer with these header fields.
pub(crate) fn ok(headers: Fields<'_>, body: impl AsRef<[u8]>) -> Script {
    let mut headers = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        headers.push(("content-type", b"application/rss+xml"));
    }
    Script::answer(200, &headers, body)
}

/// An aggregator that may go to the test server.
pub(crate) fn over(store: Store) -> AggregatorBuilder {
    Aggregator::builder(store)
        .fetcher(builder().build().unwrap())
        .limits(limits())
}

/// A server, and an aggregator that follows some of its addresses.
pub(crate) struct Ward {
    pub(crate) server: Server,
    pub(crate) medfeed: Aggregator,
}

impl Ward {
    pub(crate) async fn following(targets: &[&str]) -> Self {
        Self::set_up(over(Store::in_memory()), targets).await
    }

    pub(crate) async fn set_up(aggregator: AggregatorBuilder, targets: &[&str]) -> Self {
        let server = Server::start().await;
        let medfeed = aggregator.build().unwrap();
        for target in targets {
            medfeed.follow(Source::new(server.url(target)).unwrap()).await.unwrap();
        }
        Self { server, medfeed }
    }

    pub(crate) async fn update(&self, now: Timestamp) -> UpdateReport {
        self.medfeed.update_at(now).await.unwrap()
    }

    /// The source that was first followed at that target.
    pub(crate) async fn status(&self, target: &str) -> SourceStatus {
        let id = Source::new(self.server.url(target)).unwrap().id();
        let all = self.medfeed.store().sources().await.unwrap();
        all.into_iter().find(|status| status.source.id() == id).unwrap()
    }

    pub(crate) async fn state(&self, target: &str) -> PollState {
        self.status(target).await.state
    }

    /// How long after `now` that source may be asked again.
    pub(crate) async fn rest(&self, target: &str, now: Timestamp) -> SignedDuration {
        self.state(target).await.next_due.unwrap().duration_since(now)
    }

    /// The targets that were asked since the last call of `asked`, of which there were so many requests.
    pub(crate) fn asked_since(&self, before: usize) -> Vec<String> {
        self.server
            .requests()
            .into_iter()
            .skip(before)
            .map(|asked| asked.target)
            .collect()
    }

    pub(crate) async fn items(&self) -> usize {
        self.medfeed.store().count().await.unwrap().items
    }

    pub(crate) async fn titles(&self) -> Vec<String> {
        let stories = self.medfeed.stories(&Query::new()).await.unwrap();
        let mut titles: Vec<String> = stories.iter().map(|story| story.title().to_owned()).collect();
        titles.sort();
        titles
    }
}

/// Whether a rest is that long, but for the jitter: up to a tenth more, at most ten minutes.
pub(crate) fn is_about(rest: SignedDuration, wanted: SignedDuration) -> bool {
    rest >= wanted && rest <= wanted + (wanted / 10).min(minutes(10))
}

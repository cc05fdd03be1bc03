//! medfeed inside an app that has its own HTTP client: implement `Fetch`, keep the store in memory.
#![allow(clippy::print_stdout, reason = "a program talks to people")]

use medfeed::{Aggregator, Fetch, FetchFuture, FetchRequest, FetchResponse, Query, Source, Specialty, Store};

/// The app's own client. This one answers from memory; yours sends `request.validators` and returns what came.
struct AppClient;

impl Fetch for AppClient {
    fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
        Box::pin(async move {
            let feed = r#"<rss version="2.0"><channel><title>Heart Weekly</title><item><guid>1</guid>
                <title>Ablation for atrial fibrillation: a randomised trial</title>
                <link>https://example.org/articles/1?utm_source=rss</link></item></channel></rss>"#;
            Ok(FetchResponse::new(200, request.url, feed).with_header("etag", "\"v1\""))
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> medfeed::Result<()> {
    let medfeed = Aggregator::builder(Store::in_memory()).fetcher(AppClient).build()?;
    medfeed
        .follow("https://example.org/heart.xml".parse::<Source>()?)
        .await?;
    let report = medfeed.update().await?;
    println!("{report}");
    for story in medfeed.stories(&Query::new().specialty(Specialty::CARDIOLOGY)).await? {
        println!("{}", story.title());
        for tag in story.tags() {
            println!("  {} because of {}", tag.specialty().label(), tag.evidence());
        }
        for signal in story.signals() {
            println!("  ! {signal}: {}", signal.evidence);
        }
    }
    Ok(())
}

//! medfeed fetches, de-duplicates and tags medical news, journal and podcast feeds by specialty, and turns them into
//! digests that say why.
//!
//! ```
//! use medfeed::{Aggregator, Fetch, FetchFuture, FetchRequest, FetchResponse, Query, Source, Specialty, Store};
//!
//! /// Your app's own HTTP client; this one answers from memory. With the feature `fetch` there is one built in.
//! struct AppClient;
//!
//! impl Fetch for AppClient {
//!     fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
//!         let feed = "<rss version='2.0'><channel><title>Heart Weekly</title><item><guid>1</guid>
//!             <title>Ablation for atrial fibrillation: a randomised trial</title></item></channel></rss>";
//!         Box::pin(async move { Ok(FetchResponse::new(200, request.url, feed)) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> medfeed::Result<()> {
//! let medfeed = Aggregator::builder(Store::in_memory()).fetcher(AppClient).build()?;
//! medfeed.follow("https://example.org/heart.xml".parse::<Source>()?).await?;
//! let report = medfeed.update().await?; // only what is due; one bad feed never stops the rest
//! assert_eq!(report.new_items(), 1);
//!
//! let query = Query::new().specialty(Specialty::CARDIOLOGY);
//! for story in medfeed.stories(&query).await? {
//!     assert_eq!(story.title(), "Ablation for atrial fibrillation: a randomised trial");
//!     assert!(story.tags()[0].evidence().contains("atrial fibrillation"));
//!     assert_eq!(story.signals()[0].to_string(), "Randomised trial");
//! }
//! println!("{}", medfeed.digest("Cardiology, this morning", &query).await?.to_markdown());
//! # Ok(())
//! # }
//! ```
//!
//! # The nouns
//!
//! - A [`Source`] is a feed that is followed; a [`Catalog`] is a list of them, built in or from OPML.
//! - A [`Discovery`] is what the search for a page's feeds came to: sources to follow, each with the reason.
//! - An [`Item`] is one entry of one source, with its [identifiers](Identifier), [tags](Tag) and [signals](Signal).
//! - A [`Story`] is what several items are about: one work on two hosts, copies of one text, a preprint and its paper.
//!   Each [`Relation`] in it has a reason and a score. A [`Notice`] says that a paper was retracted or corrected.
//! - A [`Digest`] is a chosen few of them, each with why it is there, as text, Markdown, HTML, JSON or RSS.
//!
//! # One way through
//!
//! [`Aggregator`] does it all: due sources are fetched ([`Fetch`]), read ([`parse`]), identified, tagged ([`Tagger`]),
//! signalled ([`Signals`]), joined ([`relate`]) and kept ([`Store`]). Everything between the bytes and the store is pure:
//! no clock, no disk, no network. So each step also serves alone, inside an app with its own client and database:
//!
//! ```
//! use medfeed::{Signals, SourceKind, Tagger, parse};
//! let bytes = b"<rss version='2.0'><channel><title>J</title><item><title>Retraction: Aspirin and the risk of falls</title>
//!     <guid>1</guid></item></channel></rss>";
//! let feed = parse(bytes, &"https://example.org/feed.xml".parse()?, Some("application/rss+xml"))?;
//! let item = &feed.items[0];
//! let tags = Tagger::builtin().tag(item);
//! let signals = Signals::detect(item, SourceKind::Journal);
//! assert_eq!(signals[0].to_string(), "Retraction");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! - It gives no medical advice and judges no paper: it repeats what publishers say and shows why it filed it so.
//! - It reads feeds, not web pages: full texts behind a link are not fetched, paywalls not passed.
//! - It keeps no accounts and sends no mail: a digest is text that the host delivers.
//! - It rewrites nothing by a language model. Tags and joins are rules and terms that can be read and edited.
//! - English wording is understood best. Feeds in other languages are read, kept and joined by identifiers; their tags
//!   come mostly from the source's declared specialty.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `fetch` | yes | `HttpFetcher`: the HTTP client (reqwest, rustls) with the address guard and per-host pacing |
//! | `sqlite` | yes | `Store::open`: the store in one SQLite file with a full-text index; SQLite is compiled in |
//!
//! Without features there are parsing, tagging, stories, digests, the catalog, the store in memory, and the aggregator
//! over a [`Fetch`] of your own.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalog;
mod cluster;
mod digest;
mod engine;
mod error;
mod fetch;
mod ident;
mod limits;
mod model;
mod parse;
mod podcast;
mod query;
mod schedule;
mod signal;
mod store;
mod tag;
mod text;
pub use catalog::{Catalog, OpmlImport};
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use digest::*;
pub use engine::{Aggregator, AggregatorBuilder, Progress, SourceOutcome, Sources, UpdateReport};
pub use error::{Error, FailureClass, Result, redacted};
pub use fetch::*;
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use parse::{parse, parse_with};
pub use podcast::{
    Cue, ListeningPlan, PlanEpisode, TranscriptFormat, TranscriptText, parse_chapters, seconds_at_speed,
};
pub use query::{Cursor, Expression, Page, Query};
pub use schedule::{DUE_AHEAD, Outcome, WaitHints, after_failure, after_success, is_due, next_due};
pub use signal::Signals;
pub use store::{RetagReport, SourceStatus, Store, StoreCounts};
pub use tag::{
    BUILTIN_TAXONOMY, FacetEntry, FacetTagger, FacetVocabulary, Reading, SpecialtyEntry, Tagger, Taxonomy, Weights,
};
pub use text::*;

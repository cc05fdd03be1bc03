//! Finding the feeds of a page: from the address a person has to the addresses a program can follow.
//!
//! Guided by HTML's `rel="alternate"` and by what platforms document of their feeds (`platform`). An address is never
//! guessed: a lead is the address itself, something its page links as a feed (`page`), or what the platform documents.
//!
//! Flow (`search`): what the address alone tells (`platform`), else the page is fetched; its leads (`lead`) are fetched
//! through the same [`Fetch`], at most [`Limits::max_discovered`] of them, and read; what was read is compared (`seen`),
//! so that each feed is told once. Every request goes through the client's guard, and its deadline bounds its time.
//!
//! Not covered: pages that draw their links by script, feeds named in a `Link` header, lists of feeds a page further on.

mod lead;
mod page;
mod platform;
mod search;
mod seen;

use std::fmt;

use url::Url;

use super::Fetch;
use crate::error::{Error, Result, redacted};
use crate::limits::Limits;
use crate::model::{FeedDate, FeedFormat, Source};

/// The feeds that a page offers, why each is thought to be one, and what was asked in vain.
///
/// Its `Debug` shows addresses [redacted].
///
/// ```
/// use medfeed::{Discovery, Fetch, FetchFuture, FetchRequest, FetchResponse, Limits};
///
/// /// Your app's own HTTP client; this one answers from memory.
/// struct AppClient;
///
/// impl Fetch for AppClient {
///     fn fetch(&self, request: FetchRequest) -> FetchFuture<'_> {
///         let body = match request.url.path() {
///             "/news.xml" => "<rss version='2.0'><channel><title>Ward 7</title><item><title>Sepsis</title></item></channel></rss>",
///             _ => "<!DOCTYPE html><link rel=alternate type='application/rss+xml' title='News' href='/news.xml'>",
///         };
///         Box::pin(async move { Ok(FetchResponse::new(200, request.url, body)) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> medfeed::Result<()> {
/// let found = Discovery::of("https://example.org/ward7", &AppClient, &Limits::default()).await?;
/// let feed = &found.feeds[0];
/// assert_eq!(feed.source.url().as_str(), "https://example.org/news.xml");
/// assert_eq!(feed.source.title(), Some("Ward 7"));
/// assert_eq!(feed.why, "the page links it as RSS (title “News”)");
/// assert_eq!(feed.items, 1);
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
pub struct Discovery {
    /// The page that was looked at: where the address led in the end, or the address as it was given where no page had
    /// to be asked.
    pub page: Url,
    /// What was found: main feeds in the page's order, then feeds of comments.
    pub feeds: Vec<DiscoveredFeed>,
    /// What was asked and is no feed, or could not be had, or was refused.
    pub refused: Vec<RefusedFeed>,
    /// Leads that were not asked, because there were more than [`Limits::max_discovered`].
    pub left_out: usize,
    /// What a person should know: what helps where nothing was found, what was left out.
    pub note: Option<String>,
}

/// A feed that was found, asked and read.
///
/// Its `Debug` shows addresses [redacted].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiscoveredFeed {
    /// To be followed: with the feed's title (else what the page calls it), its language, its page, and a guess of what
    /// kind of source it is. Its address is where the feed has moved for good; a temporary redirect is not kept.
    pub source: Source,
    /// Why it is here: "the page links it as RSS (title …)", "YouTube serves a feed for each channel".
    pub why: String,
    /// What it is written in.
    pub format: FeedFormat,
    /// How many items it has now.
    pub items: usize,
    /// The date of its latest item, as the feed tells it; it may lie in the future.
    pub latest: Option<FeedDate>,
    /// It holds readers' comments, not what the site publishes.
    pub is_comments: bool,
    /// Other addresses of the same feed: another form of the same list, or the same bytes.
    pub also: Vec<Url>,
}

/// An address that might have been a feed, and why it is none.
///
/// Its `Debug` shows addresses [redacted].
#[non_exhaustive]
pub struct RefusedFeed {
    /// The address that was asked. It may hold a token: show it [redacted].
    pub url: Url,
    /// Why it was asked.
    pub why: String,
    /// What came of it: [refused as private](Error::is_refused_address), [no feed](Error::is_not_a_feed),
    /// [a bot challenge](Error::is_challenge), [a status](Error::status) …
    pub error: Error,
}

impl Discovery {
    /// Looks for the feeds of `address`, a page or a feed, over any HTTP client, within these limits.
    ///
    /// The address may begin with `feed:` as well. Besides the page, at most [`Limits::max_discovered`] addresses are
    /// asked, four at a time; each through `fetcher`, whose guard and deadline they are subject to. With a Tokio runtime
    /// around it, documents are read on its blocking threads.
    ///
    /// # Errors
    /// When the page itself cannot be had: `is_invalid` for what is no web address, [`is_challenge`](Error::is_challenge)
    /// for a bot challenge, [`status`](Error::status) for any answer that is no success, else what the client says. A page
    /// without feeds is no error: [`feeds`](Self::feeds) is empty, and [`note`](Self::note) says what helps.
    pub async fn of(address: &str, fetcher: &dyn Fetch, limits: &Limits) -> Result<Self> {
        search::search(web_address(address)?, fetcher, limits).await
    }

    /// Nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.feeds.is_empty()
    }

    fn nothing(page: Url, note: impl Into<String>) -> Self {
        Self {
            page,
            feeds: Vec::new(),
            refused: Vec::new(),
            left_out: 0,
            note: Some(note.into()),
        }
    }
}

#[cfg(feature = "fetch")]
#[cfg_attr(docsrs, doc(cfg(feature = "fetch")))]
impl Source {
    /// Looks for the feeds of a page, or reads the feed at an address, over a new [`HttpFetcher`](super::HttpFetcher)
    /// with default [`Limits`]; [`Discovery::of`] takes a client and limits of yours. Needs a Tokio runtime.
    ///
    /// ```no_run
    /// # async fn example() -> medfeed::Result<()> {
    /// let found = medfeed::Source::discover("https://example.org/journal").await?;
    /// for feed in &found.feeds {
    ///     println!("{}: {}", feed.source.label(), feed.why);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Discovery::of`].
    pub async fn discover(address: &str) -> Result<Discovery> {
        let fetcher = super::HttpFetcher::builder().build()?;
        Discovery::of(address, &fetcher, &Limits::default()).await
    }
}

/// The address as it was given, or the one within a `feed:` link.
fn web_address(address: &str) -> Result<Url> {
    let source = match lead::web_address_of(address, None) {
        Some(url) => Source::new(url)?,
        None => address.parse()?,
    };
    Ok(source.url().clone())
}

impl fmt::Debug for Discovery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Discovery")
            .field("page", &redacted(&self.page))
            .field("feeds", &self.feeds)
            .field("refused", &self.refused)
            .field("left_out", &self.left_out)
            .field("note", &self.note)
            .finish()
    }
}

impl fmt::Debug for DiscoveredFeed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DiscoveredFeed")
            .field("source", &self.source)
            .field("why", &self.why)
            .field("format", &self.format)
            .field("items", &self.items)
            .field("latest", &self.latest)
            .field("is_comments", &self.is_comments)
            .field("also", &self.also.iter().map(redacted).collect::<Vec<_>>())
            .finish()
    }
}

impl fmt::Debug for RefusedFeed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RefusedFeed")
            .field("url", &redacted(&self.url))
            .field("why", &self.why)
            .field("error", &self.error)
            .finish()
    }
}

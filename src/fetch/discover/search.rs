//! The search itself: what is asked, in which order, and what becomes of each answer.

use futures_util::StreamExt as _;
use futures_util::stream;
use url::Url;

use super::lead::Lead;
use super::page::{Findings, leads_of_page};
use super::platform::{self, Known};
use super::seen::Seen;
use super::{DiscoveredFeed, Discovery, RefusedFeed};
use crate::error::{Error, Kind, Result, redacted};
use crate::fetch::{Fetch, FetchRequest, FetchResponse};
use crate::limits::Limits;
use crate::model::Source;
use crate::parse::{page_text, parse_with};

/// Leads asked at once: their bodies are held side by side.
const AT_ONCE: usize = 4;

const NO_FEED: &str = "look on the page for a link such as “RSS” or “Alerts” and give the address it leads to; \
     sections, journals and shows often have feeds of their own pages only";

/// What came from the address itself.
enum Arrived {
    Feed(Box<Seen>),
    /// Something that is no feed, in the words of the parser, with what it links.
    Page(String, Findings),
    /// A feed that cannot be read.
    Broken(Error),
}

pub(super) async fn search(address: Url, fetcher: &dyn Fetch, limits: &Limits) -> Result<Discovery> {
    match platform::known(&address) {
        Some(Known::None(note)) => Ok(Discovery::nothing(address, note)),
        Some(Known::Feeds(leads)) => Ok(follow(address, leads, fetcher, limits).await),
        Some(Known::Directory(directory)) => {
            let request = FetchRequest::new(directory)
                .with_limits(limits)
                .with_accept("application/json");
            let answer = ask(request, fetcher).await?;
            let leads = platform::leads_of_directory(&answer.body).map_err(|error| error.with_url(answer.final_url))?;
            if leads.is_empty() {
                let note = "Apple's directory names no feed for this show; it may be published by Apple alone";
                return Ok(Discovery::nothing(address, note));
            }
            Ok(follow(address, leads, fetcher, limits).await)
        }
        None => look_at(address, fetcher, limits).await,
    }
}

/// Fetches the address and follows what it turns out to be.
async fn look_at(address: Url, fetcher: &dyn Fetch, limits: &Limits) -> Result<Discovery> {
    let answer = ask(FetchRequest::new(address.clone()).with_limits(limits), fetcher).await?;
    let page = answer.final_url.clone();
    let (asked, within) = (address.clone(), limits.clone());
    let arrived = aside(move || sort_out(asked, &answer, &within)).await??;
    match arrived {
        Arrived::Feed(seen) => {
            let lead = Lead::new(address, "it is a feed itself", None);
            let homepage = seen.homepage.clone();
            let mut discovery = Discovery::nothing(page, "");
            discovery.note = None;
            discovery.feeds.extend(describe(lead, *seen, homepage));
            Ok(discovery)
        }
        Arrived::Broken(error) => {
            let mut discovery = Discovery::nothing(page, "the address is that of a feed, but it cannot be read");
            discovery.refused.push(RefusedFeed {
                url: address,
                why: "it was given".to_owned(),
                error,
            });
            Ok(discovery)
        }
        Arrived::Page(what, Findings { mut leads, cut }) => {
            // A short link may have led to a platform's page.
            if let Some(Known::Feeds(known)) = platform::known(&page) {
                leads.retain(|lead| known.iter().all(|other| other.url != lead.url));
                leads.splice(0..0, known);
            }
            if leads.is_empty() {
                let note = match platform::hint(&page).or_else(|| platform::hint(&address)) {
                    Some(hint) => hint.to_owned(),
                    None => format!("{what}, and it names none: {NO_FEED}"),
                };
                return Ok(Discovery::nothing(page, note));
            }
            let mut discovery = follow(page, leads, fetcher, limits).await;
            if cut {
                add_note(&mut discovery, "the page has more links than were looked at".to_owned());
            }
            Ok(discovery)
        }
    }
}

/// Reads what came from the address itself.
fn sort_out(asked: Url, answer: &FetchResponse, limits: &Limits) -> Result<Arrived> {
    match parse_with(&answer.body, &answer.final_url, answer.content_type(), limits) {
        Ok(feed) => Ok(Arrived::Feed(Box::new(Seen::new(&feed, asked, answer)))),
        Err(error) if error.is_challenge() => Err(error),
        Err(error) if error.is_not_a_feed() => {
            let text = page_text(&answer.body, &answer.final_url, answer.content_type());
            let mut findings = leads_of_page(&text, &answer.final_url);
            if let Some(lead) = platform::mastodon(answer, &text)
                && findings.leads.iter().all(|known| known.url != lead.url)
            {
                findings.leads.insert(0, lead);
            }
            Ok(Arrived::Page(error.without_url().to_string(), findings))
        }
        Err(error) if error.is_parse() => Ok(Arrived::Broken(error)),
        Err(error) => Err(error),
    }
}

/// Asks the first of the leads and tells what came of each.
async fn follow(page: Url, leads: Vec<Lead>, fetcher: &dyn Fetch, limits: &Limits) -> Discovery {
    let left_out = leads.len().saturating_sub(limits.max_discovered);
    let mut asked = Vec::new();
    for lead in leads.into_iter().take(limits.max_discovered) {
        asked.push(try_lead(lead, fetcher, limits));
    }
    let answers: Vec<(Lead, Result<Seen>)> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let mut discovery = Discovery {
        feeds: Vec::new(),
        refused: Vec::new(),
        left_out,
        note: None,
        page,
    };
    let mut told: Vec<(Lead, Seen, Vec<Url>)> = Vec::new();
    for (lead, answer) in answers {
        match answer {
            Ok(seen) => match told.iter_mut().find(|(_, known, _)| known.is_same(&seen)) {
                Some((_, known, also)) => {
                    if known.url != seen.url && !also.contains(&seen.url) {
                        also.push(seen.url);
                    }
                }
                None => told.push((lead, seen, Vec::new())),
            },
            Err(error) => discovery.refused.push(RefusedFeed {
                url: lead.url,
                why: lead.why,
                error,
            }),
        }
    }
    for (lead, seen, also) in told {
        if let Some(mut feed) = describe(lead, seen, Some(discovery.page.clone())) {
            feed.also = also;
            discovery.feeds.push(feed);
        }
    }
    discovery.feeds.sort_by_key(|feed| feed.is_comments);
    if discovery.feeds.is_empty() {
        let note = what_helps(&discovery);
        add_note(&mut discovery, note);
    }
    if left_out > 0 {
        add_note(
            &mut discovery,
            format!("{left_out} more links that may be feeds were not asked"),
        );
    }
    discovery
}

/// What a person can do when none of the leads was a feed, by what came of them.
fn what_helps(discovery: &Discovery) -> String {
    let refused = &discovery.refused;
    if let Some(hint) = platform::hint(&discovery.page) {
        return hint.to_owned();
    }
    if refused.iter().any(|refused| refused.error.is_challenge()) {
        return "a feed's host lets no programs in; its publisher can, another address seldom helps".to_owned();
    }
    if refused.iter().any(|refused| refused.error.is_refused_address()) {
        return "an address was refused, as private ones are unless the client was told to allow them".to_owned();
    }
    if let Some(page) = refused.iter().find(|refused| refused.error.is_not_a_feed()) {
        let address = redacted(&page.url);
        return format!("what the page calls a feed is none, but it may list feeds: give {address} to see");
    }
    format!("nothing that was asked is a feed that can be read: {NO_FEED}")
}

fn add_note(discovery: &mut Discovery, words: String) {
    discovery.note = Some(match discovery.note.take() {
        Some(note) => format!("{note}; {words}"),
        None => words,
    });
}

async fn try_lead(lead: Lead, fetcher: &dyn Fetch, limits: &Limits) -> (Lead, Result<Seen>) {
    let read = read_lead(lead.url.clone(), fetcher, limits).await;
    (lead, read)
}

async fn read_lead(url: Url, fetcher: &dyn Fetch, limits: &Limits) -> Result<Seen> {
    let answer = ask(FetchRequest::new(url.clone()).with_limits(limits), fetcher).await?;
    let within = limits.clone();
    aside(move || {
        let feed = parse_with(&answer.body, &answer.final_url, answer.content_type(), &within)?;
        Ok(Seen::new(&feed, url, &answer))
    })
    .await?
}

/// One request. An answer that is no success is an error here, and so is a bot challenge: there is nothing to look at.
async fn ask(request: FetchRequest, fetcher: &dyn Fetch) -> Result<FetchResponse> {
    let answer = fetcher.fetch(request).await?;
    if answer.is_bot_challenge() {
        return Err(Error::challenge(format!(
            "the host asks visitors to prove that they are no robot (HTTP {})",
            answer.status
        ))
        .with_url(answer.final_url));
    }
    if answer.is_success() {
        return Ok(answer);
    }
    let message = answer.status_in_words("the page");
    Err(Error::new(Kind::Status(answer.status), message).with_url(answer.final_url))
}

/// Computes on a blocking thread of the runtime around us; on this one where there is none.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return Ok(work());
    };
    runtime.spawn_blocking(work).await.map_err(|cause| {
        Error::new(
            Kind::Internal,
            "reading the document failed in medfeed itself; please report it",
        )
        .with_source(cause)
    })
}

/// A feed as it is told, and as a source to follow. `None` never happens for an address that was asked.
fn describe(lead: Lead, seen: Seen, homepage: Option<Url>) -> Option<DiscoveredFeed> {
    let mut source = Source::new(seen.url).ok()?.with_kind(seen.kind);
    if let Some(title) = seen.title.or(lead.title) {
        source = source.with_title(title);
    }
    if let Some(language) = seen.language {
        source = source.with_language(language);
    }
    if let Some(publisher) = seen.publisher {
        source = source.with_publisher(publisher);
    }
    if let Some(mut homepage) = homepage {
        // Who we are at that host is no part of what the feed is of. Neither call fails on a web address.
        let _ = homepage.set_username("");
        let _ = homepage.set_password(None);
        source = source.with_homepage(homepage);
    }
    Some(DiscoveredFeed {
        source,
        why: lead.why,
        format: seen.format,
        items: seen.items,
        latest: seen.latest,
        is_comments: lead.is_comments || seen.is_comments,
        also: Vec::new(),
    })
}

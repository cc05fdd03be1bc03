//! Platforms that serve a feed for each channel, profile or subject at an address they document: pure, from an address
//! to leads. Each rule names where the platform says so.
//!
//! Not covered on purpose, because their pages link their feeds: WordPress, Substack, Medium, Ghost, publishers' sites.

use serde::Deserialize;
use url::Url;

use super::lead::{Lead, quoted};
use crate::error::{Error, Result};
use crate::fetch::FetchResponse;
use crate::ident::is_web_link;

/// What an address alone tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The platform serves these feeds for it; the page need not be asked.
    Feeds(Vec<Lead>),
    /// The platform's directory knows the feed: ask there.
    Directory(Url),
    /// The platform has no feed there; what helps instead.
    None(&'static str),
}

const SPOTIFY: &str = "Spotify offers no feeds. Most shows are published elsewhere too: look for the show's own site, \
     or give the address of its page on Apple Podcasts";

const PUBMED: &str = "PubMed makes a feed of a search when you press “Create RSS” under its search box: give the \
     address that it shows then. Journals have one as well, from their entry in the NLM Catalog";

/// What is known of an address without asking anybody.
pub(super) fn known(address: &Url) -> Option<Known> {
    let host = address.host_str()?.trim_end_matches('.');
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let parts: Vec<&str> = address.path_segments()?.filter(|part| !part.is_empty()).collect();
    match bare {
        "youtube.com" | "m.youtube.com" => youtube(address, &parts),
        "bsky.app" => bluesky(&parts),
        "reddit.com" | "old.reddit.com" | "new.reddit.com" | "np.reddit.com" => reddit(address, &parts),
        "medrxiv.org" | "biorxiv.org" => preprints(bare, &parts),
        "github.com" => github(&parts),
        "podcasts.apple.com" | "itunes.apple.com" => apple(&parts),
        "open.spotify.com" => Some(Known::None(SPOTIFY)),
        "pubmed.ncbi.nlm.nih.gov" | "pubmed.gov" if parts.first() != Some(&"rss") => Some(Known::None(PUBMED)),
        _ => None,
    }
}

/// What helps when the page of such an address links no feed.
pub(super) fn hint(address: &Url) -> Option<&'static str> {
    let host = address.host_str()?;
    let youtube = host
        .strip_suffix("youtube.com")
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        || host == "youtu.be";
    youtube.then_some(
        "YouTube serves a feed for each channel: give the address that has /channel/ and the channel's id in it",
    )
}

fn feed(address: &str, why: &str) -> Option<Known> {
    Some(Known::Feeds(vec![Lead::new(Url::parse(address).ok()?, why, None)]))
}

/// Whether an id is of such characters and such a length.
fn is_id(id: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Channels: YouTube Data API, "Subscribe to Push Notifications", names the feed of a channel by its id. Playlists have
/// theirs at the same address by `playlist_id`; the page of a playlist does not link it.
fn youtube(address: &Url, parts: &[&str]) -> Option<Known> {
    const FEEDS: &str = "https://www.youtube.com/feeds/videos.xml";
    match parts {
        ["channel", id, ..] if id.starts_with("UC") && is_id(id, 24..=24) => feed(
            &format!("{FEEDS}?channel_id={id}"),
            "YouTube serves a feed for each channel",
        ),
        ["playlist"] => {
            let (_, id) = address.query_pairs().find(|(name, _)| name == "list")?;
            is_id(&id, 13..=64).then_some(())?;
            feed(
                &format!("{FEEDS}?playlist_id={id}"),
                "YouTube serves a feed for each playlist",
            )
        }
        _ => None,
    }
}

/// Bluesky's web app serves `/profile/{handle or DID}/rss`, and its profile pages link it (social-app,
/// `bskyweb/cmd/bskyweb/rss.go`). Lists and custom feeds have none.
fn bluesky(parts: &[&str]) -> Option<Known> {
    let ["profile", name] = parts else { return None };
    let plain = name.len() <= 253
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'_' | b'%'));
    plain.then_some(())?;
    feed(
        &format!("https://bsky.app/profile/{name}/rss"),
        "Bluesky serves a feed for each profile",
    )
}

/// Reddit's wiki page "rss": `.rss` after a listing of a community or user, and after a search.
fn reddit(address: &Url, parts: &[&str]) -> Option<Known> {
    let (path, why) = match parts {
        ["r", name] if is_id(&name.replace('+', ""), 1..=200) => {
            (format!("r/{name}/.rss"), "Reddit serves a feed for each community")
        }
        ["r", name, order @ ("new" | "hot" | "top" | "rising" | "controversial")]
            if is_id(&name.replace('+', ""), 1..=200) =>
        {
            (
                format!("r/{name}/{order}/.rss"),
                "Reddit serves a feed for each community",
            )
        }
        ["user" | "u", name] if is_id(name, 1..=64) => {
            (format!("user/{name}/.rss"), "Reddit serves a feed for each user")
        }
        ["r", name, "search"] if is_id(&name.replace('+', ""), 1..=200) => {
            (format!("r/{name}/search.rss"), "Reddit serves a feed for each search")
        }
        ["search"] => ("search.rss".to_owned(), "Reddit serves a feed for each search"),
        _ => return None,
    };
    let mut url = Url::parse(&format!("https://www.reddit.com/{path}")).ok()?;
    url.set_query(address.query().filter(|query| !query.is_empty()));
    Some(Known::Feeds(vec![Lead::new(url, why, None)]))
}

/// medRxiv and bioRxiv list the feeds of their subjects under "Alerts / RSS": the subject's name with underscores. Both
/// write names in lower case in their pages' addresses; medRxiv's list has capitals, but for two subjects.
fn preprints(server: &str, parts: &[&str]) -> Option<Known> {
    let ["collection", subject] = parts else { return None };
    is_id(subject, 1..=100).then_some(())?;
    let subject = subject.to_ascii_lowercase().replace('-', "_");
    let (subject, name) = if server == "biorxiv.org" {
        (subject, "bioRxiv")
    } else {
        let listed = match subject.as_str() {
            "hivaids" | "hiv_aids" => "hivaids".to_owned(),
            "infectious_diseases" | "all" => subject,
            _ => subject.split('_').map(capitalised).collect::<Vec<_>>().join("_"),
        };
        (listed, "medRxiv")
    };
    let file = name.to_ascii_lowercase();
    feed(
        &format!("https://connect.{server}/{file}_xml.php?subject={subject}"),
        &format!("{name} serves a feed for each subject"),
    )
}

fn capitalised(word: &str) -> String {
    if word == "and" {
        return word.to_owned();
    }
    let mut characters = word.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + characters.as_str())
        .unwrap_or_default()
}

/// The pages of releases and of tags link their own `.atom` ("Release notes", "Tags"); a page of one release does not,
/// though it belongs to the same list.
fn github(parts: &[&str]) -> Option<Known> {
    let [owner, repository, list @ ("releases" | "tags"), ..] = parts else {
        return None;
    };
    (is_id(owner, 1..=64) && is_id(&repository.replace('.', ""), 1..=128)).then_some(())?;
    // An address that ends in .atom has another third part and is asked as it is.
    let why = if *list == "tags" {
        "GitHub serves a feed of each repository's tags"
    } else {
        "GitHub serves a feed of each repository's releases"
    };
    feed(&format!("https://github.com/{owner}/{repository}/{list}.atom"), why)
}

/// Apple's iTunes Search API, "Lookup": a show by its id; its answer has the show's `feedUrl`. A show may be listed in
/// some countries' directories only, so the page's country goes along.
fn apple(parts: &[&str]) -> Option<Known> {
    parts.contains(&"podcast").then_some(())?;
    let id = parts
        .iter()
        .rev()
        .find_map(|part| part.strip_prefix("id"))
        .filter(|id| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit()))?;
    let mut url = Url::parse("https://itunes.apple.com/lookup").ok()?;
    url.query_pairs_mut()
        .append_pair("id", id)
        .append_pair("entity", "podcast");
    let country = parts
        .first()
        .filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()) && **part != "us");
    if let Some(country) = country {
        url.query_pairs_mut().append_pair("country", country);
    }
    Some(Known::Directory(url))
}

/// What Apple's directory answers; of each show, only what is needed.
#[derive(Deserialize)]
struct Lookup {
    #[serde(default)]
    results: Vec<Show>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Show {
    #[serde(default)]
    feed_url: Option<String>,
    #[serde(default)]
    collection_name: Option<String>,
}

/// The feeds that Apple's directory names.
///
/// # Errors
/// `is_parse`, when the answer is none of the directory's.
pub(super) fn leads_of_directory(body: &[u8]) -> Result<Vec<Lead>> {
    let lookup: Lookup = serde_json::from_slice(body)
        .map_err(|cause| Error::parse("the answer of Apple's directory was not understood").with_source(cause))?;
    Ok(lookup
        .results
        .into_iter()
        .filter_map(|show| {
            let url = Url::parse(show.feed_url?.trim()).ok().filter(is_web_link)?;
            let title = show.collection_name.as_deref().map(quoted).unwrap_or_default();
            let named = if title.is_empty() {
                String::new()
            } else {
                format!(" “{title}”")
            };
            let why = format!("Apple Podcasts names it as the feed of the show{named}");
            Some(Lead::new(url, why, Some(&title)))
        })
        .collect())
}

/// Bytes of a page in which Mastodon's frame is looked for.
const FRAME_BYTES: usize = 256 << 10;

/// The feed of a Mastodon profile or tag: Mastodon documentation, "Syndication Feeds": `.rss` after `/@name` and
/// `/tags/name`. Only when the answer shows that it is Mastodon, by its `Server` header or by the frame of its web app:
/// many other sites have such addresses. Profiles of other servers (`/@name@elsewhere`) have none here.
pub(super) fn mastodon(answer: &FetchResponse, html: &str) -> Option<Lead> {
    let address = &answer.final_url;
    let parts: Vec<&str> = address.path_segments()?.filter(|part| !part.is_empty()).collect();
    let (path, why) = match parts.as_slice() {
        [name] | [name, "media" | "with_replies"] if name.starts_with('@') && is_id(name.get(1..)?, 1..=64) => {
            ((*name).to_owned(), "Mastodon serves a feed for each profile")
        }
        ["tags", name] => (format!("tags/{name}"), "Mastodon serves a feed for each tag"),
        _ => return None,
    };
    let mut end = html.len().min(FRAME_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let page = html.get(..end)?;
    let is_mastodon = answer
        .header("server")
        .is_some_and(|server| server.eq_ignore_ascii_case(b"mastodon"))
        || ["id='mastodon'", "id=\"mastodon\""]
            .iter()
            .any(|mark| page.contains(mark));
    is_mastodon.then_some(())?;
    let mut url = address.clone();
    url.set_query(None);
    url.set_path(&format!("{path}.rss"));
    Some(Lead::new(url, why, None))
}

#[cfg(test)]
mod tests;

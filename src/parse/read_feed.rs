//! From the feed's own elements to a feed: everything but its items.

use url::Url;

use super::links::{link_of, related, resolve};
use super::people;
use super::read_item::{Context, atom_line, first_date};
use super::tree::Tree;
use super::vocabulary::Vocabulary::{Atom, Dc, GooglePlay, Itunes, Native, Podcast, Syndication};
use crate::model::{Feed, FeedFormat, FeedHints, Warning};
use crate::text::{clean_line, html_to_text};

/// Reads what a feed says of itself.
pub(super) fn read_feed(tree: &Tree, format: FeedFormat, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Feed {
    let mut feed = Feed::new(format);
    let top = tree.nodes.first();
    let base = top.and_then(|node| node.base.as_ref()).unwrap_or(context.base);
    let atom = context.atom;
    feed.title = tree
        .fields()
        .filter(|node| node.is(Native, "title"))
        .map(|node| if atom { atom_line(node) } else { node.line() })
        .find(|line| !line.is_empty())
        .or_else(|| tree.first_line(&[(Atom, "title"), (Dc, "title"), (Itunes, "title")]));
    feed.link = link_of(tree, base, atom, warnings);
    let described = [
        (Native, "description"),
        (Native, "subtitle"),
        (Native, "tagline"),
        (Itunes, "summary"),
        (Dc, "description"),
        (GooglePlay, "description"),
        (Itunes, "subtitle"),
    ];
    feed.description = described
        .iter()
        .filter_map(|(vocabulary, name)| tree.field(*vocabulary, name))
        .map(|node| html_to_text(node.html()))
        .find(|text| !text.is_empty());
    feed.language = tree
        .first_line(&[(Native, "language"), (Dc, "language")])
        .or_else(|| top.and_then(|node| node.attribute("xml:lang")).map(clean_line));
    feed.image = image(tree, base);
    feed.icon = tree
        .first_line(&[(Native, "icon"), (Atom, "icon")])
        .and_then(|text| resolve(&text, base, warnings));
    feed.self_link = related(tree, base, atom, "self");
    feed.hub = related(tree, base, atom, "hub");
    feed.new_feed_url = tree
        .first_line(&[(Itunes, "new-feed-url")])
        .and_then(|text| resolve(&text, base, warnings));
    feed.generator = tree.first_line(&[(Native, "generator"), (Atom, "generator")]);
    feed.authors = people::authors(tree, base);
    if feed.authors.is_empty() {
        feed.authors = tree
            .first_line(&[(Native, "managingeditor")])
            .map(|line| people::read(&line))
            .unwrap_or_default();
    }
    for node in tree.nodes.iter().skip(1).filter(|node| node.name == "category") {
        let term = node
            .attribute("term")
            .or_else(|| node.attribute("text"))
            .map_or_else(|| node.line(), clean_line);
        if !term.is_empty() && !feed.categories.contains(&term) {
            feed.categories.push(term);
        }
    }
    feed.updated = first_date(
        tree,
        &[
            (Native, "lastbuilddate"),
            (Native, "updated"),
            (Native, "modified"),
            (Native, "pubdate"),
            (Dc, "date"),
            (Atom, "updated"),
        ],
    )
    .0;
    feed.podcast_guid = tree.first_line(&[(Podcast, "guid")]);
    feed.hints = hints(tree);
    feed
}

/// `itunes:image`, `<image><url>`, Atom `<logo>`; RSS 1.0 has `<image>` beside the channel.
fn image(tree: &Tree, base: &Url) -> Option<Url> {
    let mut unheeded = Vec::new();
    for (index, node) in tree.children(0) {
        let text = match (node.vocabulary, node.name.as_str()) {
            (Itunes | GooglePlay, "image") => node.attribute("href").map(str::to_owned),
            (Native, "image") => tree
                .children(index)
                .find(|(_, child)| child.name == "url")
                .map(|(_, child)| child.plain()),
            (Native | Atom, "logo") => Some(node.plain()),
            _ => None,
        };
        if let Some(url) = text.and_then(|text| resolve(&text, base, &mut unheeded)) {
            return Some(url);
        }
    }
    None
}

/// `<ttl>`, `sy:*`, `<skipHours>`, `<skipDays>`.
fn hints(tree: &Tree) -> FeedHints {
    let ttl = tree
        .first_line(&[(Native, "ttl")])
        .and_then(|text| text.parse().ok())
        .filter(|ttl| *ttl > 0);
    let mut hints = FeedHints {
        ttl_minutes: ttl,
        ..FeedHints::default()
    };
    let period =
        tree.first_line(&[(Syndication, "updateperiod")])
            .and_then(|text| match text.to_ascii_lowercase().as_str() {
                "hourly" => Some(3600u64),
                "daily" => Some(24 * 3600),
                "weekly" => Some(7 * 24 * 3600),
                "monthly" => Some(30 * 24 * 3600),
                "yearly" => Some(365 * 24 * 3600),
                _ => None,
            });
    let frequency = tree
        .first_line(&[(Syndication, "updatefrequency")])
        .and_then(|text| text.parse::<u64>().ok())
        .filter(|times| *times > 0)
        .unwrap_or(1);
    hints.update_period_seconds = period.map(|seconds| (seconds / frequency).max(1));
    for (index, node) in tree.children(0).filter(|(_, node)| node.vocabulary == Native) {
        let values = tree.children(index).map(|(_, child)| child.plain());
        match node.name.as_str() {
            // Hour 24 of RSS 0.91 is midnight.
            "skiphours" => hints.skip_hours.extend(
                values
                    .filter_map(|text| text.parse::<u8>().ok())
                    .filter(|hour| *hour <= 24)
                    .map(|hour| hour % 24),
            ),
            "skipdays" => hints.skip_days.extend(values.filter_map(|text| day(&text))),
            _ => {}
        }
    }
    for list in [&mut hints.skip_hours, &mut hints.skip_days] {
        list.sort_unstable();
        list.dedup();
    }
    hints
}

fn day(text: &str) -> Option<u8> {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let lower = text.to_ascii_lowercase();
    let at = DAYS
        .iter()
        .position(|day| lower.len() >= 3 && day.starts_with(&lower))?;
    u8::try_from(at + 1).ok()
}

//! From the feed's own elements to a feed: everything but its items.

use url::Url;

use super::dates;
use super::links::{absolute, is_address, link_of, other_links, related, resolve};
use super::people;
use super::read_dates::first_date;
use super::read_episode::{flag, funding, persons};
use super::read_item::{self, Context, LONGEST_LANGUAGE};
use super::read_media::picture;
use super::read_text::atom_line;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{
    self, Atom, Dc, DcTerms, GooglePlay, Itunes, Native, Podcast as PodcastIndex, Syndication,
};
use crate::model::{Cloud, Feed, FeedFormat, FeedHints, Person, Podcast, Warning};
use crate::text::{clean_line, html_to_text};

/// Links of a feed that have a field of their own.
const KNOWN_LINKS: [&str; 8] = [
    "self",
    "hub",
    "next",
    "prev-archive",
    "next-archive",
    "license",
    "enclosure",
    "icon",
];

/// Reads what a feed says of itself.
pub(super) fn read_feed(
    tree: &Tree<'_>,
    format: FeedFormat,
    context: &Context<'_>,
    warnings: &mut Vec<Warning>,
) -> Feed {
    let mut feed = Feed::new(format);
    let top = tree.nodes.first();
    let base = top.map_or(context.base, |node| node.base_or(context.base));
    let atom = context.atom;
    feed.id = tree
        .first_line(&[(Native, "guid"), (Native, "id"), (Atom, "id")])
        .or_else(|| top.and_then(|node| node.attribute("rdf:about")).map(clean_line));
    feed.title = tree
        .fields()
        .filter(|node| node.is(Native, "title"))
        .map(|node| if atom { atom_line(node) } else { node.line() })
        .find(|line| !line.is_empty())
        .or_else(|| tree.first_line(&[(Atom, "title"), (Dc, "title"), (Itunes, "title"), (DcTerms, "title")]));
    feed.link = link_of(tree, base, atom, warnings);
    if feed.link.is_none() && atom {
        // An id that is an address stands for the page, as with entries.
        let id = feed.id.as_deref().filter(|id| is_address(id));
        feed.link = id.and_then(|id| absolute(id, base));
    }
    let described = [
        (Native, "description"),
        (Native, "subtitle"),
        (Native, "tagline"),
        (Itunes, "summary"),
        (Dc, "description"),
        (Atom, "subtitle"),
        (GooglePlay, "description"),
        (Itunes, "subtitle"),
        (Native, "summary"),
        (Native, "info"),
    ];
    feed.description = described
        .iter()
        .filter_map(|(vocabulary, name)| tree.field(*vocabulary, name))
        .map(|node| html_to_text(node.html()))
        .find(|text| !text.is_empty());
    feed.language = tree
        .first_line(&[(Native, "language"), (Dc, "language"), (DcTerms, "language")])
        .or_else(|| top.and_then(|node| node.attribute("xml:lang")).map(clean_line))
        .filter(|language| language.len() <= LONGEST_LANGUAGE);
    feed.image = image(tree, base, warnings);
    feed.icon = tree
        .first_line(&[(Native, "icon"), (Atom, "icon")])
        .and_then(|text| resolve(&text, base, warnings))
        .or_else(|| related(tree, base, atom, "icon"));
    feed.self_link = related(tree, base, atom, "self");
    feed.hub = related(tree, base, atom, "hub");
    feed.prev_archive = related(tree, base, atom, "prev-archive");
    feed.next_archive = related(tree, base, atom, "next-archive");
    feed.next_page = related(tree, base, atom, "next");
    feed.links = other_links(tree, base, atom, feed.link.as_ref(), &KNOWN_LINKS, warnings);
    feed.cloud = tree.fields().filter(|node| node.is(Native, "cloud")).find_map(cloud);
    feed.new_feed_url = tree
        .first_line(&[(Itunes, "new-feed-url")])
        .and_then(|text| resolve(&text, base, warnings));
    feed.generator = tree.first_line(&[(Native, "generator"), (Atom, "generator")]);
    feed.authors = people::authors(tree, base, warnings);
    if feed.authors.is_empty() {
        feed.authors = people::of(tree, base, Native, "managingeditor", warnings);
    }
    feed.contributors = people::contributors(tree, base, warnings);
    feed.authors.truncate(people::MAX_PEOPLE);
    feed.contributors.truncate(people::MAX_PEOPLE);
    feed.publisher = [(Dc, "publisher"), (Native, "webmaster")]
        .into_iter()
        .find_map(|(vocabulary, name)| people::of(tree, base, vocabulary, name, warnings).into_iter().next());
    feed.rights = read_item::rights(tree, atom);
    feed.license = read_item::license(tree, base, atom);
    feed.categories = read_item::categories(tree);
    let published = [
        (Native, "pubdate"),
        (Native, "published"),
        (Dc, "date"),
        (DcTerms, "created"),
    ];
    let updated = [
        (Native, "lastbuilddate"),
        (Native, "updated"),
        (Native, "modified"),
        (DcTerms, "modified"),
        (Native, "pubdate"),
        (Dc, "date"),
        (Atom, "updated"),
    ];
    feed.published = first_date(tree, &published).date;
    feed.updated = first_date(tree, &updated).date;
    feed.podcast = podcast(tree, base, warnings);
    feed.hints = hints(tree);
    feed
}

/// `itunes:image`, `<image><url>`, Atom `<logo>`; RSS 1.0 has `<image>` beside the channel.
fn image(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    for (index, node) in tree.children(0) {
        let text = match (node.vocabulary, node.name) {
            (Itunes | GooglePlay, "image") => {
                let address = node.attribute("href").or_else(|| node.attribute("url"));
                Some(address.map_or_else(|| node.plain(), str::to_owned))
            }
            (Native, "image") => tree
                .children(index)
                .find(|(_, child)| child.name == "url")
                .map(|(_, child)| child.plain())
                .or_else(|| Some(node.plain()).filter(|text| !text.is_empty()))
                .or_else(|| node.attribute("href").map(str::to_owned)),
            (Native | Atom, "logo") => Some(node.plain()),
            _ => None,
        };
        if let Some(url) = text.and_then(|text| resolve(&text, node.base_or(base), warnings)) {
            return Some(url);
        }
    }
    // RSS 1.0, 5.4.3: the channel names the picture's address even where the picture's own element is missing.
    let named = tree.fields().filter(|node| node.is(Native, "image"));
    named
        .filter_map(|node| resolve(node.attribute("rdf:resource")?, node.base_or(base), warnings))
        .next()
        .or_else(|| picture(tree, base))
}

fn cloud(node: &Node<'_>) -> Option<Cloud> {
    let text = |name: &str| node.attribute(name).map(clean_line);
    let cloud = Cloud {
        domain: text("domain"),
        port: node.attribute("port").and_then(|port| port.parse().ok()),
        path: text("path"),
        register_procedure: text("registerprocedure"),
        protocol: text("protocol"),
    };
    (cloud != Cloud::default()).then_some(cloud)
}

fn podcast(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Podcast> {
    let line = |vocabulary: Vocabulary, name: &str| tree.first_line(&[(vocabulary, name)]);
    let podcast = Podcast {
        guid: line(PodcastIndex, "guid"),
        owner: owner(tree),
        explicit: flag(tree, &[(Itunes, "explicit"), (GooglePlay, "explicit")]),
        order: line(Itunes, "type").map(|kind| kind.to_ascii_lowercase()),
        complete: flag(tree, &[(Itunes, "complete")]),
        blocked: flag(tree, &[(Itunes, "block"), (GooglePlay, "block")]),
        locked: flag(tree, &[(PodcastIndex, "locked")]),
        medium: line(PodcastIndex, "medium").map(|medium| medium.to_ascii_lowercase()),
        subtitle: line(Itunes, "subtitle"),
        funding: funding(tree, base, warnings),
        persons: persons(tree, base, warnings),
    };
    (podcast != Podcast::default()).then_some(podcast)
}

/// `itunes:owner` with `itunes:name` and `itunes:email`; else `googleplay:owner`, an address.
fn owner(tree: &Tree<'_>) -> Option<Person> {
    let structured = tree
        .children(0)
        .filter(|(_, node)| node.is(Itunes, "owner"))
        .find_map(|(index, _)| {
            let email = tree.child_line(index, "email");
            let mut owner = Person::new(tree.child_line(index, "name").or_else(|| email.clone())?);
            owner.email = email;
            Some(owner)
        });
    structured.or_else(|| {
        let line = tree.first_line(&[(GooglePlay, "owner"), (Itunes, "owner")])?;
        people::read(&line).into_iter().next()
    })
}

/// `<ttl>`, `sy:*`, `<skipHours>`, `<skipDays>`.
fn hints(tree: &Tree<'_>) -> FeedHints {
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
    hints.update_base = tree
        .first_line(&[(Syndication, "updatebase")])
        .and_then(|text| dates::read(&text));
    for (index, node) in tree.children(0).filter(|(_, node)| node.vocabulary == Native) {
        let values = tree.children(index).map(|(_, child)| child.plain());
        match node.name {
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

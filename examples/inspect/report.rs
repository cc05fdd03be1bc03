//! The text about one document: what was wrong first, then the feed, then its items.

use medfeed::{Category, Cloud, Feed, FeedDate, FeedHints, Funding, Link, Person, Podcast, Precision, shorten};

use super::items;
use super::page::{Page, code, with_notes, yes};
use super::reading::{Failure, Reading};

/// Warnings shown of one document; the rest is counted.
const MAX_WARNINGS: usize = 50;

/// Characters shown of a long text.
pub(super) const LONG_TEXT: usize = 500;

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

pub(crate) fn write(page: &mut Page, name: &str, outcome: &Result<Reading, Failure>, limit: usize) {
    page.heading("== ", name);
    match outcome {
        Err(failure) => {
            page.field("refused", failure.reason.words());
            page.field("error", &failure.message);
            page.each("alternate feed", &failure.alternate_feeds);
        }
        Ok(Reading { feed, bytes }) => {
            let version = feed.version.as_deref().map(|version| format!("version {version}"));
            page.field("format", with_notes(feed.format, [version]));
            page.field("encoding", &feed.encoding);
            page.field("bytes", bytes);
            warnings(page, feed);
            about(page, feed);
            page.field("items", feed.items.len());
            for (index, item) in feed.items.iter().take(limit).enumerate() {
                page.blank();
                items::write(page, index + 1, item);
            }
            let left_out = feed.items.len().saturating_sub(limit);
            if left_out > 0 {
                page.blank();
                page.heading("", &format!("{left_out} more items are not shown; --limit shows more"));
            }
        }
    }
    page.blank();
}

fn warnings(page: &mut Page, feed: &Feed) {
    for warning in feed.warnings.iter().take(MAX_WARNINGS) {
        let kind = code(warning.kind);
        // Some messages begin with their kind.
        let told = warning.to_string();
        let told = told.strip_prefix(&format!("{kind}: ")).unwrap_or(&told);
        page.field("warning", format!("{kind}: {told}"));
    }
    let more = feed.warnings.len().saturating_sub(MAX_WARNINGS);
    if more > 0 {
        page.field("warning", format!("and {more} more"));
    }
}

fn about(page: &mut Page, feed: &Feed) {
    page.optional("title", feed.title.as_ref());
    page.optional(
        "description",
        feed.description.as_deref().map(|text| shorten(text, LONG_TEXT)),
    );
    page.optional("link", feed.link.as_ref());
    page.optional("own address", feed.self_link.as_ref());
    page.optional("moved to", feed.new_feed_url.as_ref());
    page.optional("id", feed.id.as_ref());
    page.optional("language", feed.language.as_ref());
    page.optional("published", feed.published.map(date));
    page.optional("updated", feed.updated.map(date));
    page.each("author", feed.authors.iter().map(person));
    page.each("contributor", feed.contributors.iter().map(person));
    page.optional("publisher", feed.publisher.as_ref().map(person));
    page.optional("rights", feed.rights.as_ref());
    page.optional("licence", feed.license.as_ref());
    page.field("categories", categories(&feed.categories));
    page.optional("image", feed.image.as_ref());
    page.optional("icon", feed.icon.as_ref());
    page.optional("hub", feed.hub.as_ref());
    page.optional("next page", feed.next_page.as_ref());
    page.optional("older archive", feed.prev_archive.as_ref());
    page.optional("newer archive", feed.next_archive.as_ref());
    page.each("other link", feed.links.iter().map(link));
    page.optional("cloud", feed.cloud.as_ref().map(cloud));
    page.optional("generator", feed.generator.as_ref());
    hints(page, &feed.hints);
    if let Some(show) = &feed.podcast {
        podcast(page, show);
    }
}

fn hints(page: &mut Page, hints: &FeedHints) {
    let minutes = |minutes| format!("{minutes} minutes");
    page.optional("time to live", hints.ttl_minutes.map(minutes));
    let seconds = |seconds| format!("every {}", duration(seconds));
    page.optional("updates", hints.update_period_seconds.map(seconds));
    page.optional("counted from", hints.update_base.map(date));
    let hours: Vec<String> = hints.skip_hours.iter().map(ToString::to_string).collect();
    if !hours.is_empty() {
        page.field("quiet hours", format!("{} (GMT)", hours.join(", ")));
    }
    let day = |day: &u8| DAYS.get(usize::from(*day).wrapping_sub(1)).copied();
    let days: Vec<&str> = hints.skip_days.iter().filter_map(day).collect();
    page.field("quiet days", days.join(", "));
}

fn podcast(page: &mut Page, show: &Podcast) {
    page.optional("show guid", show.guid.as_ref());
    page.optional("show subtitle", show.subtitle.as_ref());
    page.optional("show owner", show.owner.as_ref().map(person));
    page.each("show person", show.persons.iter().map(person));
    page.optional("show order", show.order.as_ref());
    page.optional("medium", show.medium.as_ref());
    page.optional("explicit", show.explicit.map(yes));
    page.optional("complete", show.complete.map(yes));
    page.optional("blocked", show.blocked.map(yes));
    page.optional("locked", show.locked.map(yes));
    page.each("funding", show.funding.iter().map(funding));
}

fn cloud(cloud: &Cloud) -> String {
    let domain = cloud.domain.as_deref().unwrap_or("(no domain)");
    let port = cloud.port.map(|port| format!("port {port}"));
    let parts = [
        port,
        cloud.path.clone(),
        cloud.register_procedure.clone(),
        cloud.protocol.clone(),
    ];
    with_notes(domain, parts)
}

/// A date, and how exact it is where it is no moment.
pub(super) fn date(date: FeedDate) -> String {
    let exactness = match date.precision {
        Precision::Year => Some("only the year is known"),
        Precision::Month => Some("only the month is known"),
        Precision::Day => Some("only the day is known"),
        Precision::Local => Some("no time zone is known; read as UTC"),
        _ => None,
    };
    with_notes(date.at, [exactness.map(str::to_owned)])
}

pub(super) fn person(person: &Person) -> String {
    let link = person.link.as_ref().map(ToString::to_string);
    let image = person.image.as_ref().map(|image| format!("picture {image}"));
    with_notes(&person.name, [person.role.clone(), person.email.clone(), link, image])
}

pub(super) fn link(link: &Link) -> String {
    let title = link.title.as_ref().map(|title| format!("“{title}”"));
    let notes = [link.mime_type.clone(), link.language.clone(), title];
    with_notes(format!("{}: {}", link.relation, link.url), notes)
}

pub(super) fn funding(funding: &Funding) -> String {
    with_notes(&funding.url, [Some(funding.text.clone())])
}

/// All in one line: feeds have many of them.
pub(super) fn categories(categories: &[Category]) -> String {
    let one = |category: &Category| {
        let label = category.label.as_ref().map(|label| format!("“{label}”"));
        with_notes(&category.term, [category.scheme.clone(), label])
    };
    categories.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Seconds, and as a clock shows them.
pub(super) fn duration(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{seconds} s ({hours}:{minutes:02}:{:02})", seconds % 60)
}

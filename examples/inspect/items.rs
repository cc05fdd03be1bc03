//! The text about one item: every field that is set.

use medfeed::{
    Chapter, Content, ContentKind, Episode, FeedDate, Item, Journal, Media, Origin, Signal, Soundbite, Transcript,
    shorten,
};

use super::page::{Page, code, with_notes, yes};
use super::report::{LONG_TEXT, categories, date, duration, funding, link, person};

/// Characters shown of the content.
const FIRST_WORDS: usize = 200;

pub(super) fn write(page: &mut Page, number: usize, item: &Item) {
    let title = if item.title.is_empty() {
        "(no title)"
    } else {
        &item.title
    };
    page.heading(&format!("Item {number}: "), title);
    page.optional("link", item.link.as_ref());
    page.optional("canonical link", item.canonical_link.as_ref());
    page.optional("comments", item.comments.as_ref());
    page.each("other link", item.links.iter().map(link));
    let is_link = item.guid_is_link.then(|| "a link".to_owned());
    page.optional("guid", item.guid.as_ref().map(|guid| with_notes(guid, [is_link])));
    page.field("key", &item.key);
    page.field("id", item.id);
    page.field("source", item.source);
    moment(page, "published", item.published, item.published_raw.as_ref());
    moment(page, "updated", item.updated, item.updated_raw.as_ref());
    page.each("author", item.authors.iter().map(person));
    page.each("contributor", item.contributors.iter().map(person));
    page.field("categories", categories(&item.categories));
    page.optional("language", item.language.as_ref());
    page.optional("rights", item.rights.as_ref());
    page.optional("licence", item.license.as_ref());
    let found = item.identifiers.iter();
    page.each(
        "identifier",
        found.map(|found| with_notes(&found.identifier, [Some(format!("in the {}", found.found_in))])),
    );
    if let Some(found) = &item.journal {
        journal(page, found);
    }
    if let Some(found) = &item.origin {
        origin(page, found);
    }
    page.optional("image", item.image.as_ref());
    page.each("media", item.media.iter().map(media));
    if let Some(found) = &item.episode {
        episode(page, found);
    }
    page.field("summary", shorten(&item.summary, LONG_TEXT));
    if let Some(found) = &item.content {
        content(page, item, found);
    }
    page.each(
        "tag",
        item.tags.iter().map(|tag| {
            let sure = percent(tag.confidence());
            format!("{}, {sure} sure: {}", tag.specialty().label(), tag.evidence())
        }),
    );
    page.each(
        "facet",
        item.facets.iter().map(|facet| {
            let sure = percent(facet.confidence());
            format!("{} ({}), {sure} sure: {}", facet.label(), facet.key(), facet.evidence())
        }),
    );
    page.each("signal", item.signals.iter().map(signal));
}

/// A date with what it was read from; what could not be read is shown too.
fn moment(page: &mut Page, label: &str, at: Option<FeedDate>, raw: Option<&String>) {
    let raw = raw.map(|raw| format!("“{raw}”"));
    match (at, raw) {
        (Some(at), Some(raw)) => page.field(label, format!("{}, from {raw}", date(at))),
        (Some(at), None) => page.field(label, date(at)),
        (None, Some(raw)) => page.field(label, format!("unknown: {raw} could not be read")),
        (None, None) => {}
    }
}

fn journal(page: &mut Page, journal: &Journal) {
    page.optional("journal", journal.name.as_ref());
    page.optional("volume", journal.volume.as_ref());
    page.optional("issue", journal.issue.as_ref());
    page.optional("pages", journal.pages.as_ref());
    page.optional("section", journal.section.as_ref());
    page.optional("article type", journal.article_type.as_ref());
    page.optional("publisher", journal.publisher.as_ref());
}

fn origin(page: &mut Page, origin: &Origin) {
    page.optional("origin", origin.title.as_ref());
    page.optional("origin link", origin.link.as_ref());
    page.optional("origin id", origin.id.as_ref());
    page.each("origin author", origin.authors.iter().map(person));
    page.optional("origin rights", origin.rights.as_ref());
    page.optional("origin updated", origin.updated.map(date));
}

fn media(media: &Media) -> String {
    let pixels = match (media.width, media.height) {
        (None, None) => None,
        (width, height) => {
            let side = |side: Option<u32>| side.map_or_else(|| "?".to_owned(), |side| side.to_string());
            Some(format!("{} x {} pixels", side(width), side(height)))
        }
    };
    let notes = [
        media.mime_type.clone(),
        media.medium.clone(),
        media.bytes.map(|bytes| format!("{bytes} bytes")),
        media.duration_seconds.map(duration),
        pixels,
        media.language.clone(),
        media.title.as_ref().map(|title| format!("“{title}”")),
    ];
    with_notes(&media.url, notes)
}

fn episode(page: &mut Page, episode: &Episode) {
    page.optional("episode title", episode.title.as_ref());
    page.optional("subtitle", episode.subtitle.as_ref());
    page.optional("episode", episode.number);
    page.optional("episode shown", episode.number_shown.as_ref());
    page.optional("season", episode.season);
    page.optional("season name", episode.season_name.as_ref());
    page.optional("episode kind", episode.kind.map(code));
    page.optional("duration", episode.duration_seconds.map(duration));
    page.optional("explicit", episode.explicit.map(yes));
    page.optional("blocked", episode.blocked.map(yes));
    page.each("person", episode.persons.iter().map(person));
    page.optional("episode image", episode.image.as_ref());
    page.each("transcript", episode.transcripts.iter().map(transcript));
    page.optional("chapters file", episode.chapters_url.as_ref());
    page.each("chapter", episode.chapters.iter().map(chapter));
    page.each("soundbite", episode.soundbites.iter().map(soundbite));
    page.each("funding", episode.funding.iter().map(funding));
}

fn transcript(transcript: &Transcript) -> String {
    let notes = [
        transcript.mime_type.clone(),
        transcript.language.clone(),
        transcript.relation.clone(),
    ];
    with_notes(&transcript.url, notes)
}

fn chapter(chapter: &Chapter) -> String {
    let link = chapter.link.as_ref().map(ToString::to_string);
    let image = chapter.image.as_ref().map(|image| format!("picture {image}"));
    with_notes(
        format!("at {}: {}", duration(chapter.start_seconds), chapter.title),
        [link, image],
    )
}

fn soundbite(bite: &Soundbite) -> String {
    let title = bite.title.as_ref().map(|title| format!("“{title}”"));
    with_notes(
        format!("from {} s for {} s", bite.start_seconds, bite.duration_seconds),
        [title],
    )
}

fn content(page: &mut Page, item: &Item, content: &Content) {
    let kind = if content.kind == ContentKind::Html {
        "HTML"
    } else {
        "plain text"
    };
    let bytes = item.content_untrusted().map_or(0, str::len);
    let language = content.language.as_ref().map(|language| format!("language {language}"));
    page.field("content", with_notes(format!("{kind}, {bytes} bytes"), [language]));
    page.field("content begins", shorten(&content.text, FIRST_WORDS));
    page.optional("content base", content.base.as_ref());
}

fn signal(signal: &Signal) -> String {
    let title = signal.target_title.as_ref().map(|title| format!("about “{title}”"));
    let targets = signal.targets.iter().map(|target| Some(format!("about {target}")));
    with_notes(
        format!("{signal}, {} sure: {}", percent(signal.confidence), signal.evidence),
        std::iter::once(title).chain(targets),
    )
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

//! Files, pictures, and what makes an item a podcast episode.

use url::Url;

use super::links::{atom_links, resolve};
use super::read_item::Context;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{Chapters, Itunes, Media as MediaRss, Native, Podcast};
use crate::model::{Chapter, Episode, EpisodeKind, Media, Person, Transcript, Warning, WarningKind};
use crate::text::clean_line;

/// A length above this is none: ten days.
const LONGEST_SECONDS: u64 = 10 * 24 * 3600;

/// `HH:MM:SS`, `MM:SS` or seconds; a fraction of a second is dropped. Zero and what is no number are unknown.
pub(super) fn duration(text: &str) -> Option<u64> {
    let text = text.trim();
    let whole = text.split(['.', ',']).next().unwrap_or_default();
    let fields: Vec<&str> = whole.split(':').collect();
    if fields.is_empty() || fields.len() > 3 {
        return None;
    }
    let mut seconds = 0u64;
    for field in fields {
        let field = field.trim();
        if field.is_empty() || field.len() > 9 || !field.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = seconds * 60 + field.parse::<u64>().ok()?;
    }
    (1..=LONGEST_SECONDS).contains(&seconds).then_some(seconds)
}

/// `<enclosure>`, `media:content`, Atom enclosure links, `podcast:alternateEnclosure`; the same address once.
pub(super) fn media(tree: &Tree, base: &Url, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Vec<Media> {
    let mut found: Vec<Media> = Vec::new();
    let mut left_out = false;
    let mut add = |address: Option<&str>, node: &Node, bytes: Option<&str>, warnings: &mut Vec<Warning>| {
        if found.len() >= context.limits.max_media_per_entry {
            left_out = true;
            return;
        }
        let Some(url) = address.and_then(|text| resolve(text, node.base.as_ref().unwrap_or(base), warnings)) else {
            return;
        };
        let mime_type = node.attribute("type").map(|kind| clean_line(kind).to_ascii_lowercase());
        let bytes = bytes.and_then(|text| text.parse().ok()).filter(|bytes| *bytes > 0);
        let duration_seconds = node.attribute("duration").and_then(duration);
        match found.iter_mut().find(|known| known.url == url) {
            Some(known) => {
                known.mime_type = known.mime_type.take().or(mime_type);
                known.bytes = known.bytes.or(bytes);
                known.duration_seconds = known.duration_seconds.or(duration_seconds);
            }
            None => {
                let mut media = Media::new(url);
                (media.mime_type, media.bytes, media.duration_seconds) = (mime_type, bytes, duration_seconds);
                media.title = node.attribute("title").map(clean_line);
                found.push(media);
            }
        }
    };
    for node in tree.fields().filter(|node| node.is(Native, "enclosure")) {
        add(
            node.attribute("url").or_else(|| node.attribute("href")),
            node,
            node.attribute("length"),
            warnings,
        );
    }
    for node in atom_links(tree, context.atom) {
        if node
            .attribute("rel")
            .is_some_and(|rel| rel.eq_ignore_ascii_case("enclosure"))
        {
            add(node.attribute("href"), node, node.attribute("length"), warnings);
        }
    }
    for (_, node) in tree.all(MediaRss, "content") {
        add(node.attribute("url"), node, node.attribute("filesize"), warnings);
    }
    for (index, node) in tree.all(Podcast, "alternateenclosure") {
        let address = tree
            .children(index)
            .find(|(_, child)| child.name == "source")
            .and_then(|(_, child)| child.attribute("uri"));
        add(address, node, node.attribute("length"), warnings);
    }
    // The title of the only media:content is its own.
    let titles: Vec<String> = tree
        .all(MediaRss, "title")
        .filter(|(_, node)| node.parent != 0)
        .map(|(_, node)| node.line())
        .collect();
    if let ([title], [only]) = (titles.as_slice(), found.as_mut_slice())
        && !title.is_empty()
    {
        only.title = only.title.take().or_else(|| Some(title.clone()));
    }
    if left_out {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("media beyond {} were left out", context.limits.max_media_per_entry),
        ));
    }
    found
}

/// `media:thumbnail`, RSS `<image>` inside an item.
pub(super) fn image(tree: &Tree, base: &Url) -> Option<Url> {
    let mut unheeded = Vec::new();
    let thumbnail = tree
        .all(MediaRss, "thumbnail")
        .find_map(|(_, node)| node.attribute("url"));
    if let Some(url) = thumbnail.and_then(|text| resolve(text, base, &mut unheeded)) {
        return Some(url);
    }
    let (index, node) = tree.children(0).find(|(_, node)| node.is(Native, "image"))?;
    let inner = tree
        .children(index)
        .find(|(_, child)| child.name == "url")
        .map(|(_, child)| child.plain());
    resolve(&inner.unwrap_or_else(|| node.plain()), base, &mut unheeded)
}

/// Everything of `itunes:`, `podcast:` and `psc:` that makes an episode; `None` when there is nothing of it.
pub(super) fn episode(tree: &Tree, base: &Url, warnings: &mut Vec<Warning>) -> Option<Episode> {
    let mut episode = Episode::default();
    let number = |name: &str| {
        let text = tree.first_line(&[(Itunes, name), (Podcast, name)])?;
        text.split('.').next()?.trim().parse::<u32>().ok()
    };
    episode.number = number("episode");
    episode.season = number("season");
    episode.kind =
        tree.first_line(&[(Itunes, "episodetype")])
            .and_then(|kind| match kind.to_ascii_lowercase().as_str() {
                "full" => Some(EpisodeKind::Full),
                "trailer" => Some(EpisodeKind::Trailer),
                "bonus" => Some(EpisodeKind::Bonus),
                _ => None,
            });
    episode.explicit =
        tree.first_line(&[(Itunes, "explicit")])
            .and_then(|flag| match flag.to_ascii_lowercase().as_str() {
                "yes" | "true" | "explicit" => Some(true),
                "no" | "false" | "clean" => Some(false),
                _ => None,
            });
    episode.duration_seconds = tree
        .first_line(&[(Itunes, "duration")])
        .and_then(|text| duration(&text));
    for node in tree.fields().filter(|node| node.vocabulary == Podcast) {
        let base = node.base.as_ref().unwrap_or(base);
        match node.name.as_str() {
            "transcript" => {
                if let Some(url) = node.attribute("url").and_then(|text| resolve(text, base, warnings)) {
                    let mut transcript = Transcript::new(url);
                    transcript.mime_type = node.attribute("type").map(str::to_ascii_lowercase);
                    transcript.language = node.attribute("language").map(clean_line);
                    episode.transcripts.push(transcript);
                }
            }
            "chapters" if episode.chapters_url.is_none() => {
                episode.chapters_url = node.attribute("url").and_then(|text| resolve(text, base, warnings));
            }
            "person" => {
                let name = node.line();
                if !name.is_empty() {
                    let mut person = Person::new(name);
                    person.role = Some(node.attribute("role").unwrap_or("host").to_ascii_lowercase());
                    person.link = node.attribute("href").and_then(|text| resolve(text, base, warnings));
                    episode.persons.push(person);
                }
            }
            _ => {}
        }
    }
    for (_, node) in tree.all(Chapters, "chapter") {
        if let Some(start) = node.attribute("start").and_then(chapter_start) {
            let mut chapter = Chapter::new(start, node.attribute("title").map(clean_line).unwrap_or_default());
            chapter.link = node.attribute("href").and_then(|text| resolve(text, base, warnings));
            episode.chapters.push(chapter);
        }
    }
    episode.image = tree.fields().filter(|node| node.is(Itunes, "image")).find_map(|node| {
        resolve(
            node.attribute("href").or_else(|| node.attribute("url"))?,
            base,
            &mut Vec::new(),
        )
    });
    (episode != Episode::default()).then_some(episode)
}

/// A chapter may begin at 0, which no length does.
fn chapter_start(text: &str) -> Option<u64> {
    let zero = text.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    if zero {
        Some(0)
    } else {
        duration(text).or_else(|| text.starts_with("00:00:00.").then_some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_all_their_forms() {
        for (text, seconds) in [
            ("1:02:03", Some(3723)),
            ("45:30", Some(2730)),
            ("45:30.5", Some(2730)),
            ("2730", Some(2730)),
            (" 00:45:30 ", Some(2730)),
            ("0", None),
            ("00:00", None),
            ("$item.podcastDuration", None),
            ("٣٠", None),
            ("123456789012345678901234", None),
            ("99999999", None),
            ("1:2:3:4", None),
            ("12:", None),
        ] {
            assert_eq!(duration(text), seconds, "{text}");
        }
    }
}

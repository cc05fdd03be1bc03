//! What makes an item a podcast episode: `itunes:*`, `podcast:*`, `psc:*`, `googleplay:*`.

use url::Url;

use super::links::resolve;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{self, Chapters, GooglePlay, Itunes, Podcast};
use crate::model::{Chapter, Episode, EpisodeKind, Funding, Person, Soundbite, Transcript, Warning};
use crate::text::clean_line;

/// A length above this is none: ten days.
const LONGEST_SECONDS: u64 = 10 * 24 * 3600;

/// `HH:MM:SS`, `MM:SS` or seconds, a fraction dropped; `1h 2m 3s`, `45 min`, `PT45M` (ISO 8601). Zero and what is no
/// length are unknown.
pub(super) fn duration(text: &str) -> Option<u64> {
    let text = text.trim();
    let seconds = clock(text).or_else(|| worded(text))?;
    (1..=LONGEST_SECONDS).contains(&seconds).then_some(seconds)
}

fn clock(text: &str) -> Option<u64> {
    let whole = text.split(['.', ',']).next().unwrap_or_default();
    let mut seconds = 0u64;
    let mut fields = 0;
    for field in whole.split(':') {
        let field = field.trim();
        fields += 1;
        if fields > 3 || field.is_empty() || field.len() > 9 || !field.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = seconds * 60 + field.parse::<u64>().ok()?;
    }
    Some(seconds)
}

/// Numbers, each with its unit.
fn worded(text: &str) -> Option<u64> {
    let mut seconds = 0u64;
    let mut number: Option<u64> = None;
    let mut rest = text.get(..40).unwrap_or(text);
    if rest.len() < text.len() {
        return None;
    }
    if rest.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("pt")) {
        rest = rest.get(2..)?;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            if number.is_some() || digits > 6 {
                return None;
            }
            number = rest.get(..digits)?.parse().ok();
            rest = rest.get(digits..)?.trim_start();
            continue;
        }
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match rest.get(..letters)?.to_ascii_lowercase().as_str() {
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            _ => return None,
        };
        seconds += number.take()? * unit;
        rest = rest.get(letters..)?.trim_start_matches(['.', ',', ' ']);
    }
    number.is_none().then_some(seconds)
}

/// A yes or no in any of its wordings.
pub(super) fn flag(tree: &Tree<'_>, names: &[(Vocabulary, &str)]) -> Option<bool> {
    match tree.first_line(names)?.to_ascii_lowercase().as_str() {
        "yes" | "true" | "explicit" | "1" => Some(true),
        "no" | "false" | "clean" | "0" => Some(false),
        _ => None,
    }
}

/// `podcast:funding`.
pub(super) fn funding(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Funding> {
    tree.fields()
        .filter(|node| node.is(Podcast, "funding"))
        .filter_map(|node| {
            let url = resolve(node.attribute("url")?, node.base_or(base), warnings)?;
            Some(Funding::new(url, node.line()))
        })
        .collect()
}

/// `podcast:person`.
pub(super) fn persons(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let mut persons = Vec::new();
    for node in tree.fields().filter(|node| node.is(Podcast, "person")) {
        let name = node.line();
        if name.is_empty() {
            continue;
        }
        let base = node.base_or(base);
        let mut person = Person::new(name);
        person.role = Some(clean_line(node.attribute("role").unwrap_or("host")).to_lowercase());
        person.link = node.attribute("href").and_then(|text| resolve(text, base, warnings));
        person.image = node.attribute("img").and_then(|text| resolve(text, base, warnings));
        persons.push(person);
    }
    persons
}

/// Everything of `itunes:`, `podcast:` and `psc:` that makes an episode; `None` when there is nothing of it.
pub(super) fn episode(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Episode> {
    if !tree
        .nodes
        .iter()
        .any(|node| matches!(node.vocabulary, Itunes | Podcast | Chapters | GooglePlay))
    {
        return None;
    }
    let number = |name: &str| {
        let text = tree.first_line(&[(Itunes, name), (Podcast, name)])?;
        text.split('.').next()?.trim().parse::<u32>().ok()
    };
    let attribute = |name: &str, attribute: &str| {
        let mut named = tree.fields().filter(|node| node.is(Podcast, name));
        named.find_map(|node| node.attribute(attribute)).map(clean_line)
    };
    let mut episode = Episode {
        number: number("episode"),
        season: number("season"),
        kind: tree
            .first_line(&[(Itunes, "episodetype")])
            .and_then(|kind| kind_of(&kind)),
        explicit: flag(tree, &[(Itunes, "explicit"), (GooglePlay, "explicit")]),
        duration_seconds: tree
            .first_line(&[(Itunes, "duration")])
            .and_then(|text| duration(&text)),
        title: tree.first_line(&[(Itunes, "title")]),
        subtitle: tree.first_line(&[(Itunes, "subtitle")]),
        season_name: attribute("season", "name"),
        number_shown: attribute("episode", "display"),
        blocked: flag(tree, &[(Itunes, "block"), (GooglePlay, "block")]),
        funding: funding(tree, base, warnings),
        persons: persons(tree, base, warnings),
        ..Episode::default()
    };
    for node in tree.fields().filter(|node| node.vocabulary == Podcast) {
        let base = node.base_or(base);
        match node.name {
            "transcript" => episode.transcripts.extend(transcript(node, base, warnings)),
            "chapters" if episode.chapters_url.is_none() => {
                episode.chapters_url = node.attribute("url").and_then(|text| resolve(text, base, warnings));
            }
            "soundbite" => episode.soundbites.extend(soundbite(node)),
            _ => {}
        }
    }
    for (_, node) in tree.all(Chapters, "chapter") {
        if let Some(start) = node.attribute("start").and_then(chapter_start) {
            let mut chapter = Chapter::new(start, node.attribute("title").map(clean_line).unwrap_or_default());
            chapter.link = node.attribute("href").and_then(|text| resolve(text, base, warnings));
            chapter.image = node.attribute("image").and_then(|text| resolve(text, base, warnings));
            episode.chapters.push(chapter);
        }
    }
    episode.image = tree
        .fields()
        .filter(|node| matches!(node.vocabulary, Itunes | GooglePlay) && node.name == "image")
        .find_map(|node| {
            let text = node
                .attribute("href")
                .or_else(|| node.attribute("url"))
                .map_or_else(|| node.plain(), str::to_owned);
            resolve(&text, node.base_or(base), warnings)
        });
    (episode != Episode::default()).then_some(episode)
}

fn kind_of(kind: &str) -> Option<EpisodeKind> {
    match kind.to_ascii_lowercase().as_str() {
        "full" => Some(EpisodeKind::Full),
        "trailer" => Some(EpisodeKind::Trailer),
        "bonus" => Some(EpisodeKind::Bonus),
        _ => None,
    }
}

fn transcript(node: &Node<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Transcript> {
    let mut transcript = Transcript::new(resolve(node.attribute("url")?, base, warnings)?);
    transcript.mime_type = node.attribute("type").map(|kind| clean_line(kind).to_ascii_lowercase());
    transcript.language = node.attribute("language").map(clean_line);
    transcript.relation = node.attribute("rel").map(|rel| clean_line(rel).to_ascii_lowercase());
    Some(transcript)
}

fn soundbite(node: &Node<'_>) -> Option<Soundbite> {
    let seconds = |name: &str| {
        let seconds: f64 = node.attribute(name)?.parse().ok()?;
        (seconds.is_finite() && (0.0..=LONGEST_SECONDS as f64).contains(&seconds)).then_some(seconds)
    };
    let mut soundbite = Soundbite::new(seconds("starttime")?, seconds("duration")?);
    soundbite.title = Some(node.line()).filter(|title| !title.is_empty());
    Some(soundbite)
}

/// A chapter may begin at 0, which no length does.
fn chapter_start(text: &str) -> Option<u64> {
    clock(text).filter(|seconds| *seconds <= LONGEST_SECONDS)
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
            ("1h 2m 3s", Some(3723)),
            ("45 min", Some(2700)),
            ("1 hr. 5 mins", Some(3900)),
            ("PT45M30S", Some(2730)),
            ("45m", Some(2700)),
            ("0", None),
            ("00:00", None),
            ("$item.podcastDuration", None),
            ("٣٠", None),
            ("123456789012345678901234", None),
            ("99999999", None),
            ("1:2:3:4", None),
            ("12:", None),
            ("45 45 min", None),
            ("min", None),
            ("PT", None),
        ] {
            assert_eq!(duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn chapters_begin_at_zero() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("00:00:00.000", Some(0)),
            ("00:01:02.500", Some(62)),
            ("1:02", Some(62)),
            ("soon", None),
        ] {
            assert_eq!(chapter_start(text), seconds, "{text}");
        }
    }
}

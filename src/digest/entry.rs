//! One story as an entry: its words, dates, sources and times.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::data::{
    DigestEntry, EntryDate, EntryIdentifier, EntryListening, EntryNotice, EntrySignal, EntryTag, EntryVersion,
};
use super::options::DigestOptions;
use crate::model::{FeedDate, Item, Notice, Person, Precision, SignalKind, Story};
use crate::podcast::seconds_at_speed;
use crate::text::{clean_line, count_words, shorten};

/// Words an adult reads in a minute, silently, in English non-fiction: Brysbaert, "How many words do we read per
/// minute?", Journal of Memory and Language 109 (2019), a meta-analysis of 190 studies.
const WORDS_A_MINUTE: u64 = 238;

/// A summary shorter than this says only where and when ("Journal X, EarlyView."); the content then serves better.
const LEAST_SUMMARY: usize = 80;

/// Identifiers shown of one story.
const MAX_IDENTIFIERS: usize = 4;

/// Everything of a story but its score.
pub(super) fn entry(story: &Story, options: &DigestOptions) -> DigestEntry {
    let lead = story.lead();
    let summary = lead
        .map(|item| summary(item, options.summary_length))
        .unwrap_or_default();
    let mut entry = DigestEntry {
        story: story.id(),
        title: clean_line(story.title()),
        link: story.link().cloned(),
        language: lead.and_then(|item| item.language.clone()),
        sources: sources(story, options),
        journal: lead
            .and_then(|item| item.journal.as_ref()?.name.as_deref())
            .map(clean_line),
        authors: lead.map(|item| authors(&item.authors)).unwrap_or_default(),
        date: lead.map_or_else(
            || date(None, &options.zone),
            |item| date(item.published.or(item.updated), &options.zone),
        ),
        preprint: story.signal(SignalKind::Preprint).is_some(),
        tags: tags(story),
        signals: signals(story),
        notices: story.notices().iter().map(|item| notice(item, &options.zone)).collect(),
        score: 0,
        why: Vec::new(),
        summary,
        versions: versions(story, options),
        identifiers: identifiers(story),
        reading_seconds: 0,
        listening: listening(story, options),
    };
    entry.reading_seconds = reading_seconds(&entry);
    entry
}

/// How long the words that are shown take to read.
pub(super) fn reading_seconds(entry: &DigestEntry) -> u64 {
    let notices: usize = entry.notices.iter().map(|notice| count_words(&notice.title)).sum();
    let words = count_words(&entry.title) + count_words(&entry.summary) + notices;
    (words as u64 * 60).div_ceil(WORDS_A_MINUTE)
}

fn summary(item: &Item, length: usize) -> String {
    if length == 0 {
        return String::new();
    }
    let text = if item.summary.chars().count() >= LEAST_SUMMARY {
        &item.summary
    } else {
        item.text()
    };
    shorten(&clean_line(text), length)
}

/// What a source is called: its label, else the journal, else the host of the item's link.
fn source_of(item: &Item, options: &DigestOptions) -> String {
    let journal = || item.journal.as_ref().and_then(|journal| journal.name.clone());
    let host = || item.link.as_ref().and_then(|link| link.host_str().map(str::to_owned));
    let label = options.labels.get(&item.source).cloned().or_else(journal).or_else(host);
    clean_line(&label.unwrap_or_else(|| "unknown source".to_owned()))
}

fn sources(story: &Story, options: &DigestOptions) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in story.items() {
        let name = source_of(item, options);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn authors(people: &[Person]) -> String {
    let names: Vec<String> = people
        .iter()
        .map(|person| clean_line(&person.name))
        .filter(|name| !name.is_empty())
        .collect();
    let shown = names.get(..names.len().min(3)).unwrap_or_default().join(", ");
    match names.len() {
        0..=3 => shown,
        4 => format!("{shown} and 1 other"),
        count => format!("{shown} and {} others", count - 3),
    }
}

fn tags(story: &Story) -> Vec<EntryTag> {
    story
        .tags()
        .iter()
        .map(|tag| EntryTag {
            specialty: tag.specialty().clone(),
            label: tag.specialty().label().into_owned(),
            confidence: tag.confidence(),
            evidence: clean_line(&tag.evidence()),
        })
        .collect()
}

fn signals(story: &Story) -> Vec<EntrySignal> {
    story
        .signals()
        .iter()
        .map(|signal| EntrySignal {
            kind: signal.kind,
            label: signal.kind.label().to_owned(),
            detail: signal.detail.as_deref().map(clean_line),
            evidence: clean_line(&signal.evidence),
        })
        .collect()
}

fn notice(notice: &Notice, zone: &TimeZone) -> EntryNotice {
    let label = match notice.kind {
        SignalKind::Retraction => "Retracted",
        SignalKind::ExpressionOfConcern => "Expression of concern",
        _ => "Corrected",
    };
    EntryNotice {
        kind: notice.kind,
        label: label.to_owned(),
        title: clean_line(&notice.title),
        link: notice.link.clone(),
        date: day_in_words(notice.date, zone),
        reason: clean_line(&notice.reason),
    }
}

fn versions(story: &Story, options: &DigestOptions) -> Vec<EntryVersion> {
    story
        .items()
        .iter()
        .skip(1)
        .map(|item| EntryVersion {
            title: clean_line(&item.title),
            link: item.link.clone(),
            source: source_of(item, options),
            date: date(item.published.or(item.updated), &options.zone).words,
            reason: reason_of(story, item),
        })
        .collect()
}

/// Why an item is in its story: the surest of its relations, those to the item shown first.
fn reason_of(story: &Story, item: &Item) -> String {
    let lead = story.lead().map(|lead| lead.id);
    story
        .relations()
        .iter()
        .filter(|relation| relation.from == item.id || relation.to == item.id)
        .max_by(|a, b| {
            let with_lead = |from, to| Some(from) == lead || Some(to) == lead;
            with_lead(a.from, a.to)
                .cmp(&with_lead(b.from, b.to))
                .then(a.score.total_cmp(&b.score))
        })
        .map(|relation| clean_line(&relation.reason))
        .unwrap_or_default()
}

fn identifiers(story: &Story) -> Vec<EntryIdentifier> {
    let Some(lead) = story.lead() else { return Vec::new() };
    let mut found = Vec::new();
    for identifier in story
        .items()
        .iter()
        .flat_map(Item::own_identifiers)
        .filter(|own| own.names_a_work())
        .chain(lead.own_identifiers())
    {
        if !found.contains(&identifier) {
            found.push(identifier);
        }
    }
    found
        .into_iter()
        .take(MAX_IDENTIFIERS)
        .map(|identifier| EntryIdentifier {
            name: identifier.to_string(),
            link: identifier.link().and_then(|link| link.parse().ok()),
        })
        .collect()
}

fn listening(story: &Story, options: &DigestOptions) -> Option<EntryListening> {
    let item = story.items().iter().find(|item| item.audio().is_some())?;
    let audio = item.audio()?;
    let seconds = item.listening_seconds();
    let episode = item.episode.as_ref();
    let cme = item.signals.iter().find(|signal| signal.kind == SignalKind::Cme);
    Some(EntryListening {
        audio: audio.url.clone(),
        mime_type: audio.mime_type.clone(),
        seconds,
        seconds_at_speed: seconds.map(|seconds| seconds_at_speed(seconds, options.playback_speed)),
        transcript: episode
            .and_then(|episode| episode.transcripts.first())
            .map(|transcript| transcript.url.clone()),
        chapters: episode.and_then(|episode| episode.chapters_url.clone()),
        cme: cme.map(|signal| clean_line(signal.detail.as_deref().unwrap_or("CME credit"))),
    })
}

fn date(date: Option<FeedDate>, zone: &TimeZone) -> EntryDate {
    let Some(date) = date else {
        return EntryDate {
            at: None,
            precision: None,
            words: "date unknown".to_owned(),
        };
    };
    let utc = date.at.to_zoned(TimeZone::UTC);
    let words = match date.precision {
        Precision::Year => utc.strftime("%Y").to_string(),
        Precision::Month => utc.strftime("%B %Y").to_string(),
        // A day as the publisher wrote it: shifting it by the reader's zone would make it another day.
        Precision::Day | Precision::Local => utc.strftime("%-d %B %Y").to_string(),
        Precision::Second => day_in_words(date.at, zone),
    };
    EntryDate {
        at: Some(date.at),
        precision: Some(date.precision),
        words,
    }
}

pub(super) fn day_in_words(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %B %Y").to_string()
}

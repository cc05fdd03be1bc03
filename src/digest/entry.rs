//! A story turned into what is shown of it.

use url::Url;

use super::data::{
    DigestEntry, EntryDate, EntryIdentifier, EntryListening, EntryNotice, EntrySignal, EntryTag, EntryVersion, WhyPart,
};
use super::{DigestOptions, rank, wording};
use crate::ident::{Identifier, is_web_link};
use crate::model::{Item, Relation, SignalKind, Story};
use crate::podcast::seconds_at_speed;
use crate::text::{clean_line, fold_title, shorten};

/// Titles are shown whole up to this many characters.
const MAX_TITLE: usize = 300;
/// Copies, coverage and versions listed under an entry; the rest only counts.
const MAX_VERSIONS: usize = 20;

/// The entry of a story; the items of `folded` stories (notices shown here instead of by themselves) are its versions.
pub(super) fn entry(story: &Story, folded: &[&Story], why: Vec<WhyPart>, options: &DigestOptions) -> DigestEntry {
    let lead = story.lead();
    let summary = summary(story, options);
    let title = title(story.title());
    let notices = notices(story, options);
    let shown = notices.iter().map(|notice| notice.title.as_str());
    let reading_seconds = wording::reading_seconds([title.as_str(), summary.as_str()].into_iter().chain(shown));
    DigestEntry {
        story: story.id(),
        link: story.link().filter(|link| is_web_link(link)).cloned(),
        language: lead.and_then(|item| item.language.as_deref()).map(clean_line),
        sources: sources(story, options),
        journal: lead
            .and_then(|item| item.journal.as_ref()?.name.as_deref())
            .map(clean_line),
        authors: lead.map(|item| wording::names(&item.authors)).unwrap_or_default(),
        date: date(lead, options),
        preprint: rank::is_preprint(story),
        tags: tags(story),
        signals: signals(story),
        score: why.iter().map(|part| part.points).sum(),
        why,
        versions: versions(story, folded, options),
        identifiers: identifiers(story),
        listening: listening(story, options),
        title,
        notices,
        summary,
        reading_seconds,
    }
}

fn title(title: &str) -> String {
    let line = clean_line(title);
    if line.is_empty() {
        "(untitled)".to_owned()
    } else {
        shorten(&line, MAX_TITLE)
    }
}

/// The first text there is, of the item to show before the others; without the title where it only repeats it.
fn summary(story: &Story, options: &DigestOptions) -> String {
    if options.summary_length == 0 {
        return String::new();
    }
    let texts = story
        .items()
        .iter()
        .flat_map(|item| [item.summary.as_str(), item.text()]);
    texts
        .map(|text| shorten(&marked(clean_line(text)), options.summary_length))
        .find(|text| !text.is_empty() && crate::text::fold(text) != crate::text::fold(story.title()))
        .unwrap_or_default()
}

/// A long text that ends in the middle of a sentence was cut by its publisher, perhaps before a "not": it is marked.
fn marked(mut text: String) -> String {
    let cut = text.chars().count() >= 200 && text.ends_with(|last: char| last.is_alphanumeric() || last == ',');
    if cut {
        text.push('…');
    }
    text
}

/// What to call an item's source: the label given for it, else its journal, where it came from, the host of its link.
fn source_label(item: &Item, options: &DigestOptions) -> String {
    let journal = item.journal.as_ref().and_then(|journal| journal.name.as_deref());
    let origin = item.origin.as_ref().and_then(|origin| origin.title.as_deref());
    let host = item.link.as_ref().and_then(Url::host_str);
    let names = [
        options.labels.get(&item.source).map(String::as_str),
        journal,
        origin,
        host,
    ];
    names
        .into_iter()
        .flatten()
        .map(|name| shorten(&clean_line(name), 100))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "unnamed source".to_owned())
}

fn sources(story: &Story, options: &DigestOptions) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for item in story.items() {
        let label = source_label(item, options);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

fn date(item: Option<&Item>, options: &DigestOptions) -> EntryDate {
    let date = item.and_then(|item| item.published.or(item.updated));
    EntryDate {
        at: date.map(|date| date.at),
        precision: date.map(|date| date.precision),
        words: date.map_or_else(|| "date unknown".to_owned(), |date| wording::date(date, &options.zone)),
    }
}

fn tags(story: &Story) -> Vec<EntryTag> {
    let tag = |tag: &crate::model::Tag| EntryTag {
        specialty: tag.specialty().clone(),
        label: tag.specialty().label().into_owned(),
        confidence: tag.confidence(),
        evidence: clean_line(&tag.evidence()),
    };
    story.tags().iter().map(tag).collect()
}

fn signals(story: &Story) -> Vec<EntrySignal> {
    let signal = |signal: &crate::model::Signal| EntrySignal {
        kind: signal.kind,
        label: signal.kind.label().to_owned(),
        detail: signal.detail.as_deref().map(clean_line),
        evidence: shorten(&clean_line(&signal.evidence), 200),
    };
    story.signals().iter().map(signal).collect()
}

/// What a notice tells: its title without the word that the label says already; where that leaves only the paper's own
/// title, the notice's text, which says why.
fn told(notice: &crate::model::Notice, paper: &str) -> String {
    let heads = [
        "retraction:",
        "retracted:",
        "retraction note:",
        "correction:",
        "erratum:",
        "expression of concern:",
    ];
    let whole = title(&notice.title);
    let lower = whole.to_lowercase();
    let head = heads
        .iter()
        .find(|head| lower.starts_with(**head))
        .map_or(0, |head| head.len());
    let bare = whole.get(head..).map_or(whole.as_str(), str::trim);
    if fold_title(bare) == fold_title(paper) && !notice.summary.is_empty() {
        return shorten(&clean_line(&notice.summary), 600);
    }
    if bare.is_empty() { whole } else { bare.to_owned() }
}

fn notices(story: &Story, options: &DigestOptions) -> Vec<EntryNotice> {
    let notice = |notice: &crate::model::Notice| EntryNotice {
        kind: notice.kind,
        label: wording::happened(notice.kind).to_owned(),
        title: told(notice, story.title()),
        link: notice.link.clone().filter(is_web_link),
        date: wording::bare_date(notice.date, &options.zone),
        reason: clean_line(&notice.reason),
    };
    story.notices().iter().map(notice).collect()
}

fn versions(story: &Story, folded: &[&Story], options: &DigestOptions) -> Vec<EntryVersion> {
    let shown_as_notice = |item: &&Item| story.notices().iter().any(|notice| notice.item == item.id);
    let own = story.items().iter().skip(1);
    let others = folded.iter().flat_map(|story| story.items());
    let lead = story.lead().map(|item| item.id);
    let version = |item: &Item| EntryVersion {
        title: title(&item.title),
        link: item.link.clone().filter(is_web_link),
        source: source_label(item, options),
        date: date(Some(item), options).words,
        reason: story
            .relations()
            .iter()
            .filter(|relation| relation.from == item.id || relation.to == item.id)
            // The surest one to the item shown says most; else the surest to any other.
            .max_by(|a, b| {
                let to_lead =
                    |relation: &Relation| lead.is_some_and(|lead| relation.from == lead || relation.to == lead);
                to_lead(a)
                    .cmp(&to_lead(b))
                    .then(a.score.total_cmp(&b.score))
                    .then_with(|| b.reason.cmp(&a.reason))
            })
            .map(|relation| clean_line(&relation.reason))
            .unwrap_or_default(),
    };
    own.chain(others)
        .filter(|item| !shown_as_notice(item))
        .take(MAX_VERSIONS)
        .map(version)
        .collect()
}

/// What names the work, from whichever item knows; ISSNs name journals and are left out.
fn identifiers(story: &Story) -> Vec<EntryIdentifier> {
    let mut found: Vec<EntryIdentifier> = Vec::new();
    let Some(lead) = story.lead() else { return found };
    for identifier in lead.own_identifiers() {
        let name = clean_line(&identifier.to_string());
        if matches!(identifier, Identifier::Issn(_)) || found.iter().any(|known| known.name == name) {
            continue;
        }
        let link = identifier.link().and_then(|link| link.parse().ok());
        found.push(EntryIdentifier { name, link });
    }
    found.truncate(8);
    found
}

fn listening(story: &Story, options: &DigestOptions) -> Option<EntryListening> {
    let item = story.items().iter().find(|item| item.audio().is_some())?;
    let audio = item.audio()?;
    let seconds = item.listening_seconds();
    let episode = item.episode.as_ref();
    let cme = story
        .signal(SignalKind::Cme)
        .map(|signal| clean_line(signal.detail.as_deref().unwrap_or(&signal.evidence)));
    is_web_link(&audio.url).then(|| EntryListening {
        audio: audio.url.clone(),
        mime_type: audio.mime_type.as_deref().map(clean_line),
        seconds,
        seconds_at_speed: seconds.map(|seconds| seconds_at_speed(seconds, options.playback_speed)),
        transcript: episode
            .and_then(|episode| episode.transcripts.first())
            .map(|transcript| transcript.url.clone())
            .filter(is_web_link),
        chapters: episode
            .and_then(|episode| episode.chapters_url.clone())
            .filter(is_web_link),
        cme,
    })
}

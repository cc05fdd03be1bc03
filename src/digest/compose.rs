//! Choosing: which stories, in which section, in which order, within which bounds.
//!
//! Flow: notices are folded into the papers they are about; warnings are set apart, past every cap and budget; episodes
//! are planned into the listening time; what is left is taken by score while the bounds hold; then sections are made.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{
    Digest, DigestEntry, DigestSection, DigestTotals, LeftOut, LeftOutReason, SCHEMA, SectionKind, WhyPart,
};
use super::rank::{self, Warned};
use super::{DigestOptions, entry, wording};
use crate::ident::is_web_link;
use crate::limits::Limits;
use crate::model::{ItemId, SignalKind, SourceId, Specialty, Story, StoryId};
use crate::podcast::{ListeningPlan, PlanEpisode};
use crate::text::{clean_line, shorten};

/// A story on its way into the digest.
struct Candidate<'stories> {
    story: &'stories Story,
    folded: Vec<&'stories Story>,
    warned: Option<Warned>,
    why: Vec<WhyPart>,
    score: i32,
    specialty: Option<Specialty>,
}

impl Digest {
    /// Chooses from `stories` what the reader should see, and says why.
    ///
    /// - **Safety first**: stories with a recall, retraction, expression of concern or outbreak (by a signal of at least
    ///   0.5 confidence), and stories a notice is about, come first and past every cap and budget: recalls, then
    ///   retractions, concerns, outbreaks, corrections. Recalls and outbreaks are shown whatever specialties the reader
    ///   chose; the others when they are of one of these, or of none.
    /// - A notice whose paper is here too is folded into the paper's entry, which carries the warning and the link.
    /// - **Specialties**: each story once, under the wanted specialty it fits best, by score (see [`RankPart`]).
    /// - **To listen to**: stories whose first item is a sound file. With a listening time, the episodes that fill it
    ///   best ([`ListeningPlan`]); without, they are taken by score like all others.
    /// - What is not shown is counted in [`left_out`](Self::left_out), by reason.
    ///
    /// The reading time of warnings counts first; only they can pass the reader's budget. Episodes cost listening time,
    /// not reading time. The same stories, in whatever order, give the same digest.
    ///
    /// [`RankPart`]: crate::RankPart
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a digest is where stories end up")]
    pub fn compose(title: &str, stories: Vec<Story>, options: &DigestOptions) -> Self {
        let mut left_out = Rejected::default();
        let candidates = candidates(&stories, options, &mut left_out);
        let mut chosen = choose(candidates, options, &mut left_out);
        chosen.sort_by_key(order);
        let totals_of: Vec<(usize, BTreeSet<SourceId>)> = chosen.iter().map(behind).collect();
        let mut sections = sections(chosen, options);
        sections.retain(|section| !section.entries.is_empty());
        let totals = totals(&sections, &totals_of, &left_out);
        let title = shorten(&clean_line(title), 200);
        Self {
            schema: SCHEMA.to_owned(),
            title: if title.is_empty() { "Digest".to_owned() } else { title },
            generated_at: options.now,
            generated: wording::moment(options.now, &options.zone),
            zone: zone_name(options),
            link: options.link.clone().filter(is_web_link),
            sections,
            left_out: left_out.in_words(),
            unread: options.unread.clone(),
            totals,
        }
    }
}

fn zone_name(options: &DigestOptions) -> String {
    options
        .zone
        .iana_name()
        .map_or_else(|| options.zone.to_offset(options.now).to_string(), str::to_owned)
}

/// Warnings by urgency, then everything by score, newest, id: total, so that the input's order does not matter.
fn order(candidate: &Candidate<'_>) -> (bool, Option<Warned>, std::cmp::Reverse<i32>, i64, StoryId) {
    (
        candidate.warned.is_none(),
        candidate.warned,
        std::cmp::Reverse(candidate.score),
        -candidate.story.date().as_second(),
        candidate.story.id(),
    )
}

/// Stories not shown, by reason.
#[derive(Default)]
struct Rejected(BTreeMap<LeftOutReason, Vec<StoryId>>);

impl Rejected {
    fn add(&mut self, reason: LeftOutReason, story: &Story) {
        self.0.entry(reason).or_default().push(story.id());
    }

    fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    fn in_words(self) -> Vec<LeftOut> {
        let words = |(reason, stories): (LeftOutReason, Vec<StoryId>)| LeftOut {
            reason,
            words: format!(
                "{} {}",
                wording::counted(stories.len(), "story", "stories"),
                reason.words()
            ),
            stories,
        };
        self.0.into_iter().map(words).collect()
    }
}

/// What the reader wants of the stories, each once, notices folded into their papers, best first.
fn candidates<'stories>(
    stories: &'stories [Story],
    options: &DigestOptions,
    left_out: &mut Rejected,
) -> Vec<Candidate<'stories>> {
    let mut seen = BTreeSet::new();
    let mut candidates: Vec<Candidate<'stories>> = stories
        .iter()
        .filter(|story| seen.insert(story.id()))
        .map(|story| {
            let why = rank::parts(story, &options.specialties, options.now);
            Candidate {
                story,
                folded: Vec::new(),
                warned: Warned::by(story),
                score: why.iter().map(|part| part.points).sum(),
                specialty: rank::best_tag(story, &options.specialties).map(|tag| tag.specialty().clone()),
                why,
            }
        })
        .collect();
    candidates.sort_by_key(order);
    candidates.retain(|candidate| {
        let wanted = is_wanted(candidate, options);
        if !wanted {
            left_out.add(LeftOutReason::OtherSpecialty, candidate.story);
        }
        wanted
    });
    fold_notices(&mut candidates);
    candidates
}

fn is_wanted(candidate: &Candidate<'_>, options: &DigestOptions) -> bool {
    options.specialties.is_empty()
        || candidate.specialty.is_some()
        || candidate
            .warned
            .is_some_and(|warned| warned.concerns_everybody() || candidate.story.tags().is_empty())
}

/// Takes the story of a notice out when the paper it is about is here: the paper's entry tells of it. A notice that is
/// itself the subject of a notice stays, so nothing can fold away in a circle.
fn fold_notices(candidates: &mut Vec<Candidate<'_>>) {
    let told: BTreeSet<ItemId> = candidates
        .iter()
        .flat_map(|candidate| candidate.story.notices())
        .map(|notice| notice.item)
        .collect();
    let is_told = |story: &Story| {
        story.notices().is_empty()
            && story.lead().is_some_and(|lead| told.contains(&lead.id))
            && story
                .signals()
                .iter()
                .all(|signal| !matches!(signal.kind, SignalKind::SafetyAlert | SignalKind::Outbreak))
    };
    let folded: Vec<&Story> = candidates
        .iter()
        .map(|candidate| candidate.story)
        .filter(|story| is_told(story))
        .collect();
    candidates.retain(|candidate| !is_told(candidate.story));
    for candidate in candidates {
        let notices = candidate.story.notices();
        let about = |story: &&&Story| {
            story
                .lead()
                .is_some_and(|lead| notices.iter().any(|notice| notice.item == lead.id))
        };
        candidate.folded = folded.iter().filter(about).copied().collect();
    }
}

/// What fits, warnings past everything. `candidates` come best first.
fn choose<'stories>(
    candidates: Vec<Candidate<'stories>>,
    options: &DigestOptions,
    left_out: &mut Rejected,
) -> Vec<Candidate<'stories>> {
    let (mut chosen, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|one| one.warned.is_some());
    let mut reading_left = options.reading_minutes.map(|minutes| {
        let warnings: u64 = chosen.iter().map(|one| reading_seconds(one, options)).sum();
        (u64::from(minutes) * 60).saturating_sub(warnings)
    });
    let plan = plan(&rest, options);
    let mut room = options.limit;
    let mut in_section: BTreeMap<Option<Specialty>, usize> = BTreeMap::new();
    // Planned episodes first: the reader asked for so many minutes of them.
    let (planned, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|one| plan.contains(&one.story.id()));
    for candidate in planned.into_iter().chain(others) {
        let is_episode = is_episode(candidate.story);
        let is_planned = plan.contains(&candidate.story.id());
        if is_episode && options.listening_minutes.is_some() && !is_planned {
            let known = episode_seconds(candidate.story).is_some();
            let reason = if known {
                LeftOutReason::ListeningTime
            } else {
                LeftOutReason::LengthUnknown
            };
            left_out.add(reason, candidate.story);
            continue;
        }
        if room == 0 {
            left_out.add(LeftOutReason::Limit, candidate.story);
            continue;
        }
        if !is_episode {
            let count = in_section.entry(candidate.specialty.clone()).or_default();
            if options.per_specialty.is_some_and(|most| *count >= most) {
                left_out.add(LeftOutReason::PerSpecialty, candidate.story);
                continue;
            }
            if let Some(left) = &mut reading_left {
                let Some(rest) = left.checked_sub(reading_seconds(&candidate, options)) else {
                    left_out.add(LeftOutReason::ReadingTime, candidate.story);
                    continue;
                };
                *left = rest;
            }
            *count += 1;
        }
        room -= 1;
        chosen.push(candidate);
    }
    chosen
}

fn reading_seconds(candidate: &Candidate<'_>, options: &DigestOptions) -> u64 {
    entry::entry(candidate.story, &[], Vec::new(), options).reading_seconds
}

/// A story to listen to: the item to show is a sound file.
fn is_episode(story: &Story) -> bool {
    story
        .lead()
        .and_then(crate::model::Item::audio)
        .is_some_and(|audio| is_web_link(&audio.url))
}

fn episode_seconds(story: &Story) -> Option<u64> {
    story.lead().and_then(crate::model::Item::listening_seconds)
}

/// The episodes that fill the listening time best; none where no time is given.
fn plan(rest: &[Candidate<'_>], options: &DigestOptions) -> BTreeSet<StoryId> {
    let Some(minutes) = options.listening_minutes else {
        return BTreeSet::new();
    };
    let mut stories = BTreeMap::new();
    let mut episodes = Vec::new();
    for candidate in rest.iter().filter(|candidate| is_episode(candidate.story)) {
        if let (Some(lead), Some(seconds)) = (candidate.story.lead(), episode_seconds(candidate.story)) {
            stories.insert(lead.id, candidate.story.id());
            let score = u32::try_from(candidate.score).unwrap_or(0);
            episodes.push(PlanEpisode::new(lead.id, seconds, score));
        }
    }
    let plan = ListeningPlan::choose(&episodes, minutes, options.playback_speed, &Limits::default());
    plan.episodes
        .iter()
        .filter_map(|item| stories.get(item))
        .copied()
        .collect()
}

/// How many items stand behind an entry beyond the one shown, and which sources.
fn behind(candidate: &Candidate<'_>) -> (usize, BTreeSet<SourceId>) {
    let items = || {
        let folded = candidate.folded.iter().flat_map(|story| story.items());
        candidate.story.items().iter().chain(folded)
    };
    let different: BTreeSet<ItemId> = items().map(|item| item.id).collect();
    (
        different.len().saturating_sub(1),
        items().map(|item| item.source).collect(),
    )
}

/// The sections: warnings, specialties in the reader's order (else by their best story), general, listening.
fn sections(chosen: Vec<Candidate<'_>>, options: &DigestOptions) -> Vec<DigestSection> {
    let mut sections = vec![section(SectionKind::Safety, "Safety first")];
    for specialty in &options.specialties {
        let kind = SectionKind::Specialty(specialty.clone());
        if !sections.iter().any(|section| section.kind == kind) {
            sections.push(section(kind, &specialty.label()));
        }
    }
    let mut general = section(SectionKind::General, "General");
    let mut listening = section(SectionKind::Listening, "To listen to");
    for candidate in chosen {
        let mut shown = entry::entry(candidate.story, &candidate.folded, candidate.why, options);
        if candidate.warned.is_some() {
            if let Some(safety) = sections.first_mut() {
                safety.entries.push(shown);
            }
        } else if is_episode(candidate.story) {
            shown.reading_seconds = 0;
            listening.entries.push(shown);
        } else if let Some(specialty) = candidate.specialty {
            let kind = SectionKind::Specialty(specialty.clone());
            match sections.iter_mut().find(|section| section.kind == kind) {
                Some(section) => section.entries.push(shown),
                None => {
                    let mut new = section(kind, &specialty.label());
                    new.entries.push(shown);
                    sections.push(new);
                }
            }
        } else {
            general.entries.push(shown);
        }
    }
    sections.push(general);
    sections.push(listening);
    sections
}

fn section(kind: SectionKind, heading: &str) -> DigestSection {
    DigestSection {
        kind,
        heading: clean_line(heading),
        entries: Vec::new(),
    }
}

fn totals(sections: &[DigestSection], behind: &[(usize, BTreeSet<SourceId>)], left_out: &Rejected) -> DigestTotals {
    let entries = |kind: Option<SectionKind>| {
        sections
            .iter()
            .filter(move |section| kind.as_ref().is_none_or(|kind| section.kind == *kind))
            .flat_map(|section| &section.entries)
    };
    let minutes = |kind| {
        let seconds: u64 = entries(kind).map(|entry: &DigestEntry| entry.reading_seconds).sum();
        seconds.div_ceil(60)
    };
    let sources: BTreeSet<SourceId> = behind.iter().flat_map(|(_, sources)| sources).copied().collect();
    DigestTotals {
        stories: entries(None).count(),
        warnings: entries(Some(SectionKind::Safety)).count(),
        items_folded: behind.iter().map(|(folded, _)| folded).sum(),
        sources: sources.len(),
        left_out: left_out.count(),
        reading_minutes: minutes(None),
        warning_minutes: minutes(Some(SectionKind::Safety)),
        listening_minutes: entries(Some(SectionKind::Listening))
            .filter_map(|entry| entry.listening.as_ref()?.seconds_at_speed)
            .map(|seconds| seconds.div_ceil(60))
            .fold(0, u64::saturating_add),
    }
}

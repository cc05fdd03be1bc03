//! Choosing what is shown.
//!
//! Flow: a notice is folded into the paper it is about when both are there; every story gets its score; warnings go
//! first, all of them; then the best stories that fit caps and reading time, each once, under its best specialty; then
//! the episodes that fill the listening time best. What is left out is counted with the reason.
//!
//! Deterministic: the same stories and options give the same digest, whatever order the stories come in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::data::{Digest, DigestEntry, DigestSection, DigestTotals, LeftOut, LeftOutReason, SCHEMA, SectionKind};
use super::entry;
use super::options::DigestOptions;
use super::rank;
use crate::limits::Limits;
use crate::model::{ItemId, Specialty, Story, StoryId};
use crate::podcast::{ListeningPlan, PlanEpisode};
use crate::text::clean_line;

/// Episodes shown when the reader named no listening time.
const EPISODES: usize = 5;

/// A story on its way into the digest.
struct Ranked {
    story: Story,
    entry: DigestEntry,
    warning: Option<u8>,
    /// Notices that are shown with it instead of on their own.
    folded: usize,
}

impl Digest {
    /// Chooses from these stories what the options ask for.
    #[must_use]
    pub fn compose(title: &str, stories: Vec<Story>, options: &DigestOptions) -> Self {
        let ranked = rank_all(stories, options);
        let mut left = BTreeMap::<LeftOutReason, Vec<StoryId>>::new();
        let (warnings, rest): (Vec<_>, Vec<_>) = ranked.into_iter().partition(|ranked| ranked.warning.is_some());
        let (episodes, articles): (Vec<_>, Vec<_>) = rest.into_iter().partition(|ranked| is_episode(&ranked.story));

        let warning_seconds: u64 = warnings.iter().map(|ranked| ranked.entry.reading_seconds).sum();
        let articles = choose_articles(articles, warning_seconds, options, &mut left);
        let episodes = choose_episodes(episodes, options, &mut left);
        let totals = totals(&warnings, &articles, &episodes, &left);

        let mut sections = Vec::new();
        let mut warnings = warnings;
        warnings.sort_by_key(|ranked| {
            let score = Reverse(ranked.entry.score);
            (ranked.warning, score, Reverse(ranked.story.date()), ranked.story.id())
        });
        push_section(&mut sections, SectionKind::Safety, "Safety first".to_owned(), warnings);
        for (specialty, ranked) in by_specialty(articles, options) {
            match specialty {
                Some(specialty) => {
                    let heading = specialty.label().into_owned();
                    push_section(&mut sections, SectionKind::Specialty(specialty), heading, ranked);
                }
                None => push_section(&mut sections, SectionKind::General, "General".to_owned(), ranked),
            }
        }
        push_section(
            &mut sections,
            SectionKind::Listening,
            "To listen to".to_owned(),
            episodes,
        );

        let moment = options.now.to_zoned(options.zone.clone());
        Self {
            schema: SCHEMA.to_owned(),
            title: clean_line(title),
            generated_at: options.now,
            generated: moment.strftime("%A %-d %B %Y, %H:%M %Z").to_string(),
            zone: options
                .zone
                .iana_name()
                .map_or_else(|| moment.offset().to_string(), str::to_owned),
            link: options.link.clone(),
            sections,
            left_out: left
                .into_iter()
                .map(|(reason, stories)| LeftOut {
                    reason,
                    words: reason.words().to_owned(),
                    stories,
                })
                .collect(),
            totals,
        }
    }
}

fn push_section(sections: &mut Vec<DigestSection>, kind: SectionKind, heading: String, ranked: Vec<Ranked>) {
    if !ranked.is_empty() {
        let entries = ranked.into_iter().map(|ranked| ranked.entry).collect();
        sections.push(DigestSection { kind, heading, entries });
    }
}

/// Scores every story, best first, notices folded into the papers they are about.
fn rank_all(stories: Vec<Story>, options: &DigestOptions) -> Vec<Ranked> {
    let noticed: BTreeSet<ItemId> = stories
        .iter()
        .flat_map(|story| story.notices().iter().map(|notice| notice.item))
        .collect();
    let (notices, shown): (Vec<_>, Vec<_>) = stories
        .into_iter()
        .partition(|story| story.items().iter().any(|item| noticed.contains(&item.id)) && story.notices().is_empty());
    let mut ranked: Vec<Ranked> = shown
        .into_iter()
        .map(|story| {
            let mut entry = entry::entry(&story, options);
            entry.why = rank::why(&story, options, options.now);
            entry.score = entry.why.iter().map(|part| part.points).sum();
            let about: BTreeSet<ItemId> = story.notices().iter().map(|notice| notice.item).collect();
            let folded = notices
                .iter()
                .filter(|notice| notice.items().iter().any(|item| about.contains(&item.id)))
                .map(|notice| notice.items().len())
                .sum();
            Ranked {
                warning: rank::warning(&story),
                story,
                entry,
                folded,
            }
        })
        .collect();
    ranked.sort_by_key(|ranked| {
        (
            Reverse(ranked.entry.score),
            Reverse(ranked.story.date()),
            ranked.story.id(),
        )
    });
    ranked
}

/// Whether a story is only to be listened to.
fn is_episode(story: &Story) -> bool {
    !story.items().is_empty() && story.items().iter().all(|item| item.audio().is_some())
}

fn choose_articles(
    articles: Vec<Ranked>,
    warning_seconds: u64,
    options: &DigestOptions,
    left: &mut BTreeMap<LeftOutReason, Vec<StoryId>>,
) -> Vec<Ranked> {
    let mut room = options
        .reading_minutes
        .map(|minutes| (u64::from(minutes) * 60).saturating_sub(warning_seconds));
    let mut of_specialty = BTreeMap::<Option<Specialty>, usize>::new();
    let mut chosen = Vec::new();
    for ranked in articles {
        let specialty = rank::best_tag(&ranked.story, options).map(|tag| tag.specialty().clone());
        let count = of_specialty.entry(specialty.clone()).or_default();
        let reason = if specialty.is_none() && !options.specialties.is_empty() {
            Some(LeftOutReason::OtherSpecialty)
        } else if chosen.len() >= options.limit {
            Some(LeftOutReason::Limit)
        } else if options.per_specialty.is_some_and(|most| *count >= most) {
            Some(LeftOutReason::PerSpecialty)
        } else if room.is_some_and(|room| ranked.entry.reading_seconds > room) {
            Some(LeftOutReason::ReadingTime)
        } else {
            None
        };
        if let Some(reason) = reason {
            left.entry(reason).or_default().push(ranked.story.id());
            continue;
        }
        *count += 1;
        room = room.map(|room| room.saturating_sub(ranked.entry.reading_seconds));
        chosen.push(ranked);
    }
    chosen
}

fn choose_episodes(
    episodes: Vec<Ranked>,
    options: &DigestOptions,
    left: &mut BTreeMap<LeftOutReason, Vec<StoryId>>,
) -> Vec<Ranked> {
    let mut fitting = Vec::new();
    for ranked in episodes {
        if !options.specialties.is_empty() && rank::best_tag(&ranked.story, options).is_none() {
            left.entry(LeftOutReason::OtherSpecialty)
                .or_default()
                .push(ranked.story.id());
        } else if options.listening_minutes.is_some() && seconds_of(&ranked).is_none() {
            left.entry(LeftOutReason::LengthUnknown)
                .or_default()
                .push(ranked.story.id());
        } else {
            fitting.push(ranked);
        }
    }
    let (keep, reason): (BTreeSet<ItemId>, _) = match options.listening_minutes {
        Some(minutes) => {
            let episodes: Vec<PlanEpisode> = fitting
                .iter()
                .filter_map(|ranked| {
                    let score = u32::try_from(ranked.entry.score.max(1)).unwrap_or(1);
                    Some(PlanEpisode::new(ranked.story.lead()?.id, seconds_of(ranked)?, score))
                })
                .collect();
            let plan = ListeningPlan::choose(&episodes, minutes, options.playback_speed, &Limits::default());
            (plan.episodes.into_iter().collect(), LeftOutReason::ListeningTime)
        }
        None => {
            let best = fitting.iter().take(EPISODES).filter_map(|ranked| ranked.story.lead());
            (best.map(|item| item.id).collect(), LeftOutReason::Limit)
        }
    };
    let (chosen, rest): (Vec<_>, Vec<_>) = fitting
        .into_iter()
        .partition(|ranked| ranked.story.lead().is_some_and(|item| keep.contains(&item.id)));
    if !rest.is_empty() {
        left.entry(reason)
            .or_default()
            .extend(rest.iter().map(|ranked| ranked.story.id()));
    }
    chosen
}

/// The length of an episode at normal speed.
fn seconds_of(ranked: &Ranked) -> Option<u64> {
    ranked.entry.listening.as_ref()?.seconds
}

/// Sections in the order of what is wanted, else of their best story.
fn by_specialty(articles: Vec<Ranked>, options: &DigestOptions) -> Vec<(Option<Specialty>, Vec<Ranked>)> {
    let mut sections: Vec<(Option<Specialty>, Vec<Ranked>)> = Vec::new();
    for ranked in articles {
        let specialty = rank::best_tag(&ranked.story, options).map(|tag| tag.specialty().clone());
        match sections.iter_mut().find(|(known, _)| *known == specialty) {
            Some((_, entries)) => entries.push(ranked),
            None => sections.push((specialty, vec![ranked])),
        }
    }
    let place = |specialty: &Option<Specialty>| match specialty {
        None => usize::MAX,
        Some(specialty) => options
            .specialties
            .iter()
            .position(|wanted| wanted == specialty)
            .unwrap_or(options.specialties.len()),
    };
    sections.sort_by_key(|(specialty, _)| place(specialty));
    sections
}

fn totals(
    warnings: &[Ranked],
    articles: &[Ranked],
    episodes: &[Ranked],
    left: &BTreeMap<LeftOutReason, Vec<StoryId>>,
) -> DigestTotals {
    let all = || warnings.iter().chain(articles).chain(episodes);
    let seconds = |ranked: &[Ranked]| ranked.iter().map(|ranked| ranked.entry.reading_seconds).sum::<u64>();
    let sources: BTreeSet<_> = all()
        .flat_map(|ranked| ranked.story.items().iter().map(|item| item.source))
        .collect();
    let listening = episodes
        .iter()
        .filter_map(|ranked| ranked.entry.listening.as_ref()?.seconds_at_speed)
        .map(|seconds| seconds.div_ceil(60))
        .sum();
    DigestTotals {
        stories: all().count(),
        warnings: warnings.len(),
        items_folded: all()
            .map(|ranked| ranked.story.items().len().saturating_sub(1) + ranked.folded)
            .sum(),
        sources: sources.len(),
        left_out: left.values().map(Vec::len).sum(),
        reading_minutes: (seconds(warnings) + seconds(articles)).div_ceil(60),
        warning_minutes: seconds(warnings).div_ceil(60),
        listening_minutes: listening,
    }
}

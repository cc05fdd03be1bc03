//! What a story is worth to a reader, in parts that can be shown.
//!
//! All parts are whole points, so that the same stories give the same order everywhere:
//!
//! | part | points | compared |
//! |---|---|---|
//! | safety | up to 40, a class I recall 60 | the strongest warning, or notice about the story, times its confidence |
//! | specialty | up to 30 | the best tag among what the reader wants (all, when nothing is said), by confidence |
//! | evidence | -4 to 30 | the kind of study or document, times its confidence |
//! | coverage | up to 20 | 6 for each doubling of independent sources: distinct sources, but copies of one title count once |
//! | recency | up to 20 | the item's own date; an unknown or future date earns nothing |
//! | preprint | -10 | not peer reviewed |
//!
//! A letter about a trial carries both signals in its text; what the item *is* wins, so an editorial, a correction, a
//! case report or laboratory work caps what the evidence part may earn.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::data::{RankPart, WhyPart};
use crate::model::{Signal, SignalKind, Specialty, Story, Tag};
use crate::text::fold_title;

/// Below this a signal is a guess: it may not put a story above everything else.
pub(super) const SURE: f32 = 0.5;

/// Why a warning comes where it does: recalls and safety alerts, then retractions and concerns, outbreaks, corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Warned {
    Recall,
    Retracted,
    Concern,
    Outbreak,
    Corrected,
}

impl Warned {
    fn of(kind: SignalKind) -> Option<Self> {
        match kind {
            SignalKind::SafetyAlert => Some(Self::Recall),
            SignalKind::Retraction => Some(Self::Retracted),
            SignalKind::ExpressionOfConcern => Some(Self::Concern),
            SignalKind::Outbreak => Some(Self::Outbreak),
            SignalKind::Correction => Some(Self::Corrected),
            _ => None,
        }
    }

    /// The most pressing reason why this story belongs under "Safety first", where there is one: a warning it carries
    /// with enough confidence, or a notice about it. A correction by itself, without the paper, is no warning.
    pub(super) fn by(story: &Story) -> Option<Self> {
        let signals = story
            .signals()
            .iter()
            .filter(|signal| signal.kind.is_warning() && signal.confidence >= SURE)
            .filter_map(|signal| Self::of(signal.kind));
        let notices = story.notices().iter().filter_map(|notice| Self::of(notice.kind));
        signals.chain(notices).min()
    }

    /// Whether it concerns everybody who prescribes or treats, so that no choice of specialties hides it.
    pub(super) fn concerns_everybody(self) -> bool {
        matches!(self, Self::Recall | Self::Outbreak)
    }
}

/// The wanted specialty that fits a story best, and its tag; among all when nothing is said.
pub(super) fn best_tag<'story>(story: &'story Story, wanted: &[Specialty]) -> Option<&'story Tag> {
    let mut best: Option<&Tag> = None;
    let mut consider = |tag: &'story Tag| {
        if best.is_none_or(|known| tag.confidence() > known.confidence()) {
            best = Some(tag);
        }
    };
    if wanted.is_empty() {
        story.tags().iter().for_each(&mut consider);
    }
    // In the reader's order, so that of equal ones the dearer wins.
    for specialty in wanted {
        story
            .tags()
            .iter()
            .filter(|tag| tag.specialty() == specialty)
            .for_each(&mut consider);
    }
    best
}

/// The parts of a story's score; those that add nothing are left out.
pub(super) fn parts(story: &Story, wanted: &[Specialty], now: Timestamp) -> Vec<WhyPart> {
    let parts = [
        safety(story),
        specialty(story, wanted),
        evidence(story),
        coverage(story),
        recency(story, now),
        preprint(story),
    ];
    parts.into_iter().flatten().collect()
}

fn part(part: RankPart, points: i32, words: impl Into<String>) -> Option<WhyPart> {
    Some(WhyPart {
        part,
        points,
        words: words.into(),
    })
}

/// So many points at full confidence.
fn weighed(points: i32, confidence: f32) -> i32 {
    (points as f32 * confidence).round() as i32
}

fn safety(story: &Story) -> Option<WhyPart> {
    let worth = |kind| match kind {
        SignalKind::SafetyAlert | SignalKind::Retraction => 40,
        SignalKind::ExpressionOfConcern | SignalKind::Outbreak => 30,
        _ => 10,
    };
    let notice = story
        .notices()
        .iter()
        .map(|notice| (worth(notice.kind), super::wording::happened(notice.kind).to_lowercase()))
        .max_by_key(|(points, _)| *points);
    let signal = story
        .signals()
        .iter()
        .filter(|signal| signal.kind.is_warning())
        .map(|signal| {
            let gravest = signal.detail.as_deref() == Some("class I recall");
            (
                weighed(worth(signal.kind) + if gravest { 20 } else { 0 }, signal.confidence),
                signal.kind.label().to_lowercase(),
            )
        })
        .max_by_key(|(points, _)| *points);
    let (points, words) = notice.into_iter().chain(signal).max_by_key(|(points, _)| *points)?;
    part(RankPart::Safety, points, words)
}

fn specialty(story: &Story, wanted: &[Specialty]) -> Option<WhyPart> {
    let tag = best_tag(story, wanted)?;
    let points = weighed(30, tag.confidence());
    let percent = weighed(100, tag.confidence());
    let words = format!("{}, {percent} % sure", tag.specialty().label());
    part(RankPart::Specialty, points, words)
}

fn evidence_worth(kind: SignalKind) -> Option<i32> {
    Some(match kind {
        SignalKind::Guideline => 30,
        SignalKind::MetaAnalysis => 27,
        SignalKind::SystematicReview => 26,
        SignalKind::RandomizedTrial => 24,
        SignalKind::DrugApproval => 18,
        SignalKind::Observational => 14,
        SignalKind::NarrativeReview => 10,
        SignalKind::CaseReport => 5,
        SignalKind::AnimalOrInVitro => 4,
        SignalKind::EditorialLetterComment => 3,
        SignalKind::Correction => 2,
        SignalKind::PressRelease => -4,
        _ => return None,
    })
}

/// What the item is, whatever else it talks about.
fn caps(kind: SignalKind) -> bool {
    matches!(
        kind,
        SignalKind::CaseReport
            | SignalKind::AnimalOrInVitro
            | SignalKind::EditorialLetterComment
            | SignalKind::Correction
            | SignalKind::PressRelease
    )
}

fn evidence(story: &Story) -> Option<WhyPart> {
    if story
        .notices()
        .iter()
        .any(|notice| notice.kind == SignalKind::Retraction)
    {
        return None; // What was retracted is no evidence.
    }
    // The item to show says what the story is: an editorial that is grouped with a trial does not cap the trial.
    let of_lead = |signal: &&Signal| {
        story
            .lead()
            .is_none_or(|lead| lead.signals.is_empty() || lead.signals.iter().any(|own| own.kind == signal.kind))
    };
    let rated: Vec<(i32, SignalKind)> = story
        .signals()
        .iter()
        .filter(of_lead)
        .filter_map(|signal| {
            let points = weighed(evidence_worth(signal.kind)?, signal.confidence);
            (!caps(signal.kind) || signal.confidence >= SURE).then_some((points, signal.kind))
        })
        .collect();
    let capped = rated.iter().filter(|(_, kind)| caps(*kind)).min();
    let (points, kind) = capped.or_else(|| rated.iter().max())?;
    part(RankPart::Evidence, *points, kind.label().to_lowercase())
}

/// How many sources carry a story independently: distinct sources, but never more than distinct titles, because the
/// same title on several outlets is one report that was passed on.
pub(super) fn independent_sources(story: &Story) -> usize {
    let sources: BTreeSet<_> = story.items().iter().map(|item| item.source).collect();
    let titles: BTreeSet<String> = story.items().iter().map(|item| fold_title(&item.title)).collect();
    sources.len().min(titles.len())
}

fn coverage(story: &Story) -> Option<WhyPart> {
    let sources = independent_sources(story);
    if sources < 2 {
        return None;
    }
    // 6 points a doubling, straight lines between: whole numbers give the same on every machine, logarithms need not.
    let doublings = sources.ilog2();
    let below = 1usize << doublings;
    let points = (6 * doublings as usize + 6 * (sources - below) / below).min(20);
    part(
        RankPart::Coverage,
        i32::try_from(points).unwrap_or(20),
        format!("{sources} independent sources"),
    )
}

fn recency(story: &Story, now: Timestamp) -> Option<WhyPart> {
    let lead = story.lead()?;
    let Some(date) = lead.published.or(lead.updated) else {
        return part(RankPart::Recency, 0, "date unknown");
    };
    // The day in progress may lie ahead of UTC; anything later is a claim that earns nothing.
    let hours = (now.as_second() - date.at.as_second()).div_euclid(3_600);
    let (points, words) = match hours {
        ..=-25 => (0, "dated in the future"),
        -24..24 => (20, "within a day"),
        24..48 => (17, "within two days"),
        48..96 => (13, "within four days"),
        96..168 => (9, "within a week"),
        168..336 => (5, "within two weeks"),
        336..744 => (2, "within a month"),
        _ => (0, "older than a month"),
    };
    part(RankPart::Recency, points, words)
}

pub(super) fn is_preprint(story: &Story) -> bool {
    story.lead().is_some_and(|lead| {
        lead.signals.iter().any(|signal| signal.kind == SignalKind::Preprint)
            || lead.doi().is_some_and(crate::ident::Doi::is_preprint)
    })
}

fn preprint(story: &Story) -> Option<WhyPart> {
    is_preprint(story)
        .then(|| part(RankPart::Preprint, -10, "not peer reviewed yet"))
        .flatten()
}

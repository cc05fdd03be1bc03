//! How much a story counts, in parts that are shown.
//!
//! Points: up to 40 for fitting a wanted specialty (30 where none is named), up to 30 for the kind of evidence, 10 for
//! each doubling of independent sources up to 30, up to 20 for being new (halved every three days), and 8 less for a
//! preprint. A warning counts 100 more. Two outlets that carry one text under one title count once.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::data::{RankPart, WhyPart};
use super::options::DigestOptions;
use crate::model::{SignalKind, Specialty, Story, Tag};
use crate::text::fold_title;

/// A story's tag below this does not put it under its specialty.
pub(super) const LEAST_CONFIDENCE: f32 = 0.3;

/// Days in which the worth of being new halves.
const HALF_LIFE_DAYS: f64 = 3.0;

/// The tag under which a story is shown: the surest of those wanted, or of all where none is named.
pub(super) fn best_tag<'story>(story: &'story Story, options: &DigestOptions) -> Option<&'story Tag> {
    let wanted = |specialty: &Specialty| options.specialties.is_empty() || options.specialties.contains(specialty);
    story
        .tags()
        .iter()
        .find(|tag| wanted(tag.specialty()) && tag.confidence() >= LEAST_CONFIDENCE)
}

/// How grave a warning is, 0 the gravest; `None` for a story that does not warn.
///
/// Recalls, other safety alerts, retractions, concerns, outbreaks, then papers that were corrected. A correction that no
/// known paper belongs to is an ordinary story.
pub(super) fn warning(story: &Story) -> Option<u8> {
    let has = |kind| story.signal(kind).is_some();
    let noticed = |kind| story.notices().iter().any(|notice| notice.kind == kind);
    if let Some(alert) = story.signal(SignalKind::SafetyAlert) {
        return Some(u8::from(alert.detail.as_deref() != Some("recall")));
    }
    if has(SignalKind::Retraction) || noticed(SignalKind::Retraction) {
        Some(2)
    } else if has(SignalKind::ExpressionOfConcern) || noticed(SignalKind::ExpressionOfConcern) {
        Some(3)
    } else if has(SignalKind::Outbreak) {
        Some(4)
    } else if noticed(SignalKind::Correction) {
        Some(5)
    } else {
        None
    }
}

/// The parts of a story's score; those that add nothing are left out.
pub(super) fn why(story: &Story, options: &DigestOptions, now: Timestamp) -> Vec<WhyPart> {
    let part = |part, points, words: String| WhyPart { part, points, words };
    let mut why = Vec::new();
    if let Some(grade) = warning(story) {
        why.push(part(
            RankPart::Safety,
            100 - 10 * i32::from(grade),
            "a warning".to_owned(),
        ));
    }
    if let Some(tag) = best_tag(story, options) {
        let most = if options.specialties.is_empty() { 30.0 } else { 40.0 };
        let words = format!("{}: {}", tag.specialty().label(), tag.evidence());
        why.push(part(
            RankPart::Specialty,
            rounded(most * f64::from(tag.confidence())),
            words,
        ));
    }
    let evidence = story
        .signals()
        .iter()
        .filter_map(|signal| Some((weight(signal.kind)?, signal)))
        .max_by_key(|(points, _)| *points);
    if let Some((points, signal)) = evidence {
        why.push(part(RankPart::Evidence, points, signal.to_string().to_lowercase()));
    }
    let sources = independent(story);
    if sources > 1 {
        let points = rounded(10.0 * f64::from(u32::try_from(sources).unwrap_or(u32::MAX)).log2()).min(30);
        why.push(part(
            RankPart::Coverage,
            points,
            format!("{sources} independent sources"),
        ));
    }
    let days = (now.duration_since(story.date()).as_secs_f64() / 86_400.0).max(0.0);
    let recency = rounded(20.0 * 0.5_f64.powf(days / HALF_LIFE_DAYS));
    if recency > 0 {
        let words = match days {
            days if days < 1.0 => "new today".to_owned(),
            days if days < 2.0 => "1 day old".to_owned(),
            days => format!("{} days old", rounded(days.floor())),
        };
        why.push(part(RankPart::Recency, recency, words));
    }
    if story.signal(SignalKind::Preprint).is_some() {
        why.push(part(RankPart::Preprint, -8, "not peer reviewed".to_owned()));
    }
    why
}

/// What a kind of article adds, after the usual hierarchy of evidence.
fn weight(kind: SignalKind) -> Option<i32> {
    Some(match kind {
        SignalKind::Guideline => 30,
        SignalKind::SystematicReview | SignalKind::MetaAnalysis => 28,
        SignalKind::RandomizedTrial => 26,
        SignalKind::DrugApproval => 20,
        SignalKind::Observational => 12,
        SignalKind::NarrativeReview => 8,
        SignalKind::CaseReport | SignalKind::EditorialLetterComment => 4,
        SignalKind::AnimalOrInVitro => 2,
        _ => return None,
    })
}

/// Sources that carry it in words of their own: copies of one text under one title count once.
fn independent(story: &Story) -> usize {
    let sources: BTreeSet<_> = story.items().iter().map(|item| item.source).collect();
    let texts: BTreeSet<_> = story.items().iter().map(|item| fold_title(&item.title)).collect();
    sources.len().min(texts.len())
}

#[expect(clippy::cast_possible_truncation, reason = "a few points or days; `as` saturates")]
fn rounded(value: f64) -> i32 {
    value.round() as i32
}

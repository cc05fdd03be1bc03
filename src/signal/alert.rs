//! Safety alerts, outbreaks, approvals.

use super::phrase::Wording;
use crate::model::{Signal, SignalKind, SourceKind};

/// Words that make "recall" one of memory or of a screening programme.
const MEMORY: [&str; 17] = [
    "recall bias",
    "free recall",
    "memory recall",
    "dietary recall",
    "24 hour recall",
    "hour recall",
    "recall rate",
    "recall rates",
    "word recall",
    "recall of words",
    "verbal recall",
    "delayed recall",
    "immediate recall",
    "total recall",
    "recall responses",
    "memory",
    "patient recall",
];

/// Words that make a title a study about outbreaks, not a report of one.
const STUDY: [&str; 13] = [
    "systematic review",
    "meta analysis",
    "modelling",
    "modeling",
    "simulation",
    "lessons",
    "dynamics",
    "mathematical",
    "forecasting",
    "cohort",
    "qualitative study",
    "during the",
    "history of",
];

pub(super) fn detect(wording: &Wording, source: SourceKind) -> Vec<Signal> {
    [safety(wording, source), outbreak(wording, source), approval(wording)]
        .into_iter()
        .flatten()
        .collect()
}

/// A recall or a regulator's warning. On a source of safety alerts any "recall" counts; elsewhere it needs the words of
/// a recall notice near it, and none of memory research.
fn safety(wording: &Wording, source: SourceKind) -> Option<Signal> {
    let words = wording
        .in_title(&["recall", "recalls", "recalled", "recalling"])
        .filter(|_| wording.in_title(&MEMORY).is_none());
    if let Some(word) = words {
        let context = wording.in_title(&[
            "voluntary",
            "nationwide",
            "voluntarily",
            "class i",
            "class ii",
            "class iii",
            "lots",
            "lot",
            "announces",
            "issues",
            "fda",
            "mhra",
            "due to",
            "over",
            "undeclared",
            "contamination",
            "contaminated",
            "device",
            "devices",
            "tablets",
            "injection",
            "medicine",
            "drug",
            "drugs",
            "urgent",
            "expands",
            "batches",
            "vials",
            "pump",
            "pumps",
            "implant",
            "capsules",
            "inhalers",
        ]);
        if source == SourceKind::SafetyAlert || context.is_some() {
            let confidence = if source == SourceKind::SafetyAlert { 0.97 } else { 0.88 };
            let evidence = match context {
                Some(context) => format!("the title says “{word}” and “{context}”"),
                None => format!("the title says “{word}” and the source carries safety alerts"),
            };
            // Class I: death or serious harm is likely (21 CFR 7.3).
            let classes = [
                ("class i", "class I recall"),
                ("class ii", "class II recall"),
                ("class iii", "class III recall"),
            ];
            let class = classes.iter().find(|(words, _)| wording.in_title(&[words]).is_some());
            let detail = class.map_or("recall", |(_, detail)| detail);
            return Some(Signal::new(SignalKind::SafetyAlert, confidence, evidence).with_detail(detail));
        }
    }
    let phrase = wording.in_title(&[
        "safety communication",
        "drug safety communication",
        "safety alert",
        "safety warning",
        "boxed warning",
        "black box warning",
        "field safety notice",
        "early alert",
        "medical device correction",
        "urgent field safety",
        "strengthens warnings",
        "strengthens warning",
        "drug safety update",
        "fda warns",
        "mhra warns",
        "ema warns",
        "medicines recall",
        "falsified medicine",
        "falsified medicines",
        "substandard",
        "counterfeit",
        "contaminated",
        "do not use",
        "warning letter",
        "adds warning",
        "new warning",
        "new warnings",
        "requires warning",
        "warns of",
    ]);
    let lifted = wording
        .in_title(&["removed", "removes", "lifts", "lifted", "drops", "downgrades"])
        .is_some();
    let phrase = phrase.filter(|_| !lifted).filter(|phrase| {
        !matches!(*phrase, "warns of" | "contaminated" | "do not use" | "substandard")
            || source == SourceKind::SafetyAlert
    })?;
    Some(Signal::new(
        SignalKind::SafetyAlert,
        0.9,
        format!("the title says “{phrase}”"),
    ))
}

/// An outbreak as news. Journals write about outbreaks after the fact, so there the title must be a notice's.
fn outbreak(wording: &Wording, source: SourceKind) -> Option<Signal> {
    let notice = wording.in_title(&[
        "disease outbreak news",
        "outbreak update",
        "outbreak notice",
        "outbreak alert",
        "outbreak linked to",
        "outbreak investigation",
    ]);
    let word = notice.or_else(|| {
        wording.in_title(&[
            "outbreak",
            "outbreaks",
            "epidemic declared",
            "cluster of cases",
            "health alert",
            "cluster",
            "cases pass",
            "cases rise",
            "cases climb",
            "cases reach",
            "human infection",
            "confirmed case",
            "confirmed cases",
        ])
    });
    let reports = matches!(source, SourceKind::PublicHealth | SourceKind::SafetyAlert);
    let filed = || {
        wording
            .categories
            .split(' ')
            .find(|word| word.starts_with("outbreak"))
            .filter(|_| reports)
    };
    let (word, place) = word
        .map(|word| (word, "title"))
        .or_else(|| filed().map(|word| (word, "category")))?;
    if wording.in_title(&STUDY).is_some() {
        return None;
    }
    let news = matches!(source, SourceKind::News | SourceKind::PressRelease | SourceKind::Blog);
    let context = wording.in_title(&[
        "warns",
        "linked to",
        "reports",
        "confirmed",
        "cases",
        "declares",
        "declared",
        "spreads",
        "spreading",
        "deaths",
        "grows",
        "sickens",
        "sickened",
        "hits",
        "ill",
        "in",
        "update",
        "new",
        "at",
    ]);
    if notice.is_some() || reports || (news && context.is_some()) {
        let confidence = if reports || notice.is_some() { 0.92 } else { 0.75 };
        return Some(Signal::new(
            SignalKind::Outbreak,
            confidence,
            format!("the {place} says “{word}”"),
        ));
    }
    None
}

/// A regulator lets a drug or device on the market.
fn approval(wording: &Wording) -> Option<Signal> {
    let phrase = wording.in_title(&[
        "fda approves",
        "fda approval",
        "fda approved",
        "fda clears",
        "fda grants",
        "fda authorizes",
        "us approves",
        "ema approves",
        "ema recommends",
        "chmp recommends",
        "positive chmp opinion",
        "mhra approves",
        "mhra authorises",
        "european commission approves",
        "accelerated approval",
        "marketing authorisation",
        "marketing authorization",
        "receives approval",
        "wins approval",
        "gets fda nod",
        "approved by the fda",
        "approved by fda",
        "approval for",
        "health canada approves",
    ])?;
    if wording
        .in_title(&[
            "warns",
            "withdraws",
            "withdrawn",
            "rejects",
            "denies",
            "delays",
            "predictors of",
            "trends in",
            "?",
        ])
        .is_some()
    {
        return None;
    }
    Some(Signal::new(
        SignalKind::DrugApproval,
        0.85,
        format!("the title says “{phrase}”"),
    ))
}

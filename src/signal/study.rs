//! Kinds of articles: guideline, review, trial, observational study, case report, comment, laboratory work.

use super::phrase::Wording;
use crate::model::{Item, Signal, SignalKind, SourceKind};

pub(super) fn detect(item: &Item, wording: &Wording, source: SourceKind) -> Vec<Signal> {
    let mut found = Vec::new();
    if let Some(comment) = comment(item, wording) {
        // A comment on a trial is no trial.
        return vec![comment];
    }
    let guideline = guideline(wording, source);
    let (review, meta) = reviews(wording);
    let is_review = review.is_some() || meta.is_some();
    let case = case_report(wording);
    let trial = if is_review || case.is_some() {
        None
    } else {
        trial(wording)
    };
    let observational = if is_review || trial.is_some() || case.is_some() || guideline.is_some() {
        None
    } else {
        observational(wording)
    };
    let animal = if is_review || trial.is_some() || case.is_some() {
        None
    } else {
        animal(wording)
    };
    let narrative = if is_review || trial.is_some() || observational.is_some() {
        None
    } else {
        narrative(wording)
    };
    found.extend(
        [guideline, review, meta, trial, observational, case, animal, narrative]
            .into_iter()
            .flatten(),
    );
    found
}

fn place(wording: &Wording, phrases: &[&str]) -> Option<(String, f32)> {
    if let Some(words) = wording.in_title(phrases) {
        return Some((format!("the title says “{words}”"), 0.95));
    }
    wording
        .in_text(phrases)
        .map(|words| (format!("the text says “{words}”"), 0.85))
}

/// Read in the title only: texts mention guidelines in passing. Titles about how guidelines are kept are left out.
fn guideline(wording: &Wording, source: SourceKind) -> Option<Signal> {
    let trap = wording.in_title(&[
        "guideline concordant",
        "guideline concordance",
        "guideline directed",
        "guideline based",
        "guideline recommended",
        "guideline adherent",
        "guideline adherence",
        "adherence",
        "adherent",
        "compliance with",
        "according to",
        "implementation of",
        "impact of",
        "concordance with",
        "awareness of",
        "uptake of",
        "following guidelines",
        "physical activity guidelines",
        "dietary guidelines adherence",
        "variation in",
        "quality of",
        "appraisal",
        "knowledge of",
        "before and after",
        "effect of",
        "effects of",
        "association",
        "comparison of",
        "evaluation of",
        "response to",
        "?",
    ]);
    if trap.is_some() {
        return None;
    }
    let phrase = wording.in_title(&[
        "clinical practice guideline",
        "clinical practice guidelines",
        "practice guideline",
        "practice guidelines",
        "living guideline",
        "guideline update",
        "guidelines update",
        "guideline for",
        "guidelines for",
        "guideline on",
        "guidelines on",
        "consensus statement",
        "consensus recommendations",
        "consensus guideline",
        "consensus guidelines",
        "expert consensus",
        "recommendation statement",
        "position statement",
        "position paper",
        "scientific statement",
        "policy statement",
        "practice parameter",
        "joint statement",
        "delphi consensus",
        "nice guideline",
        "evidence based guideline",
        "consensus definition",
        "consensus report",
        "practice advisory",
        "new guideline",
        "new guidelines",
        "issues guideline",
        "issues guidelines",
        "updated guideline",
        "updated guidelines",
        "treatment guidelines",
        "comprehensive guidelines",
        "recommendations for the",
        "international consensus",
    ]);
    if let Some(words) = phrase {
        return Some(Signal::new(
            SignalKind::Guideline,
            0.9,
            format!("the title says “{words}”"),
        ));
    }
    let at_end = [" guideline ", " guidelines "]
        .iter()
        .any(|end| wording.folded.ends_with(end));
    if at_end && wording.folded.contains(" : ") {
        return Some(Signal::new(SignalKind::Guideline, 0.9, "the title ends in “guideline”"));
    }
    if wording
        .in_section(&["guideline", "guidelines", "practice guideline", "consensus statement"])
        .is_some()
        || (source == SourceKind::Guideline
            && wording
                .in_title(&[
                    "guideline",
                    "guidelines",
                    "guidance",
                    "recommendation",
                    "recommendations",
                ])
                .is_some())
    {
        return Some(Signal::new(
            SignalKind::Guideline,
            0.9,
            "the section or source is one of guidelines",
        ));
    }
    None
}

fn reviews(wording: &Wording) -> (Option<Signal>, Option<Signal>) {
    // A protocol announces a review; it is none yet.
    let protocol = wording.in_title(&["protocol"]).is_some();
    let make = |kind, phrases: &[&str]| {
        place(wording, phrases)
            .filter(|_| !protocol)
            .map(|(evidence, confidence)| Signal::new(kind, confidence, evidence))
    };
    (
        make(
            SignalKind::SystematicReview,
            &[
                "systematic review",
                "systematic reviews and",
                "umbrella review",
                "cochrane review",
                "systematic literature review",
                "we systematically searched",
                "systematically reviewed",
            ],
        ),
        make(
            SignalKind::MetaAnalysis,
            &[
                "meta analysis",
                "meta analyses",
                "metaanalysis",
                "meta regression",
                "network meta analysis",
                "pooled analysis of randomized",
                "pooled analysis of randomised",
            ],
        ),
    )
}

/// A randomised trial with its phase as detail. The summary is needed: most titles do not say it.
fn trial(wording: &Wording) -> Option<Signal> {
    if wording.in_title(&ANIMALS).is_some() {
        return None; // Mice are randomised too.
    }
    if wording
        .in_title(&[
            "mendelian randomization",
            "mendelian randomisation",
            "protocol",
            "secondary analysis of",
        ])
        .is_some()
    {
        return None;
    }
    let (evidence, confidence) = place(
        wording,
        &[
            "randomized clinical trial",
            "randomised clinical trial",
            "randomized controlled trial",
            "randomised controlled trial",
            "randomized trial",
            "randomised trial",
            "cluster randomized",
            "cluster randomised",
            "randomly assigned",
            "were randomized",
            "were randomised",
            "randomly allocated",
            "randomized double blind",
            "randomised double blind",
            "double blind randomized",
            "double blind randomised",
            "randomized open label",
            "randomised open label",
            "open label randomised",
            "open label randomized",
            "double blind placebo controlled",
            "randomised placebo controlled",
            "randomized placebo controlled",
            "randomized phase",
            "randomised phase",
            "randomized crossover",
            "randomised crossover",
            "randomized non inferiority",
            "randomised non inferiority",
            "patients were randomized",
            "randomized to receive",
            "randomised to receive",
            "randomized 1 : 1",
        ],
    )?;
    let mut signal = Signal::new(SignalKind::RandomizedTrial, confidence, evidence);
    let phases = [
        ("phase 3", "phase 3"),
        ("phase iii", "phase 3"),
        ("phase 2", "phase 2"),
        ("phase ii", "phase 2"),
        ("phase 4", "phase 4"),
        ("phase iv", "phase 4"),
    ];
    if let Some((_, phase)) = phases.iter().find(|(words, _)| {
        wording
            .in_title(&[words])
            .or_else(|| wording.in_text(&[words]))
            .is_some()
    }) {
        signal = signal.with_detail(*phase);
    }
    Some(signal)
}

fn observational(wording: &Wording) -> Option<Signal> {
    let (evidence, confidence) = place(
        wording,
        &[
            "cohort study",
            "cohort studies",
            "prospective cohort",
            "retrospective cohort",
            "case control study",
            "case control",
            "cross sectional study",
            "cross sectional",
            "observational study",
            "population based study",
            "population based cohort",
            "registry based",
            "nationwide study",
            "nationwide cohort",
            "retrospective study",
            "retrospective analysis",
            "prospective study",
            "longitudinal study",
            "follow up study",
            "registry study",
            "we retrospectively",
            "retrospectively reviewed",
            "this cohort",
            "medical records of",
            "claims data",
            "cohort of",
        ],
    )?;
    Some(Signal::new(SignalKind::Observational, confidence - 0.05, evidence))
}

fn case_report(wording: &Wording) -> Option<Signal> {
    let words = wording.in_title(&[
        "case report",
        "case reports",
        "case series",
        "a case of",
        "case study",
        "report of a case",
        "two cases of",
        "three cases of",
        "a rare case",
    ]);
    let words = words.or_else(|| wording.in_section(&["case report", "case reports", "case records"]));
    let text = || {
        wording.in_text(&[
            "we report a case",
            "we describe a case",
            "we report the case",
            "we present a case",
            "we describe the case",
            "we present the case",
        ])
    };
    words
        .or_else(text)
        .map(|words| Signal::new(SignalKind::CaseReport, 0.88, format!("it says “{words}”")))
}

fn comment(item: &Item, wording: &Wording) -> Option<Signal> {
    let begins = wording.title_begins(&[
        "comment on",
        "comments on",
        "commentary on",
        "commentary :",
        "reply to",
        "reply :",
        "in reply",
        "reply",
        "re :",
        "response to :",
        "author response",
        "authors reply",
        "letter to the editor",
        "letter :",
        "letter by",
        "editorial :",
        "editorial comment",
        "editorial",
        "viewpoint :",
        "perspective :",
        "invited commentary",
        "response by",
        "response to letter",
    ]);
    let begins = begins.filter(|words| {
        // "Editorial" or "Reply" alone is a title; followed by other words it needs its colon.
        !matches!(*words, "editorial" | "reply")
            || wording.folded.trim() == *words
            || wording.folded.starts_with(&format!(" {words} to "))
    });
    let evidence = begins.map(|words| format!("the title begins “{words}”")).or_else(|| {
        wording
            .in_section(&[
                "editorial",
                "editorials",
                "comment",
                "comments",
                "commentary",
                "correspondence",
                "letter",
                "letters",
                "perspective",
                "perspectives",
                "viewpoint",
                "viewpoints",
                "opinion",
                "world report",
                "invited commentary",
                "a piece of my mind",
                "research letter",
            ])
            .filter(|section| *section != "research letter")
            .map(|section| format!("the section is “{section}”"))
    });
    let evidence = evidence.or_else(|| {
        // NEJM's article numbers carry the type: e editorial, c correspondence, p perspective.
        let suffix = item.doi()?.as_str().strip_prefix("10.1056/nejm")?;
        ["e", "c", "p"]
            .into_iter()
            .find(|letter| suffix.starts_with(letter))
            .and_then(|letter| {
                let digits = suffix.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                (suffix.len() == digits.len() + letter.len())
                    .then(|| "the article number is one of editorials and letters".to_owned())
            })
    })?;
    Some(Signal::new(SignalKind::EditorialLetterComment, 0.9, evidence))
}

/// Words of laboratory work.
const ANIMALS: [&str; 20] = [
    "in mice",
    "mouse model",
    "mouse models",
    "murine",
    "in rats",
    "rat model",
    "zebrafish",
    "in vitro",
    "xenograft",
    "xenografts",
    "knockout mice",
    "cell line",
    "cell lines",
    "organoids",
    "in rabbits",
    "in pigs",
    "porcine model",
    "drosophila",
    "macaques",
    "primary cells",
];

/// "In vitro fertilisation" is a treatment.
const FERTILISATION: [&str; 5] = [
    "in vitro fertilization",
    "in vitro fertilisation",
    "ivf",
    "in vitro fertilized",
    "icsi",
];

/// Only animals, cells or tissue: the words stand in the title, or in a text that has no patients in it.
fn animal(wording: &Wording) -> Option<Signal> {
    if wording
        .in_title(&FERTILISATION)
        .or_else(|| wording.in_text(&FERTILISATION))
        .is_some()
    {
        return None; // "In vitro" there is about people.
    }
    let phrases = ANIMALS;
    if let Some(words) = wording.in_title(&phrases) {
        return Some(Signal::new(
            SignalKind::AnimalOrInVitro,
            0.9,
            format!("the title says “{words}”"),
        ));
    }
    let people = [
        "patients",
        "participants",
        "women",
        "men",
        "children",
        "adults",
        "volunteers",
        "people",
        "healthy subjects",
    ];
    if wording.in_text(&people).is_some() || wording.in_title(&people).is_some() {
        return None;
    }
    let words = wording.in_text(&phrases)?;
    Some(Signal::new(
        SignalKind::AnimalOrInVitro,
        0.75,
        format!("the text says “{words}” and tells of no patients"),
    ))
}

fn narrative(wording: &Wording) -> Option<Signal> {
    let words = wording.in_title(&[
        "narrative review",
        "state of the art review",
        "clinical review",
        "literature review",
        "review of the literature",
        "an overview",
        "an update",
        "current concepts",
        "a primer",
        "review article",
        "scoping review",
        "mini review",
        "comprehensive review",
    ]);
    let end = || {
        [" : a review ", " a review ", " : review ", " : an overview "]
            .into_iter()
            .find(|end| wording.folded.ends_with(end))
            .map(str::trim)
    };
    let section = || wording.in_section(&["review", "reviews", "review article", "seminar", "clinical review"]);
    let text = || {
        wording.in_text(&[
            "this review",
            "in this review",
            "we review",
            "this article reviews",
            "is reviewed",
            "are reviewed",
            "are discussed",
        ])
    };
    if let Some(words) = words.or_else(end).or_else(section) {
        return Some(Signal::new(
            SignalKind::NarrativeReview,
            0.85,
            format!("title or section says “{words}”"),
        ));
    }
    text().map(|words| Signal::new(SignalKind::NarrativeReview, 0.7, format!("the text says “{words}”")))
}

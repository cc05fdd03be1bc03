//! What the demonstration follows: the demo server's feeds, each with what a catalog would say of it.

use medfeed::{Source, SourceKind, Specialty};

use super::demo::DemoServer;

/// File name, kind, title, and the one specialty a feed serves.
const KNOWN: [(&str, SourceKind, &str, Option<Specialty>); 20] = [
    (
        "cardiology.xml",
        SourceKind::Journal,
        "Journal of Example Cardiology",
        Some(Specialty::CARDIOLOGY),
    ),
    (
        "oncology.rdf",
        SourceKind::Journal,
        "Example Oncology",
        Some(Specialty::ONCOLOGY),
    ),
    (
        "infection.rdf",
        SourceKind::Journal,
        "Example Infection",
        Some(Specialty::INFECTIOUS_DISEASES),
    ),
    (
        "neurology.atom",
        SourceKind::Journal,
        "Annals of Example Neurology",
        Some(Specialty::NEUROLOGY),
    ),
    ("preprints.rdf", SourceKind::Preprint, "Example Preprints", None),
    (
        "literature-search.xml",
        SourceKind::Journal,
        "Saved literature search",
        None,
    ),
    (
        "respiratory-society.json",
        SourceKind::Guideline,
        "Example Respiratory Society",
        Some(Specialty::PULMONOLOGY),
    ),
    (
        "safety-alerts.xml",
        SourceKind::SafetyAlert,
        "Medicines and Devices Safety Alerts",
        None,
    ),
    (
        "outbreaks.xml",
        SourceKind::PublicHealth,
        "Outbreak Notices",
        Some(Specialty::INFECTIOUS_DISEASES),
    ),
    (
        "press-office.xml",
        SourceKind::PressRelease,
        "University Press Office",
        None,
    ),
    ("health-wire.xml", SourceKind::News, "Health Wire", None),
    ("ward-post.xml", SourceKind::News, "Ward Post", None),
    ("clinic-herald.xml", SourceKind::News, "Clinic Herald", None),
    (
        "practice-today.atom",
        SourceKind::News,
        "Practice Today",
        Some(Specialty::FAMILY_MEDICINE),
    ),
    (
        "podcast-heart-rounds.xml",
        SourceKind::Podcast,
        "Heart Rounds",
        Some(Specialty::CARDIOLOGY),
    ),
    (
        "podcast-night-shift.xml",
        SourceKind::Podcast,
        "Night Shift",
        Some(Specialty::EMERGENCY_MEDICINE),
    ),
    ("aerzteblick.xml", SourceKind::News, "Ärzteblick", None),
    (
        "gastroenterology.xml",
        SourceKind::Journal,
        "Example Gastroenterology",
        Some(Specialty::GASTROENTEROLOGY),
    ),
    (
        "pediatrics.xml",
        SourceKind::Journal,
        "Example Paediatrics",
        Some(Specialty::PEDIATRICS),
    ),
    ("closed-journal.xml", SourceKind::Journal, "A closed journal", None),
];

pub(crate) fn demo_sources(server: &DemoServer) -> medfeed::Result<Vec<Source>> {
    server
        .feed_urls()
        .iter()
        .map(|url| {
            let source: Source = url.parse()?;
            let name = url.rsplit('/').next().unwrap_or_default();
            let Some((_, kind, title, specialty)) = KNOWN.iter().find(|(known, ..)| *known == name) else {
                return Ok(source);
            };
            let source = source.with_kind(*kind).with_title(title);
            Ok(match specialty {
                Some(specialty) => source.with_specialty(specialty.clone()),
                None => source,
            })
        })
        .collect()
}

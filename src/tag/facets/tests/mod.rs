//! Facets by table, by property, and the vocabularies by their own terms.

mod table;
mod vocabularies;

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::model::{Category, Field, Journal, Source};

fn item(title: &str, text: &str) -> Item {
    let source: Source = "https://example.org/feed".parse().unwrap();
    let mut item = Item::new(source.id(), "guid:1");
    item.title = title.to_owned();
    item.summary = text.to_owned();
    item
}

fn facets(title: &str, text: &str) -> Vec<Facet> {
    FacetTagger::builtin().facets(&item(title, text))
}

fn keys(facets: &[Facet]) -> Vec<String> {
    facets.iter().map(|facet| facet.key().to_string()).collect()
}

fn sureness(facets: &[Facet], key: &str) -> f32 {
    let found = facets.iter().find(|facet| facet.key().to_string() == key);
    found.map_or(0.0, Facet::confidence)
}

#[test]
fn a_mention_is_as_sure_as_its_place() {
    let deep = format!("{} sarcoidosis", "word ".repeat(600));
    let near = format!("{} sarcoidosis", "word ".repeat(100));
    let thrice = format!("{} sarcoidosis, sarcoidosis and sarcoidosis", "word ".repeat(100));
    let about = |title: &str, text: &str| sureness(&facets(title, text), "condition:sarcoidosis");
    for (title, text, expected) in [
        ("Sarcoidosis", "", 0.9),
        ("", "Sarcoidosis was seen", 0.7),
        ("", near.as_str(), 0.4),
        ("", thrice.as_str(), 0.6578),
        ("", deep.as_str(), 0.2),
        ("Sarcoidosis", "Sarcoidosis was seen", 0.97),
        ("Heart block", "", 0.0),
    ] {
        let found = about(title, text);
        assert!((found - expected).abs() < 0.001, "{title:?}: {found}, not {expected}");
    }
    let mut keyword = item("Pictures of the month", "");
    keyword.categories = vec![Category::new("Sarcoidosis")];
    let mut journal = item("Pictures of the month", "");
    journal.journal = Some(Journal {
        name: Some("Annals of Sarcoidosis".to_owned()),
        ..Journal::default()
    });
    for (item, expected, field) in [(keyword, 0.6, Field::Category), (journal, 0.5, Field::Journal)] {
        let facets = FacetTagger::builtin().facets(&item);
        assert!((sureness(&facets, "condition:sarcoidosis") - expected).abs() < 0.001);
        assert_eq!(facets[0].terms()[0].field, field);
    }
}

#[test]
fn evidence_names_terms_and_places_and_adds_up() {
    let facets = facets("T2DM: a review", "Type 2 diabetes and T2DM. Type 2 diabetes again.");
    let diabetes = facets.iter().find(|facet| facet.code() == "type-2-diabetes").unwrap();
    assert_eq!(diabetes.label(), "Type 2 diabetes");
    assert!(
        diabetes.evidence().starts_with("“T2DM” in the title"),
        "{}",
        diabetes.evidence()
    );
    assert!(
        diabetes.evidence().contains("“type 2 diabetes” in the text"),
        "{}",
        diabetes.evidence()
    );
    let shares: f32 = diabetes.terms().iter().map(|term| term.share).sum();
    assert!((shares - 1.0).abs() < 0.001);
}

#[test]
fn of_a_long_list_the_surest_stay() {
    let text = "Asthma, gout, psoriasis, migraine, epilepsy, sepsis, malaria, measles, mumps, rubella, cholera, dengue. \
                Gout again.";
    let found = facets("Rubella", text);
    let conditions: Vec<&Facet> = found
        .iter()
        .filter(|facet| facet.kind() == FacetKind::Condition)
        .collect();
    assert_eq!(conditions.len(), 8);
    assert_eq!((conditions[0].code(), conditions[1].code()), ("rubella", "gout"));
}

#[test]
fn vocabularies_of_ones_own_replace_the_built_in_ones() {
    let own = "version = 3\n[[condition]]\ncode = \"green-ear\"\nlabel = \"Green ear\"\nterms = [\"green ear\"]";
    let own = FacetVocabulary::from_toml(FacetKind::Condition, own).unwrap();
    let tagger = FacetTagger::new([own]);
    let found = tagger.facets(&item("Green ears and asthma in children", ""));
    assert_eq!(keys(&found), ["condition:green-ear"]);
    assert_eq!(format!("{tagger:?}"), "[1 conditions]");
    assert_eq!(tagger.version().len(), 8);
    assert_ne!(tagger.version(), FacetTagger::builtin().version());
    let tagger = crate::tag::Tagger::builtin().with_facets(tagger);
    assert_eq!(tagger.facets(&item("Green ear", "")).len(), 1);
    assert!(
        FacetTagger::new(Vec::<Arc<FacetVocabulary>>::new())
            .facets(&item("Asthma", ""))
            .is_empty()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever stands in an item: no panic, the same facets again, in their order and within their bounds.
    #[test]
    fn any_text_gives_bounded_facets_in_order(
        title in "\\PC{0,40}|([A-Za-z]{1,9} ){0,9}",
        words in prop::collection::vec(
            prop::sample::select(&[
                "asthma", "type", "2", "diabetes", "no", "without", "history", "of", "insulin", "MS", "AIDS", "children",
                "older", "adults", "pregnant", "heart", "failure", "aspirin", "’s", "\u{300}", "—", "nurses", "should",
                "İ", "糖尿病", "ß", "stroke", "stroke of luck", "(", "non-", "COPD",
            ][..]),
            0..120,
        ),
        rest in any::<String>(),
    ) {
        let item = item(&title, &format!("{} {rest}", words.join(" ")));
        let tagger = FacetTagger::builtin();
        let found = tagger.facets(&item);
        prop_assert_eq!(&found, &tagger.facets(&item));
        for kind in FacetKind::ALL {
            prop_assert!(found.iter().filter(|facet| facet.kind() == *kind).count() <= most_of(*kind));
        }
        for pair in found.windows(2) {
            let (one, next) = (&pair[0], &pair[1]);
            prop_assert!(one.kind() < next.kind() || (one.kind() == next.kind() && one.confidence() >= next.confidence()));
        }
        for facet in &found {
            prop_assert!(facet.confidence() > 0.0 && facet.confidence() <= 1.0);
            prop_assert!(!facet.terms().is_empty() && facet.terms().len() <= MAX_EVIDENCE);
            let json = serde_json::to_string(facet).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Facet>(&json).unwrap(), facet);
        }
    }
}

/// Prints what building and finding cost: `cargo test --release --lib facets::tests::cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, for a release build"]
#[allow(clippy::print_stdout, reason = "its purpose")]
fn cost() {
    let build = || {
        let begun = Instant::now();
        let read = |kind: &FacetKind| FacetVocabulary::from_toml(*kind, FacetVocabulary::builtin_toml(*kind)).unwrap();
        let vocabularies: Vec<FacetVocabulary> = FacetKind::ALL.iter().map(read).collect();
        let read = begun.elapsed();
        (FacetTagger::new(vocabularies), read, begun.elapsed())
    };
    let (tagger, ..) = build();
    let (_, read, built) = (0..9).map(|_| build()).min_by_key(|(.., built)| *built).unwrap();
    println!("reading and building: {built:?}, of that reading: {read:?}");
    let sentence = "In this randomised trial, 1,204 adults with heart failure and a reduced ejection fraction were \
                    assigned to dapagliflozin or to placebo and followed for two years; those with type 2 diabetes and \
                    chronic kidney disease were analysed apart, and the hospital's records were searched for death. ";
    let items: Vec<Item> = (0..1_000)
        .map(|number| {
            item(
                &format!("Trial {number} of empagliflozin in older adults"),
                &sentence.repeat(4)[..1_000],
            )
        })
        .collect();
    let tags = crate::tag::Tagger::builtin();
    assert!(!tags.tag(&items[0]).is_empty());
    // The least of several rounds: what another program took from one of them does not count.
    let least = |work: &dyn Fn(&Item) -> usize| {
        let round = |_| {
            let begun = Instant::now();
            let found: usize = items.iter().map(work).sum();
            (begun.elapsed() / 1_000, found)
        };
        (0..15).map(round).min().unwrap()
    };
    println!("words: {:?}", least(&|item| super::super::parts(item).len()));
    println!("tags: {:?}", least(&|item| tags.tag(item).len()));
    println!("facets: {:?}", least(&|item| tagger.facets(item).len()));
    println!("both: {:?}", least(&|item| tags.tag_with_facets(item, &[]).1.len()));
}

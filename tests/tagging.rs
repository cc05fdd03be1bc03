//! Hard cases for the tagger: hand-written items that are easy to file wrongly.
//!
//! What is wrong is listed by name in `tests/tagging/expected_failures.txt`, which must stay exact: a case that is right now
//! has to leave the list, and a new wrong one fails the test. At least 95 in 100 must be right.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use medfeed::{Category, Item, Journal, Source, Specialty, Tagger};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    style: String,
    title: String,
    summary: String,
    journal: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
    /// Must be among the tags.
    #[serde(default)]
    want: Vec<String>,
    /// Must not be among the tags.
    #[serde(default)]
    never: Vec<String>,
    /// Nothing may be tagged.
    #[serde(default)]
    none: bool,
    /// What makes it hard.
    why: String,
}

impl Case {
    fn item(&self) -> Item {
        let source: Source = "https://example.org/feed".parse().unwrap();
        let mut item = Item::new(source.id(), format!("guid:{}", self.name));
        item.title.clone_from(&self.title);
        item.summary.clone_from(&self.summary);
        if let Some(name) = &self.journal {
            let mut journal = Journal::default();
            journal.name = Some(name.clone());
            item.journal = Some(journal);
        }
        item.categories = self.categories.iter().map(Category::new).collect();
        item
    }

    /// What is wrong with these tags, if anything is.
    fn fault(&self, codes: &[&str]) -> Option<String> {
        let missing: Vec<&String> = self
            .want
            .iter()
            .filter(|code| !codes.contains(&code.as_str()))
            .collect();
        let excess: Vec<&String> = self
            .never
            .iter()
            .filter(|code| codes.contains(&code.as_str()))
            .collect();
        let is_left_alone = !self.none || codes.is_empty();
        if missing.is_empty() && excess.is_empty() && is_left_alone {
            return None;
        }
        Some(format!(
            "{} ({}; {}): tags {codes:?}, want {:?}, never {:?}, none {}: {}",
            self.name, self.style, self.why, self.want, self.never, self.none, self.title
        ))
    }
}

fn cases() -> Vec<Case> {
    toml::from_str::<File>(include_str!("tagging/hard_cases.toml"))
        .unwrap()
        .case
}

#[test]
fn the_cases_are_well_formed() {
    let cases = cases();
    let mut names = BTreeSet::new();
    let mut styles: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        assert!(names.insert(&case.name), "{} stands twice", case.name);
        assert!(
            case.none || !case.want.is_empty() || !case.never.is_empty(),
            "{}",
            case.name
        );
        assert!(!case.none || case.want.is_empty(), "{}", case.name);
        for code in case.want.iter().chain(&case.never) {
            assert!(Specialty::builtin(code).is_ok(), "{}: {code}", case.name);
        }
        *styles.entry(&case.style).or_default() += 1;
    }
    assert!(cases.len() >= 150, "{}", cases.len());
    let chatty: usize = ["news", "podcast"].iter().filter_map(|style| styles.get(style)).sum();
    assert!(chatty >= 60, "{styles:?}");
    for specialty in Specialty::ALL {
        let wanted = |case: &&Case| case.want.iter().any(|code| code == specialty.code());
        assert!(
            cases.iter().filter(wanted).count() >= 2,
            "{specialty} is wanted by fewer than two cases"
        );
    }
}

#[test]
fn all_are_right_but_those_that_are_known_to_be_wrong() {
    let tagger = Tagger::builtin();
    let cases = cases();
    let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
    for case in &cases {
        let tags = tagger.tag(&case.item());
        let codes: Vec<&str> = tags.iter().map(|tag| tag.specialty().code()).collect();
        if let Some(fault) = case.fault(&codes) {
            wrong.insert(&case.name, fault);
        }
        for tag in &tags {
            assert!(
                !tag.terms().is_empty(),
                "{}: {} says no why",
                case.name,
                tag.specialty()
            );
        }
    }
    if std::env::var_os("MEDFEED_SHOW_FAULTS").is_some() {
        for fault in wrong.values() {
            println!("{fault}");
        }
    }
    let expected: BTreeSet<&str> = include_str!("tagging/expected_failures.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let found: BTreeSet<&str> = wrong.keys().copied().collect();
    let newly: Vec<&String> = wrong
        .iter()
        .filter(|(name, _)| !expected.contains(*name))
        .map(|(_, fault)| fault)
        .collect();
    let no_longer: Vec<&&str> = expected.difference(&found).collect();
    assert!(
        newly.is_empty(),
        "newly wrong, {} of {}:\n{newly:#?}",
        newly.len(),
        cases.len()
    );
    assert!(
        no_longer.is_empty(),
        "right now: take them out of the list: {no_longer:?}"
    );
}

//! The built-in vocabularies, and errors in one's own.

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_built_in_vocabularies_are_whole() {
    for (kind, least) in [
        (FacetKind::Condition, 400),
        (FacetKind::Drug, 500),
        (FacetKind::Audience, 4),
        (FacetKind::Population, 4),
    ] {
        let read = FacetVocabulary::from_toml(kind, FacetVocabulary::builtin_toml(kind));
        let vocabulary = read.unwrap_or_else(|error| panic!("{error}"));
        assert!(vocabulary.len() >= least, "{kind}: {}", vocabulary.len());
        assert_eq!(FacetVocabulary::builtin(kind).len(), vocabulary.len());
        let labels: BTreeSet<&str> = vocabulary.entries().iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!(labels.len(), vocabulary.len(), "{kind}: a label is given twice");
        for entry in vocabulary.entries() {
            assert_eq!(entry.key.kind(), kind);
            assert_eq!(vocabulary.get(&entry.key).unwrap().label, entry.label);
            assert_eq!(vocabulary.find(entry.key.code()).unwrap().key, entry.key);
            assert!(kind != FacetKind::Drug || entry.class.is_some(), "{}", entry.key);
            if let Some(mesh) = &entry.mesh {
                let digits = mesh.strip_prefix('D').unwrap_or_default();
                assert!(
                    matches!(digits.len(), 6 | 9) && digits.bytes().all(|byte| byte.is_ascii_digit()),
                    "{}: {mesh} is no descriptor's identifier",
                    entry.key
                );
            }
        }
    }
    for key in [
        "audience:clinician",
        "audience:nurse",
        "audience:patient",
        "audience:policy",
    ] {
        let key = key.parse().unwrap();
        assert!(FacetVocabulary::builtin(FacetKind::Audience).get(&key).is_some());
    }
    for key in [
        "population:pediatric",
        "population:adult",
        "population:older",
        "population:pregnant",
    ] {
        let key = key.parse().unwrap();
        assert!(FacetVocabulary::builtin(FacetKind::Population).get(&key).is_some());
    }
}

#[test]
fn each_entry_is_found_by_each_of_its_terms_in_a_title() {
    let tagger = FacetTagger::builtin();
    let mut missed = Vec::new();
    for vocabulary in tagger.vocabularies() {
        for entry in vocabulary.entries() {
            for term in entry.terms.iter().filter(|term| term.strength == Strength::Strong) {
                let company = term.near.iter().map(|near| near.replace('*', "")).next();
                let found = facets(&term.text.replace('*', ""), &company.unwrap_or_default());
                if !found.iter().any(|facet| facet.is(&entry.key)) {
                    missed.push(format!("{} by {:?}", entry.key, term.text));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn weak_terms_alone_say_nothing() {
    let tagger = FacetTagger::builtin();
    for vocabulary in tagger.vocabularies() {
        for entry in vocabulary.entries() {
            for term in entry.terms.iter().filter(|term| term.strength == Strength::Weak) {
                let found = facets(&term.text, "");
                assert!(
                    !found.iter().any(|facet| facet.is(&entry.key)),
                    "{} by {:?}",
                    entry.key,
                    term.text
                );
            }
        }
    }
}

#[test]
fn names_lead_to_entries() {
    for (kind, name, code) in [
        (FacetKind::Condition, "Type 2 Diabetes", "type-2-diabetes"),
        (FacetKind::Condition, "t2dm", "type-2-diabetes"),
        (FacetKind::Condition, "heart attack", "myocardial-infarction"),
        (FacetKind::Drug, "paracetamol", "paracetamol"),
        (FacetKind::Drug, "Tylenol", "paracetamol"),
        (FacetKind::Population, "older people", "older"),
    ] {
        let vocabulary = FacetVocabulary::builtin(kind);
        let found = vocabulary.find(name).map(|entry| entry.key.code());
        assert_eq!(found, Some(code), "{name}");
    }
    assert!(FacetVocabulary::builtin(FacetKind::Drug).find("nonsense").is_none());
}

#[test]
fn errors_name_the_line_and_what_would_be_right() {
    let entry = |rest: &str| format!("version = 1\n\n[[condition]]\ncode = \"gout\"\nlabel = \"Gout\"\n{rest}");
    let twice = "terms = [\"gout\"]\n[[condition]]\ncode = \"podagra\"\nlabel = \"P\"\nterms = [\"Gout\"]";
    for (text, parts) in [
        ("".to_owned(), &["vocabulary of conditions", "version"][..]),
        ("version = 1".to_owned(), &["no [[condition]] in it"]),
        (
            entry("terms = [\"gout\"]\ncolour = 1"),
            &["unknown field", "colour", "line 7"],
        ),
        (entry("terms = [\"gout\""), &["line 6"]),
        (entry(""), &["line 4", "\"gout\"", "no term"]),
        (entry("weak = [\"toe\"]"), &["no term"]),
        (entry("terms = [\"g\"]"), &["\"g\"", "too short"]),
        (entry("terms = [\"gou*t\"]"), &["has a *", "near"]),
        (entry("terms = [\"gout\", \"Gout\"]"), &["\"Gout\"", "given twice"]),
        (entry(twice), &["line 8", "\"podagra\"", "first for \"gout\""]),
        (entry("terms = [\"gout\"]\nnot = [\"—\"]"), &["too short"]),
        (entry("ambiguous = [{ term = \"gout\", near = [] }]"), &["near"]),
        (
            entry("terms = [\"gout\"]").replace("\"gout\"\nl", "\"Gout!\"\nl"),
            &["Gout!", "lower-case words"],
        ),
        (entry("terms = [\"gout\"]").replace("\"Gout\"", "\" \""), &["no label"]),
        (
            entry("terms = [\"gout\"]").replace("[[condition]]", "[[drug]]"),
            &["[[drug]]", "write [[condition]]"],
        ),
    ] {
        let error = FacetVocabulary::from_toml(FacetKind::Condition, &text).unwrap_err();
        assert!(error.is_invalid());
        for part in parts {
            assert!(error.to_string().contains(part), "{text}\n{error}");
        }
    }
    let same = entry("terms = [\"gout\"]\n[[condition]]\ncode = \"gout\"\nlabel = \"G\"\nterms = [\"podagra\"]");
    let error = FacetVocabulary::from_toml(FacetKind::Condition, &same)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 8") && error.contains("code is given twice"),
        "{error}"
    );
}

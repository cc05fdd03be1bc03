//! Files that are right, and what is said of those that are not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::model::{Item, Source, Tag};
use crate::tag::Tagger;

const HEAD: &str = "version = 1\n[[specialty]]\ncode = \"x-ray\"\nlabel = \"X\"\n";
const MORE: &str = "version = 1\nextends = \"builtin\"\n[[specialty]]\ncode = \"surgery\"\n";

/// A wrong file, and all that is said of it.
#[rustfmt::skip]
const WRONG: &[(&str, &str)] = &[
    // The head.
    ("version = 1\nstrong = [", "line 2: this is no TOML: unclosed array, expected `]`"),
    ("version = 1", "line 1: no specialty in it: begin each with [[specialty]] and give it a code, a label and terms"),
    ("", "line 1: no version: begin the file with a number to raise on every change, such as version = 1"),
    ("version = \"1\"", "line 1: the version is a whole number, such as version = 1"),
    ("version = -1", "line 1: the version is a whole number, such as version = 1"),
    ("version = 1\nextend = \"builtin\"", "line 2: \"extend\" is no key of the head of the file: did you mean \"extends\"?"),
    ("version = 1\nauthor = \"me\"", "line 2: \"author\" is no key of the head of the file: there is version, extends, specialty"),
    ("version = 1\n\nextends = \"bultin\"", "line 3: extends = \"builtin\" adds to the built-in taxonomy; without it the file replaces that; there is nothing else to extend"),
    ("version = 1\n[specialty]\ncode = \"x\"", "line 2: begin each specialty with [[specialty]], in two brackets"),
    // An entry.
    ("version = 1\n\n[[specialty]]\nlabel = \"X\"", "line 3: a [[specialty]] without a code: add one, such as code = \"sleep-medicine\""),
    ("version = 1\n[[specialty]]\ncode = 7", "line 3: the code is a text in quotes, such as code = \"sleep-medicine\""),
    ("version = 1\n[[specialty]]\ncode = \"X Ray\"", "line 3: \"X Ray\" is no code: write lower-case words joined by hyphens, such as code = \"x-ray\""),
    ("version = 1\n[[specialty]]\ncode = \"—\"", "line 3: \"—\" is no code: write lower-case words joined by hyphens, such as code = \"sleep-medicine\""),
    ("version = 1\n[[specialty]]\ncode = \"x-ray\"", "line 3, specialty \"x-ray\": it has no label: add the name to show, such as label = \"X ray\""),
    ("HEAD[[specialty]]\ncode = \"x-ray\"\nlabel = \"Y\"", "line 6, specialty \"x-ray\": it is given twice, first in line 3: join the two entries"),
    ("HEADstrnog = []", "line 5, specialty \"x-ray\": \"strnog\" is no key of a specialty: did you mean \"strong\"?"),
    ("HEADcolour = \"red\"", "line 5, specialty \"x-ray\": \"colour\" is no key of a specialty: there is code, label, outside, parent, mesh, schema_org, description, weight, strong, medium, weak, exact, ambiguous, not, journals, remove"),
    ("HEADmesh = \" \"", "line 5, specialty \"x-ray\": \"mesh\" is a text in quotes that is not empty, or is left out"),
    ("HEADweight = \"high\"", "line 5, specialty \"x-ray\": the weight is a number above 0 and at most 2, such as weight = 0.8"),
    ("HEADweight = -1.5", "line 5, specialty \"x-ray\": the weight -1.5 is not above 0 and at most 2; 1 changes nothing"),
    ("HEADweight = nan", "line 5, specialty \"x-ray\": the weight NaN is not above 0 and at most 2; 1 changes nothing"),
    // Terms.
    ("HEADstrong = \"scan\"", "line 5, specialty \"x-ray\": \"strong\" is a list of texts in quotes, such as strong = [\"heart failure\", \"angina\"]"),
    ("HEADweak = [\n  \"scan\",\n  7,\n]", "line 7, specialty \"x-ray\": \"weak\" is a list of texts in quotes, such as weak = [\"heart failure\", \"angina\"]"),
    ("HEADweak = [\n  \"scan\",\n]\nstrong = [\n  \"film\",\n  \"Scan\",\n]", "line 10, specialty \"x-ray\": the term \"Scan\" is given twice, first in line 6: leave one out"),
    ("HEADstrong = [\"—\"]", "line 5, specialty \"x-ray\": the term \"—\" is too short: a term has at least 2 letters or digits"),
    ("HEADstrong = [\"scan\", \"a*\"]", "line 5, specialty \"x-ray\": the term \"a*\" is too short: a stem with * has at least 4 letters"),
    ("HEADstrong = [\"he*art\"]", "line 5, specialty \"x-ray\": the term \"he*art\" has a * inside: it may stand at the beginning or the end"),
    ("HEADnot = [\"--\"]", "line 5, specialty \"x-ray\": \"--\" in \"not\" has no word in it: leave it out"),
    ("HEADjournals = [\"Film\",\n\"film\"]", "line 6, specialty \"x-ray\": \"film\" is in \"journals\" twice, first in line 5: leave one out"),
    ("HEADambiguous = [\"MS\"]", "line 5, specialty \"x-ray\": \"ambiguous\" is a list such as ambiguous = [{ term = \"MS\", near = [\"sclerosis\"] }]"),
    ("HEADambiguous = [{ term = \"MS\" }]", "line 5, specialty \"x-ray\": the ambiguous term \"MS\" has no \"near\": name words of which one must stand in the item too, such as near = [\"sclerosis\"]"),
    ("HEADambiguous = [{ term = \"MS\", near = [] }]", "line 5, specialty \"x-ray\": the ambiguous term \"MS\" has no \"near\": name words of which one must stand in the item too, such as near = [\"sclerosis\"]"),
    ("HEADambiguous = [{ term = \"MS\", near = [\"myelin\", \"\"] }]", "line 5, specialty \"x-ray\": the term \"MS\" has a \"near\" without a word in it: leave it out"),
    ("HEADambiguous = [{ term = \"MS\", nera = [\"myelin\"] }]", "line 5, specialty \"x-ray\": \"nera\" is no key of an ambiguous term: did you mean \"near\"?"),
    ("HEADremove = [\"scan\"]", "line 5, specialty \"x-ray\": \"scan\" is none of its terms, phrases and journals: leave it out of \"remove\""),
    // Parents.
    ("HEADparent = \"x-rays\"", "line 5, specialty \"x-ray\": the parent \"x-rays\" is not in the taxonomy: did you mean \"x-ray\"?"),
    ("HEADparent = \"surgery\"", "line 5, specialty \"x-ray\": the parent \"surgery\" is not in the taxonomy: use the code of another specialty, or leave parent out"),
    ("HEADparent = \"x-ray\"", "line 5, specialty \"x-ray\": it cannot be its own parent: leave parent out"),
    ("HEADparent = \"b\"\n[[specialty]]\ncode = \"b\"\nlabel = \"B\"\nparent = \"c\"\n[[specialty]]\ncode = \"c\"\nlabel = \"C\"", "line 5, specialty \"x-ray\": the parent \"b\" is itself a part of \"c\": use parent = \"c\""),
    // An extension.
    ("MOREparent = \"nursing\"", "line 5, specialty \"surgery\": it has a part of its own, \"plastic-surgery\", and cannot be a part of \"nursing\": leave parent out"),
    ("MOREremove = [\"apendicitis\"]", "line 5, specialty \"surgery\": \"apendicitis\" is none of its terms, phrases and journals: did you mean \"appendicitis\"?"),
    ("MORE[[specialty]]\ncode = \"cardiolgy\"\nstrong = [\"heart team\"]", "line 6, specialty \"cardiolgy\": it is new and has no label: did you mean \"cardiology\"? Else add label = \"Cardiolgy\""),
    ("MORE[[specialty]]\ncode = \"own\"\nlabel = \"Own\"\nparent = \"surgry\"", "line 8, specialty \"own\": the parent \"surgry\" is not in the taxonomy: did you mean \"surgery\"?"),
    ("MORE[[specialty]]\ncode = \"own\"\nlabel = \"Own\"\nparent = \"neonatology\"", "line 8, specialty \"own\": the parent \"neonatology\" is itself a part of \"pediatrics\": use parent = \"pediatrics\""),
];

#[test]
fn errors_name_file_line_and_what_would_be_right() {
    let mut wrong = Vec::new();
    for (text, said) in WRONG {
        let text = text.replace("HEAD", HEAD).replace("MORE", MORE);
        let error = Taxonomy::from_named_toml("ward.toml", &text).unwrap_err();
        assert!(error.is_invalid(), "{error}");
        let found = error.to_string();
        if !found.ends_with(&format!("ward.toml, {said}")) {
            wrong.push(format!("{text}\n  said: {found}\n  not:  {said}"));
        }
        assert!(!found.contains('\n'), "{found}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        WRONG.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_hospital_adds_its_own_in_ten_lines() {
    let own = r#"version = 3
extends = "builtin"
[[specialty]]
code = "long-covid-clinic"
label = "Long COVID clinic"
parent = "rehabilitation"
strong = ["long covid", "post covid condition", "covid long hauler"]
medium = ["brain fog", "pacing"]
ambiguous = [{ term = "PEM", near = ["exertion", "fatigue", "covid"] }]
not = ["pacing guide", "brain fog machine"]"#;
    assert_eq!(own.lines().count(), 10);
    let taxonomy = Taxonomy::from_named_toml("ward.toml", own).unwrap();
    let builtin = Taxonomy::builtin();
    assert_eq!(taxonomy.len(), builtin.len() + 1);
    assert_eq!((taxonomy.version(), taxonomy.extends()), (3, Some(builtin.version())));
    let clinic: Specialty = "long-covid-clinic".parse().unwrap();
    assert_eq!(taxonomy.parent(&clinic), Some(&Specialty::REHABILITATION));
    assert_eq!(taxonomy.label(&clinic), Some("Long COVID clinic"));

    let tagger = Tagger::new(taxonomy).unwrap();
    let source: Source = "https://example.org/feed".parse().unwrap();
    let is_tagged = |title: &str, specialty: &Specialty| {
        let mut item = Item::new(source.id(), "guid:1");
        title.clone_into(&mut item.title);
        tagger.tag(&item).iter().map(Tag::specialty).any(|tag| tag == specialty)
    };
    assert!(is_tagged("Long COVID, one year on", &clinic));
    assert!(is_tagged("PEM after mild exertion", &clinic));
    assert!(is_tagged("Brain fog and pacing: what helps", &clinic));
    assert!(!is_tagged("PEM fuel cells", &clinic), "ambiguous, alone");
    assert!(!is_tagged("A pacing guide and a brain fog machine", &clinic));
    assert!(is_tagged("Sinus rhythm after ablation", &Specialty::CARDIOLOGY));
}

#[test]
fn an_extension_adds_moves_and_removes() {
    let own = "version = 1\nextends = \"builtin\"\n[[specialty]]\ncode = \"cardiology\"\nweight = 1\nlabel = \"Heart\"\n\
               strong = [\"heart team\", \"stroke\"]\nremove = [\"varicose vein\", \"*Vastatin\", \"EKG\", \"Europace\"]\n";
    let taxonomy = Taxonomy::from_toml(own).unwrap();
    let builtin = Taxonomy::builtin();
    assert!(taxonomy.specialties().eq(builtin.specialties()));
    let (own, known) = (
        taxonomy.get(&Specialty::CARDIOLOGY).unwrap(),
        builtin.get(&Specialty::CARDIOLOGY).unwrap(),
    );
    let strength = |entry: &SpecialtyEntry, text: &str| {
        let mut found = entry.terms.iter().filter(|term| term.text == text);
        (found.next().map(|term| term.strength), found.count())
    };
    assert_eq!(strength(own, "heart team"), (Some(Strength::Strong), 0));
    assert_eq!(strength(known, "stroke"), (Some(Strength::Medium), 0));
    assert_eq!(strength(own, "stroke"), (Some(Strength::Strong), 0), "moved, not twice");
    for gone in ["varicose vein", "*vastatin", "EKG"] {
        assert_eq!(strength(own, gone), (None, 0), "{gone}");
        assert!(strength(known, gone).0.is_some(), "{gone}");
    }
    assert!(!own.journals.iter().any(|journal| journal == "Europace"));
    assert!((own.weight - 1.0).abs() < 1e-9 && own.label == "Heart");
    assert_eq!((&own.mesh, &own.description), (&known.mesh, &known.description));
}

#[test]
fn a_fingerprint_is_of_what_tags_depend_on() {
    let of = |text: &str| Taxonomy::from_toml(text).unwrap().fingerprint();
    let plain = format!("{HEAD}strong = [\"scan\", \"film\"]\nnot = [\"film star\"]\n");
    // Pinned: it must be the same on every machine and in every release that reads the same words.
    assert_eq!(of(&plain), 0xfb23_1473_8519_f077);
    for same in [
        plain.replace("\"scan\", \"film\"", "\"film\", \"scan\""),
        plain.replace("version = 1", "version = 2"),
        format!("# A comment.\n{plain}mesh = \"D1\"\ndescription = \"Pictures.\"\n"),
    ] {
        assert_eq!(of(&same), of(&plain), "{same}");
    }
    for other in [
        plain.replace("strong", "medium"),
        plain.replace("strong", "exact"),
        plain.replace("film star", "film stars"),
        plain.replace("not", "journals"),
        plain.replace("label = \"X\"", "label = \"Y\""),
        format!("{plain}weight = 1.5\n"),
    ] {
        assert_ne!(of(&other), of(&plain), "{other}");
    }
    let builtin = Taxonomy::from_toml(BUILTIN_TAXONOMY).unwrap();
    assert_eq!(builtin.fingerprint(), Taxonomy::builtin().fingerprint());
}

#[test]
fn any_text_is_a_taxonomy_or_an_error_of_one_line() {
    for text in [
        "\u{0}",
        "=",
        "[[specialty]]",
        "version=1\n[[specialty]]\n[[specialty]]",
        "é = 'ü\n",
        "\u{feff}version",
    ] {
        let error = Taxonomy::from_toml(text).unwrap_err().to_string();
        assert!(!error.contains('\n') && error.contains("taxonomy, line "), "{error}");
    }
    let long = format!("version = 1\n[[specialty]]\ncode = \"{}\"", "a-".repeat(100_000));
    assert!(Taxonomy::from_toml(&long).unwrap_err().to_string().len() < 400);
    assert!(Taxonomy::from_toml(&" ".repeat(17 << 20)).unwrap_err().is_too_large());
}

proptest::proptest! {
    #[test]
    fn lines_in_any_order_are_a_taxonomy_or_an_error_of_one_line(
        lines in proptest::collection::vec(proptest::sample::select(LINES), 0..12),
    ) {
        match Taxonomy::from_toml(&format!("version = 1\n{}", lines.join("\n"))) {
            Ok(taxonomy) => {
                proptest::prop_assert!(!taxonomy.is_empty());
                for entry in taxonomy.entries() {
                    proptest::prop_assert_eq!(taxonomy.get(&entry.specialty).map(|known| &known.label), Some(&entry.label));
                    let grandparent = entry.parent.as_ref().and_then(|parent| taxonomy.parent(parent));
                    proptest::prop_assert!(grandparent.is_none());
                    proptest::prop_assert!(entry.parent.as_ref().is_none_or(|parent| taxonomy.get(parent).is_some()));
                }
                proptest::prop_assert!(Tagger::new(taxonomy).is_ok());
            }
            Err(error) => {
                let error = error.to_string();
                proptest::prop_assert!(error.contains("taxonomy, line ") && !error.contains('\n'), "{}", error);
            }
        }
    }
}

const LINES: &[&str] = &[
    "[[specialty]]\ncode = \"ward-one\"\nlabel = \"One\"",
    "[[specialty]]\ncode = \"ward-two\"\nlabel = \"Two\"",
    "[[specialty]]\ncode = \"ward-three\"\nlabel = \"Three\"",
    "parent = \"ward-one\"",
    "parent = \"ward-two\"",
    "strong = [\"ward\", \"*ology\"]",
    "medium = [\"ward\"]",
    "exact = [\"WD\", \"Ward\"]",
    "ambiguous = [{ term = \"WD\", near = [\"ward*\"] }]",
    "not = [\"ward off\"]",
    "remove = [\"ward\"]",
    "weight = 2",
    "weight = 0",
    "'",
];

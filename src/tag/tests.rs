//! The tagger on texts that are easy to get wrong. All of them are made up.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use proptest::prelude::*;

use super::*;
use crate::model::{Category, Content, Journal, Source};

fn item(title: &str, summary: &str) -> Item {
    let source: Source = "https://example.org/feed".parse().unwrap();
    let mut item = Item::new(source.id(), "guid:1");
    item.title = title.to_owned();
    item.summary = summary.to_owned();
    item
}

fn codes(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| tag.specialty().code().to_owned()).collect()
}

/// Title, summary, what must be among the tags (the first of them first), what must not.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Words that mean something else.
    ("Sinus rhythm restored in nine of ten patients", "", &["cardiology"], &["otolaryngology"]),
    ("Sick sinus syndrome after valve repair", "Pacemaker implantation was needed in most.", &["cardiology"], &["otolaryngology"]),
    ("Relief for a blocked nose: sinus rinses put to the test", "", &["otolaryngology"], &["cardiology"]),
    ("The heart of the matter: why budgets fail", "", &[], &["cardiology"]),
    ("A heartwarming reunion at the county fair", "", &[], &["cardiology"]),
    ("LC-MS/MS method for the determination of caffeine in river water", "", &[], &["neurology"]),
    ("MS drug slows disability in relapsing disease", "Patients with multiple sclerosis took it for a year.", &["neurology"], &[]),
    ("A new era for MS", "Relapsing disease is treated earlier than ever.", &["neurology"], &[]),
    ("MS in materials science: a guide for applicants", "", &[], &["neurology"]),
    ("RA flare rates fall with early methotrexate", "Rheumatoid arthritis was assessed monthly.", &["rheumatology"], &["cardiology"]),
    ("ED visits for heat double in a decade", "Emergency departments reported crowding.", &["emergency-medicine"], &["urology"]),
    ("ED and the heart: sildenafil users live longer", "", &["urology"], &["emergency-medicine"]),
    ("Great Depression archives opened to historians", "", &[], &["psychiatry"]),
    ("ST-segment depression during treadmill testing", "Coronary disease was confirmed by angiography.", &["cardiology"], &["psychiatry"]),
    ("Stroke of luck: hiker finds lost ring", "", &[], &["neurology"]),
    ("Stroke volume and cardiac output after exercise", "", &["cardiology"], &["neurology"]),
    ("Heat stroke at the marathon: two runners in hospital", "", &["emergency-medicine"], &["neurology"]),
    ("Senate hearing on rural broadband", "", &[], &["otolaryngology"]),
    ("Hearing aids and memory in older adults", "", &["otolaryngology", "geriatrics"], &[]),
    ("Video goes viral: cat plays piano", "", &[], &["infectious-diseases"]),
    ("Adeno-associated viral vector corrects haemophilia B", "", &["hematology"], &["infectious-diseases"]),
    ("Convolutional neural network reads chest X-rays", "", &["health-informatics"], &["neurology"]),
    ("Double-blind trial of a cough syrup", "", &[], &["ophthalmology"]),
    ("Joint statement by six societies", "", &[], &["orthopedics", "rheumatology"]),
    ("Skin in the game: investors and risk", "", &[], &["dermatology"]),
    ("Child labor laws under review", "", &[], &["obstetrics-gynecology"]),
    ("Labour ward delays and birth outcomes", "Midwives reported shortages.", &["obstetrics-gynecology"], &[]),
    ("Emergency contraception without a prescription", "", &["obstetrics-gynecology"], &["emergency-medicine"]),
    ("Toxic workplace culture drives resignations", "", &[], &["toxicology"]),
    ("Bone marrow donors wanted", "", &["hematology"], &["orthopedics"]),
    ("Non-cardiac chest pain in primary care", "", &["family-medicine"], &[]),
    ("Wolff-Parkinson-White syndrome in athletes", "", &["cardiology", "sports-medicine"], &["neurology"]),
    ("Urinary calcium excretion in the elderly", "", &["geriatrics"], &["urology"]),
    ("Herd of reservoirs and April showers", "", &[], &[]),
    ("Mirabegron, bisoprolol and empagliflozin: three new labels", "", &["cardiology", "endocrinology"], &[]),
    ("Fever unrelated to malaria among travellers", "", &[], &["infectious-diseases"]),
    ("Sleeping giant of the league wakes up", "", &[], &["sleep-medicine"]),
    // Spelling, plurals, possessives, punctuation.
    ("Anaemia, leukaemia and haemorrhage in oesophageal tumours", "", &["hematology", "oncology"], &[]),
    ("Paediatric gynaecology comes of age", "", &["obstetrics-gynecology", "pediatrics"], &[]),
    ("Crohn’s and coeliac disease: what dietitians say", "", &["gastroenterology", "nutrition"], &[]),
    ("Ménière’s disease", "", &["otolaryngology"], &[]),
    ("Coronary arteries, biopsies and metastases", "", &["cardiology", "oncology"], &[]),
    ("COVID‑19 and long covid", "", &["infectious-diseases"], &[]),
    ("FDA WARNS OF RECALLED HEARING AIDS", "", &["otolaryngology"], &[]),
    // Lay words, headlines, podcasts, recalls.
    ("Heart attacks fall as smoking ban bites", "", &["cardiology", "public-health"], &[]),
    ("High blood pressure? Put down the salt shaker", "", &["cardiology"], &[]),
    ("Bird flu found in dairy herds", "", &["infectious-diseases"], &[]),
    ("Hospital bills bankrupt families despite health insurance", "", &["health-policy"], &[]),
    ("Ep. 12: Waking up tired? Snoring and sleep apnoea", "With a guest from the sleep clinic.", &["sleep-medicine"], &[]),
    ("Episode 88 – Hyponatraemia for the wards", "An internist and a nephrologist walk through a case.", &["nephrology"], &[]),
    ("Voluntary recall of losartan tablets", "A nitrosamine impurity was found in the blood pressure drug.", &["cardiology"], &[]),
    ("Recall of infant formula over cronobacter fears", "", &["pediatrics"], &[]),
    ("Measles outbreak grows to 40 cases, health officials say", "", &["infectious-diseases", "public-health"], &[]),
    ("Nurses strike over staffing", "", &["nursing"], &[]),
    ("ChatGPT drafts replies in the patient portal", "", &["health-informatics"], &[]),
    ("Medical students learn anatomy without cadavers", "The curriculum now uses virtual reality.", &["medical-education"], &[]),
    ("Should doctors help patients die? Assisted dying divides ethicists", "", &["medical-ethics"], &[]),
    ("Exoskeleton helps stroke survivors walk again", "", &["rehabilitation"], &[]),
    ("Kidney transplant recipients and skin cancer", "", &["transplantation", "nephrology"], &[]),
    ("Naloxone vending machines cut overdose deaths", "", &["addiction-medicine"], &[]),
    ("HFrEF: four pillars, one clinic", "Patients with HFrEF and a low LVEF were titrated in weeks.", &["cardiology"], &[]),
    ("Welders’ lungs and silica dust", "", &["occupational-health", "pulmonology"], &[]),
    ("Wisdom teeth: pull or wait?", "", &["dentistry"], &[]),
    ("Spinal anaesthesia or general anaesthesia for hip fracture", "", &["anesthesiology", "orthopedics"], &[]),
    // Nothing clinical.
    ("Society elects new president", "The vote was held in June.", &[], &[]),
    ("Five quiet beaches for autumn", "", &[], &[]),
    ("Quarterly results beat forecasts", "Revenue rose by 4 %.", &[], &[]),
    ("", "", &[], &[]),
    ("—", "…", &[], &[]),
];

#[test]
fn hard_cases() {
    let tagger = Tagger::builtin();
    let mut wrong = Vec::new();
    for (title, summary, wanted, unwanted) in CASES {
        let tags = tagger.tag(&item(title, summary));
        let found = codes(&tags);
        let nothing_clinical = wanted.is_empty() && unwanted.is_empty();
        // What is about a part is about the whole.
        let is_found = |wanted: &&str| {
            tags.iter().any(|tag| {
                let parent = tag.specialty().parent();
                tag.specialty().code() == *wanted || parent.is_some_and(|parent| parent.code() == *wanted)
            })
        };
        if !wanted.iter().all(is_found)
            || unwanted.iter().any(|code| found.iter().any(|found| found == code))
            || nothing_clinical && !found.is_empty()
        {
            let why: Vec<String> = tags
                .iter()
                .map(|tag| format!("{}: {}", tag.specialty(), tag.evidence()))
                .collect();
            wrong.push(format!("{title:?}: wanted {wanted:?}, not {unwanted:?}, got {why:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        CASES.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_specialty_is_found_by_its_own_name() {
    let tagger = Tagger::builtin();
    assert_eq!(tagger.taxonomy().len(), 64);
    for entry in tagger.taxonomy().entries().iter().filter(|entry| !entry.outside) {
        assert!(entry.specialty.is_builtin(), "{}", entry.specialty);
        assert_eq!(entry.label, entry.specialty.label(), "{}", entry.specialty);
        assert_eq!(entry.parent, entry.specialty.parent(), "{}", entry.specialty);
        assert!(
            entry.terms.len() >= 60,
            "{} has only {} terms",
            entry.specialty,
            entry.terms.len()
        );
        let mut named = item("News", "");
        named.categories.push(Category::new(entry.label.clone()));
        let tags = tagger.tag(&named);
        let first = tags[0].specialty();
        assert!(
            *first == entry.specialty || Some(first) == entry.parent.as_ref(),
            "{}: {tags:?}",
            entry.label
        );
        assert!(tags.iter().any(|tag| *tag.specialty() == entry.specialty), "{tags:?}");
        assert_eq!(tags[0].terms()[0].field, Field::Category);
    }
}

#[test]
fn evidence_says_what_stood_where() {
    let tags = Tagger::builtin().tag(&item(
        "Beta-blockers after myocardial infarction",
        "Myocardial infarction was confirmed. Deaths fell.",
    ));
    let cardiology = &tags[0];
    assert_eq!(cardiology.specialty(), &Specialty::CARDIOLOGY);
    let terms: Vec<(&str, Field)> = cardiology.terms().iter().map(|e| (e.term.as_str(), e.field)).collect();
    assert!(terms.contains(&("myocardial infarction", Field::Title)), "{terms:?}");
    assert!(terms.contains(&("myocardial infarction", Field::Text)), "{terms:?}");
    assert!(terms.contains(&("beta blocker", Field::Title)), "{terms:?}");
    let total: f32 = cardiology.terms().iter().map(|evidence| evidence.share).sum();
    assert!(total > 0.9 && total < 1.0001, "{total}");
    assert!(cardiology.confidence() > 0.6 && cardiology.confidence() <= 1.0);
}

#[test]
fn a_title_outweighs_a_passing_mention() {
    let tagger = Tagger::builtin();
    let text = "The clinic closed in May. ".repeat(40) + "One of the authors once had psoriasis.";
    assert_eq!(
        codes(&tagger.tag(&item("Cataract surgery by drone-delivered lenses", &text)))[0],
        "ophthalmology"
    );
    assert!(!codes(&tagger.tag(&item("Cataract surgery", &text))).contains(&"dermatology".to_owned()));
    let (one, many) = (item("Asthma", "Asthma."), item("Asthma", &"Asthma. ".repeat(500)));
    let (one, many) = (tagger.tag(&one)[0].confidence(), tagger.tag(&many)[0].confidence());
    assert!(one < many && many < 1.0, "repeats count, but saturate: {one} {many}");
}

#[test]
fn posts_and_employers_need_company() {
    let tagger = Tagger::builtin();
    let post = "The lead author is a professor of surgery at a school of public health.";
    let tags = tagger.tag(&item("Hip fractures after icy nights", post));
    assert!(
        !codes(&tags)
            .iter()
            .any(|code| code == "surgery" || code == "public-health"),
        "{tags:?}"
    );
    assert!(
        tagger
            .tag(&item(
                "A new dean",
                "She was director of cardiology and professor of medicine."
            ))
            .is_empty()
    );
}

#[test]
fn weak_words_and_single_medium_words_never_tag_alone() {
    let tagger = Tagger::builtin();
    for text in [
        "aspirin circulation sodium",
        "screening biopsy resection",
        "a catheter and a stone",
    ] {
        assert!(tagger.tag(&item("Notes", text)).is_empty(), "{text}");
    }
    assert!(tagger.tag(&item("Notes", "An artery was seen.")).is_empty());
    assert_eq!(
        codes(&tagger.tag(&item("Arteries, stents and blood pressure", "")))[0],
        "cardiology"
    );
}

#[test]
fn content_categories_section_and_journal_are_read() {
    let tagger = Tagger::builtin();
    let mut read = item("Results of a cohort", "");
    read.content = Some(Content::html(
        "<p>Patients with <i>psoriasis</i> and eczema; psoriasis cleared.</p>",
        None,
    ));
    assert_eq!(codes(&tagger.tag(&read))[0], "dermatology");
    let mut read = item("In this issue", "");
    read.journal = Some(Journal {
        name: Some("Gut".to_owned()),
        ..Journal::default()
    });
    let tags = tagger.tag(&read);
    assert_eq!(codes(&tags), ["gastroenterology"]);
    assert_eq!(
        (tags[0].terms()[0].term.as_str(), tags[0].terms()[0].field),
        ("Gut", Field::Journal)
    );
    let mut read = item("In this issue", "");
    read.journal = Some(Journal {
        section: Some("Original Research: Ophthalmology".to_owned()),
        ..Journal::default()
    });
    assert_eq!(codes(&tagger.tag(&read)), ["ophthalmology"]);
}

#[test]
fn a_source_is_a_prior_and_says_so() {
    let tagger = Tagger::builtin();
    let heart = [Specialty::CARDIOLOGY];
    let tags = tagger.tag_with_prior(&item("Editors' choice", ""), &heart);
    assert_eq!(codes(&tags), ["cardiology"]);
    assert!((0.4..0.6).contains(&tags[0].confidence()), "{}", tags[0].confidence());
    assert_eq!(
        (tags[0].terms()[0].term.as_str(), tags[0].terms()[0].field),
        ("Cardiology", Field::Source)
    );
    // The text speaks for something else, and not at all for the source's field.
    let other = item(
        "Knee replacement: cemented or not?",
        "Knee arthroplasty in osteoarthritis; knee replacement by robot.",
    );
    assert!(!codes(&tagger.tag_with_prior(&other, &heart)).contains(&"cardiology".to_owned()));
    // It adds to what the text says.
    let both = item("Stents in diabetes", "Coronary disease.");
    let confidence = |tags: &[Tag]| {
        tags.iter()
            .find(|tag| tag.specialty() == &Specialty::CARDIOLOGY)
            .map(Tag::confidence)
    };
    assert!(confidence(&tagger.tag_with_prior(&both, &heart)) > confidence(&tagger.tag(&both)));
    // Several specialties support, but never tag alone; many are as good as none.
    let several = [Specialty::CARDIOLOGY, Specialty::NEPHROLOGY];
    assert!(tagger.tag_with_prior(&item("Editors' choice", ""), &several).is_empty());
    assert_eq!(tagger.tag_with_prior(&both, &Specialty::ALL[..6]), tagger.tag(&both));
    // A specialty the taxonomy has no words for.
    let own: Specialty = "long-covid-clinic".parse().unwrap();
    assert_eq!(
        codes(&tagger.tag_with_prior(&item("Editors' choice", ""), &[own])),
        ["long-covid-clinic"]
    );
}

#[test]
fn at_most_a_handful_of_tags_in_order_and_the_same_each_time() {
    let tagger = Tagger::builtin();
    let all: String = tagger
        .taxonomy()
        .entries()
        .iter()
        .filter(|entry| !entry.outside)
        .map(|entry| format!("{}. ", entry.label))
        .collect();
    let crowded = item(&all, &all);
    let tags = tagger.tag(&crowded);
    assert!(tags.len() <= 8);
    assert!(tags.windows(2).all(|pair| pair[0].confidence() >= pair[1].confidence()));
    let again = Tagger::new(Taxonomy::from_toml(BUILTIN_TAXONOMY).unwrap()).unwrap();
    assert_eq!(again.tag(&crowded), tags);
}

#[test]
fn any_text_is_survived() {
    let tagger = Tagger::builtin();
    for text in [
        "\u{0}",
        "é\u{301}\u{200d}'’s",
        "ＨＩＶ",
        "𝓱𝓮𝓪𝓻𝓽",
        "'s",
        "ß ﬁ Ⅳ",
        "سكتة",
        "心筋梗塞",
        &"a".repeat(100_000),
        &"’".repeat(50_000),
    ] {
        let _ = tagger.tag(&item(text, text));
    }
    assert_eq!(
        codes(&tagger.tag(&item("ＨＩＶ in 2030", "")))[0],
        "infectious-diseases"
    );
    assert_eq!(beginning("añb", 2), "a");
}

#[test]
fn shared_between_threads() {
    fn assert_shared<T: Send + Sync + Clone + 'static>() {}
    assert_shared::<Tagger>();
    assert_shared::<Taxonomy>();
}

#[test]
fn time_grows_with_the_text_only() {
    // Repeats of an ambiguous term once searched the whole text for its company each time.
    let tagger = Tagger::builtin();
    let begun = std::time::Instant::now();
    for _ in 0..20 {
        let _ = tagger.tag(&item(&"PD ".repeat(100_000), &"AD, HF; ".repeat(100_000)));
    }
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn specialties_are_looked_up() {
    let taxonomy = Taxonomy::builtin();
    assert!(taxonomy.version() >= 1 && !taxonomy.is_empty());
    assert_eq!(taxonomy.label(&Specialty::UROLOGY), Some("Urology"));
    assert!(taxonomy.specialties().eq(Specialty::all_builtin()));
    assert_eq!(
        taxonomy.find("Infectious Diseases").unwrap().specialty,
        Specialty::INFECTIOUS_DISEASES
    );
    assert_eq!(
        taxonomy.find("infectious-diseases").unwrap().specialty,
        Specialty::INFECTIOUS_DISEASES
    );
    assert!(taxonomy.find("astrology").is_none());
}

proptest! {
    #[test]
    fn tags_keep_their_promises(title in "(heart|MS|sinus|non-|pain|TB|cold|Ä|’s|\\PC){0,30}", summary in any::<String>()) {
        let tags = Tagger::builtin().tag_with_prior(&item(&title, &summary), &[Specialty::UROLOGY]);
        prop_assert!(tags.len() <= 8);
        for tag in &tags {
            prop_assert!(tag.confidence() > 0.15 && tag.confidence() <= 1.0);
            prop_assert!(!tag.terms().is_empty());
            let shares: f32 = tag.terms().iter().map(|evidence| evidence.share).sum();
            prop_assert!(shares > 0.0 && shares < 1.001);
        }
        for (index, tag) in tags.iter().enumerate() {
            prop_assert!(tags.iter().skip(index + 1).all(|other| other.specialty() != tag.specialty()));
        }
    }
}

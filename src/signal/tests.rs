use super::*;
use crate::ident::{FoundIdentifier, FoundIn, Identifier};
use crate::model::{Content, Journal, Source};

fn item(title: &str, text: &str) -> Item {
    let source: Source = "https://example.org/feed.xml".parse().unwrap();
    let mut item = Item::new(source.id(), "guid:1");
    item.title = title.to_owned();
    item.summary = text.to_owned();
    item
}

fn codes(title: &str, text: &str, source: SourceKind) -> Vec<&'static str> {
    Signals::detect(&item(title, text), source)
        .iter()
        .map(|signal| signal.kind.code())
        .collect()
}

#[test]
fn titles_of_journals() {
    for (title, expected) in [
        ("Retraction: Ivabradine in sepsis", &["retraction"][..]),
        (
            "RETRACTED: Statins and fracture risk: a randomised trial",
            &["retraction"],
        ),
        ("Retraction Note: Statins and fracture risk", &["retraction"]),
        ("Retraction and republication—Statins and fracture", &["retraction"]),
        ("Retraction of the lung during thoracoscopy", &[]),
        ("Retraction pockets of the tympanic membrane", &[]),
        (
            "Expression of Concern: Statins and fracture risk",
            &["expression-of-concern"],
        ),
        ("Expression of Poliovirus Receptor in Human Tissue", &[]),
        (
            "[Corrections] Correction to Lancet Oncol 2025; 26: 187–99",
            &["correction"],
        ),
        ("[Department of Error] Department of Error", &["correction"]),
        ("[Corrigendum] Corrigendum to ‘Statins in the elderly’", &["correction"]),
        ("Author Correction: A randomized trial of statins", &["correction"]),
        ("Erratum: Final Results of a Randomized Phase II Trial", &["correction"]),
        ("Correction of hyponatraemia in heart failure", &[]),
        ("[Correspondence] Errors in Liu et al.", &["editorial-letter-comment"]),
        ("Medication errors in paediatric wards", &[]),
        ("Clinical Trial Termination or Withdrawal in Oncology", &[]),
        ("Receipt of Guideline-Concordant Breast Cancer Care", &[]),
        ("Adherence to Physical Activity Guidelines in Adults", &[]),
        ("Systemic Therapy for Melanoma: ASCO Guideline", &["guideline"]),
        ("International consensus recommendations on sepsis", &["guideline"]),
        (
            "Statins for prevention: a systematic review and meta-analysis of randomized trials",
            &["systematic-review", "meta-analysis"],
        ),
        (
            "Colchicine after stroke: an open-label, randomised controlled trial",
            &["randomized-trial"],
        ),
        ("Mendelian randomization of lipids and stroke", &[]),
        ("Recall bias in case-control studies", &["observational"]),
        ("Measles outbreak dynamics: mathematical modelling", &[]),
        ("A rare case of adrenal haemorrhage", &["case-report"]),
        ("In Reply", &["editorial-letter-comment"]),
        (
            "Comment on: statins and falls, a randomised trial",
            &["editorial-letter-comment"],
        ),
        ("Metformin slows fibrosis in mice", &["animal-or-in-vitro"]),
        ("Hypertension in pregnancy: a review", &["narrative-review"]),
        ("Editorial board turnover at medical journals", &[]),
        ("This was not a randomised trial: what registries can tell", &[]),
        ("A non-randomised controlled trial of walking", &[]),
        ("Why we need a systematic review of nothing", &[]),
        ("Randomized trial in mice", &["animal-or-in-vitro"]),
        ("Single embryo transfer: in vitro fertilisation in Sweden", &[]),
    ] {
        assert_eq!(codes(title, "", SourceKind::Journal), expected, "{title}");
    }
}

#[test]
fn alerts_and_outbreaks() {
    for (title, source, expected) in [
        (
            "Example Pharma Issues Voluntary Nationwide Recall of Losartan Tablets Due to an Impurity",
            SourceKind::News,
            &["safety-alert"][..],
        ),
        ("Recall of insulin pumps", SourceKind::SafetyAlert, &["safety-alert"]),
        ("Free recall and delayed recall after concussion", SourceKind::News, &[]),
        ("Total recall: what a film teaches", SourceKind::News, &[]),
        (
            "CDC warns of E. coli outbreak linked to spinach",
            SourceKind::PublicHealth,
            &["outbreak"],
        ),
        ("Outbreak Update: measles", SourceKind::PublicHealth, &["outbreak"]),
        ("Lessons from an outbreak", SourceKind::News, &[]),
        (
            "F.D.A. Approves First Pill for Postpartum Depression",
            SourceKind::News,
            &["drug-approval"],
        ),
        (
            "FDA approves first generic; boxed warning removed from testosterone",
            SourceKind::News,
            &["drug-approval"],
        ),
        (
            "Measles cases pass 40 as schools call for records",
            SourceKind::News,
            &["outbreak"],
        ),
        (
            "FDA warns of counterfeit injections",
            SourceKind::News,
            &["safety-alert"],
        ),
    ] {
        assert_eq!(codes(title, "", source), expected, "{title}");
    }
}

#[test]
fn a_recall_has_its_class() {
    let detail = |title: &str| {
        Signals::detect(&item(title, ""), SourceKind::SafetyAlert)[0]
            .detail
            .clone()
    };
    assert_eq!(
        detail("Class I Recall: infusion pumps").as_deref(),
        Some("class I recall")
    );
    assert_eq!(
        detail("Class II recall of catheters").as_deref(),
        Some("class II recall")
    );
    assert_eq!(detail("Recall of eye drops").as_deref(), Some("recall"));
}

#[test]
fn the_text_tells_what_the_title_does_not() {
    assert_eq!(
        codes(
            "Incorrect Fibrosis Stage Range",
            "The article was wrong. This article was corrected online.",
            SourceKind::Journal
        ),
        ["correction"]
    );
    assert_eq!(
        codes(
            "Incorrect use of inhalers",
            "Many patients use inhalers incorrectly.",
            SourceKind::Journal
        ),
        Vec::<&str>::new()
    );
    let signals = Signals::detect(
        &item(
            "Apixaban for clots",
            "In this phase 3 trial, patients were randomly assigned to apixaban.",
        ),
        SourceKind::Journal,
    );
    assert_eq!(signals[0].to_string(), "Randomised trial (phase 3)");
    assert!(signals[0].evidence.contains("randomly assigned"));
}

#[test]
fn credit_is_counted() {
    let mut episode = item("Heart failure in 20 minutes", "");
    episode.content = Some(Content::html(
        "<p>The provider designates this activity for a maximum of 0.50 <em>AMA PRA Category 1 Credit</em>™.</p>",
        None,
    ));
    let signals = Signals::detect(&episode, SourceKind::Podcast);
    assert_eq!(signals.len(), 1);
    assert_eq!(signals[0].detail.as_deref(), Some("0.5 AMA PRA Category 1 Credit"));
    assert!(codes("Thanks to our CME team", "CME is fun", SourceKind::Podcast).is_empty());
}

#[test]
fn notices_know_their_paper() {
    let mut notice = item("Retraction: “Statins and the risk of falls” [J Example. 2026]", "");
    let paper: Identifier = Identifier::Doi("10.5555/paper".parse().unwrap());
    let own: Identifier = Identifier::Doi("10.5555/notice".parse().unwrap());
    notice.identifiers.push(FoundIdentifier::new(own, FoundIn::Metadata));
    notice
        .identifiers
        .push(FoundIdentifier::new(paper.clone(), FoundIn::Text));
    let signal = &Signals::detect(&notice, SourceKind::Journal)[0];
    assert_eq!(signal.targets, [paper]);
    assert_eq!(signal.target_title.as_deref(), Some("Statins and the risk of falls"));
    let citation = item("[Corrections] Correction to Lancet Oncol 2025; 26: 187–99", "");
    assert_eq!(Signals::detect(&citation, SourceKind::Journal)[0].target_title, None);
}

#[test]
fn host_and_prefix_make_a_preprint() {
    let mut preprint = item("Sleep and memory", "");
    preprint.link = Some("https://www.medrxiv.org/content/1".parse().unwrap());
    assert_eq!(
        Signals::detect(&preprint, SourceKind::News)[0].kind,
        SignalKind::Preprint
    );
    preprint.link = Some("https://notmedrxiv.org/content/1".parse().unwrap());
    assert!(Signals::detect(&preprint, SourceKind::News).is_empty());
    let doi = Identifier::Doi("10.5555/x".parse().unwrap());
    preprint.identifiers.push(FoundIdentifier::new(doi, FoundIn::Metadata));
    assert!(
        Signals::detect(&preprint, SourceKind::Preprint).is_empty(),
        "a published DOI outweighs the source"
    );
}

#[test]
fn sections_come_from_prism_too() {
    let mut letter = item("Statins in practice", "Patients were randomly assigned.");
    letter.journal = Some(Journal {
        section: Some("Correspondence".into()),
        ..Journal::default()
    });
    assert_eq!(
        Signals::detect(&letter, SourceKind::Journal)[0].kind,
        SignalKind::EditorialLetterComment
    );
}

#[test]
fn an_agencys_category_tells_an_outbreak() {
    let mut notice = item("Legionnaires' disease at a hotel: eleven guests ill", "");
    notice.categories.push(crate::model::Category::new("Outbreak notice"));
    assert_eq!(
        Signals::detect(&notice, SourceKind::PublicHealth)[0].kind,
        SignalKind::Outbreak
    );
    assert!(Signals::detect(&notice, SourceKind::Journal).is_empty());
}

//! Texts as they stand in feeds, with the facets that they have and those that they only seem to have.

use super::*;

/// Title, text, facets that are found, facets that are not.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (title, text, there, not_there) in cases {
        let found = keys(&facets(title, text));
        for key in there
            .split_whitespace()
            .filter(|key| !found.iter().any(|found| found == key))
        {
            wrong.push(format!("{title:?} has no {key}: {found:?}"));
        }
        for key in not_there
            .split_whitespace()
            .filter(|key| found.iter().any(|found| found == key))
        {
            wrong.push(format!("{title:?} has {key}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn conditions() {
    check(&[
        (
            "New insights into type 2 diabetes",
            "",
            "condition:type-2-diabetes",
            "condition:diabetes",
        ),
        (
            "Diabetes care in rural clinics",
            "",
            "condition:diabetes",
            "condition:type-2-diabetes",
        ),
        (
            "Diabetes and type 1 diabetes in one clinic",
            "",
            "condition:diabetes condition:type-1-diabetes",
            "",
        ),
        (
            "Heart attacks after snow shovelling",
            "",
            "condition:myocardial-infarction",
            "condition:heart-disease",
        ),
        ("NSTEMI outcomes", "", "condition:myocardial-infarction", ""),
        ("HFpEF: what is new", "", "condition:heart-failure", ""),
        (
            "Crohn’s disease relapse",
            "",
            "condition:crohns-disease",
            "condition:inflammatory-bowel-disease",
        ),
        (
            "Oesophageal cancer screening",
            "",
            "condition:esophageal-cancer",
            "condition:cancer",
        ),
        ("Haemophilia gene therapy", "", "condition:hemophilia", ""),
        (
            "Childhood leukaemia survival",
            "",
            "condition:leukemia population:pediatric",
            "",
        ),
        ("Anaemia in pregnancy", "", "condition:anemia population:pregnant", ""),
        ("Coeliac disease and bone", "", "condition:celiac-disease", ""),
        (
            "COVID-19 boosters this winter",
            "",
            "condition:covid-19",
            "condition:long-covid",
        ),
        (
            "Long COVID clinics close",
            "",
            "condition:long-covid",
            "condition:covid-19",
        ),
        (
            "Bird flu found in dairy herds",
            "",
            "condition:avian-influenza",
            "condition:influenza",
        ),
        (
            "AIDS deaths fall as HIV treatment spreads",
            "",
            "condition:hiv-infection condition:aids",
            "",
        ),
        ("Hearing AIDS deaths on the radio", "", "", "condition:aids"),
        ("AIDS to navigation at sea", "", "", "condition:aids"),
        (
            "Visual aids for HIV teaching",
            "",
            "condition:hiv-infection",
            "condition:aids",
        ),
        (
            "Relapses in MS",
            "Multiple sclerosis is a demyelinating disease.",
            "condition:multiple-sclerosis",
            "",
        ),
        (
            "Dr Example, MS, joins the board",
            "",
            "",
            "condition:multiple-sclerosis",
        ),
        ("A stroke of luck for the hospital", "", "", "condition:stroke"),
        ("Left ventricular stroke volume", "", "", "condition:stroke"),
        ("Stroke care at night", "", "condition:stroke", ""),
        ("The Great Depression and public works", "", "", "condition:depression"),
        ("Respiratory depression after surgery", "", "", "condition:depression"),
        (
            "Postnatal depression in fathers",
            "",
            "condition:perinatal-depression",
            "condition:depression",
        ),
        ("Roof shingles and solar cells", "", "", "condition:shingles"),
        ("Shingles after sixty", "", "condition:shingles", ""),
        ("Drug seizure at the border", "", "", "condition:seizure"),
        (
            "Non-small-cell lung cancer in never smokers",
            "",
            "condition:non-small-cell-lung-cancer",
            "condition:lung-cancer",
        ),
        (
            "Metastatic breast cancer",
            "",
            "condition:breast-cancer",
            "condition:cancer",
        ),
        ("Song thrush numbers fall", "", "", "condition:candida-infection"),
        ("Fabry-Perot cavities", "", "", "condition:fabry-disease"),
        ("A company pays CHF 200 million", "", "", "condition:heart-failure"),
        (
            "Mortality falls in older adults",
            "",
            "population:older",
            "condition:falls",
        ),
        ("ADHD and school", "", "condition:adhd", ""),
        (
            "Lungs, hearts and minds",
            "",
            "",
            "condition:lung-cancer condition:heart-disease",
        ),
        (
            "Pictures from the congress",
            "A reader asks about parking.",
            "",
            "condition:cancer",
        ),
    ]);
}

#[test]
fn negated_mentions_are_none() {
    check(&[
        (
            "Chest pain without heart failure",
            "",
            "condition:chest-pain",
            "condition:heart-failure",
        ),
        (
            "Adults with no history of stroke",
            "",
            "population:adult",
            "condition:stroke",
        ),
        ("Sleep in people without known diabetes", "", "", "condition:diabetes"),
        (
            "Imaging",
            "Excluding patients with asthma, we saw nothing.",
            "",
            "condition:asthma",
        ),
        (
            "Imaging",
            "There was no evidence of active sepsis.",
            "",
            "condition:sepsis",
        ),
        (
            "Non-diabetic kidney disease",
            "",
            "condition:kidney-disease",
            "condition:diabetes",
        ),
        ("Not only diabetes", "", "condition:diabetes", ""),
        (
            "Adults with no type 2 diabetes",
            "",
            "",
            "condition:type-2-diabetes condition:diabetes",
        ),
        ("Blood pressure without metformin", "", "", "drug:metformin"),
        ("Pain relief without opioids", "", "", "drug:opioids"),
        ("Screening of non-pregnant women", "", "", "population:pregnant"),
        (
            "Symptoms",
            "Negative for influenza, the patient went home.",
            "",
            "condition:influenza",
        ),
        ("Symptoms", "This was not due to prior stroke.", "", "condition:stroke"),
    ]);
}

#[test]
fn drugs() {
    check(&[
        ("Metformin and the gut", "", "drug:metformin", ""),
        ("Ozempic shortage goes on", "", "drug:semaglutide", ""),
        ("Wegovy for the heart", "", "drug:semaglutide", ""),
        (
            "Paracetamol in pregnancy",
            "",
            "drug:paracetamol population:pregnant",
            "",
        ),
        ("Acetaminophen and the liver", "", "drug:paracetamol", ""),
        ("Tylenol recall", "", "drug:paracetamol", ""),
        ("Salbutamol inhalers", "", "drug:salbutamol", ""),
        ("Albuterol inhalers", "", "drug:salbutamol", ""),
        ("Frusemide or furosemide?", "", "drug:furosemide", ""),
        (
            "Keytruda approved in a new cancer",
            "",
            "drug:pembrolizumab condition:cancer",
            "",
        ),
        (
            "Trastuzumab deruxtecan in breast cancer",
            "",
            "drug:trastuzumab-deruxtecan condition:breast-cancer",
            "drug:trastuzumab",
        ),
        (
            "Co-trimoxazole prophylaxis",
            "",
            "drug:trimethoprim-sulfamethoxazole",
            "",
        ),
        ("Adrenaline auto-injectors recalled", "", "drug:epinephrine", ""),
        ("The adrenaline of a night shift", "", "", "drug:epinephrine"),
        (
            "Insulin resistance and sleep",
            "The dose of light mattered.",
            "condition:insulin-resistance",
            "drug:insulin",
        ),
        ("How the pancreas makes insulin", "", "", "drug:insulin"),
        ("Insulin pumps for all", "", "drug:insulin", ""),
        ("Lithium batteries in scooters", "", "", "drug:lithium"),
        (
            "Lithium in bipolar disorder",
            "",
            "drug:lithium condition:bipolar-disorder",
            "",
        ),
        ("Dopamine and reward", "", "", "drug:dopamine"),
        (
            "Vitamin D deficiency in Scotland",
            "",
            "condition:vitamin-d-deficiency",
            "drug:vitamin-d",
        ),
        ("Vitamin D for colds", "", "drug:vitamin-d", ""),
        ("MMR vaccine uptake", "", "drug:mmr-vaccine", ""),
        ("Opioid use disorder", "", "condition:opioid-use-disorder", ""),
        ("Statins and muscle pain", "", "drug:statins", ""),
        (
            "Beta-blockers after a heart attack",
            "",
            "drug:beta-blockers condition:myocardial-infarction",
            "",
        ),
        ("Antibiotics for colds", "", "drug:antibiotics", ""),
    ]);
}

#[test]
fn populations() {
    check(&[
        ("Asthma in children", "", "condition:asthma population:pediatric", ""),
        ("Paediatric sepsis", "", "population:pediatric condition:sepsis", ""),
        ("Work begins at the children’s hospital", "", "", "population:pediatric"),
        ("Adult stem cells in the lab", "", "", "population:adult"),
        ("Adult mice on a diet", "", "", "population:adult"),
        ("Falls among older adults", "", "population:older", "population:adult"),
        ("Adults aged 65 years and older", "", "population:older", ""),
        (
            "Hypertension in pregnant women",
            "",
            "population:pregnant",
            "population:women",
        ),
        ("A pregnant pause in the talks", "", "", "population:pregnant"),
        (
            "Preterm infants and milk",
            "",
            "population:newborn",
            "population:pediatric",
        ),
        ("Teenagers and sleep", "", "population:adolescent", ""),
        ("Childhood asthma", "", "condition:asthma population:pediatric", ""),
        ("The parent company sold it", "", "", "population:pediatric"),
        (
            "Child-Pugh class B cirrhosis",
            "",
            "condition:cirrhosis",
            "population:pediatric",
        ),
        ("The old drug and the new", "", "", "population:older population:adult"),
        ("Low-dose baby aspirin", "", "drug:aspirin", "population:pediatric"),
    ]);
}

#[test]
fn audiences() {
    check(&[
        (
            "What clinicians need to know about mpox",
            "",
            "audience:clinician condition:mpox",
            "",
        ),
        (
            "What patients need to know about mpox",
            "",
            "audience:patient",
            "audience:clinician",
        ),
        (
            "Outcomes of patients with asthma",
            "Patients were followed.",
            "",
            "audience:patient audience:clinician",
        ),
        ("For nurses: hand hygiene", "", "audience:nurse", ""),
        ("Life in a nursing home", "", "population:older", "audience:nurse"),
        ("Implications for nursing practice", "", "audience:nurse", ""),
        ("Ministers should fund it, says policy brief", "", "audience:policy", ""),
        ("Talk to your doctor about sleep", "", "", "audience:clinician"),
        ("Regulation of gene expression in yeast", "", "", "audience:policy"),
        (
            "A trial of aspirin",
            "The hazard ratio was 0.8 (95% confidence interval 0.7 to 0.9).",
            "drug:aspirin",
            "audience:researcher audience:patient",
        ),
        ("Researchers at a medical school found it", "", "", "audience:student"),
    ]);
}

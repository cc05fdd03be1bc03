//! Notices: a paper is retracted, doubted or corrected.

use super::phrase::{Wording, padded};
use crate::model::{Item, Signal, SignalKind};

/// The notice an item is, with the work it is about.
///
/// Compared: how the title begins, and the publisher's section. False results are avoided by asking for the punctuation
/// or the following word that a notice has: "Retraction of the lung" and "Correction of hyponatraemia" are no notices.
pub(super) fn detect(item: &Item, wording: &Wording) -> Option<Signal> {
    let (kind, evidence, confidence) = kind_of(wording)?;
    let mut signal = Signal::new(kind, confidence, evidence);
    signal.targets = item
        .mentioned_identifiers()
        .filter(|id| id.names_a_work())
        .cloned()
        .collect();
    signal.target_title = target_title(&wording.title);
    Some(signal)
}

fn kind_of(wording: &Wording) -> Option<(SignalKind, String, f32)> {
    let said = |words: &str| format!("the title begins “{words}”");
    let letter = wording
        .in_section(&["correspondence", "letter", "letters", "comment", "editorial"])
        .is_some();

    if let Some(words) = wording.title_begins(&[
        "retraction :",
        "retraction note",
        "retraction notice",
        "notice of retraction",
        "retracted :",
        "retracted article",
        "retraction to :",
        "retraction and republication",
        "retraction and replacement",
        "retraction of :",
        "retraction of \"",
        "retraction statement",
        "withdrawn :",
        "withdrawal notice",
        "retraction and removal",
    ]) {
        return Some((SignalKind::Retraction, said(words), 0.99));
    }
    if let Some(section) = wording.in_section(&[
        "retraction",
        "retractions",
        "retraction note",
        "retraction notice",
        "withdrawal",
    ]) {
        return Some((SignalKind::Retraction, format!("the section is “{section}”"), 0.98));
    }
    if wording.folded == " retraction " || wording.folded == " retractions " {
        return Some((SignalKind::Retraction, said("retraction"), 0.95));
    }
    if let Some(words) = wording.title_begins(&[
        "expression of concern",
        "editorial expression of concern",
        "notice of concern",
        "editorial notice of concern",
    ]) {
        return Some((SignalKind::ExpressionOfConcern, said(words), 0.98));
    }
    if let Some(section) = wording.in_section(&["expression of concern", "expressions of concern"]) {
        return Some((
            SignalKind::ExpressionOfConcern,
            format!("the section is “{section}”"),
            0.98,
        ));
    }
    if let Some(section) = wording.in_section(&[
        "correction",
        "corrections",
        "corrigendum",
        "corrigenda",
        "erratum",
        "errata",
        "department of error",
        "author correction",
        "publisher correction",
    ]) {
        return Some((SignalKind::Correction, format!("the section is “{section}”"), 0.98));
    }
    if letter {
        return None;
    }
    if let Some(words) = wording.title_begins(&[
        "correction :",
        "correction to",
        "corrections :",
        "corrections to",
        "author correction",
        "publisher correction",
        "corrigendum",
        "corrigenda",
        "erratum",
        "errata",
        "department of error",
        "notice of correction",
    ]) {
        return Some((SignalKind::Correction, said(words), 0.98));
    }
    if matches!(wording.folded.as_str(), " correction " | " corrections ") {
        return Some((SignalKind::Correction, said("correction"), 0.95));
    }
    // JAMA's notices name only the mistake; the paper stands in the text.
    let mistake = wording.title_begins(&[
        "error in",
        "errors in",
        "incorrect",
        "omission of",
        "omitted",
        "missing",
        "wrong",
    ]);
    let about = wording.in_text(&[
        "has been corrected online",
        "have been corrected online",
        "was corrected online",
        "article has been corrected",
        "article was corrected",
        "this article was corrected",
        "has been corrected",
    ]);
    if let (Some(mistake), Some(about)) = (mistake, about) {
        return Some((
            SignalKind::Correction,
            format!("the title begins “{mistake}” and the text says “{about}”"),
            0.95,
        ));
    }
    None
}

/// The title of the paper a notice is about: what stands in quotes, else what follows the colon.
///
/// Titles of fewer than three words are left out: they name sections, volumes or people.
fn target_title(title: &str) -> Option<String> {
    let quoted = [('“', '”'), ('‘', '’'), ('"', '"'), ('«', '»')]
        .into_iter()
        .find_map(|(open, close)| title.split_once(open)?.1.rsplit_once(close).map(|(inside, _)| inside));
    let after_head = || {
        let (head, tail) = title.split_once(':').or_else(|| title.split_once('—'))?;
        // "Correction to Lancet Oncol 2025; 26: 187" has a colon too, but not behind the kind of notice.
        (padded(head).split(' ').filter(|word| !word.is_empty()).count() <= 5 && !head.contains(';')).then_some(tail)
    };
    let found = quoted
        .or_else(after_head)?
        .trim()
        .trim_end_matches(['.', ',', ';'])
        .trim();
    (found.split_whitespace().count() >= 3).then(|| found.to_owned())
}

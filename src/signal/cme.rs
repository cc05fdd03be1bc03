//! Continuing-education credit.

use super::phrase::{Wording, first_in};
use crate::model::{Item, Signal, SignalKind};

/// Credit in the wording that accrediting bodies prescribe, with the amount where it is named.
///
/// A mere "CME" in a text is not enough: show notes thank "our CME team".
pub(super) fn detect(item: &Item, wording: &Wording) -> Option<Signal> {
    let phrases = [
        "ama pra category 1 credit",
        "ama pra category 1 credits",
        "ama pra category 1 credit s",
        "ama pra category 1",
        "category 1 credit",
        "category 1 credits",
        "cme credit",
        "cme credits",
        "cme ce credit",
        "claim cme",
        "claim your cme",
        "claim credit",
        "continuing medical education credit",
        "continuing medical education activity",
        "abim moc",
        "moc points",
        "cne contact hours",
        "nursing contact hours",
        "cpd points",
        "ce credit",
        "ce credits",
        "cme activity",
        "earn cme",
        "free cme",
        "accme",
    ];
    let words = first_in(&wording.notes(item), &phrases).or_else(|| wording.in_title(&phrases))?;
    let signal = Signal::new(SignalKind::Cme, 0.93, format!("it says “{words}”"));
    Some(match amount(item.text()) {
        Some(amount) => signal.with_detail(amount),
        None => signal,
    })
}

/// "for a maximum of 0.50 AMA PRA Category 1 Credit(s)™", "1.0 AMA PRA …", "2 contact hours".
fn amount(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().take(4_000).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let number = word.trim_matches(|c: char| !c.is_ascii_digit());
        let credit: f64 = number.parse().ok().filter(|credit| (0.05..=100.0).contains(credit))?;
        let after: String = words
            .iter()
            .skip(at + 1)
            .take(4)
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        let unit = if after.starts_with("ama pra") {
            "AMA PRA Category 1 Credit"
        } else if after.starts_with("contact hour") || after.starts_with("nursing contact") {
            "contact hours"
        } else if after.starts_with("abim moc") || after.starts_with("moc point") {
            "MOC points"
        } else if after.starts_with("cme credit") || after.starts_with("cme/") {
            "CME credits"
        } else {
            return None;
        };
        Some(format!("{credit} {unit}"))
    })
}

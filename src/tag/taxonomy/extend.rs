//! An entry of a file: a new specialty, or what it changes in a known one.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::check::TermKey;
use super::place::{File, Placed, did_you_mean, shown};
use super::read::RawSpecialty;
use super::{SpecialtyEntry, Taxonomy};
use crate::error::Result;
use crate::model::Specialty;
use crate::tag::words::Words;

/// A specialty that was not known before.
pub(super) fn new_entry(
    file: &File<'_>,
    specialty: Specialty,
    raw: RawSpecialty,
    base: Option<&Taxonomy>,
) -> Result<SpecialtyEntry> {
    let Some(label) = raw.label.clone() else {
        let example = specialty.label();
        let known = base.into_iter().flat_map(Taxonomy::specialties).map(Specialty::code);
        let what = match did_you_mean(specialty.code(), known) {
            Some(advice) => format!("it is new and has no label: {advice} Else add label = \"{example}\""),
            None => format!("it has no label: add the name to show, such as label = \"{example}\""),
        };
        return Err(file.wrong_in(raw.code.at, specialty.code(), &what));
    };
    let mut entry = SpecialtyEntry {
        specialty,
        label: label.value,
        outside: false,
        parent: None,
        mesh: None,
        schema_org: None,
        description: String::new(),
        weight: 1.0,
        terms: Vec::new(),
        not: Vec::new(),
        journals: Vec::new(),
    };
    extend(file, &mut entry, raw)?;
    Ok(entry)
}

/// Takes out what is to be removed, then adds and replaces. The parent is the caller's: it may stand further down.
pub(super) fn extend(file: &File<'_>, entry: &mut SpecialtyEntry, raw: RawSpecialty) -> Result<()> {
    for gone in &raw.remove {
        remove(file, entry, gone)?;
    }
    let keys = entry.terms.iter().map(TermKey::of).enumerate();
    let mut places: HashMap<TermKey, usize> = keys.map(|(place, key)| (key, place)).collect();
    for Placed { value: term, .. } in raw.terms {
        match places.entry(TermKey::of(&term)) {
            Entry::Occupied(known) => {
                if let Some(known) = entry.terms.get_mut(*known.get()) {
                    *known = term;
                }
            }
            Entry::Vacant(free) => {
                free.insert(entry.terms.len());
                entry.terms.push(term);
            }
        }
    }
    for (known, new) in [(&mut entry.not, raw.not), (&mut entry.journals, raw.journals)] {
        let mut words: HashSet<String> = known.iter().map(|text| words_of(text)).collect();
        let new = new.into_iter().map(|text| text.value);
        known.extend(new.filter(|text| words.insert(words_of(text))));
    }
    if let Some(label) = raw.label {
        entry.label = label.value;
    }
    if let Some(weight) = raw.weight {
        entry.weight = weight.value;
    }
    if let Some(outside) = raw.outside {
        entry.outside = outside;
    }
    entry.mesh = raw.mesh.or(entry.mesh.take());
    entry.schema_org = raw.schema_org.or(entry.schema_org.take());
    if let Some(description) = raw.description {
        entry.description = description;
    }
    Ok(())
}

/// Takes a term out in whatever list it stands, with case and without; also a phrase of `not` and a journal.
fn remove(file: &File<'_>, entry: &mut SpecialtyEntry, gone: &Placed<String>) -> Result<()> {
    let wanted = words_of(&gone.value);
    let count = |entry: &SpecialtyEntry| entry.terms.len() + entry.not.len() + entry.journals.len();
    let before = count(entry);
    entry.terms.retain(|term| words_of(&term.text) != wanted);
    entry.not.retain(|text| words_of(text) != wanted);
    entry.journals.retain(|text| words_of(text) != wanted);
    if count(entry) < before {
        return Ok(());
    }
    let terms = entry.terms.iter().map(|term| term.text.as_str());
    let known = terms.chain(entry.not.iter().chain(&entry.journals).map(String::as_str));
    let advice = did_you_mean(&gone.value, known).unwrap_or_else(|| "leave it out of \"remove\"".to_owned());
    let what = format!(
        "{} is none of its terms, phrases and journals: {advice}",
        shown(&gone.value)
    );
    Err(file.wrong_in(gone.at, entry.specialty.code(), &what))
}

/// Its words as they are compared, and whether it is open at an end.
fn words_of(text: &str) -> String {
    let open = |is_open: bool| if is_open { "*" } else { "" };
    let (start, end) = (open(text.starts_with('*')), open(text.ends_with('*')));
    format!("{start}{}{end}", Words::new(text).joined)
}

//! What a file says, judged: codes, terms, parents. What comes out of here can be used as it stands.

use std::collections::HashMap;

use super::extend;
use super::place::{File, Placed, did_you_mean, shown};
use super::read::RawSpecialty;
use super::{SpecialtyEntry, Taxonomy, Term};
use crate::error::Result;
use crate::model::Specialty;
use crate::tag::words::Words;
use crate::text::fold_title;

/// The letters and the shortest stem of a term: a bare "*" or a two-letter stem would match half the language.
const MIN_TERM: usize = 2;
const MIN_STEM: usize = 4;
/// A specialty that would weigh more than this would drown the others.
const MAX_WEIGHT: f64 = 2.0;

/// The entries of a file, joined to those of the taxonomy it extends.
pub(super) fn check(
    file: &File<'_>,
    specialties: Vec<RawSpecialty>,
    base: Option<&Taxonomy>,
) -> Result<Vec<SpecialtyEntry>> {
    let mut entries: Vec<SpecialtyEntry> = base.map_or(Vec::new(), |base| base.entries.clone());
    let mut numbers: HashMap<Specialty, usize> = base.map_or(HashMap::new(), |base| base.numbers.clone());
    let mut places: HashMap<Specialty, usize> = HashMap::new();
    let mut parents: Vec<(Specialty, Placed<String>)> = Vec::new();
    for raw in specialties {
        let specialty = code(file, &raw.code)?;
        if let Some(first) = places.insert(specialty.clone(), raw.code.at) {
            let what = format!(
                "it is given twice, first in line {}: join the two entries",
                file.line(first)
            );
            return Err(file.wrong_in(raw.code.at, specialty.code(), &what));
        }
        judge(file, &raw)?;
        parents.extend(raw.parent.clone().map(|parent| (specialty.clone(), parent)));
        match numbers.get(&specialty).and_then(|number| entries.get_mut(*number)) {
            Some(known) => extend::extend(file, known, raw)?,
            None => {
                let entry = extend::new_entry(file, specialty.clone(), raw, base)?;
                numbers.insert(specialty, entries.len());
                entries.push(entry);
            }
        }
    }
    let mut adopted: HashMap<Specialty, usize> = HashMap::new();
    for (specialty, parent) in parents {
        let known = adopt(file, &entries, &numbers, &specialty, &parent)?;
        adopted.insert(specialty.clone(), parent.at);
        if let Some(entry) = numbers.get(&specialty).and_then(|number| entries.get_mut(*number)) {
            entry.parent = Some(known);
        }
    }
    no_part_has_parts(file, &entries, &numbers, &adopted)?;
    Ok(entries)
}

fn code(file: &File<'_>, code: &Placed<String>) -> Result<Specialty> {
    code.value.parse().map_err(|_| {
        let mut like = fold_title(&code.value).replace(' ', "-");
        if like.parse::<Specialty>().is_err() {
            "sleep-medicine".clone_into(&mut like);
        }
        let what = format!(
            "{} is no code: write lower-case words joined by hyphens, such as code = \"{like}\"",
            shown(&code.value)
        );
        file.wrong(code.at, &what)
    })
}

/// What is wrong with an entry by itself.
fn judge(file: &File<'_>, raw: &RawSpecialty) -> Result<()> {
    let wrong = |at: usize, what: String| Err(file.wrong_in(at, &raw.code.value, &what));
    if let Some(weight) = &raw.weight
        && !(weight.value > 0.0 && weight.value <= MAX_WEIGHT)
    {
        let what = format!(
            "the weight {} is not above 0 and at most {MAX_WEIGHT}; 1 changes nothing",
            weight.value
        );
        return wrong(weight.at, what);
    }
    let mut terms: HashMap<TermKey, usize> = HashMap::new();
    for Placed { value: term, at } in &raw.terms {
        if let Some(what) = wrong_with(term) {
            return wrong(*at, format!("the term {} {what}", shown(&term.text)));
        }
        if let Some(first) = terms.insert(TermKey::of(term), *at) {
            let line = file.line(first);
            return wrong(
                *at,
                format!(
                    "the term {} is given twice, first in line {line}: leave one out",
                    shown(&term.text)
                ),
            );
        }
    }
    for (key, texts) in [("not", &raw.not), ("journals", &raw.journals), ("remove", &raw.remove)] {
        let mut seen: HashMap<(String, (bool, bool)), usize> = HashMap::new();
        for Placed { value: text, at } in texts {
            let words = Words::new(text).joined;
            if words.is_empty() {
                return wrong(
                    *at,
                    format!("{} in \"{key}\" has no word in it: leave it out", shown(text)),
                );
            }
            let open = (text.starts_with('*'), text.ends_with('*'));
            if let Some(first) = seen.insert((words, open), *at) {
                let line = file.line(first);
                let what = format!(
                    "{} is in \"{key}\" twice, first in line {line}: leave one out",
                    shown(text)
                );
                return wrong(*at, what);
            }
        }
    }
    Ok(())
}

fn wrong_with(term: &Term) -> Option<String> {
    let stem = term.text.contains('*');
    let letters = Words::new(&term.text).joined.trim().len();
    if term.text.trim_start_matches('*').trim_end_matches('*').contains('*') {
        return Some("has a * inside: it may stand at the beginning or the end".to_owned());
    }
    if stem && letters < MIN_STEM {
        return Some(format!("is too short: a stem with * has at least {MIN_STEM} letters"));
    }
    if letters < MIN_TERM {
        return Some(format!(
            "is too short: a term has at least {MIN_TERM} letters or digits"
        ));
    }
    if term.near.iter().any(|near| Words::new(near).len() == 0) {
        return Some("has a \"near\" without a word in it: leave it out".to_owned());
    }
    None
}

/// What makes two terms of one specialty the same.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TermKey {
    words: String,
    case_sensitive: bool,
    open: (bool, bool),
}

impl TermKey {
    pub(super) fn of(term: &Term) -> Self {
        Self {
            words: Words::new(&term.text).joined,
            case_sensitive: term.case_sensitive,
            open: (term.text.starts_with('*'), term.text.ends_with('*')),
        }
    }
}

/// The parent that an entry names, when it may be one.
fn adopt(
    file: &File<'_>,
    entries: &[SpecialtyEntry],
    numbers: &HashMap<Specialty, usize>,
    specialty: &Specialty,
    parent: &Placed<String>,
) -> Result<Specialty> {
    let wrong = |what: String| Err(file.wrong_in(parent.at, specialty.code(), &what));
    let name = shown(&parent.value);
    let known = parent.value.parse::<Specialty>().ok();
    let Some(known) = known.filter(|known| numbers.contains_key(known)) else {
        let codes = entries.iter().map(|entry| entry.specialty.code());
        let advice = did_you_mean(&parent.value, codes)
            .unwrap_or_else(|| "use the code of another specialty, or leave parent out".to_owned());
        return wrong(format!("the parent {name} is not in the taxonomy: {advice}"));
    };
    if known == *specialty {
        return wrong("it cannot be its own parent: leave parent out".to_owned());
    }
    Ok(known)
}

/// One level is all there is: whoever follows the whole follows its parts, and that is asked once.
fn no_part_has_parts(
    file: &File<'_>,
    entries: &[SpecialtyEntry],
    numbers: &HashMap<Specialty, usize>,
    adopted: &HashMap<Specialty, usize>,
) -> Result<()> {
    for entry in entries {
        let Some(parent) = &entry.parent else { continue };
        let whole = numbers.get(parent).and_then(|number| entries.get(*number));
        let Some(grandparent) = whole.and_then(|whole| whole.parent.as_ref()) else {
            continue;
        };
        // Where the file gives the part no parent, it made the whole a part.
        return Err(match (adopted.get(&entry.specialty), adopted.get(parent)) {
            (Some(at), _) => {
                let what = format!(
                    "the parent {} is itself a part of {}: use parent = \"{grandparent}\"",
                    shown(parent.code()),
                    shown(grandparent.code()),
                );
                file.wrong_in(*at, entry.specialty.code(), &what)
            }
            (None, at) => {
                let what = format!(
                    "it has a part of its own, {}, and cannot be a part of {}: leave parent out",
                    shown(entry.specialty.code()),
                    shown(grandparent.code()),
                );
                file.wrong_in(at.copied().unwrap_or_default(), parent.code(), &what)
            }
        });
    }
    Ok(())
}

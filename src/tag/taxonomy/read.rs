//! The file as it is written: TOML with the place of every value, nothing judged but keys and kinds of values.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{File, Placed, did_you_mean, shown};
use super::{Strength, Term};
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::text::clean_line;

/// What may stand at the head.
const HEAD: [&str; 3] = ["version", "extends", "specialty"];
/// What an entry may hold.
const KEYS: [&str; 16] = [
    "code",
    "label",
    "outside",
    "parent",
    "mesh",
    "schema_org",
    "description",
    "weight",
    "strong",
    "medium",
    "weak",
    "exact",
    "ambiguous",
    "not",
    "journals",
    "remove",
];
/// What an ambiguous term may hold.
const AMBIGUOUS: [&str; 2] = ["term", "near"];
/// The only taxonomy there is to extend.
const BUILTIN: &str = "builtin";

/// A file.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) version: u32,
    pub(super) extends: bool,
    pub(super) specialties: Vec<RawSpecialty>,
}

/// An entry. Texts are as written; terms stand in the order of the file.
#[derive(Debug)]
pub(super) struct RawSpecialty {
    pub(super) code: Placed<String>,
    pub(super) label: Option<Placed<String>>,
    pub(super) outside: Option<bool>,
    pub(super) parent: Option<Placed<String>>,
    pub(super) mesh: Option<String>,
    pub(super) schema_org: Option<String>,
    pub(super) description: Option<String>,
    pub(super) weight: Option<Placed<f64>>,
    pub(super) terms: Vec<Placed<Term>>,
    pub(super) not: Vec<Placed<String>>,
    pub(super) journals: Vec<Placed<String>>,
    pub(super) remove: Vec<Placed<String>>,
}

type Value<'text> = Spanned<DeValue<'text>>;

pub(super) fn read(file: &File<'_>) -> Result<Raw> {
    let most = Limits::default().max_body_bytes;
    if file.text.len() > most {
        return Err(Error::new(
            Kind::TooLarge,
            format!("a taxonomy has at most {most} bytes"),
        ));
    }
    let table = DeTable::parse(file.text).map_err(|cause| {
        let at = cause.span().map_or(0, |span| span.start);
        // The reason alone: the library's own message shows the text around it, over many lines.
        file.wrong(at, &format!("this is no TOML: {}", clean_line(cause.message())))
    })?;
    let table = table.get_ref();
    if let Some((at, what)) = unknown_key(table, &HEAD, "the head of the file") {
        return Err(file.wrong(at, &what));
    }
    let version = table.get("version").ok_or_else(|| {
        let what = "no version: begin the file with a number to raise on every change, such as version = 1";
        file.wrong(0, what)
    })?;
    let version = number(version)
        .and_then(|number| format!("{number}").parse::<u32>().ok())
        .ok_or_else(|| {
            file.wrong(
                version.span().start,
                "the version is a whole number, such as version = 1",
            )
        })?;
    let extends = match table.get("extends") {
        None => false,
        Some(value) if value.get_ref().as_str() == Some(BUILTIN) => true,
        Some(value) => {
            let what = "extends = \"builtin\" adds to the built-in taxonomy; without it the file replaces that; there is \
                        nothing else to extend";
            return Err(file.wrong(value.span().start, what));
        }
    };
    let mut specialties = Vec::new();
    if let Some(value) = table.get("specialty") {
        let all = value.get_ref().as_array().map_or(&[][..], |all| all);
        for entry in all {
            let entry_table = entry.get_ref().as_table().ok_or_else(|| not_a_list(file, value))?;
            specialties.push(specialty(file, entry.span().start, entry_table)?);
        }
        if all.is_empty() {
            return Err(not_a_list(file, value));
        }
    }
    if specialties.is_empty() {
        let what = "no specialty in it: begin each with [[specialty]] and give it a code, a label and terms";
        return Err(file.wrong(0, what));
    }
    Ok(Raw {
        version,
        extends,
        specialties,
    })
}

fn not_a_list(file: &File<'_>, value: &Value<'_>) -> Error {
    file.wrong(
        value.span().start,
        "begin each specialty with [[specialty]], in two brackets",
    )
}

fn specialty(file: &File<'_>, at: usize, table: &DeTable<'_>) -> Result<RawSpecialty> {
    let code = match table.get("code") {
        None => {
            let what = "a [[specialty]] without a code: add one, such as code = \"sleep-medicine\"";
            return Err(file.wrong(at, what));
        }
        Some(value) => text(value).ok_or_else(|| {
            let what = "the code is a text in quotes, such as code = \"sleep-medicine\"";
            file.wrong(value.span().start, what)
        })?,
    };
    let entry = Entry {
        file,
        code: &code.value,
        table,
    };
    if let Some((at, what)) = unknown_key(table, &KEYS, "a specialty") {
        return Err(entry.wrong(at, &what));
    }
    let mut terms = Vec::new();
    for (key, strength, case_sensitive) in [
        ("strong", Strength::Strong, false),
        ("medium", Strength::Medium, false),
        ("weak", Strength::Weak, false),
        ("exact", Strength::Medium, true),
    ] {
        for Placed { value: text, at } in entry.texts(key)? {
            let value = Term {
                text,
                strength,
                case_sensitive,
                near: Vec::new(),
            };
            terms.push(Placed { value, at });
        }
    }
    terms.extend(entry.ambiguous()?);
    terms.sort_by_key(|term| term.at);
    let plain = |key| entry.text(key).map(|text| text.map(|text| text.value));
    Ok(RawSpecialty {
        label: entry.text("label")?,
        outside: entry.flag("outside")?,
        parent: entry.text("parent")?,
        mesh: plain("mesh")?,
        schema_org: plain("schema_org")?,
        description: plain("description")?,
        weight: entry.weight()?,
        terms,
        not: entry.texts("not")?,
        journals: entry.texts("journals")?,
        remove: entry.texts("remove")?,
        code,
    })
}

/// An entry while it is read.
struct Entry<'a> {
    file: &'a File<'a>,
    code: &'a str,
    table: &'a DeTable<'a>,
}

impl Entry<'_> {
    fn wrong(&self, at: usize, what: &str) -> Error {
        self.file.wrong_in(at, self.code, what)
    }

    fn text(&self, key: &str) -> Result<Option<Placed<String>>> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let text = text(value).filter(|text| !text.value.trim().is_empty());
        let what = || format!("\"{key}\" is a text in quotes that is not empty, or is left out");
        text.map(Some).ok_or_else(|| self.wrong(value.span().start, &what()))
    }

    fn weight(&self) -> Result<Option<Placed<f64>>> {
        let Some(value) = self.table.get("weight") else {
            return Ok(None);
        };
        let at = value.span().start;
        match number(value) {
            Some(value) => Ok(Some(Placed { value, at })),
            None => Err(self.wrong(at, "the weight is a number above 0 and at most 2, such as weight = 0.8")),
        }
    }

    fn flag(&self, key: &str) -> Result<Option<bool>> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let flag = value.get_ref().as_bool();
        flag.map(Some).ok_or_else(|| {
            self.wrong(
                value.span().start,
                &format!("\"{key}\" is true or false, without quotes"),
            )
        })
    }

    fn texts(&self, key: &str) -> Result<Vec<Placed<String>>> {
        self.table
            .get(key)
            .map_or(Ok(Vec::new()), |value| self.list(key, value))
    }

    fn list(&self, key: &str, value: &Value<'_>) -> Result<Vec<Placed<String>>> {
        let what =
            || format!("\"{key}\" is a list of texts in quotes, such as {key} = [\"heart failure\", \"angina\"]");
        let wrong = |at: &Value<'_>| self.wrong(at.span().start, &what());
        let all = value.get_ref().as_array().ok_or_else(|| wrong(value))?;
        all.iter().map(|one| text(one).ok_or_else(|| wrong(one))).collect()
    }

    fn ambiguous(&self) -> Result<Vec<Placed<Term>>> {
        const FORM: &str = "\"ambiguous\" is a list such as ambiguous = [{ term = \"MS\", near = [\"sclerosis\"] }]";
        let Some(value) = self.table.get("ambiguous") else {
            return Ok(Vec::new());
        };
        let wrong = |at: &Value<'_>| self.wrong(at.span().start, FORM);
        let mut terms = Vec::new();
        for one in value.get_ref().as_array().ok_or_else(|| wrong(value))? {
            let table = one.get_ref().as_table().ok_or_else(|| wrong(one))?;
            if let Some((at, what)) = unknown_key(table, &AMBIGUOUS, "an ambiguous term") {
                return Err(self.wrong(at, &what));
            }
            let term = table.get("term").and_then(text).ok_or_else(|| wrong(one))?;
            let near = match table.get("near") {
                Some(near) => self.list("near", near)?,
                None => Vec::new(),
            };
            if near.is_empty() {
                let what = format!(
                    "the ambiguous term {} has no \"near\": name words of which one must stand in the item too, such as \
                     near = [\"sclerosis\"]",
                    shown(&term.value)
                );
                return Err(self.wrong(term.at, &what));
            }
            terms.push(Placed {
                at: term.at,
                value: Term {
                    case_sensitive: !term.value.chars().any(char::is_lowercase),
                    text: term.value,
                    strength: Strength::Strong,
                    near: near.into_iter().map(|near| near.value).collect(),
                },
            });
        }
        Ok(terms)
    }
}

/// The first key that is none of those, by its place, and what to say of it.
fn unknown_key(table: &DeTable<'_>, known: &[&str], of: &str) -> Option<(usize, String)> {
    let unknown = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
    let first = unknown.min_by_key(|key| key.span().start)?;
    let advice = match did_you_mean(first.get_ref(), known.iter().copied()) {
        Some(advice) => advice,
        None => format!("there is {}", known.join(", ")),
    };
    let what = format!("{} is no key of {of}: {advice}", shown(first.get_ref()));
    Some((first.span().start, what))
}

fn text(value: &Value<'_>) -> Option<Placed<String>> {
    value.get_ref().as_str().map(|text| Placed {
        value: text.to_owned(),
        at: value.span().start,
    })
}

/// A whole or broken number.
fn number(value: &Value<'_>) -> Option<f64> {
    let digits = match value.get_ref() {
        DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str(),
        DeValue::Float(broken) => broken.as_str(),
        _ => return None,
    };
    digits.parse().ok()
}

//! Sources in TOML: the built-in list and lists of one's own.

use std::collections::HashMap;

use toml::{Table, Value};

use super::Catalog;
use crate::error::{Error, Kind, Result};
use crate::limits::Limits;
use crate::model::{Source, SourceKind, Specialty};
use crate::text::{clean_line, shorten};

/// What a `[[source]]` may hold; the first two are required.
const FIELDS: [&str; 10] = [
    "title",
    "url",
    "kind",
    "publisher",
    "specialties",
    "language",
    "seen",
    "seen_year",
    "confidence",
    "checked",
];

impl Catalog {
    /// A list of sources in TOML, as the built-in one is written.
    ///
    /// `title` and `url` are required in each `[[source]]`; `kind` is `news` when left out. Specialties are the
    /// built-in ones, by code or label; others are declared once, at the top, in `own_specialties`.
    ///
    /// ```
    /// let catalog = medfeed::Catalog::from_toml(r#"
    ///     own_specialties = ["long-covid"]
    ///     [[source]]
    ///     title = "Ward 7 journal club"
    ///     url = "https://ward7.example.org/feed.xml"
    ///     kind = "podcast"
    ///     specialties = ["cardiology", "long-covid"]
    ///     language = "en"
    /// "#)?;
    /// assert_eq!(catalog.len(), 1);
    /// # Ok::<(), medfeed::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the text is no TOML, or an entry has an unknown field, a wrong value, or another's address: the message
    /// names the entry by number and title and says what would be right. Nothing is read then.
    /// [`Error::is_too_large`] past [`Limits::max_body_bytes`] or [`Limits::max_outlines`] in their defaults.
    pub fn from_toml(text: &str) -> Result<Self> {
        entries_within(text, &Limits::default()).map(Self::new)
    }
}

/// The entries of a file, in its order.
pub(super) fn parse(text: &str) -> Result<Vec<Source>> {
    entries_within(text, &Limits::default())
}

fn entries_within(text: &str, limits: &Limits) -> Result<Vec<Source>> {
    if text.len() > limits.max_body_bytes {
        return Err(Error::new(
            Kind::TooLarge,
            format!("a catalog has at most {} bytes", limits.max_body_bytes),
        ));
    }
    let mut table: Table = text.parse().map_err(|cause: toml::de::Error| not_toml(text, &cause))?;
    let own = match table.remove("own_specialties") {
        None => Vec::new(),
        Some(value) => strings(&value)
            .ok_or("own_specialties must be a list of codes, such as [\"long-covid\"]".to_owned())
            .and_then(|codes| {
                let parsed = codes.iter().map(|code| code.parse::<Specialty>());
                parsed
                    .collect::<Result<_>>()
                    .map_err(|error| format!("own_specialties: {error}"))
            })
            .map_err(Error::invalid)?,
    };
    let entries = match table.remove("source") {
        Some(Value::Array(entries)) => entries,
        None => Vec::new(),
        Some(_) => {
            return Err(Error::invalid(
                "\"source\" must be a list of tables: begin each entry with [[source]]",
            ));
        }
    };
    if let Some(key) = table.keys().next() {
        return Err(Error::invalid(format!(
            "\"{}\" is not known at the top of a catalog: begin each entry with [[source]]",
            shorten(&clean_line(key), 60)
        )));
    }
    if entries.len() > limits.max_outlines {
        return Err(Error::new(
            Kind::TooLarge,
            format!("a catalog has at most {} sources", limits.max_outlines),
        ));
    }
    let mut sources: Vec<Source> = Vec::with_capacity(entries.len());
    let mut addresses = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let number = index + 1;
        let source = entry
            .as_table()
            .ok_or_else(|| "is not a table: begin each entry with [[source]]".to_owned())
            .and_then(|entry| read(entry, &own))
            .map_err(|problem| Error::invalid(format!("source {}: {problem}", name(number, entry))))?;
        if let Some(first) = addresses.insert(source.url().clone(), number) {
            let problem = format!(
                "source {} has the address of source {first}: leave one out",
                name(number, entry)
            );
            return Err(Error::invalid(problem));
        }
        sources.push(source);
    }
    Ok(sources)
}

/// Only the reason and the line's number: the line itself may hold an address with a token.
fn not_toml(text: &str, cause: &toml::de::Error) -> Error {
    let before = cause.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(String::new(), |before| {
        format!(" in line {}", before.matches('\n').count() + 1)
    });
    Error::parse(format!("the catalog is no TOML{line}: {}", cause.message()))
}

/// An entry's number and, where it has one, title.
fn name(number: usize, entry: &Value) -> String {
    match entry.get("title").and_then(Value::as_str) {
        Some(title) => format!("{number} (\"{}\")", shorten(&clean_line(title), 60)),
        None => number.to_string(),
    }
}

/// One entry, or what is wrong with it.
fn read(entry: &Table, own: &[Specialty]) -> std::result::Result<Source, String> {
    if let Some(key) = entry.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        let key = shorten(&clean_line(key), 60);
        return Err(format!("\"{key}\" is no field: use one of {}", FIELDS.join(", ")));
    }
    let title = required(entry, "title", "what the feed is called")?;
    let address = required(
        entry,
        "url",
        "the feed's address, such as \"https://example.org/feed.xml\"",
    )?;
    let mut source = address
        .parse::<Source>()
        .map_err(|error| format!("url: {error}"))?
        .with_title(title);
    if let Some(kind) = optional(entry, "kind")? {
        source = source.with_kind(kind.parse::<SourceKind>().map_err(|error| format!("kind: {error}"))?);
    }
    if let Some(publisher) = optional(entry, "publisher")? {
        source = source.with_publisher(clean_line(publisher));
    }
    if let Some(value) = entry.get("specialties") {
        let names = strings(value).ok_or("specialties must be a list of codes, such as [\"cardiology\"]")?;
        for name in names {
            let specialty = match own.iter().find(|specialty| specialty.code() == name) {
                Some(specialty) => specialty.clone(),
                None => Specialty::builtin(name).map_err(|error| format!("specialties: {error}"))?,
            };
            source = source.with_specialty(specialty);
        }
    }
    if let Some(language) = optional(entry, "language")? {
        if !is_language(language) {
            let shown = shorten(&clean_line(language), 40);
            return Err(format!(
                "language \"{shown}\" is no BCP 47 tag: use one such as \"en\" or \"zh-TW\""
            ));
        }
        source = source.with_language(language);
    }
    Ok(match provenance(entry)? {
        Some(provenance) => source.with_provenance(provenance),
        None => source,
    })
}

/// Where the address was seen, how far that is to be trusted, and when medfeed itself asked: as one line.
fn provenance(entry: &Table) -> std::result::Result<Option<String>, String> {
    let year = match entry.get("seen_year") {
        None => None,
        Some(Value::Integer(year)) if (1990..=9999).contains(year) => Some(*year),
        Some(_) => return Err("seen_year must be a year, such as 2026, or be left out".to_owned()),
    };
    let mut parts = Vec::new();
    if let Some(seen) = optional(entry, "seen")? {
        let year = year.map_or_else(|| "undated".to_owned(), |year| year.to_string());
        parts.push(format!("seen in {} ({year})", clean_line(seen)));
    } else if year.is_some() {
        return Err("seen_year without seen: say where the address was seen, or leave both out".to_owned());
    }
    if let Some(confidence) = optional(entry, "confidence")? {
        if !["high", "med", "low"].contains(&confidence) {
            return Err("confidence must be \"high\", \"med\" or \"low\"".to_owned());
        }
        parts.push(format!("confidence: {confidence}"));
    }
    if let Some(checked) = optional(entry, "checked")? {
        if checked != "never" && checked.parse::<jiff::civil::Date>().is_err() {
            return Err("checked must be a day, such as \"2026-11-22\", or \"never\"".to_owned());
        }
        parts.push(format!("checked: {checked}"));
    }
    Ok((!parts.is_empty()).then(|| parts.join("; ")))
}

fn required<'a>(entry: &'a Table, key: &str, what: &str) -> std::result::Result<&'a str, String> {
    match optional(entry, key)? {
        Some(text) => Ok(text),
        None => Err(format!("{key} is missing: {what}")),
    }
}

fn optional<'a>(entry: &'a Table, key: &str) -> std::result::Result<Option<&'a str>, String> {
    match entry.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if !clean_line(text).is_empty() => Ok(Some(text.trim())),
        Some(_) => Err(format!(
            "{key} must be a text in quotes that is not empty, or be left out"
        )),
    }
}

fn strings(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// The shape of a language tag (RFC 5646, section 2.1), not whether it is registered. Primary subtags of five to eight
/// letters are allowed there but none was ever registered, and some readers write "unknown".
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let shaped = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let primary = parts.next().unwrap_or_default();
    primary.len() > 1
        && shaped(primary, 3)
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| shaped(part, 8))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const GOOD: &str = "[[source]]\ntitle = 'A'\nurl = 'https://example.org/a'\n";

    #[test]
    fn an_entry_is_read_whole() {
        let catalog = Catalog::from_toml(
            "own_specialties = ['long-covid']\n[[source]]\ntitle = ' Heart\\t\"7\" '\nurl = 'HTTPS://Example.org/a#x'\n\
             kind = 'safety-alert'\npublisher = 'P'\nspecialties = ['Public Health', 'long-covid', 'public-health']\n\
             language = 'zh-TW'\nseen = 'a list'\nseen_year = 2026\nconfidence = 'med'\nchecked = '2026-11-22'\n",
        )
        .unwrap();
        let [source] = catalog.sources() else { panic!() };
        assert_eq!(source.url().as_str(), "https://example.org/a");
        assert_eq!(source.kind(), SourceKind::SafetyAlert);
        let codes: Vec<_> = source.specialties().iter().map(Specialty::code).collect();
        assert_eq!(codes, ["public-health", "long-covid"]);
        assert_eq!(
            source.provenance(),
            Some("seen in a list (2026); confidence: med; checked: 2026-11-22")
        );
    }

    #[test]
    fn little_is_required_and_nothing_is_a_catalog() {
        let catalog = Catalog::from_toml(GOOD).unwrap();
        assert_eq!(
            (catalog.sources()[0].kind(), catalog.sources()[0].provenance()),
            (SourceKind::News, None)
        );
        assert!(Catalog::from_toml("# nothing yet\n").unwrap().is_empty());
    }

    #[test]
    fn errors_name_the_entry_and_what_would_be_right() {
        for (entry, said) in [
            ("url = 'https://example.org/b'", vec!["source 2:", "title is missing"]),
            (
                "title = 'B'",
                vec!["source 2 (\"B\")", "url is missing", "https://example.org"],
            ),
            (
                "title = 'B'\nurl = 'ftp://example.org/'",
                vec!["source 2 (\"B\")", "url:", "http"],
            ),
            ("title = 'B'\nurl = 'nothing'", vec!["(\"B\")", "no address"]),
            (
                "title = 'B'\nurl = 'https://example.org/a'",
                vec!["source 2 (\"B\")", "address of source 1"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nkind = 'jurnal'",
                vec!["(\"B\")", "kind:", "journal, "],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nspecialties = ['cardio']",
                vec!["did you mean cardiology"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nspecialties = 'cardiology'",
                vec!["[\"cardiology\"]"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nlanguage = 'English, UK'",
                vec!["\"zh-TW\""],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nspecialty = []",
                vec!["\"specialty\"", "specialties"],
            ),
            (
                "title = ''\nurl = 'https://example.org/b'",
                vec!["source 2", "title must be"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nseen_year = 2026",
                vec!["seen_year without seen"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nseen = 'x'\nseen_year = '2026'",
                vec!["such as 2026"],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nchecked = 'yesterday'",
                vec!["\"never\""],
            ),
            (
                "title = 'B'\nurl = 'https://example.org/b'\nconfidence = 'sure'",
                vec!["\"high\""],
            ),
        ] {
            let error = Catalog::from_toml(&format!("{GOOD}[[source]]\n{entry}\n")).unwrap_err();
            assert!(error.is_invalid());
            for part in said {
                assert!(error.to_string().contains(part), "{entry}: {error}");
            }
        }
    }

    #[test]
    fn other_documents_are_refused() {
        assert!(Catalog::from_toml("<opml/>").unwrap_err().is_parse());
        for text in [
            "sources = []",
            "source = 'x'",
            "source = ['x']",
            "own_specialties = ['Not A Code']",
            "own_specialties = 3",
        ] {
            assert!(Catalog::from_toml(text).unwrap_err().is_invalid(), "{text}");
        }
        let limits = Limits {
            max_outlines: 0,
            ..Limits::default()
        };
        assert!(entries_within(GOOD, &limits).unwrap_err().is_too_large());
        assert!(
            entries_within(
                GOOD,
                &Limits {
                    max_body_bytes: 9,
                    ..limits
                }
            )
            .unwrap_err()
            .is_too_large()
        );
    }

    #[test]
    fn language_tags_by_their_shape() {
        for tag in ["en", "EN", "zh-TW", "gsw", "sr-Latn-RS", "de-1996"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in [
            "",
            "e",
            "unknown",
            "English",
            "en_US",
            "en-",
            "-en",
            "e1",
            "en-abcdefghi",
            "né",
        ] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_not_shown() {
        let entry = "title = 'B'\nurl = 'ftp://nurse:ward7@example.org/'";
        let error = Catalog::from_toml(&format!("[[source]]\n{entry}\n")).unwrap_err();
        assert!(!error.to_string().contains("ward7"), "{error}");
        let error = Catalog::from_toml("# list\n[[source]]\nurl = https://example.org/?token=ward7\n").unwrap_err();
        assert!(error.to_string().contains("in line 3"), "{error}");
        assert!(
            !error.to_string().contains("ward7") && !format!("{error:?}").contains("ward7"),
            "{error:?}"
        );
    }
}

//! OPML in, out, and in again.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use medfeed::{Catalog, Limits, OpmlImport, Source};
use properties::{is_line, is_link};

fuzz_target!(|bytes: &[u8]| {
    let Ok(first) = Catalog::from_opml(bytes) else { return };
    holds(&first);
    let written = first.catalog.to_opml("Ward");
    let second = Catalog::from_opml(written.as_bytes()).expect("what was written is OPML");
    holds(&second);
    assert_eq!(second.catalog.len(), first.catalog.len(), "{written}");
    for source in &first.catalog {
        let back = second
            .catalog
            .iter()
            .find(|back| back.url() == source.url())
            .expect("the same addresses");
        assert_eq!(facts(back), facts(source), "{written}");
    }
    let third = Catalog::from_opml(second.catalog.to_opml("Ward").as_bytes()).expect("OPML");
    assert_eq!(
        third.catalog.to_opml("Ward"),
        second.catalog.to_opml("Ward"),
        "written again it changes"
    );

    let few = Limits {
        max_outlines: 2,
        max_depth: 2,
        max_attributes: 3,
        max_text_bytes: 20,
        ..Limits::default()
    };
    if let Ok(import) = Catalog::from_opml_within(bytes, &few) {
        holds(&import);
        assert!(import.catalog.len() <= 2);
    }
});

fn holds(import: &OpmlImport) {
    for note in &import.notes {
        is_line("a note", note);
    }
    let mut addresses = BTreeSet::new();
    for source in &import.catalog {
        is_link("a source", source.url());
        assert!(addresses.insert(source.url().as_str()), "an address stands twice");
        is_line("a title", source.title().unwrap_or_default());
        is_line("a publisher", source.publisher().unwrap_or_default());
        is_line("a label", &source.label());
        source.homepage().iter().for_each(|page| is_link("a home page", page));
        assert!(source.folders().len() <= 16, "{} folders", source.folders().len());
        source.folders().iter().for_each(|folder| is_line("a folder", folder));
    }
}

/// What OPML carries of a source.
fn facts(source: &Source) -> impl PartialEq + std::fmt::Debug {
    let specialties: BTreeSet<String> = source
        .specialties()
        .iter()
        .map(|specialty| specialty.code().to_owned())
        .collect();
    // A folder that names one of the source's specialties says nothing more.
    let says_more = |folder: &&String| {
        let names = |name: &str| name.eq_ignore_ascii_case(folder);
        !source
            .specialties()
            .iter()
            .any(|specialty| names(specialty.code()) || names(&specialty.label()))
    };
    let folders: BTreeSet<String> = source
        .folders()
        .iter()
        .filter(says_more)
        .map(|folder| folder.to_ascii_lowercase())
        .collect();
    (
        source.title().map(str::to_owned),
        source.kind(),
        source.publisher().map(str::to_owned),
        source.language().map(str::to_owned),
        source.homepage().cloned(),
        specialties,
        folders,
    )
}

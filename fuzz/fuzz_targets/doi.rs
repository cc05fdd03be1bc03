//! Identifiers in text, in links and alone.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use medfeed::{Doi, Identifier, identifiers_in_link, identifiers_in_text};
use properties::{base, survives_json};
use url::Url;

fuzz_target!(|text: &str| {
    if let Ok(doi) = text.parse::<Doi>() {
        is_doi(&doi);
    }
    for doi in Doi::find_all(text) {
        is_doi(&doi);
    }
    let found = identifiers_in_text(text);
    assert_eq!(
        found.iter().collect::<HashSet<_>>().len(),
        found.len(),
        "one stands twice: {found:?}"
    );
    found.iter().for_each(is_identifier);
    for link in [
        Url::parse(text),
        base().join(text),
        Url::parse(&format!("https://example.org/doi/{text}")),
    ]
    .into_iter()
    .flatten()
    {
        identifiers_in_link(&link).iter().for_each(is_identifier);
    }
});

fn is_doi(doi: &Doi) {
    assert!(doi.as_str().starts_with("10.") && doi.as_str().contains('/'), "{doi}");
    assert!(
        !doi.as_str().contains(char::is_whitespace) && !doi.as_str().contains(char::is_control),
        "{doi:?}"
    );
    assert!(doi.as_str().len() <= 600, "a DOI of {} bytes", doi.as_str().len());
    assert!(doi.prefix().len() < doi.as_str().len());
    // Lower case, as far as there is one: 𝐀 has none.
    assert_eq!(doi.as_str().to_lowercase(), doi.as_str(), "the case is not folded");
    assert_eq!(
        doi.to_string().parse::<Doi>().ok().as_ref(),
        Some(doi),
        "shown and read again it is another"
    );
    assert_eq!(
        doi.link().parse::<Doi>().ok().as_ref(),
        Some(doi),
        "its link {} is another's",
        doi.link()
    );
    let work = doi.without_version();
    assert_eq!(work.without_version(), work, "a version of a version");
    assert_eq!(
        work.to_string().parse::<Doi>().ok().as_ref(),
        Some(&work),
        "the work has no DOI that can be read"
    );
    let link = Url::parse(&doi.link()).expect("an address");
    assert_eq!(link.host_str(), Some("doi.org"));
}

fn is_identifier(identifier: &Identifier) {
    survives_json(identifier);
    properties::is_line("an identifier", &identifier.to_string());
    if let Some(link) = identifier.link() {
        let link = Url::parse(&link).expect("an address");
        properties::is_link("an identifier", &link);
    }
    if let Identifier::Doi(doi) = identifier {
        is_doi(doi);
    }
}

//! Who wrote it.
//!
//! RSS gives an author as an address with the name in brackets, journals a list of names in one string. A list is split
//! only when every part looks like a person's whole name, because "Doe, Jane", "Jane Doe, MD" and "Centre for Heart
//! Health, Exampleton" are one each; semicolons always separate.

use url::Url;

use super::links::absolute;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{self, Atom, Dc, DcTerms, GooglePlay, Itunes, Media, Native};
use crate::model::Person;
use crate::text::clean_line;

/// The most people kept of one entry; papers of large consortia name thousands.
pub(super) const MAX_PEOPLE: usize = 500;

/// RSS `<author>`, `dc:creator`, Atom `<author>`; `itunes:author` where there is nothing else.
pub(super) fn authors(tree: &Tree<'_>, base: &Url) -> Vec<Person> {
    let mut people = authors_in(tree, 0, base);
    if people.is_empty() {
        for node in tree
            .fields()
            .filter(|node| matches!(node.vocabulary, Itunes | GooglePlay) && node.name == "author")
        {
            named(&mut people, &node.line());
        }
    }
    people
}

/// The authors named in an element: the entry, the feed, or the feed an entry came from.
pub(super) fn authors_in(tree: &Tree<'_>, index: usize, base: &Url) -> Vec<Person> {
    let mut people = Vec::new();
    for (place, node) in tree.children(index) {
        match (node.vocabulary, node.name) {
            (Native | Atom, "author") => construct(&mut people, tree, place, base),
            (Dc | DcTerms, "creator") => named(&mut people, &node.line()),
            _ => {}
        }
    }
    people
}

/// `dc:contributor`, Atom `<contributor>`, `media:credit`.
pub(super) fn contributors(tree: &Tree<'_>, base: &Url) -> Vec<Person> {
    let mut people = Vec::new();
    for (index, node) in tree.children(0) {
        match (node.vocabulary, node.name) {
            (Native | Atom, "contributor") => construct(&mut people, tree, index, base),
            (Dc | DcTerms, "contributor") => named(&mut people, &node.line()),
            _ => {}
        }
    }
    for (_, node) in tree.all(Media, "credit") {
        let role = node.attribute("role").map(|role| clean_line(role).to_lowercase());
        for mut person in read(&node.line()) {
            person.role.clone_from(&role);
            add(&mut people, person);
        }
    }
    people
}

/// The people of the elements of that name.
pub(super) fn of(tree: &Tree<'_>, base: &Url, vocabulary: Vocabulary, name: &str) -> Vec<Person> {
    let mut people = Vec::new();
    for (index, node) in tree.children(0) {
        if node.is(vocabulary, name) {
            construct(&mut people, tree, index, base);
        }
    }
    people
}

fn add(people: &mut Vec<Person>, person: Person) {
    if people.len() < MAX_PEOPLE && !people.iter().any(|known| known.name == person.name) {
        people.push(person);
    }
}

fn named(people: &mut Vec<Person>, line: &str) {
    for person in read(line) {
        add(people, person);
    }
}

/// A person: Atom's `<name>`, `<email>`, `<uri>`, or a line of text.
fn construct(people: &mut Vec<Person>, tree: &Tree<'_>, index: usize, base: &Url) {
    let child = |name: &str| {
        tree.children(index)
            .find(|(_, child)| child.name == name)
            .map(|(_, child)| child.plain())
            .filter(|text| !text.is_empty())
    };
    let line = || tree.nodes.get(index).map(Node::line).filter(|line| !line.is_empty());
    let email = child("email");
    let link = ["uri", "url", "homepage"].into_iter().find_map(child);
    if email.is_none() && link.is_none() {
        // A name alone may be a list of them.
        if let Some(names) = child("name").or_else(line) {
            named(people, &names);
        }
        return;
    }
    let Some(name) = child("name")
        .or_else(line)
        .or_else(|| email.clone())
        .or_else(|| link.clone())
    else {
        return;
    };
    let mut person = Person::new(name);
    person.email = email;
    person.link = link.and_then(|text| absolute(&text, base));
    add(people, person);
}

/// The people a line of text names.
pub(super) fn read(line: &str) -> Vec<Person> {
    let line = clean_line(line);
    if line.is_empty() {
        return Vec::new();
    }
    if line.contains('@') {
        return vec![with_email(&line)];
    }
    split(&line).into_iter().map(Person::new).collect()
}

/// `jane@example.org (Jane Doe)`, `Jane Doe <jane@example.org>`, or an address alone.
fn with_email(line: &str) -> Person {
    let is_edge = |character: char| {
        character.is_whitespace() || matches!(character, '(' | ')' | '<' | '>' | ',' | '"' | '[' | ']')
    };
    let email = line
        .split(is_edge)
        .find(|word| word.contains('@'))
        .map(|word| word.trim_start_matches("mailto:").to_owned());
    let name = match &email {
        Some(email) => line.replacen(email.as_str(), " ", 1).replace("mailto:", " "),
        None => line.to_owned(),
    };
    let name = clean_line(name.trim_matches(is_edge));
    let shown = if name.is_empty() {
        email.clone().unwrap_or_else(|| line.to_owned())
    } else {
        name
    };
    let mut person = Person::new(shown);
    person.email = email.filter(|email| email.len() > 2);
    person
}

fn split(line: &str) -> Vec<String> {
    let tidy = |part: &str| part.trim().trim_end_matches(',').trim().to_owned();
    if line.contains(';') {
        let parts: Vec<String> = line.split(';').map(tidy).filter(|part| !part.is_empty()).collect();
        return parts;
    }
    let joined = line.replace(", and ", ", ").replace(" and ", ", ").replace(" & ", ", ");
    let parts: Vec<String> = joined.split(", ").map(tidy).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_whole_name(part)) {
        return parts;
    }
    // "Roe, A. B., Doe, C.": surnames and initials in turn, as preprint servers and indexes write them.
    let initials = |part: &String| {
        part.len() <= 12
            && part.contains(char::is_uppercase)
            && part
                .chars()
                .all(|character| character.is_uppercase() || matches!(character, '.' | '-' | ' '))
    };
    let pairs = parts.chunks(2);
    if parts.len() >= 4
        && parts.len().is_multiple_of(2)
        && pairs
            .clone()
            .all(|pair| matches!(pair, [name, given] if initials(given) && !initials(name)))
    {
        return pairs.map(|pair| pair.join(", ")).collect();
    }
    vec![line.to_owned()]
}

/// Two to five words, each capitalised, an initial, or a particle; nothing that names an institution.
fn is_whole_name(part: &str) -> bool {
    const PARTICLES: [&str; 22] = [
        "van", "von", "de", "der", "den", "da", "di", "del", "della", "dos", "du", "la", "le", "ter", "ten", "al",
        "el", "bin", "ibn", "y", "e", "zu",
    ];
    const INSTITUTIONS: [&str; 34] = [
        "academy",
        "agency",
        "alliance",
        "association",
        "board",
        "center",
        "centre",
        "clinic",
        "collaboration",
        "college",
        "committee",
        "consortium",
        "council",
        "department",
        "division",
        "editor",
        "editorial",
        "editors",
        "faculty",
        "foundation",
        "group",
        "health",
        "hospital",
        "institute",
        "investigators",
        "medicine",
        "ministry",
        "network",
        "news",
        "office",
        "school",
        "society",
        "staff",
        "university",
    ];
    let words: Vec<&str> = part.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|word| {
            let lower = word.to_lowercase();
            !INSTITUTIONS.contains(&lower.as_str())
                && !word.chars().any(|character| character.is_ascii_digit())
                && (PARTICLES.contains(word) || !word.starts_with(char::is_lowercase))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        read(line).into_iter().map(|person| person.name).collect()
    }

    #[test]
    fn lists_of_whole_names_are_split() {
        assert_eq!(
            names("Ana Roe, Bo van der Doe and Cy D. Poe"),
            ["Ana Roe", "Bo van der Doe", "Cy D. Poe"]
        );
        assert_eq!(names("Roe AB, Doe C, Poe D"), ["Roe AB", "Doe C", "Poe D"]);
        assert_eq!(names("Roe, Ana; Doe, Bo"), ["Roe, Ana", "Doe, Bo"]);
        assert_eq!(
            names("Roe, A. B., van Doe, C.-D., Poe, E"),
            ["Roe, A. B.", "van Doe, C.-D.", "Poe, E"]
        );
        for one in [
            "Doe, Jane",
            "Doe, J., MD, PhD",
            "Jane Doe, MD",
            "Jane Doe, MD, PhD",
            "Centre for Heart Health, Exampleton General",
            "Exampleton University and Roe Hospital",
            "Health and Safety Desk",
        ] {
            assert_eq!(names(one), [one]);
        }
    }

    #[test]
    fn addresses_are_told_from_names() {
        for line in [
            "jané@example.org (Jané Doe)",
            "Jané Doe <jané@example.org>",
            "Jané Doe, jané@example.org",
        ] {
            let people = read(line);
            assert_eq!(people.len(), 1);
            assert_eq!(
                (people[0].name.as_str(), people[0].email.as_deref()),
                ("Jané Doe", Some("jané@example.org")),
                "{line}"
            );
        }
        assert_eq!(names("desk@example.org"), ["desk@example.org"]);
        assert_eq!(names("@desk"), ["@desk"]);
    }
}

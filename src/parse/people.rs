//! Who wrote it.
//!
//! RSS gives an author as an address with the name in brackets, journals a list of names in one string
//! ([`super::name_list`]), mailing lists several addresses with their names.

use url::Url;

use super::links::resolve;
use super::name_list::split;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{self, Atom, Dc, DcTerms, GooglePlay, Itunes, Media, Native};
use crate::model::{Person, Warning};
use crate::text::{clean_line, html_to_text};

/// The most people kept of one entry; papers of large consortia name thousands.
pub(super) const MAX_PEOPLE: usize = 500;

/// RSS `<author>`, `dc:creator`, Atom `<author>`; `itunes:author` where there is nothing else. One more than [`MAX_PEOPLE`]
/// tells that some were left out.
pub(super) fn authors(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let mut people = named_in(tree, 0, base, warnings);
    if people.is_empty() {
        for node in tree
            .fields()
            .filter(|node| matches!(node.vocabulary, Itunes | GooglePlay) && node.name == "author")
        {
            named(&mut people, &line_of(node));
        }
    }
    people
}

/// The authors named in an element, such as the feed an entry came from.
pub(super) fn authors_in(tree: &Tree<'_>, index: usize, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let mut people = named_in(tree, index, base, warnings);
    people.truncate(MAX_PEOPLE);
    people
}

fn named_in(tree: &Tree<'_>, index: usize, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let mut people = Vec::new();
    for (place, node) in tree.children(index) {
        match (node.vocabulary, node.name) {
            (Native | Atom, "author") => construct(&mut people, tree, place, base, warnings),
            (Dc | DcTerms, "creator" | "author") => named(&mut people, &line_of(node)),
            _ => {}
        }
    }
    people
}

/// `dc:contributor`, Atom `<contributor>`, `media:credit`.
pub(super) fn contributors(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Vec<Person> {
    let mut people = Vec::new();
    for (index, node) in tree.children(0) {
        match (node.vocabulary, node.name) {
            (Native | Atom, "contributor") => construct(&mut people, tree, index, base, warnings),
            (Dc | DcTerms, "contributor") => named(&mut people, &line_of(node)),
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
pub(super) fn of(
    tree: &Tree<'_>,
    base: &Url,
    vocabulary: Vocabulary,
    name: &str,
    warnings: &mut Vec<Warning>,
) -> Vec<Person> {
    let mut people = Vec::new();
    for (index, node) in tree.children(0) {
        if node.is(vocabulary, name) {
            construct(&mut people, tree, index, base, warnings);
        }
    }
    people
}

fn add(people: &mut Vec<Person>, person: Person) {
    if people.len() <= MAX_PEOPLE && !people.iter().any(|known| known.name == person.name) {
        people.push(person);
    }
}

/// What an element says in one line; an address in angle brackets is no tag.
fn line_of(node: &Node<'_>) -> String {
    if node.markup.is_some() || !(node.text.contains('@') && node.text.contains('<')) {
        return node.line();
    }
    let mut text = String::with_capacity(node.text.len());
    for (place, piece) in node.text.split('<').enumerate() {
        match piece.split_once('>') {
            Some((inside, rest)) if inside.contains('@') && !inside.contains([' ', '=', '"']) => {
                text.extend([" (", inside, ") ", rest]);
            }
            _ if place == 0 => text.push_str(piece),
            _ => text.extend(["<", piece]),
        }
    }
    clean_line(&html_to_text(&text))
}

fn named(people: &mut Vec<Person>, line: &str) {
    for person in read(line) {
        add(people, person);
    }
}

/// A person: Atom's `<name>`, `<email>`, `<uri>`, or a line of text.
fn construct(people: &mut Vec<Person>, tree: &Tree<'_>, index: usize, base: &Url, warnings: &mut Vec<Warning>) {
    let child = |name: &str| {
        tree.children(index)
            .find(|(_, child)| child.name == name)
            .map(|(_, child)| child.plain())
            .filter(|text| !text.is_empty())
    };
    let line = || tree.nodes.get(index).map(line_of).filter(|line| !line.is_empty());
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
    // RFC 4287, 2: an address is relative to the xml:base of its own element, else of the person's.
    let named_by = tree
        .children(index)
        .map(|(_, child)| child)
        .find(|child| matches!(child.name, "uri" | "url" | "homepage"));
    let base = named_by
        .or_else(|| tree.nodes.get(index))
        .map_or(base, |node| node.base_or(base));
    person.link = link.and_then(|text| resolve(&text, base, warnings));
    add(people, person);
}

/// The people a line of text names.
pub(super) fn read(line: &str) -> Vec<Person> {
    let line = clean_line(line);
    if line.is_empty() {
        return Vec::new();
    }
    if line.contains('@') {
        return with_emails(&line).iter().map(|piece| with_email(piece)).collect();
    }
    split(&line).into_iter().map(Person::new).collect()
}

/// A line cut into pieces of one address each: at commas and semicolons outside brackets and quotes, what has no address
/// staying with the piece after it (`Doe, Jane <jane@example.org>, …`), at the end with the one before.
fn with_emails(line: &str) -> Vec<String> {
    if line.matches('@').count() < 2 {
        return vec![line.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let (mut depth, mut quoted) = (0usize, false);
    for character in line.chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '"' => quoted = !quoted,
            _ => {}
        }
        let ends = matches!(character, ',' | ';') && depth == 0 && !quoted;
        if ends && pieces.last().is_some_and(|piece| piece.contains('@')) {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(character);
        }
    }
    if pieces.len() > 1
        && let Some(rest) = pieces.pop_if(|piece| !piece.contains('@'))
        && let Some(last) = pieces.last_mut()
    {
        last.push(',');
        last.push_str(&rest);
    }
    pieces
}

fn is_edge(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '(' | ')' | '<' | '>' | ',' | ';' | '"' | '[' | ']' | '（' | '）'
        )
}

/// `jane@example.org (Jane Doe)`, `Jane Doe <jane@example.org>`, or an address alone. A handle (`@desk`) is none.
fn with_email(line: &str) -> Person {
    let line = line.trim_matches([' ', ',', ';']);
    let email = line
        .split(is_edge)
        .map(|word| word.trim_start_matches("mailto:"))
        .map(|word| word.split('?').next().unwrap_or(word))
        .find(|word| {
            word.split_once('@')
                .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        });
    let Some(email) = email else {
        return Person::new(line);
    };
    let rest = line.replacen(email, " ", 1).replace("mailto:", " ");
    let name = name_beside(&rest);
    let mut person = Person::new(if name.is_empty() { email } else { &name });
    person.email = Some(email.to_owned());
    person
}

/// The most layers of brackets and quotes taken off a name; a flood of them is no name.
const MAX_LAYERS: usize = 8;

/// The name beside an address: without the brackets around it, with those inside it.
fn name_beside(rest: &str) -> String {
    let emptied = clean_line(rest)
        .replace("( )", " ")
        .replace("()", " ")
        .replace("（ ）", " ");
    let name = clean_line(&emptied);
    let mut name = name.as_str();
    for _ in 0..MAX_LAYERS {
        let before = name.len();
        name = name.trim_matches([' ', ',', ';', '"', '<', '>', '[', ']']);
        for (open, close) in [('(', ')'), ('（', '）')] {
            let (opened, closed) = (name.matches(open).count(), name.matches(close).count());
            let around = name.strip_prefix(open).and_then(|inner| inner.strip_suffix(close));
            name = match around {
                Some(inner) if opened == closed => inner,
                _ if opened > closed => name.strip_prefix(open).unwrap_or(name),
                _ if closed > opened => name.strip_suffix(close).unwrap_or(name),
                _ => name,
            };
        }
        if name.len() == before {
            break;
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        read(line).into_iter().map(|person| person.name).collect()
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
        assert_eq!(read("@desk")[0].email, None);
        assert_eq!(names("jane@example.org (Jane Doe (Ward 7))"), ["Jane Doe (Ward 7)"]);
        assert_eq!(names("(jane@example.org"), ["jane@example.org"]);
        assert_eq!(
            names("Doe, Jane (jane@example.org), bo@example.org (Roe, Bo)"),
            ["Doe, Jane", "Roe, Bo"]
        );
        assert_eq!(
            names("a@example.org; @; (b@example.org"),
            ["a@example.org", "@", "b@example.org"]
        );
    }

    #[test]
    fn floods_are_read_in_time() {
        // Anything but linear would take hours.
        for flood in [
            format!("a@example.org {}", "(".repeat(300_000)),
            format!("{}a@example.org{}", "(".repeat(150_000), ")".repeat(150_000)),
            "a@b,".repeat(75_000),
            "<@>".repeat(100_000),
            "Ana Roe, ".repeat(30_000),
            "A, B, ".repeat(50_000),
            "MD, ".repeat(75_000),
            "on behalf of ".repeat(20_000),
            "et al. ".repeat(40_000),
        ] {
            assert!(!read(&flood).is_empty());
        }
    }
}

//! Lists of names in one string, as journals and news desks write them.
//!
//! A list is split only when every part looks like a person's whole name, because "Doe, Jane", "Jane Doe, MD" and
//! "Centre for Heart Health, Exampleton" are one each; semicolons always separate. Degrees stay with the name before
//! them. The group the authors write for ("on behalf of …") is an author of its own, "et al." is nobody.
//!
//! Not covered: double surnames before the given names without semicolons ("Roe Doe, Ana Maria" reads as two people).

/// The names a line holds, in its order; never none for a line that says something.
pub(super) fn split(line: &str) -> Vec<String> {
    let (people, group) = without_group(line);
    let mut names = match people.trim_matches(is_between) {
        "" => Vec::new(),
        _ => split_people(without_others(people)),
    };
    names.extend(group);
    names
}

fn is_between(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | ';' | '&')
}

/// A part without what joined it to its neighbours.
fn tidy(part: &str) -> String {
    let part = part.trim_matches(is_between);
    let joined = part.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("and "));
    let part = if joined {
        part.get(4..).unwrap_or_default()
    } else {
        part
    };
    part.trim().to_owned()
}

/// "Roe A, Doe C, on behalf of the SALT Investigators" is two people and a group. "For the …" is taken so only after a
/// comma or semicolon and where it ends in a word for a group, as "Centre for the Study of …" names no group.
fn without_group(line: &str) -> (&str, Option<String>) {
    const GROUPS: [&str; 7] = [
        "collaboration",
        "collaborators",
        "consortium",
        "group",
        "investigators",
        "network",
        "team",
    ];
    // ASCII letters keep their length, so places in one are places in the other.
    let lower = line.to_ascii_lowercase();
    let behalf = lower.find("on behalf of ").map(|at| (at, at + "on behalf of ".len()));
    let found = behalf
        .filter(|(at, _)| {
            line.get(..*at)
                .is_some_and(|head| head.is_empty() || head.ends_with(is_between))
        })
        .or_else(|| {
            let last = lower.rsplit(' ').next().unwrap_or_default();
            let at = [", for the ", "; for the "]
                .iter()
                .find_map(|words| lower.find(words))?;
            GROUPS.contains(&last).then_some((at, at + ", for ".len()))
        });
    let parts = found.and_then(|(at, from)| Some((line.get(..at)?, line.get(from..)?)));
    let Some((people, group)) = parts else {
        return (line, None);
    };
    let group = group.trim_matches(is_between);
    let group = group.strip_prefix("the ").unwrap_or(group);
    if group.is_empty() {
        (line, None)
    } else {
        (people, Some(group.to_owned()))
    }
}

/// Without "et al." at the end, if there is anybody else.
fn without_others(line: &str) -> &str {
    let bare = line.trim_matches(is_between).trim_end_matches('.');
    let at = bare.len().saturating_sub("et al".len());
    let others = bare.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case("et al"));
    match bare.get(..at) {
        Some(head) if others && head.ends_with(is_between) && !head.trim_matches(is_between).is_empty() => {
            head.trim_matches(is_between)
        }
        _ => line.trim(),
    }
}

fn split_people(line: &str) -> Vec<String> {
    let is_empty = |part: &String| !part.is_empty();
    if line.contains(';') {
        return line.split(';').map(tidy).filter(is_empty).collect();
    }
    let joined = [" and ", " And ", " & "]
        .iter()
        .fold(line.to_owned(), |line, word| line.replace(word, ", "));
    let parts: Vec<String> = joined.split(',').map(tidy).filter(is_empty).collect();
    let people = with_degrees(&parts);
    if people.len() > 1 && people.iter().all(|(name, _)| is_whole_name(name)) {
        return people.into_iter().map(|(_, shown)| shown).collect();
    }
    pairs(&parts).unwrap_or_else(|| vec![line.to_owned()])
}

/// "Roe, A. B., Doe, C.": surnames and initials in turn, as preprint servers and indexes write them.
fn pairs(parts: &[String]) -> Option<Vec<String>> {
    // A surname may be all capitals too, so without a dot only up to three letters are initials.
    let initials = |part: &String| {
        let letters = part.chars().filter(|character| character.is_uppercase()).count();
        part.len() <= 12
            && (1..=if part.contains('.') { 8 } else { 3 }).contains(&letters)
            && part
                .chars()
                .all(|character| character.is_uppercase() || matches!(character, '.' | '-' | ' '))
    };
    let pairs = parts.chunks(2);
    let in_turn = parts.len() >= 4
        && pairs.clone().all(|pair| {
            matches!(pair, [name, given]
                if initials(given) && (!initials(name) || (given.contains('.') && !name.contains('.'))))
        });
    in_turn.then(|| pairs.map(|pair| pair.join(", ")).collect())
}

/// Each name, and how it is shown with the degrees that follow it.
fn with_degrees(parts: &[String]) -> Vec<(&str, String)> {
    let mut people: Vec<(&str, String)> = Vec::new();
    for part in parts {
        match people.last_mut() {
            Some((_, shown)) if is_degree(part) => {
                shown.push_str(", ");
                shown.push_str(part);
            }
            _ => people.push((part, part.clone())),
        }
    }
    people
}

/// One degree, title of a college or generation, or several with a space between; dots do not matter, case does: "Ma" is
/// a surname.
fn is_degree(part: &str) -> bool {
    const DEGREES: [&str; 46] = [
        "BA", "BCh", "BM", "BS", "BSc", "BSN", "CNS", "DDS", "DMD", "DNP", "DO", "DPhil", "DrPH", "DSc", "DVM", "FAAN",
        "FAAP", "FACC", "FACP", "FACS", "FAHA", "FASCO", "FESC", "FRCP", "FRCPC", "FRCS", "II", "III", "Jr", "MA",
        "MBA", "MBBS", "MBChB", "MD", "MHS", "MPH", "MPhil", "MS", "MSc", "MSN", "NP", "PA-C", "PharmD", "PhD", "RN",
        "Sr",
    ];
    part.split(' ')
        .all(|word| DEGREES.contains(&word.replace('.', "").as_str()))
}

/// Two to five words, each capitalised, an initial, or a particle; nothing that names an institution.
fn is_whole_name(part: &str) -> bool {
    const PARTICLES: [&str; 32] = [
        "af", "al", "av", "ben", "bin", "d", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du",
        "e", "el", "ibn", "l", "la", "le", "lo", "op", "ten", "ter", "van", "von", "y", "zu", "zur",
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
    // "d'Exemplo", "al-Muster": a particle joined to its name.
    let is_joined = |word: &str| {
        word.split_once(['-', '\'', '’'])
            .is_some_and(|(particle, name)| PARTICLES.contains(&particle) && name.starts_with(char::is_uppercase))
    };
    let words: Vec<&str> = part.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && words.iter().any(|word| !PARTICLES.contains(word))
        && words.iter().all(|word| {
            let lower = word.to_lowercase();
            !INSTITUTIONS.contains(&lower.as_str())
                && !word.chars().any(|character| character.is_ascii_digit())
                && (PARTICLES.contains(word) || is_joined(word) || !word.starts_with(char::is_lowercase))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_in_capitals_are_no_initials() {
        assert_eq!(
            split("LAPUTA, N., ROE, A., Lu, B."),
            ["LAPUTA, N.", "ROE, A.", "Lu, B."]
        );
    }

    #[test]
    fn lists_of_whole_names_are_split() {
        for (line, names) in [
            (
                "Ana Roe, Bo van der Doe and Cy D. Poe",
                &["Ana Roe", "Bo van der Doe", "Cy D. Poe"][..],
            ),
            ("Ana Roe,Bo Doe", &["Ana Roe", "Bo Doe"]),
            ("Roe AB, Doe C, Poe D", &["Roe AB", "Doe C", "Poe D"]),
            ("Roe, Ana; Doe, Bo; and Poe, Cy", &["Roe, Ana", "Doe, Bo", "Poe, Cy"]),
            (
                "Roe, A. B., van Doe, C.-D., Poe, E",
                &["Roe, A. B.", "van Doe, C.-D.", "Poe, E"],
            ),
            ("Ana Roe, MD, PhD, Bo Doe, MD", &["Ana Roe, MD, PhD", "Bo Doe, MD"]),
            ("Roe A, Doe C, et al.", &["Roe A", "Doe C"]),
            (
                "Roe A, Doe C on behalf of the Salt Investigators",
                &["Roe A", "Doe C", "Salt Investigators"],
            ),
        ] {
            assert_eq!(split(line), names);
        }
    }

    #[test]
    fn one_name_stays_one() {
        for one in [
            "Doe, Jane",
            "Doe, J., MD, PhD",
            "Doe, J., MD, MS",
            "Jane Doe, MD",
            "Jane Doe, MD, PhD",
            "Jane Doe, M.D., M.P.H.",
            "Centre for Heart Health, Exampleton General",
            "Centre for the Study of Salt",
            "Exampleton University and Roe Hospital",
            "Health and Safety Desk",
            "et al.",
            "on behalf of ",
            "van der, de la",
        ] {
            assert_eq!(split(one), [one.trim()]);
        }
    }
}

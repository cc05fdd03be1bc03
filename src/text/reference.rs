//! Character references of HTML: `&eacute;`, `&#233;`, `&#xE9;`.
//!
//! Guided by the HTML standard, "character reference state" and those after it: the longest name wins, old names need
//! no semicolon, numbers of Windows-1252 are read as the characters meant. The table of names is html5ever's.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name (`CounterClockwiseContourIntegral;`), with its semicolon.
const LONGEST_NAME: usize = 32;

/// The longest name that needs no semicolon (`Aacute`).
const LONGEST_OLD_NAME: usize = 6;

/// The one or two characters a reference stands for.
pub(super) type Characters = (char, Option<char>);

/// What `&name;` stands for, `name` being one of HTML's names or a number with its `#`; exactly that: no longest match,
/// nothing left over.
pub(crate) fn named_entity(name: &str) -> Option<Cow<'static, str>> {
    if name.len() >= LONGEST_NAME {
        return None;
    }
    let closed = format!("{name};");
    let ((first, second), length) = read(&closed, false)?;
    (length == closed.len()).then(|| Cow::Owned([Some(first), second].into_iter().flatten().collect()))
}

/// Reads the reference that follows an `&`: what it stands for, and how many bytes it takes. `None`: the `&` is one.
pub(super) fn read(rest: &str, in_attribute: bool) -> Option<(Characters, usize)> {
    match rest.as_bytes().first()? {
        b'#' => number(rest),
        byte if byte.is_ascii_alphanumeric() => name(rest, in_attribute),
        _ => None,
    }
}

/// The value of an attribute with its references resolved.
pub(super) fn resolve(value: &str) -> Cow<'_, str> {
    let Some(mut at) = value.find('&') else {
        return Cow::Borrowed(value);
    };
    let mut resolved = String::with_capacity(value.len());
    let mut rest = value;
    loop {
        resolved.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        match read(rest, true) {
            Some(((first, second), length)) => {
                resolved.push(first);
                resolved.extend(second);
                rest = rest.get(length..).unwrap_or_default();
            }
            None => resolved.push('&'),
        }
        match rest.find('&') {
            Some(next) => at = next,
            None => break,
        }
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

fn number(rest: &str) -> Option<(Characters, usize)> {
    let bytes = rest.as_bytes();
    let (radix, start) = match bytes.get(1)? {
        b'x' | b'X' => (16, 2),
        _ => (10, 1),
    };
    let mut code = 0u32;
    let mut end = start;
    while let Some(digit) = bytes.get(end).and_then(|byte| char::from(*byte).to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    let windows = code
        .checked_sub(0x80)
        .and_then(|at| C1_REPLACEMENTS.get(usize::try_from(at).ok()?).copied().flatten());
    let character = match code {
        0 => '\u{fffd}',
        _ => windows.or_else(|| char::from_u32(code)).unwrap_or('\u{fffd}'),
    };
    let semicolon = bytes.get(end) == Some(&b';');
    Some(((character, None), end + usize::from(semicolon)))
}

fn name(rest: &str, in_attribute: bool) -> Option<(Characters, usize)> {
    let bytes = rest.as_bytes();
    let letters = bytes
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if bytes.get(letters) == Some(&b';') {
        // A semicolon only ends names, so this is the longest match.
        let common = rest.get(..letters).and_then(|name| common(name.as_bytes()));
        let known = common
            .map(|character| (character, None))
            .or_else(|| listed(rest, letters + 1));
        if let Some(characters) = known {
            return Some((characters, letters + 1));
        }
    }
    let (characters, length) = (2..=letters.min(LONGEST_OLD_NAME))
        .rev()
        .find_map(|length| Some((listed(rest, length)?, length)))?;
    // In addresses, `?a=1&copy=2` and `&region` are no references.
    let goes_on = bytes
        .get(length)
        .is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric());
    (!in_attribute || !goes_on).then_some((characters, length))
}

/// The names that make up nearly all references in feeds, answered without a look into the table.
fn common(name: &[u8]) -> Option<char> {
    Some(match name {
        b"nbsp" => '\u{a0}',
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"ndash" => '–',
        b"mdash" => '—',
        b"hellip" => '…',
        b"lsquo" => '‘',
        b"rsquo" => '’',
        b"ldquo" => '“',
        b"rdquo" => '”',
        b"deg" => '°',
        b"plusmn" => '±',
        b"times" => '×',
        b"middot" => '·',
        b"micro" => 'µ',
        b"alpha" => 'α',
        b"beta" => 'β',
        b"gamma" => 'γ',
        b"delta" => 'δ',
        b"mu" => 'μ',
        b"le" => '≤',
        b"ge" => '≥',
        b"copy" => '©',
        b"reg" => '®',
        b"trade" => '™',
        b"eacute" => 'é',
        b"egrave" => 'è',
        b"agrave" => 'à',
        b"aacute" => 'á',
        b"iacute" => 'í',
        b"oacute" => 'ó',
        b"ntilde" => 'ñ',
        b"ccedil" => 'ç',
        b"auml" => 'ä',
        b"ouml" => 'ö',
        b"uuml" => 'ü',
        b"szlig" => 'ß',
        _ => return None,
    })
}

/// What the first `length` bytes stand for, when they are a name. The table also holds the beginnings of names, as 0.
fn listed(rest: &str, length: usize) -> Option<Characters> {
    let &(first, second) = NAMED_ENTITIES.get(rest.get(..length)?)?;
    let first = char::from_u32(first).filter(|character| *character != '\0')?;
    Some((first, char::from_u32(second).filter(|character| *character != '\0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_by_table() {
        for (rest, expected) in [
            ("amp;x", Some(("&", 4))),
            ("ampx", Some(("&", 3))),
            ("AMP", Some(("&", 3))),
            ("eacute;", Some(("é", 7))),
            ("eacute ", Some(("é", 6))),
            ("notin;", Some(("∉", 6))),
            ("notit;", Some(("¬", 3))),
            ("notin", Some(("¬", 3))),
            ("alpha;", Some(("α", 6))),
            ("alpha", None),
            ("NotEqualTilde;", Some(("≂\u{338}", 14))),
            ("CounterClockwiseContourIntegral;", Some(("∳", 32))),
            ("D patients", None),
            ("#233;", Some(("é", 5))),
            ("#233", Some(("é", 4))),
            ("#xE9;", Some(("é", 5))),
            ("#Xe9g", Some(("é", 4))),
            ("#146;", Some(("’", 5))),
            ("#129;", Some(("\u{81}", 5))),
            ("#0;", Some(("\u{fffd}", 3))),
            ("#xD800;", Some(("\u{fffd}", 7))),
            ("#x110000;", Some(("\u{fffd}", 9))),
            ("#99999999999999999999;", Some(("\u{fffd}", 22))),
            ("#;", None),
            ("#x;", None),
            ("#", None),
            ("", None),
            (" x", None),
            ("é;", None),
        ] {
            let found = read(rest, false).map(|((first, second), length)| {
                (String::from_iter([Some(first), second].into_iter().flatten()), length)
            });
            assert_eq!(
                found.as_ref().map(|(text, length)| (text.as_str(), *length)),
                expected,
                "{rest}"
            );
        }
    }

    #[test]
    fn every_name_of_the_table_resolves() {
        let mut names = 0;
        for (name, &(first, _)) in NAMED_ENTITIES.entries().filter(|(_, value)| value.0 != 0) {
            let ((found, second), length) = read(name, false).unwrap();
            assert_eq!((u32::from(found), length), (first, name.len()), "{name}");
            assert_eq!(listed(name, length), Some((found, second)), "{name}");
            assert!(name.len() <= LONGEST_NAME);
            assert!(name.ends_with(';') || name.len() <= LONGEST_OLD_NAME, "{name}");
            names += 1;
        }
        assert_eq!(names, 2231);
    }

    #[test]
    fn exact_names_only() {
        for (name, expected) in [
            ("eacute", Some("é")),
            ("nbsp", Some("\u{a0}")),
            ("ThickSpace", Some("\u{205f}\u{200a}")),
            ("CounterClockwiseContourIntegral", Some("∳")),
            ("#146", Some("’")),
            ("copyright", None),
            ("lol9", None),
            ("amp;", None),
            ("", None),
        ] {
            assert_eq!(named_entity(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn addresses_keep_their_parameters() {
        for (value, expected) in [
            ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
            (
                "https://example.org/?a=1&copy=2&regional&reg",
                "https://example.org/?a=1&copy=2&regional®",
            ),
            ("a&b&", "a&b&"),
            ("&#x2f;a&#47", "/a/"),
            ("plain", "plain"),
        ] {
            assert_eq!(resolve(value), expected);
        }
    }
}

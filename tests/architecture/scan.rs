//! A small scanner for Rust source: tokens without comments and strings, which of them are test code, and every path with
//! its `use` groups unfolded. It knows no types and expands no macros; for the question "what does this file name?" that is enough.

/// A word or a punctuation mark. `::` is one token; every other mark is one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) in_test: bool,
}

/// One path as the source names it, made absolute where it starts with `crate`, `self` or `super`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// For a path inside the crate: the segments from the root on, so that an empty list is the root itself.
    /// For any other path: the segments as written, the name of the outside crate first.
    pub(crate) segments: Vec<String>,
    pub(crate) inside: bool,
    pub(crate) line: usize,
    pub(crate) in_test: bool,
}

/// What one file names.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) tokens: Vec<Token>,
    pub(crate) paths: Vec<Path>,
    /// Names of `#[cfg(test)] mod name;`, whose files are test code as a whole.
    pub(crate) test_modules: Vec<String>,
}

/// Scans the text of a file whose module path is `module` (`["parse", "bridge"]` for `src/parse/bridge.rs`).
pub(crate) fn scan(source: &str, module: &[String]) -> Scan {
    let mut tokens = tokenize(source);
    let test_modules = mark_tests(&mut tokens);
    let paths = collect_paths(&tokens, module);
    Scan {
        tokens,
        paths,
        test_modules,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Splits the text into tokens and leaves out comments (nested too), string, byte and character literals.
fn tokenize(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut tokens: Vec<Token> = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        let c = chars[i];
        let mut token = None;
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if c == '"' {
            i = end_of_quoted(&chars, i, '"');
        } else if c == '\'' {
            // A character literal is closed by a quote: '\n', 'x'. Otherwise it is a lifetime, which names nothing we look for.
            i = if at(i + 1) == '\\' || at(i + 2) == '\'' {
                end_of_quoted(&chars, i, '\'')
            } else {
                i + 1
            };
        } else if is_word(c) {
            while is_word(at(i)) {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect();
            let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
            match word.as_str() {
                "r" | "br" | "cr" if at(i + hashes) == '"' => i = end_of_raw(&chars, i + hashes, hashes),
                "r" if hashes == 1 && is_word(at(i + 1)) => i += 1, // r#type: the word comes next
                "b" | "c" if at(i) == '"' => {}                     // the literal itself comes next
                _ => token = Some(word),
            }
        } else if c == ':' && at(i + 1) == ':' {
            token = Some("::".to_owned());
            i += 2;
        } else {
            token = (!c.is_whitespace()).then(|| c.to_string());
            i += 1;
        }
        tokens.extend(token.map(|text| Token {
            text,
            line,
            in_test: false,
        }));
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// The index after the literal that opens at `open`.
fn end_of_quoted(chars: &[char], open: usize, quote: char) -> usize {
    let mut i = open + 1;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The index after the raw string whose quote is at `open` and that ends with a quote and `hashes` times `#`.
fn end_of_raw(chars: &[char], open: usize, hashes: usize) -> usize {
    let mut i = open + 1;
    while i < chars.len()
        && !(chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes)
    {
        i += 1;
    }
    i + 1 + hashes
}

/// Marks the items under `#[test]`, `#[tokio::test]`, `#[cfg(test)]` and `#[cfg(all(test, …))]`, or all of it under `#![cfg(test)]`,
/// and gives the names of the test modules that stand in files of their own.
fn mark_tests(tokens: &mut [Token]) -> Vec<String> {
    let mut outside = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let inner = text(tokens, i + 1) == "!";
        let open = if inner { i + 2 } else { i + 1 };
        if text(tokens, i) != "#" || text(tokens, open) != "[" {
            i += 1;
            continue;
        }
        let end = matching(tokens, open);
        let attribute: Vec<&str> = tokens[open + 1..end].iter().map(|t| t.text.as_str()).collect();
        let is_test = matches!(
            attribute.as_slice(),
            ["test"] | [_, "::", "test", ..] | ["cfg", "(", "test", ..] | ["cfg", "(", "all", "(", "test", ..]
        );
        let stop = match (is_test, inner) {
            (false, _) => {
                i = end + 1;
                continue;
            }
            (true, true) => tokens.len(),
            (true, false) => end_of_item(tokens, end + 1),
        };
        if text(tokens, stop - 1) == ";" && text(tokens, stop.saturating_sub(3)) == "mod" {
            outside.push(text(tokens, stop - 2).to_owned());
        }
        tokens[i..stop].iter_mut().for_each(|t| t.in_test = true);
        i = stop;
    }
    outside
}

/// The index after the item that starts at `start`: after its `;`, after its block, or before the `}` of what encloses it.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut i = start;
    while i < tokens.len() {
        match text(tokens, i) {
            ";" => return i + 1,
            "{" => return matching(tokens, i) + 1,
            "[" | "(" => i = matching(tokens, i) + 1,
            "}" => return i,
            _ => i += 1,
        }
    }
    tokens.len()
}

fn text(tokens: &[Token], index: usize) -> &str {
    tokens.get(index).map_or("", |t| t.text.as_str())
}

/// The index of the bracket that closes the one at `open`, or the last index.
fn matching(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len().saturating_sub(1)
}

/// Every path in these tokens, in `use` trees and elsewhere. Inline `mod name { … }` counts for `self` and `super`.
fn collect_paths(tokens: &[Token], module: &[String]) -> Vec<Path> {
    let mut paths = Vec::new();
    let mut inline: Vec<(String, usize)> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        inline.retain(|(_, end)| i < *end);
        if text(tokens, i) == "mod" && text(tokens, i + 2) == "{" {
            inline.push((text(tokens, i + 1).to_owned(), matching(tokens, i + 2)));
        }
        let here: Vec<String> = module
            .iter()
            .cloned()
            .chain(inline.iter().map(|(name, _)| name.clone()))
            .collect();
        let previous = if i == 0 { "" } else { text(tokens, i - 1) };
        match text(tokens, i) {
            // Not the `use<…>` of a captured lifetime.
            "use" if text(tokens, i + 1) != "<" => i = unfold(tokens, i + 1, &here, None, &mut paths),
            "crate" if previous == "extern" => i = unfold(tokens, i + 1, &here, None, &mut paths),
            word if word.starts_with(is_word)
                && !is_keyword(word)
                && text(tokens, i + 1) == "::"
                && !matches!(previous, "::" | "in") =>
            {
                i = unfold(tokens, i, &here, None, &mut paths);
            }
            // `::name::…` from the list of all crates, not the middle of `a::b`, `Vec::<u8>::new` or `<T as Trait>::f`.
            "::" if starts_path(previous) => i = unfold(tokens, i, &here, None, &mut paths),
            _ => i += 1,
        }
    }
    paths
}

/// Whether a `::` after this token begins a path.
fn starts_path(previous: &str) -> bool {
    is_keyword(previous) || !(previous == ">" || previous.starts_with(is_word))
}

/// Keywords that may stand in front of a path that begins with `::`.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "dyn" | "else" | "for" | "impl" | "in" | "mut" | "return" | "where"
    )
}

/// Reads the path at `start` with its groups, adds each of its leaves to `paths`, and gives the index after it.
/// `prefix` is what stands before the group that this path is a member of, and whether that is inside the crate.
fn unfold(
    tokens: &[Token],
    start: usize,
    here: &[String],
    prefix: Option<(&[String], bool)>,
    paths: &mut Vec<Path>,
) -> usize {
    let (mut segments, mut inside) =
        prefix.map_or((Vec::new(), false), |(segments, inside)| (segments.to_vec(), inside));
    let mut first = prefix.is_none();
    let mut i = start + usize::from(text(tokens, start) == "::");
    loop {
        match text(tokens, i) {
            "{" => {
                let end = matching(tokens, i);
                i += 1;
                while i < end {
                    i = unfold(
                        tokens,
                        i,
                        here,
                        (!first).then_some((segments.as_slice(), inside)),
                        paths,
                    );
                    // Over `as name` and the comma, on to the next member.
                    while i < end && text(tokens, i) != "," {
                        i += 1;
                    }
                    i += 1;
                }
                return end + 1;
            }
            "crate" => (segments, inside) = (Vec::new(), true),
            root @ ("self" | "super") => {
                if first {
                    (segments, inside) = (here.to_vec(), true);
                }
                if root == "super" {
                    segments.pop();
                }
            }
            word if word.starts_with(is_word) => segments.push(word.to_owned()),
            _ => break, // a star, or the `<` of `::<`
        }
        first = false;
        i += 1;
        if text(tokens, i) != "::" {
            break;
        }
        i += 1;
    }
    if let Some(Token { line, in_test, .. }) = tokens.get(start) {
        paths.push(Path {
            segments,
            inside,
            line: *line,
            in_test: *in_test,
        });
    }
    i.max(start + 1)
}

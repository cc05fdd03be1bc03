//! JSON as hand-made feeds have it, made JSON (RFC 8259): a comma before a closing bracket, comments, line breaks and tabs
//! inside strings, escapes there are none of, and half of a surrogate pair.
//!
//! Only what strict reading refused comes here, so nothing of a valid document is ever changed. One pass, no nesting.

/// The text with these faults mended; white space outside strings goes.
pub(super) fn mend(text: &str) -> String {
    let mut mended = String::with_capacity(text.len() + 16);
    let mut rest = text;
    // A comma waits for what comes after it.
    let mut comma = false;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        if first.is_whitespace() || first == '\u{feff}' {
            rest = after;
        } else if first == '/' && after.starts_with('/') {
            rest = after.find('\n').and_then(|end| after.get(end..)).unwrap_or_default();
        } else if first == '/' && after.starts_with('*') {
            let end = after.find("*/").map_or(after.len(), |end| end + 2);
            rest = after.get(end..).unwrap_or_default();
        } else if first == ',' {
            comma = true;
            rest = after;
        } else {
            if comma && !matches!(first, ']' | '}') {
                mended.push(',');
            }
            comma = false;
            mended.push(first);
            rest = if first == '"' {
                string(after, &mut mended)
            } else {
                after
            };
        }
    }
    mended
}

/// Copies a string up to its closing quote and gives what comes after it.
fn string<'t>(text: &'t str, mended: &mut String) -> &'t str {
    let mut rest = text;
    while let Some(at) = rest.find(|character: char| matches!(character, '"' | '\\') || character < ' ') {
        let (plain, found) = rest.split_at(at);
        mended.push_str(plain);
        rest = found.get(1..).unwrap_or_default();
        match found.as_bytes().first() {
            Some(b'"') => {
                mended.push('"');
                return rest;
            }
            Some(b'\\') => rest = escape(rest, mended),
            Some(b'\t') => mended.push_str("\\t"),
            Some(b'\n') => mended.push_str("\\n"),
            _ => {}
        }
    }
    mended.push_str(rest);
    ""
}

/// Copies what follows a backslash; one that escapes nothing is dropped.
fn escape<'t>(text: &'t str, mended: &mut String) -> &'t str {
    let Some(kind) = text.chars().next() else { return text };
    let after = text.get(kind.len_utf8()..).unwrap_or_default();
    match kind {
        '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
            mended.push('\\');
            mended.push(kind);
            after
        }
        'u' => match unit(after) {
            Some((0xd800..=0xdbff, rest)) => {
                let second = rest.strip_prefix("\\u").and_then(unit);
                match second {
                    Some((0xdc00..=0xdfff, behind)) => {
                        let pair = after.get(..after.len() - behind.len()).unwrap_or_default();
                        mended.push_str("\\u");
                        mended.push_str(pair);
                        behind
                    }
                    _ => {
                        mended.push('\u{fffd}');
                        rest
                    }
                }
            }
            Some((0xdc00..=0xdfff, rest)) => {
                mended.push('\u{fffd}');
                rest
            }
            Some((_, rest)) => {
                mended.push_str("\\u");
                mended.push_str(after.get(..4).unwrap_or_default());
                rest
            }
            None => text,
        },
        // A line break after a backslash continues the string.
        '\n' => after,
        _ => text,
    }
}

/// A code unit in four hexadecimal digits.
fn unit(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((u32::from_str_radix(digits, 16).ok()?, text.get(4..)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn faults_are_mended() {
        for (written, meant) in [
            ("{\"a\":[1,2,],}", "{\"a\":[1,2]}"),
            (
                "{ // one, two\n\"a\": /* \"b\" */ \"//c /* d */\" }",
                "{\"a\":\"//c /* d */\"}",
            ),
            ("[\"a\nb\tc\"]", r#"["a\nb\tc"]"#),
            (r#"["it\'s \d \\ \" \u00e9 \u12"]"#, r#"["it's d \\ \" \u00e9 u12"]"#),
            (
                r#"["\ud83d","\ude00x","\ud83d\ude00"]"#,
                "[\"\u{fffd}\",\"\u{fffd}x\",\"\\ud83d\\ude00\"]",
            ),
        ] {
            assert_eq!(mend(written), meant);
            serde_json::from_str::<Value>(&mend(written)).unwrap();
        }
    }

    proptest! {
        #[test]
        fn valid_documents_mean_the_same(texts in proptest::collection::vec(any::<String>(), 0..5)) {
            let value = serde_json::json!({"items": texts, "x": [1, null, {"y,": ",]"}]});
            let mended = mend(&serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(serde_json::from_str::<Value>(&mended).unwrap(), value);
        }
        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = mend(&text);
        }
    }
}

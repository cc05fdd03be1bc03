//! Cutting at a bound of bytes without cutting a character.

/// The longest head of a text with at most `limit` bytes.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_whole() {
        assert_eq!(
            (cut("aé", 2), cut("aé", 3), cut("é", 0), cut("é", 9)),
            ("a", "aé", "", "é")
        );
    }
}

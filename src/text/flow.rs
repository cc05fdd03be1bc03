//! Text as it is written out: white space folded, hidden characters left out, in one pass.
//!
//! Most text needs nothing: it is copied in runs, found byte by byte with a table. Only the few characters that may be
//! white space or hidden, and share their first byte with ones that show, are decoded.

/// What a byte says about the character it begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Shows, or goes on inside a character that does.
    Shown,
    /// The space: part of a run when it stands alone.
    Space,
    /// Other white space of ASCII.
    White,
    /// A line break that counts.
    Break,
    /// A control character of ASCII.
    Hidden,
    /// The first byte of characters some of which are white space or hidden.
    Unsure,
    /// Where the writer hands back to its caller.
    Stop,
}

/// How the bytes of one kind of text are taken.
pub(super) struct Classes {
    of: [Class; 256],
    /// The bytes of class [`Class::Stop`]; zeros, which stop anyway, where there are none.
    stops: [u8; 3],
}

/// How many bytes are looked at together.
const BLOCK: usize = 16;

/// One line: a line break is white space.
pub(super) static LINE: Classes = Classes::new(false, false);
/// Plain text: line breaks count.
pub(super) static TEXT: Classes = Classes::new(true, false);
/// HTML source: line breaks are white space, and markup stops the run.
pub(super) static MARKUP: Classes = Classes::new(false, true);

impl Classes {
    const fn new(breaks: bool, markup: bool) -> Self {
        let mut classes = [Class::Shown; 256];
        let mut byte = 0;
        while byte < 256 {
            classes[byte] = match byte as u8 {
                b' ' => Class::Space,
                b'\n' if breaks => Class::Break,
                b'\t'..=b'\r' => Class::White,
                0..=0x1f | 0x7f => Class::Hidden,
                b'<' | b'&' | b']' if markup => Class::Stop,
                // U+0080 to U+00BF; U+1000 to U+3FFF; U+F000 to U+FFFF; U+C0000 to U+FFFFF.
                0xc2 | 0xe1..=0xe3 | 0xef | 0xf3 => Class::Unsure,
                _ => Class::Shown,
            };
            byte += 1;
        }
        Self {
            of: classes,
            stops: if markup { *b"<&]" } else { [0; 3] },
        }
    }

    fn of(&self, byte: u8) -> Class {
        self.of.get(usize::from(byte)).copied().unwrap_or(Class::Hidden)
    }

    /// Where the run that begins at `from` ends: characters that show, and single spaces between them.
    pub(super) fn run_end(&self, text: &str, from: usize) -> usize {
        let bytes = text.as_bytes();
        let mut at = from;
        // Before this the bytes are looked at one by one, because one of them is special.
        let mut slow_until = from + 1;
        // No run begins or ends with a space.
        let mut after_space = true;
        while let Some(&byte) = bytes.get(at) {
            if at >= slow_until {
                let before = bytes.get(at - 1..).and_then(|rest| rest.first_chunk());
                let block = bytes.get(at..).and_then(|rest| rest.first_chunk());
                if let (Some(before), Some(block)) = (before, block)
                    && self.is_ordinary(block, before)
                {
                    after_space = block.ends_with(b" ");
                    at += BLOCK;
                    continue;
                }
                slow_until = at + BLOCK;
            }
            match self.of(byte) {
                Class::Shown => after_space = false,
                Class::Space if !after_space => after_space = true,
                Class::Unsure => match text.get(at..).and_then(|rest| rest.chars().next()) {
                    Some(character) if !character.is_whitespace() && !is_hidden(character) => {
                        after_space = false;
                        at += character.len_utf8();
                        continue;
                    }
                    _ => break,
                },
                _ => break,
            }
            at += 1;
        }
        if after_space && at > from { at - 1 } else { at }
    }

    /// Whether a block is ASCII that goes on with a run; `before` is the same block one byte earlier. Without branches,
    /// so that compilers look at all bytes at once.
    fn is_ordinary(&self, block: &[u8; BLOCK], before: &[u8; BLOCK]) -> bool {
        let [first, second, third] = self.stops;
        let special = block.iter().zip(before).fold(false, |special, (&byte, &before)| {
            special
                | !(b' '..0x7f).contains(&byte)
                | (byte == first)
                | (byte == second)
                | (byte == third)
                | ((byte == b' ') & (before == b' '))
        });
        !special
    }
}

/// Whether a character shows nothing, or reorders or hides its neighbours. Joiners (ZWNJ, ZWJ) do show. U+FFFE and U+FFFF
/// are no characters, and XML cannot hold them.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// What stands between the text written and the text to come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Nothing,
    Space,
    Line,
    Paragraph,
}

/// Writes clean text: gaps only between what shows.
pub(super) struct Flow {
    text: String,
    gap: Gap,
}

impl Flow {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            gap: Gap::Nothing,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// One line break; the second without text between makes a paragraph.
    pub(super) fn line_break(&mut self) {
        self.gap = if self.gap < Gap::Line {
            Gap::Line
        } else {
            Gap::Paragraph
        };
    }

    pub(super) fn paragraph(&mut self) {
        self.gap = Gap::Paragraph;
    }

    /// A run as [`Classes::run_end`] finds them.
    pub(super) fn run(&mut self, run: &str) {
        if self.gap != Gap::Nothing {
            if !self.text.is_empty() {
                self.text.push_str(match self.gap {
                    Gap::Nothing => "",
                    Gap::Space => " ",
                    Gap::Line => "\n",
                    Gap::Paragraph => "\n\n",
                });
            }
            self.gap = Gap::Nothing;
        }
        self.text.push_str(run);
    }

    /// Any one character; a line break is white space.
    pub(super) fn character(&mut self, character: char) {
        if character.is_whitespace() {
            self.space();
        } else if !is_hidden(character) {
            self.run(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Writes from `from` on to where the classes say stop, and says where that is.
    pub(super) fn write(&mut self, text: &str, from: usize, classes: &Classes) -> usize {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match classes.of(byte) {
                Class::Stop => break,
                Class::Space | Class::White => self.space(),
                Class::Break => self.line_break(),
                Class::Hidden => {}
                Class::Shown | Class::Unsure => {
                    let end = classes.run_end(text, at);
                    if end > at {
                        self.run(text.get(at..end).unwrap_or_default());
                        at = end;
                    } else {
                        // Decoded already, and neither shown nor ASCII.
                        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                            break;
                        };
                        self.character(character);
                        at += character.len_utf8();
                    }
                    continue;
                }
            }
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_agree_with_the_characters() {
        for character in '\0'..=char::MAX {
            let first = *character.encode_utf8(&mut [0; 4]).as_bytes().first().unwrap();
            let shown = !character.is_whitespace() && !is_hidden(character);
            match LINE.of(first) {
                Class::Shown => assert!(shown, "{character:?}"),
                Class::Space | Class::White => assert!(character.is_whitespace(), "{character:?}"),
                Class::Hidden => assert!(is_hidden(character), "{character:?}"),
                Class::Unsure => assert!(!character.is_ascii()),
                Class::Break | Class::Stop => panic!("{character:?}"),
            }
        }
        for byte in 0x80..=0xbf {
            assert!(LINE.of(byte) == Class::Shown, "inside a character: {byte:x}");
        }
    }

    #[test]
    fn runs_hold_single_spaces_only() {
        for (text, run) in [
            ("two words", "two words"),
            ("two  words", "two"),
            ("end ", "end"),
            (" start", ""),
            ("10 – 20 µg", "10 – 20 µg"),
            ("10\u{a0}mg", "10"),
            ("a \u{200b}b", "a"),
            ("a\tb", "a"),
            ("心不全 の", "心不全 の"),
            ("a ! b !! c, and more ", "a ! b !! c, and more"),
            ("123456789012345  x and more to come", "123456789012345"),
            ("1234567890123456  x and more to come", "1234567890123456"),
            ("12345678901234567  x and more to come", "12345678901234567"),
            (
                "1234567890123456 x and more to come ",
                "1234567890123456 x and more to come",
            ),
            ("1234567890123456\u{7f} and more to come", "1234567890123456"),
            ("       x", ""),
            ("", ""),
        ] {
            assert_eq!(text.get(..LINE.run_end(text, 0)), Some(run), "{text:?}");
        }
        assert_eq!(MARKUP.run_end("P < 5", 0), 1);
        assert_eq!(TEXT.run_end("a <b", 0), 4);
    }
}

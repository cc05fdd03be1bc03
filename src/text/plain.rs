//! HTML to plain text, in one pass: [`markup`](super::markup) is skipped, references are resolved, and what shows is
//! written clean.
//!
//! Not covered: what style sheets hide, lists' numbers, the texts that stand for images.

use super::flow::{Flow, MARKUP};
use super::markup::{Markup, Tag, read};
use super::reference;

/// The longest element name that separates text (`blockquote`, `figcaption`).
const LONGEST_NAME: usize = 10;

/// The readable text of an HTML fragment: entities resolved, scripts, styles and comments left out, blocks and line
/// breaks on lines of their own, paragraphs separated by an empty line. A number in `<sup>` is written raised (10⁹), so that
/// no exponent becomes part of its base.
///
/// ```
/// assert_eq!(medfeed::html_to_text("<p>Effect of <i>H.&nbsp;pylori</i></p><p>n &lt; 5</p>"), "Effect of H. pylori\n\nn < 5");
/// ```
#[must_use]
pub fn html_to_text(html: &str) -> String {
    if !html.contains('<') && !html.contains('&') {
        return super::clean_text(html);
    }
    let mut flow = Flow::with_capacity(html.len());
    let mut in_section = false;
    let mut at = 0;
    loop {
        at = flow.write(html, at, &MARKUP);
        let rest = html.get(at..).unwrap_or_default();
        match rest.as_bytes().first() {
            None => break,
            Some(b'<') => {
                at = match read(html, at, |_, _| {}) {
                    Markup::Tag(tag) => match raised(html, &tag) {
                        Some((digits, end)) => {
                            digits
                                .chars()
                                .filter_map(superscript)
                                .for_each(|sign| flow.character(sign));
                            end
                        }
                        None => tag.skip_content(html).unwrap_or_else(|| {
                            separate(&mut flow, tag.name);
                            tag.end
                        }),
                    },
                    Markup::Nothing(end) => end,
                    Markup::Section(end) => {
                        in_section = true;
                        end
                    }
                    Markup::Character => as_it_stands(&mut flow, html, at),
                    Markup::Unfinished => break,
                };
            }
            Some(b'&') => match reference::read(rest.get(1..).unwrap_or_default(), false) {
                Some(((first, second), length)) => {
                    flow.character(first);
                    if let Some(second) = second {
                        flow.character(second);
                    }
                    at += 1 + length;
                }
                None => at = as_it_stands(&mut flow, html, at),
            },
            Some(_) if in_section && rest.starts_with("]]>") => {
                in_section = false;
                at += 3;
            }
            Some(_) => at = as_it_stands(&mut flow, html, at),
        }
    }
    flow.into_text()
}

/// The longest exponent: `-10`, `12`.
const LONGEST_EXPONENT: usize = 8;

/// The content of a `<sup>` when it is a number, and where its end tag ends: 10<sup>9</sup>/L must not become 109/L.
fn raised<'h>(html: &'h str, tag: &Tag<'_>) -> Option<(&'h str, usize)> {
    if tag.closing || tag.self_closing || !tag.name.eq_ignore_ascii_case("sup") {
        return None;
    }
    let rest = html.get(tag.end..)?;
    let end = rest.bytes().take(LONGEST_EXPONENT + 1).position(|byte| byte == b'<')?;
    let (number, after) = (rest.get(..end)?, rest.get(end..)?);
    let is_number =
        number.chars().any(|sign| sign.is_ascii_digit()) && number.chars().all(|sign| superscript(sign).is_some());
    let closes = after.get(..6).is_some_and(|close| close.eq_ignore_ascii_case("</sup>"));
    (is_number && closes).then_some((number, tag.end + end + 6))
}

/// The raised form of a digit or sign.
fn superscript(sign: char) -> Option<char> {
    Some(match sign {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        '-' | '−' | '–' => '⁻',
        _ => return None,
    })
}

/// Writes the one ASCII character at `at` and the run that follows it.
fn as_it_stands(flow: &mut Flow, html: &str, at: usize) -> usize {
    let end = MARKUP.run_end(html, at + 1);
    flow.run(html.get(at..end).unwrap_or_default());
    end
}

/// The gap that a tag, start or end, leaves between texts.
fn separate(flow: &mut Flow, name: &str) {
    let mut lower = [0; LONGEST_NAME];
    let Some(lower) = lower.get_mut(..name.len()) else {
        return;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    match &*lower {
        b"br" | b"li" | b"tr" | b"dt" | b"dd" | b"option" => flow.line_break(),
        b"p" | b"div" | b"section" | b"article" | b"header" | b"footer" | b"ul" | b"ol" | b"dl" | b"table"
        | b"blockquote" | b"pre" | b"figure" | b"figcaption" | b"hr" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5"
        | b"h6" | b"address" | b"aside" | b"main" | b"nav" | b"details" | b"summary" => flow.paragraph(),
        b"td" | b"th" => flow.space(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_words_apart() {
        for (html, text) in [
            ("<p>One</p><p>Two</p>", "One\n\nTwo"),
            ("One<br>Two<br/>Three", "One\nTwo\nThree"),
            ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
            ("a<script>alert('<p>')</script>b", "ab"),
            ("a<style>p{}</style> b<!-- c -->", "a b"),
            ("E. coli &amp; <em>H. pylori</em>", "E. coli & H. pylori"),
            ("P &lt; .001 and n &gt; 5", "P < .001 and n > 5"),
            ("x<sub>2</sub>", "x2"),
            (
                "50 × 10<sup>9</sup>/L, P = 10<SUP>-8</SUP>, 4 cm<sup>2</sup>",
                "50 × 10⁹/L, P = 10⁻⁸, 4 cm²",
            ),
            ("Roe<sup>a,b</sup> 5<sup>th</sup> x<sup>1", "Roea,b 5th x1"),
            ("unclosed <b", "unclosed"),
            ("a <svg><text>no</text></svg> b", "a b"),
            ("line\nbreak in <b>source</b>", "line break in source"),
            ("<textarea>x</p></textarea>y", "y"),
        ] {
            assert_eq!(html_to_text(html).replace("\n\n\n", "\n\n"), text, "{html}");
        }
    }

    #[test]
    fn odd_sources_by_table() {
        for (html, text) in [
            ("P < .05 & n > 5", "P < .05 & n > 5"),
            ("P </= .05, n >/= 3 <i>x</i>", "P </= .05, n >/= 3 x"),
            ("I </3 you <b>x</b>", "I </3 you x"),
            ("a </ p> b</>c", "a bc"),
            ("<![CDATA[<p>P &lt; .05</p>]]> b", "P < .05\n\nb"),
            ("a <![CDATA[b > c", "a b > c"),
            ("a]]>b [1]<br>", "a]]>b [1]"),
            ("[<a href=x>1</a>]", "[1]"),
            ("<script><!-- <script> </script> a", "a"),
            ("<a title='1 > 0'>x</a>", "x"),
            ("<!-- a > b -->x<!-->y<!--->z", "xyz"),
            ("<!-- open > x", ""),
            ("<?xml version='1.0'?><!DOCTYPE html>x", "x"),
            ("x<STYLE>y</Style>z", "xz"),
            ("a<wbr>b <q>c</q> <img alt=d> CO<sub>2</sub>", "ab c CO2"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</table>", "a b\n\nc"),
            ("<BLOCKQUOTE>a</BLOCKQUOTE>b", "a\n\nb"),
            ("a&nbsp;&nbsp; b&shy;c&#8203;d&zwnj;e", "a bcd\u{200c}e"),
            ("caf&eacute &copy2026 &notit; AT&T; &", "café ©2026 ¬it; AT&T; &"),
            ("&#146;&#x80;&#0;&#xD800;&#1;x", "’€\u{fffd}\u{fffd}x"),
            ("a&#10;b&NewLine;c<b></b>", "a b c"),
            ("a\u{1b}b\0c \u{202e} d<br>\n e", "abc d\ne"),
            ("one\n\ntwo", "one\n\ntwo"),
            ("one\n\ntwo<b></b>", "one two"),
            ("", ""),
        ] {
            assert_eq!(html_to_text(html), text, "{html:?}");
        }
    }

    /// Quadratic reading of these would take minutes.
    #[test]
    fn floods_take_linear_time() {
        for piece in [
            "<",
            "</",
            "<!",
            "<!-",
            "<!--",
            "<?",
            "&",
            "&#",
            "&#x",
            "&a",
            "<a ",
            "<a '",
            "<a b=\"",
            "<![CDATA[",
            "]]",
            "]]>",
            "<svg>",
            "<script>",
            "<script></scrip",
            "<title></title",
            "--",
            "<!-- -",
            "<b/",
            "&CounterClockwiseContourIntegral",
            "&#9",
            " ",
            "\u{a0}",
        ] {
            let flood = piece.repeat(500_000 / piece.len());
            assert!(html_to_text(&flood).len() <= flood.len());
            super::super::links_in_html(&flood, 5);
        }
    }
}

//! The text of HTML as html5ever's tokeniser gives it, with the cleaning written down plainly: what [`plain`](super::plain)
//! and [`line`](super::line) are compared with.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use proptest::prelude::*;

use super::flow::is_hidden;
use super::html::tokenise;
use super::{clean_line, clean_text, html_to_text};

fn html_to_text_plainly(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return clean_text_plainly(html);
    }
    clean_text_plainly(&tokenise(html, TextSink::default()).text.into_inner())
}

fn clean_line_plainly(text: &str) -> String {
    let shown: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clean_text_plainly(text: &str) -> String {
    let mut cleaned = String::new();
    let (mut breaks, mut space) = (0usize, false);
    for character in text.chars() {
        match character {
            '\n' => breaks += 1,
            character if character.is_whitespace() => space = true,
            character if is_hidden(character) => {}
            character => {
                if !cleaned.is_empty() {
                    match breaks {
                        0 if space => cleaned.push(' '),
                        0 => {}
                        1 => cleaned.push('\n'),
                        _ => cleaned.push_str("\n\n"),
                    }
                }
                (breaks, space) = (0, false);
                cleaned.push(character);
            }
        }
    }
    cleaned
}

/// Collects text; block elements leave line breaks.
#[derive(Default)]
struct TextSink {
    text: RefCell<String>,
    /// The element whose text is left out, while inside one.
    silent: RefCell<Option<Cow<'static, str>>>,
}

const SILENT: [&str; 10] = [
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea",
];

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(characters) if self.silent.borrow().is_none() => {
                // Line breaks in HTML source are only white space; those of block elements are added below.
                self.text
                    .borrow_mut()
                    .extend(characters.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
            }
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl TextSink {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let mut silent = self.silent.borrow_mut();
        match tag.kind {
            TagKind::EndTag if silent.as_deref() == Some(name) => *silent = None,
            _ if silent.is_some() => return TokenSinkResult::Continue,
            TagKind::StartTag if SILENT.contains(&name) && !tag.self_closing => {
                *silent = Some(Cow::Owned(name.to_owned()));
                match name {
                    "script" => return TokenSinkResult::RawData(ScriptData),
                    "style" | "noscript" | "iframe" => return TokenSinkResult::RawData(Rawtext),
                    "title" | "textarea" => return TokenSinkResult::RawData(Rcdata),
                    _ => {}
                }
            }
            _ => {}
        }
        let mut text = self.text.borrow_mut();
        match name {
            "br" | "li" | "tr" | "dt" | "dd" | "option" => text.push('\n'),
            "p" | "div" | "section" | "article" | "header" | "footer" | "ul" | "ol" | "dl" | "table" | "blockquote"
            | "pre" | "figure" | "figcaption" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "address"
            | "aside" | "main" | "nav" | "details" | "summary" => text.push_str("\n\n"),
            "td" | "th" => text.push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Whether `</` stands before what is neither a letter nor `>` nor white space: text here, a comment to html5ever.
fn has_odd_slash(html: &str) -> bool {
    html.match_indices("</").any(|(at, _)| {
        !html
            .as_bytes()
            .get(at + 2)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || b"> \t\n\r\x0c".contains(byte))
    })
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<p",
    "<P class=\"x>y\">",
    "<br>",
    "<br/>",
    "<BR />",
    "<li>",
    "<td>",
    "</tr>",
    "<h2>",
    "<hr/",
    "<option>",
    // Not `<sup>`: numbers in it are raised here and plain there.
    "<sub>",
    "</sub>",
    "<blockquote>",
    "<figcaption>",
    "<custom-element>",
    "<b",
    "<i>",
    "</em >",
    "<a href=",
    "<a href='",
    "<wbr>",
    "<q>",
    "<p/p>",
    "<a =b=c/>",
    ">",
    "/>",
    "<",
    "</",
    "</>",
    "</ x>",
    "<<",
    "\"",
    "'",
    "=",
    "/",
    "<!",
    "<!>",
    "<!doctype html \"",
    "<?",
    "<?xml ?>",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!--->",
    "<!-",
    "--",
    "-",
    "!",
    "<!--x-->",
    "]",
    "]]>",
    "&",
    "&amp",
    "&amp;",
    "&AMP",
    "&lt;",
    "&lt",
    "&gt;",
    "&nbsp;",
    "&nbsp",
    "&eacute;",
    "&eacute",
    "&alpha;",
    "&alpha",
    "&notin;",
    "&notit;",
    "&NotEqualTilde;",
    "&shy;",
    "&NewLine;",
    "&Tab;",
    "&ensp;",
    "&zwnj;",
    "&lol;",
    "&CounterClockwiseContourIntegral;",
    "&CounterClockwiseContourIntegralx;",
    "&#",
    "&#x",
    "&#x;",
    "&#;",
    "&#39;",
    "&#39",
    "&#x2019;",
    "&#146;",
    "&#129;",
    "&#0;",
    "&#10;",
    "&#13;",
    "&#xD800;",
    "&#x110000;",
    "&#4294967297;",
    "&#xfeff;",
    "&#x200b;",
    "&#160;",
    "#",
    ";",
    "x",
    "1",
    "amp;",
    "<style>",
    "</style>",
    "</style",
    "<STYLE/>",
    "<noscript>",
    "</noscript>",
    "<iframe src=x>",
    "</iframe>",
    "<template>",
    "</template>",
    "<object>",
    "</object>",
    "<svg>",
    "</svg>",
    "</SVG >",
    "<svg/>",
    "<math>",
    "</math>",
    "<title>",
    "</title>",
    "</titles>",
    "<textarea>",
    "</textarea x='",
    "</textarea>",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u{c}",
    "\u{b}",
    "\0",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{2028}",
    "\u{202e}",
    "\u{3000}",
    "\u{feff}",
    "\u{fffd}",
    "\u{e0041}",
    "\u{f0000}",
    "Effect of ",
    "P < .05",
    "n&gt;5",
    "é",
    "–",
    "心不全",
    "𝛽",
    "10 µg",
    "word",
    "a b",
];

fn html() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    // The pieces hold no CDATA section and no script: there the two differ by intent.
    #[test]
    fn the_text_is_that_of_html5ever(html in html()) {
        prop_assume!(!has_odd_slash(&html));
        prop_assert_eq!(html_to_text(&html), html_to_text_plainly(&html), "{}", html);
    }

    // Without comments, scripts are alike.
    #[test]
    fn scripts_are_left_out_alike(html in "(<script>|<script src='|</script>|</SCRIPT |</script|<svg>|</svg>|<b>|'|>|<p|x| ){0,20}") {
        prop_assert_eq!(html_to_text(&html), html_to_text_plainly(&html), "{}", html);
    }

    #[test]
    fn any_text_is_that_of_html5ever(html in "\\PC{0,40}[<&]\\PC{0,40}") {
        prop_assume!(!has_odd_slash(&html));
        prop_assert_eq!(html_to_text(&html), html_to_text_plainly(&html), "{}", html);
    }

    #[test]
    fn cleaning_is_as_written_plainly(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20), text in any::<String>()) {
        for text in [pieces.concat(), text] {
            prop_assert_eq!(clean_text(&text), clean_text_plainly(&text));
            prop_assert_eq!(clean_line(&text), clean_line_plainly(&text));
        }
    }
}

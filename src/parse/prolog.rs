//! What stands before the root element, and what the root element says a document is.
//!
//! Guided by XML 1.0 (prolog) and by the junk that is found there. Every search is bounded by a constant, or passes over
//! the text once.

/// What the first element is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// The root of a feed.
    Feed,
    /// A web page.
    Page,
    /// Markup that begins neither a page nor a feed: what programs print before a document.
    Fragment,
    /// Other XML, or no element at all.
    Other,
}

/// The first element of a text.
#[derive(Debug)]
pub(super) struct First<'a> {
    /// Where the document should be read from: the document type where one says something, else the root.
    pub begin: usize,
    /// Where the first element begins.
    pub root: usize,
    /// Its name, without the prefix of a namespace taken off.
    pub name: &'a str,
    pub element: Element,
    pub doctype: Option<&'a str>,
    /// Something was dropped that is no part of a document: text, a second declaration, one that is broken.
    pub odd: bool,
}

/// How far a feed is looked for behind junk with markup in it: a script that prints a warning for every entry.
const JUNK_BYTES: usize = 64 << 10;

/// How far a feed is looked for in a page: only one with nothing before it is the document, not a mention.
const PAGE_PREFIX_BYTES: usize = 4 << 10;

/// The longest start tag looked at for its attributes.
const TAG_BYTES: usize = 4 << 10;

/// Walks over declarations, instructions, comments and the document type to the first element. `text` begins with `<`.
pub(super) fn first_element(text: &str) -> First<'_> {
    let mut at = 0;
    let mut doctype: Option<(usize, &str)> = None;
    let mut odd = false;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(tag) = rest.find('<') else {
            break;
        };
        odd |= rest
            .get(..tag)
            .unwrap_or_default()
            .contains(|character: char| !character.is_whitespace() && character != '\u{feff}');
        let here = at + tag;
        let rest = text.get(here..).unwrap_or_default();
        let length = if begins(rest, "<?") {
            let declaration = begins(rest, "<?xml") && !begins(rest, "<?xml-");
            odd |= declaration && (here > 0 || !rest.starts_with("<?xml"));
            instruction(rest, declaration, &mut odd)
        } else if begins(rest, "<!--") {
            rest.find("-->").map(|end| end + "-->".len())
        } else if begins(rest, "<!doctype") {
            let length = document_type(rest);
            if doctype.is_none() {
                doctype = length.and_then(|length| rest.get(..length)).map(|whole| (here, whole));
            }
            length
        } else {
            let name = name(rest);
            let html = doctype.is_some_and(|(_, whole)| is_html_type(whole));
            let element = match element(name) {
                // A feed behind the document type of a page, as templates put it.
                Element::Other | Element::Fragment if html => Element::Page,
                element => element,
            };
            let begin = match doctype {
                Some((at, _)) if !html => at,
                _ => here,
            };
            return First {
                begin,
                root: here,
                name,
                element,
                doctype: doctype.map(|(_, whole)| whole),
                odd: odd || (html && element == Element::Feed),
            };
        };
        match length {
            Some(length) => at = here + length,
            None => break,
        }
    }
    let html = doctype.is_some_and(|(_, whole)| is_html_type(whole));
    First {
        begin: 0,
        root: at,
        name: "",
        element: if html { Element::Page } else { Element::Other },
        doctype: doctype.map(|(_, whole)| whole),
        odd: false,
    }
}

/// The length of a processing instruction or declaration. A declaration has no `>` in it, so one whose `?>` is broken
/// ends there as well.
fn instruction(text: &str, declaration: bool, odd: &mut bool) -> Option<usize> {
    if declaration {
        let end = text.find('>')?;
        *odd |= text.as_bytes().get(end - 1) != Some(&b'?');
        return Some(end + 1);
    }
    text.find("?>").map(|end| end + "?>".len())
}

/// The length of a document type, over an internal subset with quoted values and comments in it.
fn document_type(text: &str) -> Option<usize> {
    let mut rest = text;
    let (mut inside, mut at) = (false, 0);
    loop {
        let next = rest.find(['[', ']', '>', '"', '\'', '<'])?;
        let found = rest.get(next..)?;
        let length = match found.as_bytes().first()? {
            b'>' if !inside => return Some(at + next + 1),
            b'[' => {
                inside = true;
                1
            }
            b']' => {
                inside = false;
                1
            }
            quote @ (b'"' | b'\'') => {
                let quote = char::from(*quote);
                let end = found.get(1..)?.find(quote);
                // A quote that is not closed before the next tag is only a sign.
                let value = end.and_then(|end| found.get(1..=end));
                match (end, value) {
                    (Some(end), Some(value)) if inside || !value.contains(['<', '>']) => end + 2,
                    _ => 1,
                }
            }
            b'<' if begins(found, "<!--") => found.find("-->")? + "-->".len(),
            // An element where the document type should have ended: it was never closed.
            b'<' if !inside && at + next > 0 => return Some(at + next),
            _ => 1,
        };
        at += next + length;
        rest = text.get(at..)?;
    }
}

fn is_html_type(doctype: &str) -> bool {
    doctype
        .get("<!doctype".len()..)
        .is_some_and(|rest| begins(rest.trim_start(), "html"))
}

fn begins(text: &str, beginning: &str) -> bool {
    text.as_bytes()
        .get(..beginning.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(beginning.as_bytes()))
}

/// The name after `<`, or after `</`.
fn name(tag: &str) -> &str {
    let tag = tag.strip_prefix('<').unwrap_or(tag);
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let end = tag
        .find(|character: char| !(character.is_alphanumeric() || matches!(character, ':' | '_' | '-' | '.')))
        .unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default()
}

const PAGE: [&str; 8] = ["html", "head", "body", "meta", "title", "link", "noscript", "frameset"];

const FRAGMENT: [&str; 28] = [
    "br", "b", "i", "p", "a", "font", "div", "pre", "center", "span", "table", "tr", "td", "strong", "em", "hr",
    "small", "h1", "h2", "h3", "h4", "ul", "li", "script", "style", "code", "img", "iframe",
];

fn element(name: &str) -> Element {
    let is = |list: &[&str]| list.iter().any(|known| name.eq_ignore_ascii_case(known));
    let local = name.rsplit(':').next().unwrap_or_default();
    let feed = ["rss", "feed", "rdf", "channel", "entry"];
    if feed.iter().any(|known| local.eq_ignore_ascii_case(known)) {
        Element::Feed
    } else if is(&PAGE) {
        Element::Page
    } else if is(&FRAGMENT) {
        Element::Fragment
    } else {
        Element::Other
    }
}

/// Whether a text begins, after white space, as a feed does.
pub(super) fn begins_as_feed(text: &str) -> bool {
    let text = text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    ["<?xml", "<rss", "<feed", "<rdf:rdf"]
        .iter()
        .any(|beginning| begins(text, beginning))
        || text.starts_with("{\"")
}

/// Whether a tag is the root of a feed, not the mention of one. Roots have a version or namespaces; `<rss>` and
/// `<rdf:RDF>` are unmistakable without.
fn is_root(tag: &str, strict: bool) -> bool {
    let name = name(tag);
    let local = name.rsplit(':').next().unwrap_or_default();
    if tag.starts_with("</")
        || !["rss", "feed", "rdf"]
            .iter()
            .any(|known| local.eq_ignore_ascii_case(known))
    {
        return false;
    }
    if !strict && !local.eq_ignore_ascii_case("feed") {
        return true;
    }
    let bytes = tag.as_bytes();
    let head = bytes.get(..bytes.len().min(TAG_BYTES)).unwrap_or_default();
    let end = head.iter().position(|byte| *byte == b'>').unwrap_or(head.len());
    let head = head.get(..end).unwrap_or_default();
    [&b"xmlns"[..], b"version"]
        .iter()
        .any(|word| head.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word)))
}

/// Where a feed, or its declaration, begins behind junk with markup in it. Comments and scripts of the junk are passed
/// over.
pub(super) fn find_feed(text: &str) -> Option<usize> {
    let mut at = 0;
    while at < JUNK_BYTES {
        let here = at + text.get(at..)?.find('<')?;
        let rest = text.get(here..)?;
        let declaration = begins(rest, "<?xml")
            && rest
                .get("<?xml".len()..)
                .is_some_and(|rest| rest.starts_with(|character: char| character.is_ascii_whitespace()));
        if here < JUNK_BYTES && (declaration || is_root(rest, false)) {
            return Some(here);
        }
        at = here + silent(rest).unwrap_or(1);
    }
    None
}

/// The length of a comment, or of an element whose content is no markup; of all the rest when it is never closed.
fn silent(text: &str) -> Option<usize> {
    const SILENT: [&str; 5] = ["script", "style", "title", "textarea", "noscript"];
    let end = if begins(text, "<!--") {
        "-->".to_owned()
    } else if text.starts_with("</") {
        return None;
    } else {
        let name = SILENT.iter().find(|known| name(text).eq_ignore_ascii_case(known))?;
        format!("</{name}")
    };
    let found = text
        .as_bytes()
        .windows(end.len())
        .position(|window| window.eq_ignore_ascii_case(end.as_bytes()));
    Some(found.map_or(text.len(), |at| at + end.len()))
}

/// Where a whole feed begins in a page that is only wrapped around it: browsers save feeds so, and servers print lines
/// of debugging so. Before it there may be nothing but a head and a few elements without meaning of their own, within
/// [`PAGE_PREFIX_BYTES`], and its end tag must be there. A page that shows or mentions a feed has it escaped, in a
/// script, or behind its navigation.
pub(super) fn feed_in_page(page: &str) -> Option<usize> {
    const WITHOUT_MEANING: [&str; 16] = [
        "html", "head", "body", "meta", "title", "link", "base", "style", "script", "pre", "div", "p", "br", "b",
        "font", "span",
    ];
    let mut at = 0;
    while at < PAGE_PREFIX_BYTES {
        let here = at + page.get(at..)?.find('<')?;
        let rest = page.get(here..)?;
        if here < PAGE_PREFIX_BYTES && is_root(rest, true) {
            let end = format!("</{}", name(rest));
            return rest.rfind(&end).map(|_| here);
        }
        let name = name(rest).to_ascii_lowercase();
        let markup = begins(rest, "<!") || begins(rest, "<?") || WITHOUT_MEANING.contains(&name.as_str());
        if !markup {
            return None;
        }
        at = here + silent(rest).unwrap_or(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_elements() {
        for (text, name, begin, odd) in [
            ("<rss/>", "rss", "<rss", false),
            (
                "<?xml version='1.0'?>\n<!-- c --><?xml-stylesheet href='<x>'?><feed>",
                "feed",
                "<feed",
                false,
            ),
            ("<?xml version='1.0'?><?xml version='1.0'?><rss>", "rss", "<rss", true),
            ("<?XML version='1.0'?><rss>", "rss", "<rss", true),
            ("<?xml version='1.0'>\n<rss>", "rss", "<rss", true),
            ("<?xml version='1.0'?>junk<rss>", "rss", "<rss", true),
            (
                "<!DOCTYPE rss [<!ENTITY a \"]>\"><!-- ]> -->]><rss>",
                "rss",
                "<!DOCTYPE",
                false,
            ),
            (
                "<!DOCTYPE rss \"unclosed><rss version=\"2.0\">",
                "rss",
                "<!DOCTYPE",
                false,
            ),
            ("<!DOCTYPE html><rss version='2.0'>", "rss", "<rss", true),
            ("<!DOCTYPE rss PUBLIC <rss>", "rss", "<!DOCTYPE", false),
            ("< b", "", "< b", false),
            ("<!-- never closed <rss>", "", "<!--", false),
        ] {
            let found = first_element(text);
            assert_eq!((found.name, found.odd), (name, odd), "{text}");
            assert!(
                text[found.begin..].starts_with(begin),
                "{text}: {}",
                &text[found.begin..]
            );
        }
    }

    #[test]
    fn feeds_behind_junk() {
        for (text, found) in [
            (
                "<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n<?xml version='1.0'?><rss>",
                "<?xml",
            ),
            ("<div><!-- <rss> --><script>'<rss>'</script></div><rss>x", "<rss>x"),
            (
                "<p><feed>form</p><feed xmlns='http://www.w3.org/2005/Atom'>",
                "<feed xmlns",
            ),
        ] {
            let at = find_feed(text);
            assert!(at.is_some_and(|at| text[at..].starts_with(found)), "{text}: {at:?}");
        }
        for text in [
            "<p>",
            "<p><feed>",
            "<p>&lt;rss>",
            "<p></rss>",
            "<p><?xml:namespace prefix = o /><o:p>",
        ] {
            assert_eq!(find_feed(text), None, "{text}");
        }
        assert_eq!(find_feed(&("<p>".repeat(JUNK_BYTES) + "<rss>")), None);
    }

    #[test]
    fn feeds_in_pages() {
        let feed = "<rss version='2.0'><channel/></rss>";
        for before in [
            "<html><body>",
            "<html><head><title><rss version='2'></title><style>a > b {}</style></head><body><div id='source'>",
            "<html><body><pre><?xml version='1.0'?>",
        ] {
            let page = format!("{before}{feed}</body></html>");
            assert_eq!(feed_in_page(&page), Some(before.len()), "{page}");
        }
        for page in [
            format!("<html><body><nav>x</nav>{feed}"),
            format!("<html><body><textarea>{feed}</textarea>"),
            format!("<html><script>'{feed}'</script><body><p>x"),
            "<html><body><pre>&lt;rss version='2.0'&gt;</rss>".to_owned(),
            "<html><body><rss version='2.0'><channel>".to_owned(),
            format!("<html><body>{}{feed}", "<p>".repeat(PAGE_PREFIX_BYTES)),
        ] {
            assert_eq!(feed_in_page(&page), None, "{page}");
        }
    }
}

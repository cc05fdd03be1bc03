//! What must hold of HTML that is handed out.

/// Elements and attributes that sanitised HTML never holds.
const ELEMENTS: [&str; 24] = [
    "script", "style", "iframe", "frame", "object", "embed", "form", "input", "button", "textarea", "select", "svg",
    "math", "link", "meta", "base", "template", "noscript", "title", "video", "audio", "source", "applet", "xmp",
];

/// Harmless: only known-good elements, no event handler, no style, no address but http(s) and mailto.
///
/// The HTML is a serialised tree, so a `<` outside of an attribute's quotes begins a tag, and values stand in double
/// quotes.
pub fn is_harmless(html: &str) {
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = tag(after, html);
        rest = after;
        let (name, attributes) = match tag.split_once(' ') {
            Some((name, attributes)) => (name, attributes),
            None => (tag, ""),
        };
        let name = name.trim_start_matches('/').to_ascii_lowercase();
        assert!(
            name.starts_with(|first: char| first.is_ascii_alphabetic()) && !ELEMENTS.contains(&name.as_str()),
            "<{tag}> in {html:?}"
        );
        let mut attributes = attributes;
        while let Some((attribute, tail)) = attributes.split_once("=\"") {
            let (value, tail) = tail.split_once('"').unwrap_or((tail, ""));
            attributes = tail;
            let attribute = attribute.trim().to_ascii_lowercase();
            assert!(
                !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
                "{attribute} in {html:?}"
            );
            if ["href", "src", "cite", "action", "data"].contains(&attribute.as_str()) {
                // As browsers read an address: what is at most a space before it, and line breaks in it, count for nothing.
                let value = value.to_ascii_lowercase().replace(['\t', '\n', '\r'], "");
                let value = value.trim_start_matches(|first: char| first <= ' ');
                assert!(
                    ["http:", "https:", "mailto:"]
                        .iter()
                        .any(|scheme| value.starts_with(scheme)),
                    "{attribute}={value:?} in {html:?}"
                );
            }
        }
    }
}

/// What stands between `<` and the `>` that ends it, quotes minded, and the rest.
fn tag<'a>(text: &'a str, html: &str) -> (&'a str, &'a str) {
    let mut quoted = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '>' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    panic!("a tag without end in {html:?}");
}

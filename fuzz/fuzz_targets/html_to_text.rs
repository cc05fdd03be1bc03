//! HTML to text and to harmless HTML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{html_to_text, sanitise_html};
use properties::{base, html, is_text};

fuzz_target!(|markup: &str| {
    let text = html_to_text(markup);
    is_text("the text of HTML", &text);

    // Text that is escaped comes back, but for white space.
    let escaped = markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !markup.contains('\0') {
        let expected = medfeed::clean_text(&markup.replace(['\r', '\n'], " "));
        assert_eq!(
            words(&html_to_text(&escaped)),
            words(&expected),
            "escaped text is not itself"
        );
    }

    for (base, depth) in [(Some(base()), 200), (None, 200), (None, 5)] {
        let once = sanitise_html(markup, base.as_ref(), depth);
        html::is_harmless(&once);
        assert!(!once.to_ascii_lowercase().contains("<script"), "{once:?}");
        let twice = sanitise_html(&once, base.as_ref(), depth);
        html::is_harmless(&twice);
        // Misnested blocks may be nested otherwise the second time, which moves line breaks, but no letter.
        let letters = |html: &str| html_to_text(html).split_whitespace().collect::<String>();
        assert_eq!(letters(&twice), letters(&once), "sanitised twice it reads differently");
    }
});

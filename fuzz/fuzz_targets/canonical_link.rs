//! Canonical links, of whole addresses and of everything that may follow a host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{canonical_link, is_web_link, redacted};
use properties::base;
use url::Url;

fuzz_target!(|text: &str| {
    let forms = [
        Url::parse(text),
        base().join(text),
        Url::parse(&format!("http://{text}")),
        Url::parse(&format!("https://www.example.org/{text}")),
        Url::parse(&format!("https://m.example.org/a?{text}")),
    ];
    for link in forms.into_iter().flatten() {
        let once = canonical_link(&link);
        assert_eq!(canonical_link(&once), once, "canonical twice is another than once");
        assert_eq!(is_web_link(&link), is_web_link(&once));
        assert_eq!(once.as_str().parse::<Url>().as_ref(), Ok(&once), "it is no address");
        assert_eq!(once.fragment(), None);
        if is_web_link(&link) {
            assert_eq!((once.username(), once.password()), ("", None));
            // Tracking makes no difference, wherever it stands.
            let mut tracked = link.clone();
            tracked.set_fragment(Some("top"));
            let query = link.query().map_or("utm_source=a".to_owned(), |query| {
                format!("utm_source=a&{query}&utm_medium=b")
            });
            tracked.set_query(Some(&query));
            assert_eq!(canonical_link(&tracked), once, "tracking makes another link of it");
        }
        // What stands in the user info is not shown, unless it stands elsewhere too.
        let mut open = link.clone();
        if let Some(password) = link.password().filter(|password| password.len() > 3)
            && open.set_password(None).is_ok()
            && !open.as_str().contains(password)
        {
            assert!(
                !redacted(&link).contains(password),
                "{} tells a password",
                redacted(&link)
            );
        }
    }
});

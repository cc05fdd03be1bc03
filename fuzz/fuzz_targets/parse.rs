//! A whole document, of any format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{Limits, parse, parse_with};
use properties::{base, feed};

fuzz_target!(|bytes: &[u8]| {
    let outcome = parse(bytes, &base(), None);
    let again = parse(bytes, &base(), None);
    match (&outcome, &again) {
        (Ok(one), Ok(two)) => assert_eq!(one, two, "the same bytes, another feed"),
        (Err(one), Err(two)) => assert_eq!(one.to_string(), two.to_string()),
        _ => panic!("the same bytes, once a feed and once none: {outcome:?}, {again:?}"),
    }
    if let Ok(read) = &outcome {
        feed::holds(read, &Limits::default());
    }
    let tight = Limits {
        max_depth: 6,
        max_entries: 3,
        max_elements_per_entry: 12,
        max_attributes: 4,
        max_text_bytes: 64,
        max_media_per_entry: 2,
        max_html_depth: 4,
        ..Limits::default()
    };
    if let Ok(read) = parse_with(bytes, &base(), None, &tight) {
        feed::holds(&read, &tight);
    }
});

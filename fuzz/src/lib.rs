//! What must hold of everything medfeed gives out, whatever it was given: the properties the fuzz targets share.
//!
//! A property that does not hold is a panic, which is what the fuzzer looks for.

pub mod feed;
pub mod html;

use medfeed::{clean_line, clean_text, is_web_link};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

/// The address the documents are said to come from.
pub fn base() -> Url {
    "https://example.org/feeds/ward.xml"
        .parse()
        .expect("a constant address")
}

/// One line as a title is shown: nothing hidden, no control character, no white space at its ends.
pub fn is_line(what: &str, text: &str) {
    assert!(
        !text.chars().any(char::is_control),
        "{what}: a control character in {text:?}"
    );
    assert_eq!(clean_line(text), text, "{what} is not one clean line");
}

/// Clean text in paragraphs.
pub fn is_text(what: &str, text: &str) {
    assert_eq!(clean_text(text), text, "{what} is not clean text");
}

/// An address that may be shown.
pub fn is_link(what: &str, link: &Url) {
    assert!(is_web_link(link), "{what} leads to {link}");
}

/// Written as JSON and read again it is the same.
pub fn survives_json<Value: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &Value) {
    let json = serde_json::to_string(value).expect("it can be written");
    match serde_json::from_str::<Value>(&json) {
        Ok(back) => assert_eq!(&back, value, "read again it is another"),
        Err(cause) => panic!("{json} cannot be read again: {cause}"),
    }
}

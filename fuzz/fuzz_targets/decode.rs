//! Encodings: the first line is the HTTP content type, the rest the document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use medfeed::{Limits, parse};
use properties::{base, feed};

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let header = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let body = parts.next().unwrap_or_default();
    if let Ok(read) = parse(body, &base(), Some(&header)) {
        feed::holds(&read, &Limits::default());
    }
    // Without a header the document must do.
    if let Ok(read) = parse(body, &base(), None) {
        feed::holds(&read, &Limits::default());
    }
});

//! Numbers in headers and documents that overflow, are negative or no numbers are clamped or ignored: no panic, no rest
//! shorter than an hour or longer than a week.

use crate::support::server::Script;
use crate::ward::{Ward, hours, minutes, morning, ok, rss_with};

const NONSENSE: [&str; 12] = [
    "99999999999999999999",
    "18446744073709551616",
    "9223372036854775807",
    "4294967296",
    "-1",
    "-99999999999999999999",
    "1e9",
    "0x10",
    "3.5",
    "soon",
    "",
    "\u{665}\u{660}",
];

#[tokio::test]
async fn no_number_breaks_the_clock() {
    let targets: Vec<String> = (0..NONSENSE.len() * 2).map(|number| format!("/{number}")).collect();
    let names: Vec<&str> = targets.iter().map(String::as_str).collect();
    let ward = Ward::following(&names).await;
    for (number, value) in NONSENSE.iter().enumerate() {
        let bytes = value.as_bytes();
        let (max_age, expires) = (
            format!("max-age={value}, s-maxage={value}"),
            format!("Mon, 01 Jan {value} 00:00:00 GMT"),
        );
        let headers: [(&str, &[u8]); 5] = [
            ("cache-control", max_age.as_bytes()),
            ("age", bytes),
            ("expires", expires.as_bytes()),
            ("retry-after", bytes),
            ("etag", bytes),
        ];
        let head = format!(
            "<ttl>{value}</ttl><skipHours><hour>{value}</hour></skipHours><sy:updatePeriod>daily</sy:updatePeriod>\
             <sy:updateFrequency>{value}</sy:updateFrequency>"
        );
        ward.server
            .on(&format!("/{number}"), ok(&headers, rss_with(&head, &[("1", "One")])));
        ward.server.on(
            &format!("/{}", number + NONSENSE.len()),
            Script::answer(503, &headers, "no"),
        );
    }
    let report = ward.update(morning()).await;
    assert_eq!(report.failures().count(), NONSENSE.len());
    for target in &targets {
        let rest = ward.rest(target, morning()).await;
        assert!(rest >= minutes(15) && rest <= hours(8 * 24), "{target}: {rest:?}");
    }
    let good = ward.rest("/9", morning()).await;
    assert!(good < hours(25), "what is no number says nothing: {good:?}");
}

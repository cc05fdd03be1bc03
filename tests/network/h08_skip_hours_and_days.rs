//! `skipHours` (GMT) and `skipDays` are wishes to wait, also after a failure and over a 304; a window without an hour or a
//! day left is none.

use jiff::Timestamp;

use crate::support::server::Script;
use crate::ward::{Ward, hours, is_about, morning, ok, rss_with};

fn skip_hours(hours: impl Iterator<Item = u8>) -> String {
    let hours: String = hours.map(|hour| format!("<hour>{hour}</hour>")).collect();
    format!("<skipHours>{hours}</skipHours>")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_source_rests_while_it_says_so() {
    let days = |names: &[&str]| {
        let days: String = names.iter().map(|day| format!("<day>{day}</day>")).collect();
        format!("<skipDays>{days}</skipDays>")
    };
    let all_days = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let ward = Ward::following(&["/hours", "/days", "/both", "/always", "/never"]).await;
    for (target, head) in [
        ("/hours", skip_hours(7..=11)),
        ("/days", days(&["Monday", "Tuesday"])),
        ("/both", days(&["Monday"]) + &skip_hours(0..=4)),
        ("/always", skip_hours(0..=23) + &days(&all_days)),
        (
            "/never",
            "<skipHours><hour>99</hour></skipHours><skipDays><day>Someday</day></skipDays>".to_owned(),
        ),
    ] {
        ward.server
            .on(target, ok(&[("etag", b"\"1\"")], rss_with(&head, &[("1", "One")])));
    }
    let _ = ward.update(morning()).await;
    for (target, due) in [
        ("/hours", "2026-11-23T12:00:00Z"),
        ("/days", "2026-11-25T00:00:00Z"),
        ("/both", "2026-11-24T05:00:00Z"),
    ] {
        let found = ward.state(target).await.next_due.unwrap();
        assert!(found >= at(due) && found < at(due) + hours(1), "{target}: {found}");
    }
    for target in ["/always", "/never"] {
        assert!(is_about(ward.rest(target, morning()).await, hours(1)), "{target}");
    }
    // On the next days: a 304 says nothing about hours, a failure neither; what was said stays.
    let next = at("2026-11-30T06:00:00Z");
    ward.server
        .on("/hours", Script::answer(304, &[], ""))
        .on("/both", Script::answer(500, &[], ""));
    let _ = ward.update(next).await;
    assert!(ward.state("/hours").await.next_due.unwrap() >= at("2026-11-30T12:00:00Z"));
    assert!(ward.state("/both").await.next_due.unwrap() >= at("2026-12-01T05:00:00Z"));
}

//! Each 200 replaces the pair of validators as a whole: also one with the same body, with another ETag only, or with one
//! of the two gone. A 304 adds what it carries.

use medfeed::Validators;

use crate::support::server::Script;
use crate::ward::{Ward, hours, morning, ok, rss};

#[tokio::test]
async fn each_answer_settles_what_is_sent_next() {
    let ward = Ward::following(&["/feed"]).await;
    let (one, two) = (rss(&[("1", "One")]), rss(&[("1", "One"), ("2", "Two")]));
    let pair = |etag: &str, date: &str| {
        let bytes = |text: &str| (!text.is_empty()).then(|| text.as_bytes().to_vec());
        Validators::new(bytes(etag), bytes(date))
    };
    let mut now = morning();
    let mut sent = pair("", "");
    for (what, answer, kept) in [
        (
            "the first",
            ok(&[("etag", b"\"1\""), ("last-modified", b"then")], &one),
            pair("\"1\"", "then"),
        ),
        (
            "another ETag, same body",
            ok(&[("etag", b"W/\"2\""), ("last-modified", b"then")], &one),
            pair("W/\"2\"", "then"),
        ),
        (
            "the date gone, same body",
            ok(&[("etag", b"\"3\"")], &one),
            pair("\"3\"", ""),
        ),
        (
            "the ETag gone, new body",
            ok(&[("last-modified", b"later")], &two),
            pair("", "later"),
        ),
        (
            "a 304 that brings one",
            Script::answer(304, &[("etag", b"\"4\"")], ""),
            pair("\"4\"", "later"),
        ),
        (
            "a 304 that brings none",
            Script::answer(304, &[], ""),
            pair("\"4\"", "later"),
        ),
        ("both gone, same body", ok(&[], &two), pair("", "")),
    ] {
        ward.server.on("/feed", answer);
        let report = ward.update(now).await;
        assert_eq!((report.asked(), report.failures().count()), (1, 0), "{what}");
        let asked = ward.server.requests().pop().unwrap();
        assert_eq!(asked.header("if-none-match").map(<[u8]>::to_vec), sent.etag, "{what}");
        assert_eq!(
            asked.header("if-modified-since").map(<[u8]>::to_vec),
            sent.last_modified,
            "{what}"
        );
        assert_eq!(ward.state("/feed").await.validators, kept, "{what}");
        sent = kept;
        now += hours(24);
    }
    assert_eq!(ward.items().await, 2);
}

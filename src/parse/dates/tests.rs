//! The forms of dates, and what is none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::Precision;

#[test]
fn forms_seen_in_feeds() {
    use Precision::{Day, Local, Month, Second, Year};
    for (text, at, precision) in [
        ("Sat, 10 Jan 2026 05:00:00 GMT", "2026-01-10T05:00:00Z", Second),
        ("Sat 10 Jan 2026 05:00:00 GMT", "2026-01-10T05:00:00Z", Second),
        ("10 Jan 2026 05:00 EST", "2026-01-10T10:00:00Z", Second),
        ("Wed, 5 Nov 2025 13:52:10  EST", "2025-11-05T18:52:10Z", Second),
        ("Sat, 10 Jan 2026 05:00:00", "2026-01-10T05:00:00Z", Local),
        ("Fri, 10 Jul 2026 12:00:00 BST", "2026-07-10T11:00:00Z", Second),
        ("Fri, 10 Jul 2026 12:00:00 CEST", "2026-07-10T10:00:00Z", Second),
        ("Sat, 10 Jan 2026 12:00:00 CET", "2026-01-10T11:00:00Z", Second),
        ("Sat, 10 Jan 2026 00:00:00 -0800", "2026-01-10T08:00:00Z", Second),
        ("Thursday, 10 January 26 00:00:00 PST", "2026-01-10T08:00:00Z", Second),
        ("2026", "2026-01-01T00:00:00Z", Year),
        ("2026-02", "2026-02-01T00:00:00Z", Month),
        ("2026-02-00", "2026-02-01T00:00:00Z", Month),
        ("2026-01-10", "2026-01-10T00:00:00Z", Day),
        ("20260110", "2026-01-10T00:00:00Z", Day),
        ("2026/1/9", "2026-01-09T00:00:00Z", Day),
        ("2026-01-10T05:06:07.25+01:00", "2026-01-10T04:06:07.25Z", Second),
        ("2026-01-10T05:06Z", "2026-01-10T05:06:00Z", Second),
        ("2026-01-10 05:06:07", "2026-01-10T05:06:07Z", Local),
        ("2026-01-10T24:00:00Z", "2026-01-11T00:00:00Z", Second),
        ("2026-06-30T23:59:60Z", "2026-06-30T23:59:59Z", Second),
        ("Tue, 09/15/2026 - 10:01", "2026-09-15T10:01:00Z", Local),
        ("Sep 16, 2026 5:39pm", "2026-09-16T17:39:00Z", Local),
        ("September 16th, 2026", "2026-09-16T00:00:00Z", Day),
        ("16 Sept 2026 12:05 am EDT", "2026-09-16T04:05:00Z", Second),
        ("February 2026", "2026-02-01T00:00:00Z", Month),
        ("10-Jan-2026", "2026-01-10T00:00:00Z", Day),
        ("Mon, 2026-01-12 08:00:00 +0000", "2026-01-12T08:00:00Z", Second),
        ("Thu, 01 Jan 2026 00:00:00 XYZ", "2026-01-01T00:00:00Z", Local),
    ] {
        let date = read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            (date.at.to_string().as_str(), date.precision),
            (at, precision),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_date_stays_unknown() {
    for text in [
        "",
        "soon",
        "0",
        "1",
        "99999999999",
        "1899-12-31",
        "2201-01-01",
        "2026-13-01",
        "2026-02-30",
        "31 Feb 2026",
        "12:30",
        "Invalid Date",
        "0000-00-00 00:00:00",
        "{{date}}",
        "$item.date",
        "2026-01-10T25:00:00Z",
        "٢٠٢٦-٠١-١٠",
        "10 Jan",
        "-2026",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

/// Asserts what each text is read as.
pub(super) fn check(rows: &[(&str, &str, Precision)]) {
    let mut failures = Vec::new();
    for (text, at, precision) in rows {
        let found = read(text).map(|date| (date.at.to_string(), date.precision));
        if found != Some(((*at).to_owned(), *precision)) {
            failures.push(format!("{text}: expected {at} {precision:?}, found {found:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_is_nearly_a_date_stays_unknown() {
    for text in [
        "2026-15-09",
        "2026-02-29",
        "2026-366",
        "2026-W54-1",
        "15.13.2026",
        "10-01-26",
        "26-01-10",
        "0001-01-01",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "9999-12-31T23:59:59Z",
        "0000-00-00",
        "Issue 12, January 2026",
        "Volume 12 (3) 2026",
        "12 patients in January 2026",
        "2026-01-10T05:00:00:00:00Z 7 8",
        "10 11 January 2026",
        "Jan Feb 2026",
        "2 days ago",
        "1234567",
        "1234567890123456",
        "4202444800",
        "1/1/1/2026",
        "jui 2026",
        "2026-2027",
        "\u{ff12}026-01-10",
        "Published: 10 January 2026",
        "20260110T",
    ] {
        let expected = (text == "20260110T").then_some(Precision::Day);
        assert_eq!(
            read(text).map(|date| date.precision),
            expected,
            "{text}: {:?}",
            read(text)
        );
    }
    assert_eq!(read(&format!("10 January 2026{}", ".".repeat(120))), None);
}

#[test]
fn problems_are_told() {
    for (text, why) in [
        ("0001-01-01T00:00:00Z", "year 0001 stands for no date"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", "year 0001 stands for no date"),
        ("9999-12-31", "year 9999 stands for no date"),
        ("0000-00-00 00:00:00", "year 0000 stands for no date"),
        ("1800-01-01", "a year before 1900 or after 2200"),
        ("31 Feb 2026", "a day that does not exist"),
        ("2026-15-09", "a day that does not exist"),
        ("2026-01-10T25:00:00Z", "a time that does not exist"),
        ("10 Jan", "a date without a year"),
        ("Sat, 10 Jan 10:00", "a date without a year"),
        ("soon", "it has no known form"),
        ("", "it has no known form"),
        ("12:30", "it has no known form"),
    ] {
        assert_eq!(problem(text), why, "{text}");
    }
    assert_eq!(problem(&"1".repeat(121)), "too long for a date");
}

proptest! {
    #[test]
    fn any_string_is_survived(text in any::<String>(), tail in "[0-9A-Za-z:+/ ,.-]{0,40}") {
        let _ = read(&text);
        if let Some(date) = read(&tail) {
            let year = date.at.to_zoned(jiff::tz::TimeZone::UTC).year();
            prop_assert!((1899..=2201).contains(&year));
        }
    }

    #[test]
    fn rfc_3339_agrees_with_jiff(seconds in -2_000_000_000_i64..4_000_000_000) {
        let at = Timestamp::from_second(seconds).unwrap();
        prop_assert_eq!(read(&at.to_string()).map(|date| date.at), Some(at));
    }

    #[test]
    fn signs_and_words_of_dates_are_survived(
        text in "([0-9]{1,4}|jan|mar|de|T|Z|W|pm|am|GMT|[-+:./,() ]|年|月|日|spring| ){0,30}"
    ) {
        if let Some(date) = read(&text) {
            let year = date.at.to_zoned(jiff::tz::TimeZone::UTC).year();
            prop_assert!((1899..=2201).contains(&year));
        }
    }

    #[test]
    fn what_jiff_writes_is_read(seconds in -2_000_000_000_i64..7_000_000_000, offset in -50_i32..=50) {
        let offset = jiff::tz::Offset::from_seconds(offset * 900).unwrap();
        let at = Timestamp::from_second(seconds).unwrap();
        let zoned = at.to_zoned(offset.to_time_zone());
        let mail = jiff::fmt::rfc2822::to_string(&zoned).unwrap();
        let internet = at.display_with_offset(offset).to_string();
        let loud = FeedDate::new(at, Precision::Second);
        prop_assert_eq!(read(&mail), Some(loud));
        prop_assert_eq!(read(&internet), Some(loud));
        // The general reader agrees with the reader of common forms.
        prop_assert_eq!(any_form(&mail), Ok(loud));
        prop_assert_eq!(any_form(&internet), Ok(loud));
        let of_day = zoned.strftime("%d %b %Y %H:%M").to_string();
        prop_assert_eq!(read(&of_day).map(|date| date.precision), Some(Precision::Local));
    }

    #[test]
    fn the_calendar_agrees_with_jiff(year in 1900_i16..=2200, ordinal in 1_i16..=366) {
        let first = jiff::civil::date(year, 1, 1);
        let Ok(date) = first.with().day_of_year(ordinal).build() else { return Ok(()) };
        let at = Some(date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp());
        let week = date.iso_week_date();
        let weekday = week.weekday().to_monday_one_offset();
        for text in [
            date.to_string(),
            format!("{year}-{ordinal:03}"),
            format!("{year}{ordinal:03}"),
            date.strftime("%Y%m%d").to_string(),
            date.strftime("%d.%m.%Y").to_string(),
            date.strftime("%m/%d/%Y").to_string(),
            date.strftime("%a, %d %b %Y").to_string(),
            date.strftime("%B %e, %Y").to_string(),
            date.strftime("%A %d-%b-%Y").to_string(),
            date.strftime("%Y年%m月%d日").to_string(),
        ] {
            prop_assert_eq!(read(&text).map(|date| date.at), at, "{}", text);
        }
        if (1900..=2200).contains(&week.year()) {
            let text = format!("{}-W{:02}-{weekday}", week.year(), week.week());
            prop_assert_eq!(read(&text).map(|date| date.at), at, "{}", text);
        }
    }
}

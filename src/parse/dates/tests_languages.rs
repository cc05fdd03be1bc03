//! Dates in the words of each language.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::names::{MONTHS, Name, name};
use super::tests::check;
use super::*;
use crate::model::Precision::{Day, Local, Month, Second, Year};

#[test]
fn names_are_folded_and_mean_one_month() {
    for names in MONTHS {
        for (month, number) in names.iter().zip(1..) {
            assert_eq!(lex::fold(month).as_deref(), Some(*month));
            assert!(
                matches!(name(month), Name::Month(found) | Name::Either(found) if found == number),
                "{month}: {:?}",
                name(month)
            );
        }
    }
}

#[test]
fn german() {
    check(&[
        ("Sa, 10 Jan 2026 05:00:00 +0100", "2026-01-10T04:00:00Z", Second),
        ("Sa., 10. Jan. 2026 05:00 MEZ", "2026-01-10T04:00:00Z", Second),
        ("Samstag, 10. Januar 2026", "2026-01-10T00:00:00Z", Day),
        (
            "Samstag, den 10. Januar 2026, um 10:15 Uhr",
            "2026-01-10T10:15:00Z",
            Local,
        ),
        ("Samstag, der 10. Jänner 2026 um 10 Uhr", "2026-01-10T10:00:00Z", Local),
        ("am 10. März 2026", "2026-03-10T00:00:00Z", Day),
        ("Di, 10 Mär 2026 05:00:00 GMT", "2026-03-10T05:00:00Z", Second),
        ("Do, 10 Dez 2026 05:00:00 GMT", "2026-12-10T05:00:00Z", Second),
        ("So, 10 Mai 2026 05:00:00 GMT", "2026-05-10T05:00:00Z", Second),
        ("Mi 14 Okt 2026 05:00:00 GMT", "2026-10-14T05:00:00Z", Second),
        ("Frühjahr 2026", "2026-01-01T00:00:00Z", Year),
        ("MÄRZ 2026", "2026-03-01T00:00:00Z", Month),
    ]);
}

#[test]
fn french() {
    check(&[
        ("sam. 10 janv. 2026 05:00:00 +0100", "2026-01-10T04:00:00Z", Second),
        ("samedi 10 janvier 2026 à 10h15", "2026-01-10T10:15:00Z", Local),
        ("le 1er février 2026", "2026-02-01T00:00:00Z", Day),
        ("mar, 10 mar 2026 05:00:00 GMT", "2026-03-10T05:00:00Z", Second),
        ("mar. 13 janv. 2026", "2026-01-13T00:00:00Z", Day),
        ("mardi 10 mars 2026", "2026-03-10T00:00:00Z", Day),
        ("mer, 12 aoû 2026 05:00:00 GMT", "2026-08-12T05:00:00Z", Second),
        ("12 août 2026", "2026-08-12T00:00:00Z", Day),
        ("12 août 2026 10 h 15", "2026-08-12T10:15:00Z", Local),
        ("10 juil. 2026", "2026-07-10T00:00:00Z", Day),
        ("10 juin 2026", "2026-06-10T00:00:00Z", Day),
        ("dim., 10 de\u{301}c. 2026", "2026-12-10T00:00:00Z", Day),
        ("janvier et février 2026", "2026-01-01T00:00:00Z", Month),
        ("été 2026", "2026-01-01T00:00:00Z", Year),
    ]);
}

#[test]
fn spanish_italian_portuguese_romanian() {
    check(&[
        ("mar, 13 ene 2026 05:00:00 GMT", "2026-01-13T05:00:00Z", Second),
        ("martes, 10 de marzo de 2026 a las 10:15", "2026-03-10T10:15:00Z", Local),
        ("1º de enero de 2026", "2026-01-01T00:00:00Z", Day),
        ("sáb, 10 ago 2026 5:39 p. m.", "2026-08-10T17:39:00Z", Local),
        ("mié. 14 oct. 2026", "2026-10-14T00:00:00Z", Day),
        ("domingo, 13 de setiembre de 2026", "2026-09-13T00:00:00Z", Day),
        ("lun, 13 lug 2026 05:00:00 +0200", "2026-07-13T03:00:00Z", Second),
        ("martedì 10 marzo 2026 alle ore 10.15", "2026-03-10T10:15:00Z", Local),
        ("10 giugno 2026", "2026-06-10T00:00:00Z", Day),
        ("gio 10 set 2026", "2026-09-10T00:00:00Z", Day),
        ("l'8 gennaio 2026", "2026-01-08T00:00:00Z", Day),
        (
            "segunda-feira, 12 de janeiro de 2026 às 10h15",
            "2026-01-12T10:15:00Z",
            Local,
        ),
        ("ter, 10 fev 2026 05:00:00 -0300", "2026-02-10T08:00:00Z", Second),
        ("sex, 10 out 2026 05:00:00 BRT", "2026-10-10T08:00:00Z", Second),
        ("10 de março de 2026", "2026-03-10T00:00:00Z", Day),
        ("10/dez/2026", "2026-12-10T00:00:00Z", Day),
        ("marți, 10 martie 2026", "2026-03-10T00:00:00Z", Day),
        ("joi, 10 sept. 2026", "2026-09-10T00:00:00Z", Day),
    ]);
}

#[test]
fn northern_europe() {
    check(&[
        ("za, 10 jan 2026 05:00:00 +0100", "2026-01-10T04:00:00Z", Second),
        ("maandag 12 maart 2026 om 10.15 uur", "2026-03-12T10:15:00Z", Local),
        ("di 10 mrt 2026", "2026-03-10T00:00:00Z", Day),
        ("10 mei 2026", "2026-05-10T00:00:00Z", Day),
        ("lör, 10 maj 2026 05:00:00 +0200", "2026-05-10T03:00:00Z", Second),
        ("den 10 oktober 2026 kl. 10.15", "2026-10-10T10:15:00Z", Local),
        ("lørdag den 10. januar 2026", "2026-01-10T00:00:00Z", Day),
        ("søn, 11 des 2026 05:00:00 CET", "2026-12-11T04:00:00Z", Second),
        ("tirsdag 13. januar 2026 kl. 10:15", "2026-01-13T10:15:00Z", Local),
        ("la 10. tammikuuta 2026 klo 10.15", "2026-01-10T10:15:00Z", Local),
        ("maanantaina 12. lokakuuta 2026", "2026-10-12T00:00:00Z", Day),
        ("ma, 12 loka 2026 05:00:00 +0300", "2026-10-12T02:00:00Z", Second),
    ]);
}

#[test]
fn eastern_europe() {
    check(&[
        ("sob., 10 sty 2026 05:00:00 +0100", "2026-01-10T04:00:00Z", Second),
        (
            "środa, 14 października 2026 r. godz. 10:15",
            "2026-10-14T10:15:00Z",
            Local,
        ),
        ("pt, 10 lip 2026", "2026-07-10T00:00:00Z", Day),
        ("10 listopada 2026", "2026-11-10T00:00:00Z", Day),
        ("10 kwietnia 2026", "2026-04-10T00:00:00Z", Day),
        ("so, 10. ledna 2026 10:15", "2026-01-10T10:15:00Z", Local),
        ("10. června 2026", "2026-06-10T00:00:00Z", Day),
        ("10. července 2026", "2026-07-10T00:00:00Z", Day),
        ("10. října 2026 v 10.15", "2026-10-10T10:15:00Z", Local),
        ("2026. január 10.", "2026-01-10T00:00:00Z", Day),
        ("2026. március 10., kedd 10:15", "2026-03-10T10:15:00Z", Local),
        ("2026-július-13T9:15-05:00", "2026-07-13T14:15:00Z", Second),
        ("2026. szept. 10.", "2026-09-10T00:00:00Z", Day),
        ("10 Ocak 2026 Cumartesi", "2026-01-10T00:00:00Z", Day),
        ("Sal, 10 Mar 2026 05:00:00 +0300", "2026-03-10T02:00:00Z", Second),
        ("10 Ağustos 2026, 10:15", "2026-08-10T10:15:00Z", Local),
        ("11 KASIM 2026", "2026-11-11T00:00:00Z", Day),
        ("Paz, 11 Eki 2026 05:00:00 +0300", "2026-10-11T02:00:00Z", Second),
        ("Сб, 10 янв 2026 05:00:00 +0300", "2026-01-10T02:00:00Z", Second),
        ("суббота, 10 января 2026 г. в 10:15", "2026-01-10T10:15:00Z", Local),
        ("10 мая 2026", "2026-05-10T00:00:00Z", Day),
        ("Май 2026", "2026-05-01T00:00:00Z", Month),
        ("Κυρ, 11 Ιούλ 2026 12:00:00 EST", "2026-07-11T17:00:00Z", Second),
        (
            "Σάββατο 10 Ιανουαρίου 2026 στις 5:39 μ.μ.",
            "2026-01-10T17:39:00Z",
            Local,
        ),
        ("Τρίτη, 13 Μαΐου 2026", "2026-05-13T00:00:00Z", Day),
        ("10 ΜΑΡΤΙΟΣ 2026", "2026-03-10T00:00:00Z", Day),
    ]);
}

#[test]
fn east_asia() {
    check(&[
        ("2026년 05월 28일 오후 11:31:12", "2026-05-28T23:31:12Z", Local),
        ("2026년 1월 10일 (토) 오전 10시 15분", "2026-01-10T10:15:00Z", Local),
        ("2026-05-25 오후 11:23:17", "2026-05-25T23:23:17Z", Local),
        ("2026. 1. 10. 오전 12:05", "2026-01-10T00:05:00Z", Local),
        ("2026年1月10日 10:00", "2026-01-10T10:00:00Z", Local),
        ("2026年1月10日(土) 10時15分30秒", "2026-01-10T10:15:30Z", Local),
        ("2026年1月10日土曜日 午後5:39", "2026-01-10T17:39:00Z", Local),
        ("2026年1月10日 星期六 下午5:39", "2026-01-10T17:39:00Z", Local),
        ("2026年1月10日下午5時39分", "2026-01-10T17:39:00Z", Local),
        ("2026年1月号", "2026-01-01T00:00:00Z", Month),
        ("2026年1月", "2026-01-01T00:00:00Z", Month),
        ("2026年", "2026-01-01T00:00:00Z", Year),
        ("2026/01/10 10\u{ff1a}15", "2026-01-10T10:15:00Z", Local),
    ]);
}

proptest! {
    // Each case writes some four hundred dates.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_form_in_every_language_reads_back(
        year in 1951_i16..=2049, month in 1_i8..=12, day in 1_i8..=28, hour in 0_i8..24, minute in 0_i8..60
    ) {
        let date = jiff::civil::date(year, month, day);
        let in_utc = |hour, minute| date.at(hour, minute, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        for names in MONTHS {
            let name = names[usize::from(month.unsigned_abs()) - 1];
            let capital = name.to_uppercase();
            for text in [
                format!("{day} {name} {year}"),
                format!("{day}. {capital} {year}"),
                format!("{day:02}-{name}-{year}"),
                format!("{year}. {name} {day}."),
                format!("{name} {day}, {year}"),
                format!("{day} de {name} de {year}"),
            ] {
                prop_assert_eq!(read(&text), Some(FeedDate::new(in_utc(0, 0), Day)), "{}", text);
                let timed = format!("{text} {hour}:{minute:02}");
                prop_assert_eq!(read(&timed), Some(FeedDate::new(in_utc(hour, minute), Local)), "{}", timed);
                let zoned = format!("{text} {hour:02}:{minute:02}:00 +0000");
                prop_assert_eq!(read(&zoned), Some(FeedDate::new(in_utc(hour, minute), Second)), "{}", zoned);
            }
            let first = jiff::civil::date(year, month, 1).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
            let issue = format!("{name} {year}");
            prop_assert_eq!(read(&issue), Some(FeedDate::new(first, Month)), "{}", issue);
        }
    }
}

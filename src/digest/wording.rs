//! Dates, lengths and lists in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{FeedDate, Person, Precision, SignalKind};
use crate::text::{clean_line, count_words};

/// Words read silently in a minute: 238 for non-fiction in English (M. Brysbaert, "How many words do we read per
/// minute? A review and meta-analysis of reading rate", Journal of Memory and Language 109, 2019,
/// doi:10.1016/j.jml.2019.104047).
pub(super) const WORDS_PER_MINUTE: u64 = 238;

/// How long reading these texts takes, in seconds, rounded up.
pub(super) fn reading_seconds<'text>(texts: impl IntoIterator<Item = &'text str>) -> u64 {
    let words: usize = texts.into_iter().map(count_words).sum();
    (words as u64 * 60).div_ceil(WORDS_PER_MINUTE)
}

/// A moment in the reader's zone: `Monday 23 November 2026, 07:30 GMT`.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%A %-d %B %Y, %H:%M %Z").to_string()
}

/// A date as exactly as it is known. Only a moment is moved into the reader's zone: a day is the publisher's own.
pub(super) fn date(date: FeedDate, zone: &TimeZone) -> String {
    let (zone, form) = match date.precision {
        Precision::Year => (&TimeZone::UTC, "%Y"),
        Precision::Month => (&TimeZone::UTC, "%B %Y"),
        Precision::Day | Precision::Local => (&TimeZone::UTC, "%-d %B %Y"),
        Precision::Second => (zone, "%-d %B %Y"),
    };
    date.at.to_zoned(zone.clone()).strftime(form).to_string()
}

/// A date whose exactness is not recorded: midnight UTC is a day, anything else a moment.
pub(super) fn bare_date(at: Timestamp, zone: &TimeZone) -> String {
    let midnight = at.as_second().rem_euclid(86_400) == 0 && at.subsec_nanosecond() == 0;
    let precision = if midnight { Precision::Day } else { Precision::Second };
    date(FeedDate::new(at, precision), zone)
}

/// What a notice did to the work it is about.
pub(super) fn happened(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Retraction => "Retracted",
        SignalKind::ExpressionOfConcern => "Expression of concern",
        SignalKind::Correction => "Corrected",
        other => other.label(),
    }
}

/// Three names at most, then how many others.
pub(super) fn names(people: &[Person]) -> String {
    let names: Vec<String> = people
        .iter()
        .map(|person| clean_line(&person.name))
        .filter(|name| !name.is_empty())
        .collect();
    match names.as_slice() {
        [first, second, third, others @ ..] if others.len() > 1 => {
            format!("{first}, {second}, {third} and {} others", others.len())
        }
        names => names.join(", "),
    }
}

/// "1 story", "2 stories".
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// "under 1 min", "3 min", "1 h 5 min": rounded up, so that nobody is promised too little.
pub(super) fn length(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        0 => "under 1 min".to_owned(),
        1 if seconds < 60 => "under 1 min".to_owned(),
        minutes => minutes_in_words(minutes),
    }
}

/// "3 min", "1 h 5 min".
pub(super) fn minutes_in_words(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn days_stay_where_the_publisher_put_them() {
        let new_york = TimeZone::fixed(jiff::tz::offset(-5));
        let at: Timestamp = "2026-11-21T00:00:00Z".parse().unwrap();
        let worded = |precision| date(FeedDate::new(at, precision), &new_york);
        assert_eq!(worded(Precision::Day), "21 November 2026");
        assert_eq!(worded(Precision::Month), "November 2026");
        assert_eq!(worded(Precision::Year), "2026");
        assert_eq!(worded(Precision::Second), "20 November 2026");
        assert_eq!(bare_date(at, &new_york), "21 November 2026");
    }

    #[test]
    fn lengths_are_rounded_up() {
        assert_eq!(length(0), "under 1 min");
        assert_eq!(length(59), "under 1 min");
        assert_eq!(length(61), "2 min");
        assert_eq!(length(3_600), "1 h");
        assert_eq!(length(3_841), "1 h 5 min");
        let text = "word ".repeat(238);
        assert_eq!(reading_seconds([text.as_str()]), 60);
        assert_eq!(reading_seconds([text.as_str(), "more"]), 61);
    }

    #[test]
    fn many_authors_are_counted() {
        let people = |count: usize| -> Vec<Person> { (1..=count).map(|n| Person::new(format!("P{n}"))).collect() };
        assert_eq!(names(&people(4)), "P1, P2, P3, P4");
        assert_eq!(names(&people(6)), "P1, P2, P3 and 3 others");
        assert_eq!(names(&[Person::new("\u{1b}\r\n")]), "");
    }
}

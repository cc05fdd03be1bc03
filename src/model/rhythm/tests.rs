#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::model::{FeedDate, FeedFormat, Item, SourceId};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn now() -> Timestamp {
    "2026-11-23T10:30:00Z".parse().unwrap()
}

/// So many seconds before `now`.
fn before(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

fn seen(ages: &[i64]) -> Rhythm {
    let mut rhythm = Rhythm::default();
    rhythm.observe(ages.iter().map(|age| before(*age)), ages.len(), now());
    rhythm
}

fn days(rhythm: &Rhythm) -> Option<(u64, u64)> {
    let day = 24 * 60 * 60;
    Some((
        rhythm.usual_gap()?.as_secs() / day,
        rhythm.longest_gap()?.as_secs() / day,
    ))
}

#[test]
fn gaps_are_read_off_the_dates() {
    let weekly: Vec<i64> = (0..40).map(|week| week * 7 * DAY + DAY).collect();
    assert_eq!(days(&seen(&weekly)), Some((7, 7)));
    let with_a_break = [1, 8, 15, 22, 50, 57, 64].map(|age| age * DAY);
    assert_eq!(days(&seen(&with_a_break)), Some((7, 28)));
    let workdays = [0, 3, 4, 5, 6, 7, 10, 11, 12].map(|age| age * DAY);
    assert_eq!(days(&seen(&workdays)), Some((1, 3)));
    let issues: Vec<i64> = (0..60).map(|paper| paper / 10 * 30 * DAY + paper % 10 * 300).collect();
    assert_eq!(
        days(&seen(&issues)),
        Some((30, 30)),
        "ten papers at once are one moment"
    );
    assert!(!seen(&issues).is_by_polls());
}

#[test]
fn too_little_is_no_rhythm() {
    let age = |ages: &[i64]| seen(ages).usual_gap();
    assert_eq!(age(&[]), None);
    assert_eq!(age(&[DAY]), None);
    assert_eq!(age(&[DAY, 3 * DAY]), None, "one gap may be an accident");
    assert_eq!(
        age(&[0, 60, 120, 180, 240]),
        None,
        "a feed that stamps everything with the time of the poll"
    );
    assert_eq!(age(&[-40 * DAY, -30 * DAY, -2 * DAY]), None, "issues to come");
    assert_eq!(age(&[800 * DAY, 900 * DAY, 1000 * DAY]), None, "long ago");
    assert_eq!(
        age(&[DAY, 2 * DAY, 3 * DAY, -9_000 * DAY, 20_000 * DAY]),
        Some(Duration::from_secs(86_400))
    );
}

#[test]
fn a_feed_every_fifty_minutes_is_not_one_moment() {
    let ages: Vec<i64> = (0..100).map(|item| item * 50 * 60).collect();
    assert_eq!(seen(&ages).usual_gap(), Some(Duration::from_secs(6000)));
}

#[test]
fn without_dates_polls_with_news_count() {
    let mut rhythm = Rhythm::default();
    for poll in 0..100 {
        let news = usize::from(poll % 10 == 0);
        rhythm.observe(std::iter::empty(), news, before((100 - poll) * DAY));
    }
    assert_eq!(days(&rhythm), Some((10, 10)));
    assert!(rhythm.is_by_polls());
    assert_eq!(rhythm.latest(), Some(before(10 * DAY)));
    for poll in 0..100 {
        rhythm.observe(std::iter::empty(), 1, now() + SignedDuration::from_hours(poll));
    }
    assert_eq!(rhythm.news_polls.len(), 16);
    // It learns to date its items: from then on the dates count.
    rhythm.observe([1, 2, 3].into_iter().map(|age| before(age * DAY)), 0, now());
    assert!(!rhythm.is_by_polls());
    assert_eq!(days(&rhythm), Some((1, 1)));
}

#[test]
fn an_empty_document_changes_nothing() {
    let mut rhythm = seen(&[DAY, 2 * DAY, 3 * DAY]);
    let known = rhythm.clone();
    rhythm.observe(std::iter::empty(), 0, now());
    assert_eq!(rhythm, known);
}

#[test]
fn a_feed_is_read_by_its_exact_dates() {
    let source = SourceId::from_bytes([1; 16]);
    let mut feed = Feed::new(FeedFormat::Atom);
    for (index, age) in [1, 3, 5, 7].into_iter().enumerate() {
        let mut item = Item::new(source, format!("guid:{index}"));
        let date = Some(FeedDate::new(before(age * DAY), Precision::Day));
        if index == 0 {
            item.updated = date;
        } else {
            item.published = date;
        }
        feed.items.push(item);
    }
    let mut rhythm = Rhythm::default();
    rhythm.observe_feed(&feed, 4, now());
    assert_eq!(days(&rhythm), Some((2, 2)));
    for item in &mut feed.items {
        let date = item.published.or(item.updated).unwrap();
        item.published = Some(FeedDate::new(date.at, Precision::Month));
    }
    let mut rhythm = Rhythm::default();
    rhythm.observe_feed(&feed, 4, now());
    assert_eq!(rhythm.usual_gap(), None, "months say nothing about days");
}

#[test]
fn quiet_is_longer_than_its_own_way() {
    for (ages, quiet) in [
        (&[0, 1, 2, 3][..], false),
        (&[6, 7, 8, 9], false), // three gaps are over, but no week
        (&[8, 9, 10, 11], true),
        (&[20, 27, 34, 41], false),
        (&[22, 29, 36, 43], true),
        (&[80, 170, 260, 350], false), // four times a year
        (&[60, 61], false),            // no rhythm is known
        (&[], false),
        (&[20, 21, 22, 60], false), // it was silent for 38 days before
    ] {
        let ages: Vec<i64> = ages.iter().map(|age| age * DAY + HOUR).collect();
        assert_eq!(seen(&ages).is_quiet(now()), quiet, "{ages:?}");
    }
    assert_eq!(seen(&[-HOUR, DAY, 2 * DAY]).silence(now()), Some(Duration::ZERO));
}

fn any_timestamp() -> impl Strategy<Value = Timestamp> {
    let whole =
        (Timestamp::MIN.as_second()..=Timestamp::MAX.as_second()).prop_map(|at| Timestamp::from_second(at).unwrap());
    let near = (-800 * DAY..800 * DAY).prop_map(before);
    prop_oneof![1 => whole, 3 => near, 1 => Just(Timestamp::MIN), 1 => Just(Timestamp::MAX), 1 => Just(now())]
}

proptest! {
    #[test]
    fn dates_never_hurt(
        polls in prop::collection::vec((prop::collection::vec(any_timestamp(), 0..60), 0..3_usize, any_timestamp()), 1..12),
        at in any_timestamp(),
        turn in any::<usize>(),
    ) {
        let mut rhythm = Rhythm::default();
        let mut turned = Rhythm::default();
        for (mut dates, news, now) in polls {
            rhythm.observe(dates.iter().copied(), news, now);
            let by = turn.checked_rem(dates.len()).unwrap_or(0);
            dates.rotate_left(by);
            dates.reverse();
            turned.observe(dates.into_iter(), news, now);
            prop_assert_eq!(&rhythm, &turned, "the order of the items does not matter");
            prop_assert!(rhythm.news_polls.len() <= NEWS_POLLS);
            prop_assert_eq!(rhythm.usual_gap().is_some(), rhythm.longest_gap().is_some());
            if let (Some(usual), Some(longest)) = (rhythm.usual_gap(), rhythm.longest_gap()) {
                prop_assert!(usual >= Duration::from_secs(3600) && usual <= longest);
            }
            let json = serde_json::to_string(&rhythm).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Rhythm>(&json).unwrap(), &rhythm);
            // The same document once more teaches nothing new.
            let once = rhythm.clone();
            let _ = (rhythm.is_quiet(at), rhythm.silence(at));
            prop_assert_eq!(once, rhythm.clone());
        }
    }
}

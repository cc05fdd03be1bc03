//! A listening plan: which episodes fill the time there is best.

use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::model::ItemId;

/// No plan is longer than a day.
const MAX_MINUTES: u32 = 24 * 60;

/// An episode that could be listened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlanEpisode {
    /// The item it is.
    pub item: ItemId,
    /// Its length in seconds at normal speed.
    pub seconds: u64,
    /// What it is worth: any scale, larger is better; 0 counts as 1.
    pub score: u32,
}

impl PlanEpisode {
    /// An episode of that length and worth.
    #[must_use]
    pub fn new(item: ItemId, seconds: u64, score: u32) -> Self {
        Self { item, seconds, score }
    }
}

/// Episodes that together fit into the time there is, and those that do not.
///
/// Of all selections that fit, the one with the highest sum of scores is taken (0/1 knapsack over whole minutes); of
/// equal ones the one that keeps the earlier episode. Each episode counts in whole minutes, rounded up, so the plan is
/// never longer than it says.
///
/// ```
/// use medfeed::{Item, Limits, ListeningPlan, PlanEpisode, Source};
/// let show: Source = "https://example.org/show.xml".parse()?;
/// let episode = |key: &str, minutes: u64, score| PlanEpisode::new(Item::new(show.id(), key).id, minutes * 60, score);
/// let episodes = [episode("long", 40, 90), episode("short", 15, 50), episode("other", 20, 45)];
/// let plan = ListeningPlan::choose(&episodes, 25, 1.5, &Limits::default());
/// assert_eq!(plan.minutes, 24); // 10 and 14: worth more than the long one alone, which would take 27
/// assert_eq!(plan.left_out.len(), 1);
/// # Ok::<(), medfeed::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListeningPlan {
    /// What to listen to, in the order given.
    pub episodes: Vec<ItemId>,
    /// How long it takes at that speed, in minutes, each episode rounded up. Never more than was asked for.
    pub minutes: u32,
    /// What did not fit, in the order given.
    pub left_out: Vec<ItemId>,
}

impl ListeningPlan {
    /// Chooses episodes for so many minutes at that playback speed (kept within 0.5 and 4; a day at most).
    ///
    /// Looks at the first [`Limits::max_page`] episodes; the rest is left out. Takes time and memory in proportion to
    /// episodes times minutes.
    #[must_use]
    pub fn choose(episodes: &[PlanEpisode], minutes: u32, speed: f32, limits: &Limits) -> Self {
        let room = minutes.min(MAX_MINUTES) as usize;
        let considered = episodes.get(..limits.max_page).unwrap_or(episodes);
        let lengths: Vec<usize> = considered
            .iter()
            .map(|episode| whole_minutes(seconds_at_speed(episode.seconds, speed)))
            .collect();
        let kept = knapsack(considered, &lengths, room);
        let mut plan = Self::default();
        for (index, episode) in episodes.iter().enumerate() {
            if kept.get(index).copied().unwrap_or(false) {
                plan.episodes.push(episode.item);
                let length = lengths.get(index).copied().unwrap_or(0);
                plan.minutes += u32::try_from(length).unwrap_or(MAX_MINUTES);
            } else {
                plan.left_out.push(episode.item);
            }
        }
        plan
    }
}

/// How long so many seconds of sound take at a playback speed, in seconds, rounded up. The speed is kept within 0.5
/// and 4; one that is no number counts as 1.
#[must_use]
pub fn seconds_at_speed(seconds: u64, speed: f32) -> u64 {
    let percent = if speed.is_nan() {
        100
    } else {
        (speed.clamp(0.5, 4.0) * 100.0).round() as u64
    };
    let hundredths = u128::from(seconds) * 100;
    u64::try_from(hundredths.div_ceil(u128::from(percent))).unwrap_or(u64::MAX)
}

fn whole_minutes(seconds: u64) -> usize {
    usize::try_from(seconds.div_ceil(60)).unwrap_or(usize::MAX)
}

/// Which episodes to keep. Fills from the last episode to the first, so that walking forwards prefers earlier ones.
fn knapsack(episodes: &[PlanEpisode], lengths: &[usize], room: usize) -> Vec<bool> {
    let width = room + 1;
    let mut best = vec![0u64; width];
    // One row of decisions per episode: whether it is taken when that much room is left.
    let mut taken = Vec::with_capacity(episodes.len());
    for (episode, length) in episodes.iter().zip(lengths).rev() {
        let mut row = vec![false; width];
        let worth = u64::from(episode.score.max(1));
        for space in (*length..width).rev() {
            let with = best.get(space - length).copied().unwrap_or(0) + worth;
            if let (Some(without), Some(take)) = (best.get_mut(space), row.get_mut(space))
                && with >= *without
            {
                *without = with;
                *take = true;
            }
        }
        taken.push(row);
    }
    let mut space = room;
    taken
        .iter()
        .rev()
        .zip(lengths)
        .map(|(row, length)| {
            let take = row.get(space).copied().unwrap_or(false);
            if take {
                space -= length;
            }
            take
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::model::{Item, SourceId};
    use proptest::prelude::*;

    fn episodes(lengths: &[(u64, u32)]) -> Vec<PlanEpisode> {
        lengths
            .iter()
            .enumerate()
            .map(|(index, (seconds, score))| {
                let item = Item::new(SourceId::from_bytes([1; 16]), format!("guid:{index}"));
                PlanEpisode::new(item.id, *seconds, *score)
            })
            .collect()
    }

    #[test]
    fn equal_choices_keep_the_earlier_one() {
        let two = episodes(&[(600, 5), (600, 5)]);
        let plan = ListeningPlan::choose(&two, 10, 1.0, &Limits::default());
        assert_eq!(plan.episodes, [two[0].item]);
        assert_eq!(plan.left_out, [two[1].item]);
    }

    #[test]
    fn seconds_are_rounded_up_and_speeds_kept_sane() {
        let one = episodes(&[(601, 5)]);
        assert!(
            ListeningPlan::choose(&one, 10, 1.0, &Limits::default())
                .episodes
                .is_empty()
        );
        assert_eq!(ListeningPlan::choose(&one, 11, 1.0, &Limits::default()).minutes, 11);
        assert_eq!(seconds_at_speed(90, 1.5), 60);
        assert_eq!(seconds_at_speed(1, 1.3), 1);
        for odd in [f32::NAN, 0.0, -3.0, f32::INFINITY] {
            assert!(seconds_at_speed(100, odd) > 0);
        }
        assert_eq!(seconds_at_speed(u64::MAX, 0.5), u64::MAX);
    }

    #[test]
    fn absurd_requests_are_bounded() {
        let many = episodes(&vec![(60, 1); 2_000]);
        let plan = ListeningPlan::choose(&many, u32::MAX, 1.0, &Limits::default());
        assert_eq!(plan.episodes.len() + plan.left_out.len(), 2_000);
        assert_eq!(plan.minutes, 1_000);
        let endless = episodes(&[(u64::MAX, 9)]);
        assert_eq!(
            ListeningPlan::choose(&endless, u32::MAX, 4.0, &Limits::default())
                .left_out
                .len(),
            1
        );
    }

    proptest! {
        #[test]
        fn best_of_all_that_fit(
            lengths in proptest::collection::vec((0u64..1_500, 0u32..50), 0..9),
            minutes in 0u32..60,
            speed in 0.4f32..3.0,
        ) {
            let episodes = episodes(&lengths);
            let plan = ListeningPlan::choose(&episodes, minutes, speed, &Limits::default());
            prop_assert!(plan.minutes <= minutes);
            let worth = |mask: usize| -> (u64, u64) {
                episodes.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1).fold((0, 0), |sum, (_, episode)| {
                    let length = seconds_at_speed(episode.seconds, speed).div_ceil(60);
                    (sum.0 + length, sum.1 + u64::from(episode.score.max(1)))
                })
            };
            let chosen = episodes.iter().enumerate()
                .filter(|(_, episode)| plan.episodes.contains(&episode.item))
                .fold(0, |mask, (index, _)| mask | 1 << index);
            let best = (0..1usize << episodes.len()).map(worth).filter(|(length, _)| *length <= u64::from(minutes));
            prop_assert_eq!(Some(worth(chosen).1), best.map(|(_, score)| score).max());
            prop_assert_eq!(worth(chosen).0, u64::from(plan.minutes));
        }
    }
}

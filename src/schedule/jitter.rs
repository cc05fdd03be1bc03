//! Chance that is none: the same source at the same moment gets the same.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{SourceId, stable_hash};

/// Steps of the jitter.
const STEPS: u32 = 1024;

/// A rest is lengthened by less than this part of it …
const PART: u32 = 10;

/// … and by less than this: enough to part what was followed in one moment, and little enough that a nightly run does
/// not miss a daily feed (see [`is_due`](super::is_due)).
pub(super) const LONGEST: Duration = Duration::from_secs(10 * 60);

/// A step from 0 to 1023. It depends on the source and on the moment of the poll: two sources that once come due
/// together part at the next poll.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jitter(u32);

impl Jitter {
    /// The jitter of a source after the poll at `polled`.
    pub(super) fn of(source: SourceId, polled: Timestamp) -> Self {
        let mut seed = source.to_bytes().to_vec();
        seed.extend(polled.as_second().to_le_bytes());
        Self::step(stable_hash(&seed))
    }

    /// The jitter of a source after so many failures in a row.
    pub(super) fn of_failure(source: SourceId, failures: u32) -> Self {
        let mut seed = source.to_bytes().to_vec();
        seed.extend(failures.to_le_bytes());
        Self::step(stable_hash(&seed))
    }

    fn step(hash: u64) -> Self {
        Self(u32::try_from(hash % u64::from(STEPS)).unwrap_or(0))
    }

    /// What is added to a rest: from nothing to a tenth of it, at most [`LONGEST`]. It grows with the rest.
    pub(super) fn on(self, rest: Duration) -> Duration {
        (rest / PART).min(LONGEST).saturating_mul(self.0) / STEPS
    }

    /// What [`on`](Self::on) added to a rest that became this one.
    pub(super) fn within(self, lengthened: Duration) -> Duration {
        let most = LONGEST.saturating_mul(self.0) / STEPS;
        // A product too large is that of a very long rest, of which the most was added.
        lengthened
            .checked_mul(self.0)
            .map_or(most, |product| product / (PART * STEPS + self.0))
            .min(most)
    }

    /// The rest times 0.75 to 1.25.
    pub(super) fn around(self, rest: Duration) -> Duration {
        let least = (rest / 4).saturating_mul(3);
        least.saturating_add((rest / (2 * STEPS)).saturating_mul(self.0))
    }
}

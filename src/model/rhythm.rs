//! stub
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
/// stub
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Rhythm {}
impl Rhythm {
    /// stub
    #[must_use]
    pub fn is_quiet(&self, _now: Timestamp) -> bool {
        false
    }
    /// stub
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        None
    }
    /// stub
    pub fn observe(&mut self, _dates: impl Iterator<Item = Timestamp>, _news: usize, _now: Timestamp) {}
}

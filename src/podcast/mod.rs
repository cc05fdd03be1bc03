//! Podcast episodes: what is said in them, their chapters, and which to listen to.

mod plan;

pub use plan::{ListeningPlan, PlanEpisode, seconds_at_speed};

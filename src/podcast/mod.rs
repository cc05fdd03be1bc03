//! Podcasts: what fits into a drive.

mod plan;

pub use plan::{ListeningPlan, PlanEpisode, seconds_at_speed};

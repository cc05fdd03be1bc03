//! Podcast episodes: what is said in them, their chapters, and which to listen to.

mod chapters;
mod plan;
mod timed;
mod transcript;

pub use chapters::parse_chapters;
pub use plan::{ListeningPlan, PlanEpisode, seconds_at_speed};
pub use transcript::{Cue, TranscriptFormat, TranscriptText};

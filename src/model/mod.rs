//! The nouns: sources, items, stories, and what is known of them. Data with accessors, no decisions.

mod date;
mod facet;
mod feed;
mod health;
mod id;
mod item;
mod media;
mod poll;
mod rhythm;
mod signal;
mod source;
mod specialty;
mod story;
mod tag;

pub use date::{FeedDate, Precision};
pub use facet::{Facet, FacetKey, FacetKind};
pub use feed::{Cloud, Feed, FeedFormat, FeedHints, Podcast, Warning, WarningKind};
pub use health::{FormatChange, Health, HealthChange, HealthEvent, Move, SourceHealth};
pub use id::{ItemId, SourceId, StoryId, stable_hash};
pub use item::{Category, Content, ContentKind, Item, Journal, Link, Origin};
pub use media::{Chapter, Episode, EpisodeKind, Funding, Media, Person, Soundbite, Transcript};
pub use poll::{PollState, Validators};
pub use rhythm::Rhythm;
pub use signal::{Signal, SignalKind};
pub use source::{Source, SourceKind};
pub use specialty::Specialty;
pub use story::{Notice, Relation, RelationKind, Story};
pub use tag::{Evidence, Field, Tag};

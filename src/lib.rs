//! Medical feeds.
mod cluster;
mod error;
mod fetch;
mod ident;
mod limits;
mod model;
mod schedule;
mod text;
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use error::{Error, Result, redacted};
pub use fetch::*;
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use schedule::{Outcome, WaitHints, after_failure, after_success, next_due};
pub use text::*;

//! Medical feeds.
mod cluster;
mod digest;
mod error;
mod ident;
mod limits;
mod model;
mod podcast;
mod text;
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use digest::*;
pub use error::{Error, Result, redacted};
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use podcast::*;
pub use text::*;

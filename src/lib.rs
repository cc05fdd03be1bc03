//! Medical feeds.
mod cluster;
mod error;
mod ident;
mod limits;
mod model;
mod parse;
mod text;
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use error::{Error, Result, redacted};
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use parse::{parse, parse_with};
pub use text::*;

//! Medical feeds.
mod catalog;
mod cluster;
mod error;
mod ident;
mod limits;
mod model;
mod signal;
mod tag;
mod text;
pub use catalog::{Catalog, OpmlImport};
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use error::{Error, Result, redacted};
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use signal::Signals;
pub use tag::{BUILTIN_TAXONOMY, SpecialtyEntry, Tagger, Taxonomy};
pub use text::*;

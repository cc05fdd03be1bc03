//! Medical feeds.
mod cluster;
mod error;
mod ident;
mod limits;
mod model;
mod query;
mod store;
mod text;
pub use cluster::{Candidate, assemble, lookup_keys, relate};
pub use error::{Error, Result, redacted};
pub use ident::*;
pub use limits::Limits;
pub use model::*;
pub use query::{Cursor, Expression, Page, Query};
pub use store::{SourceStatus, Store, StoreCounts};
pub use text::*;

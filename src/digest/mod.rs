//! Stories turned into something to read and to listen to.
//!
//! Flow: [`Digest::compose`] chooses, ranks and explains ([`DigestOptions`] says what the reader wants); the result is
//! plain data, which the renderers show as text, Markdown, HTML, JSON and RSS. Nothing here reads a clock: the moment
//! is in the options.
//!
//! Whatever a feed wrote is text here: every renderer escapes it in its own way, and only http(s) addresses become
//! links, also in a digest read back from JSON.

mod compose;
mod data;
mod entry;
mod feed;
mod html;
mod json;
mod lines;
mod markdown;
mod options;
mod rank;
mod text;
mod wording;

pub use data::{
    Digest, DigestEntry, DigestSection, DigestTotals, EntryDate, EntryIdentifier, EntryListening, EntryNotice,
    EntrySignal, EntryTag, EntryVersion, LeftOut, LeftOutReason, RankPart, SectionKind, WhyPart,
};
pub use options::DigestOptions;

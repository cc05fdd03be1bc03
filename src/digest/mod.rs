//! Digests: a chosen few stories, each once, with why, in the time the reader has.
//!
//! Flow: [`Digest::compose`] chooses and explains; the result is plain data ([`Digest`]) that every renderer shows as it
//! is: text, Markdown, HTML, JSON, RSS. Nothing here reads a clock or a store.

mod compose;
mod data;
mod entry;
mod feed;
mod html;
mod markdown;
mod options;
mod rank;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use data::{
    Digest, DigestEntry, DigestSection, DigestTotals, EntryDate, EntryIdentifier, EntryListening, EntryNotice,
    EntrySignal, EntryTag, EntryVersion, LeftOut, LeftOutReason, RankPart, SectionKind, WhyPart,
};
pub use options::DigestOptions;

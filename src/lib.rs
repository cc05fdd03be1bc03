//! Medical feeds.

//! Built-in sources.
mod encoding;
mod outline;

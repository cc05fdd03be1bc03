//! The demo's own little world: a server on the loopback interface that publishes invented medical feeds, so that
//! an example or a test can follow, poll and poll again without touching anybody else's host.
//!
//! [`DemoServer`] serves the feeds in `feeds/`, rendered for a fixed `now`; [`ReplayServer`] serves the files of
//! any directory. Neither knows the crate that reads them. `README.md` lists what each feed is there to show.

#![allow(
    dead_code,
    unused_imports,
    reason = "included by several examples and tests, each of which uses a different part"
)]

mod feeds;
mod replay;
mod server;
mod template;

pub(crate) use replay::{REPLAY_PORT, ReplayServer};
pub(crate) use server::{DemoServer, USUAL_PORT};

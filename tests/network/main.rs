//! The promises of good manners on the network, one file each, named after its promise: `h05_…` is promise H5, `l01_…`
//! limit L1, `g01_…` a rule of the address guard. Every test talks to a server in this process, on the loopback address
//! only, that misbehaves in just the way the promise is about.
#![cfg(feature = "fetch")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod h19_discovery;

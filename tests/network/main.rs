//! The promises of good manners on the network, one file each, named after its promise: `h05_…` is promise H5, `l01_…`
//! limit L1, `g01_…` a rule of the address guard, `e…` what the engine tells, `d_…` safety of data. Every test talks to a server in this process, on the loopback address
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

mod d_one_update_at_a_time;
mod e04_cadence;
mod e05_health;
mod e07_counters;
mod e08_own_client;
mod encode;
mod g01_addresses;
mod g02_rebinding;
mod g03_every_hop;
mod g04_exceptions;
mod g05_proxy;
mod g06_every_door;
mod g07_host_client;
mod g08_what_an_episode_links;
mod h01_validators_exact;
mod h02_conditions_never_made_up;
mod h03_validators_replaced_as_a_pair;
mod h04_validators_land_with_the_items;
mod h05_at_most_hourly;
mod h06_the_longest_wish;
mod h07_numbers_without_sense;
mod h08_skip_hours_and_days;
mod h09_retry_after;
mod h10_a_status_is_an_answer;
mod h10_gone_and_growing;
mod h11_moves;
mod h12_own_headers;
mod h12_redirects;
mod h13_one_plain_get;
mod h14_user_agent;
mod h15_bodies_that_break_off;
mod h15_content_codings;
mod h16_accept;
mod h17_partial_feeds;
mod h18_pacing;
mod h19_discovery;
mod h20_hub_is_never_contacted;
mod h21_content_decides;
mod h22_tls_verified;
mod h23_bot_challenges;
mod l01_body_limit;
mod l01_large_bodies;
mod l02_one_total_deadline;
mod l03_header_limit;
mod s07_no_secrets;
mod ward;

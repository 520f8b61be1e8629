//! The simulator from outside: over HTTP, against a receiver that checks every webhook.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forgeries;
mod groups;
mod history;
mod identity;
mod load;
mod management;
mod marketing;
mod media;
mod numbers;
mod oddities;
mod pacing;
mod pages;
mod readme;
mod receipts;
mod receiver;
mod repetitions;
mod scenarios;
mod stage;
mod templates;
mod truth;

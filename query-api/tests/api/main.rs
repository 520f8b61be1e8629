//! The API over real HTTP and a real Postgres; each error that a user can meet is provoked once.
//!
//! Needs POSTHASTE_TEST_PG_ADMIN_URL, which `deploy/test` sets. Every test has a tenant of its own.

mod accounts;
mod campaigns;
mod common_errors;
mod files;
mod graph;
mod groups;
mod histories;
mod holds;
mod identities;
mod letters;
mod marketing;
mod media;
mod messages;
mod messenger;
mod meta;
mod numbers;
mod operations;
mod others;
mod parameters;
mod recipients;
mod sessions;
mod templates;
mod world;

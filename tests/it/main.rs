//! End to end: the binary as processes, a real Kafka, a real Postgres, and the Graph simulator as the truth to compare with.
//!
//! The topics have fixed names, so one test runs at a time (see `support::World`), each in a fresh world: new database, new
//! topics, new simulator, new processes. `deploy/test` starts the services and says where they are.

mod app_usage;
mod backlog;
mod breakers;
mod campaign_operations;
mod campaigns;
mod diagnosis;
mod effects;
mod graph_client;
mod identities;
mod isolation;
mod letters;
mod messages;
mod messenger;
mod meta_form;
mod outages;
mod recovery;
mod rules;
mod sink;
mod sql;
mod storms;
mod support;
mod upgrade;
mod webhooks;

//! The store against a real, migrated Postgres, connected as the worker's own role.

mod attempts;
mod campaigns;
mod groups;
mod identities;
mod leases;
mod limits;
mod media;
mod migrations;
mod named;
mod people;
mod poison;
mod portfolio;
mod reads;
mod recovery;
mod reported;
mod standing;
mod templates;
mod terms;
mod webhook_tally;
mod world;

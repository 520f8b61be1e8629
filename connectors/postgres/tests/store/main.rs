//! The store against a real, migrated Postgres, connected as the worker's own role.

mod attempts;
mod campaigns;
mod leases;
mod limits;
mod media;
mod poison;
mod portfolio;
mod reads;
mod templates;
mod world;

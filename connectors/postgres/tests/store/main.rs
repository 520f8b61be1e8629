//! The store against a real, migrated Postgres, connected as the worker's own role.

mod attempts;
mod leases;
mod limits;
mod media;
mod named;
mod poison;
mod portfolio;
mod reads;
mod templates;
mod world;

//! The store against a real, migrated Postgres, connected as the worker's own role.

mod attempts;
mod limits;
mod portfolio;
mod poison;
mod templates;
mod world;

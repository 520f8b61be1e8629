//! The store against a real, migrated Postgres, connected as the worker's own role.

mod attempts;
mod templates;
mod world;

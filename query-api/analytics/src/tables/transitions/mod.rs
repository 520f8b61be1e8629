//! `transitions`: one row per change of a message's status, append-only.

mod provider;
mod rows;
#[cfg(test)]
pub(crate) mod samples;
mod schema;

pub(crate) use provider::{LakeFiles, TransitionsTable};
pub(crate) use rows::{Rows, Sealed};
pub(crate) use schema::schema;

//! The laws that every input must keep, however strange, as functions from bytes: they panic where a law is broken.
//!
//! The fuzz targets (`tests/fuzz`) call them with what libFuzzer makes up, the test of this crate with the corpus that was
//! kept. What is right is decided a second time here, by other means than the code under test wherever there are any.

mod elements;
mod graph;
mod normalize;
mod recipients;
mod signature;

pub use graph::graph_messages;
pub use normalize::normalize;
pub use recipients::{import_csv, import_ndjson};
pub use signature::signature;

/// A law, which panics where its input breaks it.
pub type Law = fn(&[u8]);

/// The fuzz targets by name; each has its corpus in `tests/fuzz/corpus/<name>`.
pub const TARGETS: [(&str, Law); 5] = [
    ("signature", signature),
    ("normalize", normalize),
    ("import_csv", import_csv),
    ("import_ndjson", import_ndjson),
    ("graph_messages", graph_messages),
];

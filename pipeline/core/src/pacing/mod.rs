//! Pacing: how many messages may leave now.

mod bucket;
mod pair;

pub use bucket::Bucket;
pub use pair::PairBuckets;

//! Pacing: how many messages may leave now.

mod bucket;
mod pair;
mod trip;

pub use bucket::Bucket;
pub use pair::PairBuckets;
pub use trip::ShortestTrip;

//! Pacing: how many messages may leave now.

mod adaptive;
mod bucket;
mod cap;
mod pair;
mod trip;
mod usage;

pub use adaptive::Adaptive;
pub use bucket::Bucket;
pub use cap::{Cap, PerMinute};
pub use pair::PairBuckets;
pub use trip::ShortestTrip;
pub use usage::{AppUsage, Governor, Pace, SLOWS_FROM_PERCENT, pace};

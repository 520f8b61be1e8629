//! The pure core: it decides, the shell acts.
//!
//! No I/O, no clock, no randomness: an event and the state that it touches go in, the new state and a list of effects come
//! out. Replaying the log replays the world. The crate cannot do otherwise: it depends on the model alone.

pub mod breaker;
pub mod crm;
pub mod high_water;
pub mod hours;
pub mod identity;
pub mod invariants;
pub mod lease;
pub mod normalize;
pub mod outcome;
pub mod pacing;
pub mod sender;
pub mod standing;
pub mod verdict;
pub mod window;

pub use high_water::HighWater;
pub use outcome::SendOutcome;
pub use verdict::{Scope, Verdict};

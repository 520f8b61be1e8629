//! The CRM processor: what a tenant's receiver is given next, and what follows from its answer.
//!
//! An [`Endpoint`] is the state machine of one receiver: a bounded buffer with a lane per conversation, a retry schedule,
//! a breaker, and per partition the offset below which everything is done. It is told of records, answers and the time,
//! and gives back jobs and effects; it never waits for anybody, so a dead receiver costs its own buffer and nothing else.

mod breaker;
mod endpoint;
mod schedule;
mod stream;

pub use endpoint::{CatchUp, Effect, Endpoint, Job, Limits, Next, Offer};
pub use schedule::{Draw, RetryAfter, Schedule};
pub use stream::{Feed, LaneKey, StreamId};

/// What a receiver's answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It took the event.
    Delivered,
    /// It did not; another try may work.
    Failed {
        /// How long it asks us to wait, in milliseconds.
        after_ms: Option<i64>,
        /// Why, for people.
        reason: String,
    },
    /// It is overloaded: the event is not at fault, and nothing else should be sent for a while either.
    Throttled {
        /// How long it asks us to wait, in milliseconds.
        after_ms: Option<i64>,
        /// Why, for people.
        reason: String,
    },
    /// It wants no events any more.
    Gone,
}

#[cfg(test)]
mod tests;

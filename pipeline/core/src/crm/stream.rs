//! One partition of one topic, as one receiver sees it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use posthaste_model::{Millis, topic};

/// A topic that receivers can subscribe to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// `inbound.v1`
    Inbound,
    /// `delivery.v1`
    Delivery,
    /// `accounts.v1`
    Accounts,
}

impl Feed {
    /// Every feed.
    pub const ALL: [Self; 3] = [Self::Inbound, Self::Delivery, Self::Accounts];

    /// Its topic.
    pub const fn topic(self) -> &'static str {
        match self {
            Self::Inbound => topic::INBOUND,
            Self::Delivery => topic::DELIVERY,
            Self::Accounts => topic::ACCOUNTS,
        }
    }

    /// The feed of a topic.
    pub fn of_topic(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feed| feed.topic() == name)
    }
}

/// A partition of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// Topic.
    pub feed: Feed,
    /// Partition.
    pub partition: i32,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.feed.topic(), self.partition)
    }
}

/// The record key: one conversation, whose events are delivered one after the other. Records without a key share a lane.
pub type LaneKey = Arc<[u8]>;

/// Who fills the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The shared reader.
    Live,
    /// Nobody, or a catch-up reader: the shared reader has gone on without it.
    Lagging,
}

/// What a lane is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneState {
    Ready,
    InFlight,
    Waiting(Millis),
}

/// Undelivered events of one conversation.
#[derive(Debug)]
pub(super) struct Lane {
    /// Offsets, oldest first; never empty.
    pub(super) queue: VecDeque<i64>,
    pub(super) state: LaneState,
    /// Failures of the oldest event.
    pub(super) failures: u32,
    /// When the oldest event failed first.
    pub(super) failed_first: Option<Millis>,
}

impl Lane {
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::new(), state: LaneState::Ready, failures: 0, failed_first: None }
    }

    /// The oldest event is done with.
    pub(super) fn advance(&mut self) {
        self.queue.pop_front();
        self.state = LaneState::Ready;
        self.failures = 0;
        self.failed_first = None;
    }
}

/// An event in the buffer.
#[derive(Debug)]
pub(super) struct Entry<R> {
    pub(super) record: Arc<R>,
    pub(super) bytes: usize,
}

/// One partition of one topic.
#[derive(Debug)]
pub(super) struct Stream<R> {
    /// Everything below was taken into the buffer, or is not this receiver's. While live, what the shared reader has
    /// routed beyond it is not this receiver's either.
    pub(super) next: i64,
    pub(super) mode: Mode,
    /// Token of the catch-up reader that is at work.
    pub(super) catch_up: Option<u64>,
    /// No new deliveries: the partition is being given up.
    pub(super) is_closing: bool,
    pub(super) in_flight: usize,
    pub(super) entries: BTreeMap<i64, Entry<R>>,
    pub(super) lanes: HashMap<LaneKey, Lane>,
}

impl<R> Stream<R> {
    pub(super) fn new(next: i64, mode: Mode) -> Self {
        Self {
            next,
            mode,
            catch_up: None,
            is_closing: false,
            in_flight: 0,
            entries: BTreeMap::new(),
            lanes: HashMap::new(),
        }
    }

    /// The offset below which everything is done, if that is not simply wherever the shared reader stands.
    pub(super) fn frontier(&self) -> Option<i64> {
        let oldest = self.entries.keys().next().copied();
        oldest.or((self.mode == Mode::Lagging).then_some(self.next))
    }
}

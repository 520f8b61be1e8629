//! What is going to happen, in virtual time.

use std::collections::BTreeMap;

use posthaste_core::SendOutcome;

use crate::log::{Place, ProducerId};
use crate::scenario::Fault;
use crate::store::Taken;
use crate::worker::OwnerId;

/// Index of a POST.
pub(crate) type PostId = usize;

/// A process of a worker: its slot and which start of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) worker: usize,
    pub(crate) incarnation: u32,
}

/// How a commit ended, as the runner is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    /// The store is away: the same call may work later.
    Fault,
    /// Somebody else owns the partition.
    Lost,
    Refused(String),
}

/// A beat of an owner, or a step of the store on its behalf.
#[derive(Debug, Clone)]
pub(crate) enum Beat {
    /// Intake; stale unless the ticket is the newest.
    Wake(u64),
    /// The store is asked for rows.
    Load,
    /// The rows are there: decide.
    Loaded,
    /// The store is asked for chunks.
    Chunks,
    /// The chunks are there: plan.
    ChunksLoaded,
    /// The commit reaches the store.
    Commit,
    /// The answer to a commit was lost, or its fence moved nothing: the lease is read again.
    Reread { fenced: bool },
    /// The answer to the commit.
    Committed(Answer),
}

/// Something that happens at one instant.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    Owner(OwnerId, Beat),
    Assign(Process, i32),
    TakeLease { process: Process, partition: i32, sent: i64 },
    LeaseTaken { process: Process, partition: i32, sent: i64, taken: Box<Taken> },
    LateCommit(i32),
    Renew(Process),
    RenewAtStore { process: Process, sent: i64, leases: Vec<OwnerId> },
    Renewed { process: Process, sent: i64, kept: Vec<OwnerId>, lost: Vec<OwnerId> },
    Serve(Process, usize),
    Depart(PostId),
    Arrive(PostId),
    Answered(PostId, SendOutcome),
    NoAnswer(PostId),
    PlaceFree(PostId),
    Append { producer: ProducerId, place: Place },
    Replicate { place: Place },
    Failover { place: Place },
    Acknowledged { producer: ProducerId, place: Place, request: u64 },
    Heartbeat,
    Flush(usize),
    Webhook(usize),
    Normalize(usize),
    EndNormalizer(usize),
    Single,
    Request(usize),
    ApiStart,
    Person,
    StartCampaign(usize),
    Campaign { index: usize, cancel: bool },
    Strike(Fault),
    Rebalance(i32),
    Restart(usize),
    SessionOver(Process),
    LostNotice(OwnerId),
    Limit(usize),
    EndChaos,
    Calm,
}

/// Events by time, in the order in which they were scheduled.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    events: BTreeMap<(i64, u64), Event>,
    scheduled: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: i64, event: Event) {
        self.scheduled += 1;
        self.events.insert((at, self.scheduled), event);
    }

    pub(crate) fn pop(&mut self) -> Option<(i64, Event)> {
        self.events.pop_first().map(|((at, _), event)| (at, event))
    }
}

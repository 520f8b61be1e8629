//! Dispatch: POSTs what was armed, never faster than the gate, never so that a second at Meta could see more than the limit, never
//! after the lease, and reports each outcome as an event.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use parking_lot::Mutex;
use posthaste_core::pacing::AppUsage;
use posthaste_core::sender::{Attempt, GRANT_MS, MARGIN_MS};
use posthaste_core::{SendOutcome, Verdict};
use posthaste_model::{IntentId, Millis, SenderId};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::connections::Connections;
use crate::directory::Directory;
use crate::flight::{COUNTED_MAX, Flight, Inbound, Place};
use crate::gate::{ASK_AGAIN, Gate};
use crate::journal::Journal;
use crate::store::{DirectoryEntry, LeaseDeadline};

/// A message that could leave this late only, in milliseconds after its slot, is put off instead: its place in the limit
/// of a portfolio was reserved for that time. Only a store that was away during the commit makes one as late.
const LATE_MAX_MS: i64 = MARGIN_MS - GRANT_MS;

/// Sends one message to Meta, or to whatever stands for it.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// POSTs the attempt once. Every way in which that can end is a [`SendOutcome`]; beside it stands what the answer told of
    /// the app's usage. `departure` is called right before
    /// the first byte that Meta could act on leaves; if it fails, nothing leaves.
    async fn send(
        &self,
        attempt: &Attempt,
        sender: &DirectoryEntry,
        departure: Departure,
    ) -> (SendOutcome, Option<AppUsage>);
}

/// Called once, right before a message leaves; an error holds it back.
pub type Departure = Box<dyn FnOnce() -> Result<(), String> + Send>;

/// An outcome on its way back.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Which intent.
    pub intent_id: IntentId,
    /// Which attempt.
    pub attempt: i16,
    /// How its POST ended.
    pub outcome: SendOutcome,
    /// How much of its limits the sender's app has used up, where the answer told.
    pub usage: Option<(SenderId, AppUsage)>,
}

/// What an owner gives along with an attempt.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Until when it may POST.
    pub lease: Arc<LeaseDeadline>,
    /// Where it notes its POSTs.
    pub journal: Arc<Journal>,
    /// Where the outcomes go.
    pub settled: mpsc::UnboundedSender<Settled>,
    /// The owner's clock: slots are given in its time.
    pub clock: Clock,
}

/// An armed attempt on its way to Meta.
#[derive(Debug)]
struct Job {
    attempt: Attempt,
    slot: Millis,
    errand: Errand,
}

/// The dispatcher of this process. It POSTs on a thread of its own: a batch keeps a thread of the pipeline busy for
/// milliseconds, and an answer that is heard late widens what may have arrived, and so takes from the rate.
pub struct Dispatcher {
    thread: Option<Runtime>,
    gateway: Arc<dyn Gateway>,
    directory: Arc<Directory>,
    connections: Arc<Connections>,
    senders: Mutex<HashMap<SenderId, Queue>>,
}

/// What the dispatcher has of one sender.
struct Queue {
    jobs: mpsc::UnboundedSender<Job>,
    inbound: Arc<Inbound>,
}

impl Dispatcher {
    /// A dispatcher with at most `posts_max` POSTs at once, which the tenants share by their weights. Fails if the system
    /// gives no thread.
    pub fn new(gateway: Arc<dyn Gateway>, directory: Arc<Directory>, posts_max: usize) -> std::io::Result<Arc<Self>> {
        let thread =
            Builder::new_multi_thread().worker_threads(1).thread_name("posthaste-posts").enable_all().build()?;
        let connections = Connections::new(posts_max);
        Ok(Arc::new(Self { thread: Some(thread), gateway, directory, connections, senders: Mutex::default() }))
    }

    /// Sends an armed attempt on its way, not before its slot. The queue is bounded by what the core lets be in flight.
    pub fn send(self: &Arc<Self>, attempt: Attempt, slot: Millis, errand: &Errand) {
        let sender_id = attempt.intent.sender_id.clone();
        let job = Job { attempt, slot, errand: errand.clone() };
        // The task of a sender ends only with its queue.
        self.queue(&sender_id, |queue| drop(queue.jobs.send(job)));
    }

    /// Somebody wrote to this sender: Meta counts that together with what it sends.
    pub fn heard(self: &Arc<Self>, sender_id: &SenderId, at: Millis) {
        self.queue(sender_id, |queue| queue.inbound.heard(at, 1));
    }

    /// This process owns the sender from now on: what people wrote of late, by the second, is known from the store.
    pub fn inherit(self: &Arc<Self>, sender_id: &SenderId, heard: Vec<(Millis, usize)>) {
        self.queue(sender_id, |queue| queue.inbound.begin(heard));
    }

    fn queue(self: &Arc<Self>, id: &SenderId, act: impl FnOnce(&Queue)) {
        let mut senders = self.senders.lock();
        let queue = senders.entry(id.clone()).or_insert_with(|| {
            let (jobs, waiting) = mpsc::unbounded_channel();
            let inbound = Arc::new(Inbound::default());
            if let Some(thread) = &self.thread {
                thread.spawn(Arc::clone(self).serve(id.clone(), Arc::clone(&inbound), waiting));
            }
            Queue { jobs, inbound }
        });
        act(queue);
    }

    async fn serve(self: Arc<Self>, id: SenderId, inbound: Arc<Inbound>, mut waiting: mpsc::UnboundedReceiver<Job>) {
        let mut road: Option<(Gate, Arc<Flight>)> = None;
        while let Some(Job { attempt, slot, errand }) = waiting.recv().await {
            let senders = self.directory.senders();
            let Some(entry) = senders.entries.get(&id) else {
                settle(&errand, &attempt, not_sent("the sender is no longer registered"));
                continue;
            };
            if road.as_ref().is_none_or(|(gate, _)| gate.limit() != entry.limit_per_second) {
                let limit = entry.limit_per_second;
                road = Some((Gate::new(limit), Flight::new(limit, Arc::clone(&inbound))));
            }
            let (gate, flight) = road.as_ref().expect("made above");
            let early_ms = u64::try_from(slot.since(errand.clock.now())).unwrap_or(0);
            if early_ms > 0 {
                tokio::time::sleep(Duration::from_millis(early_ms)).await;
            }
            let connection = self.connections.acquire(entry.tenant_id, entry.tenant_weight).await;
            let place = flight.depart(&errand.clock).await;
            while errand.lease.holds() && !gate.pass() {
                tokio::time::sleep(ASK_AGAIN).await;
            }
            if !errand.lease.holds() {
                settle(&errand, &attempt, not_sent("the lease ended before the POST"));
                continue;
            }
            if errand.clock.now().since(slot) > LATE_MAX_MS {
                settle(&errand, &attempt, not_sent("its commit took too long"));
                continue;
            }
            let post = Post { gateway: Arc::clone(&self.gateway), sender: entry.clone(), attempt, errand };
            tokio::spawn(async move {
                post.run(place).await;
                drop(connection);
            });
        }
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        // A runtime may not wait for its end in an asynchronous context.
        if let Some(thread) = self.thread.take() {
            thread.shutdown_background();
        }
    }
}

/// One POST under way.
struct Post {
    gateway: Arc<dyn Gateway>,
    sender: DirectoryEntry,
    attempt: Attempt,
    errand: Errand,
}

impl Post {
    /// What is done in the last moment: after the lease another owner may send this very message, so it is checked there;
    /// and what is noted in the journal is what a successor cannot be sure of.
    fn departure(&self) -> Departure {
        let errand = self.errand.clone();
        let (intent_id, number) = (self.attempt.intent.intent_id, self.attempt.number);
        Box::new(move || {
            if !errand.lease.holds() {
                return Err("the lease ended before the POST".to_owned());
            }
            errand.journal.note(intent_id, number).map_err(|error| format!("the journal cannot be written: {error}"))
        })
    }

    async fn run(self, mut place: Place) {
        place.leave();
        let started = Instant::now();
        if self.attempt.number == 1 && !self.attempt.intent.message.is_receipt() {
            let waited_ms = self.errand.clock.now().since(self.attempt.intent.accepted_at).max(0);
            metrics::histogram!("posthaste_accept_to_send_seconds").record(waited_ms as f64 / 1000.0);
        }
        let mut send = self.gateway.send(&self.attempt, &self.sender, self.departure());
        let (outcome, usage) = match tokio::time::timeout(COUNTED_MAX, &mut send).await {
            Ok(outcome) => {
                place.answered();
                outcome
            }
            Err(_) => {
                drop(place);
                send.await
            }
        };
        metrics::histogram!("posthaste_send_seconds").record(started.elapsed().as_secs_f64());
        metrics::counter!("posthaste_sends_total", "outcome" => name(&outcome)).increment(1);
        if let SendOutcome::Refused { verdict: Verdict::Throttle(_), code, .. } = &outcome {
            let code = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
            metrics::counter!("posthaste_throttled_total", "code" => code).increment(1);
        }
        settle_with(&self.errand, &self.attempt, outcome, usage);
    }
}

fn not_sent(reason: &str) -> SendOutcome {
    SendOutcome::NotSent { reason: reason.to_owned(), unreachable: false }
}

fn name(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted { .. } => "accepted",
        SendOutcome::Refused { .. } => "refused",
        SendOutcome::NotSent { .. } => "not_sent",
        SendOutcome::Unknown { .. } => "unknown",
    }
}

fn settle(errand: &Errand, attempt: &Attempt, outcome: SendOutcome) {
    settle_with(errand, attempt, outcome, None);
}

fn settle_with(errand: &Errand, attempt: &Attempt, outcome: SendOutcome, usage: Option<AppUsage>) {
    let usage = usage.map(|usage| (attempt.intent.sender_id.clone(), usage));
    let settled = Settled { intent_id: attempt.intent.intent_id, attempt: attempt.number, outcome, usage };
    // An owner that is gone does not need to know: its successor asks the webhooks.
    let _ = errand.settled.send(settled);
}

//! What will be posted and when: one heap and one task, whatever the number of messages under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::StdRng;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::batch::{Batch, split};
use crate::failure::Failure;
use crate::page::PageFacts;
use crate::script::Status;
use crate::webhook::{ChangeFacts, InboundFacts, TemplateFacts};
use crate::world::World;

/// Updates that wait at most: about 100 MB. Beyond it sends are refused, because nobody takes the webhooks.
pub(crate) const BACKLOG: u64 = 1_000_000;

/// Updates that become due within this time may share a POST.
const BATCH_TICK: Duration = Duration::from_millis(20);

/// How often the heap is looked at when every update is posted alone.
const SINGLE_TICK: Duration = Duration::from_millis(5);

/// One update on its way to the callback.
#[derive(Debug)]
pub(crate) enum Update {
    Status(StatusUpdate),
    Inbound(Arc<InboundFacts>),
    Template(Arc<TemplateFacts>),
    Change(Arc<ChangeFacts>),
    Page(Arc<PageFacts>),
}

#[cfg(test)]
impl Update {
    pub(crate) fn inbound(&self) -> Option<&InboundFacts> {
        match self {
            Self::Inbound(facts) => Some(facts),
            Self::Status(_) | Self::Template(_) | Self::Change(_) | Self::Page(_) => None,
        }
    }
}

/// A status of a message, told by the message's index so that a million of them fit in memory.
#[derive(Debug)]
pub(crate) struct StatusUpdate {
    pub(crate) message: u64,
    pub(crate) status: Status,
    pub(crate) at_unix_s: u64,
    pub(crate) failure: Option<&'static Failure>,
    pub(crate) is_priced: bool,
    /// Told when the update was posted for the first time, whatever the answer: the send waits for it.
    pub(crate) posted: Option<oneshot::Sender<()>>,
}

#[cfg(test)]
impl StatusUpdate {
    /// That a message was sent.
    pub(crate) fn sent(message: u64) -> Update {
        let (status, failure, posted) = (Status::Sent, None, None);
        Update::Status(Self { message, status, at_unix_s: 0, failure, is_priced: false, posted })
    }
}

#[derive(Debug)]
enum Work {
    Update(Update),
    Retry(Batch),
}

#[derive(Debug)]
struct Due {
    at_us: u64,
    order: u64,
    work: Work,
}

impl Due {
    fn key(&self) -> (u64, u64) {
        (self.at_us, self.order)
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[derive(Debug, Default)]
struct Heap {
    due: BinaryHeap<Reverse<Due>>,
    added: u64,
}

impl Heap {
    fn push(&mut self, at_us: u64, work: Work) {
        self.due.push(Reverse(Due { at_us, order: self.added, work }));
        self.added += 1;
    }
}

/// Updates by the time at which they are due, and the count of those not yet acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    heap: Mutex<Heap>,
    filled: Notify,
    pending: AtomicU64,
    emptied: Notify,
    is_held: AtomicBool,
}

impl Schedule {
    /// Keeps everything back that is due, or lets it go.
    pub(crate) fn hold(&self, is_held: bool) {
        self.is_held.store(is_held, Ordering::Release);
    }

    pub(crate) fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Acquire)
    }

    /// Adds updates, each with the time at which it is due (microseconds of the world's clock).
    pub(crate) fn add(&self, updates: impl IntoIterator<Item = (u64, Update)>) {
        let mut heap = self.heap.lock();
        let before = heap.added;
        for (at_us, update) in updates {
            heap.push(at_us, Work::Update(update));
        }
        self.pending.fetch_add(heap.added - before, Ordering::AcqRel);
        drop(heap);
        self.filled.notify_one();
    }

    /// Puts a batch back that was not acknowledged.
    pub(crate) fn retry(&self, at_us: u64, batch: Batch) {
        self.heap.lock().push(at_us, Work::Retry(batch));
        self.filled.notify_one();
    }

    /// Counts updates as done with.
    pub(crate) fn settle(&self, updates: u64) {
        if self.pending.fetch_sub(updates, Ordering::AcqRel) == updates {
            self.emptied.notify_waiters();
        }
    }

    pub(crate) fn pending(&self) -> u64 {
        self.pending.load(Ordering::Acquire)
    }

    /// Waits until nothing is pending.
    pub(crate) async fn emptied(&self) {
        loop {
            // Registered before the count is read, or the last settling could go unnoticed.
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.pending() == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn is_empty(&self) -> bool {
        self.heap.lock().due.is_empty()
    }

    /// Takes what is due: new updates in their order, and batches to be tried again.
    fn take_due(&self, now_us: u64) -> (Vec<Update>, Vec<Batch>) {
        let (mut updates, mut retries) = (Vec::new(), Vec::new());
        let mut heap = self.heap.lock();
        while heap.due.peek().is_some_and(|Reverse(due)| due.at_us <= now_us) {
            match heap.due.pop() {
                Some(Reverse(Due { work: Work::Update(update), .. })) => updates.push(update),
                Some(Reverse(Due { work: Work::Retry(batch), .. })) => retries.push(batch),
                None => break,
            }
        }
        (updates, retries)
    }
}

/// Hands due updates to the couriers until the world stops.
pub(crate) async fn run(
    world: Arc<World>,
    mut rng: StdRng,
    batch_max: usize,
    couriers: mpsc::UnboundedSender<Batch>,
    stop: CancellationToken,
) {
    let mut tick = tokio::time::interval(if batch_max > 1 { BATCH_TICK } else { SINGLE_TICK });
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let filled = async {
            while world.schedule.is_empty() {
                world.schedule.filled.notified().await;
            }
            tick.tick().await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = filled => {}
        }
        if world.schedule.is_held() {
            continue;
        }
        let now_us = world.clock.now_us();
        let (updates, retries) = world.schedule.take_due(now_us);
        let updates = world.report(updates);
        let groups = world.by_place(updates);
        let new = groups.into_iter().flat_map(|(place, updates)| split(&mut rng, place, updates, batch_max));
        let mut new: Vec<Batch> = new.collect();
        let faults = *world.faults.read();
        for batch in &mut new {
            batch.due_us = now_us;
            batch.draw(&mut rng, &faults);
        }
        let retries: Vec<Batch> =
            retries.into_iter().flat_map(|batch| batch.repeated(&mut rng, &faults, batch_max)).collect();
        for batch in retries.into_iter().chain(new) {
            if couriers.send(batch).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(message: u64) -> Update {
        StatusUpdate::sent(message)
    }

    fn indexes(updates: &[Update]) -> Vec<u64> {
        let index = |update: &Update| if let Update::Status(status) = update { status.message } else { 0 };
        updates.iter().map(index).collect()
    }

    #[test]
    fn updates_come_out_when_due_in_order_of_time_and_then_of_arrival() {
        let schedule = Schedule::default();
        schedule.add([(30, update(1)), (10, update(2)), (10, update(3)), (31, update(4))]);
        let (updates, _) = schedule.take_due(30);
        assert_eq!(indexes(&updates), [2, 3, 1]);
        assert_eq!(schedule.pending(), 4, "they are pending until settled");
        schedule.settle(4);
        assert_eq!(schedule.pending(), 0);
    }
}

//! What will be posted and when: one heap and one task, whatever the number of messages under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rand::Rng;
use rand::rngs::StdRng;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::options::{Faults, Share};
use crate::page::PageFacts;
use crate::script::{Failure, Status, chance};
use crate::subscription::Place;
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
    fn inbound(&self) -> Option<&InboundFacts> {
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
    /// Told when the update was posted for the first time, whatever the answer: the send waits for it.
    pub(crate) posted: Option<oneshot::Sender<()>>,
}

/// The updates of one POST.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Whose callback takes them.
    pub(crate) place: Place,
    pub(crate) updates: Vec<Update>,
    /// When they became due, in microseconds of the world's clock.
    pub(crate) due_us: u64,
    /// Failed POSTs so far.
    pub(crate) attempts: u32,
    /// The forgery that is to precede them.
    pub(crate) forgery: Option<Forgery>,
    /// The first POST is made twice at the same time.
    pub(crate) is_doubled: bool,
    /// POSTs that follow the one that is answered with 200.
    pub(crate) repeats: u8,
    /// It was answered with 200, and is repeated for the sake of another app.
    pub(crate) is_acknowledged: bool,
}

/// Most POSTs that follow one that was answered with 200.
const REPEATS_MAX: u8 = 3;

impl Batch {
    fn new(place: Place, updates: Vec<Update>) -> Self {
        Self {
            place,
            updates,
            due_us: 0,
            attempts: 0,
            forgery: None,
            is_doubled: false,
            repeats: 0,
            is_acknowledged: false,
        }
    }

    /// Draws what becomes of a new batch. Nothing is drawn for what never happens, so that the batches of a seed stay what they
    /// are.
    fn draw(&mut self, rng: &mut StdRng, faults: &Faults) {
        self.forgery = Forgery::draw(rng, faults.forged_share);
        self.is_doubled = happens(rng, faults.concurrent_duplicate_share);
        if happens(rng, faults.retry_fan_out_share) {
            self.repeats = rng.random_range(1..=REPEATS_MAX);
        }
    }

    /// The batch, or its updates in other batches that are repeated as it would be.
    fn repeated(self, rng: &mut StdRng, faults: &Faults, batch_max: usize) -> Vec<Self> {
        if self.is_acknowledged || self.repeats > 0 || !happens(rng, faults.retry_split_share) {
            return vec![self];
        }
        let (due_us, attempts) = (self.due_us, self.attempts);
        let pieces = split(rng, self.place, self.updates, batch_max);
        pieces.into_iter().map(|piece| Self { due_us, attempts, ..piece }).collect()
    }
}

fn happens(rng: &mut StdRng, share: Share) -> bool {
    share > Share::NEVER && chance(rng, share)
}

/// How a webhook is forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgery {
    Unsigned,
    OtherSecret,
    OtherBody,
}

impl Forgery {
    fn draw(rng: &mut StdRng, share: Share) -> Option<Self> {
        let kinds = [Self::Unsigned, Self::OtherSecret, Self::OtherBody];
        happens(rng, share).then(|| kinds[rng.random_range(0..kinds.len())])
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

/// Most bytes of one POST (Meta: webhooks/overview, "up to 3 MB").
const BODY_MAX: usize = 3 << 20;

/// Bytes of an update without its text, its share of the envelope included; generous.
const UPDATE_BYTES: usize = 2_048;

/// Bytes of an update at most: every byte of a text may become `\uXXXX`.
fn weight(update: &Update) -> usize {
    let text = match update {
        Update::Inbound(facts) => facts.content.text_bytes(),
        Update::Change(facts) => facts.value.to_string().len(),
        Update::Page(facts) => facts.event.to_string().len(),
        Update::Status(_) | Update::Template(_) => 0,
    };
    UPDATE_BYTES + 6 * text
}

/// Cuts updates into batches of one to `max`, at random, and of no more bytes than a POST has.
fn split(rng: &mut StdRng, place: Place, updates: Vec<Update>, max: usize) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut rest = updates.into_iter().peekable();
    while rest.len() > 0 {
        let (most, mut bytes) = (rng.random_range(1..=max), 0);
        let mut updates = Vec::new();
        while let Some(update) =
            rest.next_if(|update| updates.is_empty() || (updates.len() < most && bytes + weight(update) <= BODY_MAX))
        {
            bytes += weight(&update);
            updates.push(update);
        }
        batches.push(Batch::new(place, updates));
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Dice, dice};
    use crate::webhook::{Business, Facts, InboundContent};

    fn update(message: u64) -> Update {
        Update::Status(StatusUpdate { message, status: Status::Sent, at_unix_s: 0, failure: None, posted: None })
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

    #[test]
    fn splitting_loses_nothing_and_keeps_to_the_maximum() {
        let mut rng = dice(1, Dice::Batch, 0);
        let batches = split(&mut rng, Place::App, (0..500).map(update).collect(), 7);
        assert!(batches.iter().all(|batch| (1..=7).contains(&batch.updates.len())));
        let all: Vec<u64> = batches.iter().flat_map(|batch| indexes(&batch.updates)).collect();
        assert_eq!(all, (0..500).collect::<Vec<_>>());
        let text = |_| {
            let content = InboundContent::Text("ü".repeat(4_096));
            Update::Inbound(Arc::new(InboundFacts {
                number: 0,
                wamid: "wamid.x".into(),
                from: "16505551234".into(),
                user_id: "US.1".into(),
                name: "Zoë".into(),
                username: None,
                content,
                at_unix_s: 0,
            }))
        };
        let batches = split(&mut rng, Place::App, (0..1_000).map(text).collect(), 1_000);
        let business = Business { waba: "1".into(), numbers: vec![("2".into(), "3".into())] };
        for batch in &batches {
            let facts: Vec<Facts<'_>> = batch.updates.iter().filter_map(Update::inbound).map(Facts::Inbound).collect();
            assert!(crate::webhook::body(&business, &facts).len() <= BODY_MAX);
        }
        assert_eq!(batches.iter().map(|batch| batch.updates.len()).sum::<usize>(), 1_000);
        assert_eq!(split(&mut rng, Place::App, (0..9).map(update).collect(), 1).len(), 9);
    }
}

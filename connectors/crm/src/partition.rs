//! One partition of the shared reader: routes each record to the receivers of its tenant, and never waits for any.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use parking_lot::{Mutex, RwLock};
use posthaste_core::HighWater;
use posthaste_core::crm::StreamId;
use posthaste_model::TenantId;
use posthaste_runtime::record::InRecord;
use tokio::sync::mpsc;

use crate::event::Event;
use crate::numbers::Numbers;
use crate::receiver::Receiver;

/// All receivers that are served, by tenant.
#[derive(Debug)]
pub(crate) struct Receivers {
    by_tenant: RwLock<HashMap<TenantId, Vec<Arc<Receiver>>>>,
    numbers: Arc<Numbers>,
}

impl Receivers {
    /// None yet.
    pub(crate) fn new(numbers: Arc<Numbers>) -> Self {
        Self { by_tenant: RwLock::default(), numbers }
    }

    /// Adds one.
    pub(crate) fn insert(&self, receiver: Arc<Receiver>) {
        self.by_tenant.write().entry(receiver.id.tenant).or_default().push(receiver);
    }

    /// Takes one out.
    pub(crate) fn remove(&self, receiver: &Receiver) {
        let mut by_tenant = self.by_tenant.write();
        if let Some(receivers) = by_tenant.get_mut(&receiver.id.tenant) {
            receivers.retain(|other| other.id != receiver.id);
            if receivers.is_empty() {
                by_tenant.remove(&receiver.id.tenant);
            }
        }
    }

    /// All of them, as of now.
    pub(crate) fn all(&self) -> Vec<Arc<Receiver>> {
        self.by_tenant.read().values().flatten().cloned().collect()
    }

    fn route(&self, stream: StreamId, record: &InRecord) {
        let by_tenant = self.by_tenant.read();
        if by_tenant.is_empty() {
            return;
        }
        let tenants = self.numbers.tenants(record);
        let mut receivers = tenants.iter().filter_map(|tenant| by_tenant.get(tenant)).flatten().peekable();
        if receivers.peek().is_none() {
            return;
        }
        let Some(event) = Event::read(record) else { return };
        for receiver in receivers {
            receiver.offer(stream, record.offset, &event);
        }
    }
}

/// How far a partition has been routed. Position and high-water belong together: a high-water that is ahead of the
/// position would, after a restart, drop records that nobody got.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// Offset after the last record that was routed; `None` until that is known.
    pub(crate) position: Option<i64>,
    /// What has been seen of each producer.
    pub(crate) high_water: HighWater,
}

/// One partition that this process reads.
#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) id: StreamId,
    /// Of the lease; a save under an older epoch writes nothing.
    pub(crate) epoch: i64,
    progress: Mutex<Progress>,
    /// Offset after the last record whose routing has *begun*: who has read up to here on its own has read everything
    /// that the shared reader passed by. As long as that is unknown, nobody has.
    claimed: AtomicI64,
    /// Another process has taken the partition over.
    is_fenced: AtomicBool,
}

impl Partition {
    pub(crate) fn new(id: StreamId, epoch: i64, progress: Progress) -> Self {
        let claimed = AtomicI64::new(progress.position.unwrap_or(i64::MAX));
        Self { id, epoch, progress: Mutex::new(progress), claimed, is_fenced: AtomicBool::new(false) }
    }

    /// See the field.
    pub(crate) fn claimed(&self) -> i64 {
        self.claimed.load(Ordering::SeqCst)
    }

    /// A consistent copy.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.lock().clone()
    }

    /// Stops routing: the partition has another owner.
    pub(crate) fn fence(&self) {
        self.is_fenced.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_fenced(&self) -> bool {
        self.is_fenced.load(Ordering::SeqCst)
    }

    /// Routes records until the consumer closes the channel.
    pub(crate) async fn run(self: Arc<Self>, receivers: Arc<Receivers>, mut records: mpsc::Receiver<InRecord>) {
        while let Some(record) = records.recv().await {
            if !self.is_fenced() {
                self.route(&receivers, &record);
            }
        }
    }

    fn route(&self, receivers: &Receivers, record: &InRecord) {
        let mut progress = self.progress.lock();
        // Before the receivers are asked: one that takes its stream over right now must know of this record.
        self.claimed.store(record.offset + 1, Ordering::SeqCst);
        let is_news = record.sequence().is_none_or(|sequence| progress.high_water.admit(&sequence));
        if is_news {
            receivers.route(self.id, record);
        } else {
            metrics::counter!("posthaste_duplicates_total", "stage" => "sink").increment(1);
        }
        // After: whoever saves this position has the record in a buffer, or its receiver's cursor below it.
        progress.position = Some(record.offset + 1);
    }
}

//! What is saved: per partition how far it has been routed, and per receiver where it is behind that.
//!
//! Position and cursors are written in one transaction, under the epoch of the partition's lease. So *no row* means
//! "served up to the position", and a receiver that keeps up costs no row. Who takes a partition over starts reading at
//! the position, and catches the receivers with a row up from their cursor.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use posthaste_core::crm::StreamId;
use posthaste_postgres::{PoolError, Tx, WorkerPool};
use posthaste_sql::queries::sink;

use crate::partition::{Partition, Progress};
use crate::receiver::{Receiver, ReceiverId};

/// Where a receiver is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) next_offset: i64,
    pub(crate) failing_since_ms: Option<i64>,
}

type Key = (ReceiverId, StreamId);

/// What the store holds, as far as this process knows.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Rows; `None` while it is not known what became of the last write.
    cursors: HashMap<Key, Option<Cursor>>,
    positions: HashMap<StreamId, i64>,
    /// Receivers that are served no more and whose cursors are still to be saved.
    pub(crate) retired: Vec<Arc<Receiver>>,
}

/// One partition, as it is to be saved.
pub(crate) struct Snapshot {
    pub(crate) partition: Arc<Partition>,
    pub(crate) position: i64,
    progress: Progress,
}

impl Snapshot {
    /// `None` while the partition's position is unknown: then nothing has been routed. To be taken before any cursor.
    pub(crate) fn take(partition: Arc<Partition>) -> Option<Self> {
        let progress = partition.progress();
        Some(Self { position: progress.position?, partition, progress })
    }
}

/// The name of the lease of a topic.
pub(crate) fn task_name(group: &str, stream: StreamId) -> String {
    format!("{group}/{}", stream.feed.topic())
}

#[derive(Default)]
struct Change {
    writes: Vec<(Key, Cursor)>,
    deletes: Vec<Key>,
}

impl Book {
    /// A cursor was read from the store.
    pub(crate) fn learn(&mut self, receiver: ReceiverId, stream: StreamId, cursor: Cursor) {
        self.cursors.insert((receiver, stream), Some(cursor));
    }

    /// A partition belongs to somebody else now.
    pub(crate) fn forget_partition(&mut self, stream: StreamId) {
        self.cursors.retain(|(_, other), _| *other != stream);
        self.positions.remove(&stream);
    }

    /// Whether the cursors of a receiver that was taken out are not saved yet.
    pub(crate) fn is_retiring(&self, id: ReceiverId) -> bool {
        self.retired.iter().any(|receiver| receiver.id == id)
    }

    /// Saves what has changed; gives the partitions whose position is saved now, and fences those that have another
    /// owner. An error leaves everything to the next call.
    pub(crate) async fn save(
        &mut self,
        pool: &WorkerPool,
        group: &str,
        ttl_ms: i64,
        snapshots: &[Snapshot],
        receivers: &[Arc<Receiver>],
    ) -> Result<Vec<(StreamId, i64)>, PoolError> {
        let change = self.change(snapshots, self.wanted(snapshots, receivers));
        let touched: HashSet<StreamId> = change
            .writes
            .iter()
            .map(|((_, stream), _)| *stream)
            .chain(change.deletes.iter().map(|(_, s)| *s))
            .collect();
        let is_due = |snapshot: &&Snapshot| {
            let stream = snapshot.partition.id;
            touched.contains(&stream) || self.positions.get(&stream) != Some(&snapshot.position)
        };
        let due: Vec<&Snapshot> = snapshots.iter().filter(is_due).collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        for key in change.writes.iter().map(|(key, _)| key).chain(&change.deletes) {
            self.cursors.insert(*key, None);
        }
        let owned = write(pool, group, ttl_ms, &due, &change).await?;
        for (key, cursor) in change.writes {
            self.cursors.insert(key, Some(cursor));
        }
        for key in &change.deletes {
            self.cursors.remove(key);
        }
        let mut saved = Vec::new();
        for snapshot in due {
            let stream = snapshot.partition.id;
            if owned.contains(&stream) {
                self.positions.insert(stream, snapshot.position);
                saved.push((stream, snapshot.position));
            } else {
                tracing::warn!(%stream, "another process has taken a partition of the sink over");
                snapshot.partition.fence();
                self.forget_partition(stream);
            }
        }
        Ok(saved)
    }

    /// The retired receivers are saved: their rows are nobody's concern until they are served again.
    pub(crate) fn release_retired(&mut self) {
        for receiver in std::mem::take(&mut self.retired) {
            self.cursors.retain(|(id, _), _| *id != receiver.id);
        }
    }

    /// The rows that there should be.
    fn wanted(&self, snapshots: &[Snapshot], receivers: &[Arc<Receiver>]) -> HashMap<Key, Cursor> {
        let positions: HashMap<StreamId, i64> =
            snapshots.iter().map(|snapshot| (snapshot.partition.id, snapshot.position)).collect();
        let mut wanted = HashMap::new();
        for receiver in receivers {
            let state = receiver.state.lock();
            let failing_since_ms = state.failing_since().map(|since| since.0);
            for (stream, next_offset) in state.behind(|stream| positions.get(&stream).copied()) {
                wanted.insert((receiver.id, stream), Cursor { next_offset, failing_since_ms });
            }
        }
        for receiver in &self.retired {
            let feeds = receiver.spec().feeds;
            let mut state = receiver.state.lock();
            let failing_since_ms = state.failing_since().map(|since| since.0);
            for (&stream, &position) in positions.iter().filter(|(stream, _)| feeds.contains(&stream.feed)) {
                let next_offset = state.pin(stream, position);
                wanted.insert((receiver.id, stream), Cursor { next_offset, failing_since_ms });
            }
        }
        wanted
    }

    fn change(&self, snapshots: &[Snapshot], wanted: HashMap<Key, Cursor>) -> Change {
        let streams: HashSet<StreamId> = snapshots.iter().map(|snapshot| snapshot.partition.id).collect();
        let is_unwanted = |key: &&Key| streams.contains(&key.1) && !wanted.contains_key(key);
        let deletes = self.cursors.keys().filter(is_unwanted).copied().collect();
        let is_news = |(key, cursor): &(Key, Cursor)| self.cursors.get(key) != Some(&Some(*cursor));
        Change { deletes, writes: wanted.into_iter().filter(is_news).collect() }
    }
}

/// The transaction. Gives the partitions that are still ours; of the others nothing is written.
async fn write(
    pool: &WorkerPool,
    group: &str,
    ttl_ms: i64,
    due: &[&Snapshot],
    change: &Change,
) -> Result<HashSet<StreamId>, PoolError> {
    let keys = change.writes.iter().map(|(key, _)| key).chain(&change.deletes);
    let tenants: HashSet<_> = keys.map(|(receiver, _)| receiver.tenant).collect();
    let tx = pool.tenants_tx(tenants).await?;
    let still_ours = sink::advance_sink_positions()
        .bind(
            &*tx,
            &ttl_ms,
            &due.iter().map(|snapshot| task_name(group, snapshot.partition.id)).collect::<Vec<_>>(),
            &due.iter().map(|snapshot| snapshot.partition.id.partition).collect::<Vec<_>>(),
            &due.iter().map(|snapshot| snapshot.partition.epoch).collect::<Vec<_>>(),
            &due.iter().map(|snapshot| snapshot.position).collect::<Vec<_>>(),
            &due.iter().map(|snapshot| snapshot.progress.high_water.to_json()).collect::<Vec<_>>(),
        )
        .all()
        .await?;
    let still_ours: HashSet<(String, i32)> = still_ours.into_iter().map(|row| (row.task, row.partition)).collect();
    let owned: HashSet<StreamId> = due
        .iter()
        .map(|snapshot| snapshot.partition.id)
        .filter(|stream| still_ours.contains(&(task_name(group, *stream), stream.partition)))
        .collect();

    upsert(&tx, change, &owned).await?;
    delete(&tx, change, &owned).await?;
    tx.commit().await?;
    Ok(owned)
}

async fn upsert(tx: &Tx, change: &Change, owned: &HashSet<StreamId>) -> Result<(), PoolError> {
    let writes: Vec<_> = change.writes.iter().filter(|((_, stream), _)| owned.contains(stream)).collect();
    if writes.is_empty() {
        return Ok(());
    }
    sink::save_sink_cursors()
        .bind(
            &**tx,
            &writes.iter().map(|((receiver, _), _)| receiver.tenant.0).collect::<Vec<_>>(),
            &writes.iter().map(|((receiver, _), _)| receiver.endpoint).collect::<Vec<_>>(),
            &writes.iter().map(|((_, stream), _)| stream.feed.topic()).collect::<Vec<_>>(),
            &writes.iter().map(|((_, stream), _)| stream.partition).collect::<Vec<_>>(),
            &writes.iter().map(|(_, cursor)| cursor.next_offset).collect::<Vec<_>>(),
            &writes.iter().map(|(_, cursor)| cursor.failing_since_ms).collect::<Vec<_>>(),
        )
        .await?;
    Ok(())
}

async fn delete(tx: &Tx, change: &Change, owned: &HashSet<StreamId>) -> Result<(), PoolError> {
    let deletes: Vec<_> = change.deletes.iter().filter(|(_, stream)| owned.contains(stream)).collect();
    if deletes.is_empty() {
        return Ok(());
    }
    sink::delete_sink_cursors()
        .bind(
            &**tx,
            &deletes.iter().map(|(receiver, _)| receiver.tenant.0).collect::<Vec<_>>(),
            &deletes.iter().map(|(receiver, _)| receiver.endpoint).collect::<Vec<_>>(),
            &deletes.iter().map(|(_, stream)| stream.feed.topic()).collect::<Vec<_>>(),
            &deletes.iter().map(|(_, stream)| stream.partition).collect::<Vec<_>>(),
        )
        .await?;
    Ok(())
}

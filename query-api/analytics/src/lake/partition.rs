//! One partition: take records, buffer rows, flush.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use posthaste_core::HighWater;
use posthaste_model::topic;
use posthaste_postgres::WorkerPool;
use posthaste_runtime::record::InRecord;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use super::commit::{self, Commit, FileRow, Lease, Outcome};
use super::{BUFFERED_ROWS_MAX, Buffer, Folder, LakeError, describe, file_path};
use crate::intake::{Verdict, judge};

/// What all partitions of the process share.
pub(super) struct Shared {
    pub(super) pool: WorkerPool,
    pub(super) folder: Folder,
    pub(super) flush_rows: usize,
    pub(super) flush_interval: Duration,
    /// From when the turns of the partitions are counted.
    pub(super) begun: Instant,
    /// Files that are encoded at once: one, for a processor is all that delivery can spare for the lake, and the rows of a
    /// file are in memory twice meanwhile.
    pub(super) encoding: Semaphore,
    /// Partitions that this process owns.
    pub(super) owned: AtomicUsize,
    /// Set right after the consumer was started; a commit before that is told to nobody.
    pub(super) committer: OnceLock<mpsc::UnboundedSender<(String, i32, i64)>>,
}

impl Shared {
    fn rows_max(&self) -> usize {
        self.flush_rows.min(BUFFERED_ROWS_MAX / self.owned.load(Ordering::Relaxed).max(1))
    }
}

/// When a partition flushes that begins to buffer now: within the interval, each partition at a time of its own. If all did
/// at once, every interval would have a second without processor or memory for anything else.
fn turn(begun: Instant, interval: Duration, partition: i32, now: Instant) -> Instant {
    let interval = interval.as_secs_f64();
    // Multiples of the golden ratio lie evenly in the interval, however many there are (Knuth, TAOCP 3, 6.4).
    let own = (f64::from(partition) * 0.618_033_988_749_895).fract() * interval;
    let since = (now.duration_since(begun).as_secs_f64() - own).rem_euclid(interval);
    now + Duration::from_secs_f64(interval - since)
}

/// Waits ever longer between tries: 100 ms doubled up to 5 s.
pub(super) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(Duration::from_millis(100))
    }
}

impl Backoff {
    pub(super) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Duration::from_secs(5));
    }
}

/// The owner of one partition.
pub(super) struct PartitionTask {
    shared: Arc<Shared>,
    lease: Lease,
    next_offset: i64,
    high_water: HighWater,
    buffer: Buffer,
    records: mpsc::Receiver<InRecord>,
    flush_at: Option<Instant>,
}

impl PartitionTask {
    pub(super) fn new(
        shared: Arc<Shared>,
        lease: Lease,
        high_water: HighWater,
        records: mpsc::Receiver<InRecord>,
    ) -> Self {
        let next_offset = lease.next_offset;
        Self { shared, lease, next_offset, high_water, buffer: Buffer::default(), records, flush_at: None }
    }

    /// Runs until the channel is closed, then flushes and ends. May be dropped at any point: what was not committed is
    /// read again by the next owner.
    pub(super) async fn run(mut self) -> Result<(), LakeError> {
        loop {
            let flush_at = self.flush_at;
            let due = async {
                match flush_at {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = due => self.flush().await?,
                record = self.records.recv() => match record {
                    Some(record) => {
                        self.take(&record);
                        if self.buffer.rows() >= self.shared.rows_max() {
                            self.flush().await?;
                        }
                    }
                    None => return self.flush().await,
                },
            }
        }
    }

    fn take(&mut self, record: &InRecord) {
        assert!(record.offset >= self.next_offset, "the log gives records in the order of their offsets");
        self.next_offset = record.offset + 1;
        self.flush_at.get_or_insert_with(|| {
            turn(self.shared.begun, self.shared.flush_interval, record.partition, Instant::now())
        });
        match judge(&mut self.high_water, record) {
            Verdict::Row(transition) => self.buffer.push(record.partition, record.offset, &transition),
            Verdict::Duplicate => metrics::counter!("posthaste_duplicates_total", "stage" => "lake").increment(1),
            Verdict::Foreign => metrics::counter!("posthaste_lake_skipped_total").increment(1),
            Verdict::Poison(poison) => {
                let origin = record.origin(0);
                tracing::error!(%origin, reason = poison.reason, detail = poison.detail, "the lake skips a record");
                metrics::counter!("posthaste_dead_letters_total", "reason" => poison.reason).increment(1);
            }
        }
    }

    /// Writes and commits everything that is buffered, however long the disk and the store are away.
    async fn flush(&mut self) -> Result<(), LakeError> {
        self.flush_at = None;
        if self.next_offset == self.lease.next_offset {
            return Ok(());
        }
        let started = Instant::now();
        let files = self.write_files().await;
        let rows: i64 = files.iter().map(|file| file.rows).sum();
        let commit =
            Commit { lease: self.lease, next_offset: self.next_offset, high_water: self.high_water.to_json(), files };
        if self.commit(&commit).await == Outcome::Lost {
            return Err(LakeError::LeaseLost { partition: self.lease.partition });
        }
        self.lease.next_offset = self.next_offset;
        self.lease.commits += 1;
        if let Some(committer) = self.shared.committer.get() {
            // Only lag tools read it; the truth is in the store.
            let _ = committer.send((topic::DELIVERY.to_owned(), self.lease.partition, self.next_offset));
        }
        metrics::counter!("posthaste_lake_rows_total").increment(rows.unsigned_abs());
        metrics::histogram!("posthaste_lake_flush_seconds").record(started.elapsed().as_secs_f64());
        Ok(())
    }

    async fn write_files(&mut self) -> Vec<FileRow> {
        let partition = self.lease.partition;
        let mut files = Vec::new();
        for group in self.buffer.take() {
            let sealed = &group.sealed;
            let path = file_path(group.day, group.tenant, partition, sealed.first_offset, sealed.last_offset);
            let mut backoff = Backoff::default();
            let _one = self.shared.encoding.acquire().await.expect("the semaphore is never closed");
            let bytes = loop {
                match self.shared.folder.write(&path, sealed.batch.clone()).await {
                    Ok(bytes) => break bytes,
                    Err(error) => {
                        tracing::warn!(partition, %error, "the lake cannot write and tries again");
                        backoff.wait().await;
                    }
                }
            };
            files.push(FileRow {
                tenant: group.tenant,
                day: group.day.to_string(),
                path,
                first_offset: sealed.first_offset,
                last_offset: sealed.last_offset,
                rows: i64::try_from(sealed.batch.num_rows()).expect("rows in memory"),
                bytes: i64::try_from(bytes).expect("bytes in memory"),
            });
        }
        files
    }

    async fn commit(&self, commit: &Commit) -> Outcome {
        let mut backoff = Backoff::default();
        let mut unsure = false;
        loop {
            let attempt = async {
                if unsure && let Some(outcome) = commit::settled(&self.shared.pool, commit).await? {
                    return Ok(outcome);
                }
                commit::commit(&self.shared.pool, commit).await
            };
            match attempt.await {
                Ok(outcome) => return outcome,
                Err(error) => {
                    let error = describe(&error);
                    tracing::warn!(partition = commit.lease.partition, error, "the lake cannot commit and tries again");
                    unsure = true;
                    backoff.wait().await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_flush_once_an_interval_and_not_together() {
        let interval = Duration::from_secs(60);
        let begun = Instant::now();
        let turns: Vec<Instant> = (0..24).map(|partition| turn(begun, interval, partition, begun)).collect();
        for (partition, first) in (0..).zip(&turns) {
            assert!(*first > begun && *first <= begun + interval, "{partition}");
            let next = turn(begun, interval, partition, *first + Duration::from_millis(5));
            assert!((next - *first).abs_diff(interval) < Duration::from_millis(1), "{partition}");
        }
        let mut sorted = turns;
        sorted.sort_unstable();
        let closest = sorted.windows(2).map(|two| two[1] - two[0]).min().expect("two");
        assert!(closest >= interval / 24 / 2, "{closest:?}");
    }
}

//! `posthaste recover`: after the database was set back to an earlier time, brings it up to what the log and the journals tell,
//! before anything is sent again. See docs/RECOVERY.md.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use posthaste_kafka::{Catalogue, KafkaPublisher, Position, SpanReader, oldest, spans, told};
use posthaste_model::{AttemptNumber, IntentId, Millis, topic};
use posthaste_postgres::{LeaseSeen, LetterStore, NewLetter, PostgresStore, WorkerPool};
use posthaste_runtime::accounts;
use posthaste_runtime::config::Config;
use posthaste_runtime::directory::Directory;
use posthaste_runtime::log::Publisher as _;
use posthaste_runtime::record::OutRecord;
use posthaste_runtime::runner::{self, Pure, Recall, Recovered, Recovery, posted_by};
use posthaste_runtime::store::Store;
use tokio_util::sync::CancellationToken;

use crate::letters::letter;
use crate::roles::options_of;

/// Tasks that publish by an outbox.
const PRODUCERS: [&str; 2] = [runner::TASK, "api"];
/// Topics that they publish to.
const OUTPUTS: [&str; 4] = [topic::SENDERS, topic::DELIVERY, topic::INBOUND, topic::DEAD_LETTERS];
/// Reads the log from so long before the time that is given: clocks of machines may differ by as much.
const MARGIN_MS: i64 = 600_000;
/// Letters that are kept at once.
const LETTERS_MAX: usize = 50;
/// Somebody runs who should not.
const TAKEN_MEANWHILE: &str = "a lease was taken since this command began: stop every pipeline and API, wait until their leases \
                               are over, and run it again";
/// What was committed last may have left no trace on the log.
const NOTHING_SHOWN: &str = "the database has all that the log tells: nothing to recover. If it was set back all the same, by seconds, \
                             run this again with all --journals, or if one is missing with none of them and --force";

/// Options of `recover`.
#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    /// The time to which the database was set back, or an earlier one, as 2026-11-21T06:00:00Z: of a failover when the last
    /// commits may have been lost. The log is read from ten minutes before.
    #[arg(long, value_parser = time)]
    since: Millis,
    /// Folder of POST journals (pipeline.journal_dir); once for each machine that has run a pipeline since. With all of them only
    /// what they say has left is in doubt, without them every message that waits.
    #[arg(long, value_name = "DIR")]
    journals: Vec<PathBuf>,
    /// Go on also if the log has nothing that the database lacks: what was committed in the last seconds before a crash may have left
    /// no trace there. Without --journals every message that waits is in doubt then.
    #[arg(long)]
    force: bool,
    /// Change nothing: say what the log has and the database does not.
    #[arg(long)]
    dry_run: bool,
}

fn time(text: &str) -> Result<Millis, String> {
    Millis::parse(text).ok_or_else(|| "write a time as 2026-11-21T06:00:00Z".to_owned())
}

/// Carries out the command.
pub(crate) async fn recover(config: Config, args: &RecoverArgs) -> anyhow::Result<()> {
    let posted = posted(&args.journals)?;
    let catalogue = Catalogue::built_in()?;
    catalogue.check(&config.kafka).await?;
    let store = PostgresStore::new(WorkerPool::new(&config.postgres)?);
    let leases = store.leases().await.context("reading the leases; has `posthaste migrate` run?")?;
    refuse_owners(&leases)?;
    let unfinished = store.unfinished_recovery().await?;
    let life = last_sign_of_life(&leases, i64::from(config.pipeline.lease_ttl_ms));
    let since = since(args.since.min(life), unfinished);
    let run = Run { config, catalogue, store, leases, since };

    run.check_retention().await?;
    let recall = run.scan().await?;
    println!("{} transitions are on the log since {since}", recall.transitions());
    run.name_lost_numbers(&recall).await?;
    let behind = run.behind(&recall).await?;
    behind.iter().for_each(|line| println!("{line}"));
    if behind.is_empty() && unfinished.is_none() && posted.is_none() && !args.force {
        println!("{NOTHING_SHOWN}");
        return Ok(());
    }
    if args.dry_run {
        println!("nothing was changed");
        return Ok(());
    }
    run.store.begin_recovery(since).await?;
    // From here on no pipeline starts; one that did while the log was read has a lease.
    anyhow::ensure!(run.store.leases().await? == run.leases, TAKEN_MEANWHILE);
    run.raise(&recall).await?;
    let whole = run.partitions(recall, posted).await?;
    run.accounts().await?;
    let letters = run.letters().await?;
    run.store.finish_recovery().await?;
    println!("{} records of {} applied, {letters} letters kept", whole.records, topic::SENDERS);
    println!("{} messages are in doubt: their statuses or grace decide", whole.doubted);
    println!("{} events that the log does not have are published when a pipeline starts", whole.published);
    for (sender, count) in whole.left_out {
        println!(
            "{count} messages of {sender}, which is not in the database, have left or may have: they are left out"
        );
    }
    for campaign in whole.orphaned {
        println!("{campaign} is not in the database: what waited of it is cancelled");
    }
    println!(
        "recovered; what the API took since is not on the log, see docs/RECOVERY.md before the pipeline is started"
    );
    Ok(())
}

/// What the journals of all these folders say has left; `None` where no folder is given.
fn posted(folders: &[PathBuf]) -> anyhow::Result<Posted> {
    let mut all: HashMap<IntentId, AttemptNumber> = HashMap::new();
    for folder in folders {
        let posted = posted_by(folder).with_context(|| format!("--journals {}", folder.display()))?;
        // None is what a worker leaves that was stopped in order, and what there is in a folder that is not the right one.
        println!("journals in {} name {} messages", folder.display(), posted.len());
        for (id, number) in posted {
            let last = all.entry(id).or_insert(number);
            *last = number.max(*last);
        }
    }
    Ok(Some(all).filter(|_| !folders.is_empty()))
}

/// From when on the log is read: not later than one that was broken off began to, and from its beginning where the database has
/// never been anywhere else.
fn since(given: Millis, unfinished: Option<Millis>) -> Millis {
    let own = given.plus(-MARGIN_MS).max(Millis(0));
    unfinished.map_or(own, |unfinished| own.min(unfinished))
}

/// What runs would go on from a state that is about to change.
fn refuse_owners(leases: &[LeaseSeen]) -> anyhow::Result<()> {
    let held = leases.iter().find(|lease| lease.held);
    held.map_or(Ok(()), |lease| {
        let LeaseSeen { task, partition, owner, valid_until, .. } = lease;
        anyhow::bail!(
            "{task}/{partition} is held by {owner} until {valid_until}: stop every pipeline and API, and wait until then"
        )
    })
}

/// Leases are renewed while they are held, so the database was as it is when the oldest of them was. A pipeline that was started
/// since, and has refused to run, may have taken some.
fn last_sign_of_life(leases: &[LeaseSeen], lease_ms: i64) -> Millis {
    let own = leases.iter().filter(|lease| lease.task == runner::TASK && lease.next_offset >= 0);
    own.map(|lease| lease.valid_until).min().map_or(Millis(0), |at| at.plus(-lease_ms))
}

/// Of each message that all journals say has left the last attempt; `None` where they are not all at hand.
type Posted = Option<HashMap<IntentId, AttemptNumber>>;

struct Run {
    config: Config,
    catalogue: Catalogue,
    store: PostgresStore,
    leases: Vec<LeaseSeen>,
    since: Millis,
}

impl Run {
    fn all(&self, topic: &str) -> Vec<i32> {
        (0..self.catalogue.partitions(topic).unwrap_or(1)).collect()
    }

    fn next_offset(&self, task: &str, partition: i32) -> i64 {
        let own = self.leases.iter().find(|lease| lease.task == task && lease.partition == partition);
        own.map_or(-1, |lease| lease.next_offset)
    }

    async fn since_then(&self, topic: &str) -> anyhow::Result<SpanReader> {
        let (from, until) = (Position::Time(self.since), Position::End);
        let spans = spans(&self.config.kafka, topic, self.all(topic), from, until).await?;
        Ok(SpanReader::start(&self.config.kafka, topic, &spans)?)
    }

    /// Transitions that are gone would be taken for messages that were never sent; what the lake had not read yet includes all
    /// that came after it. Nor is anything known of messages that are gone.
    async fn check_retention(&self) -> anyhow::Result<()> {
        for (task, topic) in [("lake", topic::DELIVERY), (runner::TASK, topic::SENDERS)] {
            for (partition, oldest) in oldest(&self.config.kafka, topic, self.all(topic)).await? {
                let read = self.next_offset(task, partition);
                anyhow::ensure!(
                    read < 0 || oldest <= read,
                    "{topic}/{partition} begins at {oldest}, and was read up to {read}: what was between is not known"
                );
            }
        }
        Ok(())
    }

    async fn scan(&self) -> anyhow::Result<Recall> {
        let mut recall = Recall::new(self.catalogue.partitions(topic::SENDERS).unwrap_or(1));
        for topic in OUTPUTS {
            let mut reader = self.since_then(topic).await?;
            while let Some(record) = reader.next().await? {
                recall.note(&record);
            }
        }
        Ok(recall)
    }

    /// What was sent by numbers that were added since cannot come back without them.
    async fn name_lost_numbers(&self, recall: &Recall) -> anyhow::Result<()> {
        let known = Store::directory(&self.store).await?;
        let known: HashSet<_> = known.into_iter().map(|own| (own.tenant_id, own.sender_id)).collect();
        for (tenant, sender) in recall.senders().iter().filter(|own| !known.contains(own)) {
            println!("{sender} of tenant {tenant} has sent and is not in the database: add it before this is done");
        }
        Ok(())
    }

    /// What shows that the database was set back.
    async fn behind(&self, recall: &Recall) -> anyhow::Result<Vec<String>> {
        let mut behind = Vec::new();
        for ((task, partition), seq) in recall.highest() {
            let own = self.leases.iter().find(|lease| lease.task == *task && lease.partition == *partition);
            let here = own.map_or(0, |lease| lease.outbox_seq);
            if PRODUCERS.contains(&task.as_str()) && *seq > here {
                behind.push(format!("{task}/{partition} has published up to {seq}; the database knows of {here}"));
            }
        }
        let group = format!("posthaste-{}", runner::TASK);
        let told = told(&self.config.kafka, &group, topic::SENDERS, self.all(topic::SENDERS)).await?;
        for partition in self.all(topic::SENDERS) {
            let here = self.next_offset(runner::TASK, partition);
            if let Some(told) = told.get(&partition).filter(|told| **told > here) {
                behind.push(format!("{}/{partition} was at {told}; the database is at {here}", runner::TASK));
            }
        }
        Ok(behind)
    }

    /// Lets every producer go on above what the log has of it. What the database has of its outbox is published first, under
    /// its old numbers: what the log has of that, its readers drop.
    async fn raise(&self, recall: &Recall) -> anyhow::Result<()> {
        let publisher = KafkaPublisher::new(&self.config.kafka)?;
        let own = self.leases.iter().filter(|lease| PRODUCERS.contains(&lease.task.as_str()));
        let mut numbers = recall.highest().clone();
        numbers.retain(|(task, _), _| PRODUCERS.contains(&task.as_str()));
        for LeaseSeen { task, partition, published_upto, .. } in own {
            for row in self.store.unpublished(task, *partition, *published_upto).await? {
                let records: Vec<OutRecord> = serde_json::from_slice(&row.records).context("outbox.records")?;
                publisher.publish(records).await?;
            }
            numbers.entry((task.clone(), *partition)).or_default();
        }
        for ((task, partition), seq) in numbers {
            let own = self.leases.iter().find(|lease| lease.task == task && lease.partition == partition);
            anyhow::ensure!(self.store.raise_lease((&task, partition), own, seq).await?, TAKEN_MEANWHILE);
        }
        Ok(())
    }

    async fn partitions(&self, recall: Recall, posted: Posted) -> anyhow::Result<Recovered> {
        let store: Arc<dyn Store> = Arc::new(self.store.clone());
        let stop = CancellationToken::new();
        let partitions = self.all(topic::SENDERS);
        let count = i32::try_from(partitions.len())?;
        let directory = Directory::start(Arc::clone(&store), count, stop.clone()).await?;
        let owner = format!("recover-{}", uuid::Uuid::now_v7().simple());
        let options = options_of(&self.config, owner, &self.catalogue);
        let recovery = Recovery { store, directory, options, recall, step: Arc::new(Pure), posted };
        let mut whole = Recovered::default();
        for partition in partitions {
            let mut reader = self.rest_of(partition).await?;
            let next = async || reader.next().await.map_err(|error| error.to_string());
            let done = recovery.partition(partition, next).await.map_err(anyhow::Error::msg)?;
            whole.records += done.records;
            whole.published += done.published;
            whole.doubted += done.doubted;
            whole.orphaned.extend(done.orphaned);
            whole.left_out.extend(done.left_out);
        }
        stop.cancel();
        Ok(whole)
    }

    /// The records of a partition that the database has not seen.
    async fn rest_of(&self, partition: i32) -> anyhow::Result<SpanReader> {
        let kafka = &self.config.kafka;
        let from = match self.next_offset(runner::TASK, partition) {
            -1 => oldest(kafka, topic::SENDERS, vec![partition]).await?.get(&partition).copied().unwrap_or(0),
            next => next,
        };
        let spans = spans(kafka, topic::SENDERS, vec![partition], Position::Offset(from), Position::End).await?;
        Ok(SpanReader::start(kafka, topic::SENDERS, &spans)?)
    }

    async fn accounts(&self) -> anyhow::Result<()> {
        let mut reader = self.since_then(topic::ACCOUNTS).await?;
        while let Some(record) = reader.next().await? {
            accounts::apply_again(&self.store, &record).await?;
        }
        Ok(())
    }

    /// Gives how many there are.
    async fn letters(&self) -> anyhow::Result<usize> {
        let store = LetterStore::new(WorkerPool::new(&self.config.postgres)?);
        let mut reader = self.since_then(topic::DEAD_LETTERS).await?;
        let (mut batch, mut count): (Vec<NewLetter>, usize) = (Vec::new(), 0);
        while let Some(record) = reader.next().await? {
            batch.push(letter(&record));
            count += 1;
            if batch.len() == LETTERS_MAX {
                store.keep(&std::mem::take(&mut batch)).await?;
            }
        }
        if !batch.is_empty() {
            store.keep(&batch).await?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_read_from_before_the_time_and_never_from_before_its_beginning() {
        assert_eq!(since(Millis(1_000_000), None), Millis(400_000));
        assert_eq!(since(Millis(1_000_000), Some(Millis(500_000))), Millis(400_000));
        assert_eq!(
            since(Millis(1_000_000), Some(Millis(300_000))),
            Millis(300_000),
            "where one that was broken off began"
        );
        // No lease says when the database was alive, as before the first commit: Kafka knows no time before 1970.
        let given = Millis(1_000_000).min(last_sign_of_life(&[], 10_000));
        assert_eq!(since(given, None), Millis(0));
    }
}

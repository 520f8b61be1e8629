//! The database alone: the rows that a backlog of statuses writes, by the same statements, in commits of 500.

use std::time::Instant;

use posthaste_core::sender::Publication;
use posthaste_model::whatsapp::Identity;
use posthaste_model::{
    CampaignId, Class, Contact, EventType, IntentId, Millis, Origin, SenderId, Status, TenantId, Transition, Wamid,
    topic,
};
use posthaste_runtime::outbox;
use posthaste_runtime::store::OutboxRow;
use posthaste_sql::client::Params as _;
use posthaste_sql::queries::lease::{
    AdvanceLeaseParams, InsertOutboxParams, advance_lease, insert_outbox, trim_outbox,
};
use posthaste_sql::queries::sender_attempts::{UpdateAttemptsParams, UpdateAttemptsStmt, update_attempts};
use posthaste_sql::queries::sender_task::set_tenants;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use crate::api::TEMPLATE;
use crate::tenants::admin;
use crate::world::Site;

/// Rows of one commit.
const BATCH: usize = 500;
/// The leases of this task are nobody's but the benchmark's.
const TASK: &str = "benchmark";
/// As Meta writes it.
const PRICING: &str = r#"{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}"#;
/// The statuses of the rounds, in order.
const STATUSES: [Status; 3] = [Status::Sent, Status::Delivered, Status::Read];

/// What was reached.
#[derive(Debug)]
pub(crate) struct Bare {
    /// Connections at once: as many as partitions of the task have rows.
    pub(crate) connections: usize,
    /// Attempts that were updated, once for each status.
    pub(crate) rows: u64,
    seconds: f64,
}

impl Bare {
    /// Rows of `attempt`, each with its record in the outbox.
    pub(crate) fn rows_per_second(&self) -> f64 {
        self.rows as f64 / self.seconds
    }
}

/// An attempt as it is.
#[derive(Debug)]
struct Row {
    tenant_id: Uuid,
    intent_id: Uuid,
    attempt: i16,
    marks: i32,
    due_at: i64,
    wamid: Option<String>,
    sender_id: String,
    contact: String,
}

/// Writes `rounds` statuses of every attempt in the database once more.
pub(crate) async fn commits(site: &Site, rounds: usize) -> anyhow::Result<Bare> {
    let client = admin(site).await?;
    let partitions = client.query("SELECT DISTINCT task_partition FROM attempt ORDER BY 1", &[]).await?;
    let mut lanes = Vec::new();
    for partition in partitions.iter().map(|row| row.get(0)) {
        lanes.push(Lane::open(site, partition, rounds).await?);
    }
    let connections = lanes.len();
    let begun = Instant::now();
    let running: Vec<_> = lanes.into_iter().map(|lane| tokio::spawn(lane.run())).collect();
    let mut rows = 0;
    for lane in running {
        rows += lane.await??;
    }
    Ok(Bare { connections, rows, seconds: begun.elapsed().as_secs_f64() })
}

/// A partition's connection and everything that it will commit, made before the clock runs.
struct Lane {
    client: Client,
    partition: i32,
    tenants: String,
    batches: Vec<(Status, Vec<Row>, OutboxRow)>,
}

impl Lane {
    async fn open(site: &Site, partition: i32, rounds: usize) -> anyhow::Result<Self> {
        let client = admin(site).await?;
        client
            .execute(
                "INSERT INTO task_lease (task, partition, owner, epoch, next_offset, valid_until)
                 VALUES ($1, $2, 'benchmark', 1, 0, now())
                 ON CONFLICT (task, partition) DO UPDATE SET next_offset = 0, outbox_seq = 0, published_upto = 0, commits = 0",
                &[&TASK, &partition],
            )
            .await?;
        let mut batches = Vec::new();
        let mut seq = 0;
        for status in STATUSES.into_iter().take(rounds) {
            let mut rows = rows(&client, partition).await?.into_iter().peekable();
            while rows.peek().is_some() {
                let batch: Vec<Row> = rows.by_ref().take(BATCH).collect();
                let publications: Vec<Publication> = batch.iter().map(|row| publication(row, status)).collect();
                let records = outbox::number(TASK, partition, seq, &publications);
                let row = outbox::to_row(seq, &records).expect("a batch has rows");
                seq = row.last_seq;
                batches.push((status, batch, row));
            }
        }
        let tenant = batches.first().map_or_else(Uuid::nil, |(_, rows, _)| rows[0].tenant_id);
        // Row-level security holds as for the worker.
        client.batch_execute("SET ROLE posthaste_worker").await?;
        Ok(Self { client, partition, tenants: format!("{{{tenant}}}"), batches })
    }

    /// Gives the rows that were written.
    async fn run(self) -> anyhow::Result<u64> {
        let Self { mut client, partition, tenants, batches } = self;
        let fence = advance_lease().prepare(&client).await?;
        let update = update_attempts().prepare(&client).await?;
        let insert = insert_outbox().prepare(&client).await?;
        let trim = trim_outbox().prepare(&client).await?;
        let (mut written, mut published) = (0, 0);
        for (offset, (status, rows, row)) in (0..).zip(&batches) {
            let tx = client.transaction().await?;
            let lease = AdvanceLeaseParams {
                new_offset: offset + 1,
                outbox_seq: row.last_seq,
                published_upto: published,
                high_water: "{}",
                ttl_ms: 10_000,
                task: TASK,
                partition,
                epoch: 1,
                old_offset: offset,
                old_outbox_seq: row.first_seq - 1,
                old_commits: offset,
            };
            let outgoing = InsertOutboxParams {
                task: TASK,
                partition,
                first_seq: row.first_seq,
                last_seq: row.last_seq,
                records: row.records.as_ref(),
            };
            set_tenants().bind(&tx, &tenants.as_str()).one().await?;
            // Sent together, as the store does.
            let (moved, updated, inserted, trimmed) = tokio::join!(
                biased;
                fence.params(&tx, &lease),
                write(&tx, &update, rows, *status),
                insert.params(&tx, &outgoing),
                trim.bind(&tx, &TASK, &partition, &published),
            );
            anyhow::ensure!(moved? == 1, "the lease of the benchmark has moved by itself");
            inserted?;
            trimmed?;
            written += updated?;
            tx.commit().await?;
            published = row.last_seq;
        }
        Ok(written)
    }
}

/// Updates a batch of attempts, with the columns that a status changes.
async fn write(
    tx: &Transaction<'_>,
    statement: &UpdateAttemptsStmt,
    rows: &[Row],
    status: Status,
) -> Result<u64, tokio_postgres::Error> {
    let at = rows.first().map(|row| row.due_at);
    let none = || vec![None::<i64>; rows.len()];
    let of = |own: Status| vec![at.filter(|_| own == status); rows.len()];
    let params = UpdateAttemptsParams {
        tenant_ids: rows.iter().map(|row| row.tenant_id).collect::<Vec<_>>(),
        intent_ids: rows.iter().map(|row| row.intent_id).collect::<Vec<_>>(),
        attempts: rows.iter().map(|row| row.attempt).collect::<Vec<_>>(),
        opens: vec![false; rows.len()],
        statuses: vec![status.as_str(); rows.len()],
        marks: rows.iter().map(|row| row.marks).collect::<Vec<_>>(),
        due_at: rows.iter().map(|row| row.due_at).collect::<Vec<_>>(),
        armed_epochs: none(),
        armed_at: none(),
        unknown_at: none(),
        accepted_at: none(),
        sent_at: of(Status::Sent),
        delivered_at: of(Status::Delivered),
        read_at: of(Status::Read),
        played_at: none(),
        failed_at: none(),
        ended_at: none(),
        wamids: rows.iter().map(|row| row.wamid.as_deref()).collect::<Vec<_>>(),
        codes: none(),
        reasons: vec![None::<&str>; rows.len()],
    };
    statement.params(tx, &params).await
}

/// The attempts of a partition, in the order in which they were accepted.
async fn rows(client: &Client, partition: i32) -> anyhow::Result<Vec<Row>> {
    let found = client
        .query(
            "SELECT a.tenant_id, a.intent_id, a.attempt, a.marks, ms_of(a.due_at), a.wamid, i.sender_id, i.contact
               FROM attempt a JOIN intent i USING (tenant_id, intent_id)
              WHERE a.task_partition = $1 ORDER BY a.accepted_at, a.intent_id",
            &[&partition],
        )
        .await?;
    let row = |row: &tokio_postgres::Row| Row {
        tenant_id: row.get(0),
        intent_id: row.get(1),
        attempt: row.get(2),
        marks: row.get(3),
        due_at: row.get(4),
        wamid: row.get(5),
        sender_id: row.get(6),
        contact: row.get(7),
    };
    Ok(found.iter().map(row).collect())
}

/// The record that the status of an attempt publishes.
fn publication(row: &Row, status: Status) -> Publication {
    let (intent_id, sender_id) = (IntentId(row.intent_id), SenderId::new(row.sender_id.as_str()));
    let at = Millis(row.due_at);
    let value = Transition {
        tenant_id: TenantId(row.tenant_id),
        intent_id,
        attempt: row.attempt,
        status,
        at,
        accepted_at: at,
        sender_id: sender_id.clone(),
        contact: Contact::new(row.contact.as_str()),
        identity: Identity::default(),
        group_id: None,
        class: Class::Campaign,
        campaign_id: Some(CampaignId(row.intent_id)),
        template: Some(TEMPLATE.0.to_owned()),
        callback_data: None,
        wamid: row.wamid.as_deref().map(Wamid::new),
        code: None,
        reason: None,
        errors: Vec::new(),
        pricing: Some(PRICING.to_owned()),
        conversation: None,
        queued_at: None,
        armed_at: None,
    };
    Publication {
        topic: topic::DELIVERY,
        key: format!("{sender_id}:{}", row.contact),
        event_type: EventType::DeliveryTransitioned,
        id: format!("{intent_id}.{}.{status}", row.attempt),
        sender_id,
        subject: intent_id.to_string(),
        tenant_id: Some(TenantId(row.tenant_id)),
        time: at,
        origin: Some(Origin { topic: topic::SENDERS.to_owned(), partition: 0, offset: 0, index: 0 }),
        headers: Vec::new(),
        value: serde_json::to_string(&value).expect("an event is JSON"),
    }
}

//! The normalize task: stateless, and without Postgres, so that it works on while the store is away.
//!
//! Its outputs take their sequence numbers from the input's offset and index: a replay after a crash gives the same
//! numbers, and the consumers' high-water check drops them. The group's committed offset is its only state, and follows
//! the log's acknowledgement of all outputs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use posthaste_core::normalize::{Buried, Normalized, RawWebhook, normalize};
use posthaste_model::{EventType, Millis, Sequence, StreamProgressed, UnknownUpdate, header, topic};
use serde::Serialize;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;

use crate::clock;
use crate::log::{Assigned, Assignee, Commits, Publisher, StartAt};
use crate::record::{Envelope, InRecord, OutRecord};

/// Name of the task.
pub const TASK: &str = "normalize";
/// Webhooks that wait between the consumer's thread and a partition.
const RECORDS_WAITING_MAX: usize = 1_000;
/// Webhooks published together.
const BATCH_MAX: usize = 500;
/// Stands for the names that no app has; none has this one, which is no segment of a URL that is configured.
const NO_APP: &str = "*";
/// Longest wait for a partition to end when it is given up.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// Runs the task on the partitions that the group assigns.
pub struct NormalizeRunner {
    publisher: Arc<dyn Publisher>,
    sender_partitions: i32,
    commits: Commits,
    failures: mpsc::UnboundedSender<String>,
    running: AsyncMutex<HashMap<i32, JoinHandle<()>>>,
}

impl NormalizeRunner {
    /// `sender_partitions` is the count of `senders.v1`.
    pub fn new(
        publisher: Arc<dyn Publisher>,
        sender_partitions: i32,
        failures: mpsc::UnboundedSender<String>,
    ) -> Arc<Self> {
        Arc::new(Self {
            publisher,
            sender_partitions,
            commits: Commits::default(),
            failures,
            running: AsyncMutex::default(),
        })
    }

    /// Where offsets are committed; to be connected with the consumer.
    pub fn commits(&self) -> &Commits {
        &self.commits
    }
}

#[async_trait]
impl Assignee for NormalizeRunner {
    async fn assigned(&self, partitions: Vec<(String, i32)>) -> Result<Vec<Assigned>, String> {
        let mut assigned = Vec::with_capacity(partitions.len());
        for (topic, partition) in partitions {
            let (records, incoming) = mpsc::channel(RECORDS_WAITING_MAX);
            let run = run(
                Arc::clone(&self.publisher),
                self.sender_partitions,
                self.commits.clone(),
                self.failures.clone(),
                incoming,
            );
            self.running.lock().await.insert(partition, tokio::spawn(run));
            assigned.push(Assigned { topic, partition, start: StartAt::Committed, records });
        }
        Ok(assigned)
    }

    async fn revoked(&self, partitions: Vec<(String, i32)>, _lost: bool) {
        // The channels are closed by now: each partition ends after the batch that it has in hand.
        for (_, partition) in partitions {
            if let Some(mut running) = self.running.lock().await.remove(&partition)
                && tokio::time::timeout(DRAIN_MAX, &mut running).await.is_err()
            {
                running.abort();
            }
        }
    }
}

async fn run(
    publisher: Arc<dyn Publisher>,
    sender_partitions: i32,
    commits: Commits,
    failures: mpsc::UnboundedSender<String>,
    mut incoming: mpsc::Receiver<InRecord>,
) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while incoming.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let Some(last) = batch.last() else { continue };
        let (topic, partition, next) = (Arc::clone(&last.topic), last.partition, last.offset + 1);
        let records = batch.drain(..).flat_map(|record| outputs(&record, sender_partitions)).collect();
        if let Err(error) = publisher.publish(records).await {
            // Nobody listens any more when the process is going down.
            let _ = failures.send(format!("{TASK}: {error}"));
            return;
        }
        commits.tell(&topic, partition, next);
    }
}

/// What one record of `webhooks.raw.v1` becomes.
fn outputs(record: &InRecord, sender_partitions: i32) -> Vec<OutRecord> {
    let received_at = record.header(header::PH_RECEIVED_AT).and_then(Millis::parse).unwrap_or_else(clock::wall);
    if record.event_type() == Some(EventType::EdgeHeartbeat) {
        return progress(record, received_at, sender_partitions);
    }
    if record.event_type() == Some(EventType::WebhooksCounted) {
        return vec![counted(record, received_at)];
    }
    if let Some(name) = record.header(header::CE_TYPE) {
        return vec![parked(record, name, received_at)];
    }
    let output = normalize(&RawWebhook { body: &record.value, received_at });
    let events = output.events.iter().map(|(index, event)| to_record(record, *index, event));
    let reported = output.events.iter().filter_map(|(index, event)| reported(record, *index, event));
    let buried = output.buried.iter().map(|buried| letter(record, buried, received_at));
    let mut records: Vec<(u32, OutRecord)> = events.chain(reported).chain(buried).collect();
    // Sequence numbers rise within a partition of the output only if the records are in the order of their indexes.
    records.sort_by_key(|(index, _)| *index);
    records.into_iter().map(|(_, record)| record).collect()
}

struct Address<'a> {
    topic: &'static str,
    key: &'a str,
    source: String,
    id: String,
    subject: &'a str,
    event_type: EventType,
    time: Millis,
}

fn build(record: &InRecord, index: u32, address: Address<'_>, value: &impl Serialize) -> (u32, OutRecord) {
    let origin = record.origin(index);
    let sequence = Sequence { task: TASK.to_owned(), partition: record.partition, seq: origin.sequence_number() };
    let headers = Envelope {
        id: address.id,
        source: address.source,
        event_type: address.event_type,
        time: address.time,
        subject: address.subject.to_owned(),
        tenant: None,
        sequence: &sequence,
        origin: Some(&origin),
    }
    .headers();
    let value = Bytes::from(serde_json::to_vec(value).expect("an event is JSON"));
    let record =
        OutRecord { topic: address.topic.into(), key: Some(address.key.to_owned()), partition: None, headers, value };
    (index, record)
}

fn to_record(record: &InRecord, index: u32, event: &Normalized) -> (u32, OutRecord) {
    match event {
        Normalized::Status(status) => {
            let address = Address {
                topic: topic::SENDERS,
                key: status.sender_id.as_str(),
                source: format!("/senders/{}", status.sender_id),
                id: format!("{}:{}:{}", status.sender_id, status.wamid, status.status),
                subject: status.wamid.as_str(),
                event_type: EventType::StatusObserved,
                time: status.at,
            };
            build(record, index, address, status)
        }
        Normalized::Watermark(report) => {
            let address = Address {
                topic: topic::SENDERS,
                key: report.sender_id.as_str(),
                source: format!("/senders/{}", report.sender_id),
                id: format!("{}:{}:{}:{}", report.sender_id, report.contact, report.status, report.upto.0),
                subject: report.contact.as_str(),
                event_type: EventType::WatermarkObserved,
                time: report.at,
            };
            build(record, index, address, report)
        }
        Normalized::Inbound(inbound) => {
            let address = Address {
                topic: topic::SENDERS,
                key: inbound.sender_id.as_str(),
                source: format!("/senders/{}", inbound.sender_id),
                id: format!("{}:{}", inbound.sender_id, inbound.wamid),
                subject: inbound.wamid.as_str(),
                event_type: EventType::InboundReceived,
                time: inbound.at,
            };
            build(record, index, address, inbound)
        }
        Normalized::Template(changed) => {
            let address = Address {
                topic: topic::ACCOUNTS,
                key: changed.waba_id.as_str(),
                source: format!("/wabas/{}", changed.waba_id),
                id: format!(
                    "{}:{}:{}:{}:{}",
                    changed.waba_id, changed.name, changed.language, changed.event, changed.at.0
                ),
                subject: &changed.name,
                event_type: EventType::TemplateChanged,
                time: changed.at,
            };
            build(record, index, address, changed)
        }
        Normalized::Limits(changed) => {
            let address = Address {
                topic: topic::ACCOUNTS,
                key: changed.waba_id.as_str(),
                source: format!("/wabas/{}", changed.waba_id),
                id: format!("limits:{}", record.origin(index)),
                subject: changed.number.as_deref().unwrap_or(changed.waba_id.as_str()),
                event_type: EventType::LimitsChanged,
                time: changed.at,
            };
            build(record, index, address, changed)
        }
        Normalized::Account(updated) => {
            let address = Address {
                topic: topic::ACCOUNTS,
                key: updated.waba_id.as_str(),
                source: format!("/wabas/{}", updated.waba_id),
                id: format!("account:{}", record.origin(index)),
                subject: updated.update.kind(),
                event_type: EventType::AccountUpdated,
                time: updated.at,
            };
            build(record, index, address, updated)
        }
        Normalized::Unknown(unknown) => kept(record, index, unknown),
        Normalized::UnknownStatus(own) => kept(record, index, &own.update),
    }
}

fn kept(record: &InRecord, index: u32, unknown: &UnknownUpdate) -> (u32, OutRecord) {
    let address = Address {
        topic: topic::ACCOUNTS,
        key: unknown.waba_id.as_str(),
        source: format!("/wabas/{}", unknown.waba_id),
        id: format!("unknown:{}", record.origin(index)),
        subject: &unknown.field,
        event_type: EventType::UnknownUpdate,
        time: unknown.at,
    };
    metrics::counter!("posthaste_unknown_updates_total", "what" => unknown.what.clone()).increment(1);
    build(record, index, address, unknown)
}

/// A status that is not known goes to the owner of its number too. It has the number of the update that is kept: that one is on another
/// topic, and the numbers of all that follows stay what they are without it.
fn reported(record: &InRecord, index: u32, event: &Normalized) -> Option<(u32, OutRecord)> {
    let Normalized::UnknownStatus(own) = event else { return None };
    let reported = &own.reported;
    let address = Address {
        topic: topic::SENDERS,
        key: reported.sender_id.as_str(),
        source: format!("/senders/{}", reported.sender_id),
        id: format!("{}:{}:{}", reported.sender_id, reported.wamid, reported.status),
        subject: reported.wamid.as_str(),
        event_type: EventType::StatusReported,
        time: reported.at,
    };
    Some(build(record, index, address, reported))
}

fn letter(record: &InRecord, buried: &Buried, at: Millis) -> (u32, OutRecord) {
    metrics::counter!("posthaste_dead_letters_total", "reason" => buried.code).increment(1);
    let origin = record.origin(buried.index).to_string();
    let address = Address {
        topic: topic::DEAD_LETTERS,
        key: &origin,
        source: format!("/{TASK}"),
        id: format!("letter:{origin}"),
        subject: &origin,
        event_type: EventType::LetterBuried,
        time: at,
    };
    let (index, mut letter) = build(record, buried.index, address, &());
    letter.headers.put(header::PH_REASON, format_args!("{}: {}", buried.code, buried.reason));
    letter.value = Bytes::from(buried.raw.clone().into_bytes());
    (index, letter)
}

/// A webhook has no type: what has one and is no sign of life was written by an edge of a newer version.
fn parked(record: &InRecord, name: &str, at: Millis) -> OutRecord {
    let raw = String::from_utf8_lossy(&record.value).into_owned();
    let unknown = Buried { index: 0, code: "event_type_unknown", reason: format!("ce_type {name}"), raw };
    let (_, mut letter) = letter(record, &unknown, at);
    letter.headers.put(header::PH_LETTER, format_args!("{}", header::PARKED));
    letter
}

/// What the edge has counted is passed on as it is to the task that has the store.
fn counted(record: &InRecord, at: Millis) -> OutRecord {
    let app = record.header(header::PH_APP).unwrap_or(NO_APP);
    let address = Address {
        topic: topic::ACCOUNTS,
        key: app,
        source: format!("/apps/{app}"),
        id: format!("counted:{}", record.origin(0)),
        subject: app,
        event_type: EventType::WebhooksCounted,
        time: at,
    };
    let (_, mut counted) = build(record, 0, address, &());
    counted.value = record.value.clone();
    counted
}

/// A sign of life of the edge is passed on to every owner of senders.
fn progress(record: &InRecord, upto: Millis, sender_partitions: i32) -> Vec<OutRecord> {
    let value = StreamProgressed { partition: record.partition, upto };
    let one = |partition: i32| {
        let address = Address {
            topic: topic::SENDERS,
            key: "stream",
            source: format!("/{TASK}"),
            id: format!("stream:{}:{}", record.partition, record.offset),
            subject: "stream",
            event_type: EventType::StreamProgressed,
            time: upto,
        };
        let (_, mut out) = build(record, 0, address, &value);
        out.partition = Some(partition);
        out
    };
    (0..sender_partitions).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(value: &str, headers: &[(&str, &str)]) -> InRecord {
        InRecord {
            topic: topic::WEBHOOKS_RAW.into(),
            partition: 2,
            offset: 7,
            key: None,
            headers: headers.iter().copied().collect(),
            value: Bytes::copy_from_slice(value.as_bytes()),
        }
    }

    #[test]
    fn a_replay_gives_the_same_sequence_numbers() {
        let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"nobody_knows","value":{}},{"field":"nor_this","value":{}}]}]}"#;
        let at = [(header::PH_RECEIVED_AT, "2026-11-21T00:00:00.000Z")];
        let first = outputs(&raw(body, &at), 24);
        assert_eq!(first.len(), 2);
        assert_eq!(first, outputs(&raw(body, &at), 24));
        let sequences: Vec<_> = first.iter().map(|r| r.headers.get(header::PH_SEQ).unwrap()).collect();
        let base = 7_i64 << posthaste_model::Origin::INDEX_BITS;
        let expected = [base, base + 1].map(|seq| format!("normalize/2/{seq}").into_bytes());
        assert_eq!(sequences, expected);
    }

    #[test]
    fn a_status_that_nobody_knows_is_kept_and_goes_to_the_owner_of_its_number_under_one_sequence_number() {
        let statuses = r#"{"id":"wamid.1","status":"warning"},{"id":"wamid.1","status":"read"}"#;
        let body = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"9"}},"statuses":[{statuses}]}}}}]}}]}}"#
        );
        let records = outputs(&raw(&body, &[]), 24);
        let text = |record: &OutRecord, name| String::from_utf8_lossy(record.headers.get(name).unwrap()).into_owned();
        let told: Vec<_> =
            records.iter().map(|own| (&*own.topic, text(own, header::CE_TYPE), text(own, header::PH_SEQ))).collect();
        let base = 7_i64 << posthaste_model::Origin::INDEX_BITS;
        let expected = [
            (topic::ACCOUNTS, EventType::UnknownUpdate, base),
            (topic::SENDERS, EventType::StatusReported, base),
            (topic::SENDERS, EventType::StatusObserved, base + 1),
        ];
        let expected = expected.map(|(topic, own, seq)| (topic, own.as_str().to_owned(), format!("normalize/2/{seq}")));
        assert_eq!(told, expected);
        assert_eq!(records[1].key.as_deref(), Some("9"));
    }

    #[test]
    fn what_cannot_be_read_is_buried_with_its_bytes() {
        let letters = outputs(&raw("not json", &[]), 24);
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].topic, topic::DEAD_LETTERS);
        assert_eq!(letters[0].value, Bytes::from_static(b"not json"));
        assert!(letters[0].headers.get(header::PH_REASON).is_some_and(|reason| reason.starts_with(b"not_json")));
    }

    #[test]
    fn what_a_newer_edge_wrote_is_parked() {
        let letters = outputs(&raw("{}", &[(header::CE_TYPE, "edge.heartbeat.v2")]), 24);
        let value = |name: &str| letters[0].headers.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        assert_eq!((letters.len(), value(header::PH_LETTER).as_deref()), (1, Some(header::PARKED)));
        let reason = "event_type_unknown: ce_type edge.heartbeat.v2";
        assert_eq!(value(header::PH_REASON).as_deref(), Some(reason));
    }

    #[test]
    fn what_the_edge_counted_goes_to_the_task_that_has_the_store_as_it_is() {
        let headers = [
            (header::CE_TYPE, EventType::WebhooksCounted.as_str()),
            (header::PH_RECEIVED_AT, "2026-11-21T00:00:00.000Z"),
        ];
        for (app, key) in [(Some((header::PH_APP, "demo")), "demo"), (None, NO_APP)] {
            let headers: Vec<_> = headers.into_iter().chain(app).collect();
            let records = outputs(&raw(r#"{"edge":"e"}"#, &headers), 24);
            assert_eq!(records.len(), 1);
            assert_eq!((&*records[0].topic, records[0].key.as_deref()), (topic::ACCOUNTS, Some(key)));
            assert_eq!(records[0].value, Bytes::from_static(br#"{"edge":"e"}"#));
            assert_eq!(records[0].headers.get(header::CE_TYPE), Some(EventType::WebhooksCounted.as_str().as_bytes()));
            assert_eq!(records, outputs(&raw(r#"{"edge":"e"}"#, &headers), 24), "a replay gives the same numbers");
        }
    }

    #[test]
    fn a_heartbeat_reaches_every_partition_of_senders() {
        let headers = [
            (header::CE_TYPE, EventType::EdgeHeartbeat.as_str()),
            (header::PH_RECEIVED_AT, "2026-11-21T00:00:00.000Z"),
        ];
        let records = outputs(&raw("", &headers), 3);
        assert_eq!(records.iter().map(|r| r.partition).collect::<Vec<_>>(), [Some(0), Some(1), Some(2)]);
        assert!(records[0].value.starts_with(br#"{"partition":2"#));
    }
}

//! The broker: fresh topics, and everything that stands on one.

use std::collections::HashMap;
use std::time::Duration;

use posthaste_kafka::Catalogue;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::wait::{PATIENCE, holds, until};

/// Limit on one request to the broker.
const REQUEST_WAIT: Duration = Duration::from_secs(15);
/// How long reading a topic may take.
const READ_WAIT: Duration = Duration::from_secs(30);

/// A record as any reader of the topic sees it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) partition: i32,
    pub(crate) key: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) value: Vec<u8>,
}

impl Record {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}: {:?}", self.headers))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.value).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The broker of `POSTHASTE_TEST_KAFKA_BOOTSTRAP`.
#[derive(Debug, Clone)]
pub(crate) struct Broker(String);

impl Broker {
    pub(crate) fn new(servers: &str) -> Self {
        Self(servers.to_owned())
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.0).set("group.id", "posthaste-it");
        config
    }

    fn client(&self) -> BaseConsumer {
        self.config().create().expect("a Kafka client")
    }

    /// Deletes the topics of the catalogue, and with them the offsets that groups have committed on them: a group that
    /// found an old offset on a new topic would stop.
    pub(crate) async fn wipe(&self) {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        let names: Vec<&str> = catalogue.topics.iter().map(|topic| topic.name.as_str()).collect();
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an administrative client");
        let options = AdminOptions::new().operation_timeout(Some(REQUEST_WAIT)).request_timeout(Some(REQUEST_WAIT));
        // Each topic has a result of its own; those that do not exist are no failure.
        admin.delete_topics(&names, &options).await.expect("Kafka answers");
        until("the topics are gone", PATIENCE, async || {
            let left = self.blocking(|client| client.fetch_metadata(None, REQUEST_WAIT)).await?;
            let left: Vec<_> = left.topics().iter().map(|topic| topic.name().to_owned()).collect();
            holds(!names.iter().any(|name| left.iter().any(|topic| topic == name)), || format!("{left:?}"))
        })
        .await;
    }

    /// Waits until every partition has a leader that knows of it: a topic is listed a moment before.
    pub(crate) async fn serve(&self) {
        until("every partition is served", PATIENCE, async || {
            self.blocking(|client| {
                for topic in Catalogue::built_in().expect("the catalogue").topics {
                    for partition in 0..topic.partitions {
                        client.fetch_watermarks(&topic.name, partition, REQUEST_WAIT)?;
                    }
                }
                Ok(())
            })
            .await
        })
        .await;
    }

    async fn blocking<T: Send + 'static>(
        &self,
        ask: impl FnOnce(BaseConsumer) -> Result<T, rdkafka::error::KafkaError> + Send + 'static,
    ) -> Result<T, String> {
        let client = self.client();
        let asked = tokio::task::spawn_blocking(move || ask(client)).await.expect("no panic");
        asked.map_err(|error| error.to_string())
    }

    /// The oldest offset of a partition, and the one behind its newest record.
    pub(crate) async fn ends(&self, topic: &'static str, partition: i32) -> (i64, i64) {
        let ends = self.blocking(move |client| client.fetch_watermarks(topic, partition, REQUEST_WAIT)).await;
        ends.expect("Kafka answers")
    }

    /// Deletes what lies before an offset, as retention does.
    pub(crate) async fn delete_before(&self, topic: &str, partition: i32, offset: i64) {
        let admin: AdminClient<DefaultClientContext> = self.config().create().expect("an administrative client");
        let options = AdminOptions::new().operation_timeout(Some(REQUEST_WAIT)).request_timeout(Some(REQUEST_WAIT));
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("a partition");
        admin.delete_records(&list, &options).await.expect("Kafka deletes");
    }

    /// Every record of a topic, partition by partition in order.
    pub(crate) async fn read(&self, topic: &'static str) -> Vec<Record> {
        let client = self.client();
        let reading = tokio::task::spawn_blocking(move || read(&client, topic));
        tokio::time::timeout(READ_WAIT, reading).await.expect("the topic can be read").expect("no panic")
    }
}

fn read(client: &BaseConsumer, topic: &str) -> Vec<Record> {
    let metadata = client.fetch_metadata(Some(topic), REQUEST_WAIT).expect("Kafka answers");
    let mut list = TopicPartitionList::new();
    let mut left = 0;
    for partition in metadata.topics()[0].partitions() {
        let (low, high) = client.fetch_watermarks(topic, partition.id(), REQUEST_WAIT).expect("Kafka answers");
        if high > low {
            left += high - low;
            list.add_partition_offset(topic, partition.id(), Offset::Beginning).expect("a partition");
        }
    }
    client.assign(&list).expect("the partitions are assigned");
    let mut records = Vec::new();
    while left > 0 {
        let Some(message) = client.poll(Duration::from_secs(1)) else { continue };
        let message = message.expect("a record");
        left -= 1;
        let headers = message.headers().map_or_else(HashMap::new, |headers| {
            let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
            headers.iter().map(|header| (header.key.to_owned(), text(header.value))).collect()
        });
        records.push(Record {
            partition: message.partition(),
            key: String::from_utf8_lossy(message.key().unwrap_or_default()).into_owned(),
            headers,
            value: message.payload().unwrap_or_default().to_vec(),
        });
    }
    records.sort_by_key(|record| record.partition);
    records
}

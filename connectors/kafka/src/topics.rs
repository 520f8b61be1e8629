//! The topic catalogue, `deploy/topics.yaml`, and its application to a broker.

use std::collections::BTreeMap;
use std::time::Duration;

use posthaste_runtime::config::KafkaConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use serde::Deserialize;

/// Limit on one request to the broker.
const REQUEST_WAIT: Duration = Duration::from_secs(15);

/// Wait before a broker that did not answer is asked again.
const CHECK_RETRY: Duration = Duration::from_secs(1);

/// The catalogue that the program was built with.
const CATALOGUE: &str = include_str!("../../../deploy/topics.yaml");

/// Why the catalogue could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum TopicsError {
    /// The catalogue is not what this program reads.
    #[error("deploy/topics.yaml: {0}")]
    Catalogue(#[from] serde_yaml_ng::Error),
    /// The broker did not answer or refused.
    #[error("kafka at {servers}: {reason}")]
    Broker {
        /// `kafka.bootstrap_servers`.
        servers: String,
        /// What it said.
        reason: String,
    },
    /// A topic exists with another number of partitions: sequence numbers and keys would no longer map.
    #[error(
        "topic {topic} has {actual} partitions and deploy/topics.yaml says {expected}; the count of an existing topic is \
         never changed in place, see docs/ARCHITECTURE.md on draining"
    )]
    PartitionCount {
        /// The topic.
        topic: String,
        /// Partitions of the existing topic.
        actual: usize,
        /// Partitions of the catalogue.
        expected: usize,
    },
    /// A topic of the catalogue does not exist.
    #[error("topic {0} does not exist; run `posthaste topics apply`")]
    Missing(String),
}

/// The catalogue.
#[derive(Debug, Clone, Deserialize)]
pub struct Catalogue {
    /// Its topics.
    pub topics: Vec<Topic>,
}

/// One topic.
#[derive(Debug, Clone, Deserialize)]
pub struct Topic {
    /// Name.
    pub name: String,
    /// Partitions; fixed for the life of the topic.
    pub partitions: i32,
    /// Settings, created with the topic.
    #[serde(default)]
    pub configs: BTreeMap<String, String>,
}

impl Catalogue {
    /// The catalogue that the program was built with.
    pub fn built_in() -> Result<Self, TopicsError> {
        Ok(serde_yaml_ng::from_str(CATALOGUE)?)
    }

    /// Partitions of a topic of the catalogue.
    pub fn partitions(&self, name: &str) -> Option<i32> {
        self.topics.iter().find(|topic| topic.name == name).map(|topic| topic.partitions)
    }

    /// Creates the topics that do not exist, then checks all. Returns the names of those that were created.
    pub async fn apply(&self, config: &KafkaConfig) -> Result<Vec<String>, TopicsError> {
        let broker = |reason: String| TopicsError::Broker { servers: config.bootstrap_servers.clone(), reason };
        let admin: AdminClient<DefaultClientContext> =
            super::base_config(config, "topics").create().map_err(|error| broker(error.to_string()))?;
        let new: Vec<NewTopic<'_>> = self
            .topics
            .iter()
            .map(|topic| {
                let replication = TopicReplication::Fixed(config.replication_factor);
                let new = NewTopic::new(&topic.name, topic.partitions, replication);
                topic.configs.iter().fold(new, |new, (key, value)| new.set(key, value))
            })
            .collect();
        let options = AdminOptions::new().operation_timeout(Some(REQUEST_WAIT)).request_timeout(Some(REQUEST_WAIT));
        let results = admin.create_topics(&new, &options).await.map_err(|error| broker(error.to_string()))?;
        let mut created = Vec::new();
        for result in results {
            match result {
                Ok(name) => created.push(name),
                Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((name, code)) => return Err(broker(format!("topic {name}: {code}"))),
            }
        }
        self.wait_until_visible(config).await?;
        Ok(created)
    }

    /// A topic that was created is in the metadata a moment later.
    async fn wait_until_visible(&self, config: &KafkaConfig) -> Result<(), TopicsError> {
        let deadline = tokio::time::Instant::now() + REQUEST_WAIT;
        loop {
            match self.check(config).await {
                Err(TopicsError::Missing(_)) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                other => return other,
            }
        }
    }

    /// Checks that every topic exists with the catalogue's number of partitions.
    pub async fn check(&self, config: &KafkaConfig) -> Result<(), TopicsError> {
        let broker = |reason: String| TopicsError::Broker { servers: config.bootstrap_servers.clone(), reason };
        let client: rdkafka::consumer::BaseConsumer =
            super::base_config(config, "topics").create().map_err(|error| broker(error.to_string()))?;
        let metadata = tokio::task::spawn_blocking(move || {
            use rdkafka::consumer::Consumer as _;
            client.fetch_metadata(None, REQUEST_WAIT)
        })
        .await
        .map_err(|error| broker(error.to_string()))?
        .map_err(|error| broker(error.to_string()))?;
        for topic in &self.topics {
            let actual = metadata.topics().iter().find(|found| found.name() == topic.name);
            let actual = actual.map_or(0, |found| found.partitions().len());
            let expected = usize::try_from(topic.partitions).unwrap_or(0);
            match actual {
                0 => return Err(TopicsError::Missing(topic.name.clone())),
                n if n != expected => {
                    return Err(TopicsError::PartitionCount { topic: topic.name.clone(), actual, expected });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// [`Catalogue::check`] for what must not work with other counts, and cannot know whether a broker is there: waits for
    /// one. Every error that is returned is one that waiting does not mend.
    pub async fn check_when_reachable(&self, config: &KafkaConfig) -> Result<(), TopicsError> {
        loop {
            match self.check(config).await {
                Err(error @ TopicsError::Broker { .. }) => {
                    tracing::warn!(%error, "the topics cannot be checked yet; trying again");
                    tokio::time::sleep(CHECK_RETRY).await;
                }
                other => return other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::mocking::MockCluster;
    use rdkafka::producer::DefaultProducerContext;

    use super::*;

    /// A broker with every topic of the catalogue, one of them of another count.
    fn broker(catalogue: &Catalogue, other: &str) -> (MockCluster<'static, DefaultProducerContext>, KafkaConfig) {
        let cluster = MockCluster::new(1).expect("a broker in memory");
        for topic in &catalogue.topics {
            let partitions = topic.partitions + i32::from(topic.name == other);
            cluster.create_topic(&topic.name, partitions, 1).expect("a topic");
        }
        let config = KafkaConfig {
            bootstrap_servers: cluster.bootstrap_servers(),
            replication_factor: 1,
            session_timeout_ms: 10_000,
            instance: String::new(),
            options: BTreeMap::new(),
        };
        (cluster, config)
    }

    #[tokio::test]
    async fn topics_with_the_counts_of_the_catalogue_pass_and_one_of_another_count_is_named() {
        let catalogue = Catalogue::built_in().expect("a catalogue");
        let (_cluster, config) = broker(&catalogue, "none");
        catalogue.check_when_reachable(&config).await.expect("the topics are those of the catalogue");
        for name in catalogue.topics.iter().map(|topic| topic.name.as_str()) {
            let (_cluster, config) = broker(&catalogue, name);
            match catalogue.check_when_reachable(&config).await {
                Err(TopicsError::PartitionCount { topic, actual, expected }) => {
                    assert_eq!((topic.as_str(), actual), (name, expected + 1));
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

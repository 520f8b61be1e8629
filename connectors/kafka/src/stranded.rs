//! Notices a client that has lost its way to the log while the log is there.
//!
//! A broker that stops may answer a last metadata request with no brokers at all. librdkafka from 2.12 on believes it,
//! forgets every broker it knew and never asks again, although the broker comes back (its issue 5301); a client made anew
//! is the only way out. The judgement is by comparison, so that no outage, however long, is mistaken for it: a client is
//! stranded when it reaches no broker although a fresh one, with the same settings and at the same moment, does.

use std::time::{Duration, Instant};

use posthaste_runtime::config::KafkaConfig;
use rdkafka::ClientConfig;
use rdkafka::client::{Client, ClientContext};
use rdkafka::consumer::{BaseConsumer, Consumer as _};

/// Limit on one question for the brokers. A client that is well answers within milliseconds; one whose connection was
/// cut is back within `reconnect.backoff.max.ms` (1 s).
const QUESTION_WAIT: Duration = Duration::from_secs(2);
/// How long a client may hear nothing before it is asked, and then between two questions. An idle consumer pays one
/// metadata request for it.
pub(crate) const QUIET: Duration = Duration::from_secs(5);

/// Whether `client` reaches no broker although a client made with `fresh` does. Blocks for up to three times
/// [`QUESTION_WAIT`]; a few milliseconds when all is well.
pub(crate) fn stranded<C: ClientContext>(client: &Client<C>, fresh: &ClientConfig, topic: &str) -> bool {
    if reaches(client, topic) {
        return false;
    }
    let reachable = fresh.create().is_ok_and(|fresh: BaseConsumer| reaches(fresh.client(), topic));
    // The broker may have come back between the first two questions: then the client has, too.
    reachable && !reaches(client, topic)
}

fn reaches<C: ClientContext>(client: &Client<C>, topic: &str) -> bool {
    client.fetch_metadata(Some(topic), QUESTION_WAIT).is_ok_and(|metadata| !metadata.brokers().is_empty())
}

/// Watches a client that reads: as long as records come, nothing is asked.
pub(crate) struct Watch {
    fresh: ClientConfig,
    topic: String,
    ask_at: Instant,
}

impl Watch {
    /// Watches a reader of `topic`; `fresh` are the settings of a client that belongs to no group.
    pub(crate) fn new(fresh: ClientConfig, topic: &str) -> Self {
        Self { fresh, topic: topic.to_owned(), ask_at: Instant::now() + QUIET }
    }

    /// A record has come.
    pub(crate) fn heard(&mut self) {
        self.ask_at = Instant::now() + QUIET;
    }

    /// Whether the client, from which nothing came, is stranded. Asks at most once in [`QUIET`].
    pub(crate) fn finds_stranded<C: ClientContext>(&mut self, client: &Client<C>) -> bool {
        if Instant::now() < self.ask_at {
            return false;
        }
        let stranded = stranded(client, &self.fresh, &self.topic);
        self.heard();
        if stranded {
            metrics::counter!("posthaste_kafka_clients_replaced_total", "client" => "reader").increment(1);
        }
        stranded
    }
}

/// What is said of a reader that ends because of it.
pub(crate) const REASON: &str = "the client found no way back to a log that is there";

/// The settings of a fresh client for comparison.
pub(crate) fn fresh(config: &KafkaConfig) -> ClientConfig {
    let mut fresh = super::base_config(config, "probe");
    fresh.set("group.id", "posthaste-probe");
    fresh
}

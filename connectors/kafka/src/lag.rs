//! How far a consumer is behind: from librdkafka's own statistics, so that no broker is asked.

use std::collections::HashMap;

use serde::Deserialize;

/// How often librdkafka counts.
pub(crate) const EVERY_MS: &str = "15000";

#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    topics: HashMap<String, TopicStatistics>,
}

#[derive(Deserialize)]
struct TopicStatistics {
    #[serde(default)]
    partitions: HashMap<String, PartitionStatistics>,
}

#[derive(Deserialize)]
struct PartitionStatistics {
    /// Newest offset less the committed one, or less what was handed over; -1 while nobody knows (librdkafka:
    /// STATISTICS.md).
    #[serde(default = "unknown")]
    consumer_lag: i64,
}

fn unknown() -> i64 {
    -1
}

/// The lags that a report of librdkafka's gives, by topic and partition.
pub(crate) fn read(report: &[u8]) -> Vec<(String, i32, i64)> {
    // A report in another form says nothing, and harms nobody.
    let Ok(Statistics { topics }) = serde_json::from_slice(report) else { return Vec::new() };
    let of_topic = |(topic, statistics): (String, TopicStatistics)| {
        let known = |(partition, statistics): (String, PartitionStatistics)| {
            let number = partition.parse().ok().filter(|number| *number >= 0)?;
            (statistics.consumer_lag >= 0).then_some((number, statistics.consumer_lag))
        };
        let lags: Vec<_> = statistics.partitions.into_iter().filter_map(known).collect();
        lags.into_iter().map(move |(partition, lag)| (topic.clone(), partition, lag))
    };
    topics.into_iter().flat_map(of_topic).collect()
}

/// Shows the lag of a partition.
pub(crate) fn tell(group: &str, topic: &str, partition: i32, lag: i64) {
    let (group, topic, partition) = (group.to_owned(), topic.to_owned(), partition.to_string());
    metrics::gauge!("posthaste_consumer_lag_records", "group" => group, "topic" => topic, "partition" => partition)
        .set(lag as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_the_lags_that_are_known() {
        let report = br#"{"name":"c","topics":{"senders.v1":{"topic":"senders.v1","partitions":{
            "0":{"consumer_lag":7,"hi_offset":9},"1":{"consumer_lag":-1},"-1":{"consumer_lag":0},"2":{}}}}}"#;
        assert_eq!(read(report), [("senders.v1".to_owned(), 0, 7)]);
        assert_eq!(read(b"nonsense"), []);
    }
}

//! What must be true of the public topics: headers, uniqueness, sequence numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::World;
use super::broker::Record;

/// Topics that the sender task publishes to.
const OUTPUTS: [&str; 4] = ["delivery.v1", "inbound.v1", "senders.v1", "dead-letters.v1"];
/// The stateless task: its numbers follow from its input and have gaps.
const STATELESS: &str = "normalize";

impl World {
    /// Checks `delivery.v1` as any consumer sees it. After a crash a record may stand there twice, under the same number
    /// (`republished`): a consumer drops it by that number. Gives the number of transitions.
    pub(crate) async fn check_deliveries(&self, republished: bool) -> usize {
        let records = self.broker.read("delivery.v1").await;
        let mut seen: HashMap<(String, i64, String), String> = HashMap::new();
        let mut ids = HashSet::new();
        for record in &records {
            self.check_headers(record);
            let value = record.json();
            let text = |name: &str| value[name].as_str().expect("a text").to_owned();
            let key = (text("intent_id"), value["attempt"].as_i64().expect("a number"), text("status"));
            ids.insert(record.header("ce_id").to_owned());
            if let Some(number) = seen.insert(key.clone(), record.header("ph-seq").to_owned()) {
                assert!(republished, "{key:?} stands on delivery.v1 twice");
                assert_eq!(number, record.header("ph-seq"), "{key:?} stands on delivery.v1 under two numbers");
            }
        }
        assert_eq!(ids.len(), seen.len(), "ce_id is one to one with (intent, attempt, status)");
        self.check_sequences(republished).await;
        seen.len()
    }

    fn check_headers(&self, record: &Record) {
        let value = record.json();
        let tenant = &self.tenant;
        let source = record.header("ce_source");
        let sender = source.strip_prefix("/senders/").unwrap_or_default();
        assert!(self.senders.iter().any(|id| id == sender), "{source}: {record:?}");
        let expected = [
            ("ce_specversion", "1.0"),
            ("ce_type", "delivery.transitioned.v1"),
            ("ce_time", value["at"].as_str().expect("a time")),
            ("ce_subject", value["intent_id"].as_str().expect("an id")),
            ("ce_tenantid", &tenant.id),
            ("content-type", "application/json"),
        ];
        for (name, text) in expected {
            assert_eq!(record.header(name), text, "{name}: {record:?}");
        }
        assert!(!record.header("ce_id").is_empty() && !record.header("ce_dataschema").is_empty(), "{record:?}");
        assert_eq!(value["tenant_id"], tenant.id);
        assert_eq!(record.key, format!("{sender}:{}", value["contact"].as_str().expect("a contact")));
    }

    /// `ph-seq` is gapless per producing partition over all topics, and rises within each partition of a topic.
    async fn check_sequences(&self, republished: bool) {
        let mut numbers: BTreeMap<(String, i32), BTreeSet<i64>> = BTreeMap::new();
        for topic in OUTPUTS {
            let mut highest: HashMap<(i32, String, i32), i64> = HashMap::new();
            for record in self.broker.read(topic).await {
                let (task, partition, seq) = sequence(record.header("ph-seq"));
                if task == STATELESS {
                    continue;
                }
                let above = highest.entry((record.partition, task.clone(), partition)).or_insert(0);
                assert!(seq > *above || republished, "{topic}: {task}/{partition}/{seq} stands after {above}");
                *above = seq.max(*above);
                numbers.entry((task, partition)).or_default().insert(seq);
            }
        }
        assert!(!numbers.is_empty());
        for (producer, numbers) in numbers {
            let missing = (1..=*numbers.last().expect("a number")).find(|seq| !numbers.contains(seq));
            assert_eq!(missing, None, "a number of {producer:?} stands on no topic");
        }
    }
}

/// `<task>/<partition>/<seq>`.
fn sequence(text: &str) -> (String, i32, i64) {
    let parts: Vec<&str> = text.split('/').collect();
    let [task, partition, seq] = parts[..] else { panic!("ph-seq {text}") };
    (task.to_owned(), partition.parse().expect("a partition"), seq.parse().expect("a number"))
}

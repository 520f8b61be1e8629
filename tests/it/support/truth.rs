//! What the pipeline says, compared with what the simulator saw.

use std::collections::BTreeMap;

use posthaste_simulator::FinalStatus;
use serde_json::Value;

use super::World;
use super::wait::{PATIENCE, holds, until};

/// A message as Meta knows it: its furthest status and its id.
pub(crate) type Fate = (String, String);

/// Counters of `GET /v1/campaigns/{id}` that must add up to the recipients once nothing is left to do.
const ENDS: [&str; 5] = ["accepted", "rejected", "expired", "cancelled", "unconfirmed"];

impl World {
    /// What the simulator accepted, by message id.
    pub(crate) fn seen_by_meta(&self) -> BTreeMap<String, Fate> {
        let fate = |status| match status {
            FinalStatus::Accepted => "accepted",
            FinalStatus::Sent => "sent",
            FinalStatus::Failed => "failed",
            FinalStatus::Delivered => "delivered",
            FinalStatus::Read => "read",
        };
        let messages = self.simulator.messages(0, usize::MAX);
        let seen = messages.into_iter().map(|message| {
            let token = message.token.expect("every send carries a token");
            let hex = token.split('.').nth(1).expect("the token names the message");
            (format!("msg_{hex}"), (fate(message.status).to_owned(), message.wamid))
        });
        seen.collect()
    }

    /// What the tenant's SQL says Meta accepted.
    pub(crate) async fn told_by_sql(&self) -> BTreeMap<String, Fate> {
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let statement = "SELECT intent_id, status, wamid FROM messages \
                         WHERE status IN ('accepted', 'sent', 'failed', 'delivered', 'read')";
        let rows = self.tenant.sql(statement).await;
        rows.iter().map(|row| (text(row, "intent_id"), (text(row, "status"), text(row, "wamid")))).collect()
    }

    /// Waits until a campaign has nothing left to do and every status has arrived; then compares message by message, and
    /// the counts of SQL and of the API. Gives the API's progress.
    #[track_caller]
    #[expect(clippy::manual_async_fn, reason = "an async function would not name its caller")]
    pub(crate) fn settled(&mut self, campaign: &str) -> impl Future<Output = Value> {
        async move {
            let tenant = self.tenant.clone();
            let state = until("the campaign has ended", 2 * PATIENCE, async || {
                self.assert_alive();
                let state = tenant.state(campaign).await;
                let ended = ["completed", "cancelled"].contains(&state["state"].as_str().unwrap_or_default());
                let accounted: u64 = ENDS.iter().map(|end| count(&state["progress"], end)).sum();
                let all = accounted == count(&state["progress"], "released");
                holds(ended && all && count(&state["progress"], "unknown") == 0, || state.to_string()).map(|()| state)
            })
            .await;
            self.flush().await;
            let seen = self.seen_by_meta();
            until("SQL says what the simulator saw", PATIENCE, async || {
                self.assert_alive();
                let told = self.told_by_sql().await;
                holds(told == seen, || difference(&seen, &told))
            })
            .await;
            until("the API's progress is what the simulator saw", PATIENCE, async || {
                let progress = &tenant.state(campaign).await["progress"];
                let ledger = self.simulator.ledger();
                let reported = ledger.statuses_generated;
                let counts = [
                    ("accepted", ledger.accepted),
                    ("sent", reported.sent),
                    ("delivered", reported.delivered),
                    ("read", reported.read),
                    ("failed", reported.failed),
                ];
                let wrong: Vec<_> = counts.iter().filter(|(name, n)| count(progress, name) != *n).collect();
                holds(wrong.is_empty(), || format!("expected {wrong:?}, have {progress}"))
            })
            .await;
            self.compare_funnel(campaign).await;
            let now = tenant.state(campaign).await;
            assert_eq!(now["recipients"], state["recipients"]);
            now["progress"].clone()
        }
    }

    /// The funnel is read from the stream, which may be two seconds behind what is committed.
    async fn compare_funnel(&self, campaign: &str) {
        let ledger = self.simulator.ledger();
        let end = ledger.by_final_status;
        let counts = [
            ("accepted", ledger.accepted),
            ("sent", ledger.statuses_generated.sent),
            ("delivered", end.delivered + end.read),
            ("read", end.read),
            ("failed", end.failed),
            ("waiting", 0),
            ("unknown", 0),
        ];
        until("the funnel is what the simulator saw", PATIENCE, async || {
            let funnel = self.tenant.funnel(campaign).await;
            let wrong: Vec<_> = counts.iter().filter(|(name, n)| count(&funnel, name) != *n).collect();
            holds(wrong.is_empty(), || format!("expected {wrong:?}, have {funnel}"))
        })
        .await;
    }

    /// The promises that hold whatever happens.
    pub(crate) fn assert_no_breach_and_no_duplicate(&self) {
        let ledger = self.simulator.ledger();
        let broken = (ledger.breaches, ledger.pair_breaches, ledger.duplicate_tokens, ledger.duplicate_intents);
        assert_eq!(broken, (0, 0, 0, 0), "breaches, pair breaches, duplicate tokens, duplicate intents: {ledger:?}");
    }
}

/// A counter of a JSON object.
#[track_caller]
pub(crate) fn count(object: &Value, name: &str) -> u64 {
    object[name].as_u64().unwrap_or_else(|| panic!("no count {name} in {object}"))
}

/// Which messages' fates differ, some of them, and how.
pub(crate) fn difference(seen: &BTreeMap<String, Fate>, told: &BTreeMap<String, Fate>) -> String {
    let wrong = seen
        .iter()
        .filter(|(id, fate)| told.get(*id) != Some(fate))
        .map(|(id, fate)| format!("{id}: simulator {fate:?}, SQL {:?}", told.get(id)));
    let unseen = told.iter().filter(|(id, _)| !seen.contains_key(*id));
    let unseen = unseen.map(|(id, fate)| format!("{id}: unknown to the simulator, SQL {fate:?}"));
    let all: Vec<_> = wrong.chain(unseen).collect();
    format!("{} of {} differ, such as {:#?}", all.len(), seen.len(), &all[..all.len().min(3)])
}

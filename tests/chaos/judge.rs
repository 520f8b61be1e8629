//! The verdict: when the faults are over and nothing is left to do, everything that the pipeline says must be what the
//! simulator's ledger says.

use http::Method;
use serde_json::{Value, json};

use super::arena::{Arena, LIMIT, WORKERS};
use super::support::api::phone;
use super::support::truth::{count, difference};
use super::support::wait::{PATIENCE, holds, until};

/// How long the rest of the load may take once the faults are over, in spans of `PATIENCE`.
const REST: u32 = 4;

/// People in the phone book whom nobody else writes to.
const FRESH_PHONES: usize = 900_000;

/// What the faults of a scenario leave in doubt for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubts {
    /// Nothing: every message is accepted.
    None,
    /// Whether a POST arrived that was under way: such a message may end as `unconfirmed`.
    Road,
}

/// Statuses of the newest attempt of a message that has come to its end.
const ENDS: [&str; 6] = ["sent", "delivered", "read", "failed", "unconfirmed", "accepted"];

impl Arena {
    /// Panics with what is wrong; gives the figures when nothing is.
    pub(crate) async fn judge(mut self, doubts: Doubts) -> String {
        (0..WORKERS).for_each(|worker| self.revive(worker));
        let crowd = self.end_crowd().await;
        self.say(&format!("the faults are over; {} single messages were accepted", crowd.submitted.len()));
        self.comes_to_rest().await;
        self.say("every campaign has ended and no attempt is open");
        self.world.flush().await;
        self.assert_kept();
        let fates = self.sql_agrees().await;
        self.say("SQL says of every message what the simulator saw");
        self.counts_agree(crowd.written).await;
        let unconfirmed = self.outcomes(&crowd.submitted, doubts).await;
        let transitions = self.world.check_deliveries(true).await;
        self.say("the topics hold every transition once, without a gap");
        self.stays_alive().await;
        self.says_no_defect().await;
        format!(
            "{} POSTs, {fates} accepted, {unconfirmed} unconfirmed, {} inbound, {transitions} transitions; \
             lost 0, doubled 0, breaches 0; {} processes ended by themselves",
            self.world.simulator.ledger().requests,
            crowd.written,
            self.exits
        )
    }

    async fn comes_to_rest(&mut self) {
        for campaign in self.campaigns.clone() {
            let what = format!("the campaign of {} has ended", campaign.tenant.sender);
            until(&what, REST * PATIENCE, async || {
                self.supervise();
                let path = format!("/v1/campaigns/{}", campaign.id);
                let answer = campaign.tenant.try_call(Method::GET, &path, &[], String::new()).await?;
                if answer.status != 200 {
                    return Err(answer.text);
                }
                let state = answer.json();
                holds(state["state"] == "completed", || state.to_string())
            })
            .await;
        }
        until("no attempt is open and no record is unpublished", PATIENCE, async || {
            let rows = self.world.database.query(
                "SELECT (SELECT count(*) FROM attempt WHERE open), (SELECT count(*) FROM outbox), \
                        (SELECT count(*) FROM attempt WHERE status = 'unknown')",
                &[],
            );
            let row = &rows.await[0];
            let left: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
            holds(left.0 == 0 && left.2 == 0, || format!("open, outbox rows, unknown: {left:?}"))
        })
        .await;
    }

    /// Message by message. Gives how many Meta accepted.
    async fn sql_agrees(&self) -> usize {
        let seen = self.world.seen_by_meta();
        until("SQL says what the simulator saw", PATIENCE, async || {
            let told = self.world.told_by_sql().await;
            holds(told == seen, || difference(&seen, &told))
        })
        .await;
        seen.len()
    }

    /// The counters of campaigns are their rows', and all rows together are the ledger.
    async fn counts_agree(&self, written: u64) {
        until("rows and counters are the ledger", PATIENCE, async || {
            let ledger = self.world.simulator.ledger();
            let reported = ledger.statuses_generated;
            let told = self.rows("true").await;
            let seen = [ledger.accepted, reported.sent, reported.delivered, reported.read, reported.failed];
            holds(told == seen, || format!("accepted, sent, delivered, read, failed: ledger {seen:?}, rows {told:?}"))?;
            for campaign in &self.campaigns {
                let id = campaign.id.split('_').next_back().expect("an id");
                let rows = self.rows(&format!("i.campaign_id = '{id}'")).await;
                let progress: &Value = &campaign.tenant.state(&campaign.id).await["progress"];
                let told = ["accepted", "sent", "delivered", "read", "failed"].map(|name| count(progress, name));
                holds(told == rows, || format!("{}: rows {rows:?}, {progress}", campaign.tenant.sender))?;
            }
            let inbound = self.world.database.number("SELECT count(*) FROM inbound_message").await;
            holds(inbound.unsigned_abs() == written, || format!("{written} were written, {inbound} are known"))
        })
        .await;
    }

    /// Attempts of these intents that were accepted, sent, delivered, read, failed.
    async fn rows(&self, which: &str) -> [u64; 5] {
        let statement = format!(
            "SELECT count(*) FILTER (WHERE a.status IN ('accepted', 'sent', 'failed', 'delivered', 'read')), \
                    count(a.sent_at), count(a.delivered_at), count(a.read_at), count(a.failed_at) \
               FROM attempt AS a JOIN intent AS i USING (tenant_id, intent_id) WHERE {which}"
        );
        let row = &self.world.database.query(&statement, &[]).await[0];
        [0, 1, 2, 3, 4].map(|column| row.get::<_, i64>(column).unsigned_abs())
    }

    /// Every message has one end, and none that the faults do not explain. Gives the number of those in doubt.
    async fn outcomes(&self, singles: &[String], doubts: Doubts) -> u64 {
        const NEWEST: &str = "SELECT status, count(*) FROM (SELECT DISTINCT ON (tenant_id, intent_id) status FROM attempt \
                              ORDER BY tenant_id, intent_id, attempt DESC) AS newest GROUP BY status ORDER BY status";
        let rows = self.world.database.query(NEWEST, &[]).await;
        let ends: Vec<(String, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert!(ends.iter().all(|(status, _)| ENDS.contains(&status.as_str())), "messages ended as {ends:?}");
        let all = self.campaigns.iter().map(|campaign| campaign.recipients).sum::<u64>() + singles.len() as u64;
        let ended: i64 = ends.iter().map(|(_, count)| count).sum();
        assert_eq!(ended.unsigned_abs(), all, "messages that have an end, of those that were accepted: {ends:?}");
        for id in singles {
            let hex = id.split('_').next_back().expect("an id");
            let known =
                self.world.database.number(&format!("SELECT count(*) FROM intent WHERE intent_id = '{hex}'")).await;
            assert_eq!(known, 1, "{id} was answered 202");
        }
        let unconfirmed = ends.iter().find(|(status, _)| status == "unconfirmed").map_or(0, |(_, count)| *count);
        assert!(doubts == Doubts::Road || unconfirmed == 0, "these faults leave no message in doubt: {ends:?}");
        unconfirmed.unsigned_abs()
    }

    /// What holds whatever happens, in one line.
    fn assert_kept(&self) {
        let ledger = self.world.simulator.ledger();
        let broken = [
            (ledger.breaches, "POSTs above a number's limit"),
            (ledger.pair_breaches, "POSTs above the limit to one person"),
            (ledger.duplicate_tokens, "attempts accepted twice"),
            (ledger.duplicate_intents, "messages accepted twice"),
        ];
        let broken: Vec<String> =
            broken.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let (fastest, told) = (&ledger.send_rate_max, &ledger.breaches_told);
        assert!(broken.is_empty(), "{}; most POSTs in a second, of {LIMIT}: {fastest:?}; {told:?}", broken.join(", "));
    }

    /// I-14: a fresh message of every sender is accepted by Meta.
    async fn stays_alive(&self) {
        let before = self.world.simulator.ledger().accepted;
        for (index, campaign) in self.campaigns.iter().enumerate() {
            let to = phone(FRESH_PHONES + index);
            let body = json!({ "sender_id": campaign.tenant.sender, "to": to, "text": { "body": "fresh" } });
            campaign.tenant.post_new("/v1/messages", &body).await.expect(202);
        }
        let wanted = before + self.campaigns.len() as u64;
        until("a fresh message of every sender is accepted", PATIENCE, async || {
            let accepted = self.world.simulator.ledger().accepted;
            holds(accepted == wanted, || format!("{accepted} of {wanted}"))
        })
        .await;
    }

    /// No process has panicked or counted a broken invariant.
    async fn says_no_defect(&self) {
        for app in &self.world.apps {
            let log = std::fs::read_to_string(&app.log).expect("the log can be read");
            let panic = log.lines().find(|line| line.contains("panicked at"));
            assert_eq!(panic, None, "{}", app.log.display());
            // A process in a network of its own cannot be asked.
            let metrics = app.metrics().await.unwrap_or_default();
            let broken = metrics.lines().find(|line| line.starts_with("posthaste_invariant_violations_total"));
            assert_eq!(broken, None, "{}", app.name);
        }
    }
}

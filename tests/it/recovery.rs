//! The database is set back to an earlier time while the log, Meta and the workers' disks are not: docs/RECOVERY.md, carried out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use posthaste_simulator::{Faults, Options, Share};
use serde_json::json;

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::app::Role;
use crate::support::truth::{count, difference};
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, SENDERS, World};

/// A process for each role: the edge outlives the database.
const APART: &[Role] = &[Role::Edge, Role::Api, Role::Pipeline];
/// Recipients. More than one horizon's worth: some are released after the point to which the database is set back.
const RECIPIENTS: usize = 1_200;
/// Ordinals of people who opt out after that point: by a word, and by a preference.
const BY_WORD: usize = 720;
const BY_PREFERENCE: usize = 1_100;

impl World {
    fn kill_the_owners(&mut self) {
        self.apps.iter_mut().filter(|app| app.role != Role::Edge).for_each(crate::support::app::App::kill);
    }

    /// Starts what [`World::kill_the_owners`] killed.
    async fn start_the_owners(&mut self) {
        for app in self.apps.iter_mut().filter(|app| app.role != Role::Edge) {
            app.start(&self.site).await;
        }
    }

    /// Starts the pipeline alone, which must refuse.
    async fn pipeline_refuses(&mut self, reason: &str) {
        let app = self.apps.iter_mut().find(|app| app.role == Role::Pipeline).expect("a pipeline");
        app.spawn(&self.site);
        app.ends_because(reason).await;
    }

    /// Saves the database; gives the file, and the time.
    async fn save(&self) -> (PathBuf, String) {
        let time = "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
        let time = self.database.query(time, &[]).await[0].get(0);
        let copy = self.site.folder.join("copy.sql");
        self.database.save(&copy).await;
        (copy, time)
    }

    /// Runs `posthaste recover` as soon as no lease is held any more.
    async fn recover(&self, since: &str, more: &[&str]) -> String {
        let command = [&["recover", "--since", since], more].concat();
        until("the database is recovered", PATIENCE, async || self.site.try_operate(&command).await).await
    }

    async fn submit(&self, index: usize) -> String {
        let template = json!({ "name": TEMPLATE, "language": LANGUAGE, "params": ["Eve", "A-1"] });
        let body = json!({ "sender_id": self.tenant.sender, "to": phone(index), "template": template });
        let answer = self.tenant.post_new("/v1/messages", &body).await.expect(202);
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// Waits until no message is open, and SQL says of each what the simulator saw; and that no transition stands anywhere twice.
    async fn agrees(&mut self) {
        until("nothing is open", 2 * PATIENCE, async || {
            self.assert_alive();
            let open = self.database.number("SELECT count(*) FROM attempt WHERE open").await;
            holds(open == 0, || open.to_string())
        })
        .await;
        self.flush().await;
        let seen = self.seen_by_meta();
        until("SQL says what the simulator saw", PATIENCE, async || {
            let told = self.told_by_sql().await;
            holds(told == seen, || difference(&seen, &told))
        })
        .await;
        let mut numbers: HashMap<String, HashSet<String>> = HashMap::new();
        for record in self.broker.read("delivery.v1").await {
            numbers.entry(record.header("ce_id").to_owned()).or_default().insert(record.header("ph-seq").to_owned());
        }
        let twice: Vec<_> = numbers.iter().filter(|(_, numbers)| numbers.len() > 1).collect();
        assert!(twice.is_empty(), "on delivery.v1 under two numbers: {twice:?}");
        let rows = self.tenant.sql("SELECT count(*) AS n FROM transitions").await;
        assert_eq!(rows[0]["n"], numbers.len(), "rows of the lake and its hot tail");
        self.assert_no_breach_and_no_duplicate();
    }

    /// How many messages of a campaign ended in each status, by the database.
    async fn ends(&self, campaign: &str) -> BTreeMap<String, u64> {
        let statement = "SELECT status, count(*) FROM attempt a JOIN intent i USING (tenant_id, intent_id) \
                         WHERE replace(i.campaign_id::text, '-', '') = $1 AND a.status <> 'deferred' GROUP BY 1";
        let id = campaign.trim_start_matches("cmp_").to_owned();
        let rows = self.database.query(statement, &[&id]).await;
        rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1).unsigned_abs())).collect()
    }
}

fn share(value: f64) -> Share {
    Share::try_from(value).expect("between 0 and 1")
}

/// Answers that are lost and servers that fail, so that the log holds attempts of every kind.
fn faults() -> Faults {
    Faults { error_500_share: share(0.03), reset_share: share(0.03), ..Options::defaults().faults }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_set_back_is_brought_up_to_the_log_and_nothing_is_sent_twice() {
    let mut world = World::start(Plan { roles: APART, limit: 80, faults: faults(), ..Plan::default() }).await;
    world.database.query("UPDATE template SET category = 'MARKETING'", &[]).await;
    let campaign = world.tenant.campaign(recipients(0..RECIPIENTS)).await;
    world.tenant.start(&campaign).await;
    let draft = world.tenant.campaign(recipients(3_000..3_060)).await;
    let before = world.submit(5_000).await;
    world.accepted(250).await;
    let (copy, since) = world.save().await;

    // What the copy does not have.
    let after = world.submit(5_001).await;
    let from = phone(BY_WORD);
    let word = json!({ "number": SENDERS[0], "from": from.trim_start_matches('+'), "text": "STOP" });
    world.control("inbound", &word).await;
    let preference = json!({ "wa_id": phone(BY_PREFERENCE).trim_start_matches('+'), "category": "marketing_messages",
        "value": "stop", "timestamp": 1_790_000_000, "detail": "User requested" });
    let told =
        json!({ "field": "user_preferences", "number": SENDERS[0], "value": { "user_preferences": [preference] } });
    world.control("change", &told).await;
    let lost = world.tenant.campaign(recipients(2_000..2_400)).await;
    world.tenant.start(&lost).await;
    world.tenant.start(&draft).await;
    until("both opted out, and the other campaigns have begun", PATIENCE, async || {
        let rows = world.database.number("SELECT count(DISTINCT source) FROM opt_out").await;
        let begun = [world.ends(&lost).await, world.ends(&draft).await].map(|ends| ends.values().sum::<u64>());
        holds(rows == 2 && begun.iter().all(|begun| *begun > 5), || format!("{rows} {begun:?}"))
    })
    .await;
    let taken = world.simulator.ledger().accepted;
    world.accepted(taken.max(400) + 120).await;
    world.kill_the_owners();
    world.database.set_back(&copy).await;
    world.flush().await;
    let at_crash = world.simulator.ledger().accepted;
    assert!(at_crash < RECIPIENTS as u64 - 100, "the campaign was all but over before the crash: {at_crash}");

    // Without recovery it does not start, and says why.
    world.pipeline_refuses("the database was set back").await;
    let journals = world.site.folder.join("journal").display().to_string();
    let dry = world.recover(&since, &["--dry-run", "--journals", &journals]).await;
    assert!(dry.contains("the database is at") && dry.contains("nothing was changed"), "{dry}");
    let said = world.recover(&since, &["--journals", &journals]).await;
    assert!(said.contains("is not in the database: what waited of it is cancelled"), "{said}");
    let again = world.recover(&since, &[]).await;
    assert!(again.contains("nothing to recover") && again.contains("--force"), "{again}");
    let forced = world.recover(&since, &["--force", "--dry-run"]).await;
    assert!(forced.contains("nothing was changed"), "it goes on where the log shows nothing: {forced}");
    assert_eq!(world.simulator.ledger().accepted, at_crash, "nothing has left meanwhile");

    world.start_the_owners().await;
    until("the campaign completes", 2 * PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "completed", || state.to_string())
    })
    .await;
    // A campaign that had not begun then is begun again, and those who have its message get no other.
    assert_eq!(world.tenant.state(&draft).await["state"], "draft");
    world.tenant.start(&draft).await;
    until("the other campaign completes", PATIENCE, async || {
        let state = world.tenant.state(&draft).await;
        holds(state["state"] == "completed", || state.to_string())
    })
    .await;
    world.agrees().await;
    assert_eq!(world.ends(&draft).await.values().sum::<u64>(), 60);
    let ends = world.ends(&campaign).await;
    assert_eq!(ends.values().sum::<u64>(), RECIPIENTS as u64, "one end each: {ends:?}");
    let progress = &world.tenant.state(&campaign).await["progress"];
    let of = |status: &str| ends.get(status).copied().unwrap_or_default();
    let taken = ["accepted", "sent", "failed", "delivered", "read"].map(of).iter().sum::<u64>();
    assert_eq!(count(progress, "accepted"), taken, "{progress} {ends:?}");
    assert_eq!((count(progress, "rejected"), of("rejected")), (2, 2), "{progress} {ends:?}");
    assert_eq!((count(progress, "unconfirmed"), count(progress, "unknown")), (of("unconfirmed"), 0), "{ends:?}");
    // By Meta's servers, which failed without a word, and one for the kill.
    let ledger = world.simulator.ledger();
    let silent = ledger.injected.error_500 - ledger.injected.error_500_accepted;
    assert!(of("unconfirmed") <= silent + 1, "{ends:?} {ledger:?}");
    let seen = world.seen_by_meta();
    assert!(seen.contains_key(&before) && seen.contains_key(&after));
    let people: HashSet<String> = world.simulator.messages(0, usize::MAX).into_iter().map(|sent| sent.to).collect();
    for index in [BY_WORD, BY_PREFERENCE] {
        assert!(!people.contains(phone(index).trim_start_matches('+')), "somebody who opted out got a message");
    }
    let of_lost = world.ends(&lost).await;
    assert!(of_lost.get("cancelled").is_some_and(|cancelled| *cancelled > 0), "{of_lost:?}");
    assert_eq!(world.database.number("SELECT count(*) FROM inbound_message").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_journals_what_waited_is_in_doubt_and_is_not_sent_again() {
    let mut world = World::start(Plan { roles: APART, limit: 80, faults: Faults::NONE, ..Plan::default() }).await;
    let campaign = world.tenant.campaign(recipients(0..900)).await;
    world.tenant.start(&campaign).await;
    world.accepted(80).await;
    let (copy, since) = world.save().await;
    world.accepted(200).await;
    world.kill_the_owners();
    world.database.set_back(&copy).await;
    std::fs::remove_dir_all(world.site.folder.join("journal")).expect("the disk is lost too");
    let said = world.recover(&since, &[]).await;
    assert!(said.contains("messages are in doubt"), "{said}");

    world.start_the_owners().await;
    until("the campaign completes", 2 * PATIENCE, async || {
        let state = world.tenant.state(&campaign).await;
        holds(state["state"] == "completed", || state.to_string())
    })
    .await;
    world.agrees().await;
    let progress = &world.tenant.state(&campaign).await["progress"];
    let (accepted, unconfirmed) = (count(progress, "accepted"), count(progress, "unconfirmed"));
    assert_eq!(accepted, world.simulator.ledger().accepted, "{progress}");
    assert_eq!(accepted + unconfirmed, 900, "{progress}");
    assert!(unconfirmed > 0, "what had been released waited, and nobody knows whether it left: {progress}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_log_has_lost_what_the_database_has_not_seen_nothing_is_changed_until_an_operator_says_so() {
    let mut world = World::start(Plan { roles: APART, ..Plan::default() }).await;
    world.submit(5_000).await;
    world.accepted(1).await;
    let (copy, since) = world.save().await;
    for index in 5_001..5_004 {
        world.submit(index).await;
    }
    world.accepted(4).await;
    let partition = world.database.number("SELECT max(task_partition)::bigint FROM attempt").await;
    world.kill_the_owners();
    world.database.set_back(&copy).await;
    let number = i32::try_from(partition).expect("a partition");
    let end = world.broker.ends("senders.v1", number).await.1;
    world.broker.delete_before("senders.v1", number, end).await;

    until("it is refused for what is gone", PATIENCE, async || {
        let said = world.site.try_operate(&["recover", "--since", &since]).await;
        holds(said.as_ref().is_err_and(|said| said.contains("what was between is not known")), || format!("{said:?}"))
    })
    .await;
    assert_eq!(world.database.number("SELECT count(*) FROM recovery").await, 0, "it has begun");
    let go_on = format!("UPDATE task_lease SET next_offset = {end} WHERE task = 'senders' AND partition = {partition}");
    world.database.query(&go_on, &[]).await;
    // Whether the log has anything that the copy lacks depends on how soon the pipeline was killed.
    let said = world.recover(&since, &["--force"]).await;
    assert!(said.contains("recovered"), "{said}");
    world.start_the_owners().await;
    world.submit(5_004).await;
    world.accepted(5).await;
    world.assert_no_breach_and_no_duplicate();
}

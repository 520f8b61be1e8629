//! Rules of pace that tenants set, and the limit that Meta sets to a portfolio.

use posthaste_simulator::Faults;
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, recipients};
use crate::support::app::Role;
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::webhook::{deliver, entry, webhook};
use crate::support::{GRAPH_TOKEN, Plan, SENDERS, WABAS, World};

/// Messages per minute of the capped campaign: one every half second.
const CAP: u64 = 120;

/// A campaign with rules, and its recipients.
async fn campaign(world: &World, rules: &Value, csv: String) -> String {
    let template = json!({ "name": TEMPLATE, "language": LANGUAGE });
    let mut body = json!({ "name": "it", "sender_id": world.tenant.sender, "template": template });
    for (field, value) in rules.as_object().expect("an object") {
        body[field] = value.clone();
    }
    let created = world.tenant.post_new("/v1/campaigns", &body).await.expect(201);
    let id = created["id"].as_str().expect("an id").to_owned();
    world.tenant.upload(&id, csv).await;
    world.tenant.start(&id).await;
    id
}

async fn accepted(world: &World, campaign: &str, least: u64) -> Value {
    until(&format!("{least} messages are accepted"), PATIENCE, async || {
        let told = world.tenant.state(campaign).await;
        holds(count(&told["progress"], "accepted") >= least, || told.to_string()).map(|()| told)
    })
    .await
}

/// The most POSTs of these campaigns together in any sliding minute, by the times at which they were armed.
async fn most_in_a_minute(world: &World, campaigns: &[&str]) -> i64 {
    let ids: Vec<String> = campaigns.iter().map(|campaign| format!("'{}'", uuid_of(campaign))).collect();
    let statement = format!(
        "WITH armed AS (SELECT a.armed_at AS at FROM attempt a JOIN intent i USING (tenant_id, intent_id) \
          WHERE i.campaign_id IN ({}) AND a.armed_at IS NOT NULL) \
         SELECT max((SELECT count(*) FROM armed o WHERE o.at >= a.at AND o.at < a.at + interval '1 minute')) FROM armed a",
        ids.join(", ")
    );
    world.database.number(&statement).await
}

fn uuid_of(id: &str) -> String {
    let hex = id.split_once('_').expect("a prefix").1;
    uuid::Uuid::parse_str(hex).expect("a UUID follows").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn caps_and_hours_hold_a_campaign_back_and_nobody_else() {
    let world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    // Whatever the hour is now, these hours are over for some time, in one zone or the other.
    let hour = "SELECT extract(hour FROM now() AT TIME ZONE 'UTC')::bigint";
    let around_midnight = world.database.number(hour).await % 23 == 0;
    let zone = if around_midnight { "Asia/Tokyo" } else { "UTC" };
    let hours = json!({ "from": "00:00", "to": "01:00", "time_zone": zone });
    let waiting = campaign(&world, &json!({ "allowed_hours": hours }), recipients(0..50)).await;
    let capped = campaign(&world, &json!({ "max_per_minute": CAP, "weight": 5 }), recipients(100..400)).await;
    let free = campaign(&world, &json!({ "jitter_ms": [0, 1] }), recipients(1_000..1_500)).await;

    let state = accepted(&world, &free, 500).await;
    assert_eq!((&state["jitter_ms"], &state["waits_until"]), (&json!([0, 1]), &Value::Null), "{state}");
    let state = accepted(&world, &capped, 10).await;
    assert!(count(&state["progress"], "accepted") < CAP, "a minute has not passed: {state}");
    assert!(most_in_a_minute(&world, &[&capped]).await <= CAP as i64);
    let state = world.tenant.state(&waiting).await;
    assert_eq!((&state["state"], &state["allowed_hours"]), (&json!("running"), &hours), "{state}");
    assert!(state["waits_until"].is_string(), "{state}");
    assert_eq!((count(&state["progress"], "released"), count(&state["progress"], "failed")), (0, 0), "{state}");
    let copy = world.tenant.post_new(&format!("/v1/campaigns/{waiting}:clone"), &json!({})).await.expect(201);
    assert_eq!(copy["allowed_hours"], hours, "{copy}");

    let told = world.site.operate(&["tenant", "set", "it-0", "--max-per-minute", "60", "--weight", "3"]).await;
    assert!(told.contains("weight=3 max_per_minute=60 time_zone=UTC"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_of_a_tenant_holds_all_its_campaigns_together() {
    let mut world = World::start(Plan { faults: Faults::NONE, ..Plan::default() }).await;
    world.site.operate(&["tenant", "set", "it-0", "--max-per-minute", &CAP.to_string()]).await;
    // So that the directory is read anew.
    world.restart(Role::All).await;
    let one = campaign(&world, &json!({}), recipients(0..300)).await;
    let other = campaign(&world, &json!({}), recipients(300..600)).await;
    for campaign in [&one, &other] {
        accepted(&world, campaign, 5).await;
    }
    let most = most_in_a_minute(&world, &[&one, &other]).await;
    assert!((10..=CAP as i64).contains(&most), "{most} in a minute of {CAP}");
}

/// All campaigns of the list: the sum of a counter.
async fn sum(world: &World, campaigns: &[String], counter: &str) -> u64 {
    let mut sum = 0;
    for campaign in campaigns {
        sum += count(&world.tenant.state(campaign).await["progress"], counter);
    }
    sum
}

/// Three numbers of one portfolio, in partitions of their own, and more people than its limit; then Meta lifts it.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_portfolio_share_its_limit_and_what_is_over_it_waits_until_meta_lifts_it() {
    const LIMIT: u64 = 30;
    const EACH: usize = 40;
    let mut world = World::start(Plan { faults: Faults::NONE, senders_more: 2, ..Plan::default() }).await;
    let number = ["--id", SENDERS[0], "--waba", WABAS[0], "--display", "+1 555-078-3881", "--token", GRAPH_TOKEN];
    let limits = ["--limit", "80", "--messaging-limit", &LIMIT.to_string()];
    world.site.operate(&[&["sender", "add", "--tenant", "it-0"][..], &number, &limits].concat()).await;
    // So that the directory is read anew.
    world.restart(Role::All).await;

    let mut campaigns = Vec::new();
    for (n, sender) in world.senders.clone().iter().enumerate() {
        let people = recipients(n * EACH..(n + 1) * EACH);
        campaigns.push(campaign(&world, &json!({ "sender_id": sender }), people).await);
    }
    let all = (campaigns.len() * EACH) as u64;
    until("what is over the limit is held", PATIENCE, async || {
        let (accepted, held) = (sum(&world, &campaigns, "accepted").await, sum(&world, &campaigns, "held").await);
        holds(accepted == LIMIT && held > 0, || format!("{accepted} accepted, {held} held"))
    })
    .await;
    let state = world.tenant.state(&campaigns[0]).await;
    let reason = state["hold"]["reason"].as_str().unwrap_or_default();
    assert!(
        reason.starts_with(&format!("messaging limit 30 of portfolio {} is used up until 20", WABAS[0])),
        "{state}"
    );
    assert_eq!(world.simulator.ledger().accepted, LIMIT);

    let value = json!({
        "display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE",
        "max_daily_conversations_per_business": "TIER_UNLIMITED",
    });
    let lifted = webhook(&[entry(WABAS[0], &[json!({ "field": "phone_number_quality_update", "value": value })])]);
    assert_eq!(deliver(&world.site, &lifted).await.expect("the edge answers").status, 200);
    until("every message is accepted", 2 * PATIENCE, async || {
        let accepted = sum(&world, &campaigns, "accepted").await;
        holds(accepted == all, || format!("{accepted} of {all}"))
    })
    .await;
    let senders = world.tenant.get("/v1/senders").await.expect(200);
    for sender in senders["data"].as_array().expect("a list") {
        assert_eq!(
            (&sender["limit_per_second"], &sender["messaging_limit"]),
            (&json!(1_000), &Value::Null),
            "{sender}"
        );
    }
    world.assert_no_breach_and_no_duplicate();
}

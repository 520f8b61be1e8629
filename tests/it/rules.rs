//! Rules of pace that tenants set: a cap and hours of a campaign, the cap of a plan.

use posthaste_simulator::Faults;
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, recipients};
use crate::support::truth::count;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

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

/// The most POSTs of a campaign in any sliding minute, by the times at which they were armed.
async fn most_in_a_minute(world: &World, campaign: &str) -> i64 {
    let statement = format!(
        "WITH armed AS (SELECT a.armed_at AS at FROM attempt a JOIN intent i USING (tenant_id, intent_id) \
          WHERE i.campaign_id = '{}' AND a.armed_at IS NOT NULL) \
         SELECT max((SELECT count(*) FROM armed o WHERE o.at >= a.at AND o.at < a.at + interval '1 minute')) FROM armed a",
        uuid_of(campaign)
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
    assert!(most_in_a_minute(&world, &capped).await <= CAP as i64);
    let state = world.tenant.state(&waiting).await;
    assert_eq!((&state["state"], &state["allowed_hours"]), (&json!("running"), &hours), "{state}");
    assert!(state["waits_until"].is_string(), "{state}");
    assert_eq!((count(&state["progress"], "released"), count(&state["progress"], "failed")), (0, 0), "{state}");
    let copy = world.tenant.post_new(&format!("/v1/campaigns/{waiting}:clone"), &json!({})).await.expect(201);
    assert_eq!(copy["allowed_hours"], hours, "{copy}");

    let told = world.site.operate(&["tenant", "set", "it-0", "--max-per-minute", "60", "--weight", "3"]).await;
    assert!(told.contains("weight=3 max_per_minute=60 time_zone=UTC"), "{told}");
}

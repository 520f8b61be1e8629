//! What is held: the list, a campaign's own, and other tenants.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{WABA, World};

/// Holds a scope of the world's tenant in a partition; `second` is when it began, in seconds after 1970.
async fn hold(world: &World, partition: i32, scope: &str, name: &str, second: f64) {
    let insert = "INSERT INTO send_hold (tenant_id, task_partition, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes) \
                  VALUES ($1, $2, $3, $4, 131042, 'why', false, to_timestamp($5), to_timestamp($5 + 10), 10000, 2)";
    world.sql.execute(insert, &[&world.tenant.0, &partition, &scope, &name, &second]).await.expect("a hold");
}

fn names(page: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    page.as_array().expect("a list").iter().map(|hold| (text(&hold["scope"]), text(&hold["name"]))).collect()
}

#[tokio::test]
async fn what_is_held_is_listed_once_and_only_to_its_tenant_and_while_it_lasts() {
    let (world, stranger) = (World::new().await, World::new().await);
    hold(&world, 3, "waba", WABA, 2.0).await;
    hold(&world, 5, "waba", WABA, 1.0).await;
    hold(&world, 3, "sender", &world.sender, 4.0).await;
    hold(&world, 3, "token", "over", 4.0).await;
    let release = "UPDATE send_hold SET released_at = now() WHERE tenant_id = $1 AND name = 'over'";
    world.sql.execute(release, &[&world.tenant.0]).await.expect("it is released");

    let first = world.get("/v1/holds?limit=1").await.json();
    assert_eq!(names(&first["data"]), [("sender".to_owned(), world.sender.clone())]);
    let cursor = first["next_cursor"].as_str().expect("a second page");
    let second = world.get(&format!("/v1/holds?limit=1&cursor={cursor}")).await.json();
    let expected = json!([{
        "scope": "waba", "name": WABA, "code": 131_042, "reason": "why", "since": "1970-01-01T00:00:01.000Z",
        "next_probe_at": "1970-01-01T00:00:11.000Z", "probes": 4,
    }]);
    assert_eq!((&second["data"], &second["next_cursor"]), (&expected, &Value::Null));
    assert_eq!(stranger.get("/v1/holds").await.json()["data"], json!([]));
    world.get("/v1/holds?cursor=WyJhIl0").await.problem(400, "query_invalid");
}

#[tokio::test]
async fn a_campaign_shows_what_holds_it_and_nothing_that_holds_others() {
    let (world, stranger) = (World::new().await, World::new().await);
    let id = world.create_campaign().await;
    let holds = async || names(&world.get(&format!("/v1/campaigns/{id}")).await.json()["holds"]);
    for (scope, name) in
        [("waba", "another"), ("sender", "1"), ("campaign", "cmp_1"), ("template", "waba-1/other/en_US")]
    {
        hold(&world, 3, scope, name, 1.0).await;
    }
    // Another tenant's account of the same name is another account.
    hold(&stranger, 3, "waba", WABA, 1.0).await;
    hold(&world, 3, "token", "fingerprint", 1.0).await;
    assert_eq!(holds().await, []);

    let body = world.get(&format!("/v1/campaigns/{id}")).await.json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let template = format!("{WABA}/{}/{}", text(&body["template"]["name"]), text(&body["template"]["language"]));
    for (scope, name) in [("waba", WABA), ("sender", &world.sender), ("campaign", &id), ("template", &template)] {
        hold(&world, 4, scope, name, 1.0).await;
    }
    let scopes = |holds: Vec<(String, String)>| holds.into_iter().map(|(scope, _)| scope).collect::<Vec<_>>();
    assert_eq!(scopes(holds().await), ["campaign", "sender", "template", "waba"]);

    // A message of the campaign says where its number is, and so which token's hold is its own.
    let insert = "INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, message, unknown_policy, accepted_at, \
                  expires_at) VALUES ($1, $2, $3, '+16315550101', 'campaign', '{}', 'at_most_once', 'epoch', \
                  'epoch'::timestamptz + interval '10 minutes')";
    let campaign: posthaste_model::CampaignId = id.parse().expect("a campaign's id");
    let message: Uuid = posthaste_model::IntentId::of_recipient(campaign, 0).0;
    world.sql.execute(insert, &[&world.tenant.0, &message, &world.sender]).await.expect("a message");
    let insert = "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at) \
                  VALUES ($1, $2, 1, 3, true, 'queued', 0, 'epoch')";
    world.sql.execute(insert, &[&world.tenant.0, &message]).await.expect("an attempt");
    assert_eq!(scopes(holds().await), ["campaign", "sender", "template", "token", "waba"]);
}

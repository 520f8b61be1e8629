//! What is done with campaigns beside running them: start later, clone, retry what failed.

use http::Method;
use posthaste_model::{CampaignId, IntentId};
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// The statuses that the recipients of [`finished`] ended with, in their order; of the second the first attempt was deferred.
const ENDS: [&str; 8] = ["delivered", "failed", "rejected", "expired", "unconfirmed", "read", "failed", "failed"];

fn contact(index: usize) -> String {
    format!("+1631555{index:04}")
}

/// A campaign whose messages ended as [`ENDS`] says.
async fn finished(world: &World) -> String {
    let id = world.create_campaign().await;
    let lines: String = (0..ENDS.len()).map(|index| format!("{},a{index},b\n", contact(index))).collect();
    assert_eq!(world.upload(&id, 0, &format!("to,1,2\n{lines}")).await.json()["accepted"], ENDS.len());
    let started = world.post_with_key(&format!("/v1/campaigns/{id}:start"), "start", &json!({})).await;
    assert_eq!(started.status, 202, "{}", started.text);
    let campaign: CampaignId = id.parse().expect("an id");
    for (index, status) in ENDS.iter().enumerate() {
        let intent = IntentId::of_recipient(campaign, u32::try_from(index).expect("few")).0;
        let insert =
            "INSERT INTO intent SELECT $1, $2, $3, $4, 'campaign', $5, 0, $6, '{}', 'at_most_once', now(), now()";
        let ordinal = i32::try_from(index).expect("few");
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&world.tenant.0, &intent, &world.sender, &contact(index), &campaign.0, &ordinal];
        world.sql.execute(insert, &values).await.expect("an intent");
        let attempts: &[&str] = match index {
            1 => &["deferred", status],
            // A late report: the first attempt arrived after all, so the message did not fail.
            7 => &["delivered", status],
            _ => &[status],
        };
        for (number, status) in attempts.iter().enumerate() {
            let insert = "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at) \
                          VALUES ($1, $2, $3, 0, false, $4, 0, now())";
            let number = i16::try_from(number + 1).expect("few");
            world.sql.execute(insert, &[&world.tenant.0, &intent, &number, status]).await.expect("an attempt");
        }
    }
    id
}

async fn complete(world: &World) {
    let statement = "UPDATE campaign_progress SET completed_at = now(), cursor = 8, ingested = 8 WHERE tenant_id = $1";
    world.sql.execute(statement, &[&world.tenant.0]).await.expect("it is completed");
}

/// Who is in a campaign, with their parameters.
async fn recipients(world: &World, id: &str) -> Value {
    let campaign: CampaignId = id.parse().expect("an id");
    let statement =
        "SELECT recipients FROM campaign_chunk WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY first_ordinal";
    let rows = world.sql.query(statement, &[&world.tenant.0, &campaign.0]).await.expect("chunks");
    rows.iter().flat_map(|row| serde_json::from_str::<Vec<Value>>(row.get(0)).expect("JSON")).collect::<Vec<_>>().into()
}

fn expected(indexes: &[usize]) -> Value {
    indexes.iter().map(|index| json!([contact(*index), [format!("a{index}"), "b"]])).collect()
}

async fn copy(world: &World, id: &str, verb: &str, body: &Value) -> Answer {
    world.post_with_key(&format!("/v1/campaigns/{id}:{verb}"), &format!("{verb}{body}"), body).await
}

#[tokio::test]
async fn a_retry_is_a_draft_of_those_whose_messages_failed() {
    let world = World::new().await;
    let id = finished(&world).await;
    let detail = copy(&world, &id, "retry", &json!({})).await.problem(409, "campaign_state");
    assert!(detail.contains("is running") && detail.ends_with("it can be: pause, cancel, clone"), "{detail}");
    complete(&world).await;
    let made = copy(&world, &id, "retry", &json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("location"), format!("/v1/campaigns/{}", made.id()));
    let body = made.json();
    assert_eq!((&body["state"], &body["name"]), (&json!("draft"), &json!("spring (retry)")));
    assert_eq!((&body["copied_from"], &body["recipients"]), (&json!(id), &json!(4)));
    assert_eq!(recipients(&world, &made.id()).await, expected(&[1, 2, 3, 6]));
    // The same request once more is the same campaign.
    let again = copy(&world, &id, "retry", &json!({})).await;
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &made.text));
    let chosen = json!({ "name": "once more", "statuses": ["unconfirmed"] });
    let unconfirmed = copy(&world, &id, "retry", &chosen).await;
    assert_eq!(unconfirmed.json()["name"], "once more");
    assert_eq!(recipients(&world, &unconfirmed.id()).await, expected(&[4]));
    let faults = copy(&world, &id, "retry", &json!({ "statuses": ["read"], "nam": 1 })).await.faults();
    assert_eq!(faults, [("/nam".into(), "field_unknown".into()), ("/statuses".into(), "field_invalid".into())]);
}

#[tokio::test]
async fn whoever_opted_out_meanwhile_is_not_retried_and_nobody_is_no_campaign() {
    let world = World::new().await;
    let id = finished(&world).await;
    complete(&world).await;
    for index in [1, 2, 3] {
        assert!(world.post("/v1/opt-outs", &json!({ "contact": contact(index) })).await.status.is_success());
    }
    let made = copy(&world, &id, "retry", &json!({})).await;
    assert_eq!((&made.json()["recipients"], &made.json()["rejected_lines"]), (&json!(1), &json!(3)));
    let rejects = world.get(&format!("/v1/campaigns/{}/rejects", made.id())).await;
    assert!(rejects.text.contains(&format!("0,2,opted_out,{} has opted out", contact(1))), "{}", rejects.text);
    assert!(world.post("/v1/opt-outs", &json!({ "contact": contact(6) })).await.status.is_success());
    let detail = copy(&world, &id, "retry", &json!({ "name": "x" })).await.problem(409, "nothing_to_retry");
    assert_eq!(detail, "no message of the campaign ended as failed, rejected, expired");
    // The attempt left nothing behind.
    assert_eq!(world.get("/v1/campaigns").await.json()["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_clone_has_every_recipient_and_takes_more() {
    let world = World::new().await;
    let id = finished(&world).await;
    let made = copy(&world, &id, "clone", &json!({})).await;
    assert_eq!((made.status.as_u16(), &made.json()["name"]), (201, &json!("spring (copy)")));
    assert_eq!(recipients(&world, &made.id()).await, expected(&[0, 1, 2, 3, 4, 5, 6, 7]));
    world.upload(&made.id(), 0, "to,1,2\n+16315559999,a,b\n").await.problem(409, "chunk_conflict");
    let added = world.upload(&made.id(), 1, &format!("to,1,2\n+16315559999,a9,b\n{},x,y\n", contact(0))).await.json();
    assert_eq!((&added["accepted"], &added["recipients_total"]), (&json!(1), &json!(9)));
    assert_eq!(added["rejects"][0]["reason"], "the same number as in line 1 of chunk 0");
    assert_eq!(world.get(&format!("/v1/campaigns/{id}")).await.json()["state"], "running");
    world.set_template("order", "disabled", None).await;
    copy(&world, &id, "clone", &json!({ "name": "y" })).await.problem(422, "template_not_approved");
    world.post(&format!("/v1/campaigns/{id}:clone"), &json!({})).await.problem(400, "idempotency_key_missing");
}

#[tokio::test]
async fn more_recipients_than_are_copied_at_once_are_copied_in_their_order() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    // Eight chunks of 500 go at once.
    let lines: String = (0..4_700).map(|index| format!("{},a,{index}\n", contact(index))).collect();
    assert_eq!(world.upload(&id, 0, &format!("to,1,2\n{lines}")).await.json()["accepted"], 4_700);
    let made = copy(&world, &id, "clone", &json!({})).await;
    assert_eq!(made.json()["recipients"], 4_700, "{}", made.text);
    assert_eq!(recipients(&world, &made.id()).await, recipients(&world, &id).await);
}

/// Campaigns that the pipeline looks at.
async fn active(world: &World) -> i64 {
    let statement = "SELECT count(*) FROM directory_active_campaigns() WHERE tenant_id = $1";
    world.sql.query_one(statement, &[&world.tenant.0]).await.expect("a count").get(0)
}

#[tokio::test]
async fn a_campaign_that_begins_later_is_scheduled_until_its_time_comes() {
    let world = World::new().await;
    let id = world.create_campaign().await;
    world.upload(&id, 0, "to,1,2\n+16315550101,a,b\n").await;
    let path = |verb: &str| format!("/v1/campaigns/{id}:{verb}");
    for wrong in [json!("2020-01-01T00:00:00Z"), json!("2999-01-01T00:00:00Z"), json!("tomorrow"), json!(7)] {
        let answer = world.post_with_key(&path("start"), "s", &json!({ "start_at": wrong })).await;
        assert!(answer.faults().contains(&("/start_at".into(), "field_invalid".into())), "{}", answer.text);
    }
    let headers = [("idempotency-key", "s"), ("content-type", "text/csv")];
    world.send(Method::POST, &path("start"), &headers, "x").await.problem(415, "content_type_unsupported");
    let statement = "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS.000Z')";
    let hour_ahead: String = world.sql.query_one(statement, &[]).await.expect("a time").get(0);
    let scheduled = world.post_with_key(&path("start"), "s", &json!({ "start_at": hour_ahead })).await;
    assert_eq!((scheduled.status.as_u16(), &scheduled.json()["state"]), (202, &json!("scheduled")));
    assert_eq!((&scheduled.json()["start_at"], &scheduled.json()["started_at"]), (&json!(hour_ahead), &Value::Null));
    assert_eq!(active(&world).await, 0);
    let detail = world.post(&path("pause"), &json!({})).await.problem(409, "campaign_state");
    assert_eq!(detail, "the campaign is scheduled, so it cannot pause; it can be: start, cancel, clone");
    world.post_with_key(&path("start"), "t", &json!({ "start_at": hour_ahead })).await.problem(409, "campaign_state");
    world.upload(&id, 1, "to,1,2\n+16315550102,a,b\n").await.problem(409, "campaign_not_draft");

    // Its time has come.
    let statement =
        "UPDATE campaign SET start_at = now() - interval '1 second', started_at = now() WHERE tenant_id = $1";
    world.sql.execute(statement, &[&world.tenant.0]).await.expect("it is moved");
    assert_eq!(active(&world).await, 1);
    let begun = world.get(&format!("/v1/campaigns/{id}")).await.json();
    assert_eq!((&begun["state"], begun["started_at"].is_string()), (&json!("running"), true));
}

#[tokio::test]
async fn a_scheduled_campaign_can_be_started_at_once_or_cancelled() {
    let world = World::new().await;
    for (verb, state) in [("start", "running"), ("cancel", "cancelled")] {
        let id = world.create_campaign().await;
        world.upload(&id, 0, "to,1,2\n+16315550101,a,b\n").await;
        let statement = "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SSZ')";
        let tomorrow: String = world.sql.query_one(statement, &[]).await.expect("a time").get(0);
        let path = |verb: &str| format!("/v1/campaigns/{id}:{verb}");
        let first = world.post_with_key(&path("start"), &format!("{id}1"), &json!({ "start_at": tomorrow })).await;
        assert_eq!(first.json()["state"], "scheduled", "{}", first.text);
        let before = active(&world).await;
        let moved = world.post_with_key(&path(verb), &format!("{id}2"), &json!({})).await.json();
        assert_eq!(moved["state"], state, "{moved}");
        let began = moved["started_at"].as_str();
        assert!(began.is_some_and(|at| at < tomorrow.as_str()) == (verb == "start"), "{moved}");
        assert!(verb == "start" || began.is_none(), "what was cancelled before its time never began: {moved}");
        // The pipeline completes a cancelled one.
        assert_eq!(active(&world).await, before + 1);
    }
}

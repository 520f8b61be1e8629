//! Dead letters: lists, one letter, replay and discard, and other tenants.

use posthaste_postgres::LetterId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

/// Bytes that are no text.
const BYTES: &[u8] = b"{\"id\":\xff";

/// A letter of the tenant, so many seconds after 1970.
async fn bury(world: &World, tenant: Uuid, second: f64) -> String {
    let id = Uuid::now_v7();
    let insert = "INSERT INTO letter (tenant_id, letter_id, at, code, reason, origin, value) \
                  VALUES ($1, $2, to_timestamp($3), 'event_malformed', 'why', 'senders.v1/3/7/0', $4)";
    world.sql.execute(insert, &[&tenant, &id, &second, &BYTES]).await.expect("a letter");
    LetterId(id).to_string()
}

#[tokio::test]
async fn a_tenants_letters_are_listed_newest_first_and_shown_with_their_bytes() {
    let world = World::new().await;
    let mut ids = Vec::new();
    // Two of one moment: the cursor tells them apart.
    for second in [1.0, 2.0, 2.0, 3.0, 0.5] {
        ids.push(bury(&world, world.tenant.0, second).await);
    }
    let order = [3, 2, 1, 0, 4].map(|index: usize| ids[index].clone());
    let (mut seen, mut path) = (Vec::new(), "/v1/letters?limit=2".to_owned());
    loop {
        let page = world.get(&path).await.json();
        let data = page["data"].as_array().expect("a list");
        seen.extend(data.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/letters?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, order);
    world.get("/v1/letters?cursor=WyJhIl0").await.problem(400, "query_invalid");
    world.get("/v1/letters?cursor=WyJhIiwiYiJd").await.problem(400, "query_invalid");
    let letter = world.get(&format!("/v1/letters/{}", ids[0])).await.json();
    let expected = json!({
        "id": ids[0], "state": "buried", "at": "1970-01-01T00:00:01.000Z", "code": "event_malformed", "reason": "why",
        "origin": "senders.v1/3/7/0", "bytes": 7, "value": null, "value_base64": "eyJpZCI6/w==", "note": null,
        "changed_at": letter["changed_at"],
    });
    assert_eq!(letter, expected);
}

#[tokio::test]
async fn a_letter_is_asked_for_once_and_a_discarded_one_stays() {
    let world = World::new().await;
    let id = bury(&world, world.tenant.0, 1.0).await;
    let ask = async |verb: &str| world.post(&format!("/v1/letters/{id}:{verb}"), &json!({})).await;
    for _ in 0..2 {
        let asked = ask("replay").await;
        assert_eq!((asked.status.as_u16(), &asked.json()["state"]), (202, &json!("replaying")));
    }
    ask("discard").await.problem(409, "letter_state");
    // As the pipeline says when it is done.
    let statement = "UPDATE letter SET state = 'replayed', note = 'done' WHERE tenant_id = $1";
    world.sql.execute(statement, &[&world.tenant.0]).await.expect("it is replayed");
    for _ in 0..2 {
        let asked = ask("discard").await;
        assert_eq!((asked.status.as_u16(), &asked.json()["state"]), (200, &json!("discarded")));
    }
    let detail = ask("replay").await.problem(409, "letter_state");
    assert!(detail.contains("is discarded"), "{detail}");
}

#[tokio::test]
async fn letters_of_others_and_of_nobody_look_like_ones_that_do_not_exist() {
    let (owner, stranger) = (World::new().await, World::new().await);
    for id in [
        bury(&owner, owner.tenant.0, 1.0).await,
        bury(&owner, Uuid::nil(), 1.0).await,
        "let_00000000000000000000000000000000".to_owned(),
        "letter".to_owned(),
    ] {
        stranger.get(&format!("/v1/letters/{id}")).await.problem(404, "not_found");
        for verb in ["replay", "discard"] {
            stranger.post(&format!("/v1/letters/{id}:{verb}"), &json!({})).await.problem(404, "not_found");
        }
    }
    assert_eq!(stranger.get("/v1/letters").await.json()["data"], json!([]));
    let states = owner.sql.query("SELECT DISTINCT state FROM letter WHERE tenant_id = $1", &[&owner.tenant.0]).await;
    let states: Vec<Value> = states.expect("states").iter().map(|row| json!(row.get::<_, String>(0))).collect();
    assert_eq!(states, [json!("buried")]);
}

#[tokio::test]
async fn parked_letters_are_listed_by_their_state_and_asked_for_all_at_once_by_their_tenant() {
    let (world, stranger) = (World::new().await, World::new().await);
    let park = "UPDATE letter SET state = 'parked', parked = true WHERE tenant_id = $1 AND at < to_timestamp(9)";
    for second in [1.0, 2.0, 10.0] {
        bury(&world, world.tenant.0, second).await;
    }
    world.sql.execute(park, &[&world.tenant.0]).await.expect("they are parked");
    let of_state = async |state: &str| {
        let page = world.get(&format!("/v1/letters?state={state}")).await.json();
        page["data"].as_array().expect("a list").len()
    };
    assert_eq!((of_state("parked").await, of_state("buried").await), (2, 1));
    assert!(world.get("/v1/letters?state=lost").await.problem(400, "query_invalid").contains("parked"));

    let asked = stranger.post("/v1/letters:replay-parked", &json!({})).await;
    assert_eq!((asked.status.as_u16(), asked.json()), (202, json!({ "letters": 0 })));
    assert_eq!(of_state("parked").await, 2);
    let asked = world.post("/v1/letters:replay-parked", &json!({})).await;
    assert_eq!((asked.status.as_u16(), asked.json()), (202, json!({ "letters": 2 })));
    assert_eq!((of_state("parked").await, of_state("replaying").await, of_state("buried").await), (0, 2, 1));
    assert_eq!(world.post("/v1/letters:replay-parked", &json!({})).await.json(), json!({ "letters": 0 }));
}

//! People under several ids: who a contact is, messages to user ids, opt-outs and windows of all ids.

use serde_json::{Value, json};

use crate::world::{WABA, World};

const NUMBER: &str = "+16315550301";
const GIVEN_UP: &str = "+16315550300";
const USER: &str = "US.13491208655302741918";
const PARENT: &str = "US.ENT.118157992128868448";
const GROUP: &str = "Y2FwaV9ncm91cDox";

/// Notes the ids of a person, as the pipeline does when Meta tells them.
async fn told(world: &World, ids: &[(&str, &str, bool)], at_ms: i64) {
    let many = ids.len();
    let (kinds, values): (Vec<_>, Vec<_>) = ids.iter().map(|(kind, value, _)| (*kind, *value)).unzip();
    let formers: Vec<bool> = ids.iter().map(|(.., former)| *former).collect();
    let statement = "SELECT note_identities('{}', $1, $2, $3, $4, $5, $6, $7)";
    let (tenants, senders) = (vec![world.tenant.0; many], vec![world.sender.as_str(); many]);
    let news = world
        .sql
        .query_one(statement, &[&vec![0_i32; many], &tenants, &senders, &kinds, &values, &formers, &vec![at_ms; many]])
        .await
        .expect("it is noted");
    assert_eq!(news.get::<_, i32>(0), 1);
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

fn text_to(world: &World, member: &str, contact: &str) -> Value {
    json!({ "sender_id": world.sender, member: contact, "text": { "body": "hello" } })
}

fn template_to(world: &World, member: &str, contact: &str) -> Value {
    json!({ "sender_id": world.sender, member: contact, "template": { "name": "hello", "language": "en_US" } })
}

#[tokio::test]
async fn all_ids_of_a_person_are_told_to_their_tenant() {
    let (world, stranger) = (World::new().await, World::new().await);
    told(&world, &[("phone", NUMBER, false), ("user_id", "US.1", false), ("username", "pablo", false)], 1_000).await;
    told(&world, &[("user_id", "US.1", true), ("user_id", USER, false)], 2_000).await;
    let id = |kind: &str, value: &str, former: bool, second: i64| json!({ "kind": kind, "value": value, "former": former, "told_at": format!("1970-01-01T00:00:0{second}.000Z") });
    let ids = [
        id("phone", NUMBER, false, 1),
        id("user_id", USER, false, 2),
        id("user_id", "US.1", true, 2),
        id("username", "pablo", false, 1),
    ];
    for contact in [NUMBER, "%2B16315550301", "+1 631 555 0301", USER, "US.1"] {
        let answer = world.get(&format!("/v1/identities/{}", contact.replace(' ', "%20"))).await;
        assert_eq!(answer.status, 200, "{contact}: {}", answer.text);
        assert_eq!(answer.json()["portfolios"], json!([{ "portfolio_id": WABA, "ids": ids }]), "{contact}");
        assert!([NUMBER, USER, "US.1"].contains(&answer.json()["contact"].as_str().expect("a contact")));
    }
    for nobody in ["+16315550399", "US.2", "pablo", "x"] {
        world.get(&format!("/v1/identities/{nobody}")).await.problem(404, "not_found");
    }
    stranger.get(&format!("/v1/identities/{USER}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_message_goes_to_a_user_id_in_the_place_of_a_number() {
    let world = World::new().await;
    for (key, contact) in [("user", USER), ("parent", PARENT)] {
        let answer = world.post_with_key("/v1/messages", key, &template_to(&world, "user_id", contact)).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(world.commands.accepted.lock().last().expect("a message").intent.contact.as_str(), contact);
    }
    let refused = async |body: &Value| world.post_with_key("/v1/messages", "k", body).await.faults();
    let mut both = template_to(&world, "user_id", USER);
    both["to"] = json!(NUMBER);
    assert_eq!(refused(&both).await, fault("/user_id", "field_invalid"));
    let mut neither = template_to(&world, "user_id", USER);
    neither.as_object_mut().expect("an object").remove("user_id");
    assert_eq!(refused(&neither).await, fault("/to", "field_missing"));
    let long = format!("US.{}", "9".repeat(129));
    for odd in ["", NUMBER, "us.1", "US.", "US.ENT.", "US.1\u{0}", long.as_str()] {
        assert_eq!(refused(&template_to(&world, "user_id", odd)).await, fault("/user_id", "field_invalid"), "{odd}");
    }
    assert_eq!(refused(&template_to(&world, "to", USER)).await, fault("/to", "number_without_country_code"));
    let page = json!({ "sender_id": world.sender, "user_id": USER, "messenger": { "message": { "text": "x" } } });
    assert_eq!(refused(&page).await, fault("/user_id", "field_invalid"));
    assert_eq!(refused(&text_to(&world, "user_id", USER)).await, fault("/user_id", "window_closed"));
    assert_eq!(world.commands.accepted.lock().len(), 2);
}

#[tokio::test]
async fn a_message_goes_to_a_group_that_somebody_has_written_in() {
    let world = World::new().await;
    let refused = async |body: &Value| world.post_with_key("/v1/messages", "k", body).await.faults();
    assert_eq!(refused(&text_to(&world, "group_id", GROUP)).await, fault("/group_id", "window_closed"));
    let wrote = "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound) VALUES ($1, $2, $3, now())";
    let contact = format!("group:{GROUP}");
    world.sql.execute(wrote, &[&world.tenant.0, &world.sender, &contact]).await.expect("a window");
    for (key, body) in
        [("text", text_to(&world, "group_id", GROUP)), ("template", template_to(&world, "group_id", GROUP))]
    {
        let answer = world.post_with_key("/v1/messages", key, &body).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(world.commands.accepted.lock().last().expect("a message").intent.contact.as_str(), contact);
    }
    let pin =
        |member: &str, to: &str| json!({ "sender_id": world.sender, member: to, "pin": { "message_id": "wamid.P" } });
    assert_eq!(world.post_with_key("/v1/messages", "pin", &pin("group_id", GROUP)).await.status, 202);
    assert_eq!(refused(&pin("to", NUMBER)).await, fault("/to", "type_unsupported"));
    for odd in ["", "group:x", "a b", &"x".repeat(257)] {
        assert_eq!(refused(&text_to(&world, "group_id", odd)).await, fault("/group_id", "field_invalid"), "{odd}");
    }
    let mut both = text_to(&world, "group_id", GROUP);
    both["user_id"] = json!(USER);
    assert_eq!(refused(&both).await, fault("/user_id", "field_invalid"));
    let place = json!({ "sender_id": world.sender, "group_id": GROUP, "location": { "latitude": 1, "longitude": 2 } });
    assert_eq!(refused(&place).await, fault("/group_id", "type_unsupported"));
    let statement = "UPDATE template SET category = 'AUTHENTICATION' WHERE tenant_id = $1 AND name = 'hello'";
    world.sql.execute(statement, &[&world.tenant.0]).await.expect("a changed template");
    assert_eq!(refused(&template_to(&world, "group_id", GROUP)).await, fault("/group_id", "number_required"));
    assert_eq!(world.commands.accepted.lock().len(), 3);
}

#[tokio::test]
async fn one_time_passwords_go_to_numbers_alone() {
    let world = World::new().await;
    let statement = "UPDATE template SET category = 'AUTHENTICATION' WHERE tenant_id = $1 AND name = 'hello'";
    world.sql.execute(statement, &[&world.tenant.0]).await.expect("a changed template");
    for user_id in [USER, PARENT] {
        let answer = world.post_with_key("/v1/messages", "k", &template_to(&world, "user_id", user_id)).await;
        assert_eq!(answer.faults(), fault("/user_id", "number_required"));
        assert!(answer.text.contains("131062"), "{}", answer.text);
    }
    assert!(world.commands.accepted.lock().is_empty(), "refused before they wait");
    assert_eq!(world.post_with_key("/v1/messages", "n", &template_to(&world, "to", NUMBER)).await.status, 202);
    let body = json!({ "messaging_product": "whatsapp", "recipient": USER, "type": "template",
        "template": { "name": "hello", "language": { "code": "en_US" } } });
    let answer = world.post(&format!("/graph/v23.0/{}/messages", world.sender), &body).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!(131_062)), "{}", answer.text);
    assert_eq!(world.commands.accepted.lock().len(), 1, "the one to a number");
}

#[tokio::test]
async fn an_opt_out_under_one_id_concerns_all_of_them_until_it_is_taken_back_under_any() {
    let (world, stranger) = (World::new().await, World::new().await);
    let person = [("phone", NUMBER, false), ("phone", GIVEN_UP, true), ("user_id", USER, false)];
    for own in [&world, &stranger] {
        told(own, &person, 1_000).await;
    }
    let answer = async |world: &World, key: &str, member: &str, contact: &str| {
        world.post_with_key("/v1/messages", key, &template_to(world, member, contact)).await
    };
    for (said, back) in [(NUMBER, USER), (USER, NUMBER)] {
        assert_eq!(world.post("/v1/opt-outs", &json!({ "contact": said })).await.status, 201);
        assert_eq!(answer(&world, "k", "to", NUMBER).await.faults(), fault("/to", "opted_out"), "{said}");
        assert_eq!(answer(&world, "k", "user_id", USER).await.faults(), fault("/user_id", "opted_out"), "{said}");
        // What the person has given up may be somebody else's by now.
        let others = answer(&world, &format!("other {said}"), "to", GIVEN_UP).await;
        assert_eq!(others.status, 202, "{said}: {}", others.text);
        let campaign = world.create_campaign().await;
        let upload = world.upload(&campaign, 0, &format!("to,1,2\n{NUMBER},Ann,1\n")).await;
        assert_eq!((&upload.json()["accepted"], &upload.json()["rejected"]), (&json!(0), &json!(1)), "{}", upload.text);
        assert_eq!(answer(&stranger, said, "to", NUMBER).await.status, 202, "another tenant's person");

        assert_eq!(world.delete(&format!("/v1/opt-outs/{back}")).await.status, 204);
        assert_eq!(world.get("/v1/opt-outs").await.json()["data"], json!([]), "{said}");
        assert_eq!(answer(&world, &format!("again {said}"), "to", NUMBER).await.status, 202);
        world.delete(&format!("/v1/opt-outs/{back}")).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_number_that_somebody_has_given_up_speaks_for_nobody_else() {
    let world = World::new().await;
    told(&world, &[("phone", NUMBER, false), ("phone", GIVEN_UP, true), ("user_id", USER, false)], 1_000).await;
    let status = async |key: &str, member: &str, contact: &str| {
        world.post_with_key("/v1/messages", key, &template_to(&world, member, contact)).await.status
    };
    let opt_out = async |contact: &str| world.post("/v1/opt-outs", &json!({ "contact": contact })).await.status;
    assert_eq!(opt_out(GIVEN_UP).await, 201);
    assert_eq!(status("new owner", "to", GIVEN_UP).await, 422);
    assert_eq!(status("a", "to", NUMBER).await, 202);
    assert_eq!(status("b", "user_id", USER).await, 202);
    // Nor does what the one before takes back take back anything of its new owner.
    assert_eq!(opt_out(USER).await, 201);
    assert_eq!(world.delete(&format!("/v1/opt-outs/{NUMBER}")).await.status, 204);
    assert_eq!(status("back", "user_id", USER).await, 202);
    assert_eq!(status("still the new owner", "to", GIVEN_UP).await, 422);
    // What its new owner takes back takes back nothing of the one before.
    assert_eq!(opt_out(USER).await, 201);
    assert_eq!(world.delete(&format!("/v1/opt-outs/{GIVEN_UP}")).await.status, 204);
    assert_eq!(status("c", "to", NUMBER).await, 422);
    assert_eq!(status("d", "user_id", USER).await, 422);
}

#[tokio::test]
async fn what_a_person_wrote_under_one_id_opens_the_window_for_the_others() {
    let world = World::new().await;
    let wrote = async |contact: &str, hours: i32| {
        let statement = "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound)
                         VALUES ($1, $2, $3, now() - make_interval(hours => $4))";
        world.sql.execute(statement, &[&world.tenant.0, &world.sender, &contact, &hours]).await.expect("a window");
    };
    wrote(NUMBER, 23).await;
    wrote(USER, 30).await;
    let refused = world.post_with_key("/v1/messages", "before", &text_to(&world, "user_id", USER)).await;
    assert_eq!(refused.faults(), fault("/user_id", "window_closed"), "nobody knows that they are one");
    told(&world, &[("phone", NUMBER, false), ("user_id", USER, false)], 1_000).await;
    assert_eq!(world.post_with_key("/v1/messages", "after", &text_to(&world, "user_id", USER)).await.status, 202);
    {
        let accepted = world.commands.accepted.lock();
        let life_ms = accepted[0].intent.expires_at.since(accepted[0].intent.accepted_at);
        assert!((3_500_000..=3_600_000).contains(&life_ms), "the newest counts: {life_ms}");
    }
    // Who has another number and another id since has written nothing under them.
    let change = [
        ("phone", NUMBER, true),
        ("phone", "+16315550302", false),
        ("user_id", USER, true),
        ("user_id", "US.2", false),
    ];
    told(&world, &change, 2_000).await;
    for (member, contact) in [("to", "+16315550302"), ("user_id", "US.2")] {
        let refused = world.post_with_key("/v1/messages", "changed", &text_to(&world, member, contact)).await;
        assert_eq!(refused.faults(), fault(&format!("/{member}"), "window_closed"));
    }
}

//! The sink against a real Kafka and a real Postgres, with receivers that are real HTTP servers.

mod support;

use std::time::Duration;

use posthaste_core::crm::{Feed, Schedule};
use posthaste_model::whatsapp::{Identity, Update};
use posthaste_model::{
    AccountUpdated, Channel, EventType, InboundReceived, Millis, SenderId, Source, TemplateChanged, WabaId, Wamid,
};
use ring::hmac;
use serde_json::{Value, json, to_vec};
use uuid::Uuid;

use support::{MetaPost, Receiver, World};

/// What the receivers of Meta's form check signatures with.
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A schedule for impatient people; a receiver may fail for ever.
fn schedule() -> Schedule {
    let delays = [Duration::ZERO, Duration::from_millis(50), Duration::from_millis(100), Duration::from_millis(200)];
    Schedule::new(&delays, Duration::from_secs(3_600))
}

/// One receiver is well, the other fails until long after its buffer is full and the sink has been restarted. The first
/// never waits; the second gets everything in the end; nobody gets anything twice that the log holds twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_receiver_costs_its_own_lane_only_and_loses_nothing() {
    let world = World::new(schedule()).await;
    let (healthy, failing) = (world.tenant().await, world.tenant().await);
    let (well, ill) = (Receiver::start(200).await, Receiver::start(500).await);
    let healthy_endpoint = world.endpoint(healthy, &well, &Feed::ALL).await;
    let failing_endpoint = world.endpoint(failing, &ill, &Feed::ALL).await;

    let sink = world.start();
    let first = world.publish(&[healthy, failing], 0..30).await;
    well.wait_for(first).await;
    assert_eq!(ill.delivered(), 0, "the other one still fails");
    world.wait_for("a saved cursor", async || !world.cursors(failing_endpoint).await.is_empty()).await;

    sink.stop().await;
    let second = world.publish(&[healthy, failing], 30..50).await;
    let sink = world.start();
    well.wait_for(first + second).await;
    world.publish_again().await;
    let third = world.publish(&[healthy, failing], 50..60).await;
    well.wait_for(first + second + third).await;
    assert_eq!(ill.delivered(), 0);
    well.check(60, true);

    ill.answer(200);
    ill.wait_for(first + second + third).await;
    ill.check(60, false);
    for endpoint in [healthy_endpoint, failing_endpoint] {
        world.wait_for("no cursor is left", async || world.cursors(endpoint).await.is_empty()).await;
    }
    sink.stop().await;
    well.check(60, true);
    world.remove().await;
}

/// 410 disables; the receiver that is enabled again goes on where it stopped, including what came while it was disabled.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_disabled_and_goes_on_there_when_it_is_back() {
    let world = World::new(schedule()).await;
    let tenant = world.tenant().await;
    let receiver = Receiver::start(200).await;
    let endpoint = world.endpoint(tenant, &receiver, &[Feed::Delivery]).await;
    let sink = world.start();
    world.publish(&[tenant], 0..5).await;
    receiver.wait_for(5 * support::CONVERSATIONS).await;

    receiver.answer(410);
    world.publish(&[tenant], 5..10).await;
    world.wait_for("disabled", async || world.disabled_reason(endpoint).await.is_some_and(|r| r.contains("410"))).await;
    receiver.answer(200);
    world.publish(&[tenant], 10..15).await;
    world.wait_for("the position of a cursor", async || !world.cursors(endpoint).await.is_empty()).await;
    assert_eq!(receiver.delivered(), 5 * support::CONVERSATIONS);

    world.enable(endpoint).await;
    receiver.wait_for(15 * support::CONVERSATIONS).await;
    receiver.check_feed(Feed::Delivery, 15);
    sink.stop().await;
    world.remove().await;
}

/// A second sink joins and takes partitions over while events flow, then the first leaves: the partitions change hands
/// twice, and every event is delivered once.
#[tokio::test(flavor = "multi_thread")]
async fn partitions_change_hands_without_loss_or_repetition() {
    let world = World::new(schedule()).await;
    let tenant = world.tenant().await;
    let receiver = Receiver::start(200).await;
    world.endpoint(tenant, &receiver, &Feed::ALL).await;
    let first = world.start();
    let mut owed = world.publish(&[tenant], 0..20).await;
    receiver.wait_for(owed).await;

    let second = world.start();
    let mut next = 20;
    while world.owners().await < 2 {
        owed += world.publish(&[tenant], next..next + 1).await;
        next += 1;
    }
    owed += world.publish(&[tenant], next..next + 20).await;
    receiver.wait_for(owed).await;

    first.stop().await;
    owed += world.publish(&[tenant], next + 20..next + 40).await;
    receiver.wait_for(owed).await;
    receiver.check(next + 40, true);
    second.stop().await;
    world.remove().await;
}

/// Checks a POST as an app of Meta's does, over the bytes as they came.
fn is_signed(post: &MetaPost) -> bool {
    let hex = post.signature.strip_prefix("sha256=").expect("the prefix");
    let digits: Vec<u8> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal digits"))
        .collect();
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, APP_SECRET.as_bytes()), &post.body, &digits).is_ok()
}

fn text(post: &MetaPost) -> &str {
    std::str::from_utf8(&post.body).expect("UTF-8")
}

/// A receiver of Meta's form that fails at first gets the same bytes again, signed as Meta signs: half a pair of UTF-16 that no
/// parser takes, a person with a username, and what the business wrote elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_receiver_of_metas_form_refused_comes_again_byte_for_byte() {
    let world = World::new(schedule()).await;
    let tenant = world.tenant().await;
    let (number, waba) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    world.number(tenant, &number, &waba, "+1 631 555 0100").await;
    let receiver = Receiver::start(500).await;
    world.meta_endpoint(tenant, &receiver, &[Feed::Inbound], APP_SECRET).await;
    let message = |id: &str, raw: &str| {
        InboundReceived::new(SenderId::new(&*number), WabaId::new(&*waba), Wamid::new(id), Millis(1), raw)
    };
    let half = r#"{"id":"wamid.1", "type":"text","text":{"body":"\ud83d"}}"#;
    let named = r#"{"from_user_id":"US.1","id":"wamid.2","type":"text","text":{"body":"Zo\u00eb"}}"#;
    let echoed = r#"{"to":"16315550101","id":"wamid.3","type":"text","text":{"body":"hello"}}"#;
    let identity = Identity { user_id: Some("US.1".into()), username: Some("@zoe".into()), ..Identity::default() };
    let messages = [
        message("wamid.1", half),
        InboundReceived { identity, ..message("wamid.2", named) },
        InboundReceived { source: Source::Echo, from_business: true, ..message("wamid.3", echoed) },
    ];
    let sink = world.start();
    for (n, message) in messages.iter().enumerate() {
        let key = format!("{number}:{n}");
        world.tell(Some(tenant), Feed::Inbound, EventType::InboundReceived, &key, to_vec(message)).await;
    }
    world
        .wait_for("each was refused", async || [half, named, echoed].iter().all(|raw| came(&receiver, 500, raw)))
        .await;
    receiver.answer(200);
    world.wait_for("each was taken", async || [half, named, echoed].iter().all(|raw| came(&receiver, 200, raw))).await;
    sink.stop().await;

    let (refused, taken) = (receiver.of_meta(500), receiver.of_meta(200));
    assert_eq!(taken.len(), 3, "nothing twice");
    for post in &taken {
        assert!(is_signed(post), "{post:?}");
        assert!(
            refused.iter().any(|other| (&other.body, &other.signature) == (&post.body, &post.signature)),
            "{post:?}"
        );
    }
    let person = taken.iter().find(|post| text(post).contains(named)).expect("that of the person");
    let person: Value = serde_json::from_slice(&person.body).expect("JSON");
    let value = &person["entry"][0]["changes"][0]["value"];
    assert_eq!(value["contacts"], json!([{"user_id": "US.1", "profile": {"username": "@zoe"}}]));
    assert_eq!(value["metadata"], json!({"display_phone_number": "+1 631 555 0100", "phone_number_id": number}));
    let echo = taken.iter().find(|post| text(post).contains(echoed)).expect("that of the business");
    assert!(text(echo).contains(r#""field":"smb_message_echoes""#));
    world.remove().await;
}

/// Whether a POST with this element was answered so.
fn came(receiver: &Receiver, status: u16, raw: &str) -> bool {
    receiver.of_meta(status).iter().any(|post| text(post).contains(&format!("[{raw}]")))
}

/// Two tenants have a number each in one account. What concerns one number reaches its tenant alone, also where it is read for
/// separately; what concerns the account's templates reaches both.
#[tokio::test(flavor = "multi_thread")]
async fn what_meta_tells_of_an_account_reaches_those_whose_it_is() {
    let world = World::new(schedule()).await;
    let (one, other) = (world.tenant().await, world.tenant().await);
    let waba = Uuid::new_v4().to_string();
    let (first, second) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    world.number(one, &first, &waba, "+1 631 555 0101").await;
    world.number(other, &second, &waba, "+1 631 555 0102").await;
    // The second is left behind at once, since its buffer has less room than there are events.
    let (well, ill) = (Receiver::start(200).await, Receiver::start(500).await);
    world.meta_endpoint(one, &well, &[Feed::Accounts], APP_SECRET).await;
    world.meta_endpoint(other, &ill, &[Feed::Accounts], APP_SECRET).await;
    let sink = world.start();
    let preference = |number: &str, person: usize| {
        let raw = format!(r#"{{"wa_id":"1631555{person:04}","value":"stop","category":"marketing_messages"}}"#);
        let element = serde_json::from_str(&raw).expect("JSON");
        let update = Update::element("user_preferences", element).expect("an update");
        let (waba_id, sender_id) = (WabaId::new(&*waba), Some(SenderId::new(number)));
        let (channel, field, at) = (Channel::Whatsapp, "user_preferences".to_owned(), Millis(1_000));
        AccountUpdated { channel, waba_id, sender_id, field, update, at, raw }
    };
    for person in 0..100 {
        for number in [&first, &second] {
            let event = to_vec(&preference(number, person));
            world.tell(None, Feed::Accounts, EventType::AccountUpdated, &waba, event).await;
        }
    }
    let change = r#"{"field":"message_template_status_update", "value":{"event":"PAUSED"}}"#;
    let paused = TemplateChanged {
        waba_id: WabaId::new(&*waba),
        name: "order".into(),
        language: "de".into(),
        template_id: None,
        category: None,
        event: "PAUSED".into(),
        status: None,
        reason: None,
        at: Millis(1_000),
        raw: change.into(),
    };
    world.tell(None, Feed::Accounts, EventType::TemplateChanged, &waba, to_vec(&paused)).await;
    world.wait_for("the first has the template's", async || came(&well, 200, change)).await;
    ill.answer(200);
    world.wait_for("the second has it too", async || came(&ill, 200, change)).await;
    sink.stop().await;
    for (receiver, own, not_own) in [(&well, &first, &second), (&ill, &second, &first)] {
        let taken = receiver.of_meta(200);
        assert_eq!(taken.len(), 101);
        assert_eq!(taken.iter().filter(|post| text(post).contains(own.as_str())).count(), 100);
        assert!(taken.iter().all(|post| is_signed(post) && !text(post).contains(not_own.as_str())));
    }
    world.remove().await;
}

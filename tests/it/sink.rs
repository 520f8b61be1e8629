//! A tenant's webhook receiver, registered over the API.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use ring::hmac;
use serde_json::{Value, json};

use crate::support::api::recipients;
use crate::support::receiver::Receiver;
use crate::support::wait::{PATIENCE, holds, until};
use crate::support::webhook::{deliver, entry, messages, text, wamid, webhook};
use crate::support::{Plan, SENDERS, WABAS, World};

/// Checks a delivery as the standard's receivers do (standard-webhooks: spec), and gives its id and its body.
fn verified(secret: &str, headers: &HeaderMap, body: &Bytes) -> (String, Value) {
    let header = |name: &str| headers[name].to_str().expect("a text").to_owned();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("the prefix")).expect("base64");
    let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let signature = header("webhook-signature").strip_prefix("v1,").map(|text| STANDARD.decode(text).expect("base64"));
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed, &signature.expect("v1,"))
        .expect("a valid signature");
    (id, serde_json::from_slice(body).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_gets_every_event_once_and_signed_although_it_failed_at_first() {
    let mut world = World::start(Plan::default()).await;
    let receiver = Receiver::default();
    let endpoint = json!({ "url": receiver.start().await, "topics": ["inbound.v1", "delivery.v1"] });
    let created = world.tenant.post_new("/v1/webhook-endpoints", &endpoint).await.expect(201);
    let secret = created["secret"].as_str().expect("a secret").to_owned();
    // A receiver begins some seconds after it was registered: the events before are not its own.
    let mut probes = 0;
    until("the receiver gets its first event", PATIENCE, async || {
        probes += 1;
        let probe = text("12025557000", &wamid(&format!("probe-{probes}")), "probe");
        let body = webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &[probe], &[])])]);
        assert_eq!(deliver(&world.site, &body).await?.status, 200);
        holds(!receiver.received().is_empty(), || format!("{probes} probes"))
    })
    .await;
    let campaign = world.tenant.campaign(recipients(0..20)).await;
    world.tenant.start(&campaign).await;
    let texts: Vec<_> = (0..3).map(|n| text("12025557001", &wamid(&format!("sink-{n}")), "hello")).collect();
    let body = webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &texts, &[])])]);
    assert_eq!(deliver(&world.site, &body).await.expect("the edge answers").status, 200);
    world.settled(&campaign).await;

    let mut probed = BTreeSet::new();
    let mut published: BTreeMap<String, Value> = BTreeMap::new();
    for topic in ["delivery.v1", "inbound.v1"] {
        for record in world.broker.read(topic).await {
            published.insert(record.header("ce_id").to_owned(), record.json());
            if record.json()["text"] == "probe" {
                probed.insert(record.header("ce_id").to_owned());
            }
        }
    }
    let owed: BTreeSet<&String> = published.keys().filter(|id| !probed.contains(*id)).collect();
    assert!(owed.len() > 3 * 20, "{}", owed.len());
    until("the receiver has every event", PATIENCE, async || {
        let received = receiver.received();
        let ids: BTreeSet<_> =
            received.iter().map(|(head, _)| head["webhook-id"].to_str().unwrap_or_default()).collect();
        let missing = owed.iter().filter(|id| !ids.contains(id.as_str())).count();
        holds(missing == 0, || format!("{missing} of {} are missing", owed.len()))
    })
    .await;
    let received = receiver.received();
    let mut ids = BTreeSet::new();
    for (headers, body) in &received {
        let (id, body) = verified(&secret, headers, body);
        let event = published.get(&id).unwrap_or_else(|| panic!("{id} was never published"));
        assert_eq!(&body["data"], event);
        assert!(body["timestamp"].is_string());
        let kinds = ["delivery.transitioned.v1", "inbound.received.v1"];
        assert!(kinds.contains(&body["type"].as_str().expect("a type")), "{body}");
        assert!(ids.insert(id.clone()), "{id} was delivered twice");
    }
}

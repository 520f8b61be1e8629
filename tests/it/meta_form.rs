//! A receiver that was written for Meta's webhooks has, element for element, what Meta told the edge.

use std::collections::{BTreeMap, BTreeSet};

use http::HeaderMap;
use posthaste_simulator::{Faults, Share};
use serde_json::{Value, json};

use crate::support::api::{LANGUAGE, TEMPLATE, phone, recipients};
use crate::support::receiver::Receiver;
use crate::support::wait::{PATIENCE, holds, unix_ms, until};
use crate::support::webhook::{deliver, entry, messages, signature, text, wamid, webhook};
use crate::support::{Plan, SENDERS, WABAS, World};

/// The secret of the tenant's own app.
const OWN_SECRET: &str = "0123456789abcdef0123456789abcdef";
const GROUP: &str = "Y2FwaV9ncm91cDox";
/// What no element of the test's own holds: texts by which it finds out that the receiver is served.
const PROBE: &str = "probe";
/// Members of a status in which the receiver has what stands for its own sends where Meta has what stands for ours.
const OURS: [&str; 2] = ["id", "biz_opaque_callback_data"];

/// What tells a status of Meta's from all others of the number: message, status and participant.
type StatusKey = (String, String, String);

/// Elements of webhooks in Meta's form.
#[derive(Debug, Default)]
struct Told {
    messages: BTreeMap<String, Value>,
    statuses: BTreeMap<StatusKey, Value>,
    /// Whole changes and elements of lists, as their text.
    accounts: BTreeSet<String>,
    /// Statuses that were there before.
    repeated: usize,
    /// The statuses of each message in the order in which they came.
    order: BTreeMap<String, Vec<String>>,
}

impl Told {
    fn add(&mut self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        for entry in body["entry"].as_array().expect("entries") {
            entry["changes"].as_array().expect("changes").iter().for_each(|change| self.add_change(change));
        }
    }

    fn add_change(&mut self, change: &Value) {
        let list = |name: &str| change["value"][name].as_array().into_iter().flatten();
        let text = |element: &Value, name: &str| element[name].as_str().unwrap_or_default().to_owned();
        match change["field"].as_str() {
            Some("messages") => {
                for message in list("messages").filter(|message| message["text"]["body"] != PROBE) {
                    self.messages.insert(text(message, "id"), message.clone());
                }
                for status in list("statuses") {
                    // Beside the handle the receiver has Meta's own id.
                    let id = if status["wamid"].is_string() { "wamid" } else { "id" };
                    let (id, word) = (text(status, id), text(status, "status"));
                    let key = (id.clone(), word.clone(), text(status, "recipient_participant_id"));
                    self.order.entry(id).or_default().push(word);
                    self.repeated += usize::from(self.statuses.insert(key, status.clone()).is_some());
                }
            }
            Some("user_preferences") => {
                self.accounts.extend(list("user_preferences").map(Value::to_string));
            }
            _ => drop(self.accounts.insert(change.to_string())),
        }
    }

    /// Elements that are here and not there.
    fn lacking(&self, there: &Self) -> Vec<String> {
        let messages = self.messages.keys().filter(|id| !there.messages.contains_key(*id)).cloned();
        let statuses = self.statuses.keys().filter(|key| !there.statuses.contains_key(*key));
        let accounts = self.accounts.difference(&there.accounts).cloned();
        messages.chain(statuses.map(|key| format!("{key:?}"))).chain(accounts).collect()
    }
}

/// The webhooks as Meta signed them and the edge took them.
async fn told_by_meta(world: &World) -> Told {
    let mut told = Told::default();
    // What the edge tells of itself has a type.
    let raw = world.broker.read("webhooks.raw.v1").await;
    raw.iter().filter(|record| !record.headers.contains_key("ce_type")).for_each(|record| told.add(&record.value));
    told
}

fn told_to(receiver: &Receiver) -> Told {
    let mut told = Told::default();
    receiver.received().iter().for_each(|(_, body)| told.add(body));
    told
}

fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    headers.get("x-hub-signature-256").is_some_and(|own| *own == signature(OWN_SECRET, body))
}

/// Registers a receiver of Meta's form and waits until it is served.
async fn served(world: &World) -> Receiver {
    let receiver = Receiver::default();
    let endpoint = json!({ "url": receiver.start().await, "topics": ["inbound.v1", "delivery.v1", "accounts.v1"],
        "form": "meta", "app_secret": OWN_SECRET });
    world.tenant.post_new("/v1/webhook-endpoints", &endpoint).await.expect(201);
    let mut probes = 0;
    until("the receiver gets its first webhook", PATIENCE, async || {
        probes += 1;
        let probe = text("12025557000", &wamid(&format!("{PROBE}-{probes}")), PROBE);
        let body = webhook(&[entry(WABAS[0], &[messages(SENDERS[0], &[probe], &[])])]);
        assert_eq!(deliver(&world.site, &body).await?.status, 200);
        holds(!receiver.received().is_empty(), || format!("{probes} probes"))
    })
    .await;
    receiver
}

/// Sends a message as a client of the Cloud API does; gives its handle.
async fn sent(world: &World, members: Value) -> String {
    let mut body = json!({ "messaging_product": "whatsapp", "type": "text", "text": { "body": "hello" } });
    body.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let path = format!("/graph/v26.0/{}/messages", SENDERS[0]);
    let answer = world.tenant.post_new(&path, &body).await.expect(200);
    answer["messages"][0]["id"].as_str().expect("a handle").to_owned()
}

/// What the simulator has of the message to this recipient, once it has taken it: Meta's id and the token.
async fn taken(world: &World, to: &str) -> (String, String) {
    until("Meta takes the message", PATIENCE, async || {
        let found = world
            .simulator
            .messages(0, usize::MAX)
            .into_iter()
            .find(|message| message.to.trim_start_matches('+') == to);
        found.and_then(|message| Some((message.wamid, message.token?))).ok_or_else(|| format!("none to {to}"))
    })
    .await
}

/// Meta posts these statuses, signed and repeated like all.
async fn report(world: &World, statuses: &[Value]) {
    let value = json!({ "messaging_product": "whatsapp", "statuses": statuses });
    world.control("change", &json!({ "number": SENDERS[0], "field": "messages", "value": value })).await;
}

/// What moves no message: more participants of the group than one, names that nobody knows, and messages of another system.
async fn report_the_rest(world: &World, of_group: &(String, String), of_person: &(String, String)) {
    let at = "1790000000";
    let mut statuses = Vec::new();
    for participant in ["16315560088", "16315560099"] {
        for status in ["delivered", "read"] {
            statuses.push(json!({ "id": of_group.0, "status": status, "timestamp": at, "recipient_id": GROUP,
                "recipient_type": "group", "recipient_participant_id": participant, "biz_opaque_callback_data": of_group.1 }));
        }
    }
    for status in ["warning", "deleted"] {
        statuses.push(json!({ "id": of_person.0, "status": status, "timestamp": at, "recipient_id": "12025550900",
            "biz_opaque_callback_data": of_person.1, "novelty": { "x": 1.50 } }));
    }
    for (status, token) in
        [("read", "of-another"), ("delivered", "of-another"), ("sent", "of-another"), ("beamed", "x")]
    {
        statuses.push(json!({ "id": "wamid.OfAnotherSystem", "status": status, "timestamp": at,
            "recipient_id": "12025550901", "biz_opaque_callback_data": token, "pricing": { "billable": true } }));
    }
    // The phone that shares the number gives no token.
    statuses
        .push(json!({ "id": "wamid.OfThePhone", "status": "sent", "timestamp": at, "recipient_id": "12025550902" }));
    report(world, &statuses).await;
    // Once more, in another order and in POSTs of their own: what is known is not told again.
    statuses.reverse();
    for some in statuses.chunks(4) {
        report(world, some).await;
    }
}

/// A status that Meta told and what became of it have the same members, but for what stands for the caller in the place of us.
fn is_same(metas: &Value, own: &Value) -> bool {
    let members = metas.as_object().expect("an object").iter();
    let is_ours = metas["biz_opaque_callback_data"].as_str().is_some_and(|token| token.starts_with("v1."));
    let mut told = members.filter(|(name, _)| !is_ours || !OURS.contains(&name.as_str()));
    told.all(|(name, value)| own[name] == *value) && own["wamid"].is_string() == is_ours
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_meta_told_reaches_a_receiver_of_metas_form_once() {
    let share = |share| Share::try_from(share).expect("between 0 and 1");
    let faults = Faults {
        failed_share: share(0.2),
        duplicate_share: share(0.2),
        reorder_share: share(0.3),
        late_sent_after_failed_share: share(0.5),
        ..Faults::NONE
    };
    let mut world = World::start(Plan { faults, ..Plan::default() }).await;
    let receiver = served(&world).await;
    let said = json!({ "id": "wamid.G", "from": "16315560001", "group_id": GROUP, "timestamp": (unix_ms() / 1_000).to_string(),
        "type": "text", "text": { "body": "hello, all" } });
    let value = json!({ "messaging_product": "whatsapp", "messages": [said] });
    world.control("change", &json!({ "number": SENDERS[0], "field": "messages", "value": value })).await;
    until("the group may be written to", PATIENCE, async || {
        let open = "SELECT count(*) FROM service_window WHERE contact LIKE 'group:%'";
        holds(world.database.number(open).await == 1, || "it has no window".to_owned())
    })
    .await;
    for index in 0..5 {
        let inbound =
            json!({ "number": SENDERS[0], "from": format!("1202555700{index}"), "text": "Is it on its way?" });
        world.control("inbound", &inbound).await;
    }
    sent(&world, json!({ "recipient_type": "group", "to": GROUP })).await;
    let handle = sent(&world, json!({ "to": phone(900), "biz_opaque_callback_data": "order-7" })).await;
    let of_group = taken(&world, GROUP).await;
    let of_person = taken(&world, phone(900).trim_start_matches('+')).await;
    report_the_rest(&world, &of_group, &of_person).await;
    world.control("opt-out", &json!({ "number": SENDERS[0], "from": "12025557001", "value": "stop" })).await;
    let campaign = world.tenant.campaign(recipients(0..40)).await;
    world.tenant.start(&campaign).await;
    world.accepted(42).await;
    world.control("template-status", &json!({ "name": TEMPLATE, "language": LANGUAGE, "event": "PAUSED" })).await;
    world.flush().await;

    let metas = told_by_meta(&world).await;
    until("the receiver has everything", 2 * PATIENCE, async || {
        world.assert_alive();
        let lacking = metas.lacking(&told_to(&receiver));
        holds(lacking.is_empty(), || format!("{} are missing: {lacking:#?}", lacking.len()))
    })
    .await;
    let own = told_to(&receiver);
    assert_eq!((own.lacking(&metas), own.repeated), (Vec::new(), 0), "nothing else, and no status twice");
    assert!(receiver.received().iter().all(|(headers, body)| is_signed(headers, body)));
    assert!(metas.repeated > 0 && metas.accounts.len() == 2 && metas.messages.len() == 6, "{metas:?}");
    assert_eq!(own.messages, metas.messages);
    for (key, status) in &metas.statuses {
        assert!(is_same(status, &own.statuses[key]), "{status}\nis told as\n{}", own.statuses[key]);
    }
    // All of a message stands on one partition, in the order in which it is told.
    let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in world.broker.read("delivery.v1").await.iter().map(|record| record.json()) {
        if let Some(word) = event["status"].as_str().filter(|word| *word != "accepted") {
            order.entry(event["wamid"].as_str().unwrap_or_default().to_owned()).or_default().push(word.to_owned());
        }
    }
    assert_eq!(own.order, order);
    let warning = &own.statuses[&(of_person.0.clone(), "warning".to_owned(), String::new())];
    assert_eq!((&warning["id"], &warning["biz_opaque_callback_data"]), (&json!(handle), &json!("order-7")));
    assert_eq!(warning["novelty"], json!({ "x": 1.50 }));

    let counted = "SELECT count(*) FROM attempt WHERE status NOT IN ('sent', 'failed', 'delivered', 'read')";
    assert_eq!(world.database.number(counted).await, 0, "each is as far as Meta said");
    world.assert_no_breach_and_no_duplicate();
}

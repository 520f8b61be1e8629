//! Tables for the rules, and laws on generated bodies.

mod accounts;
mod laws;
mod layers;
mod messages;
mod messaging;
mod plain;
mod statuses;

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

const NOW: Millis = Millis(1_790_000_000_123);

fn run(body: &Json) -> Output {
    normalize(&RawWebhook { body: body.to_string().as_bytes(), received_at: NOW })
}

fn run_text(body: &str) -> Output {
    normalize(&RawWebhook { body: body.as_bytes(), received_at: NOW })
}

fn body(field: &str, value: Json) -> Json {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": [{"field": field, "value": value}]}]})
}

fn messages(mut members: Json) -> Json {
    members["messaging_product"] = json!("whatsapp");
    members["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": "1065"});
    body("messages", members)
}

fn statuses(output: &Output) -> Vec<&StatusObserved> {
    let events = output.events.iter().map(|(_, event)| event);
    events.filter_map(|event| if let Normalized::Status(it) = event { Some(it) } else { None }).collect()
}

fn inbound(output: &Output) -> Vec<&InboundReceived> {
    let events = output.events.iter().map(|(_, event)| event);
    events.filter_map(|event| if let Normalized::Inbound(it) = event { Some(&**it) } else { None }).collect()
}

fn updates(output: &Output) -> Vec<&AccountUpdated> {
    let events = output.events.iter().map(|(_, event)| event);
    events.filter_map(|event| if let Normalized::Account(it) = event { Some(&**it) } else { None }).collect()
}

fn unknown(output: &Output) -> Vec<&UnknownUpdate> {
    let events = output.events.iter().map(|(_, event)| event);
    let update = events.filter_map(|event| match event {
        Normalized::Unknown(it) => Some(it),
        Normalized::UnknownStatus(it) => Some(&it.update),
        _ => None,
    });
    update.collect()
}

fn codes(output: &Output) -> Vec<(u32, &'static str)> {
    output.buried.iter().map(|buried| (buried.index, buried.code)).collect()
}

fn indexes(output: &Output) -> Vec<u32> {
    let mut indexes: Vec<u32> = output.events.iter().map(|(index, _)| *index).collect();
    indexes.extend(output.buried.iter().map(|buried| buried.index));
    indexes.sort_unstable();
    indexes
}

/// Any JSON, with Meta's member names among the keys so that the walk gets below the surface.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        prop::sample::select(vec!["messages", "sent", "failed", "text", "wamid.A", "1750030073"]).prop_map(Json::from),
    ];
    let key = prop::sample::select(vec![
        "entry",
        "changes",
        "field",
        "value",
        "messages",
        "statuses",
        "errors",
        "contacts",
        "metadata",
        "id",
        "status",
        "phone_number_id",
        "timestamp",
        "type",
        "text",
        "body",
        "profile",
        "name",
        "wa_id",
        "other",
        "user_actions",
    ]);
    leaf.prop_recursive(8, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

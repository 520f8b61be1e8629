//! Generated batches of webhooks: what is counted in their text comes out, whatever stands beside it.

use std::collections::BTreeSet;

use posthaste_core::normalize::{Normalized, Output, RawWebhook, normalize};
use posthaste_model::Millis;
use posthaste_oracles as laws;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Digits that only ids have here: no phone number, time or code is as long.
const ID_DIGITS: usize = 18;
/// Names of members that something strange may have.
const NAMES: &[&str] =
    &["id", "status", "messages", "statuses", "type", "text", "body", "to", "template", "components", "x"];
/// The first id that is a number.
const FIRST_NUMBER: u64 = 9_007_199_254_740_993_000;

fn run(body: &str) -> Output {
    laws::normalize(body.as_bytes());
    normalize(&RawWebhook { body: body.as_bytes(), received_at: Millis(1_790_000_000_123) })
}

/// The ids in a text, whatever it is the text of.
fn ids_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let is_id = |word: &&str| {
        word.starts_with("wamid.") || word.len() >= ID_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut ids: Vec<_> = words.filter(is_id).map(str::to_owned).collect();
    ids.sort();
    ids
}

/// The ids of the messages and statuses that came out.
fn ids_out(output: &Output) -> Vec<String> {
    let id = |event: &Normalized| match event {
        Normalized::Inbound(message) => Some(message.wamid.to_string()),
        Normalized::Status(status) => Some(status.wamid.to_string()),
        _ => None,
    };
    let mut ids: Vec<_> = output.events.iter().filter_map(|(_, event)| id(event)).collect();
    ids.sort();
    ids
}

/// Any JSON, with Meta's names among those of the members; no id in it.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[^0-9]{0,20}".prop_map(Value::from),
    ];
    let name = prop::sample::select(NAMES);
    leaf.prop_recursive(6, 48, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((name.clone(), inner), 0..5).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}

/// Something strange that names no message: without `id`.
fn strange() -> impl Strategy<Value = Value> {
    anything().prop_map(|mut value| {
        if let Some(members) = value.as_object_mut() {
            members.remove("id");
        }
        value
    })
}

/// A list of so many good elements with strange ones among them; `None` is a place for a good one.
fn places() -> impl Strategy<Value = Vec<Option<Value>>> {
    vec(prop_oneof![3 => Just(None), 1 => strange().prop_map(Some)], 0..7)
}

/// A change with messages and statuses.
type Change = (Vec<Option<Value>>, Vec<Option<Value>>);

/// Entries of changes, each of which may be something strange.
fn batch() -> impl Strategy<Value = Vec<Result<Vec<Result<Change, Value>>, Value>>> {
    let change = prop_oneof![5 => (places(), places()).prop_map(Ok), 1 => strange().prop_map(Err)];
    let entry = prop_oneof![5 => vec(change, 0..5).prop_map(Ok), 1 => strange().prop_map(Err)];
    vec(entry, 0..5)
}

/// The text of a batch; its good elements are numbered through, every third by a number of 64 bits.
fn written(batch: Vec<Result<Vec<Result<Change, Value>>, Value>>) -> String {
    let mut count = 0_u64;
    let mut id = || {
        count += 1;
        if count.is_multiple_of(3) { json!(FIRST_NUMBER + count) } else { json!(format!("wamid.{count}")) }
    };
    let mut change = |(messages, statuses): Change| {
        let message = |id: Value| json!({"id": id, "from": "16505551234", "type": "text", "text": {"body": "hello"}});
        let status = |id: Value| json!({"id": id, "status": "sent", "recipient_id": 16_505_551_234_u64});
        let messages: Vec<_> = messages.into_iter().map(|own| own.unwrap_or_else(|| message(id()))).collect();
        let statuses: Vec<_> = statuses.into_iter().map(|own| own.unwrap_or_else(|| status(id()))).collect();
        let metadata = json!({"phone_number_id": "1065"});
        json!({"field": "messages", "value": {"metadata": metadata, "messages": messages, "statuses": statuses}})
    };
    let mut entry = |changes: Vec<Result<Change, Value>>| {
        let changes: Vec<_> = changes.into_iter().map(|own| own.map_or_else(|odd| odd, &mut change)).collect();
        json!({"id": "WABA", "changes": changes})
    };
    let entries: Vec<_> = batch.into_iter().map(|own| own.map_or_else(|odd| odd, &mut entry)).collect();
    json!({"object": "whatsapp_business_account", "entry": entries}).to_string()
}

/// A batch of one change, with these messages as they stand.
fn with_messages(messages: &[String]) -> String {
    let messages = messages.join(",");
    format!(
        r#"{{"entry":[{{"id":"W","changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"1"}},"messages":[{messages}]}}}}]}}]}}"#
    )
}

/// A text in JSON of nothing but escapes.
fn escaped(units: &[u16]) -> String {
    let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    format!("\"{escapes}\"")
}

/// A value below so many lists or objects.
fn nested(levels: usize, lists: bool) -> String {
    let (open, close) = if lists { ("[", "]") } else { (r#"{"type":"#, "}") };
    format!("{}{}{}", open.repeat(levels), "1", close.repeat(levels))
}

#[test]
fn ids_are_counted_in_a_text() {
    let text = r#"{"id":"wamid.1","n":9007199254740993003,"from":"16505551234"}"#;
    assert_eq!(ids_in(text), ["9007199254740993003", "wamid.1"]);
}

proptest! {
    #[test]
    fn every_id_in_the_text_of_a_batch_comes_out_once(batch in batch()) {
        let body = written(batch);
        let ids = ids_in(&body);
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        prop_assert_eq!(ids_out(&run(&body)), ids);
    }

    #[test]
    fn any_depth_costs_no_neighbour(levels in 1_usize..=200, lists: bool, member in "holo|text|type|context|from|timestamp|errors") {
        let deep = format!(r#"{{"id":"wamid.2","{member}":{}}}"#, nested(levels, lists));
        let body = with_messages(&[r#"{"id":"wamid.1"}"#.into(), deep, r#"{"id":"wamid.3"}"#.into()]);
        prop_assert_eq!(ids_out(&run(&body)), ids_in(&body));
    }

    #[test]
    fn any_units_of_utf_16_are_read_as_text(units in vec(prop_oneof![any::<u16>(), Just(0), 0xd800_u16..0xe000], 0..40)) {
        let text = escaped(&units);
        let message = format!(r#"{{"id":"wamid.1","from":"1650","type":"text","text":{{"body":{text}}},"x":{text}}}"#);
        let output = run(&with_messages(&[message, r#"{"id":"wamid.2"}"#.into()]));
        let [(0, Normalized::Inbound(message)), (1, Normalized::Inbound(_))] = &output.events[..] else {
            return Err(TestCaseError::fail(format!("{output:?}")));
        };
        prop_assert_eq!(message.text.clone(), Some(String::from_utf16_lossy(&units).replace('\0', "")));
    }

    #[test]
    fn the_longest_text_arrives_whole(text in vec(any::<char>(), 4_096)) {
        let text: String = text.into_iter().filter(|c| *c != '\0').collect();
        let message = json!({"id": "wamid.1", "from": "1650", "type": "text", "text": {"body": text}});
        let output = run(&with_messages(&[message.to_string()]));
        let Normalized::Inbound(message) = &output.events[0].1 else { panic!("{output:?}") };
        prop_assert_eq!(message.text.as_ref(), Some(&text));
    }

    #[test]
    fn numbers_mean_what_they_mean_as_text(id: u64, at in 0..10_000_000_000_000_i64, person in 1_000_000..999_999_999_999_999_u64, code: i64) {
        let status = |quote: &str| format!(
            r#"{{"id":{quote}{id}{quote},"status":"failed","timestamp":{quote}{at}{quote},"recipient_id":{quote}{person}{quote},"errors":[{{"code":{quote}{code}{quote}}}]}}"#
        );
        let body = |status: String| with_messages(&[]).replace(r#""messages":[]"#, &format!(r#""statuses":[{status}]"#));
        let output = run(&body(status("")));
        prop_assert_eq!(&output, &run(&body(status("\""))));
        let Normalized::Status(status) = &output.events[0].1 else { panic!("{output:?}") };
        prop_assert_eq!((status.wamid.to_string(), status.code), (id.to_string(), Some(code)));
    }

    #[test]
    fn any_json_keeps_every_law(value in anything(), other in anything()) {
        let text = value.to_string();
        laws::normalize(text.as_bytes());
        laws::import_ndjson(text.as_bytes());
        for kind in ["text", "image", "contacts", "interactive", "template"] {
            let body = json!({"messaging_product": "whatsapp", "to": "+16315550101", "type": kind, kind: value, "context": other});
            laws::graph_messages(body.to_string().as_bytes());
        }
    }

    #[test]
    fn any_table_keeps_the_laws_of_a_csv(rows in vec(vec("[\\PC\"\r\n]{0,12}", 2), 0..6)) {
        let rows: String = rows.iter().map(|row| format!("{}\n", row.join(","))).collect();
        laws::import_csv(format!("to,1\n{rows}").as_bytes());
    }
}

//! Laws on generated bodies.

use super::*;

/// An envelope whose layers are sometimes wrong.
pub(super) fn any_envelope() -> impl Strategy<Value = Json> {
    let element = prop_oneof![
        4 => (0..1000_u32).prop_map(|n| json!({"id": format!("w{n}"), "status": "sent", "type": "text", "text": {"body": "x"}})),
        1 => any_json(),
    ];
    let list = prop_oneof![6 => prop::collection::vec(element, 0..6).prop_map(Json::from), 1 => any_json()];
    let sender = prop_oneof![4 => Just(json!({"phone_number_id": "1"})), 1 => any_json()];
    let value = (sender, list.clone(), list.clone(), list).prop_map(|(metadata, messages, statuses, errors)| {
        json!({"metadata": metadata, "messages": messages, "statuses": statuses,
            "errors": errors, "calls": messages, "message_echoes": messages, "user_preferences": errors})
    });
    let field = prop::sample::select(vec![
        "messages",
        "messages",
        "calls",
        "smb_message_echoes",
        "user_preferences",
        "message_template_status_update",
    ]);
    let value = prop_oneof![6 => value, 1 => any_json()];
    let change = prop_oneof![6 => (field, value).prop_map(|(f, v)| json!({"field": f, "value": v})), 1 => any_json()];
    let changes = prop_oneof![6 => prop::collection::vec(change, 0..4).prop_map(Json::from), 1 => any_json()];
    let entry = prop_oneof![6 => changes.prop_map(|c| json!({"id": "W", "changes": c})), 1 => any_json()];
    prop::collection::vec(entry, 0..4).prop_map(|entries| json!({"entry": entries}))
}

/// The number of elements, counted over the untyped tree: the law that [`normalize`] must keep, written a second time.
fn count(body: &Json) -> usize {
    let Some(entries) = body.get("entry").and_then(Json::as_array) else { return 1 };
    entries.iter().map(count_entry).sum()
}

fn count_entry(entry: &Json) -> usize {
    match entry.get("changes") {
        Some(Json::Array(changes)) => changes.iter().map(count_change).sum(),
        _ => 1,
    }
}

fn count_change(change: &Json) -> usize {
    let Some(value) = change.get("value").filter(|value| value.is_object()) else { return 1 };
    let lists: &[&str] = match change.get("field").and_then(Json::as_str) {
        Some("messages") => &["messages", "statuses", "errors", "user_actions"],
        Some("calls") => &["calls", "statuses", "errors"],
        Some("smb_message_echoes") => &["message_echoes"],
        Some("user_preferences") => &["user_preferences"],
        _ => return 1,
    };
    let list = |name: &str| match value.get(name) {
        None | Some(Json::Null) => 0,
        Some(Json::Array(list)) => list.len(),
        Some(_) => 1,
    };
    lists.iter().map(|name| list(name)).sum::<usize>().max(1)
}

proptest! {
    #[test]
    fn arbitrary_json_never_panics_and_never_loses_an_element(body in any_json()) {
        let output = run(&body);
        prop_assert_eq!(indexes(&output), (0..count(&body) as u32).collect::<Vec<_>>());
    }

    #[test]
    fn events_and_letters_add_up_to_the_elements(body in any_envelope()) {
        let output = run(&body);
        prop_assert_eq!(indexes(&output), (0..count(&body) as u32).collect::<Vec<_>>());
        prop_assert_eq!(&output, &run(&body));
    }

    #[test]
    fn arbitrary_and_truncated_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), body in any_envelope(), cut in 0.0..1.0) {
        normalize(&RawWebhook { body: &bytes, received_at: NOW });
        let text = body.to_string();
        let cut = (text.len() as f64 * cut) as usize;
        let output = normalize(&RawWebhook { body: &text.as_bytes()[..cut], received_at: NOW });
        prop_assert_eq!((output.events.len(), output.buried.len()), (0, 1));
    }

    #[test]
    fn nothing_that_postgres_cannot_hold_reaches_an_event(text in ".{0,20}\u{0}.{0,20}") {
        let output = run(&messages(json!({
            "contacts": [{"wa_id": text, "profile": {"name": text}}],
            "messages": [{"id": format!("m{text}"), "from": text, "type": "text", "text": {"body": text}}],
            "statuses": [{"id": format!("s{text}"), "status": "failed", "recipient_id": text,
                          "biz_opaque_callback_data": text, "errors": [{"title": text}]}]})));
        prop_assert!(output.buried.is_empty());
        for (_, event) in &output.events {
            let event = match event {
                Normalized::Status(status) => serde_json::to_value(status),
                Normalized::Inbound(message) => serde_json::to_value(&**message),
                other => panic!("{other:?}"),
            };
            let event = event.expect("json");
            prop_assert!(event.as_object().expect("object").values().filter_map(Json::as_str).all(|s| !s.contains('\0')));
        }
    }
}

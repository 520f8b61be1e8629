//! Tables for the rules, and laws on generated bodies.

mod messaging;

use posthaste_model::whatsapp::Content;
use posthaste_model::{Status, TemplateStatus};
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
    events.filter_map(|event| if let Normalized::Unknown(it) = event { Some(it) } else { None }).collect()
}

fn codes(output: &Output) -> Vec<(u32, &'static str)> {
    output.buried.iter().map(|buried| (buried.index, buried.code)).collect()
}

#[test]
fn every_documented_status_is_read_in_full() {
    for (text, status) in [
        ("sent", Status::Sent),
        ("delivered", Status::Delivered),
        ("read", Status::Read),
        ("played", Status::Played),
        ("failed", Status::Failed),
    ] {
        let output = run(&messages(json!({"statuses": [{
            "id": "wamid.A", "status": text, "timestamp": "1750030073", "recipient_id": "16505551234",
            "biz_opaque_callback_data": "v1.x.1", "pricing": {"billable": true, "category": "utility"}}]})));
        let expected = StatusObserved {
            sender_id: SenderId::new("1065"),
            wamid: posthaste_model::Wamid::new("wamid.A"),
            status,
            at: Millis(1_750_030_073_000),
            contact: Some(posthaste_model::Contact::new("+16505551234")),
            token: Some("v1.x.1".into()),
            code: None,
            reason: None,
            pricing: Some(r#"{"billable":true,"category":"utility"}"#.into()),
        };
        assert_eq!(output, Output { events: vec![(0, Normalized::Status(expected))], buried: vec![] }, "{text}");
    }
}

#[test]
fn a_failed_status_carries_code_and_the_best_words() {
    for (errors, code, reason) in [
        (
            json!([{"code": 131049, "title": "t", "message": "m", "error_data": {"details": "d"}}]),
            Some(131_049),
            Some("d"),
        ),
        (
            json!([{"code": "131026", "title": "t", "message": "m", "error_data": "plain"}]),
            Some(131_026),
            Some("plain"),
        ),
        (json!([{"code": 1, "title": "t", "message": "m"}]), Some(1), Some("m")),
        (json!([{"code": 1, "title": "t"}]), Some(1), Some("t")),
        (json!([7, {"code": 2}]), Some(2), None),
        (json!([]), None, None),
        (json!("odd"), None, None),
        (Json::Null, None, None),
    ] {
        let output = run(&messages(json!({"statuses": [{"id": "w", "status": "failed", "errors": errors}]})));
        let status = statuses(&output)[0];
        assert_eq!((status.code, status.reason.as_deref()), (code, reason), "{errors}");
    }
}

#[test]
fn the_person_of_a_status_is_the_participant_the_number_or_the_user() {
    for (members, contact) in [
        (json!({"recipient_id": "1650", "recipient_user_id": "US.1"}), Some("+1650")),
        (json!({"recipient_user_id": "US.1"}), Some("US.1")),
        (json!({"recipient_id": "grp=", "recipient_type": "group", "recipient_participant_id": "1650"}), Some("+1650")),
        (json!({"recipient_id": 16505551234_u64}), Some("+16505551234")),
        (json!({}), None),
    ] {
        let mut status = members.clone();
        (status["id"], status["status"]) = (json!("w"), json!("sent"));
        let output = run(&messages(json!({"statuses": [status]})));
        assert_eq!(statuses(&output)[0].contact.as_ref().map(|c| c.as_str()), contact, "{members}");
    }
}

#[test]
fn timestamps_are_read_as_text_or_number_in_seconds_or_milliseconds() {
    for (timestamp, at) in [
        (json!("1750030073"), Millis(1_750_030_073_000)),
        (json!(1_750_030_073), Millis(1_750_030_073_000)),
        (json!(1_750_030_073.0), Millis(1_750_030_073_000)),
        (json!("1750030073123"), Millis(1_750_030_073_123)),
        (json!("yesterday"), NOW),
        (json!(-5), NOW),
        (json!("9223372036854775807"), NOW),
        (json!({"s": 1}), NOW),
        (Json::Null, NOW),
    ] {
        let output = run(&messages(json!({"statuses": [{"id": "w", "status": "sent", "timestamp": timestamp}]})));
        assert_eq!(statuses(&output)[0].at, at, "{timestamp}");
    }
}

#[test]
fn an_unknown_status_survives_verbatim() {
    for value in ["deleted", "warning", "accepted", "Sent", "teleported"] {
        let raw = format!(r#"{{ "id": "w",  "status":"{value}", "extra":"\u00e9\/" }}"#);
        let output = run_text(&format!(
            r#"{{"entry":[{{"id":"W","changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"1"}},"statuses":[{raw}]}}}}]}}]}}"#
        ));
        let update = unknown(&output)[0];
        assert_eq!(
            (update.field.as_str(), update.what.as_str(), update.raw.as_str()),
            ("messages", "status", raw.as_str())
        );
        assert_eq!((update.waba_id.as_str(), update.at), ("W", NOW));
    }
}

#[test]
fn a_text_message_is_read_in_full_with_the_contact_of_its_own_id() {
    let output = run(&messages(json!({
        "contacts": [
            {"profile": {"name": "Wrong"}, "wa_id": "999"},
            "odd",
            {"profile": {"name": "Pab\u{0}lo"}, "wa_id": "16505551234", "user_id": "US.1"}],
        "messages": [
            {"id": "wamid.A", "from": "16505551234", "timestamp": "1750030073", "type": "text",
             "text": {"body": "a\u{0}b"}, "context": {"id": "wamid.B", "from": "1"}},
            {"id": "wamid.C", "from_user_id": "US.1", "timestamp": 1_750_030_073, "type": "text", "text": {"body": ""}},
            {"id": "wamid.D", "from": "777", "type": "text", "text": {"body": "x"}}]})));
    let messages = inbound(&output);
    assert_eq!(messages.len(), 3);
    let first = messages[0];
    assert_eq!((first.kind.as_str(), first.text.as_deref()), ("text", Some("ab")));
    assert_eq!(first.contact.as_ref().map(|c| c.as_str()), Some("+16505551234"));
    assert_eq!(first.profile_name.as_deref(), Some("Pablo"));
    assert_eq!(first.reply_to.as_ref().map(|w| w.as_str()), Some("wamid.B"));
    assert_eq!(
        (first.at, first.waba_id.as_str(), first.sender_id.as_str()),
        (Millis(1_750_030_073_000), "WABA", "1065")
    );
    assert!(first.raw.contains(r"a\u0000b"), "the raw bytes keep what the text drops");
    let second = messages[1];
    assert_eq!(
        (second.contact.as_ref().map(|c| c.as_str()), second.profile_name.as_deref()),
        (Some("US.1"), Some("Pablo"))
    );
    assert_eq!(second.text.as_deref(), Some(""));
    assert_eq!((messages[2].profile_name.as_deref(), messages[2].at), (None, NOW));
}

#[test]
fn messages_of_other_types_and_of_odd_shape_flow_as_unknown() {
    for element in [
        json!({"id": "w", "type": "image", "image": {"holo": "1"}}),
        json!({"id": "w", "type": "holo", "holo": {}}),
        json!({"id": "w", "type": "interactive", "interactive": {"type": "payment_method", "payment_method": {}}}),
        json!({"id": "w", "type": "text", "text": "not an object"}),
        json!({"id": "w", "type": "text", "text": {"body": ["a"]}}),
        json!({"id": "w", "type": "text"}),
        json!({"id": "w", "type": 5}),
        json!({"id": 12, "context": "odd", "from": {"odd": true}}),
    ] {
        let output = run(&messages(json!({"messages": [element]})));
        let message = inbound(&output)[0];
        assert_eq!((message.kind.as_str(), &message.text), ("unknown", &None), "{element}");
        assert_eq!(message.content, Content::Unknown, "{element}");
        assert_eq!(serde_json::from_str::<Json>(&message.raw).expect("json"), element);
    }
}

#[test]
fn a_lone_surrogate_in_a_text_costs_itself_only() {
    let output = run_text(
        r#"{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},
           "messages":[{"id":"w","type":"text","text":{"body":"a\ud83d"}}]}}]}]}"#,
    );
    assert_eq!(inbound(&output)[0].text.as_deref(), Some("a\u{fffd}"));
    assert_eq!(inbound(&output)[0].waba_id.as_str(), "unknown");
}

#[test]
fn one_bad_element_is_buried_and_its_neighbours_pass() {
    let output = run(&messages(json!({
        "messages": [{"id": "m0"}, {"from": "1"}, 7, {"id": "m3"}, {"id": null}],
        "statuses": [{"id": "s0", "status": "sent"}, {"status": "sent"}, {"id": "s2"}, null, {"id": "s4", "status": "read"}]})));
    assert_eq!(
        codes(&output),
        [
            (1, "message_without_id"),
            (2, "malformed_message"),
            (4, "message_without_id"),
            (6, "status_without_id"),
            (7, "status_without_value"),
            (8, "malformed_status"),
        ]
    );
    assert_eq!(output.events.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 3, 5, 9]);
    assert_eq!(output.buried[1].raw, "7");
}

#[test]
fn every_entry_and_change_is_visited() {
    let change = |id: &str| {
        json!({"field": "messages", "value": {"metadata": {"phone_number_id": id},
        "messages": [{"id": format!("m{id}")}], "statuses": [{"id": format!("s{id}"), "status": "sent"}]}})
    };
    let output = run(&json!({"entry": [
        {"id": "A", "changes": [change("1"), change("2")]},
        "odd",
        {"id": "B", "changes": [change("3"), {"no": "field"}, {"field": "security", "value": 5}]}]}));
    let wamids: Vec<_> = inbound(&output).iter().map(|m| (m.waba_id.to_string(), m.wamid.to_string())).collect();
    assert_eq!(wamids, [("A".into(), "m1".into()), ("A".into(), "m2".into()), ("B".into(), "m3".into())]);
    assert_eq!(statuses(&output).len(), 3);
    assert_eq!(codes(&output), [(4, "malformed_entry"), (7, "malformed_change")]);
    assert_eq!(unknown(&output)[0].field, "security");
}

#[test]
fn a_body_that_is_no_envelope_is_one_letter() {
    for (body, code) in [
        ("", "not_json"),
        ("not json", "not_json"),
        (r#"{"entry":[}"#, "not_json"),
        (r#"{"entry":[]} x"#, "not_json"),
        ("[]", "not_envelope"),
        ("null", "not_envelope"),
        ("{}", "not_envelope"),
        (r#"{"entry":{}}"#, "not_envelope"),
        (r#"{"entry":[],"entry":[]}"#, "not_envelope"),
    ] {
        let output = run_text(body);
        assert_eq!((codes(&output), output.events.len()), (vec![(0, code)], 0), "{body}");
        assert_eq!(output.buried[0].raw, body);
    }
    let output = normalize(&RawWebhook { body: b"{\"entry\":\xff}", received_at: NOW });
    assert_eq!(codes(&output), [(0, "not_utf8")]);
}

#[test]
fn an_unknown_field_survives_as_a_whole_change() {
    let output = run(&body("new_of_2027", json!({"event": "ADDED", "waba_info": {"waba_id": "77"}})));
    let update = unknown(&output)[0];
    assert_eq!((update.waba_id.as_str(), update.field.as_str(), update.what.as_str()), ("77", "new_of_2027", "field"));
    assert!(update.raw.contains("ADDED"));
    let odd = run(&body("account_update", json!({"surprise": 1})));
    assert_eq!(unknown(&odd)[0].field, "account_update", "nothing of what it should have");
}

#[test]
fn the_elements_of_a_list_are_updates_of_their_own_with_their_own_bytes() {
    let preference = json!({"wa_id": "1650", "category": "marketing_messages", "value": "stop", "timestamp": 5});
    let value = json!({"metadata": {"phone_number_id": "1"}, "user_preferences": [preference, {}, 7, preference]});
    let output = run(&body("user_preferences", value));
    let told = updates(&output);
    assert_eq!((told.len(), unknown(&output).len()), (2, 2));
    assert_eq!(serde_json::from_str::<Json>(&told[0].raw).expect("JSON"), preference);
    assert_eq!(told[0].sender_id.as_ref().map(SenderId::as_str), Some("1"));
    // The statuses of calls are no statuses of messages, whatever they look like.
    let statuses_of_calls =
        json!([{"id": "wacid.1", "type": "call", "status": "RINGING"}, {"id": "w", "status": "sent"}]);
    let calls = run(&body("calls", json!({"metadata": {"phone_number_id": "1"}, "statuses": statuses_of_calls})));
    assert_eq!((statuses(&calls).len(), updates(&calls).len()), (0, 2));
}

#[test]
fn a_limit_is_an_update_and_a_limit() {
    let value = json!({"display_phone_number": "+1 (631) 555-0100", "event": "THROUGHPUT_UPGRADE",
        "max_daily_conversations_per_business": "TIER_UNLIMITED"});
    let output = run(&body("phone_number_quality_update", value));
    assert!(matches!(output.events[0].1, Normalized::Limits(LimitsChanged { limit_per_second: Some(1_000), .. })));
    assert_eq!(updates(&output)[0].update.kind(), "number_quality");
    assert_eq!(indexes(&output), [0, 1]);
}

#[test]
fn what_belongs_to_no_message_is_kept() {
    let output = run(&messages(json!({"errors": [{"code": 1}, {"code": 2}], "user_actions": [{"action_type": "x"}]})));
    let kinds: Vec<_> = updates(&output).iter().map(|update| update.update.kind()).collect();
    assert_eq!(kinds, ["api_error", "api_error", "link_click"]);
    let empty = run(&messages(json!({"messages": [], "novelty": 1})));
    assert_eq!((empty.events.len(), unknown(&empty)[0].what.as_str()), (1, "shape"));
    assert!(unknown(&empty)[0].raw.contains("novelty"));
    let other = run(&json!({"object": "novelty", "entry": [{"id": "P", "messaging": [{"message": {"mid": "m"}}]}]}));
    assert_eq!((unknown(&other)[0].field.as_str(), unknown(&other)[0].waba_id.as_str()), ("entry", "P"));
}

#[test]
fn elements_of_no_number_and_lists_that_are_none_are_buried() {
    let value = json!({"messages": [{"id": "m"}], "statuses": [{"id": "s", "status": "sent"}], "errors": [{}]});
    let output = run(&body("messages", value));
    assert_eq!(codes(&output), [(0, "no_sender"), (1, "no_sender")]);
    assert_eq!(unknown(&output).len(), 1);
    let odd = run(&messages(json!({"messages": {"id": "m"}, "statuses": [{"id": "s", "status": "sent"}]})));
    assert_eq!((codes(&odd), statuses(&odd).len()), (vec![(0, "malformed_list")], 1));
    assert_eq!(codes(&run(&body("messages", json!("odd")))), [(0, "malformed_change")]);
    assert_eq!(codes(&run(&json!({"entry": [{"changes": {}}]}))), [(0, "malformed_entry")]);
}

#[test]
fn a_template_event_becomes_a_status() {
    let value = json!({"event": "PAUSED", "message_template_id": 1_689_556_908_129_832_u64,
        "message_template_name": "order", "message_template_language": "en-US", "reason": "NONE",
        "other_info": {"title": "FIRST_PAUSE"}});
    let mut change = body("message_template_status_update", value);
    change["entry"][0]["time"] = json!(1_739_321_024);
    let expected = TemplateChanged {
        waba_id: WabaId::new("WABA"),
        name: "order".into(),
        language: "en_US".into(),
        event: "PAUSED".into(),
        status: Some(TemplateStatus::Paused),
        reason: Some("FIRST_PAUSE".into()),
        at: Millis(1_739_321_024_000),
        raw: change["entry"][0]["changes"][0].to_string(),
    };
    assert_eq!(run(&change).events, [(0, Normalized::Template(expected))]);
}

#[test]
fn template_events_keep_their_reason_and_bad_ones_are_buried() {
    let template = |mut value: Json| {
        value["message_template_name"] = json!("order");
        value["message_template_language"] = json!("de");
        run(&body("message_template_status_update", value))
    };
    for (value, status, reason) in [
        (json!({"event": "APPROVED", "reason": null}), Some(TemplateStatus::Approved), None),
        (json!({"event": "REJECTED", "reason": "SCAM"}), Some(TemplateStatus::Rejected), Some("SCAM")),
        (json!({"event": "REJECTED", "rejection_info": {"reason": "r"}}), Some(TemplateStatus::Rejected), Some("r")),
        (json!({"event": "FLAGGED"}), None, None),
        (json!({"event": "NEW_ONE"}), Some(TemplateStatus::Unknown), None),
    ] {
        let output = template(value.clone());
        let Normalized::Template(changed) = &output.events[0].1 else { panic!("{value}") };
        assert_eq!((changed.status, changed.reason.as_deref(), changed.at), (status, reason, NOW), "{value}");
    }
    assert_eq!(codes(&template(json!({}))), [(0, "malformed_template")]);
    assert_eq!(codes(&run(&body("message_template_status_update", Json::Null))), [(0, "malformed_template")]);
}

#[test]
fn a_depth_bomb_costs_at_most_its_own_element() {
    let bomb = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let output = run_text(&format!(
        r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"1"}},
           "messages":[{{"id":"m","type":"holo","holo":{bomb}}},{{"id":{bomb}}}],"statuses":[{{"id":"s","status":"sent"}}]}}}}]}}]}}"#
    ));
    assert_eq!((inbound(&output).len(), statuses(&output).len(), output.buried.len()), (1, 1, 1));
    assert_eq!(run_text(&bomb).events.len(), 0);
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

/// An envelope whose layers are sometimes wrong.
fn any_envelope() -> impl Strategy<Value = Json> {
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

fn indexes(output: &Output) -> Vec<u32> {
    let mut indexes: Vec<u32> = output.events.iter().map(|(index, _)| *index).collect();
    indexes.extend(output.buried.iter().map(|buried| buried.index));
    indexes.sort_unstable();
    indexes
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

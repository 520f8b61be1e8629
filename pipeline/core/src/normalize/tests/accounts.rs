//! What belongs to no message: updates of accounts, numbers and templates.

use posthaste_model::TemplateStatus;

use super::*;

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
fn a_template_event_becomes_a_status() {
    let value = json!({"event": "PAUSED", "message_template_id": 1_689_556_908_129_832_u64,
        "message_template_name": "order", "message_template_language": "en-US", "reason": "NONE",
        "message_template_category": "UTILITY", "other_info": {"title": "FIRST_PAUSE"}});
    let mut change = body("message_template_status_update", value);
    change["entry"][0]["time"] = json!(1_739_321_024);
    let expected = TemplateChanged {
        waba_id: WabaId::new("WABA"),
        name: "order".into(),
        language: "en_US".into(),
        template_id: Some("1689556908129832".into()),
        category: Some("UTILITY".into()),
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

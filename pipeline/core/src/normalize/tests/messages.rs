//! Messages: what they hold and who wrote them.

use posthaste_model::whatsapp::Content;

use super::*;

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

//! Messenger and Instagram beside the cases: batches, what is wrong in them, and laws on generated bodies.

use std::collections::BTreeSet;

use super::*;

fn page(list: &str, events: &[Json]) -> Json {
    json!({"object": "page", "entry": [{"id": "2093", "time": 1_790_000_000_500_i64, list: events}]})
}

fn event(name: &str, object: Json) -> Json {
    json!({"sender": {"id": "7180"}, "recipient": {"id": "2093"}, "timestamp": 1_790_000_000_123_i64, name: object})
}

fn keys(output: &Output) -> Vec<&str> {
    inbound(output).iter().map(|message| message.wamid.as_str()).collect()
}

#[test]
fn one_bad_event_is_buried_and_its_neighbours_pass() {
    let good = |mid: &str| event("message", json!({"mid": mid, "text": "x"}));
    let output = run(&page(
        "messaging",
        &[good("m_0"), json!(7), event("message", json!({"text": "no id"})), event("reaction", json!({})), good("m_4")],
    ));
    assert_eq!(codes(&output), [(1, "malformed_message"), (2, "message_without_id"), (3, "message_without_id")]);
    assert_eq!((keys(&output), output.buried[0].raw.as_str()), (vec!["m_0", "m_4"], "7"));
    let odd = run(&json!({"object": "page", "entry": [{"id": "2093", "messaging": {}, "standby": [good("m_1")]}]}));
    assert_eq!((codes(&odd), keys(&odd)), (vec![(0, "malformed_list")], vec!["m_1"]));
}

#[test]
fn every_entry_list_and_event_is_visited() {
    let events: Vec<Json> = (0..600).map(|n| event("message", json!({"mid": format!("m_{n}"), "text": "x"}))).collect();
    let entry = |id: &str, list: &str| json!({"id": id, list: events});
    let output = run(
        &json!({"object": "instagram", "entry": [entry("1", "messaging"), entry("2", "standby"), "odd", {"id": "3"}]}),
    );
    let sources = |source| inbound(&output).iter().filter(|message| message.source == source).count();
    assert_eq!((sources(Source::Person), sources(Source::Standby)), (600, 600));
    assert_eq!((codes(&output), unknown(&output)[0].what.as_str()), (vec![(1_200, "malformed_entry")], "shape"));
    assert!(inbound(&output).iter().all(|message| message.channel == Channel::Instagram));
}

#[test]
fn what_is_not_known_survives_verbatim() {
    let raw = r#"{ "sender":{"id":"7"},  "game_play":{"x":"\u00e9\/"} }"#;
    let output = run_text(&format!(r#"{{"object":"page","entry":[{{"id":"2093","messaging":[{raw}]}}]}}"#));
    let update = unknown(&output)[0];
    assert_eq!((update.raw.as_str(), update.field.as_str(), update.what.as_str()), (raw, "game_play", "field"));
    assert_eq!((update.channel, update.waba_id.as_str(), update.at), (Channel::Messenger, "2093", NOW));
    for odd in [event("read", json!("soon")), event("optin", json!({"x": 1})), event("app_roles", json!({})), json!({})]
    {
        let output = run(&page("messaging", std::slice::from_ref(&odd)));
        assert_eq!(unknown(&output)[0].what, "shape", "{odd}");
    }
}

#[test]
fn what_becomes_of_a_message_has_a_key_of_its_own_that_a_resend_repeats() {
    let about = |name: &str, more: Json| {
        let mut object = more;
        object["mid"] = json!("m_1");
        event(name, object)
    };
    let events = [
        about("message", json!({"text": "x"})),
        about("message", json!({"is_deleted": true})),
        about("message_edit", json!({"text": "y", "num_edit": 1})),
        about("message_edit", json!({"text": "z", "num_edit": 2})),
        about("reaction", json!({"action": "react", "emoji": "x"})),
        about("reaction", json!({"action": "unreact"})),
        event("postback", json!({"payload": "p"})),
    ];
    let output = run(&page("messaging", &events));
    let distinct: BTreeSet<&str> = keys(&output).into_iter().collect();
    assert_eq!(distinct.len(), events.len(), "{distinct:?}");
    let later = normalize(&RawWebhook {
        body: page("messaging", &events).to_string().as_bytes(),
        received_at: Millis(NOW.0 + 60_000),
    });
    assert_eq!(keys(&later), keys(&output));
}

#[test]
fn the_page_is_the_entry_or_else_whom_the_event_names() {
    let events = [event("message", json!({"mid": "m_1", "text": "x"}))];
    let anonymous = |id: Json| run(&json!({"object": "page", "entry": [{"id": id, "messaging": events}]}));
    assert_eq!(inbound(&anonymous(json!(2093)))[0].sender_id.as_str(), "2093");
    assert_eq!(inbound(&anonymous(Json::Null))[0].sender_id.as_str(), "2093", "the recipient");
    let nobody = run(&json!({"object": "page", "entry": [{"messaging": [{"message": {"mid": "m_1"}}]}]}));
    assert_eq!(codes(&nobody), [(0, "no_sender")]);
    // What the page wrote comes from it, whether or not it is called an echo.
    let own = json!({"sender": {"id": "2093"}, "recipient": {"id": "7180"}, "message": {"mid": "m_2", "text": "x"}});
    let output = run(&page("messaging", &[own]));
    let message = inbound(&output)[0];
    assert_eq!((message.from_business, message.source, message.is_live()), (true, Source::Echo, false));
    assert_eq!(message.contact.as_ref().map(|contact| contact.as_str()), Some("7180"));
}

#[test]
fn a_comment_may_be_the_entry_itself() {
    let value = json!({"id": "17", "text": "price?"});
    let output =
        run(&json!({"object": "instagram", "entry": [{"id": "2093", "time": 1, "field": "comments", "value": value}]}));
    let update = updates(&output)[0];
    assert_eq!((update.update.kind(), update.channel, update.at), ("comment", Channel::Instagram, Millis(1_000)));
}

#[test]
fn a_lone_surrogate_and_a_nul_cost_themselves_only() {
    let output = run_text(
        r#"{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"7\u0000"},"message":{"mid":"m","text":"a\u0000b\ud83d"}},
           {"no\u0000velty":1}]}]}"#,
    );
    let message = inbound(&output)[0];
    assert_eq!(message.text.as_deref(), Some("ab\u{fffd}"));
    assert_eq!(message.contact.as_ref().map(|contact| contact.as_str()), Some("7"));
    assert_eq!(unknown(&output)[0].field, "novelty");
}

/// Events whose members are sometimes wrong.
fn any_event() -> impl Strategy<Value = Json> {
    let name = prop::sample::select(vec![
        "message",
        "message_edit",
        "postback",
        "reaction",
        "read",
        "delivery",
        "referral",
        "optin",
        "pass_thread_control",
        "app_roles",
        "telepathy",
    ]);
    let object = prop_oneof![
        3 => (0..9_u32).prop_map(|n| json!({"mid": format!("m_{n}"), "text": "x", "watermark": n, "ref": "r"})),
        1 => any_json(),
    ];
    prop_oneof![6 => (name, object).prop_map(|(name, object)| event(name, object)), 1 => any_json()]
}

proptest! {
    /// Each element of a list is exactly one event or one letter; only a delivery that names several messages is more, and none
    /// here names any.
    #[test]
    fn events_and_letters_add_up_to_the_elements(
        messaging in prop::collection::vec(any_event(), 0..6), standby in prop::collection::vec(any_event(), 0..6),
    ) {
        let output = run(&json!({"object": "page", "entry": [{"id": "2093", "messaging": messaging, "standby": standby}]}));
        let elements = (messaging.len() + standby.len()).max(1);
        prop_assert_eq!(indexes(&output), (0..elements as u32).collect::<Vec<_>>());
    }

    #[test]
    fn arbitrary_entries_never_panic_and_never_vanish(entry in any_json(), object in prop::sample::select(vec!["page", "instagram"])) {
        let output = run(&json!({"object": object, "entry": [entry]}));
        prop_assert!(!indexes(&output).is_empty());
    }
}

//! What is read in one pass is what it is layer by layer.

use super::super::{cases, plain};
use super::laws::any_envelope;
use super::*;

/// What a body is, layer by layer.
fn layers(text: &str) -> Output {
    let mut walk = Walk { received_at: NOW, output: Output::default() };
    if let Err(fault) = walk.layers(text) {
        walk.bury(fault, text);
    }
    walk.output
}

/// A webhook with these messages and statuses, each as its text, of two people who are named in it.
fn webhook(messages: &[String], statuses: &[String]) -> String {
    let people =
        r#"[{"profile":{"name":"Kerry"},"wa_id":"12025558000"},{"profile":{"username":"@kerry"},"user_id":"US.1"}]"#;
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"WABA","changes":[{{"value":{{"metadata":{{"phone_number_id":"1065"}},"contacts":{people},"messages":[{}],"statuses":[{}]}},"field":"messages"}}]}}]}}"#,
        messages.join(","),
        statuses.join(",")
    )
}

/// Messages of every type.
fn messages_of_every_type() -> Vec<Json> {
    cases::cases(cases::MESSAGES).iter().map(cases::message).collect()
}

/// A status with everything that one can have.
fn full_status() -> Json {
    json!({
        "id": "wamid.S", "status": "failed", "timestamp": "1750030073", "recipient_id": "12025558000",
        "recipient_user_id": "US.1", "recipient_type": "individual", "biz_opaque_callback_data": "v1.x.1",
        "pricing": {"billable": true, "category": "utility"}, "conversation": {"id": "c", "origin": {"type": "utility"}},
        "errors": [{"code": 131_049, "title": "t", "message": "m", "error_data": {"details": "d"}, "href": "h"}],
    })
}

fn texts(elements: &[Json]) -> Vec<String> {
    elements.iter().map(Json::to_string).collect()
}

#[test]
fn messages_of_every_type_and_statuses_are_plain() {
    let messages = messages_of_every_type();
    let written = webhook(&texts(&messages), &[full_status().to_string()]);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Json>(&written).expect("JSON")).expect("JSON");
    for text in [written, pretty] {
        assert!(plain::read(&text).is_some(), "{text}");
        let output = run_text(&text);
        assert_eq!((output.events.len(), &output), (messages.len() + 1, &layers(&text)));
    }
}

#[test]
fn the_text_of_each_element_is_all_of_it_and_nothing_around_it() {
    let (message, status) = (r#"{ "id":"m", "x":"\u00e9" }"#, r#"{"id":"s","status":"new"  }"#);
    let text = webhook(&[format!("\n {message} ")], &[format!(" {status}\t")]);
    assert!(plain::read(&text).is_some());
    let output = run_text(&text);
    assert_eq!((inbound(&output)[0].raw.as_str(), unknown(&output)[0].raw.as_str()), (message, status));
}

#[test]
fn what_is_doubtful_is_read_layer_by_layer() {
    for message in [
        r#"{"id":"m","id":"n"}"#,
        r#"{"id":"m","type":"text","text":{"body":"a"},"text":{"body":"b"}}"#,
        r#"{"id":"m","type":"image","image":{"id":"1"},"image":{"id":"2"}}"#,
        r#"{"id":"m","type":"image","image":{"id":"1"},"video":{"id":"2"}}"#,
        r#"{"id":"m","type":"edit","edit":{"message":{"type":"text","text":{"body":"a"}},"message":null}}"#,
        r#"{"id":"m","type":"edit","edit":{"message":{"type":"text","text":{"body":"a"},"text":{"body":"b"}}}}"#,
        r#"{"id":"m","type":"interactive","interactive":{"type":"button_reply","type":"list_reply","list_reply":{"id":"1"}}}"#,
        r#"{"id":"m","type":"text","text":{"body":"\ud83d"}}"#,
        r#"["m"]"#,
        "null",
    ] {
        let text = webhook(&[message.to_owned()], &[full_status().to_string()]);
        assert!(plain::read(&text).is_none(), "{message}");
        assert_eq!((run_text(&text), statuses(&run_text(&text)).len()), (layers(&text), 1), "{message}");
    }
}

#[test]
fn what_is_doubtful_around_the_elements_is_read_layer_by_layer() {
    let status = full_status().to_string();
    let body = webhook(&[], &[status]);
    for (here, odd) in [
        (r#""id":"WABA""#, r#""id":"WABA","id":"OTHER""#),
        (r#""id":"WABA""#, r#""id":"WABA","time":"\ud83d""#),
        (r#""id":"WABA""#, r#""id":"WABA","time":1e400"#),
        (r#""id":"WABA""#, r#""id":"WABA","messaging":[],"messaging":[]"#),
        (r#""metadata""#, r#""history":1,"history":2,"metadata""#),
        (r#""metadata""#, r#""errors":[{"code":1}],"metadata""#),
        (r#""metadata":{"phone_number_id":"1065"}"#, r#""metadata":{}"#),
        (r#""messages":[]"#, r#""messages":{}"#),
        (r#""field":"messages""#, r#""field":"calls""#),
        (r#""object":"whatsapp_business_account""#, r#""object":"page""#),
        ("]}]}", "]}]}x"),
    ] {
        let text = body.replacen(here, odd, 1);
        assert!(plain::read(&text).is_none() && text != body, "{odd}");
        assert_eq!(run_text(&text), layers(&text), "{odd}");
    }
}

#[test]
fn of_two_contacts_with_one_id_the_later_counts() {
    let contacts = json!([{"wa_id": "1", "user_id": "US.9", "profile": {"name": "first"}}, {"wa_id": "0"},
        {"wa_id": "1", "profile": {"name": "second"}}, {"wa_id": "2"}]);
    let message = |from: &str, user: &str| json!({"id": "m", "from": from, "from_user_id": user, "type": "text"});
    let output = run(&messages(json!({"contacts": contacts, "messages": [message("1", ""), message("3", "US.9")]})));
    let names: Vec<_> = inbound(&output).iter().map(|message| message.profile_name.as_deref()).collect();
    assert_eq!(names, [Some("second"), Some("first")]);
}

/// A webhook of messages and statuses, some of whose elements are odd.
fn any_plain() -> impl Strategy<Value = Json> {
    let element = prop_oneof![
        4 => (0..9_u32).prop_map(|n| json!({"id": format!("w{n}"), "status": "sent", "type": "text", "from": "1", "text": {"body": "x"}})),
        1 => any_json(),
    ];
    let list = prop::collection::vec(element, 0..4);
    let change = (list.clone(), list, any_json()).prop_map(|(messages, statuses, other)| {
        json!({"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "messages": messages,
            "statuses": statuses, "contacts": [{"wa_id": "1", "profile": {"name": "N"}}], "other": other}})
    });
    let entry = (prop::collection::vec(change, 0..3), any_json())
        .prop_map(|(changes, id)| json!({"id": id, "changes": changes}));
    prop::collection::vec(entry, 0..3)
        .prop_map(|entries| json!({"object": "whatsapp_business_account", "entry": entries}))
}

/// What a member may be, as its text.
fn any_value() -> impl Strategy<Value = String> {
    let texts = [
        "null",
        "7",
        "1.0",
        "37.0",
        "1e30",
        "{}",
        "[]",
        r#""""#,
        r#""\ud83d""#,
        r#"{"a":"\ud83d"}"#,
        r#""\ud83d\udc4d""#,
        r#""\u0000""#,
        r#"{"body":1.0}"#,
        r#"{"body":"a","body":"b"}"#,
        r#"{"type":"list_reply","list_reply":{"id":1.50}}"#,
    ];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(str::to_owned),
        any_json().prop_map(|json| json.to_string())
    ]
}

/// What may happen to a member.
#[derive(Debug, Clone)]
enum Oddity {
    Repeated,
    Renamed(&'static str),
    Replaced(String),
}

/// One of these elements, its members in any order, and one or two of them odd at times.
fn any_element(elements: Vec<Json>) -> impl Strategy<Value = String> {
    let members = |element: Json| {
        let element = element.as_object().expect("an object").clone();
        element.into_iter().map(|(name, value)| (json!(name).to_string(), value.to_string())).collect::<Vec<_>>()
    };
    let elements: Vec<Vec<(String, String)>> = elements.into_iter().map(members).collect();
    let names = [
        "id",
        "type",
        "text",
        "image",
        "interactive",
        "contacts",
        "context",
        "errors",
        "status",
        "\\u0069d",
        "novelty",
    ];
    let oddity = prop_oneof![
        Just(Oddity::Repeated),
        prop::sample::select(names.to_vec()).prop_map(Oddity::Renamed),
        any_value().prop_map(Oddity::Replaced)
    ];
    let oddities = prop::collection::vec((any::<prop::sample::Index>(), oddity), 0..3);
    let members = prop::sample::select(elements).prop_flat_map(|members| Just(members).prop_shuffle());
    (members, oddities).prop_map(|(mut members, oddities)| {
        for (index, oddity) in oddities {
            let at = index.index(members.len());
            match oddity {
                Oddity::Repeated => members.push(members[at].clone()),
                Oddity::Renamed(name) => members[at].0 = format!("\"{name}\""),
                Oddity::Replaced(value) => members[at].1 = value,
            }
        }
        let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn any_messages() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any_element(messages_of_every_type()), 0..3)
}

fn any_statuses() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any_element(vec![full_status()]), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn whatever_body_it_is(body in any_envelope(), plain in any_plain()) {
        for body in [body, plain] {
            let text = body.to_string();
            prop_assert_eq!(run_text(&text), layers(&text));
        }
    }

    #[test]
    fn whatever_an_element_holds(messages in any_messages(), statuses in any_statuses()) {
        let text = webhook(&messages, &statuses);
        prop_assert_eq!(run_text(&text), layers(&text), "{}", text);
    }

    #[test]
    fn whatever_stands_around_the_elements(
        here in prop::sample::select(vec!["\"id\":\"WABA\"", "\"field\"", "\"value\"", "\"metadata\"", "\"object\"", "\"profile\""]),
        name in prop::sample::select(vec!["id", "time", "field", "value", "object", "entry", "changes", "metadata", "contacts",
            "messages", "statuses", "errors", "user_actions", "waba_info", "messaging", "profile", "wa_id", "novelty"]),
        value in any_value(), statuses in any_statuses(),
    ) {
        let text = webhook(&[], &statuses).replacen(here, &format!("\"{name}\":{value},{here}"), 1);
        prop_assert_eq!(run_text(&text), layers(&text), "{}", text);
    }

    #[test]
    fn whatever_is_broken(
        messages in any_messages(), at in any::<prop::sample::Index>(), length in 0..4_usize,
        with in r#"["\\\[\]{},:0-9 a-z]{0,3}"#,
    ) {
        let mut text: Vec<char> = webhook(&messages, &[full_status().to_string()]).chars().collect();
        let begin = at.index(text.len());
        text.splice(begin..(begin + length).min(text.len()), with.chars());
        let text: String = text.into_iter().collect();
        prop_assert_eq!(run_text(&text), layers(&text), "{}", text);
    }
}

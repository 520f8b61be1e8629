//! What is wrong in a body, at every layer, and what it costs.

use super::*;

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
fn what_the_entries_are_costs_none_of_them_if_it_cannot_be_read() {
    let change =
        r#"{"field":"messages","value":{"metadata":{"phone_number_id":"9"},"statuses":[{"id":"w","status":"sent"}]}}"#;
    for object in [r#""\ud83ciness""#, r#""\u0000""#, "7", "null", "[]", "{}"] {
        let output = run_text(&format!(r#"{{"object":{object},"entry":[{{"id":"1","changes":[{change}]}}]}}"#));
        assert_eq!((statuses(&output).len(), codes(&output)), (1, Vec::new()), "{object}");
    }
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
fn a_depth_bomb_costs_at_most_its_own_element() {
    let bomb = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let output = run_text(&format!(
        r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"1"}},
           "messages":[{{"id":"m","type":"holo","holo":{bomb}}},{{"id":{bomb}}}],"statuses":[{{"id":"s","status":"sent"}}]}}}}]}}]}}"#
    ));
    assert_eq!((inbound(&output).len(), statuses(&output).len(), output.buried.len()), (1, 1, 1));
    assert_eq!(run_text(&bomb).events.len(), 0);
}

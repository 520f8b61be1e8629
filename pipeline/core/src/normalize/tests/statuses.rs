//! Statuses: what they tell of the message and of its person.

use posthaste_model::whatsapp::Identity;
use posthaste_model::{Contact, Status, Wamid};

use super::*;

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
        let at = Millis(1_750_030_073_000);
        let new = StatusObserved::new(SenderId::new("1065"), Wamid::new("wamid.A"), status, at);
        let expected = StatusObserved {
            contact: Some(Contact::new("+16505551234")),
            identity: Identity { wa_id: Some("16505551234".into()), ..Identity::default() },
            token: Some("v1.x.1".into()),
            pricing: Some(r#"{"billable":true,"category":"utility"}"#.into()),
            ..new
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
fn a_status_tells_every_id_of_its_person_that_stands_in_the_webhook() {
    let contacts = json!([
        {"wa_id": "1777", "user_id": "US.7"},
        {"profile": {"username": "@ann"}, "wa_id": "1650", "user_id": "US.1", "parent_user_id": "US.ENT.1"}]);
    let identity = |status: Json| {
        let mut status = status;
        status["id"] = json!("w");
        status["status"] = json!("read");
        let output = run(&messages(json!({"contacts": contacts, "statuses": [status]})));
        let found = statuses(&output)[0];
        (found.contact.as_ref().map(ToString::to_string), found.identity.clone(), found.group_id.clone())
    };
    let ann = Identity {
        wa_id: Some("1650".into()),
        user_id: Some("US.1".into()),
        parent_user_id: Some("US.ENT.1".into()),
        username: Some("@ann".into()),
        identity_key_hash: None,
    };
    assert_eq!(identity(json!({"recipient_id": "1650"})), (Some("+1650".into()), ann.clone(), None));
    assert_eq!(identity(json!({"recipient_user_id": "US.1"})), (Some("US.1".into()), ann.clone(), None));
    // Without a contact what the status itself tells is all.
    let alone = json!({"recipient_id": "1999", "recipient_user_id": "US.9", "recipient_parent_user_id": "US.ENT.9",
        "recipient_identity_key_hash": "DF2l"});
    let nine = Identity {
        wa_id: Some("1999".into()),
        user_id: Some("US.9".into()),
        parent_user_id: Some("US.ENT.9".into()),
        username: None,
        identity_key_hash: Some("DF2l".into()),
    };
    assert_eq!(identity(alone), (Some("+1999".into()), nine, None));
    // The user of a group's status is nobody in particular.
    let group = json!({"recipient_id": "grp=", "recipient_type": "group", "recipient_participant_id": "1650",
        "recipient_user_id": "US.7"});
    assert_eq!(identity(group), (Some("+1650".into()), ann, Some("grp=".into())));
    let untold = json!({"recipient_id": "grp=", "recipient_type": "group"});
    assert_eq!(identity(untold), (None, Identity::default(), Some("grp=".into())));
}

#[test]
fn a_status_keeps_its_conversation_and_its_errors_in_full() {
    let conversation = json!({"expiration_timestamp": "1750116473", "id": "c", "origin": {"type": "marketing"}});
    let error = json!({"code": 131_049, "error_data": {"details": "d"}, "href": "h", "message": "m", "title": "t"});
    let status = json!({"id": "w", "status": "failed", "conversation": conversation, "errors": [7, error]});
    let output = run(&messages(json!({"statuses": [status]})));
    let found = statuses(&output)[0];
    assert_eq!(found.conversation, Some(conversation.to_string()));
    assert_eq!(serde_json::to_value(&found.errors).expect("JSON"), json!([error]));
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
        let [(0, Normalized::UnknownStatus(own))] = &output.events[..] else { panic!("{output:?}") };
        let told = &own.reported;
        assert_eq!((told.status.as_str(), told.raw.as_deref(), told.at), (value, Some(raw.as_str()), NOW));
    }
}

#[test]
fn an_unknown_status_tells_of_its_message_and_person_what_a_known_one_does() {
    let contacts = json!([{"wa_id": "1650", "user_id": "US.1"}]);
    let members = json!({"id": "w", "timestamp": "1750030073", "recipient_id": "grp=", "recipient_type": "group",
        "recipient_participant_id": "1650", "biz_opaque_callback_data": "v1.x.1"});
    let told = |status: &str| {
        let mut element = members.clone();
        element["status"] = json!(status);
        run(&messages(json!({"contacts": contacts, "statuses": [element]})))
    };
    let unknown = told("warning");
    let [(_, Normalized::UnknownStatus(own))] = &unknown.events[..] else { panic!("{unknown:?}") };
    let (known, reported) = (told("read"), own.reported.clone());
    let expected = StatusReported::from(statuses(&known)[0]);
    assert_eq!(StatusReported { raw: None, status: "read".into(), ..reported }, expected);
    assert_eq!(expected.group_id.as_deref(), Some("grp="));
}

#[test]
fn what_became_of_a_payment_is_not_what_became_of_its_message() {
    let of = |kind: &str| json!({"statuses": [{"id": "w", "status": "failed", "type": kind, "payment": {"reference_id": "7"}}]});
    let output = run(&messages(of("payment")));
    let [(0, Normalized::UnknownStatus(own))] = &output.events[..] else { panic!("{output:?}") };
    assert!(own.reported.raw.as_ref().is_some_and(|raw| raw.contains("reference_id")), "{own:?}");
    assert_eq!(statuses(&run(&messages(of("message"))))[0].status, Status::Failed);
}

//! Reports of who a person is, as Meta writes them and as it does not.

use std::collections::BTreeSet;

use posthaste_model::{SenderId, WabaId, Wamid};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn ids(told: Option<Told>) -> Vec<(IdKind, String, bool)> {
    told.map(|told| told.ids.into_iter().map(|id| (id.kind, id.value, id.former)).collect()).unwrap_or_default()
}

fn id(kind: IdKind, value: &str) -> (IdKind, String, bool) {
    (kind, value.to_owned(), false)
}

fn former(kind: IdKind, value: &str) -> (IdKind, String, bool) {
    (kind, value.to_owned(), true)
}

fn message(identity: Value, contact: &str, content: Value) -> InboundReceived {
    let new = InboundReceived::new(SenderId::new("1"), WabaId::new("2"), Wamid::new("w"), Millis(7_000), "{}");
    InboundReceived {
        identity: serde_json::from_value(identity).expect("an identity"),
        contact: Some(Contact::new(contact)),
        content: serde_json::from_value(content).expect("a content"),
        ..new
    }
}

fn update(value: Value) -> Update {
    serde_json::from_value(value).expect("an update")
}

#[test]
fn a_message_that_names_one_id_says_nothing_and_one_with_several_joins_them() {
    let text = json!({"kind": "text", "body": "x"});
    let all = json!({"wa_id": "16315550101", "user_id": "US.1", "parent_user_id": "US.ENT.2", "username": "@pablo"});
    let told = of_message(&message(all.clone(), "+16315550101", text.clone())).expect("a report");
    assert_eq!(told.at, Millis(7_000));
    assert_eq!(
        ids(Some(told)),
        [
            id(IdKind::Phone, "+16315550101"),
            id(IdKind::UserId, "US.1"),
            id(IdKind::ParentUserId, "US.ENT.2"),
            id(IdKind::Username, "pablo"),
        ]
    );
    for alone in [json!({"wa_id": "16315550101"}), json!({"user_id": "+16315550101"}), json!({})] {
        assert_eq!(of_message(&message(alone, "+16315550101", text.clone())), None);
    }
    let past = InboundReceived { source: Source::History, ..message(all, "+16315550101", text) };
    assert_eq!(of_message(&past), None);
}

#[test]
fn what_has_not_the_form_of_an_id_is_none() {
    let odd = json!({"wa_id": "163155501019999999", "user_id": "120363", "username": "a b"});
    assert_eq!(of_message(&message(odd, "Y2FwaV9ncm91cDox", json!({"kind": "unknown"}))), None);
    // A user id in the place of the number.
    let told = of_message(&message(json!({"username": "ann"}), "US.7", json!({"kind": "unknown"})));
    assert_eq!(ids(told), [id(IdKind::UserId, "US.7"), id(IdKind::Username, "ann")]);
}

#[test]
fn a_change_names_what_was_and_what_is() {
    let system = |members: Value| {
        let mut content = json!({"kind": "system", "body": "User A changed from 1 to 2"});
        content.as_object_mut().expect("an object").extend(members.as_object().expect("members").clone());
        content
    };
    let known = json!({"wa_id": "16315550101", "user_id": "US.1"});
    let number = system(json!({"type": "user_changed_number", "wa_id": "16315550202"}));
    assert_eq!(
        ids(of_message(&message(known.clone(), "+16315550101", number))),
        [id(IdKind::Phone, "+16315550202"), former(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.1")]
    );
    let both = system(json!({"type": "user_changed_user_id", "wa_id": "16315550202", "user_id": "US.9"}));
    assert_eq!(
        ids(of_message(&message(known.clone(), "+16315550101", both))),
        [
            id(IdKind::Phone, "+16315550202"),
            former(IdKind::Phone, "+16315550101"),
            id(IdKind::UserId, "US.9"),
            former(IdKind::UserId, "US.1"),
        ]
    );
    // Of a number whose successor is not told nobody knows that it was given up.
    let hidden = system(json!({"type": "user_changed_user_id", "user_id": "US.9"}));
    assert_eq!(
        ids(of_message(&message(known.clone(), "+16315550101", hidden))),
        [id(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.9"), former(IdKind::UserId, "US.1")]
    );
    let old = system(json!({"type": "customer_changed_number", "customer": "16315550101", "new_wa_id": "16315550202"}));
    assert_eq!(
        ids(of_message(&message(json!({}), "+16315550101", old))),
        [id(IdKind::Phone, "+16315550202"), former(IdKind::Phone, "+16315550101")]
    );
    let keys = system(json!({"type": "customer_identity_changed", "identity": "x", "wa_id": "16315550202"}));
    assert_eq!(
        ids(of_message(&message(known, "+16315550101", keys))),
        [id(IdKind::Phone, "+16315550101"), id(IdKind::UserId, "US.1")]
    );
}

#[test]
fn updates_tell_of_people_too() {
    let changed = update(json!({"kind": "user_id", "wa_id": "5678123456",
        "user_id": {"previous": "US.1", "current": "US.9"}, "timestamp": "2026-09-21T14:13:20.000Z"}));
    let told = of_update(&changed, Millis(1)).expect("a report");
    assert_eq!(told.at, Millis(1_790_000_000_000));
    assert_eq!(
        ids(Some(told)),
        [id(IdKind::Phone, "+5678123456"), id(IdKind::UserId, "US.9"), former(IdKind::UserId, "US.1")]
    );
    let preference = update(json!({"kind": "preference", "wa_id": "16315550101", "user_id": "US.1", "value": "stop"}));
    let told = of_update(&preference, Millis(5)).expect("a report");
    assert_eq!((told.at, told.ids.len()), (Millis(5), 2));
    assert_eq!(of_update(&update(json!({"kind": "review", "decision": "APPROVED"})), Millis(5)), None);
}

#[test]
fn a_call_of_a_person_opens_the_window_when_it_began() {
    let at = |second: i64| Some(Millis(second * 1_000));
    let call = Call {
        from: Some("16315550101".into()),
        from_user_id: Some("US.1".into()),
        event: Some("connect".into()),
        timestamp: at(100),
        direction: Some("USER_INITIATED".into()),
        ..Call::default()
    };
    let number = Contact::new("+16315550101");
    assert_eq!(caller(&call), Some((number.clone(), Millis(100_000))));
    assert_eq!(of_update(&Update::from(call.clone()), Millis(1)).map(|told| told.ids.len()), Some(2));
    let end = Call { event: Some("terminate".into()), timestamp: at(900), start_time: at(110), ..call.clone() };
    assert_eq!(caller(&end), Some((number, Millis(110_000))));
    assert_eq!(caller(&Call { start_time: None, ..end }), None, "nobody answered; its beginning was told before");
    let hidden = Call { from: None, ..call.clone() };
    assert_eq!(caller(&hidden), Some((Contact::new("US.1"), Millis(100_000))));
    let ours = Call { direction: Some("BUSINESS_INITIATED".into()), ..call };
    assert_eq!((caller(&ours), of_update(&Update::from(ours.clone()), Millis(1))), (None, None));
}

/// What Meta might write where an id stands, and what nobody would.
fn texts() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        2 => Just(None),
        6 => prop::sample::select(vec!["16315550101", "16315550102", "US.1", "US.2", "US.ENT.1", "US.ENT.2", "ann"])
            .prop_map(|text| Some(text.to_owned())),
        1 => "\\PC{0,12}".prop_map(Some),
        1 => "[+@]?[0-9A-Z.]{0,150}".prop_map(Some),
    ]
}

prop_compose! {
    fn identities()(wa_id in texts(), user_id in texts(), parent_user_id in texts(), username in texts()) -> Identity {
        Identity { wa_id, user_id, parent_user_id, username, identity_key_hash: None }
    }
}

prop_compose! {
    fn changes()(
        kind in prop::sample::select(vec!["user_changed_number", "user_changed_user_id", "customer_changed_number", "other"]),
        wa_id in texts(), new_wa_id in texts(), user_id in texts(), parent_user_id in texts(), customer in texts(),
    ) -> SystemChange {
        let r#type = Some(kind.to_owned());
        SystemChange { r#type, wa_id, new_wa_id, user_id, parent_user_id, customer, ..SystemChange::default() }
    }
}

/// The store relies on each of these.
fn is_whole(told: &Told) -> Result<(), TestCaseError> {
    prop_assert!(told.ids.len() >= 2);
    let ids: BTreeSet<_> = told.ids.iter().map(|id| (id.kind, &id.value)).collect();
    prop_assert_eq!(ids.len(), told.ids.len(), "an id stands there once");
    for id in &told.ids {
        let successors = told.ids.iter().filter(|other| other.kind == id.kind && !other.former).count();
        prop_assert_eq!(successors, 1, "of each kind one is current");
        let scope = scope_of(&id.value);
        let fits = match id.kind {
            IdKind::Phone => {
                id.value.starts_with('+') && phone::parse(&id.value).is_ok_and(|own| own.as_str() == id.value)
            }
            IdKind::UserId => scope == Some(Scope::Portfolio),
            IdKind::ParentUserId => scope == Some(Scope::Parent),
            IdKind::Username => (1..=USERNAME_BYTES_MAX).contains(&id.value.len()),
        };
        prop_assert!(fits, "{:?}", id);
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_meta_writes_a_report_is_whole_or_none(
        identity in identities(), contact in texts(), change in prop::option::of(changes()), previous in texts(), current in texts()
    ) {
        let update = UserIdUpdate {
            wa_id: identity.wa_id.clone(),
            user_id: Some(Box::new(IdChange { previous, current })),
            ..UserIdUpdate::default()
        };
        let new = InboundReceived::new(SenderId::new("1"), WabaId::new("2"), Wamid::new("w"), Millis(7_000), "{}");
        let content = change.map_or(Content::Unknown, Content::System);
        let message = InboundReceived { identity, contact: contact.map(Contact::new), content, ..new };
        for told in [of_message(&message), of_update(&Update::from(update), Millis(1))].into_iter().flatten() {
            is_whole(&told)?;
        }
    }
}

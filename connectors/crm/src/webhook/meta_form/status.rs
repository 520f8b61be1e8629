//! Statuses: those that moved a message, and those that are told beside them.

use posthaste_meta::errors;
use posthaste_model::shape;
use posthaste_model::whatsapp::Identity;
use posthaste_model::{IntentId, Millis, SenderId, Status, StatusReported, Transition, Wamid, group};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Change, Members, Told, person, seconds};

/// Meta's code of a failure that has none of its own (Meta: support/error-codes, "Something went wrong").
const CODE_WRONG: i64 = 131_000;
/// Where Meta's errors lead to.
const ERROR_CODES: &str = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";
/// The status beside which Meta tells no more of the person than whom the message was sent to.
const FAILED: &str = "failed";

/// A status that moved a message.
pub(super) fn transitioned(transition: &Transition) -> serde_json::Result<Option<Told>> {
    let Some(word) = word(transition.status) else { return Ok(None) };
    let recipient = recipient(transition);
    let told_errors = (!transition.errors.is_empty()).then(|| json!(transition.errors));
    let element = Element {
        message: Some(transition.intent_id),
        wamid: transition.wamid.as_ref(),
        word: word.as_str(),
        at: transition.at,
        recipient: &recipient,
        group: transition.group_id.as_deref().or(group::id(&transition.contact)),
        callback_data: transition.callback_data.as_deref(),
        conversation: transition.conversation.as_deref(),
        pricing: transition.pricing.as_deref(),
        errors: told_errors.or_else(|| (word == Status::Failed).then(|| json!([error(transition)]))),
    };
    Ok(Some(told(transition.sender_id.clone(), element.word, &recipient, &element.members()?.to_string())))
}

/// A status that moved none: of another participant of a group, of a message that was not sent from here, or by a name that
/// nobody here knows. That of a message of ours has its handle, as those have that moved it.
pub(super) fn reported(reported: &StatusReported) -> serde_json::Result<Option<Told>> {
    let element = Element {
        message: reported.intent_id,
        wamid: Some(&reported.wamid),
        word: &reported.status,
        at: reported.at,
        recipient: &reported.identity,
        group: reported.group_id.as_deref(),
        callback_data: match reported.intent_id {
            Some(_) => reported.callback_data.as_deref(),
            None => reported.token.as_deref(),
        },
        conversation: reported.conversation.as_deref(),
        pricing: reported.pricing.as_deref(),
        errors: (!reported.errors.is_empty()).then(|| json!(reported.errors)),
    };
    let text = match &reported.raw {
        Some(raw) => element.restored(serde_json::from_str(raw)?),
        None => element.members()?.to_string(),
    };
    Ok(Some(told(reported.sender_id.clone(), element.word, &reported.identity, &text)))
}

/// The change that tells of a status, and beside one that did not fail whom it reached.
fn told(sender: SenderId, word: &str, recipient: &Identity, element: &str) -> Told {
    let mut value = Members::default();
    let contact = person(recipient, &None);
    if word != FAILED && !contact.is_empty() {
        value.put("contacts", json!([contact]));
    }
    value.put("statuses", format_args!("[{element}]"));
    Told::OfNumber(Change { sender, at: None, field: "messages".to_owned(), value })
}

/// What an element of `statuses` tells.
struct Element<'a> {
    /// The message, where it is ours.
    message: Option<IntentId>,
    wamid: Option<&'a Wamid>,
    word: &'a str,
    at: Millis,
    recipient: &'a Identity,
    group: Option<&'a str>,
    callback_data: Option<&'a str>,
    conversation: Option<&'a str>,
    pricing: Option<&'a str>,
    errors: Option<Value>,
}

impl Element<'_> {
    /// The members, in Meta's order.
    fn members(&self) -> serde_json::Result<Members> {
        let mut members = Members::default();
        let wamid = self.wamid.map(Wamid::as_str);
        let handle = self.message.map(IntentId::handle);
        let at = seconds(self.at).to_string();
        let Identity { wa_id, user_id, parent_user_id, identity_key_hash, .. } = self.recipient;
        let number = wa_id.as_deref();
        let (recipient_id, participant) = if self.group.is_some() { (self.group, number) } else { (number, None) };
        for (name, text) in [
            ("id", handle.as_deref().or(wamid)),
            ("wamid", wamid.filter(|_| handle.is_some())),
            ("status", Some(self.word)),
            ("timestamp", Some(at.as_str())),
            ("recipient_id", recipient_id),
            ("recipient_user_id", user_id.as_deref()),
            ("recipient_parent_user_id", parent_user_id.as_deref()),
            ("recipient_type", self.group.map(|_| "group")),
            ("recipient_participant_id", participant),
            ("recipient_identity_key_hash", identity_key_hash.as_deref()),
            ("biz_opaque_callback_data", self.callback_data),
        ] {
            text.iter().for_each(|text| members.put(name, json!(text)));
        }
        for (name, object) in [("conversation", self.conversation), ("pricing", self.pricing)] {
            if let Some(object) = object {
                members.put(name, serde_json::from_str::<&RawValue>(object)?);
            }
        }
        if let Some(errors) = &self.errors {
            members.put("errors", errors);
        }
        Ok(members)
    }

    /// An element as Meta sent it. In that of a message of ours, what stands for us in it gives way to what stands for its caller:
    /// the handle, and what the caller gave along.
    fn restored(&self, raw: &RawValue) -> String {
        let Some((handle, members)) = self.message.map(IntentId::handle).zip(shape::Members::of(raw)) else {
            return raw.to_string();
        };
        let mut restored = Vec::new();
        for (name, value) in members.iter() {
            match name {
                "id" => restored.push(format!(r#""id":{},"wamid":{value}"#, json!(handle))),
                "biz_opaque_callback_data" => {
                    restored.extend(self.callback_data.map(|text| format!("{}:{}", json!(name), json!(text))));
                }
                _ => restored.push(format!("{}:{value}", json!(name))),
            }
        }
        format!("{{{}}}", restored.join(","))
    }
}

/// The status that Meta has for one of ours.
fn word(status: Status) -> Option<Status> {
    match status {
        Status::Sent | Status::Delivered | Status::Read | Status::Played => Some(status),
        Status::Failed | Status::Rejected | Status::Expired => Some(Status::Failed),
        Status::Queued
        | Status::Armed
        | Status::Unknown
        | Status::Unconfirmed
        | Status::Deferred
        | Status::Cancelled
        | Status::Accepted => None,
    }
}

/// Whom a message went to: every id that Meta told, and where it told none the one that the message was sent to.
fn recipient(transition: &Transition) -> Identity {
    let told = transition.identity.clone();
    if told.wa_id.is_some() || told.user_id.is_some() {
        return told;
    }
    let contact = transition.contact.as_str();
    if group::id(&transition.contact).is_some() {
        return told;
    }
    match contact.strip_prefix('+') {
        Some(digits) => Identity { wa_id: Some(digits.to_owned()), ..told },
        None => Identity { user_id: Some(contact.to_owned()), ..told },
    }
}

/// Why a message failed of which there are no errors of a webhook: it was refused, or ran out of time here, or an earlier version
/// noted it. Meta's title of the code stands in `message` too, as Meta has it; what was said of this message is in the details.
fn error(transition: &Transition) -> Value {
    let code = transition.code.unwrap_or(CODE_WRONG);
    let details = transition.reason.as_deref().unwrap_or(transition.status.as_str());
    let title = errors::known(code, None).map_or(details, |known| known.title);
    json!({
        "code": code, "title": title, "message": title, "error_data": { "details": details }, "href": ERROR_CODES,
    })
}

#[cfg(test)]
mod tests {
    use posthaste_core::normalize::{Normalized, RawWebhook, normalize};
    use posthaste_model::{Class, Contact, EventType, TenantId};
    use serde_json::to_value;

    use super::super::tests::{rendered, value_of};
    use super::*;

    fn transition(status: Status) -> Transition {
        Transition {
            tenant_id: TenantId(uuid::Uuid::nil()),
            intent_id: IntentId(uuid::Uuid::from_u128(0x2a)),
            attempt: 1,
            status,
            at: Millis(1_790_000_000_999),
            accepted_at: Millis(0),
            sender_id: SenderId::new("106"),
            contact: Contact::new("+16315550101"),
            identity: Identity::default(),
            group_id: None,
            class: Class::Transactional,
            campaign_id: None,
            template: None,
            callback_data: Some("order-7".into()),
            wamid: Some(Wamid::new("wamid.A")),
            code: None,
            reason: None,
            errors: Vec::new(),
            pricing: Some(r#"{"billable":true}"#.into()),
            conversation: None,
            queued_at: None,
            armed_at: None,
        }
    }

    #[test]
    fn a_status_names_the_handle_and_metas_id() {
        let body =
            rendered(EventType::DeliveryTransitioned, to_value(transition(Status::Delivered))).expect("a webhook");
        let handle = "wamid.PH0000000000000000000000000000002A";
        assert_eq!(
            body,
            json!({"object": "whatsapp_business_account", "entry": [{"id": "102", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "+1 555 0100", "phone_number_id": "106"},
                "contacts": [{"wa_id": "16315550101"}],
                "statuses": [{"id": handle, "wamid": "wamid.A", "status": "delivered", "timestamp": "1790000000",
                    "recipient_id": "16315550101", "biz_opaque_callback_data": "order-7", "pricing": {"billable": true}}]}}]}]})
        );
    }

    #[test]
    fn what_was_sent_to_a_user_id_says_so() {
        let sent = Transition { contact: Contact::new("US.1"), ..transition(Status::Read) };
        let value = value_of(&rendered(EventType::DeliveryTransitioned, to_value(sent)).expect("a webhook"));
        assert_eq!(value["contacts"], json!([{"user_id": "US.1"}]));
        let status = &value["statuses"][0];
        assert_eq!((&status["recipient_user_id"], status.get("recipient_id")), (&json!("US.1"), None));
    }

    /// What is told of a status that Meta sent in this element, with these contacts beside it.
    fn passed_on(contacts: &Value, element: &Value) -> Value {
        let value = json!({"metadata": {"phone_number_id": "106"}, "contacts": contacts, "statuses": [element]});
        let changes = json!([{"field": "messages", "value": value}]);
        let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102", "changes": changes}]});
        let body = body.to_string();
        let mut output = normalize(&RawWebhook { body: body.as_bytes(), received_at: Millis(0) });
        let Some((_, Normalized::Status(observed))) = output.events.pop() else { panic!("{output:?}") };
        let told = Transition {
            at: observed.at,
            identity: observed.identity,
            group_id: observed.group_id,
            code: observed.code,
            reason: observed.reason,
            errors: observed.errors,
            pricing: observed.pricing,
            conversation: observed.conversation,
            ..transition(observed.status)
        };
        value_of(&rendered(EventType::DeliveryTransitioned, to_value(told)).expect("a webhook"))
    }

    #[test]
    fn a_status_has_every_member_that_metas_had() {
        let contacts = json!([{"profile": {"username": "@ada"}, "wa_id": "16315550101", "user_id": "US.1",
            "parent_user_id": "US.ENT.1"}]);
        let conversation = json!({"id": "c", "expiration_timestamp": "1790086400", "origin": {"type": "utility"}});
        let error = json!({"code": 131_049, "title": "t", "message": "m", "error_data": {"details": "d"}, "href": "h"});
        let common = json!({"id": "wamid.A", "timestamp": "1790000000", "biz_opaque_callback_data": "order-7"});
        let person = json!({"status": "sent", "recipient_id": "16315550101", "recipient_user_id": "US.1",
            "recipient_parent_user_id": "US.ENT.1", "recipient_identity_key_hash": "DF2l=", "conversation": conversation,
            "pricing": {"billable": true}});
        let user = json!({"status": "read", "recipient_user_id": "US.2"});
        let group = json!({"status": "delivered", "recipient_id": "grp=", "recipient_type": "group",
            "recipient_participant_id": "16315550101"});
        let failed = json!({"status": "failed", "recipient_id": "16315550102", "errors": [error]});
        let (nobody, number) = (json!([{"user_id": "US.2"}]), json!([{"wa_id": "16315550101"}]));
        for (members, beside, told) in [
            (person, &contacts, Some(&contacts)),
            (user, &json!([]), Some(&nobody)),
            (group, &json!([]), Some(&number)),
            (failed, &json!([]), None),
        ] {
            let mut element = common.clone();
            element.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
            let value = passed_on(beside, &element);
            element["id"] = json!("wamid.PH0000000000000000000000000000002A");
            element["wamid"] = json!("wamid.A");
            assert_eq!((&value["statuses"][0], value.get("contacts")), (&element, told));
        }
    }

    #[test]
    fn a_message_that_was_refused_for_a_group_names_the_group() {
        let refused = Transition { contact: Contact::new("group:grp="), ..transition(Status::Rejected) };
        let body = rendered(EventType::DeliveryTransitioned, to_value(refused)).expect("a webhook");
        let value = value_of(&body);
        let status = &value["statuses"][0];
        assert_eq!((&status["recipient_id"], &status["recipient_type"]), (&json!("grp="), &json!("group")));
        assert_eq!((status.get("recipient_user_id"), value.get("contacts")), (None, None));
    }

    #[test]
    fn what_meta_has_no_word_for_is_not_told_and_what_ends_badly_has_failed() {
        for status in Status::ALL {
            let body = rendered(EventType::DeliveryTransitioned, to_value(transition(*status)));
            let value = body.as_ref().map(value_of);
            match status {
                Status::Rejected | Status::Expired | Status::Failed => {
                    let value = value.expect("a webhook");
                    let told = &value["statuses"][0];
                    assert_eq!((&told["status"], &told["errors"][0]["code"]), (&json!("failed"), &json!(131_000)));
                    assert_eq!(value.get("contacts"), None, "Meta names nobody beside a failure");
                }
                Status::Sent | Status::Delivered | Status::Read | Status::Played => {
                    assert!(value.is_some_and(|value| value["statuses"][0].get("errors").is_none()));
                }
                _ => assert_eq!(value, None, "{status}"),
            }
        }
    }

    #[test]
    fn an_error_has_metas_title_and_what_was_said_of_this_message() {
        let errors = |code: i64, reason: &str| {
            let failed = Transition { code: Some(code), reason: Some(reason.into()), ..transition(Status::Failed) };
            let body = rendered(EventType::DeliveryTransitioned, to_value(failed)).expect("a webhook");
            value_of(&body)["statuses"][0]["errors"].clone()
        };
        assert_eq!(
            errors(131_047, "Ask them to write first."),
            json!([{"code": 131_047, "title": "More than 24 hours since the last message",
                "message": "More than 24 hours since the last message",
                "error_data": {"details": "Ask them to write first."}, "href": ERROR_CODES}])
        );
        assert_eq!(errors(999_999, "New.")[0]["title"], "New.", "a code that nobody knows");
    }

    /// The event that tells an element of Meta's apart, of a message of ours or of another's.
    fn told_apart(contacts: &Value, element: &str, is_ours: bool) -> StatusReported {
        let body = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102","changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"106"}},"contacts":{contacts},"statuses":[{element}]}}}}]}}]}}"#
        );
        let mut output = normalize(&RawWebhook { body: body.as_bytes(), received_at: Millis(0) });
        let told = match output.events.pop() {
            Some((_, Normalized::Status(observed))) => StatusReported::from(&observed),
            Some((_, Normalized::UnknownStatus(own))) => own.reported,
            other => panic!("{other:?}"),
        };
        StatusReported {
            tenant_id: Some(TenantId(uuid::Uuid::nil())),
            intent_id: is_ours.then_some(IntentId(uuid::Uuid::from_u128(0x2a))),
            callback_data: is_ours.then(|| "order-7".into()),
            ..told
        }
    }

    fn value_of_report(told: &StatusReported) -> Value {
        value_of(&rendered(EventType::StatusReported, to_value(told)).expect("a webhook"))
    }

    #[test]
    fn a_status_that_moved_no_message_has_every_member_that_metas_had() {
        let (ann, nobody) = (json!([{"wa_id": "16315550101", "user_id": "US.1"}]), json!([]));
        let group = json!({"id": "wamid.A", "status": "read", "timestamp": "1790000000", "recipient_id": "grp=",
            "recipient_type": "group", "recipient_participant_id": "16315550199", "biz_opaque_callback_data": "v1.x.1",
            "pricing": {"billable": true}});
        let value = value_of_report(&told_apart(&nobody, &group.to_string(), true));
        let mut expected = group.clone();
        expected["id"] = json!("wamid.PH0000000000000000000000000000002A");
        expected["wamid"] = json!("wamid.A");
        expected["biz_opaque_callback_data"] = json!("order-7");
        assert_eq!(value["statuses"], json!([expected]));
        assert_eq!(value["contacts"], json!([{"wa_id": "16315550199"}]));

        let error = json!({"code": 131_049, "title": "t", "message": "m", "error_data": {"details": "d"}, "href": "h"});
        let person = json!({"id": "wamid.F", "timestamp": "1790000000", "recipient_id": "16315550101",
            "recipient_user_id": "US.1", "biz_opaque_callback_data": "of-another-system", "conversation": {"id": "c"}});
        for (status, members, contacts) in
            [("delivered", json!({}), Some(&ann)), ("failed", json!({"errors": [error]}), None)]
        {
            let mut element = person.clone();
            element["status"] = json!(status);
            element.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
            let value = value_of_report(&told_apart(&ann, &element.to_string(), false));
            assert_eq!(
                (&value["statuses"], value.get("contacts")),
                (&json!([element]), contacts),
                "Meta's id and no other"
            );
        }
    }

    #[test]
    fn a_status_that_nobody_knows_comes_as_meta_sent_it() {
        let element = r#"{ "status":"warning", "id":"wamid.A", "x":12345678901234567890.10, "note":"\ud83d",
            "biz_opaque_callback_data":"v1.x.1" }"#;
        let text = |contacts: &Value, element: &str, is_ours: bool| {
            let Ok(Some(Told::OfNumber(change))) = reported(&told_apart(contacts, element, is_ours)) else {
                panic!("told")
            };
            change.value.to_string()
        };
        let foreign = text(&json!([]), element, false);
        assert_eq!(foreign, format!(r#"{{"statuses":[{element}]}}"#));
        let own = text(&json!([{"wa_id": "16315550101"}]), element, true);
        let restored = r#"{"status":"warning","id":"wamid.PH0000000000000000000000000000002A","wamid":"wamid.A","x":12345678901234567890.10,"note":"\ud83d","biz_opaque_callback_data":"order-7"}"#;
        assert_eq!(own, format!(r#"{{"statuses":[{restored}]}}"#));
        let deleted = r#"{"id":"wamid.A","status":"deleted","recipient_id":"16315550101"}"#;
        let value = value_of_report(&told_apart(&json!([]), deleted, true));
        assert_eq!(value["statuses"][0].get("biz_opaque_callback_data"), None, "it carried none");
        assert_eq!(value["contacts"], json!([{"wa_id": "16315550101"}]));
    }
}

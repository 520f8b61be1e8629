//! What Meta tells of accounts, numbers, templates, calls and groups, in its own form.
//!
//! A change that was kept whole goes on as it came. Of a list, the element was kept: it goes back into a list of its own.

use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::account::{IdChange, Preference, UserIdUpdate};
use posthaste_model::{AccountUpdated, Channel, TemplateChanged, UnknownUpdate};
use serde_json::json;
use serde_json::value::RawValue;

use super::{Change, Members, Told, texts};
use crate::about::value_of;

/// The field of chunks of the past.
const FIELD_HISTORY: &str = "history";

/// A template's status. What was written before its change was kept is not told.
pub(super) fn template(changed: TemplateChanged) -> serde_json::Result<Option<Told>> {
    let TemplateChanged { waba_id: waba, at, raw: change, .. } = changed;
    if change.is_empty() {
        return Ok(None);
    }
    serde_json::from_str::<&RawValue>(&change)?;
    Ok(Some(Told::OfAccount { waba, at, change }))
}

/// A change that this version does not know; pieces of changes are not told.
pub(super) fn unknown(unknown: UnknownUpdate) -> serde_json::Result<Option<Told>> {
    let is_change = value_of(serde_json::from_str(&unknown.raw)?).is_some();
    let UnknownUpdate { channel, waba_id: waba, at, raw: change, .. } = unknown;
    Ok((is_change && channel == Channel::Whatsapp).then_some(Told::OfAccount { waba, at, change }))
}

/// Everything else.
pub(super) fn updated(updated: AccountUpdated) -> serde_json::Result<Option<Told>> {
    if updated.channel != Channel::Whatsapp {
        return Ok(None);
    }
    let raw: &RawValue = serde_json::from_str(&updated.raw)?;
    if value_of(raw).is_some() {
        let AccountUpdated { waba_id: waba, at, raw: change, .. } = updated;
        return Ok(Some(Told::OfAccount { waba, at, change }));
    }
    let Some(value) = value(&updated, raw) else { return Ok(None) };
    let AccountUpdated { sender_id, field, at, .. } = updated;
    Ok(sender_id.map(|sender| Told::OfNumber(Change { sender, at: Some(at), field, value })))
}

/// The value that an element stood in; `None` for one of a list that only a newer version knows.
fn value(updated: &AccountUpdated, element: &RawValue) -> Option<Members> {
    let mut value = Members::default();
    if updated.field == FIELD_HISTORY {
        match &updated.update {
            Update::HistoryProgress(_) => value.put(FIELD_HISTORY, format_args!(r#"[{{"metadata":{element}}}]"#)),
            _ => value.put(FIELD_HISTORY, format_args!(r#"[{{"errors":[{element}]}}]"#)),
        }
        return Some(value);
    }
    let list = updated.update.list()?;
    let person = match &updated.update {
        Update::Preference(own) => {
            let Preference { wa_id, user_id, parent_user_id, .. } = own.as_ref();
            texts(&[("wa_id", wa_id), ("user_id", user_id), ("parent_user_id", parent_user_id)])
        }
        Update::UserId(own) => {
            let UserIdUpdate { wa_id, user_id, parent_user_id, .. } = own.as_ref();
            let now = |change: &Option<Box<IdChange>>| change.as_ref().and_then(|change| change.current.clone());
            texts(&[("wa_id", wa_id), ("user_id", &now(user_id)), ("parent_user_id", &now(parent_user_id))])
        }
        _ => texts(&[]),
    };
    if !person.is_empty() {
        value.put("contacts", json!([person]));
    }
    value.put(list, format_args!("[{element}]"));
    Some(value)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use posthaste_model::whatsapp::update::HistoryProgress;
    use posthaste_model::{EventType, Millis, SenderId, TenantId, WabaId};
    use serde_json::{Value, to_vec};

    use super::super::{Rendered, render};
    use super::*;
    use crate::numbers::{Number, Numbers};

    const AT: Millis = Millis(1_790_000_000_999);

    /// The text of what is sent.
    fn told(event_type: EventType, event: serde_json::Result<Vec<u8>>) -> Option<String> {
        let numbers = Numbers::default();
        let tenant = TenantId(uuid::Uuid::nil());
        let number = Number { tenant, waba_id: "102".into(), display: "+1 555 0100".into(), is_whatsapp: true };
        numbers.set(HashMap::from([(SenderId::new("106"), number)]));
        match render(event_type.as_str(), &event.expect("JSON"), &numbers, true) {
            Rendered::Body(body) => Some(String::from_utf8(body.to_vec()).expect("UTF-8")),
            Rendered::Nothing => None,
            told => panic!("{told:?}"),
        }
    }

    fn update(field: &str, update: Update, raw: &str) -> AccountUpdated {
        AccountUpdated {
            channel: Channel::Whatsapp,
            waba_id: WabaId::new("102"),
            sender_id: Some(SenderId::new("106")),
            field: field.into(),
            update,
            at: AT,
            raw: raw.into(),
        }
    }

    /// The value of an element that was wrapped again, without what stands in the values of all numbers.
    fn value(field: &str, list: &str, raw: &str) -> Value {
        let element = serde_json::from_str(raw).expect("JSON");
        let read = Update::element(list, element).expect("an update");
        let body = told(EventType::AccountUpdated, to_vec(&update(field, read, raw))).expect("a webhook");
        assert!(body.contains(raw), "byte for byte: {body}");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!((&body["entry"][0]["id"], &body["entry"][0]["time"]), (&json!("102"), &json!(1_790_000_000)));
        let mut change = body["entry"][0]["changes"][0].clone();
        assert_eq!(change["field"], field);
        let value = change["value"].as_object_mut().expect("an object");
        assert_eq!(value.remove("messaging_product"), Some(json!("whatsapp")));
        let metadata = json!({"display_phone_number": "+1 555 0100", "phone_number_id": "106"});
        assert_eq!(value.remove("metadata"), Some(metadata));
        change["value"].clone()
    }

    #[test]
    fn a_whole_change_goes_on_as_it_came() {
        let change = r#"{ "value":{"event":"PAUSED", "message_template_id":1689556908129832,"other_info":{"title":"\ud83d"}}, "field":"message_template_status_update"}"#;
        let changed = TemplateChanged {
            waba_id: WabaId::new("102"),
            name: "order".into(),
            language: "de".into(),
            template_id: None,
            category: None,
            event: "PAUSED".into(),
            status: None,
            reason: None,
            at: AT,
            raw: change.into(),
        };
        let envelope = |change: &str| {
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102","time":1790000000,"changes":[{change}]}}]}}"#
            )
        };
        assert_eq!(told(EventType::TemplateChanged, to_vec(&changed)), Some(envelope(change)));
        let older = TemplateChanged { raw: String::new(), ..changed };
        assert_eq!(told(EventType::TemplateChanged, to_vec(&older)), None);

        let change = r#"{"field":"account_review_update", "value":{"decision":"APPROVED"}}"#;
        let read =
            Update::whole("account_review_update", serde_json::from_str(r#"{"decision":"APPROVED"}"#).expect("JSON"));
        let updated =
            AccountUpdated { sender_id: None, ..update("account_review_update", read.expect("known"), change) };
        assert_eq!(told(EventType::AccountUpdated, to_vec(&updated)), Some(envelope(change)));
        let elsewhere = AccountUpdated { channel: Channel::Messenger, ..updated };
        assert_eq!(told(EventType::AccountUpdated, to_vec(&elsewhere)), None);
    }

    #[test]
    fn an_element_is_wrapped_in_its_list_again() {
        let preference = r#"{"wa_id":"16315550101", "user_id":"US.1","category":"marketing_messages","value":"stop","timestamp":1790000000}"#;
        let element: Value = serde_json::from_str(preference).expect("JSON");
        assert_eq!(
            value("user_preferences", "user_preferences", preference),
            json!({"contacts": [{"wa_id": "16315550101", "user_id": "US.1"}], "user_preferences": [element]})
        );
        let renamed = r#"{"wa_id":"5678","user_id":{"previous":"US.1","current":"US.2"}}"#;
        let element: Value = serde_json::from_str(renamed).expect("JSON");
        assert_eq!(
            value("user_id_update", "user_id_update", renamed),
            json!({"contacts": [{"wa_id": "5678", "user_id": "US.2"}], "user_id_update": [element]})
        );
        for (field, list, raw) in [
            ("calls", "calls", r#"{"id":"wacid.A","event":"connect","from":"16315550101"}"#),
            ("calls", "statuses", r#"{"id":"wacid.A","type":"call","status":"RINGING"}"#),
            ("calls", "errors", r#"{"code":131000,"title":"x"}"#),
            ("messages", "errors", r#"{"code":131000,"title":"x"}"#),
            ("messages", "user_actions", r#"{"action_type":"click"}"#),
            ("group_status_update", "groups", r#"{"group_id":"g","type":"group_suspend"}"#),
            ("smb_app_state_sync", "state_sync", r#"{"type":"contact","action":"remove"}"#),
        ] {
            let element: Value = serde_json::from_str(raw).expect("JSON");
            assert_eq!(value(field, list, raw), json!({list: [element]}), "{field}");
        }
    }

    #[test]
    fn how_far_the_past_is_and_why_there_is_none_stand_in_a_chunk() {
        let chunk = |update: Update, raw: &str| {
            let body =
                told(EventType::AccountUpdated, to_vec(&self::update("history", update, raw))).expect("a webhook");
            let body: Value = serde_json::from_str(&body).expect("JSON");
            body["entry"][0]["changes"][0]["value"]["history"].clone()
        };
        let progress = r#"{"phase":0,"chunk_order":1,"progress":55}"#;
        let expected = json!([{"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}}]);
        assert_eq!(chunk(HistoryProgress::default().into(), progress), expected);
        let declined = r#"{"code":2593109,"title":"declined"}"#;
        let error = Update::element("errors", serde_json::from_str(declined).expect("JSON")).expect("an error");
        assert_eq!(chunk(error, declined), json!([{"errors": [{"code": 2_593_109, "title": "declined"}]}]));
    }

    #[test]
    fn an_unknown_change_goes_on_and_a_piece_of_one_does_not() {
        let unknown = |raw: &str| UnknownUpdate {
            channel: Channel::Whatsapp,
            waba_id: WabaId::new("102"),
            field: "novelty".into(),
            what: "field".into(),
            at: AT,
            raw: raw.into(),
        };
        let change = r#"{"field":"novelty","value":{"x":1}}"#;
        assert!(told(EventType::UnknownUpdate, to_vec(&unknown(change))).is_some_and(|body| body.contains(change)));
        assert_eq!(told(EventType::UnknownUpdate, to_vec(&unknown(r#"{"id":"wamid.A","status":"deleted"}"#))), None);
        let newer = update("novelty", Update::Unknown, r#"{"id":"7"}"#);
        assert_eq!(told(EventType::AccountUpdated, to_vec(&newer)), None, "nobody knows its list");
    }
}

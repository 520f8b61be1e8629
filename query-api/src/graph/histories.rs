//! Histories of messages, and their events (Meta: the message history of the OpenAPI file). Meta's id of a history does not say whose
//! message it is of, and any token of the app may ask by it; so tenants know a history by an id of ours, made of the number, Meta's
//! id of the history and the message. It is no secret and proves nothing: whoever asks by it must have the number, and Meta is asked
//! first whether this is a history of that number's message. What is shown is then no more than `message_history` shows.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use posthaste_management::{Answer as MetaAnswer, HistoryId, Passed};
use posthaste_sql::queries::api_catalog;
use serde_json::Value;

use super::numbers;
use super::templates::{capture, not_answered, passed_on, unknown};
use crate::State;
use crate::request::{Answer, Request};

/// What a history is called in answers.
const WHAT: &str = "history of a message";

/// Meta's answer about the histories of a message, with our ids of them.
pub(super) fn with_our_ids(answer: MetaAnswer, number: &str, message: &str) -> MetaAnswer {
    let mut body = answer.json();
    let Some(histories) = body.get_mut("data").and_then(Value::as_array_mut) else { return answer };
    for history in histories {
        let Some(id) = history["id"].as_str() else { continue };
        history["id"] = encoded(number, id, message).into();
    }
    MetaAnswer { body: body.to_string().into(), ..answer }
}

fn encoded(number: &str, history: &str, message: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{number}:{history}:{message}"))
}

fn decoded(id: &str) -> Option<HistoryId> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    let mut parts = text.splitn(3, ':').filter(|part| !part.is_empty() && !part.contains('\0')).map(str::to_owned);
    Some(HistoryId { sender_id: parts.next()?, history_id: parts.next()?, message_id: parts.next()? })
}

/// `GET /graph/{version}/{message-history-id}/events`, with `status_filter`, `fields`, `limit`, `after` and `before`.
pub(crate) async fn events(state: &State, request: Request) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let query = numbers::parameters(&request, &["status_filter", "fields", "limit", "after", "before"])?;
    let own = decoded(&id).ok_or_else(|| unknown(WHAT, &id))?;
    let tx = state.pool.tenant_tx(tenant).await?;
    let number = api_catalog::number_of().bind(&*tx, &own.sender_id.as_str()).opt().await?;
    tx.rollback().await?;
    number.ok_or_else(|| unknown(WHAT, &id))?;
    // Meta is asked twice.
    state.management_calls.count(tenant, Instant::now())?;
    state.management_calls.count(tenant, Instant::now())?;
    let passed = Passed { method: Method::GET, edge: Some("events"), query, body: None };
    let answered = state.desk.ask_of_history(tenant, own, passed).await;
    answered.map(passed_on).map_err(|error| not_answered(error, WHAT, &id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_of_ours_names_number_history_and_message() {
        let answer = |body: Value| MetaAnswer { status: 200, body: body.to_string().into() };
        let told = answer(json!({ "data": [{ "id": "900", "message_id": "wamid.A=" }, { "message_id": "x" }] }));
        let shown = with_our_ids(told, "106", "wamid.A=").json();
        assert_eq!(
            (&shown["data"][0]["message_id"], &shown["data"][1]),
            (&json!("wamid.A="), &json!({ "message_id": "x" }))
        );
        let own = HistoryId { sender_id: "106".into(), history_id: "900".into(), message_id: "wamid.A=".into() };
        assert_eq!(decoded(shown["data"][0]["id"].as_str().expect("an id")), Some(own));
        let refused = answer(json!({ "error": { "code": 190 } }));
        assert_eq!(with_our_ids(refused.clone(), "106", "wamid.A="), refused);
    }

    #[test]
    fn what_is_no_id_of_ours_names_nothing() {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for bad in ["", "9000000000000001", "a b", &encoded("106:900"), &encoded("106::wamid"), &encoded(":900:wamid")]
        {
            assert_eq!(decoded(bad), None, "{bad}");
        }
        assert_eq!(decoded(&URL_SAFE_NO_PAD.encode(b"\xff:1:2")), None);
        assert_eq!(decoded(&encoded("106:9\x000:wamid")), None, "Postgres takes no such text");
    }
}

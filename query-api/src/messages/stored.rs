//! What became of a message: as the store has it, attempt by attempt.

use http::StatusCode;
use posthaste_model::{CampaignId, IntentId, Millis, Status};
use posthaste_sql::queries::api_messages::{self, GetMessage, GetMessageAttempts};
use serde_json::{Value, json};

use crate::State;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};

/// `GET /v1/messages/{id}`
pub(crate) async fn get(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let named = request.id().to_owned();
    let missing = || {
        let detail = format!("there is no message {named}; after it was accepted it may take a second to appear");
        Problem::new(Code::NotFound, detail)
    };
    let id = IntentId::of_handle(&named).or_else(|| named.parse().ok()).ok_or_else(missing)?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let intent = api_messages::get_message().bind(&*tx, &id.0).opt().await?;
    let attempts = api_messages::get_message_attempts().bind(&*tx, &id.0).all().await?;
    tx.rollback().await?;
    let intent = intent.ok_or_else(missing)?;
    Ok(json(StatusCode::OK, &describe(&intent, &attempts)))
}

fn describe(intent: &GetMessage, attempts: &[GetMessageAttempts]) -> Value {
    let message: Value = serde_json::from_str(&intent.message).unwrap_or_default();
    json!({
        "id": IntentId(intent.intent_id),
        "sender_id": intent.sender_id,
        "to": intent.contact,
        "class": intent.class,
        "campaign_id": intent.campaign_id.map(CampaignId),
        "message": message,
        "callback_data": intent.callback_data,
        "unknown_policy": intent.unknown_policy,
        "accepted_at": Millis(intent.accepted_at_ms),
        "expires_at": Millis(intent.expires_at_ms),
        "status": overall(attempts),
        "attempts": attempts.iter().map(|attempt| describe_attempt(intent, attempt)).collect::<Vec<_>>(),
    })
}

/// The status of a message: that of its newest attempt, unless an older one turned out to have got further with Meta.
fn overall(attempts: &[GetMessageAttempts]) -> Status {
    let statuses = attempts.iter().filter_map(|attempt| Status::parse(&attempt.status));
    let newest = attempts.last().and_then(|attempt| Status::parse(&attempt.status)).unwrap_or(Status::Queued);
    statuses.filter(|status| *status >= Status::Accepted).fold(newest, Status::join)
}

fn describe_attempt(intent: &GetMessage, attempt: &GetMessageAttempts) -> Value {
    let transitions: Vec<_> = transitions(intent.accepted_at_ms, attempt)
        .into_iter()
        .map(|(status, at)| json!({ "status": status, "at": Millis(at) }))
        .collect();
    json!({
        "attempt": attempt.attempt,
        "status": attempt.status,
        "transitions": transitions,
        "wamid": attempt.wamid,
        "code": attempt.code,
        "reason": attempt.reason,
    })
}

/// The statuses that an attempt went through, with their times, in order of time.
fn transitions(accepted_at_ms: i64, attempt: &GetMessageAttempts) -> Vec<(Status, i64)> {
    // `ended_at` holds the time of whichever of these the attempt reached.
    let ended = [Status::Unconfirmed, Status::Deferred, Status::Expired, Status::Cancelled, Status::Rejected];
    let ended = ended.into_iter().find(|status| attempt.marks & status.bit() != 0);
    let queued = if attempt.attempt == 1 { accepted_at_ms } else { attempt.due_at_ms };
    let mut transitions = vec![(Status::Queued, queued)];
    let reached = [
        (Some(Status::Armed), attempt.armed_at_ms),
        (Some(Status::Unknown), attempt.unknown_at_ms),
        (ended, attempt.ended_at_ms),
        (Some(Status::Accepted), attempt.accepted_at_ms),
        (Some(Status::Sent), attempt.sent_at_ms),
        (Some(Status::Failed), attempt.failed_at_ms),
        (Some(Status::Delivered), attempt.delivered_at_ms),
        (Some(Status::Read), attempt.read_at_ms),
        (Some(Status::Played), attempt.played_at_ms),
    ];
    transitions.extend(reached.into_iter().filter_map(|(status, at)| Some((status?, at?))));
    // Meta's times have whole seconds: among equal ones the order of the join is the true one.
    transitions.sort_by_key(|(status, at)| (*at, *status));
    transitions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(number: i16, status: Status) -> GetMessageAttempts {
        GetMessageAttempts {
            attempt: number,
            status: status.as_str().to_owned(),
            marks: 0,
            due_at_ms: 0,
            armed_at_ms: None,
            unknown_at_ms: None,
            accepted_at_ms: None,
            sent_at_ms: None,
            delivered_at_ms: None,
            read_at_ms: None,
            played_at_ms: None,
            failed_at_ms: None,
            ended_at_ms: None,
            wamid: None,
            code: None,
            reason: None,
        }
    }

    #[test]
    fn the_newest_attempt_counts_unless_an_older_one_arrived() {
        assert_eq!(overall(&[]), Status::Queued);
        assert_eq!(overall(&[attempt(1, Status::Deferred), attempt(2, Status::Queued)]), Status::Queued);
        assert_eq!(overall(&[attempt(1, Status::Delivered), attempt(2, Status::Sent)]), Status::Delivered);
        assert_eq!(overall(&[attempt(1, Status::Unconfirmed)]), Status::Unconfirmed);
    }

    #[test]
    fn a_timeline_is_in_order_and_names_how_it_ended() {
        let rejected = GetMessageAttempts {
            marks: Status::Rejected.bit() | Status::Armed.bit(),
            armed_at_ms: Some(20),
            ended_at_ms: Some(30),
            ..attempt(1, Status::Rejected)
        };
        assert_eq!(transitions(10, &rejected), [(Status::Queued, 10), (Status::Armed, 20), (Status::Rejected, 30)]);
        let read = GetMessageAttempts {
            armed_at_ms: Some(900),
            accepted_at_ms: Some(950),
            sent_at_ms: Some(1000),
            delivered_at_ms: Some(1000),
            read_at_ms: Some(1000),
            ..attempt(1, Status::Read)
        };
        let statuses: Vec<_> = transitions(800, &read).into_iter().map(|(status, _)| status).collect();
        assert_eq!(
            statuses,
            [Status::Queued, Status::Armed, Status::Accepted, Status::Sent, Status::Delivered, Status::Read]
        );
    }
}

//! Why nothing arrives.

use http::StatusCode;
use posthaste_management::diagnosis::{self, Finding};
use serde_json::{Value, json};

use crate::State;
use crate::graph::templates::not_answered;
use crate::request::{Answer, Request, json};

/// `GET /v1/diagnosis`: the way of the webhooks of the tenant's numbers, step by step.
pub(crate) async fn diagnose(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let found = diagnosis::diagnose(&state.desk, request.caller.tenant_id, &state.edge).await;
    let found = found.map_err(|error| not_answered(error, "number", ""))?;
    let data: Vec<Value> = found
        .into_iter()
        .map(|Finding { sender_id, step, state, detail }| {
            json!({ "sender_id": sender_id, "step": step.as_str(), "state": state.as_str(), "detail": detail })
        })
        .collect();
    Ok(json(StatusCode::OK, &json!({ "data": data, "next_cursor": null })))
}

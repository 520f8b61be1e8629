//! Why nothing arrives: the way of a number's webhooks, looked at step by step, from Meta to the store (Meta:
//! webhooks/create-webhook-endpoint, webhooks/override).

mod callback;
mod signature;

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use http::Method;
use posthaste_meta::Answer;
use posthaste_model::{Millis, TenantId};
use posthaste_runtime::config::EdgeConfig;
use posthaste_sql::queries::diagnosis::{arrivals, whatsapp_numbers};

use crate::desk::{Desk, DeskError};
use callback::{Callback, of_callback, of_subscription};
use signature::{Seen, of_signature};

pub use signature::strangers;

/// Numbers that are looked at, and how many at once.
const NUMBERS_MAX: i64 = 100;
const NUMBERS_AT_ONCE: usize = 4;
/// Meta's code of an access token that is not valid (any more).
const CODE_TOKEN: i64 = 190;
/// Where the edge takes webhooks; the app's name follows.
const EDGE_PATH: &str = "/webhooks/meta/";

/// A step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The access token may read the number.
    Token,
    /// An app is subscribed to the number's account, the one that the edge has the secret of.
    Subscription,
    /// Meta's webhooks go to the edge, under the name of an app that it knows.
    Callback,
    /// The edge believes that they are Meta's.
    Signature,
    /// Something has come.
    Arrivals,
}

impl Step {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Subscription => "subscription",
            Self::Callback => "callback",
            Self::Signature => "signature",
            Self::Arrivals => "arrivals",
        }
    }
}

/// How a step was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Nothing can arrive while this is so.
    Bad,
    /// It cannot be told from here.
    Unsure,
}

impl State {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unsure => "unsure",
        }
    }
}

/// What was found of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The number.
    pub sender_id: String,
    /// The step.
    pub step: Step,
    /// How it is.
    pub state: State,
    /// What was seen, and what to do about it.
    pub detail: String,
}

/// Where the edge is and which apps it knows, as far as the configuration tells.
#[derive(Debug, Clone)]
pub struct Edge {
    /// `edge.public_url`.
    public_url: Option<String>,
    /// The names that it takes webhooks under, each with the app's id at Meta.
    apps: BTreeMap<String, Option<String>>,
}

impl Edge {
    /// Where the webhooks of an app should go, if the configuration tells.
    fn own(&self, app: &str) -> Option<String> {
        self.public_url.as_ref().map(|public_url| format!("{public_url}{EDGE_PATH}{app}"))
    }
}

impl From<&EdgeConfig> for Edge {
    fn from(config: &EdgeConfig) -> Self {
        let apps = config.apps.iter().map(|(name, app)| (name.clone(), app.id.clone())).collect();
        Self { public_url: Some(config.public_url.clone()).filter(|url| !url.is_empty()), apps }
    }
}

/// Looks at every WhatsApp number of a tenant, at most [`NUMBERS_MAX`]. What Meta does not answer is unsure; only the store's
/// silence is an error.
pub async fn diagnose(desk: &Desk, tenant: TenantId, edge: &Edge) -> Result<Vec<Finding>, DeskError> {
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let numbers = whatsapp_numbers().bind(&*tx, &tenant.0, &NUMBERS_MAX).all().await?;
    tx.rollback().await?;
    let looks = numbers.into_iter().map(|number| look(desk, tenant, number.sender_id, number.waba_id, edge));
    let found: Vec<_> = stream::iter(looks).buffered(NUMBERS_AT_ONCE).collect().await;
    Ok(found.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

/// How a step was found, and what to say of it.
type Found = (State, String);

async fn look(
    desk: &Desk,
    tenant: TenantId,
    sender_id: String,
    waba_id: String,
    edge: &Edge,
) -> Result<Vec<Finding>, DeskError> {
    let own = desk.number_credential(tenant, &sender_id).await?;
    let fields = [("fields", "id,webhook_configuration")];
    let account = [waba_id.as_str(), "subscribed_apps"];
    let number = [sender_id.as_str()];
    let (number, subscribed) = tokio::join!(
        desk.ask(tenant, own.access(), Method::GET, (&number, &fields), None),
        desk.ask(tenant, own.access(), Method::GET, (&account, &[]), None),
    );
    let (number, subscribed) = (number.map_err(|e| e.to_string()), subscribed.map_err(|e| e.to_string()));
    let callback = Callback::of(&number, &subscribed, edge);
    let seen = match callback.name_here(edge) {
        Some(app) => Some(Seen::of(desk, app).await?),
        None => None,
    };
    let found = [
        (Step::Token, of_token(&number)),
        (Step::Subscription, of_subscription(&subscribed, &waba_id, edge, &callback)),
        (Step::Callback, of_callback(&callback, edge)),
        (Step::Signature, of_signature(seen.as_ref(), edge)),
        (Step::Arrivals, of_arrivals(desk, tenant, &sender_id).await?),
    ];
    let finding = |(step, (state, detail))| Finding { sender_id: sender_id.clone(), step, state, detail };
    Ok(found.into_iter().map(finding).collect())
}

/// What Meta said where it did not do what was asked.
fn refusal(answer: &Answer) -> String {
    let words = answer.json()["error"]["message"].as_str().map(str::to_owned);
    words.unwrap_or_else(|| format!("HTTP {} without an error of Meta's", answer.status))
}

fn of_token(number: &Result<Answer, String>) -> Found {
    match number {
        Ok(answer) if answer.is_success() => {
            (State::Good, "Meta takes the access token, and it may read the number".into())
        }
        Ok(answer) if answer.json()["error"]["code"] == CODE_TOKEN => {
            let detail = format!(
                "Meta refuses the access token ({}): give a new one by `posthaste sender add`",
                refusal(answer)
            );
            (State::Bad, detail)
        }
        Ok(answer) if answer.status < 500 => {
            let detail = format!(
                "the access token may not read the number ({}): is it a number of the token's account?",
                refusal(answer)
            );
            (State::Bad, detail)
        }
        Ok(answer) => (State::Unsure, format!("Meta is unwell: {}", refusal(answer))),
        Err(error) => (State::Unsure, format!("Meta was not reached: {error}")),
    }
}

/// A time, or that there was none.
fn at(ms: Option<i64>) -> String {
    ms.map_or_else(|| "never".to_owned(), |ms| Millis(ms).to_string())
}

async fn of_arrivals(desk: &Desk, tenant: TenantId, sender_id: &str) -> Result<Found, DeskError> {
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let seen = arrivals().bind(&*tx, &tenant.0, &sender_id).one().await?;
    tx.rollback().await?;
    let detail = format!("newest message of a person: {}; newest status: {}", at(seen.inbound_ms), at(seen.report_ms));
    if seen.inbound_ms.is_some() || seen.report_ms.is_some() {
        return Ok((State::Good, detail));
    }
    Ok((State::Unsure, format!("{detail}; if the other steps are good, write to the number and look again")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(super) fn answer(status: u16, body: &Value) -> Result<Answer, String> {
        Ok(Answer { status, body: body.to_string().into() })
    }

    pub(super) fn refused(status: u16, code: i64) -> Result<Answer, String> {
        answer(status, &json!({ "error": { "code": code, "message": "words" } }))
    }

    #[test]
    fn a_refused_token_is_told_from_one_of_another_account_and_from_silence() {
        for (number, state, hint) in [
            (answer(200, &json!({ "id": "106" })), State::Good, "may read"),
            (refused(401, 190), State::Bad, "sender add"),
            (refused(400, 100), State::Bad, "token's account"),
            (refused(503, 2), State::Unsure, "unwell"),
            (Err("no connection".to_owned()), State::Unsure, "not reached"),
        ] {
            let (found, detail) = of_token(&number);
            assert!(found == state && detail.contains(hint), "{detail}");
        }
    }
}

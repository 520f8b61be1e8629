//! Why nothing arrives: the way of a number's webhooks, looked at step by step, from Meta to the store (Meta:
//! webhooks/create-webhook-endpoint, webhooks/override).

use futures_util::{StreamExt as _, stream};
use http::Method;
use posthaste_meta::Answer;
use posthaste_model::{Millis, TenantId};
use posthaste_sql::queries::management::{arrivals, whatsapp_numbers};
use serde_json::Value;

use crate::desk::{Desk, DeskError};

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
    /// An app is subscribed to the number's account.
    Subscription,
    /// Meta's webhooks go to an app that the edge knows.
    Callback,
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

/// Looks at every WhatsApp number of a tenant, at most [`NUMBERS_MAX`]. `apps` are the names that the edge takes webhooks
/// under. What Meta does not answer is unsure; only the store's silence is an error.
pub async fn diagnose(desk: &Desk, tenant: TenantId, apps: &[String]) -> Result<Vec<Finding>, DeskError> {
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let numbers = whatsapp_numbers().bind(&*tx, &tenant.0, &NUMBERS_MAX).all().await?;
    tx.rollback().await?;
    let looks = numbers.into_iter().map(|number| look(desk, tenant, number.sender_id, number.waba_id, apps));
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
    apps: &[String],
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
    let found = [
        (Step::Token, of_token(&number)),
        (Step::Subscription, of_subscription(&subscribed, &waba_id)),
        (Step::Callback, of_callback(&number, &subscribed, apps)),
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

fn of_subscription(subscribed: &Result<Answer, String>, waba_id: &str) -> Found {
    let answer = match subscribed {
        Ok(answer) if answer.is_success() => answer.json(),
        Ok(answer) => return (State::Unsure, format!("Meta does not tell: {}", refusal(answer))),
        Err(error) => return (State::Unsure, format!("Meta was not reached: {error}")),
    };
    let name = |app: &Value| app["whatsapp_business_api_data"]["name"].as_str().map(str::to_owned);
    match answer["data"].as_array().map(Vec::as_slice) {
        None | Some([]) => {
            let detail = format!(
                "no app is subscribed to account {waba_id}: POST /{waba_id}/subscribed_apps at Meta, with the app's token"
            );
            (State::Bad, detail)
        }
        Some(apps) => {
            let names: Vec<String> = apps.iter().map(|app| name(app).unwrap_or_else(|| "an app".into())).collect();
            (State::Good, format!("subscribed to account {waba_id}: {}", names.join(", ")))
        }
    }
}

/// Where Meta's webhooks go: an override of the number, else one of the account, else the app's own address.
fn of_callback(number: &Result<Answer, String>, subscribed: &Result<Answer, String>, apps: &[String]) -> Found {
    let json = |answer: &Result<Answer, String>| answer.as_ref().map(Answer::json).unwrap_or_default();
    let (number, subscribed) = (json(number), json(subscribed));
    let own = &number["webhook_configuration"];
    let account = &subscribed["data"][0]["override_callback_uri"];
    let places = [
        ("override of the number", &own["phone_number"]),
        ("override of the account", &own["whatsapp_business_account"]),
        ("override of the account", account),
        ("address of the app", &own["application"]),
    ];
    let given = places.into_iter().find_map(|(what, url)| Some((what, url.as_str().filter(|url| !url.is_empty())?)));
    let Some((what, url)) = given else {
        return (State::Unsure, "Meta does not tell where its webhooks go: look into the app's dashboard".into());
    };
    let app = url.split_once(EDGE_PATH).map(|(_, app)| app.trim_end_matches('/'));
    if app.is_some_and(|app| apps.iter().any(|own| own == app)) {
        return (State::Good, format!("webhooks go to {url} ({what})"));
    }
    let detail = format!(
        "webhooks go to {url} ({what}), which is no address of the edge: those end in {EDGE_PATH} and an app's name"
    );
    (State::Bad, detail)
}

async fn of_arrivals(desk: &Desk, tenant: TenantId, sender_id: &str) -> Result<Found, DeskError> {
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let seen = arrivals().bind(&*tx, &tenant.0, &sender_id).one().await?;
    tx.rollback().await?;
    let at = |ms: Option<i64>| ms.map_or_else(|| "never".to_owned(), |ms| Millis(ms).to_string());
    let detail = format!("newest message of a person: {}; newest status: {}", at(seen.inbound_ms), at(seen.report_ms));
    if seen.inbound_ms.is_some() || seen.report_ms.is_some() {
        return Ok((State::Good, detail));
    }
    let why = "if the other steps are good, look for refused signatures: posthaste_webhook_requests_total of the edge";
    Ok((State::Unsure, format!("{detail}; {why}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: &Value) -> Result<Answer, String> {
        Ok(Answer { status, body: body.to_string().into() })
    }

    fn refused(status: u16, code: i64) -> Result<Answer, String> {
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

    #[test]
    fn an_account_without_an_app_gets_nothing() {
        let app = json!({ "data": [{ "whatsapp_business_api_data": { "name": "Ours", "id": "1" } }] });
        assert_eq!(of_subscription(&answer(200, &app), "102").0, State::Good);
        let (state, detail) = of_subscription(&answer(200, &json!({ "data": [] })), "102");
        assert!(state == State::Bad && detail.contains("/102/subscribed_apps"), "{detail}");
        assert_eq!(of_subscription(&refused(403, 200), "102").0, State::Unsure);
    }

    #[test]
    fn the_innermost_override_decides_and_must_lead_to_the_edge() {
        let apps = ["main".to_owned()];
        let (ours, other) = ("https://hooks.example.org/webhooks/meta/main", "https://elsewhere.example.org/in");
        let nothing = answer(200, &json!({ "data": [] }));
        let found = |own: Value, subscribed: &Result<Answer, String>| {
            of_callback(&answer(200, &json!({ "webhook_configuration": own })), subscribed, &apps)
        };
        assert_eq!(found(json!({ "application": ours }), &nothing).0, State::Good);
        let (state, detail) = found(json!({ "phone_number": other, "application": ours }), &nothing);
        assert!(state == State::Bad && detail.contains("override of the number"), "{detail}");
        let account = answer(200, &json!({ "data": [{ "override_callback_uri": other }] }));
        assert_eq!(found(json!({ "application": ours }), &account).0, State::Bad);
        assert_eq!(found(json!({ "phone_number": ours, "application": other }), &account).0, State::Good);
        assert_eq!(found(json!({}), &nothing).0, State::Unsure);
    }
}

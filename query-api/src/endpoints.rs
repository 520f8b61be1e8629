//! A tenant's webhook receivers.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, Uri};
use posthaste_model::{Millis, topic};
use posthaste_sql::queries::api_endpoints;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::json;
use uuid::Uuid;
use warp::reply::Response;

use crate::State;
use crate::fields::Faults;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json, parse_json, with_location};

/// What an endpoint's id begins with.
const ID_PREFIX: &str = "whe_";
/// Bytes of a signing secret (Standard Webhooks: 24 to 64).
const SECRET_BYTES: usize = 24;
/// Longest app secret; Meta's have 32 characters.
const APP_SECRET_MAX: usize = 256;
/// Longest URL.
const URL_MAX: usize = 2048;
/// Endpoints of one tenant: each costs a cursor per partition.
const ENDPOINTS_MAX: i64 = 20;
/// What can be delivered.
const TOPICS: [&str; 3] = [topic::ACCOUNTS, topic::DELIVERY, topic::INBOUND];

fn public_id(id: Uuid) -> String {
    format!("{ID_PREFIX}{}", id.simple())
}

/// `POST /v1/webhook-endpoints`: the secret is in this answer and never again.
pub(crate) async fn create(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    request.content_type(&["application/json"])?;
    let body = parse_json(&request.bytes(state.config.body_bytes_max).await?)?;
    let faults = Faults::default();
    let (mut url, mut topics, mut form, mut app_secret) = (None, None, None, None);
    if let Some(object) = faults.object(&body) {
        object.only(&["url", "topics", "form", "app_secret"]);
        url = object.text("url", 1..=URL_MAX);
        topics = object.texts("topics", true);
        form = object.choice_or("form", Form::Event, Form::parse, "event or meta");
        app_secret = object.optional_text("app_secret", 1..=APP_SECRET_MAX);
    }
    check_secret(&faults, form, app_secret);
    if let Some(reason) = url.and_then(|url| url_fault(url, state.allow_private_addresses)) {
        faults.push("/url", Code::UrlInvalid, reason);
    }
    check_topics(&faults, topics.as_deref());
    faults.check()?;
    let (Some(url), Some(mut topics), Some(form)) = (url, topics, form) else { return Err(faults.problem()) };
    topics.sort_unstable();
    topics.dedup();
    let (id, own_secret) = (Uuid::now_v7(), new_secret()?);
    let secret = app_secret.unwrap_or(&own_secret);
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    if api_endpoints::count_endpoints().bind(&*tx).one().await? >= ENDPOINTS_MAX {
        tx.rollback().await?;
        return Err(Problem::new(Code::EndpointLimit, format!("there are {ENDPOINTS_MAX} endpoints already")));
    }
    let created_at = api_endpoints::insert_endpoint().bind(&*tx, &id, &url, &topics, &form.as_str()).one().await?;
    api_endpoints::insert_endpoint_secret().bind(&*tx, &id, &secret).await?;
    tx.commit().await?;
    let id = public_id(id);
    let mut body =
        json!({ "id": id, "url": url, "topics": topics, "form": form.as_str(), "created_at": Millis(created_at) });
    if form == Form::Event {
        body["secret"] = json!(secret);
    }
    Ok(with_location(json(StatusCode::CREATED, &body), &format!("/v1/webhook-endpoints/{id}")))
}

/// What a receiver is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Events, by Standard Webhooks.
    Event,
    /// Webhooks as Meta makes them.
    Meta,
}

impl Form {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Meta => "meta",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Event, Self::Meta].into_iter().find(|form| form.as_str() == text)
    }
}

/// Meta's form is signed with the secret that its receiver knows; the other one is signed with ours.
fn check_secret(faults: &Faults, form: Option<Form>, app_secret: Option<&str>) {
    match (form, app_secret) {
        (Some(Form::Meta), None) => {
            faults.push(
                "/app_secret",
                Code::FieldMissing,
                "give the app secret that the receiver checks signatures with",
            );
        }
        (Some(Form::Event), Some(_)) => {
            let detail = "only webhooks of the form meta are signed with it; leave it out";
            faults.push("/app_secret", Code::FieldInvalid, detail);
        }
        _ => {}
    }
}

fn check_topics(faults: &Faults, topics: Option<&[&str]>) {
    if topics.is_some_and(<[_]>::is_empty) {
        faults.push("/topics", Code::FieldInvalid, format!("name at least one of {}", TOPICS.join(", ")));
    }
    for (index, topic) in topics.into_iter().flatten().enumerate().filter(|(_, topic)| !TOPICS.contains(topic)) {
        let detail = format!("there is no topic \"{topic}\"; write {}", TOPICS.join(" or "));
        faults.push(format!("/topics/{index}"), Code::FieldInvalid, detail);
    }
}

/// `GET /v1/webhook-endpoints`; without the secrets.
pub(crate) async fn list(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_endpoints::list_endpoints().bind(&*tx).all().await?;
    tx.rollback().await?;
    let entries: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "id": public_id(row.endpoint_id),
                "url": row.url,
                "topics": row.topics,
                "form": row.form,
                "disabled_reason": row.disabled_reason,
                "created_at": Millis(row.created_at_ms),
            })
        })
        .collect();
    Ok(json(StatusCode::OK, &json!({ "data": entries, "next_cursor": null })))
}

/// `DELETE /v1/webhook-endpoints/{id}`
pub(crate) async fn remove(state: &State, request: Request) -> Answer {
    request.query.only(&[])?;
    let named = request.id().to_owned();
    let missing = || Problem::not_found("webhook endpoint", &named);
    let hex = named.strip_prefix(ID_PREFIX).filter(|hex| hex.len() == 32).ok_or_else(missing)?;
    let id = Uuid::try_parse(hex).map_err(|_| missing())?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let removed = api_endpoints::delete_endpoint().bind(&*tx, &id).await?;
    tx.commit().await?;
    if removed == 0 {
        return Err(missing());
    }
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// A signing secret as Standard Webhooks writes it.
fn new_secret() -> Result<String, Problem> {
    let mut bytes = [0; SECRET_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(Problem::internal)?;
    Ok(format!("whsec_{}", STANDARD.encode(bytes)))
}

/// Why a URL cannot be delivered to. Host names are resolved, and their addresses checked again, at each delivery.
fn url_fault(text: &str, private_allowed: bool) -> Option<&'static str> {
    let Ok(uri) = text.parse::<Uri>() else { return Some("write an absolute URL, such as https://example.com/hooks") };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Some("write an absolute URL, such as https://example.com/hooks");
    };
    if text.contains('#') || authority.as_str().contains('@') {
        return Some("leave user name and fragment away");
    }
    if scheme != "https" && !(scheme == "http" && private_allowed) {
        return Some("write a URL that begins with https://");
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Some("name a host");
    }
    let private = host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_private);
    (private && !private_allowed).then_some("name a public host; this address is reserved or private")
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(IpAddr::V4(v4)),
            None => {
                v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_urls_are_taken() {
        for good in ["https://example.com/hooks", "https://example.com:8443/a?b=c", "https://203.0.113.7/"] {
            assert_eq!(url_fault(good, false), None, "{good}");
        }
        for bad in [
            "example.com/hooks",
            "/hooks",
            "http://example.com/",
            "ftp://example.com/",
            "https://user:pw@example.com/",
            "https://example.com/#x",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://0.0.0.0/",
            "not a url",
        ] {
            assert!(url_fault(bad, false).is_some(), "{bad}");
        }
    }

    #[test]
    fn on_one_machine_private_receivers_may_be_allowed() {
        assert_eq!(url_fault("http://127.0.0.1:9000/hooks", true), None);
        assert!(url_fault("ftp://127.0.0.1:9000/hooks", true).is_some());
    }

    #[test]
    fn a_secret_has_the_form_of_standard_webhooks_and_is_new_each_time() {
        let secret = new_secret().expect("random bytes");
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").expect("the prefix")).expect("base64");
        assert_eq!(bytes.len(), SECRET_BYTES);
        assert_ne!(secret, new_secret().expect("random bytes"));
    }
}

//! One effect per `Idempotency-Key`: the first answer is kept for 72 hours and given again to the same request.
//!
//! Only answers that took effect are kept: a request that was refused may be corrected and sent again with its key.

use http::{HeaderValue, StatusCode};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_idempotency;
use ring::digest;
use warp::reply::Response;

use crate::problem::{Code, Problem};
use crate::request::{Request, text, with_location};

/// How long an answer is kept, in hours: longer than the retries of a job that runs over a weekend.
pub const RETENTION_HOURS: i32 = 72;
/// Most characters of a key.
const KEY_LENGTH_MAX: usize = 255;
/// Marks an answer that is given again.
pub(crate) const REPLAYED: &str = "idempotent-replayed";

/// What identifies a request: SHA-256 over method, path and body.
pub type Fingerprint = [u8; 32];

/// The key of a request, and what the request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The caller's key.
    pub(crate) key: String,
    /// The request.
    pub(crate) fingerprint: Fingerprint,
}

/// An answer that was given before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// HTTP status.
    pub(crate) status: u16,
    /// Body.
    pub(crate) body: String,
}

/// The fingerprint of a request. Lengths keep the parts apart.
pub(crate) fn fingerprint(method: &str, path: &str, body: &[u8]) -> Fingerprint {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [method.as_bytes(), path.as_bytes(), body] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(context.finish().as_ref());
    fingerprint
}

impl Key {
    /// The key of a request that costs money, or 400.
    pub(crate) fn of(request: &Request, body: &[u8]) -> Result<Self, Problem> {
        let value = request.headers.get("idempotency-key").ok_or_else(|| {
            Problem::new(Code::IdempotencyKeyMissing, "this request costs money: name it, so that it is done once")
        })?;
        let key =
            value.to_str().ok().map(str::trim).filter(|key| (1..=KEY_LENGTH_MAX).contains(&key.len())).ok_or_else(
                || {
                    Problem::new(
                        Code::IdempotencyKeyInvalid,
                        format!("a key has 1 to {KEY_LENGTH_MAX} printable ASCII characters"),
                    )
                },
            )?;
        Ok(Self { key: key.to_owned(), fingerprint: fingerprint(request.method.as_str(), &request.path, body) })
    }

    /// The answer that this request was given before. Another request with the same key is refused. Holds the key until
    /// the transaction ends, so that a second request waits for the first one's answer.
    pub(crate) async fn stored(&self, tx: &Tx) -> Result<Option<Stored>, Problem> {
        api_idempotency::lock_idempotency_key().bind(&**tx, &self.key).one().await?;
        let stored = self.found(tx).await?;
        if stored.is_none() {
            api_idempotency::delete_expired_idempotency().bind(&**tx, &self.key, &RETENTION_HOURS).await?;
        }
        Ok(stored)
    }

    /// The same without holding the key: for requests whose keys are claimed when they are committed.
    pub(crate) async fn found(&self, tx: &Tx) -> Result<Option<Stored>, Problem> {
        let found = api_idempotency::find_idempotency().bind(&**tx, &RETENTION_HOURS, &self.key).opt().await?;
        let Some(row) = found.filter(|row| !row.expired) else { return Ok(None) };
        if row.fingerprint != self.fingerprint {
            return Err(reused());
        }
        Ok(Some(Stored { status: u16::try_from(row.status).unwrap_or(500), body: row.body }))
    }

    /// Keeps the answer with what it reports, in one transaction. A row that is there already was written by another
    /// kind of request with the same key since [`Key::stored`] looked.
    pub(crate) async fn keep(&self, tx: &Tx, status: StatusCode, body: &str) -> Result<(), Problem> {
        let status = i32::from(status.as_u16());
        let fingerprint = self.fingerprint.as_slice();
        let kept = api_idempotency::insert_idempotency().bind(&**tx, &self.key, &fingerprint, &status, &body).await?;
        if kept == 1 { Ok(()) } else { Err(reused()) }
    }
}

/// The same key, another request.
pub(crate) fn reused() -> Problem {
    Problem::new(Code::IdempotencyKeyReused, "the key was used for a request with another method, path or body")
}

impl Stored {
    /// The first answer, once more.
    pub(crate) fn into_response(self) -> Response {
        let location = location_of(&self.body);
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = text(status, "application/json", self.body);
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        match location {
            Some(path) => with_location(response, &path),
            None => response,
        }
    }
}

/// Where the thing that an answer describes can be looked at, by the prefix of its id.
fn location_of(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    let id = value["id"].as_str()?;
    let collection = match id.split('_').next()? {
        "cmp" => "campaigns",
        "msg" => "messages",
        _ => return None,
    };
    Some(format!("/v1/{collection}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_requests_apart_and_nothing_else() {
        let base = fingerprint("POST", "/v1/messages", b"{}");
        assert_eq!(base, fingerprint("POST", "/v1/messages", b"{}"));
        for other in [
            fingerprint("PUT", "/v1/messages", b"{}"),
            fingerprint("POST", "/v1/campaigns", b"{}"),
            fingerprint("POST", "/v1/messages", b"{ }"),
            // The same bytes, cut elsewhere.
            fingerprint("POST", "/v1/messages{", b"}"),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_replayed_answer_says_so_and_where_the_thing_is() {
        let stored = Stored { status: 202, body: r#"{"id":"msg_1","status":"queued"}"#.into() };
        let response = stored.into_response();
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers()[REPLAYED], "true");
        assert_eq!(response.headers()["location"], "/v1/messages/msg_1");
    }
}

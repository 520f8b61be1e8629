//! A request as the handlers see it, and the one type of their answers.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use posthaste_model::Millis;
use serde_json::Value;
use warp::reply::Response;

use crate::auth::Caller;
use crate::problem::{Code, Problem};

/// Longest silence within a body.
pub(crate) const BODY_IDLE: Duration = Duration::from_secs(30);
/// Longest time for a whole body that is not an upload.
const BODY_TOTAL: Duration = Duration::from_secs(60);
/// Longest `X-Request-Id` that is taken over from the caller.
const REQUEST_ID_MAX: usize = 128;
/// Most levels of lists and objects in a body. What is accepted goes on within events of ours, some levels deeper, and
/// serde_json reads no more than 128.
const DEPTH_MAX: usize = 100;

/// What a handler gives.
pub(crate) type Answer = Result<Response, Problem>;

/// The bytes of a body as they arrive.
pub(crate) type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>>;

/// A request whose caller is known.
pub(crate) struct Request {
    /// Whose it is.
    pub(crate) caller: Caller,
    /// The method.
    pub(crate) method: Method,
    /// The path, without the query.
    pub(crate) path: String,
    /// The parts of the path that the route leaves open, decoded.
    pub(crate) captures: Vec<String>,
    /// Query parameters.
    pub(crate) query: Query,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// The body, not yet read.
    pub(crate) body: BodyStream,
}

impl Request {
    /// The part of the path that the route leaves open.
    pub(crate) fn id(&self) -> &str {
        self.captures.first().map_or("", String::as_str)
    }

    /// The body as bytes, at most `limit` of them.
    pub(crate) async fn bytes(&mut self, limit: u64) -> Result<Bytes, Problem> {
        refuse_announced(&self.headers, limit)?;
        let read = async {
            let mut bytes = BytesMut::new();
            while let Some(frame) = next_frame(&mut self.body, BODY_IDLE).await? {
                if (bytes.len() + frame.len()) as u64 > limit {
                    return Err(too_large(limit));
                }
                bytes.extend_from_slice(&frame);
            }
            Ok(bytes.freeze())
        };
        match tokio::time::timeout(BODY_TOTAL, read).await {
            Ok(result) => result,
            Err(_) => Err(request_timeout(BODY_TOTAL)),
        }
    }

    /// Checks that the body says it is of one of these media types; gives the one that it is.
    pub(crate) fn content_type(&self, allowed: &[&'static str]) -> Result<&'static str, Problem> {
        if let Some(encoding) = self.headers.get(header::CONTENT_ENCODING).filter(|value| *value != "identity") {
            let detail = format!("Content-Encoding {encoding:?} is not supported; send the body as it is");
            return Err(Problem::new(Code::ContentTypeUnsupported, detail));
        }
        let text = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = text.split(';').next().unwrap_or_default().trim();
        allowed.iter().copied().find(|allowed| allowed.eq_ignore_ascii_case(media)).ok_or_else(|| {
            let given = if media.is_empty() {
                "there is no Content-Type".to_owned()
            } else {
                format!("{media} is not supported here")
            };
            Problem::new(Code::ContentTypeUnsupported, format!("{given}; send {}", allowed.join(" or ")))
        })
    }
}

/// Refuses a body that announces itself as too large before it is sent.
pub(crate) fn refuse_announced(headers: &HeaderMap, limit: u64) -> Result<(), Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) { Err(too_large(limit)) } else { Ok(()) }
}

/// The next piece of a body; `None` at its end.
pub(crate) async fn next_frame(body: &mut BodyStream, idle: Duration) -> Result<Option<Bytes>, Problem> {
    match tokio::time::timeout(idle, body.next()).await {
        Err(_) => Err(request_timeout(idle)),
        Ok(None) => Ok(None),
        Ok(Some(Ok(frame))) => Ok(Some(frame)),
        Ok(Some(Err(error))) => Err(Problem::new(Code::BodyInvalid, format!("the body broke off: {error}"))),
    }
}

pub(crate) fn too_large(limit: u64) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("a body may have {limit} bytes here"))
}

fn request_timeout(limit: Duration) -> Problem {
    Problem::new(Code::RequestTimeout, format!("nothing more of the body arrived within {} s", limit.as_secs()))
}

/// Reads a JSON document of at most [`DEPTH_MAX`] levels.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Value, Problem> {
    let value = serde_json::from_slice(bytes)
        .map_err(|error| Problem::new(Code::BodyInvalid, format!("the body is not JSON: {error}")))?;
    if depth(&value) > DEPTH_MAX {
        let detail = format!("the body has lists and objects within each other to more than {DEPTH_MAX} levels");
        return Err(Problem::new(Code::BodyInvalid, detail));
    }
    Ok(value)
}

/// How many lists and objects stand within each other.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The parameters behind the `?`: numbers, cursors and names, in which nothing is percent-encoded; [`Query::decoded`] takes others.
#[derive(Debug, Default)]
pub(crate) struct Query(HashMap<String, String>);

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect(),
        )
    }

    /// Refuses parameters that the route does not know: a misspelt one would silently do nothing.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.0.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) if known.is_empty() => {
                Err(Problem::new(Code::QueryInvalid, format!("there is no parameter {key}; this route has none")))
            }
            Some(key) => Err(Problem::new(
                Code::QueryInvalid,
                format!("there is no parameter {key}; known here: {}", known.join(", ")),
            )),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A value that may be encoded as in a form.
    pub(crate) fn decoded(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let plain = percent_decode(&text.replace('+', " ")).filter(|plain| !plain.contains('\0'));
        plain.map(Some).ok_or_else(|| Problem::new(Code::QueryInvalid, format!("{name} is not percent-encoded UTF-8")))
    }

    /// A whole number within a range.
    pub(crate) fn number(&self, name: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(Problem::new(
                Code::QueryInvalid,
                format!("{name} must be a whole number from {} to {}", range.start(), range.end()),
            )),
        }
    }
}

/// Decodes `%XX` in a segment of a path; `None` where that gives no UTF-8.
pub(crate) fn percent_decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The caller's `X-Request-Id` where it is plain, else one of ours.
pub(crate) fn request_id(headers: &HeaderMap) -> String {
    let plain = |text: &&str| {
        (1..=REQUEST_ID_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(|| format!("req_{}", uuid::Uuid::now_v7().simple()), str::to_owned)
}

/// The present instant.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    Millis(i64::try_from(since.as_millis()).expect("the clock is before the year 292 million"))
}

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, value: &Value) -> Response {
    text(status, "application/json", value.to_string())
}

/// An answer with a body of some media type.
pub(crate) fn text(status: StatusCode, media: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// Adds where the thing that was made can be looked at.
pub(crate) fn with_location(mut response: Response, path: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_falls_silent_is_given_up() {
        let begun = futures_util::stream::iter([Ok(Bytes::from_static(b"to,1"))]);
        let mut body: BodyStream = Box::pin(begun.chain(futures_util::stream::pending()));
        let idle = Duration::from_millis(10);
        assert_eq!(next_frame(&mut body, idle).await.unwrap(), Some(Bytes::from_static(b"to,1")));
        assert_eq!(next_frame(&mut body, idle).await.unwrap_err().code, Code::RequestTimeout);
    }

    #[test]
    fn a_body_is_nested_as_deep_as_the_pipeline_can_read_it() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_json(nested(DEPTH_MAX).as_bytes()).is_ok());
        for levels in [DEPTH_MAX + 1, 100_000] {
            assert_eq!(parse_json(nested(levels).as_bytes()).unwrap_err().code, Code::BodyInvalid, "{levels}");
        }
    }

    #[test]
    fn a_segment_is_decoded_or_refused() {
        assert_eq!(percent_decode("%2B1631%20x").as_deref(), Some("+1631 x"));
        assert_eq!(percent_decode("+1631").as_deref(), Some("+1631"));
        for bad in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(percent_decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_request_id_is_echoed_only_if_it_is_plain() {
        let headers = |text: &'static str| {
            HeaderMap::from_iter([("x-request-id".parse().unwrap(), HeaderValue::from_static(text))])
        };
        assert_eq!(request_id(&headers("abc-1.2_3")), "abc-1.2_3");
        for bad in ["", "a b", "a\"b", "<x>"] {
            assert!(request_id(&headers(bad)).starts_with("req_"), "{bad}");
        }
    }

    #[test]
    fn query_numbers_are_checked_and_unknown_names_refused() {
        let query = Query::parse("limit=10&cursor=abc");
        assert_eq!(query.number("limit", 1..=200).unwrap(), Some(10));
        assert_eq!(query.number("limit", 1..=5).unwrap_err().code, Code::QueryInvalid);
        let encoded = Query::parse("a=image%2Fpng+1&b=%ff");
        assert_eq!(encoded.decoded("a").unwrap().as_deref(), Some("image/png 1"));
        assert_eq!(encoded.decoded("b").unwrap_err().code, Code::QueryInvalid);
        assert!(query.only(&["limit", "cursor"]).is_ok());
        assert_eq!(query.only(&["limit"]).unwrap_err().code, Code::QueryInvalid);
    }
}

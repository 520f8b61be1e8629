//! Answers in the form of the Graph API.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::Full;
use serde::Serialize;

use crate::error::GraphError;

/// What a call is answered with, or why it is refused.
pub(crate) type Outcome = Result<Response<Full<Bytes>>, GraphError>;

/// 200 with a JSON body.
pub(crate) fn ok(value: &impl Serialize) -> Response<Full<Bytes>> {
    typed(StatusCode::OK, serde_json::to_vec(value).expect("strings, numbers and JSON always serialise"))
}

/// A refusal.
pub(crate) fn refused(error: &GraphError, trace: &str) -> Response<Full<Bytes>> {
    typed(error.http, error.body(trace))
}

/// JSON as Meta types it.
pub(crate) fn typed(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json; charset=UTF-8");
    response.body(Full::new(body.into())).expect("the headers are valid")
}

/// An answer as it comes from a proxy in front of Graph: without Meta's error body, sometimes HTML.
pub(crate) fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    let page = match status {
        StatusCode::INTERNAL_SERVER_ERROR => String::new(),
        other => format!("<html><head><title>{other}</title></head><body><h1>{other}</h1></body></html>"),
    };
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "text/html; charset=utf-8");
    response.body(Full::new(page.into())).expect("the headers are valid")
}

/// How far limits are used up, in percent; 0 is not told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage<'a> {
    pub(crate) app: u16,
    pub(crate) account: u16,
    /// The account's id.
    pub(crate) waba: &'a str,
}

/// Minutes for which an account must wait that has used up its calls.
const WAIT_MINUTES: u16 = 5;

/// Adds what every answer of Graph has: its trace, its version and, where there is any to tell, the usage of the app's and the account's
/// limits (Meta: graph-api/overview/rate-limiting).
pub(crate) fn stamped(mut answer: Response<Full<Bytes>>, trace: &str, usage: Usage<'_>) -> Response<Full<Bytes>> {
    let headers = answer.headers_mut();
    headers.insert("x-fb-trace-id", trace.parse().expect("a trace is letters and digits"));
    headers.insert("facebook-api-version", http::HeaderValue::from_static("v23.0"));
    let value = |text: String| text.parse().expect("JSON of digits and words is a header's value");
    if usage.app > 0 {
        let told = format!(r#"{{"call_count":{},"total_time":1,"total_cputime":1}}"#, usage.app);
        headers.insert("x-app-usage", value(told));
    }
    if usage.account > 0 {
        let wait = if usage.account >= 100 { WAIT_MINUTES } else { 0 };
        let told = serde_json::json!({ usage.waba: [{
            "type": "whatsapp_business_management",
            "call_count": usage.account,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": wait,
        }] });
        headers.insert("x-business-use-case-usage", value(told.to_string()));
    }
    answer
}

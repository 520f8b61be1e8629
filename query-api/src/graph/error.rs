//! Problems in the form of Meta's errors (Meta: support/error-codes), with the codes that client libraries decide on.

use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use warp::reply::Response;

use crate::problem::{Code, Problem};

/// Status, code and title of Meta's error for a problem.
fn of(problem: &Problem) -> (u16, i64, &'static str) {
    let first = problem.errors.first().map_or(problem.code.as_str(), |error| error.code);
    let code = Code::ALL.iter().find(|code| code.as_str() == first).copied().unwrap_or(problem.code);
    match code {
        Code::ApiKeyMissing | Code::ApiKeyInvalid => (401, 190, "Invalid OAuth access token."),
        Code::SenderUnknown | Code::NotFound | Code::RouteUnknown => {
            (400, 100, "Unsupported request. Object does not exist")
        }
        Code::TemplateUnknown | Code::TemplateLanguageUnknown => (404, 132_001, "Template does not exist"),
        Code::TemplateNotApproved => (400, 132_015, "Template is paused or not approved"),
        Code::ParameterCount => (400, 132_000, "Number of parameters does not match the expected number of params"),
        Code::ParameterForbidden | Code::ParameterTooLong | Code::ParameterMissing | Code::ParameterFormat => {
            (400, 132_012, "Parameter format does not match format in the created template")
        }
        Code::WindowClosed => (400, 131_047, "Re-engagement message"),
        Code::OptedOut => (400, 131_050, "User has stopped receipt of marketing messages"),
        Code::NumberRequired => (400, 131_062, "Recipient needs a phone number"),
        Code::FieldMissing => (400, 131_008, "Required parameter is missing"),
        Code::FieldInvalid | Code::FieldUnknown => (400, 131_009, "Parameter value is not valid"),
        Code::NotMarketing => (400, 134_100, "Only marketing messages supported"),
        Code::TypeForbidden => (400, 131_055, "Method not allowed"),
        Code::TypeUnsupported => (400, 131_051, "Unsupported message type"),
        Code::UserIdForbidden => (400, 131_062, "Business-scoped user id not supported"),
        Code::MediaInvalid => (400, 131_053, "Media upload error"),
        Code::RegistrationLimit => (400, 133_016, "Account register deregister rate limit exceeded"),
        // Meta: 80007, too many calls about an account.
        Code::TooManyCalls => (429, 80_007, "Rate limit issues"),
        Code::BacklogFull | Code::TooManyUploads => (429, 130_429, "Rate limit hit"),
        Code::MethodNotAllowed => (405, 100, "Unsupported request"),
        _ if problem.code.status() >= 500 => (problem.code.status(), 131_016, "Service unavailable"),
        _ => (400, 100, "Invalid parameter"),
    }
}

/// The answer; `trace` is the request's id.
pub(crate) fn response(problem: Problem, trace: &str) -> Response {
    let (status, code, title) = of(&problem);
    let document = json!({ "error": {
        "message": format!("(#{code}) {title}"),
        "type": "OAuthException",
        "code": code,
        "error_data": { "messaging_product": "whatsapp", "details": problem.detail },
        "fbtrace_id": trace,
    } });
    let mut response = Response::new(document.to_string().into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().extend(problem.headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::FieldError;

    #[test]
    fn the_code_is_that_of_the_first_fault() {
        let fault = |code: Code| {
            let error = FieldError { pointer: "/to".into(), code: code.as_str(), detail: "d".into() };
            of(&Problem::validation(vec![error])).1
        };
        assert_eq!((fault(Code::WindowClosed), fault(Code::OptedOut)), (131_047, 131_050));
        assert_eq!((fault(Code::FieldMissing), fault(Code::FieldInvalid)), (131_008, 131_009));
        assert_eq!(of(&Problem::new(Code::ApiKeyInvalid, "")).0, 401);
        assert_eq!(of(&Problem::new(Code::StoreUnavailable, "")).1, 131_016);
        let response = response(Problem::new(Code::BacklogFull, "full").retry_after(7), "req_1");
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &HeaderValue::from(7)));
    }
}

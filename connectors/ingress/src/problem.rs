//! Refusals of the edge as problem documents (RFC 9457).

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use posthaste_meta::SignatureError;
use posthaste_meta::signature::HEADER;
use serde::Serialize;
use warp::reply::Response;

use crate::service::{APPEND_TIMEOUT, BODY_BYTES_MAX, BODY_TIMEOUT};

/// Seconds after which a webhook that the log could not take is welcome again; Meta has its own schedule.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// Why a request is not answered 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such route.
    RouteUnknown,
    /// The route has other methods.
    MethodNotAllowed,
    /// The app in the URL is not configured.
    AppUnknown,
    /// The handshake is not one, or its token is wrong.
    VerifyTokenInvalid,
    /// The body is not announced as JSON.
    ContentTypeUnsupported,
    /// The signature is missing, malformed or wrong.
    Signature(SignatureError),
    /// The body is larger than [`BODY_BYTES_MAX`].
    BodyTooLarge,
    /// The body ended before its announced length.
    BodyIncomplete,
    /// The body did not arrive within [`BODY_TIMEOUT`].
    BodyTimeout,
    /// The log did not take the body, or did not say so within [`APPEND_TIMEOUT`].
    LogUnavailable,
}

#[derive(Serialize)]
struct Document {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
}

impl Refusal {
    /// Every refusal, for documentation and tests.
    pub const ALL: [Self; 12] = [
        Self::RouteUnknown,
        Self::MethodNotAllowed,
        Self::AppUnknown,
        Self::VerifyTokenInvalid,
        Self::ContentTypeUnsupported,
        Self::Signature(SignatureError::Missing),
        Self::Signature(SignatureError::Malformed),
        Self::Signature(SignatureError::Invalid),
        Self::BodyTooLarge,
        Self::BodyIncomplete,
        Self::BodyTimeout,
        Self::LogUnavailable,
    ];

    /// The stable code: in the document's `code`, and the `result` of `posthaste_webhook_requests_total`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RouteUnknown => "route_unknown",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::AppUnknown => "app_unknown",
            Self::VerifyTokenInvalid => "verify_token_invalid",
            Self::ContentTypeUnsupported => "content_type_unsupported",
            Self::Signature(SignatureError::Missing) => "signature_missing",
            Self::Signature(SignatureError::Malformed) => "signature_malformed",
            Self::Signature(SignatureError::Invalid) => "signature_invalid",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyIncomplete => "body_invalid",
            Self::BodyTimeout => "request_timeout",
            Self::LogUnavailable => "log_unavailable",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::RouteUnknown | Self::AppUnknown => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::VerifyTokenInvalid => StatusCode::FORBIDDEN,
            Self::ContentTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Signature(_) => StatusCode::UNAUTHORIZED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyIncomplete => StatusCode::BAD_REQUEST,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::LogUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::RouteUnknown => "There is no such route",
            Self::MethodNotAllowed => "The route does not take this method",
            Self::AppUnknown => "There is no such app",
            Self::VerifyTokenInvalid => "The handshake's verify token is wrong",
            Self::ContentTypeUnsupported => "The body is not JSON",
            Self::Signature(SignatureError::Missing) => "The header X-Hub-Signature-256 is missing",
            Self::Signature(SignatureError::Malformed) => "The header X-Hub-Signature-256 is malformed",
            Self::Signature(SignatureError::Invalid) => "The signature does not fit the body",
            Self::BodyTooLarge => "The body is too large",
            Self::BodyIncomplete => "The body is incomplete",
            Self::BodyTimeout => "The body did not arrive in time",
            Self::LogUnavailable => "The log did not acknowledge the webhook",
        }
    }

    fn detail(self) -> String {
        match self {
            Self::RouteUnknown => "the edge has /webhooks/meta/{app} and /healthz".to_owned(),
            Self::MethodNotAllowed => "/webhooks/meta/{app} takes GET and POST, /healthz GET".to_owned(),
            Self::AppUnknown => "configure [edge.apps.<app>], or correct the URL in Meta's dashboard".to_owned(),
            Self::VerifyTokenInvalid => {
                "hub.mode must be subscribe, and hub.verify_token one of edge.apps.<app>.verify_tokens".to_owned()
            }
            Self::ContentTypeUnsupported => "send the header Content-Type: application/json".to_owned(),
            Self::Signature(error) => format!("{error}; {HEADER} is made with the app's secret over the raw body"),
            Self::BodyTooLarge => format!("a body has at most {BODY_BYTES_MAX} bytes"),
            Self::BodyIncomplete => "the body ended before the announced length; send it again".to_owned(),
            Self::BodyTimeout => {
                format!("the whole body must arrive within {} s; send it again", BODY_TIMEOUT.as_secs())
            }
            Self::LogUnavailable => {
                format!("there was no acknowledgement within {} s; send it again", APPEND_TIMEOUT.as_secs())
            }
        }
    }

    /// The answer.
    pub(crate) fn into_response(self) -> Response {
        let document = Document {
            r#type: format!("/errors#{}", self.code()),
            title: self.title(),
            status: self.status().as_u16(),
            detail: self.detail(),
            code: self.code(),
        };
        let body = serde_json::to_vec(&document).expect("strings and numbers always serialize");
        let mut response = Response::new(body.into());
        *response.status_mut() = self.status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self == Self::LogUnavailable {
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response
    }
}

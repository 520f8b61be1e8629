//! Errors of Messenger and Instagram (Meta: messenger-platform/error-codes).

use http::StatusCode;

use super::{Form, GraphError, throttle_status};

impl GraphError {
    fn page(http: StatusCode, code: u32, details: impl Into<String>) -> Self {
        Self { form: Form::Message, ..Self::new(http, code, "", details) }
    }

    pub(crate) fn no_page_token() -> Self {
        let details = "Invalid OAuth access token: absent, or not the one of this page.";
        Self::page(StatusCode::UNAUTHORIZED, 190, details)
    }

    pub(crate) fn page_parameter(details: impl Into<String>) -> Self {
        Self::page(StatusCode::BAD_REQUEST, 100, details)
    }

    /// Nobody of this id has written to the page (Meta: messenger-platform/error-codes).
    pub(crate) fn no_person() -> Self {
        Self { subcode: Some(2_018_001), ..Self::page_parameter("No matching user found") }
    }

    pub(crate) fn person_unavailable() -> Self {
        Self::page(StatusCode::BAD_REQUEST, 551, "This person isn't available right now.")
    }

    pub(crate) fn outside_window() -> Self {
        let details = "This message is sent outside of allowed window.";
        Self { subcode: Some(2_018_278), ..Self::page(StatusCode::FORBIDDEN, 10, details) }
    }

    /// A limit of the app (4), the page (32) or of a kind of call (613).
    pub(crate) fn page_rate(code: u32, http429: bool) -> Self {
        let details = match code {
            4 => "Application request limit reached",
            32 => "Page request limit reached",
            _ => "Calls to this api have exceeded the rate limit.",
        };
        Self::page(throttle_status(http429), code, details)
    }

    /// Any code, as ordered.
    pub(crate) fn page_ordered(code: u32, http429: bool) -> Self {
        let ordered = Self::ordered(code, http429);
        Self::page(ordered.http, code, ordered.details)
    }
}

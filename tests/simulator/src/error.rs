//! Errors: those of the simulator itself, and those that it answers as Meta would.

mod page;

use std::net::SocketAddr;

use http::StatusCode;
use serde::Serialize;

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// An option is out of range or contradicts another.
    #[error("{option}: {reason}")]
    Option {
        /// The option, as written on the command line.
        option: &'static str,
        /// What is wrong and what to give instead.
        reason: String,
    },
    /// A scenario is wrong.
    #[error("{file}, line {line}: {reason}")]
    Scenario {
        /// Its name.
        file: String,
        /// Where, from 1.
        line: usize,
        /// What is wrong, and with which key.
        reason: String,
    },
    /// The address cannot be listened on.
    #[error("--listen {addr}: {source}; choose another address, or port 0 for a free one")]
    Bind {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The callback did not answer the GET handshake with 200 and the challenge.
    #[error("callback {url} is not verified: {reason}; check that it is reachable and knows --verify-token")]
    Handshake {
        /// The callback.
        url: String,
        /// What the last try met.
        reason: String,
    },
}

impl SimulatorError {
    pub(crate) fn option(option: &'static str, reason: impl Into<String>) -> Self {
        Self::Option { option, reason: reason.into() }
    }
}

/// An error as Meta reports it (Meta: support/error-codes). `code` is its only stable discriminator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(crate) http: StatusCode,
    pub(crate) code: u32,
    title: &'static str,
    details: String,
    subcode: Option<u32>,
    transient: bool,
    form: Form,
}

/// How the details are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In the object `error_data`.
    Object,
    /// As `error_data` itself.
    Text,
    /// As the message, as Messenger and Instagram do.
    Message,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    message: String,
    r#type: &'static str,
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_subcode: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_data: Option<ErrorData<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_transient: bool,
    fbtrace_id: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ErrorData<'a> {
    Object(Data<'a>),
    Text(&'a str),
}

#[derive(Serialize)]
struct Data<'a> {
    messaging_product: &'static str,
    details: &'a str,
}

impl GraphError {
    fn new(http: StatusCode, code: u32, title: &'static str, details: impl Into<String>) -> Self {
        Self { http, code, title, details: details.into(), subcode: None, transient: false, form: Form::Object }
    }

    fn refused(code: u32, title: &'static str, details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title, details)
    }

    pub(crate) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            190,
            "Invalid OAuth access token",
            "The bearer token is absent or not the one that this simulator was started with.",
        )
    }

    pub(crate) fn unknown_number(id: &str) -> Self {
        Self::refused(
            33,
            "Parameter value is not valid",
            format!("The phone number {id} does not exist or the token has no access to it."),
        )
    }

    pub(crate) fn unknown_path(method: &http::Method, path: &str) -> Self {
        let details = format!("{method} {path} is not simulated; the simulator's README lists what is.");
        Self::new(StatusCode::NOT_FOUND, 2500, "Unknown path components", details)
    }

    pub(crate) fn parameter(details: impl Into<String>) -> Self {
        Self::refused(100, "Invalid parameter", details)
    }

    pub(crate) fn missing(details: impl Into<String>) -> Self {
        Self::refused(131_008, "Required parameter is missing", details)
    }

    pub(crate) fn value(details: impl Into<String>) -> Self {
        Self::refused(131_009, "Parameter value is not valid", details)
    }

    /// A file that is not taken, or not by this kind of message.
    pub(crate) fn upload(details: impl Into<String>) -> Self {
        Self::refused(131_053, "Media upload error", details)
    }

    /// What is known by no id, or has been deleted.
    pub(crate) fn no_node(id: &str) -> Self {
        let details = format!(
            "Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or has expired."
        );
        Self { subcode: Some(33), ..Self::parameter(details) }
    }

    pub(crate) fn no_attachment() -> Self {
        let details = "The address has expired or its file is gone; ask for a new one by the media id.";
        Self { http: StatusCode::NOT_FOUND, ..Self::parameter(details) }
    }

    pub(crate) fn to_self() -> Self {
        Self::refused(131_021, "Recipient cannot be sender", "Sender and recipient phone number is the same.")
    }

    pub(crate) fn no_template(name: &str, language: &str) -> Self {
        let details = format!("template name ({name}) does not exist in {language}");
        Self::new(StatusCode::NOT_FOUND, 132_001, "Template name does not exist in the translation", details)
    }

    pub(crate) fn parameter_count(component: &str, expected: usize, given: usize) -> Self {
        let details = format!(
            "{component}: number of localizable_params ({given}) does not match the expected number of params ({expected})"
        );
        Self::refused(132_000, "Number of parameters does not match the expected number of params", details)
    }

    pub(crate) fn parameter_format(details: impl Into<String>) -> Self {
        Self::refused(132_012, "Parameter format does not match format in the created template", details)
    }

    pub(crate) fn parameter_text(details: impl Into<String>) -> Self {
        Self::refused(132_018, "There is an issue with the parameters in your template", details)
    }

    /// A callback that does not answer its handshake (code seen in practice; Meta's table has none).
    pub(crate) fn callback(details: impl Into<String>) -> Self {
        Self::refused(2_200, "Callback verification failed", details)
    }

    pub(crate) fn needs_phone() -> Self {
        let details = "Authentication templates can be sent to phone numbers alone, not to business-scoped user ids.";
        Self::refused(131_062, "Business-scoped user id not supported", details)
    }

    pub(crate) fn unsupported(details: impl Into<String>) -> Self {
        Self::refused(131_051, "Unsupported message type", details)
    }

    pub(crate) fn only_marketing() -> Self {
        Self::refused(131_055, "Method not allowed", "Only templates of category MARKETING can be sent here.")
    }

    pub(crate) fn marketing_is_off() -> Self {
        let details = "Marketing is disabled on Cloud API for this account; send it to /marketing_messages.";
        Self::refused(131_063, "Marketing messages disabled on Cloud API", details)
    }

    pub(crate) fn not_marketing(name: &str) -> Self {
        let details = format!("Template ({name}) is not of category MARKETING.");
        Self::refused(134_100, "Only marketing messages supported", details)
    }

    pub(crate) fn template_syncing(name: &str) -> Self {
        let details = format!("Template ({name}) is new and being synchronised; try again in about ten minutes.");
        Self::refused(134_101, "Template syncing in progress", details)
    }

    /// An error of creating templates: its code is a subcode of 100 in some answers, so that it is told as both.
    fn template(code: u32, title: &'static str, details: impl Into<String>) -> Self {
        Self { subcode: Some(code), ..Self::refused(code, title, details) }
    }

    pub(crate) fn template_exists(name: &str, language: &str) -> Self {
        Self::template(
            2_388_024,
            "Content in this language already exists",
            format!("There is {name} in {language} already."),
        )
    }

    pub(crate) fn template_being_deleted(name: &str, language: &str) -> Self {
        let details = format!("{name} in {language} is being deleted; its name can be used again after 30 days.");
        Self::template(2_388_023, "Message template language is being deleted", details)
    }

    pub(crate) fn templates_exceeded(most: usize) -> Self {
        Self::template(2_388_019, "Message template limit exceeded", format!("The account may have {most} templates."))
    }

    pub(crate) fn template_length(details: impl Into<String>) -> Self {
        Self::template(2_388_040, "Character limit exceeded", details)
    }

    pub(crate) fn template_header(details: impl Into<String>) -> Self {
        Self::template(2_388_047, "Message header format is incorrect", details)
    }

    pub(crate) fn template_body(details: impl Into<String>) -> Self {
        Self::template(2_388_072, "Message body format is incorrect", details)
    }

    pub(crate) fn template_footer(details: impl Into<String>) -> Self {
        Self::template(2_388_073, "Message footer format is incorrect", details)
    }

    pub(crate) fn template_edges(details: impl Into<String>) -> Self {
        Self::template(2_388_299, "Leading or trailing parameters are not allowed", details)
    }

    /// An error of registering or verifying a number.
    pub(crate) fn of_registration(code: u32, title: &'static str, details: impl Into<String>) -> Self {
        Self::refused(code, title, details)
    }

    pub(crate) fn app_rate(http429: bool) -> Self {
        let details = "The app has used up its calls of the hour.";
        Self::new(throttle_status(http429), 4, "Application request limit reached", details)
    }

    /// The account is banned.
    pub(crate) fn locked() -> Self {
        let details = "The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform policy.";
        Self::new(StatusCode::FORBIDDEN, 131_031, "Business Account locked", details)
    }

    /// The account may not send this kind of message for a while.
    pub(crate) fn restricted() -> Self {
        let details = "The WhatsApp Business Account is restricted from messaging users because of policy violations.";
        Self::new(StatusCode::FORBIDDEN, 368, "Temporarily blocked for policies violations", details)
    }

    /// The account may not send utility templates for a while.
    pub(crate) fn misclassified() -> Self {
        let details = "Utility templates of this account are limited because templates were classified wrongly.";
        Self::refused(131_064, "Limited due to template classification violations", details)
    }

    /// Any code, as ordered; its HTTP status is that of Meta's tables where it is not 400.
    pub(crate) fn ordered(code: u32, http429: bool) -> Self {
        let http = match code {
            0 | 190 => StatusCode::UNAUTHORIZED,
            3 | 10 | 200..=299 | 368 | 130_497 | 131_005 | 131_031 => StatusCode::FORBIDDEN,
            1 | 131_000 | 131_016 | 131_057 => StatusCode::INTERNAL_SERVER_ERROR,
            2 | 133_004 => StatusCode::SERVICE_UNAVAILABLE,
            4 | 32 | 613 | 80_007 | 130_429 | 131_048 | 131_056 => throttle_status(http429),
            _ => StatusCode::BAD_REQUEST,
        };
        let transient = http.is_server_error();
        Self { transient, ..Self::new(http, code, "Refused", "The simulator was told to refuse this.") }
    }

    /// Too many calls about the account.
    pub(crate) fn account_rate(http429: bool, details: impl Into<String>) -> Self {
        Self::new(throttle_status(http429), 80_007, "Rate limit issues", details)
    }

    pub(crate) fn window_closed() -> Self {
        let details = "Message failed to send because more than 24 hours have passed since the customer last replied to this number.";
        Self::refused(131_047, "Re-engagement message", details)
    }

    pub(crate) fn template_paused(name: &str) -> Self {
        Self::refused(132_015, "Template is Paused", format!("Template ({name}) is paused due to low quality."))
    }

    pub(crate) fn template_disabled(name: &str) -> Self {
        Self::refused(
            132_016,
            "Template is Disabled",
            format!("Template ({name}) was paused too often and is disabled."),
        )
    }

    pub(crate) fn throughput(http429: bool) -> Self {
        let details = "Message failed to send because there were too many messages sent from this phone number in a short period of time";
        Self::new(throttle_status(http429), 130_429, "Rate limit hit", details)
    }

    pub(crate) fn pair(http429: bool) -> Self {
        let details = "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time";
        Self::new(
            throttle_status(http429),
            131_056,
            "(Business Account, Consumer Account) pair rate limit hit",
            details,
        )
    }

    /// The simulator cannot go on; no behaviour of Meta, but told in its form.
    pub(crate) fn exhausted(details: impl Into<String>) -> Self {
        Self { transient: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, 131_016, "Service unavailable", details) }
    }

    /// The same, with `error_data` as a text.
    pub(crate) fn with_text(self) -> Self {
        Self { form: Form::Text, ..self }
    }

    /// The body of the answer.
    pub(crate) fn body(&self, fbtrace_id: &str) -> Vec<u8> {
        let title = if self.form == Form::Message { &self.details } else { self.title };
        let error_data = match self.form {
            Form::Object => Some(ErrorData::Object(Data { messaging_product: "whatsapp", details: &self.details })),
            Form::Text => Some(ErrorData::Text(&self.details)),
            Form::Message => None,
        };
        let inner = Inner {
            message: format!("(#{}) {title}", self.code),
            r#type: "OAuthException",
            code: self.code,
            error_subcode: self.subcode,
            error_data,
            is_transient: self.transient,
            fbtrace_id,
        };
        serde_json::to_vec(&Body { error: inner }).expect("strings and numbers always serialise")
    }
}

/// Meta's tables say 400, many traces say 429.
fn throttle_status(http429: bool) -> StatusCode {
    if http429 { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::BAD_REQUEST }
}

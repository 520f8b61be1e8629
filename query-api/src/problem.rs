//! Every error that a user can meet, in one enum: its code, its text and what to do about it.
//!
//! An answer is a problem document (RFC 9457): `type`, `title`, `status`, `detail`, `instance`, `code` and, where a body
//! has several faults, `errors`. The codes of the webhook edge and of rejected recipient lines are listed here too, so
//! that one table (`docs/ERRORS.md`, served at `/errors`) holds them all; a test keeps the two equal.

use std::fmt::Write as _;

use http::{HeaderName, HeaderValue, StatusCode, header};
use posthaste_postgres::PoolError;
use serde::Serialize;
use serde_json::json;
use warp::reply::Response;

/// Where a code is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// As the answer of a request to the API.
    Api,
    /// In the `errors` of a `validation_failed`, beside the pointer to the field.
    Field,
    /// As the reason of a rejected line of recipients; also in the `errors` of `POST /v1/messages`.
    Line,
    /// As the answer of a query.
    Sql,
    /// As the answer of the webhook edge.
    Edge,
}

impl Surface {
    /// Every surface with its heading and introduction in `docs/ERRORS.md`.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Api, "Answers of the API"),
        (Self::Field, "Fields of a body (in `errors` of `validation_failed`)"),
        (Self::Line, "Lines of recipients (in `rejects`, and in `errors` of `POST /v1/messages`)"),
        (Self::Sql, "Answers of queries (`POST /v1/sql`, funnel)"),
        (Self::Edge, "Answers of the webhook edge"),
    ];
}

macro_rules! codes {
    ($($name:ident = $code:literal, $surface:ident, $status:literal, $title:literal, $action:literal;)+) => {
        /// A stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $name),+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as it stands in answers; never changes.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Where it is met.
            pub const fn surface(self) -> Surface {
                match self { $(Self::$name => Surface::$surface),+ }
            }

            /// The HTTP status of an answer with this code; 0 where it never is the code of an answer.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// What is wrong, for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// What to do about it.
            pub const fn action(self) -> &'static str {
                match self { $(Self::$name => $action),+ }
            }
        }
    };
}

codes! {
    ApiKeyMissing = "api_key_missing", Api, 401, "No API key",
        "Send the header `Authorization: Bearer phk_live_…`.";
    ApiKeyInvalid = "api_key_invalid", Api, 401, "The API key is not valid",
        "Check that the key is complete and not revoked; ask your operator for a new one. A revoked key fails within five seconds.";
    NotFound = "not_found", Api, 404, "There is no such thing",
        "Check the id. A message may take a second to appear after it was accepted; ask again then.";
    RouteUnknown = "route_unknown", Api, 404, "There is no such route",
        "See `/openapi.json` for the routes.";
    MethodNotAllowed = "method_not_allowed", Api, 405, "The route does not take this method",
        "Use one of the methods in the header `Allow`.";
    NotAcceptable = "not_acceptable", Api, 406, "The answer cannot be given in the form that `Accept` asks for",
        "Ask for `application/json`, `text/csv` or `application/vnd.apache.arrow.stream`.";
    RequestTimeout = "request_timeout", Api, 408, "The body did not arrive in time",
        "Send the request again; for recipients on a slow line use smaller chunks.";
    ContentTypeUnsupported = "content_type_unsupported", Api, 415, "The content type is not supported (API and webhook edge)",
        "Set `Content-Type` to one that the route takes; the detail names them.";
    BodyTooLarge = "body_too_large", Api, 413, "The body is too large (API and webhook edge)",
        "Send less; split recipients into several chunks. The detail names the limit.";
    BodyInvalid = "body_invalid", Api, 400, "The body cannot be read",
        "Send well-formed JSON in UTF-8; the detail names line and column.";
    QueryInvalid = "query_invalid", Api, 400, "A query parameter is wrong",
        "Correct the parameter that the detail names; take cursors from `next_cursor` unchanged.";
    ValidationFailed = "validation_failed", Api, 422, "Fields of the body are wrong",
        "Correct each field in `errors`; nothing was done.";
    IdempotencyKeyMissing = "idempotency_key_missing", Api, 400, "The header Idempotency-Key is missing",
        "Send a key of your own, new for each thing that you want done and the same when you try it again.";
    IdempotencyKeyInvalid = "idempotency_key_invalid", Api, 400, "The header Idempotency-Key cannot be used",
        "Use 1 to 255 printable ASCII characters, e.g. a UUID.";
    IdempotencyKeyReused = "idempotency_key_reused", Api, 422, "The Idempotency-Key was used for another request",
        "Use a new key for a new request. A key is remembered for 72 hours.";
    SenderUnknown = "sender_unknown", Api, 422, "There is no such sender",
        "Take a `sender_id` from `GET /v1/senders`.";
    TemplateUnknown = "template_unknown", Api, 422, "There is no such template",
        "Take a name from `GET /v1/templates`; the template must belong to the sender's account.";
    TemplateLanguageUnknown = "template_language_unknown", Api, 422, "The template does not exist in this language",
        "Use one of the languages that the detail names.";
    TemplateNotApproved = "template_not_approved", Api, 422, "The template is not approved",
        "Wait for Meta's approval or use another template; the detail names the status and Meta's reason.";
    CampaignState = "campaign_state", Api, 409, "The campaign's state does not allow this",
        "The detail names the state and what it allows.";
    CampaignNotDraft = "campaign_not_draft", Api, 409, "Recipients can be added to a draft only",
        "Create a new campaign for further recipients.";
    CampaignEmpty = "campaign_empty", Api, 409, "The campaign has no recipients",
        "Upload recipients first; `GET /v1/campaigns/{id}/rejects` says why lines were refused.";
    NothingToRetry = "nothing_to_retry", Api, 409, "The campaign has no message to retry",
        "Name other `statuses`, or leave it: every message of the campaign ended in another way.";
    LetterState = "letter_state", Api, 409, "The letter's state does not allow this",
        "The detail names the state and what it allows.";
    ChunkConflict = "chunk_conflict", Api, 409, "A chunk of this number was uploaded with other content",
        "Use the next chunk number for new recipients; repeat a chunk only with the same bytes.";
    UploadHeaderInvalid = "upload_header_invalid", Api, 422, "The header line of the recipients cannot be used",
        "Begin the CSV with `to` and one column per parameter, named as the detail says: `to,1,2`.";
    TooManyUploads = "too_many_uploads", Api, 429, "Too many uploads at once",
        "Wait for one to end; the header `Retry-After` says how long.";
    RegistrationLimit = "registration_limit", Api, 429, "The number was registered too often",
        "Wait as long as `Retry-After` says: Meta locks a number for 72 hours that is registered or deregistered more than ten times within 72 hours.";
    TooManyCalls = "too_many_calls", Api, 429, "Too many calls to Meta",
        "Wait as long as `Retry-After` says; the detail names the limit.";
    BacklogFull = "backlog_full", Api, 429, "Too many messages are waiting",
        "Wait as long as `Retry-After` says; use a campaign for many recipients.";
    EndpointLimit = "endpoint_limit", Api, 409, "There are too many webhook endpoints",
        "Delete one that is not used any more.";
    DeadlineExceeded = "deadline_exceeded", Api, 504, "The request took too long",
        "Try again with the same Idempotency-Key; it may have taken effect.";
    StoreUnavailable = "store_unavailable", Api, 503, "The database is not reachable",
        "Try again with the same Idempotency-Key after `Retry-After` seconds.";
    QueueUnavailable = "queue_unavailable", Api, 503, "Messages cannot be accepted at the moment",
        "Try again with the same Idempotency-Key after `Retry-After` seconds.";
    MetaUnavailable = "meta_unavailable", Api, 503, "Meta did not answer",
        "Look whether it took effect, as Meta may have done what was asked; then try again.";
    Internal = "internal", Api, 500, "A defect of the service",
        "Tell your operator the request id in `instance`; trying again with the same Idempotency-Key is safe.";

    FieldMissing = "field_missing", Field, 0, "A field is missing", "Add the field.";
    FieldUnknown = "field_unknown", Field, 0, "There is no such field", "Remove the field, or correct its name.";
    FieldInvalid = "field_invalid", Field, 0, "A field has a wrong type or value",
        "Write what the detail of the entry asks for.";
    NotMarketing = "not_marketing", Field, 0, "The template is not of category MARKETING",
        "Send it as an ordinary message, or name a template for marketing.";
    TypeForbidden = "type_forbidden", Field, 0, "Messages of this type cannot be sent this way",
        "Send a template; anything else goes to `/messages`.";
    TypeUnsupported = "type_unsupported", Field, 0, "This recipient does not take messages of this type",
        "Send a type that the detail names: groups take some that people do not, and the other way round.";
    UserIdForbidden = "user_id_forbidden", Field, 0, "This cannot be sent to a user id",
        "Name the person by phone number, or leave out what the detail names.";
    MediaInvalid = "media_invalid", Field, 0, "The file cannot be uploaded",
        "Send a file of a type and size that Meta takes; the detail names the limit.";
    UrlInvalid = "url_invalid", Field, 0, "The URL cannot be delivered to",
        "Use an absolute https URL with a public host, without user name or fragment.";

    MissingNumber = "missing_number", Line, 0, "The phone number is empty", "Fill in the number, or remove the line.";
    NumberWithoutCountryCode = "number_without_country_code", Line, 0, "The phone number does not begin with +",
        "Write the number with + and its country code: +16315550101.";
    MalformedNumber = "malformed_number", Line, 0, "The phone number is malformed",
        "Write 7 to 15 digits after the +; blanks, dots, hyphens and brackets may separate them.";
    ParameterMissing = "parameter_missing", Line, 0, "A template parameter is missing or empty",
        "Fill in every parameter; Meta refuses empty ones.";
    ParameterCount = "parameter_count", Line, 0, "There are more or fewer values than the template has parameters",
        "Give exactly as many parameters as the template has; put a value that holds a comma in double quotes.";
    ParameterForbidden = "parameter_forbidden_characters", Line, 0, "A template parameter holds characters that Meta refuses",
        "Remove line breaks, tabs, control characters and runs of more than four blanks.";
    ParameterTooLong = "parameter_too_long", Line, 0, "A template parameter is too long",
        "Shorten it to 1,024 characters, the most that a template's body may have.";
    ParameterFormat = "parameter_format", Line, 0, "A template parameter is not of the kind that the template has",
        "Write the parameters as the template has them: `GET /v1/templates` shows their names and types.";
    DuplicateRecipient = "duplicate_recipient", Line, 0, "The number is in the campaign already",
        "Nothing needs doing: the first line counts; the reason names it.";
    OptedOut = "opted_out", Line, 0, "The person has opted out",
        "Do not send; see `GET /v1/opt-outs`.";
    WindowClosed = "window_closed", Line, 0, "The person has not written within the last 24 hours",
        "Send a template; anything else may be sent for 24 hours after the person wrote to the number.";
    NumberRequired = "number_required", Line, 0, "Meta delivers this to phone numbers alone",
        "Write the phone number in `to`: one-time passwords go to no user id and to no group.";
    LineMalformed = "line_malformed", Line, 0, "The line cannot be read",
        "Write CSV as in RFC 4180 with commas, or one JSON object per line, in UTF-8.";
    LineTooLong = "line_too_long", Line, 0, "The line is too long",
        "Look for a quotation mark that is not closed; a line may have 16,384 bytes.";

    SqlInvalid = "sql_invalid", Sql, 400, "The statement cannot be run",
        "Correct the statement; the detail is the planner's message.";
    SqlForbidden = "sql_forbidden", Sql, 403, "The statement is not a query",
        "Only a single SELECT (or WITH, EXPLAIN) is allowed: no DDL, DML, COPY or SET.";
    QueryTimeout = "query_timeout", Sql, 504, "The query took too long",
        "Narrow the time range or aggregate less.";
    QueryMemory = "query_memory", Sql, 422, "The query needs too much memory",
        "Aggregate, narrow the time range or add a LIMIT.";
    TooManyQueries = "too_many_queries", Sql, 429, "Too many queries of yours run at once",
        "Wait for one to end, as long as `Retry-After` says.";
    LakeUnavailable = "lake_unavailable", Sql, 503, "The lake's files cannot be read",
        "Try again after `Retry-After` seconds.";
    QueryFailed = "query_failed", Sql, 500, "The query failed because of a defect of the service",
        "Tell your operator the request id in `instance`.";

    SignatureMissing = "signature_missing", Edge, 401, "The header X-Hub-Signature-256 is missing",
        "Only Meta calls this URL; check that a proxy passes the header on.";
    SignatureMalformed = "signature_malformed", Edge, 401, "The header X-Hub-Signature-256 is malformed",
        "It is `sha256=` and 64 hexadecimal digits; check what a proxy does to it.";
    SignatureInvalid = "signature_invalid", Edge, 401, "The signature does not fit the body",
        "Check the app secret in `edge.apps.<app>.secrets`, and that no proxy changes the body.";
    AppUnknown = "app_unknown", Edge, 404, "There is no such app",
        "Add `[edge.apps.<app>]` to the configuration, or correct the URL in Meta's dashboard.";
    VerifyTokenInvalid = "verify_token_invalid", Edge, 403, "The handshake's verify token is wrong",
        "Write the same token in Meta's dashboard and in `edge.apps.<app>.verify_tokens`.";
    LogUnavailable = "log_unavailable", Edge, 503, "Kafka did not acknowledge the webhook within two seconds",
        "Nothing is lost: Meta delivers again for up to seven days. Check the broker.";
}

/// One fault of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldError {
    /// JSON pointer (RFC 6901) to the field.
    pub(crate) pointer: String,
    /// A code of the surface `Field` or `Line`.
    pub(crate) code: &'static str,
    /// What is wrong here, and what to write instead.
    pub(crate) detail: String,
}

/// An answer that says what went wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    /// What kind.
    pub(crate) code: Code,
    /// What exactly, in this case.
    pub(crate) detail: String,
    /// The faults of a body.
    pub(crate) errors: Vec<FieldError>,
    /// Further headers of the answer.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with its detail.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }
    }

    /// A problem of one field.
    pub(crate) fn at(code: Code, pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let error = FieldError { pointer: pointer.to_owned(), code: code.as_str(), detail: detail.clone() };
        Self { errors: vec![error], ..Self::new(code, detail) }
    }

    /// The faults of a body, all at once.
    pub(crate) fn validation(errors: Vec<FieldError>) -> Self {
        let first = errors.first().map(|error| format!("{}: {}", error.pointer, error.detail)).unwrap_or_default();
        let detail = match errors.len() {
            0 | 1 => first,
            n => format!("{first} (and {} more, see errors)", n - 1),
        };
        Self { errors, ..Self::new(Code::ValidationFailed, detail) }
    }

    /// Another tenant's id looks exactly like one that does not exist.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no {what} {id}"))
    }

    /// Adds the header `Retry-After`.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }

    /// A defect of ours: logged in full, told without its insides.
    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed for a reason that is ours");
        Self::new(Code::Internal, "something went wrong that is not your request's fault")
    }

    /// The answer. `instance` is the request's id.
    pub(crate) fn into_response(self, instance: &str) -> Response {
        let mut document = json!({
            "type": format!("/errors#{}", self.code.as_str()),
            "title": self.code.title(),
            "status": self.code.status(),
            "detail": self.detail,
            "instance": instance,
            "code": self.code.as_str(),
            "action": self.code.action(),
        });
        if !self.errors.is_empty() {
            document["errors"] = json!(self.errors);
        }
        let mut response = Response::new(document.to_string().into());
        *response.status_mut() = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code.status() == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        headers.extend(self.headers);
        response
    }
}

/// How long a caller waits before it tries the database again, in seconds: a fail-over takes about as long.
const STORE_RETRY_AFTER_S: u64 = 5;

fn store_unavailable(error: &dyn std::fmt::Display) -> Problem {
    tracing::warn!(%error, "the database is away");
    Problem::new(Code::StoreUnavailable, "the database did not answer; nothing is lost that was acknowledged")
        .retry_after(STORE_RETRY_AFTER_S)
}

impl From<tokio_postgres::Error> for Problem {
    fn from(error: tokio_postgres::Error) -> Self {
        if posthaste_postgres::is_fault(&error) { store_unavailable(&error) } else { Self::internal(detailed(&error)) }
    }
}

impl From<PoolError> for Problem {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Unavailable(error) => store_unavailable(&error),
            PoolError::Database(error) => error.into(),
            PoolError::Url { .. } => Self::internal(error),
        }
    }
}

/// The driver's own text is only "db error"; the server's message is in the source.
fn detailed(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| format!("{}: {}", db.code().code(), db.message()))
}

/// `docs/ERRORS.md`, as the enum gives it.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Errors\n\n\
         Every error that a user can meet: its code, its HTTP status, its text and what to do. The API serves this page at\n\
         `/errors`, and the `type` of each problem document (RFC 9457) points into it. It is written from the enum `Code` in\n\
         `query-api/src/problem.rs`; a test fails when the two differ.\n",
    );
    for (surface, heading) in Surface::ALL {
        let _ = write!(text, "\n## {heading}\n\n| code | status | what it says | what to do |\n|---|---|---|---|\n");
        for code in Code::ALL.iter().filter(|code| code.surface() == surface) {
            let status = if code.status() == 0 { "–".to_owned() } else { code.status().to_string() };
            let name = code.as_str();
            let _ =
                writeln!(text, "| <a id=\"{name}\"></a>`{name}` | {status} | {} | {} |", code.title(), code.action());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_snake_case() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn the_codes_of_phone_numbers_are_the_models() {
        use posthaste_model::phone::PhoneError;
        for error in [PhoneError::Empty, PhoneError::NoPlus, PhoneError::NotDigits, PhoneError::Length] {
            assert!(Code::ALL.iter().any(|code| code.as_str() == error.code() && code.surface() == Surface::Line));
        }
    }

    #[test]
    fn the_page_of_errors_is_the_enum() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ERRORS.md");
        if std::env::var_os("POSTHASTE_TEST_WRITE_DOCS").is_some() {
            std::fs::write(path, markdown()).expect("docs/ERRORS.md can be written");
        }
        let page = std::fs::read_to_string(path).expect("docs/ERRORS.md");
        assert!(page == markdown(), "docs/ERRORS.md is stale; run this test with POSTHASTE_TEST_WRITE_DOCS=1 once");
    }

    #[test]
    fn a_problem_names_its_code_its_page_and_what_to_do() {
        let problem = Problem::validation(vec![
            FieldError { pointer: "/name".into(), code: "field_missing", detail: "write a text".into() },
            FieldError { pointer: "/ttl_seconds".into(), code: "field_invalid", detail: "write 30 or more".into() },
        ]);
        assert_eq!(problem.detail, "/name: write a text (and 1 more, see errors)");
        let response = problem.retry_after(7).into_response("req_1");
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["retry-after"], "7");
    }
}

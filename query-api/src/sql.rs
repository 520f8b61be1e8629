//! `POST /v1/sql`: the tenant's own SQL over the tenant's own rows.

use http::{HeaderValue, StatusCode, header};

use crate::State;
use crate::analytics::Format;
use crate::fields::Faults;
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, parse_json, text};

/// Longest statement, in characters.
const SQL_MAX: usize = 100_000;

/// Media type of an Arrow IPC stream.
const ARROW: &str = "application/vnd.apache.arrow.stream";
/// Says that rows were left out; of the forms, only JSON can say so in its body.
const TRUNCATED: &str = "posthaste-truncated";

/// `POST /v1/sql`
pub(crate) async fn query(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    let media = request.content_type(&["application/json", "text/plain", "application/sql"])?;
    let format = format(&request)?;
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let sql = statement(media, &bytes)?;
    let answer = state.analytics.query(request.caller.tenant_id, &sql, format).await?;
    let media = match format {
        Format::Json => "application/json",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Arrow => ARROW,
    };
    let mut response = text(StatusCode::OK, media, answer.body);
    if answer.truncated {
        response.headers_mut().insert(TRUNCATED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn statement(media: &str, bytes: &[u8]) -> Result<String, Problem> {
    if media != "application/json" {
        let sql =
            std::str::from_utf8(bytes).map_err(|_| Problem::new(Code::BodyInvalid, "the statement is not UTF-8"))?;
        return match sql.chars().count() {
            1..=SQL_MAX if !sql.trim().is_empty() => Ok(sql.to_owned()),
            _ => Err(Problem::new(Code::SqlInvalid, format!("a statement of 1 to {SQL_MAX} characters is expected"))),
        };
    }
    let body = parse_json(bytes)?;
    let faults = Faults::default();
    let sql = faults.object(&body).and_then(|object| {
        object.only(&["sql"]);
        object.text("sql", 1..=SQL_MAX)
    });
    faults.check()?;
    sql.map(str::to_owned).ok_or_else(|| faults.problem())
}

/// The first of the caller's media types that can be given.
fn format(request: &Request) -> Result<Format, Problem> {
    let accept = request.headers.get(header::ACCEPT).map(|value| value.to_str().unwrap_or_default()).unwrap_or("*/*");
    let known = accept.split(',').find_map(|entry| match entry.split(';').next().unwrap_or_default().trim() {
        "application/json" | "application/*" | "*/*" => Some(Format::Json),
        "text/csv" | "text/*" => Some(Format::Csv),
        ARROW => Some(Format::Arrow),
        _ => None,
    });
    known.ok_or_else(|| Problem::new(Code::NotAcceptable, format!("\"{accept}\" cannot be given")))
}

//! Files of messages (Meta: business-phone-numbers/media). An upload is hashed while it arrives and kept, so that the same
//! bytes of the same number are uploaded once; what people sent is given from where the pipeline keeps it.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use multer::{Constraints, Field, SizeLimit};
use posthaste_management::{
    ByteStream, FILE_BYTES_MAX, FileError, HEAD_BYTES, NewFile, Writing, file_bytes_max, file_bytes_max_of,
};
use posthaste_model::TenantId;
use posthaste_sql::queries::api_catalog;
use posthaste_sql::queries::api_media::{self, MediaOf};
use serde_json::json;
use tokio::sync::{SemaphorePermit, mpsc};

use super::form::Parts;
use super::groups;
use super::templates::{capture, not_answered, passed_on, unknown};
use crate::State;
use crate::problem::{Code, FieldError, Problem};
use crate::recipients::Place;
use crate::request::{Answer, BodyStream, Request, json, refuse_announced};

/// What the form may hold beside the file, in bytes.
const FORM_BYTES_MAX: u64 = 64 << 10;
/// Longest value of a field that is no file, and longest name of a file.
const FIELD_BYTES_MAX: u64 = 1 << 10;
const FILENAME_CHARS_MAX: usize = 240;
/// Longest media type.
const TYPE_BYTES_MAX: usize = 127;
/// Pieces of a file that are read ahead of a slow receiver.
const PIECES_AHEAD: usize = 4;
/// Longest time in which a file is given: one that comes from Meta holds a connection until its receiver has it.
const GIVING_MAX: Duration = Duration::from_secs(600);
/// How long a caller waits whose upload found no turn, in seconds.
const TURN_RETRY_S: u64 = 5;

/// The form of an upload.
#[derive(Default)]
struct Form {
    product: Option<String>,
    declared: Option<String>,
    file: Option<File>,
}

struct File {
    writing: Writing,
    filename: Option<String>,
    mime_type: Option<String>,
    /// Its first bytes.
    head: Vec<u8>,
}

fn wrong(pointer: &str, code: Code, detail: impl Into<String>) -> Problem {
    Problem::validation(vec![FieldError { pointer: pointer.to_owned(), code: code.as_str(), detail: detail.into() }])
}

fn too_large(limit: u64) -> Problem {
    wrong("/file", Code::MediaInvalid, format!("a file of this type may have {limit} bytes"))
}

impl State {
    /// A place among the uploads of the tenant, and one among those of all.
    pub(super) fn media_places(&self, tenant: TenantId) -> Result<(Place<'_>, SemaphorePermit<'_>), Problem> {
        let place = self.media_uploads.enter(tenant)?;
        let turn = self.media_turns.try_acquire().map_err(|_| {
            Problem::new(Code::TooManyUploads, "too many files are being uploaded at once").retry_after(TURN_RETRY_S)
        })?;
        Ok((place, turn))
    }
}

/// `POST /graph/{version}/{phone-number-id}/media`
pub(crate) async fn upload(state: &State, request: Request) -> Answer {
    let sender_id = capture(&request);
    let tenant = request.caller.tenant_id;
    let _places = state.media_places(tenant)?;
    let tx = state.pool.tenant_tx(tenant).await?;
    let number = api_catalog::number_of().bind(&*tx, &sender_id.as_str()).opt().await?;
    tx.rollback().await?;
    number.ok_or_else(|| unknown("phone number", &sender_id))?;
    let form = read(state, tenant, request.headers, request.body).await?;
    let (mime_type, file) = checked(form)?;
    if let Some(id) = same(state, tenant, &sender_id, (&mime_type, &file.writing.sha256())).await? {
        return Ok(json(StatusCode::OK, &json!({ "id": id })));
    }
    let file = NewFile { sender_id: sender_id.clone(), mime_type, filename: file.filename, writing: file.writing };
    let uploaded = state.desk.upload(tenant, file).await;
    uploaded.map(passed_on).map_err(|error| not_answered(error, "phone number", &sender_id))
}

/// The id of the same bytes, of the same type and number, if Meta will still know it tomorrow.
async fn same(
    state: &State,
    tenant: TenantId,
    sender_id: &str,
    (mime_type, sha256): (&str, &str),
) -> Result<Option<String>, Problem> {
    let tx = state.pool.tenant_tx(tenant).await?;
    let id = api_media::same_upload().bind(&*tx, &sender_id, &sha256, &mime_type).opt().await?;
    tx.rollback().await?;
    Ok(id)
}

/// Reads the form; the file goes to the folder piece by piece. A form that is given up leaves nothing there.
async fn read(state: &State, tenant: TenantId, headers: HeaderMap, body: BodyStream) -> Result<Form, Problem> {
    refuse_announced(&headers, FILE_BYTES_MAX + FORM_BYTES_MAX).map_err(|_| too_large(FILE_BYTES_MAX))?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(|error| {
        Problem::new(Code::BodyInvalid, format!("send multipart/form-data with a boundary: {error}"))
    })?;
    let limits = SizeLimit::new()
        .whole_stream(FILE_BYTES_MAX + FORM_BYTES_MAX)
        .for_field("messaging_product", FIELD_BYTES_MAX)
        .for_field("type", FIELD_BYTES_MAX);
    let mut parts = Parts::new(body, boundary, Constraints::new().size_limit(limits));
    let mut form = Form::default();
    while let Some(field) = parts.next().await.map_err(broken)? {
        match field.name() {
            Some("messaging_product") => form.product = Some(field.text().await.map_err(broken)?),
            Some("type") => form.declared = Some(field.text().await.map_err(broken)?),
            Some("file") if form.file.is_none() => {
                let declared = form.declared.clone();
                form.file = Some(store(state, tenant, field, declared).await?);
            }
            Some("file") => return Err(wrong("/file", Code::MediaInvalid, "there is more than one file")),
            _ => {}
        }
    }
    Ok(form)
}

fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(FILE_BYTES_MAX),
        multer::Error::StreamReadFailed(cause) => {
            Problem::new(Code::BodyInvalid, format!("the form cannot be read: {cause}"))
        }
        error => Problem::new(Code::BodyInvalid, format!("the form cannot be read: {error}")),
    }
}

async fn store(
    state: &State,
    tenant: TenantId,
    mut field: Field<'_>,
    declared: Option<String>,
) -> Result<File, Problem> {
    let filename =
        field.file_name().map(|name| name.chars().filter(|c| !c.is_control()).take(FILENAME_CHARS_MAX).collect());
    let mime_type = field.content_type().map(|own| own.essence_str().to_owned());
    let declared = declared.as_deref().or(mime_type.as_deref());
    let limit = declared.map_or(FILE_BYTES_MAX, file_bytes_max);
    let not_kept = |error| match error {
        FileError::TooLarge(limit) => too_large(limit),
        error => Problem::internal(error),
    };
    let mut writing = state.desk.files().begin(tenant, limit).await.map_err(not_kept)?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        head.extend(piece.iter().take(HEAD_BYTES - head.len()));
        writing.write(&piece).await.map_err(not_kept)?;
    }
    Ok(File { writing, filename, mime_type, head })
}

/// The type that the form declares wins over the part's own.
fn checked(form: Form) -> Result<(String, File), Problem> {
    if form.product.as_deref() != Some("whatsapp") {
        return Err(wrong("/messaging_product", Code::FieldMissing, "write \"whatsapp\""));
    }
    let file = form.file.ok_or_else(|| wrong("/file", Code::FieldMissing, "send a file"))?;
    let declared = form.declared.as_deref().map(|own| own.split(';').next().unwrap_or_default().trim());
    let mime_type = declared.or(file.mime_type.as_deref()).map(str::to_ascii_lowercase);
    let mime_type = mime_type.ok_or_else(|| wrong("/type", Code::FieldMissing, "write the media type"))?;
    if !is_type(&mime_type) {
        return Err(wrong("/type", Code::MediaInvalid, "write a media type such as image/png"));
    }
    let limit = file_bytes_max_of(&mime_type, &file.head);
    match file.writing.bytes() {
        0 => Err(wrong("/file", Code::MediaInvalid, "the file is empty")),
        bytes if bytes > limit => Err(too_large(limit)),
        _ => Ok((mime_type, file)),
    }
}

/// RFC 6838: a type and a subtype of plain characters.
fn is_type(text: &str) -> bool {
    let plain = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.len() <= TYPE_BYTES_MAX && text.split_once('/').is_some_and(|(kind, subtype)| plain(kind) && plain(subtype))
}

async fn find(state: &State, tenant: TenantId, id: &str) -> Result<MediaOf, Problem> {
    let tx = state.pool.tenant_tx(tenant).await?;
    let row = api_media::media_of().bind(&*tx, &id).opt().await?;
    tx.rollback().await?;
    row.ok_or_else(|| unknown("file", id))
}

/// `GET /graph/{version}/{media-id}`: as Meta describes a file, with a URL of ours.
pub(crate) async fn describe(state: &State, request: Request, row: MediaOf) -> Answer {
    let mut described = json!({ "messaging_product": "whatsapp", "mime_type": row.mime_type, "id": row.media_id });
    if let (Some(sha256), Some(bytes)) = (&row.sha256, row.bytes) {
        described["sha256"] = json!(sha256);
        described["file_size"] = json!(bytes);
    } else {
        let name = (row.sender_id.as_str(), row.media_id.as_str());
        let answer = state.desk.describe_media(request.caller.tenant_id, name).await;
        let answer = answer.map_err(|error| not_answered(error, "file", &row.media_id))?;
        if !answer.is_success() {
            return Ok(passed_on(answer));
        }
        let told = answer.json();
        for member in ["sha256", "file_size"] {
            described[member] = told[member].clone();
        }
    }
    described["url"] = json!(url(state, &request, &row.media_id));
    Ok(json(StatusCode::OK, &described))
}

fn url(state: &State, request: &Request, media_id: &str) -> String {
    let version = request.captures.first().map_or("v1", String::as_str);
    format!("{}/graph/{version}/{media_id}/content", base(state, request))
}

/// What addresses of this API begin with (`media.public_url`), else as it was called.
pub(super) fn base(state: &State, request: &Request) -> String {
    if state.public_url.is_empty() {
        let host = request.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
        return format!("http://{host}");
    }
    state.public_url.clone()
}

/// `GET /graph/{version}/{media-id}/content`: the bytes, from the folder, or from Meta while they are not there.
pub(crate) async fn content(state: &State, request: Request) -> Answer {
    let tenant = request.caller.tenant_id;
    let row = find(state, tenant, &capture(&request)).await?;
    let (bytes, body) = match &row.path {
        Some(path) => {
            let (bytes, body) = state.desk.files().read(tenant, path).await.map_err(Problem::internal)?;
            (Some(bytes), body)
        }
        None => match state.desk.fetch_media(tenant, (&row.sender_id, &row.media_id), None).await {
            Err(error) => return Err(not_answered(error, "file", &row.media_id)),
            Ok(Err(answer)) => return Ok(passed_on(answer)),
            Ok(Ok((_, download))) if download.status != 200 => {
                let detail = format!("Meta's file server answered {}", download.status);
                return Err(Problem::new(Code::MetaUnavailable, detail));
            }
            Ok(Ok((_, download))) => (download.bytes, download.body),
        },
    };
    Ok(streamed(&row.mime_type, bytes, body))
}

/// Passes the pieces on as fast as they are taken. If they break off, so does the answer.
fn streamed(mime_type: &str, bytes: Option<u64>, mut body: ByteStream) -> warp::reply::Response {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, String>>(PIECES_AHEAD);
    tokio::spawn(async move {
        let giving = async {
            while let Some(piece) = body.next().await {
                if sender.send(piece).await.is_err() {
                    return;
                }
            }
        };
        let is_late = tokio::time::timeout(GIVING_MAX, giving).await.is_err();
        drop(body);
        if is_late {
            // A receiver that has gone needs no reason.
            let _ = sender.send(Err(format!("the file was not taken within {} s", GIVING_MAX.as_secs()))).await;
        }
    });
    let pieces = stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) });
    let mut response = warp::Reply::into_response(warp::reply::stream(pieces));
    let headers = response.headers_mut();
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(mime_type).unwrap_or(unknown));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(bytes) = bytes {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    response
}

/// `DELETE /graph/{version}/{id}`: a file or a group, by which of them the tenant has.
pub(crate) async fn delete(state: &State, request: Request) -> Answer {
    let (id, tenant) = (capture(&request), request.caller.tenant_id);
    let tx = state.pool.tenant_tx(tenant).await?;
    let is_group = groups::is_known(&tx, tenant, &id).await?;
    tx.rollback().await?;
    if is_group {
        return groups::pass(state, request, None).await;
    }
    let row = find(state, tenant, &id).await?;
    let name = (row.sender_id.as_str(), row.media_id.as_str());
    let deleted = state.desk.delete_media(tenant, name, !row.is_expired).await;
    deleted.map(passed_on).map_err(|error| not_answered(error, "file", &row.media_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_two_plain_words() {
        for good in ["image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/x+y"]
        {
            assert!(is_type(good), "{good}");
        }
        for bad in ["", "image", "image/", "/png", "image/png\r\nx: y", "image/p ng", "image/png/x"] {
            assert!(!is_type(bad), "{bad}");
        }
    }
}

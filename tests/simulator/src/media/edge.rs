//! Uploads, descriptions and downloads of files (Meta: business-phone-numbers/media).

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::json;

use crate::answer::{self, Outcome};
use crate::call::{Call, admit, authorise};
use crate::error::GraphError;
use crate::media::delivery::{Cuts, attachment};
use crate::media::{Download, FILE_MAX, Media, UPLOAD_LIFE, kind, sha256};
use crate::world::{Clock, World};

/// Largest body of an upload, in bytes. What is beyond the largest file is read, so that the client hears the answer, and
/// thrown away.
const UPLOAD_MAX: u64 = 2 * FILE_MAX;

/// Largest part of an upload other than the file, in bytes.
const PART_MAX: u64 = 4_096;

/// How long a client may take to send an upload.
const UPLOAD_TIME: Duration = Duration::from_secs(120);

/// The parts of an upload that are looked at.
#[derive(Debug, Default)]
struct Form {
    product: Option<String>,
    mime: Option<String>,
    file: Option<File>,
}

#[derive(Debug)]
struct File {
    mime: Option<String>,
    name: Option<String>,
    bytes: Bytes,
}

/// `POST /{version}/{phone-number-id}/media`. Few uploads are read at once, the others wait.
///
/// # Errors
/// 190, 4 and 33 as for sends; 100 when a part is missing or the body is no form; 131053 when the file is not of its type or too
/// large; 131016 when the simulator has no room.
pub(crate) async fn upload(world: &World, id: &str, headers: &HeaderMap, body: Incoming) -> Outcome {
    let _place = world.uploads.acquire().await.expect("the semaphore is never closed");
    let form = tokio::time::timeout(UPLOAD_TIME, read(headers, body)).await;
    authorise(world, headers)?;
    admit(world)?;
    let number = world.number(id).ok_or_else(|| GraphError::unknown_number(id))?;
    let form = form.map_err(|_| GraphError::parameter(format!("The body did not come within {UPLOAD_TIME:?}.")))??;
    if form.product.as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter("The parameter messaging_product is required and must be `whatsapp`."));
    }
    let file = form.file.ok_or_else(|| GraphError::parameter("The parameter file is required."))?;
    let mime = declared(form.mime, file.mime.as_deref())?;
    kind::check(&mime, &file.bytes)?;
    let media = Media {
        number: Some(number),
        mime,
        filename: file.name,
        sha256: sha256(&file.bytes),
        bytes: file.bytes,
        failing: (0, 0),
        cuts: Cuts::default(),
    };
    let id = world.keep(media, UPLOAD_LIFE).ok_or_else(|| {
        GraphError::exhausted("The simulator has no room for another file; delete some, or raise --media-mb.")
    })?;
    world.book.lock().totals.media.uploaded += 1;
    Ok(answer::ok(&json!({ "id": id.to_string() })))
}

/// The type that the form declares: by `type`, or by the file's own header. They must not contradict each other.
fn declared(by_form: Option<String>, by_file: Option<&str>) -> Result<String, GraphError> {
    match (by_form, by_file) {
        (Some(form), Some(file)) if kind::essence(&form) != kind::essence(file) => {
            Err(GraphError::upload(format!("`type` is {form}, but the file was sent as {file}.")))
        }
        (Some(form), _) => Ok(form),
        (None, Some(file)) => Ok(file.to_owned()),
        (None, None) => Err(GraphError::parameter("The parameter type is required.")),
    }
}

async fn read(headers: &HeaderMap, body: Incoming) -> Result<Form, GraphError> {
    let wrong = |error: multer::Error| GraphError::parameter(format!("The body is not a form with a file: {error}"));
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content_type).map_err(wrong)?;
    let limit = SizeLimit::new().whole_stream(UPLOAD_MAX).per_field(PART_MAX).for_field("file", UPLOAD_MAX);
    let constraints = Constraints::new().size_limit(limit);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.map_err(wrong)? {
        match part.name().unwrap_or_default() {
            "messaging_product" => form.product = Some(part.text().await.map_err(wrong)?),
            "type" => form.mime = Some(part.text().await.map_err(wrong)?),
            "file" => form.file = Some(file(part).await.map_err(wrong)?),
            _ => {}
        }
    }
    Ok(form)
}

/// Reads a file, of one that is too large only so much that it is known to be.
async fn file(mut part: Field<'_>) -> multer::Result<File> {
    let mime = part.content_type().map(ToString::to_string);
    let name = part.file_name().map(str::to_owned);
    let mut bytes = BytesMut::new();
    while let Some(chunk) = part.chunk().await? {
        if bytes.len() as u64 <= FILE_MAX {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(File { mime, name, bytes: bytes.freeze() })
}

/// `GET /{version}/{media-id}`.
///
/// # Errors
/// 100 when the file is gone, or was not uploaded for the number that `phone_number_id` names. What somebody sent was uploaded for
/// none (found by integrators: github.com/chatwoot/chatwoot/pull/13319).
pub(crate) fn describe(call: &Call<'_>, id: &str) -> Outcome {
    let (key, media) = call.world.media(id).ok_or_else(|| GraphError::no_node(id))?;
    if let Some(wanted) = call.query.get("phone_number_id")
        && (media.number.is_none() || call.world.number(wanted) != media.number)
    {
        return Err(GraphError::parameter("Param phone_number_id is not a valid whatsapp business phone number id ID"));
    }
    Ok(answer::ok(&json!({
        "messaging_product": "whatsapp",
        "url": call.world.media_url(key),
        "mime_type": media.mime,
        "sha256": media.sha256,
        "file_size": media.bytes.len(),
        "id": id,
    })))
}

/// `DELETE /{version}/{media-id}`.
///
/// # Errors
/// 100 when there is no such file.
pub(crate) fn delete(call: &Call<'_>, id: &str) -> Outcome {
    let (key, _) = call.world.media(id).ok_or_else(|| GraphError::no_node(id))?;
    call.world.media.delete(key);
    Ok(answer::ok(&json!({ "success": true })))
}

/// `GET` of an address: the file itself, or the rest of it.
///
/// # Errors
/// 404 when the address has expired, was not given out, or its file is gone.
pub(crate) fn download(call: &Call<'_>, headers: &HeaderMap) -> Outcome {
    let found = call.world.media.fetch(&call.query, Clock::unix_ms(), call.world.clock.now_us());
    let totals = &mut call.world.book.lock().totals.media;
    match found {
        Download::File(media) => {
            totals.downloaded += 1;
            Ok(attachment(&media, headers, false))
        }
        Download::Cut(media) => {
            totals.downloads_failed += 1;
            Ok(attachment(&media, headers, true))
        }
        Download::Absent => {
            totals.downloads_refused += 1;
            Err(GraphError::no_attachment())
        }
        Download::Failing(status) => {
            totals.downloads_failed += 1;
            Ok(answer::bare(status.try_into().expect("an order's status was checked")))
        }
    }
}

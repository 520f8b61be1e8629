//! The form of an upload.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;

use super::{CallError, Outgoing, Upload};

/// `multipart/form-data` as Meta wants an upload, with its length, so that nothing of it is held in memory.
pub(super) fn form(upload: Upload) -> Result<(HeaderMap, Outgoing), CallError> {
    let boundary = format!("posthaste-{}", hex::encode(random()?));
    let name: String =
        upload.filename.chars().map(|c| if c.is_control() || "\"\\".contains(c) { '_' } else { c }).collect();
    let mime_type = &upload.mime_type;
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let head = format!(
        "{}{}--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {mime_type}\r\n\r\n",
        field("messaging_product", "whatsapp"),
        field("type", mime_type),
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let length = head.len() as u64 + upload.bytes + tail.len() as u64;
    let mut headers = HeaderMap::new();
    let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"));
    headers.insert(CONTENT_TYPE, content_type.map_err(|error| CallError::NotAsked(error.to_string()))?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let one = |text: String| stream::once(async move { Ok(Bytes::from(text)) });
    let parts = one(head).chain(upload.body).chain(one(tail));
    let body = StreamBody::new(parts.map_ok(Frame::data).map_err(Into::into));
    Ok((headers, body.boxed_unsync()))
}

/// A boundary that no file holds.
fn random() -> Result<[u8; 16], CallError> {
    use ring::rand::{SecureRandom as _, SystemRandom};
    let mut bytes = [0; 16];
    let drawn = SystemRandom::new().fill(&mut bytes);
    drawn.map_err(|_| CallError::NotAsked("the system gives no random bytes".to_owned()))?;
    Ok(bytes)
}

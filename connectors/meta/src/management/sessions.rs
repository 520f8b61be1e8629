//! Resumable uploads (Meta: graph-api/guides/upload). A session is named by a text of Meta's that looks like a path and a query.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http::{HeaderName, HeaderValue, Method};
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::Frame;

use super::{Answer, ByteStream, CallError, ManagementClient, Outgoing, request};
use crate::client::Access;
use crate::transport;

/// What every session's id begins with.
const PREFIX: &str = "upload:";
/// Where in the file the bytes of a request belong.
const FILE_OFFSET: HeaderName = HeaderName::from_static("file_offset");

impl ManagementClient {
    /// Asks how many bytes of its file a session has.
    pub async fn session(&self, access: Access<'_>, session: &str) -> Result<Answer, CallError> {
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        self.of_session(access, (Method::GET, session), HeaderMap::new(), body, self.timeout).await
    }

    /// Gives a session the bytes of its file from `offset` on, within `limit`: whose bytes they are may be slower than an upload of
    /// ours.
    pub async fn continue_session(
        &self,
        access: Access<'_>,
        session: &str,
        offset: u64,
        (bytes, body): (u64, ByteStream),
        limit: Duration,
    ) -> Result<Answer, CallError> {
        let headers = HeaderMap::from_iter([
            (FILE_OFFSET, HeaderValue::from(offset)),
            (CONTENT_LENGTH, HeaderValue::from(bytes)),
            (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        ]);
        let body = StreamBody::new(body.map_ok(Frame::data).map_err(Into::into)).boxed_unsync();
        self.of_session(access, (Method::POST, session), headers, body, limit).await
    }

    async fn of_session(
        &self,
        access: Access<'_>,
        (method, session): (Method, &str),
        headers: HeaderMap,
        body: Outgoing,
        limit: Duration,
    ) -> Result<Answer, CallError> {
        if !is_session(session) {
            return Err(CallError::NotAsked("Meta named the upload by what cannot stand in a path".to_owned()));
        }
        let uri = format!("{}/{session}", self.root.prefix(access).map_err(CallError::NotAsked)?);
        let mut request = request(access, method, &uri, headers, body)?;
        // Here alone Meta wants the token in this form.
        let token = transport::oauth(access.token).map_err(CallError::NotAsked)?;
        request.headers_mut().insert(AUTHORIZATION, token);
        self.answer(request, limit).await
    }
}

/// Whether a text is the id of a session and leads nowhere else.
fn is_session(text: &str) -> bool {
    let plain = |part: &str, more: &[u8]| part.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    path.strip_prefix(PREFIX).is_some_and(|id| !id.is_empty() && plain(id, b"-_=~")) && plain(query, b"-_=&~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_by_meta_and_leads_to_meta() {
        for good in ["upload:MTphdHRh", "upload:MTphdHRhY2htZW50OmI=?sig=ARZqkGCA_uQMxC8n-HKI"] {
            assert!(is_session(good), "{good}");
        }
        for bad in [
            "",
            "upload:",
            "upload:?sig=x",
            "upload:../1",
            "upload:a/b",
            "1065",
            "upload:a?b?c",
            "upload:a#b",
            "upload:a b",
        ] {
            assert!(!is_session(bad), "{bad}");
        }
    }
}

//! Files on their way to whoever fetches them: whole, the rest of one that broke off (RFC 9110, 13.1.5 and 14.2), or, where that
//! was ordered, breaking off half-way.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame};

use crate::media::Media;

/// Downloads that break off, as ordered.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cuts {
    /// How many are left.
    pub(crate) left: u32,
    /// Whether the file gets another name (`ETag`) with each, as if it were another file.
    pub(crate) renames: bool,
}

/// After so many bytes an answer breaks off.
#[derive(Debug, Clone, Copy)]
struct CutAfter(usize);

/// The answer's body broke off, as ordered.
#[derive(Debug, thiserror::Error)]
#[error("the simulator breaks off, as ordered")]
pub(crate) struct BrokenOff;

/// Bytes, and then a connection that is closed.
#[derive(Debug)]
pub(crate) struct Cut {
    piece: Option<Bytes>,
    is_flushed: bool,
}

/// What every answer is sent as.
pub(crate) type Sent = Either<Full<Bytes>, Cut>;

impl Body for Cut {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(piece) = self.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        // What was given before leaves only while there is nothing to give.
        if !std::mem::replace(&mut self.is_flushed, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(BrokenOff)))
    }
}

/// A file, or the rest that the headers ask for if its name is still that which they tell.
pub(crate) fn attachment(media: &Media, headers: &HeaderMap, is_cut: bool) -> Response<Full<Bytes>> {
    let generation = if media.cuts.renames { media.cuts.left } else { 0 };
    let etag = format!("\"{}-{generation}\"", &media.sha256[..16]);
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from = text(header::RANGE).and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let from = from.filter(|from| *from < media.bytes.len() && text(header::IF_RANGE).is_none_or(|name| name == etag));
    let rest = media.bytes.slice(from.unwrap_or(0)..);
    let name = media.filename.as_deref().unwrap_or("file");
    let name: String = name.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, &media.mime)
        .header(header::CONTENT_LENGTH, rest.len())
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, etag)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    if let Some(from) = from {
        let (last, all) = (media.bytes.len() - 1, media.bytes.len());
        response = response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {from}-{last}/{all}"));
    }
    let half = rest.len() / 2;
    let mut response = response.body(Full::new(rest)).expect("types are checked when a file is kept");
    if is_cut {
        response.extensions_mut().insert(CutAfter(half));
    }
    response
}

/// The answer as it is sent: one that is to break off announces all of its bytes and gives some.
pub(crate) fn sent(mut response: Response<Full<Bytes>>) -> Response<Sent> {
    let Some(CutAfter(bytes)) = response.extensions_mut().remove() else { return response.map(Either::Left) };
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response.map(|body| {
        let whole = whole(body);
        Either::Right(Cut { piece: Some(whole.slice(..bytes.min(whole.len()))), is_flushed: false })
    })
}

/// The bytes of a body that has them already.
fn whole(mut body: Full<Bytes>) -> Bytes {
    let mut context = Context::from_waker(std::task::Waker::noop());
    match Pin::new(&mut body).poll_frame(&mut context) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    }
}

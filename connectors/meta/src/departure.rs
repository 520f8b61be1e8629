//! The moment at which a request can no longer be called back.
//!
//! hyper asks a request's body for its bytes once a connection is there and just before it writes them. Until then
//! nothing that Meta could process has left: a request without its body is incomplete. So the body itself keeps the
//! border between "certainly not sent" and "unknown", and whoever gives up first decides: the sender by withholding it,
//! or hyper by taking it.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Called once, right before the bytes leave; an error withholds them.
pub type Departure = Box<dyn FnOnce() -> Result<(), String> + Send>;

const WAITING: u8 = 0;
const LEFT: u8 = 1;
const WITHHELD: u8 = 2;
const REFUSED: u8 = 3;

/// The sender's view of a body.
#[derive(Debug, Clone)]
pub(crate) struct Ticket(Arc<AtomicU8>);

impl Ticket {
    /// Calls the body back, if it has not left: `true` means that no byte of it left or ever will.
    pub(crate) fn withhold(&self) -> bool {
        match self.0.compare_exchange(WAITING, WITHHELD, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => matches!(state, WITHHELD | REFUSED),
        }
    }

    /// Whether the body could have left, and its departure failed.
    pub(crate) fn was_refused(&self) -> bool {
        self.0.load(Ordering::Acquire) == REFUSED
    }
}

/// Why a body did not leave.
#[derive(Debug)]
pub(crate) struct Withheld(String);

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Withheld {}

impl From<Infallible> for Withheld {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A body of one frame that tells when it leaves.
pub(crate) struct Departing {
    bytes: Option<Bytes>,
    departure: Option<Departure>,
    state: Arc<AtomicU8>,
}

impl Departing {
    pub(crate) fn new(bytes: Bytes, departure: Departure) -> (Self, Ticket) {
        let state = Arc::new(AtomicU8::new(WAITING));
        let ticket = Ticket(Arc::clone(&state));
        (Self { bytes: Some(bytes), departure: Some(departure), state }, ticket)
    }

    fn depart(&mut self) -> Result<(), Withheld> {
        let taken = self.state.compare_exchange(WAITING, LEFT, Ordering::AcqRel, Ordering::Acquire);
        if taken.is_err() {
            return Err(Withheld("it was called back".to_owned()));
        }
        let Some(departure) = self.departure.take() else { return Ok(()) };
        departure().map_err(|reason| {
            self.state.store(REFUSED, Ordering::Release);
            Withheld(reason)
        })
    }
}

impl Body for Departing {
    type Data = Bytes;
    type Error = Withheld;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withheld>>> {
        if self.bytes.is_none() {
            return Poll::Ready(None);
        }
        if let Err(withheld) = self.depart() {
            return Poll::Ready(Some(Err(withheld)));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, Bytes::len) as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn whoever_comes_first_decides() {
        let (body, ticket) = Departing::new(Bytes::from_static(b"x"), Box::new(|| Ok(())));
        assert!(ticket.withhold());
        assert!(body.collect().await.is_err(), "a body that was called back never leaves");

        let (body, ticket) = Departing::new(Bytes::from_static(b"x"), Box::new(|| Ok(())));
        assert_eq!(body.collect().await.expect("it leaves").to_bytes(), "x");
        assert!(!ticket.withhold(), "what has left cannot be called back");
    }

    #[tokio::test]
    async fn a_departure_that_fails_withholds_the_body() {
        let (body, ticket) = Departing::new(Bytes::from_static(b"x"), Box::new(|| Err("no lease".to_owned())));
        assert_eq!(body.collect().await.expect_err("withheld").to_string(), "no lease");
        assert!(ticket.withhold() && ticket.was_refused());
    }
}

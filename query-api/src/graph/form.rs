//! Forms (RFC 7578) as they arrive. What stands before a part is bounded: the parser keeps it in memory until it ends.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::{Stream, stream};
use multer::{Constraints, Field, Multipart};

use crate::request::{BODY_IDLE, BodyStream, next_frame};

/// Most bytes from the end of one part to the beginning of the next, or before the first: headers, and parts that nobody reads.
/// One more piece of the body may come before this is noticed.
const HEAD_BYTES_MAX: u64 = 64 << 10;
/// Most bytes of a piece while a part is being looked for. The parser may take two before it looks at the first (multer 3 asks the
/// stream twice while it has not found the first boundary), so that twice this has to be less than [`HEAD_BYTES_MAX`]: otherwise a
/// short head that came in one large piece with the file behind it was refused.
const PIECE_BYTES_MAX: usize = 16 << 10;
/// No part is being looked for.
const IN_PART: u64 = u64::MAX;

/// The parts of a form, one after the other.
pub(super) struct Parts {
    parts: Multipart<'static>,
    /// Bytes that came since a part is being looked for.
    head: Arc<AtomicU64>,
}

impl Parts {
    /// Reads a body whose parts have this boundary.
    pub(super) fn new(body: BodyStream, boundary: String, constraints: Constraints) -> Self {
        let head = Arc::new(AtomicU64::new(IN_PART));
        let frames = one_at_a_time(body, Arc::clone(&head));
        Self { parts: Multipart::with_constraints(frames, boundary, constraints), head }
    }

    /// The next part; what was left unread of the one before is skipped.
    pub(super) async fn next(&mut self) -> multer::Result<Option<Field<'static>>> {
        self.head.store(0, Ordering::Relaxed);
        let part = self.parts.next_field().await;
        self.head.store(IN_PART, Ordering::Relaxed);
        part
    }
}

/// The pieces of a body. The parser takes whatever is ready before it looks at any of it, so after each piece nothing is, for once.
fn one_at_a_time(body: BodyStream, head: Arc<AtomicU64>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold((body, Bytes::new()), move |(mut body, mut rest)| {
        let head = Arc::clone(&head);
        async move {
            tokio::task::yield_now().await;
            let before = head.load(Ordering::Relaxed);
            if before != IN_PART && before > HEAD_BYTES_MAX {
                let detail = format!("more than {HEAD_BYTES_MAX} bytes stand before a part");
                return Some((Err(io::Error::other(detail)), (body, rest)));
            }
            if rest.is_empty() {
                rest = match next_frame(&mut body, BODY_IDLE).await.transpose()? {
                    Ok(frame) => frame,
                    Err(problem) => return Some((Err(io::Error::other(problem.detail)), (body, rest))),
                };
            }
            if before == IN_PART {
                return Some((Ok(std::mem::take(&mut rest)), (body, rest)));
            }
            let piece = rest.split_to(rest.len().min(PIECE_BYTES_MAX));
            head.store(before + piece.len() as u64, Ordering::Relaxed);
            Some((Ok(piece), (body, rest)))
        }
    })
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    const FRAME: usize = 8 << 10;

    /// A body that begins with this and goes on with blanks without an end; and how many pieces of it were taken.
    fn endless(begin: &'static [u8]) -> (BodyStream, Arc<AtomicU64>) {
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        let blanks = stream::repeat_with(move || {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(Bytes::from_static(&[b' '; FRAME]))
        });
        (Box::pin(stream::once(async move { Ok(Bytes::from_static(begin)) }).chain(blanks)), taken)
    }

    #[tokio::test]
    async fn what_stands_before_a_part_is_not_kept_without_an_end() {
        for begin in [&b"no boundary"[..], b"--B\r\nContent-Disposition: form-data; name=\"file\"; x=", b"--B"] {
            let (body, taken) = endless(begin);
            let mut parts = Parts::new(body, "B".to_owned(), Constraints::new());
            match parts.next().await.expect_err("it has no end") {
                multer::Error::StreamReadFailed(cause) => {
                    assert!(cause.to_string().contains("before a part"), "{cause}")
                }
                other => panic!("{other}"),
            }
            let most = HEAD_BYTES_MAX / FRAME as u64 + 2;
            assert!(taken.load(Ordering::Relaxed) <= most, "{} pieces", taken.load(Ordering::Relaxed));
        }
    }

    #[tokio::test]
    async fn a_part_that_nobody_reads_is_skipped_up_to_the_same_limit() {
        let begin = b"--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n";
        let mut parts = Parts::new(endless(begin).0, "B".to_owned(), Constraints::new());
        drop(parts.next().await.expect("a part").expect("the first"));
        parts.next().await.expect_err("it has no end");
    }

    #[tokio::test]
    async fn a_part_itself_may_be_longer_and_so_may_the_next() {
        let file = vec![7; 5 * HEAD_BYTES_MAX as usize];
        let part = |name: &str| {
            let head = format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            [head.as_bytes(), &file, b"\r\n"].concat()
        };
        let whole = [part("a"), part("b"), b"--B--\r\n".to_vec()].concat();
        // However the connection cuts it: in small pieces, in one, and with a first one that ends within the first head.
        for cuts in [vec![FRAME; whole.len() / FRAME], vec![], vec![10], vec![whole.len() / 2]] {
            let mut body = Bytes::copy_from_slice(&whole);
            let mut frames: Vec<_> = cuts.into_iter().map(|cut| Ok(body.split_to(cut))).collect();
            frames.push(Ok(body));
            let mut parts = Parts::new(Box::pin(stream::iter(frames)), "B".to_owned(), Constraints::new());
            for name in ["a", "b"] {
                let part = parts.next().await.expect("a part").expect("there is one");
                assert_eq!(part.name(), Some(name));
                assert_eq!(part.bytes().await.expect("its bytes"), file);
            }
            assert!(parts.next().await.expect("the end").is_none());
        }
    }
}

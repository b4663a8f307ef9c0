//! The body in small pieces, so that the reader of the form holds little.
//!
//! multer takes whatever the body has ready into its buffer, and looks there
//! for the end of a part's head without any bound. So a piece is small, after
//! each the body is said to have nothing more for the moment, and before the
//! head of a part has ended only so many bytes are given.

use bytes::Bytes;
use futures_util::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

/// The most bytes of one piece.
const PIECE_BYTES_MAX: usize = 16 * 1024;
/// The most bytes that are given while the head of a part has not ended.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// What is left when no head is being read.
const NO_BOUND: usize = usize::MAX;

/// How many bytes may still be given for the head of a part.
#[derive(Debug, Clone)]
pub(super) struct HeadBudget(Arc<AtomicUsize>);

impl HeadBudget {
    pub fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(HEAD_BYTES_MAX)))
    }

    /// The head of a part is about to be read.
    pub fn begin(&self) {
        self.0.store(HEAD_BYTES_MAX, Ordering::Relaxed);
    }

    /// The head has ended.
    pub fn end(&self) {
        self.0.store(NO_BOUND, Ordering::Relaxed);
    }

    /// Whether `count` more bytes may be given.
    fn take(&self, count: usize) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        if left == NO_BOUND {
            return true;
        }
        self.0.store(left.saturating_sub(count), Ordering::Relaxed);
        count <= left
    }
}

/// Why there is no next piece.
#[derive(Debug)]
pub(super) enum PieceError {
    /// The body cannot be read.
    Body(axum::Error),
    /// The head of a part does not end.
    HeadTooLong,
}

impl fmt::Display for PieceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Body(_) => "the body cannot be read",
            Self::HeadTooLong => "the head of a part does not end",
        })
    }
}

impl std::error::Error for PieceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Body(source) => Some(source),
            Self::HeadTooLong => None,
        }
    }
}

/// A body in small pieces.
pub(super) struct Pieces<S> {
    body: S,
    left: Bytes,
    rests: bool,
    head: HeadBudget,
}

impl<S> Pieces<S> {
    pub fn new(body: S, head: HeadBudget) -> Self {
        Self { body, left: Bytes::new(), rests: false, head }
    }
}

impl<S: Stream<Item = Result<Bytes, axum::Error>> + Unpin> Stream for Pieces<S> {
    type Item = Result<Bytes, PieceError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.left.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_next(context)) {
                Some(Ok(bytes)) => self.left = bytes,
                Some(Err(error)) => return Poll::Ready(Some(Err(PieceError::Body(error)))),
                None => return Poll::Ready(None),
            }
        }
        let length = self.left.len().min(PIECE_BYTES_MAX);
        let piece = self.left.split_to(length);
        self.rests = true;
        let given = if self.head.take(length) { Ok(piece) } else { Err(PieceError::HeadTooLong) };
        Poll::Ready(Some(given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{FutureExt as _, StreamExt as _, stream};

    fn pieces(sizes: &[usize], head: &HeadBudget) -> Pieces<impl Stream<Item = Result<Bytes, axum::Error>> + Unpin> {
        let bodies: Vec<_> = sizes.iter().map(|size| Ok(Bytes::from(vec![b'x'; *size]))).collect();
        Pieces::new(stream::iter(bodies), head.clone())
    }

    #[test]
    fn a_reader_that_takes_all_there_is_gets_one_small_piece_at_a_time() {
        let head = HeadBudget::new();
        head.end();
        let mut pieces = pieces(&[40_000, 0, 10], &head);
        let mut sizes = Vec::new();
        while let Some(piece) = {
            let taken = pieces.next().now_or_never();
            assert!(taken.is_some(), "a piece is ready after each rest");
            taken.flatten()
        } {
            sizes.push(piece.unwrap().len());
            assert!(pieces.next().now_or_never().is_none(), "it rests after each piece");
        }
        assert_eq!(sizes, [16_384, 16_384, 7_232, 10]);
    }

    #[test]
    fn the_head_of_a_part_has_a_bound_and_its_content_none() {
        let head = HeadBudget::new();
        let mut given = Vec::new();
        let mut pieces = pieces(&[16_384, 1], &head);
        while given.len() < 2 {
            given.extend(pieces.next().now_or_never().flatten());
        }
        assert!(given[0].is_ok() && matches!(given[1], Err(PieceError::HeadTooLong)));
        head.begin();
        assert!(head.take(HEAD_BYTES_MAX) && !head.take(1));
        head.end();
        assert!((0..100).all(|_| head.take(PIECE_BYTES_MAX)));
    }
}

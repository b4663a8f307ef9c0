//! Lets through only bytes that can be read in one way.

use crate::Limits;
use crate::reading::{Reading, Unread};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

/// Keeps the bytes of a head back until the head is whole and clear. Most
/// heads come whole and are looked at where they lie; only a part of a head is
/// copied.
#[derive(Debug)]
pub(crate) struct Sieve {
    reading: Reading,
    held: Vec<u8>,
    // Of the held bytes, those that were found clear.
    clear: usize,
    fault: Option<Unread>,
    ended: bool,
}

impl Sieve {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { reading: Reading::new(limits), held: Vec::new(), clear: 0, fault: None, ended: false }
    }

    /// How many heads went through.
    pub(crate) fn heads(&self) -> u64 {
        self.reading.heads()
    }

    pub(crate) fn holds_part_of_a_head(&self) -> bool {
        self.fault.is_none() && self.held.len() > self.clear
    }

    /// Whether the peer has sent its last byte.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Reads clear bytes of `inner` into `buf`; the fault, when there are no more.
    pub(crate) fn poll_read<T: AsyncRead + Unpin>(
        &mut self,
        inner: &mut T,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Unread>>> {
        loop {
            if self.clear > 0 {
                self.hand_over(buf);
                return Poll::Ready(Ok(None));
            }
            if let Some(fault) = self.fault {
                return Poll::Ready(Ok(Some(fault)));
            }
            let before = buf.filled().len();
            let read = ready!(Pin::new(&mut *inner).poll_read(cx, buf));
            if read.is_err() || buf.filled().len() == before {
                self.ended = true;
                return Poll::Ready(read.map(|()| None));
            }
            if self.take(buf, before) {
                return Poll::Ready(Ok(None));
            }
        }
    }

    /// Takes what was read into `buf` after `before`; whether some of it may stay there.
    fn take(&mut self, buf: &mut ReadBuf<'_>, before: usize) -> bool {
        let new = &buf.filled()[before..];
        if self.held.is_empty() {
            let (clear, read) = self.reading.read(new);
            self.held.extend_from_slice(&new[clear..]);
            self.fault = read.err();
            buf.set_filled(before + clear);
            return clear > 0;
        }
        self.held.extend_from_slice(new);
        buf.set_filled(before);
        let (clear, read) = self.reading.read(&self.held);
        (self.clear, self.fault) = (clear, read.err());
        false
    }

    fn hand_over(&mut self, buf: &mut ReadBuf<'_>) {
        let count = self.clear.min(buf.remaining());
        buf.put_slice(&self.held[..count]);
        self.held.drain(..count);
        self.clear -= count;
        if self.held.is_empty() {
            // A connection at rest holds nothing.
            self.held = Vec::new();
        }
    }
}

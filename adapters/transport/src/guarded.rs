//! An HTTP/1 stream as the HTTP library sees it: it gets only bytes that can
//! be read in one way, it does not wait for ever on a peer that reads nothing,
//! and where it answers a malformed head with an empty body, problem details go out.

use crate::dialogue::Dialogue;
use crate::fault::ProtocolFault;
use crate::reading::Unread;
use crate::sieve::Sieve;
use crate::stall::Stall;
use crate::{Limits, problem_body};
use http::StatusCode;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(crate) struct Guarded<T> {
    inner: T,
    sieve: Sieve,
    stall: Stall,
    replacement: Vec<u8>,
    dialogue: Arc<Dialogue>,
    // Answers that have left to the last byte.
    flushed: u64,
    // The fault of a head, once the library was told that nothing more comes.
    told: Option<ProtocolFault>,
    // Of the library, while a fault waits for the answers before it.
    waiting: Option<Waker>,
}

impl<T> Guarded<T> {
    pub(crate) fn new(inner: T, limits: &Limits, dialogue: Arc<Dialogue>) -> Self {
        Self {
            inner,
            sieve: Sieve::new(limits),
            stall: Stall::new(limits.write_stall_timeout),
            replacement: Vec::new(),
            dialogue,
            flushed: 0,
            told: None,
            waiting: None,
        }
    }

    /// Whether no call runs and every answer has left: what comes now belongs to no call.
    pub(crate) fn is_between_calls(&self) -> bool {
        self.flushed == self.dialogue.asked()
    }

    /// Whether a part of a head was kept back.
    pub(crate) fn holds_part_of_a_head(&self) -> bool {
        self.sieve.holds_part_of_a_head()
    }

    /// Whether the peer left in the middle of a head.
    pub(crate) fn broke_off(&self) -> bool {
        self.sieve.has_ended() && self.sieve.holds_part_of_a_head()
    }

    /// The fault for which reading ended.
    pub(crate) fn unread(&self) -> Option<ProtocolFault> {
        self.told
    }

    /// What the library is told of a fault: of a head only when all calls
    /// before it were answered, because such a fault ends the connection.
    fn tell(&mut self, cx: &mut Context<'_>, fault: Unread) -> Poll<io::Result<()>> {
        if let Unread::Head(fault) = fault {
            if self.flushed < self.sieve.heads() {
                self.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if self.told.replace(fault).is_none() {
                // The library closes the stream when it hears of it, so its answer must be there before.
                self.answer(fault);
            }
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the peer's bytes can be read in two ways")))
    }

    /// Answers a fault with problem details; they leave before the stream is closed.
    pub(crate) fn answer(&mut self, fault: ProtocolFault) {
        let status = fault.status().and_then(|status| StatusCode::from_u16(status).ok());
        let Some(status) = status else { return };
        let body = problem_body(status, fault.name(), fault.title());
        let reason = status.canonical_reason().unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
             cache-control: no-store\r\nconnection: close\r\n\r\n",
            status.as_u16(),
            body.len()
        );
        self.replacement = [head.as_bytes(), &body].concat();
    }

    /// Takes the place of the library's answer; whether it did.
    fn replace(&mut self, bytes: &[u8]) -> bool {
        // While an answer of ours is under way, all bytes are ours, whatever they look like.
        if !self.is_between_calls() {
            return false;
        }
        let Some(fault) = automatic_answer(bytes) else { return false };
        self.answer(fault);
        self.dialogue.ended_automatically(fault);
        true
    }
}

impl<T: AsyncWrite + Unpin> Guarded<T> {
    fn write_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replacement.is_empty() {
            let written = Pin::new(&mut self.inner).poll_write(cx, &self.replacement);
            let count = ready!(self.stall.watch(cx, written))?;
            self.replacement.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

/// Recognizes the head that hyper writes on its own for a malformed request:
/// a bare 400, 414 or 431 that closes the connection, without a content type.
fn automatic_answer(bytes: &[u8]) -> Option<ProtocolFault> {
    let head = std::str::from_utf8(bytes).ok()?.strip_prefix("HTTP/1.1 4")?.strip_suffix("\r\n\r\n")?;
    if !head.contains("\r\nconnection: close") || !head.contains("\r\ncontent-length: 0") || head.contains("\r\n\r\n") {
        return None;
    }
    if head.contains("\r\ncontent-type:") {
        return None;
    }
    match head.get(..3)? {
        "00 " => Some(ProtocolFault::MalformedRequest),
        "14 " => Some(ProtocolFault::TargetTooLong),
        "31 " => Some(ProtocolFault::HeadersTooLarge),
        _ => None,
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match ready!(this.sieve.poll_read(&mut this.inner, cx, buf))? {
            Some(fault) => this.tell(cx, fault),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.write_replacement(cx))?;
        if self.replace(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.stall.watch(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.write_replacement(cx))?;
        if let [only] = slices
            && self.replace(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.stall.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_replacement(cx))?;
        // The library flushes only after it has written all that it was given.
        let answered = self.dialogue.answered();
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        ready!(self.stall.watch(cx, flushed))?;
        self.flushed = answered;
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_replacement(cx))?;
        let closed = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.stall.watch(cx, closed)
    }
}

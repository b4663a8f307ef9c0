//! An HTTP/1 stream that does not wait for ever on a peer that reads nothing,
//! and that puts problem details where the HTTP library answers a malformed
//! head with an empty body.

use crate::dialogue::Dialogue;
use crate::fault::ProtocolFault;
use crate::problem_body;
use crate::stall::Stall;
use http::StatusCode;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(crate) struct Guarded<T> {
    inner: T,
    stall: Stall,
    replacement: Vec<u8>,
    dialogue: Arc<Dialogue>,
    // Answers that have left to the last byte.
    flushed: u64,
}

impl<T> Guarded<T> {
    pub(crate) fn new(inner: T, stall_timeout: Duration, dialogue: Arc<Dialogue>) -> Self {
        Self { inner, stall: Stall::new(stall_timeout), replacement: Vec::new(), dialogue, flushed: 0 }
    }

    /// Whether no call runs and every answer has left: what comes now belongs to no call.
    pub(crate) fn is_between_calls(&self) -> bool {
        self.flushed == self.dialogue.asked()
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
        Pin::new(&mut self.inner).poll_read(cx, buf)
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
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_replacement(cx))?;
        let closed = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.stall.watch(cx, closed)
    }
}

//! A stream below HTTP that does not wait for ever on a peer that reads
//! nothing, and that puts problem details where the HTTP library answers a
//! malformed HTTP/1 head with an empty body.

use crate::dialogue::Dialogue;
use crate::problem_body;
use http::StatusCode;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

pub(crate) struct Guarded<T> {
    inner: T,
    stall_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    replacement: Vec<u8>,
    dialogue: Arc<Dialogue>,
    // Answers that have left to the last byte.
    flushed: u64,
}

impl<T> Guarded<T> {
    pub(crate) fn new(inner: T, stall_timeout: Duration, dialogue: Arc<Dialogue>) -> Self {
        Self { inner, stall_timeout, stalled: None, replacement: Vec::new(), dialogue, flushed: 0 }
    }

    /// Ends the wait for a peer that takes no bytes.
    fn watch<R>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        if result.is_ready() {
            self.stalled = None;
            return result;
        }
        let timeout = self.stall_timeout;
        let timer = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        timer.as_mut().poll(cx).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the peer takes no bytes")))
    }
}

impl<T: AsyncWrite + Unpin> Guarded<T> {
    fn write_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replacement.is_empty() {
            let written = Pin::new(&mut self.inner).poll_write(cx, &self.replacement);
            let count = ready!(self.watch(cx, written))?;
            self.replacement.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    /// Takes the place of the library's answer; whether it did.
    fn replace(&mut self, bytes: &[u8]) -> bool {
        // While an answer of ours is under way, all bytes are ours, whatever they look like.
        if self.flushed != self.dialogue.asked() {
            return false;
        }
        let Some((status, name, title)) = automatic_answer(bytes) else { return false };
        let body = problem_body(status, name, title);
        let reason = status.canonical_reason().unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {} {reason}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
             cache-control: no-store\r\nconnection: close\r\n\r\n",
            status.as_u16(),
            body.len()
        );
        self.replacement = [head.as_bytes(), &body].concat();
        self.dialogue.ended_automatically(status.as_u16());
        true
    }
}

/// Recognizes the head that hyper writes on its own for a malformed request:
/// a bare 400, 414 or 431 that closes the connection, without a content type.
fn automatic_answer(bytes: &[u8]) -> Option<(StatusCode, &'static str, &'static str)> {
    let head = std::str::from_utf8(bytes).ok()?.strip_prefix("HTTP/1.1 4")?.strip_suffix("\r\n\r\n")?;
    if !head.contains("\r\nconnection: close") || !head.contains("\r\ncontent-length: 0") || head.contains("\r\n\r\n") {
        return None;
    }
    if head.contains("\r\ncontent-type:") {
        return None;
    }
    match head.get(..3)? {
        "00 " => Some((StatusCode::BAD_REQUEST, "malformed_request", "The request is not well-formed HTTP")),
        "14 " => Some((StatusCode::URI_TOO_LONG, "target_too_long", "The request target is too long")),
        "31 " => Some((
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            "The request has too many or too long headers",
        )),
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
        self.watch(cx, written)
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
        self.watch(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_replacement(cx))?;
        // The library flushes only after it has written all that it was given.
        let answered = self.dialogue.answered();
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        ready!(self.watch(cx, flushed))?;
        self.flushed = answered;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_replacement(cx))?;
        let closed = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.watch(cx, closed)
    }
}

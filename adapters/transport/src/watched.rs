//! An HTTP/2 stream that is lent to the HTTP library: what leaves is watched,
//! and it comes back when the library lets go of it, so that we can close it.

use crate::frames::Frames;
use crate::http2::Activity;
use crate::stall::Stall;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

pub(crate) struct Watched<T> {
    // Taken only when this is dropped.
    stream: Option<T>,
    owner: Option<oneshot::Sender<T>>,
    stall: Stall,
    frames: Frames,
    activity: Arc<Activity>,
}

impl<T> Watched<T> {
    /// Lends a stream; the receiver has it again once the loan was dropped.
    pub(crate) fn lend(stream: T, stall_timeout: Duration, activity: Arc<Activity>) -> (Self, oneshot::Receiver<T>) {
        let (owner, returned) = oneshot::channel();
        let stall = Stall::new(stall_timeout);
        let watched = Self { stream: Some(stream), owner: Some(owner), stall, frames: Frames::default(), activity };
        (watched, returned)
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        if let (Some(stream), Some(owner)) = (self.stream.take(), self.owner.take()) {
            // Nobody waits for it when the whole connection is dropped.
            let _ = owner.send(stream);
        }
    }
}

fn gone<R>() -> Poll<io::Result<R>> {
    Poll::Ready(Err(io::ErrorKind::NotConnected.into()))
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let Some(stream) = &mut self.stream else { return gone() };
        let read = ready!(Pin::new(stream).poll_read(cx, buf));
        // Also by an error: a peer that leaves without `close_notify` is one.
        if read.is_err() || buf.filled().len() == before {
            self.activity.peer_ended();
        }
        Poll::Ready(read)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return gone() };
        let written = Pin::new(stream).poll_write(cx, bytes);
        let count = ready!(this.stall.watch(cx, written))?;
        this.frames.read(&bytes[..count], |frame| this.activity.sent(frame));
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return gone() };
        let written = Pin::new(stream).poll_write_vectored(cx, slices);
        let count = ready!(this.stall.watch(cx, written))?;
        let mut left = count;
        for slice in slices {
            let part = left.min(slice.len());
            this.frames.read(&slice[..part], |frame| this.activity.sent(frame));
            left -= part;
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return gone() };
        let flushed = Pin::new(stream).poll_flush(cx);
        this.stall.watch(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return gone() };
        let closed = Pin::new(stream).poll_shutdown(cx);
        this.stall.watch(cx, closed)
    }
}

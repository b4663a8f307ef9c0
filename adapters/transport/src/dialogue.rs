//! Whose turn it is on one HTTP/1 connection.
//!
//! The stream below HTTP must know whether bytes that are written belong to an
//! answer of ours: only between answers can the HTTP library speak on its own.

use crate::fault::ProtocolFault;
use bytes::Buf;
use futures_util::TryFutureExt;
use futures_util::future::MapOk;
use http::Response;
use hyper::body::{Body, Frame, SizeHint};
use hyper::service::Service;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::task::{Context, Poll};

/// What both ends of a connection's handling know of it.
#[derive(Debug, Default)]
pub(crate) struct Dialogue {
    asked: AtomicU64,
    answered: AtomicU64,
    automatic_status: AtomicU16,
}

impl Dialogue {
    /// Requests that were handed to the application.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Answers whose last byte was handed to the HTTP library.
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// The fault for which the library ended the connection on its own.
    pub(crate) fn automatic_end(&self) -> Option<ProtocolFault> {
        let status = self.automatic_status.load(Ordering::Relaxed);
        (status > 0).then(|| ProtocolFault::of_status(status))
    }

    pub(crate) fn ended_automatically(&self, fault: ProtocolFault) {
        self.automatic_status.store(fault.status().unwrap_or_default(), Ordering::Relaxed);
    }
}

/// A service whose requests and answers are counted.
pub(crate) struct Observed<S> {
    pub(crate) service: S,
    pub(crate) dialogue: Arc<Dialogue>,
}

type Observe<B> = Box<dyn FnOnce(Response<B>) -> Response<Answer<B>> + Send>;

impl<S, R, B> Service<R> for Observed<S>
where
    S: Service<R, Response = Response<B>, Error = Infallible>,
    B: 'static,
{
    type Response = Response<Answer<B>>;
    type Error = Infallible;
    type Future = MapOk<S::Future, Observe<B>>;

    fn call(&self, request: R) -> Self::Future {
        self.dialogue.asked.fetch_add(1, Ordering::Relaxed);
        let dialogue = Arc::clone(&self.dialogue);
        self.service.call(request).map_ok(Box::new(move |response| response.map(|body| Answer { body, dialogue })))
    }
}

/// A body that counts as answered when the HTTP library lets go of it.
pub(crate) struct Answer<B> {
    body: B,
    dialogue: Arc<Dialogue>,
}

impl<B> Drop for Answer<B> {
    fn drop(&mut self) {
        self.dialogue.answered.fetch_add(1, Ordering::Relaxed);
    }
}

impl<B: Body<Data: Buf> + Unpin> Body for Answer<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

//! A service that hears of no request without a word on its head.

use crate::{HeadFault, Limits, Names, Place};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

/// A request whose head keeps the rules of HTTP at this listener, or what it broke.
pub type Heard = Result<Request<Incoming>, HeadFault>;

/// A service of a function that answers what was heard.
#[derive(Debug, Clone)]
pub struct Answering<F>(pub F);

impl<F, A, B> Service<Heard> for Answering<F>
where
    F: Fn(Heard) -> A,
    A: Future<Output = Result<Response<B>, Infallible>>,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = A;

    fn call(&self, heard: Heard) -> A {
        (self.0)(heard)
    }
}

/// Checks every head for the service behind it.
pub(crate) struct Checked<S> {
    pub(crate) service: S,
    pub(crate) names: Arc<Names>,
    pub(crate) place: Arc<Place>,
    pub(crate) limits: Limits,
}

impl<S: Service<Heard>> Service<Request<Incoming>> for Checked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.place.speaks();
        let (head, body) = request.into_parts();
        let found = HeadFault::find(&head, &self.names, &self.limits);
        self.service.call(found.map(|()| Request::from_parts(head, body)))
    }
}

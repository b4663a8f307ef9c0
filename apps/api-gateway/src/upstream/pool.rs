//! Keep-alive connections of one runtime to the processor.

use super::{Connecting, Link, Upstream};
use crate::UpstreamLimits;
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    /// No connection: the processor has not seen the request.
    Unreachable,
    /// The connection broke, or the answer is too long: the processor may have acted.
    Broken,
    /// No answer in time: the processor may have acted.
    TimedOut,
}

/// One institution may have every fourth place, as of the listener's connections.
const SHARE_OF_ONE: usize = 4;

/// The connections of one runtime; nothing is shared between cores.
pub(crate) struct Pool {
    upstream: Upstream,
    limits: UpstreamLimits,
    host: HeaderValue,
    idle: Mutex<Vec<Idle>>,
    places: Arc<Semaphore>,
    // Of those who have calls under way or answers that they have not taken.
    shares: Mutex<HashMap<HeaderValue, Arc<Semaphore>>>,
}

/// The place of one call. It is held for as long as the answer is in memory,
/// so until its caller has taken it: a caller who takes nothing uses up its
/// own share and no more.
struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_one: OwnedSemaphorePermit,
}

/// An answer's bytes with the place that they keep.
struct Held {
    bytes: Bytes,
    _place: Place,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

struct Idle {
    sender: SendRequest<Full<Bytes>>,
    since: Instant,
}

/// How far an exchange came before it failed.
enum Broke {
    /// Not a byte was sent, over a connection that had rested.
    BeforeSending,
    /// It was sent over a connection that had rested and no answer came.
    AfterRest,
    /// Over a new connection, or in the middle of an answer.
    Finally(Failed),
}

impl Pool {
    pub(crate) fn new(upstream: Upstream, limits: UpstreamLimits) -> Self {
        let host = HeaderValue::try_from(upstream.address.to_string());
        Self {
            host: host.unwrap_or_else(|_| HeaderValue::from_static("processor")),
            upstream,
            limits,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(limits.connections_max)),
            shares: Mutex::default(),
        }
    }

    /// Sends the request that `make` makes for `institution` and waits for the
    /// whole answer, whose bytes hold the call's place. A request is made and
    /// sent again only when its first connection had died at rest, and then
    /// only if nothing was sent or it is `idempotent`.
    pub(crate) async fn send(
        &self,
        institution: &HeaderValue,
        idempotent: bool,
        make: impl Fn() -> Request<Full<Bytes>> + Send,
    ) -> Result<Response<Bytes>, Failed> {
        let place = timeout(self.limits.connect_timeout, self.place(institution));
        let Ok(Some(place)) = place.await else { return Err(Failed::Unreachable) };
        let deadline = self.limits.answer_timeout;
        let answer = timeout(deadline, self.exchange(idempotent, make)).await.unwrap_or(Err(Failed::TimedOut))?;
        Ok(answer.map(|bytes| Bytes::from_owner(Held { bytes, _place: place })))
    }

    /// A place of the institution's share, then one of all: whoever waits for its share takes nothing from others.
    async fn place(&self, institution: &HeaderValue) -> Option<Place> {
        let share = self.share(institution);
        let of_one = share.acquire_owned().await.ok()?;
        let of_all = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(Place { _of_all: of_all, _of_one: of_one })
    }

    fn share(&self, institution: &HeaderValue) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        let share = shares
            .entry(institution.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(self.limits.connections_max.div_ceil(SHARE_OF_ONE))));
        Arc::clone(share)
    }

    async fn exchange(
        &self,
        idempotent: bool,
        make: impl Fn() -> Request<Full<Bytes>> + Send,
    ) -> Result<Response<Bytes>, Failed> {
        while let Some(sender) = self.rested().await {
            match self.over(sender, make(), true).await {
                Ok(answer) => return Ok(answer),
                Err(Broke::Finally(failed)) => return Err(failed),
                Err(Broke::AfterRest) if !idempotent => return Err(Failed::Broken),
                Err(Broke::AfterRest | Broke::BeforeSending) => {}
            }
        }
        let connected = timeout(self.limits.connect_timeout, self.connect()).await;
        let Ok(Ok(sender)) = connected else {
            let error = connected.ok().and_then(Result::err);
            tracing::warn!(?error, "the API processor cannot be reached");
            return Err(Failed::Unreachable);
        };
        self.over(sender, make(), false).await.map_err(|broke| match broke {
            Broke::Finally(failed) => failed,
            Broke::BeforeSending | Broke::AfterRest => Failed::Broken,
        })
    }

    async fn over(
        &self,
        mut sender: SendRequest<Full<Bytes>>,
        mut request: Request<Full<Bytes>>,
        rested: bool,
    ) -> Result<Response<Bytes>, Broke> {
        request.headers_mut().insert(HOST, self.host.clone());
        let answer = match sender.try_send_request(request).await {
            Ok(answer) => answer,
            Err(mut error) => {
                return Err(match (rested, error.take_message().is_some()) {
                    (true, true) => Broke::BeforeSending,
                    (true, false) => Broke::AfterRest,
                    (false, _) => Broke::Finally(Failed::Broken),
                });
            }
        };
        let answer = self.whole(answer).await.map_err(Broke::Finally)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Idle { sender, since: Instant::now() });
        Ok(answer)
    }

    /// Reads the answer to its end: only then may another request use the connection.
    async fn whole(&self, answer: Response<Incoming>) -> Result<Response<Bytes>, Failed> {
        let (head, body) = answer.into_parts();
        if head.status.is_informational() {
            // 101: another protocol was never asked for, and no answer follows.
            return Err(Failed::Broken);
        }
        match Limited::new(body, self.limits.answer_bytes_max).collect().await {
            Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
            Err(error) => {
                tracing::warn!(%error, "the API processor's answer broke off or is too long");
                Err(Failed::Broken)
            }
        }
    }

    /// The connection that rested least and is still open.
    async fn rested(&self) -> Option<SendRequest<Full<Bytes>>> {
        loop {
            let mut last = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let last = idle.pop()?;
                if last.since.elapsed() > self.limits.rest_timeout {
                    // All below have rested longer still.
                    idle.clear();
                    return None;
                }
                last
            };
            if last.sender.ready().await.is_ok() {
                return Some(last.sender);
            }
        }
    }

    async fn connect(&self) -> Connecting {
        let stream = TcpStream::connect(self.upstream.address).await?;
        stream.set_nodelay(true)?;
        match &self.upstream.link {
            Link::MutualTls { connector, name } => handshake(connector.connect(name.clone(), stream).await?).await,
            Link::Clear => handshake(stream).await,
        }
    }

    /// Closes connections that rest too long, now and then.
    pub(crate) async fn tidy(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.retain(|idle| !idle.sender.is_closed() && idle.since.elapsed() <= self.limits.rest_timeout);
            drop(idle);
            // A share that somebody holds a place of is counted on: its permits point to it.
            self.shares.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, share| Arc::strong_count(share) > 1);
        }
    }
}

async fn handshake(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Connecting {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the API processor ended");
        }
    });
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers every request on every connection with two bytes.
    async fn processor() -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut head = [0; 1_024];
                    while stream.read(&mut head).await.is_ok_and(|count| count > 0) {
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
                    }
                });
            }
        });
        Upstream::in_the_clear_for_measurement(address)
    }

    async fn call(pool: &Pool, institution: &'static str) -> Result<Bytes, Failed> {
        let make = || Request::new(Full::default());
        let answer = pool.send(&HeaderValue::from_static(institution), true, make).await?;
        Ok(answer.into_body())
    }

    #[tokio::test]
    async fn an_answer_that_is_not_taken_keeps_its_place_and_leaves_others_theirs() {
        let limits = UpstreamLimits {
            connections_max: 8,
            connect_timeout: Duration::from_millis(200),
            ..crate::Settings::default().upstream
        };
        let pool = Pool::new(processor().await, limits);
        let held = [call(&pool, "a").await.unwrap(), call(&pool, "a").await.unwrap()];
        assert_eq!(held[0].as_ref(), b"{}");
        assert_eq!(call(&pool, "a").await, Err(Failed::Unreachable), "the share is held by what was not taken");
        for _ in 0..20 {
            assert!(call(&pool, "b").await.is_ok(), "another institution has a share of its own");
        }
        let part = held[0].slice(1..);
        drop(held);
        let more = call(&pool, "a").await;
        assert!(more.is_ok(), "what was taken leaves its place");
        assert_eq!(call(&pool, "a").await, Err(Failed::Unreachable), "a part of an answer is still in memory");
        drop((part, more));
        assert_eq!(pool.places.available_permits(), 8);
    }
}

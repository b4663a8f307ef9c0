//! How fast one certificate may come: nobody fills the disk with requests, and
//! nobody keeps the others from the store (RFC 9126 section 2.3, PR-058).

use super::Refusal;
use crate::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use sumun_time::{Span, Timestamp};
use sumun_traffic::Refusal as Refused;
use sumun_traffic::filter::limit::{Bucket, LimitRule};
use sumun_transport::PeerCertificate;
use sumun_web::{Problem, Words};

/// No source sets a figure. A consent takes two requests, so this is 25
/// consents a second: those of ten million customers in five days.
const RULE: LimitRule = LimitRule { tokens_per_second: 50, burst_tokens: 200 };

/// Certificates that are remembered. Each is one that the open authority
/// issued; beyond this all are forgotten, and have a full bucket again.
const CERTIFICATES_MAX: usize = 10_000;

/// What each certificate has left, by its SHA-256.
#[derive(Default)]
pub(crate) struct Pace {
    buckets: Mutex<HashMap<[u8; 32], Bucket>>,
}

impl Pace {
    /// Charges one request of the certificate at `now`.
    ///
    /// # Errors
    /// How long to wait when it has none left.
    fn charge(&self, certificate: [u8; 32], now: Timestamp) -> Result<(), Span> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CERTIFICATES_MAX {
            buckets.clear();
        }
        let bucket = buckets.entry(certificate).or_insert_with(|| Bucket::full(RULE, now));
        let (left, charged) = bucket.take(RULE, now, 1);
        *bucket = left;
        match charged {
            Err(Refused::LimitExceeded { retry_after }) => Err(retry_after),
            _ => Ok(()),
        }
    }
}

/// Stands before everything that costs: the body, the store, the signature.
pub(super) async fn keep(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let shown = request.extensions().get::<PeerCertificate>().map(|certificate| certificate.thumbprint);
    // Without a certificate nothing is done anyway.
    let charged = shown.map_or(Ok(()), |thumbprint| server.pace.charge(thumbprint, server.parts.clock.now()));
    match charged {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let seconds = wait.micros().div_euclid(1_000_000) + 1;
            let title = Words::new("한꺼번에 너무 많이 요청했습니다.", "Too many requests came at once.");
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", title);
            Refusal::Http(problem.header(header::RETRY_AFTER, seconds.to_string())).into_response()
        }
    }
}

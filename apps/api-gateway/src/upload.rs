//! The body of a request: what its head announces, and its bytes.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::time::Duration;
use sumun_traffic::Refusal;
use sumun_traffic::filter::size::{Allowance, Declared};
use sumun_transport::{BodyFault, GuardedBody, body_fault};

/// What the head says of the body.
pub(crate) fn announced(incoming: &Incoming) -> Declared {
    if incoming.is_end_stream() {
        return Declared::Nothing;
    }
    incoming.size_hint().exact().map_or(Declared::Open, Declared::Length)
}

/// Reads the body, within its allowance and in time.
pub(crate) async fn read(incoming: Incoming, allowance: Allowance, timeout: Duration) -> Result<Bytes, Refusal> {
    let bytes_max = allowance.bytes_max();
    if bytes_max == 0 {
        return Ok(Bytes::new());
    }
    match GuardedBody::new(incoming, bytes_max, timeout).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) => Err(match body_fault(error.as_ref()) {
            BodyFault::TooLarge => Refusal::BodyTooLarge { bytes_max },
            BodyFault::TooSlow => Refusal::BodyTooSlow,
            BodyFault::Broken => Refusal::BodyBroken,
        }),
    }
}

//! The bounds of one listener.

use crate::Pace;
use http::request::Parts;
use std::time::Duration;

/// The bounds of one listener: no size and no wait is without one.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Live connections; further ones wait in the kernel's queue, unless one
    /// that has said nothing yet gives way.
    pub connections_max: usize,
    /// Of those, the connections of one address (of one /64 in IPv6).
    pub peer_connections_max: usize,
    /// Of those, the ones that have not sent a request head yet, so also
    /// running handshakes; beyond it the oldest of the address gives way.
    pub peer_silent_max: usize,
    /// Of all, the connections of one party where parties are known: an
    /// institution at the gateway.
    pub party_connections_max: usize,
    /// From the TCP connection to the end of the TLS handshake.
    pub handshake_timeout: Duration,
    /// For a whole request head; also how long a connection may rest between two requests.
    pub header_timeout: Duration,
    /// From the end of the request head to the end of its body, and longer by
    /// what `body_bytes_per_second_min` gives for the bytes that came.
    pub body_timeout: Duration,
    /// The slowest body: who keeps this rate on the average goes through,
    /// however long it takes (RFC 9110 section 15.5.9: else 408).
    pub body_bytes_per_second_min: u64,
    /// From the end of the request head to the head of the answer; longer as `body_timeout` is.
    pub request_timeout: Duration,
    /// How long a peer may refuse to take bytes of an answer.
    pub write_stall_timeout: Duration,
    /// Bytes of a request head.
    pub header_bytes_max: usize,
    /// Headers of one request.
    pub header_count_max: usize,
    /// Bytes of a request body.
    pub body_bytes_max: u64,
    /// Concurrent streams of one HTTP/2 connection.
    pub streams_max: u32,
    /// How long live connections may go on after a stop was asked for.
    pub grace: Duration,
    /// For the orderly end of a connection: `close_notify`, and the peer's own close.
    pub close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self::with_connections(4_096)
    }
}

/// One address or party may have every fourth place: our choice, which leaves
/// three others their share whatever one does, and a proxy in front some room.
const SHARE_OF_ONE: usize = 4;
/// One address may have every sixteenth place for connections that say nothing.
const SHARE_OF_SILENT: usize = 16;

impl Limits {
    /// The usual bounds, with so many connections and the shares in them.
    pub fn with_connections(connections_max: usize) -> Self {
        Self {
            connections_max,
            peer_connections_max: connections_max.div_ceil(SHARE_OF_ONE),
            peer_silent_max: connections_max.div_ceil(SHARE_OF_SILENT),
            party_connections_max: connections_max.div_ceil(SHARE_OF_ONE),
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            body_bytes_per_second_min: 32 * 1024,
            request_timeout: Duration::from_secs(60),
            write_stall_timeout: Duration::from_secs(30),
            header_bytes_max: 16 * 1024,
            header_count_max: 64,
            body_bytes_max: 1024 * 1024,
            streams_max: 128,
            grace: Duration::from_secs(10),
            close_timeout: Duration::from_secs(1),
        }
    }
}

/// For connections that end themselves at the last moment.
const DRAIN_MARGIN: Duration = Duration::from_millis(500);

/// What HTTP counts for a header besides its letters (RFC 9113 section 6.5.2).
const HEADER_OVERHEAD_BYTES: usize = 32;

impl Limits {
    /// How long a listener waits for its connections after a stop was asked
    /// for: each ends itself within the grace and the time for its close.
    pub fn drain_timeout(&self) -> Duration {
        self.grace + self.close_timeout + DRAIN_MARGIN
    }

    /// The slowest body that is taken to its end.
    pub const fn body_pace(&self) -> Pace {
        Pace { grace: self.body_timeout, bytes_per_second: self.body_bytes_per_second_min }
    }

    /// How long an answer may take after so many bytes of the request's body came.
    pub(crate) fn answer_time(&self, moved: u64) -> Duration {
        Pace { grace: self.request_timeout, ..self.body_pace() }.time_for(moved)
    }

    /// Whether a request head keeps the bounds on bytes and headers. HTTP/1
    /// heads were bounded while they were read; HTTP/2 bounds only their sum.
    pub(crate) fn head_fits(&self, head: &Parts) -> bool {
        let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            name.as_str().len() + value.len() + HEADER_OVERHEAD_BYTES
        };
        let bytes = target + head.headers.iter().map(header).sum::<usize>();
        head.headers.len() <= self.header_count_max && bytes <= self.header_bytes_max
    }
}

//! What an operator may set: sizes and waits, never whether something is checked.

use std::time::Duration;
use sumun_traffic::filter::limit::LimitRule;
use sumun_transport::Limits;

/// What an operator may set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Bounds of the listeners; connections are counted over all cores.
    pub limits: Limits,
    /// How fast an institution may call; without it, what the contract says.
    pub institution_limit: Option<LimitRule>,
    /// Verified tokens that are remembered.
    pub token_cache_entries: usize,
    /// Bounds of the hop to the processor.
    pub upstream: UpstreamLimits,
}

/// Bounds of the hop to the processor.
#[derive(Debug, Clone, Copy)]
pub struct UpstreamLimits {
    /// For a new connection with its handshake.
    pub connect_timeout: Duration,
    /// From sending a request to the end of its answer.
    pub answer_timeout: Duration,
    /// How long a connection may rest; shorter than the processor's own patience.
    pub rest_timeout: Duration,
    /// Connections of each core, and calls whose answers are in memory, one institution's at most a quarter of them;
    /// further calls wait as long as for a new connection.
    pub connections_max: usize,
    /// Bytes of an answer's body.
    pub answer_bytes_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits {
                header_timeout: Duration::from_secs(30),
                body_timeout: Duration::from_secs(10),
                body_bytes_max: 64 * 1024,
                header_bytes_max: 16 * 1024,
                header_count_max: 48,
                ..Limits::default()
            },
            institution_limit: None,
            token_cache_entries: 100_000,
            upstream: UpstreamLimits::default(),
        }
    }
}

impl Default for UpstreamLimits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            answer_timeout: Duration::from_secs(20),
            rest_timeout: Duration::from_secs(15),
            connections_max: 256,
            answer_bytes_max: 1024 * 1024,
        }
    }
}

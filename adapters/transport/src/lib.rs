//! TLS 1.3, listeners, HTTP server and client plumbing.
//!
//! Everything that leaves or enters the process by a socket goes through here,
//! so that three things hold everywhere and cannot be switched off: TLS 1.3
//! only (PR-039) without early data (PR-041), a bound on every size, and a
//! bound on every wait.
//!
//! - [`ServerTls`] describes what a listener shows and asks for; it can be
//!   replaced while connections live.
//! - [`serve_router`] serves an axum router; the gateway composes [`accept`] and
//!   [`serve_connection`]. Both take connections by [`accept_connections`],
//!   within the [`Places`] of their listener.
//! - [`Client`] calls another server.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod accepting;
mod body;
mod checked;
mod clear;
mod client;
mod close;
mod connection;
mod dialogue;
mod fault;
mod fault_log;
mod frames;
mod guarded;
mod handshake;
mod head_fault;
mod http1;
mod http2;
mod identity;
mod limits;
mod listener;
mod names;
mod pace;
mod peer;
mod places;
mod problem;
mod reading;
mod retry;
mod router;
mod shutdown;
mod sieve;
mod stall;
mod tls;
mod watched;

pub use accepting::{Arrival, Serve, accept_connections};
pub use body::{BodyFault, GuardedBody, Moved, body_fault};
pub use checked::{Answering, Heard};
pub use client::{Client, ClientError, ClientLimits};
pub use connection::{ConnectionEnd, Terms, serve_connection};
pub use fault::ProtocolFault;
pub use handshake::{HandshakeRefused, RefusedFor, TlsConnection, accept};
pub use head_fault::HeadFault;
pub use identity::{Identity, certificates_from_pem, private_key_from_pem};
pub use limits::Limits;
pub use listener::listen;
pub use names::Names;
pub use pace::Pace;
pub use peer::{PeerAddress, PeerCertificate};
pub use places::{Place, Places};
pub use problem::problem_body;
pub use retry::say_when_to_come_back;
pub use router::serve_router;
pub use shutdown::Shutdown;
pub use tls::{ClientCertificates, ClientTls, Protocols, ServerTls, TlsError};

//! The gateway's filters as pure decisions over one snapshot.
//!
//! Each file of [`filter`] answers one question about a call, and answers
//! with a value that only it can make and that a later filter asks for: a
//! token cannot be bound before it was verified, and nothing can be sent on
//! without a [`Permitted`](filter::account::Permitted). The order in which
//! the gateway asks stands in its `stack.rs`.
//!
//! Which calls there are is data: a [`Contract`] is read from an OpenAPI
//! document under `contracts/`. Who may call is data too: a [`Snapshot`] is
//! replaced as a whole and loaded for every call, so a change counts for live
//! connections at once.
//!
//! What a caller is told of a refusal stands in one place:
//! [`Refusal::outside`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod contract;
pub mod filter;
mod refusal;
mod snapshot;

pub use contract::{AccountLocation, Contract, ContractError, Method, Route};
pub use refusal::{Blame, Outside, Refusal};
pub use snapshot::{CertificateFacts, ConsentFacts, Snapshot, Standing, TokenAuthority};

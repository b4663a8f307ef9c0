//! The inspection workbench: one engagement from consultation to the final
//! report, on pages for people and by a JSON API for programs.
//!
//! - [`Parts`] is what it stands on; [`router`] is the whole app.
//! - `router.rs` lists every route with who may come; a handler gets what it
//!   works on only inside a `Permitted`, which the access check alone makes.
//! - `deeds/` is what can be done. Pages and API call the same deeds, so what
//!   one of them does the other does too.
//! - `error.rs` names all that can go wrong, `answer.rs` maps each to what the
//!   outside is told, once.
//!
//! A probe run leaves evidence; only an inspector judges.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod access;
mod answer;
mod apart;
mod api;
mod book;
mod case;
mod deeds;
mod download;
mod error;
mod evidence_index;
mod files;
mod pages;
mod parts;
mod places;
mod report_model;
mod room;
mod router;
mod submission;
#[cfg(test)]
mod tests;
mod upload;
mod workbench;

pub use apart::{Apart, Ran, Turn, Work, WorkLost};
pub use files::{LeftoverError, remove_leftovers};
pub use parts::{EvidenceBounds, InstitutionDirectory, JournalView, Parts, ProbeEvidence, ProbeRunFault, ProbeRunner};
pub use router::router;
pub use workbench::StartError;

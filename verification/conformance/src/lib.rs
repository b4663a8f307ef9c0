//! What the tests of the whole drive the built program with: a command line
//! ([`program`]), a running platform ([`Running`]), the two people at it
//! ([`Person`] with a browser that reads HTML, [`App`] with a certificate), a
//! socket for what no client would send ([`Wire`]), and a real browser
//! ([`Chromium`]) with an independent judge of its pages ([`axe`]).
//!
//! Everything goes over the same command line, files and addresses that
//! anybody else has: nothing of the product's inside is linked but the TLS
//! client and base64. What cannot be driven is a fault of the test's
//! surroundings or of the product, so these functions panic with the reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a driver of tests fails by panicking")]

pub mod app;
pub mod axe;
pub mod browser;
pub mod chromium;
pub mod contents;
pub mod form;
pub mod inspection;
pub mod platform;
pub mod program;
pub mod ready;
pub mod volume;
pub mod wire;

pub use app::{Answer, App, Pending, Signer, random_text};
pub use browser::{Arrival, Browser, Page, Person, sound_start_page};
pub use chromium::{Chromium, Look, Tab};
pub use contents::contents;
pub use platform::{Running, Signal, Stopped, free_port_block, path_text, verify_journal, with_descriptors};
pub use program::{Outcome, command, run};
pub use ready::{Certificate, Login, Ready};
pub use volume::SmallVolume;
pub use wire::{RawAnswer, Wire, connect_from};

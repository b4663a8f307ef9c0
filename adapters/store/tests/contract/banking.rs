//! The bank's books on every engine.

mod accounts;
mod at_once;
mod execution;
mod inquiries;
mod reach;
mod requests;
mod world;

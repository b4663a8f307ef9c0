//! The two engines, each with its connections and the way in which it commits.

pub(crate) mod postgres;
pub(crate) mod sqlite;
mod writer;

//! Instants and spans of time.
//!
//! The whole project keeps time as microseconds in UTC: in memory, in the
//! database (one `i64` column) and in the journal. Text forms are RFC 3339 on
//! the wire and Korean forms on pages (`sumun-web`). Nothing here reads a
//! clock: `now` is always an argument.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod calendar;
mod span;
mod timestamp;

pub use calendar::{BusinessCalendar, Date, DayKind, DaysLeft, DueDay, Weekday};
pub use span::{ParseSpanError, Span};
pub use timestamp::{ParseTimestampError, Timestamp};

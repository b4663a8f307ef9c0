//! The two engines, each with its connections and the way in which it commits.

pub(crate) mod postgres;
pub(crate) mod sqlite;
mod writer;

use crate::{Row, StoreError, Value};
use sqlx::Column as _;

/// The rows of an answer, each column read by the engine's own `value`.
fn rows<R: sqlx::Row>(answer: &[R], value: fn(&R, usize) -> Result<Value, StoreError>) -> Result<Vec<Row>, StoreError> {
    let row = |row: &R| {
        let values = row.columns().iter().map(|column| value(row, column.ordinal()));
        values.collect::<Result<_, _>>().map(Row::new)
    };
    answer.iter().map(row).collect()
}

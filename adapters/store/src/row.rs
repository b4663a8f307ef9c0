//! One row, read by column index with a check of each type.

use crate::{StoreError, Value};
use std::str::FromStr;
use sumun_money::Won;
use sumun_time::Timestamp;

/// A row of an answer. Columns are counted from 0, in the order of the `SELECT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// An integer.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.value(column)? {
            Value::Int(value) => Ok(*value),
            other => Err(StoreError::column(column, "an integer", other.kind())),
        }
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.value(column)? {
            Value::Text(value) => Ok(value),
            other => Err(StoreError::column(column, "a text", other.kind())),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.value(column)? {
            Value::Blob(value) => Ok(value),
            other => Err(StoreError::column(column, "bytes", other.kind())),
        }
    }

    /// Exactly `N` bytes, such as a hash.
    pub fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        let bytes = self.blob(column)?;
        bytes.try_into().map_err(|_| StoreError::column(column, "bytes of a fixed number", "bytes of another number"))
    }

    /// A truth value, which SQLite keeps as 0 or 1.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        match self.value(column)? {
            Value::Bool(value) => Ok(*value),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(StoreError::column(column, "a truth value", other.kind())),
        }
    }

    /// An instant, kept as microseconds.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_micros)
    }

    /// A sum of money, kept as won.
    pub fn won(&self, column: usize) -> Result<Won, StoreError> {
        self.int(column).map(Won::new)
    }

    /// An integer that fits `T`, such as a count.
    pub fn number<T: TryFrom<i64>>(&self, column: usize) -> Result<T, StoreError> {
        T::try_from(self.int(column)?)
            .map_err(|_| StoreError::column(column, "an integer in range", "an integer out of range"))
    }

    /// A text that is parsed, such as an id or the name of a state.
    pub fn parse<T: FromStr>(&self, column: usize) -> Result<T, StoreError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| StoreError::column(column, "a text of its type", "another text"))
    }

    /// A text that holds JSON of `T`.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let text = self.text(column)?;
        serde_json::from_str(text).map_err(|_| StoreError::column(column, "JSON of its type", "another text"))
    }

    /// Whether the column holds no value.
    pub fn is_null(&self, column: usize) -> Result<bool, StoreError> {
        self.value(column).map(|value| *value == Value::Null)
    }

    /// What `read` reads, or nothing where the column holds no value:
    /// `row.optional(3, Row::timestamp)?`.
    pub fn optional<'a, T>(
        &'a self,
        column: usize,
        read: impl FnOnce(&'a Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { read(self, column).map(Some) }
    }

    fn value(&self, column: usize) -> Result<&Value, StoreError> {
        self.0.get(column).ok_or(StoreError::column(column, "a column", "no column"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_as_what_it_is_and_nothing_else() {
        let row = Row::new(vec![Value::Int(7), Value::Text("x".to_owned()), Value::Null, Value::Blob(vec![1, 2])]);
        assert_eq!(row.int(0).unwrap(), 7);
        assert_eq!(row.text(1).unwrap(), "x");
        assert_eq!(row.optional(2, Row::int).unwrap(), None);
        assert_eq!(row.optional(0, Row::number::<u8>).unwrap(), Some(7));
        assert_eq!(row.bytes(3).unwrap(), [1, 2]);
        assert!(row.bytes::<3>(3).is_err());
        assert!(row.bool(0).is_err() && row.text(0).is_err() && row.int(2).is_err() && row.int(4).is_err());
    }
}

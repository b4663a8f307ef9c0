//! The four kinds of value that a column can hold, and nothing besides.

use sumun_money::Won;
use sumun_time::{Span, Timestamp};

/// A value on its way into a statement or out of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value. Its type is that of the column that it is compared with or put into.
    Null,
    /// A column of type `BIGINT`.
    Int(i64),
    /// A column of type `TEXT`.
    Text(String),
    /// A column of type `BLOB`.
    Blob(Vec<u8>),
    /// A column of type `BOOLEAN`.
    Bool(bool),
}

impl Value {
    /// What kind of value it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Text(_) => "a text",
            Self::Blob(_) => "bytes",
            Self::Bool(_) => "a truth value",
        }
    }
}

/// The arguments of one statement, in the order of `$1`, `$2`, …
///
/// Takes integers, texts, bytes, truth values, ids, [`Timestamp`], [`Span`],
/// [`Won`] and options of these.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        ::std::vec![$($crate::Value::from($value)),*]
    };
}

macro_rules! from {
    ($($source:ty, $value:ident => $made:expr;)+) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $made
            }
        })+
    };
}

from! {
    i64, value => Self::Int(value);
    i32, value => Self::Int(i64::from(value));
    u32, value => Self::Int(i64::from(value));
    u16, value => Self::Int(i64::from(value));
    u8, value => Self::Int(i64::from(value));
    bool, value => Self::Bool(value);
    String, value => Self::Text(value);
    &String, value => Self::Text(value.clone());
    &str, value => Self::Text(value.to_owned());
    Vec<u8>, value => Self::Blob(value);
    &Vec<u8>, value => Self::Blob(value.clone());
    &[u8], value => Self::Blob(value.to_vec());
    Timestamp, value => Self::Int(value.micros());
    Span, value => Self::Int(value.micros());
    Won, value => Self::Int(value.amount());
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! from_ids {
    ($($id:ident)+) => {
        $(impl From<sumun_ids::$id> for Value {
            fn from(id: sumun_ids::$id) -> Self {
                Self::Text(id.to_string())
            }
        })+
    };
}

from_ids! {
    AccountId AppId AuthorizationRequestId ConfirmationId ConsentId CustomerId EngagementId EvidenceId FindingId
    InquiryId InstitutionId JudgementId ProbeRunId ReportId RequestId SessionId StaffId TokenId TransferId
}

/// A value that has an inner form of its own, as JSON for a text column;
/// [`crate::Row::json`] reads it back.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, crate::StoreError> {
    let no_json = |_| crate::StoreError::column(0, "a value with a JSON form", "another value");
    serde_json::to_string(value).map_err(no_json)
}

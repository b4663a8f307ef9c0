//! May there be a body, and how long may it be?

use super::method::Requested;
use crate::Refusal;

/// What the head of a request says of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// There is none.
    Nothing,
    /// That many bytes.
    Length(u64),
    /// It ends when it ends.
    Open,
}

/// How many bytes of body may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    bytes_max: u64,
}

impl Allowance {
    /// The bytes; 0 where there is no body to read.
    pub fn bytes_max(&self) -> u64 {
        self.bytes_max
    }
}

/// Compares what is declared with the contract, before a byte of it is read.
pub fn check(requested: &Requested<'_>, declared: Declared) -> Result<Allowance, Refusal> {
    let bytes_max = u64::from(requested.route().body_bytes_max);
    match declared {
        Declared::Nothing | Declared::Length(0) => Ok(Allowance { bytes_max: 0 }),
        Declared::Length(_) | Declared::Open if bytes_max == 0 => Err(Refusal::BodyUnexpected),
        Declared::Length(length) if length > bytes_max => Err(Refusal::BodyTooLarge { bytes_max }),
        Declared::Length(length) => Ok(Allowance { bytes_max: length }),
        Declared::Open => Ok(Allowance { bytes_max }),
    }
}

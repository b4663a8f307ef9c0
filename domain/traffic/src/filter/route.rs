//! Which operations of the contract stand at this path?

use crate::Refusal;
use crate::contract::{Contract, Route};
use std::sync::Arc;

/// The longest path parameter; our ids have 30 characters.
const PARAMETER_BYTES_MAX: usize = 64;

/// A path of the contract with the values of its parameters.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    pub(crate) operations: &'a [Arc<Route>],
    pub(crate) parameters: Vec<(&'a str, &'a str)>,
}

/// Finds a path. Paths are compared as they were sent: an escaped, empty or
/// dotted segment names nothing here, so no two components can read one path
/// in two ways.
pub fn find<'a>(contract: &'a Contract, path: &'a str) -> Result<Found<'a>, Refusal> {
    let (operations, parameters) = contract.at(path).ok_or(Refusal::RouteUnknown)?;
    if parameters.iter().all(|(_, value)| is_plain(value)) {
        Ok(Found { operations, parameters })
    } else {
        Err(Refusal::RouteUnknown)
    }
}

fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !value.is_empty() && value.len() <= PARAMETER_BYTES_MAX && value.bytes().all(plain)
}

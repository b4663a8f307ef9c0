//! Has the path this method?

use super::route::Found;
use crate::Refusal;
use crate::contract::Route;
use std::sync::Arc;

/// One operation of the contract that the request asks for.
#[derive(Debug, Clone)]
pub struct Requested<'a> {
    route: &'a Arc<Route>,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Requested<'a> {
    /// The operation.
    pub fn route(&self) -> &'a Arc<Route> {
        self.route
    }

    /// The value of the path parameter `name`.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Picks the operation of `method`.
pub fn pick<'a>(found: Found<'a>, method: &str) -> Result<Requested<'a>, Refusal> {
    let Found { operations, parameters } = found;
    match operations.iter().find(|route| route.method.name() == method) {
        Some(route) => Ok(Requested { route, parameters }),
        None => {
            let allowed: Vec<_> = operations.iter().map(|route| route.method.name()).collect();
            Err(Refusal::MethodNotAllowed { allowed: allowed.join(", ") })
        }
    }
}

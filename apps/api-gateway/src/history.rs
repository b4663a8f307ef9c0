//! How often each address has failed (PR-059).

use quick_cache::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use sumun_traffic::Blame;

/// Addresses that are remembered; the least used are forgotten first.
const ADDRESSES_MAX: usize = 10_000;

/// Failures of one address.
#[derive(Debug, Default)]
struct Failures {
    authentication: AtomicU32,
    request: AtomicU32,
}

/// Counts failures by address. Only refused calls look here.
pub(crate) struct History {
    addresses: Cache<IpAddr, Arc<Failures>>,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { addresses: Cache::new(ADDRESSES_MAX) }
    }

    /// Counts one failure and tells authentication failures and bad requests so far.
    pub(crate) fn failed(&self, address: IpAddr, blame: Blame) -> (u32, u32) {
        let found = self.addresses.get_or_insert_with(&address, || Ok::<_, std::convert::Infallible>(Arc::default()));
        let Ok(failures) = found;
        let (authentication, request) = match blame {
            Blame::Authentication => (1, 0),
            Blame::Request => (0, 1),
            Blame::Authorization | Blame::Volume | Blame::Platform => (0, 0),
        };
        let count = |counter: &AtomicU32, more| counter.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        (count(&failures.authentication, authentication), count(&failures.request, request))
    }
}

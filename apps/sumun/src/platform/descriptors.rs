//! File descriptors: raised to what the system allows, then divided, so that
//! no listener can take what the store and the journal need.

use crate::commands::CommandError;
use crate::speech::{Saying, say};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sumun_transport::Limits;

/// Descriptors below which nothing is started.
const FLOOR: usize = 512;
/// What stays for the store (nine SQLite connections of three files each),
/// the journal, access records, keys, runtimes, listening sockets and probes.
const KEPT: usize = 192;
/// The rest is divided into so many parts.
const PARTS: usize = 16;
/// Connections of one listener that memory is thought of; our choice.
const CONNECTIONS_MAX: usize = 4_096;

/// How the descriptors of this process are divided: in connections, of which
/// one of the workbench's may hold a file open besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    descriptors: usize,
    /// Connections of the gateway, all cores together.
    pub gateway: usize,
    /// Connections of the gateway to the processor, all cores together; each is two descriptors of this process.
    pub upstream: usize,
    /// Connections of the authorization server, at each of its two listeners.
    pub authorization: usize,
    /// Connections of the workbench.
    pub workbench: usize,
    /// Connections of each of the other listeners for pages: the bank's and the start page.
    pub pages: usize,
}

impl Division {
    /// Raises the limit of this process to the hard one and divides it.
    ///
    /// # Errors
    /// When the system allows fewer than [`FLOOR`].
    pub fn of_this_process() -> Result<Self, CommandError> {
        let allowed = raise();
        Self::of(allowed).ok_or_else(|| {
            CommandError::configuration(say("fault-descriptors").with("allowed", allowed).with("floor", FLOOR))
        })
    }

    fn of(descriptors: usize) -> Option<Self> {
        let rest = descriptors.checked_sub(KEPT).filter(|_| descriptors >= FLOOR)?;
        let parts = |count: usize| (rest / PARTS * count).clamp(1, CONNECTIONS_MAX);
        Some(Self {
            descriptors,
            gateway: parts(5),
            upstream: parts(1),
            authorization: parts(2),
            workbench: parts(1),
            pages: parts(1),
        })
    }

    /// Descriptors that connections can take together.
    #[cfg(test)]
    fn taken_at_most(&self) -> usize {
        self.gateway + 2 * self.upstream + 2 * self.authorization + 2 * self.workbench + 2 * self.pages
    }

    /// Connections to the processor for each of the gateway's cores.
    pub fn upstream_of_a_core(&self, cores: usize) -> usize {
        (self.upstream / cores.max(1)).clamp(1, 256)
    }

    /// The bounds of the processor's listener: whatever the gateway opens, and a little for what is about to close.
    pub fn processor(&self) -> Limits {
        let mut limits = Limits::with_connections(self.upstream);
        // Only the gateway calls, from one address.
        (limits.peer_connections_max, limits.peer_silent_max) = (self.upstream, self.upstream);
        limits
    }

    /// Says it in one line.
    pub fn told(&self) -> Saying {
        say("up-descriptors")
            .with("descriptors", self.descriptors)
            .with("kept", KEPT)
            .with("gateway", self.gateway)
            .with("others", 2 * self.authorization + self.workbench + 2 * self.pages)
    }
}

/// The limit after it was raised, as far as that is allowed.
fn raise() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // A failure leaves the limit as it is, and it is the limit that counts.
    let _raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let current = getrlimit(Resource::Nofile).current.or(current);
    current.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_add_up_to_more_than_there_is() {
        for descriptors in [FLOOR, 513, 1_024, 4_096, 65_536, 1_048_576, usize::MAX] {
            let division = Division::of(descriptors).unwrap();
            assert!(division.taken_at_most() + KEPT <= descriptors, "{division:?}");
            assert!(division.gateway >= 100 && division.pages >= 20, "{division:?}");
        }
        assert_eq!(Division::of(FLOOR - 1), None);
        assert_eq!(Division::of(0), None);
        assert_eq!(Division::of(usize::MAX).map(|division| division.gateway), Some(CONNECTIONS_MAX));
    }
}

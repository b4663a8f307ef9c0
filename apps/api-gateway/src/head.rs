//! What the transport found wrong with a head, in the gateway's words.

use sumun_traffic::Refusal;
use sumun_transport::HeadFault;

/// The refusal for a head that keeps HTTP's framing and breaks another of its rules.
pub(crate) fn refusal(fault: HeadFault) -> Refusal {
    match fault {
        HeadFault::HostUnclear => Refusal::HostUnclear,
        HeadFault::FramingUnclear => Refusal::FramingUnclear,
        HeadFault::HostForeign => Refusal::HostForeign,
        HeadFault::HeadersTooLarge => Refusal::HeadersTooLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_transport_keeps_its_name_and_status() {
        for fault in HeadFault::ALL {
            let outside = refusal(fault).outside();
            assert_eq!((outside.code, outside.status), (fault.name(), fault.status().as_u16()));
        }
    }
}

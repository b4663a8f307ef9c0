//! Every probe, one line each.

use crate::{Probe, authorization, transport, web};

/// The probes, in the order in which they are shown and run.
pub const PROBES: &[&dyn Probe] = &[
    &transport::versions::Versions,
    &transport::chain::CertificateChain,
    &transport::early_data::EarlyData,
    &transport::client_certificate::ClientCertificate,
    &web::headers::Headers,
    &web::error_leak::ErrorLeak,
    &authorization::access::Access,
];

/// The probe with this id.
pub fn find(id: &str) -> Option<&'static dyn Probe> {
    PROBES.iter().copied().find(|probe| probe.descriptor().id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Scripted;
    use crate::{Fault, Text};
    use sumun_ids::ProbeRunId;
    use sumun_time::Timestamp;

    #[test]
    fn ids_are_unique_and_name_their_family() {
        let mut ids: Vec<&str> = PROBES.iter().map(|probe| probe.descriptor().id).collect();
        assert!(ids.iter().all(|id| id.split('/').filter(|part| !part.is_empty()).count() == 2));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), PROBES.len());
        assert!(PROBES.iter().all(|probe| find(probe.descriptor().id).is_some()));
    }

    #[test]
    fn every_probe_has_titles_in_both_languages_and_a_check_item() {
        for probe in PROBES {
            let descriptor = probe.descriptor();
            assert!(!descriptor.title_ko.is_empty() && !descriptor.title_en.is_empty(), "{}", descriptor.id);
            assert!(!descriptor.bindings.is_empty(), "{}", descriptor.id);
            assert!(descriptor.attempts_max > 0, "{}", descriptor.id);
        }
    }

    /// A dead target must never look like a good one, and never like a bad one.
    #[test]
    fn a_target_that_does_not_answer_leaves_every_probe_undecided() {
        for probe in PROBES {
            let target = Scripted::silent(Fault::NotReached("connection refused".to_owned()));
            let record = crate::scripted::block_on(crate::run(
                *probe,
                &target,
                ProbeRunId::from_random([1; 16]),
                Timestamp::default(),
            ));
            let descriptor = probe.descriptor();
            assert_eq!(record.judged.conclusion, crate::Conclusion::Undecided, "{}", descriptor.id);
            assert!(record.attempts as u32 <= descriptor.attempts_max, "{}", descriptor.id);
        }
    }

    #[test]
    fn no_observation_at_all_is_undecided_and_every_conclusion_fits_its_kind() {
        for probe in PROBES {
            let judged = probe.judge(&[], Timestamp::default());
            assert_eq!(judged.conclusion, crate::Conclusion::Undecided, "{}", probe.descriptor().id);
            assert!(judged.conclusion.fits(probe.descriptor().kind));
            assert_ne!(judged.reason, Text::new("", ""));
        }
    }
}

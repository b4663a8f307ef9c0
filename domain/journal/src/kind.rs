//! What an entry tells of.

use std::fmt;
use std::str::FromStr;

/// The text is not the name of a kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseKindError;

impl fmt::Display for ParseKindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the kind of entry is not known")
    }
}

impl std::error::Error for ParseKindError {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// What an entry tells of. The name on the wire is in snake case and never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntryKind {
            $($(#[$doc])* $kind,)+
        }

        impl EntryKind {
            /// Every kind there is, in the order of a platform's life.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        impl FromStr for EntryKind {
            type Err = ParseKindError;

            fn from_str(name: &str) -> Result<Self, ParseKindError> {
                match name {
                    $($name => Ok(Self::$kind),)+
                    _ => Err(ParseKindError),
                }
            }
        }
    };
}

kinds! {
    /// An institution was registered.
    InstitutionRegistered = "institution_registered",
    /// The operator shut an institution out for the time being.
    InstitutionSuspended = "institution_suspended",
    /// An institution that was shut out may call again.
    InstitutionResumed = "institution_resumed",
    /// An app of an institution was registered.
    AppRegistered = "app_registered",
    /// A client certificate of an institution was registered.
    CertificateRegistered = "certificate_registered",
    /// A customer was given a sign-in.
    CustomerEnrolled = "customer_enrolled",
    /// A member of staff was given a sign-in.
    StaffEnrolled = "staff_enrolled",
    /// A customer gave a consent.
    ConsentGranted = "consent_granted",
    /// A customer withdrew a consent.
    ConsentWithdrawn = "consent_withdrawn",
    /// A consent came to its end.
    ConsentExpired = "consent_expired",
    /// A newer consent took the place of one.
    ConsentSuperseded = "consent_superseded",
    /// An access token was issued.
    TokenIssued = "token_issued",
    /// An access token was revoked before its end.
    TokenRevoked = "token_revoked",
    /// An app asked for a transfer.
    TransferRequested = "transfer_requested",
    /// The customer confirmed a transfer over the second channel.
    TransferConfirmed = "transfer_confirmed",
    /// The customer denied a transfer over the second channel.
    TransferDenied = "transfer_denied",
    /// A transfer was refused by a rule.
    TransferRefused = "transfer_refused",
    /// Money moved.
    TransferExecuted = "transfer_executed",
    /// An inspection was opened.
    EngagementOpened = "engagement_opened",
    /// An inspection went on to its next stage.
    StageAdvanced = "stage_advanced",
    /// A piece of evidence was added.
    EvidenceAdded = "evidence_added",
    /// A person judged a check item.
    JudgementRecorded = "judgement_recorded",
    /// A finding was opened that must be repaired.
    FindingOpened = "finding_opened",
    /// The institution handed in the repair of a finding.
    FindingRepaired = "finding_repaired",
    /// The inspector sent the repair of a finding back.
    FindingReturned = "finding_returned",
    /// The inspector confirmed the repair of a finding.
    FindingResolved = "finding_resolved",
    /// A plan for the repair of a shortfall was recorded.
    PlanRecorded = "plan_recorded",
    /// A probe ran against a target.
    ProbeRun = "probe_run",
    /// A report was issued.
    ReportIssued = "report_issued",
    /// A batch of access records was sealed under one root.
    RecordBatchSealed = "record_batch_sealed",
    /// A segment of access records was given up, because its time to be kept was over.
    RecordsRetired = "records_retired",
    /// Sign-in was locked after too many failures.
    SignInLocked = "sign_in_locked",
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_snake_case_unique_and_read_back() {
        let mut names: Vec<_> = EntryKind::ALL.iter().map(|kind| kind.name()).collect();
        for kind in EntryKind::ALL {
            assert_eq!(kind.name().parse(), Ok(*kind));
            assert!(kind.name().bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()));
            assert_eq!(kind.name().replace('_', ""), format!("{kind:?}").to_lowercase());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EntryKind::ALL.len());
        assert_eq!("ConsentGranted".parse::<EntryKind>(), Err(ParseKindError));
    }
}

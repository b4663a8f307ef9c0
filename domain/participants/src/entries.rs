//! What the journal says about participants.

use crate::{App, ClientCertificate, InstitutionStatus};
use sumun_ids::InstitutionId;
use sumun_journal::{Actor, Entry, EntryKind};
use sumun_time::Timestamp;

/// An institution was registered.
pub fn institution_registered(institution: InstitutionId, now: Timestamp) -> Entry {
    Entry::new(now, EntryKind::InstitutionRegistered, Actor::Platform, institution)
}

/// An app was registered.
pub fn app_registered(app: &App, now: Timestamp) -> Entry {
    Entry::new(now, EntryKind::AppRegistered, Actor::Platform, app.id).with("institution", app.institution)
}

/// A client certificate was registered.
pub fn certificate_registered(certificate: &ClientCertificate, now: Timestamp) -> Entry {
    let x5t: String = certificate.thumbprint.iter().map(|byte| format!("{byte:02x}")).collect();
    Entry::new(now, EntryKind::CertificateRegistered, Actor::Platform, certificate.institution).with("x5t", x5t)
}

/// The operator stopped an institution, or let it call again.
pub fn institution_status_changed(institution: InstitutionId, status: InstitutionStatus, now: Timestamp) -> Entry {
    let kind = match status {
        InstitutionStatus::Active => EntryKind::InstitutionResumed,
        InstitutionStatus::Suspended => EntryKind::InstitutionSuspended,
    };
    Entry::new(now, kind, Actor::Platform, institution)
}

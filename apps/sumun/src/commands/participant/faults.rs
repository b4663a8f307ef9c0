//! What is wrong with a registration, in the language of the terminal.

use crate::commands::CommandError;
use crate::speech::{Saying, say};
use std::error::Error;
use sumun_keys::CertificateRequestError;
use sumun_participants::{AdmissionFault, BusinessNumber};
use sumun_system::in_one_line;
use sumun_time::Timestamp;

/// The registration does not fit what is registered.
pub(super) fn admission(file: &str, fault: AdmissionFault) -> CommandError {
    of_file(
        file,
        match fault {
            AdmissionFault::OtherInstitution { key, registered } => {
                say("fault-admission-other").with("key", key).with("registered", registered)
            }
            AdmissionFault::Suspended => say("fault-admission-stopped"),
            AdmissionFault::AppRegistered(app) => say("fault-admission-app").with("app", app),
            AdmissionFault::SubjectInUse(subject) => say("fault-admission-subject").with("subject", subject),
            AdmissionFault::KeyInUse { key_id: Some(key) } => say("fault-admission-key").with("key", key),
            AdmissionFault::KeyInUse { key_id: None } => say("fault-admission-request-key"),
            AdmissionFault::RedirectToOurselves(address) => say("fault-admission-redirect").with("address", address),
        },
    )
}

/// The certificate request cannot be answered.
pub(super) fn request(file: &str, error: CertificateRequestError) -> CommandError {
    let key = match error {
        CertificateRequestError::NoRequest => "fault-request-none",
        CertificateRequestError::PrivateKey => "fault-request-private-key",
        CertificateRequestError::Malformed => "fault-request-damaged",
        CertificateRequestError::Key => "fault-request-key",
        CertificateRequestError::SignatureAlgorithm => "fault-request-algorithm",
        CertificateRequestError::Signature => "fault-request-signature",
    };
    of_file(file, say(key))
}

/// The request names no access server.
pub(super) fn no_common_name(file: &str) -> CommandError {
    of_file(file, say("fault-request-name"))
}

/// The request is another company's.
pub(super) fn other_number(file: &str, found: &str, number: BusinessNumber) -> CommandError {
    of_file(file, say("fault-request-number").with("found", found).with("number", number))
}

/// The app signs, and no key is there to verify with.
pub(super) fn no_keys(file: &str) -> CommandError {
    of_file(file, say("fault-key-set-empty"))
}

/// The key set is broken at this line and column.
pub(super) fn key_set(file: &str, (line, column): (usize, usize), error: &(dyn Error + 'static)) -> CommandError {
    let place = say("fault-key-set").with("line", line).with("column", column);
    of_file(file, place.with("found", in_one_line(error)))
}

/// The authority's key may not be used any more.
pub(super) fn authority_overdue(end: Timestamp) -> CommandError {
    CommandError::configuration(say("fault-authority-overdue").with("end", end))
}

/// The certificate's profile was refused.
pub(super) fn certificate(error: &(dyn Error + 'static)) -> CommandError {
    CommandError::misuse(say("fault-certificate").with("cause", in_one_line(error)))
}

/// The store did not do its work.
pub(super) fn register(error: &(dyn Error + 'static)) -> CommandError {
    CommandError::failure(say("fault-register").with("cause", in_one_line(error)))
}

fn of_file(file: &str, fault: Saying) -> CommandError {
    CommandError::misuse(fault.with("file", file))
}

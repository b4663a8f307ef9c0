//! What is registered already decides how a registration is taken.

use crate::{
    App, ClientAuthentication, ClientCertificate, Institution, InstitutionStatus, Participants, RedirectUri,
    RegistrationForm,
};
use std::fmt;
use sumun_ids::AppId;
use sumun_jose::Jwk;

/// Why a registration does not fit what is registered. All of these are the institution's to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdmissionFault {
    /// The business number is registered with other names or another contact: one of the two is a slip.
    OtherInstitution {
        /// What differs: its name in the form.
        key: &'static str,
        /// What is registered.
        registered: String,
    },
    /// The institution is shut out for the time being.
    Suspended,
    /// The institution has an app of this name.
    AppRegistered(AppId),
    /// An app that is known by its certificate's subject would share this subject with another app.
    SubjectInUse(String),
    /// Another institution has registered this public key: a key that two
    /// have tells them apart no more.
    KeyInUse {
        /// Which key: its `kid` in the key set, or nothing for the certificate's.
        key_id: Option<String>,
    },
    /// The redirect address is one of the authorization server's own pages, so that it would send codes to itself.
    RedirectToOurselves(RedirectUri),
}

impl fmt::Display for AdmissionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherInstitution { key, registered } => write!(
                f,
                "the business number is registered with {key} = \"{registered}\"; \
                 write the same, or mend the business number"
            ),
            Self::Suspended => f.write_str("the institution is stopped; resume it before it gets another app"),
            Self::AppRegistered(id) => {
                write!(f, "the institution has an app of this name, {id}; give the new one another name")
            }
            Self::SubjectInUse(subject) => write!(
                f,
                "the subject {subject} is another app's, and tls_client_auth knows an app by it; \
                 make a request with another common name (CN)"
            ),
            Self::KeyInUse { key_id: Some(key_id) } => {
                write!(f, "the public key {key_id} is another institution's; make a key of your own")
            }
            Self::KeyInUse { key_id: None } => {
                f.write_str("the public key of the request is another institution's; make a key of your own")
            }
            Self::RedirectToOurselves(address) => {
                write!(
                    f,
                    "the redirect address {address} is the authorization server's own; name an address of the app"
                )
            }
        }
    }
}

impl std::error::Error for AdmissionFault {}

impl Participants {
    /// The institution that the app of `form` will belong to: one that is
    /// registered under the same business number, or none yet.
    ///
    /// # Errors
    /// [`AdmissionFault`], so that no slip of the pen gives a company's app to another one.
    pub fn admit(&self, form: &RegistrationForm) -> Result<Option<&Institution>, AdmissionFault> {
        let wanted = &form.institution;
        let same_number = |known: &&Institution| known.business_number == wanted.business_number;
        let Some(institution) = self.institutions.iter().find(same_number) else { return Ok(None) };
        let facts = [
            ("name_ko", &institution.name_ko, &wanted.name_ko),
            ("name_en", &institution.name_en, &wanted.name_en),
            ("contact", &institution.contact, &wanted.contact),
        ];
        if let Some((key, registered, _)) = facts.into_iter().find(|(_, registered, wanted)| registered != wanted) {
            return Err(AdmissionFault::OtherInstitution { key, registered: registered.clone() });
        }
        if institution.status != InstitutionStatus::Active {
            return Err(AdmissionFault::Suspended);
        }
        let of_institution = self.apps.iter().filter(|app| app.institution == institution.id);
        let same_name = |app: &&App| app.name_ko == form.app_name_ko || app.name_en == form.app_name_en;
        match of_institution.into_iter().find(same_name) {
            Some(app) => Err(AdmissionFault::AppRegistered(app.id)),
            None => Ok(Some(institution)),
        }
    }

    /// Whether `app` may get `certificate`. An app of `tls_client_auth` is
    /// known by the subject of its certificate (RFC 8705 section 2.1.2), so
    /// whoever shows another app's certificate must not be taken for it.
    ///
    /// # Errors
    /// [`AdmissionFault::SubjectInUse`].
    pub fn admit_certificate(&self, app: &App, certificate: &ClientCertificate) -> Result<(), AdmissionFault> {
        let subject = &certificate.subject_dn;
        let knows = |app: &App| matches!(&app.authentication, ClientAuthentication::TlsClientAuth { subject_dn } if subject_dn == subject);
        let is_issued = self.certificates.iter().any(|issued| issued.subject_dn == *subject);
        if self.apps.iter().any(knows) || (is_issued && knows(app)) {
            return Err(AdmissionFault::SubjectInUse(subject.to_string()));
        }
        Ok(())
    }

    /// Whether the public keys of `app` and of its certificate are nobody
    /// else's. Apps of one institution may share a key; two institutions may
    /// not, since whoever holds the one key could then speak as both (RFC 7523
    /// section 3, RFC 8705 section 2.1).
    ///
    /// # Errors
    /// [`AdmissionFault::KeyInUse`].
    pub fn admit_keys(&self, app: &App, certificate: &ClientCertificate) -> Result<(), AdmissionFault> {
        let others = self.apps.iter().filter(|other| other.institution != app.institution);
        let taken: Vec<[u8; 32]> = others.flat_map(|other| other.jwks.keys().iter().map(Jwk::thumbprint)).collect();
        if let Some(key) = app.jwks.keys().iter().find(|key| taken.contains(&key.thumbprint())) {
            return Err(AdmissionFault::KeyInUse { key_id: Some(key.key_id().to_owned()) });
        }
        let issued = self.certificates.iter().filter(|issued| issued.institution != certificate.institution);
        let is_taken = issued.filter_map(|issued| issued.key_sha256).any(|key| Some(key) == certificate.key_sha256);
        if is_taken { Err(AdmissionFault::KeyInUse { key_id: None }) } else { Ok(()) }
    }
}

impl RegistrationForm {
    /// Whether no redirect address leads to the authorization server itself,
    /// which is reached at `issuer` (RFC 9700 section 4.11: no open redirector
    /// may stand at the other end).
    ///
    /// # Errors
    /// [`AdmissionFault::RedirectToOurselves`].
    pub fn admit_redirects(&self, issuer: &str) -> Result<(), AdmissionFault> {
        match self.redirect_uris.iter().find(|address| address.has_origin_of(issuer)) {
            Some(address) => Err(AdmissionFault::RedirectToOurselves(address.clone())),
            None => Ok(()),
        }
    }
}

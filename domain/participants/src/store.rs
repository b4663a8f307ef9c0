//! The port of the participants' store.

use crate::{App, ClientCertificate, Institution, InstitutionStatus};
use sumun_ids::{AppId, InstitutionId};
use sumun_journal::{Entry, StoreFailure};

/// What came of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Registration {
    /// It is registered now; the journal entries were written with it.
    Registered,
    /// The id, business number or certificate is registered already; nothing was written.
    Taken,
    /// The institution that it belongs to is not registered; nothing was written.
    UnknownInstitution,
}

/// An app with the certificate that was issued for it, and its institution
/// where that is new too: registered as one, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The institution, when it is not registered yet.
    pub institution: Option<Institution>,
    /// Its app.
    pub app: App,
    /// The certificate of its access server.
    pub certificate: ClientCertificate,
}

/// Everything that is registered, for the snapshot of the gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Participants {
    /// Every institution.
    pub institutions: Vec<Institution>,
    /// Every app.
    pub apps: Vec<App>,
    /// Every client certificate.
    pub certificates: Vec<ClientCertificate>,
}

/// Where participants are kept. Every write is durable when it returns,
/// together with its journal entries; either all of it is written or nothing.
#[async_trait::async_trait]
pub trait ParticipantStore: Send + Sync {
    /// Registers an institution, whose id and business number are new.
    async fn register_institution(
        &self,
        institution: &Institution,
        journal: &[Entry],
    ) -> Result<Registration, StoreFailure>;

    /// Registers an app of a registered institution.
    async fn register_app(&self, app: &App, journal: &[Entry]) -> Result<Registration, StoreFailure>;

    /// Registers a client certificate of a registered institution.
    async fn register_certificate(
        &self,
        certificate: &ClientCertificate,
        journal: &[Entry],
    ) -> Result<Registration, StoreFailure>;

    /// Registers an app, its certificate and, when it is new, its institution.
    async fn register_newcomer(&self, newcomer: &Newcomer, journal: &[Entry]) -> Result<Registration, StoreFailure>;

    /// Stops an institution or lets it call again. Answers whether that
    /// changed anything; the journal entries are written only then.
    async fn set_institution_status(
        &self,
        id: InstitutionId,
        status: InstitutionStatus,
        journal: &[Entry],
    ) -> Result<bool, StoreFailure>;

    /// The app `id`.
    async fn app(&self, id: AppId) -> Result<Option<App>, StoreFailure>;

    /// The institution `id`.
    async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, StoreFailure>;

    /// The institution that registered the certificate with this thumbprint, and that certificate.
    async fn institution_of_certificate(
        &self,
        thumbprint: &[u8; 32],
    ) -> Result<Option<(Institution, ClientCertificate)>, StoreFailure>;

    /// Everything that is registered.
    async fn all(&self) -> Result<Participants, StoreFailure>;
}

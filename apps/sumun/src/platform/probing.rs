//! The workbench's probes against this very platform, from outside: a live
//! target with certificates and tokens that two made-up customers gave.

use super::addresses::{Addresses, Component};
use super::world::{World, WorldCertificate, cast};
use crate::journey::{App, Assertions, Customer, JourneyError};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use sumun_ids::{EngagementId, ProbeRunId};
use sumun_participants::AuthenticationMethod;
use sumun_probes::{Role, Token, registry};
use sumun_system::{Clock, Random};
use sumun_target::{Credentials, LiveTarget, Settings};
use sumun_transport::{Client, ClientLimits, ClientTls, Identity, certificates_from_pem};
use sumun_workbench::{ProbeEvidence, ProbeRunFault, ProbeRunner};

/// The framework whose items the engagement checks.
const FRAMEWORK: &str = "openbanking-institution";
/// One handshake or call may take this long.
const PATIENCE: Duration = Duration::from_secs(10);
const SCOPE: &str = "balance";

/// Runs probes against the platform of this process.
pub struct SelfInspection {
    pub addresses: Addresses,
    pub world: Arc<World>,
    /// The open authority's certificate, DER.
    pub root: Vec<u8>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

#[async_trait]
impl ProbeRunner for SelfInspection {
    fn target(&self) -> Option<String> {
        Some(self.addresses.url(Component::Gateway))
    }

    async fn run(&self, _engagement: EngagementId, probe: &str) -> Result<Vec<ProbeEvidence>, ProbeRunFault> {
        let probe = registry::find(probe).ok_or(ProbeRunFault::Unknown)?;
        let failed = |error: JourneyError| ProbeRunFault::Failed(error.to_string().into());
        let (mut own, mut other) = (self.customer(0).map_err(failed)?, self.customer(1).map_err(failed)?);
        let (token, account) = self.consent(&mut own).await.map_err(failed)?;
        let (others_token, _) = self.consent(&mut other).await.map_err(failed)?;
        let tokens = BTreeMap::from([(Token::Own, token), (Token::OtherCustomer, others_token)]);
        let outcome = self.target_with(tokens, &account).map_err(failed);
        let record = match outcome {
            Ok(target) => {
                Ok(sumun_probes::run(probe, &target, ProbeRunId::from_random(self.random.id_bytes()), self.clock.now())
                    .await)
            }
            Err(fault) => Err(fault),
        };
        // What was given for the look is taken back, whatever it found.
        for customer in [&mut own, &mut other] {
            customer.withdraw_newest().await.map_err(failed)?;
        }
        Ok(vec![ProbeEvidence::of_record(&record?, probe.descriptor().title_ko, FRAMEWORK)])
    }
}

impl SelfInspection {
    /// A client of the open side that shows this certificate, or none.
    fn client(&self, certificate: Option<&WorldCertificate>) -> Result<Client, JourneyError> {
        open_client(&self.root, certificate)
    }

    fn customer(&self, place: usize) -> Result<Customer, JourneyError> {
        let made = &self.world.customers[cast::PROBE_CUSTOMERS[place]];
        let (authorization, bank) = (self.addresses.url(Component::Authorization), self.addresses.url(Component::Bank));
        Ok(Customer::new(self.client(None)?, (&made.login, &made.password), authorization, bank))
    }

    /// A token for the customer's account, and the account as an app learns it.
    async fn consent(&self, customer: &mut Customer) -> Result<(String, String), JourneyError> {
        let institution = &self.world.institutions[0];
        let issuer = self.addresses.url(Component::Authorization);
        let signs = institution.client_authentication == AuthenticationMethod::PrivateKeyJwt;
        let assertions = || Assertions::new(&institution.app_key_pem, issuer, &self.clock, &self.random);
        let app = App {
            client: self.client(Some(&institution.certificate))?,
            client_id: institution.app.to_string(),
            assertions: signs.then(assertions).transpose()?,
            redirect_uri: cast::INSTITUTIONS[0].redirect_uri.to_owned(),
            authorization_mutual: self.addresses.url(Component::AuthorizationMutual),
            gateway: self.addresses.url(Component::Gateway),
        };
        let mut random = [0; 64];
        self.random.fill(&mut random);
        let granted = customer.authorize(&app, SCOPE, &random).await?;
        let answer = &granted.answer;
        if !answer.is_ok() {
            return Err(JourneyError::new(format!("no token for the probe: {}", answer.code())));
        }
        Ok((answer.text("access_token"), granted.first_account()?))
    }

    fn target_with(&self, tokens: BTreeMap<Token, String>, account: &str) -> Result<LiveTarget, JourneyError> {
        let world = &self.world;
        let mut credentials = BTreeMap::new();
        for (role, certificate) in [
            (Role::Registered, &world.institutions[0].certificate),
            (Role::OtherInstitution, &world.institutions[1].certificate),
            (Role::WrongAuthority, &world.unfit.wrong_authority),
            (Role::Expired, &world.unfit.expired),
        ] {
            credentials.insert(role, credentials_of(certificate)?);
        }
        let address = self.addresses.of(Component::Gateway);
        LiveTarget::new(Settings {
            address,
            server_name: address.ip().to_string(),
            roots: vec![self.root.clone()],
            credentials,
            tokens,
            resource: format!("/v1/accounts/{account}/balance"),
            timeout: PATIENCE,
        })
        .map_err(|error| JourneyError::new(error.to_string()))
    }
}

/// A client that trusts the open authority and shows this certificate, or none.
pub fn open_client(root: &[u8], certificate: Option<&WorldCertificate>) -> Result<Client, JourneyError> {
    let unusable = |error: sumun_transport::TlsError| JourneyError::new(error.to_string());
    let identity =
        certificate.map(|certificate| Identity::from_pem(&certificate.certificate_pem, &certificate.key_pem));
    let tls = ClientTls::new(&[root.to_vec()], identity.transpose().map_err(unusable)?).map_err(unusable)?;
    Ok(Client::new(&tls, ClientLimits::default()))
}

fn credentials_of(certificate: &WorldCertificate) -> Result<Credentials, JourneyError> {
    let unusable = |error: sumun_transport::TlsError| JourneyError::new(error.to_string());
    let chain = certificates_from_pem(&certificate.certificate_pem).map_err(unusable)?;
    let key = sumun_transport::private_key_from_pem(&certificate.key_pem).map_err(unusable)?;
    Ok(Credentials { chain, key })
}

//! Who plays in the demonstration: staff, each with what they would have in
//! real life, and what the app's side is told.

use super::app_side::{Brief, OutsideAddresses, Party, Payee};
use crate::journey::{JourneyError, Staff};
use crate::platform::addresses::{Addresses, Component};
use crate::platform::world::{World, cast};
use crate::platform::{Platform, open_client};
use std::sync::Arc;
use sumun_participants::AuthenticationMethod;

/// The addresses of the platform and the people of its world.
pub struct Stage {
    addresses: Addresses,
    world: Arc<World>,
    authority_pem: String,
    root: Vec<u8>,
}

impl Stage {
    /// The stage of a running platform.
    pub fn set(platform: &Platform) -> Self {
        let ground = platform.ground();
        let authority = &ground.keys.open_authority.key;
        Self {
            addresses: platform.addresses().clone(),
            world: Arc::clone(&ground.world),
            authority_pem: authority.certificate_pem(),
            root: authority.certificate_der().to_vec(),
        }
    }

    /// The made-up world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What the app's side is told, and not more.
    pub fn brief(&self) -> Brief {
        let url = |component| self.addresses.url(component);
        let payee = &self.world.payee;
        Brief {
            authority_pem: self.authority_pem.clone(),
            addresses: OutsideAddresses {
                authorization: url(Component::Authorization),
                authorization_mtls: url(Component::AuthorizationMutual),
                gateway: url(Component::Gateway),
                bank: url(Component::Bank),
            },
            parties: [self.party(0), self.party(1)],
            payee: Payee { bank_code: payee.bank_code.clone(), account_number: payee.account_number.clone() },
        }
    }

    /// The institution and the customer in this place of the cast.
    fn party(&self, place: usize) -> Party {
        let (institution, customer) = (&self.world.institutions[place], &self.world.customers[place]);
        let method = institution.client_authentication;
        let signs = method == AuthenticationMethod::PrivateKeyJwt;
        Party {
            client_id: institution.app.to_string(),
            redirect_uri: institution.redirect_uri.clone(),
            token_endpoint_auth_method: method,
            certificate: institution.certificate.clone(),
            app_key_pem: signs.then(|| institution.app_key_pem.clone()),
            login: customer.login.clone(),
            password: customer.password.clone(),
        }
    }

    /// A signed-in member of staff.
    pub async fn staff(&self, role: cast::CastRole) -> Result<Staff, JourneyError> {
        let place = cast::STAFF.iter().position(|staff| staff.role == role).unwrap_or_default();
        let made = &self.world.staff[place];
        let workbench = self.addresses.url(Component::Workbench);
        Staff::sign_in(open_client(&self.root, None)?, workbench, (&made.login, &made.password)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::addresses::{Listeners, Ports};
    use crate::platform::data_folder::DataFolder;
    use crate::platform::{Reach, Sizes};

    #[tokio::test(flavor = "multi_thread")]
    async fn the_brief_of_the_app_side_has_no_path_of_the_data_folder_and_no_account() {
        let parent = tempfile::tempdir().unwrap();
        let data = parent.path().join("data");
        let listeners = Listeners::bind(&Reach::loopback(), Ports::Free).unwrap();
        let folder = DataFolder::open_or_create(data.as_path()).unwrap();
        let platform = Platform::start(folder, listeners, Sizes::default()).await.unwrap();
        let stage = Stage::set(&platform);
        let brief = serde_json::to_string(&stage.brief()).unwrap();
        for told in [&stage.world().customers[0].password, &stage.world().payee.account_number] {
            assert!(brief.contains(told.as_str()));
        }
        assert!(!brief.contains(parent.path().to_str().unwrap()) && !brief.contains("acc_"), "{brief}");
        platform.stop().await.unwrap();
    }
}

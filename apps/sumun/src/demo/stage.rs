//! Who plays in the demonstration, each with what they would have in real life.

use crate::journey::{App, Assertions, Customer, JourneyError, Staff};
use crate::platform::addresses::{Addresses, Component};
use crate::platform::world::{World, cast};
use crate::platform::{Platform, open_client};
use std::sync::Arc;
use sumun_system::{Clock, Random};

/// The addresses of the platform and the people of its world.
pub struct Stage {
    addresses: Addresses,
    world: Arc<World>,
    root: Vec<u8>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Stage {
    /// The stage of a running platform.
    pub fn set(platform: &Platform) -> Result<Self, JourneyError> {
        let ground = platform.ground();
        Ok(Self {
            addresses: platform.addresses().clone(),
            world: Arc::clone(&ground.world),
            root: ground.keys.open_authority.key.certificate_der().to_vec(),
            clock: Arc::clone(&ground.clock),
            random: Arc::clone(&ground.random),
        })
    }

    /// The made-up world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The app of the institution in this place of the cast.
    pub fn app(&self, place: usize) -> Result<App, JourneyError> {
        let institution = &self.world.institutions[place];
        let issuer = self.addresses.url(Component::Authorization);
        Ok(App {
            client: open_client(&self.root, Some(&institution.certificate))?,
            client_id: institution.app.to_string(),
            assertions: Assertions::of(institution, issuer, &self.clock, &self.random)?,
            redirect_uri: cast::INSTITUTIONS[place].redirect_uri.to_owned(),
            authorization_mutual: self.addresses.url(Component::AuthorizationMutual),
            gateway: self.addresses.url(Component::Gateway),
        })
    }

    /// The customer in this place of the cast, at a browser of their own.
    pub fn customer(&self, place: usize) -> Result<Customer, JourneyError> {
        let made = &self.world.customers[place];
        let (authorization, bank) = (self.addresses.url(Component::Authorization), self.addresses.url(Component::Bank));
        Ok(Customer::new(open_client(&self.root, None)?, (&made.login, &made.password), authorization, bank))
    }

    /// A signed-in member of staff.
    pub async fn staff(&self, role: cast::CastRole) -> Result<Staff, JourneyError> {
        let place = cast::STAFF.iter().position(|staff| staff.role == role).unwrap_or_default();
        let made = &self.world.staff[place];
        let workbench = self.addresses.url(Component::Workbench);
        Staff::sign_in(open_client(&self.root, None)?, workbench, (&made.login, &made.password)).await
    }

    /// The accounts of the customer in this place of the cast.
    pub fn accounts(&self, place: usize) -> Vec<String> {
        self.world.customers[place].accounts.iter().map(ToString::to_string).collect()
    }

    /// Random bytes for one authorization.
    pub fn random(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A fresh idempotency key.
    pub fn key(&self) -> String {
        self.random.id_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

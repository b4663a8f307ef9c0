//! What `sumun up` runs: the folder, the listeners, the world, the wiring.

pub mod addresses;
#[cfg(test)]
mod apart_tests;
mod clock;
pub mod data_folder;
mod descriptors;
mod foundation;
pub mod own_file;
mod own_runtime;
mod ports;
mod probing;
mod proofs;
mod reach;
mod ready;
mod ready_world;
mod register;
mod serving;
mod volume;
pub mod world;

pub use foundation::{Foundation, Sizes};
pub use probing::open_client;
pub use reach::{OutsideName, Reach};
pub use ready::{Ready, ReadyFile};
pub use register::Register;

use crate::commands::CommandError;
use crate::pages::contract;
use addresses::{Addresses, Component, Listeners};
use data_folder::{DataFolder, Whereabouts};
use serving::Serving;

/// A running platform.
pub struct Platform {
    ground: Foundation,
    addresses: Addresses,
    serving: Serving,
}

impl Platform {
    /// Lays the ground in the data folder and starts every component.
    pub async fn start(folder: DataFolder, mut listeners: Listeners, sizes: Sizes) -> Result<Self, CommandError> {
        let addresses = listeners.addresses()?;
        let ground = Foundation::lay(folder, listeners.reach().clone(), sizes).await?;
        let started = match Serving::start(&ground, &mut listeners).await {
            Ok(serving) => ground.folder.settle(&whereabouts(&addresses)).map(|()| serving),
            Err(error) => Err(error),
        };
        match started {
            Ok(serving) => Ok(Self { ground, addresses, serving }),
            Err(error) => {
                ground.close().await?;
                Err(error)
            }
        }
    }

    /// Where every component can be reached.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What the components stand on.
    pub fn ground(&self) -> &Foundation {
        &self.ground
    }

    /// Where the workbench's work is done that grows with data.
    #[cfg(test)]
    fn heavy_work(&self) -> &sumun_workbench::Apart {
        &self.serving.heavy_work
    }

    /// What is to be told about this start.
    pub fn ready(&self) -> Ready<'_> {
        Ready::of(&self.ground, &self.addresses)
    }

    /// Ends the components, then seals and signs what is left.
    pub async fn stop(self) -> Result<(), CommandError> {
        self.serving.stop().await;
        self.ground.close().await
    }
}

/// What an app's server must know of this start.
fn whereabouts(addresses: &Addresses) -> Whereabouts {
    Whereabouts {
        issuer: Some(addresses.url(Component::Authorization)),
        gateway: Some(addresses.url(Component::Gateway)),
        contract: Some(format!("{}{}", addresses.url(Component::Start), contract::PATH)),
    }
}

//! The register of participants of a data folder while no platform runs on it.

use super::clock;
use super::data_folder::DataFolder;
use super::foundation::{open_keys_and_store, open_sequencer};
use crate::commands::CommandError;
use crate::speech::say;
use std::path::Path;
use std::sync::Arc;
use sumun_journal_files::Sequencer;
use sumun_keys::KeyFolder;
use sumun_store::Store;
use sumun_system::{Clock, Random, SystemClock, SystemRandom, in_one_line};

/// Keys, store and journal, for one deed of an operator.
pub struct Register {
    /// The folder, locked until this value goes.
    pub folder: DataFolder,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub keys: KeyFolder,
    pub store: Store,
    sequencer: Sequencer,
}

impl Register {
    /// Opens the register of a data folder on which a platform has run.
    pub async fn open(path: &Path) -> Result<Self, CommandError> {
        let folder = DataFolder::open_settled(path)?;
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let (keys, store) = open_keys_and_store(path, clock.now()).await?;
        let opened = match clock::check(path, &keys, &store, clock.now()).await {
            Ok(_known) => open_sequencer(path, &keys, &store).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(sequencer) => Ok(Self { folder, clock, random, keys, store, sequencer }),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// Takes new entries into the journal's tree and closes the store. What
    /// was written is durable before that; a next start would go on from there.
    pub async fn close(self) -> Result<(), CommandError> {
        let caught_up = self.sequencer.catch_up().await;
        self.store.close().await;
        caught_up
            .map(|_| ())
            .map_err(|error| CommandError::failure(say("fault-register-journal").with("cause", in_one_line(&error))))
    }
}

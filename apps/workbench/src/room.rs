//! Whether there is room for what wants to come in: quotas, and what the
//! volume must keep for others. Asked before the first byte is taken, with the
//! announced length, and counted until the row is written, so that uploads
//! which run side by side cannot together pass what each alone would keep.

use crate::error::{PlatformFault, WorkbenchError};
use crate::parts::EvidenceBounds;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use sumun_evidence::{Amount, EvidenceStore, Usage};
use sumun_ids::{EngagementId, InstitutionId};
use sumun_inspection::Engagement;
use sumun_store::{BlobError, BlobFolder};
use sumun_system::VolumeSpace;

/// What is on its way in, by whom it is for.
#[derive(Debug, Default)]
struct Table {
    engagements: HashMap<EngagementId, Amount>,
    institutions: HashMap<InstitutionId, Amount>,
    total: Amount,
}

/// The room of a workbench.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    bounds: EvidenceBounds,
    coming: Arc<Mutex<Table>>,
}

/// Room that is kept for a file on its way in, until this is dropped.
#[derive(Debug)]
pub(crate) struct Kept {
    of: (EngagementId, InstitutionId),
    amount: Amount,
    coming: Arc<Mutex<Table>>,
}

impl Room {
    pub fn new(bounds: EvidenceBounds) -> Self {
        Self { bounds, coming: Arc::default() }
    }

    /// Keeps room for a file of `bytes` of evidence of an engagement.
    ///
    /// # Errors
    /// [`PlatformFault::OverQuota`], [`PlatformFault::NoRoom`], and those of the store.
    pub async fn keep(
        &self,
        rows: &dyn EvidenceStore,
        folder: &BlobFolder,
        engagement: &Engagement,
        bytes: u64,
    ) -> Result<Kept, WorkbenchError> {
        let of = (engagement.id, engagement.applicant.id);
        let used = rows.usage(of.0, of.1).await?;
        let amount = Amount { files: 1, bytes };
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let used = coming.and(of, &used);
        self.bounds.quotas.admit(&used, amount).map_err(PlatformFault::OverQuota)?;
        self.check_volume(folder.path(), coming.total.bytes.saturating_add(bytes))?;
        coming.change(of, |kept| kept.and(amount));
        Ok(Kept { of, amount, coming: Arc::clone(&self.coming) })
    }

    /// That `more` bytes leave on the volume of `path` what must be left.
    ///
    /// # Errors
    /// [`PlatformFault::NoRoom`], and what the system says of the volume.
    pub fn check_volume(&self, path: &Path, more: u64) -> Result<(), WorkbenchError> {
        let space = VolumeSpace::of(path).map_err(BlobError::from)?;
        let reserve = self.bounds.reserve_bytes;
        if space.available >= reserve.saturating_add(more) {
            return Ok(());
        }
        Err(PlatformFault::NoRoom { available: space.available, reserve }.into())
    }
}

impl Table {
    /// What is used and what is on its way in, together.
    fn and(&self, of: (EngagementId, InstitutionId), used: &Usage) -> Usage {
        let engagement = self.engagements.get(&of.0).copied().unwrap_or_default();
        let institution = self.institutions.get(&of.1).copied().unwrap_or_default();
        Usage {
            engagement: used.engagement.and(engagement),
            institution: used.institution.and(institution),
            total: used.total.and(self.total),
        }
    }

    /// Changes each scope; one in which nothing is on its way is forgotten.
    fn change(&mut self, of: (EngagementId, InstitutionId), change: impl Fn(Amount) -> Amount) {
        let engagement = self.engagements.entry(of.0).or_default();
        *engagement = change(*engagement);
        let institution = self.institutions.entry(of.1).or_default();
        *institution = change(*institution);
        self.total = change(self.total);
        self.engagements.retain(|_, amount| amount.files > 0);
        self.institutions.retain(|_, amount| amount.files > 0);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let less = |kept: Amount| Amount {
            files: kept.files.saturating_sub(self.amount.files),
            bytes: kept.bytes.saturating_sub(self.amount.bytes),
        };
        coming.change(self.of, less);
    }
}

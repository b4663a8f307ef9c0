//! What the workbench stands on.

use crate::{Apart, Turn};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use sumun_controls::Catalog;
use sumun_evidence::{EvidenceStore, ItemCode, Quotas};
use sumun_identity::IdentityStore;
use sumun_ids::{EngagementId, ProbeRunId};
use sumun_inspection::{ApplicantInstitution, EngagementStore, JudgementStore};
use sumun_journal::{CommitmentKey, StoreFailure};
use sumun_probes::{Conclusion, Record};
use sumun_reports::JournalCheckpoint;
use sumun_store::BlobFolder;
use sumun_system::{Clock, Random};
use sumun_time::BusinessCalendar;
use sumun_web::{Bilingual, WorldLabel};

/// Everything that the workbench is given; nothing is read from elsewhere.
pub struct Parts {
    /// Staff and their sessions.
    pub identities: Arc<dyn IdentityStore>,
    /// Engagements.
    pub engagements: Arc<dyn EngagementStore>,
    /// Judgements, findings and plans.
    pub judgements: Arc<dyn JudgementStore>,
    /// Rows of evidence.
    pub evidence: Arc<dyn EvidenceStore>,
    /// Files of evidence.
    pub evidence_files: BlobFolder,
    /// How much evidence there may be.
    pub bounds: EvidenceBounds,
    /// Files of reports.
    pub report_files: BlobFolder,
    /// The institutions that can be inspected.
    pub institutions: Arc<dyn InstitutionDirectory>,
    /// Runs probes against the registered target.
    pub probes: Arc<dyn ProbeRunner>,
    /// The journal as reports cite it.
    pub journal: Arc<dyn JournalView>,
    /// Where work is done that grows with data.
    pub apart: Apart,
    /// The catalogs.
    pub catalog: Arc<Catalog>,
    /// Business days.
    pub calendar: BusinessCalendar,
    /// The key under which the journal commits to what people wrote.
    pub commitments: CommitmentKey,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Bytes that nobody can guess.
    pub random: Arc<dyn Random>,
    /// The operator (운영기관) whose APIs the institutions use.
    pub operator: Bilingual,
    /// The inspecting organisation (점검기관).
    pub inspector: Bilingual,
    /// Which world it is.
    pub world: WorldLabel,
}

/// How much evidence may come in: sizes, never whether something is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceBounds {
    /// For an engagement, an institution, and in all.
    pub quotas: Quotas,
    /// What must be left on the volume of the files, in bytes, for whatever
    /// else writes there. More than [`sumun_system::FLOOR_BYTES`], so that
    /// evidence ends first and payments, sign-in and withdrawals last.
    pub reserve_bytes: u64,
}

impl EvidenceBounds {
    /// The sizes of an installation that nobody has set otherwise.
    pub const STANDARD: Self = Self { quotas: Quotas::STANDARD, reserve_bytes: 512 * 1024 * 1024 };
}

/// The institutions that can be inspected, as names and numbers. The wiring
/// answers from the register of the platform, which the workbench does not know.
#[async_trait::async_trait]
pub trait InstitutionDirectory: Send + Sync {
    /// Every institution that may be inspected, by name.
    async fn institutions(&self) -> Result<Vec<ApplicantInstitution>, StoreFailure>;
}

/// Runs probes against the target that is registered for an engagement.
#[async_trait::async_trait]
pub trait ProbeRunner: Send + Sync {
    /// What the target is called; none when there is none to probe.
    fn target(&self) -> Option<String>;

    /// Runs the probe with this id of `sumun_probes::registry` and answers what it leaves.
    async fn run(&self, engagement: EngagementId, probe: &str) -> Result<Vec<ProbeEvidence>, ProbeRunFault>;
}

/// What a run of a probe leaves: one file to be kept as evidence, never a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeEvidence {
    /// The run.
    pub run: ProbeRunId,
    /// The probe.
    pub probe: String,
    /// What it concluded.
    pub conclusion: Conclusion,
    /// The title of the evidence in Korean, as official names have it.
    pub title: String,
    /// The items of `openbanking-institution` that it informs; others are left out.
    pub items: Vec<ItemCode>,
    /// The file.
    pub content: Vec<u8>,
}

impl ProbeEvidence {
    /// The evidence of a record, with the items of `framework` that the probe informs.
    pub fn of_record(record: &Record, title_ko: &str, framework: &str) -> Self {
        let own = |binding: &String| binding.split_once('/').filter(|(name, _)| *name == framework)?.1.parse().ok();
        Self {
            run: record.run,
            probe: record.probe.to_owned(),
            conclusion: record.judged.conclusion,
            title: format!("{title_ko} 자동 점검 기록"),
            items: record.bindings.iter().filter_map(own).collect(),
            content: record.to_json().into_bytes(),
        }
    }
}

/// Why a probe could not be run. What the probe found is never a fault.
#[derive(Debug)]
pub enum ProbeRunFault {
    /// There is no probe with this id.
    Unknown,
    /// No target is registered.
    NoTarget,
    /// The run could not be made.
    Failed(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for ProbeRunFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "there is no such probe",
            Self::NoTarget => "no target is registered",
            Self::Failed(_) => "the probe could not be run",
        })
    }
}

impl Error for ProbeRunFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(source) => Some(source.as_ref()),
            Self::Unknown | Self::NoTarget => None,
        }
    }
}

/// The journal as reports and evidence packs cite it.
#[async_trait::async_trait]
pub trait JournalView: Send + Sync {
    /// The last signed checkpoint, if there is one.
    async fn checkpoint(&self) -> Option<JournalCheckpoint>;

    /// The files that show the entries about `subjects` to be in the journal,
    /// with their paths below `journal/` of an evidence pack. Covers all that
    /// [`Self::checkpoint`] has answered before. Grows with the journal, so it
    /// asks for a turn of [`crate::Apart`].
    ///
    /// # Errors
    /// When the journal cannot be read or an entry is not as it was signed.
    fn files(&self, turn: &Turn, subjects: &BTreeSet<String>) -> Result<Vec<PackFile>, Box<dyn Error + Send + Sync>>;
}

/// The path of a file below `journal/` of an evidence pack, and its bytes.
pub type PackFile = (String, Vec<u8>);

//! Findings (지적사항): what a shortfall asks the institution to repair.

use crate::{
    CaseFile, Engagement, InputFault, InspectionError, Judgement, ProcedureFault, Role, Seat, StageKind, text,
};
use sumun_evidence::ItemCode;
use sumun_ids::{EngagementId, FindingId, JudgementId, StaffId};
use sumun_time::{BusinessCalendar, Date, Timestamp};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// 높음.
    High,
    /// 보통.
    Medium,
    /// 낮음.
    Low,
}

impl Risk {
    /// Every weight, highest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word in the store and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The weight with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.name() == name)
    }
}

/// How far the repair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingState {
    /// 보완 중.
    Repairing,
    /// 확인 요청.
    AwaitingConfirmation,
    /// 보완 확인.
    Confirmed,
}

impl FindingState {
    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repairing => "repairing",
            Self::AwaitingConfirmation => "awaiting_confirmation",
            Self::Confirmed => "confirmed",
        }
    }
}

/// What is done to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingDeed {
    /// The institution says that it is repaired.
    SubmitRepair,
    /// The inspector sends it back.
    SendBack,
    /// The inspector confirms the repair.
    Confirm,
}

impl FindingDeed {
    /// Every deed.
    pub const ALL: [Self; 3] = [Self::SubmitRepair, Self::SendBack, Self::Confirm];

    /// The word in the store, the API and the journal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SubmitRepair => "submit_repair",
            Self::SendBack => "send_back",
            Self::Confirm => "confirm",
        }
    }

    /// The deed with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.name() == name)
    }

    /// Whose deed it is.
    pub const fn role(self) -> Role {
        match self {
            Self::SubmitRepair => Role::Applicant,
            Self::SendBack | Self::Confirm => Role::Inspector,
        }
    }
}

/// One thing done to a finding; added and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    /// The finding.
    pub finding: FindingId,
    /// What was done.
    pub deed: FindingDeed,
    /// What was said with it.
    pub note: String,
    /// Who did it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Something that the institution must repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// The engagement.
    pub engagement: EngagementId,
    /// The item that falls short.
    pub item: ItemCode,
    /// The judgement that opened it.
    pub judgement: JudgementId,
    /// What is wrong, in one line.
    pub title: String,
    /// How much it weighs.
    pub risk: Risk,
    /// Whether the visit found it.
    pub onsite: bool,
    /// By when it is to be repaired.
    pub target_on: Date,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What was done about it, oldest first.
    pub events: Vec<FindingEvent>,
}

/// What an inspector says about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingDraft {
    /// The id that it will have.
    pub id: FindingId,
    /// What is wrong, in one line.
    pub title: String,
    /// How much it weighs.
    pub risk: Risk,
    /// By when it is to be repaired; none means the end of the fix stage as planned.
    pub target_on: Option<Date>,
}

impl FindingDraft {
    pub(crate) fn open(
        self,
        engagement: &Engagement,
        judgement: &Judgement,
        calendar: &BusinessCalendar,
    ) -> Result<Finding, InputFault> {
        let today = judgement.at.korean_date();
        let fix = if judgement.onsite { StageKind::OnsiteFix } else { StageKind::WrittenFix };
        let milestones = engagement.milestones(calendar);
        let planned = milestones.iter().find(|milestone| milestone.stage == fix).or(milestones.last());
        let target_on = self.target_on.or(planned.map(|milestone| milestone.due_on.max(today))).unwrap_or(today);
        if target_on < today {
            return Err(InputFault::TargetPassed);
        }
        Ok(Finding {
            id: self.id,
            engagement: engagement.id,
            item: judgement.item.clone(),
            judgement: judgement.id,
            title: text::line(&self.title, InputFault::Title)?,
            risk: self.risk,
            onsite: judgement.onsite,
            target_on,
            opened_at: judgement.at,
            events: Vec::new(),
        })
    }
}

impl Finding {
    /// How far the repair is: what was done last says it.
    pub fn state(&self) -> FindingState {
        match self.events.last().map(|event| event.deed) {
            None | Some(FindingDeed::SendBack) => FindingState::Repairing,
            Some(FindingDeed::SubmitRepair) => FindingState::AwaitingConfirmation,
            Some(FindingDeed::Confirm) => FindingState::Confirmed,
        }
    }

    /// Whether it is not yet confirmed as repaired.
    pub fn open(&self) -> bool {
        self.state() != FindingState::Confirmed
    }
}

impl CaseFile {
    /// Does `deed` to a finding. The institution repairs in the fix stages 7
    /// and 10; the inspector answers from stage 7 until the final report is sent.
    ///
    /// # Errors
    /// [`InspectionError::NotYours`] for the other party's deed,
    /// [`InspectionError::Procedure`] when the stage, or the state of the
    /// finding, does not allow it, [`InputFault::Note`] for an empty note.
    pub fn answer_finding(
        &self,
        finding: FindingId,
        deed: FindingDeed,
        note: &str,
        seat: Seat,
        now: Timestamp,
    ) -> Result<FindingEvent, InspectionError> {
        seat.require(deed.role())?;
        let known = self.findings.iter().find(|known| known.id == finding).ok_or(ProcedureFault::NoFinding)?;
        let stage = self.engagement.stage;
        let in_time = match deed {
            FindingDeed::SubmitRepair => matches!(stage.kind(), StageKind::WrittenFix | StageKind::OnsiteFix),
            FindingDeed::SendBack | FindingDeed::Confirm => {
                stage.kind().number().is_some_and(|number| number >= 7) && !stage.closed()
            }
        };
        if !in_time {
            return Err(ProcedureFault::NotNow(stage.kind()).into());
        }
        let expected = match deed {
            FindingDeed::SubmitRepair => FindingState::Repairing,
            FindingDeed::SendBack | FindingDeed::Confirm => FindingState::AwaitingConfirmation,
        };
        if known.state() != expected {
            return Err(ProcedureFault::FindingState.into());
        }
        let note = text::bounded(note, text::LONG_CHARACTERS_MAX, InputFault::Note)?;
        Ok(FindingEvent { finding, deed, note, by: seat.staff(), at: now })
    }
}

#[cfg(test)]
#[path = "finding_tests.rs"]
mod tests;

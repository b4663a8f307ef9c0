//! How long the stages may take, in business days.

use crate::{Engagement, Stage, StageKind, Turn};
use sumun_time::{BusinessCalendar, Date};

/// How many business days each stage after the contract has.
///
/// The source says only «about four weeks» for written check, on-site check,
/// fixes and wrap-up together (source 2, line 37); the division among the
/// stages is agreed in the contract. [`Terms::FOUR_WEEKS`] is our choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Stage 5.
    pub written_check_days: u16,
    /// Stage 6.
    pub written_result_days: u16,
    /// Stage 7.
    pub written_fix_days: u16,
    /// Stage 8.
    pub onsite_check_days: u16,
    /// Stage 9.
    pub onsite_result_days: u16,
    /// Stage 10.
    pub onsite_fix_days: u16,
    /// Stage 11.
    pub final_report_days: u16,
}

impl Terms {
    /// Twenty business days in all.
    pub const FOUR_WEEKS: Self = Self {
        written_check_days: 5,
        written_result_days: 1,
        written_fix_days: 5,
        onsite_check_days: 2,
        onsite_result_days: 1,
        onsite_fix_days: 4,
        final_report_days: 2,
    };

    /// The business days of `stage`; none for a stage without a term.
    pub const fn days_of(&self, stage: StageKind) -> Option<u16> {
        match stage {
            StageKind::WrittenCheck => Some(self.written_check_days),
            StageKind::WrittenResult => Some(self.written_result_days),
            StageKind::WrittenFix => Some(self.written_fix_days),
            StageKind::OnsiteCheck => Some(self.onsite_check_days),
            StageKind::OnsiteResult => Some(self.onsite_result_days),
            StageKind::OnsiteFix => Some(self.onsite_fix_days),
            StageKind::FinalReport => Some(self.final_report_days),
            StageKind::Consulting
            | StageKind::DocumentReview
            | StageKind::Applied
            | StageKind::Contracted
            | StageKind::SelfChecked
            | StageKind::ServiceStartedDeferred => None,
        }
    }

    /// The day by which a stage that begins on `today` is to end.
    pub fn due_on(&self, stage: Stage, today: Date, calendar: &BusinessCalendar) -> Option<Date> {
        if let Stage::ServiceStartedDeferred { limit } = stage {
            // «1년 내» counts calendar days (source 2, line 41).
            return Some(limit);
        }
        if stage.closed() {
            return None;
        }
        self.days_of(stage.kind()).map(|days| calendar.plus_business_days(today, u32::from(days)))
    }
}

/// A stage that has yet to end, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// The stage.
    pub stage: StageKind,
    /// Whose turn it is in it.
    pub turn: Turn,
    /// The last day; for a later stage as planned from the current one.
    pub due_on: Date,
}

impl Engagement {
    /// The current stage and the later ones with the day on which each is to
    /// end, if every stage takes the time that it has. Empty before the
    /// contract and after the end.
    pub fn milestones(&self, calendar: &BusinessCalendar) -> Vec<Milestone> {
        let Some(mut day) = self.due_on.filter(|_| !self.stage.closed()) else { return Vec::new() };
        let turn_of = |kind| match kind {
            StageKind::WrittenFix | StageKind::OnsiteFix => Turn::Applicant,
            _ => Turn::Inspector,
        };
        let mut milestones = vec![Milestone { stage: self.stage.kind(), turn: self.stage.turn(), due_on: day }];
        let later = StageKind::ELEVEN.into_iter().filter(|kind| kind.number() > self.stage.kind().number());
        for stage in later.filter(|_| self.stage.kind().number().is_some()) {
            let Some(days) = self.terms.days_of(stage) else { continue };
            day = calendar.plus_business_days(day, u32::from(days));
            milestones.push(Milestone { stage, turn: turn_of(stage), due_on: day });
        }
        milestones
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case_file::tests::engagement;

    #[test]
    fn p1_default_terms_fill_the_four_weeks_of_the_source() {
        let days = StageKind::ELEVEN.iter().filter_map(|kind| Terms::FOUR_WEEKS.days_of(*kind));
        assert_eq!(days.sum::<u16>(), 20);
    }

    #[test]
    fn milestones_count_business_days_from_the_current_stage() {
        let calendar = BusinessCalendar::new(["2026-12-25".parse().unwrap()]);
        let mut engagement = engagement();
        assert!(engagement.milestones(&calendar).is_empty());
        engagement.stage = Stage::OnsiteCheck;
        engagement.due_on = Some("2026-12-21".parse().unwrap());
        let days: Vec<_> =
            engagement.milestones(&calendar).iter().map(|milestone| milestone.due_on.to_string()).collect();
        assert_eq!(days, ["2026-12-21", "2026-12-22", "2026-12-29", "2026-12-31"]);
        engagement.stage = Stage::FinalReport { sent: true };
        assert!(engagement.milestones(&calendar).is_empty());
    }

    #[test]
    fn a_deferral_is_due_on_its_limit_and_plans_nothing_further() {
        let limit = "2027-11-21".parse().unwrap();
        let stage = Stage::ServiceStartedDeferred { limit };
        let calendar = BusinessCalendar::default();
        assert_eq!(Terms::FOUR_WEEKS.due_on(stage, "2026-11-21".parse().unwrap(), &calendar), Some(limit));
        let deferred = Engagement { stage, due_on: Some(limit), ..engagement() };
        assert_eq!(deferred.milestones(&calendar).len(), 1);
    }
}

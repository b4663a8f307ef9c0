//! How long the stages may take, in business days.

use crate::{Engagement, Stage, StageKind, Turn};
use sumun_time::{BusinessCalendar, Date, DueDay};

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
    pub fn due_on(&self, stage: Stage, today: Date, calendar: &BusinessCalendar) -> Option<DueDay> {
        if let Stage::ServiceStartedDeferred { limit } = stage {
            // «1년 내» counts calendar days (source 2, line 41).
            return Some(DueDay { day: limit, holidays_known: true });
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
    /// Whether the public holidays up to that day are known.
    pub holidays_known: bool,
}

/// How the day by which the current stage is to end stands to the calendar,
/// which may have learnt of public holidays since the day was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueCheck {
    /// The calendar says the same day, or the day was not counted.
    Sound,
    /// The calendar does not know the public holidays up to that day.
    HolidaysUnknown,
    /// The calendar says this day now.
    Recounted(Date),
}

impl Engagement {
    /// Counts the current stage's day again.
    pub fn due_check(&self, calendar: &BusinessCalendar) -> DueCheck {
        let again = self.terms.due_on(self.stage, self.stage_since.korean_date(), calendar);
        match (self.due_on, again) {
            (Some(_), Some(again)) if !again.holidays_known => DueCheck::HolidaysUnknown,
            (Some(due_on), Some(again)) if again.day != due_on => DueCheck::Recounted(again.day),
            _ => DueCheck::Sound,
        }
    }

    /// The current stage and the later ones with the day on which each is to
    /// end, if every stage takes the time that it has. Empty before the
    /// contract and after the end; of a deferral its last day alone.
    pub fn milestones(&self, calendar: &BusinessCalendar) -> Vec<Milestone> {
        let Some(due_on) = self.due_on.filter(|_| !self.stage.closed()) else { return Vec::new() };
        let turn_of = |kind| match kind {
            StageKind::WrittenFix | StageKind::OnsiteFix => Turn::Applicant,
            _ => Turn::Inspector,
        };
        let known = self.due_check(calendar) != DueCheck::HolidaysUnknown;
        let mut due = DueDay { day: due_on, holidays_known: known };
        let milestone =
            |stage, turn, due: DueDay| Milestone { stage, turn, due_on: due.day, holidays_known: due.holidays_known };
        let mut milestones = vec![milestone(self.stage.kind(), self.stage.turn(), due)];
        let later = StageKind::ELEVEN.into_iter().filter(|kind| kind.number() > self.stage.kind().number());
        for stage in later.filter(|_| self.terms.days_of(self.stage.kind()).is_some()) {
            let Some(days) = self.terms.days_of(stage) else { continue };
            let next = calendar.plus_business_days(due.day, u32::from(days));
            due = DueDay { day: next.day, holidays_known: next.holidays_known && due.holidays_known };
            milestones.push(milestone(stage, turn_of(stage), due));
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
        let calendar = calendar_2026();
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
        let due = Terms::FOUR_WEEKS.due_on(stage, "2026-11-21".parse().unwrap(), &calendar);
        assert_eq!(due, Some(DueDay { day: limit, holidays_known: true }), "calendar days need no holidays");
        let deferred = Engagement { stage, due_on: Some(limit), ..engagement() };
        assert_eq!(deferred.milestones(&calendar).len(), 1);
        assert_eq!(deferred.due_check(&calendar), DueCheck::Sound);
    }

    fn calendar_2026() -> BusinessCalendar {
        let date = |text: &str| text.parse::<Date>().unwrap();
        BusinessCalendar::covering(date("2026-01-01"), date("2026-12-31"), [date("2026-12-25")])
    }

    #[test]
    fn a_deadline_beyond_the_known_holidays_says_so() {
        let mut engagement = engagement();
        engagement.stage = Stage::WrittenCheck;
        engagement.stage_since = "2026-12-17T10:00:00+09:00".parse().unwrap();
        engagement.due_on = Some("2026-12-24".parse().unwrap());
        let known: Vec<_> = engagement.milestones(&calendar_2026()).iter().map(|one| one.holidays_known).collect();
        assert_eq!(known, [true, true, false, false, false, false, false], "the fix ends in the next year");
        assert_eq!(engagement.due_check(&calendar_2026()), DueCheck::Sound);
        engagement.stage_since = "2026-12-28T10:00:00+09:00".parse().unwrap();
        engagement.due_on = Some("2027-01-04".parse().unwrap());
        assert_eq!(engagement.due_check(&calendar_2026()), DueCheck::HolidaysUnknown);
        assert!(engagement.milestones(&calendar_2026()).iter().all(|one| !one.holidays_known));
    }

    #[test]
    fn a_deadline_that_was_set_before_a_holiday_was_known_says_the_other_day() {
        let mut engagement = engagement();
        engagement.stage = Stage::OnsiteCheck;
        engagement.stage_since = "2026-12-23T10:00:00+09:00".parse().unwrap();
        engagement.due_on = Some("2026-12-25".parse().unwrap());
        let again = "2026-12-28".parse().unwrap();
        assert_eq!(engagement.due_check(&calendar_2026()), DueCheck::Recounted(again));
        engagement.due_on = Some(again);
        assert_eq!(engagement.due_check(&calendar_2026()), DueCheck::Sound);
    }
}

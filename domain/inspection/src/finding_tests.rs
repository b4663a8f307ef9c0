use super::*;
use crate::Stage;
use crate::case_file::tests::*;

fn file(stage: Stage, deeds: &[FindingDeed]) -> CaseFile {
    CaseFile { findings: vec![finding(1, deeds)], ..case_file(stage) }
}

fn seat_of(deed: FindingDeed) -> Seat {
    match deed.role() {
        Role::Applicant => applicant(),
        Role::Inspector => inspector(),
    }
}

#[test]
fn the_state_is_what_was_done_last() {
    use FindingDeed::{Confirm, SendBack, SubmitRepair};
    let cases: [(&[FindingDeed], FindingState); 5] = [
        (&[], FindingState::Repairing),
        (&[SubmitRepair], FindingState::AwaitingConfirmation),
        (&[SubmitRepair, SendBack], FindingState::Repairing),
        (&[SubmitRepair, SendBack, SubmitRepair], FindingState::AwaitingConfirmation),
        (&[SubmitRepair, Confirm], FindingState::Confirmed),
    ];
    for (deeds, state) in cases {
        assert_eq!(finding(1, deeds).state(), state);
        assert_eq!(finding(1, deeds).open(), state != FindingState::Confirmed);
    }
}

/// Every stage, state, deed and party.
#[test]
fn p1_1_10_repairs_are_handed_in_at_the_fix_stages_and_answered_by_the_inspector() {
    use FindingDeed::{Confirm, SubmitRepair};
    for stage in Stage::WITHOUT_DATE {
        for done in [&[][..], &[SubmitRepair], &[SubmitRepair, Confirm]] {
            for deed in FindingDeed::ALL {
                let file = file(stage, done);
                let state = file.findings[0].state();
                let fitting = match deed {
                    SubmitRepair => {
                        matches!(stage, Stage::WrittenFix | Stage::OnsiteFix) && state == FindingState::Repairing
                    }
                    _ => {
                        stage.kind() >= StageKind::WrittenFix
                            && !stage.closed()
                            && state == FindingState::AwaitingConfirmation
                    }
                };
                let id = file.findings[0].id;
                let result = file.answer_finding(id, deed, "보완하였음", seat_of(deed), NOW);
                assert_eq!(result.is_ok(), fitting, "{stage:?} {state:?} {deed:?}: {result:?}");
                let other = if deed.role() == Role::Applicant { inspector() } else { applicant() };
                let refused = file.answer_finding(id, deed, "보완하였음", other, NOW);
                assert_eq!(refused, Err(InspectionError::NotYours(deed.role())));
            }
        }
    }
}

#[test]
fn an_answer_needs_a_note_and_a_finding_of_this_engagement() {
    let file = file(Stage::WrittenFix, &[]);
    let id = file.findings[0].id;
    let refused = file.answer_finding(id, FindingDeed::SubmitRepair, " ", applicant(), NOW);
    assert_eq!(refused, Err(InputFault::Note.into()));
    let stray = FindingId::from_random([99; 16]);
    let refused = file.answer_finding(stray, FindingDeed::SubmitRepair, "보완", applicant(), NOW);
    assert_eq!(refused, Err(ProcedureFault::NoFinding.into()));
}

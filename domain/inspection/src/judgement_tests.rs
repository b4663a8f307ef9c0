use super::*;
use crate::case_file::tests::*;
use crate::{Risk, Stage, StageKind};
use proptest::prelude::*;
use sumun_ids::FindingId;

fn answer(criterion: &str, result: CriterionResult) -> CriterionAnswer {
    CriterionAnswer { criterion: criterion.parse().unwrap(), result, note: String::new() }
}

fn draft(verdict: Verdict, first: CriterionResult, second: CriterionResult) -> JudgementDraft {
    JudgementDraft {
        id: JudgementId::from_random([8; 16]),
        item: item(1),
        verdict,
        reason: "자료1.1.1-1에 따라 임명하였음".into(),
        criteria: vec![answer("1.1.1-2", second), answer("1.1.1-1", first)],
        evidence: vec![EvidenceReference { id: evidence(1, 1).id, sha256: evidence(1, 1).file.sha256 }],
        finding: None,
    }
}

fn implemented() -> JudgementDraft {
    draft(Verdict::Implemented, CriterionResult::Met, CriterionResult::Met)
}

fn partial() -> JudgementDraft {
    let finding = FindingDraft {
        id: FindingId::from_random([7; 16]),
        title: "전문 인력이 없습니다".into(),
        risk: Risk::High,
        target_on: None,
    };
    JudgementDraft {
        finding: Some(finding),
        ..draft(Verdict::Partial, CriterionResult::Met, CriterionResult::PartlyMet)
    }
}

fn judge(file: &CaseFile, draft: JudgementDraft) -> Result<Ruling, InspectionError> {
    file.judge(draft, inspector(), (&sheet(1), &[evidence(1, 1), evidence(2, 2)]), &BusinessCalendar::default(), NOW)
}

fn fault(draft: JudgementDraft) -> InputFault {
    match judge(&case_file(Stage::WrittenCheck), draft) {
        Err(InspectionError::Input(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn p4_c_the_criteria_say_the_verdict() {
    use CriterionResult::{Met, NotMet, PartlyMet};
    let cases: [(&[CriterionResult], Verdict); 9] = [
        (&[Met], Verdict::Implemented),
        (&[Met, Met, Met], Verdict::Implemented),
        (&[Met, NotMet], Verdict::Partial),
        (&[Met, PartlyMet], Verdict::Partial),
        (&[PartlyMet], Verdict::Partial),
        (&[PartlyMet, PartlyMet], Verdict::Partial),
        (&[PartlyMet, NotMet], Verdict::Partial),
        (&[NotMet], Verdict::NotImplemented),
        (&[NotMet, NotMet], Verdict::NotImplemented),
    ];
    for (results, verdict) in cases {
        assert_eq!(Verdict::of_criteria(results.iter().copied()), verdict, "{results:?}");
    }
}

#[test]
fn a_verdict_against_its_criteria_is_refused() {
    use CriterionResult::{Met, NotMet};
    for verdict in [Verdict::Implemented, Verdict::Partial, Verdict::NotImplemented] {
        for (first, second) in [(Met, Met), (Met, NotMet), (NotMet, NotMet)] {
            let derived = Verdict::of_criteria([first, second]);
            let result = judge(&case_file(Stage::WrittenCheck), draft(verdict, first, second));
            let disagrees = result == Err(InputFault::VerdictDisagrees { derived }.into());
            assert_eq!(disagrees, verdict != derived, "{verdict:?} {first:?} {second:?}");
        }
    }
}

#[test]
fn a_judgement_carries_author_edition_reason_and_exact_evidence() {
    let ruling = judge(&case_file(Stage::WrittenCheck), implemented()).unwrap();
    let judgement = ruling.judgement;
    assert_eq!((judgement.author, judgement.at), (inspector().staff(), NOW));
    assert_eq!(judgement.catalog, engagement().catalog);
    assert_eq!(judgement.evidence[0].sha256, Digest::of(&[1]));
    let codes: Vec<_> = judgement.criteria.iter().map(|answer| answer.criterion.as_str()).collect();
    assert_eq!(codes, ["1.1.1-1", "1.1.1-2"], "in the order of the catalog");
    assert_eq!((ruling.expected_version, ruling.finding), (1, None));
}

#[test]
fn an_applicant_cannot_judge_its_own_engagement() {
    let context = (&sheet(1), &[evidence(1, 1)][..]);
    for stage in Stage::WITHOUT_DATE {
        let refused = case_file(stage).judge(implemented(), applicant(), context, &BusinessCalendar::default(), NOW);
        assert_eq!(refused, Err(InspectionError::NotYours(Role::Inspector)), "{stage:?}");
    }
}

#[test]
fn judgements_are_taken_only_between_written_check_and_the_end() {
    for stage in Stage::WITHOUT_DATE {
        let result = judge(&case_file(stage), implemented());
        match result {
            Ok(ruling) => {
                assert!(stage.judging(), "{stage:?}");
                assert_eq!(ruling.judgement.onsite, stage.kind() >= StageKind::OnsiteCheck);
            }
            Err(error) => {
                assert!(!stage.judging(), "{stage:?}");
                assert_eq!(error, ProcedureFault::NotNow(stage.kind()).into());
            }
        }
    }
}

#[test]
fn p4_d_the_reason_is_mandatory() {
    for reason in ["", "   ", "\n", &"가".repeat(4_001), "a\u{0}b"] {
        assert_eq!(fault(JudgementDraft { reason: reason.into(), ..implemented() }), InputFault::Reason, "{reason:?}");
    }
}

#[test]
fn not_applicable_needs_a_reason_and_no_criteria() {
    let none =
        || JudgementDraft { verdict: Verdict::NotApplicable, criteria: vec![], evidence: vec![], ..implemented() };
    assert!(judge(&case_file(Stage::WrittenCheck), none()).is_ok());
    assert_eq!(fault(JudgementDraft { reason: " ".into(), ..none() }), InputFault::Reason);
    let answered = JudgementDraft { verdict: Verdict::NotApplicable, ..implemented() };
    assert_eq!(fault(answered), InputFault::CriteriaNotApplicable);
}

#[test]
fn p4_a_every_criterion_is_answered_once() {
    let mut missing = implemented();
    missing.criteria.pop();
    assert_eq!(fault(missing), InputFault::CriteriaUnanswered(vec!["1.1.1-1".parse().unwrap()]));
    let mut twice = implemented();
    twice.criteria.push(answer("1.1.1-1", CriterionResult::NotMet));
    assert_eq!(fault(twice), InputFault::UnknownCriterion("1.1.1-1".parse().unwrap()));
    let mut stray = implemented();
    stray.criteria.push(answer("9.9.9-9", CriterionResult::Met));
    assert_eq!(fault(stray), InputFault::UnknownCriterion("9.9.9-9".parse().unwrap()));
    assert_eq!(fault(JudgementDraft { item: item(2), ..implemented() }), InputFault::UnknownItem);
}

#[test]
fn evidence_is_cited_by_id_and_hash() {
    let cite = |evidence: &Evidence| EvidenceReference { id: evidence.id, sha256: evidence.file.sha256 };
    let with = |references: Vec<EvidenceReference>| JudgementDraft { evidence: references, ..implemented() };
    let (good, foreign, unknown) = (evidence(1, 1), evidence(2, 2), evidence(3, 1));
    assert_eq!(fault(with(vec![])), InputFault::EvidenceMissing);
    let forged = EvidenceReference { sha256: Digest::of(b"other"), ..cite(&good) };
    assert_eq!(fault(with(vec![forged])), InputFault::EvidenceDiffers(good.id));
    assert_eq!(fault(with(vec![cite(&foreign)])), InputFault::EvidenceNotBound(foreign.id));
    assert_eq!(fault(with(vec![cite(&unknown)])), InputFault::EvidenceUnknown(unknown.id));
    assert_eq!(fault(with(vec![cite(&good), cite(&good)])), InputFault::EvidenceUnknown(good.id));
    assert_eq!(fault(with(vec![cite(&good); 101])), InputFault::EvidenceTooMany);
}

#[test]
fn a_shortfall_opens_a_finding_and_only_a_shortfall_does() {
    let written = case_file(Stage::WrittenCheck);
    let finding = judge(&written, partial()).unwrap().finding.unwrap();
    assert_eq!((finding.item, finding.risk, finding.onsite), (item(1), Risk::High, false));
    assert_eq!(fault(JudgementDraft { finding: None, ..partial() }), InputFault::FindingMissing);
    assert_eq!(fault(JudgementDraft { finding: partial().finding, ..implemented() }), InputFault::FindingUnneeded);
    let mut open = written.clone();
    open.findings.push(super::super::case_file::tests::finding(1, &[]));
    assert!(judge(&open, JudgementDraft { finding: None, ..partial() }).is_ok(), "one open finding is enough");
    assert_eq!(judge(&open, implemented()), Err(ProcedureFault::FindingOpen(item(1)).into()));
}

#[test]
fn the_target_of_a_finding_is_the_end_of_the_planned_fix() {
    let mut written = case_file(Stage::WrittenCheck);
    written.engagement.due_on = Some("2026-11-27".parse().unwrap());
    let finding = judge(&written, partial()).unwrap().finding.unwrap();
    // One day for the result and five for the fix, from Friday the 27th.
    assert_eq!(finding.target_on.to_string(), "2026-12-07");
    let mut early = partial();
    early.finding.as_mut().unwrap().target_on = Some(NOW.korean_date().plus_days(-1));
    assert_eq!(fault(early), InputFault::TargetPassed);
}

proptest! {
    #[test]
    fn the_verdict_of_any_criteria_follows_k_of_n(results in prop::collection::vec(0usize..3, 1..12)) {
        let results: Vec<_> = results.into_iter().map(|place| CriterionResult::ALL[place]).collect();
        let met = results.iter().filter(|result| **result == CriterionResult::Met).count();
        let none = results.iter().all(|result| *result == CriterionResult::NotMet);
        let verdict = Verdict::of_criteria(results.iter().copied());
        prop_assert_eq!(verdict == Verdict::Implemented, met == results.len());
        prop_assert_eq!(verdict == Verdict::NotImplemented, none);
    }
}

#[test]
fn everything_that_is_wrong_with_a_judgement_is_said_at_once() {
    let file = case_file(Stage::WrittenCheck);
    let evidence = [evidence(1, 1), evidence(2, 2)];
    let faults = |draft: &JudgementDraft, verdict| file.judgement_faults(draft, verdict, (&sheet(1), &evidence));
    assert_eq!(faults(&implemented(), Some(Verdict::Implemented)), []);
    assert_eq!(faults(&partial(), Some(Verdict::Partial)), []);
    let broken = JudgementDraft {
        verdict: Verdict::Partial,
        reason: " ".into(),
        criteria: vec![answer("1.1.1-1", CriterionResult::Met)],
        evidence: Vec::new(),
        finding: None,
        ..implemented()
    };
    let unanswered = InputFault::CriteriaUnanswered(vec!["1.1.1-2".parse().unwrap()]);
    let all = [InputFault::Reason, unanswered.clone(), InputFault::EvidenceMissing, InputFault::FindingMissing];
    assert_eq!(faults(&broken, Some(Verdict::Partial)), all);
    assert_eq!(faults(&broken, None), [InputFault::Reason, unanswered], "what a verdict asks for is not known yet");
    // The rule itself refuses whatever has a fault, and says the first.
    assert_eq!(judge(&file, broken), Err(InputFault::Reason.into()));
}

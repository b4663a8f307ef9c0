use super::*;
use crate::case_file::tests::*;
use crate::{
    CriterionAnswer, CriterionResult, DocumentReview, EvidenceReference, FindingDeed, FindingDraft, InstitutionKind,
    JudgementDraft, Risk, SelfCheckAnswer, StageKind, Verdict,
};
use proptest::prelude::*;
use sumun_ids::{FindingId, JudgementId};

fn calendar() -> BusinessCalendar {
    BusinessCalendar::default()
}

fn advance(file: &CaseFile, deed: Deed, seat: Seat) -> Result<Advance, InspectionError> {
    file.advance(deed, seat, &items(), &calendar(), NOW)
}

/// What the store does with an allowed deed.
fn apply(file: &mut CaseFile, advance: Advance) {
    assert_eq!(advance.expected_version, file.engagement.version);
    let last = advance.last().unwrap();
    file.engagement.stage = last.to;
    file.engagement.due_on = last.due_on;
    file.engagement.version += 1;
    file.steps.extend(advance.steps);
    file.self_check = advance.self_check.or(file.self_check.take());
}

#[test]
fn the_whole_way_without_findings_passes_the_fix_stages_empty() {
    let mut file = case_file(Stage::Consulting);
    file.documents = vec![NOW];
    for (deed, seat) in [
        (Deed::BeginDocumentReview, applicant()),
        (Deed::SubmitDocuments, applicant()),
        (Deed::RequestDocuments { note: "조직도를 더 내 주십시오".into() }, inspector()),
        (Deed::SubmitDocuments, applicant()),
        (Deed::CompleteReview, inspector()),
        (Deed::Apply, applicant()),
        (Deed::AcceptApplication, inspector()),
        (Deed::SignContract, inspector()),
        (Deed::SignContract, applicant()),
        (Deed::BeginWrittenCheck, inspector()),
    ] {
        let next = advance(&file, deed, seat).unwrap();
        apply(&mut file, next);
    }
    assert_eq!(file.engagement.due_on.unwrap().to_string(), "2026-11-27", "five business days from the 21st");
    file.judgements = vec![judgement(1, Verdict::Implemented), judgement(2, Verdict::NotApplicable)];
    for deed in [Deed::ConcludeWrittenCheck, Deed::SendWrittenResult, Deed::ConcludeOnsiteCheck, Deed::SendOnsiteResult]
    {
        let next = advance(&file, deed, inspector()).unwrap();
        apply(&mut file, next);
    }
    file.reports.push(report(NOW));
    let last = advance(&file, Deed::SendFinalReport, inspector()).unwrap();
    apply(&mut file, last);
    assert_eq!(file.engagement.stage, Stage::FinalReport { sent: true });
    let empty: Vec<_> = file.steps.iter().filter(|step| step.empty).map(|step| step.to.kind()).collect();
    assert_eq!(empty, [StageKind::WrittenFix, StageKind::OnsiteFix]);
    assert!(file.steps.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert_eq!(file.engagement.due_on, None);
}

#[test]
fn asking_for_documents_needs_a_note() {
    let mut file = case_file(Stage::DocumentReview(DocumentReview::UnderReview));
    file.documents = vec![NOW];
    let refused = advance(&file, Deed::RequestDocuments { note: " ".into() }, inspector());
    assert_eq!(refused, Err(InputFault::Note.into()));
}

#[test]
fn a_self_check_is_taken_whole_from_whom_it_may_come() {
    let answer = |number| SelfCheckAnswer { item: item(number), satisfied: true, note: String::new() };
    let complete = || Deed::SubmitSelfCheck(SelfCheck::new(vec![answer(1), answer(2)], &items()).unwrap());
    let mut file = case_file(Stage::Consulting);
    assert_eq!(advance(&file, complete(), applicant()), Err(crate::ProcedureFault::NoSubstitution.into()));
    file.engagement.profile.holds_isms = true;
    let taken = advance(&file, complete(), applicant()).unwrap();
    assert_eq!(taken.self_check.unwrap().answers().len(), 2);
    let short = Deed::SubmitSelfCheck(SelfCheck::stored(vec![answer(1)]));
    assert_eq!(advance(&file, short, applicant()), Err(InputFault::SelfCheckIncomplete.into()));
}

#[test]
fn a_deferral_ends_one_year_after_the_service_started() {
    let mut file = case_file(Stage::Consulting);
    let today = NOW.korean_date();
    let defer = |start: Date| Deed::DeferInspection { service_started_on: start };
    assert_eq!(advance(&file, defer(today), applicant()), Err(crate::ProcedureFault::NoDeferral.into()));
    file.engagement.profile.kind = InstitutionKind::ElectronicFinancialBusiness;
    let taken = advance(&file, defer(today), applicant()).unwrap();
    assert_eq!(taken.last().unwrap().due_on.unwrap().to_string(), "2027-11-21");
    assert_eq!(advance(&file, defer(today.plus_days(1)), applicant()), Err(InputFault::StartInFuture.into()));
}

#[test]
fn p1_1_d1_the_limit_of_a_deferral_holds_until_the_inspection_ends() {
    let mut file = case_file(Stage::Consulting);
    file.documents = vec![NOW];
    file.engagement.profile.kind = InstitutionKind::Bank;
    let limit = "2027-11-21".parse().ok();
    let defer = || Deed::DeferInspection { service_started_on: NOW.korean_date() };
    let next = advance(&file, defer(), applicant()).unwrap();
    apply(&mut file, next);
    for (deed, seat) in [
        (Deed::BeginConsulting, applicant()),
        (Deed::BeginDocumentReview, inspector()),
        (Deed::SubmitDocuments, applicant()),
        (Deed::CompleteReview, inspector()),
        (Deed::Apply, applicant()),
        (Deed::AcceptApplication, inspector()),
        (Deed::SignContract, inspector()),
        (Deed::SignContract, applicant()),
    ] {
        let next = advance(&file, deed, seat).unwrap();
        apply(&mut file, next);
        assert_eq!((file.engagement.due_on, file.deferral_limit()), (limit, limit), "{:?}", file.engagement.stage);
        assert_eq!(file.engagement.milestones(&calendar()).len(), 1, "nothing is planned from the last day on");
    }
    let next = advance(&file, Deed::BeginWrittenCheck, inspector()).unwrap();
    apply(&mut file, next);
    assert_eq!(file.engagement.due_on.unwrap().to_string(), "2026-11-27", "the stage has a term of its own");
    assert_eq!(file.deferral_limit(), limit);
}

#[test]
fn a_deferral_is_not_offered_and_not_taken_a_second_time() {
    let mut file = case_file(Stage::Consulting);
    file.engagement.profile.kind = InstitutionKind::Bank;
    let defer = |start: Date| Deed::DeferInspection { service_started_on: start };
    for deed in [defer(NOW.korean_date().plus_days(-300)), Deed::BeginConsulting] {
        let next = advance(&file, deed, applicant()).unwrap();
        apply(&mut file, next);
    }
    assert!(!file.open_deeds(Role::Applicant).contains(&DeedKind::DeferInspection));
    let later = advance(&file, defer(NOW.korean_date()), applicant());
    assert_eq!(later, Err(crate::ProcedureFault::DeferredBefore.into()));
}

/// What was uploaded before the result is no amended document.
#[test]
fn amended_documents_are_those_of_the_fix_stage() {
    for stage in [Stage::WrittenFix, Stage::OnsiteFix] {
        let mut file = case_file(stage);
        file.engagement.stage_since = NOW;
        file.documents = vec![Timestamp::from_micros(NOW.micros() - 1)];
        let refused = advance(&file, Deed::SubmitAmendedDocuments, applicant());
        assert_eq!(refused, Err(crate::ProcedureFault::NoAmendedDocuments.into()));
        file.documents.push(Timestamp::from_micros(NOW.micros() + 1));
        assert!(advance(&file, Deed::SubmitAmendedDocuments, applicant()).is_ok());
    }
}

#[test]
fn offered_deeds_are_the_ones_that_the_party_may_try() {
    let offered = |stage, seat: Seat| case_file(stage).open_deeds(seat.role());
    assert_eq!(offered(Stage::Consulting, applicant()), [DeedKind::BeginDocumentReview]);
    assert_eq!(offered(Stage::DocumentReview(DocumentReview::UnderReview), applicant()), []);
    assert_eq!(offered(Stage::DocumentReview(DocumentReview::Complete), applicant()), [DeedKind::Apply]);
    let signed = crate::Signatures { applicant: true, inspector: false };
    assert_eq!(offered(Stage::Contracted(signed), applicant()), []);
    assert_eq!(offered(Stage::Contracted(signed), inspector()), [DeedKind::SignContract]);
}

/// One random thing that somebody tries.
#[derive(Debug, Clone)]
enum Try {
    Deed(usize, bool),
    NextDeed(usize),
    Judge(u8, usize, bool),
    Answer(u8, usize, bool),
    Report,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        4 => (0usize..4).prop_map(Try::NextDeed),
        2 => (0..DeedKind::ALL.len(), any::<bool>()).prop_map(|(deed, inspects)| Try::Deed(deed, inspects)),
        4 => (1u8..=2, 0usize..4, prop::bool::weighted(0.9)).prop_map(|(item, verdict, inspects)| Try::Judge(item, verdict, inspects)),
        3 => (0u8..4, 0usize..3, any::<bool>()).prop_map(|(finding, deed, inspects)| Try::Answer(finding, deed, inspects)),
        1 => Just(Try::Report),
    ];
    prop::collection::vec(one, 0..250)
}

fn seat(inspects: bool) -> Seat {
    if inspects { inspector() } else { applicant() }
}

fn deed_of(kind: DeedKind) -> Deed {
    match kind {
        DeedKind::BeginConsulting => Deed::BeginConsulting,
        DeedKind::BeginDocumentReview => Deed::BeginDocumentReview,
        DeedKind::DeferInspection => Deed::DeferInspection { service_started_on: NOW.korean_date() },
        DeedKind::SubmitSelfCheck => Deed::SubmitSelfCheck(SelfCheck::stored(Vec::new())),
        DeedKind::SubmitDocuments => Deed::SubmitDocuments,
        DeedKind::RequestDocuments => Deed::RequestDocuments { note: "더".into() },
        DeedKind::CompleteReview => Deed::CompleteReview,
        DeedKind::Apply => Deed::Apply,
        DeedKind::AcceptApplication => Deed::AcceptApplication,
        DeedKind::SignContract => Deed::SignContract,
        DeedKind::BeginWrittenCheck => Deed::BeginWrittenCheck,
        DeedKind::ConcludeWrittenCheck => Deed::ConcludeWrittenCheck,
        DeedKind::SendWrittenResult => Deed::SendWrittenResult,
        DeedKind::SubmitAmendedDocuments => Deed::SubmitAmendedDocuments,
        DeedKind::ConcludeOnsiteCheck => Deed::ConcludeOnsiteCheck,
        DeedKind::SendOnsiteResult => Deed::SendOnsiteResult,
        DeedKind::SendFinalReport => Deed::SendFinalReport,
    }
}

fn draft(number: u8, verdict: Verdict, serial: u8, open: bool) -> JudgementDraft {
    let result = match verdict {
        Verdict::Implemented => CriterionResult::Met,
        Verdict::Partial => CriterionResult::PartlyMet,
        _ => CriterionResult::NotMet,
    };
    let answers = sheet(number).criteria.into_iter();
    let answers = answers.map(|criterion| CriterionAnswer { criterion, result, note: String::new() });
    let finding = FindingDraft {
        id: FindingId::from_random([serial; 16]),
        title: "지적".into(),
        risk: Risk::Low,
        target_on: None,
    };
    let cited = evidence(number, number);
    JudgementDraft {
        id: JudgementId::from_random([serial; 16]),
        item: item(number),
        verdict,
        reason: "사유".into(),
        criteria: if verdict == Verdict::NotApplicable { Vec::new() } else { answers.collect() },
        evidence: vec![EvidenceReference { id: cited.id, sha256: cited.file.sha256 }],
        finding: (verdict.falls_short() && !open).then_some(finding),
    }
}

fn attempt(file: &mut CaseFile, one: Try, serial: u8) {
    match one {
        Try::Deed(deed, inspects) => {
            if let Ok(advance) = advance(file, deed_of(DeedKind::ALL[deed]), seat(inspects)) {
                apply(file, advance);
            }
        }
        Try::NextDeed(place) => {
            let open = [false, true]
                .map(|inspects| file.open_deeds(seat(inspects).role()).into_iter().map(move |deed| (deed, inspects)));
            let open: Vec<_> = open.into_iter().flatten().collect();
            let Some((deed, inspects)) = open.get(place % open.len().max(1)).copied() else { return };
            if let Ok(advance) = advance(file, deed_of(deed), seat(inspects)) {
                apply(file, advance);
            }
        }
        Try::Judge(number, verdict, inspects) => {
            let open = file.open_findings(&item(number)).next().is_some();
            let draft = draft(number, Verdict::ALL[verdict], serial, open);
            let all = [evidence(1, 1), evidence(2, 2)];
            if let Ok(ruling) = file.judge(draft, seat(inspects), (&sheet(number), &all), &calendar(), NOW) {
                assert!(inspects, "only an inspector judges");
                file.judgements.push(ruling.judgement);
                file.findings.extend(ruling.finding);
                file.engagement.version += 1;
            }
        }
        Try::Answer(place, deed, inspects) => {
            let Some(finding) = file.findings.get(usize::from(place)).map(|finding| finding.id) else { return };
            let deed: FindingDeed = FindingDeed::ALL[deed];
            if let Ok(event) = file.answer_finding(finding, deed, "기록", seat(inspects), NOW) {
                file.findings[usize::from(place)].events.push(event);
                file.engagement.version += 1;
            }
        }
        Try::Report => file.reports.push(report(NOW)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever anybody tries in whatever order: a judgement that was made stays
    /// where it is, the report is never sent before every item is judged, and a
    /// closed engagement does not change.
    #[test]
    fn judgements_never_disappear_and_nothing_is_skipped(tries in tries()) {
        let mut file = case_file(Stage::Consulting);
        file.documents = vec![NOW];
        for (serial, one) in (0u8..=250).zip(tries) {
            let before = file.clone();
            attempt(&mut file, one.clone(), serial);
            prop_assert!(file.judgements.starts_with(&before.judgements), "{one:?}");
            prop_assert!(file.steps.starts_with(&before.steps), "{one:?}");
            if before.engagement.stage.closed() {
                prop_assert_eq!(&before.engagement, &file.engagement);
                prop_assert_eq!(&before.judgements, &file.judgements);
            }
            if file.engagement.stage.kind().number().is_some_and(|number| number >= 6) {
                prop_assert!(items().iter().all(|item| file.latest_judgement(item).is_some()));
            }
            for item in items() {
                let good = file.latest_judgement(&item).is_some_and(|judgement| !judgement.verdict.falls_short());
                prop_assert!(!good || file.open_findings(&item).next().is_none());
            }
        }
    }
}

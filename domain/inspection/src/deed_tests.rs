//! The whole table of stages, parties and deeds, against P1.1 written out by hand.

use super::*;
use crate::StageKind;

fn limit() -> Date {
    "2027-11-21".parse().unwrap()
}

fn every_stage() -> Vec<Stage> {
    Stage::WITHOUT_DATE.into_iter().chain([Stage::ServiceStartedDeferred { limit: limit() }]).collect()
}

/// A case in which every guard holds and nothing is to be repaired.
fn clear() -> Progress {
    Progress {
        documents: true,
        amended_documents: true,
        report_is_current: true,
        substitution: true,
        deferral_limit: Some(limit()),
        ..Progress::default()
    }
}

/// One line of the table by hand: stage, party, deed, the stages that it leads through.
type Line = (&'static str, Role, DeedKind, &'static [&'static str]);

/// Every allowed deed where all guards hold. What does not stand here is refused.
const ALLOWED: &[Line] = {
    use DeedKind::*;
    use Role::{Applicant as A, Inspector as I};
    &[
        ("consulting", A, BeginDocumentReview, &["document_review:awaiting_documents"]),
        ("consulting", I, BeginDocumentReview, &["document_review:awaiting_documents"]),
        ("consulting", A, DeferInspection, &["service_started_deferred:2027-11-21"]),
        ("consulting", A, SubmitSelfCheck, &["self_checked"]),
        ("service_started_deferred:2027-11-21", A, BeginConsulting, &["consulting"]),
        ("service_started_deferred:2027-11-21", A, SubmitSelfCheck, &["self_checked"]),
        ("document_review:awaiting_documents", A, SubmitDocuments, &["document_review:under_review"]),
        ("document_review:under_review", I, RequestDocuments, &["document_review:awaiting_documents"]),
        ("document_review:under_review", I, CompleteReview, &["document_review:complete"]),
        ("document_review:complete", A, Apply, &["applied"]),
        ("applied", I, AcceptApplication, &["contracted"]),
        ("contracted", A, SignContract, &["contracted:applicant"]),
        ("contracted", I, SignContract, &["contracted:inspector"]),
        ("contracted:applicant", I, SignContract, &["contracted:both"]),
        ("contracted:inspector", A, SignContract, &["contracted:both"]),
        ("contracted:both", I, BeginWrittenCheck, &["written_check"]),
        ("written_check", I, ConcludeWrittenCheck, &["written_result"]),
        ("written_result", I, SendWrittenResult, &["written_fix", "onsite_check"]),
        ("written_fix", A, SubmitAmendedDocuments, &["onsite_check"]),
        ("onsite_check", I, ConcludeOnsiteCheck, &["onsite_result"]),
        ("onsite_result", I, SendOnsiteResult, &["onsite_fix", "final_report"]),
        ("onsite_fix", A, SubmitAmendedDocuments, &["final_report"]),
        ("final_report", I, SendFinalReport, &["final_report:sent"]),
    ]
};

#[test]
fn p1_1_every_stage_party_and_deed_is_allowed_or_refused_as_the_source_says() {
    let mut allowed = 0;
    for stage in every_stage() {
        for role in Role::ALL {
            for deed in DeedKind::ALL {
                let line = ALLOWED.iter().find(|line| (line.0, line.1, line.2) == (stage.code().as_str(), role, deed));
                let after = stage.after(deed, role, &clear());
                match line {
                    Some((.., expected)) => {
                        let codes: Vec<_> = after.unwrap().into_iter().map(Stage::code).collect();
                        assert_eq!(codes, *expected, "{stage:?} {role:?} {deed:?}");
                        allowed += 1;
                    }
                    None => assert!(after.is_err(), "{stage:?} {role:?} {deed:?} led to {after:?}"),
                }
            }
        }
    }
    assert_eq!(allowed, ALLOWED.len(), "every line of the table was met");
}

#[test]
fn the_other_party_is_told_whose_deed_it_is() {
    let refused = |stage: Stage, deed, role| stage.after(deed, role, &clear()).unwrap_err();
    let written = Stage::WrittenCheck;
    assert_eq!(
        refused(written, DeedKind::ConcludeWrittenCheck, Role::Applicant),
        InspectionError::NotYours(Role::Inspector)
    );
    assert_eq!(
        refused(Stage::WrittenFix, DeedKind::SubmitAmendedDocuments, Role::Inspector),
        InspectionError::NotYours(Role::Applicant)
    );
    assert_eq!(
        refused(written, DeedKind::Apply, Role::Applicant),
        ProcedureFault::NotNow(StageKind::WrittenCheck).into()
    );
}

#[test]
fn nothing_is_done_after_the_end() {
    for stage in [Stage::FinalReport { sent: true }, Stage::SelfChecked] {
        for role in Role::ALL {
            for deed in DeedKind::ALL {
                assert_eq!(stage.after(deed, role, &clear()), Err(ProcedureFault::NotNow(stage.kind()).into()));
            }
        }
    }
}

fn refused(stage: Stage, deed: DeedKind, role: Role, progress: Progress) -> ProcedureFault {
    match stage.after(deed, role, &progress) {
        Err(InspectionError::Procedure(fault)) => fault,
        other => panic!("{stage:?} {deed:?}: {other:?}"),
    }
}

#[test]
fn p1_1_3_applied_only_when_the_document_review_is_complete() {
    for review in [DocumentReview::AwaitingDocuments, DocumentReview::UnderReview] {
        let fault = refused(Stage::DocumentReview(review), DeedKind::Apply, Role::Applicant, clear());
        assert_eq!(fault, ProcedureFault::ReviewIncomplete);
    }
    let nothing = Progress { documents: false, ..clear() };
    let awaiting = Stage::DocumentReview(DocumentReview::AwaitingDocuments);
    assert_eq!(refused(awaiting, DeedKind::SubmitDocuments, Role::Applicant, nothing), ProcedureFault::NoDocuments);
}

#[test]
fn p1_1_4_the_written_check_begins_when_both_have_signed() {
    for (applicant, inspector) in [(false, false), (true, false), (false, true)] {
        let stage = Stage::Contracted(Signatures { applicant, inspector });
        let fault = refused(stage, DeedKind::BeginWrittenCheck, Role::Inspector, clear());
        assert_eq!(fault, ProcedureFault::SignatureMissing);
    }
    let signed = Stage::Contracted(Signatures { applicant: true, inspector: false });
    assert_eq!(refused(signed, DeedKind::SignContract, Role::Applicant, clear()), ProcedureFault::AlreadySigned);
}

#[test]
fn p1_1_6_a_check_ends_when_every_item_is_judged_and_every_shortfall_has_a_finding() {
    let item: ItemCode = "OBI-01".parse().unwrap();
    for (stage, deed) in
        [(Stage::WrittenCheck, DeedKind::ConcludeWrittenCheck), (Stage::OnsiteCheck, DeedKind::ConcludeOnsiteCheck)]
    {
        let unjudged = Progress { unjudged: vec![item.clone()], ..clear() };
        let fault = refused(stage, deed, Role::Inspector, unjudged);
        assert_eq!(fault, ProcedureFault::ItemsUnjudged(vec![item.clone()]));
        let silent = Progress { shortfalls_without_finding: vec![item.clone()], ..clear() };
        let fault = refused(stage, deed, Role::Inspector, silent);
        assert_eq!(fault, ProcedureFault::ShortfallsWithoutFinding(vec![item.clone()]));
        let waiting = Progress { unconfirmed: 2, open: 2, ..clear() };
        let fault = refused(stage, deed, Role::Inspector, waiting);
        assert_eq!(fault, ProcedureFault::FindingsUnconfirmed(2));
    }
}

#[test]
fn p1_1_7_a_fix_stage_is_empty_when_there_is_no_finding() {
    let found = || Progress { open: 1, unanswered: 1, ..clear() };
    for (stage, deed, fix) in [
        (Stage::WrittenResult, DeedKind::SendWrittenResult, Stage::WrittenFix),
        (Stage::OnsiteResult, DeedKind::SendOnsiteResult, Stage::OnsiteFix),
    ] {
        assert_eq!(stage.after(deed, Role::Inspector, &found()), Ok(vec![fix]));
        assert_eq!(stage.after(deed, Role::Inspector, &clear()).unwrap().len(), 2);
        let fault = refused(fix, DeedKind::SubmitAmendedDocuments, Role::Applicant, found());
        assert_eq!(fault, ProcedureFault::FindingsUnanswered(1));
        let answered = Progress { open: 1, unconfirmed: 1, ..clear() };
        assert!(fix.after(DeedKind::SubmitAmendedDocuments, Role::Applicant, &answered).is_ok());
    }
}

#[test]
fn p1_1_7_and_10_a_fix_ends_with_amended_documents() {
    for (fix, next) in [(Stage::WrittenFix, Stage::OnsiteCheck), (Stage::OnsiteFix, Stage::FinalReport { sent: false })]
    {
        let nothing = Progress { amended_documents: false, ..clear() };
        let fault = refused(fix, DeedKind::SubmitAmendedDocuments, Role::Applicant, nothing);
        assert_eq!(fault, ProcedureFault::NoAmendedDocuments);
        assert_eq!(fix.after(DeedKind::SubmitAmendedDocuments, Role::Applicant, &clear()), Ok(vec![next]));
    }
}

#[test]
fn p1_0_defer_gives_the_year_once() {
    let again = Progress { deferred: true, ..clear() };
    let fault = refused(Stage::Consulting, DeedKind::DeferInspection, Role::Applicant, again);
    assert_eq!(fault, ProcedureFault::DeferredBefore);
}

#[test]
fn p1_1_11_the_final_report_is_sent_when_it_is_made_and_every_repair_is_answered() {
    let stage = Stage::FinalReport { sent: false };
    let stale = Progress { report_is_current: false, ..clear() };
    assert_eq!(refused(stage, DeedKind::SendFinalReport, Role::Inspector, stale), ProcedureFault::ReportMissing);
    let waiting = Progress { unconfirmed: 1, open: 1, ..clear() };
    let fault = refused(stage, DeedKind::SendFinalReport, Role::Inspector, waiting);
    assert_eq!(fault, ProcedureFault::FindingsUnconfirmed(1));
    // A finding that could not be repaired in time does not hold the report back: it is said in it.
    let unrepaired = Progress { unanswered: 1, open: 1, ..clear() };
    assert!(stage.after(DeedKind::SendFinalReport, Role::Inspector, &unrepaired).is_ok());
}

#[test]
fn side_ways_need_their_ground() {
    let plain = || Progress { substitution: false, deferral_limit: None, ..clear() };
    let stage = Stage::Consulting;
    assert_eq!(refused(stage, DeedKind::SubmitSelfCheck, Role::Applicant, plain()), ProcedureFault::NoSubstitution);
    assert_eq!(refused(stage, DeedKind::DeferInspection, Role::Applicant, plain()), ProcedureFault::NoDeferral);
}

#[test]
fn deeds_have_unique_names_that_read_back() {
    for kind in DeedKind::ALL {
        assert_eq!(DeedKind::from_name(kind.name()), Some(kind));
    }
}

#[test]
fn whoever_has_a_deed_has_the_turn_and_the_other_way_round() {
    for stage in every_stage() {
        for role in Role::ALL {
            let has_deed = DeedKind::ALL.iter().any(|deed| stage.after(*deed, role, &clear()).is_ok());
            assert_eq!(stage.turn().includes(role), has_deed, "{stage:?} {role:?}");
        }
    }
}

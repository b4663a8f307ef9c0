//! Engagements, judgements and evidence: written whole with their entries,
//! never overwritten, and each write decided on the state that the rules saw.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_evidence::{
    Amount, Binding, Digest, Evidence, EvidenceDraft, EvidenceStore as _, EvidenceWrite, FileFacts, MediaType, Origin,
    Quotas, Usage,
};
use sumun_ids::{EngagementId, EvidenceId, FindingId, InstitutionId, JudgementId, ProbeRunId, ReportId, StaffId};
use sumun_inspection::{
    Advance, ApplicantInstitution, CaseFile, CatalogEdition, CriterionAnswer, CriterionResult, Deed, DeedKind,
    Engagement, EngagementDraft, EngagementStore as _, EngagementWrite, EvidenceReference, Finding, FindingDeed,
    FindingEvent, InstitutionKind, InstitutionProfile, IssuedReport, Judgement, JudgementStore as _, RemediationPlan,
    Risk, Role, Ruling, Seat, SelfCheck, SelfCheckAnswer, Stage, StageStep, Terms, Verdict, judgement_recorded,
};
use sumun_journal::{Actor, CommitmentKey, Entry, EntryKind, JournalStore as _};
use sumun_store::{Store, args};
use sumun_time::{BusinessCalendar, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_795_237_200);

fn engagement(seed: u8, institution: u8, serial: u32) -> Engagement {
    let draft = EngagementDraft {
        id: EngagementId::from_random([seed; 16]),
        serial,
        catalog: CatalogEdition { framework: "openbanking-institution".into(), edition: "2019".into() },
        applicant: ApplicantInstitution {
            id: InstitutionId::from_random([institution; 16]),
            name_ko: "새움페이".into(),
            name_en: "Saeum Pay".into(),
            business_number: "1234567890".into(),
        },
        profile: InstitutionProfile {
            kind: InstitutionKind::ElectronicFinancialBusiness,
            holds_isms: true,
            used_former_platform: false,
        },
        inspector: "가온보안평가원".into(),
        operator: "다온은행".into(),
        terms: Terms { onsite_fix_days: 9, ..Terms::FOUR_WEEKS },
        opened_by: StaffId::from_random([3; 16]),
    };
    draft.open(NOW).unwrap()
}

/// The same engagement at another stage.
fn at(stage: Stage) -> Engagement {
    Engagement { stage, due_on: Some("2026-11-27".parse().unwrap()), ..engagement(1, 1, 1) }
}

async fn opened(store: &Store, one: Engagement) -> CaseFile {
    assert_eq!(store.open(&one, &[]).await.unwrap(), EngagementWrite::Written);
    store.case_file(one.id).await.unwrap().unwrap()
}

fn ruling(file: &CaseFile, seed: u8, item: &str, verdict: Verdict) -> Ruling {
    let finding = Finding {
        id: FindingId::from_random([seed; 16]),
        engagement: file.engagement.id,
        item: item.parse().unwrap(),
        judgement: JudgementId::from_random([seed; 16]),
        title: "암호키 파기 기록이 없습니다".into(),
        risk: Risk::High,
        onsite: false,
        target_on: "2026-12-01".parse().unwrap(),
        opened_at: NOW,
        events: Vec::new(),
    };
    let judgement = Judgement {
        id: JudgementId::from_random([seed; 16]),
        engagement: file.engagement.id,
        item: item.parse().unwrap(),
        catalog: file.engagement.catalog.clone(),
        onsite: false,
        verdict,
        reason: "자료1.1.1-1에 따라 임명하였음\n둘째 줄".into(),
        criteria: vec![CriterionAnswer {
            criterion: "1.1.1-1".parse().unwrap(),
            result: CriterionResult::PartlyMet,
            note: "'; DROP TABLE judgement; --".into(),
        }],
        evidence: vec![EvidenceReference { id: EvidenceId::from_random([1; 16]), sha256: Digest::of(b"x") }],
        author: StaffId::from_random([5; 16]),
        at: NOW,
    };
    let finding = verdict.falls_short().then_some(finding);
    Ruling { judgement, finding, expected_version: file.engagement.version }
}

fn entry_of(ruling: &Ruling) -> Entry {
    judgement_recorded(&ruling.judgement, &CommitmentKey::from_bytes([9; 32]))
}

fn evidence(seed: u8, name: &str) -> Evidence {
    let draft = EvidenceDraft {
        id: EvidenceId::from_random([seed; 16]),
        engagement: EngagementId::from_random([1; 16]),
        name: name.parse().unwrap(),
        bindings: vec![
            Binding { item: "OBI-01".parse().unwrap(), criterion: None },
            Binding { item: "OBI-01".parse().unwrap(), criterion: Some("1.1.1-2".parse().unwrap()) },
        ],
        origin: Origin::Upload { by: StaffId::from_random([4; 16]), file_name: "임명장.pdf".into() },
        effective_on: "2026-03-02".parse().unwrap(),
    };
    let file = FileFacts { sha256: Digest::of(&[seed]), size_bytes: 1, media_type: MediaType::Pdf };
    let taken: Vec<_> = (1..draft.name.serial())
        .map(|serial| sumun_evidence::OfficialName::new(draft.name.number(), serial, "앞").unwrap())
        .collect();
    draft.first(file, &taken, NOW).unwrap()
}

#[tokio::test]
async fn an_engagement_reads_back_and_its_number_is_given_once() {
    on_every_engine(async |store| {
        assert_eq!(store.next_serial(2026).await.unwrap(), 1);
        let one = engagement(1, 1, 1);
        assert_eq!(opened(&store, one.clone()).await.engagement, one);
        assert_eq!(store.open(&engagement(2, 1, 1), &[]).await.unwrap(), EngagementWrite::Changed);
        assert_eq!(store.next_serial(2026).await.unwrap(), 2);
        assert_eq!(store.next_serial(2027).await.unwrap(), 1);
        assert_eq!(store.case_file(EngagementId::from_random([2; 16])).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_deed_moves_the_engagement_and_leaves_its_row() {
    on_every_engine(async |store| {
        let file = opened(&store, engagement(1, 1, 1)).await;
        let seat = Seat::applicant(&file.engagement, StaffId::from_random([4; 16]), file.engagement.applicant.id);
        let later = Timestamp::from_seconds(NOW.seconds() + 60);
        let items = ["OBI-01".parse().unwrap()];
        let calendar = BusinessCalendar::default();
        let advance = file.advance(Deed::BeginDocumentReview, seat.unwrap(), &items, &calendar, later).unwrap();
        assert_eq!(store.advance(&advance, &[]).await.unwrap(), EngagementWrite::Written);
        let moved = store.case_file(file.engagement.id).await.unwrap().unwrap();
        assert_eq!(moved.steps, advance.steps);
        assert_eq!(moved.engagement.stage, advance.last().unwrap().to);
        assert_eq!((moved.engagement.stage_since, moved.engagement.version), (later, 2));
        assert_eq!(store.advance(&advance, &[]).await.unwrap(), EngagementWrite::Changed, "it was done before");
        assert_eq!(store.case_file(file.engagement.id).await.unwrap().unwrap(), moved);
    })
    .await;
}

#[tokio::test]
async fn a_self_check_closes_the_engagement_with_every_answer() {
    on_every_engine(async |store| {
        let file = opened(&store, engagement(1, 1, 1)).await;
        let answer =
            |item: &str, satisfied| SelfCheckAnswer { item: item.parse().unwrap(), satisfied, note: "비고".into() };
        let check = SelfCheck::stored(vec![answer("OBI-01", true), answer("OBI-02", false)]);
        let step = StageStep {
            deed: DeedKind::SubmitSelfCheck,
            from: Stage::Consulting,
            to: Stage::SelfChecked,
            empty: false,
            due_on: None,
            note: String::new(),
            by: StaffId::from_random([4; 16]),
            role: Role::Applicant,
            at: NOW,
        };
        let advance = Advance {
            engagement: file.engagement.id,
            expected_version: 1,
            steps: vec![step],
            self_check: Some(check.clone()),
        };
        assert_eq!(store.advance(&advance, &[]).await.unwrap(), EngagementWrite::Written);
        let closed = store.case_file(file.engagement.id).await.unwrap().unwrap();
        assert_eq!(closed.self_check, Some(check));
        assert!(closed.engagement.stage.closed());
        assert_eq!(
            store.add(&[evidence(1, "자료1.1.1-1 임명장")], &Quotas::STANDARD, &[]).await.unwrap(),
            EvidenceWrite::Closed
        );
    })
    .await;
}

#[tokio::test]
async fn judgements_findings_plans_and_reports_read_back_as_written() {
    on_every_engine(async |store| {
        let mut file = opened(&store, at(Stage::WrittenCheck)).await;
        let one = ruling(&file, 1, "OBI-01", Verdict::Partial);
        assert_eq!(store.record(&one, &[entry_of(&one)]).await.unwrap(), EngagementWrite::Written);
        assert_eq!(store.size().await.unwrap(), 1);
        let event = FindingEvent {
            finding: FindingId::from_random([1; 16]),
            deed: FindingDeed::SubmitRepair,
            note: "보완하였음".into(),
            by: StaffId::from_random([4; 16]),
            at: NOW,
        };
        assert_eq!(store.answer_finding(file.engagement.id, 2, &event, &[]).await.unwrap(), EngagementWrite::Written);
        let plan = RemediationPlan {
            engagement: file.engagement.id,
            item: "OBI-01".parse().unwrap(),
            judgement: one.judgement.id,
            target: "2027-02".parse().unwrap(),
            steps: vec!["자격증 취득".into(), "채용".into()],
            by: StaffId::from_random([4; 16]),
            at: NOW,
        };
        assert_eq!(store.plan(&plan, 3, &[]).await.unwrap(), EngagementWrite::Written);
        let report = IssuedReport {
            id: ReportId::from_random([6; 16]),
            engagement: file.engagement.id,
            sha256: Digest::of(b"pdf"),
            data_sha256: Digest::of(b"data"),
            size_bytes: 3,
            pages: 31,
            by: StaffId::from_random([5; 16]),
            at: NOW,
        };
        assert!(!store.report_refers_to(report.data_sha256).await.unwrap());
        assert_eq!(store.add_report(&report, 4, &[]).await.unwrap(), EngagementWrite::Written);
        for hash in [report.sha256, report.data_sha256] {
            assert!(store.report_refers_to(hash).await.unwrap());
        }
        file = store.case_file(file.engagement.id).await.unwrap().unwrap();
        let finding = Finding { events: vec![event], ..one.finding.unwrap() };
        assert_eq!((file.judgements, file.findings), (vec![one.judgement], vec![finding]));
        assert_eq!((file.plans, file.reports, file.engagement.version), (vec![plan], vec![report], 5));
    })
    .await;
}

#[tokio::test]
async fn of_two_decisions_on_one_state_one_is_written_with_its_entry() {
    on_every_engine(async |store| {
        let file = opened(&store, at(Stage::WrittenCheck)).await;
        let rulings: Vec<_> = (1..=8).map(|seed| ruling(&file, seed, "OBI-01", Verdict::Partial)).collect();
        let writes = rulings.iter().map(|ruling| {
            let store = store.clone();
            async move { store.record(ruling, &[entry_of(ruling)]).await.unwrap() }
        });
        let written = join_all(writes).await.into_iter().filter(|write| *write == EngagementWrite::Written).count();
        assert_eq!(written, 1);
        assert_eq!(store.size().await.unwrap(), 1);
        let after = store.case_file(file.engagement.id).await.unwrap().unwrap();
        assert_eq!((after.judgements.len(), after.findings.len()), (1, 1));
    })
    .await;
}

/// Whatever is written, and however often it is refused, what was read before
/// is the beginning of what is read after.
#[tokio::test]
async fn judgements_never_disappear() {
    on_every_engine(async |store| {
        let mut before = opened(&store, at(Stage::WrittenCheck)).await;
        // A fixed stream of numbers, so that a failure can be repeated.
        let mut number = 48_213_u32;
        for _ in 0..60 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let seed = (number >> 24) as u8;
            let item = format!("OBI-{:02}", seed % 4);
            let mut one = ruling(&before, seed, &item, Verdict::ALL[usize::from(seed >> 6)]);
            if seed.is_multiple_of(5) {
                one.expected_version -= 1;
            }
            let expected = if seed.is_multiple_of(5) { EngagementWrite::Changed } else { EngagementWrite::Written };
            assert_eq!(store.record(&one, &[entry_of(&one)]).await.unwrap(), expected);
            let after = store.case_file(before.engagement.id).await.unwrap().unwrap();
            assert!(after.judgements.starts_with(&before.judgements));
            assert_eq!(
                after.judgements.len() - before.judgements.len(),
                usize::from(expected == EngagementWrite::Written)
            );
            assert_eq!(store.size().await.unwrap(), after.judgements.len() as u64);
            before = after;
        }
    })
    .await;
}

#[tokio::test]
async fn the_list_counts_the_verdicts_that_hold_and_the_open_findings() {
    on_every_engine(async |store| {
        let file = opened(&store, at(Stage::WrittenCheck)).await;
        opened(&store, Engagement { opened_at: Timestamp::from_seconds(1), ..engagement(2, 2, 2) }).await;
        let mut file = file;
        for (seed, item, verdict) in [
            (1, "OBI-01", Verdict::NotImplemented),
            (2, "OBI-02", Verdict::Implemented),
            (3, "OBI-01", Verdict::Partial),
            (4, "OBI-03", Verdict::NotApplicable),
        ] {
            store.record(&ruling(&file, seed, item, verdict), &[]).await.unwrap();
            file = store.case_file(file.engagement.id).await.unwrap().unwrap();
        }
        let event = FindingEvent {
            finding: FindingId::from_random([1; 16]),
            deed: FindingDeed::Confirm,
            note: "확인".into(),
            by: StaffId::from_random([5; 16]),
            at: NOW,
        };
        store.answer_finding(file.engagement.id, file.engagement.version, &event, &[]).await.unwrap();
        let all = store.engagements(None).await.unwrap();
        let ids: Vec<_> = all.iter().map(|summary| summary.engagement.id).collect();
        assert_eq!(ids, [file.engagement.id, EngagementId::from_random([2; 16])], "newest first");
        assert_eq!((all[0].verdicts, all[0].open_findings), ([1, 1, 0, 1], 1));
        assert_eq!((all[1].verdicts, all[1].open_findings), ([0; 4], 0));
        let own = store.engagements(Some(InstitutionId::from_random([2; 16]))).await.unwrap();
        assert_eq!(own.len(), 1);
        assert!(store.engagements(Some(InstitutionId::from_random([9; 16]))).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn evidence_is_added_whole_under_names_that_are_given_once() {
    on_every_engine(async |store| {
        let file = opened(&store, engagement(1, 1, 1)).await;
        let first = evidence(1, "자료1.1.1-1 임명장");
        let mut probed = evidence(2, "자료15.4.1-1 전송구간 점검 결과");
        probed.origin = Origin::ProbeRun {
            run: ProbeRunId::from_random([8; 16]),
            probe: "tls".into(),
            outcome: "confirmed".into(),
        };
        let both = [first.clone(), probed.clone()];
        assert_eq!(store.add(&both, &Quotas::STANDARD, &[]).await.unwrap(), EvidenceWrite::Written);
        assert_eq!(store.of_engagement(file.engagement.id).await.unwrap(), both);
        assert_eq!(store.evidence(file.engagement.id, first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(store.evidence(EngagementId::from_random([7; 16]), first.id).await.unwrap(), None);
        assert!(store.refers_to(first.file.sha256).await.unwrap());
        assert!(!store.refers_to(Digest::of(b"nothing")).await.unwrap());
        let counted = store.case_file(file.engagement.id).await.unwrap().unwrap();
        assert_eq!(counted.documents, [NOW], "what a probe left is no document of the institution");

        // One of two names is taken: neither is written, and no entry.
        let again = [evidence(3, "자료2.1.1-1 계약서"), Evidence { id: EvidenceId::from_random([4; 16]), ..first }];
        let entry = sumun_inspection::evidence_added(&again[0], &CommitmentKey::from_bytes([9; 32]));
        assert_eq!(store.add(&again, &Quotas::STANDARD, &[entry]).await.unwrap(), EvidenceWrite::NameTaken);
        assert_eq!(store.of_engagement(file.engagement.id).await.unwrap().len(), 2);
        assert_eq!(store.size().await.unwrap(), 0);
        let mut stray = evidence(5, "자료2.1.1-1 계약서");
        stray.engagement = EngagementId::from_random([7; 16]);
        assert_eq!(
            store.add(&[stray], &Quotas::STANDARD, &[]).await.unwrap(),
            EvidenceWrite::Closed,
            "there is no such engagement"
        );
        let bindings = store.read("SELECT COUNT(*) FROM evidence_binding", args![]).await.unwrap();
        assert_eq!(bindings[0].int(0).unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_file_of_the_inspector_is_no_document_of_the_institution() {
    on_every_engine(async |store| {
        let file = opened(&store, at(Stage::WrittenCheck)).await;
        let photo = Evidence {
            origin: Origin::Upload { by: StaffId::from_random([5; 16]), file_name: "photo.jpg".into() },
            ..evidence(1, "자료1.1.1-1 현장 사진")
        };
        let both = [photo, evidence(2, "자료2.1.1-1 계약서")];
        assert_eq!(store.add(&both, &Quotas::STANDARD, &[]).await.unwrap(), EvidenceWrite::Written);
        let step = StageStep {
            deed: DeedKind::ConcludeWrittenCheck,
            from: Stage::WrittenCheck,
            to: Stage::WrittenResult,
            empty: false,
            due_on: None,
            note: String::new(),
            by: StaffId::from_random([5; 16]),
            role: Role::Inspector,
            at: NOW,
        };
        let id = file.engagement.id;
        let advance = Advance { engagement: id, expected_version: 1, steps: vec![step], self_check: None };
        assert_eq!(store.advance(&advance, &[]).await.unwrap(), EngagementWrite::Written);
        assert_eq!(store.case_file(id).await.unwrap().unwrap().documents, [NOW], "the contract alone");
    })
    .await;
}

/// An entry that no journal takes, because it is too long.
fn refused_entry() -> Entry {
    let actor = Actor::Staff(StaffId::from_random([4; 16]));
    Entry::new(NOW, EntryKind::PlanRecorded, actor, "x").with("long", "x".repeat(70_000))
}

#[tokio::test]
async fn no_deed_is_written_without_its_entry() {
    on_every_engine(async |store| {
        let before = opened(&store, at(Stage::WrittenFix)).await;
        let (id, version) = (before.engagement.id, before.engagement.version);
        let one = ruling(&before, 1, "OBI-01", Verdict::Partial);
        let by = StaffId::from_random([4; 16]);
        let finding = FindingId::from_random([1; 16]);
        let event = FindingEvent { finding, deed: FindingDeed::SubmitRepair, note: "보완".into(), by, at: NOW };
        let plan = RemediationPlan {
            engagement: id,
            item: "OBI-01".parse().unwrap(),
            judgement: one.judgement.id,
            target: "2027-02".parse().unwrap(),
            steps: vec!["채용".into()],
            by,
            at: NOW,
        };
        let step = StageStep {
            deed: DeedKind::SubmitAmendedDocuments,
            from: Stage::WrittenFix,
            to: Stage::OnsiteCheck,
            empty: false,
            due_on: None,
            note: String::new(),
            by,
            role: Role::Applicant,
            at: NOW,
        };
        let advance = Advance { engagement: id, expected_version: version, steps: vec![step], self_check: None };
        let report = IssuedReport {
            id: ReportId::from_random([6; 16]),
            engagement: id,
            sha256: Digest::of(b"pdf"),
            data_sha256: Digest::of(b"data"),
            size_bytes: 3,
            pages: 31,
            by,
            at: NOW,
        };
        let journal = [refused_entry()];
        assert!(store.open(&engagement(2, 1, 2), &journal).await.is_err());
        assert!(store.advance(&advance, &journal).await.is_err());
        assert!(store.record(&one, &journal).await.is_err());
        assert!(store.answer_finding(id, version, &event, &journal).await.is_err());
        assert!(store.plan(&plan, version, &journal).await.is_err());
        assert!(store.add_report(&report, version, &journal).await.is_err());
        assert!(store.add(&[evidence(1, "자료1.1.1-1 임명장")], &Quotas::STANDARD, &journal).await.is_err());
        assert_eq!(store.case_file(id).await.unwrap(), Some(before));
        assert_eq!(store.engagements(None).await.unwrap().len(), 1);
        assert!(store.of_engagement(id).await.unwrap().is_empty());
        assert_eq!(store.size().await.unwrap(), 0);
    })
    .await;
}

/// Writers that come at once cannot together pass a quota that each alone would
/// keep, and what is refused is counted nowhere.
#[tokio::test]
async fn evidence_never_passes_its_quotas() {
    on_every_engine(async |store| {
        let engaged = opened(&store, engagement(1, 1, 1)).await.engagement;
        let one = |serial: u8| Evidence {
            id: EvidenceId::from_random([100 + serial; 16]),
            name: format!("자료1.1.1-{serial} 임명장").parse().unwrap(),
            ..evidence(1, "자료1.1.1-1 임명장")
        };
        let size = one(1).file.size_bytes;
        let five = Amount { files: 5, bytes: 5 * size };
        let wide = Amount { files: u64::MAX, bytes: u64::MAX };
        let narrow = |scope: usize, max: Amount| {
            let mut all = [wide; 3];
            all[scope] = max;
            Quotas { engagement: all[0], institution: all[1], total: all[2] }
        };
        let writes = (1..=12).map(|serial| {
            let (store, quotas) = (store.clone(), narrow(0, five));
            async move { store.add(&[one(serial)], &quotas, &[]).await.unwrap() }
        });
        let written = join_all(writes).await.into_iter().filter(|write| *write == EvidenceWrite::Written).count();
        let usage = store.usage(engaged.id, engaged.applicant.id).await.unwrap();
        assert_eq!((written, store.of_engagement(engaged.id).await.unwrap().len()), (5, 5));
        assert_eq!(usage, Usage { engagement: five, institution: five, total: five });
        for scope in 0..3 {
            for max in [Amount { bytes: u64::MAX, ..five }, Amount { files: u64::MAX, ..five }] {
                let refused = store.add(&[one(20)], &narrow(scope, max), &[]).await.unwrap();
                assert!(matches!(refused, EvidenceWrite::OverQuota(_)), "{scope} {max:?}: {refused:?}");
            }
        }
        assert_eq!(store.usage(engaged.id, engaged.applicant.id).await.unwrap(), usage, "nothing was counted");
        let other = store.usage(EngagementId::from_random([7; 16]), InstitutionId::from_random([7; 16])).await.unwrap();
        assert_eq!(other, Usage { total: five, ..Usage::default() });
        let names = store.names(engaged.id, "1.1.1".parse().unwrap()).await.unwrap();
        assert_eq!(names.len(), 5);
        assert!(store.names(engaged.id, "2.1.1".parse().unwrap()).await.unwrap().is_empty());
    })
    .await;
}

/// The slice's own source has no statement that could take a row away.
#[test]
fn no_statement_of_the_slice_deletes_and_only_the_engagement_changes() {
    let sources = [
        include_str!("../../src/evidence.rs"),
        include_str!("../../src/inspection.rs"),
        include_str!("../../src/inspection/rows.rs"),
    ];
    for source in sources {
        assert!(!source.contains("DELETE") && !source.contains("DROP") && !source.contains("REPLACE"));
        for update in source.split("UPDATE ").skip(1) {
            assert!(update.starts_with("engagement SET"), "{}", &update[..40]);
        }
    }
}

//! What the journal tells of the workbench: everything that changes a case, and nothing else.

use super::pages::{judge_short, written_check};
use super::uploads::add;
use super::world::{World, institution};
use http::{Method, StatusCode};
use serde_json::json;
use sumun_journal::EntryKind;

#[tokio::test]
async fn every_deed_that_changes_the_case_leaves_an_entry_of_its_kind() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let path = format!("/engagements/{id}");
    let mut expected = vec![EntryKind::EngagementOpened, EntryKind::EvidenceAdded, EntryKind::EvidenceAdded];
    expected.extend([EntryKind::StageAdvanced; 8]);
    assert_eq!(world.journal_kinds(0).await, expected);

    let before = world.journal_size().await;
    let finding = judge_short(&world, &id).await;
    let known = world.get(&format!("{path}/probes"), &world.inspector).await.expect(200);
    let probe = json!({"probe": known["probes"][0]["id"]});
    world.post(&format!("{path}/probes"), &world.inspector, probe).await.expect(201);
    let plan = json!({"target": "2027-02", "steps": ["암호키 관리대장 작성"]});
    world.post(&format!("{path}/items/OBI-18/plans"), &world.applicant, plan).await.expect(201);
    let reports = format!("{path}/reports");
    world.api(Method::POST, &reports, Some(&world.inspector), None).await.expect(201);
    assert_eq!(
        world.journal_kinds(before).await,
        [
            EntryKind::JudgementRecorded,
            EntryKind::FindingOpened,
            EntryKind::ProbeRun,
            EntryKind::EvidenceAdded,
            EntryKind::PlanRecorded,
            EntryKind::ReportIssued,
        ]
    );
    assert!(finding.starts_with("fnd_"), "{finding}");
}

#[tokio::test]
async fn a_plan_by_the_form_leaves_the_same_entry_as_by_the_api() {
    let world = World::new().await;
    let id = written_check(&world).await;
    judge_short(&world, &id).await;
    let before = world.journal_size().await;
    let fields = [("target", "2027-02"), ("steps", "암호키 관리대장 작성")];
    let path = format!("/engagements/{id}/items/OBI-18/plans");
    let planned = world.form(&path, &world.applicant, &fields).await;
    assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.text());
    assert_eq!(world.journal_kinds(before).await, [EntryKind::PlanRecorded]);
}

/// A refused file, plan or judgement does not change the case: it is told in the log only.
#[tokio::test]
async fn what_is_refused_leaves_no_entry() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let before = world.journal_size().await;
    let path = format!("/engagements/{id}");
    let wrong_name = [("item", "OBI-01"), ("number", "1.1.1"), ("title", "자료1.1-1 임명장")];
    assert_eq!(add(&world, &id, &wrong_name, ("a.txt", b"x")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unneeded = json!({"target": "2027-02", "steps": ["하나"]});
    let plan = world.post(&format!("{path}/items/OBI-01/plans"), &world.applicant, unneeded).await;
    assert_eq!((plan.status, plan.code().as_str()), (StatusCode::CONFLICT, "plan-unneeded"));
    let deed = json!({"deed": "send_written_result"});
    let early = world.post(&format!("{path}/deeds"), &world.inspector, deed).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let foreign = json!({"institution": institution(2).to_string(), "kind": "other"});
    assert_eq!(world.post("/engagements", &world.applicant, foreign).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.journal_size().await, before);
}

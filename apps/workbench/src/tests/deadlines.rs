//! Deadlines of the stages with the public holidays of Korea that are shipped.

use super::pages::written_check;
use super::world::{World, institution};
use serde_json::{Value, json};

/// The engagement as the API has it, with its written check begun at `start`.
async fn checking(start: &str) -> (World, String, Value) {
    let world = World::at(start.parse().unwrap()).await;
    let id = written_check(&world).await;
    let case = world.get(&format!("/engagements/{id}"), &world.inspector).await.expect(200);
    (world, id, case)
}

fn due_days(case: &Value) -> Vec<&str> {
    case["milestones"].as_array().unwrap().iter().map(|one| one["due_on"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_deadlines_of_the_stages_go_over_the_lunar_new_year_and_its_substitute() {
    let (_, _, case) = checking("2027-02-04T10:00:00+09:00").await;
    assert_eq!(case["due_on"], "2027-02-15", "five business days, without the 6th to the 9th of February");
    assert_eq!(due_days(&case)[..3], ["2027-02-15", "2027-02-16", "2027-02-23"]);
    assert_eq!((case["due_holidays_known"].as_bool(), case["due_recounted_on"].as_str()), (Some(true), None));
}

#[tokio::test]
async fn the_deadlines_of_the_stages_go_over_chuseok_and_a_substitute_of_october() {
    let (_, _, case) = checking("2026-09-21T10:00:00+09:00").await;
    // Chuseok from Thursday the 24th on; Monday the 5th of October stands in for the 3rd, Friday the 9th is Hangul Day.
    assert_eq!(
        due_days(&case),
        ["2026-09-30", "2026-10-01", "2026-10-12", "2026-10-14", "2026-10-15", "2026-10-21", "2026-10-23",]
    );
}

#[tokio::test]
async fn a_deadline_beyond_the_covered_years_says_that_its_holidays_are_not_known() {
    let (world, id, case) = checking("2028-12-26T10:00:00+09:00").await;
    assert_eq!((case["due_on"].as_str(), case["due_holidays_known"].as_bool()), (Some("2029-01-02"), Some(false)));
    assert!(case["milestones"].as_array().unwrap().iter().all(|one| one["holidays_known"] == false), "{case}");
    let path = format!("/engagements/{id}");
    let page = world.page(&path, Some(&world.inspector)).await.text();
    assert!(page.contains("영업일 5일 남음, 공휴일 미확인"), "{page}");
    assert!(page.contains("공휴일 자료가 2028. 12. 31.(일)까지만 등록되어 있습니다."), "{page}");
    let english = world.page(&format!("{path}?lang=en"), Some(&world.inspector)).await.text();
    assert!(english.contains("5 business days left, public holidays not known"), "{english}");

    let (world, id, _) = checking("2028-11-20T10:00:00+09:00").await;
    let page = world.page(&format!("/engagements/{id}"), Some(&world.inspector)).await.text();
    assert!(!page.contains("미확인") && !page.contains("공휴일 자료가"), "{page}");
}

#[tokio::test]
async fn p1_0_legacy_an_institution_of_the_former_platform_sees_its_limit() {
    let world = World::new().await;
    let body = json!({
        "institution": institution(1).to_string(), "kind": "other", "used_former_platform": true,
    });
    let id = world.post("/engagements", &world.applicant, body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let page = world.page(&format!("/engagements/{id}"), Some(&world.applicant)).await.text();
    assert!(page.contains("기존 오픈플랫폼 이용기관은 2020. 12. 31.(목)까지 점검을 받아야 했습니다."), "{page}");
    let other = world.engagement().await;
    let page = world.page(&format!("/engagements/{other}"), Some(&world.applicant)).await.text();
    assert!(!page.contains("기존 오픈플랫폼"), "{page}");
}

//! Decisions on old pages: nothing is replaced that the person has not seen.

use super::pages::{judge_short, written_check};
use super::uploads;
use super::world::{Answer, Who, World};
use http::StatusCode;

/// The fields of a judgement of every criterion of an item, and of nothing else.
async fn judging(world: &World, item: &str, result: &'static str, verdict: &'static str) -> Vec<(String, String)> {
    let known = world.get(item, &world.inspector).await.expect(200);
    let codes = known["criteria"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
    let answers = codes.map(|code| (format!("criterion-{code}"), result.to_owned()));
    answers.chain([("verdict".to_owned(), verdict.to_owned())]).collect()
}

/// What a page showed, to be sent later.
struct Shown<'a> {
    path: String,
    who: &'a Who,
    fields: Vec<(String, String)>,
}

impl<'a> Shown<'a> {
    async fn open(world: &World, path: String, who: &'a Who, fields: Vec<(String, String)>) -> Self {
        let said: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let hidden = world.hidden(&path, who, &said).await;
        Self { path, who, fields: [fields, hidden].concat() }
    }

    async fn send(&self, world: &World) -> Answer {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        world.press(&self.path, self.who, &fields).await
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn a_judgement_on_an_old_page_does_not_replace_a_colleagues_and_shows_it() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-02");
    let mut fields = judging(&world, &item, "not_met", "not_implemented").await;
    fields.extend([pair("finding_title", "기록 없음"), pair("finding_risk", "medium"), pair("evidence", "")]);
    fields.retain(|(name, _)| name != "evidence");
    let with = |reason: &str| [fields.clone(), vec![pair("reason", reason)]].concat();
    let path = format!("{item}/judgements");
    let mine = Shown::open(&world, path.clone(), &world.inspector, with("내가 본 바로는 기록이 없습니다")).await;
    let colleagues = Shown::open(&world, path.clone(), &world.inspector, with("동료가 먼저 판정했습니다")).await;
    assert_eq!(colleagues.send(&world).await.status, StatusCode::SEE_OTHER);
    let stale = mine.send(&world).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let html = stale.text();
    super::html::check("stale", &html);
    assert!(
        html.contains("화면을 보는 동안 내용이 바뀌었습니다") && html.contains("새 판정: 미이행 · 이서준"),
        "{html}"
    );
    assert!(html.contains("동료가 먼저 판정했습니다</li>"), "the difference is shown");
    assert!(html.contains("내가 본 바로는 기록이 없습니다</textarea>"), "what was typed is kept");
    let judgements = world.get(&item, &world.inspector).await.expect(200)["judgements"].as_array().unwrap().len();
    assert_eq!(judgements, 1);
    // The page that came back shows the colleague's, so a press on it is a decision on what is there.
    let again = Shown::open(&world, path, &world.inspector, with("동료의 판정을 보고 다시 판정합니다")).await;
    assert_eq!(again.send(&world).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_judgement_on_a_page_without_the_newest_evidence_says_what_has_come() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-18");
    let mut fields = judging(&world, &item, "not_met", "not_implemented").await;
    fields.extend([pair("finding_title", "기록 없음"), pair("finding_risk", "medium"), pair("reason", "이유")]);
    let mine = Shown::open(&world, format!("{item}/judgements"), &world.inspector, fields).await;
    let said = [("item", "OBI-18"), ("number", "12.1.1"), ("title", "나중에 올린 자료")];
    uploads::add(&world, &id, &said, ("a.txt", b"late")).await.expect(201);
    let stale = mine.send(&world).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
    assert!(stale.text().contains("새 자료: 자료") && stale.text().contains("나중에 올린 자료"), "{}", stale.text());
}

#[tokio::test]
async fn plans_findings_and_deeds_on_old_pages_are_held_back_too() {
    let world = World::new().await;
    let id = written_check(&world).await;
    judge_short(&world, &id).await;
    let path = format!("/engagements/{id}/items/OBI-18/plans");
    let plan = |step: &str| vec![pair("target", "2027-02"), pair("steps", step)];
    let mine = Shown::open(&world, path.clone(), &world.applicant, plan("내 계획")).await;
    let other = Shown::open(&world, path, &world.applicant, plan("동료의 계획")).await;
    assert_eq!(other.send(&world).await.status, StatusCode::SEE_OTHER);
    let stale = mine.send(&world).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let html = stale.text();
    assert!(
        html.contains("새 이행계획: ") && html.contains("동료의 계획</li>") && html.contains("내 계획</textarea>"),
        "{html}"
    );

    let fresh = world.engagement().await;
    let deed = format!("/engagements/{fresh}/deeds/begin_document_review");
    let mine = Shown::open(&world, deed.clone(), &world.applicant, Vec::new()).await;
    let other = Shown::open(&world, deed, &world.applicant, Vec::new()).await;
    assert_eq!(other.send(&world).await.status, StatusCode::SEE_OTHER);
    let stale = mine.send(&world).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
}

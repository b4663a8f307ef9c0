//! The pages: well formed, in both languages, with the fault at its field.

use super::html::{check, tags};
use super::uploads::add;
use super::world::{Who, World};
use http::{StatusCode, header};
use serde_json::json;
use sumun_web::{Messages, keys_of_template};

/// An engagement in its written check, with evidence, a shortfall and a finding.
pub async fn written_check(world: &World) -> String {
    let id = world.engagement().await;
    for (item, number) in [("OBI-01", "1.1.1"), ("OBI-18", "12.1.1")] {
        let fields = [("item", item), ("number", number), ("title", "증빙")];
        add(world, &id, &fields, ("a.txt", item.as_bytes())).await.expect(201);
    }
    let deeds = [
        (&world.applicant, "begin_document_review"),
        (&world.applicant, "submit_documents"),
        (&world.inspector, "complete_review"),
        (&world.applicant, "apply"),
        (&world.inspector, "accept_application"),
        (&world.inspector, "sign_contract"),
        (&world.applicant, "sign_contract"),
        (&world.inspector, "begin_written_check"),
    ];
    for (who, deed) in deeds {
        world.post(&format!("/engagements/{id}/deeds"), who, json!({"deed": deed})).await.expect(200);
    }
    id
}

/// Judges an item as not met, with a finding; answers the finding.
pub async fn judge_short(world: &World, id: &str) -> String {
    let path = format!("/engagements/{id}/items/OBI-18");
    let item = world.get(&path, &world.inspector).await.expect(200);
    let criteria: Vec<_> = item["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!({"criterion": one["code"], "result": "not_met", "note": "기록이 없습니다"}))
        .collect();
    let body = json!({
        "verdict": "not_implemented", "reason": "파기 기록이 없습니다", "criteria": criteria,
        "finding": {"title": "암호키 파기 기록이 없습니다", "risk": "medium"},
    });
    let ruling = world.post(&format!("{path}/judgements"), &world.inspector, body).await.expect(201);
    ruling["finding"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_page_is_well_formed_in_both_languages() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let finding = judge_short(&world, &id).await;
    let case = format!("/engagements/{id}");
    let probe = world.get(&format!("{case}/probes"), &world.inspector).await.expect(200);
    let probe = json!({"probe": probe["probes"][0]["id"]});
    world.post(&format!("{case}/probes"), &world.inspector, probe).await.expect(201);
    let evidence = world.get(&format!("{case}/evidence"), &world.inspector).await.expect(200);
    let all: Vec<&str> =
        evidence["evidence"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    let mut paths = vec!["/engagements".to_owned(), "/engagements/new".to_owned(), "/sign-out".to_owned()];
    for path in ["", "/log", "/items", "/items/OBI-01", "/items/OBI-14", "/items/OBI-18", "/items/OBI-30"] {
        paths.push(format!("{case}{path}"));
    }
    for path in ["/evidence", "/findings", "/probes", "/reports", "/deeds/conclude_written_check", "/deeds/apply"] {
        paths.push(format!("{case}{path}"));
    }
    paths.extend(
        ["submit_self_check", "defer_inspection", "request_documents"].map(|deed| format!("{case}/deeds/{deed}")),
    );
    paths.extend(all.iter().map(|one| format!("{case}/evidence/{one}")));
    paths.push(format!("{case}/findings/{finding}"));
    for path in &paths {
        for who in [&world.applicant, &world.inspector, &world.operator] {
            let korean = world.page(path, Some(who)).await;
            assert_eq!(korean.status, StatusCode::OK, "{path}");
            let korean = korean.text();
            check(path, &korean);
            keep(path, who.token.to_cookie().as_str(), &korean);
            let english = world.page(&format!("{path}?lang=en"), Some(who)).await.text();
            check(&format!("{path} (en)"), &english);
            assert!(korean.contains("<html lang=\"ko\"") && english.contains("<html lang=\"en\""), "{path}");
        }
    }
    let sign_in = world.page("/sign-in", None).await;
    assert_eq!(sign_in.status, StatusCode::OK);
    check("/sign-in", &sign_in.text());
}

/// With `SUMUN_WORKBENCH_PAGES=<folder>` the pages are also written there, to be looked at in a browser.
fn keep(path: &str, who: &str, html: &str) {
    if let Some(folder) = std::env::var_os("SUMUN_WORKBENCH_PAGES") {
        let name = format!("{}-{}.html", &who[..2], path.rsplit('/').take(2).collect::<Vec<_>>().join("-"));
        std::fs::write(std::path::Path::new(&folder).join(name), html).unwrap();
    }
}

#[tokio::test]
async fn the_overview_shows_eleven_stages_fourteen_areas_and_thirty_items() {
    let world = World::new().await;
    let id = written_check(&world).await;
    judge_short(&world, &id).await;
    let html = world.page(&format!("/engagements/{id}"), Some(&world.inspector)).await.text();
    let tags = tags(&html);
    let class = |name: &str| {
        tags.iter()
            .filter(|tag| tag.attribute("class").is_some_and(|class| class.split(' ').next() == Some(name)))
            .count()
    };
    assert_eq!((class("step"), class("cell")), (11, 30));
    let now: Vec<_> = tags.iter().filter(|tag| tag.attribute("aria-current") == Some("step")).collect();
    assert_eq!(now.len(), 1);
    assert!(html.contains("14개 분야 · 30항목") && html.contains("30항목 전체: 미이행 1, 판정 전 29"), "{html}");
    assert!(html.contains("암호키 파기 기록이 없습니다") && html.contains("가온보안평가원"));
    assert!(html.contains("시연 데이터") && html.contains("영업일 5일 남음"), "{html}");
}

async fn judge_by_form(world: &World, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let answer = world.form(&format!("{path}/judgements"), &world.inspector, fields).await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn a_judgement_that_disagrees_comes_back_with_the_input_kept() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let path = format!("/engagements/{id}/items/OBI-18");
    let item = world.get(&path, &world.inspector).await.expect(200);
    let evidence =
        format!("{}:{}", item["evidence"][0]["id"].as_str().unwrap(), item["evidence"][0]["sha256"].as_str().unwrap());
    let codes: Vec<String> =
        item["criteria"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    let names: Vec<String> = codes.iter().map(|code| format!("criterion-{code}")).collect();
    let reason = "파기 절차는 있으나 <b>기록</b>은 없습니다";
    let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "met")).collect();
    fields.extend([("verdict", "partial"), ("reason", reason), ("evidence", evidence.as_str())]);
    let (status, html) = judge_by_form(&world, &path, &fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    check("judging", &html);
    assert!(
        html.contains("id=\"verdict-error\"") && html.contains("기준별 충족 여부에 따른 점검결과는 이행입니다"),
        "{html}"
    );
    assert!(html.contains("파기 절차는 있으나 &#60;b&#62;기록"), "the reason is kept, as text");
    assert!(html.contains("value=\"partial\" checked") && html.contains(&format!("value=\"{evidence}\" checked")));
    assert!(html.contains("<a href=\"#verdict\">점검결과 (C)</a>"), "the summary leads to the field");

    let blank: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "reason").collect();
    let (status, html) = judge_by_form(&world, &path, &blank).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("id=\"reason-error\"") && html.contains("aria-describedby=\"reason-hint reason-error\""));

    // All faults of the form at once: no verdict, no reason, no answer to any criterion.
    let (status, html) = judge_by_form(&world, &path, &[("verdict", ""), ("reason", " ")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = names.len() + 2;
    assert!(html.contains(&format!("확인할 항목이 {faults}개 있습니다.")), "{html}");
    assert!(names.iter().all(|name| html.contains(&format!("<a href=\"#{name}\">"))), "each with its link: {html}");

    let mut agreed = fields.clone();
    agreed.iter_mut().filter(|(name, _)| *name == "verdict").for_each(|(_, value)| *value = "implemented");
    let answer = world.form(&format!("{path}/judgements"), &world.inspector, &agreed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let target = answer.headers[header::LOCATION].to_str().unwrap();
    assert!(target.ends_with("/items/OBI-18?done=judged#history"), "{target}");
    let html = world.page(target.split('#').next().unwrap(), Some(&world.inspector)).await.text();
    assert!(html.contains("판정을 저장했습니다") && html.contains("이서준"));
}

#[tokio::test]
async fn forms_are_offered_to_whom_they_are_for() {
    let world = World::new().await;
    let id = written_check(&world).await;
    judge_short(&world, &id).await;
    let path = format!("/engagements/{id}/items/OBI-18");
    let offered = async |who: &Who| {
        let html = world.page(&path, Some(who)).await.text();
        ["/judgements\"", "/evidence\" method", "/plans\""].map(|form| html.contains(form))
    };
    assert_eq!(offered(&world.inspector).await, [true, true, false]);
    assert_eq!(offered(&world.applicant).await, [false, true, true]);
    assert_eq!(offered(&world.operator).await, [false, false, false]);
}

#[tokio::test]
async fn a_plan_is_made_by_its_form() {
    let world = World::new().await;
    let id = written_check(&world).await;
    judge_short(&world, &id).await;
    let path = format!("/engagements/{id}/items/OBI-18");
    let plan = |target: &'static str| [("target", target), ("steps", "절차 마련\r\n\r\n키 파기 후 기록")];
    let past = world.form(&format!("{path}/plans"), &world.applicant, &plan("2020-01")).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = past.text();
    assert!(html.contains("id=\"target-error\"") && html.contains("키 파기 후 기록</textarea>"), "{html}");
    let good = world.form(&format!("{path}/plans"), &world.applicant, &plan("2027-02")).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER);
    let html = world.page(&path, Some(&world.inspector)).await.text();
    assert!(html.contains("2027. 2.") && html.contains("<li><span>절차 마련</span></li>"), "{html}");
}

#[tokio::test]
async fn a_deed_page_says_why_it_cannot_be_done() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let path = format!("/engagements/{id}/deeds/conclude_written_check");
    let refused = world.form(&path, &world.inspector, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let html = refused.text();
    check("deed", &html);
    assert!(html.contains("판정하지 않은 항목이 있습니다") && html.contains("OBI-30"), "{html}");
    let other = world.form(&path, &world.applicant, &[]).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let unknown = world.page(&format!("/engagements/{id}/deeds/bribe"), Some(&world.inspector)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_self_check_is_handed_in_by_its_form() {
    let world = World::new().await;
    let body = json!({"institution": super::world::institution(1).to_string(), "kind": "bank"});
    let id = world.post("/engagements", &world.applicant, body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/engagements/{id}/deeds/submit_self_check");
    let names: Vec<String> = (1..=30).map(|number| format!("answer-OBI-{number:02}")).collect();
    let mut fields: Vec<(&str, &str)> = names[1..].iter().map(|name| (name.as_str(), "yes")).collect();
    fields.push(("note-OBI-02", "정책서 3판"));
    let short = world.form(&path, &world.applicant, &fields).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = short.text();
    check("self-check", &html);
    assert!(html.contains("value=\"정책서 3판\"") && html.contains("모든 항목의 충족 여부를"), "{html}");
    fields.push((&names[0], "no"));
    assert_eq!(world.form(&path, &world.applicant, &fields).await.status, StatusCode::SEE_OTHER);
    let html = world.page(&format!("/engagements/{id}"), Some(&world.operator)).await.text();
    assert!(html.contains("자체점검으로 대신한 점검 건입니다"), "{html}");
}

#[tokio::test]
async fn a_finding_is_repaired_and_confirmed_by_its_forms() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let finding = judge_short(&world, &id).await;
    let page = format!("/engagements/{id}/findings/{finding}");
    let html = world.page(&page, Some(&world.applicant)).await.text();
    assert!(!html.contains("name=\"deed\""), "nothing can be done to it during the check");
    let early = world.form(&page, &world.applicant, &[("deed", "submit_repair"), ("note", "보완")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let empty = world.form(&page, &world.inspector, &[("deed", "confirm"), ("note", "")]).await;
    assert_eq!(empty.status, StatusCode::CONFLICT, "it is not its time, whatever the note says");
}

#[tokio::test]
async fn an_engagement_is_opened_by_its_form() {
    let world = World::new().await;
    let institution = super::world::institution(1).to_string();
    let without = world.form("/engagements", &world.applicant, &[("institution", &institution)]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = without.text();
    check("opening", &html);
    assert!(html.contains("id=\"kind-error\""), "{html}");
    let fields = [("institution", institution.as_str()), ("kind", "other"), ("holds_isms", "yes")];
    let opened = world.form("/engagements", &world.applicant, &fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let target = opened.headers[header::LOCATION].to_str().unwrap().to_owned();
    let html = world.page(&target, Some(&world.applicant)).await.text();
    assert!(html.contains("점검 건을 등록했습니다") && html.contains("2026-OB-0001"), "{html}");
    assert!(html.contains("자체점검으로 점검을 대신할 수 있습니다"));
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_for_people_and_a_problem_for_programs() {
    let world = World::new().await;
    let page = world.page("/no-such-page", Some(&world.applicant)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("페이지를 찾을 수 없습니다"));
    let problem = world.get("/no-such-thing", &world.applicant).await;
    assert_eq!((problem.status, problem.code().as_str()), (StatusCode::NOT_FOUND, "not-found"));
}

#[test]
fn every_key_of_the_templates_has_a_text() {
    let messages = Messages::load(&[crate::workbench::TEXTS, sumun_sign_in::MESSAGES]).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let of_code = || text.split("page.text(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key);
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        for key in if is_page { keys_of_template(&text) } else { of_code().collect() } {
            assert!(messages.has(key), "{}: {key}", path.display());
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
    for deed in sumun_inspection::DeedKind::ALL {
        let name = deed.name().replace('_', "-");
        assert!(messages.has(&format!("deed-{name}")) && messages.has(&format!("deed-{name}-detail")), "{name}");
    }
    let side = [sumun_inspection::StageKind::SelfChecked, sumun_inspection::StageKind::ServiceStartedDeferred];
    for stage in sumun_inspection::StageKind::ELEVEN.into_iter().chain(side) {
        let name = stage.name().replace('_', "-");
        assert!(messages.has(&format!("stage-{name}")) && messages.has(&format!("turn-note-{name}")), "{name}");
    }
}

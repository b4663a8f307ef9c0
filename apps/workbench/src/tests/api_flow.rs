//! One whole inspection by the API, from consultation to the final report.

use super::uploads::add;
use super::world::{Who, World, institution};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sumun_time::Span;

/// What an inspection is driven by.
struct Case<'a> {
    world: &'a World,
    path: String,
}

impl Case<'_> {
    async fn deed(&self, who: &Who, deed: &str) -> Value {
        self.world.post(&format!("{}/deeds", self.path), who, json!({"deed": deed})).await.expect(200)
    }

    async fn refused(&self, who: &Who, deed: &str) -> String {
        let answer = self.world.post(&format!("{}/deeds", self.path), who, json!({"deed": deed})).await;
        assert!(matches!(answer.status.as_u16(), 403 | 409), "{}", answer.text());
        answer.code()
    }

    async fn item(&self, code: &str) -> Value {
        self.world.get(&format!("{}/items/{code}", self.path), &self.world.inspector).await.expect(200)
    }

    /// Judges an item by one piece of evidence of its own.
    async fn judge(&self, code: &str, verdict: &str, finding: Option<Value>) -> Value {
        let item = self.item(code).await;
        let evidence = item["evidence"].as_array().unwrap();
        let cited: Vec<Value> = evidence.iter().map(|one| json!({"id": one["id"], "sha256": one["sha256"]})).collect();
        let result = match verdict {
            "implemented" => "met",
            "partial" => "partly_met",
            _ => "not_met",
        };
        let criteria: Vec<Value> = item["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|_| verdict != "not_applicable")
            .map(|one| json!({"criterion": one["code"], "result": result}))
            .collect();
        let mut body = json!({"verdict": verdict, "reason": "(지정) 자료에 따라 확인하였음", "criteria": criteria, "evidence": cited});
        if let Some(finding) = finding {
            body["finding"] = finding;
        }
        let path = format!("{}/items/{code}/judgements", self.path);
        self.world.post(&path, &self.world.inspector, body).await.expect(201)
    }
}

#[tokio::test]
async fn an_inspection_goes_from_consultation_to_the_final_report() {
    let world = World::new().await;
    let id = world.engagement().await;
    let case = Case { world: &world, path: format!("/engagements/{id}") };
    let (applicant, inspector) = (&world.applicant, &world.inspector);

    case.deed(applicant, "begin_document_review").await;
    assert_eq!(case.refused(applicant, "submit_documents").await, "no-documents");
    let items = world.get(&format!("{}/items", case.path), inspector).await.expect(200);
    let items: Vec<Value> = items["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 30);
    for item in &items {
        let number = item["numbers"][0].as_str().unwrap();
        let fields = [("item", item["code"].as_str().unwrap()), ("number", number), ("title", "증빙")];
        let content = item["code"].as_str().unwrap().as_bytes();
        add(&world, &id, &fields, ("a.txt", content)).await.expect(201);
    }
    case.deed(applicant, "submit_documents").await;
    assert_eq!(case.refused(applicant, "apply").await, "review-incomplete");
    assert_eq!(case.refused(applicant, "complete_review").await, "for-inspector");
    case.deed(inspector, "complete_review").await;
    case.deed(applicant, "apply").await;
    case.deed(inspector, "accept_application").await;
    case.deed(inspector, "sign_contract").await;
    assert_eq!(case.refused(inspector, "begin_written_check").await, "signature-missing");
    case.deed(applicant, "sign_contract").await;
    let checking = case.deed(inspector, "begin_written_check").await;
    assert_eq!((checking["stage_number"].as_u64(), checking["due_on"].as_str()), (Some(5), Some("2026-11-30")));

    assert_eq!(case.refused(inspector, "conclude_written_check").await, "items-unjudged");
    for item in &items[1..] {
        case.judge(item["code"].as_str().unwrap(), "implemented", None).await;
    }
    let ruling = case.judge("OBI-01", "partial", Some(json!({"title": "전문 인력이 없습니다", "risk": "high"}))).await;
    let finding = ruling["finding"]["id"].as_str().unwrap().to_owned();
    case.deed(inspector, "conclude_written_check").await;
    let fixing = case.deed(inspector, "send_written_result").await;
    assert_eq!((fixing["stage"].as_str(), fixing["turn"].as_str()), (Some("written_fix"), Some("applicant")));

    assert_eq!(case.refused(applicant, "submit_amended_documents").await, "findings-unanswered");
    let plan = json!({"target": "2027-02", "steps": ["자격증 취득"]});
    world.post(&format!("{}/items/OBI-01/plans", case.path), applicant, plan).await.expect(201);
    let answer = |deed: &str| json!({"deed": deed, "note": "보완하였음"});
    let path = format!("{}/findings/{finding}", case.path);
    world.post(&path, applicant, answer("submit_repair")).await.expect(200);
    assert_eq!(case.refused(applicant, "submit_amended_documents").await, "no-amended-documents");
    let amended = [("item", "OBI-01"), ("number", "1.1.1"), ("title", "자격증")];
    add(&world, &id, &amended, ("a.txt", b"amended")).await.expect(201);
    case.deed(applicant, "submit_amended_documents").await;
    assert_eq!(case.refused(inspector, "conclude_onsite_check").await, "findings-unconfirmed");
    confirm_by_page(&world, &path).await;
    case.judge("OBI-01", "implemented", None).await;
    assert_eq!(case.item("OBI-01").await["judgements"].as_array().unwrap().len(), 2, "the first one stays");
    case.deed(inspector, "conclude_onsite_check").await;
    let last = case.deed(inspector, "send_onsite_result").await;
    assert_eq!(last["stage"], "final_report", "nothing was left to repair on site");

    assert_eq!(case.refused(inspector, "send_final_report").await, "report-missing");
    report_and_pack(&world, &case.path).await;
    let closed = case.deed(inspector, "send_final_report").await;
    assert_eq!((closed["closed"].as_bool(), closed["turn"].as_str()), (Some(true), Some("nobody")));
    assert_eq!(closed["verdicts"]["implemented"], 30);
    let late =
        add(&world, &id, &[("item", "OBI-01"), ("number", "1.1.1"), ("title", "늦은 자료")], ("a", b"late")).await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "not-now"));
    let log = world.get(&format!("{}/log", case.path), applicant).await.expect(200);
    let passed: Vec<_> = log["steps"].as_array().unwrap().iter().filter(|step| step["passed_empty"] == true).collect();
    assert_eq!((passed.len(), passed[0]["to"].as_str()), (1, Some("onsite_fix")));
}

/// The page of a finding does what the API does.
async fn confirm_by_page(world: &World, path: &str) {
    let offered = world.page(path, Some(&world.inspector)).await.text();
    assert!(offered.contains("value=\"confirm\"") && offered.contains("value=\"send_back\""), "{offered}");
    let empty = world.form(path, &world.inspector, &[("deed", "confirm"), ("note", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("id=\"note-confirm-error\""), "{}", empty.text());
    let confirmed = world.form(path, &world.inspector, &[("deed", "confirm"), ("note", "확인하였음")]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER);
}

async fn report_and_pack(world: &World, path: &str) {
    let early = world.get(&format!("{path}/evidence-pack"), &world.inspector).await;
    assert_eq!(early.code(), "report-missing");
    let report = world.api(Method::POST, &format!("{path}/reports"), Some(&world.inspector), None).await.expect(201);
    assert!(report["pages"].as_u64().unwrap() >= 30, "{report}");
    let file = world.get(&format!("{path}/reports/{}/file", report["id"].as_str().unwrap()), &world.applicant).await;
    assert!(file.body.starts_with(b"%PDF-"));
    assert_eq!(sumun_evidence::Digest::of(&file.body).to_string(), report["sha256"].as_str().unwrap());
    let pack = world.get(&format!("{path}/evidence-pack"), &world.inspector).await;
    assert_eq!(pack.headers[header::CONTENT_TYPE], "application/zip");
    assert_eq!(pack.headers[header::CONTENT_LENGTH].to_str().unwrap(), pack.body.len().to_string());
    assert!(pack.body.starts_with(b"PK") && contains(&pack.body, b"report.pdf") && contains(&pack.body, b"journal/"));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_probe_leaves_evidence_of_its_items_and_no_verdict() {
    let world = World::new().await;
    let id = world.engagement().await;
    let path = format!("/engagements/{id}");
    let before = world.journal_size().await;
    let known = world.get(&format!("{path}/probes"), &world.applicant).await.expect(200);
    let probe = known["probes"][0]["id"].as_str().unwrap().to_owned();
    let run = world.post(&format!("{path}/probes"), &world.applicant, json!({"probe": probe})).await.expect(201);
    let one = &run["evidence"][0];
    assert_eq!(one["name"], "자료15.4.1-1 전송구간 점검 자동 점검 기록");
    assert_eq!(one["origin"]["outcome"], "confirmed");
    assert_eq!(one["bindings"].as_array().unwrap().len(), 2, "an item of another framework is left out");
    assert_eq!(world.journal_size().await, before + 2, "the run and the evidence");
    for code in ["OBI-30", "OBI-18"] {
        let item = world.get(&format!("{path}/items/{code}"), &world.applicant).await.expect(200);
        assert_eq!((item["verdict"].as_str(), item["evidence"].as_array().unwrap().len()), (None, 1));
    }
    let unknown = world.post(&format!("{path}/probes"), &world.applicant, json!({"probe": "no/such"})).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "probe-unknown"));
    let page = world.page(&format!("{path}/probes"), Some(&world.inspector)).await.text();
    assert!(page.contains("1.3만 받았습니다") && page.contains("자동 점검 결과는 판정이 아닙니다"), "{page}");
}

#[tokio::test]
async fn a_changed_file_is_never_handed_out() {
    let world = World::new().await;
    let id = world.engagement().await;
    let fields = [("item", "OBI-01"), ("number", "1.1.1"), ("title", "임명장")];
    let one = add(&world, &id, &fields, ("a", b"as it was")).await.expect(201);
    let path = world.folder.path().join("evidence").join(one["sha256"].as_str().unwrap());
    std::fs::write(path, b"as it is!").unwrap();
    let file = format!("/engagements/{id}/evidence/{}/file", one["id"].as_str().unwrap());
    let answer = world.get(&file, &world.applicant).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "file-changed"));
    assert!(!contains(&answer.body, b"as it is!"));
}

#[tokio::test]
async fn strict_json_is_asked_for() {
    let world = World::new().await;
    let send = |body: &'static str, kind: &'static str| {
        let request = http::Request::post("/api/v1/engagements")
            .header(header::AUTHORIZATION, format!("Bearer {}", world.applicant.token.to_cookie()))
            .header(header::CONTENT_TYPE, kind)
            .body(axum::body::Body::from(body));
        world.send(request.unwrap())
    };
    let json = "application/json";
    assert_eq!(send(r#"{"kind":"other","kind":"bank"}"#, json).await.code(), "broken-json");
    assert_eq!(send(r#"{"kind":"other","colour":1}"#, json).await.code(), "broken-json");
    assert_eq!(send("{", json).await.code(), "broken-json");
    assert_eq!(send("{}", "text/plain").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let deep: &'static str = format!("{}{}", "[".repeat(40), "]".repeat(40)).leak();
    assert_eq!(send(deep, json).await.code(), "broken-json");
    let long: &'static str = format!("{{\"kind\":\"{}\"}}", "x".repeat(70_000)).leak();
    assert_eq!(send(long, json).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn faults_of_a_judgement_point_at_their_field() {
    let world = World::new().await;
    let id = world.engagement().await;
    let early = json!({"verdict": "not_applicable", "reason": "x"});
    let path = format!("/engagements/{id}/items/OBI-01/judgements");
    assert_eq!(world.post(&path, &world.inspector, early).await.code(), "not-now");
    let missing = world.post("/engagements/x/items/OBI-01/judgements", &world.inspector, json!({})).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let odd = json!({"verdict": "fine", "reason": "x"});
    let odd = world.post(&path, &world.inspector, odd).await;
    assert_eq!(odd.json()["errors"][0]["pointer"], "/verdict");
}

#[tokio::test]
async fn an_institution_opens_for_itself_only_and_numbers_count_up() {
    let world = World::new().await;
    let body = |seed| json!({"institution": institution(seed).to_string(), "kind": "other"});
    let foreign = world.post("/engagements", &world.applicant, body(2)).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let operator = world.post("/engagements", &world.operator, body(1)).await;
    assert_eq!(operator.status, StatusCode::FORBIDDEN);
    let first = world.post("/engagements", &world.applicant, body(1)).await.expect(201);
    let second = world.post("/engagements", &world.inspector, body(2)).await.expect(201);
    assert_eq!((first["number"].as_str(), second["number"].as_str()), (Some("2026-OB-0001"), Some("2026-OB-0002")));
    let known = world.get("/institutions", &world.applicant).await.expect(200);
    assert_eq!(known["institutions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_bank_may_check_itself_or_defer() {
    let world = World::new().await;
    let body = json!({"institution": institution(1).to_string(), "kind": "bank"});
    let open = || world.post("/engagements", &world.applicant, body.clone());
    let one = open().await.expect(201)["id"].as_str().unwrap().to_owned();
    let items = world.get(&format!("/engagements/{one}/items"), &world.applicant).await.expect(200);
    let answers: Vec<Value> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!({"item": item["code"], "satisfied": true}))
        .collect();
    let deeds = format!("/engagements/{one}/deeds");
    let short = json!({"deed": "submit_self_check", "answers": answers[..3]});
    assert_eq!(world.post(&deeds, &world.applicant, short).await.code(), "self-check-incomplete");
    let whole = json!({"deed": "submit_self_check", "answers": answers});
    let closed = world.post(&deeds, &world.applicant, whole).await.expect(200);
    assert_eq!((closed["stage"].as_str(), closed["closed"].as_bool()), (Some("self_checked"), Some(true)));
    let two = open().await.expect(201)["id"].as_str().unwrap().to_owned();
    let defer = json!({"deed": "defer_inspection", "service_started_on": "2026-11-20"});
    let deferred = world.post(&format!("/engagements/{two}/deeds"), &world.applicant, defer).await.expect(200);
    assert_eq!(deferred["due_on"], "2027-11-20");
    let deeds = format!("/engagements/{two}/deeds");
    let begun = world.post(&deeds, &world.applicant, json!({"deed": "begin_consulting"})).await.expect(200);
    assert_eq!((begun["due_on"].as_str(), begun["deferral_limit"].as_str()), (Some("2027-11-20"), Some("2027-11-20")));
    let again = json!({"deed": "defer_inspection", "service_started_on": "2026-11-23"});
    assert_eq!(world.post(&deeds, &world.applicant, again).await.code(), "deferred-before");
    let page = world.page(&format!("/engagements/{two}"), Some(&world.applicant)).await.text();
    assert!(page.contains("2027. 11. 20.(토)까지 점검이나 자체점검을 마쳐야 합니다."), "{page}");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let world = World::new().await;
    world.clock.advance(Span::from_hours(1));
    let answer = world.get("/engagements", &world.applicant).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "not-signed-in"));
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
}

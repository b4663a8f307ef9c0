//! An inspection by the workbench's API, as far as tests need one.

use crate::ready::Ready;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use sumun_transport::Client;

/// A member of staff who uses the API.
pub struct Desk {
    client: Client,
    workbench: String,
    token: String,
}

impl Desk {
    /// Signs in; a session of the same person in a browser ends by it.
    pub async fn of(ready: &Ready, login: &str) -> Self {
        let mut desk =
            Self { client: ready.client(None), workbench: ready.addresses.workbench.clone(), token: String::new() };
        let account = ready.staff(login);
        let session = json!({ "login": account.login, "password": account.password });
        let answer = desk.post("/session", &session).await;
        desk.token = answer["token"].as_str().expect("a session has a token").to_owned();
        desk
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    /// Does something.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some("application/json"), Bytes::from(body.to_string())).await
    }

    /// Hands in a small text as evidence of an item.
    pub async fn upload(&self, engagement: &str, item: &str, title: &str) -> Value {
        let number = self.sheet(engagement, item).await["numbers"][0].as_str().map(str::to_owned);
        let number = number.unwrap_or_else(|| panic!("{item} has no number"));
        let (kind, body) = form(item, &number, title);
        self.send(Method::POST, &format!("/engagements/{engagement}/evidence"), Some(&kind), body).await
    }

    /// The sheet of an item.
    pub async fn sheet(&self, engagement: &str, item: &str) -> Value {
        self.get(&format!("/engagements/{engagement}/items/{item}")).await
    }

    /// Moves the engagement on.
    pub async fn deed(&self, engagement: &str, deed: &str) {
        self.post(&format!("/engagements/{engagement}/deeds"), &json!({ "deed": deed })).await;
    }

    /// Judges an item: every criterion alike, on all evidence of the item. A shortfall opens a finding.
    pub async fn judge(&self, engagement: &str, item: &str, verdict: &str) {
        let opens = matches!(verdict, "partial" | "not_implemented");
        self.judge_with(engagement, item, verdict, opens).await;
    }

    async fn judge_with(&self, engagement: &str, item: &str, verdict: &str, opens_finding: bool) {
        let sheet = self.sheet(engagement, item).await;
        let result = match verdict {
            "partial" => "partly_met",
            "not_implemented" => "not_met",
            _ => "met",
        };
        let list = |name: &str| sheet[name].as_array().cloned().unwrap_or_default();
        let criteria: Vec<Value> =
            list("criteria").iter().map(|one| json!({ "criterion": one["code"], "result": result })).collect();
        let evidence: Vec<Value> =
            list("evidence").iter().map(|one| json!({ "id": one["id"], "sha256": one["sha256"] })).collect();
        let mut body = json!({ "verdict": verdict, "reason": "제출 자료와 설정을 직접 확인했습니다." });
        if verdict != "not_applicable" {
            body["criteria"] = criteria.into();
            body["evidence"] = evidence.into();
        }
        if opens_finding {
            body["finding"] = json!({ "title": "암호키 파기 기록이 없습니다", "risk": "high" });
        }
        self.post(&format!("/engagements/{engagement}/items/{item}/judgements"), &body).await;
    }

    /// What comes of handing in evidence that has the number `1.1.1`.
    pub async fn try_upload(&self, engagement: &str, item: &str, title: &str) -> Response<Bytes> {
        let (kind, body) = form(item, "1.1.1", title);
        self.answer(Method::POST, &format!("/engagements/{engagement}/evidence"), Some(&kind), body).await
    }

    /// The bytes of a file of evidence.
    pub async fn file(&self, engagement: &str, evidence: &str) -> Bytes {
        let path = format!("/engagements/{engagement}/evidence/{evidence}/file");
        let answer = self.answer(Method::GET, &path, None, Bytes::new()).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.into_body()
    }

    async fn answer(&self, method: Method, path: &str, kind: Option<&str>, body: Bytes) -> Response<Bytes> {
        let shown = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(format!("{}/api/v1{path}", self.workbench));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        self.client.request(request.body(body).unwrap()).await.unwrap_or_else(|error| panic!("{shown}: {error}"))
    }

    async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Bytes) -> Value {
        let shown = format!("{method} {path}");
        let answer = self.answer(method, path, kind, body).await;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(answer.status().is_success(), "{shown}: {} {text}", answer.status());
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{shown}: {text}"))
        }
    }
}

/// A form with a small text as evidence: its media type and its bytes.
fn form(item: &str, number: &str, title: &str) -> (String, Bytes) {
    const BOUNDARY: &str = "conformance-5f0d1c";
    let mut body = String::new();
    for (name, value) in [("item", item), ("number", number), ("title", title)] {
        body += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n");
    body += &format!("content-type: text/plain\r\n\r\n{}\r\n--{BOUNDARY}--\r\n", text_of(item, title));
    (format!("multipart/form-data; boundary={BOUNDARY}"), Bytes::from(body))
}

/// What stands in the file that is handed in for `item` under `title`.
pub fn text_of(item: &str, title: &str) -> String {
    format!("시연 자료입니다. {item} {title}")
}

/// Opens an engagement of the first institution and hands documents in; answers its id.
pub async fn open(ready: &Ready) -> String {
    let jian = Desk::of(ready, "jian").await;
    let institution = &ready.world.institutions[0].id;
    let opened = jian.post("/engagements", &json!({ "institution": institution, "kind": "other" })).await;
    let engagement = opened["id"].as_str().expect("an engagement has an id").to_owned();
    jian.deed(&engagement, "begin_document_review").await;
    for item in items(&jian, &engagement).await {
        jian.upload(&engagement, &item, "정보보호 조직도").await;
    }
    engagement
}

/// The codes of all items.
pub async fn items(desk: &Desk, engagement: &str) -> Vec<String> {
    let body = desk.get(&format!("/engagements/{engagement}/items")).await;
    let items = body["items"].as_array().expect("an engagement has items");
    items.iter().map(|item| item["code"].as_str().expect("an item has a code").to_owned()).collect()
}

/// From the documents to the written check, with every probe run and three items judged.
pub async fn take_to_written_check(ready: &Ready, engagement: &str) {
    let (jian, seojun) = (Desk::of(ready, "jian").await, Desk::of(ready, "seojun").await);
    jian.deed(engagement, "submit_documents").await;
    seojun.deed(engagement, "complete_review").await;
    jian.deed(engagement, "apply").await;
    seojun.deed(engagement, "accept_application").await;
    jian.deed(engagement, "sign_contract").await;
    seojun.deed(engagement, "sign_contract").await;
    seojun.deed(engagement, "begin_written_check").await;
    let probes = seojun.get(&format!("/engagements/{engagement}/probes")).await;
    for probe in probes["probes"].as_array().expect("there are probes") {
        seojun.post(&format!("/engagements/{engagement}/probes"), &json!({ "probe": probe["id"] })).await;
    }
    for (item, verdict) in [("OBI-01", "partial"), ("OBI-02", "implemented"), ("OBI-18", "not_implemented")] {
        seojun.judge(engagement, item, verdict).await;
    }
}

/// From the written check to the final report.
pub async fn take_to_the_end(ready: &Ready, engagement: &str) {
    let (jian, seojun) = (Desk::of(ready, "jian").await, Desk::of(ready, "seojun").await);
    for item in items(&seojun, engagement).await {
        let judged = ["OBI-01", "OBI-02", "OBI-18"].contains(&item.as_str());
        if !judged {
            seojun.judge(engagement, &item, if item == "OBI-29" { "not_applicable" } else { "implemented" }).await;
        }
    }
    seojun.deed(engagement, "conclude_written_check").await;
    seojun.deed(engagement, "send_written_result").await;
    jian.upload(engagement, "OBI-18", "암호키 관리대장").await;
    answer_findings(&jian, engagement, "submit_repair", &["OBI-01", "OBI-18"]).await;
    jian.deed(engagement, "submit_amended_documents").await;
    answer_findings(&seojun, engagement, "confirm", &["OBI-18"]).await;
    answer_findings(&seojun, engagement, "send_back", &["OBI-01"]).await;
    seojun.judge(engagement, "OBI-18", "implemented").await;
    seojun.judge_with(engagement, "OBI-01", "partial", false).await;
    seojun.deed(engagement, "conclude_onsite_check").await;
    seojun.deed(engagement, "send_onsite_result").await;
    let plan = json!({ "target": "2027-02", "steps": ["정보보호 전문 인력 1명을 채용합니다."] });
    jian.post(&format!("/engagements/{engagement}/items/OBI-01/plans"), &plan).await;
    jian.upload(engagement, "OBI-01", "인력 채용 계획서").await;
    answer_findings(&jian, engagement, "submit_repair", &["OBI-01"]).await;
    jian.deed(engagement, "submit_amended_documents").await;
    answer_findings(&seojun, engagement, "send_back", &["OBI-01"]).await;
    seojun.send(Method::POST, &format!("/engagements/{engagement}/reports"), None, Bytes::new()).await;
    seojun.deed(engagement, "send_final_report").await;
}

async fn answer_findings(desk: &Desk, engagement: &str, deed: &str, items: &[&str]) {
    let body = desk.get(&format!("/engagements/{engagement}/findings")).await;
    for finding in body["findings"].as_array().expect("there are findings") {
        if !finding["item"].as_str().is_some_and(|item| items.contains(&item)) {
            continue;
        }
        let id = finding["id"].as_str().expect("a finding has an id");
        let note = json!({ "deed": deed, "note": "관리대장을 만들고 파기 기록을 남기기 시작했습니다." });
        desk.post(&format!("/engagements/{engagement}/findings/{id}"), &note).await;
    }
}

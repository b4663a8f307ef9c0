//! The inspection of the institution, by an applicant and an inspector, through
//! the eleven stages (P1), with probes, judgements, repair and the official report.

use super::narrator::Narrator;
use super::stage::Stage;
use crate::journey::{Answer, Document, JourneyError, Staff};
use crate::platform::own_file;
use crate::platform::world::cast::CastRole;
use crate::speech::say;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// What the inspection left.
#[derive(Default)]
pub struct Outcome {
    pub items_total: usize,
    pub evidence_count: usize,
    pub report_pages: usize,
}

/// The item that stays half done, with a plan.
const PARTIAL: &str = "OBI-01";
/// The item that is repaired between the two checks.
const REPAIRED: &str = "OBI-18";
/// The item that does not apply: the institution has no wireless network.
const NOT_APPLICABLE: &str = "OBI-29";

/// The two parties and their engagement.
struct Inspection<'a> {
    applicant: Staff,
    inspector: Staff,
    engagement: String,
    narrator: &'a mut Narrator,
}

/// Tells it and leaves `report.pdf` and `evidence-pack.zip` in `folder`.
pub async fn tell(stage: &Stage, folder: &Path, narrator: &mut Narrator) -> Result<Outcome, JourneyError> {
    let (applicant, inspector) = (stage.staff(CastRole::Applicant).await?, stage.staff(CastRole::Inspector).await?);
    let institution = stage.world().institutions[0].id;
    let opened = applicant.post("/api/v1/engagements", &json!({ "institution": institution, "kind": "other" })).await?;
    narrator.step("engagement_opened", true, say("demo-said-number").with("number", opened.text("number")));
    let mut inspection = Inspection { applicant, inspector, engagement: opened.text("id"), narrator };
    inspection.hand_in_documents().await?;
    inspection.contract().await?;
    inspection.probe().await?;
    inspection.check_written().await?;
    inspection.repair().await?;
    inspection.check_onsite().await?;
    inspection.plan_the_rest().await?;
    inspection.report(folder).await
}

impl Inspection<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/engagements/{}{rest}", self.engagement)
    }

    async fn deed(&self, staff: &Staff, deed: &str) -> Result<Answer, JourneyError> {
        staff.post(&self.path("/deeds"), &json!({ "deed": deed })).await
    }

    async fn items(&self) -> Result<Vec<Value>, JourneyError> {
        let body = self.inspector.get(&self.path("/items")).await?;
        Ok(body.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }

    async fn sheet(&self, code: &str) -> Result<Value, JourneyError> {
        self.inspector.get(&self.path(&format!("/items/{code}"))).await
    }

    /// One document for each item, under its official name.
    async fn hand_in_documents(&mut self) -> Result<(), JourneyError> {
        self.narrator.doing(say("demo-doing-documents"));
        self.deed(&self.applicant, "begin_document_review").await?;
        let items = self.items().await?;
        for item in &items {
            let code = text(item, "code");
            if code == NOT_APPLICABLE {
                continue;
            }
            let sheet = self.sheet(&code).await?;
            let title = first_text(&sheet, "evidence_examples").unwrap_or_else(|| "관련 문서".to_owned());
            self.upload(&code, &number_of(item), &title, "제출").await?;
        }
        self.deed(&self.applicant, "submit_documents").await?;
        self.deed(&self.inspector, "complete_review").await?;
        let count = items.len() - 1;
        self.narrator.step("documents_reviewed", true, say("demo-said-documents").count("count", count));
        Ok(())
    }

    async fn upload(&self, code: &str, number: &str, title: &str, occasion: &str) -> Result<Answer, JourneyError> {
        let title: String = title.chars().take(80).collect();
        let content = format!("시연 자료입니다. 실제 회사의 문서가 아닙니다.\n{occasion}: {code} {title}\n");
        let document =
            Document { item: code, number, title: &title, file_name: "document.txt", content: content.as_bytes() };
        self.applicant.upload(&self.engagement, &document).await
    }

    async fn contract(&mut self) -> Result<(), JourneyError> {
        self.deed(&self.applicant, "apply").await?;
        self.deed(&self.inspector, "accept_application").await?;
        self.deed(&self.applicant, "sign_contract").await?;
        self.deed(&self.inspector, "sign_contract").await?;
        self.deed(&self.inspector, "begin_written_check").await?;
        self.narrator.step("contracted", true, say("demo-said-contracted"));
        Ok(())
    }

    /// Every probe against the running platform, from outside.
    async fn probe(&mut self) -> Result<(), JourneyError> {
        let body = self.inspector.get(&self.path("/probes")).await?;
        let probes = body.get("probes").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut outcomes = Vec::new();
        for probe in &probes {
            let id = text(probe, "id");
            self.narrator.doing(&id);
            let run = self.inspector.post(&self.path("/probes"), &json!({ "probe": id })).await?;
            let evidence = run.body.get("evidence").and_then(Value::as_array).cloned().unwrap_or_default();
            let outcome =
                evidence.first().and_then(|one| one.pointer("/origin/outcome")).and_then(Value::as_str).unwrap_or("?");
            outcomes.push(format!("{id} {outcome}"));
        }
        let ending = |word: &str| outcomes.iter().filter(|outcome| outcome.ends_with(word)).count();
        let (all, confirmed, clear) = (outcomes.len(), ending(" confirmed"), ending(" not_found"));
        let good = all > 0 && confirmed + clear == all;
        let counts = say("demo-said-probes").count("all", all).count("confirmed", confirmed).count("clear", clear);
        let unclear = say("demo-said-probes-unclear").with("outcomes", outcomes.join(", "));
        self.narrator.step("probes", good, if good { counts } else { unclear });
        Ok(())
    }

    /// A person judges every item; a probe never does.
    async fn check_written(&mut self) -> Result<(), JourneyError> {
        self.narrator.doing(say("demo-doing-written-check"));
        for item in self.items().await? {
            let code = text(&item, "code");
            match code.as_str() {
                NOT_APPLICABLE => {
                    let body =
                        json!({ "verdict": "not_applicable", "reason": "무선 네트워크를 설치하지도 쓰지도 않습니다." });
                    self.judge_with(&code, &body).await?;
                }
                PARTIAL => {
                    let finding = json!({ "title": "실무조직에 정보보호 전문 인력이 없습니다", "risk": "medium" });
                    self.judge(
                        &code,
                        "partial",
                        "책임자와 조직은 있으나 실무조직의 전문성을 확인하지 못했습니다.",
                        Some(finding),
                    )
                    .await?;
                }
                REPAIRED => {
                    let finding = json!({ "title": "암호키 파기 기록이 없습니다", "risk": "high" });
                    self.judge(
                        &code,
                        "not_implemented",
                        "암호화 정책이 시행 전이며 암호키 관리대장이 없습니다.",
                        Some(finding),
                    )
                    .await?;
                }
                _ => {
                    self.judge(&code, "implemented", "제출 자료에서 점검기준을 모두 충족함을 확인했습니다.", None)
                        .await?
                }
            }
        }
        self.deed(&self.inspector, "conclude_written_check").await?;
        self.deed(&self.inspector, "send_written_result").await?;
        self.narrator.step("written_check", true, say("demo-said-written-check"));
        Ok(())
    }

    /// Judges an item with an answer to each criterion and all evidence of the item.
    async fn judge(&self, code: &str, verdict: &str, reason: &str, finding: Option<Value>) -> Result<(), JourneyError> {
        let sheet = self.sheet(code).await?;
        let criteria = sheet.get("criteria").and_then(Value::as_array).cloned().unwrap_or_default();
        let answer = |(place, criterion): (usize, &Value)| {
            let result = match verdict {
                "partial" if place == 1 => "partly_met",
                "not_implemented" => "not_met",
                _ => "met",
            };
            json!({ "criterion": text(criterion, "code"), "result": result })
        };
        let evidence = sheet.get("evidence").and_then(Value::as_array).cloned().unwrap_or_default();
        let cited: Vec<Value> =
            evidence.iter().map(|one| json!({ "id": text(one, "id"), "sha256": text(one, "sha256") })).collect();
        let mut body = json!({
            "verdict": verdict,
            "reason": reason,
            "criteria": criteria.iter().enumerate().map(answer).collect::<Vec<Value>>(),
            "evidence": cited,
        });
        if let Some(finding) = finding {
            body["finding"] = finding;
        }
        self.judge_with(code, &body).await
    }

    async fn judge_with(&self, code: &str, body: &Value) -> Result<(), JourneyError> {
        self.inspector.post(&self.path(&format!("/items/{code}/judgements")), body).await.map(|_| ())
    }

    async fn findings(&self) -> Result<Vec<(String, String)>, JourneyError> {
        let body = self.inspector.get(&self.path("/findings")).await?;
        let findings = body.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(findings.iter().map(|finding| (text(finding, "id"), text(finding, "item"))).collect())
    }

    async fn answer(&self, staff: &Staff, item: &str, deed: &str, note: &str) -> Result<(), JourneyError> {
        let findings = self.findings().await?;
        let (id, _) = findings
            .iter()
            .find(|(_, of)| of == item)
            .ok_or_else(|| JourneyError::new(format!("no finding for {item}")))?;
        staff.post(&self.path(&format!("/findings/{id}")), &json!({ "deed": deed, "note": note })).await.map(|_| ())
    }

    async fn repair(&mut self) -> Result<(), JourneyError> {
        let number = number_of(&self.sheet(REPAIRED).await?);
        self.upload(REPAIRED, &number, "암호키 관리대장", "보완").await?;
        self.answer(
            &self.applicant,
            REPAIRED,
            "submit_repair",
            "암호키 관리대장을 만들고 파기 기록을 남기기 시작했습니다.",
        )
        .await?;
        self.answer(&self.applicant, PARTIAL, "submit_repair", "정보보호 전문 인력 채용을 공고했습니다.").await?;
        self.deed(&self.applicant, "submit_amended_documents").await?;
        self.narrator.step("repaired", true, say("demo-said-repaired"));
        Ok(())
    }

    async fn check_onsite(&mut self) -> Result<(), JourneyError> {
        self.answer(&self.inspector, REPAIRED, "confirm", "관리대장과 파기 기록을 현장에서 확인했습니다.").await?;
        self.judge(REPAIRED, "implemented", "보완된 관리대장과 파기 기록으로 점검기준을 모두 충족합니다.", None)
            .await?;
        self.answer(&self.inspector, PARTIAL, "send_back", "채용이 끝나지 않아 전문성을 확인할 수 없습니다.").await?;
        self.judge(PARTIAL, "partial", "책임자와 조직은 있으나 전문 인력 채용이 끝나지 않았습니다.", None).await?;
        self.deed(&self.inspector, "conclude_onsite_check").await?;
        self.deed(&self.inspector, "send_onsite_result").await?;
        self.narrator.step("onsite_check", true, say("demo-said-onsite-check"));
        Ok(())
    }

    async fn plan_the_rest(&mut self) -> Result<(), JourneyError> {
        let plan = json!({ "target": "2027-02", "steps": ["정보보호 전문 인력 1명을 채용합니다.", "실무조직의 업무 분장을 다시 공표합니다."] });
        self.applicant.post(&self.path(&format!("/items/{PARTIAL}/plans")), &plan).await?;
        let number = number_of(&self.sheet(PARTIAL).await?);
        self.upload(PARTIAL, &number, "정보보호 전문 인력 채용 계획서", "보완").await?;
        self.answer(&self.applicant, PARTIAL, "submit_repair", "향후 이행계획을 세워 제출합니다.").await?;
        self.deed(&self.applicant, "submit_amended_documents").await?;
        self.answer(&self.inspector, PARTIAL, "send_back", "계획한 달까지 이행 여부를 확인합니다.").await?;
        self.narrator.step("remediation_plan", true, say("demo-said-plan").with("month", "2027-02"));
        Ok(())
    }

    async fn report(&mut self, folder: &Path) -> Result<Outcome, JourneyError> {
        self.narrator.doing(say("demo-doing-report"));
        let made = self.inspector.post_nothing(&self.path("/reports")).await?;
        self.deed(&self.inspector, "send_final_report").await?;
        let pages = made.number("pages").and_then(|pages| usize::try_from(pages).ok()).unwrap_or(0);
        let pdf = self.inspector.download(&self.path(&format!("/reports/{}/file", made.text("id")))).await?;
        self.keep(&folder.join("report.pdf"), &pdf)?;
        let pack = self.inspector.download(&self.path("/evidence-pack")).await?;
        self.keep(&folder.join("evidence-pack.zip"), &pack)?;
        let case = self.inspector.get(&self.path("")).await?;
        let count = |name: &str| {
            case.get(name).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
        };
        let outcome =
            Outcome { items_total: count("items_total"), evidence_count: count("evidence_count"), report_pages: pages };
        let closed = case.get("closed").and_then(Value::as_bool) == Some(true);
        let said = say("demo-said-report").count("pages", pages).count("evidence", outcome.evidence_count);
        self.narrator.step("final_report", closed && pdf.starts_with(b"%PDF-"), said);
        Ok(outcome)
    }

    fn keep(&self, path: &Path, bytes: &[u8]) -> Result<(), JourneyError> {
        let new = path.with_extension("new");
        let written = own_file::create(&new).and_then(|mut file| file.write_all(bytes));
        let kept = written.and_then(|()| std::fs::rename(&new, path));
        kept.map_err(|error| JourneyError::new(format!("cannot write {}: {error}", path.display())))
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The number of the first detailed item, such as `1.1.1`.
fn number_of(item: &Value) -> String {
    item.pointer("/numbers/0").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn first_text(sheet: &Value, name: &str) -> Option<String> {
    sheet.get(name)?.as_array()?.first()?.get("ko")?.as_str().map(str::to_owned)
}

//! The form in which an inspector judges an item.

use super::frame::path_of;
use super::item::{Attempt, Choice, label_of, may_judge, respond};
use super::words::{criterion_status, risk_status, said, unprintable, verdict_status};
use super::{done, unseen};
use crate::access::{PathName, Permitted, Refusal};
use crate::answer::{Answer, log};
use crate::book::BookItem;
use crate::case::Case;
use crate::deeds;
use crate::deeds::judgement::{FindingRequest, JudgementRequest};
use crate::error::{RequestFault, WorkbenchError};
use crate::submission::{SentForm, Submission, once};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumun_inspection::{CriterionAnswer, CriterionResult, EvidenceReference, InputFault, Risk, Seen, Verdict};
use sumun_web::{FieldError, Page, TextField, format};

/// The form as it is shown.
pub(super) struct JudgingForm {
    pub seen_judgement: String,
    pub seen_evidence: String,
    pub criteria: Vec<CriterionField>,
    pub verdicts: Vec<Choice>,
    pub verdict_error: Option<String>,
    pub reason: TextField,
    pub evidence: Vec<Choice>,
    pub evidence_error: Option<String>,
    pub finding_title: TextField,
    pub risks: Vec<Choice>,
    pub finding_target: TextField,
}

/// The answer to one criterion.
pub(super) struct CriterionField {
    pub code: String,
    pub place: usize,
    pub text: String,
    pub choices: Vec<Choice>,
    pub note: String,
    pub error: Option<String>,
}

/// What was typed.
#[derive(Default, Clone)]
pub(super) struct TypedJudgement {
    seen_judgement: String,
    seen_evidence: String,
    verdict: String,
    reason: String,
    criteria: BTreeMap<String, (String, String)>,
    evidence: Vec<String>,
    finding_title: String,
    finding_risk: String,
    finding_target: String,
}

impl TypedJudgement {
    pub fn read(form: &SentForm, item: &BookItem) -> Result<Self, RequestFault> {
        let text = |name: &str| form.text(name).map(str::to_owned);
        let mut criteria = BTreeMap::new();
        for criterion in &item.criteria {
            let code = criterion.code.to_string();
            let answer = (text(&format!("criterion-{code}"))?, text(&format!("note-{code}"))?);
            criteria.insert(code, answer);
        }
        Ok(Self {
            seen_judgement: text("seen_judgement")?,
            seen_evidence: text("seen_evidence")?,
            verdict: text("verdict")?,
            reason: text("reason")?,
            criteria,
            evidence: form.list("evidence").map(str::to_owned).collect(),
            finding_title: text("finding_title")?,
            finding_risk: text("finding_risk")?,
            finding_target: text("finding_target")?,
        })
    }

    /// Everything that is wrong with what was typed.
    fn faults(&self, permit: &Permitted<Case>, item: &BookItem) -> Vec<WorkbenchError> {
        let verdict = Verdict::from_name(&self.verdict);
        let unchosen = verdict.is_none().then(|| RequestFault::Field("verdict").into());
        let finding = self.finding().err();
        // Whatever cannot be read at one field is left out, so that the others are looked at.
        let legible = Self {
            verdict: verdict.unwrap_or(Verdict::Partial).name().to_owned(),
            finding_title: if finding.is_some() { String::new() } else { self.finding_title.clone() },
            ..self.clone()
        };
        let told = finding.is_some();
        let rest = legible.request(item).map(|request| deeds::judgement::faults(permit, item, &request, verdict));
        let rest = rest.unwrap_or_default().into_iter().flat_map(|fault| match fault {
            InputFault::CriteriaUnanswered(codes) => {
                codes.into_iter().map(|code| InputFault::CriteriaUnanswered(vec![code])).collect()
            }
            InputFault::FindingMissing if told => Vec::new(),
            fault => vec![fault],
        });
        unchosen.into_iter().chain(finding).chain(rest.map(WorkbenchError::from)).collect()
    }

    fn request(&self, item: &BookItem) -> Result<JudgementRequest, WorkbenchError> {
        let verdict = Verdict::from_name(&self.verdict).ok_or(RequestFault::Field("verdict"))?;
        let mut criteria = Vec::new();
        // The answers of an item that turned out not to apply are not sent on.
        for criterion in item.criteria.iter().filter(|_| verdict != Verdict::NotApplicable) {
            let Some((result, note)) = self.criteria.get(criterion.code.as_str()) else { continue };
            let Some(result) = CriterionResult::from_name(result) else { continue };
            criteria.push(CriterionAnswer { criterion: criterion.code.clone(), result, note: note.clone() });
        }
        let reference = |text: &String| {
            let (id, sha256) = text.split_once(':')?;
            Some(EvidenceReference { id: id.parse().ok()?, sha256: sha256.parse().ok()? })
        };
        let evidence: Option<Vec<_>> = self.evidence.iter().map(reference).collect();
        Ok(JudgementRequest {
            verdict,
            reason: self.reason.clone(),
            criteria,
            evidence: evidence.ok_or(RequestFault::Field("evidence"))?,
            finding: self.finding()?,
            seen: Some(self.seen(item)),
        })
    }

    /// What the page showed; what is no id was not on it.
    pub fn seen(&self, item: &BookItem) -> Seen {
        Seen::Item {
            item: item.code.clone(),
            judgement: self.seen_judgement.parse().ok(),
            evidence: self.seen_evidence.split(',').filter_map(|id| id.parse().ok()).collect(),
        }
    }

    fn finding(&self) -> Result<Option<FindingRequest>, WorkbenchError> {
        if self.finding_title.is_empty() {
            return Ok(None);
        }
        let day = Some(&self.finding_target).filter(|day| !day.is_empty()).map(|day| day.parse()).transpose();
        Ok(Some(FindingRequest {
            title: self.finding_title.clone(),
            risk: Risk::from_name(&self.finding_risk).ok_or(RequestFault::Field("finding_risk"))?,
            target_on: day.map_err(|_| RequestFault::Field("finding_target"))?,
        }))
    }
}

impl JudgingForm {
    /// The form, if this person may judge now.
    pub fn offered(permit: &Permitted<Case>, page: &Page, item: &BookItem, attempt: &Attempt) -> Option<Self> {
        if !may_judge(permit) {
            return None;
        }
        let typed = &attempt.judgement;
        let text = |key: &str| page.text(key).to_string();
        let verdict = |verdict: &Verdict| Choice {
            value: verdict.name().to_owned(),
            text: text(verdict_status(Some(*verdict)).key()),
            hint: text(&format!("verdict-hint-{}", verdict.name().replace('_', "-"))),
            chosen: typed.verdict == verdict.name(),
        };
        let risk = |risk: &Risk| Choice {
            value: risk.name().to_owned(),
            text: text(risk_status(*risk).key()),
            hint: String::new(),
            chosen: if typed.finding_risk.is_empty() {
                *risk == Risk::Medium
            } else {
                typed.finding_risk == risk.name()
            },
        };
        let file = &permit.subject().file;
        let newest: Vec<String> = permit.subject().evidence_of(&item.code).map(|one| one.id.to_string()).collect();
        Some(Self {
            seen_judgement: file.latest_judgement(&item.code).map(|one| one.id.to_string()).unwrap_or_default(),
            seen_evidence: newest.join(","),
            criteria: (1..).zip(&item.criteria).map(|one| criterion_field(page, one, attempt)).collect(),
            verdicts: Verdict::ALL.iter().map(verdict).collect(),
            verdict_error: attempt.error_at("verdict"),
            reason: TextField::required("reason", text("field-reason"))
                .hint(reason_hint(page, typed))
                .value(&typed.reason)
                .checked(&attempt.errors),
            evidence: evidence_choices(permit.subject(), item, typed),
            evidence_error: attempt.error_at("evidence"),
            finding_title: TextField::optional("finding_title", text("field-finding-title"))
                .value(&typed.finding_title)
                .checked(&attempt.errors),
            risks: Risk::ALL.iter().map(risk).collect(),
            finding_target: TextField::optional("finding_target", text("field-finding-target"))
                .kind("date", "")
                .hint(text("judge-target-hint"))
                .value(&typed.finding_target)
                .checked(&attempt.errors),
        })
    }
}

/// What to write, and which letters of what was written the report cannot print.
fn reason_hint(page: &Page, typed: &TypedJudgement) -> String {
    let notes = typed.criteria.values().map(|(_, note)| note);
    let warning = unprintable(page, std::iter::once(&typed.reason).chain(notes));
    format!("{} {warning}", page.text("judge-reason-hint")).trim_end().to_owned()
}

fn criterion_field(
    page: &Page,
    (place, criterion): (usize, &crate::book::BookCriterion),
    attempt: &Attempt,
) -> CriterionField {
    let code = criterion.code.to_string();
    let (typed, note) = attempt.judgement.criteria.get(&code).cloned().unwrap_or_default();
    let choice = |result: &CriterionResult| Choice {
        value: result.name().to_owned(),
        text: page.text(criterion_status(*result).key()).to_string(),
        hint: String::new(),
        chosen: typed == result.name(),
    };
    CriterionField {
        place,
        text: said(&criterion.text, page.locale),
        choices: CriterionResult::ALL.iter().map(choice).collect(),
        note,
        error: attempt.error_at(&format!("criterion-{code}")),
        code,
    }
}

/// Every piece of evidence of the item, with the hash that the inspector sees.
fn evidence_choices(case: &Case, item: &BookItem, typed: &TypedJudgement) -> Vec<Choice> {
    let choice = |one: &sumun_evidence::Evidence| {
        let value = format!("{}:{}", one.id, one.file.sha256);
        Choice {
            text: one.name.to_string(),
            hint: format::hash_short(&one.file.sha256.to_string()),
            chosen: typed.evidence.contains(&value),
            value,
        }
    };
    case.evidence_of(&item.code).map(choice).collect()
}

/// `POST /engagements/{engagement}/items/{item}/judgements`.
pub(crate) async fn judge(
    PathName([code]): PathName<1>,
    Submission { permit, mut form }: Submission<Case>,
) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let item = permit.subject().item(&code).map_err(|error| permit.member().refuse(error))?;
    let typed = TypedJudgement::read(&form, item).map_err(|fault| permit.member().refuse(fault))?;
    let judged = async {
        let (press, request) = (form.press()?, typed.request(item)?);
        let path = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
        let (own, code) = (Arc::clone(&permit), code.clone());
        let judging = async move {
            let item = own.subject().item(&code)?;
            deeds::judgement::judge(&own, item, request).await.map(drop)
        };
        once(permit.member(), press, done(&path, "judged", "#history"), judging).await
    };
    match judged.await {
        Ok(response) => Ok(response),
        Err(error) if Answer::of(&error).field.is_some() => {
            let faults = typed.faults(&permit, item);
            let faults = if faults.is_empty() { vec![error] } else { faults };
            let attempt = Attempt { judgement: typed, offered: may_judge(&permit), ..Attempt::default() };
            show_all(&permit, &code, faults, attempt).await
        }
        Err(error) => {
            show_again(
                &permit,
                &code,
                error,
                Attempt { judgement: typed, offered: may_judge(&permit), ..Attempt::default() },
            )
            .await
        }
    }
}

/// The page with the input kept and each fault at its field.
pub(super) async fn show_all(
    permit: &Permitted<Case>,
    code: &str,
    mut faults: Vec<WorkbenchError>,
    mut attempt: Attempt,
) -> Result<Response, Refusal> {
    let last = faults.pop().unwrap_or_else(|| RequestFault::Malformed.into());
    let (messages, locale) = (&permit.workbench().site.messages, permit.member().visit.locale);
    for fault in faults {
        let answer = Answer::of(&fault);
        let field = answer.field.clone().unwrap_or_default();
        let message = answer.words(messages, locale);
        attempt.errors.push(FieldError { label: label_of(permit, &field), field, message });
    }
    show_again(permit, code, last, attempt).await
}

/// The page with the input kept and the fault at its field, or above the form.
pub(super) async fn show_again(
    permit: &Permitted<Case>,
    code: &str,
    error: WorkbenchError,
    mut attempt: Attempt,
) -> Result<Response, Refusal> {
    let answer = Answer::of(&error);
    // Where the form is not offered any more, the page of the refusal shows what was typed.
    if !attempt.offered {
        let back = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
        return Err(permit.member().refuse(error).back_to(back));
    }
    log(permit.member().visit.address.path(), &error);
    if let Some(unseen) = unseen::of_error(&error) {
        attempt.unseen = Some(unseen);
        let now = permit.again().await.map_err(|error| permit.member().refuse(error))?;
        return respond(&now, code, answer.status, attempt).await;
    }
    let message = answer.words(&permit.workbench().site.messages, permit.member().visit.locale);
    match answer.field {
        Some(field) => attempt.errors.push(FieldError { label: label_of(permit, &field), field, message }),
        None => attempt.problem = message,
    }
    respond(permit, code, answer.status, attempt).await
}

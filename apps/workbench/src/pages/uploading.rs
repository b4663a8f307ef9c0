//! The form in which a file is added as evidence of an item.

use super::done;
use super::frame::path_of;
use super::item::{Attempt, Choice};
use super::judging::show_all;
use super::words::said;
use crate::access::{PathName, Permitted, Refusal, Visit};
use crate::answer::Answer;
use crate::book::BookItem;
use crate::case::Case;
use crate::deeds;
use crate::error::{RequestFault, WorkbenchError};
use crate::submission::{SentForm, keep_for_sign_in, once};
use crate::upload::{self, Description};
use axum::body::Body;
use axum::response::Response;
use std::sync::Arc;
use sumun_web::{Page, TextField};

/// The form as it is shown.
pub(super) struct UploadForm {
    pub numbers: Vec<Choice>,
    pub number_error: Option<String>,
    pub title: TextField,
    pub criteria: Vec<Choice>,
    pub criteria_error: Option<String>,
    pub effective_on: TextField,
    pub revisable: Vec<Choice>,
    pub revises_error: Option<String>,
    pub file_error: Option<String>,
}

/// What was typed. A browser does not send a file a second time by itself.
#[derive(Default)]
pub(super) struct TypedUpload(Description);

impl UploadForm {
    /// The form, if this person may add evidence now.
    pub fn offered(permit: &Permitted<Case>, page: &Page, item: &BookItem, attempt: &Attempt) -> Option<Self> {
        let case = permit.subject();
        if !may_add(permit) {
            return None;
        }
        let typed = &attempt.upload.0;
        let text = |key: &str| page.text(key).to_string();
        let number = |detail: &crate::book::BookDetail| Choice {
            value: detail.number.to_string(),
            text: format!("{} {}", detail.number, said(&detail.title, page.locale)),
            hint: String::new(),
            chosen: typed.number == detail.number.to_string(),
        };
        let criterion = |(place, criterion): (usize, &crate::book::BookCriterion)| Choice {
            value: criterion.code.to_string(),
            text: format!("{place}. {}", said(&criterion.text, page.locale)),
            hint: String::new(),
            chosen: typed.criteria.contains(&criterion.code),
        };
        let revisable = |one: &sumun_evidence::Evidence| Choice {
            value: one.id.to_string(),
            text: one.name.to_string(),
            hint: String::new(),
            chosen: typed.revises.as_deref() == Some(one.id.to_string().as_str()),
        };
        Some(Self {
            numbers: item.details.iter().map(number).collect(),
            number_error: attempt.error_at("number"),
            title: TextField::required("title", text("field-title"))
                .hint(text("upload-title-hint"))
                .value(&typed.title)
                .checked(&attempt.errors),
            criteria: (1..).zip(&item.criteria).map(criterion).collect(),
            criteria_error: attempt.error_at("criterion"),
            effective_on: TextField::optional("effective_on", text("field-effective-on"))
                .kind("date", "")
                .hint(text("upload-effective-hint"))
                .value(typed.effective_on.map(|day| day.to_string()).unwrap_or_default())
                .checked(&attempt.errors),
            revisable: case.evidence_of(&item.code).map(revisable).collect(),
            revises_error: attempt.error_at("revises"),
            file_error: attempt.error_at("file"),
        })
    }
}

/// Whether this person may add evidence now.
fn may_add(permit: &Permitted<Case>) -> bool {
    permit.role().is_some() && !permit.subject().file.engagement.stage.closed()
}

impl TypedUpload {
    /// What was typed beside the file.
    pub fn read(form: &SentForm) -> Result<Self, RequestFault> {
        let text = |name: &str| form.text(name).map(str::to_owned);
        Ok(Self(Description {
            title: text("title")?,
            number: text("number")?,
            criteria: form.list("criterion").filter_map(|code| code.parse().ok()).collect(),
            effective_on: text("effective_on")?.parse().ok(),
            revises: Some(text("revises")?).filter(|id| !id.is_empty()),
            ..Description::default()
        }))
    }
}

/// `POST /engagements/{engagement}/items/{item}/evidence`.
pub(crate) async fn add(
    permit: Result<Permitted<Case>, Refusal>,
    visit: Visit,
    PathName([code]): PathName<1>,
    body: Body,
) -> Result<Response, Refusal> {
    let permit = match permit {
        Ok(permit) => Arc::new(permit),
        Err(refusal) if refusal.is_for_sign_in() => {
            let form = upload::texts_before_the_file(&visit, body).await;
            return Err(keep_for_sign_in(&visit, refusal, &form).await);
        }
        Err(refusal) => return Err(refusal),
    };
    let item = permit.subject().item(&code).map_err(|error| permit.member().refuse(error))?;
    let member = permit.member();
    if let Err(error) = permit.seat() {
        return Err(member.refuse(error));
    }
    let upload = match upload::receive(&permit, body).await {
        Ok(upload) => upload,
        Err(rejected) => {
            let description = rejected.description.clone();
            let attempt =
                Attempt { upload: TypedUpload(rejected.description), offered: may_add(&permit), ..Attempt::default() };
            let faults = std::iter::once(rejected.error).chain(rejected.others);
            return show_all(&permit, &code, all_of(&permit, item, &description, faults), attempt).await;
        }
    };
    let description = upload.description.clone();
    let items = vec![item.code.clone()];
    let added = async {
        let press = member.press(&upload.csrf, &upload.once)?;
        let path = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
        let own = Arc::clone(&permit);
        let adding = async move { deeds::evidence::add_upload(&own, items, upload).await.map(drop) };
        once(member, press, done(&path, "uploaded", "#evidence-list"), adding).await
    };
    match added.await {
        Ok(response) => Ok(response),
        Err(error) => {
            let faults = all_of(&permit, item, &description, std::iter::once(error));
            let attempt = Attempt { upload: TypedUpload(description), offered: may_add(&permit), ..Attempt::default() };
            show_all(&permit, &code, faults, attempt).await
        }
    }
}

/// The fields of the form, as they stand on the page.
const FIELDS: [&str; 6] = ["number", "title", "criterion", "effective_on", "revises", "file"];

/// `found`, and whatever else is wrong with `said` if all of it can be mended at fields, one for each field.
fn all_of(
    permit: &Permitted<Case>,
    item: &BookItem,
    said: &Description,
    found: impl Iterator<Item = WorkbenchError>,
) -> Vec<WorkbenchError> {
    let place = |error: &WorkbenchError| {
        let field = Answer::of(error).field?;
        FIELDS.iter().position(|known| *known == field)
    };
    let mut faults: Vec<WorkbenchError> = found.collect();
    if faults.iter().all(|fault| place(fault).is_some()) {
        faults.extend(deeds::evidence::faults(permit, item, said).into_iter().map(WorkbenchError::from));
        faults.sort_by_key(place);
        faults.dedup_by_key(|fault| place(fault));
    }
    faults
}

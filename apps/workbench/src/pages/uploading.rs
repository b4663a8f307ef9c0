//! The form in which a file is added as evidence of an item.

use super::done;
use super::frame::path_of;
use super::item::{Attempt, Choice};
use super::judging::show_again;
use super::words::said;
use crate::access::{PathName, Permitted, Refusal};
use crate::book::BookItem;
use crate::case::Case;
use crate::deeds;
use crate::error::WorkbenchError;
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
        if permit.role().is_none() || case.file.engagement.stage.closed() {
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

/// `POST /engagements/{engagement}/items/{item}/evidence`.
pub(crate) async fn add(
    permit: Permitted<Case>,
    PathName([code]): PathName<1>,
    body: Body,
) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let item = permit.subject().item(&code).map_err(|error| permit.member().refuse(error))?;
    let member = permit.member();
    if let Err(error) = permit.seat() {
        return Err(member.refuse(error));
    }
    let upload = match upload::receive(&permit, body).await {
        Ok(upload) => upload,
        Err(rejected) => {
            let attempt = Attempt { upload: TypedUpload(rejected.description), ..Attempt::default() };
            return show_again(&permit, &code, rejected.error, attempt).await;
        }
    };
    member.check_csrf(&upload.csrf).map_err(|error| member.refuse(error))?;
    let (items, description) = (vec![item.code.clone()], upload.description.clone());
    let added: Result<_, WorkbenchError> = deeds::evidence::add_upload(&permit, items, upload).await;
    match added {
        Ok(_) => {
            let path = format!("{}/items/{code}", path_of(&permit.subject().file.engagement));
            done(&path, "uploaded", "#evidence-list")
        }
        Err(error) => {
            let attempt = Attempt { upload: TypedUpload(description), ..Attempt::default() };
            show_again(&permit, &code, error, attempt).await
        }
    }
}

//! Opening an engagement.

use super::done;
use super::frame::staff_page;
use super::words::kind_key;
use crate::access::{Permitted, Refusal, Scope};
use crate::answer::{Answer, log};
use crate::deeds;
use crate::deeds::opening::OpeningRequest;
use crate::error::{RequestFault, WorkbenchError};
use crate::submission::{SentForm, Submission, once};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use sumun_ids::{EngagementId, InstitutionId};
use sumun_inspection::{InstitutionKind, InstitutionProfile};
use sumun_sign_in::Forms;
use sumun_web::{Crumb, FieldError, Page};

#[derive(askama::Template)]
#[template(path = "opening.html")]
struct OpeningPage {
    page: Page,
    crumbs: Vec<Crumb>,
    forms: Forms,
    errors: Vec<FieldError>,
    institutions: Vec<InstitutionChoice>,
    kinds: Vec<KindChoice>,
    holds_isms: bool,
    used_former_platform: bool,
}

struct InstitutionChoice {
    id: String,
    name: String,
    chosen: bool,
}

struct KindChoice {
    name: &'static str,
    text: String,
    chosen: bool,
}

impl OpeningPage {
    fn error_of(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// What was typed.
#[derive(Default)]
struct Typed {
    institution: String,
    kind: String,
    holds_isms: bool,
    used_former_platform: bool,
}

impl Typed {
    fn read(form: &SentForm) -> Result<Self, RequestFault> {
        let text = |name| form.text(name).map(str::to_owned);
        Ok(Self {
            institution: text("institution")?,
            kind: text("kind")?,
            holds_isms: text("holds_isms")? == "yes",
            used_former_platform: text("used_former_platform")? == "yes",
        })
    }

    fn institution(&self) -> Result<InstitutionId, RequestFault> {
        self.institution.parse().map_err(|_| RequestFault::Field("institution"))
    }

    fn kind(&self) -> Result<InstitutionKind, RequestFault> {
        InstitutionKind::from_name(&self.kind).ok_or(RequestFault::Field("kind"))
    }

    /// Everything that is wrong with what was chosen, as it stands on the page.
    fn faults(&self) -> Vec<RequestFault> {
        self.institution().err().into_iter().chain(self.kind().err()).collect()
    }

    fn request(&self, id: EngagementId) -> Result<OpeningRequest, WorkbenchError> {
        let (institution, kind) = (self.institution()?, self.kind()?);
        let (holds_isms, used_former_platform) = (self.holds_isms, self.used_former_platform);
        Ok(OpeningRequest { id, institution, profile: InstitutionProfile { kind, holds_isms, used_former_platform } })
    }
}

/// `GET /engagements/new`.
pub(crate) async fn show(permit: Permitted<Scope>) -> Result<Response, Refusal> {
    respond(&permit, StatusCode::OK, &Typed::default(), Vec::new()).await
}

/// `POST /engagements`.
pub(crate) async fn open(Submission { permit, mut form }: Submission<Scope>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let typed = Typed::read(&form).map_err(|fault| permit.member().refuse(fault))?;
    let opened = async {
        let id = EngagementId::from_random(permit.workbench().parts.random.id_bytes());
        let (press, request, own) = (form.press()?, typed.request(id)?, Arc::clone(&permit));
        let opening = async move { deeds::opening::open(&own, request).await.map(drop) };
        once(permit.member(), press, done(&format!("/engagements/{id}"), "opened", ""), opening).await
    };
    let refused = match opened.await {
        Ok(response) => return Ok(response),
        Err(error) => error,
    };
    let answer = Answer::of(&refused);
    let Some(found) = answer.field.clone() else { return Err(permit.member().refuse(refused)) };
    log("/engagements", &refused);
    let page = staff_page(permit.member(), "opening-title");
    let others = typed.faults().into_iter().map(|fault| Answer::of(&fault.into()));
    let others = others.filter(|other| other.field.as_ref() != Some(&found));
    let mut errors = Vec::new();
    for fault in std::iter::once(answer.clone()).chain(others) {
        let message = fault.words(&page.site.messages, page.locale);
        let Some(field) = fault.field else { continue };
        let label = page.text(if field == "kind" { "opening-kind" } else { "opening-institution" }).to_string();
        errors.push(FieldError { field, label, message });
    }
    respond(&permit, answer.status, &typed, errors).await
}

async fn respond(
    permit: &Permitted<Scope>,
    status: StatusCode,
    typed: &Typed,
    errors: Vec<FieldError>,
) -> Result<Response, Refusal> {
    let known = deeds::opening::institutions(permit).await.map_err(|error| permit.member().refuse(error))?;
    let page = staff_page(permit.member(), "opening-title");
    let institutions = known.into_iter().map(|one| InstitutionChoice {
        chosen: one.id.to_string() == typed.institution,
        id: one.id.to_string(),
        name: if page.locale == sumun_web::Locale::Ko { one.name_ko } else { one.name_en },
    });
    let kinds = InstitutionKind::ALL.into_iter().map(|kind| KindChoice {
        name: kind.name(),
        text: page.text(kind_key(kind)).to_string(),
        chosen: kind.name() == typed.kind,
    });
    let view = OpeningPage {
        crumbs: vec![Crumb::up("/engagements", page.text("menu-engagements")), Crumb::here(&page.title)],
        forms: permit.member().forms(),
        institutions: institutions.collect(),
        kinds: kinds.collect(),
        holds_isms: typed.holds_isms,
        used_former_platform: typed.used_former_platform,
        errors,
        page,
    };
    Ok(view.page.show_with(status, &view))
}

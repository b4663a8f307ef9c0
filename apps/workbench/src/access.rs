//! Who comes, and what they may: the only maker of [`Permitted`].
//!
//! A handler cannot reach an engagement but through `Permitted<Case>`, and
//! that exists only if the person may see it: its own institution's staff, the
//! inspectors, and the operator. What does not exist for somebody answers like
//! what does not exist at all. Doing something also needs a [`Seat`], which
//! the rules of the inspection ask for.

use crate::answer::{Answer, log};
use crate::case::Case;
use crate::error::{AccessFault, PlatformFault, RequestFault, WorkbenchError};
use crate::places::Party;
use crate::workbench::Workbench;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts as RequestParts;
use http::{HeaderMap, Method, header};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use sumun_identity::{Session, SessionToken, Staff, StaffRole};
use sumun_ids::{EngagementId, InstitutionId, RequestId};
use sumun_inspection::{InspectionError, Role, Seat};
use sumun_sign_in::{Browser, Forms, Presence, Press, SignInFault, Visitor};
use sumun_time::Timestamp;
use sumun_transport::PeerAddress;
use sumun_web::KeptText;

/// The header by which a program that uses the cookie shows that it is no other site.
pub(crate) const CSRF_HEADER: &str = "x-csrf-token";

/// For whom the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    /// A person with a browser.
    Page,
    /// A program.
    Api,
}

/// One request before anybody is known: the app and the browser, or the program.
#[derive(Clone)]
pub(crate) struct Visit {
    pub workbench: Arc<Workbench>,
    pub surface: Surface,
    browser: Browser,
    method: Method,
    headers: HeaderMap,
    peer: Option<IpAddr>,
    /// What was typed into the form that the request sent; a refusal shows it.
    kept: Vec<KeptText>,
}

/// A request of somebody who is signed in as staff.
#[derive(Clone)]
pub(crate) struct Member {
    pub visit: Visit,
    pub staff: Staff,
    pub session: Session,
    token: SessionToken,
}

/// Something that a member of staff may see. Only this module makes one.
pub(crate) struct Permitted<T> {
    subject: T,
    member: Member,
}

/// Which engagements somebody may see: one institution's, or all.
pub(crate) struct Scope {
    institution: Option<InstitutionId>,
}

/// A request that is not done, with what is needed to say so.
pub(crate) struct Refusal {
    error: WorkbenchError,
    visit: Box<Visit>,
    back: Option<String>,
    /// Where to go after signing in, with the word that tells of a draft.
    next: Option<String>,
    has_draft: bool,
}

impl FromRequestParts<Arc<Workbench>> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut RequestParts, workbench: &Arc<Workbench>) -> Result<Self, Self::Rejection> {
        let surface = if parts.uri.path().starts_with("/api/") { Surface::Api } else { Surface::Page };
        Ok(Self {
            workbench: Arc::clone(workbench),
            surface,
            browser: workbench.entrance.browser(parts),
            method: parts.method.clone(),
            headers: parts.headers.clone(),
            peer: parts.extensions.get::<PeerAddress>().map(|peer| peer.0.ip()),
            kept: Vec::new(),
        })
    }
}

impl Deref for Visit {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Visit {
    /// Who is signed in.
    pub async fn member(self) -> Result<Member, Refusal> {
        match self.find_member().await {
            Ok(Visitor { person, session, token }) => Ok(Member { visit: self, staff: person, session, token }),
            Err(error) => Err(self.refuse(error)),
        }
    }

    async fn find_member(&self) -> Result<Visitor<Staff>, WorkbenchError> {
        let bearer = self.bearer_token()?;
        match self.workbench.entrance.staff(bearer.as_ref().or(self.session_token()), self.now).await? {
            Presence::Away(end) => Err(AccessFault::NotSignedIn(end).into()),
            Presence::SignedIn(visitor) => {
                self.check_origin(&visitor.token)?;
                Ok(*visitor)
            }
        }
    }

    /// A program that changes something by the cookie must show that it could
    /// read what only our own pages are given; another site cannot.
    fn check_origin(&self, token: &SessionToken) -> Result<(), WorkbenchError> {
        let changes = !matches!(self.method, Method::GET | Method::HEAD);
        if self.surface == Surface::Page || !changes || self.headers.contains_key(header::AUTHORIZATION) {
            return Ok(());
        }
        let shown = self.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
        if shown.is_some_and(|shown| token.accepts_csrf(shown)) { Ok(()) } else { Err(AccessFault::StaleForm.into()) }
    }

    /// The session token of an `Authorization: Bearer` header, which only programs send.
    fn bearer_token(&self) -> Result<Option<SessionToken>, WorkbenchError> {
        if self.surface == Surface::Page {
            return Ok(None);
        }
        let mut values = self.headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")?.parse().ok());
        match (token, values.next()) {
            (Some(token), None) => Ok(Some(token)),
            _ => Err(AccessFault::NotSignedIn(None).into()),
        }
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// That this request is not done.
    pub fn refuse(&self, error: impl Into<WorkbenchError>) -> Refusal {
        Refusal { error: error.into(), visit: Box::new(self.clone()), back: None, next: None, has_draft: false }
    }

    /// Where to go on after signing in: a page of ours, or the list.
    pub fn destination(&self) -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.');
        let next = self.query("next").filter(|next| next.bytes().all(plain));
        next.filter(|next| next.starts_with("/engagements")).unwrap_or("/engagements").to_owned()
    }
}

impl FromRequestParts<Arc<Workbench>> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut RequestParts, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let Ok(visit) = Visit::from_request_parts(parts, workbench).await;
        visit.member().await
    }
}

impl Member {
    /// What the forms of this session's pages carry.
    pub fn forms(&self) -> Forms {
        self.workbench().entrance.forms(&self.token)
    }

    /// The press of the form that this request sends, by its hidden fields.
    ///
    /// # Errors
    /// [`AccessFault::StaleForm`] for a form of another session or without a key.
    pub fn press(&self, csrf: &str, once: &str) -> Result<Press, WorkbenchError> {
        let press = Press::read(&self.session, &self.token, self.visit.address.path(), csrf, once);
        press.ok_or_else(|| AccessFault::StaleForm.into())
    }

    /// That this request is not done.
    pub fn refuse(&self, error: impl Into<WorkbenchError>) -> Refusal {
        self.visit.refuse(error)
    }

    /// The app.
    pub fn workbench(&self) -> &Workbench {
        &self.visit.workbench
    }

    /// Whose share it is that this request takes of what is bounded.
    pub fn parties(&self) -> Vec<Party> {
        let address = self.visit.peer.map(Party::behind);
        address.into_iter().chain([Party::Staff(self.staff.id)]).collect()
    }

    fn scope(&self) -> Scope {
        let institution = match self.staff.role {
            StaffRole::Applicant { institution } => Some(institution),
            StaffRole::Inspector | StaffRole::Operator => None,
        };
        Scope { institution }
    }
}

impl Scope {
    /// The institution that it is limited to.
    pub const fn institution(&self) -> Option<InstitutionId> {
        self.institution
    }

    fn allows(&self, institution: InstitutionId) -> bool {
        self.institution.is_none_or(|own| own == institution)
    }
}

impl<T> Permitted<T> {
    /// What may be seen.
    pub const fn subject(&self) -> &T {
        &self.subject
    }

    /// Who sees it.
    pub const fn member(&self) -> &Member {
        &self.member
    }

    /// The app.
    pub fn workbench(&self) -> &Workbench {
        self.member.workbench()
    }

    /// When the request came.
    pub fn now(&self) -> Timestamp {
        self.member.visit.now
    }

    /// The same, which shows `kept` when it refuses the request.
    pub fn remembering(mut self, kept: Vec<KeptText>) -> Self {
        self.member.visit.kept = kept;
        self
    }
}

impl Permitted<Scope> {
    /// That this person may open an engagement of `institution`.
    pub fn check_opening(&self, institution: InstitutionId) -> Result<(), WorkbenchError> {
        if self.member.staff.role == StaffRole::Operator {
            return Err(AccessFault::Forbidden.into());
        }
        if self.subject.allows(institution) { Ok(()) } else { Err(AccessFault::NotFound.into()) }
    }
}

impl Permitted<Case> {
    /// The seat of this person, if there is one: the operator looks on.
    pub fn seat(&self) -> Result<Seat, InspectionError> {
        let engagement = &self.subject.file.engagement;
        match self.member.staff.role {
            StaffRole::Applicant { institution } => Seat::applicant(engagement, self.member.staff.id, institution),
            StaffRole::Inspector => Ok(Seat::inspector(self.member.staff.id)),
            StaffRole::Operator => Err(InspectionError::NotYours(Role::Inspector)),
        }
    }

    /// The role of this person, if it has a seat.
    pub fn role(&self) -> Option<Role> {
        self.seat().ok().map(Seat::role)
    }

    /// The same engagement as it is now, beside this one.
    pub async fn again(&self) -> Result<Self, WorkbenchError> {
        let id = self.subject.file.engagement.id;
        let case = Case::load(self.workbench(), id).await?.ok_or(AccessFault::NotFound)?;
        Ok(Self { subject: case, member: self.member.clone() })
    }

    /// The same engagement as it is now, after a deed.
    pub async fn reloaded(self) -> Result<Self, WorkbenchError> {
        self.again().await
    }
}

impl FromRequestParts<Arc<Workbench>> for Permitted<Scope> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut RequestParts, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let member = Member::from_request_parts(parts, workbench).await?;
        Ok(Self { subject: member.scope(), member })
    }
}

impl FromRequestParts<Arc<Workbench>> for Permitted<Case> {
    type Rejection = Refusal;

    /// The engagement that the path names.
    async fn from_request_parts(parts: &mut RequestParts, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let member = Member::from_request_parts(parts, workbench).await?;
        let id = path_value(parts, workbench, "engagement").await.and_then(|id| id.parse::<EngagementId>().ok());
        let Some(id) = id else { return Err(member.refuse(AccessFault::NotFound)) };
        let case = match Case::load(workbench, id).await {
            Ok(case) => case.filter(|case| member.scope().allows(case.file.engagement.applicant.id)),
            Err(error) => return Err(member.refuse(error)),
        };
        match case {
            Some(subject) => Ok(Self { subject, member }),
            None => Err(member.refuse(AccessFault::NotFound)),
        }
    }
}

/// A further name in the path, such as `{item}`.
pub(crate) struct PathName<const N: usize>(pub [String; N]);

/// The names in a path that a handler may ask for, in their order within the path.
const NAMES: [&str; 5] = ["item", "evidence", "finding", "report", "deed"];

impl<const N: usize> FromRequestParts<Arc<Workbench>> for PathName<N> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut RequestParts, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let mut found = Vec::new();
        for name in NAMES {
            found.extend(path_value(parts, workbench, name).await);
        }
        let Ok(visit) = Visit::from_request_parts(parts, workbench).await;
        found.try_into().map(Self).map_err(|_| visit.refuse(RequestFault::Malformed))
    }
}

async fn path_value(parts: &mut RequestParts, workbench: &Arc<Workbench>, name: &str) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, workbench).await.ok()?;
    params.iter().find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

impl Refusal {
    /// Whether it sends a person to the sign-in page.
    pub fn is_for_sign_in(&self) -> bool {
        let away = matches!(self.error, WorkbenchError::Access(AccessFault::NotSignedIn(_)));
        away && self.visit.surface == Surface::Page
    }

    /// With the page to go to after signing in.
    pub fn leading_to(self, page: String) -> Self {
        Self { next: Some(page), ..self }
    }

    /// With a word on the sign-in page that what was typed is kept.
    pub fn telling_of_a_draft(self) -> Self {
        Self { has_draft: true, ..self }
    }

    /// With what was typed, to be copied from the page.
    pub fn keeping(mut self, kept: Vec<KeptText>) -> Self {
        self.visit.kept = kept;
        self
    }

    /// With a way back on the page.
    pub fn back_to(mut self, href: impl Into<String>) -> Self {
        self.back = Some(href.into());
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { error, mut visit, back, next, has_draft } = self;
        // A program that asks about its call names it by this id, and so does the log.
        let id = RequestId::from_random(visit.workbench.parts.random.id_bytes());
        log(&format!("{} {id}", visit.address.path()), &error);
        let answer = Answer::of(&error);
        let workbench = Arc::clone(&visit.workbench);
        let messages = &workbench.site.messages;
        match (visit.surface, &error) {
            (Surface::Page, WorkbenchError::Access(AccessFault::NotSignedIn(_))) => {
                let own = if visit.method == Method::GET { visit.address.path() } else { "" };
                let next = next.as_deref().unwrap_or(own);
                let draft = if has_draft { "&kept=1" } else { "" };
                Redirect::to(&format!("/sign-in?next={next}{draft}")).into_response()
            }
            (Surface::Page, _) => {
                let kept = std::mem::take(&mut visit.kept);
                answer.into_page(messages, visit.locale, back.as_deref()).keeping(kept).into_response()
            }
            (Surface::Api, WorkbenchError::Access(AccessFault::NotSignedIn(_))) => {
                let problem = answer.into_problem(messages).request_id(id);
                problem.header(header::WWW_AUTHENTICATE, "Bearer").into_response()
            }
            (Surface::Api, _) => {
                let problem = answer.into_problem(messages).request_id(id);
                let retry = retry_seconds(&error, visit.now).map(|seconds| seconds.to_string());
                match retry {
                    Some(seconds) => problem.header(header::RETRY_AFTER, seconds).into_response(),
                    None => problem.into_response(),
                }
            }
        }
    }
}

/// After how many seconds a program may come again.
fn retry_seconds(error: &WorkbenchError, now: Timestamp) -> Option<u64> {
    match error {
        WorkbenchError::Access(AccessFault::SignInLocked(until)) => {
            SignInFault::Locked { until: *until }.retry_seconds(now)
        }
        WorkbenchError::Platform(PlatformFault::Busy | PlatformFault::OwnPlaces) => {
            SignInFault::Busy.retry_seconds(now)
        }
        _ => None,
    }
}

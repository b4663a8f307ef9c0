//! What the outside is told: the one place where a fault becomes an answer.
//!
//! An answer says what, where and how to mend it. What failed inside goes to
//! the log and never out.

use crate::ProbeRunFault;
use crate::error::{AccessFault, PlatformFault, RequestFault, WorkbenchError};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use sumun_evidence::{EvidenceError, OverQuota, QuotaMeasure, QuotaScope};
use sumun_inspection::{InputFault, InspectionError, ProcedureFault, Role};
use sumun_store::BlobError;
use sumun_system::in_one_line;
use sumun_web::{ErrorPage, Locale, Messages, Problem, Words, format};

/// What a fault looks like from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable short name; the words of pages are under `fault-<code>`.
    pub code: &'static str,
    /// The field that it is about, by the `id` that it has in a form.
    pub field: Option<String>,
    /// What stands in the place of `{ $what }` in the words.
    pub what: String,
}

impl Answer {
    /// The exhaustive mapping.
    pub fn of(error: &WorkbenchError) -> Self {
        match error {
            WorkbenchError::Access(fault) => access(*fault),
            WorkbenchError::Request(fault) => request(fault),
            WorkbenchError::Evidence(error) => evidence(error),
            WorkbenchError::Inspection(InspectionError::Input(fault)) => input(fault),
            WorkbenchError::Inspection(InspectionError::NotYours(Role::Applicant)) => {
                Self::new(StatusCode::FORBIDDEN, "for-applicant")
            }
            WorkbenchError::Inspection(InspectionError::NotYours(Role::Inspector)) => {
                Self::new(StatusCode::FORBIDDEN, "for-inspector")
            }
            WorkbenchError::Inspection(InspectionError::Procedure(fault)) => procedure(fault),
            WorkbenchError::Inspection(InspectionError::Unseen(_)) => Self::new(StatusCode::CONFLICT, "unseen"),
            WorkbenchError::Changed => Self::new(StatusCode::CONFLICT, "changed"),
            WorkbenchError::Platform(fault) => platform(fault),
        }
    }

    fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, field: None, what: String::new() }
    }

    fn at(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: Some(field.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code) }
    }

    fn saying(mut self, what: impl ToString) -> Self {
        self.what = what.to_string();
        self
    }

    /// The sentence that a person reads.
    pub fn words(&self, messages: &Messages, locale: Locale) -> String {
        messages.text(locale, &format!("fault-{}", self.code)).with("what", &self.what).to_string()
    }

    /// The title of a page or a problem of this kind.
    fn title(&self) -> &'static str {
        match self.status {
            StatusCode::FORBIDDEN => "fault-title-forbidden",
            StatusCode::CONFLICT => "fault-title-not-now",
            status if status.is_server_error() => "fault-title-failed",
            _ => "fault-title-input",
        }
    }

    /// As problem details. The title is the kind's own fixed words.
    pub fn into_problem(self, messages: &Messages) -> Problem {
        let detail = Words::new(self.words(messages, Locale::Ko), self.words(messages, Locale::En));
        let title = |locale| messages.text(locale, self.title()).to_string();
        let problem = Problem::new(self.status, self.code, Words::new(title(Locale::Ko), title(Locale::En)));
        match self.field {
            Some(field) => problem.error(&field, detail),
            None => problem.detail(detail),
        }
    }

    /// As a page.
    pub fn into_page(self, messages: &Messages, locale: Locale, back: Option<&str>) -> ErrorPage {
        if self.status == StatusCode::NOT_FOUND {
            return ErrorPage::not_found(locale).back_to(back.unwrap_or("/engagements"));
        }
        let title = messages.text(locale, self.title());
        let page = ErrorPage::new(self.status, locale, title, self.words(messages, locale));
        page.back_to(back.unwrap_or("/engagements"))
    }
}

/// Logs the whole cause of `error`, with where it happened and without the request's values.
pub(crate) fn log(place: &str, error: &WorkbenchError) {
    match error {
        // Shed load is no fault of ours, and who sheds it chooses how often it is said (RFC 6585 section 4).
        WorkbenchError::Platform(PlatformFault::Busy | PlatformFault::OwnPlaces | PlatformFault::OverQuota(_)) => {
            tracing::info!(place, cause = in_one_line(error), "refused for load");
        }
        WorkbenchError::Platform(_) => tracing::error!(place, cause = in_one_line(error), "not done by our own fault"),
        _ => tracing::info!(place, cause = in_one_line(error), "refused"),
    }
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => Problem::internal().into_response(),
    }
}

fn access(fault: AccessFault) -> Answer {
    match fault {
        AccessFault::NotSignedIn(_) => Answer::new(StatusCode::UNAUTHORIZED, "not-signed-in"),
        AccessFault::SignInRefused => Answer::new(StatusCode::UNAUTHORIZED, "sign-in-refused"),
        AccessFault::SignInLocked(until) => {
            // Read in both languages, so the zone is named.
            let until = format::clock(until, Locale::En);
            Answer::new(StatusCode::TOO_MANY_REQUESTS, "sign-in-locked").saying(until)
        }
        AccessFault::Forbidden => Answer::new(StatusCode::FORBIDDEN, "forbidden"),
        AccessFault::NotFound => Answer::new(StatusCode::NOT_FOUND, "not-found"),
        AccessFault::StaleForm => Answer::new(StatusCode::FORBIDDEN, "stale-form"),
    }
}

fn request(fault: &RequestFault) -> Answer {
    match fault {
        RequestFault::Malformed => Answer::new(StatusCode::BAD_REQUEST, "malformed"),
        RequestFault::ContentType => Answer::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type"),
        RequestFault::TooLarge => Answer::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large"),
        RequestFault::Json(what) => Answer::new(StatusCode::BAD_REQUEST, "broken-json").saying(what),
        RequestFault::Parameter(name) => Answer::new(StatusCode::BAD_REQUEST, "parameter-unknown").saying(name),
        RequestFault::Field(name) => Answer::at(*name, "field-value"),
        RequestFault::FileCount => Answer::at("file", "file-missing"),
        RequestFault::BrokenOff => Answer::new(StatusCode::BAD_REQUEST, "broken-off"),
        RequestFault::TooSlow => Answer::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
    }
}

fn evidence(error: &EvidenceError) -> Answer {
    match error {
        EvidenceError::Code => Answer::at("criterion", "evidence-code"),
        EvidenceError::Digest => Answer::at("evidence", "evidence-digest"),
        EvidenceError::Number => Answer::at("number", "evidence-number"),
        EvidenceError::Name => Answer::at("title", "evidence-name"),
        EvidenceError::Title => Answer::at("title", "evidence-title"),
        EvidenceError::Serial { expected } => Answer::at("title", "evidence-serial").saying(expected),
        EvidenceError::Empty => Answer::at("file", "file-empty"),
        EvidenceError::TooLarge => {
            Answer { status: StatusCode::PAYLOAD_TOO_LARGE, ..Answer::at("file", "file-too-large") }
        }
        EvidenceError::Bindings => Answer::at("criterion", "evidence-bindings"),
        EvidenceError::EffectiveInFuture => Answer::at("effective_on", "evidence-future"),
        EvidenceError::Text => Answer::at("file", "evidence-text"),
        EvidenceError::RevisesOther => Answer::at("revises", "evidence-revises-other"),
        EvidenceError::RevisesOld { newest } => Answer::at("revises", "evidence-revises-old").saying(newest),
        EvidenceError::Unchanged => Answer::at("file", "evidence-unchanged"),
    }
}

fn input(fault: &InputFault) -> Answer {
    match fault {
        InputFault::Number => Answer::at("number", "engagement-number"),
        InputFault::Month => Answer::at("target", "plan-month"),
        InputFault::Name => Answer::at("institution", "name"),
        InputFault::BusinessNumber => Answer::at("institution", "business-number"),
        InputFault::Reason => Answer::at("reason", "reason"),
        InputFault::Note => Answer::at("note", "note"),
        InputFault::Title => Answer::at("finding_title", "finding-title"),
        InputFault::Steps => Answer::at("steps", "plan-steps"),
        InputFault::TargetPassed => Answer::at("finding_target", "target-passed"),
        InputFault::StartInFuture => Answer::at("service_started_on", "start-in-future"),
        InputFault::UnknownItem => Answer::new(StatusCode::NOT_FOUND, "not-found"),
        InputFault::UnknownCriterion(code) => Answer::at("criteria", "unknown-criterion").saying(code),
        InputFault::CriteriaUnanswered(codes) => {
            let first = codes.first().map(|code| format!("criterion-{code}")).unwrap_or_default();
            Answer::at(first, "criteria-unanswered").saying(codes.len())
        }
        InputFault::CriteriaNotApplicable => Answer::at("verdict", "criteria-not-applicable"),
        InputFault::VerdictDisagrees { derived } => Answer::at("verdict", "verdict-disagrees").saying(derived.name()),
        InputFault::EvidenceMissing => Answer::at("evidence", "evidence-missing"),
        InputFault::EvidenceTooMany => Answer::at("evidence", "evidence-too-many"),
        InputFault::EvidenceUnknown(id) => Answer::at("evidence", "evidence-unknown").saying(id),
        InputFault::EvidenceDiffers(id) => Answer::at("evidence", "evidence-differs").saying(id),
        InputFault::EvidenceNotBound(id) => Answer::at("evidence", "evidence-not-bound").saying(id),
        InputFault::FindingMissing => Answer::at("finding_title", "finding-missing"),
        InputFault::FindingUnneeded => Answer::at("finding_title", "finding-unneeded"),
        InputFault::SelfCheckIncomplete => Answer::at("answers", "self-check-incomplete"),
    }
}

fn procedure(fault: &ProcedureFault) -> Answer {
    let not_now = |code| Answer::new(StatusCode::CONFLICT, code);
    let list =
        |items: &[sumun_evidence::ItemCode]| items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match fault {
        ProcedureFault::NotNow(_) => not_now("not-now"),
        ProcedureFault::NoFinding => Answer::new(StatusCode::NOT_FOUND, "not-found"),
        ProcedureFault::NoDocuments => not_now("no-documents"),
        ProcedureFault::NoAmendedDocuments => not_now("no-amended-documents"),
        ProcedureFault::ReviewIncomplete => not_now("review-incomplete"),
        ProcedureFault::AlreadySigned => not_now("already-signed"),
        ProcedureFault::SignatureMissing => not_now("signature-missing"),
        ProcedureFault::ItemsUnjudged(items) => not_now("items-unjudged").saying(list(items)),
        ProcedureFault::ShortfallsWithoutFinding(items) => not_now("shortfalls-without-finding").saying(list(items)),
        ProcedureFault::FindingsUnanswered(count) => not_now("findings-unanswered").saying(count),
        ProcedureFault::FindingsUnconfirmed(count) => not_now("findings-unconfirmed").saying(count),
        ProcedureFault::FindingOpen(item) => not_now("finding-open").saying(item),
        ProcedureFault::FindingState => not_now("finding-state"),
        ProcedureFault::NoSubstitution => not_now("no-substitution"),
        ProcedureFault::NoDeferral => not_now("no-deferral"),
        ProcedureFault::DeferredBefore => not_now("deferred-before"),
        ProcedureFault::ReportMissing => not_now("report-missing"),
        ProcedureFault::PlanUnneeded => not_now("plan-unneeded"),
    }
}

fn platform(fault: &PlatformFault) -> Answer {
    match fault {
        PlatformFault::Store(failure) if failure.is_retryable() => unavailable(),
        PlatformFault::Busy => unavailable(),
        PlatformFault::OwnPlaces => Answer::new(StatusCode::TOO_MANY_REQUESTS, "own-places"),
        PlatformFault::OverQuota(over) => quota(over),
        PlatformFault::NoRoom { .. } => Answer::new(StatusCode::INSUFFICIENT_STORAGE, "no-room"),
        PlatformFault::Files(BlobError::DiskFull(_)) => Answer::new(StatusCode::INSUFFICIENT_STORAGE, "disk-full"),
        PlatformFault::Files(BlobError::Changed { .. }) => {
            Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "file-changed")
        }
        PlatformFault::Files(BlobError::Missing(_)) => Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "file-lost"),
        PlatformFault::Probe(ProbeRunFault::Unknown) => Answer::at("probe", "probe-unknown"),
        PlatformFault::Probe(ProbeRunFault::NoTarget) => Answer::new(StatusCode::CONFLICT, "probe-no-target"),
        PlatformFault::Probe(ProbeRunFault::Failed(_)) => Answer::new(StatusCode::BAD_GATEWAY, "probe-failed"),
        PlatformFault::Files(BlobError::Folder(_) | BlobError::TooLarge { .. })
        | PlatformFault::Store(_)
        | PlatformFault::Document(_)
        | PlatformFault::Report(_)
        | PlatformFault::Internal(_) => Answer::new(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// RFC 4918 section 11.5: what is asked for cannot be stored.
fn quota(over: &OverQuota) -> Answer {
    let code = match (over.scope, over.measure) {
        (QuotaScope::Engagement, QuotaMeasure::Files) => "quota-engagement-files",
        (QuotaScope::Engagement, QuotaMeasure::Bytes) => "quota-engagement-bytes",
        (QuotaScope::Institution, QuotaMeasure::Files) => "quota-institution-files",
        (QuotaScope::Institution, QuotaMeasure::Bytes) => "quota-institution-bytes",
        (QuotaScope::Total, QuotaMeasure::Files) => "quota-total-files",
        (QuotaScope::Total, QuotaMeasure::Bytes) => "quota-total-bytes",
    };
    let shown = |amount: u64| match over.measure {
        QuotaMeasure::Files => format::number(amount),
        QuotaMeasure::Bytes => format::bytes(amount),
    };
    let what = format!("{} / {}", shown(over.used), shown(over.max));
    Answer::new(StatusCode::INSUFFICIENT_STORAGE, code).saying(what)
}

fn unavailable() -> Answer {
    Answer::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_journal::StoreFailure;
    use sumun_web::MessageSource;

    const TEXTS: MessageSource = crate::workbench::TEXTS;

    /// Every code in this file has words in both languages.
    #[test]
    fn every_code_has_its_words() {
        let messages = Messages::load(&[TEXTS]).unwrap();
        let source = include_str!("answer.rs");
        let mappings = source.split("fn access").nth(1).unwrap().split("#[cfg(test)]").next().unwrap();
        let quoted = mappings.split('"').skip(1).step_by(2);
        let codes: Vec<_> = quoted.filter(|word| !word.contains(['_', ' ', '{', ','])).collect();
        assert!(codes.len() > 60, "{codes:?}");
        let fields =
            ["criterion", "evidence", "number", "title", "file", "revises", "institution", "verdict", "target"];
        let known = |code: &&&str| messages.has(&format!("fault-{code}")) || fields.contains(*code);
        let others = ["criteria", "steps", "answers", "probe"];
        let missing: Vec<_> = codes.iter().filter(|code| !known(code) && !others.contains(*code)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn our_own_faults_say_nothing_of_the_inside() {
        let messages = Messages::load(&[TEXTS]).unwrap();
        let failure = StoreFailure::lasting("SELECT secret FROM judgement");
        let problem = Answer::of(&failure.into()).into_problem(&messages);
        assert_eq!((problem.written().status(), problem.written().code()), (500, "internal"));
        let body = String::from_utf8(problem.written().body()).unwrap();
        assert!(!body.contains("secret") && !body.contains("SELECT"), "{body}");
        // What passes, a full disk too, is told as such.
        for failure in [StoreFailure::passing("busy"), StoreFailure::full("disk")] {
            let problem = Answer::of(&failure.into()).into_problem(&messages);
            assert_eq!((problem.written().status(), problem.written().code()), (503, "unavailable"));
        }
    }
}

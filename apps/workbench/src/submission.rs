//! A form that somebody sent: what was typed is kept whatever becomes of it,
//! and the deed is done once.

use crate::access::{Member, Permitted, Refusal, Visit};
use crate::error::{AccessFault, RequestFault, WorkbenchError};
use crate::workbench::Workbench;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use std::collections::BTreeSet;
use std::sync::Arc;
use sumun_identity::FormDraft;
use sumun_sign_in::{Press, TakenUp};
use sumun_web::{Form, KeptText, Locale, Messages};

/// The most letters that the texts of one form can have: a self-check has a
/// note of 4,000 letters for each of its 30 items.
const LETTERS_MAX: usize = 120_000;
/// The most bytes of a form: each letter at its longest, which is four bytes
/// and three characters of the encoding for each, and
/// what is chosen. So what each field allows is never too large together.
pub(crate) const BYTES_MAX: usize = 12 * LETTERS_MAX + CHOICES_BYTES_MAX;
/// The most bytes of what is chosen in a form, with the names of its fields.
const CHOICES_BYTES_MAX: usize = 64 * 1024;
/// The fields that can stand several times.
const LISTS: [&str; 2] = ["evidence", "criterion"];
/// The hidden fields that are good for one session.
const SEALS: [&str; 2] = ["csrf", "once"];

/// A form of a page about a `T`, and who sent it.
pub(crate) struct Submission<T> {
    pub permit: Permitted<T>,
    pub form: SentForm,
}

/// The fields of a form. They can be read, so that they can be shown again;
/// a deed needs its [`SentForm::press`].
pub(crate) struct SentForm {
    form: Form,
    press: Result<Press, WorkbenchError>,
}

impl SentForm {
    /// The value of a field, empty when it is missing; surrounding space is cut.
    pub fn text(&self, name: &str) -> Result<&str, RequestFault> {
        let mut fields = self.form.fields();
        Ok(fields.find(|(found, _)| *found == name).map_or("", |(_, value)| value.trim()))
    }

    /// All values of a field that may stand several times.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.form.list(name)
    }

    /// The proof that this browser was given the form and that all of it can be taken, once.
    ///
    /// # Errors
    /// [`RequestFault`] for a form that cannot be read;
    /// [`AccessFault::StaleForm`] for one of another session or without a key.
    pub fn press(&mut self) -> Result<Press, WorkbenchError> {
        std::mem::replace(&mut self.press, Err(RequestFault::Malformed.into()))
    }

    /// The texts that were typed, under the labels of their fields.
    fn kept(&self, messages: &Messages, locale: Locale) -> Vec<KeptText> {
        let texts = self.form.fields().filter_map(|(name, value)| {
            let key = match name {
                "reason" | "steps" | "title" => format!("field-{name}"),
                "finding_title" => "field-finding-title".to_owned(),
                name if name == "note" || name.starts_with("note-") => "field-note".to_owned(),
                _ => return None,
            };
            let of = name.strip_prefix("note-").map(|of| format!(" {of}")).unwrap_or_default();
            Some(KeptText { label: format!("{}{of}", messages.text(locale, &key)), text: value.to_owned() })
        });
        texts.collect()
    }
}

impl From<Form> for SentForm {
    /// What was typed before a session ended: to be shown, not to be sent on.
    fn from(form: Form) -> Self {
        Self { form, press: Err(AccessFault::StaleForm.into()) }
    }
}

impl<T> FromRequest<Arc<Workbench>> for Submission<T>
where
    Permitted<T>: FromRequestParts<Arc<Workbench>, Rejection = Refusal> + Send,
    T: Send,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, workbench: &Arc<Workbench>) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let permit = Permitted::<T>::from_request_parts(&mut parts, workbench).await;
        let Ok(visit) = Visit::from_request_parts(&mut parts, workbench).await;
        let permit = match permit {
            Ok(permit) => permit,
            Err(refusal) if refusal.is_for_sign_in() => {
                let (form, _) = Form::read(Request::from_parts(parts, body), BYTES_MAX).await;
                return Err(keep_for_sign_in(&visit, refusal, &form).await);
            }
            Err(refusal) => return Err(refusal),
        };
        let (form, fault) = Form::read(Request::from_parts(parts, body), BYTES_MAX).await;
        let press = match fault.as_ref().map(RequestFault::of_page).or_else(|| twice(&form)) {
            Some(fault) => Err(fault.into()),
            None => permit.member().press(form.text("csrf").unwrap_or(""), form.text("once").unwrap_or("")),
        };
        let form = SentForm { form, press };
        let kept = form.kept(&workbench.site.messages, visit.locale);
        Ok(Self { permit: permit.remembering(kept), form })
    }
}

/// A field that stands twice where one value is expected, so that two readers
/// could disagree about which one counts.
fn twice(form: &Form) -> Option<RequestFault> {
    let mut seen = BTreeSet::new();
    let mut single = form.fields().filter(|(name, _)| !LISTS.contains(name));
    single.any(|(name, _)| !seen.insert(name)).then_some(RequestFault::Malformed)
}

/// Keeps what was typed in a session that ended, for the same person, and
/// leads to the sign-in page and from there back to the form.
pub(crate) async fn keep_for_sign_in(visit: &Visit, refusal: Refusal, form: &Form) -> Refusal {
    if visit.method() != Method::POST {
        return refusal;
    }
    let path = visit.address.path();
    let refusal = refusal.leading_to(page_of(path));
    let Some(token) = visit.session_token() else { return refusal };
    // Only what a page of that very session sent: nobody else leaves a text there.
    let csrf = form.text("csrf").unwrap_or("");
    let Ok(Some(session)) = visit.workbench.parts.identities.session(&token.hash()).await else { return refusal };
    if !token.accepts_csrf(csrf) {
        return refusal;
    }
    let typed = form.fields().filter(|(name, _)| !SEALS.contains(name));
    let draft = FormDraft { person: session.person, path: path.to_owned(), body: encode(typed), at: visit.now };
    match visit.workbench.parts.identities.keep_draft(&draft).await {
        Ok(()) => refusal.telling_of_a_draft(),
        Err(failure) => visit
            .refuse(failure)
            .keeping(SentForm::from(form.clone()).kept(&visit.workbench.site.messages, visit.locale)),
    }
}

/// The page on which the form that is sent to `path` stands.
fn page_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((item, "judgements" | "plans")) => item.to_owned(),
        Some((item, "evidence")) if item.contains("/items/") => item.to_owned(),
        _ if path == "/engagements" => "/engagements/new".to_owned(),
        _ => path.to_owned(),
    }
}

/// As a form is encoded.
pub(crate) fn encode<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let escape = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let escaped =
            text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
        escaped.collect()
    };
    let pairs: Vec<String> = fields.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&").into_bytes()
}

/// What `member` typed into the form that is sent to `path` before a session ended.
///
/// # Errors
/// [`WorkbenchError::Platform`].
pub(crate) async fn draft(member: &Member, path: &str) -> Result<Option<SentForm>, WorkbenchError> {
    let kept = member.workbench().parts.identities.draft(member.session.person, path).await?;
    Ok(kept.and_then(|draft| Form::parse(&draft.body, member.visit.locale).ok()).map(SentForm::from))
}

/// Does `deed` for `press` and leads to `location`; a later press with the same
/// key is led there without another deed.
///
/// # Errors
/// Those of the deed, which leave the form open.
pub(crate) async fn once(
    member: &Member,
    press: Press,
    location: String,
    deed: impl Future<Output = Result<(), WorkbenchError>> + Send + 'static,
) -> Result<Response, WorkbenchError> {
    let location = match member.workbench().entrance.take_up(press, member.visit.now).await? {
        TakenUp::Answered(location) => location,
        TakenUp::First(turn) => turn.carry_out(location, deed).await?,
    };
    forget_draft(member).await;
    Ok(Redirect::to(&location).into_response())
}

/// What was kept of a form that was sent meanwhile is of no use any more; a
/// store that fails forgets it after a day.
async fn forget_draft(member: &Member) {
    let (identities, path) = (&member.workbench().parts.identities, member.visit.address.path());
    if let Ok(Some(_)) = identities.draft(member.session.person, path).await {
        let _ = identities.drop_draft(member.session.person, path).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_field_allows_is_not_too_large_together() {
        let longest = "\u{1f600}".repeat(4_000);
        let fields: Vec<(String, &str)> =
            (1..=30).map(|item| (format!("note-OBI-{item:02}"), longest.as_str())).collect();
        let body = encode(fields.iter().map(|(name, value)| (name.as_str(), *value)));
        assert!(body.len() <= BYTES_MAX, "{}", body.len());
        let form = Form::parse(&body, Locale::Ko).unwrap();
        assert_eq!(form.text("note-OBI-30"), Ok(longest.as_str()));
    }

    #[test]
    fn the_way_back_is_the_page_of_the_form() {
        for (path, page) in [
            ("/engagements/e/items/OBI-01/judgements", "/engagements/e/items/OBI-01"),
            ("/engagements/e/items/OBI-01/plans", "/engagements/e/items/OBI-01"),
            ("/engagements/e/items/OBI-01/evidence", "/engagements/e/items/OBI-01"),
            ("/engagements/e/findings/f", "/engagements/e/findings/f"),
            ("/engagements/e/deeds/apply", "/engagements/e/deeds/apply"),
            ("/engagements", "/engagements/new"),
        ] {
            assert_eq!(page_of(path), page);
        }
    }
}

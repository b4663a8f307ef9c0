//! What an institution hands in to be registered: one TOML file.
//!
//! Reading is strict. A key that is not known is refused, because a misspelt
//! rule must not be a missing one, and every refusal says where it stands and
//! what was expected there. `docs/how-to/register-an-app.md` shows a whole file.

mod text;

use crate::{
    App, AppDraft, BusinessNumber, ClientAuthentication, ConsentTerms, DistinguishedName, Institution,
    InstitutionStatus, ParticipantError, RedirectUri,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::JwkSet;
use text::Source;
use toml::Spanned;

/// The longest registration that is read, in bytes.
pub const FORM_BYTES_MAX: usize = 64 * 1024;

/// Names stand in certificates too, which take no more (RFC 5280 appendix A.1, upper bounds).
const NAME_LETTERS_MAX: usize = 64;
/// What a customer reads before a consent is a paragraph, not a page.
const TERMS_LETTERS_MAX: usize = 1_000;

/// A registration that was read whole and holds by itself. What its files hold
/// and what is registered already is for others to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationForm {
    /// Whose app it is.
    pub institution: InstitutionForm,
    /// The app's Korean name.
    pub app_name_ko: String,
    /// The app's English name.
    pub app_name_en: String,
    /// Where the customer's browser may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// The scopes that the app may ask for.
    pub scopes: Vec<String>,
    /// How the app proves that it is itself.
    pub method: AuthenticationMethod,
    /// The file with the app's public keys, as the form names it; always there with `private_key_jwt`.
    pub key_set_file: Option<String>,
    /// The file with the certificate signing request, as the form names it.
    pub certificate_request_file: String,
    /// What the app tells the customer before a consent.
    pub consent_terms: ConsentTerms,
}

/// The company in a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstitutionForm {
    /// Its Korean name.
    pub name_ko: String,
    /// Its English name.
    pub name_en: String,
    /// Its business registration number.
    pub business_number: BusinessNumber,
    /// How its customers reach it.
    pub contact: String,
}

/// A way of client authentication by its registered name (RFC 8414 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticationMethod {
    /// `tls_client_auth` (RFC 8705 section 2.1); what a registration from before there was a choice means.
    #[default]
    TlsClientAuth,
    /// `private_key_jwt` (RFC 7523).
    PrivateKeyJwt,
}

impl AuthenticationMethod {
    /// Every method that an app may be registered with.
    pub const ALL: [Self; 2] = [Self::TlsClientAuth, Self::PrivateKeyJwt];

    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TlsClientAuth => "tls_client_auth",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// The method of an app whose institution's certificate has this subject.
    pub fn with(self, subject_dn: DistinguishedName) -> ClientAuthentication {
        match self {
            Self::TlsClientAuth => ClientAuthentication::TlsClientAuth { subject_dn },
            Self::PrivateKeyJwt => ClientAuthentication::PrivateKeyJwt,
        }
    }
}

/// What is wrong with a registration: where, what stands there and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What was wanted there.
    pub expected: String,
}

impl fmt::Display for FormFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: found {}; expected {}", self.line, self.column, self.found, self.expected)
    }
}

impl std::error::Error for FormFault {}

impl RegistrationForm {
    /// Reads a registration. `known_scopes` are the scopes that a customer can grant.
    ///
    /// # Errors
    /// The first [`FormFault`].
    pub fn read(text: &str, known_scopes: &[&str]) -> Result<Self, FormFault> {
        let source = Source::new(text);
        let file: FormFile = toml::from_str(text).map_err(|error| source.toml_fault(&error))?;
        let FormFile { institution, app, consent } = file;
        let method = method(&source, &app.authentication)?;
        if method == AuthenticationMethod::PrivateKeyJwt && app.jwks_file.is_none() {
            let expected = "the key `jwks_file` with the app's public keys beside it";
            return Err(source.fault(app.authentication.span(), "`private_key_jwt` without keys", expected));
        }
        let name = |value| source.composed(value, NAME_LETTERS_MAX);
        let path = |value| source.plain(value, TERMS_LETTERS_MAX);
        Ok(Self {
            institution: InstitutionForm {
                name_ko: name(&institution.name_ko)?,
                name_en: name(&institution.name_en)?,
                business_number: source.parsed(&institution.business_number)?,
                contact: name(&institution.contact)?,
            },
            app_name_ko: name(&app.name_ko)?,
            app_name_en: name(&app.name_en)?,
            redirect_uris: redirect_uris(&source, &app.redirect_uris)?,
            scopes: scopes(&source, &app.scopes, known_scopes)?,
            method,
            key_set_file: app.jwks_file.as_ref().map(path).transpose()?,
            certificate_request_file: path(&app.certificate_request_file)?,
            consent_terms: terms(&source, &consent)?,
        })
    }

    /// The institution of this form, registered under `id`.
    pub fn institution(&self, id: InstitutionId) -> Institution {
        Institution {
            id,
            name_ko: self.institution.name_ko.clone(),
            name_en: self.institution.name_en.clone(),
            business_number: self.institution.business_number,
            contact: self.institution.contact.clone(),
            status: InstitutionStatus::Active,
        }
    }

    /// The app of this form under `id`, with the keys that its file holds and
    /// the subject of the certificate that was issued for it.
    ///
    /// # Errors
    /// [`ParticipantError::NoKeys`] when the file holds none that can be used and the app needs one.
    pub fn app(
        &self,
        id: AppId,
        institution: InstitutionId,
        jwks: JwkSet,
        subject_dn: DistinguishedName,
    ) -> Result<App, ParticipantError> {
        App::new(AppDraft {
            id,
            institution,
            name_ko: self.app_name_ko.clone(),
            name_en: self.app_name_en.clone(),
            redirect_uris: self.redirect_uris.clone(),
            authentication: self.method.with(subject_dn),
            jwks,
            scopes: self.scopes.clone(),
            consent_terms: self.consent_terms.clone(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    institution: InstitutionTable,
    app: AppTable,
    consent: ConsentTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstitutionTable {
    name_ko: Spanned<String>,
    name_en: Spanned<String>,
    business_number: Spanned<String>,
    contact: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppTable {
    name_ko: Spanned<String>,
    name_en: Spanned<String>,
    redirect_uris: Spanned<Vec<Spanned<String>>>,
    scopes: Spanned<Vec<Spanned<String>>>,
    authentication: Spanned<String>,
    jwks_file: Option<Spanned<String>>,
    certificate_request_file: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentTable {
    purpose_ko: Spanned<String>,
    purpose_en: Spanned<String>,
    outage_effect_ko: Spanned<String>,
    outage_effect_en: Spanned<String>,
    valid_days: Spanned<i64>,
}

fn method(source: &Source<'_>, name: &Spanned<String>) -> Result<AuthenticationMethod, FormFault> {
    let found = AuthenticationMethod::ALL.into_iter().find(|method| method.name() == name.get_ref());
    let known = AuthenticationMethod::ALL.map(|method| format!("`{}`", method.name()));
    found.ok_or_else(|| source.fault_at(name, known.join(" or ")))
}

fn redirect_uris(source: &Source<'_>, list: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<RedirectUri>, FormFault> {
    let mut addresses: Vec<RedirectUri> = Vec::new();
    for text in list.get_ref() {
        let address = source.parsed(text)?;
        if addresses.contains(&address) {
            return Err(source.fault_at(text, "each address once"));
        }
        addresses.push(address);
    }
    match addresses.len() {
        1..=App::REDIRECT_URIS_MAX => Ok(addresses),
        count => {
            let expected = format!("one to {}", App::REDIRECT_URIS_MAX);
            Err(source.fault(list.span(), format!("{count} redirect addresses"), expected))
        }
    }
}

fn scopes(source: &Source<'_>, list: &Spanned<Vec<Spanned<String>>>, known: &[&str]) -> Result<Vec<String>, FormFault> {
    let expected = format!("one or more of {}", known.join(", "));
    if list.get_ref().is_empty() {
        return Err(source.fault(list.span(), "no scope", expected));
    }
    let is_known = |scope: &Spanned<String>| known.contains(&scope.get_ref().as_str());
    if let Some(scope) = list.get_ref().iter().find(|scope| !is_known(scope)) {
        return Err(source.fault_at(scope, expected));
    }
    Ok(list.get_ref().iter().map(|scope| scope.get_ref().clone()).collect())
}

fn terms(source: &Source<'_>, table: &ConsentTable) -> Result<ConsentTerms, FormFault> {
    let text = |value| source.composed(value, TERMS_LETTERS_MAX);
    let days = u16::try_from(*table.valid_days.get_ref()).ok();
    let days = days.filter(|days| (1..=ConsentTerms::VALID_DAYS_MAX).contains(days));
    let refused = || source.fault_at(&table.valid_days, format!("1 to {} days", ConsentTerms::VALID_DAYS_MAX));
    Ok(ConsentTerms {
        purpose_ko: text(&table.purpose_ko)?,
        purpose_en: text(&table.purpose_en)?,
        outage_effect_ko: text(&table.outage_effect_ko)?,
        outage_effect_en: text(&table.outage_effect_en)?,
        valid_days: days.ok_or_else(refused)?,
    })
}

#[cfg(test)]
mod tests;

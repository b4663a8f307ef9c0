//! A registered app of an institution.

use crate::{AuthenticationMethod, DistinguishedName, ParticipantError, RedirectUri};
use serde::{Deserialize, Serialize};
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::JwkSet;

/// How an app proves at the token endpoint that it is itself (PR-013, PR-015).
/// There is no shared secret among them, so none can be guessed or leak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientAuthentication {
    /// `tls_client_auth` (RFC 8705 section 2.1): a certificate with this subject.
    TlsClientAuth {
        /// The subject that the certificate must have.
        subject_dn: DistinguishedName,
    },
    /// `private_key_jwt` (RFC 7523, OpenID Connect Core section 9): an assertion
    /// signed by a key of the app's key set.
    PrivateKeyJwt,
}

impl ClientAuthentication {
    /// The method by its registered name.
    pub const fn method(&self) -> AuthenticationMethod {
        match self {
            Self::TlsClientAuth { .. } => AuthenticationMethod::TlsClientAuth,
            Self::PrivateKeyJwt => AuthenticationMethod::PrivateKeyJwt,
        }
    }
}

/// What the app tells the customer before a consent (PR-019, PR-022).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTerms {
    /// Why it wants access, in Korean.
    pub purpose_ko: String,
    /// Why it wants access, in English.
    pub purpose_en: String,
    /// What happens to the customer when the API is unavailable, in Korean.
    pub outage_effect_ko: String,
    /// What happens to the customer when the API is unavailable, in English.
    pub outage_effect_en: String,
    /// For how many days a consent is valid: 1 to 365.
    pub valid_days: u16,
}

/// What an institution hands in to register an app; [`App::new`] checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDraft {
    /// The id that it gets; it is the OAuth `client_id`.
    pub id: AppId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// Its Korean name.
    pub name_ko: String,
    /// Its English name.
    pub name_en: String,
    /// Where the customer's browser may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// How it proves that it is itself.
    pub authentication: ClientAuthentication,
    /// Its public keys; may be empty with `tls_client_auth`.
    pub jwks: JwkSet,
    /// The scopes that it may ask for.
    pub scopes: Vec<String>,
    /// What it tells the customer before a consent.
    pub consent_terms: ConsentTerms,
}

/// A registered app. Only [`App::new`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct App {
    /// Its id; it is the OAuth `client_id`.
    pub id: AppId,
    /// Whose it is.
    pub institution: InstitutionId,
    /// Its Korean name.
    pub name_ko: String,
    /// Its English name.
    pub name_en: String,
    /// Where the customer's browser may be sent back to; one to ten.
    pub redirect_uris: Vec<RedirectUri>,
    /// How it proves that it is itself.
    pub authentication: ClientAuthentication,
    /// Its public keys.
    pub jwks: JwkSet,
    /// The scopes that it may ask for; at least one, ascending.
    pub scopes: Vec<String>,
    /// What it tells the customer before a consent.
    pub consent_terms: ConsentTerms,
}

impl App {
    /// How many redirect addresses an app may have.
    pub const REDIRECT_URIS_MAX: usize = 10;

    /// An app as it was handed in, if it can be registered so.
    ///
    /// # Errors
    /// The first [`ParticipantError`] that is found.
    pub fn new(draft: AppDraft) -> Result<Self, ParticipantError> {
        let AppDraft {
            id,
            institution,
            name_ko,
            name_en,
            redirect_uris,
            authentication,
            jwks,
            mut scopes,
            consent_terms,
        } = draft;
        scopes.sort_unstable();
        scopes.dedup();
        let is_repeated = (1..redirect_uris.len()).any(|place| redirect_uris[..place].contains(&redirect_uris[place]));
        if is_blank(&name_ko) || is_blank(&name_en) {
            return Err(ParticipantError::BlankName);
        }
        if redirect_uris.is_empty() || redirect_uris.len() > Self::REDIRECT_URIS_MAX || is_repeated {
            return Err(ParticipantError::RedirectUris);
        }
        if authentication == ClientAuthentication::PrivateKeyJwt && jwks.keys().is_empty() {
            return Err(ParticipantError::NoKeys);
        }
        if scopes.is_empty() || !scopes.iter().all(|scope| is_scope(scope)) {
            return Err(ParticipantError::Scopes);
        }
        consent_terms.check()?;
        Ok(Self { id, institution, name_ko, name_en, redirect_uris, authentication, jwks, scopes, consent_terms })
    }

    /// Whether a request of this app may name this redirect address.
    pub fn may_redirect_to(&self, requested: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered.matches(requested))
    }

    /// Whether it may ask for this scope.
    pub fn may_ask_for(&self, scope: &str) -> bool {
        self.scopes.iter().any(|registered| registered == scope)
    }
}

impl ConsentTerms {
    /// The longest that a consent may be valid, in days.
    pub const VALID_DAYS_MAX: u16 = 365;

    fn check(&self) -> Result<(), ParticipantError> {
        let texts = [&self.purpose_ko, &self.purpose_en, &self.outage_effect_ko, &self.outage_effect_en];
        if texts.into_iter().any(|text| is_blank(text)) {
            return Err(ParticipantError::BlankConsentTerms);
        }
        if !(1..=Self::VALID_DAYS_MAX).contains(&self.valid_days) {
            return Err(ParticipantError::ConsentDays);
        }
        Ok(())
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// A `scope-token` of RFC 6749 section 3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> AppDraft {
        let text = "text".to_owned();
        AppDraft {
            id: AppId::from_random([1; 16]),
            institution: InstitutionId::from_random([2; 16]),
            name_ko: "모아가계부".to_owned(),
            name_en: "Moa".to_owned(),
            redirect_uris: vec!["https://moa.example/callback".parse().unwrap()],
            authentication: ClientAuthentication::TlsClientAuth { subject_dn: "CN=moa".parse().unwrap() },
            jwks: JwkSet::default(),
            scopes: vec!["transfer".to_owned(), "balance".to_owned(), "balance".to_owned()],
            consent_terms: ConsentTerms {
                purpose_ko: text.clone(),
                purpose_en: text.clone(),
                outage_effect_ko: text.clone(),
                outage_effect_en: text,
                valid_days: 365,
            },
        }
    }

    #[test]
    fn pr_022_an_app_without_its_part_of_the_consent_text_is_refused() {
        type Spoil = fn(&mut ConsentTerms);
        let spoil: [(ParticipantError, Spoil); 6] = [
            (ParticipantError::BlankConsentTerms, |terms| terms.purpose_ko.clear()),
            (ParticipantError::BlankConsentTerms, |terms| terms.purpose_en = " ".to_owned()),
            (ParticipantError::BlankConsentTerms, |terms| terms.outage_effect_ko.clear()),
            (ParticipantError::BlankConsentTerms, |terms| terms.outage_effect_en.clear()),
            (ParticipantError::ConsentDays, |terms| terms.valid_days = 0),
            (ParticipantError::ConsentDays, |terms| terms.valid_days = 366),
        ];
        for (error, spoil) in spoil {
            let mut draft = draft();
            spoil(&mut draft.consent_terms);
            assert_eq!(App::new(draft), Err(error));
        }
    }

    #[test]
    fn an_incomplete_app_is_refused() {
        type Spoil = fn(&mut AppDraft);
        let spoil: [(ParticipantError, Spoil); 6] = [
            (ParticipantError::BlankName, |draft| draft.name_en.clear()),
            (ParticipantError::RedirectUris, |draft| draft.redirect_uris.clear()),
            (ParticipantError::RedirectUris, |draft| draft.redirect_uris.extend(draft.redirect_uris.clone())),
            (ParticipantError::NoKeys, |draft| draft.authentication = ClientAuthentication::PrivateKeyJwt),
            (ParticipantError::Scopes, |draft| draft.scopes.clear()),
            (ParticipantError::Scopes, |draft| draft.scopes.push("a b".to_owned())),
        ];
        for (error, spoil) in spoil {
            let mut draft = draft();
            spoil(&mut draft);
            assert_eq!(App::new(draft), Err(error));
        }
    }

    #[test]
    fn an_app_asks_only_for_what_it_registered() {
        let app = App::new(draft()).unwrap();
        assert_eq!(app.scopes, ["balance", "transfer"]);
        assert!(app.may_ask_for("balance") && !app.may_ask_for("transactions"));
        assert!(app.may_redirect_to("https://moa.example/callback") && !app.may_redirect_to("https://moa.example/"));
    }

    #[test]
    fn ways_of_authentication_keep_their_names() {
        let json = |way: &ClientAuthentication| serde_json::to_string(way).unwrap();
        assert_eq!(json(&ClientAuthentication::PrivateKeyJwt), r#""private_key_jwt""#);
        assert_eq!(json(&draft().authentication), r#"{"tls_client_auth":{"subject_dn":"CN=moa"}}"#);
    }
}

//! Why an app cannot be registered.

use std::fmt;

/// Why an app cannot be registered. All of these are the institution's to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParticipantError {
    /// A name is blank.
    BlankName,
    /// No redirect address, more than ten, or one twice.
    RedirectUris,
    /// `private_key_jwt` without a key to verify with.
    NoKeys,
    /// No scope, or one that is not a scope value of RFC 6749 section 3.3.
    Scopes,
    /// A purpose or an outage effect is blank, so no disclosure could be made (PR-022).
    BlankConsentTerms,
    /// A consent would be valid for no day or for more than 365.
    ConsentDays,
}

impl fmt::Display for ParticipantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlankName => "the app needs a Korean and an English name",
            Self::RedirectUris => "the app needs one to ten different redirect addresses",
            Self::NoKeys => "private_key_jwt needs a key set with a key in it",
            Self::Scopes => "the app needs at least one scope, each without spaces or control characters",
            Self::BlankConsentTerms => "the consent terms need a purpose and an outage effect in Korean and in English",
            Self::ConsentDays => "a consent is valid for 1 to 365 days",
        })
    }
}

impl std::error::Error for ParticipantError {}

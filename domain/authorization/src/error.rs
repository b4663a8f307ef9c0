//! What can go wrong, grouped by who is at fault.
//!
//! The texts are for the operator's log. What the outside is told is decided
//! in one place, the `answer` module of the authorization server.

use crate::ParametersError;
use std::fmt;
use sumun_journal::StoreFailure;

/// Why the authorization server does not do what it was asked.
#[derive(Debug)]
pub enum AuthorizationError {
    /// The app did not prove who it is (RFC 6749 section 2.3).
    Client(ClientFault),
    /// The request is malformed, or asks for what the app may not have.
    Request(RequestFault),
    /// The browser came with a `request_uri` that does not stand (RFC 9126 section 4).
    RequestUri(RequestUriFault),
    /// The authorization code or the consent behind it does not stand (RFC 6749 section 5.2).
    Grant(GrantFault),
    /// The customer decided in a way that cannot be carried out.
    Customer(CustomerFault),
    /// The platform itself failed; nobody outside is to blame.
    Platform(PlatformFault),
}

/// How client authentication failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's Display says it in a sentence")]
pub enum ClientFault {
    AppUnknown,
    AssertionAlgorithm,
    AssertionAudience,
    AssertionExpired,
    AssertionFromTheFuture,
    AssertionIdentifier,
    AssertionIssuer,
    AssertionLifetime,
    AssertionMalformed,
    AssertionReplayed,
    AssertionSignature,
    CertificateExpired,
    CertificateMissing,
    CertificateOfAnotherInstitution,
    CertificateSubject,
    CertificateUnknown,
    IdentifierMismatch,
    InstitutionNotActive,
    MethodNotRegistered,
    MethodNotSupported,
    NoCredential,
    SeveralMethods,
}

/// What is wrong with a pushed request or a token request as such.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's Display says it in a sentence")]
pub enum RequestFault {
    AuthorizationDetails,
    Challenge,
    ChallengeMethod,
    Characters { parameter: &'static str },
    GrantType,
    Missing { parameter: &'static str },
    Parameters(ParametersError),
    RedirectUri,
    RequestObject,
    RequestUriPushed,
    ResponseMode,
    ResponseType,
    Scope,
    Target,
    TooLong { parameter: &'static str, characters_max: usize },
}

/// What is wrong with the `request_uri` that a browser brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's Display says it in a sentence")]
pub enum RequestUriFault {
    Decided,
    Expired,
    InstitutionNotActive,
    NotPushed,
    OfAnotherApp,
    Unknown,
}

/// What is wrong with a code, or with what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's Display says it in a sentence")]
pub enum GrantFault {
    CodeExpired,
    CodeOfAnotherApp,
    CodeReplayed,
    CodeUnknown,
    ConsentEnded,
    RedirectUri,
    Verifier,
}

/// What is wrong with a customer's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant's Display says it in a sentence")]
pub enum CustomerFault {
    AccountOfAnother,
    ConsentOfAnother,
    DecisionUnknown,
    NoAccountChosen,
}

/// What failed on our side.
#[derive(Debug)]
pub enum PlatformFault {
    /// A store port failed.
    Store(StoreFailure),
    /// The bank that holds the customer's accounts did not answer.
    Accounts(Box<dyn std::error::Error + Send + Sync>),
    /// The platform's own key could not sign.
    Signing(Box<dyn std::error::Error + Send + Sync>),
    /// The app's registered terms do not make a consent (PR-019).
    Terms(Box<dyn std::error::Error + Send + Sync>),
    /// A kept row cannot be read, or a job of the process was lost.
    Internal(&'static str),
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(fault) => fault.fmt(f),
            Self::Request(fault) => fault.fmt(f),
            Self::RequestUri(fault) => fault.fmt(f),
            Self::Grant(fault) => fault.fmt(f),
            Self::Customer(fault) => fault.fmt(f),
            Self::Platform(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for AuthorizationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Platform(PlatformFault::Store(failure)) => Some(failure),
            Self::Platform(
                PlatformFault::Accounts(failure) | PlatformFault::Signing(failure) | PlatformFault::Terms(failure),
            ) => Some(failure.as_ref()),
            _ => None,
        }
    }
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AppUnknown => "no such app is registered",
            Self::AssertionAlgorithm => {
                "the client assertion is signed by another algorithm than PS256, ES256, EdDSA or Ed25519"
            }
            Self::AssertionAudience => "the client assertion's aud is not the issuer as one string",
            Self::AssertionExpired => "the client assertion has expired or carries no exp",
            Self::AssertionFromTheFuture => "the client assertion's iat or nbf lies more than 60 s in the future",
            Self::AssertionIdentifier => "the client assertion has no usable jti",
            Self::AssertionIssuer => "the client assertion's iss and sub are not both the app's id",
            Self::AssertionLifetime => "the client assertion's exp lies more than ten minutes ahead",
            Self::AssertionMalformed => "the client assertion is not a compact JWS with a claims object",
            Self::AssertionReplayed => "the client assertion was used before",
            Self::AssertionSignature => "no registered key of the app verifies the client assertion",
            Self::CertificateExpired => "the client certificate has expired",
            Self::CertificateMissing => "the connection carries no client certificate",
            Self::CertificateOfAnotherInstitution => {
                "the client certificate belongs to another institution than the app"
            }
            Self::CertificateSubject => "the client certificate's subject is not the registered one",
            Self::CertificateUnknown => "the client certificate is not registered",
            Self::IdentifierMismatch => "client_id is not the app that the client assertion speaks for",
            Self::InstitutionNotActive => "the app's institution is not active",
            Self::MethodNotRegistered => "the app is registered with another authentication method",
            Self::MethodNotSupported => "the request tries an authentication method that is not supported",
            Self::NoCredential => "the request carries neither client_id nor client_assertion",
            Self::SeveralMethods => "the request carries more than one authentication method",
        })
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthorizationDetails => {
                f.write_str("no type of authorization_details is taken in a request; ask by scope")
            }
            Self::Challenge => f.write_str("code_challenge is not the base64url of a SHA-256"),
            Self::ChallengeMethod => f.write_str("code_challenge_method must be S256"),
            Self::Characters { parameter } => {
                write!(f, "the parameter {parameter} has characters that it may not have")
            }
            Self::GrantType => f.write_str("grant_type must be authorization_code"),
            Self::Missing { parameter } => write!(f, "the parameter {parameter} is missing"),
            Self::Parameters(error) => error.fmt(f),
            Self::RedirectUri => f.write_str("redirect_uri is not one of the app's registered addresses"),
            Self::RequestObject => f.write_str("request objects are not supported"),
            Self::RequestUriPushed => f.write_str("request_uri must not be pushed"),
            Self::ResponseMode => f.write_str("response_mode must be query"),
            Self::ResponseType => f.write_str("response_type must be code"),
            Self::Scope => f.write_str("scope is missing, malformed or wider than the app's registration"),
            Self::Target => f.write_str("resource is not the API gateway of this server"),
            Self::TooLong { parameter, characters_max } => {
                write!(f, "the parameter {parameter} is longer than {characters_max} characters")
            }
        }
    }
}

impl fmt::Display for RequestUriFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decided => "the customer has already decided on this request",
            Self::Expired => "the request has expired",
            Self::InstitutionNotActive => "the institution that pushed the request is not active",
            Self::NotPushed => {
                "the authorization endpoint takes only client_id and the request_uri of a pushed request"
            }
            Self::OfAnotherApp => "the request_uri was pushed by another app",
            Self::Unknown => "no such request was pushed",
        })
    }
}

impl fmt::Display for GrantFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CodeExpired => "the code has expired",
            Self::CodeOfAnotherApp => "the code was issued to another app",
            Self::CodeReplayed => "the code was used before; its tokens are revoked",
            Self::CodeUnknown => "no such code was issued",
            Self::ConsentEnded => "the consent behind the code has ended",
            Self::RedirectUri => "redirect_uri is missing or not the one of the authorization request",
            Self::Verifier => "code_verifier is missing or does not answer the challenge",
        })
    }
}

impl fmt::Display for CustomerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccountOfAnother => "a chosen account does not belong to the customer",
            Self::ConsentOfAnother => "the consent is not one of the customer's own",
            Self::DecisionUnknown => "the form says neither approve nor deny",
            Self::NoAccountChosen => "no account was chosen",
        })
    }
}

impl fmt::Display for PlatformFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("the store failed"),
            Self::Accounts(_) => f.write_str("the bank did not say which accounts the customer holds"),
            Self::Signing(_) => f.write_str("the access token could not be signed"),
            Self::Terms(_) => f.write_str("the app's registered terms do not make a consent"),
            Self::Internal(what) => f.write_str(what),
        }
    }
}

macro_rules! from_fault {
    ($($fault:ident => $variant:ident),+) => {
        $(impl From<$fault> for AuthorizationError {
            fn from(fault: $fault) -> Self {
                Self::$variant(fault)
            }
        })+
    };
}

from_fault!(
    ClientFault => Client,
    RequestFault => Request,
    RequestUriFault => RequestUri,
    GrantFault => Grant,
    CustomerFault => Customer,
    PlatformFault => Platform
);

impl From<StoreFailure> for AuthorizationError {
    fn from(failure: StoreFailure) -> Self {
        Self::Platform(PlatformFault::Store(failure))
    }
}

impl From<ParametersError> for AuthorizationError {
    fn from(error: ParametersError) -> Self {
        Self::Request(RequestFault::Parameters(error))
    }
}

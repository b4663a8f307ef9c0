//! What the server says about itself (RFC 8414).

use serde::Serialize;
use sumun_consent::Scope;
use sumun_jose::Algorithm;

/// Where the metadata document stands below the issuer (RFC 8414 section 3).
pub const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";

/// The addresses that the metadata document names, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The issuer: scheme and authority of the side that browsers see.
    pub issuer: String,
    /// Scheme and authority of the mutual-TLS side.
    pub mutual_tls: String,
    /// The API gateway, for which access tokens are made out.
    pub gateway: String,
}

/// The metadata document. What it does not name, the server does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    pushed_authorization_request_endpoint: String,
    jwks_uri: String,
    require_pushed_authorization_requests: bool,
    scopes_supported: Vec<String>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    tls_client_certificate_bound_access_tokens: bool,
    mtls_endpoint_aliases: Aliases,
}

/// RFC 8705 section 5. The endpoints themselves ask for a certificate, so both are the same; they are named for
/// clients that look only here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Aliases {
    token_endpoint: String,
    pushed_authorization_request_endpoint: String,
}

impl Metadata {
    /// The document of the server at these addresses.
    pub fn of(addresses: &Addresses) -> Self {
        let Addresses { issuer, mutual_tls, .. } = addresses;
        let token_endpoint = format!("{mutual_tls}/token");
        let pushed_authorization_request_endpoint = format!("{mutual_tls}/par");
        Self {
            issuer: issuer.clone(),
            authorization_endpoint: format!("{issuer}/authorize"),
            token_endpoint: token_endpoint.clone(),
            pushed_authorization_request_endpoint: pushed_authorization_request_endpoint.clone(),
            jwks_uri: format!("{issuer}/jwks"),
            require_pushed_authorization_requests: true,
            scopes_supported: Scope::ALL.iter().map(Scope::to_string).collect(),
            response_types_supported: ["code"],
            response_modes_supported: ["query"],
            grant_types_supported: ["authorization_code"],
            token_endpoint_auth_methods_supported: ["private_key_jwt", "tls_client_auth"],
            token_endpoint_auth_signing_alg_values_supported: Algorithm::NAMES,
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
            tls_client_certificate_bound_access_tokens: true,
            mtls_endpoint_aliases: Aliases { token_endpoint, pushed_authorization_request_endpoint },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> serde_json::Value {
        let addresses = Addresses {
            issuer: "https://auth.example".into(),
            mutual_tls: "https://mtls.example".into(),
            gateway: "https://api.example".into(),
        };
        serde_json::to_value(Metadata::of(&addresses)).unwrap()
    }

    #[test]
    fn rfc8414_2_the_document_names_what_fapi_2_needs() {
        let document = document();
        assert_eq!(document["issuer"], "https://auth.example");
        assert_eq!(document["require_pushed_authorization_requests"], true);
        assert_eq!(document["authorization_response_iss_parameter_supported"], true);
        assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
        assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(document["mtls_endpoint_aliases"]["token_endpoint"], document["token_endpoint"]);
    }

    /// What is published is honoured: the pages speak the language that the browser asks for, whatever an app says.
    #[test]
    fn rfc8414_2_nothing_is_named_that_is_not_honoured() {
        let document = document();
        for name in ["ui_locales_supported", "authorization_details_types_supported", "claims_supported"] {
            assert!(document.get(name).is_none(), "{name}");
        }
    }

    #[test]
    fn fapi2_5_3_2_1_no_weak_method_is_named() {
        let text = document().to_string();
        for weak in ["client_secret", "none", "RS256", "HS256", "plain", "implicit", "password", "token\""] {
            assert!(!text.contains(&format!("\"{weak}")), "{weak}");
        }
    }
}

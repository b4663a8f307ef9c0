//! The token endpoint, RFC 6749 section 3.2.

use super::Refusal;
use super::client::authenticate;
use super::form::FormRequest;
use crate::Server;
use crate::answer::json;
use crate::completion::to_the_end;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use sumun_authorization::{
    AccessTokenClaims, AuthorizationError, BoundClient, ClientFault, Exchange, GrantFault, Issue, IssuedToken, Outcome,
    PlatformFault, RevocationReason, StoredCode, TOKEN_TYPE, TokenRequest, TokenResponse, token_issued, token_revoked,
};
use sumun_events::Event;
use sumun_ids::TokenId;
use sumun_jose::sign_compact;
use sumun_transport::PeerCertificate;

const PLACE: &str = "token request";

/// `POST /token`: exchanges a code for an access token.
///
/// PR-040: whoever shows no certificate is answered before anything that was sent is read.
pub(super) async fn issue(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Refusal> {
    if request.extensions().get::<PeerCertificate>().is_none() {
        return Err(Refusal::Oauth(PLACE, ClientFault::CertificateMissing.into()));
    }
    let form = FormRequest::read(PLACE, request).await?;
    let answer = exchange(&server, &form).await.map_err(|error| Refusal::Oauth(PLACE, error))?;
    Ok(json(StatusCode::OK, &answer))
}

async fn exchange(server: &Server, form: &FormRequest) -> Result<TokenResponse, AuthorizationError> {
    let parts = &server.parts;
    let client = authenticate(server, form).await?.1.bound()?;
    let request = TokenRequest::read(&form.parameters, &parts.addresses.gateway)?;
    let stored = find(server, &client, &request).await?;
    let consent = parts.consents.consent(stored.code.consent).await?.ok_or(GrantFault::ConsentEnded)?;
    let id = TokenId::from_random(parts.random.id_bytes());
    let issue = Issue { id, policy: &parts.token_policy, now: parts.clock.now() };
    let token = match stored.exchange(&request, &client, &consent, &issue) {
        Ok(token) => token,
        Err(fault) => {
            revoke_replayed(server, &client, &stored).await?;
            return Err(fault.into());
        }
    };
    let signed = sign(server, &token)?;
    match parts.authorizations.exchange(request.code, &token, &[token_issued(&token)]).await? {
        Exchange::Issued => Ok(TokenResponse::of(&token, &consent, &parts.addresses.gateway, signed)),
        Exchange::ConsentEnded => Err(GrantFault::ConsentEnded.into()),
        // Two requests with one code came at once, and the other was first: its token dies as well.
        Exchange::UsedBefore => {
            let stored = find(server, &client, &request).await?;
            revoke_replayed(server, &client, &stored).await?;
            Err(GrantFault::CodeReplayed.into())
        }
    }
}

async fn find(
    server: &Server,
    client: &BoundClient,
    request: &TokenRequest<'_>,
) -> Result<StoredCode, AuthorizationError> {
    let code = server.parts.authorizations.code(client.institution(), request.code).await?;
    Ok(code.ok_or(GrantFault::CodeUnknown)?)
}

/// RFC 6749 section 4.1.2: the token of a code that comes again is revoked,
/// durably first and then in the gateway's memory, before the answer.
async fn revoke_replayed(server: &Server, client: &BoundClient, stored: &StoredCode) -> Result<(), AuthorizationError> {
    let Some(token) = stored.replayed_by(client) else { return Ok(()) };
    let (institution, now) = (client.institution(), server.parts.clock.now());
    let entry = token_revoked(institution, token, RevocationReason::CodeReplayed, now);
    let (authorizations, bus) = (Arc::clone(&server.parts.authorizations), server.parts.bus.clone());
    to_the_end(async move {
        // Whoever came first, the gateway must know: telling it twice does no harm.
        let _: Outcome = authorizations.revoke(institution, token.id, now, &[entry]).await?;
        bus.publish(&Event::TokenRevoked { id: token.id, expires_at: token.expires_at });
        Ok(())
    })
    .await
}

fn sign(server: &Server, token: &IssuedToken) -> Result<String, AuthorizationError> {
    let addresses = &server.parts.addresses;
    let claims = AccessTokenClaims::of(token, &addresses.issuer, &addresses.gateway);
    sign_compact(server.parts.signer.as_ref(), TOKEN_TYPE, &claims)
        .map_err(|failure| PlatformFault::Signing(Box::new(failure)).into())
}

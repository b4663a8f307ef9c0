//! Who sends the request.

use super::form::FormRequest;
use crate::Server;
use sumun_authorization::{AuthenticatedClient, Authentication, AuthorizationError, ClientFault, Credential};
use sumun_participants::App;

/// Authenticates the app that sent `form`, and spends its assertion if it has one.
pub(super) async fn authenticate(
    server: &Server,
    form: &FormRequest,
) -> Result<(App, AuthenticatedClient), AuthorizationError> {
    let parts = &server.parts;
    let credential = Credential::find(&form.parameters, form.authorization_header)?;
    let presented = form.certificate.as_ref().ok_or(ClientFault::CertificateMissing)?;
    let (_, certificate) = parts
        .participants
        .institution_of_certificate(&presented.thumbprint)
        .await?
        .ok_or(ClientFault::CertificateUnknown)?;
    let app = parts.participants.app(credential.app()).await?.ok_or(ClientFault::AppUnknown)?;
    let institution = parts.participants.institution(app.institution).await?.ok_or(ClientFault::AppUnknown)?;
    let now = parts.clock.now();
    let client = match credential.authenticate(&app, &institution, &certificate, &parts.addresses.issuer, now)? {
        Authentication::Complete(client) => client,
        Authentication::AwaitsFirstUse(waiting) => {
            let outcome = parts.authorizations.spend_assertion(waiting.assertion()).await?;
            waiting.settle(outcome)?
        }
    };
    Ok((app, client))
}

//! Who sends the request.

use super::form::FormRequest;
use crate::Server;
use sumun_authorization::{AuthenticatedClient, Authentication, AuthorizationError, ClientFault, Credential};
use sumun_participants::{App, ClientCertificate};

/// Authenticates the app that sent `form`, and spends its assertion if it has one. Without a certificate only an
/// assertion can do; whether that is enough, the endpoint says.
pub(super) async fn authenticate(
    server: &Server,
    form: &FormRequest,
) -> Result<(App, AuthenticatedClient), AuthorizationError> {
    let parts = &server.parts;
    let credential = Credential::find(&form.parameters, form.authorization_header)?;
    credential.need_certificate(form.certificate.is_some())?;
    let certificate = registered(server, form).await?;
    let app = parts.participants.app(credential.app()).await?.ok_or(ClientFault::AppUnknown)?;
    let institution = parts.participants.institution(app.institution).await?.ok_or(ClientFault::AppUnknown)?;
    let now = parts.clock.now();
    let client =
        match credential.authenticate(&app, &institution, certificate.as_ref(), &parts.addresses.issuer, now)? {
            Authentication::Complete(client) => client,
            Authentication::AwaitsFirstUse(waiting) => {
                let outcome = parts.authorizations.spend_assertion(waiting.assertion()).await?;
                waiting.settle(outcome)?
            }
        };
    Ok((app, client))
}

/// The registration of the certificate that the connection showed, if it showed one; one that nobody registered is
/// refused, whatever else the request carries.
async fn registered(server: &Server, form: &FormRequest) -> Result<Option<ClientCertificate>, AuthorizationError> {
    let Some(shown) = &form.certificate else { return Ok(None) };
    let found = server.parts.participants.institution_of_certificate(&shown.thumbprint).await?;
    let (_, certificate) = found.ok_or(ClientFault::CertificateUnknown)?;
    Ok(Some(certificate))
}

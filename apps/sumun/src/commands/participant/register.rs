//! `sumun participant register`

use super::output::{Client, Output};
use super::{Data, faults};
use crate::commands::answer::{Stop, View, json, word};
use crate::commands::json_place::place;
use crate::commands::text_file::read_text;
use crate::commands::{CommandError, Format, runtime};
use crate::platform::Register;
use crate::platform::data_folder::Whereabouts;
use crate::speech::say;
use std::io::Write;
use std::path::{Path, PathBuf};
use sumun_consent::Scope;
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::{JsonError, JwkSet, JwkSetError, base64url_encode};
use sumun_keys::{CertificateFacts, CertificateRequest, ClientProfile, KeyError, certificate_pem};
use sumun_participants::{
    App, BusinessNumber, ClientAuthentication, ClientCertificate, FORM_BYTES_MAX, Newcomer, ParticipantStore,
    Participants, Registration, RegistrationForm, entries,
};
use sumun_time::{Span, Timestamp};

/// No certificate request and no key set is longer.
const FILE_BYTES_MAX: usize = 64 * 1024;
/// A year, as most institutions renew. Our choice.
const CERTIFICATE_VALIDITY: Span = Span::from_days(365);
/// A clock that is a little behind must not make a fresh certificate invalid.
const BACKDATED: Span = Span::from_minutes(5);

#[derive(clap::Args)]
pub(super) struct RegisterArguments {
    #[command(flatten)]
    data: Data,
    /// The registration: a TOML file as docs/how-to/register-an-app.md describes it
    #[arg(long, value_name = "FILE")]
    registration: PathBuf,
    /// The folder that receives certificate.pem and registration.json
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    #[command(flatten)]
    view: View,
}

/// Everything that the institution handed in, read and sound by itself.
struct Application {
    /// The form's path, for messages.
    file: String,
    form: RegistrationForm,
    key_set: JwkSet,
    request: CertificateRequest,
    common_name: String,
}

/// All or nothing: whatever can be refused is refused before anything is written.
pub(super) fn run(arguments: &RegisterArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let application = Application::read(&arguments.registration)?;
    let output = Output::look(&arguments.out)?;
    let (client, is_new_institution) = runtime()?.block_on(async {
        let register = Register::open(&arguments.data.folder).await?;
        let registered = application.register(&register, &output).await;
        // What was registered is taken into the journal also when a file could not get its name.
        let closed = register.close().await;
        registered.and_then(|registered| closed.map(|()| registered))
    })?;
    if arguments.view.format == Format::Json {
        return json(&client, out);
    }
    Ok(tell(&client, is_new_institution, &arguments.view, out)?)
}

impl Application {
    fn read(path: &Path) -> Result<Self, CommandError> {
        let (file, text) = read_text(path, FORM_BYTES_MAX)?;
        let scopes = Scope::ALL.map(Scope::name);
        let form =
            RegistrationForm::read(&text, &scopes).map_err(|fault| CommandError::misuse(format!("{file}:{fault}")))?;
        // Files stand beside the form that names them.
        let folder = path.parent().unwrap_or(Path::new(""));
        let key_set = match &form.key_set_file {
            Some(name) => read_key_set(&folder.join(name))?,
            None => JwkSet::default(),
        };
        let (request_file, text) = read_text(&folder.join(&form.certificate_request_file), FILE_BYTES_MAX)?;
        let request = CertificateRequest::parse(&text).map_err(|error| faults::request(&request_file, error))?;
        let common_name = common_name(&request_file, &request, form.institution.business_number)?;
        Ok(Self { file, form, key_set, request, common_name })
    }

    async fn register(&self, register: &Register, output: &Output) -> Result<(Client, bool), CommandError> {
        let all = register.store.all().await.map_err(|error| faults::register(&error))?;
        if let Some(client) = self.finish_left(&all, output)? {
            return Ok((client, false));
        }
        let redirects =
            register.folder.whereabouts().issuer.as_deref().map_or(Ok(()), |issuer| self.form.admit_redirects(issuer));
        let known = redirects.and_then(|()| all.admit(&self.form));
        let known = known.map_err(|fault| faults::admission(&self.file, fault))?;
        output.check_free()?;
        let now = register.clock.now();
        let (owner, institution) = match known {
            Some(known) => (known.id, None),
            None => {
                let id = InstitutionId::from_random(register.random.id_bytes());
                (id, Some(self.form.institution(id)))
            }
        };
        let (certificate_der, certificate) = self.issue(register, owner, now)?;
        let id = AppId::from_random(register.random.id_bytes());
        let app = self.form.app(id, owner, self.key_set.clone(), certificate.subject_dn.clone());
        // Everything else that an app must have was checked when the form was read.
        let app = app.map_err(|_| faults::no_keys(self.form.key_set_file.as_deref().unwrap_or(&self.file)))?;
        let admitted = all.admit_certificate(&app, &certificate).and_then(|()| all.admit_keys(&app, &certificate));
        admitted.map_err(|fault| faults::admission(&self.file, fault))?;
        let chain_pem = certificate_pem(&certificate_der) + &register.keys.open_authority.key.certificate_pem();
        let client = client_of(&app, &certificate, output.certificate(), register.folder.whereabouts());
        let staged = output.stage(&chain_pem, &client)?;
        let is_new = institution.is_some();
        let journal: Vec<_> = institution
            .iter()
            .map(|institution| entries::institution_registered(institution.id, now))
            .chain([entries::app_registered(&app, now), entries::certificate_registered(&certificate, now)])
            .collect();
        let newcomer = Newcomer { institution, app, certificate };
        match register.store.register_newcomer(&newcomer, &journal).await {
            Ok(Registration::Registered) => staged.publish().map(|()| (client, is_new)),
            Ok(Registration::Taken | Registration::UnknownInstitution) => {
                Err(CommandError::failure(say("fault-register-changed")))
            }
            Err(error) => Err(faults::register(&error)),
        }
    }

    /// The end of this very registration, if a call was interrupted before its
    /// files had their names. Drafts of one that never came about are removed.
    fn finish_left(&self, all: &Participants, output: &Output) -> Result<Option<Client>, CommandError> {
        let Some((client, staged)) = output.left() else { return Ok(None) };
        let Some(app) = all.apps.iter().find(|app| app.id.to_string() == client.client_id) else { return Ok(None) };
        staged.publish()?;
        let number = self.form.institution.business_number;
        let owner = all.institutions.iter().find(|institution| institution.id == app.institution);
        let is_same =
            owner.is_some_and(|owner| owner.business_number == number) && app.name_ko == self.form.app_name_ko;
        Ok(is_same.then_some(client))
    }

    fn issue(
        &self,
        register: &Register,
        institution: InstitutionId,
        now: Timestamp,
    ) -> Result<(Vec<u8>, ClientCertificate), CommandError> {
        let authority = &register.keys.open_authority;
        if authority.record.is_overdue(now) {
            return Err(faults::authority_overdue(authority.record.not_after));
        }
        let profile = ClientProfile {
            organization: self.form.institution.name_en.clone(),
            serial_number: self.form.institution.business_number.to_string(),
            common_name: self.common_name.clone(),
            not_before: now.minus(BACKDATED),
            // A certificate does not outlive the authority that vouches for it.
            not_after: now.plus(CERTIFICATE_VALIDITY).min(authority.record.not_after),
        };
        let refused = |error: KeyError| faults::certificate(&error);
        let der = authority.key.issue_client_for(&self.request, &profile).map_err(refused)?;
        let facts = CertificateFacts::parse(&der).map_err(refused)?;
        let subject_dn = facts.subject_dn.parse();
        let certificate = ClientCertificate {
            thumbprint: facts.thumbprint,
            key_sha256: Some(facts.key_sha256),
            institution,
            subject_dn: subject_dn.map_err(|error| faults::certificate(&error))?,
            not_before: facts.not_before,
            not_after: facts.not_after,
        };
        Ok((der, certificate))
    }
}

/// The app's public keys. A private one has no business here (RFC 7517 section 9.2).
fn read_key_set(path: &Path) -> Result<JwkSet, CommandError> {
    let (file, text) = read_text(path, FILE_BYTES_MAX)?;
    JwkSet::parse(text.as_bytes()).map_err(|error| {
        let (line, column) = match &error {
            JwkSetError::Json(JsonError::Syntax { line, column } | JsonError::DuplicateName { line, column }) => {
                (*line, (*column).max(1))
            }
            JwkSetError::Json(_) => (1, 1),
            JwkSetError::Key(number, _) => place(&text, &format!("/keys/{number}")),
            JwkSetError::NoKeys | JwkSetError::TooMany | JwkSetError::DuplicateKeyId(_) => place(&text, "/keys"),
        };
        faults::key_set(&file, (line, column), &error)
    })
}

/// The name of the access server. All other names of the subject come from the
/// register, and a business number in the request must be the registration's.
fn common_name(file: &str, request: &CertificateRequest, number: BusinessNumber) -> Result<String, CommandError> {
    let name = request.common_name().unwrap_or_default();
    let is_plain = name.trim() == name && !name.chars().any(char::is_control);
    if !is_plain || !(1..=64).contains(&name.chars().count()) {
        return Err(faults::no_common_name(file));
    }
    match request.serial_number() {
        Some(other) if other.parse() != Ok(number) => Err(faults::other_number(file, other, number)),
        _ => Ok(name.to_owned()),
    }
}

fn client_of(app: &App, certificate: &ClientCertificate, path: PathBuf, whereabouts: &Whereabouts) -> Client {
    let Whereabouts { issuer, gateway, contract } = whereabouts.clone();
    Client {
        client_id: app.id.to_string(),
        client_name: app.name_ko.clone(),
        institution_id: app.institution.to_string(),
        redirect_uris: app.redirect_uris.iter().map(ToString::to_string).collect(),
        scope: app.scopes.join(" "),
        token_endpoint_auth_method: app.authentication.method().name().to_owned(),
        tls_client_auth_subject_dn: match &app.authentication {
            ClientAuthentication::TlsClientAuth { subject_dn } => Some(subject_dn.to_string()),
            ClientAuthentication::PrivateKeyJwt => None,
        },
        certificate: path,
        thumbprint: base64url_encode(&certificate.thumbprint),
        not_after: certificate.not_after.to_string(),
        metadata: issuer.as_ref().map(|issuer| format!("{issuer}/.well-known/oauth-authorization-server")),
        issuer,
        gateway,
        contract,
    }
}

fn tell(client: &Client, is_new_institution: bool, view: &View, out: &mut dyn Write) -> std::io::Result<()> {
    let language = view.language();
    let done = match is_new_institution {
        true => word(language, "이용기관과 앱을 등록했습니다.", "The institution and its app are registered."),
        false => {
            word(language, "등록된 이용기관의 앱을 등록했습니다.", "An app of a registered institution is registered.")
        }
    };
    writeln!(out, "{done}\n")?;
    writeln!(out, "client_id    {}", client.client_id)?;
    writeln!(out, "institution  {}", client.institution_id)?;
    writeln!(out, "method       {}", client.token_endpoint_auth_method)?;
    writeln!(out, "scope        {}", client.scope)?;
    writeln!(out, "x5t#S256     {}", client.thumbprint)?;
    writeln!(out, "not_after    {}", client.not_after)?;
    writeln!(out, "certificate  {}", client.certificate.display())?;
    if let Some(metadata) = &client.metadata {
        let hint = word(language, "마지막 시작 때의 주소", "as of the last start");
        writeln!(out, "metadata     {metadata} ({hint})")?;
    }
    if let Some(gateway) = &client.gateway {
        writeln!(out, "gateway      {gateway}")?;
    }
    let next = word(
        language,
        "다음에 `sumun up`을 시작하면 이 앱이 호출할 수 있습니다.",
        "The app may call from the next start of `sumun up` on.",
    );
    writeln!(out, "\n{next}")
}

//! `sumun participant list`

use super::{Data, faults};
use crate::commands::answer::{Stop, View, json, padded, width, word};
use crate::commands::{Format, runtime};
use crate::platform::Register;
use serde::Serialize;
use std::io::Write;
use sumun_jose::base64url_encode;
use sumun_participants::{App, ClientCertificate, Institution, InstitutionStatus, ParticipantStore, Participants};
use sumun_time::Timestamp;

#[derive(clap::Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct InstitutionLine {
    id: String,
    name_ko: String,
    name_en: String,
    business_number: String,
    contact: String,
    status: &'static str,
    apps: Vec<AppLine>,
    certificates: Vec<CertificateLine>,
}

#[derive(Serialize)]
struct AppLine {
    client_id: String,
    name_ko: String,
    name_en: String,
    token_endpoint_auth_method: &'static str,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
    /// The `kid` of each registered key.
    keys: Vec<String>,
}

#[derive(Serialize)]
struct CertificateLine {
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
    subject_dn: String,
    not_before: String,
    not_after: String,
    days_left: i64,
}

pub(super) fn run(arguments: &ListArguments, out: &mut dyn Write) -> Result<(), Stop> {
    let (all, now) = runtime()?.block_on(async {
        let register = Register::open(&arguments.data.folder).await?;
        let now = register.clock.now();
        let all = register.store.all().await.map_err(|error| faults::register(&error));
        register.close().await?;
        all.map(|all| (all, now))
    })?;
    let lines = lines(&all, now);
    match arguments.view.format {
        Format::Json => json(&lines, out),
        Format::Text => Ok(say(&lines, &arguments.view, out)?),
    }
}

fn lines(all: &Participants, now: Timestamp) -> Vec<InstitutionLine> {
    let mut lines: Vec<_> = all.institutions.iter().map(|institution| line(all, institution, now)).collect();
    lines.sort_by(|left, right| left.business_number.cmp(&right.business_number));
    lines
}

fn line(all: &Participants, institution: &Institution, now: Timestamp) -> InstitutionLine {
    let apps = all.apps.iter().filter(|app| app.institution == institution.id);
    let certificates = all.certificates.iter().filter(|certificate| certificate.institution == institution.id);
    InstitutionLine {
        id: institution.id.to_string(),
        name_ko: institution.name_ko.clone(),
        name_en: institution.name_en.clone(),
        business_number: institution.business_number.to_string(),
        contact: institution.contact.clone(),
        status: institution.status.name(),
        apps: apps.map(app_line).collect(),
        certificates: certificates.map(|certificate| certificate_line(certificate, now)).collect(),
    }
}

fn app_line(app: &App) -> AppLine {
    AppLine {
        client_id: app.id.to_string(),
        name_ko: app.name_ko.clone(),
        name_en: app.name_en.clone(),
        token_endpoint_auth_method: app.authentication.method().name(),
        redirect_uris: app.redirect_uris.iter().map(ToString::to_string).collect(),
        scopes: app.scopes.clone(),
        keys: app.jwks.keys().iter().map(|key| key.key_id().to_owned()).collect(),
    }
}

fn certificate_line(certificate: &ClientCertificate, now: Timestamp) -> CertificateLine {
    CertificateLine {
        thumbprint: base64url_encode(&certificate.thumbprint),
        subject_dn: certificate.subject_dn.to_string(),
        not_before: certificate.not_before.to_string(),
        not_after: certificate.not_after.to_string(),
        days_left: certificate.days_left(now),
    }
}

fn say(lines: &[InstitutionLine], view: &View, out: &mut dyn Write) -> std::io::Result<()> {
    let language = view.language();
    for line in lines {
        let status = match line.status == InstitutionStatus::Active.name() {
            true => word(language, "이용 중", "active"),
            false => word(language, "멈춤", "stopped"),
        };
        let name = word(language, &line.name_ko, &line.name_en);
        writeln!(out, "{name}  {}  {}  {status}", line.business_number, line.id)?;
        let names: Vec<&str> = line.apps.iter().map(|app| word(language, &app.name_ko, &app.name_en)).collect();
        let columns = names.iter().map(|name| width(name)).max().unwrap_or(0);
        for (app, name) in line.apps.iter().zip(names) {
            let method = padded(app.token_endpoint_auth_method, "private_key_jwt".len());
            let name = padded(name, columns);
            writeln!(out, "  {name}  {}  {method}  {}", app.client_id, app.scopes.join(" "))?;
        }
        for certificate in &line.certificates {
            let days = word(language, "일 남음", " days left");
            let head = word(language, "인증서", "certificate");
            writeln!(out, "  {head} {}  {}{days}", certificate.thumbprint, certificate.days_left)?;
        }
    }
    Ok(())
}

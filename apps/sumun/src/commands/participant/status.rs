//! `sumun participant stop` and `resume` (PR-057)

use super::{Data, faults};
use crate::commands::answer::{Stop, View, json, word};
use crate::commands::{CommandError, Format, runtime};
use crate::platform::Register;
use crate::speech::say;
use serde::Serialize;
use std::io::Write;
use sumun_participants::{BusinessNumber, Institution, InstitutionStatus, ParticipantStore, entries};

#[derive(clap::Args)]
pub(super) struct StatusArguments {
    #[command(flatten)]
    data: Data,
    /// The institution: its business number or its id
    #[arg(long, value_name = "NUMBER")]
    institution: String,
    #[command(flatten)]
    view: View,
}

#[derive(Serialize)]
struct Answer {
    institution_id: String,
    business_number: String,
    status: &'static str,
    /// Whether it had another status before.
    changed: bool,
}

pub(super) fn run(arguments: &StatusArguments, status: InstitutionStatus, out: &mut dyn Write) -> Result<(), Stop> {
    let (institution, changed) = runtime()?.block_on(async {
        let register = Register::open(&arguments.data.folder).await?;
        let outcome = change(&register, &arguments.institution, status).await;
        let closed = register.close().await;
        outcome.and_then(|outcome| closed.map(|()| outcome))
    })?;
    if arguments.view.format == Format::Json {
        let answer = Answer {
            institution_id: institution.id.to_string(),
            business_number: institution.business_number.to_string(),
            status: status.name(),
            changed,
        };
        return json(&answer, out);
    }
    let language = arguments.view.language();
    let name = word(language, &institution.name_ko, &institution.name_en);
    let said = match (status, changed) {
        (InstitutionStatus::Suspended, true) => word(language, "이용을 멈췄습니다.", "is stopped."),
        (InstitutionStatus::Suspended, false) => word(language, "이미 멈춰 있습니다.", "was stopped already."),
        (InstitutionStatus::Active, true) => word(language, "다시 이용할 수 있습니다.", "may call again."),
        (InstitutionStatus::Active, false) => word(language, "이미 이용 중입니다.", "may call already."),
    };
    writeln!(out, "{name} ({}): {said}", institution.business_number)?;
    Ok(())
}

async fn change(
    register: &Register,
    named: &str,
    status: InstitutionStatus,
) -> Result<(Institution, bool), CommandError> {
    let all = register.store.all().await.map_err(|error| faults::register(&error))?;
    let number = named.parse::<BusinessNumber>().ok();
    let is_named = |known: &Institution| Some(known.business_number) == number || known.id.to_string() == named;
    let Some(institution) = all.institutions.into_iter().find(is_named) else {
        let shown: String = named.chars().take(80).collect();
        return Err(CommandError::misuse(say("fault-unknown-institution").with("name", shown)));
    };
    let entry = entries::institution_status_changed(institution.id, status, register.clock.now());
    let changed = register.store.set_institution_status(institution.id, status, &[entry]).await;
    Ok((institution, changed.map_err(|error| faults::register(&error))?))
}

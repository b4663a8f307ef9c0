//! Probes by the API.

use super::ApiBody;
use super::views::EvidenceView;
use crate::access::{Permitted, Refusal};
use crate::answer::json;
use crate::case::Case;
use crate::deeds;
use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use sumun_evidence::Origin;
use sumun_probes::registry::PROBES;

#[derive(Serialize)]
struct Probes {
    /// What is probed; null when there is nothing.
    target: Option<String>,
    probes: Vec<ProbeView>,
    /// What the runs left so far.
    evidence: Vec<EvidenceView>,
}

#[derive(Serialize)]
struct ProbeView {
    id: &'static str,
    title_ko: &'static str,
    title_en: &'static str,
    kind: sumun_probes::Kind,
    items: Vec<&'static str>,
}

/// `GET /api/v1/engagements/{engagement}/probes`.
pub(crate) async fn list(permit: Permitted<Case>) -> Response {
    let case = permit.subject();
    let framework = &case.book.edition.framework;
    let probes = PROBES.iter().map(|probe| {
        let descriptor = probe.descriptor();
        let own = descriptor.bindings.iter().filter(|binding| binding.framework == framework);
        ProbeView {
            id: descriptor.id,
            title_ko: descriptor.title_ko,
            title_en: descriptor.title_en,
            kind: descriptor.kind,
            items: own.map(|binding| binding.row).collect(),
        }
    });
    let left = case.evidence.iter().filter(|one| matches!(one.origin, Origin::ProbeRun { .. }));
    let view = Probes {
        target: permit.workbench().parts.probes.target(),
        probes: probes.collect(),
        evidence: left.map(EvidenceView::of).collect(),
    };
    json(StatusCode::OK, &view)
}

/// Which probe is to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunBody {
    probe: String,
}

#[derive(Serialize)]
struct RunView {
    evidence: Vec<EvidenceView>,
}

/// `POST /api/v1/engagements/{engagement}/probes`.
pub(crate) async fn run(permit: Permitted<Case>, ApiBody(body): ApiBody<RunBody>) -> Result<Response, Refusal> {
    let permit = Arc::new(permit);
    let left = deeds::probe::run(&permit, &body.probe).await.map_err(|error| permit.member().refuse(error))?;
    Ok(json(StatusCode::CREATED, &RunView { evidence: left.iter().map(EvidenceView::of).collect() }))
}

//! Every route of the workbench, in one list, with who may come.

use crate::workbench::Workbench;
use crate::{Parts, StartError, api, pages};
use axum::Router;
use axum::middleware::from_extractor_with_state;
use axum::routing::{MethodRouter, delete, get, post};
use std::sync::Arc;

/// Who may come to a route. The handlers' own arguments enforce it
/// (`Member`, `Permitted<Scope>`, `Permitted<Case>`); this says it, and the
/// table test holds each route to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody.
    Anybody,
    /// Whoever is signed in as staff.
    Staff,
    /// The staff of the engagement's institution, inspectors and the operator.
    Engagement,
    /// As before, but without the operator: something changes.
    Party,
}

/// One route.
#[cfg_attr(not(test), expect(dead_code, reason = "the table says who may come; its test holds the handlers to it"))]
pub(crate) struct Route {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// Who may come.
    pub access: Access,
    handler: fn() -> MethodRouter<Arc<Workbench>>,
}

macro_rules! routes {
    ($($method:ident $path:literal $access:ident $handler:path;)+) => {
        /// Every route.
        pub(crate) const ROUTES: &[Route] = &[$(Route {
            method: routes!(@name $method),
            path: $path,
            access: Access::$access,
            handler: || $method($handler),
        }),+];
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
    (@name delete) => { "DELETE" };
}

routes! {
    // Pages.
    get "/" Anybody pages::list::home;
    get "/sign-in" Anybody pages::sign_in::show;
    post "/sign-in" Anybody pages::sign_in::sign_in;
    get "/sign-out" Staff pages::sign_out::show;
    post "/sign-out" Staff pages::sign_out::sign_out;
    get "/engagements" Staff pages::list::show;
    get "/engagements/new" Staff pages::opening::show;
    post "/engagements" Staff pages::opening::open;
    get "/engagements/{engagement}" Engagement pages::overview::show;
    get "/engagements/{engagement}/log" Engagement pages::log::show;
    get "/engagements/{engagement}/deeds/{deed}" Engagement pages::deed::show;
    post "/engagements/{engagement}/deeds/{deed}" Party pages::deed::act;
    get "/engagements/{engagement}/items" Engagement pages::items::show;
    get "/engagements/{engagement}/items/{item}" Engagement pages::item::show;
    post "/engagements/{engagement}/items/{item}/judgements" Party pages::judging::judge;
    post "/engagements/{engagement}/items/{item}/evidence" Party pages::uploading::add;
    post "/engagements/{engagement}/items/{item}/plans" Party pages::planning::plan;
    get "/engagements/{engagement}/evidence" Engagement pages::evidence_list::show;
    get "/engagements/{engagement}/evidence/{evidence}" Engagement pages::evidence::show;
    get "/engagements/{engagement}/evidence/{evidence}/file" Engagement pages::evidence::file;
    get "/engagements/{engagement}/findings" Engagement pages::findings::show;
    get "/engagements/{engagement}/findings/{finding}" Engagement pages::finding::show;
    post "/engagements/{engagement}/findings/{finding}" Party pages::finding::answer;
    get "/engagements/{engagement}/probes" Engagement pages::probes::show;
    post "/engagements/{engagement}/probes" Party pages::probes::run;
    get "/engagements/{engagement}/reports" Engagement pages::reports::show;
    post "/engagements/{engagement}/reports" Party pages::reports::make;
    get "/engagements/{engagement}/reports/{report}/file" Engagement pages::reports::file;
    get "/engagements/{engagement}/evidence-pack" Engagement pages::reports::pack;
    // API.
    get "/api/v1/openapi.json" Anybody api::contract::show;
    post "/api/v1/session" Anybody api::session::sign_in;
    get "/api/v1/session" Staff api::session::show;
    delete "/api/v1/session" Staff api::session::sign_out;
    get "/api/v1/institutions" Staff api::engagements::institutions;
    get "/api/v1/engagements" Staff api::engagements::list;
    post "/api/v1/engagements" Staff api::engagements::open;
    get "/api/v1/engagements/{engagement}" Engagement api::engagements::show;
    get "/api/v1/engagements/{engagement}/log" Engagement api::engagements::log;
    post "/api/v1/engagements/{engagement}/deeds" Party api::engagements::act;
    get "/api/v1/engagements/{engagement}/items" Engagement api::items::list;
    get "/api/v1/engagements/{engagement}/items/{item}" Engagement api::items::show;
    post "/api/v1/engagements/{engagement}/items/{item}/judgements" Party api::items::judge;
    post "/api/v1/engagements/{engagement}/items/{item}/plans" Party api::items::plan;
    get "/api/v1/engagements/{engagement}/evidence" Engagement api::evidence::list;
    post "/api/v1/engagements/{engagement}/evidence" Party api::evidence::add;
    get "/api/v1/engagements/{engagement}/evidence/{evidence}" Engagement api::evidence::show;
    get "/api/v1/engagements/{engagement}/evidence/{evidence}/file" Engagement pages::evidence::file;
    get "/api/v1/engagements/{engagement}/findings" Engagement api::findings::list;
    post "/api/v1/engagements/{engagement}/findings/{finding}" Party api::findings::answer;
    get "/api/v1/engagements/{engagement}/probes" Engagement api::probes::list;
    post "/api/v1/engagements/{engagement}/probes" Party api::probes::run;
    get "/api/v1/engagements/{engagement}/reports" Engagement api::reports::list;
    post "/api/v1/engagements/{engagement}/reports" Party api::reports::make;
    get "/api/v1/engagements/{engagement}/reports/{report}/file" Engagement pages::reports::file;
    get "/api/v1/engagements/{engagement}/evidence-pack" Engagement pages::reports::pack;
}

/// The whole app, with the static files of the pages and their security headers.
///
/// The listener must take bodies of 51 MB and give them time: a file of
/// evidence has at most 50 MB.
///
/// # Errors
/// [`StartError`] when the texts or the catalogs cannot be used.
pub fn router(parts: Parts) -> Result<Router, StartError> {
    let workbench = Arc::new(Workbench::new(parts)?);
    let mut router = Router::new();
    for route in ROUTES {
        let handler = (route.handler)();
        let handler = match route.path.starts_with("/api/") {
            true => handler.route_layer(from_extractor_with_state::<api::KnownQuery, _>(Arc::clone(&workbench))),
            false => handler,
        };
        router = router.route(route.path, handler);
    }
    Ok(sumun_web::shell(router.fallback(pages::missing).with_state(workbench)))
}

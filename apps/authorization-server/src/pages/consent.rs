//! The authorization endpoint: the page on which the customer decides.

use super::words::{ScopeLine, app_name, institution_name, kind_key, scope_lines, subject};
use crate::Server;
use crate::visit::{Presence, Visit, Visitor};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use std::sync::Arc;
use sumun_authorization::{
    AccountSummary, Approve, Approved, AuthorizationCode, AuthorizationError, AwaitingDecision, CustomerFault, Outcome,
    Parameters, PlatformFault, PushedRequest, Reference, RequestUriFault, ShownFact, ShownTerms, Terms, code_response,
    denied_response,
};
use sumun_consent::{Consent, ConsentDisclosure};
use sumun_events::Event;
use sumun_ids::{AccountId, ConsentId};
use sumun_participants::{App, Institution, InstitutionStatus};
use sumun_sign_in::{FormTurn, Forms, TakenUp};
use sumun_time::{Date, Timestamp};
use sumun_web::{ErrorPage, FieldError, Form, FormTarget, Locale, Page};

const PLACE: &str = "authorization";

#[derive(askama::Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    page: Page,
    action: String,
    forms: Forms,
    phrase: String,
    errors: Vec<FieldError>,
    institution: String,
    app: String,
    contact: String,
    needs_account: bool,
    accounts: Vec<AccountChoice>,
    account_error: Option<String>,
    data: Vec<ScopeLine>,
    transactions: Vec<ScopeLine>,
    disclosure: ConsentDisclosure,
    expires_on: Date,
    days: u16,
    decide_until: Timestamp,
    /// When the consent was given whose place this one would take.
    replaces: Option<Timestamp>,
    /// What the form carries of the terms, to see at the decision that they still are those.
    terms: ShownTerms,
    /// What is other than on the page whose form came back, by the headings of this one.
    changed: Vec<String>,
}

struct AccountChoice {
    id: String,
    alias: String,
    masked_number: String,
    kind: String,
    chosen: bool,
}

/// Why the page is shown again.
#[derive(Default)]
struct Again {
    /// The key of what is wrong with the chosen accounts.
    account_error: Option<&'static str>,
    /// What is registered otherwise than the page before said.
    changed: Vec<ShownFact>,
    /// The accounts that were ticked.
    chosen: Vec<String>,
}

/// A request that may be decided on, with what is registered of its app.
struct Opened {
    awaiting: AwaitingDecision,
    app: App,
    institution: Institution,
    reference: Reference,
}

/// `GET /authorize`.
pub(crate) async fn show(visit: Visit) -> Result<Response, ErrorPage> {
    let opened = open(&visit, PushedRequest::open).await.map_err(|error| visit.fail(PLACE, error))?;
    match visit.presence().await? {
        Presence::Away(_) => Ok(to_sign_in(&opened.reference)),
        Presence::SignedIn(visitor) => respond(&visit, &visitor, &opened, Again::default()).await,
    }
}

/// `POST /authorize`: the decision. The address names the request, the form the
/// decision. A second press is led to the app as the first was, with the same code.
pub(crate) async fn decide(visit: Visit, form: Form) -> Result<Response, ErrorPage> {
    let visitor = match visit.presence().await? {
        Presence::Away(_) => {
            let opened = open(&visit, PushedRequest::decide).await.map_err(|error| visit.fail(PLACE, error))?;
            return Ok(to_sign_in(&opened.reference));
        }
        Presence::SignedIn(visitor) => visitor,
    };
    let press = visitor.press(&visit, &form)?;
    let turn = match visit.server.entrance.take_up(press, visit.now).await {
        Ok(TakenUp::Answered(address)) => return Ok(Redirect::to(&address).into_response()),
        Ok(TakenUp::First(turn)) => turn,
        Err(failure) => return Err(visit.fail(PLACE, failure)),
    };
    let opened = open(&visit, PushedRequest::decide).await.map_err(|error| visit.fail(PLACE, error))?;
    let decision = form.text("decision")?;
    // A denial grants nothing, whatever the page said.
    if decision == "approve" {
        let changed = ShownTerms::of(&opened.app, &opened.institution).changed_since(form.text("terms")?);
        if !changed.is_empty() {
            tracing::info!(place = PLACE, "refused: the terms are other than the page said");
            let chosen = form.list("account").map(str::to_owned).collect();
            return respond(&visit, &visitor, &opened, Again { changed, chosen, ..Again::default() }).await;
        }
    }
    let outcome = match decision {
        "approve" => approve(&visit, &visitor, &opened, (&form, turn)).await,
        "deny" => deny(&visit.server, &opened, turn).await,
        _ => Err(CustomerFault::DecisionUnknown.into()),
    };
    match outcome {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        // The one fault that the customer mends on the page itself.
        Err(AuthorizationError::Customer(CustomerFault::NoAccountChosen)) => {
            let again = Again { account_error: Some("consent-account-missing"), ..Again::default() };
            respond(&visit, &visitor, &opened, again).await
        }
        Err(error) => Err(visit.fail(PLACE, error)),
    }
}

/// Finds the request that the address names and takes it up by `step`.
async fn open(
    visit: &Visit,
    step: fn(PushedRequest, sumun_ids::AppId, Timestamp) -> Result<AwaitingDecision, RequestUriFault>,
) -> Result<Opened, AuthorizationError> {
    let parts = &visit.server.parts;
    let parameters = Parameters::parse(visit.address.query().unwrap_or_default().as_bytes())?;
    let reference = Reference::read(&parameters)?;
    let app = parts.participants.app(reference.app).await?.ok_or(RequestUriFault::Unknown)?;
    // PR-057: nobody is asked to consent to what a stopped institution pushed before.
    let institution = parts.participants.institution(app.institution).await?.ok_or(RequestUriFault::Unknown)?;
    if institution.status != InstitutionStatus::Active {
        return Err(RequestUriFault::InstitutionNotActive.into());
    }
    let pushed = parts.authorizations.pushed(app.institution, reference.id).await?.ok_or(RequestUriFault::Unknown)?;
    Ok(Opened { awaiting: step(pushed, app.id, visit.now)?, app, institution, reference })
}

async fn approve(
    visit: &Visit,
    visitor: &Visitor,
    opened: &Opened,
    (form, turn): (&Form, FormTurn),
) -> Result<String, AuthorizationError> {
    let parts = &visit.server.parts;
    let chosen = form.list("account").map(str::parse).collect::<Result<Vec<AccountId>, _>>();
    let code = AuthorizationCode::from_random(parts.random.secret_bytes());
    let registered = &opened.app.consent_terms;
    let approval = opened.awaiting.approve(Approve {
        customer: visitor.person.id,
        actor: visitor.person.actor(),
        wordings: vec![registered.purpose_ko.clone(), registered.purpose_en.clone()],
        offered: &offered(&visit.server, visitor).await?,
        chosen: &chosen.map_err(|_| CustomerFault::AccountOfAnother)?,
        terms: terms(&visit.server, opened, shown_language(visit, form)),
        consent: ConsentId::from_random(parts.random.id_bytes()),
        code: &code,
        now: visit.now,
    })?;
    let address = code_response(&opened.awaiting.request, &parts.addresses.issuer, code.as_str());
    let server = Arc::clone(&visit.server);
    // Durably first, then at the gateway: what the new consent ended dies there before the new one lives.
    let granted = async move {
        match server.parts.authorizations.approve(&approval).await? {
            Approved::TooLate => Err(AuthorizationError::from(RequestUriFault::Decided)),
            Approved::First { superseded } => {
                for consent in superseded {
                    server.parts.bus.publish(&Event::ConsentEnded(consent.id));
                }
                server.parts.bus.publish(&Event::ConsentGranted(Arc::new(approval.consent)));
                Ok(())
            }
        }
    };
    turn.carry_out(address, granted).await
}

async fn deny(server: &Arc<Server>, opened: &Opened, turn: FormTurn) -> Result<String, AuthorizationError> {
    let (request, id) = (&opened.awaiting.request, opened.awaiting.id);
    let (server, institution) = (Arc::clone(server), request.institution);
    let address = denied_response(request, &server.parts.addresses.issuer);
    let denied = async move {
        match server.parts.authorizations.deny(institution, id).await? {
            Outcome::TooLate => Err(AuthorizationError::from(RequestUriFault::Decided)),
            Outcome::First => Ok(()),
        }
    };
    turn.carry_out(address, denied).await
}

/// The page; with what is wrong when its form came back.
async fn respond(visit: &Visit, visitor: &Visitor, opened: &Opened, again: Again) -> Result<Response, ErrorPage> {
    let status = match &again {
        Again { changed, .. } if !changed.is_empty() => StatusCode::CONFLICT,
        Again { account_error: Some(_), .. } => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let view = view(visit, visitor, opened, again).await.map_err(|error| visit.fail(PLACE, error))?;
    Ok(view.page.show_with(status, &view))
}

async fn view(
    visit: &Visit,
    visitor: &Visitor,
    opened: &Opened,
    again: Again,
) -> Result<ConsentPage, AuthorizationError> {
    let Opened { awaiting, app, institution, reference } = opened;
    let offered = offered(&visit.server, visitor).await?;
    let mut page = visit.page_for(visitor, "consents-title");
    let name = institution_name(institution, page.locale).to_owned();
    let title = page.text("consent-title").with("subject", subject(&name, page.locale)).to_string();
    page.title = title;
    page.form_targets = FormTarget::of_redirect(&awaiting.request.redirect_uri).into_iter().collect();
    let account_error = again.account_error.map(|key| page.text(key).to_string());
    let error = |message: &String| FieldError {
        field: "account".into(),
        label: page.text("consent-account-label").to_string(),
        message: message.clone(),
    };
    let (data, transactions) = scope_lines(&page, &awaiting.request.scopes);
    Ok(ConsentPage {
        action: format!("/authorize?{}", reference.query()),
        forms: visit.server.entrance.forms(&visitor.token),
        phrase: visitor.person.security_phrase.to_string(),
        errors: account_error.iter().map(error).collect(),
        institution: name,
        app: app_name(app, page.locale).to_owned(),
        contact: institution.contact.clone(),
        needs_account: awaiting.needs_account(),
        accounts: choices(&page, &offered, &again.chosen),
        account_error,
        data,
        transactions,
        disclosure: disclosure(visit, opened, &offered)?,
        expires_on: awaiting.last_day(app.consent_terms.valid_days),
        days: app.consent_terms.valid_days,
        decide_until: awaiting.decide_until,
        replaces: replaced(visit, visitor, app).await?,
        terms: ShownTerms::of(app, institution),
        changed: again.changed.iter().map(|fact| page.text(heading(*fact)).to_string()).collect(),
        page,
    })
}

/// When the latest consent was given that an approval would end.
async fn replaced(visit: &Visit, visitor: &Visitor, app: &App) -> Result<Option<Timestamp>, AuthorizationError> {
    let consents = visit.server.parts.consents.of_customer(visitor.person.id).await?;
    let purposes = [&app.consent_terms.purpose_ko, &app.consent_terms.purpose_en];
    let stands = |consent: &&Consent| {
        consent.app == app.id && consent.is_active(visit.now) && purposes.contains(&&consent.purpose)
    };
    Ok(consents.iter().find(stands).map(|consent| consent.granted_at))
}

/// The facts that the page shows. The customer has chosen no account yet; a
/// customer without any sees the page too, and can only deny.
fn disclosure(visit: &Visit, opened: &Opened, offered: &[AccountSummary]) -> Result<ConsentDisclosure, PlatformFault> {
    let mut accounts: Vec<AccountId> = offered.iter().map(|account| account.id).collect();
    if accounts.is_empty() {
        accounts.push(AccountId::from_random([0; 16]));
    }
    opened.awaiting.disclose(terms(&visit.server, opened, visit.locale), accounts)
}

/// The heading under which the page shows a fact.
const fn heading(fact: ShownFact) -> &'static str {
    match fact {
        ShownFact::Institution => "consent-institution",
        ShownFact::Service => "consent-service",
        ShownFact::Contact => "consent-contact",
        ShownFact::Purpose => "consent-purpose",
        ShownFact::Validity => "consent-validity",
        ShownFact::OutageEffect => "consent-outage",
    }
}

/// Nothing is ticked but what the customer ticked before: each account is the customer's own choice.
fn choices(page: &Page, offered: &[AccountSummary], chosen: &[String]) -> Vec<AccountChoice> {
    let choice = |account: &AccountSummary| AccountChoice {
        id: account.id.to_string(),
        alias: account.alias.clone(),
        masked_number: account.masked_number.clone(),
        kind: page.text(kind_key(account.kind)).to_string(),
        chosen: chosen.contains(&account.id.to_string()),
    };
    offered.iter().map(choice).collect()
}

async fn offered(server: &Server, visitor: &Visitor) -> Result<Vec<AccountSummary>, PlatformFault> {
    server.parts.accounts.accounts_of(visitor.person.id).await.map_err(PlatformFault::Accounts)
}

fn terms(server: &Server, opened: &Opened, locale: Locale) -> Terms {
    let registered = &opened.app.consent_terms;
    let (purpose, outage_effect) = match locale {
        Locale::Ko => (&registered.purpose_ko, &registered.outage_effect_ko),
        Locale::En => (&registered.purpose_en, &registered.outage_effect_en),
    };
    Terms {
        purpose: purpose.clone(),
        expires_at: opened.awaiting.consent_end(registered.valid_days),
        withdrawal: server.site.messages.text(locale, "consent-withdrawal-way").to_string(),
        outage_effect: outage_effect.clone(),
    }
}

/// The language in which the customer read the page; what was read is what is kept.
fn shown_language(visit: &Visit, form: &Form) -> Locale {
    let language = form.text("lang").ok().and_then(Locale::from_tag);
    language.unwrap_or(visit.locale)
}

/// Not a redirect that keeps the method: FAPI 2.0 section 5.3.2.2 clauses 10 and 11, no 307 but 303.
fn to_sign_in(reference: &Reference) -> Response {
    Redirect::to(&format!("/sign-in?{}", reference.query())).into_response()
}

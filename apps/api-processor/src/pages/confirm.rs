//! One transfer: the customer sees exactly what is signed, and decides; after
//! that the same address says what became of it (PR-050, PR-051).

use crate::pages::signed_in;
use crate::pages::words::{Names, Requester, sum_in_words};
use crate::visit::{Visit, Visitor, journal_of};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;
use sumun_banking::{BankingError, Denial, RefusalReason, TermsDigest, Transfer, TransferKind, TransferStatus};
use sumun_ids::TransferId;
use sumun_money::Won;
use sumun_sign_in::{Forms, TakenUp};
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, Form, Page};

/// The words about one transfer, masked.
struct Facts {
    withdraws: bool,
    amount: Won,
    in_words: String,
    payee: String,
    payee_account: String,
    own_account: String,
    summary: String,
    institution: String,
    app: String,
    requested_at: Timestamp,
}

#[derive(askama::Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    page: Page,
    phrase: String,
    facts: Facts,
    forms: Forms,
    action: String,
    terms: TermsDigest,
    number: String,
    first_time: bool,
    until: Timestamp,
}

#[derive(askama::Template)]
#[template(path = "result.html")]
struct ResultPage {
    page: Page,
    facts: Facts,
    tone: &'static str,
    icon: &'static str,
    detail: String,
    /// Where the consent may be withdrawn, after a report.
    consents: Option<String>,
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    transfer_page(&visit, &visitor, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn transfer_page(visit: &Visit, visitor: &Visitor, id: &str) -> Result<Response, ErrorPage> {
    let banking = visit.bank.parts.banking.as_ref();
    let id: TransferId = id.parse().map_err(|_| visit.fail(BankingError::TransferUnknown))?;
    let transfer = banking.transfer(visitor.person.id, id).await.map_err(|failure| visit.fail(failure))?;
    let transfer = transfer.ok_or_else(|| visit.fail(BankingError::TransferUnknown))?.at(visit.now);
    let facts = facts(visit, visitor, &transfer).await?;
    let order = transfer.order();
    let ended = banking.consent_ended(order.customer, order.consent, visit.now).await;
    let ended = ended.map_err(|failure| visit.fail(failure))?;
    Ok(match transfer.status() {
        TransferStatus::AwaitingConfirmation if !ended => confirm_page(visit, visitor, &transfer, facts),
        _ => result_page(visit, visitor, &transfer, facts, ended),
    })
}

async fn facts(visit: &Visit, visitor: &Visitor, transfer: &Transfer) -> Result<Facts, ErrorPage> {
    let order = transfer.order();
    let accounts = visit.bank.parts.banking.accounts_of(visitor.person.id).await;
    let names = Names::load(visit, &accounts.map_err(|failure| visit.fail(failure))?).await?;
    let Requester { institution, app } = Requester::of(visit, order).await?;
    let (payee, payee_account) = names.payee(order);
    let amount = order.terms.amount.won();
    Ok(Facts {
        withdraws: order.terms.kind() == TransferKind::Withdrawal,
        amount,
        in_words: sum_in_words(amount, visit.locale),
        payee,
        payee_account,
        own_account: names.own_account(order.terms.account),
        summary: order.terms.summary.as_str().to_owned(),
        institution,
        app,
        requested_at: order.requested_at,
    })
}

fn confirm_page(visit: &Visit, visitor: &Visitor, transfer: &Transfer, facts: Facts) -> Response {
    let order = transfer.order();
    let title = if facts.withdraws { "confirm-withdrawal-title" } else { "confirm-deposit-title" };
    let view = ConfirmPage {
        page: visit.page_for(visitor, title),
        phrase: visitor.person.security_phrase.to_string(),
        facts,
        forms: visit.bank.entrance.forms(&visitor.token),
        action: format!("/transfers/{}/decision", order.id),
        terms: order.digest,
        number: order.confirmation_number.to_string(),
        first_time: order.first_time_payee,
        until: order.expires_at,
    };
    view.page.show(&view)
}

fn result_page(visit: &Visit, visitor: &Visitor, transfer: &Transfer, facts: Facts, consent_ended: bool) -> Response {
    let reported = matches!(transfer, Transfer::Denied(denied) if denied.denial() == Denial::Reported);
    let (key, tone, icon) = match transfer {
        // What could still move money cannot without its consent.
        Transfer::AwaitingConfirmation(_) | Transfer::Confirmed(_) if consent_ended => {
            ("result-consent-ended", "none", "info")
        }
        // An awaiting transfer has the other page.
        Transfer::AwaitingConfirmation(_) => ("result-expired", "none", "clock"),
        Transfer::Confirmed(_) => ("result-confirmed", "info", "clock"),
        Transfer::Executed(_) => ("result-executed", "ok", "ok"),
        Transfer::Denied(_) if reported => ("result-reported", "part", "flag"),
        Transfer::Denied(_) => ("result-denied", "none", "bad"),
        Transfer::Expired(_) => ("result-expired", "none", "clock"),
        Transfer::Refused(refused) => (refused_key(refused.reason()), "bad", "warn"),
    };
    let page = visit.page_for(visitor, &format!("{key}-title"));
    let view = ResultPage {
        detail: page.text(&format!("{key}-detail")).with("app", &facts.app).to_string(),
        facts,
        tone,
        icon,
        consents: reported.then(|| visit.bank.parts.consents_address.clone()),
        page,
    };
    view.page.show(&view)
}

const fn refused_key(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::TermsChanged => "result-changed",
        RefusalReason::InsufficientFunds => "result-funds",
        RefusalReason::LimitPerDay => "result-limit",
        RefusalReason::NotConfirmed
        | RefusalReason::Replayed
        | RefusalReason::Expired
        | RefusalReason::Denied
        | RefusalReason::Closed
        | RefusalReason::ConsentReported => "result-refused",
    }
}

pub(super) async fn decide(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    match take_decision(&visit, &visitor, &id, &form).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(page) => page.into_response(),
    }
}

/// Where the decision leads. Whoever presses twice is led to the same page.
async fn take_decision(visit: &Visit, visitor: &Visitor, id: &str, form: &Form) -> Result<String, ErrorPage> {
    let press = visitor.press(visit, form)?;
    let id: TransferId = id.parse().map_err(|_| visit.fail(BankingError::TransferUnknown))?;
    let decision = Decision::read(form).ok_or_else(|| ErrorPage::bad_request(visit.locale))?;
    let turn = match visit.bank.entrance.take_up(press, visit.now).await {
        Ok(TakenUp::Answered(address)) => return Ok(address),
        Ok(TakenUp::First(turn)) => turn,
        Err(failure) => return Err(visit.fail(failure)),
    };
    let (banking, journal) = (Arc::clone(&visit.bank.parts.banking), journal_of(visitor));
    let (customer, now) = (visitor.person.id, visit.now);
    let decided = async move {
        let decided = match decision {
            Decision::Approve(shown) => banking.confirm(customer, id, shown, now, &journal).await.map(drop),
            Decision::Deny(denial) => banking.deny(customer, id, denial, now, &journal).await.map(drop),
        };
        match decided {
            // The page of a transfer that was decided or has run out says so itself.
            Ok(())
            | Err(BankingError::NotAwaiting { .. } | BankingError::ConfirmationExpired | BankingError::ConsentEnded) => {
                Ok(())
            }
            Err(error) => Err(error),
        }
    };
    turn.carry_out(format!("/transfers/{id}"), decided).await.map_err(|error| visit.fail(error))
}

/// What the customer pressed.
enum Decision {
    /// The transfer as it was shown.
    Approve(TermsDigest),
    /// Not this transfer.
    Deny(Denial),
}

impl Decision {
    fn read(form: &Form) -> Option<Self> {
        Some(match form.text("decision").ok()? {
            "approve" => Self::Approve(form.text("terms").ok()?.parse().ok()?),
            "deny" => Self::Deny(Denial::Declined),
            "report" => Self::Deny(Denial::Reported),
            _ => return None,
        })
    }
}

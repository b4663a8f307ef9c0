//! The transfers that await the customer's decision.

use crate::pages::words::{Names, Requester};
use crate::pages::{signed_in, tabs};
use crate::visit::Visit;
use axum::response::{IntoResponse, Response};
use sumun_banking::TransferKind;
use sumun_ids::TransferId;
use sumun_money::Won;
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, Page, Status, Tab};

/// One transfer of the list.
struct Row {
    id: TransferId,
    withdraws: bool,
    amount: Won,
    payee: String,
    account: String,
    app: String,
    until: Timestamp,
}

#[derive(askama::Template)]
#[template(path = "transfers.html")]
struct TransfersPage {
    page: Page,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

pub(super) async fn show(visit: Visit) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    match rows(&visit, visitor.person.id).await {
        Ok(rows) => {
            let mut page = visit.page_for(&visitor, "transfers-title");
            page.wide = true;
            let view = TransfersPage { tabs: tabs(&page, "/transfers", rows.len()), rows, page };
            view.page.show(&view)
        }
        Err(page) => page.into_response(),
    }
}

async fn rows(visit: &Visit, customer: sumun_ids::CustomerId) -> Result<Vec<Row>, ErrorPage> {
    let banking = visit.bank.parts.banking.as_ref();
    let waiting = banking.awaiting(customer, visit.now).await.map_err(|failure| visit.fail(failure))?;
    let accounts = banking.accounts_of(customer).await.map_err(|failure| visit.fail(failure))?;
    let names = Names::load(visit, &accounts).await?;
    let mut rows = Vec::with_capacity(waiting.len());
    for transfer in waiting {
        let order = transfer.order();
        rows.push(Row {
            id: order.id,
            withdraws: order.terms.kind() == TransferKind::Withdrawal,
            amount: order.terms.amount.won(),
            payee: names.payee(order).0,
            account: names.own_account(order.terms.account),
            app: Requester::of(visit, order).await?.app,
            until: order.expires_at,
        });
    }
    Ok(rows)
}

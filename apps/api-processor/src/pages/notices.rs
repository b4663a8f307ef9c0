//! Word to the customer about money that moved (PR-054).

use crate::pages::words::{DONE, Names, Requester};
use crate::pages::{signed_in, tabs};
use crate::visit::Visit;
use axum::response::{IntoResponse, Response};
use sumun_banking::TransferKind;
use sumun_ids::{CustomerId, TransferId};
use sumun_money::Won;
use sumun_time::Timestamp;
use sumun_web::{ErrorPage, Page, Status, Tab};

/// How many notices the page shows.
const NOTICES_MAX: u32 = 50;

struct Row {
    id: TransferId,
    at: Timestamp,
    withdraws: bool,
    amount: Won,
    payee: String,
    account: String,
    app: String,
}

#[derive(askama::Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    page: Page,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    status: Status,
}

pub(super) async fn show(visit: Visit) -> Response {
    let visitor = match signed_in(&visit).await {
        Ok(visitor) => visitor,
        Err(answer) => return answer,
    };
    match rows(&visit, visitor.person.id).await {
        Ok((rows, awaiting)) => {
            let mut page = visit.page_for(&visitor, "notices-title");
            page.wide = true;
            let view = NoticesPage { tabs: tabs(&page, "/notices", awaiting), rows, status: DONE, page };
            view.page.show(&view)
        }
        Err(page) => page.into_response(),
    }
}

async fn rows(visit: &Visit, customer: CustomerId) -> Result<(Vec<Row>, usize), ErrorPage> {
    let banking = visit.bank.parts.banking.as_ref();
    let notices = banking.notices_of(customer, NOTICES_MAX).await.map_err(|failure| visit.fail(failure))?;
    let accounts = banking.accounts_of(customer).await.map_err(|failure| visit.fail(failure))?;
    let awaiting = banking.awaiting(customer, visit.now).await.map_err(|failure| visit.fail(failure))?.len();
    let names = Names::load(visit, &accounts).await?;
    let mut rows = Vec::with_capacity(notices.len());
    for notice in notices {
        let order = &notice.order;
        rows.push(Row {
            id: order.id,
            at: notice.at,
            withdraws: order.terms.kind() == TransferKind::Withdrawal,
            amount: order.terms.amount.won(),
            payee: names.payee(order).0,
            account: names.own_account(order.terms.account),
            app: Requester::of(visit, order).await?.app,
        });
    }
    Ok((rows, awaiting))
}

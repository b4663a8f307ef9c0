//! The customer's accounts with what is on them.

use crate::pages::words::{Names, kind_key};
use crate::pages::{signed_in, tabs};
use crate::visit::Visit;
use axum::response::{IntoResponse, Response};
use sumun_ids::CustomerId;
use sumun_money::Won;
use sumun_web::{ErrorPage, Page, Tab};

struct Row {
    alias: String,
    bank: String,
    number: String,
    kind_key: &'static str,
    balance: Won,
}

#[derive(askama::Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
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
        Ok((rows, awaiting)) => {
            let mut page = visit.page_for(&visitor, "accounts-title");
            page.wide = true;
            let view = AccountsPage { tabs: tabs(&page, "/accounts", awaiting), rows, page };
            view.page.show(&view)
        }
        Err(page) => page.into_response(),
    }
}

async fn rows(visit: &Visit, customer: CustomerId) -> Result<(Vec<Row>, usize), ErrorPage> {
    let banking = visit.bank.parts.banking.as_ref();
    let accounts = banking.accounts_of(customer).await.map_err(|failure| visit.fail(failure))?;
    let awaiting = banking.awaiting(customer, visit.now).await.map_err(|failure| visit.fail(failure))?.len();
    let names = Names::load(visit, &accounts).await?;
    let rows = accounts.iter().map(|state| Row {
        alias: state.account.alias.as_str().to_owned(),
        bank: names.bank(state.account.bank),
        number: state.account.number.masked(),
        kind_key: kind_key(state.account.kind),
        balance: state.balance,
    });
    Ok((rows.collect(), awaiting))
}

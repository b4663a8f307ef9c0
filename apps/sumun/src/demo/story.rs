//! The good story: consent, token, inquiries, a transfer that its customer confirms.

use super::narrator::Narrator;
use super::stage::Stage;
use crate::journey::{Answer, App, Customer, JourneyError};
use crate::platform::world::cast;
use serde_json::{Value, json};

/// Every scope that the app may ask for.
pub const SCOPE: &str = "account-holder balance transactions transfer";
/// What the good transfer moves, in won.
const AMOUNT: i64 = 250_000;

/// What the attacks need to know of the good story.
pub struct Told {
    /// The customer of the story.
    pub customer: Customer,
    /// The app of the story.
    pub app: App,
    /// The token that it got.
    pub token: String,
    /// The transfer that was executed, and its terms.
    pub transfer: String,
    pub terms: Value,
    /// The balance after it.
    pub balance: i64,
}

/// The way of the balance of an account.
pub fn balance_path(account: &str) -> String {
    format!("/v1/accounts/{account}/balance")
}

/// The terms of a withdrawal to the payee of the cast.
pub fn terms(account: &str, amount: i64) -> Value {
    json!({
        "account_id": account,
        "amount": amount,
        "payee": {
            "bank_code": cast::BANKS[1].0,
            "account_number": cast::PAYEE.number,
            "holder_name": cast::PAYEE.name,
        },
        "summary": "11월 회비",
    })
}

/// Tells it.
pub async fn tell(stage: &Stage, narrator: &mut Narrator) -> Result<Told, JourneyError> {
    let (app, mut customer) = (stage.app(0)?, stage.customer(0)?);
    let accounts = stage.accounts(0);
    let main = &accounts[0];
    narrator.doing("동의와 접근키");
    let token = consent(stage, &app, &mut customer, &accounts, narrator).await?;
    let before = inquiries(&app, main, &token, narrator).await?;
    narrator.doing("출금이체");
    let terms = terms(main, AMOUNT);
    let (transfer, number) = request(stage, &app, &token, &terms).await?;
    narrator.step("transfer_requested", true, format!("awaits the customer, confirmation number {number}"));
    let early = execute(stage, &app, &token, &transfer, &terms).await?;
    narrator.step("no_money_before_confirmation", !early.is_ok(), format!("{} {}", early.status, early.code()));
    let shown = customer.approve_transfer(&transfer).await?;
    narrator.step("transfer_confirmed", shown == number, format!("the bank's page showed {shown}"));
    let key = stage.key();
    let executed = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let balance = balance(&app, main, &token).await?;
    let moved = before - balance == AMOUNT;
    narrator.step(
        "transfer_executed",
        executed.is_ok() && moved,
        format!("{} {}, {before} to {balance} won", executed.status, executed.text("status")),
    );
    let again = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let same = again.body == executed.body && self::balance(&app, main, &token).await? == balance;
    narrator.step("same_key_moves_nothing", same, format!("{}: the stored answer", again.status));
    Ok(Told { customer, app, token, transfer, terms, balance })
}

async fn consent(
    stage: &Stage,
    app: &App,
    customer: &mut Customer,
    accounts: &[String],
    narrator: &mut Narrator,
) -> Result<String, JourneyError> {
    let answer = customer.authorize(app, SCOPE, accounts, &stage.random()).await?;
    let detail = format!(
        "{} for {} s, bound to the app's certificate",
        answer.text("token_type"),
        answer.number("expires_in").unwrap_or(0)
    );
    narrator.step("consent_and_token", answer.is_ok(), if answer.is_ok() { detail } else { answer.code() });
    if !answer.is_ok() {
        return Err(JourneyError::new("without a token the story ends here"));
    }
    Ok(answer.text("access_token"))
}

async fn inquiries(app: &App, account: &str, token: &str, narrator: &mut Narrator) -> Result<i64, JourneyError> {
    let before = balance(app, account, token).await?;
    narrator.step("balance", before > 0, format!("{before} won"));
    let transactions = app.get(&format!("/v1/accounts/{account}/transactions"), token).await?;
    let count = transactions.body.get("transactions").and_then(Value::as_array).map_or(0, Vec::len);
    narrator.step("transactions", transactions.is_ok(), format!("{count} transactions"));
    let body = json!({ "bank_code": cast::BANKS[1].0, "account_number": cast::PAYEE.number });
    let holder = app.post("/v1/account-holder-inquiries", token, "inquiry", &body).await?;
    let masked = holder.text("holder_name_masked");
    narrator.step("account_holder", holder.is_ok() && masked.contains('*'), masked);
    Ok(before)
}

/// The balance of an account in won.
pub async fn balance(app: &App, account: &str, token: &str) -> Result<i64, JourneyError> {
    let answer = app.get(&balance_path(account), token).await?;
    answer
        .number("balance")
        .ok_or_else(|| JourneyError::new(format!("no balance: {} {}", answer.status, answer.code())))
}

/// Asks for a withdrawal. Answers its id and the confirmation number.
pub async fn request(stage: &Stage, app: &App, token: &str, terms: &Value) -> Result<(String, String), JourneyError> {
    let answer = app.post("/v1/withdrawals", token, &stage.key(), terms).await?;
    if answer.status != 202 {
        return Err(JourneyError::new(format!("the transfer was not taken: {} {}", answer.status, answer.code())));
    }
    Ok((answer.text("transfer_id"), answer.text("confirmation_number")))
}

/// Executes a transfer under a fresh key.
pub async fn execute(
    stage: &Stage,
    app: &App,
    token: &str,
    transfer: &str,
    terms: &Value,
) -> Result<Answer, JourneyError> {
    Ok(app.post(&execution_path(transfer), token, &stage.key(), terms).await?)
}

fn execution_path(transfer: &str) -> String {
    format!("/v1/transfers/{transfer}/execution")
}

//! The good story: consent, token, inquiries, a transfer that its customer confirms.

use super::narrator::Narrator;
use super::stage::Stage;
use crate::journey::{Answer, App, Customer, JourneyError};
use crate::platform::world::cast;
use crate::speech::say;
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
    narrator.doing(say("demo-doing-consent"));
    let token = consent(stage, &app, &mut customer, &accounts, narrator).await?;
    let before = inquiries(&app, main, &token, narrator).await?;
    narrator.doing(say("demo-doing-transfer"));
    let terms = terms(main, AMOUNT);
    let (transfer, number) = request(stage, &app, &token, &terms).await?;
    narrator.step("transfer_requested", true, say("demo-said-requested").with("number", &number));
    let early = execute(stage, &app, &token, &transfer, &terms).await?;
    let refused = say("demo-said-refused-early").with("status", early.status).with("code", early.code());
    narrator.step("no_money_before_confirmation", !early.is_ok(), refused);
    let shown = customer.approve_transfer(&transfer).await?;
    narrator.step("transfer_confirmed", shown == number, say("demo-said-number-shown").with("number", &shown));
    let key = stage.key();
    let executed = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let balance = balance(&app, main, &token).await?;
    let moved = before - balance == AMOUNT;
    let said = say("demo-said-executed").with("status", executed.status).with("state", executed.text("status"));
    let said = said.count("before", before).count("after", balance);
    narrator.step("transfer_executed", executed.is_ok() && moved, said);
    let again = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let same = again.body == executed.body && self::balance(&app, main, &token).await? == balance;
    narrator.step("same_key_moves_nothing", same, say("demo-said-same-answer").with("status", again.status));
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
    let token = say("demo-said-token").with("kind", answer.text("token_type"));
    let token = token.count("seconds", answer.number("expires_in").unwrap_or(0));
    let refusal = say("demo-said-answer").with("status", answer.status).with("code", answer.code());
    narrator.step("consent_and_token", answer.is_ok(), if answer.is_ok() { token } else { refusal });
    if !answer.is_ok() {
        return Err(JourneyError::new("without a token the story ends here"));
    }
    Ok(answer.text("access_token"))
}

async fn inquiries(app: &App, account: &str, token: &str, narrator: &mut Narrator) -> Result<i64, JourneyError> {
    let before = balance(app, account, token).await?;
    narrator.step("balance", before > 0, say("demo-said-won").count("amount", before));
    let transactions = app.get(&format!("/v1/accounts/{account}/transactions"), token).await?;
    let count = transactions.body.get("transactions").and_then(Value::as_array).map_or(0, Vec::len);
    narrator.step("transactions", transactions.is_ok(), say("demo-said-transactions").count("count", count));
    let body = json!({ "bank_code": cast::BANKS[1].0, "account_number": cast::PAYEE.number });
    let holder = app.post("/v1/account-holder-inquiries", token, "inquiry", &body).await?;
    let masked = holder.text("holder_name_masked");
    let is_masked = masked.contains('*');
    narrator.step("account_holder", holder.is_ok() && is_masked, say("demo-said-holder").with("holder", masked));
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

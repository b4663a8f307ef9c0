//! The good story: consent, token, inquiries, a transfer that its customer confirms.

use super::brief::{Brief, fresh_key, random_bytes};
use crate::demo::telling::Reporter;
use crate::journey::{Answer, App, Customer, JourneyError};
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
    /// The account that it may use, as it learnt it.
    pub account: String,
    /// Who is paid, as the account holder inquiry lets it be said.
    pub payee: Value,
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

/// The terms of a withdrawal to the payee.
pub fn terms(account: &str, amount: i64, payee: &Value) -> Value {
    json!({
        "account_id": account,
        "amount": amount,
        "payee": payee,
        "summary": "11월 회비",
    })
}

/// Tells it.
pub async fn tell(brief: &Brief, reporter: &mut Reporter<'_>) -> Result<Told, JourneyError> {
    let (app, mut customer) = (brief.app(0)?, brief.customer(0)?);
    reporter.doing(say("demo-doing-consent"))?;
    let (token, told) = consent(&app, &mut customer, reporter).await?;
    let account = accounts(&app, told, &token, reporter).await?;
    let before = inquiries(&app, &account, &token, reporter).await?;
    let payee = payee(brief, &app, &token, reporter).await?;
    reporter.doing(say("demo-doing-transfer"))?;
    let terms = terms(&account, AMOUNT, &payee);
    let (transfer, number) = request(&app, &token, &terms).await?;
    reporter.step("transfer_requested", true, say("demo-said-requested").with("number", &number))?;
    let early = execute(&app, &token, &transfer, &terms).await?;
    let refused = say("demo-said-refused-early").with("status", early.status).with("code", early.code());
    reporter.step("no_money_before_confirmation", !early.is_ok(), refused)?;
    let shown = customer.approve_transfer(&transfer).await?;
    reporter.step("transfer_confirmed", shown == number, say("demo-said-number-shown").with("number", &shown))?;
    let key = fresh_key();
    let executed = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let balance = balance(&app, &account, &token).await?;
    let moved = before - balance == AMOUNT;
    let said = say("demo-said-executed").with("status", executed.status).with("state", executed.text("status"));
    let said = said.count("before", before).count("after", balance);
    reporter.step("transfer_executed", executed.is_ok() && moved, said)?;
    let again = app.post(&execution_path(&transfer), &token, &key, &terms).await?;
    let same = again.body == executed.body && self::balance(&app, &account, &token).await? == balance;
    reporter.step("same_key_moves_nothing", same, say("demo-said-same-answer").with("status", again.status))?;
    Ok(Told { customer, app, token, account, payee, transfer, terms, balance })
}

async fn consent(
    app: &App,
    customer: &mut Customer,
    reporter: &mut Reporter<'_>,
) -> Result<(String, Vec<String>), JourneyError> {
    let granted = customer.authorize(app, SCOPE, &random_bytes()).await?;
    let answer = &granted.answer;
    let token = say("demo-said-token").with("kind", answer.text("token_type"));
    let token = token.count("seconds", answer.number("expires_in").unwrap_or(0));
    let refusal = say("demo-said-answer").with("status", answer.status).with("code", answer.code());
    reporter.step("consent_and_token", answer.is_ok(), if answer.is_ok() { token } else { refusal })?;
    if !answer.is_ok() {
        return Err(JourneyError::new("without a token the story ends here"));
    }
    Ok((answer.text("access_token"), granted.accounts()))
}

/// The accounts by the call for them, which must be those of the token
/// response (`told`). Answers the one with the most money that may pay.
async fn accounts(
    app: &App,
    mut told: Vec<String>,
    token: &str,
    reporter: &mut Reporter<'_>,
) -> Result<String, JourneyError> {
    let answer = app.get("/v1/accounts", token).await?;
    let listed = answer.body.get("accounts").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut ids, mut fullest): (Vec<String>, Option<(i64, String)>) = (Vec::new(), None);
    for account in &listed {
        let id = account.get("account_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let allowed = account.get("allowed").and_then(Value::as_array);
        if allowed.is_some_and(|allowed| allowed.iter().any(|scope| scope == "transfer")) {
            fullest = fullest.max(Some((balance(app, &id, token).await?, id.clone())));
        }
        ids.push(id);
    }
    ids.sort_unstable();
    told.sort_unstable();
    let said = say("demo-said-accounts").count("count", ids.len());
    reporter.step("accounts", answer.is_ok() && !ids.is_empty() && ids == told, said)?;
    fullest.map(|(_, id)| id).ok_or_else(|| JourneyError::new("no account of the consent may pay"))
}

async fn inquiries(app: &App, account: &str, token: &str, reporter: &mut Reporter<'_>) -> Result<i64, JourneyError> {
    let before = balance(app, account, token).await?;
    reporter.step("balance", before > 0, say("demo-said-won").count("amount", before))?;
    let transactions = app.get(&format!("/v1/accounts/{account}/transactions"), token).await?;
    let count = transactions.body.get("transactions").and_then(Value::as_array).map_or(0, Vec::len);
    reporter.step("transactions", transactions.is_ok(), say("demo-said-transactions").count("count", count))?;
    Ok(before)
}

/// Asks who holds the account that is to be paid, and pays to that answer.
async fn payee(brief: &Brief, app: &App, token: &str, reporter: &mut Reporter<'_>) -> Result<Value, JourneyError> {
    let mut body = json!({ "bank_code": brief.payee.bank_code, "account_number": brief.payee.account_number });
    let holder = app.post("/v1/account-holder-inquiries", token, &fresh_key(), &body).await?;
    let masked = holder.text("holder_name_masked");
    let is_masked = masked.contains('*');
    reporter.step("account_holder", holder.is_ok() && is_masked, say("demo-said-holder").with("holder", masked))?;
    body["inquiry_id"] = holder.text("inquiry_id").into();
    Ok(body)
}

/// The balance of an account in won.
pub async fn balance(app: &App, account: &str, token: &str) -> Result<i64, JourneyError> {
    let answer = app.get(&balance_path(account), token).await?;
    answer
        .number("balance")
        .ok_or_else(|| JourneyError::new(format!("no balance: {} {}", answer.status, answer.code())))
}

/// Asks for a withdrawal. Answers its id and the confirmation number.
pub async fn request(app: &App, token: &str, terms: &Value) -> Result<(String, String), JourneyError> {
    let answer = app.post("/v1/withdrawals", token, &fresh_key(), terms).await?;
    if answer.status != 202 {
        return Err(JourneyError::new(format!("the transfer was not taken: {} {}", answer.status, answer.code())));
    }
    Ok((answer.text("transfer_id"), answer.text("confirmation_number")))
}

/// Executes a transfer under a fresh key.
pub async fn execute(app: &App, token: &str, transfer: &str, terms: &Value) -> Result<Answer, JourneyError> {
    Ok(app.post(&execution_path(transfer), token, &fresh_key(), terms).await?)
}

fn execution_path(transfer: &str) -> String {
    format!("/v1/transfers/{transfer}/execution")
}

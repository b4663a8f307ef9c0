//! The second institution's app, which signs that it is itself (RFC 7523).

use super::brief::{Brief, random_bytes};
use super::story;
use crate::demo::telling::Reporter;
use crate::journey::JourneyError;
use crate::speech::say;

const SCOPE: &str = "balance";

/// Another customer lets it read a balance, and takes that back. Answers the
/// id of that customer's account, as this app learnt it.
pub async fn tell(brief: &Brief, reporter: &mut Reporter<'_>) -> Result<String, JourneyError> {
    reporter.doing(say("demo-doing-second-app"))?;
    let (app, mut customer) = (brief.app(1)?, brief.customer(1)?);
    let method = brief.parties[1].token_endpoint_auth_method.name();
    let granted = customer.authorize(&app, SCOPE, &random_bytes()).await?;
    let answer = &granted.answer;
    let token = say("demo-said-second-token").with("method", method);
    let refusal = say("demo-said-answer").with("status", answer.status).with("code", answer.code());
    reporter.step("second_app_token", answer.is_ok(), if answer.is_ok() { token } else { refusal })?;
    if !answer.is_ok() {
        return Err(JourneyError::new("without a token the second app's story ends here"));
    }
    let account = granted.first_account()?;
    let balance = story::balance(&app, &account, &answer.text("access_token")).await?;
    reporter.step("second_app_balance", balance > 0, say("demo-said-won").count("amount", balance))?;
    // A world from before there were two ways has no app that signs.
    if let Some(assertion) = app.assertion()? {
        let first = app.push_with(SCOPE, &random_bytes(), Some(&assertion)).await?;
        let again = app.push_with(SCOPE, &random_bytes(), Some(&assertion)).await?;
        let refusal = again.err().map(|answer| format!("{} {}", answer.status, answer.code())).unwrap_or_default();
        let is_refused = first.is_ok() && refusal == "401 invalid_client";
        reporter.step("assertion_is_good_once", is_refused, say("demo-said-as-it-is").with("what", refusal))?;
    }
    customer.withdraw_newest().await?;
    Ok(account)
}

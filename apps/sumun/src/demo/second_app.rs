//! The second institution's app, which signs that it is itself (RFC 7523).

use super::narrator::Narrator;
use super::stage::Stage;
use super::story;
use crate::journey::JourneyError;
use crate::speech::say;

const SCOPE: &str = "balance";

/// Another customer lets it read a balance, and takes that back.
pub async fn tell(stage: &Stage, narrator: &mut Narrator) -> Result<(), JourneyError> {
    narrator.doing(say("demo-doing-second-app"));
    let (app, mut customer) = (stage.app(1)?, stage.customer(1)?);
    let method = stage.world().institutions[1].client_authentication.name();
    let account = &stage.accounts(1)[0];
    let answer = customer.authorize(&app, SCOPE, std::slice::from_ref(account), &stage.random()).await?;
    let token = say("demo-said-second-token").with("method", method);
    let refusal = say("demo-said-answer").with("status", answer.status).with("code", answer.code());
    narrator.step("second_app_token", answer.is_ok(), if answer.is_ok() { token } else { refusal });
    if !answer.is_ok() {
        return Ok(());
    }
    let balance = story::balance(&app, account, &answer.text("access_token")).await?;
    narrator.step("second_app_balance", balance > 0, say("demo-said-won").count("amount", balance));
    // A world from before there were two ways has no app that signs.
    if let Some(assertion) = app.assertion()? {
        let first = app.push_with(SCOPE, &stage.random(), Some(&assertion)).await?;
        let again = app.push_with(SCOPE, &stage.random(), Some(&assertion)).await?;
        let refusal = again.err().map(|answer| format!("{} {}", answer.status, answer.code())).unwrap_or_default();
        narrator.step("assertion_is_good_once", first.is_ok() && refusal == "401 invalid_client", refusal);
    }
    customer.withdraw_newest().await
}
